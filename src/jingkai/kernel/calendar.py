"""The working calendar: which days count, from the yearly notices of the State Council."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import accumulate

from jingkai.kernel.words import Words

__all__ = ["CalendarDay", "OutsideCalendar", "WorkingCalendar"]

# 全国年节及纪念日放假办法 2024: days fixed in the solar calendar. Those of the lunar calendar are
# not guessed: a year without its notice is marked 预估 and recomputed when the notice is imported.
_FIXED_HOLIDAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


class OutsideCalendar(ValueError):
    """A day that the working calendar does not reach."""


@dataclass(frozen=True)
class CalendarDay:
    """A day on which the rule Monday to Friday does not hold."""

    on: date
    is_workday: bool
    name: str


class WorkingCalendar:
    """Working days of a zone: Monday to Friday, but for the days a notice names.

    Two tables answer every question in one step: how many working days lie before each day, and
    which day is the n-th working day.
    """

    def __init__(self, days: Iterable[CalendarDay]) -> None:
        self._days: Mapping[date, CalendarDay] = {day.on: day for day in days}
        self._years = {on.year for on in self._days}

    def with_notice(self, days: Iterable[CalendarDay]) -> "WorkingCalendar":
        """Return the calendar with the days of a later notice; the later word on a day holds."""
        return WorkingCalendar([*self._days.values(), *days])

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

    def exceptions(self, first: date, last: date) -> list[CalendarDay]:
        """Return the days from `first` to `last` that a notice names, in order."""
        noticed = self._noticed
        named = noticed[bisect_left(noticed, first) : bisect_right(noticed, last)]
        return [self._days[on] for on in named]

    @cached_property
    def _noticed(self) -> list[date]:
        return sorted(self._days)

    @cached_property
    def first(self) -> date:
        """Return the first day that the calendar reaches."""
        return date(min(self._years, default=2015) - 1, 1, 1)

    @cached_property
    def last(self) -> date:
        """Return the last day that the calendar reaches."""
        return date(max(self._years, default=2026) + 10, 12, 31)

    @cached_property
    def workdays_before(self) -> list[int]:
        """Return, for each day from the first, how many working days lie before it."""
        span = (self.last - self.first).days + 1
        days = (self.first + timedelta(days=n) for n in range(span))
        return list(accumulate((self.is_workday(day) for day in days), initial=0))

    @cached_property
    def workdays(self) -> list[int]:
        """Return the ordinals of the working days, in order."""
        before, start = self.workdays_before, self.first.toordinal()
        return [start + n for n in range(len(before) - 1) if before[n + 1] > before[n]]

    def add_workdays(self, start: date, count: int) -> date:
        """Return the day on which `count` working days after `start` end; `start` is day 0."""
        if count <= 0:
            return start
        position = self._place(start) + count - 1
        if position >= len(self.workdays):
            raise OutsideCalendar(
                Words(
                    "工作日历到 %(last)s 为止，%(start)s 之后没有 %(count)s 个工作日。",
                    last=self.last,
                    start=start,
                    count=count,
                )
            )
        return date.fromordinal(self.workdays[position])

    def subtract_workdays(self, end: date, count: int) -> date:
        """Return the last working day from which `count` working days later are over by `end`."""
        if count <= 0:
            return end
        position = self._place(end) - count - 1
        if position < 0:
            raise OutsideCalendar(
                Words(
                    "工作日历从 %(first)s 开始，%(end)s 之前没有 %(count)s 个工作日。",
                    first=self.first,
                    end=end,
                    count=count,
                )
            )
        return date.fromordinal(self.workdays[position])

    def count_workdays(self, first: date, last: date) -> int:
        """Return the working days from `first` to `last`, both counted; 0 when reversed."""
        if last < first:
            return 0
        return self._place(last) - self._place(first) + self.is_workday(first)

    def _place(self, on: date) -> int:
        """Return how many working days lie on or before a day."""
        offset = on.toordinal() - self.first.toordinal() + 1
        if not 0 <= offset < len(self.workdays_before):
            raise OutsideCalendar(
                Words(
                    "工作日历只到 %(first)s—%(last)s，不含 %(on)s。",
                    first=self.first,
                    last=self.last,
                    on=on,
                )
            )
        return self.workdays_before[offset]
