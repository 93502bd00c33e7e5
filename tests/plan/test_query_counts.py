"""A page asks the database as often for a plan ten times as large; how often is frozen in a file.

Whoever makes a page ask less or more changes `frozen_queries.json` in the same commit.
"""

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.plan.models import Item, Plan, Target
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan
from tests.conftest import TODAY, sign_in

FROZEN = json.loads((Path(__file__).parent / "frozen_queries.json").read_text("utf-8"))
SIZE = 155  # items of the demo zone's plan, of which a fifth are targets
PAGES = {
    "home": "leader",
    "plan:home": "appraisal",
    "plan:wall": "leader",
    "plan:themes": "appraisal",
    "plan:item": "appraisal",
    "plan:editions": "leader",
}


def plan_of(zone: Zone, count: int) -> Plan:
    """Make a plan of so many items below themes, a fifth of them targets of what is counted."""
    places = [one.pk for one in Department.objects.all()[:3]]
    counted = [one for one in zone.indicators.values() if one.over == "projects.gate_passed"]
    counted = [one for one in counted if one.measure == "level" and not one.is_derived]
    items = []
    for number in range(count):
        known = counted[number % len(counted)]
        target = NewTarget(
            known.name, "level", ">=", Decimal(9), known.unit, Period.year(2021), known.id
        )
        items.append(
            NewItem(
                "task" if number % 5 else "target",
                f"主题{number % 3}／分题{number % 9}",
                f"重点工作{number}",
                TODAY + timedelta(number % 200 - 80),
                places[number % len(places)],
                target=None if number % 5 else target,
            )
        )
    made = draft_plan(year=2021, title="计划", basis="", items=items)
    return adopt_plan(plan_id=made.pk, by="管委会", on=date(2021, 1, 20))


def grow(plan: Plan, count: int) -> None:
    """Bring a plan to so many items by copies of its own; the editions stay."""
    olds = list(plan.items.select_related("target"))
    copies = [
        Item(
            plan=plan, number=number, kind=old.kind, theme_id=old.theme_id, text=old.text,
            lead_id=old.lead_id, due_on=old.due_on,
        )
        for number in range(len(olds) + 1, count + 1)
        for old in [olds[(number - 1) % len(olds)]]
    ]  # fmt: skip
    Item.objects.bulk_create(copies)
    Target.objects.bulk_create(
        Target(
            item=one, name=old.name, indicator=old.indicator, measure=old.measure, op=old.op,
            value=old.value, unit=old.unit, period_id=old.period_id,
        )
        for one in copies
        if one.kind == "target"
        for old in [olds[(one.number - 1) % len(olds)].target]
    )  # fmt: skip


def count_queries(name: str, plan: Plan) -> int:
    client = sign_in(PAGES[name])
    url = reverse(name, args=[plan.items.first().pk] if name == "plan:item" else [])
    assert client.get(url).status_code == 200  # what is kept for later is kept now
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    return len(asked)


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_asks_as_often_for_ten_times_the_items(zone: Zone, name: str):
    plan = plan_of(zone, SIZE)
    few = count_queries(name, plan)
    grow(plan, 10 * SIZE)
    many = count_queries(name, plan)

    assert (few, many) == (FROZEN[name], FROZEN[name])
