"""Read the project list."""

from django.db.models import Q, QuerySet

from jingkai.org.queries import Visible
from jingkai.projects.models import Project
from jingkai.projects.rules import GATES

__all__ = ["at_gate", "describe_projects", "find_projects", "get_project", "list_projects"]


def list_projects(visible: Visible = None) -> QuerySet[Project]:
    """Return the projects of the departments that somebody sees, with their lead departments."""
    found = Project.objects.select_related("lead")
    return found if visible is None else found.filter(lead__in=visible)


def find_projects(text: str, most: int, visible: Visible = None) -> list[Project]:
    """Return the first projects that somebody sees and whose name, investor or code fits."""
    named = Q(name__icontains=text) | Q(investor__icontains=text) | Q(code__icontains=text)
    return list(list_projects(visible).filter(named)[:most])


def at_gate(projects: QuerySet[Project], gate_id: str) -> QuerySet[Project]:
    """Return the projects whose last gate passed is this one; all of them for an unknown one."""
    if gate_id not in GATES:
        return projects
    gates = list(GATES)
    ahead = {f"{gate}_on": None for gate in gates[gates.index(gate_id) + 1 :]}
    return projects.filter(**{f"{gate_id}_on__isnull": False}, **ahead)


def get_project(project_id: int, visible: Visible = None) -> Project:
    """Return one project with its lead department, if somebody sees it."""
    return list_projects(visible).get(pk=project_id)


def describe_projects(ids: list[int]) -> dict[int, str]:
    """Return the names of projects."""
    return dict(Project.objects.filter(pk__in=ids).values_list("pk", "name"))
