"""Node templates: the work between signing and full output, its order, its length, its proof."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.desks import entries_of, known_departments, read_desks
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.items import find_cycle
from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.yamlfile import Entry, build, read_yaml

__all__ = [
    "LEAD",
    "LINKS",
    "Anchor",
    "NodeProof",
    "NodeStep",
    "NodeTemplate",
    "Nodes",
    "WorkNode",
    "find_critical",
    "forecast",
    "lay_out",
    "read_nodes",
]

LEAD = "lead"  # a desk that points here is the project's own responsible department
LINKS: dict[str, tuple[str, str]] = {
    "attract": ("招商", "Attraction"),
    "start": ("开工", "Ground-breaking"),
    "complete": ("竣工", "Completion"),
    "output": ("达产", "Full output"),
}
Link = Literal["attract", "start", "complete", "output"]
_GATE_FACT = "projects.gate_passed"


@dataclass(frozen=True, kw_only=True)
class NodeProof:
    """What proves that a node is done."""

    id: str
    name: str
    english: str


@dataclass(frozen=True, kw_only=True)
class NodeStep:
    """A stretch of the way; `link` is which of the four links of a project's life it belongs to."""

    id: str
    name: str
    english: str
    link: Link


@dataclass(frozen=True, kw_only=True)
class WorkNode:
    """One piece of work: after which others, for how many working days, by whom, on what proof.

    `gate` names the gate that this node is: passing the one closes the other.
    """

    id: str
    name: str
    english: str
    step: str
    days: int
    after: tuple[str, ...]
    proof: str = ""
    desk: str = LEAD
    gate: str = ""


@dataclass(frozen=True, kw_only=True)
class NodeTemplate:
    """The nodes of one kind of project, in the order in which they are listed."""

    id: str
    name: str
    english: str
    version: int
    basis: str
    kinds: tuple[str, ...]
    steps: tuple[NodeStep, ...] = ()
    nodes: tuple[WorkNode, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, WorkNode]:
        """Return the nodes by their ids."""
        return {node.id: node for node in self.nodes}

    @cached_property
    def in_order(self) -> tuple[WorkNode, ...]:
        """Return the nodes so that each comes after all it waits for."""
        placed: dict[str, WorkNode] = {}

        def place(node: WorkNode) -> None:
            if node.id not in placed:
                for need in node.after:
                    place(self.by_id[need])
                placed[node.id] = node

        for node in self.nodes:
            place(node)
        return tuple(placed.values())

    @cached_property
    def followers(self) -> Mapping[str, tuple[str, ...]]:
        """Return what waits for each node."""
        found: dict[str, list[str]] = {node.id: [] for node in self.nodes}
        for node in self.nodes:
            for need in node.after:
                found[need].append(node.id)
        return {key: tuple(names) for key, names in found.items()}

    def before(self, node: str) -> set[str]:
        """Return everything that a node waits for, through others too."""
        found: set[str] = set()
        waiting = list(self.by_id[node].after)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.by_id[one].after
        return found


@dataclass(frozen=True)
class Nodes:
    """Every node template of a zone; `desks` name the department behind each desk."""

    templates: Mapping[str, NodeTemplate] = field(default_factory=dict)
    proofs: Mapping[str, NodeProof] = field(default_factory=dict)
    desks: Mapping[str, str] = field(default_factory=dict)

    def for_kind(self, kind: str) -> NodeTemplate | None:
        """Return the template of a kind of project: the zone's own before the base's."""
        return next((one for one in self.templates.values() if kind in one.kinds), None)


@dataclass(frozen=True)
class Anchor:
    """The day on which the plan hangs.

    `node` ends on that day; without one, the first nodes begin then, or with `is_end` the last end.
    """

    on: date
    node: str = ""
    is_end: bool = False


def lay_out(
    template: NodeTemplate, anchor: Anchor, calendar: WorkingCalendar
) -> dict[str, tuple[date, date]]:
    """Return when each node begins and is due, on the working days of the calendar.

    What leads to the anchor is laid out backwards from it, everything else forwards.
    """
    dates: dict[str, tuple[date, date]] = {}
    if anchor.is_end:
        backwards = set(template.by_id)
    elif anchor.node:
        backwards = {anchor.node, *template.before(anchor.node)}
    else:
        backwards = set()
    for node in reversed(template.in_order):
        if node.id in backwards:
            begins = [dates[one][0] for one in template.followers[node.id] if one in dates]
            due = min(begins, default=anchor.on)
            dates[node.id] = calendar.subtract_workdays(due, node.days), due
    for node in template.in_order:
        if node.id not in dates:
            ends = [dates[one][1] for one in node.after]
            begin = max([anchor.on, *ends] if anchor.node else ends, default=anchor.on)
            dates[node.id] = begin, calendar.add_workdays(begin, node.days)
    return dates


def forecast(
    template: NodeTemplate,
    *,
    begins: Mapping[str, date],
    done: Mapping[str, date],
    today: date,
    calendar: WorkingCalendar,
) -> dict[str, date]:
    """Return when each node will end if all that is open takes as long as the template says.

    Nothing open ends before today, begins before it was planned to, or before what it waits for.
    """
    ends: dict[str, date] = {}
    for node in template.in_order:
        if node.id in done:
            ends[node.id] = done[node.id]
            continue
        begin = max([begins[node.id], *(ends[one] for one in node.after)])
        ends[node.id] = max(calendar.add_workdays(begin, node.days), today)
    return ends


def find_critical(template: NodeTemplate, ends: Mapping[str, date]) -> tuple[str, ...]:
    """Return the chain of nodes that decides the last day: a day lost on it is lost at the end."""
    last = max(template.in_order, key=lambda node: ends[node.id])
    path = [last.id]
    while needs := template.by_id[path[-1]].after:
        path.append(max(needs, key=lambda one: ends[one]))
    return tuple(reversed(path))


def read_nodes(
    folders: Sequence[Path],
    departments: Iterable[str],
    fact_types: Mapping[str, FactType],
    findings: Findings,
) -> Nodes:
    """Read nodes.yaml of the base and of the zone: its own stands before that of the base."""
    templates: dict[str, NodeTemplate] = {}
    proofs: dict[str, NodeProof] = {}
    desks: dict[str, str] = {}
    known = known_departments(departments, findings)
    for folder in reversed(folders):
        path = folder / "nodes.yaml"
        if not path.exists():
            continue
        file = read_yaml(path, findings)
        for key in file:
            if key not in ("desks", "proofs", "templates"):
                hint = did_you_mean(key, ("desks", "proofs", "templates"), "可用的键")
                findings.add(path, file.lines[key], key, f"没有“{key}”这个键；{hint}")
        desks |= read_desks(file, path, known, findings, also=[LEAD])
        for key, entry in entries_of(file, "proofs", path, findings).items():
            proof = build(NodeProof, entry, path, findings, name=key, id=key)
            proofs |= {key: proof} if proof else {}
        own = {
            key: made
            for key, entry in entries_of(file, "templates", path, findings).items()
            if (made := _template(key, entry, (desks, proofs), fact_types, path, findings))
        }
        templates = own | {key: one for key, one in templates.items() if key not in own}
    return Nodes(templates, proofs, desks)


def _template(
    key: str,
    entry: Any,
    known: tuple[Mapping[str, str], Mapping[str, NodeProof]],
    fact_types: Mapping[str, FactType],
    path: Path,
    findings: Findings,
) -> NodeTemplate | None:
    if not isinstance(entry, Entry):
        findings.add(path, 1, key, "一套节点模板应写明名称、版本、依据、适用类别和各环节。")
        return None
    lines: dict[str, int] = {}
    steps, nodes = _steps(key, entry, lines, path, findings)
    rest = Entry(entry.line)
    rest |= {name: value for name, value in entry.items() if name != "steps"}
    rest.lines = entry.lines
    made = build(NodeTemplate, rest, path, findings, name=key, id=key, steps=steps, nodes=nodes)
    if made is not None:
        _check(made, lines, known, fact_types, path, findings, entry.line)
    return made


def _steps(
    key: str, entry: Entry, lines: dict[str, int], path: Path, findings: Findings
) -> tuple[tuple[NodeStep, ...], tuple[WorkNode, ...]]:
    """Return the steps with their nodes; a node that does not say so comes after the one above."""
    rows = entry.get("steps")
    if not isinstance(rows, list) or not all(isinstance(row, Entry) for row in rows):
        line = entry.lines.get("steps", entry.line)
        findings.add(path, line, key, "“steps”应列出各环节，每个环节有 id、name、link 和 nodes。")
        return (), ()
    steps: list[NodeStep] = []
    nodes: list[WorkNode] = []
    above = ""
    for row in rows:
        rest = Entry(row.line)
        rest |= {name: value for name, value in row.items() if name != "nodes"}
        rest.lines = row.lines
        step = build(NodeStep, rest, path, findings, name=f"{key}.{row.get('id', '')}")
        found = row.get("nodes")
        if not isinstance(found, Entry) or not found:
            findings.add(path, row.line, key, "一个环节至少要有一个节点，写成“代码： 内容”。")
            continue
        for name, told in found.items():
            own: dict[str, Any] = {"id": name, "step": str(row.get("id", ""))}
            if not (isinstance(told, Entry) and "after" in told):
                own["after"] = (above,) if above else ()
            where = f"{key}.{name}"
            if name in lines:
                text = f"节点“{name}”重复（前面在第 {lines[name]} 行）；请改一个。"
                findings.add(path, found.lines[name], where, text)
            lines[name] = found.lines[name]
            node = build(WorkNode, told, path, findings, name=where, **own)
            nodes += [node] if node else []
            above = name
        steps += [step] if step else []
    return tuple(steps), tuple(nodes)


def _check(
    made: NodeTemplate,
    lines: Mapping[str, int],
    known: tuple[Mapping[str, str], Mapping[str, NodeProof]],
    fact_types: Mapping[str, FactType],
    path: Path,
    findings: Findings,
    line: int,
) -> None:
    """Note what cannot be followed: a circle, a length below zero, names of nothing."""
    desks, proofs = known
    passed = fact_types.get(_GATE_FACT)
    gates = dict(passed.columns["gate"].words) if passed else {}
    kinds = dict(passed.columns["kind"].words) if passed else {}
    ids = set(lines)

    def must_be(where: str, at: int, name: str, among: Iterable[str], what: str) -> bool:
        usable = list(among)
        if name in usable:
            return True
        findings.add(
            path, at, where, f"没有“{name}”这个{what}；{did_you_mean(name, usable, '可用的')}"
        )
        return False

    for kind in made.kinds if kinds else ():
        must_be(made.id, line, kind, kinds, "项目类别")
    if made.version < 1:
        findings.add(path, line, made.id, "版本从 1 起；模板改了就加 1，已排的项目仍用原来的版本。")
    is_whole = len({node.id for node in made.nodes}) == len(ids)
    for node in made.nodes:
        where, at = f"{made.id}.{node.id}", lines[node.id]
        if node.days < 0:
            findings.add(path, at, where, f"工期不能是 {node.days} 个工作日；当天完成的写 0。")
        is_whole &= all([must_be(where, at, one, sorted(ids), "节点") for one in node.after])
        must_be(where, at, node.desk, [LEAD, *desks], "岗位")
        if node.gate and gates:
            must_be(where, at, node.gate, gates, "关口")
        elif not node.proof:
            findings.add(path, at, where, "缺少“proof”：销一个节点要凭什么；请补上。")
        if node.proof:
            must_be(where, at, node.proof, proofs, "凭证")
    own = [node.gate for node in made.nodes if node.gate]
    for twice in sorted({one for one in own if own.count(one) > 1}):
        findings.add(path, line, made.id, f"关口“{twice}”由两个节点代表；请只留一个。")
    if is_whole and (cycle := find_cycle({node.id: node.after for node in made.nodes})):
        text = f"节点互相等待：{' → '.join(cycle)}；请在 after 里去掉一个。"
        findings.add(path, lines[cycle[0]], f"{made.id}.{cycle[0]}", text)
