"""The contract of an import: what a context declares so that its table can come in by file.

A context offers `IMPORTS = [Importer(…)]` in its panels.py. The wizard does the rest: template,
upload, matching of columns, cell by cell errors, difference, one transaction, one undo.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

from django.utils.translation import gettext as _

from jingkai.kernel.words import Words
from jingkai.org.queries import Person
from jingkai.org.rules import Permission
from jingkai.web.language import with_unit
from jingkai.web.shell import panels

__all__ = [
    "Change",
    "Done",
    "ImportColumn",
    "ImportRefused",
    "Importer",
    "MatchRow",
    "RowProblem",
    "Value",
    "Values",
    "find_importer",
    "list_importers",
]

Value = str | Decimal | date | bool | None
Values = Mapping[str, Value]


class ImportRefused(ValueError):
    """An import that cannot be done or undone; the message says why and what to do."""


@dataclass(frozen=True)
class MatchRow:
    """A column of the template and the heading that it is matched with."""

    key: str
    head: str
    is_required: bool
    place: int | None


@dataclass(frozen=True)
class ImportColumn:
    """A column of the template.

    `heading` is Chinese as on paper; its unit is printed behind it and numbers stand in that
    unit. A `code` is a text that Excel must not take for a number. `names` are other headings
    under which the column is known. What does not stand goes along with a row (a reason, words
    to recognise it by): alone it is no difference, and nobody keeps it.
    """

    key: str
    heading: str
    kind: Literal["text", "code", "number", "day", "yes_no", "choice"] = "text"
    unit: str = ""
    required: bool = False
    choices: Callable[[], Sequence[str]] | None = None
    help: str = ""
    example: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    longest: int = 200
    names: tuple[str, ...] = ()
    stands: bool = True

    @property
    def head(self) -> str:
        """Return the heading with its unit."""
        return f"{self.heading}（{self.unit}）" if self.unit else self.heading

    @property
    def said(self) -> str:
        """Return the heading as a page says it; the file keeps the Chinese one."""
        return with_unit(_(self.heading), self.unit)


@dataclass(frozen=True)
class Change:
    """One row before and after, by column key; `before` is None for a new one."""

    key: str
    before: Values | None
    after: Values

    @property
    def differs(self) -> list[str]:
        """Return the keys of the columns that change."""
        before = self.before
        if before is None:
            return []
        return [key for key, value in self.after.items() if before.get(key) != value]


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row that its cells alone do not tell, and the fix."""

    row: int
    column: str
    what: Words | str


@dataclass(frozen=True)
class Done:
    """What an import leaves to show once: a heading and rows, such as one-time passwords."""

    title: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = field(default_factory=list)


class Apply(Protocol):
    """Write changes, inside the wizard's transaction."""

    def __call__(self, changes: Sequence[Change], *, by: Person, on: date) -> Done | None:
        """Write all changes or raise a ValueError with words for the person."""


def _nothing_hidden(person: Person) -> Collection[str]:
    return ()


def _no_problem(rows: Sequence[tuple[int, Values]]) -> Iterable[RowProblem]:
    return ()


@dataclass(frozen=True)
class Importer:
    """A table that comes in by file.

    `key` names the column that says which row is meant. `current` returns what stands today, by
    that key, with every column of `columns`, numbers in the unit of the heading; it is called with
    `lock=True` inside the transaction that writes. `check` looks at all rows together. `undo` gets
    the changes that were applied, and takes them back. `hidden` returns the keys of what the
    person does not see: it is neither given out nor changed. Where several rows are of one key,
    `row_key` says which row is meant.
    """

    id: str
    name: Any
    permission: Permission
    key: str
    columns: Sequence[ImportColumn]
    current: Callable[..., Mapping[str, Values]]  # current(*, lock: bool)
    apply: Apply
    undo: Callable[..., None]
    check: Callable[[Sequence[tuple[int, Values]]], Iterable[RowProblem]] = _no_problem
    hidden: Callable[[Person], Collection[str]] = _nothing_hidden
    version: str = "1"
    after_url: str = "home"
    row_key: Callable[[Values], str] | None = None

    def identify(self, values: Values) -> str:
        """Return which row is meant."""
        return self.row_key(values) if self.row_key else str(values[self.key])

    @property
    def standing(self) -> frozenset[str]:
        """Return the keys of the columns that the table keeps."""
        return frozenset(one.key for one in self.columns if one.stands)

    def column(self, key: str) -> ImportColumn:
        """Return the column with this key."""
        return next(one for one in self.columns if one.key == key)


def list_importers() -> list[Importer]:
    """Return every importer that the contexts offer."""
    return [one for offered in panels("IMPORTS") for one in offered]


def find_importer(importer_id: str) -> Importer:
    """Return one importer; KeyError when nobody offers it."""
    return {one.id: one for one in list_importers()}[importer_id]
