"""作战图: projects by months, unfolded to steps and nodes; for a phone, for a wall, as a table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.documents.charts import HEAD, Chart, Flag, Lane, Schedule, draw, height_of, rooms_of
from jingkai.kernel.lights import Light
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Visible, list_departments, visible_departments
from jingkai.org.rules import Permission
from jingkai.projects.charts import finding_of, schedule_of
from jingkai.projects.counting import Progress, count_nodes
from jingkai.projects.forms import ScheduleForm
from jingkai.projects.lanes import project_lane, step_lanes
from jingkai.projects.lines import ProjectLine, lines_of
from jingkai.projects.lists import NODES
from jingkai.projects.models import Project
from jingkai.projects.papers import PAPERS, Arrangement, Paper, arrange
from jingkai.projects.queries import (
    count_late_nodes,
    list_marks,
    list_nodes,
    list_projects,
    list_waits,
    read_templates,
    read_usual_days,
)
from jingkai.projects.rules import GATES, Wait, node_lights
from jingkai.web.access import needs
from jingkai.web.charts import ChartView, Drawing, show_chart
from jingkai.web.language import spoken
from jingkai.web.lists import ListView, show_list
from jingkai.web.shell import panels, show

_ON_A_PAGE = 40
_WIDE = 1100
_SHOWN: dict[str, Callable[[Project, Wait | None], bool]] = {
    "": lambda project, wait: wait is not None and project.start_on is not None,
    "signed": lambda project, wait: wait is not None and wait.gate == "start",
    "late": lambda project, wait: wait is not None and wait.days_over > 0,
    "all": lambda project, wait: True,
}
Pair = tuple[Project, Wait | None]


@dataclass
class SchedulePage:
    """The picture of the projects that were asked for, the longest over their time first."""

    title: str
    form: ScheduleForm
    charts: list[ChartView]
    lines: list[ProjectLine]
    papers: list[tuple[str, str]]
    table_url: str
    found: PageOf
    usual: list[tuple[str, int]]
    query: str
    is_empty: bool
    template: str = "projects/schedule.html"


@dataclass
class NodeListPage:
    """Every node as a table; the picture of them is one step away."""

    list: ListView
    chart_url: str = field(default_factory=lambda: reverse("projects:schedule"))
    template: str = "projects/node_list.html"


@dataclass
class WallPage:
    """The same picture laid out on sheets of a paper, ready to be printed."""

    title: str
    paper: Paper
    arrangement: Arrangement
    sheets: list[list[Drawing]]
    legend: list[Light]
    note: str
    back: str
    template: str = "projects/wallsheets.html"


@dataclass(frozen=True)
class _Folds:
    """Which rows are open, and the address at which another one is."""

    rest: str
    opened: tuple[str, ...]
    opens_all: bool

    @property
    def projects(self) -> set[int]:
        return {int(one) for key in self.opened if (one := key.partition(".")[0]).isdecimal()}

    def steps_of(self, project: int) -> set[str]:
        begin = f"{project}."
        return {key.removeprefix(begin) for key in self.opened if key.startswith(begin)}

    def turn(self, key: str) -> str:
        """Return the address at which a row is open that is closed now, or closed that is open."""
        if key in self.opened:
            kept = [one for one in self.opened if one != key and not one.startswith(f"{key}.")]
        else:
            kept = [*self.opened, key]
        query = "&".join(filter(None, [self.rest, *(f"open={one}" for one in kept)]))
        return f"?{query}#row-{key}"


@needs(Permission.SEE_PROJECTS)
def schedule(request: HttpRequest) -> HttpResponse:
    """Show which project stands at which gate and node, and which one drags."""
    visible = visible_departments(request.user)
    form = ScheduleForm(request.GET, visible=visible)
    wanted = form.cleaned_data if form.is_valid() else {}
    pairs, title, usual = _find(wanted, visible, request.today)
    paper = PAPERS.get(request.GET.get("print", ""))
    is_whole = paper is not None or "rows" in request.GET
    found = Paginator(pairs, max(len(pairs), 1) if is_whole else _ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = list(found)
    folds = _folds(request.GET, opens_all=wanted.get("level") == "steps")
    counts = count_nodes(
        [project.pk for project, _wait in shown],
        scheme=current_zone().task_lights,
        today=request.today,
    )
    year = wanted.get("year") or request.today.year
    is_empty = not pairs and not list_projects(visible).exists()
    nothing = _("您的数据范围内没有项目") if is_empty else _("没有符合条件的项目")
    first, last = date(year - 1, 1, 1), date(year, 12, 31)
    chart, lanes = None, []
    if pairs:
        lanes = _lanes(shown, counts, folds, request.today, is_still=paper is not None)
        chart = schedule_of(
            lanes,
            title=title,
            first=first,
            last=last,
            today=request.today,
            key=node_lights(current_zone().task_lights),
        )
    if paper and chart:
        return show(request, _wall(chart, paper, folds.rest))
    page = SchedulePage(
        title=title if pairs else nothing,
        is_empty=is_empty,
        form=form,
        charts=[show_chart(request, chart, wide=_WIDE, narrow=None)] if chart else [],
        lines=lines_of(
            shown,
            counts,
            {lane.key: lane for lane in lanes},
            first=first,
            last=last,
            today=request.today,
        )
        if chart
        else [],
        papers=[(one.upper(), f"?{_joined(folds, print=one)}") for one in PAPERS],
        table_url=f"{reverse('projects:node_list')}?{_of_list(request.GET)}",
        found=found,
        usual=[
            (f"{_(GATES[gate].name)} → {_(GATES[after].name)}", days)
            for (gate, after), days in usual.items()
        ],
        query=_joined(folds),
    )
    return show(request, page)


@needs(Permission.SEE_PROJECTS)
def node_list(request: HttpRequest) -> HttpResponse:
    """Show every node of every project that somebody sees, as a table and as a workbook."""
    rows = list_nodes(visible_departments(request.user))
    return show_list(request, NODES, rows, page=NodeListPage)


def _find(
    wanted: dict[str, Any], visible: Visible, today: date
) -> tuple[list[Pair], str, dict[tuple[str, str], int]]:
    """Return the projects asked for with what they wait for, the finding, and the usual times."""
    asked = {key: wanted[key] for key in ("kind", "lead") if wanted.get(key)}
    usual = read_usual_days()
    pairs = list_waits(list_projects(visible).filter(**asked), today, usual=usual)
    if wanted.get("show") == "nodes":
        late = count_late_nodes(today)
        pairs = [pair for pair in pairs if pair[0].pk in late]
        nodes = sum(late[project.pk] for project, _wait in pairs)
        title = _("%(count)s 个项目有 %(late)s 个逾期节点") % {"count": len(pairs), "late": nodes}
        return pairs, title, usual
    shows = _SHOWN.get(wanted.get("show", ""), _SHOWN[""])
    pairs = [pair for pair in pairs if shows(*pair)]
    return pairs, finding_of(pairs), usual


def _folds(asked: QueryDict, *, opens_all: bool) -> _Folds:
    rest = asked.copy()
    for key in ("open", "page", "print", "chart", "as"):
        rest.pop(key, None)
    opened = dict.fromkeys(one for one in asked.getlist("open") if len(one) < 60)
    known = tuple(one for one in opened if one.replace(".", "").replace("-", "").isalnum())
    page = asked.get("page", "")
    words = rest.urlencode()
    if page.isdecimal():
        words = f"{words}&page={page}".removeprefix("&")
    return _Folds(words, known, opens_all)


def _joined(folds: _Folds, **more: str) -> str:
    """Return the rest of an address: what was asked and opened, without the page of the list."""
    kept = [one for one in folds.rest.split("&") if one and not one.startswith("page=")]
    opened = [f"open={one}" for one in folds.opened]
    return "&".join([*kept, *opened, *(f"{key}={value}" for key, value in more.items())])


def _of_list(asked: QueryDict) -> str:
    """Return what of the picture's conditions the table knows too."""
    kept = QueryDict(mutable=True)
    for key, name in (("kind", "kind"), ("lead", "owner")):
        if asked.get(key):
            kept[name] = asked.get(key, "")
    if asked.get("show") == "nodes":
        kept["state"] = "overdue"
    return kept.urlencode()


def _lanes(
    shown: Sequence[Pair],
    counts: dict[int, Progress],
    folds: _Folds,
    today: date,
    *,
    is_still: bool,
) -> list[Lane]:
    """Return the rows of the picture; on paper nothing is folded any more."""
    ids = [project.pk for project, _wait in shown]
    opened = {one for one in ids if one in counts and (folds.opens_all or one in folds.projects)}
    promises = _promises(ids)
    marks, templates, leads = {}, {}, {}
    if opened:
        marks, templates = list_marks(opened), read_templates(opened)
        leads = {one.pk: spoken(one.name, one.english) for one in list_departments()}
    lanes = []
    for project, wait in shown:
        pk = project.pk
        has_fold = pk in counts and not folds.opens_all and not is_still
        lanes.append(
            project_lane(
                project,
                wait,
                today=today,
                promised=promises.get(pk, ()),
                progress=counts.get(pk),
                fold=folds.turn(str(pk)) if has_fold else "",
                is_open=pk in opened,
            )
        )
        if pk in opened:
            lanes += step_lanes(
                pk,
                templates[pk],
                marks[pk],
                opened=folds.steps_of(pk),
                fold=(lambda key: "") if is_still else folds.turn,
                leads=leads,
                scheme=current_zone().task_lights,
                today=today,
            )
    return lanes


def _wall(chart: Chart, paper: Paper, rest: str) -> WallPage:
    """Lay the rows on sheets: each column is a drawing, and all have one scale of months."""
    schedule = chart.figures
    assert isinstance(schedule, Schedule)
    lanes = schedule.lanes
    laid = arrange([height_of(lane) for lane in lanes], paper, head=HEAD + 6)
    rooms = rooms_of(schedule, laid.width)
    sheets = []
    for number, columns in enumerate(laid.sheets):
        drawn = []
        for place, (begin, end) in enumerate(columns):
            part = replace(
                chart,
                id=f"schedule-{number}-{place}",
                figures=replace(schedule, lanes=lanes[begin:end], key=(), rooms=rooms),
            )
            drawn.append(Drawing(draw(part, width=laid.width)))
        sheets.append(drawn)
    return WallPage(
        title=chart.title,
        paper=paper,
        arrangement=laid,
        sheets=sheets,
        legend=node_lights(current_zone().task_lights),
        note=f"{chart.source} · {chart.period}",
        back=f"?{rest}",
    )


def _promises(ids: list[int]) -> dict[int, list[Flag]]:
    """Return what other contexts promise about projects, as flags."""
    flags: dict[int, list[Flag]] = {}
    for offer in panels("PROMISES"):
        for project, flag in offer(ids):
            flags.setdefault(project, []).append(flag)
    return flags
