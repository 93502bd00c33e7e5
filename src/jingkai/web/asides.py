"""What other contexts show beside an object's own page: what was instructed about it, and so on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from jingkai.kernel.lights import Light
from jingkai.org.queries import Person
from jingkai.web.shell import panels

__all__ = ["Aside", "AsideRow", "asides_of"]


@dataclass(frozen=True)
class AsideRow:
    """One line: its text, the page it opens, a word beside it, perhaps a light."""

    text: str
    url: str = ""
    note: str = ""
    light: Light | None = None


@dataclass(frozen=True)
class Aside:
    """A box beside an object: lines, and what can be done next; offered in `panels.ASIDES`.

    An offer is a function of the subject (as in `item:7`), the person and the day.
    """

    title: str
    rows: Sequence[AsideRow] = field(default_factory=tuple)
    links: Sequence[tuple[str, str]] = field(default_factory=tuple)
    note: str = ""


def asides_of(subject: str, person: Person, on: date) -> list[Aside]:
    """Return what the contexts show beside this object."""
    return [aside for offer in panels("ASIDES") for aside in offer(subject, person, on)]
