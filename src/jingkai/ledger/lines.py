"""The lines of an entry made ready: single ones, and blocks of returns that came in columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import repeat
from operator import attrgetter
from typing import Any

import numpy as np

from jingkai.kernel.columns import Series
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.months import month_number
from jingkai.kernel.periods import Period
from jingkai.kernel.vectors import Table
from jingkai.ledger.rules import fact_line, return_lines

__all__ = ["COLUMNS", "Block", "Lines", "Ready"]

COLUMNS = (
    "entry_id",
    "type",
    "area",
    "subject",
    "last_month",
    "on",
    "period_id",
    "key",
    "row",
    "values",
    "corrects_id",
    "is_void",
)
_OF_LINE = attrgetter(*COLUMNS[1:])


@dataclass(slots=True)
class Ready:
    """A line made ready: what the database takes, and its values as pieces read them."""

    type: str
    area: str
    subject: str
    last_month: int
    on: date | None
    period_id: str
    key: str
    row: int | None
    values: str
    scaled: Mapping[str, Any] | None
    corrects_id: int | None = None
    is_void: bool = False
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """New returns of one type and period: they differ in subject, row and values only."""

    type: FactType
    period: Period
    subjects: Sequence[str]
    rows: Sequence[int]
    texts: Sequence[str]
    measures: Mapping[str, Series]
    labels: Mapping[str, Sequence[str]]

    def __len__(self) -> int:
        return len(self.subjects)

    def part(self, start: int, stop: int) -> "Block":
        """Return some of the returns."""
        some = slice(start, stop)
        return Block(
            self.type,
            self.period,
            self.subjects[some],
            self.rows[some],
            self.texts[some],
            {key: series.part(some) for key, series in self.measures.items()},
            {key: words[some] for key, words in self.labels.items()},
        )

    @property
    def table(self) -> Table:
        """Return the values as the expressions of definitions read them."""
        return Table(len(self.subjects), self.measures, self.labels)

    def __iter__(self) -> Iterator[Ready]:
        """Yield each return as a line of its own."""
        kind, last, period_id = self.type.id, month_number(self.period.last), self.period.id
        keys = tuple(self.type.columns)
        cells = zip(*(self._cells(key) for key in keys), strict=True)
        for subject, row, text, own in zip(
            self.subjects, self.rows, self.texts, cells, strict=True
        ):
            scaled = dict(zip(keys, own, strict=True))
            yield Ready(kind, "", subject, last, None, period_id, "", row, text, scaled)

    def _cells(self, key: str) -> Sequence[Any]:
        if key in self.labels:
            return self.labels[key]
        series = self.measures[key]
        told: list[int | None] = series.values.tolist()
        for gone in np.flatnonzero(~series.present).tolist():
            told[gone] = None
        return told

    def tuples(self, entry: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the returns as the database takes them, in the order of `COLUMNS`."""
        last = month_number(self.period.last)
        before = map(repeat, (entry, self.type.id, ""))
        between = map(repeat, (last, None, self.period.id, ""))
        return zip(
            *before, self.subjects, *between, self.rows, self.texts, repeat(None), repeat(False)
        )


@dataclass(frozen=True)
class Lines:
    """The lines of an entry, in the order in which they are recorded."""

    singles: list[Ready]
    blocks: list[Block] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.singles) + sum(map(len, self.blocks))

    def __iter__(self) -> Iterator[Ready]:
        yield from self.singles
        for block in self.blocks:
            yield from block

    def heads(self) -> Iterator[Ready]:
        """Yield every single line, and the first of each block."""
        yield from self.singles
        for block in self.blocks:
            yield from block.part(0, 1)

    def stages(self, size: int) -> Iterator["Lines"]:
        """Yield the lines in parts of at most so many."""
        for start in range(0, len(self.singles), size):
            yield Lines(self.singles[start : start + size])
        for block in self.blocks:
            for start in range(0, len(block), size):
                yield Lines([], [block.part(start, start + size)])

    def tuples(self, entry: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the lines as the database takes them, in the order of `COLUMNS`."""
        for one in self.singles:
            yield (entry, *_OF_LINE(one))
        for block in self.blocks:
            yield from block.tuples(entry)

    def digested(self) -> Iterator[str]:
        """Yield what the digest of their entry covers of each line."""
        yield from map(fact_line, self.singles)
        for block in self.blocks:
            yield from return_lines(block.type.id, block.period.id, block.subjects, block.texts)

    def by_type(self) -> dict[str, tuple[list[Ready], list[Block]]]:
        """Return the lines of each type."""
        found: dict[str, tuple[list[Ready], list[Block]]] = {}
        for one in self.singles:
            found.setdefault(one.type, ([], []))[0].append(one)
        for block in self.blocks:
            found.setdefault(block.type.id, ([], []))[1].append(block)
        return found
