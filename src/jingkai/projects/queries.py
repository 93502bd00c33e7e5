"""Read the project list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.facttypes import Value
from jingkai.kernel.geometry import Plots
from jingkai.kernel.nodes import (
    NodeProof,
    NodeStep,
    NodeTemplate,
    WorkNode,
    find_critical,
    forecast,
)
from jingkai.org.queries import Visible
from jingkai.projects.models import Node, PinnedTemplate, Project, Roadmap
from jingkai.projects.rules import GATES, NodeState, Wait, find_wait, usual_days

__all__ = [
    "Node",
    "NodeMark",
    "Pinned",
    "Project",
    "Way",
    "at_gate",
    "count_late_nodes",
    "describe_projects",
    "find_projects",
    "find_way",
    "gate_values",
    "get_project",
    "get_project_with_nodes_of",
    "list_due_nodes",
    "list_hidden",
    "list_marks",
    "list_nodes",
    "list_on_plots",
    "list_projects",
    "list_waits",
    "read_pinned",
    "read_templates",
    "read_usual_days",
    "template_of",
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


def get_project_with_nodes_of(project_id: int, visible: Visible) -> Project:
    """Return a project that somebody sees, or in which a department that they see has a node."""
    found = list_projects()
    if visible is not None:
        has_node = Exists(Node.objects.filter(project=OuterRef("pk"), lead__in=visible))
        found = found.filter(Q(lead__in=visible) | has_node)
    return found.get(pk=project_id)


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


def list_waits(
    projects: Iterable[Project],
    today: date,
    *,
    usual: Mapping[tuple[str, str], int] | None = None,
) -> list[tuple[Project, Wait | None]]:
    """Return each project with what it waits for, the longest over its time first."""
    usual = read_usual_days() if usual is None else usual
    found = [(one, find_wait(one.passed, usual=usual, today=today)) for one in projects]
    return sorted(found, key=lambda pair: -(pair[1].days_over if pair[1] else -1))


def list_on_plots(plots: Plots, visible: Visible = None) -> dict[str, list[Project]]:
    """Return the projects of each plot that somebody sees, by the plot's id."""
    codes = [code for plot in plots.plots for code in plot.projects]
    known = {one.code: one for one in list_projects(visible).filter(code__in=codes)}
    return {
        plot.id: [known[code] for code in plot.projects if code in known] for plot in plots.plots
    }


@dataclass(frozen=True)
class Pinned:
    """A node template as it was pinned, with the proofs it asks for."""

    template: NodeTemplate
    proofs: Mapping[str, NodeProof]


@dataclass(frozen=True)
class Way:
    """The way of one project: its nodes by id, as pinned, as they stand, as they are going.

    `ends` is when each node ends if all that is open takes as long as the template says;
    `critical` is the chain that decides the last day.
    """

    pinned: Pinned
    nodes: Mapping[str, Node]
    ends: Mapping[str, date]
    critical: frozenset[str]
    first_end_on: date

    @property
    def states(self) -> dict[str, NodeState]:
        """Return the nodes as plain values."""
        return {key: state_of(node) for key, node in self.nodes.items()}

    def waits_for(self, node: str) -> list[str]:
        """Return the names of the open nodes that a node waits for."""
        by_id = self.pinned.template.by_id
        return [by_id[one].name for one in by_id[node].after if not self.nodes[one].done_on]

    @property
    def ready(self) -> list[Node]:
        """Return the open nodes that wait for nothing, the first due first: what to do next."""
        open_ones = [
            node
            for key, node in self.nodes.items()
            if node.done_on is None and not self.waits_for(key)
        ]
        return sorted(open_ones, key=lambda node: (node.due_on, node.number))


def state_of(node: Node) -> NodeState:
    """Return a node as plain values."""
    told = (node.begin_on, node.due_on, node.first_due_on, node.done_on, node.was_late)
    return NodeState(node.node, *told)


def read_pinned(pinned: PinnedTemplate) -> Pinned:
    """Return a pinned template; what is pinned never changes, so it is read once."""
    return _read_pinned(pinned.template, pinned.version, pinned.pk)


@lru_cache(maxsize=64)
def _read_pinned(template: str, version: int, pk: int) -> Pinned:
    content = PinnedTemplate.objects.get(pk=pk, template=template, version=version).content
    whole = dict(content["template"])
    whole["kinds"] = tuple(whole["kinds"])
    whole["steps"] = tuple(NodeStep(**one) for one in whole["steps"])
    whole["nodes"] = tuple(
        WorkNode(**one | {"after": tuple(one["after"])}) for one in whole["nodes"]
    )
    proofs = {one["id"]: NodeProof(**one) for one in content["proofs"]}
    return Pinned(NodeTemplate(**whole), proofs)


def find_way(project: Project, *, today: date, calendar: WorkingCalendar) -> Way | None:
    """Return the way of a project; None where its nodes were not laid out."""
    roadmap = Roadmap.objects.select_related("template").filter(project=project).first()
    if roadmap is None:
        return None
    pinned = read_pinned(roadmap.template)
    nodes = {one.node: one for one in project.nodes.select_related("lead")}
    ends = forecast(
        pinned.template,
        begins={key: one.begin_on for key, one in nodes.items()},
        done={key: one.done_on for key, one in nodes.items() if one.done_on},
        today=today,
        calendar=calendar,
    )
    critical = frozenset(find_critical(pinned.template, ends))
    return Way(pinned, nodes, ends, critical, roadmap.first_end_on)


def list_due_nodes(lead: str, *, until: date) -> list[Node]:
    """Return what a department can do now and is due by a day, the first due first.

    A node that waits for another is not there: it is the other that somebody can do.
    """
    due = Node.objects.filter(lead=lead, done_on=None, due_on__lte=until)
    found = list(due.values_list("pk", "project", "node"))
    projects = {project for _pk, project, _node in found}
    templates = read_templates(projects)
    needs = {
        pk: [(project, need) for need in templates[project].by_id[node].after]
        for pk, project, node in found
    }
    asked = {need for pairs in needs.values() for _project, need in pairs}
    still_open = set(
        Node.objects.filter(project__in=projects, node__in=asked, done_on=None)
        .order_by()
        .values_list("project", "node")
    )
    free = [pk for pk, pairs in needs.items() if still_open.isdisjoint(pairs)]
    return list(_with_template(Node.objects.filter(pk__in=free)).order_by("due_on", "pk"))


def _with_template(found: QuerySet[Node]) -> QuerySet[Node]:
    """Let each node know the name of its pinned template; the template itself is read once."""
    return found.select_related("project", "lead").annotate(
        pinned=F("project__roadmap__template"),
        template=F("project__roadmap__template__template"),
        template_version=F("project__roadmap__template__version"),
    )


def list_nodes(visible: Visible) -> QuerySet[Node]:
    """Return every node that somebody's departments have or lead to, the first due first."""
    found = _with_template(Node.objects.all())
    if visible is not None:
        found = found.filter(Q(project__lead__in=visible) | Q(lead__in=visible))
    return found.order_by("due_on", "project", "number")


def template_of(node: Node) -> NodeTemplate:
    """Return the pinned template of a node that `list_nodes` or `list_due_nodes` found."""
    return _read_pinned(node.template, node.template_version, node.pinned).template


def count_late_nodes(today: date) -> dict[int, int]:
    """Return how many nodes are overdue, for each project that has one."""
    late = Node.objects.filter(done_on=None, due_on__lt=today).order_by().values("project")
    return dict(late.annotate(count=Count("pk")).values_list("project", "count"))


def read_templates(projects: Iterable[int]) -> dict[int, NodeTemplate]:
    """Return the template by which each project was laid out."""
    found = Roadmap.objects.filter(project__in=list(projects))
    columns = ("project", "template__template", "template__version", "template_id")
    return {
        project: _read_pinned(template, version, pk).template
        for project, template, version, pk in found.values_list(*columns)
    }


class NodeMark(NamedTuple):
    """A node of many, as the schedule draws it."""

    node: str
    begin_on: date
    due_on: date
    first_due_on: date
    done_on: date | None
    was_late: bool
    lead: str


def list_marks(projects: Iterable[int]) -> dict[int, list[NodeMark]]:
    """Return the nodes of projects in their order, project by project."""
    found: dict[int, list[NodeMark]] = {}
    rows = Node.objects.filter(project__in=list(projects)).order_by("project", "number")
    columns = ("node", "begin_on", "due_on", "first_due_on", "done_on", "was_late", "lead_id")
    for project, *told in rows.values_list("project", *columns):
        found.setdefault(project, []).append(NodeMark(*told))
    return found
