"""Pages of the project list: load, one call, one page."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.kernel.geometry import Plot, read_plots
from jingkai.kernel.units import UNITS
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import get_event
from jingkai.ledger.services import keep_file
from jingkai.org.queries import Visible, list_closed, visible_departments
from jingkai.org.rules import Permission
from jingkai.org.services import YearClosed
from jingkai.projects import facts
from jingkai.projects.charts import map_of, phases_of
from jingkai.projects.forms import GateForm, ProjectForm, WithdrawForm
from jingkai.projects.lists import PROJECTS
from jingkai.projects.models import Project
from jingkai.projects.queries import (
    get_project,
    list_on_plots,
    list_projects,
    list_waits,
)
from jingkai.projects.rules import GATES, Gate
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
from jingkai.web.language import quantity, spoken, spoken_refusal
from jingkai.web.lists import show_list
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.shell import Lock, show


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


@needs(Permission.SEE_PROJECTS)
def list_page(request: HttpRequest) -> HttpResponse:
    """Show the project list."""
    return show_list(request, PROJECTS, list_projects(_sees(request)))


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
            form.add_error("code", spoken_refusal(refusal))
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
            form.add_error(None, spoken_refusal(refusal))
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
            form.add_error(None, spoken_refusal(refusal))
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
