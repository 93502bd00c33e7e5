"""Read the project list."""

from django.db.models import Q, QuerySet

from jingkai.projects.models import Project
from jingkai.projects.rules import GATES

__all__ = ["at_gate", "describe_projects", "find_projects", "get_project", "list_projects"]


def list_projects() -> QuerySet[Project]:
    """Return every project with its lead department."""
    return Project.objects.select_related("lead")


def find_projects(text: str, most: int) -> list[Project]:
    """Return the first projects whose name, investor or code has the text."""
    named = Q(name__icontains=text) | Q(investor__icontains=text) | Q(code__icontains=text)
    return list(Project.objects.filter(named)[:most])


def at_gate(projects: QuerySet[Project], gate_id: str) -> QuerySet[Project]:
    """Return the projects whose last gate passed is this one; all of them for an unknown one."""
    if gate_id not in GATES:
        return projects
    gates = list(GATES)
    ahead = {f"{gate}_on": None for gate in gates[gates.index(gate_id) + 1 :]}
    return projects.filter(**{f"{gate_id}_on__isnull": False}, **ahead)


def get_project(project_id: int) -> Project:
    """Return one project with its lead department."""
    return Project.objects.select_related("lead").get(pk=project_id)


def describe_projects(ids: list[int]) -> dict[int, str]:
    """Return the names of projects."""
    return dict(Project.objects.filter(pk__in=ids).values_list("pk", "name"))
