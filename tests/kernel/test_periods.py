from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.kernel.periods import BadPeriod, Period, parse_period

YEARS = st.integers(1990, 2090)
MONTHS = st.tuples(st.integers(1, 12), st.integers(1, 12)).map(sorted)
PERIODS = st.one_of(
    st.builds(lambda year, months: Period.months(year, *months), YEARS, MONTHS),
    st.builds(lambda year, more: Period.year(year, year + more), YEARS, st.integers(0, 9)),
)


@given(PERIODS)
def test_a_period_reads_back_from_its_id(period: Period) -> None:
    assert parse_period(period.id) == period


@given(PERIODS)
def test_the_period_before_has_the_same_length_and_touches(period: Period) -> None:
    before = period.before()

    assert before.month_count == period.month_count
    assert (period.first - before.last).days == 1


@given(PERIODS, st.dates(date(1989, 1, 1), date(2101, 1, 1)))
def test_what_is_known_of_a_period_lies_in_it(period: Period, on: date) -> None:
    part = period.up_to(on)

    assert part.first == period.first
    assert part.last <= max(period.last, period.first)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2021", "2021年"),
        ("2021-06", "2021年6月"),
        ("2021Q2", "2021年4—6月"),
        ("2021-01..05", "2021年1—5月"),
        ("2016..2020", "2016—2020年"),
    ],
)
def test_a_period_is_named_as_officials_write_it(text: str, name: str) -> None:
    assert parse_period(text).name == name


@pytest.mark.parametrize(
    "text",
    ["", "2021年", "2021-13", "2021-00", "2021Q5", "2021-06..03", "2022..2021", "21", "0021"],
)
def test_anything_else_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(BadPeriod, match="2021-06"):
        parse_period(text)


def test_last_year_of_a_leap_february_ends_on_the_28th() -> None:
    assert parse_period("2020-02").last_year() == parse_period("2019-02")
    assert parse_period("2021-02").last_year().last == date(2020, 2, 29)
