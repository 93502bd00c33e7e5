"""Read the project list."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from jingkai.projects.models import Project
from jingkai.projects.rules import GATES

__all__ = ["ProjectSearch", "describe_projects", "get_project", "list_projects"]


@dataclass(frozen=True)
class ProjectSearch:
    """What the search form above the list asks for; empty fields ask for nothing."""

    text: str = ""
    kind: str = ""
    stage: str = ""
    lead: str = ""


def list_projects(search: ProjectSearch) -> QuerySet[Project]:
    """Return the projects that match, with their lead departments."""
    found = Project.objects.select_related("lead")
    if search.text:
        found = found.filter(
            Q(name__icontains=search.text)
            | Q(investor__icontains=search.text)
            | Q(code__icontains=search.text)
        )
    if search.kind:
        found = found.filter(kind=search.kind)
    if search.lead:
        found = found.filter(lead=search.lead)
    if search.stage in GATES:
        gates = list(GATES)
        passed = {f"{search.stage}_on__isnull": False}
        ahead = {f"{gate}_on": None for gate in gates[gates.index(search.stage) + 1 :]}
        found = found.filter(**passed, **ahead)
    return found


def get_project(project_id: int) -> Project:
    """Return one project with its lead department."""
    return Project.objects.select_related("lead").get(pk=project_id)


def describe_projects(ids: list[int]) -> dict[int, str]:
    """Return the names of projects."""
    return dict(Project.objects.filter(pk__in=ids).values_list("pk", "name"))
