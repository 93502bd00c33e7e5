"""A zone as the product sees it: everything a zone package declares, loaded and checked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.industries import Industry
from jingkai.kernel.items import Approvals
from jingkai.kernel.ladders import Ladder
from jingkai.kernel.lights import LightScheme
from jingkai.kernel.nodes import Nodes
from jingkai.kernel.parameters import Parameter
from jingkai.kernel.phrases import Phrases
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.supervision import Supervision

__all__ = ["DepartmentEntry", "Zone", "current_zone", "install", "installed"]


@dataclass(frozen=True)
class DepartmentEntry:
    """A department as the zone package lists it; `duties` are words that point a task to it."""

    id: str
    name: str
    english: str
    leader: str = ""
    duties: tuple[str, ...] = ()
    parent: str = ""


@dataclass(frozen=True)
class Zone:
    """One zone: its names, organisation, lights and definitions."""

    id: str
    name: str
    english: str
    folder: Path
    departments: tuple[DepartmentEntry, ...]
    target_lights: LightScheme
    task_lights: LightScheme
    indicators: Mapping[str, Indicator]
    fact_types: Mapping[str, FactType]
    calendar: WorkingCalendar
    supervision: Supervision
    is_demo: bool = False
    business_date: date | None = None
    issuer: str = ""
    document_mark: str = ""
    second_factor: str = "administrators"
    themes: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    versions: Mapping[str, tuple[Indicator, ...]] = field(default_factory=dict)
    approvals: Approvals = field(default_factory=Approvals)
    industries: Mapping[str, Industry] = field(default_factory=dict)
    phrases: Phrases = field(default_factory=Phrases)
    ladder: Ladder = field(default_factory=lambda: Ladder({}, ()))
    returns: Mapping[str, ReturnForm] = field(default_factory=dict)
    nodes: Nodes = field(default_factory=Nodes)

    def definition(self, indicator: str, on: date) -> Indicator | None:
        """Return the version of an indicator in force on a day; None before its first."""
        for version in reversed(self.versions.get(indicator, ())):
            if version.since <= on and (version.until is None or on <= version.until):
                return version
        return None

    def propose_departments(self, text: str) -> list[str]:
        """Return department ids by how many of their duty words stand in `text`, best first."""
        return [department for department, _ in self.match_duties(text)]

    def match_duties(self, text: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return departments with those of their duty words that stand in `text`, best first."""
        hits = [
            (entry.id, tuple(word for word in entry.duties if word in text))
            for entry in self.departments
        ]
        found = [hit for hit in hits if hit[1]]
        return sorted(found, key=lambda hit: -sum(len(word) for word in hit[1]))

    def find_indicator(
        self, name: str, measure: str = "level", within: str = ""
    ) -> Indicator | None:
        """Return the indicator that goes by this name or alias, blanks and quotes aside.

        “亿元以上项目” is part of several counts: `within` names the one that is meant.
        """
        wanted = _plain(name)
        found = [
            indicator
            for indicator in self.indicators.values()
            if indicator.measure == measure
            and wanted in {_plain(known) for known in (indicator.name, *indicator.aliases)}
        ]
        parts = [indicator for indicator in found if within and indicator.part_of == within]
        found = parts or found
        return found[0] if len(found) == 1 else None


def _plain(name: str) -> str:
    return name.translate({ord(mark): None for mark in " “”\"‘’'()\uff08\uff09的"})


_installed: list[Zone] = []


def install(zone: Zone) -> None:
    """Make `zone` the zone of this process."""
    _installed[:] = [zone]


def current_zone() -> Zone:
    """Return the zone of this process."""
    if not _installed:
        raise RuntimeError("No zone is installed: the setting JINGKAI_ZONE names its package.")
    return _installed[0]


@contextmanager
def installed(zone: Zone) -> Iterator[Zone]:
    """Make `zone` the zone of this process for the time of a with block."""
    before = list(_installed)
    install(zone)
    try:
        yield zone
    finally:
        _installed[:] = before
