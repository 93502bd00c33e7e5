"""The pages of what is handed down ask as often for many parts as for few."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.plan.models import Item, Share
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan
from tests.conftest import sign_in

# How often a page asks, whatever the number of rows.
FROZEN = json.loads((Path(__file__).parent / "frozen_queries.json").read_text("utf-8"))
PAGES = ["plan:cascade", "plan:department"]


def shares_of(count: int) -> None:
    """Make a plan whose every item is a target that two units share."""
    one, two = (each.pk for each in Department.objects.all()[:2])
    items = [
        NewItem(
            "target", "", f"开工{n}", date(2021, 12, 31), one,
            target=NewTarget("开工", "level", ">=", Decimal(10), "个", Period.year(2021)),
        )
        for n in range(count)
    ]  # fmt: skip
    made = draft_plan(year=2021, title="计划", basis="", items=items)
    adopt_plan(plan_id=made.pk, by="管委会", on=date(2021, 1, 20))
    for item in Item.objects.filter(plan=made):
        for unit, role in ((one, "lead"), (two, "support")):
            Share.objects.create(item=item, department_id=unit, role=role, weight=50, value=5)


def queries(name: str) -> int:
    client = sign_in("appraisal")
    arguments = [] if name == "plan:cascade" else [Department.objects.first().pk]
    url = reverse(name, args=arguments)
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_often_for_many_rows(zone: Zone, name: str):
    shares_of(2)
    few = queries(name)
    shares_of(40)
    many = queries(name)

    assert (few, many) == (FROZEN[name], FROZEN[name])
