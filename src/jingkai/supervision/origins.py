"""What an instruction is about: its name and page, and whose it is; nothing that one cannot see."""

from collections.abc import Sequence
from dataclasses import dataclass

from jingkai.cases.queries import list_cases
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Person, Visible, visible_departments
from jingkai.plan.queries import list_items
from jingkai.projects.queries import list_projects
from jingkai.web.shell import describe_subjects

__all__ = ["Origin", "find_origin"]


@dataclass(frozen=True)
class Origin:
    """The object behind an instruction."""

    name: str
    url: str
    lead: str = ""
    support: Sequence[str] = ()
    evidence: str = ""


def find_origin(subject: str, person: Person) -> Origin | None:
    """Return what an instruction is about; None when there is none, or not for this person."""
    kind, _, key = subject.partition(":")
    if not key.isdecimal() or len(key) > 12:
        return None
    found = _FINDERS[kind](int(key), visible_departments(person)) if kind in _FINDERS else None
    if found is None:
        return None
    name, url = describe_subjects([subject]).get(subject, (subject, ""))
    lead, support, evidence = found
    known = {one.id for one in current_zone().supervision.evidence}
    return Origin(name, url, lead, support, evidence if evidence in known else "")


def _item(key: int, visible: Visible) -> tuple[str, Sequence[str], str] | None:
    item = list_items(visible).filter(pk=key).first()
    if item is None:
        return None
    support = [one.pk for one in item.support.all()]
    return item.lead_id or "", support, "figure" if item.kind == item.Kind.TARGET else "general"


def _project(key: int, visible: Visible) -> tuple[str, Sequence[str], str] | None:
    project = list_projects(visible).filter(pk=key).first()
    return None if project is None else (project.lead_id, [], "project")


def _case(key: int, visible: Visible) -> tuple[str, Sequence[str], str] | None:
    case = list_cases().filter(pk=key).first()
    return None if case is None else (case.department_id, [], "general")


_FINDERS = {"item": _item, "project": _project, "case": _case}
