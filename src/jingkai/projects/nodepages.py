"""Pages of a project's nodes: what is next, all of them by step, closing, moving, taking back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.kernel.lights import Light
from jingkai.kernel.nodes import LINKS, WorkNode
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import keep_file
from jingkai.org.queries import visible_departments
from jingkai.org.rules import Permission
from jingkai.org.services import YearClosed
from jingkai.projects.forms import CloseForm, LayOutForm, MoveForm, WithdrawForm
from jingkai.projects.models import Node, Project
from jingkai.projects.queries import Way, find_way, get_project, get_project_with_nodes_of
from jingkai.projects.rules import GATES, node_light
from jingkai.projects.services import (
    ChangedMeanwhile,
    Closing,
    GateRefused,
    NodeRefused,
    close_nodes,
    lay_out_nodes,
    move_node,
    reopen_node,
)
from jingkai.web.access import needs
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.shell import Lock, show

_NEXT = 8
_REFUSALS = (NodeRefused, GateRefused, ChangedMeanwhile, YearClosed)


@dataclass(frozen=True)
class NodeRow:
    """One node as the page lists it."""

    id: str
    number: int
    name: str
    lead: str
    proof: str
    begin_on: date
    due_on: date
    first_due_on: date | None
    ends_on: date | None
    done_on: date | None
    reason: str
    light: Light
    waits_for: str
    is_ready: bool
    is_critical: bool
    is_gate: bool


@dataclass(frozen=True)
class StepSection:
    """The nodes of one step: how many are done, and whether the section is open."""

    id: str
    name: str
    link: str
    rows: list[NodeRow]
    done: int
    late: int
    is_open: bool


@dataclass
class NodesPage:
    """The nodes of one project."""

    title: str
    project: Project
    lead: str
    template_name: str
    template_version: int
    basis: str
    done: int
    count: int
    late: int
    end_on: date | None
    first_end_on: date | None
    ready: list[NodeRow]
    sections: list[StepSection]
    may_record: bool
    lay_out_form: LayOutForm | None = None
    hangs_on: str = ""
    close_form: CloseForm | None = None
    chosen: list[str] = field(default_factory=list)
    moving: NodeRow | None = None
    move_form: MoveForm | None = None
    reopening: NodeRow | None = None
    reopen_form: WithdrawForm | None = None
    has_template: bool = True
    sees_project: bool = True
    lock: Lock | None = None
    template: str = "projects/nodes.html"


@needs(Permission.SEE_PROJECTS)
def nodes(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show the nodes of a project."""
    seen = visible_departments(request.user)
    try:
        project = get_project_with_nodes_of(project_id, seen)
    except Project.DoesNotExist:
        raise Http404 from None
    page = _page(request, project)
    page.sees_project = seen is None or project.lead_id in seen
    page.may_record = page.may_record and page.sees_project
    if not page.may_record:
        page.close_form = page.lay_out_form = None
    return show(request, page)


@needs(Permission.RECORD_PROJECTS)
def lay_out(request: HttpRequest, project_id: int) -> HttpResponse:
    """Lay out the nodes of a project."""
    form = LayOutForm(request.POST or None)

    def act(told: dict[str, Any]) -> str:
        lay_out_nodes(
            project_id=project_id,
            on=told["on"],
            is_end=told["hangs"] == "end",
            by=request.user.name,
            today=request.today,
            version=told["version"],
        )
        return _("节点已排定，日期按工作日算出。")

    return _answer(request, project_id, form, act, "lay_out_form")


@needs(Permission.RECORD_PROJECTS)
def close(request: HttpRequest, project_id: int) -> HttpResponse:
    """Close the nodes that were ticked, with their proof."""
    project = _load(request, project_id)
    way = find_way(project, today=request.today, calendar=current_zone().calendar)
    if way is None:
        return redirect("projects:nodes", project_id)
    form = CloseForm(request.POST or None, request.FILES or None, nodes=_choices(way))

    def act(told: dict[str, Any]) -> str:
        file = told["proof"]
        close_nodes(
            project_id=project_id,
            closings=[Closing(one, told["on"]) for one in told["node"]],
            by=request.user.name,
            today=request.today,
            proof=[keep_file(data=file.read(), name=file.name, note=told["note"])],
            version=told["version"],
        )
        return _("已销号 %(count)s 个节点，凭证已入账。") % {"count": len(told["node"])}

    return _answer(request, project_id, form, act, "close_form")


@needs(Permission.RECORD_PROJECTS)
def move(request: HttpRequest, project_id: int, node: str) -> HttpResponse:
    """Give a node another due day."""
    form = MoveForm(request.POST or None)

    def act(told: dict[str, Any]) -> str:
        moved = move_node(
            project_id=project_id, node=node, by=request.user.name, today=request.today, **told
        )
        if len(moved) == 1:
            return _("日期已调整，原定日期留在旁边。")
        return _("日期已调整，后面 %(count)s 个节点随之顺延，原定日期都留着。") % {
            "count": len(moved) - 1
        }

    return _answer(request, project_id, form, act, "move_form", node)


@needs(Permission.RECORD_PROJECTS)
def reopen(request: HttpRequest, project_id: int, node: str) -> HttpResponse:
    """Take back the closing of a node."""
    form = WithdrawForm(request.POST or None)

    def act(told: dict[str, Any]) -> str:
        reopen_node(
            project_id=project_id, node=node, by=request.user.name, today=request.today, **told
        )
        return _("已撤回，原记录和撤回都留在账本里。")

    return _answer(request, project_id, form, act, "reopen_form", node)


def _answer(
    request: HttpRequest,
    project_id: int,
    form: forms.Form,
    act: Callable[[dict[str, Any]], str],
    place: str,
    node: str = "",
) -> HttpResponse:
    """Do what a form of the page asks, or show the page with it and what is wrong."""
    project = _load(request, project_id)
    if node and not project.nodes.exists():
        return redirect("projects:nodes", project_id)
    if place == "reopen_form":
        closed = project.nodes.filter(node=node, done_on__isnull=False).first()
        if closed is not None and closed.done_on is not None:
            refuse_closed(request, closed.done_on.year)
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except _REFUSALS as refusal:
            if place == "lay_out_form" and project.nodes.exists():  # somebody else was first
                messages.error(request, spoken_refusal(refusal))
                return redirect("projects:nodes", project_id)
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, done)
            return redirect("projects:nodes", project_id)
        project = _load(request, project_id)
    page = _page(request, project, node)
    asked = request.method == "POST"
    if asked:
        setattr(page, place, form)
        page.chosen = request.POST.getlist("node")
    if node:
        rows = {row.id: row for section in page.sections for row in section.rows}
        if node not in rows:
            raise Http404
        if place == "move_form":
            page.moving = rows[node]
            page.move_form = (
                form
                if asked
                else MoveForm(initial={"due_on": rows[node].due_on, "version": project.version})
            )
        else:
            done_on = rows[node].done_on
            page.lock = lock_of_year(request, done_on.year) if done_on else None
            if page.lock is not None:
                return show(request, page)
            page.reopening = rows[node]
            page.reopen_form = form if asked else WithdrawForm(initial={"version": project.version})
    return show(request, page, status=422 if asked else 200)


def _load(request: HttpRequest, project_id: int) -> Project:
    try:
        return get_project(project_id, visible_departments(request.user))
    except Project.DoesNotExist:
        raise Http404 from None


def _page(request: HttpRequest, project: Project, node: str = "") -> NodesPage:
    today = request.today
    may_record = request.user.may(Permission.RECORD_PROJECTS)
    way = find_way(project, today=today, calendar=current_zone().calendar)
    if way is None:
        return _empty_page(project, may_record, today)
    template = way.pinned.template
    rows = {one.id: _row(way, one, today) for one in template.nodes}
    ready = [rows[one.node] for one in way.ready]
    opened = {template.by_id[one.node].step for one in way.ready[:_NEXT]}
    if node in template.by_id:
        opened.add(template.by_id[node].step)
    sections = []
    for step in template.steps:
        own = [rows[one.id] for one in template.nodes if one.step == step.id]
        sections.append(
            StepSection(
                id=step.id,
                name=spoken(step.name, step.english),
                link=spoken(*LINKS[step.link]),
                rows=own,
                done=sum(row.done_on is not None for row in own),
                late=sum(_is_late(row, today) for row in own),
                is_open=step.id in opened,
            )
        )
    late = [row for row in rows.values() if _is_late(row, today)]
    done = sum(row.done_on is not None for row in rows.values())
    end_on = max(way.ends.values())
    if done == len(rows):
        title = _("%(name)s：%(count)s 个节点全部销号")
    elif late:
        title = _("%(name)s：%(late)s 个节点逾期，预计 %(end)s 完成")
    else:
        title = _("%(name)s：节点没有逾期，预计 %(end)s 完成")
    words = {"name": project.name, "count": len(rows), "late": len(late), "end": end_on}
    return NodesPage(
        title=title % words,
        project=project,
        lead=spoken(project.lead.name, project.lead.english),
        template_name=spoken(template.name, template.english),
        template_version=template.version,
        basis=template.basis,
        done=done,
        count=len(rows),
        late=len(late),
        end_on=end_on,
        first_end_on=way.first_end_on,
        ready=ready[:_NEXT],
        sections=sections,
        may_record=may_record,
        close_form=CloseForm(initial={"on": today, "version": project.version}, nodes=_choices(way))
        if may_record and ready
        else None,
    )


def _empty_page(project: Project, may_record: bool, today: date) -> NodesPage:
    template = current_zone().nodes.for_kind(project.kind)
    gates = {one.gate for one in template.nodes} if template else set()
    passed = next(((gate, on) for gate, on in project.passed.items() if gate in gates), None)
    hangs_on = f"{_(GATES[passed[0]].name)} {passed[1]}" if passed else ""
    return NodesPage(
        title=_("%(name)s：节点还没有排定") % {"name": project.name},
        project=project,
        lead=spoken(project.lead.name, project.lead.english),
        template_name=spoken(template.name, template.english) if template else "",
        template_version=template.version if template else 0,
        basis=template.basis if template else "",
        done=0,
        count=len(template.nodes) if template else 0,
        late=0,
        end_on=None,
        first_end_on=None,
        ready=[],
        sections=[],
        may_record=may_record,
        has_template=template is not None,
        hangs_on=hangs_on,
        lay_out_form=LayOutForm(
            initial={
                "on": passed[1] if passed else today,
                "hangs": "start",
                "version": project.version,
            }
        )
        if template and may_record
        else None,
    )


def _row(way: Way, told: WorkNode, today: date) -> NodeRow:
    node: Node = way.nodes[told.id]
    waits = way.waits_for(told.id)
    proof = way.pinned.proofs.get(told.proof)
    ends_on = way.ends[told.id]
    return NodeRow(
        id=told.id,
        number=node.number,
        name=spoken(told.name, told.english),
        lead=spoken(node.lead.name, node.lead.english),
        proof=_(GATES[told.gate].proof)
        if told.gate
        else spoken(proof.name, proof.english)
        if proof
        else "",
        begin_on=node.begin_on,
        due_on=node.due_on,
        first_due_on=node.first_due_on if node.first_due_on != node.due_on else None,
        ends_on=ends_on if node.done_on is None and ends_on > node.due_on else None,
        done_on=node.done_on,
        reason=node.reason,
        light=node_light(
            current_zone().task_lights,
            due_on=node.due_on,
            done_on=node.done_on,
            was_late=node.was_late,
            today=today,
        ),
        waits_for="、".join(_spoken_names(way, told)) if node.done_on is None and waits else "",
        is_ready=node.done_on is None and not waits,
        is_critical=told.id in way.critical,
        is_gate=bool(told.gate),
    )


def _spoken_names(way: Way, told: WorkNode) -> list[str]:
    by_id = way.pinned.template.by_id
    waits = [by_id[one] for one in told.after if way.nodes[one].done_on is None]
    return [spoken(one.name, one.english) for one in waits]


def _choices(way: Way) -> list[tuple[str, str]]:
    return [(one.id, one.name) for one in way.pinned.template.nodes]


def _is_late(row: NodeRow, today: date) -> bool:
    return row.done_on is None and row.due_on < today
