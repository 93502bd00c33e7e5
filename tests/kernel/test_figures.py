from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.kernel.figures import attainment, difference, growth, pace, time_share
from jingkai.kernel.periods import Period, parse_period
from tests.kernel.known import ZONES

CALENDAR = ZONES["zones.changde"].calendar
YEAR = Period.year(2021)
AMOUNTS = st.decimals(-1000, 1000, places=2)


@given(AMOUNTS)
def test_an_unknown_part_makes_the_answer_unknown(known: Decimal) -> None:
    assert growth(None, known) is growth(known, None) is None
    assert attainment(None, known) is attainment(known, None) is None
    assert difference(None, known) is difference(known, None) is None


@pytest.mark.parametrize("base", [Decimal(0), Decimal(-5)])
def test_there_is_no_growth_over_nothing_or_a_loss(base: Decimal) -> None:
    assert growth(Decimal(3), base) is None


def test_growth_and_attainment_are_percentages() -> None:
    assert growth(Decimal("109"), Decimal("100")) == 9
    assert attainment(Decimal(13), Decimal(30)) == Decimal(13) / 30 * 100
    assert attainment(Decimal(13), Decimal(0)) is None


def test_a_falling_target_is_reached_by_the_share_of_the_way_down() -> None:
    assert attainment(Decimal(5000), Decimal(4000), falling_from=Decimal(6000)) == 50
    assert attainment(Decimal(5000), Decimal(6000), falling_from=Decimal(6000)) is None


def test_half_of_the_year_is_gone_on_the_last_of_june() -> None:
    assert pace(YEAR, date(2021, 6, 30), CALENDAR) == 50


def test_a_running_month_counts_by_its_working_days() -> None:
    # June 2021 has 21 working days (Dragon Boat on Monday 14th); 10 are gone by the 15th.
    gone = time_share(parse_period("2021-06"), date(2021, 6, 15), CALENDAR)

    assert gone == Decimal(10) / 21 * 100
    assert pace(YEAR, date(2021, 6, 15), CALENDAR) == (5 + Decimal(10) / 21) / 12 * 100


def test_nothing_is_gone_before_a_period_and_all_of_it_after() -> None:
    assert pace(YEAR, date(2020, 12, 31), CALENDAR) == 0
    assert pace(YEAR, date(2021, 12, 31), CALENDAR) == 100
    assert pace(parse_period("2021..2025"), date(2021, 12, 31), CALENDAR) == 20


def test_a_plan_curve_replaces_the_straight_line() -> None:
    curve = tuple(Decimal(n) for n in (2, 5, 10, 18, 27, 40, 50, 60, 70, 80, 90, 100))

    assert pace(YEAR, date(2021, 6, 30), CALENDAR, curve) == 40
    assert pace(YEAR, date(2021, 1, 31), CALENDAR, curve) == 2
    assert pace(YEAR, date(2021, 6, 15), CALENDAR, curve) == 27 + 13 * Decimal(10) / 21


@given(st.dates(date(2021, 1, 1), date(2021, 12, 30)))
def test_pace_never_falls(on: date) -> None:
    tomorrow = date.fromordinal(on.toordinal() + 1)

    assert pace(YEAR, on, CALENDAR) <= pace(YEAR, tomorrow, CALENDAR)
