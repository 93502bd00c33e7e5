"""The workbench contract: what waits for a person, how much of it, what falls due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from jingkai.kernel.lights import Light

__all__ = ["Counts", "Due", "LastWord", "Work", "WorkRow"]


@dataclass(frozen=True)
class Counts:
    """The four counters: 我要办, 我交办, 临期, 逾期."""

    mine: int = 0
    assigned: int = 0
    near: int = 0
    late: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.mine + other.mine,
            self.assigned + other.assigned,
            self.near + other.near,
            self.late + other.late,
        )


@dataclass(frozen=True)
class WorkRow:
    """Something that somebody should look at."""

    text: str
    url: str
    lead: str
    due_on: date
    light: Light
    gap: str = ""
    days_late: int = 0
    subject: str = ""


@dataclass(frozen=True)
class LastWord:
    """What was said last about a row; offered in `panels.WORDS(subjects, person)` by subject."""

    on: date
    who: str
    text: str


@dataclass(frozen=True)
class Work:
    """What a context has for a person: a table under its title, and what it counts.

    What `comes_first` stands above the rest. Of a row with a `subject` contexts offer in
    `panels.ACTS(subject, person)` what can be done about it at once: a word and an address.

    Offered in `panels.WORK` by a function of the person and the ledger; `total` may be more than
    the rows that are shown; `url` leads to all of them.
    """

    title: str
    total: int
    rows: Sequence[WorkRow]
    counts: Counts = field(default_factory=Counts)
    url: str = ""
    comes_first: bool = False


@dataclass(frozen=True)
class Due:
    """A day on which something must be handed in; offered in `panels.CALENDAR(person, today)`."""

    on: date
    text: str
    url: str
