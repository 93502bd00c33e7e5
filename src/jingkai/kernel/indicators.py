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
    `_.column.sum(where=…)`. A `flow` adds up over time; a `stock` is its last value; a `balance`
    is all that came in less all that went out since the record began. A count over events is 0
    where nothing happened; a sum over returns is 未报 where nothing was filed.
    """

    id: str
    name: str
    english: str = ""
    unit: str
    over: str
    value: Any
    adds_up: Literal["flow", "stock", "balance"] = "flow"
    measure: Literal["level", "growth", "share", "rank"] = "level"
    direction: Literal["up", "down"] = "up"
    words: str = ""
    basis: str = ""
    since: date = date(2015, 1, 1)
    until: date | None = None
    aliases: tuple[str, ...] = ()
    part_of: str = ""
    examples: Mapping[str, Example] = field(default_factory=dict)
