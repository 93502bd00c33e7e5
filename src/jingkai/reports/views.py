"""Pages of the report: take one in, review its proposals, write the next one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.plan.queries import Plan, find_plan
from jingkai.plan.services import PlanRefused
from jingkai.reading import CannotRead
from jingkai.reports.composition import Composition
from jingkai.reports.forms import IntakeForm, ProposalForm, SplitForm
from jingkai.reports.models import Intake, Proposal
from jingkai.reports.queries import (
    Progress,
    compose_progress,
    cut_report,
    get_progress,
    list_intakes,
    write_progress,
)
from jingkai.reports.services import (
    ReviewRefused,
    accept_all,
    decide,
    edit,
    make_plan,
    split,
    take_in,
)
from jingkai.web.access import needs
from jingkai.web.language import department_choices
from jingkai.web.shell import show

SURE = 0.8


@dataclass
class IntakesPage:
    """导入工作报告: what was read in, and how far each review is."""

    intakes: list[Any]
    template: str = "reports/intakes.html"


@dataclass
class NewPage:
    """Take a report in."""

    form: IntakeForm
    template: str = "reports/new.html"


@dataclass(frozen=True)
class ProposalLine:
    """One proposal as the review shows it."""

    id: int
    number: int
    kind: str
    kind_name: str
    text: str
    promised: str
    theme: str
    lead: str
    support: str
    leader: str
    due_on: Any
    decision: str
    flags: list[str]
    is_sure: bool
    part_of: int | None
    version: int
    at: int


@dataclass
class ReviewPage:
    """Left the text with what was recognised, right the proposals."""

    intake: Intake
    pieces: list[tuple[str, str, str]]
    lines: list[ProposalLine]
    progress: Progress
    kind: str
    counts: dict[str, int]
    is_done: bool
    template: str = "reports/review.html"


@dataclass
class ProposalPage:
    """One proposal alone: the fragment that replaces it in the review."""

    line: ProposalLine
    progress: Progress
    intake_id: int
    is_done: bool
    template: str = "reports/proposal.html"


@dataclass
class EditPage:
    """Change one proposal."""

    line: ProposalLine
    source: str
    form: Any
    verb: str
    back: str
    action: str
    template: str = "reports/edit.html"


@dataclass
class ProgressPage:
    """生成报告: the progress report, every number open."""

    report: Composition
    year: int
    template: str = "reports/progress.html"


@needs(Permission.IMPORT_REPORT)
def intakes(request: HttpRequest) -> HttpResponse:
    """Show the reports that were read in."""
    return show(request, IntakesPage(list(list_intakes())))


@needs(Permission.IMPORT_REPORT)
def new(request: HttpRequest) -> HttpResponse:
    """Take a report in, from a file or pasted."""
    form = IntakeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, text = form.cleaned_data["file"], form.cleaned_data["text"]
        try:
            intake = take_in(
                data=file.read() if file else text.encode(),
                name=file.name if file else _("粘贴的报告.txt"),
                by=request.user.name,
                on=request.today,
                year=form.cleaned_data["year"],
            )
        except CannotRead as refusal:
            form.add_error("file" if file else "text", str(refusal))
        else:
            if not intake.proposals.exists():
                messages.warning(
                    request, _("没有读出计划条目：正文里没有计划部分，或没有可量化的承诺。")
                )
            return redirect("reports:review", intake.pk)
    return show(request, NewPage(form), status=422 if form.errors else 200)


@needs(Permission.IMPORT_REPORT)
def review(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Show the text and its proposals side by side."""
    intake = _load(intake_id)
    proposals = list(intake.proposals.all())
    kind = request.GET.get("kind", "")
    lines = _lines(proposals)
    page = ReviewPage(
        intake=intake,
        pieces=cut_report(intake, proposals),
        lines=[line for line in lines if kind in ("", line.kind)],
        progress=get_progress(intake),
        kind=kind,
        counts={name: sum(one.kind == name for one in proposals) for name in _KINDS},
        is_done=intake.plan_id is not None,
    )
    return show(request, page)


@needs(Permission.IMPORT_REPORT)
def accept(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Accept all proposals of a kind that the reader is sure of."""
    intake, kind = _load(intake_id), request.POST.get("kind", "")
    if request.method == "POST" and kind in _KINDS:
        try:
            count = accept_all(intake_id=intake.pk, kind=kind, confidence=SURE)
        except ReviewRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已接受 %(count)s 条。") % {"count": count})
    return redirect("reports:review", intake_id)


@needs(Permission.IMPORT_REPORT)
def plan(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Make the plan of what was accepted."""
    intake = _load(intake_id)
    if request.method == "POST":
        try:
            made = make_plan(intake_id=intake.pk, by=request.user.name, on=request.today)
        except (ReviewRefused, PlanRefused) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("“%(title)s”已生成并通过。") % {"title": made.title})
            return redirect(f"{reverse('plan:home')}?year={made.year}")
    return redirect("reports:review", intake_id)


@needs(Permission.IMPORT_REPORT)
def decide_one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Accept one proposal, drop it or put it back."""
    proposal = _load_proposal(proposal_id)
    wanted, version = request.POST.get("decision", ""), request.POST.get("version", "")
    if request.method == "POST" and wanted in Proposal.Decision.values and version.isdecimal():
        try:
            proposal = decide(proposal_id=proposal.pk, decision=wanted, version=int(version))
        except ReviewRefused as refusal:
            messages.error(request, str(refusal))
            proposal = _load_proposal(proposal_id)
    if request.htmx:
        return _fragment(request, proposal)
    return _back(proposal)


@needs(Permission.IMPORT_REPORT)
def edit_one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Change one proposal and accept it."""
    proposal = _load_proposal(proposal_id)
    form = ProposalForm(proposal, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = edit(proposal_id=proposal.pk, **form.cleaned_data)
        except ReviewRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _fragment(request, changed) if request.htmx else _back(changed)
    return _show_edit(request, proposal, form, _("保存并接受"), "reports:edit")


@needs(Permission.IMPORT_REPORT)
def split_one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Make several tasks of one."""
    proposal = _load_proposal(proposal_id)
    initial = {"parts": proposal.text.replace(";", ";\n"), "version": proposal.version}
    form = SplitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        parts = form.cleaned_data["parts"].splitlines()
        try:
            made = split(proposal_id=proposal.pk, version=form.cleaned_data["version"], parts=parts)
        except ReviewRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(made[0])
    return _show_edit(request, proposal, form, _("拆成几项"), "reports:split")


@needs(Permission.WRITE_REPORT)
def progress(request: HttpRequest, year: int) -> HttpResponse:
    """Write the progress report of the year's plan; each number opens."""
    report = compose_progress(_plan(year), Ledger(request.today))
    return show(request, ProgressPage(report, year))


@needs(Permission.WRITE_REPORT)
def progress_docx(request: HttpRequest, year: int) -> HttpResponse:
    """Hand out the progress report as docx in the layout of GB/T 9704."""
    plan = _plan(year)
    address = request.build_absolute_uri("/").rstrip("/")
    data = write_progress(plan, Ledger(request.today), address=address)
    name = (
        f"{current_zone().name}_{plan.title}执行情况_{request.today:%Y-%m}_{request.user.name}.docx"
    )
    response = HttpResponse(data, content_type=_DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS = {"target": "目标", "project": "项目", "task": "任务"}


def _plan(year: int) -> Plan:
    found = find_plan(year)
    if found is None:
        raise Http404
    return found


def _load(intake_id: int) -> Intake:
    try:
        return Intake.objects.select_related("plan").get(pk=intake_id)
    except Intake.DoesNotExist:
        raise Http404 from None


def _load_proposal(proposal_id: int) -> Proposal:
    try:
        return Proposal.objects.select_related("intake").get(pk=proposal_id)
    except Proposal.DoesNotExist:
        raise Http404 from None


def _lines(proposals: list[Proposal]) -> list[ProposalLine]:
    departments = dict(department_choices())
    return [_line(one, departments) for one in proposals]


def _line(one: Proposal, departments: dict[str, str]) -> ProposalLine:
    signs = {">=": "≥", "<=": "≤", "~": "约", "=": "", ">": ">", "<": "<", "": ""}
    promised = ""
    if one.value is not None:
        promised = f"{signs[one.op]}{get_unit(one.unit).show(one.value)}{one.unit}"
    return ProposalLine(
        id=one.pk,
        number=one.number,
        kind=one.kind,
        kind_name=_(_KINDS[one.kind]),
        text=one.text,
        promised=promised,
        theme=one.theme,
        lead=departments.get(one.lead, ""),
        support="、".join(departments[pk] for pk in one.support if pk in departments),
        leader=one.leader,
        due_on=one.due_on,
        decision=one.decision,
        flags=one.flags,
        is_sure=one.confidence >= SURE and not one.flags,
        part_of=one.part_of_id,
        version=one.version,
        at=one.at,
    )


def _fragment(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    page = ProposalPage(
        line=_lines([proposal])[0],
        progress=get_progress(proposal.intake),
        intake_id=proposal.intake_id,
        is_done=proposal.intake.plan_id is not None,
    )
    return show(request, page)


def _back(proposal: Proposal) -> HttpResponse:
    return redirect(f"{reverse('reports:review', args=[proposal.intake_id])}#p{proposal.pk}")


def _show_edit(
    request: HttpRequest, proposal: Proposal, form: Any, verb: str, name: str
) -> HttpResponse:
    page = EditPage(
        line=_lines([proposal])[0],
        source=proposal.source,
        form=form,
        verb=verb,
        back=f"{reverse('reports:review', args=[proposal.intake_id])}#p{proposal.pk}",
        action=reverse(name, args=[proposal.pk]),
    )
    return show(request, page, status=422 if form.errors else 200)
