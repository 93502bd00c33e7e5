"""Take projects in; pass a gate; take a gate back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from jingkai.audit.services import note, note_change
from jingkai.ledger.facts import belongs
from jingkai.ledger.queries import get_event, read_belongings
from jingkai.ledger.services import KeptFile, NewFact, Withdrawal, record
from jingkai.projects import facts
from jingkai.projects.models import Project
from jingkai.projects.queries import gate_values
from jingkai.projects.rules import GATES, find_objection

__all__ = [
    "ChangedMeanwhile",
    "CodeTaken",
    "GateRefused",
    "ProjectRow",
    "add_project",
    "drop_projects",
    "pass_gate",
    "withdraw_gate",
    "write_projects",
]


class CodeTaken(ValueError):
    """A code that another project has."""


class GateRefused(ValueError):
    """A gate that cannot be passed or taken back like this."""


class ChangedMeanwhile(ValueError):
    """Somebody else changed the project after it was opened."""


@dataclass(frozen=True)
class ProjectRow:
    """A project as a table lists it."""

    code: str
    name: str
    investor: str
    kind: str
    investment: Decimal
    is_top500: bool
    lead: str


@transaction.atomic
def add_project(
    *,
    code: str,
    name: str,
    investor: str,
    kind: str,
    investment: Decimal,
    is_top500: bool,
    lead: str,
) -> Project:
    """Take a project into the list; it has passed no gate yet."""
    if taken := Project.objects.filter(code=code).first():
        raise CodeTaken(f"编号 {code} 已用于“{taken.name}”。")
    return Project.objects.create(
        code=code,
        name=name,
        investor=investor,
        kind=kind,
        investment=investment,
        is_top500=is_top500,
        lead_id=lead,
    )


@transaction.atomic
def write_projects(*, rows: Sequence[ProjectRow]) -> None:
    """Take projects in, or change those whose code is known."""
    known = {
        one.code: one
        for one in Project.objects.select_for_update().filter(code__in=[one.code for one in rows])
    }
    for row in rows:
        project = known.get(row.code)
        if project is None:
            add_project(**asdict(row))
            continue
        before = {name: getattr(project, name) for name in _CHANGED}
        for name, value in (asdict(row) | {"lead_id": row.lead}).items():
            if name != "lead":
                setattr(project, name, value)
        project.version += 1
        project.save()
        after = {name: getattr(project, name) for name in _CHANGED}
        note_change(act="project.changed", object=_named(project), before=before, after=after)


@transaction.atomic
def drop_projects(*, codes: Sequence[str]) -> None:
    """Drop projects that were taken in by mistake; one that passed a gate stays."""
    for project in Project.objects.select_for_update().filter(code__in=codes):
        if project.passed or project.version > 1:
            raise GateRefused(f"“{project.name}”已经记过节点或改动过，不能整批撤销。")
        note(act="project.dropped", object=_named(project), detail={"code": project.code})
        project.delete()


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
            f"“{project.name}”刚被别人改动过。您填写的内容还在，请核对后再点一次“确认{gate.name}”。"
        )
    if objection := find_objection(gate, on, passed=project.passed, today=today):
        raise GateRefused(objection)
    if not proof:
        raise GateRefused(f"“{gate.name}”需要凭证：{gate.proof}。")
    _set_gate(project, gate_id, on)
    _lay_with(project, on, by=by, known_on=known_on or today)
    record(
        NewFact(
            facts.gate_passed,
            subject=_named(project),
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
    project = Project.objects.select_for_update().get(pk=project_id)
    gate = GATES[gate_id]
    if project.version != version:
        raise ChangedMeanwhile(f"“{project.name}”刚被别人改动过，请核对后再撤回。")
    if gate_id not in project.passed:
        raise GateRefused(f"“{project.name}”没有“{gate.name}”可撤回。")
    if not reason.strip():
        raise GateRefused("请写明撤回的原因。")
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
    subject = _named(project)
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


_CHANGED = ("name", "investor", "kind", "investment", "is_top500", "lead_id")


def _named(project: Project) -> str:
    """Return how the audit chain names a project."""
    return f"project:{project.pk}"


def _set_gate(project: Project, gate_id: str, on: date | None) -> None:
    before, after = {gate_id: getattr(project, f"{gate_id}_on")}, {gate_id: on}
    note_change(act="project.gate", object=_named(project), before=before, after=after)
    setattr(project, f"{gate_id}_on", on)
    project.version += 1
    project.save(update_fields=[f"{gate_id}_on", "version"])
