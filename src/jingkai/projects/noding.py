"""Lay the nodes of a project out by its template; close, reopen and move them."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from jingkai.audit.services import note, note_change
from jingkai.kernel.nodes import LEAD, Anchor, NodeProof, NodeTemplate, WorkNode, lay_out
from jingkai.kernel.words import Named, Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import get_event
from jingkai.ledger.services import KeptFile, NewFact, Withdrawal, record
from jingkai.projects import facts
from jingkai.projects.gating import lock_project, pass_gate, subject_of, touch, withdraw_gate
from jingkai.projects.models import Node, PinnedTemplate, Project, Roadmap
from jingkai.projects.queries import Way, find_way, read_pinned
from jingkai.projects.rules import GATES, find_node_objection, redate

__all__ = [
    "Closing",
    "NodeRefused",
    "close_nodes",
    "hand_nodes_over",
    "lay_out_nodes",
    "move_node",
    "reopen_node",
]


class NodeRefused(ValueError):
    """A node that cannot be laid out, closed, moved or reopened like this."""


@dataclass(frozen=True)
class Closing:
    """A node and the day on which it was done."""

    node: str
    on: date


@transaction.atomic
def lay_out_nodes(
    *, project_id: int, on: date, is_end: bool, by: str, today: date, version: int
) -> Project:
    """Lay out the nodes of a project by the template of its kind, which stays pinned to it.

    They hang on the first gate that was passed; before any, the first begin on that day, or the
    last end on it.
    """
    project = lock_project(project_id, version, Words("排出节点"))
    if Roadmap.objects.filter(project=project).exists():
        raise NodeRefused(
            Words("“%(project)s”的节点已经排定；要改日期请在节点上“调整”。", project=project.name)
        )
    nodes = current_zone().nodes
    template = nodes.for_kind(project.kind)
    if template is None:
        raise NodeRefused(
            Words(
                "没有“%(kind)s”类项目的节点模板；请在经开区包的 nodes.yaml 里补一套。",
                kind=Words(project.kind),
            )
        )
    pinned = _pin(template)
    gates = {one.gate: one.id for one in template.nodes if one.gate}
    passed = next(((gate, day) for gate, day in project.passed.items() if gate in gates), None)
    anchor = Anchor(passed[1], gates[passed[0]]) if passed else Anchor(on, is_end=is_end)
    dates = lay_out(template, anchor, current_zone().calendar)
    desks = _fixed_desks()
    made = []
    for number, one in enumerate(template.nodes, start=1):
        begin, due = dates[one.id]
        done = project.passed.get(one.gate)
        node = Node(
            project=project,
            node=one.id,
            number=number,
            lead_id=desks.get(one.desk, project.lead_id),
            begin_on=begin,
            due_on=due,
            first_due_on=due,
            done_on=done,
            was_late=done is not None and done > due,
        )
        made.append(node)
    Roadmap.objects.create(
        project=project,
        template=pinned,
        laid_out_on=today,
        laid_out_by=by,
        first_end_on=max(due for _begin, due in dates.values()),
    )
    Node.objects.bulk_create(made)
    detail = {"template": template.id, "version": template.version, "from": anchor.on.isoformat()}
    note(act="project.laid_out", object=subject_of(project), detail=detail)
    touch(project)
    return project


@transaction.atomic
def close_nodes(
    *,
    project_id: int,
    closings: Sequence[Closing],
    by: str,
    today: date,
    proof: Sequence[KeptFile],
    version: int,
) -> Project:
    """Close nodes of a project with the proof of them; a node that is a gate passes the gate."""
    project = lock_project(project_id, version, Words("销号"))
    way = _way(project, today)
    template = way.pinned.template
    if not closings:
        raise NodeRefused(Words("请至少选一个节点。"))
    unknown = [one.node for one in closings if one.node not in way.nodes]
    if unknown:
        raise NodeRefused(
            Words(
                "“%(project)s”没有节点“%(number)s”，请刷新页面后重选。",
                project=project.name,
                number=unknown[0],
            )
        )
    if not proof:
        raise NodeRefused(
            Words("销号需要凭证：%(proofs)s。", proofs=_proofs(way, [one.node for one in closings]))
        )
    together = {one.node for one in closings}
    lines, gates, changed = [], [], []
    for closing in closings:
        node, told = way.nodes[closing.node], template.by_id[closing.node]
        waits = [
            _name(template.by_id[one])
            for one in told.after
            if one not in together and way.nodes[one].done_on is None
        ]
        objection = find_node_objection(
            name=_name(told), done_on=node.done_on, on=closing.on, waits_for=waits, today=today
        )
        if objection:
            raise NodeRefused(objection)
        if told.gate:
            gates.append((told.gate, closing.on))
            continue
        node.done_on, node.was_late = closing.on, node.was_late or closing.on > node.due_on
        changed.append(node)
        lines.append(_closed_fact(project, way, node))
    if lines:
        names = [template.by_id[one.node].name for one in changed]
        said = names[0] if len(names) == 1 else f"{names[0]}等{len(names)}个节点"
        record(
            *lines,
            by=by,
            reason=f"{project.name}：{said}销号"[:200],
            known_on=today,
            evidence=proof,
        )
        Node.objects.bulk_update(changed, ["done_on", "was_late"])
        done = {one.node: one.done_on.isoformat() for one in changed if one.done_on}
        note(act="project.node_closed", object=subject_of(project), detail=done)
        touch(project)
    for gate, on in gates:
        pass_gate(
            project_id=project.pk,
            gate_id=gate,
            on=on,
            by=by,
            today=today,
            proof=proof,
            version=project.version,
        )
        project.refresh_from_db()
    return project


@transaction.atomic
def reopen_node(
    *, project_id: int, node: str, by: str, today: date, reason: str, version: int
) -> Project:
    """Take back the closing of a node that was recorded wrongly; the record keeps both."""
    project = lock_project(project_id, version, Words("撤回"))
    way = _way(project, today)
    found = way.nodes.get(node)
    if found is None or found.done_on is None:
        raise NodeRefused(Words("“%(project)s”没有可撤回的这个节点。", project=project.name))
    told = way.pinned.template.by_id[node]
    if told.gate:
        return withdraw_gate(
            project_id=project_id,
            gate_id=told.gate,
            by=by,
            today=today,
            reason=reason,
            version=version,
        )
    if not reason.strip():
        raise NodeRefused(Words("请写明撤回的原因。"))
    done = [
        _name(way.pinned.template.by_id[one])
        for one in way.pinned.template.followers[node]
        if way.nodes[one].done_on
    ]
    if done:
        raise NodeRefused(Words("后面的“%(node)s”已经销号，请先撤回它。", node=done[0]))
    key = f"project:{project.pk}:node:{node}:"
    recorded = get_event(type_id=facts.node_closed.id, key_starts=key)
    record(Withdrawal(recorded), by=by, reason=f"撤回{told.name}：{reason}"[:200], known_on=today)
    before = {node: found.done_on}
    note_change(
        act="project.node_reopened", object=subject_of(project), before=before, after={node: None}
    )
    found.was_late = False
    found.done_on = None
    found.save(update_fields=["done_on", "was_late"])
    touch(project)
    return project


@transaction.atomic
def move_node(
    *,
    project_id: int,
    node: str,
    due_on: date,
    by: str,
    today: date,
    reason: str,
    version: int,
) -> list[Node]:
    """Give an open node another due day, and what waits for it; return all that moved.

    The first date stays beside the new one, and what was overdue when it moved stays late.
    """
    project = lock_project(project_id, version, Words("调整"))
    way = _way(project, today)
    found = way.nodes.get(node)
    if found is None or found.done_on is not None:
        raise NodeRefused(Words("已销号的节点不用调整日期；日期记错了请用“撤回”。"))
    if way.pinned.template.by_id[node].gate in project.passed:
        raise NodeRefused(Words("已过的关口不用调整日期。"))
    if not reason.strip():
        raise NodeRefused(Words("请写明调整的原因，原定日期会和原因一起留着。"))
    if due_on == found.due_on:
        raise NodeRefused(Words("计划完成日期仍是 %(due_on)s，没有变化。", due_on=due_on))
    moved = redate(
        way.pinned.template, way.states, node=node, due_on=due_on, calendar=current_zone().calendar
    )
    changed = []
    before = {one: way.nodes[one].due_on for one in moved}
    for one, (begin, due) in moved.items():
        row = way.nodes[one]
        row.was_late = row.was_late or row.due_on < today
        row.begin_on, row.due_on, row.reason = begin, due, reason.strip()[:200]
        changed.append(row)
    note_change(
        act="project.node_moved",
        object=subject_of(project),
        before={**before, "reason": ""},
        after={**{one: due for one, (_begin, due) in moved.items()}, "reason": reason.strip()},
    )
    Node.objects.bulk_update(changed, ["begin_on", "due_on", "was_late", "reason"])
    touch(project)
    return changed


def hand_nodes_over(project: Project) -> None:
    """Give the open nodes of the project's own department to the one that leads it now.

    What is done stays with the department that did it, what a desk does stays with the desk.
    """
    roadmap = Roadmap.objects.select_related("template").filter(project=project).first()
    if roadmap is None:
        return
    desks = _fixed_desks()
    own = [one.id for one in read_pinned(roadmap.template).template.nodes if one.desk not in desks]
    project.nodes.filter(done_on=None, node__in=own).update(lead=project.lead_id)


def _fixed_desks() -> dict[str, str]:
    """Return the desks that are not the project's own department, with their departments."""
    return {desk: place for desk, place in current_zone().nodes.desks.items() if place != LEAD}


def _pin(template: NodeTemplate) -> PinnedTemplate:
    """Keep a version of a template as it is; what was pinned may not have changed since."""
    wanted = {one.proof for one in template.nodes if one.proof}
    proofs = current_zone().nodes.proofs
    content = {
        "template": json.loads(json.dumps(asdict(template))),
        "proofs": [asdict(proofs[one]) for one in sorted(wanted)],
    }
    pinned, is_new = PinnedTemplate.objects.get_or_create(
        template=template.id, version=template.version, defaults={"content": content}
    )
    if not is_new and pinned.content != content:
        raise NodeRefused(
            Words(
                "节点模板“%(template)s”改过，版本却还是 %(version)s；"
                "请把 nodes.yaml 里的 version 加 1，已排的项目仍用原来的版本。",
                template=named(template),
                version=template.version,
            )
        )
    return pinned


def _way(project: Project, today: date) -> Way:
    way = find_way(project, today=today, calendar=current_zone().calendar)
    if way is None:
        raise NodeRefused(Words("“%(project)s”还没有排出节点，请先排定。", project=project.name))
    return way


def _closed_fact(project: Project, way: Way, node: Node) -> NewFact:
    template = way.pinned.template
    links = {step.id: step.link for step in template.steps}
    assert node.done_on is not None
    late = max(0, (node.done_on - node.due_on).days)
    return NewFact(
        facts.node_closed,
        subject=f"project:{project.pk}",
        on=node.done_on,
        key=f"project:{project.pk}:node:{node.node}:{project.version}",
        values={
            "link": links[template.by_id[node.node].step],
            "kind": project.kind,
            "timing": "late" if late else "on_time",
            "days_late": late,
        },
    )


def _proofs(way: Way, nodes: Sequence[str]) -> list[Words | Named]:
    by_id, proofs = way.pinned.template.by_id, way.pinned.proofs
    wanted = [
        Words(GATES[by_id[one].gate].proof) if by_id[one].gate else _name(proofs[by_id[one].proof])
        for one in nodes
    ]
    return list({str(one): one for one in wanted}.values())


def _name(one: WorkNode | NodeProof) -> Named:
    return named(one)
