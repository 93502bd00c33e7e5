"""Months as numbers, and spans of months: what a figure covers, first and last month."""

from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from jingkai.kernel.periods import Period

__all__ = ["Span", "month_end", "month_number"]


def month_number(on: date) -> int:
    """Return the month that `on` falls in, counted from year 0: months subtract like numbers."""
    return on.year * 12 + on.month - 1


@lru_cache(maxsize=4096)
def month_end(month: int) -> date:
    """Return the last day of a month."""
    year, index = divmod(month, 12)
    return date(year, index + 1, monthrange(year, index + 1)[1])


class Span(NamedTuple):
    """Whole months from `first` to `last`, both inclusive."""

    first: int
    last: int

    @classmethod
    def of(cls, period: Period) -> "Span":
        """Return the months of a period."""
        return cls(month_number(period.first), month_number(period.last))

    @property
    def january(self) -> int:
        """Return the first month of the year in which the span ends."""
        return self.last - self.last % 12

    def contains(self, other: "Span") -> bool:
        """Tell whether the other span lies wholly inside."""
        return self.first <= other.first and other.last <= self.last

    def contains_end(self, other: "Span") -> bool:
        """Tell whether the other span ends inside."""
        return self.first <= other.last <= self.last

    def shifted(self, months: int) -> "Span":
        """Return the span so many months later."""
        return Span(self.first + months, self.last + months)
