from datetime import date, timedelta

import chinese_calendar
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.known import ZONES

CALENDAR = ZONES["zones.changde"].calendar
DAYS = st.dates(date(2015, 1, 1), date(2026, 12, 31))


def test_every_day_equals_the_published_calendar() -> None:
    first, last = date(2015, 1, 1), date(2026, 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))

    assert [
        day for day in days if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day)
    ] == []


@given(DAYS, st.integers(1, 250))
def test_adding_working_days_is_the_inverse_of_counting_them(start: date, count: int) -> None:
    due = CALENDAR.add_workdays(start, count)

    assert CALENDAR.is_workday(due)
    assert CALENDAR.count_workdays(start + timedelta(days=1), due) == count


@given(DAYS, DAYS)
def test_counting_equals_looking_at_each_day(one: date, other: date) -> None:
    first = one
    last = min(max(one, other), first + timedelta(days=400))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))

    assert CALENDAR.count_workdays(first, last) == sum(map(CALENDAR.is_workday, days))


def test_a_span_that_is_reversed_has_no_working_day() -> None:
    assert CALENDAR.count_workdays(date(2021, 6, 30), date(2021, 6, 29)) == 0


def test_no_days_to_add_ends_on_the_same_day() -> None:
    assert CALENDAR.add_workdays(date(2021, 10, 1), 0) == date(2021, 10, 1)


def test_a_year_without_notice_is_estimated() -> None:
    assert CALENDAR.is_estimated(2027)
    assert not CALENDAR.is_estimated(2026)
    assert not CALENDAR.is_workday(date(2027, 10, 1))
    assert CALENDAR.is_workday(date(2027, 10, 8))
