"""What a sheet would change of the ledger, row by row, and what of it a page shows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.facttypes import FactType, Value
from jingkai.kernel.returns import ReturnForm
from jingkai.ledger.queries import Fact
from jingkai.returns.catalog import said_head, say_amount
from jingkai.returns.rules import Frame, SheetProblem

__all__ = [
    "AskedLine",
    "ChangedLine",
    "Difference",
    "FilingFirm",
    "Filled",
    "Question",
    "RowToFile",
    "RowValues",
    "Seen",
    "UnitQuestion",
    "see",
]


class FilingFirm(NamedTuple):
    """What filing needs to know of a firm."""

    pk: int
    code: str
    name: str
    trade: str
    closed_on: date | None

    @property
    def subject(self) -> str:
        """Return the firm as a subject of facts."""
        return f"enterprise:{self.code}"


@dataclass(frozen=True, eq=False)
class Filled:
    """Returns as columns, with the words that a fact holds beside its measures."""

    fact: FactType
    frame: Frame
    labels: Mapping[str, Sequence[str]]

    @property
    def height(self) -> int:
        """Return how many returns there are."""
        return len(next(iter(self.frame.values())).values) if self.frame else 0

    def take(self, places: Sequence[int]) -> "Filled":
        """Return some of the returns."""
        rows = np.array(places, np.intp)
        if len(rows) == self.height and (np.diff(rows) == 1).all():
            return self
        return Filled(
            self.fact,
            {key: series.take(rows) for key, series in self.frame.items()},
            {key: [words[place] for place in places] for key, words in self.labels.items()},
        )


class RowValues(Mapping[str, Value]):
    """One row of returns that are held as columns: its values in base units."""

    __slots__ = ("place", "table")

    def __init__(self, table: Filled, place: int) -> None:
        self.table, self.place = table, place

    def __getitem__(self, key: str) -> Value:
        table = self.table
        if key in table.labels:
            return table.labels[key][self.place]
        return table.frame[key].value(self.place, table.fact.columns[key].scale)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.table.frame, *self.table.labels))

    def __len__(self) -> int:
        return len(self.table.frame) + len(self.table.labels)


@dataclass(frozen=True)
class Question:
    """A check that fired: what it is about, in the unit of the sheet, and the answer if any."""

    check: str
    name: str
    column: str
    now: str
    before: str
    year_ago: str
    cell: str = ""
    answer: str = ""


@dataclass(slots=True)
class RowToFile:
    """One firm's return as a sheet or a form says it, ready to be filed.

    `questions` are open, `said` were answered already: what was said of a unit. `carried` counts
    the stocks that the form opened with.
    """

    firm: Enterprise | FilingFirm
    values: Mapping[str, Value]
    row: int
    standing: Fact | None
    is_same: bool
    questions: Sequence[Question] = ()
    explanation: str = ""
    changes: Sequence[tuple[str, str, str]] = ()
    said: Sequence[Question] = ()
    carried: int = 0

    @property
    def is_new(self) -> bool:
        """Tell whether nothing stands of the firm for the period."""
        return self.standing is None or self.standing.is_void


@dataclass(frozen=True)
class UnitQuestion:
    """A question about a unit: where, what it says now and was, which units it may have been."""

    key: str
    head: str
    times: str
    cells: str
    now: str
    before: str
    units: list[tuple[str, str]]


@dataclass
class Difference:
    """What a sheet would change, what is wrong with it, what must be explained.

    `doubts` are units that somebody has to look at first, `unit_words` what was said of units.
    """

    rows: list[RowToFile]
    problems: list[SheetProblem]
    notes: list[SheetProblem]
    remarks: list[str]
    doubts: list[UnitQuestion] = field(default_factory=list)
    unit_words: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows are new, changed, the same, and asked; how many cells are wrong."""
        added = sum(one.is_new for one in self.rows)
        same = sum(one.is_same for one in self.rows)
        return {
            "added": added,
            "changed": len(self.rows) - added - same,
            "same": same,
            "asked": sum(bool(one.questions) and not one.is_same for one in self.rows),
            "wrong": len(self.problems),
        }


@dataclass(frozen=True)
class AskedLine:
    """A firm that is asked for its reason."""

    code: str
    name: str
    questions: list[Question]
    explanation: str


@dataclass(frozen=True)
class ChangedLine:
    """A firm's return as the difference shows it: head, old, new."""

    name: str
    row: int
    pairs: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Seen:
    """The beginning of a difference, as its page shows it and as it is kept of a large sheet."""

    counts: dict[str, int]
    problems: list[SheetProblem]
    notes: list[SheetProblem]
    remarks: list[str]
    asked: list[AskedLine]
    changed: list[ChangedLine]
    added: list[ChangedLine]
    doubts: list[UnitQuestion] = field(default_factory=list)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Seen":
        """Return what was kept of a difference."""
        asked = [{**one, "questions": _read_questions(one)} for one in kept["asked"]]
        return cls(
            kept["counts"],
            [SheetProblem(**one) for one in kept["problems"]],
            [SheetProblem(**one) for one in kept["notes"]],
            kept["remarks"],
            [AskedLine(**one) for one in asked],
            [ChangedLine(**one) for one in kept["changed"]],
            [ChangedLine(**one) for one in kept["added"]],
            [UnitQuestion(**one) for one in kept["doubts"]],
        )


def _read_questions(kept: Mapping[str, Any]) -> list[Question]:
    return [Question(**one) for one in kept["questions"]]


def see(found: Difference, form: ReturnForm, *, shown: int) -> Seen:
    """Return the first lines of every part of a difference."""
    rows = [one for one in found.rows if not one.is_same]
    asked = (one for one in rows if one.questions)
    changed = (one for one in rows if not one.is_new)
    added = (one for one in rows if one.is_new)
    return Seen(
        found.counts,
        found.problems[:shown],
        found.notes[:shown],
        found.remarks,
        [
            AskedLine(one.firm.code, one.firm.name, one.questions, one.explanation)
            for one in islice(asked, shown)
        ],
        [_changed_line(form, one) for one in islice(changed, shown)],
        [_changed_line(form, one) for one in islice(added, shown)],
        found.doubts[:shown],
    )


def _changed_line(form: ReturnForm, one: RowToFile) -> ChangedLine:
    said = [
        (said_head(column), "", say_amount(one.values[column.id], column))
        for column in form.columns
        if one.values[column.id] not in (None, "—")
    ]
    return ChangedLine(one.firm.name, one.row, one.changes or said)
