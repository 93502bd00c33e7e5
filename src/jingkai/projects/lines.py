"""The projects of the schedule as a list for phones: what each has to do next, and its months."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.documents.charts import Lane, draw_strip
from jingkai.kernel.lights import Light
from jingkai.kernel.nodes import NodeTemplate
from jingkai.org.queries import list_departments
from jingkai.projects.counting import Progress
from jingkai.projects.lanes import say_wait, worst_of
from jingkai.projects.models import Project
from jingkai.projects.queries import read_templates
from jingkai.projects.rules import Wait
from jingkai.web.charts import Drawing
from jingkai.web.language import spoken

__all__ = ["Next", "ProjectLine", "lines_of"]


@dataclass(frozen=True)
class Next:
    """The node of a project that is due first: what, who, when, how late."""

    name: str
    lead: str
    due_on: date
    days_late: int
    light: Light


@dataclass(frozen=True)
class ProjectLine:
    """A project in the list that phones show instead of the picture."""

    name: str
    url: str
    wait: str
    next: Next | None
    done: int
    count: int
    strip: Drawing | None


def lines_of(
    shown: Sequence[tuple[Project, Wait | None]],
    counts: Mapping[int, Progress],
    drawn: Mapping[str, Lane],
    *,
    first: date,
    last: date,
    today: date,
) -> list[ProjectLine]:
    """Return the projects for a phone, with the node that each has to do next."""
    templates = read_templates(counts)
    leads = {one.pk: spoken(one.name, one.english) for one in list_departments()}
    months = [
        date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)
    ]
    lines = []
    for project, wait in shown:
        progress = counts.get(project.pk)
        page = "projects:nodes" if progress else "projects:detail"
        strip = None
        if progress:
            label = _("%(name)s：%(done)s / %(count)s 个节点已销号，%(late)s 个逾期") % {
                "name": project.name,
                "done": progress.done,
                "count": progress.count,
                "late": progress.late,
            }
            tallies = worst_of(drawn[str(project.pk)].counts)
            strip = Drawing(draw_strip(tallies, months=months, today=today, label=label))
        lines.append(
            ProjectLine(
                name=project.name,
                url=reverse(page, args=[project.pk]),
                wait=say_wait(wait),
                next=_next(progress, templates[project.pk], leads, today) if progress else None,
                done=progress.done if progress else 0,
                count=progress.count if progress else 0,
                strip=strip,
            )
        )
    return lines


def _next(
    progress: Progress, template: NodeTemplate, leads: Mapping[str, str], today: date
) -> Next | None:
    found = progress.next
    if found is None:
        return None
    told = template.nodes[found.number - 1]
    return Next(
        name=spoken(told.name, told.english),
        lead=leads.get(found.lead, found.lead),
        due_on=found.due_on,
        days_late=max(0, (today - found.due_on).days),
        light=found.light,
    )
