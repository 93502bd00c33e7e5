"""Pages of the report: take one in, review its proposals, write the next one."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.plan.queries import Plan, find_plan
from jingkai.plan.services import PlanRefused
from jingkai.reading import CannotRead
from jingkai.reports.composition import Composition
from jingkai.reports.forms import (
    FilterForm,
    IntakeForm,
    ProposalForm,
    SplitForm,
    shown_value,
    told_before,
)
from jingkai.reports.lists import INTAKES
from jingkai.reports.models import Intake, Proposal
from jingkai.reports.queries import (
    Progress,
    compose_progress,
    cut_report,
    find_intake,
    get_progress,
    last_undoable,
    list_intakes,
    write_progress,
)
from jingkai.reports.services import (
    EditedMeanwhile,
    ReviewRefused,
    accept_all,
    decide,
    edit,
    give_back,
    make_plan,
    say_whether_same,
    split,
    take_in,
)
from jingkai.web.access import needs
from jingkai.web.language import department_choices, quantity, spoken_refusal
from jingkai.web.lists import show_list
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.printed import hand_out_pdf
from jingkai.web.shell import Lock, show

SURE = 0.8


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
    lead_why: str
    support: str
    leader: str
    due_on: Any
    due_why: str
    same_as: int | None
    same_number: int | None
    same_name: str
    sameness: str
    likeness: str
    decision: str
    changed_by: str
    flags: list[str]
    is_sure: bool
    part_of: int | None
    version: int
    at: int
    trouble: str = ""


@dataclass
class ReviewPage:
    """Left the text with what was recognised, right the proposals."""

    intake: Intake
    pieces: list[tuple[str, str, str]]
    lines: list[ProposalLine]
    progress: Progress
    filters: FilterForm
    chosen: dict[str, str]
    kinds: list[tuple[str, str, int, str]]  # kind, name, how many, address
    sure: int
    undoable: Any
    is_done: bool
    lock: Lock | None
    template: str = "reports/review.html"


@dataclass
class ProposalPage:
    """One proposal alone, or the parts of one: the fragment that replaces it in the review."""

    lines: list[ProposalLine]
    progress: Progress
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
    is_inside: bool
    template: str = "reports/edit.html"


@dataclass
class ProgressPage:
    """生成报告: the progress report, every number open."""

    report: Composition
    year: int
    lock: Lock | None
    template: str = "reports/progress.html"


@needs(Permission.IMPORT_REPORT)
def intakes(request: HttpRequest) -> HttpResponse:
    """Show the reports that were read in."""
    return show_list(request, INTAKES, list_intakes())


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
            form.add_error("file" if file else "text", spoken_refusal(refusal))
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
    lock = lock_of_year(request, intake.year)
    proposals = list(intake.proposals.select_related("same_as"))
    filters = FilterForm(
        list(dict.fromkeys(one.theme for one in proposals if one.theme)), request.GET
    )
    chosen = (
        {key: said for key, said in filters.cleaned_data.items() if said}
        if filters.is_valid()
        else {}
    )
    rest = {key: said for key, said in chosen.items() if key != "kind"}
    shown = [one for one in proposals if _is_chosen(one, rest)]
    kinds = [("", _("全部"), len(shown), f"?{urlencode(rest)}")]
    for kind, name in _KINDS.items():
        count = sum(one.kind == kind for one in shown)
        kinds.append((kind, _(name), count, f"?{urlencode({**rest, 'kind': kind})}"))
    kind = chosen.get("kind", "")
    page = ReviewPage(
        intake=intake,
        pieces=cut_report(intake, proposals),
        lines=_lines([one for one in shown if kind in ("", one.kind)]),
        progress=get_progress(intake),
        filters=filters,
        chosen=chosen,
        kinds=kinds,
        sure=sum(_is_waiting_and_sure(one) for one in proposals if kind in ("", one.kind)),
        undoable=last_undoable(intake),
        is_done=intake.plan_id is not None or lock is not None,
        lock=lock,
    )
    return show(request, page)


def _is_chosen(one: Proposal, chosen: dict[str, str]) -> bool:
    sure = {"yes": _is_sure(one), "no": not _is_sure(one), "same": bool(one.sameness)}
    return (
        chosen.get("theme", one.theme) == one.theme
        and chosen.get("state", one.decision) == one.decision
        and sure.get(chosen.get("sure", ""), True)
    )


def _is_sure(one: Proposal) -> bool:
    return one.confidence >= SURE and not one.flags


def _is_waiting_and_sure(one: Proposal) -> bool:
    """Tell whether accepting all that is sure would take this one."""
    is_open = one.decision == Proposal.Decision.OPEN
    return is_open and _is_sure(one) and one.sameness != Proposal.Sameness.ASKED


@needs(Permission.IMPORT_REPORT)
def accept(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Accept all proposals (of a kind) that the reader is sure of; they can be put back at once."""
    intake, kind = _load(intake_id), request.POST.get("kind", "")
    if request.method == "POST" and kind in ("", *_KINDS):
        try:
            made = accept_all(
                intake_id=intake.pk,
                kind=kind,
                confidence=SURE,
                by=request.user.name,
                on=request.today,
            )
        except ReviewRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已接受 %(count)s 条。") % {"count": len(made.changes)})
    address = reverse("reports:review", args=[intake_id])
    return redirect(f"{address}?kind={kind}" if kind else address)


@needs(Permission.IMPORT_REPORT)
def plan(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Make a draft of the plan of what was accepted."""
    intake = _load(intake_id)
    if request.method == "POST":
        try:
            made = make_plan(
                intake_id=intake.pk, by=request.user.name, drafter=request.user, on=request.today
            )
        except (ReviewRefused, PlanRefused) as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(
                request,
                _("“%(title)s”的草案已生成；审核、通过以后才生效。") % {"title": made.title},
            )
            return redirect("plan:draft", made.pk)
    return redirect("reports:review", intake_id)


@needs(Permission.IMPORT_REPORT)
def unplan(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Give the draft up and decide the proposals again."""
    intake = _load(intake_id)
    if request.method == "POST":
        refuse_closed(request, intake.year)
        try:
            give_back(intake_id=intake.pk, by=request.user.name, on=request.today)
        except (ReviewRefused, PlanRefused) as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("草案已退回，条目可以再逐条确认。"))
    return redirect("reports:review", intake_id)


@needs(Permission.IMPORT_REPORT)
def decide_one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Accept one proposal, drop it or put it back."""
    proposal = _load_proposal(proposal_id)
    wanted, version = request.POST.get("decision", ""), request.POST.get("version", "")
    trouble = ""
    if request.method == "POST" and wanted in Proposal.Decision.values and version.isdecimal():
        try:
            decide(
                proposal_id=proposal.pk,
                decision=wanted,
                version=int(version),
                by=request.user.name,
            )
        except ReviewRefused as refusal:
            trouble = spoken_refusal(refusal)
    return _answer(request, [proposal_id], trouble)


@needs(Permission.IMPORT_REPORT)
def same_one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Say whether a project is one that the report names elsewhere."""
    proposal = _load_proposal(proposal_id)
    said, version = request.POST.get("is_same", ""), request.POST.get("version", "")
    trouble = ""
    if request.method == "POST" and said in ("1", "0") and version.isdecimal():
        try:
            say_whether_same(
                proposal_id=proposal.pk,
                is_same=said == "1",
                version=int(version),
                by=request.user.name,
            )
        except ReviewRefused as refusal:
            trouble = spoken_refusal(refusal)
    return _answer(request, [proposal_id], trouble)


@needs(Permission.IMPORT_REPORT)
def edit_one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Change one proposal and accept it."""
    proposal = _load_proposal(proposal_id)
    form = ProposalForm(proposal, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            edit(proposal_id=proposal.pk, by=request.user.name, **form.cleaned_data)
        except EditedMeanwhile as refusal:
            form = _with_typed(refusal, request)
        except ReviewRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            return _answer(request, [proposal_id])
    return _show_edit(request, proposal, form, _("保存并接受"), "reports:edit")


def _with_typed(refusal: EditedMeanwhile, request: HttpRequest) -> ProposalForm:
    """Return the form with what was typed, what the other wrote, and a second save that counts."""
    data = request.POST.copy()
    data["version"] = str(refusal.proposal.version)
    data["was"] = told_before(refusal.proposal)
    form = ProposalForm(refusal.proposal, data)
    form.is_valid()
    form.add_error(None, spoken_refusal(refusal))
    departments = dict(department_choices())
    for field, theirs in refusal.theirs.items():
        said = shown_value(refusal.proposal) if field == "value" else theirs
        if isinstance(said, list):
            said = "、".join(departments.get(one, one) for one in said)
        said = departments.get(str(said), said)
        words = {"who": refusal.proposal.changed_by, "said": said or _("空")}
        form.add_error(field, _("%(who)s写的是：%(said)s") % words)
    return form


@needs(Permission.IMPORT_REPORT)
def split_one(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """Make several tasks of one."""
    proposal = _load_proposal(proposal_id)
    initial = {"parts": re.sub("([;；])", "\\1\n", proposal.text), "version": proposal.version}
    form = SplitForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        parts = form.cleaned_data["parts"].splitlines()
        try:
            made = split(
                proposal_id=proposal.pk,
                version=form.cleaned_data["version"],
                parts=parts,
                by=request.user.name,
            )
        except ReviewRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            return _answer(request, [one.pk for one in made])
    return _show_edit(request, proposal, form, _("拆成几项"), "reports:split")


@needs(Permission.WRITE_REPORT)
def progress(request: HttpRequest, year: int) -> HttpResponse:
    """Write the progress report of the year's plan; each number opens."""
    report = compose_progress(_plan(year), Ledger(request.today))
    return show(request, ProgressPage(report, year, lock_of_year(request, year)))


@needs(Permission.WRITE_REPORT)
def progress_docx(request: HttpRequest, year: int) -> HttpResponse:
    """Hand out the progress report as docx in the layout of GB/T 9704."""
    data, name = _written(request, year)
    response = HttpResponse(data, content_type=_DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.docx") or ""
    return response


@needs(Permission.WRITE_REPORT)
def progress_pdf(request: HttpRequest, year: int) -> HttpResponse:
    """Hand out the progress report as PDF, printed from the docx."""
    data, name = _written(request, year)
    instead = reverse("reports:progress_docx", args=[year])
    return hand_out_pdf(request, data, name=f"{name}.pdf", instead=instead)


def _written(request: HttpRequest, year: int) -> tuple[bytes, str]:
    """Return the progress report of a year as docx, and its name without an ending."""
    plan = _plan(year)
    address = request.build_absolute_uri("/").rstrip("/")
    data = write_progress(plan, Ledger(request.today), address=address)
    said = f"{plan.title}执行情况_{request.today:%Y-%m}_{request.user.name}"
    return data, f"{current_zone().name}_{said}"


_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS = {"target": "目标", "project": "项目", "task": "任务"}


def _plan(year: int) -> Plan:
    found = find_plan(year)
    if found is None:
        raise Http404
    return found


def _load(intake_id: int) -> Intake:
    found = find_intake(intake_id)
    if found is None:
        raise Http404
    return found


def _load_proposal(proposal_id: int) -> Proposal:
    try:
        return Proposal.objects.select_related("intake").get(pk=proposal_id)
    except Proposal.DoesNotExist:
        raise Http404 from None


def _lines(proposals: list[Proposal]) -> list[ProposalLine]:
    departments = dict(department_choices())
    return [_line(one, departments) for one in proposals]


def _line(one: Proposal, departments: dict[str, str], trouble: str = "") -> ProposalLine:
    signs = {">=": "≥", "<=": "≤", "=": "", ">": ">", "<": "<", "": ""}
    promised = ""
    if one.value is not None:
        sign = _("约") if one.op == "~" else signs[one.op]
        promised = sign + "".join(quantity(one.value, one.unit))
    return ProposalLine(
        id=one.pk,
        number=one.number,
        kind=one.kind,
        kind_name=_(_KINDS[one.kind]),
        text=one.text,
        promised=promised,
        theme=one.theme,
        lead=departments.get(one.lead, ""),
        lead_why=_lead_why(one),
        support="、".join(_support(one, departments)),
        leader=one.leader,
        due_on=one.due_on,
        due_why=_due_why(one),
        same_as=one.same_as_id,
        same_number=one.same_as.number if one.same_as else None,
        same_name=one.same_as.name if one.same_as else "",
        sameness=one.sameness,
        likeness=_(one.likeness) if one.likeness else "",
        decision=one.decision,
        changed_by=one.changed_by,
        flags=_doubts(one),
        is_sure=_is_sure(one),
        part_of=one.part_of_id,
        version=one.version,
        at=one.at,
        trouble=trouble,
    )


def _doubts(one: Proposal) -> list[str]:
    """Say why a proposal wants a second look."""
    doubts = list(one.flags)
    if one.confidence < SURE:
        doubts.append(_("把握 %(share)s%%") % {"share": round(100 * one.confidence)})
    return doubts


def _lead_why(one: Proposal) -> str:
    """Say from which words the lead was proposed, as long as it is the one proposed."""
    words = "、".join(one.why.get("lead", [])[:3])
    if not words or one.changed_by:
        return ""
    form = _("文中写明“%(words)s”") if one.why.get("is_said") else _("因“%(words)s”")
    return form % {"words": words}


def _support(one: Proposal, departments: dict[str, str]) -> list[str]:
    words = {} if one.changed_by else one.why.get("support", {})
    return [
        departments[pk] + (f"（{'、'.join(words[pk][:2])}）" if words.get(pk) else "")
        for pk in one.support
        if pk in departments
    ]


def _due_why(one: Proposal) -> str:
    if one.changed_by or "due" not in one.why:
        return ""
    if one.why["due"]:
        return _("文中“%(words)s”") % {"words": one.why["due"]}
    is_year_end = (one.due_on.month, one.due_on.day) == (12, 31)
    return _("文中未写，按年末") if is_year_end else ""


def _answer(request: HttpRequest, proposals: list[int], trouble: str = "") -> HttpResponse:
    """Answer a press in the review: the proposals as they stand now, alone or on their page."""
    found = list(
        Proposal.objects.select_related("intake", "same_as")
        .filter(pk__in=proposals)
        .order_by("number")
    )
    if not request.htmx:
        if trouble:
            messages.error(request, trouble)
        return redirect(f"{_review_of(found[0])}#p{found[0].pk}")
    departments = dict(department_choices())
    page = ProposalPage(
        lines=[_line(one, departments, trouble) for one in found],
        progress=get_progress(found[0].intake),
        is_done=found[0].intake.plan_id is not None,
    )
    return show(request, page)


def _review_of(proposal: Proposal) -> str:
    return reverse("reports:review", args=[proposal.intake_id])


def _show_edit(
    request: HttpRequest, proposal: Proposal, form: Any, verb: str, name: str
) -> HttpResponse:
    is_inside = bool(request.htmx)
    page = EditPage(
        line=_lines([proposal])[0],
        source=proposal.source,
        form=form,
        verb=verb,
        back=f"{_review_of(proposal)}#p{proposal.pk}",
        action=reverse(name, args=[proposal.pk]),
        is_inside=is_inside,
        template="reports/editing.html" if is_inside else "reports/edit.html",
    )
    response = show(request, page, status=422 if form.errors and not is_inside else 200)
    if is_inside:  # errors of a form inside the list are drawn where the form stands
        response.headers["HX-Retarget"] = f"#e{proposal.pk}"
        response.headers["HX-Reswap"] = "innerHTML"
    return response
