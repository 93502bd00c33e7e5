"""Every kind of target from a report's words to its light and its pages, on both zones."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone, installed
from jingkai.ledger.facts import belongs
from jingkai.ledger.queries import Ledger
from jingkai.ledger.services import NewFact, keep_file, record
from jingkai.org.models import Department, Person
from jingkai.org.services import add_person
from jingkai.plan.cascading import Part
from jingkai.plan.models import Item, Plan
from jingkai.plan.queries import TargetLine, find_plan, list_lines
from jingkai.plan.services import (
    NewItem,
    NewTarget,
    adopt_plan,
    draft_plan,
    file_reading,
    file_share,
    hand_down,
    review_plan,
    set_target,
    spread,
)
from jingkai.plan.sharing import list_share_lines, list_shares
from jingkai.projects.services import add_project, pass_gate
from jingkai.reports.models import Proposal
from jingkai.reports.services import decide, make_plan, take_in
from tests.conftest import TODAY, sign_in

TEXT = """溪口产业园2020年工作总结及2021年工作计划
一、2020年工作回顾
全年完成技工贸总收入500亿元。
二、2021年重点工作
(一)聚焦产业，做强实体
1.壮大规模。全年技工贸总收入达到600亿元以上，固定资产投资增长10%以上。
力争到2025年技工贸总收入达到1000亿元以上，规模工业总产值实现五年翻一番。
"""
DOUBLED = "industry_output_five_year_growth"


def file(subject: str, period: str, on: date, **values: Decimal) -> None:
    file_reading(
        subject=f"indicator:{subject}", period=parse_period(period), values=values, by="统",
        known_on=on, evidence=[],
    )  # fmt: skip


def line_of(year: int, indicator: str, on: date, period: str = "") -> TargetLine:
    plan = find_plan(year)
    assert plan is not None
    lines = [one.target for one in list_lines(plan, ledger=Ledger(on)) if one.target]
    lines = [one for one in lines if one.target.indicator == indicator]
    return next(one for one in lines if period in ("", one.target.period_id))


@pytest.fixture
def imported(zone: Zone) -> Plan:
    """The plan that the report's accepted targets make."""
    intake = take_in(data=TEXT.encode(), name="报告.txt", by="甲", on=TODAY)
    for one in intake.proposals.filter(kind="target"):
        decide(proposal_id=one.pk, decision="accepted", version=one.version, by="甲")
    draft = make_plan(intake_id=intake.pk, by="甲", on=TODAY)
    review_plan(plan_id=draft.pk, by="乙", on=TODAY)
    return adopt_plan(plan_id=draft.pk, by="管委会", on=TODAY)


def test_five_years_and_one_year_stand_on_one_indicator_from_the_words_of_the_report(
    imported: Plan, zone: Zone
):
    targets = {
        one.target.period_id: one.target
        for one in imported.items.filter(kind="target")
        if one.target.indicator == "trade_income"
    }
    assert {period: one.value for period, one in targets.items()} == {
        "2021": yi(600), "2025": yi(1000)
    }  # fmt: skip
    growth = imported.items.get(text__contains="固定资产投资").target
    assert (growth.measure, growth.value, growth.op) == ("growth", 10, ">=")
    assert growth.indicator == "fixed_investment_growth"
    doubled = imported.items.get(target__indicator=DOUBLED).target
    assert (doubled.name, doubled.value, doubled.period_id) == (
        "规模工业总产值翻番", 100, parse_period("2021..2025").id
    )  # fmt: skip
    told = Proposal.objects.get(name="规模工业总产值翻番")
    assert "请核对" in told.flags[-1], "the base year was not written"
    assert not Proposal.objects.filter(decision="open", kind="target").exists()

    file("trade_income", "2020", date(2021, 1, 25), amount=yi(500))
    file("trade_income", "2021-01..05", date(2021, 6, 20), amount=yi(250))
    year, later = (line_of(2021, "trade_income", TODAY, one) for one in ("2021", "2025"))
    assert year.standing.paced_by == "line"
    assert later.standing.paced_by == "interim", "this year's promise is a stage of the way"
    for one in (year, later):
        page = sign_in("appraisal").get(reverse("plan:item", args=[one.target.item_id]))
        assert one.standing.light.word in page.content.decode()
    wall = sign_in("leader").get(reverse("plan:wall")).content.decode()
    assert wall.count("技工贸总收入") >= 2


def doubling(zone: Zone) -> Item:
    period = parse_period("2021..2025")
    item = NewItem(
        "target", "", "规模工业总产值五年翻一番", period.last, Department.objects.first().pk,
        target=NewTarget("规模工业总产值", "growth", ">=", Decimal(100), "%", period, DOUBLED),
    )  # fmt: skip
    plan = draft_plan(year=2022, title="2022年计划", basis="", items=[item])
    adopt_plan(plan_id=plan.pk, by="管委会", on=date(2022, 1, 20))
    return plan.items.get()


@pytest.mark.parametrize(("said", "is_behind"), [("10", False), ("3", True)])
def test_a_doubling_is_held_against_the_way_from_its_base_year(
    imported: Plan, zone: Zone, said: str, is_behind: bool
):
    """By the middle of 2021 a tenth of the five years is gone."""
    item = imported.items.get(target__indicator=DOUBLED)
    assert line_of(2021, DOUBLED, TODAY).standing.light.tone == "neutral", "nothing is filed yet"
    file("industry_output_since_2020", "2021-01..05", date(2021, 6, 30), rate=Decimal(said))

    found = line_of(2021, DOUBLED, TODAY).standing

    assert (found.paced_by, found.expected.quantize(Decimal("0.1"))) == ("line", Decimal("10.0"))
    assert (found.gap < 0) is is_behind
    assert (found.light.tone == "good") is not is_behind
    page = sign_in("appraisal").get(reverse("plan:item", args=[item.pk])).content.decode()
    assert "按直线进度" in page and found.light.word in page


def test_a_doubling_is_kept_by_a_whole_more_and_not_by_the_same_again(zone: Zone):
    doubling(zone)
    file("industry_output_since_2020", "2021", date(2022, 1, 25), rate=Decimal("99.9"))
    assert line_of(2022, DOUBLED, date(2022, 2, 1)).standing.light.tone != "done"
    file("industry_output_since_2020", "2022", date(2023, 1, 25), rate=Decimal(100))
    assert line_of(2022, DOUBLED, date(2023, 2, 1)).standing.attainment == 100


def test_a_yearly_growth_is_held_against_itself(imported: Plan, zone: Zone):
    file("fixed_investment", "2021-01..05", date(2021, 6, 20), rate=Decimal("9.9"))
    found = line_of(2021, "fixed_investment_growth", TODAY)
    if found.number is None or found.number.value is None:
        pytest.fail("the reading did not reach the target")
    assert (found.standing.paced_by, found.standing.gap) == ("", Decimal("-0.1"))


def test_binding_and_anticipated_are_said_where_the_plan_is_published(imported: Plan):
    item = imported.items.get(text__contains="固定资产投资")
    set_target(
        item_id=item.pk, version=item.version, value=Decimal(10), bindingness="binding",
        is_pledge=False,
    )  # fmt: skip
    html = sign_in("appraisal").get(reverse("plan:editions")).content.decode()
    assert "<del>预期性</del>" in html and "<ins>约束性</ins>" in html


@pytest.fixture
def keeper(zone: Zone) -> Person:
    made, _ = add_person(
        account="keeper", name="督", role="appraisal", department=Department.objects.first()
    )
    made.must_change_password = False
    made.save()
    return made


def stock_of(zone: Zone) -> tuple[Item, str]:
    """A level that two units share: 20 to reach by the end of 2021."""
    one, two = (each.pk for each in Department.objects.all()[:2])
    year = Period.year(2021)
    item = NewItem(
        "target", "", "建成区", date(2021, 12, 31), one, support=[two],
        target=NewTarget(
            "建成区", "level", ">=", Decimal(20_000_000), "平方公里", year, "built_area"
        ),
    )  # fmt: skip
    plan = draft_plan(year=2021, title="计划", basis="", items=[item])
    adopt_plan(plan_id=plan.pk, by="管委会", on=date(2021, 1, 20))
    return plan.items.get(), one


def test_a_part_of_a_level_is_held_against_the_way_from_a_part_of_the_base(
    zone: Zone, keeper: Person
):
    item, lead = stock_of(zone)
    part = Part(lead, None, "甲", "lead", Decimal(60), Decimal(12_000_000))
    (share,) = hand_down(item_id=item.pk, parts=[part], by=keeper, on=TODAY)
    (unknown,) = list_share_lines(list_shares(item.plan), Ledger(TODAY))
    assert unknown.standing.paced_by == "" and unknown.standing.expected is None
    file_share(
        share_id=share.pk, month=5, value=Decimal(10), by=keeper, on=TODAY,
        evidence=[keep_file(data=b"x", name="x.txt")],
    )  # fmt: skip
    (line,) = list_share_lines(list_shares(item.plan), Ledger(TODAY))
    assert (line.standing.paced_by, line.standing.expected) == ("no_base", None)

    file("built_area", "2020", TODAY, area=Decimal(10_000_000))
    (line,) = list_share_lines(list_shares(item.plan), Ledger(TODAY))

    # The whole goes from 10 to 20, this part from 6 to 12; half of the year is gone.
    assert line.standing.paced_by == "line_of_whole"
    assert line.standing.expected == 9_000_000
    assert line.standing.gap is not None and line.standing.gap > 0
    page = sign_in("appraisal").get(reverse("plan:share", args=[share.pk])).content.decode()
    assert "直线进度，起点按总数折算" in page


def test_the_template_of_the_register_cuts_by_the_projects_led(zone: Zone, keeper: Person):
    one, two, *_ = (each.pk for each in Department.objects.all())
    target = NewTarget(
        "开工", "level", ">=", Decimal(9), "个", Period.year(2021), "projects_started"
    )
    item = NewItem("target", "", "开工九个", date(2021, 12, 31), one, support=[two], target=target)
    plan = draft_plan(year=2021, title="计划", basis="", items=[item])
    adopt_plan(plan_id=plan.pk, by="管委会", on=date(2021, 1, 20))
    for number, lead in enumerate([one, one, two]):
        add_project(
            code=f"T-{number}", name=f"T-{number}", investor="", kind="产业", investment=yi(1),
            is_top500=False, lead=lead,
        )  # fmt: skip

    ids = [plan.items.get().pk]
    found = spread(items=ids, template="register", lead_weight=Decimal(60), by=keeper, on=TODAY)

    assert found.done == 1
    values = [(each.department_id, each.value) for each in list_shares(plan)]
    assert values == [(one, 6), (two, 3)]


def test_the_pages_of_these_plans_open_to_those_who_only_read(imported: Plan):
    client: Client = sign_in("officer")
    for name in ("plan:home", "plan:wall", "plan:themes", "plan:editions"):
        assert client.get(reverse(name)).status_code == 200


def test_the_template_of_last_year_cuts_by_what_each_unit_did(zone: Zone, keeper: Person):
    known = zone.indicators["projects_started"]
    kept = replace(known, by=("department",))
    own = replace(
        zone,
        indicators={**zone.indicators, known.id: kept},
        versions={**zone.versions, known.id: (kept,)},
    )
    one, two, *_ = (each.pk for each in Department.objects.all())
    target = NewTarget(
        "开工", "level", ">=", Decimal(9), "个", Period.year(2021), "projects_started"
    )
    item = NewItem("target", "", "开工九个", date(2021, 12, 31), one, support=[two], target=target)
    with installed(own):
        plan = draft_plan(year=2021, title="计划", basis="", items=[item])
        adopt_plan(plan_id=plan.pk, by="管委会", on=date(2021, 1, 20))
        ids = [plan.items.get().pk]
        empty = spread(items=ids, template="last", lead_weight=Decimal(60), by=keeper, on=TODAY)
        assert empty.done == 0 and "去年这几个单位都没有完成数" in str(empty.left[0][1])
        for number, (lead, day) in enumerate(
            [(one, date(2020, 6, 1)), (two, date(2020, 7, 1)), (two, date(2020, 8, 1)),
             (one, date(2019, 6, 1))]
        ):  # fmt: skip
            project = add_project(
                code=f"L-{number}", name=f"L-{number}", investor="", kind="产业",
                investment=yi(1), is_top500=False, lead=lead,
            )  # fmt: skip
            told = NewFact(
                belongs, subject=f"project:{project.pk}", on=date(2019, 1, 1),
                values={"department": lead}, key=f"L-{number}",
            )  # fmt: skip
            record(told, by="甲", reason="归口", known_on=TODAY)
            proof = [keep_file(data=b"x", name="x.txt")]
            pass_gate(
                project_id=project.pk, gate_id="start", on=day, by="甲", today=TODAY, proof=proof,
                version=1,
            )  # fmt: skip
        found = spread(items=ids, template="last", lead_weight=Decimal(60), by=keeper, on=TODAY)

    assert found.done == 1
    values = [(each.department_id, each.value) for each in list_shares(plan)]
    assert values == [(one, 3), (two, 6)], "one of last year against two; 2019 does not count"
