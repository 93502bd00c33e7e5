"""Returns (报表) as a zone declares them: columns, units, checks, and when each is due."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from jingkai.kernel.periods import Period
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Named

__all__ = ["MONTHS", "Check", "CheckExample", "Deadline", "ReturnColumn", "ReturnForm"]

# How many months a period of a return has.
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True)
class ReturnColumn:
    """A measure that firms fill in: its heading, the unit they write it in, who has it.

    `trades` are the professions that have the measure; none named means all of them. A stock
    stands at the end of the period; any other measure is the period's own amount.
    """

    id: str
    heading: str
    unit: str
    trades: tuple[str, ...] = ()
    required: bool = False
    is_stock: bool = False
    hint: str = ""
    names: tuple[str, ...] = ()
    english: str = ""
    hint_english: str = ""

    @property
    def head(self) -> str:
        """Return the heading with its unit, as it stands in the sheet."""
        return f"{self.heading}（{self.unit}）"

    @property
    def named(self) -> Named:
        """Return the heading in both languages."""
        return Named(self.heading, self.english)

    @property
    def headed(self) -> Named:
        """Return the heading with its unit in both languages; what English only counts has none."""
        unit = get_unit(self.unit).english
        return Named(
            self.head, f"{self.english} ({unit})" if self.english and unit else self.english
        )

    def is_for(self, trade: str) -> bool:
        """Tell whether firms of a profession have the measure."""
        return not self.trades or trade in self.trades


@dataclass(frozen=True)
class CheckExample:
    """Rows that show what a check does: this period, the one before, a year ago; does it fire."""

    now: Mapping[str, Decimal]
    fires: bool
    before: Mapping[str, Decimal] = field(default_factory=dict)
    year_ago: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A question that a return must answer before it is taken.

    `wrong` must be put right; `explain` asks the firm once for its reason. Amounts of examples
    and `floor` are in base units, `percent` in hundredths.

    - to_date: `columns[0]` and what stood in `columns[1]` before make `columns[1]`;
    - not_negative: no column is below zero;
    - jump: `columns[0]` is more than `percent` above or below `against`, month for month;
    - intensity: `columns[0]` for each `columns[1]` moved by more than `percent`;
    - at_most: `columns[0]` is more than `percent` of `columns[1]`.
    """

    id: str
    name: str
    kind: Literal["to_date", "not_negative", "jump", "intensity", "at_most"]
    columns: tuple[str, ...]
    basis: str
    level: Literal["wrong", "explain"] = "explain"
    against: Literal["before", "year_ago"] = "before"
    percent: Decimal = Decimal(0)
    floor: Decimal = Decimal(0)
    examples: tuple[CheckExample, ...] = ()
    english: str = ""


@dataclass(frozen=True)
class Deadline:
    """When a period is filed: a row of the filing calendar."""

    period: Period
    due: date
    opens: date


@dataclass(frozen=True)
class ReturnForm:
    """One return: what is filed, by whom, and the facts that it becomes.

    A period is a month, or as many as `every` says; `together` first months of a year are filed as
    one. `due_day` of the next month is the last day, unless the filing calendar has its own row.
    """

    id: str
    name: str
    english: str
    fact: str
    filer: str
    basis: str
    columns: tuple[ReturnColumn, ...] = ()
    checks: tuple[Check, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    every: Literal["month", "quarter", "half", "year"] = "month"
    together: int = 1
    due_day: int = 16
    version: int = 1

    @property
    def mark(self) -> str:
        """Return the code of this version, which templates carry: another definition, another."""
        columns = [asdict(one) for one in self.columns]
        for one in columns:  # another translation is no other definition
            del one["english"], one["hint_english"]
        told = json.dumps([columns, self.fact, self.version], default=str)
        return f"{self.id}/{self.version}/{hashlib.sha256(told.encode()).hexdigest()[:8]}"

    def column(self, column_id: str) -> ReturnColumn:
        """Return the column with this id."""
        return next(one for one in self.columns if one.id == column_id)

    def periods(self, year: int) -> Iterator[Period]:
        """Yield the periods of a year, the first months of it as one."""
        length = MONTHS[self.every]
        first = max(self.together, length)
        yield Period.months(year, 1, first)
        for month in range(first + 1, 13, length):
            yield Period.months(year, month, month + length - 1)

    def period_before(self, period: Period) -> Period | None:
        """Return the period filed before this one in the same year; None for the first."""
        earlier = [one for one in self.periods(period.first.year) if one < period]
        return earlier[-1] if earlier else None

    def previous(self, period: Period) -> Period:
        """Return the period filed before this one, in the year before where it is the first."""
        found = self.period_before(period)
        return found or list(self.periods(period.first.year - 1))[-1]

    def deadline(self, period: Period) -> Deadline:
        """Return when a period is filed: as the calendar says, else by the usual day."""
        for one in self.deadlines:
            if one.period == period:
                return one
        opens = period.last + timedelta(days=1)
        return Deadline(period, opens.replace(day=self.due_day), opens)

    def latest(self, on: date) -> Period:
        """Return the newest period that is open on a day."""
        years = [*self.periods(on.year - 1), *self.periods(on.year)]
        return [one for one in years if self.deadline(one).opens <= on][-1]

    def opened(self, year: int, on: date) -> list[Period]:
        """Return the periods of a year that are open on a day, the earliest first."""
        return [one for one in self.periods(year) if self.deadline(one).opens <= on]

    def recent(self, on: date, count: int) -> list[Period]:
        """Return the newest periods open on a day, the oldest first."""
        back = count * MONTHS[self.every] // 12 + 1
        years = [one for year in range(on.year - back, on.year + 1) for one in self.periods(year)]
        return [one for one in years if self.deadline(one).opens <= on][-count:]
