"""What the reader answers: plain frozen data, each item with its place in the text."""

from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Heading", "NamedProject", "Note", "Statement", "TaskSentence", "WorkReport"]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A heading and the stretch of text under it; `part` is review, plan or other."""

    title: str
    level: int
    part: str
    at: int
    end: int


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A number that the report promises (target) or reports (result), in base units."""

    at: int
    quote: str
    kind: str
    indicator: str
    measure: str
    op: str
    value: float
    unit: str
    period: str | None
    section: tuple[str, ...]
    sentence: tuple[int, int]
    counter: str | None = None
    direction: str | None = None
    start: float | None = None
    of: str | None = None
    confidence: float = 1.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NamedProject:
    """A project that the report names, with what was or will be done to it."""

    name: str
    at: int
    action: str
    status: str
    period: str | None
    section: tuple[str, ...]
    sentence: tuple[int, int]
    confidence: float = 1.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TaskSentence:
    """A sentence of the plan that commits somebody to something checkable."""

    at: int
    end: int
    text: str
    section: tuple[str, ...]
    lead: str | None = None
    due: str | None = None
    statements: tuple[int, ...] = ()
    projects: tuple[int, ...] = ()
    confidence: float = 1.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Note:
    """A number that was left out, and why."""

    at: int
    end: int
    text: str
    why: str


@dataclass(frozen=True, kw_only=True)
class WorkReport:
    """Everything that was read from one report."""

    title: str | None
    year: int
    chars: int
    sha256: str
    outline: tuple[Heading, ...] = ()
    statements: tuple[Statement, ...] = ()
    projects: tuple[NamedProject, ...] = ()
    tasks: tuple[TaskSentence, ...] = ()
    notes: tuple[Note, ...] = field(default_factory=tuple)

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain lists and dicts."""
        plain = asdict(self)
        for statement in plain["statements"]:
            for key in ("of", "direction", "start"):
                if statement[key] is None:
                    del statement[key]
            if float(statement["value"]).is_integer():
                statement["value"] = int(statement["value"])
            if statement["unit"] != "count":
                del statement["counter"]
        head = ("title", "year", "chars", "sha256")
        return {"document": {key: plain.pop(key) for key in head}, **plain}
