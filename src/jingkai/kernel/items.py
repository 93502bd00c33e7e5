"""Permits and services as a zone package lists them: items, materials, bundles, desks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.deadlines import Limit, Unit, find_deadline

__all__ = [
    "MARKS",
    "STAGES",
    "Approvals",
    "Bundle",
    "BundleCycle",
    "Fact",
    "FormField",
    "Item",
    "Material",
    "Plan",
    "find_cycle",
    "plan_bundle",
]

# V: seen in the law's own text. K: known to the trade. K?: to be checked before use.
MARKS = ("V", "K", "K?")
STAGES: dict[str, tuple[str, str]] = {
    "planning": ("立项用地规划许可", "Project and land"),
    "design": ("工程建设许可", "Planning permission"),
    "construction": ("施工许可", "Construction permit"),
    "completion": ("竣工验收", "Completion"),
    "opening": ("企业开办", "Opening a firm"),
    "operation": ("准入准营", "Operating permits"),
    "changes": ("企业变更注销", "Change and closing"),
}
Stage = Literal[
    "planning", "design", "construction", "completion", "opening", "operation", "changes"
]


class BundleCycle(ValueError):
    """Items of a bundle that wait for each other; the message shows the path."""


# What an item costs that names no fee, in both languages.
FREE = ("不收费", "Free of charge")


@dataclass(frozen=True, kw_only=True)
class Material:
    """One paper; `holder` is the desk that holds it already and is asked instead."""

    id: str
    name: str
    english: str
    holder: str = ""
    months_valid: int = 0
    deferrable: bool = False
    undertaking: bool = False


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One thing that a form asks; asked once however many items need it."""

    id: str
    name: str
    english: str
    kind: Literal["text", "number", "date", "choice"] = "text"
    unit: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = True


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing about a project or parcel that decides which items are needed."""

    id: str
    question: str
    english: str
    choices: Mapping[str, Any]
    choices_english: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Item:
    """事项: what may be granted, by whom, on which papers, within how long, on which basis."""

    id: str
    name: str
    english: str
    stage: Stage
    desk: str
    basis: str
    mark: Literal["V", "K", "K?"]
    limit: int
    unit: Unit = "workdays"
    extend: int = 0
    promised: int | None = None
    materials: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    result: str = ""
    result_english: str = ""
    months_valid: int = 0
    fee: str = FREE[0]
    fee_english: str = ""
    counter: str = ""
    site_visit: bool = False
    undertaking: str = ""
    undertaking_english: str = ""
    note: str = ""
    note_english: str = ""

    @property
    def statutory(self) -> Limit:
        """Return the limit by law."""
        return Limit(self.limit, self.unit)

    @property
    def promise(self) -> Limit:
        """Return the promised limit; the law's own where the zone promises nothing shorter."""
        return Limit(self.limit if self.promised is None else self.promised, self.unit)

    @property
    def fee_words(self) -> tuple[str, str]:
        """Return what it costs in both languages."""
        return FREE if self.fee == FREE[0] else (self.fee, self.fee_english)


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """一件事: items handled as one, what each waits for, and for whom each applies."""

    id: str
    name: str
    english: str
    summary: str
    items: tuple[str, ...]
    summary_english: str = ""
    needs: Mapping[str, Any] = field(default_factory=dict)
    when: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()

    def choose(self, answers: Mapping[str, str]) -> tuple[str, ...]:
        """Return the items that apply to these answers; an unanswered question keeps its items."""
        return tuple(item for item in self.items if self._applies(item, answers))

    def _applies(self, item: str, answers: Mapping[str, str]) -> bool:
        wanted: Mapping[str, Sequence[str]] = self.when.get(item, {})
        return all(answers.get(fact, "") in ("", *allowed) for fact, allowed in wanted.items())

    def graph(self, chosen: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return what each chosen item waits for, through those that were left out."""
        kept = set(chosen)

        def before(item: str) -> list[str]:
            found: list[str] = []
            for need in self.needs.get(item, ()):
                found += [need] if need in kept else before(need)
            return found

        return {item: tuple(dict.fromkeys(before(item))) for item in self.items if item in kept}


@dataclass(frozen=True)
class Approvals:
    """Everything a zone offers at its counter; `desks` name the department behind each desk."""

    items: Mapping[str, Item] = field(default_factory=dict)
    materials: Mapping[str, Material] = field(default_factory=dict)
    fields: Mapping[str, FormField] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    bundles: Mapping[str, Bundle] = field(default_factory=dict)
    desks: Mapping[str, str] = field(default_factory=dict)

    def materials_of(self, items: Iterable[str]) -> dict[str, list[str]]:
        """Return the union of the papers, each with the items that need it, in order."""
        union: dict[str, list[str]] = {}
        for item in items:
            for material in self.items[item].materials:
                union.setdefault(material, []).append(item)
        return union

    def fields_of(self, items: Iterable[str], also: Iterable[str] = ()) -> list[FormField]:
        """Return what a form asks for these items, each thing once."""
        ids = dict.fromkeys(also)
        for item in items:
            ids |= dict.fromkeys(self.items[item].fields)
        return [self.fields[one] for one in ids]


@dataclass(frozen=True)
class Plan:
    """When each item of a bundle can begin and end, and which one decides the last day."""

    begins: Mapping[str, date]
    ends: Mapping[str, date]
    critical: tuple[str, ...]
    is_estimated: bool

    @property
    def due_on(self) -> date:
        """Return the one promised date."""
        return max(self.ends.values())


def find_cycle(graph: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the path of items that wait for each other, its first one again at the end."""
    done: set[str] = set()
    path: list[str] = []

    def walk(item: str) -> tuple[str, ...]:
        if item in done:
            return ()
        if item in path:
            return (*path[path.index(item) :], item)
        path.append(item)
        for need in graph.get(item, ()):
            if found := walk(need):
                return found
        path.pop()
        done.add(item)
        return ()

    for item in graph:
        if found := walk(item):
            return found
    return ()


def plan_bundle(
    graph: Mapping[str, Sequence[str]],
    limits: Mapping[str, Limit],
    start: date,
    calendar: WorkingCalendar,
) -> Plan:
    """Return the dates of a bundle: an item begins when the last one it waits for has ended."""
    if cycle := find_cycle(graph):
        raise BundleCycle(f"事项互相等待：{' → '.join(cycle)}。")
    begins: dict[str, date] = {}
    ends: dict[str, date] = {}
    behind: dict[str, str] = {}
    is_estimated = False

    def place(item: str) -> date:
        nonlocal is_estimated
        if item in ends:
            return ends[item]
        finished = {need: place(need) for need in graph[item]}
        begins[item] = max(finished.values(), default=start)
        if finished:
            behind[item] = max(finished, key=lambda need: finished[need])
        deadline = find_deadline(limits[item], begins[item], calendar)
        assert deadline.due_on is not None
        is_estimated = is_estimated or deadline.is_estimated
        ends[item] = deadline.due_on
        return ends[item]

    for item in graph:
        place(item)
    last = max(ends, key=lambda item: ends[item])
    path = [last]
    while path[-1] in behind:
        path.append(behind[path[-1]])
    return Plan(begins, ends, tuple(reversed(path)), is_estimated)
