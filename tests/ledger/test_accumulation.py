"""How a number adds up over time, seen through the ledger."""

from datetime import date
from decimal import Decimal
from typing import Any

from jingkai.enterprises import facts
from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger, Number
from jingkai.ledger.services import NewFact, record

TODAY = date(2021, 6, 30)


def note(*lines: NewFact) -> None:
    """Record lines as known today."""
    record(*lines, by="统计专班", reason="测试", known_on=TODAY)


def step(firm: int, on: date, change: int) -> NewFact:
    """Return an entry on the industrial roll or a removal from it."""
    values: dict[str, Any] = {"trade": "industry", "change": change}
    values["step"] = "enter" if change > 0 else "leave"
    key = f"{firm}:{on}"
    return NewFact(facts.roll_changed, f"enterprise:{firm}", values, on=on, key=key)


def filed(firm: int, period: Period, **values: Any) -> NewFact:
    """Return what a factory files."""
    values = {"trade": "industry", **values}
    return NewFact(facts.monthly_return, f"enterprise:{firm}", values, period=period)


def number(zone: Zone, name: str, period: Period) -> Number:
    """Return a number as known today."""
    return Ledger(TODAY).number(zone.indicators[name], period)


def test_a_balance_is_all_that_came_less_all_that_went(zone: Zone):
    note(
        step(1, date(2019, 1, 1), 1),
        step(2, date(2019, 1, 1), 1),
        step(1, date(2020, 3, 1), -1),
        step(3, date(2021, 2, 1), 1),
    )

    assert number(zone, "industrial_firms", Period.year(2018)).value == 0
    assert number(zone, "industrial_firms", Period.year(2019)).value == 2
    assert number(zone, "industrial_firms", Period.months(2020, 1, 2)).value == 2
    assert number(zone, "industrial_firms", Period.months(2020, 5, 5)).value == 1
    now = number(zone, "industrial_firms", Period.year(2021))
    assert (now.value, now.last_year) == (2, 1)
    assert list(now.by_month.values()) == [2, 1, 2]


def test_the_facts_behind_a_balance_are_all_its_changes(zone: Zone):
    note(step(1, date(2019, 1, 1), 1), step(2, date(2021, 2, 1), 1))
    ledger = Ledger(TODAY)
    indicator = zone.indicators["industrial_firms"]

    assert len(ledger.facts_behind(indicator, Period.months(2020, 1, 12))) == 1
    assert len(ledger.facts_behind(indicator, Period.year(2021))) == 2


def test_a_count_of_the_last_returns_is_nought_where_none_counts(zone: Zone):
    assert number(zone, "firms_tax_100m", Period.year(2021)).value is None

    note(
        filed(1, Period.months(2020, 12, 12), tax_to_date=yi(2)),
        filed(1, Period.months(2021, 1, 2), tax_to_date=yi(1)),
    )

    assert number(zone, "firms_tax_100m", Period.year(2020)).value == 1
    assert number(zone, "firms_tax_100m", Period.year(2021)).value == 0


def test_growth_compares_the_months_that_were_filed(zone: Zone):
    note(
        filed(1, Period.months(2020, 1, 2), output=100),
        filed(1, Period.months(2020, 3, 3), output=100),
        filed(1, Period.months(2021, 1, 2), output=110),
    )

    so_far = number(zone, "industry_output", Period.year(2021))

    assert (so_far.value, so_far.last_year, so_far.yoy) == (110, 100, Decimal(10))
