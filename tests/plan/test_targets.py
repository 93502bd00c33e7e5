"""Targets of plans: none is carried over, and those on the way bend it."""

from datetime import date
from decimal import Decimal

from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import TargetLine, list_targets_of
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan, file_reading

TODAY = date(2021, 6, 30)


def promise(year: int, value: str, period: Period, indicator: str = "built_area") -> None:
    """Adopt a plan of the year with one target."""
    target = NewTarget(
        "目标", "level", ">=", Decimal(value), "平方公里", period, indicator=indicator
    )
    item = NewItem("target", "主题", "目标", period.last, target=target)
    plan = draft_plan(year=year, title=f"{year}年计划", basis="试", items=[item])
    adopt_plan(plan_id=plan.pk, by="甲", on=date(year, 1, 20))


def standing(zone: Zone, year: int, indicator: str = "built_area") -> list[TargetLine]:
    return list_targets_of(zone.indicators[indicator], ledger=Ledger(TODAY), year=year)


def test_a_target_of_last_year_is_not_carried_over_to_a_year_without_one(changde: Zone):
    promise(2020, "20000000", Period.year(2020))

    assert [line.target.value for line in standing(changde, 2020)] == [20_000_000]
    assert standing(changde, 2021) == []

    promise(2021, "22000000", Period.year(2021))
    (line,) = standing(changde, 2021)
    assert line.target.value == 22_000_000
    assert line.standing.paced_by != "interim", "last year's target is no stage of this year's"


def test_the_target_of_this_year_is_a_stage_of_the_way_to_a_later_one(changde: Zone):
    area = {"area": Decimal(20_000_000)}
    file_reading(
        subject="indicator:built_area",
        period=Period.year(2020),
        values=area,
        by="甲",
        known_on=date(2021, 1, 20),
        evidence=[],
    )
    promise(2021, "21000000", Period.year(2021))
    (alone,) = standing(changde, 2021)
    assert alone.standing.paced_by in ("line", "")

    promise(2020, "30000000", Period.year(2025))
    (later,) = standing(changde, 2020)

    assert later.standing.paced_by == "interim"
    assert later.standing.expected is not None
    half_a_year = Decimal(181) / 365
    expected = 20_000_000 + 1_000_000 * half_a_year
    assert abs(later.standing.expected - expected) < 10_000
