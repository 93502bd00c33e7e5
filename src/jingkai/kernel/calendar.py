"""The working calendar: which days count, from the yearly notices of the State Council."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

__all__ = ["CalendarDay", "WorkingCalendar"]

# 全国年节及纪念日放假办法 2024: days fixed in the solar calendar. Those of the lunar calendar are
# not guessed: a year without its notice is marked 预估 and recomputed when the notice is imported.
_FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


@dataclass(frozen=True)
class CalendarDay:
    """A day on which the rule Monday to Friday does not hold."""

    on: date
    is_workday: bool
    name: str


class WorkingCalendar:
    """Working days of a zone: Monday to Friday, but for the days a notice names."""

    def __init__(self, days: Iterable[CalendarDay]) -> None:
        self._days: Mapping[date, CalendarDay] = {day.on: day for day in days}
        self._years = {on.year for on in self._days}

    def is_estimated(self, year: int) -> bool:
        """Tell whether the year has no notice yet, so that its due dates are 预估."""
        return year not in self._years

    def is_workday(self, on: date) -> bool:
        """Tell whether offices work on that day."""
        if known := self._days.get(on):
            return known.is_workday
        if self.is_estimated(on.year) and (on.month, on.day) in _FIXED_HOLIDAYS:
            return False
        return on.weekday() < 5

    @cached_property
    def _workdays(self) -> list[date]:
        first = date(min(self._years, default=2015) - 1, 1, 1)
        last = date(max(self._years, default=2026) + 10, 12, 31)
        span = (last - first).days + 1
        return [day for n in range(span) if self.is_workday(day := first + timedelta(days=n))]

    def add_workdays(self, start: date, count: int) -> date:
        """Return the day on which `count` working days after `start` end; `start` is day 0."""
        position = bisect_left(self._workdays, start + timedelta(days=1))
        return start if count <= 0 else self._workdays[position + count - 1]

    def count_workdays(self, first: date, last: date) -> int:
        """Return the working days from `first` to `last`, both counted; 0 when reversed."""
        if last < first:
            return 0
        after = bisect_left(self._workdays, last + timedelta(days=1))
        return after - bisect_left(self._workdays, first)
