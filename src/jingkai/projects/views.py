"""Pages of the project list: load, one call, one page."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.documents.charts import Flag, Tick
from jingkai.kernel.geometry import Plot, read_plots
from jingkai.kernel.lights import Light
from jingkai.kernel.units import UNITS
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import get_event
from jingkai.ledger.services import keep_file
from jingkai.org.queries import Visible, list_closed, visible_departments
from jingkai.org.rules import Permission
from jingkai.org.services import YearClosed
from jingkai.projects import facts
from jingkai.projects.charts import finding_of, map_of, phases_of, schedule_of
from jingkai.projects.forms import GateForm, ProjectForm, ScheduleForm, WithdrawForm
from jingkai.projects.lists import PROJECTS
from jingkai.projects.models import Project
from jingkai.projects.queries import (
    count_late_nodes,
    get_project,
    list_marks,
    list_on_plots,
    list_projects,
    list_waits,
    read_templates,
    read_usual_days,
)
from jingkai.projects.rules import GATES, Gate, Wait, node_light
from jingkai.projects.services import (
    ChangedMeanwhile,
    CodeTaken,
    GateRefused,
    add_project,
    pass_gate,
    withdraw_gate,
)
from jingkai.web.access import needs
from jingkai.web.asides import Aside, asides_of
from jingkai.web.charts import ChartView, show_chart
from jingkai.web.language import quantity, spoken
from jingkai.web.lists import show_list
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.shell import Lock, panels, show


@dataclass(frozen=True)
class ProjectRow:
    """One line of the list."""

    id: int
    code: str
    name: str
    investor: str
    kind: str
    investment: str
    lead: str
    gates: list[date | None]


@dataclass
class AddPage:
    """Take a project in."""

    form: ProjectForm
    template: str = "projects/add.html"


@dataclass(frozen=True)
class GateState:
    """One gate of a project: when it was passed, on what proof, or what it waits for."""

    gate: Gate
    on: date | None
    actor: str = ""
    known_on: date | None = None
    entry: int | None = None
    proofs: tuple[Any, ...] = ()
    is_locked: bool = False


@dataclass
class DetailPage:
    """One project and its gates."""

    project: ProjectRow
    gates: list[GateState]
    may_record: bool
    next_gate: Gate | None = None
    form: GateForm | None = None
    withdraw: Gate | None = None
    withdraw_form: WithdrawForm | None = None
    version: int = 0
    template: str = "projects/detail.html"
    errors: list[str] = field(default_factory=list)
    charts: list[ChartView] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    lock: Lock | None = None


@dataclass
class SchedulePage:
    """作战图: projects by months, the longest over their time first."""

    title: str
    form: ScheduleForm
    charts: list[ChartView]
    sheets: list[tuple[str, str]]
    found: PageOf
    usual: list[tuple[str, int]]
    query: str
    legend: list[Light]
    is_empty: bool
    template: str = "projects/schedule.html"


@needs(Permission.SEE_PROJECTS)
def list_page(request: HttpRequest) -> HttpResponse:
    """Show the project list."""
    return show_list(request, PROJECTS, list_projects(_sees(request)))


_ON_A_PAGE = 40
_SHOWN: dict[str, Callable[[Project, Wait | None], bool]] = {
    "": lambda project, wait: wait is not None and project.start_on is not None,
    "signed": lambda project, wait: wait is not None and wait.gate == "start",
    "late": lambda project, wait: wait is not None and wait.days_over > 0,
    "all": lambda project, wait: True,
}
# Landscape sheets at 96 pixels an inch, within their margins.
_SHEETS = {"A3": 1520, "A0": 4400}


@needs(Permission.SEE_PROJECTS)
def schedule(request: HttpRequest) -> HttpResponse:
    """Show which project stands at which gate, and which one drags."""
    form = ScheduleForm(request.GET, visible=_sees(request))
    wanted = form.cleaned_data if form.is_valid() else {}
    asked = {key: wanted[key] for key in ("kind", "lead") if wanted.get(key)}
    seen = list_projects(_sees(request))
    waits = list_waits(seen.filter(**asked), request.today)
    if wanted.get("show") == "nodes":
        late = count_late_nodes(request.today)
        waits = [pair for pair in waits if pair[0].pk in late]
        nodes = sum(late[project.pk] for project, _wait in waits)
        title = _("%(count)s 个项目有 %(late)s 个逾期节点") % {"count": len(waits), "late": nodes}
    else:
        shows = _SHOWN.get(wanted.get("show", ""), _SHOWN[""])
        waits = [pair for pair in waits if shows(*pair)]
        title = finding_of(waits)
    year = wanted.get("year") or request.today.year
    is_sheet = "rows" in request.GET
    found = Paginator(waits, max(len(waits), 1) if is_sheet else _ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    kept = request.GET.copy()
    kept.pop("page", None)
    charts = []
    if waits:
        shown = list(found)
        drawn = schedule_of(
            shown,
            promises=_promises([project.pk for project, _wait in shown]),
            nodes=_ticks([project.pk for project, _wait in shown], request.today),
            title=title,
            first=date(year - 1, 1, 1),
            last=date(year, 12, 31),
            today=request.today,
        )
        charts.append(show_chart(request, drawn, wide=1100))
    is_empty = not waits and not seen.exists()
    nothing = _("您的数据范围内没有项目") if is_empty else _("没有符合条件的项目")
    page = SchedulePage(
        title=charts[0].chart.title if charts else nothing,
        is_empty=is_empty,
        form=form,
        charts=charts,
        sheets=[(name, _sheet(kept, width)) for name, width in _SHEETS.items()],
        found=found,
        usual=[
            (f"{_(GATES[gate].name)} → {_(GATES[after].name)}", days)
            for (gate, after), days in read_usual_days().items()
        ],
        query=kept.urlencode(),
        legend=list(current_zone().task_lights.lights),
    )
    return show(request, page)


def _ticks(ids: list[int], today: date) -> dict[int, list[Tick]]:
    """Return the nodes of projects as ticks: done where they were done, open where they are due."""
    scheme = current_zone().task_lights
    templates = read_templates(ids)
    tones: dict[tuple[date, date | None, bool], str] = {}
    found = {}
    for project, marks in list_marks(ids).items():
        ticks = found.setdefault(project, [])
        by_id = templates[project].by_id
        done = {node for _due_on, done_on, _was_late, node in marks if done_on}
        for due_on, done_on, was_late, node in marks:
            decisive = (due_on, done_on, was_late)
            if decisive not in tones:
                light = node_light(
                    scheme, due_on=due_on, done_on=done_on, was_late=was_late, today=today
                )
                tones[decisive] = light.tone
            # The table names what holds a project up, not all that waits for it.
            holds = done_on is None and due_on < today and done.issuperset(by_id[node].after)
            name = spoken(by_id[node].name, by_id[node].english) if holds else ""
            ticks.append(Tick(done_on or due_on, tones[decisive], done_on is not None, name))
    return found


def _promises(ids: list[int]) -> dict[int, list[Flag]]:
    """Return what other contexts promise about projects, as flags."""
    flags: dict[int, list[Flag]] = {}
    for offer in panels("PROMISES"):
        for project, flag in offer(ids):
            flags.setdefault(project, []).append(flag)
    return flags


def _sheet(query: QueryDict, width: int) -> str:
    """Return the address of the whole schedule as one drawing of a sheet's width."""
    asked = query.copy()
    for key, value in (("chart", "schedule"), ("as", "svg"), ("rows", "all")):
        asked[key] = value
    asked["width"] = str(width)
    return f"?{asked.urlencode()}"


@dataclass
class MapPage:
    """项目分布图: the plots of the zone, and the projects on the one that was chosen."""

    title: str
    charts: list[ChartView]
    plots: list[tuple[Plot, bool]]
    chosen: Plot | None
    rows: list[ProjectRow]
    gates: list[Gate]
    is_invented: bool
    doubts: tuple[str, ...]
    template: str = "projects/map.html"


@needs(Permission.SEE_PROJECTS)
def plot_map(request: HttpRequest) -> HttpResponse:
    """Show where the projects stand."""
    plots = read_plots(current_zone())
    on_plots = list_on_plots(plots, _sees(request))
    wanted = request.GET.get("plot")
    fullest = max(plots.plots, key=lambda plot: len(on_plots[plot.id]), default=None)
    chosen = next((plot for plot in plots.plots if plot.id == wanted), fullest)
    drawn = map_of(plots, on_plots) if plots.plots else None
    page = MapPage(
        title=drawn.title if drawn else _("项目分布图"),
        charts=[show_chart(request, drawn)] if drawn else [],
        plots=[(plot, plot is chosen) for plot in plots.plots],
        chosen=chosen,
        rows=[_row(project) for project in on_plots[chosen.id]] if chosen else [],
        gates=list(GATES.values()),
        is_invented=plots.is_invented,
        doubts=plots.doubts,
    )
    return show(request, page)


@needs(Permission.RECORD_PROJECTS)
def add(request: HttpRequest) -> HttpResponse:
    """Take a new project in."""
    form = ProjectForm(request.POST or None, visible=_sees(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        told["investment"] = UNITS["亿元"].to_base(told["investment"])
        try:
            project = add_project(**told)
        except CodeTaken as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("已建立项目“%(name)s”。") % {"name": project.name})
            return redirect("projects:detail", project.pk)
    return show(request, AddPage(form), status=422 if form.errors else 200)


@needs(Permission.SEE_PROJECTS)
def detail(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show one project."""
    project = _load(request, project_id)
    page = _detail_page(request, project)
    if page.next_gate:
        page.form = GateForm(initial={"version": project.version, "on": request.today})
    return show(request, page)


@needs(Permission.RECORD_PROJECTS)
def gate(request: HttpRequest, project_id: int, gate_id: str) -> HttpResponse:
    """Record that the project passed a gate."""
    project, chosen = _load(request, project_id), _gate(gate_id)
    if request.method != "POST":
        return redirect("projects:detail", project_id)
    form = GateForm(request.POST, request.FILES)
    if form.is_valid():
        told, file = form.cleaned_data, form.cleaned_data["proof"]
        try:
            pass_gate(
                project_id=project_id,
                gate_id=gate_id,
                on=told["on"],
                by=request.user.name,
                today=request.today,
                proof=[keep_file(data=file.read(), name=file.name, note=told["note"])],
                version=told["version"],
            )
        except (GateRefused, ChangedMeanwhile, YearClosed) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("已记录“%(project)s”%(gate)s，指标随即更新。")
                % {"project": project.name, "gate": _(chosen.name)},
            )
            return redirect("projects:detail", project_id)
    page = _detail_page(request, _load(request, project_id))
    page.next_gate, page.form = chosen, form
    return show(request, page, status=422)


@needs(Permission.RECORD_PROJECTS)
def withdraw(request: HttpRequest, project_id: int, gate_id: str) -> HttpResponse:
    """Take back a gate that was recorded wrongly."""
    project, chosen = _load(request, project_id), _gate(gate_id)
    form = WithdrawForm(request.POST or None, initial={"version": project.version})
    passed_on = project.passed.get(gate_id)
    lock = lock_of_year(request, passed_on.year) if passed_on else None
    if passed_on:
        refuse_closed(request, passed_on.year)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_gate(
                project_id=project_id,
                gate_id=gate_id,
                by=request.user.name,
                today=request.today,
                **form.cleaned_data,
            )
        except (GateRefused, ChangedMeanwhile, YearClosed) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已撤回，原记录和撤回都留在账本里。"))
            return redirect("projects:detail", project_id)
    page = _detail_page(request, project)
    page.withdraw, page.withdraw_form = (chosen, form) if lock is None else (None, None)
    page.lock = lock
    return show(request, page, status=422 if form.errors else 200)


def _sees(request: HttpRequest) -> Visible:
    return visible_departments(request.user)


def _load(request: HttpRequest, project_id: int) -> Project:
    """Return a project; one of another scope is not there."""
    try:
        return get_project(project_id, _sees(request))
    except Project.DoesNotExist:
        raise Http404 from None


def _gate(gate_id: str) -> Gate:
    if gate_id not in GATES:
        raise Http404
    return GATES[gate_id]


def _row(project: Project) -> ProjectRow:
    passed = project.passed
    return ProjectRow(
        id=project.pk,
        code=project.code,
        name=project.name,
        investor=project.investor,
        kind=project.kind,
        investment="".join(quantity(project.investment, "亿元")),
        lead=spoken(project.lead.name, project.lead.english),
        gates=[passed.get(gate) for gate in GATES],
    )


def _detail_page(request: HttpRequest, project: Project) -> DetailPage:
    states = []
    closed = {one.year for one in list_closed(on.year for on in project.passed.values())}
    for gate_id, one in GATES.items():
        on = project.passed.get(gate_id)
        if on is None:
            states.append(GateState(one, None))
            continue
        key = f"project:{project.pk}:{gate_id}:"
        entry = get_event(type_id=facts.gate_passed.id, key_starts=key).entry
        proofs = tuple(entry.evidence.all())
        told = (entry.actor, entry.known_on, entry.number, proofs, on.year in closed)
        states.append(GateState(one, on, *told))
    may_record = request.user.may(Permission.RECORD_PROJECTS)
    waiting = next((state.gate for state in states if state.on is None), None)
    ((_project, wait),) = list_waits([project], request.today)
    phases = phases_of(project, wait, request.today)
    return DetailPage(
        project=_row(project),
        gates=states,
        may_record=may_record,
        next_gate=waiting if may_record else None,
        version=project.version,
        charts=[show_chart(request, phases, wide=700)] if phases else [],
        asides=asides_of(f"project:{project.pk}", request.user, request.today),
    )
