"""Take projects in, change and drop them; what is done to their gates and nodes is offered on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.db import transaction

from jingkai.audit.services import note, note_change
from jingkai.kernel.words import Words
from jingkai.projects.gating import (
    ChangedMeanwhile,
    GateRefused,
    lay_departments,
    pass_gate,
    subject_of,
    withdraw_gate,
)
from jingkai.projects.models import Project
from jingkai.projects.noding import (
    Closing,
    NodeRefused,
    close_nodes,
    hand_nodes_over,
    lay_out_nodes,
    move_node,
    reopen_node,
)

__all__ = [
    "ChangedMeanwhile",
    "Closing",
    "CodeTaken",
    "GateRefused",
    "NodeRefused",
    "ProjectRow",
    "add_project",
    "close_nodes",
    "drop_projects",
    "lay_departments",
    "lay_out_nodes",
    "move_node",
    "pass_gate",
    "reopen_node",
    "withdraw_gate",
    "write_projects",
]


class CodeTaken(ValueError):
    """A code that another project has."""


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
        raise CodeTaken(Words("编号 %(code)s 已用于“%(name)s”。", code=code, name=taken.name))
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
        led_by = project.lead_id
        for name, value in (asdict(row) | {"lead_id": row.lead}).items():
            if name != "lead":
                setattr(project, name, value)
        project.version += 1
        project.save()
        if project.lead_id != led_by:
            hand_nodes_over(project)
        after = {name: getattr(project, name) for name in _CHANGED}
        note_change(act="project.changed", object=subject_of(project), before=before, after=after)


@transaction.atomic
def drop_projects(*, codes: Sequence[str]) -> None:
    """Drop projects that were taken in by mistake; one that passed a gate stays."""
    for project in Project.objects.select_for_update().filter(code__in=codes):
        if project.passed or project.version > 1:
            raise GateRefused(
                Words("“%(project)s”已经记过节点或改动过，不能整批撤销。", project=project.name)
            )
        note(act="project.dropped", object=subject_of(project), detail={"code": project.code})
        project.delete()


_CHANGED = ("name", "investor", "kind", "investment", "is_top500", "lead_id")
