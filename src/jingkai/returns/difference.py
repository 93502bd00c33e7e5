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
from jingkai.kernel.words import Named, Words
from jingkai.ledger.queries import Fact
from jingkai.returns.catalog import say_amount
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
    name: str | Words | Named
    column: str
    now: str
    before: str
    year_ago: str
    cell: str = ""
    answer: str | Words | Named = ""

    def plain(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return vars(self) | {"name": Words.keep(self.name), "answer": Words.keep(self.answer)}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Question":
        """Read what `plain` gave."""
        told = {"name": Words.kept(kept["name"]), "answer": Words.kept(kept["answer"])}
        return cls(**{**kept, **told})


@dataclass(slots=True)
class RowToFile:
    """One firm's return as a sheet or a form says it, ready to be filed.

    `changes` are the columns that change, with what they say before and after.

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
    """A question about a unit: where, what it says now and was, which units it may have been.

    `cells` are the first of `count` cells; figures on a page have none. `power` is how many powers
    of ten they are off.
    """

    key: str
    column: str
    power: int
    cells: list[str]
    count: int
    now: str
    before: str
    units: list[tuple[str, str]]

    @property
    def times(self) -> Words:
        """Return how many times the figures are off."""
        return Words("一万倍") if abs(self.power) == 4 else Words("一亿倍")

    @property
    def place(self) -> list[str] | Words:
        """Return the cells, the first of many."""
        if not self.cells or self.count <= len(self.cells):
            return self.cells
        return Words("%(cells)s等 %(count)s 格", cells=self.cells, count=self.count)

    def where(self, form: ReturnForm) -> Named | Words:
        """Return the column with the cells behind it."""
        named = form.column(self.column).headed
        return (
            Words("%(column)s %(cells)s", column=named, cells=self.place) if self.cells else named
        )


@dataclass
class Difference:
    """What a sheet would change, what is wrong with it, what must be explained.

    `doubts` are units that somebody has to look at first, `unit_words` what was said of units.
    """

    rows: list[RowToFile]
    problems: list[SheetProblem]
    notes: list[SheetProblem]
    remarks: list[Words]
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
    """A firm's return as the difference shows it: column, old, new."""

    name: str
    row: int
    pairs: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Seen:
    """The beginning of a difference, as its page shows it and as it is kept of a large sheet."""

    counts: dict[str, int]
    problems: list[SheetProblem]
    notes: list[SheetProblem]
    remarks: list[Words]
    asked: list[AskedLine]
    changed: list[ChangedLine]
    added: list[ChangedLine]
    doubts: list[UnitQuestion] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {
            "counts": self.counts,
            "problems": [_plain(one) for one in self.problems],
            "notes": [_plain(one) for one in self.notes],
            "remarks": [one.plain() for one in self.remarks],
            "asked": [
                vars(one) | {"questions": [each.plain() for each in one.questions]}
                for one in self.asked
            ],
            "changed": [vars(one) for one in self.changed],
            "added": [vars(one) for one in self.added],
            "doubts": [vars(one) for one in self.doubts],
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Seen":
        """Read what `plain` gave."""
        asked = [
            {**one, "questions": [Question.read(each) for each in one["questions"]]}
            for one in kept["asked"]
        ]
        return cls(
            kept["counts"],
            [_problem(one) for one in kept["problems"]],
            [_problem(one) for one in kept["notes"]],
            [Words.of(one) for one in kept["remarks"]],
            [AskedLine(**one) for one in asked],
            [ChangedLine(**one) for one in kept["changed"]],
            [ChangedLine(**one) for one in kept["added"]],
            [UnitQuestion(**one) for one in kept["doubts"]],
        )


def _plain(problem: SheetProblem) -> dict[str, Any]:
    return {"cell": problem.cell, "what": problem.what.plain()}


def _problem(kept: Mapping[str, Any]) -> SheetProblem:
    return SheetProblem(kept["cell"], Words.of(kept["what"]))


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
        (column.id, "", say_amount(one.values[column.id], column))
        for column in form.columns
        if one.values[column.id] not in (None, "—")
    ]
    return ChangedLine(one.firm.name, one.row, one.changes or said)
