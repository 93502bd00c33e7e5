"""Pass a gate of a project, or take it back: the fact, the row, and the node that is the gate."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from jingkai.audit.services import note_change
from jingkai.kernel.words import Words
from jingkai.ledger.facts import belongs
from jingkai.ledger.queries import get_event, list_live_facts, read_belongings
from jingkai.ledger.services import KeptFile, NewFact, Withdrawal, record
from jingkai.projects import facts
from jingkai.projects.models import Project, Roadmap
from jingkai.projects.queries import gate_values, read_pinned
from jingkai.projects.rules import GATES, find_objection

__all__ = [
    "ChangedMeanwhile",
    "GateRefused",
    "lay_departments",
    "lock_project",
    "pass_gate",
    "subject_of",
    "touch",
    "withdraw_gate",
]


class GateRefused(ValueError):
    """A gate that cannot be passed or taken back like this."""


class ChangedMeanwhile(ValueError):
    """Somebody else changed the project after it was opened."""


@transaction.atomic
def pass_gate(
    *,
    project_id: int,
    gate_id: str,
    on: date,
    by: str,
    today: date,
    proof: Sequence[KeptFile],
    version: int,
    known_on: date | None = None,
) -> Project:
    """Record that a project passed a gate on a day, with its proof."""
    project = Project.objects.select_for_update().get(pk=project_id)
    gate = GATES[gate_id]
    if project.version != version:
        raise ChangedMeanwhile(
            Words(
                "“%(project)s”刚被别人改动过。您填写的内容还在，请核对后再点一次“确认%(gate)s”。",
                project=project.name,
                gate=Words(gate.name),
            )
        )
    if objection := find_objection(gate, on, passed=project.passed, today=today):
        raise GateRefused(objection)
    if not proof:
        raise GateRefused(
            Words("“%(gate)s”需要凭证：%(proof)s。", gate=Words(gate.name), proof=Words(gate.proof))
        )
    _set_gate(project, gate_id, on)
    _lay_with(project, on, by=by, known_on=known_on or today)
    record(
        NewFact(
            facts.gate_passed,
            subject=subject_of(project),
            on=on,
            key=f"project:{project.pk}:{gate_id}:{project.version}",
            values=gate_values(project, gate_id),
        ),
        by=by,
        reason=f"{project.name}{gate.name}",
        known_on=known_on or today,
        evidence=proof,
    )
    return project


@transaction.atomic
def withdraw_gate(
    *, project_id: int, gate_id: str, by: str, today: date, reason: str, version: int
) -> Project:
    """Take back a gate that was recorded wrongly; the record keeps both."""
    project = lock_project(project_id, version, Words("撤回"))
    gate = GATES[gate_id]
    if gate_id not in project.passed:
        raise GateRefused(
            Words(
                "“%(project)s”没有“%(gate)s”可撤回。", project=project.name, gate=Words(gate.name)
            )
        )
    if not reason.strip():
        raise GateRefused(Words("请写明撤回的原因。"))
    recorded = get_event(
        type_id=facts.gate_passed.id, key_starts=f"project:{project.pk}:{gate_id}:"
    )
    _set_gate(project, gate_id, None)
    record(Withdrawal(recorded), by=by, reason=f"撤回{gate.name}:{reason}"[:200], known_on=today)
    return project


def _lay_with(project: Project, on: date, *, by: str, known_on: date) -> None:
    """Tell the ledger which department leads the project, where it knows another or none.

    A gate counts for the department that led the project when it was passed. That is an entry of
    its own, before the gate's: pieces by department look it up.
    """
    subject = subject_of(project)
    known = read_belongings(known_on=known_on, subjects=[subject]).keys(subject, on)
    if known.get("department") == project.lead_id:
        return
    record(
        NewFact(
            belongs,
            subject=subject,
            on=on,
            key=f"{subject}:belongs:{project.version}",
            values={"department": project.lead_id},
        ),
        by=by,
        reason=f"{project.name}责任单位",
        known_on=known_on,
    )


@transaction.atomic
def lay_departments(*, by: str, known_on: date) -> int:
    """Tell the ledger who led projects when their first gates were passed, where it never heard.

    Gates recorded before projects belonged to departments count for nobody until then. Of such a
    project the first department that the ledger knows is taken back to its first gate, or else
    the one that leads it today. It is an entry of its own, backfilled; who was told stays told.
    """
    first: dict[str, date] = {}
    for one in list_live_facts(types=[facts.gate_passed.id], known_on=known_on):
        if one.on is not None:
            first[one.subject] = min(one.on, first.get(one.subject, one.on))
    told: dict[str, tuple[date, str]] = {}
    for one in list_live_facts(types=[belongs.id], known_on=known_on).filter(subject__in=first):
        key = belongs.decode(one.values).get("department")
        if one.on is not None and key and one.on < told.get(one.subject, (date.max, ""))[0]:
            told[one.subject] = (one.on, str(key))
    leads = {subject_of(one): one.lead_id for one in Project.objects.all()}
    lines = [
        NewFact(
            belongs,
            subject=subject,
            on=on,
            key=f"{subject}:belongs:first",
            values={"department": told[subject][1] if subject in told else leads[subject]},
        )
        for subject, on in sorted(first.items())
        if subject in leads and not (subject in told and told[subject][0] <= on)
    ]
    if lines:
        reason = "补记项目节点当时的责任单位"
        record(*lines, by=by, reason=reason, known_on=known_on, is_backfilled=True)
    return len(lines)


def _mark_gate(project: Project, gate_id: str, on: date | None) -> None:
    """Close or reopen the node that is this gate, if the project's nodes were laid out."""
    roadmap = Roadmap.objects.select_related("template").filter(project=project).first()
    if roadmap is None:
        return
    nodes = read_pinned(roadmap.template).template.nodes
    name = next((one.id for one in nodes if one.gate == gate_id), None)
    for node in project.nodes.filter(node=name):
        node.was_late = on is not None and (node.was_late or on > node.due_on)
        node.done_on = on
        node.save(update_fields=["done_on", "was_late"])


def _set_gate(project: Project, gate_id: str, on: date | None) -> None:
    before, after = {gate_id: getattr(project, f"{gate_id}_on")}, {gate_id: on}
    note_change(act="project.gate", object=subject_of(project), before=before, after=after)
    setattr(project, f"{gate_id}_on", on)
    project.version += 1
    project.save(update_fields=[f"{gate_id}_on", "version"])
    _mark_gate(project, gate_id, on)


def lock_project(project_id: int, version: int, doing: Words) -> Project:
    """Return the project for a change, or refuse when it changed since it was opened."""
    project = Project.objects.select_for_update().get(pk=project_id)
    if project.version != version:
        raise ChangedMeanwhile(
            Words(
                "“%(project)s”刚被别人改动过，请核对后再%(doing)s。",
                project=project.name,
                doing=doing,
            )
        )
    return project


def touch(project: Project) -> None:
    """Count a change, so that who opened the project before is told."""
    project.version += 1
    project.save(update_fields=["version"])


def subject_of(project: Project) -> str:
    """Return how facts and the audit name a project."""
    return f"project:{project.pk}"
