"""Indicators: a number as a definition over facts, with its basis and its own examples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

__all__ = ["Example", "Indicator", "Piece"]

Example = tuple[Sequence[Mapping[str, Any]], Decimal | int | None]


@dataclass(frozen=True)
class Piece:
    """What an engine answers: an exact sum as a scaled integer, and how many values are in it."""

    total: int
    present: int
    scale: int = 0

    def __add__(self, other: "Piece") -> "Piece":
        scale = max(self.scale, other.scale)
        total = self.total * 10 ** (scale - self.scale) + other.total * 10 ** (scale - other.scale)
        return Piece(total, self.present + other.present, scale)

    @property
    def value(self) -> Decimal | None:
        """Return the sum; None when nothing was filed (未报)."""
        return Decimal(self.total).scaleb(-self.scale) if self.present else None


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """One number of the dictionary.

    `value` is an Ibis expression over the rows of the fact type `over`: `_.count(where=…)` or
    `_.column.sum(where=…)`. `adds_up` says how it sums:

    - `flow` adds up over time;
    - `stock` is its last value: of the subjects that filed then, or with `carry=N` also of those
      that filed at most N months before;
    - `balance` is all that came in less all that went out since the record began;
    - `cumulative` is filed from January on and differenced subject by subject;
    - `ratio` is `numerator` ÷ `denominator`, two other indicators, never averaged;
    - `share` is a ratio of a part to its whole, in percent;
    - `rank` is the place of a member by the number `of` among the keys of the one dimension `by`.

    A count over events is 0 where nothing happened; a sum over returns is 未报 where nothing was
    filed. `by` lists the dimensions that it is kept by. `same_scope` compares with last year only
    the subjects that filed both (可比口径). `curve` is the plan's percentage by the end of each
    month of the year, `curve_reason` why it is so, and `monthly` its example: what each month
    brings of a hundred. `asked_by` says who wants this number.
    """

    id: str
    name: str
    english: str = ""
    unit: str
    over: str = ""
    value: Any = None
    adds_up: Literal["flow", "stock", "balance", "cumulative", "ratio", "share", "rank"] = "flow"
    carry: int = 0
    numerator: str = ""
    denominator: str = ""
    of: str = ""
    by: tuple[str, ...] = ()
    same_scope: bool = False
    measure: Literal["level", "growth", "share", "rank"] = "level"
    direction: Literal["up", "down"] = "up"
    words: str = ""
    basis: str = ""
    since: date = date(2015, 1, 1)
    until: date | None = None
    aliases: tuple[str, ...] = ()
    part_of: str = ""
    curve: tuple[int, ...] = ()
    curve_reason: str = ""
    monthly: tuple[int, ...] = ()
    asked_by: tuple[str, ...] = ()
    examples: Mapping[str, Example] = field(default_factory=dict)

    @property
    def is_derived(self) -> bool:
        """Tell whether it is made of other indicators and has no facts of its own."""
        return self.adds_up in ("ratio", "share", "rank")

    @property
    def made_of(self) -> tuple[str, ...]:
        """Return the indicators that a derived one is made of."""
        return tuple(one for one in (self.numerator, self.denominator, self.of) if one)
