"""Read the project list."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from jingkai.kernel.facttypes import Value
from jingkai.kernel.geometry import Plots
from jingkai.org.queries import Visible
from jingkai.projects.models import Project
from jingkai.projects.rules import GATES, Wait, find_wait, usual_days

__all__ = [
    "Project",
    "at_gate",
    "describe_projects",
    "find_projects",
    "gate_values",
    "get_project",
    "list_hidden",
    "list_on_plots",
    "list_projects",
    "list_waits",
    "read_usual_days",
]


def list_projects(visible: Visible = None) -> QuerySet[Project]:
    """Return the projects of the departments that somebody sees, with their lead departments."""
    found = Project.objects.select_related("lead")
    return found if visible is None else found.filter(lead__in=visible)


def list_hidden(visible: Visible) -> QuerySet[Project]:
    """Return the projects that somebody does not see."""
    return Project.objects.none() if visible is None else Project.objects.exclude(lead__in=visible)


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


def gate_values(project: Project, gate_id: str) -> dict[str, Value]:
    """Return what the ledger is told when a project passes a gate."""
    return {
        "gate": gate_id,
        "amount": project.investment,
        "kind": project.kind,
        "top500": "是" if project.is_top500 else "否",
    }


def read_usual_days() -> dict[tuple[str, str], int]:
    """Return how long this zone's own projects usually take from gate to gate."""
    columns = [f"{gate}_on" for gate in GATES]
    histories = Project.objects.values_list(*columns)
    return usual_days(
        {gate: on for gate, on in zip(GATES, dates, strict=True) if on} for dates in histories
    )


def list_waits(projects: Iterable[Project], today: date) -> list[tuple[Project, Wait | None]]:
    """Return each project with what it waits for, the longest over its time first."""
    usual = read_usual_days()
    found = [(one, find_wait(one.passed, usual=usual, today=today)) for one in projects]
    return sorted(found, key=lambda pair: -(pair[1].days_over if pair[1] else -1))


def list_on_plots(plots: Plots, visible: Visible = None) -> dict[str, list[Project]]:
    """Return the projects of each plot that somebody sees, by the plot's id."""
    codes = [code for plot in plots.plots for code in plot.projects]
    known = {one.code: one for one in list_projects(visible).filter(code__in=codes)}
    return {
        plot.id: [known[code] for code in plot.projects if code in known] for plot in plots.plots
    }
