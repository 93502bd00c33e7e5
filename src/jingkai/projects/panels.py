"""What projects offer to the shell: menu, import, names of subjects, search."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.documents.charts import Chart
from jingkai.kernel.lights import OVERDUE_TONES
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, subjects_of
from jingkai.org.queries import Person, Visible, visible_departments
from jingkai.org.rules import Permission
from jingkai.projects.charts import stages_of, started_by_month
from jingkai.projects.importing import PROJECT_IMPORT
from jingkai.projects.queries import (
    Project,
    describe_projects,
    find_projects,
    list_due_nodes,
    list_hidden,
    list_projects,
    template_of,
)
from jingkai.projects.rules import GATES, node_light
from jingkai.web.find import Hit, Searcher
from jingkai.web.language import spoken
from jingkai.web.shell import MenuEntry
from jingkai.web.work import Counts, Work, WorkRow

__all__ = ["DOSSIER", "HIDDEN", "IMPORTS", "MENU", "SEARCH", "SUBJECTS", "WALL", "WORK"]

IMPORTS = [PROJECT_IMPORT]
MENU = [
    MenuEntry("项目", "项目清单", "projects:list", Permission.SEE_PROJECTS, 30),
    MenuEntry("项目", "作战图", "projects:schedule", Permission.SEE_PROJECTS, 31),
    MenuEntry("项目", "项目分布图", "projects:map", Permission.SEE_PROJECTS, 32),
]


def _describe(subjects: list[str]) -> dict[str, tuple[str, str]]:
    ids = {subject: int(subject.partition(":")[2]) for subject in subjects}
    names = describe_projects(list(ids.values()))
    return {
        subject: (names.get(pk, subject), reverse("projects:detail", args=[pk]))
        for subject, pk in ids.items()
    }


SUBJECTS = {"project": _describe}


def hidden_from(person: Person) -> QuerySet[Any] | None:
    """Return the projects that a person does not see, as subjects of facts."""
    visible = visible_departments(person)
    return None if visible is None else subjects_of("project", list_hidden(visible))


HIDDEN = hidden_from

ON_A_SHEET = 5


def of_firm(_code: str, name: str, person: Person) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the projects that a firm invests in, with the last gate each has passed."""
    if not person.may(Permission.SEE_PROJECTS):
        return []
    found = list_projects(visible_departments(person)).filter(investor=name)
    rows = [(one.name, _last_gate(one)) for one in found[:ON_A_SHEET]]
    return [(_("投资项目"), rows)]


def _last_gate(project: Project) -> str:
    passed = [(_(gate.name), getattr(project, f"{gate.id}_on")) for gate in GATES.values()]
    return next((f"{word} {on}" for word, on in reversed(passed) if on), "—")


DOSSIER = of_firm


def _find(text: str, person: Person) -> list[Hit]:
    return [
        Hit(one.name, reverse("projects:detail", args=[one.pk]), one.code)
        for one in find_projects(text, 8, visible_departments(person))
    ]


SEARCH = [Searcher("项目", Permission.SEE_PROJECTS, _find)]


def wall(ledger: Ledger, visible: Visible) -> list[Chart]:
    """Return the seen projects for the wall: ground broken by month, how far they have come."""
    today = ledger.known_on
    found = list(list_projects(visible))
    return [*started_by_month(found, today), *stages_of(found)]


WALL = wall


_DAYS_AHEAD, _ROWS = 14, 20


def work(person: Person, ledger: Ledger) -> list[Work]:
    """Return the nodes that a person's department can do now and that are due soon or overdue."""
    if person.department_id is None or not person.may(Permission.SEE_PROJECTS):
        return []
    today, scheme = ledger.known_on, current_zone().task_lights
    nodes = list_due_nodes(person.department_id, until=today + timedelta(days=_DAYS_AHEAD))
    lights = [
        node_light(scheme, due_on=one.due_on, done_on=None, was_late=one.was_late, today=today)
        for one in nodes
    ]
    rows = []
    for node, light in zip(nodes[:_ROWS], lights, strict=False):
        told = template_of(node).by_id[node.node]
        rows.append(
            WorkRow(
                text=f"{node.project.name} · {spoken(told.name, told.english)}",
                url=f"{reverse('projects:nodes', args=[node.project_id])}#node-{node.node}",
                lead=spoken(node.lead.name, node.lead.english),
                due_on=node.due_on,
                light=light,
            )
        )
    late = sum(light.tone in OVERDUE_TONES for light in lights)
    near = sum(light.tone == "near" for light in lights)
    counts = Counts(mine=len(nodes), near=near, late=late)
    address = f"{reverse('projects:schedule')}?show=nodes"
    return [Work(_("本部门要办的项目节点"), len(nodes), rows, counts, address)]


WORK = work
