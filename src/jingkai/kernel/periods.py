"""Periods that numbers belong to: a year, a quarter, a month, or months of one year (累计)."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

__all__ = ["BadPeriod", "Period", "parse_period"]


class BadPeriod(ValueError):
    """A text that names no period."""


@dataclass(frozen=True, order=True)
class Period:
    """Whole months from `first` to `last` of one year or a span of whole years; both inclusive."""

    first: date
    last: date

    @classmethod
    def year(cls, year: int, until: int | None = None) -> "Period":
        """Return a calendar year, or the years up to `until`."""
        return cls(date(year, 1, 1), date(until or year, 12, 31))

    @classmethod
    def months(cls, year: int, first: int, last: int) -> "Period":
        """Return months `first` to `last` (1..12) of a year."""
        return cls(date(year, first, 1), date(year, last, monthrange(year, last)[1]))

    @classmethod
    def month_of(cls, on: date) -> "Period":
        """Return the month that `on` falls in."""
        return cls.months(on.year, on.month, on.month)

    @cached_property
    def id(self) -> str:
        """Return the text that `parse_period` reads back: 2021, 2021-06, 2021Q2, 2021-01..06."""
        year, a, b = self.first.year, self.first.month, self.last.month
        if self.last.year != year:
            return f"{year}..{self.last.year}"
        if (a, b) == (1, 12):
            return f"{year}"
        if a == b:
            return f"{year}-{a:02}"
        if b == a + 2 and a % 3 == 1:
            return f"{year}Q{a // 3 + 1}"
        return f"{year}-{a:02}..{b:02}"

    @property
    def name(self) -> str:
        """Return the period as officials write it: 2021年1—6月."""
        year, a, b = self.first.year, self.first.month, self.last.month
        if self.last.year != year:
            return f"{year}—{self.last.year}年"
        if (a, b) == (1, 12):
            return f"{year}年"
        return f"{year}年{a}月" if a == b else f"{year}年{a}—{b}月"

    def contains(self, on: date) -> bool:
        """Tell whether `on` falls in the period."""
        return self.first <= on <= self.last

    def last_year(self) -> "Period":
        """Return the same months one year earlier: the base of 同比."""
        return self._shifted_years(-1)

    def before(self) -> "Period":
        """Return the period of the same length just before: the base of 环比."""
        length = self.month_count
        end = self.first.year * 12 + self.first.month - 2
        start = end - length + 1
        first = date(start // 12, start % 12 + 1, 1)
        last_year, last_month = end // 12, end % 12 + 1
        return Period(first, date(last_year, last_month, monthrange(last_year, last_month)[1]))

    def up_to(self, on: date) -> "Period":
        """Return the part of the period that is not after the month of `on` (累计)."""
        if on >= self.last:
            return self
        month_end = date(on.year, on.month, monthrange(on.year, on.month)[1])
        return Period(self.first, max(month_end, self.first))

    @property
    def month_count(self) -> int:
        """Return how many months the period has."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def _shifted_years(self, years: int) -> "Period":
        last_year, last_month = self.last.year + years, self.last.month
        return Period(
            self.first.replace(year=self.first.year + years),
            date(last_year, last_month, monthrange(last_year, last_month)[1]),
        )


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Period]], ...] = (
    (re.compile(r"(\d{4})"), lambda m: Period.year(int(m[1]))),
    (re.compile(r"(\d{4})\.\.(\d{4})"), lambda m: Period.year(int(m[1]), int(m[2]))),
    (re.compile(r"(\d{4})-(\d{2})"), lambda m: Period.months(int(m[1]), int(m[2]), int(m[2]))),
    (
        re.compile(r"(\d{4})Q([1-4])"),
        lambda m: Period.months(int(m[1]), int(m[2]) * 3 - 2, int(m[2]) * 3),
    ),
    (
        re.compile(r"(\d{4})-(\d{2})\.\.(\d{2})"),
        lambda m: Period.months(int(m[1]), int(m[2]), int(m[3])),
    ),
)


@lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Read a period id; refuse anything else and show the forms there are."""
    for form, make in _FORMS:
        if found := form.fullmatch(text.strip()):
            try:
                period = make(found)
            except ValueError:
                break
            if period.first <= period.last and period.first.year >= 1900:
                return period
            break
    from jingkai.kernel.words import Words  # which says periods, and so must know them first

    raise BadPeriod(
        Words(
            "“%(text)s”不是期间；请写成 2021（年）、2021-06（月）、2021Q2（季）、"
            "2021-01..06（累计）或 2016..2020（跨年）。",
            text=text,
        )
    )
