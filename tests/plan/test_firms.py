"""A target that counts firms names those near its rung, with what is short and whom to see."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.ladder.services import state
from jingkai.ledger.queries import Ledger
from jingkai.org.models import Department
from jingkai.plan.firms import firms_for
from jingkai.plan.models import Plan
from jingkai.plan.queries import read_target
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan
from tests.conftest import TODAY, sign_in
from tests.returns.world import found_firms

# Income of five months in 万元: 1920, 1560, 2040 and 1680 a year; the rung asks for 2000.
INCOME = {0: 800, 1: 650, 2: 850, 3: 700}


@pytest.fixture
def firms(zone: Zone):
    """Four firms in industry that are not on the roll, each with its income of five months."""
    found = found_firms(*["industry"] * 4)
    for place, firm in enumerate(found):
        firm.trade, firm.industry = "", "3825"
        firm.save()
        state(
            firm=firm,
            measure="revenue_to_date",
            value=Decimal(INCOME[place]),
            proof="申报表",
            on=date(2021, 5, 31),
            by="甲",
            known_on=TODAY,
        )
    return found


def adopt(indicator: str) -> Plan:
    year = Period.year(2021)
    target = NewTarget("新增企业", "level", ">=", Decimal(20), "家", year, indicator=indicator)
    lead = Department.objects.first()
    item = NewItem(
        "target", "主题", "新增企业20家", date(2021, 12, 31), lead=lead.pk, target=target
    )
    plan = draft_plan(year=2021, title="2021年计划", basis="试", items=[item])
    adopt_plan(plan_id=plan.pk, by="甲", on=date(2021, 2, 1))
    return plan


def near(plan: Plan) -> list[tuple[str, str, Decimal]]:
    line = read_target(plan.items.get().target, ledger=Ledger(TODAY))
    found = firms_for(line, on=TODAY)
    return [(one.firm.code, one.standing.state, one.adds) for one in found]


def test_firms_near_the_rung_stand_by_nearness_and_those_far_off_are_left_out(firms):
    assert near(adopt("new_industrial_firms")) == [
        (firms[2].code, "ready", 1),
        (firms[0].code, "near", 1),
        (firms[3].code, "near", 1),
    ]


@pytest.mark.parametrize("indicator", ["new_hightech_firms", "projects_started", "firms_tax_100m"])
def test_a_target_that_another_rung_or_no_rung_feeds_names_none_of_them(firms, indicator: str):
    assert near(adopt(indicator)) == []


def test_a_firm_of_the_roll_is_no_candidate_for_it(firms):
    firms[2].trade = "industry"
    firms[2].save()

    assert firms[2].code not in [
        code for code, _state, _adds in near(adopt("new_industrial_firms"))
    ]


def test_only_firms_that_somebody_sees_are_named(firms):
    one, other = Department.objects.all()[:2]
    firms[0].department = other
    firms[0].save()
    line = read_target(adopt("new_industrial_firms").items.get().target, ledger=Ledger(TODAY))

    seen = [one.firm.code for one in firms_for(line, on=TODAY, visible=frozenset({one.pk}))]

    assert seen == [firms[2].code, firms[3].code]


def test_the_page_says_what_is_short_and_whom_to_see(firms):
    plan = adopt("new_industrial_firms")
    firms[0].department = Department.objects.last()
    firms[0].save()

    page = sign_in("leader").get(reverse("plan:item", args=[plan.items.get().pk])).content.decode()

    rows = {
        one.code: page.split(one.name, 1)[1].split("</tr>", 1)[0] for one in (firms[0], firms[2])
    }
    assert "差 80万元" in rows[firms[0].code]
    assert Department.objects.last().name in rows[firms[0].code]
    assert "等申报" in rows[firms[2].code]
    assert Department.objects.first().name in rows[firms[2].code]
