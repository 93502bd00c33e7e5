"""Pages of the counter for officers: applications, papers, items, the registers, the map."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingkai.approvals import services
from jingkai.approvals.drawing import Drawing, draw
from jingkai.approvals.forms import (
    AgentForm,
    ApplicationForm,
    CallBackForm,
    ConfirmForm,
    DelegateForm,
    FactsForm,
    HoursForm,
    InviteForm,
    PapersForm,
)
from jingkai.approvals.lists import (
    APPLICATIONS,
    CERTIFICATES,
    DELEGATIONS,
    ITEMS,
    RATINGS,
    SEAL_USES,
)
from jingkai.approvals.queries import (
    Application,
    BranchView,
    Guide,
    Invitation,
    Paper,
    Rating,
    find_letter,
    find_paper,
    get_application,
    get_guide,
    list_agent_tasks,
    list_applications,
    list_branches,
    list_bundles,
    list_certificates,
    list_invitations,
    list_items,
    list_of_firm,
    list_ratings,
    list_seal_delegations,
    list_seal_uses,
    open_letter,
    spoken_told,
)
from jingkai.cases.services import CaseRefused
from jingkai.kernel.items import MARKS, STAGES, Bundle, Fact, FormField, Item
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import NotRecordable
from jingkai.org.queries import get_person, visible_departments
from jingkai.org.rules import Permission
from jingkai.projects.queries import describe_projects, list_projects
from jingkai.web.access import Policy, needs
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.lists import show_list
from jingkai.web.locks import refuse_locked
from jingkai.web.pages.errors import Refused
from jingkai.web.printed import hand_out_pdf
from jingkai.web.shell import Lock, Step, show

REFUSALS = (services.ApplicationRefused, services.WrongPaper, CaseRefused, NotRecordable)


@dataclass
class NewPage:
    """新收件: choose a bundle or one item."""

    bundles: list[tuple[str, str, str]]
    stages: list[tuple[str, list[tuple[str, str]]]]
    template: str = "approvals/new.html"


@dataclass
class TakeInPage:
    """申请表."""

    title: str
    summary: str
    facts: FactsForm
    form: ApplicationForm
    guide: Guide | None
    action: str
    is_public: bool = False
    template: str = "approvals/take_in.html"


@dataclass
class ApplicationPage:
    """One application at the counter."""

    application: Application
    heading: str
    branches: list[BranchView]
    papers: PapersForm
    drawing: Drawing
    letters: list[Any]
    agent: AgentForm
    is_open: bool
    may_handle: bool
    deferred: list[Paper]
    told: str
    lock: Lock | None
    errors: list[str] = field(default_factory=list)
    template: str = "approvals/application.html"


@dataclass
class ItemPage:
    """One item."""

    item: Item
    stage: str
    papers: list[tuple[str, str, str]]
    is_open: bool
    confirmed_by: str
    mark_words: str
    form: ConfirmForm | None
    template: str = "approvals/item.html"


@dataclass
class FormPage:
    """A page that is one form."""

    title: str
    form: forms.Form
    button: str
    back: str
    lead: str = ""
    template: str = "approvals/form.html"


@dataclass
class MapPage:
    """审批地图 of a project."""

    title: str
    heading: str
    project_id: int
    parts: list[tuple[Application, Drawing, list[BranchView]]]
    template: str = "approvals/map.html"


@dataclass
class TasksPage:
    """我的代办."""

    rows: list[Any]
    open: int
    hours: Any
    form: HoursForm
    template: str = "approvals/tasks.html"


@needs(Permission.SEE_CASES)
def applications(request: HttpRequest) -> HttpResponse:
    """Show the applications."""
    return show_list(request, APPLICATIONS, list_applications(request.user))


@needs(Permission.HANDLE_CASES)
def new(request: HttpRequest) -> HttpResponse:
    """Choose what to take in."""
    book = current_zone().approvals
    bundles = [
        (one.id, spoken(one.name, one.english), spoken(one.summary, one.summary_english))
        for one in list_bundles(only_open=False)
    ]
    stages = [
        (
            spoken(*words),
            [
                (one.id, spoken(one.name, one.english))
                for one in book.items.values()
                if one.stage == stage
            ],
        )
        for stage, words in STAGES.items()
    ]
    return show(request, NewPage(bundles, [one for one in stages if one[1]]))


@needs(Permission.HANDLE_CASES)
def take_in(request: HttpRequest, what: str, ident: str) -> HttpResponse:
    """Take an application in at the counter."""
    book = current_zone().approvals
    if what == "bundle" and ident in book.bundles:
        bundle: Bundle | None = book.bundles[ident]
    elif what == "item" and ident in book.items:
        bundle = None
    else:
        raise Http404
    return take_application(request, bundle, "" if bundle else ident, is_public=False)


def take_application(
    request: HttpRequest, bundle: Bundle | None, item: str, *, is_public: bool
) -> HttpResponse:
    """Show the form of a bundle or an item; what was typed stays when something is wrong."""
    book = current_zone().approvals
    asked_facts: list[Fact] = []
    if bundle:
        ids = dict.fromkeys(fact for wanted in bundle.when.values() for fact in wanted)
        asked_facts = [book.facts[one] for one in ids]
    told = request.POST if request.method == "POST" else request.GET
    facts_form = FactsForm(told or None, facts=asked_facts)
    facts = _facts_told(facts_form)
    chosen = bundle.choose(facts) if bundle else (item,)
    ask: list[FormField] = book.fields_of(chosen, bundle.fields if bundle else ())
    form = ApplicationForm(
        request.POST if request.method == "POST" else None,
        ask=ask,
        projects=None if is_public else list_projects(visible_departments(request.user)),
    )
    if request.method == "POST" and form.is_valid() and (not asked_facts or facts_form.is_valid()):
        data = form.cleaned_data
        try:
            made = services.submit(
                new=services.NewApplication(
                    bundle=bundle.id if bundle else "",
                    item=item,
                    facts=facts,
                    answers=form.answers(),
                    applicant=data["applicant"],
                    credit_code=data["credit_code"],
                    phone=data["phone"],
                    project_id=int(data["project"]) if data.get("project") else None,
                    is_undertaken=data["undertaken"],
                ),
                by=None if is_public else request.user,
                on=request.today,
            )
        except REFUSALS as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(
                request,
                _("已收件，编号 %(number)s；凭编号和电话后四位查进度。") % {"number": made.number},
            )
            if is_public:
                return redirect("approvals:progress", made.number, made.phone[-4:])
            return redirect("approvals:application", made.pk)
    only = book.items[item] if not bundle else None
    page = TakeInPage(
        title=spoken(bundle.name, bundle.english)
        if bundle
        else spoken(only.name, only.english)
        if only
        else "",
        summary=spoken(bundle.summary, bundle.summary_english)
        if bundle
        else only.basis
        if only
        else "",
        facts=facts_form,
        form=form,
        guide=get_guide(bundle, facts, request.today) if bundle else None,
        action=request.path,
        is_public=is_public,
    )
    return show(request, page, status=422 if form.errors or (form.is_bound and facts_form.errors)
                else 200)  # fmt: skip


def _facts_told(form: FactsForm) -> dict[str, str]:
    """Return the facts that were answered with one of their choices."""
    form.is_valid()
    told = getattr(form, "cleaned_data", {})
    return {name: value for name, value in told.items() if value}


@needs(Permission.SEE_CASES)
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """Show one application."""
    return show(request, _page(request, _load(request, application_id)))


@needs(Permission.HANDLE_CASES)
def papers(request: HttpRequest, application_id: int) -> HttpResponse:
    """Tick the papers, then accept, tell what is missing, decline, or take in what came."""
    found = _load(request, application_id)
    if request.method != "POST":
        return redirect("approvals:application", application_id)
    refuse_locked(request, _lock(found))
    form = PapersForm(request.POST, papers=list(found.papers.all()))
    errors: list[str] = []
    if form.is_valid():
        try:
            said = _decide(request, found, form, request.POST.get("do", ""))
        except REFUSALS as refusal:
            errors.append(spoken_refusal(refusal))
        else:
            messages.success(request, said)
            return redirect("approvals:application", application_id)
    page = _page(request, _load(request, application_id))
    page.papers, page.errors = form, errors or [_("请核对每份材料的状态和日期。")]
    return show(request, page, status=422)


def _decide(request: HttpRequest, found: Application, form: PapersForm, do: str) -> str:
    who: dict[str, Any] = {
        "application_id": found.pk, "by": request.user, "on": request.today,
    }  # fmt: skip
    version = form.cleaned_data["version"]
    if do == "withdraw":
        services.withdraw_application(
            **who, outcome="撤回申请", words=form.cleaned_data["words"] or "申请人撤回"
        )
        return _("已撤回申请。")
    if do == "corrected":
        services.receive_corrected(**who, version=version)
        return _("已登记补正收件，请重新核对材料。")
    if do == "decline":
        services.decline_application(**who, version=version, words=form.cleaned_data["words"])
        return _("已作出不予受理决定书。")
    services.mark_papers(**who, states=form.states(), due=form.days())
    if do == "accept":
        done = services.accept_application(**who, version=version)
        return _("已受理，承诺 %(on)s 前办结。") % {"on": done.promised_on}
    if do == "correct":
        services.correct_application(**who, version=version)
        return _("已生成一次性告知书，补正期间不计时。")
    return _("材料状态已保存。")


@needs(Permission.HANDLE_CASES)
def paper(request: HttpRequest, paper_id: int) -> HttpResponse:
    """Take in a paper that was deferred, with its file or on paper."""
    found = find_paper(paper_id, request.user)
    if found is None:
        raise Http404
    if request.method == "POST":
        refuse_locked(request, _lock(found.application))
        file = request.FILES.get("file")
        try:
            if file:
                services.file_paper(
                    paper_id=paper_id, name=file.name, data=file.read(), by=request.user,
                    on=request.today,
                )  # fmt: skip
            else:
                services.receive_deferred(paper_id=paper_id, by=request.user, on=request.today)
        except REFUSALS as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已收“%(name)s”。") % {"name": found.name})
    return redirect("approvals:application", found.application_id)


@needs(Permission.HANDLE_CASES)
def agent(request: HttpRequest, application_id: int) -> HttpResponse:
    """Name the agent of an application's project."""
    found, form = _load(request, application_id), AgentForm(request.POST or None)
    refuse_locked(request, _lock(found))
    if request.method == "POST" and form.is_valid():
        person = get_person(int(form.cleaned_data["agent"]))
        try:
            if person is not None:
                services.name_agent(
                    application_id=found.pk, agent=person, by=request.user,
                    on=request.today,
                )  # fmt: skip
        except REFUSALS as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已指定代办员，任务清单已生成。"))
    return redirect("approvals:application", application_id)


@needs(Permission.SEE_CASES)
def project_map(request: HttpRequest, project_id: int) -> HttpResponse:
    """Show what a project still needs, and what waits for what."""
    is_seen = list_projects(visible_departments(request.user)).filter(pk=project_id).exists()
    name = describe_projects([project_id]).get(project_id) if is_seen else None
    if name is None:
        raise Http404
    parts = []
    done = total = 0
    for one in list_applications(request.user).filter(project=project_id):
        branches = list_branches(one, request.today)
        done += sum(view.branch.state == view.branch.State.GRANTED for view in branches)
        total += len(branches)
        parts.append((one, draw(branches, _links(branches)), branches))
    heading = (
        _("%(name)s：%(done)s/%(total)s 项已出证") % {"name": name, "done": done, "total": total}
        if parts
        else name
    )
    return show(request, MapPage(name, heading, project_id, parts))


@needs(Permission.SEE_CASES)
def items(request: HttpRequest) -> HttpResponse:
    """Show the items."""
    return show_list(request, ITEMS, list_items())


@needs(Permission.SEE_CASES)
def item(request: HttpRequest, item_id: str) -> HttpResponse:
    """Show one item; confirm its basis when it is 待核."""
    row = next((one for one in list_items() if one.item.id == item_id), None)
    if row is None:
        raise Http404
    may_decide = request.user.may(Permission.DECIDE_CASES)
    if request.method == "POST" and not may_decide:
        raise PermissionDenied(Permission.DECIDE_CASES)
    if request.method == "POST" and row.is_open:
        raise Refused(_("这个事项已确认依据，对申请人公开，不用再确认。"))
    may_confirm = may_decide and not row.is_open
    form = ConfirmForm(request.POST or None) if may_confirm else None
    if request.method == "POST" and form and form.is_valid():
        try:
            services.confirm_item(
                item_id=item_id, basis=form.cleaned_data["basis"], by=request.user,
                on=request.today,
            )  # fmt: skip
        except REFUSALS as refusal:
            form.add_error("basis", spoken_refusal(refusal))
        else:
            messages.success(request, _("已确认依据，事项对申请人公开。"))
            return redirect("approvals:item", item_id)
    book = current_zone().approvals
    listed = [
        (
            spoken(book.materials[one].name, book.materials[one].english),
            _("部门已有，不用提交") if book.materials[one].holder else _("申请人提交"),
            "、".join(
                [
                    *([_("可容缺")] if book.materials[one].deferrable else []),
                    *([_("可用告知承诺代替")] if book.materials[one].undertaking else []),
                ]
            ),
        )
        for one in row.item.materials
    ]
    words = dict(zip(MARKS, (_("见过法条原文"), _("行业常识，待核"), _("待核")), strict=True))
    page = ItemPage(
        item=row.item,
        stage=spoken(*STAGES[row.item.stage]),
        papers=listed,
        is_open=row.is_open,
        confirmed_by=row.confirmed_by,
        mark_words=words[row.item.mark],
        form=form,
    )
    return show(request, page, status=422 if form and form.errors else 200)


@needs(Permission.SEE_CASES)
def seal_uses(request: HttpRequest) -> HttpResponse:
    """Show the log of the one seal."""
    return show_list(request, SEAL_USES, list_seal_uses(request.user))


@needs(Permission.SEE_CASES)
def seal_delegations(request: HttpRequest) -> HttpResponse:
    """Show what was given to the one seal."""
    return show_list(request, DELEGATIONS, list_seal_delegations())


@needs(Permission.DECIDE_CASES)
def delegate(request: HttpRequest) -> HttpResponse:
    """Register that an item was given to the one seal."""
    form = DelegateForm(request.POST or None, initial={"from_on": request.today})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            services.delegate_seal(
                item_id=told.pop("item"), by=request.user, on=request.today, **told
            )
        except REFUSALS as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已登记授权，这个事项可以用印。"))
            return redirect("approvals:delegations")
    page = FormPage(
        _("登记授权"), form, _("登记授权"), "approvals:delegations",
        _("把事项的审批权连同文件和日期登记到审批局；没有登记的不能用印。"),
    )  # fmt: skip
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.SEE_CASES)
def certificates(request: HttpRequest) -> HttpResponse:
    """Show the certificates."""
    return show_list(request, CERTIFICATES, list_certificates(request.user))


@needs(Permission.SEE_CASES)
def ratings(request: HttpRequest) -> HttpResponse:
    """Show the ratings."""
    return show_list(request, RATINGS, list_ratings(request.user))


@needs(Permission.HANDLE_CASES)
def call_back(request: HttpRequest, rating_id: int) -> HttpResponse:
    """Write down the call after a bad grade."""
    rating: Rating | None = list_ratings(request.user).filter(pk=rating_id).first()
    if rating is None:
        raise Http404
    form = CallBackForm(request.POST or None, initial={"rating": rating_id})
    if request.method == "POST" and form.is_valid():
        try:
            services.call_back(
                rating_id=rating_id,
                words=form.cleaned_data["words"],
                is_righted=form.cleaned_data["righted"],
                by=request.user,
                on=request.today,
            )
        except REFUSALS as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已记录回访。"))
            return redirect("approvals:ratings")
    lead = f"{rating.case.title} · {rating.words or '—'}"
    page = FormPage(_("差评回访"), form, _("记录回访"), "approvals:ratings", lead)
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.RECORD_PROJECTS)
def agent_tasks(request: HttpRequest) -> HttpResponse:
    """Show my tasks as an agent; tick one with its hours."""
    form = HoursForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mine = {one.pk for one in list_agent_tasks(request.user)}
        if form.cleaned_data["task"] not in mine:
            raise Http404
        try:
            services.finish_agent_task(
                task_id=form.cleaned_data["task"], hours=form.cleaned_data["hours"],
                by=request.user, on=request.today,
            )  # fmt: skip
        except REFUSALS as refusal:
            form.add_error("hours", spoken_refusal(refusal))
        else:
            messages.success(request, _("已完成，工时已记。"))
            return redirect("approvals:agent_tasks")
    rows = list(list_agent_tasks(request.user))
    page = TasksPage(
        rows=rows,
        open=sum(one.done_on is None for one in rows),
        hours=sum((one.hours for one in rows), start=0),
        form=form,
    )
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.SEE_CASES)
def letter(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """Hand out a letter as a file."""
    found = find_letter(code, request.user)
    path = open_letter(found) if found else None
    if found is None or path is None:
        raise Http404
    name = f"{found.title}.docx"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@needs(Permission.SEE_CASES)
def letter_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out a letter as PDF, printed from the file that is kept."""
    found = find_letter(code, request.user)
    path = open_letter(found) if found else None
    if found is None or path is None:
        raise Http404
    instead = reverse("approvals:letter", args=[code])
    return hand_out_pdf(request, path.read_bytes(), name=f"{found.title}.pdf", instead=instead)


def _load(request: HttpRequest, application_id: int) -> Application:
    """Return an application; one of another scope is not there."""
    try:
        return get_application(application_id, request.user)
    except Application.DoesNotExist:
        raise Http404 from None


def _links(branches: list[BranchView]) -> dict[str, str]:
    return {
        one.branch.item: f"/cases/{one.branch.case_id}/" for one in branches if one.branch.case_id
    }


def _page(request: HttpRequest, found: Application) -> ApplicationPage:
    branches = list_branches(found, request.today)
    listed = list(found.papers.all())
    is_open = found.state in (Application.State.SENT, Application.State.CORRECT)
    return ApplicationPage(
        application=found,
        heading=_heading(found, branches, listed, request.today),
        branches=branches,
        papers=PapersForm(papers=listed, initial={"version": found.version}),
        drawing=draw(branches, _links(branches)),
        letters=list(found.letters.all()),
        agent=AgentForm(initial={"agent": found.agent_id}),
        is_open=is_open,
        may_handle=request.user.may(Permission.HANDLE_CASES),
        deferred=[one for one in listed if one.state == "deferred"],
        told=spoken_told(found, listed),
        lock=_lock(found),
    )


def _lock(found: Application) -> Lock | None:
    """Return what a closed application says: it stays as it was closed."""
    if found.closed_on is None:
        return None
    what = _("这件申请已了结，只能查看；申请人再来请另收一件。")
    todo = Step(_("新收一件"), reverse("approvals:new"))
    return Lock(what, str(found.closed_on), "", todo, _("已了结"))


def _heading(found: Application, branches: list[BranchView], listed: list[Paper], on: date) -> str:
    """Return the finding of the page: what is to be done next with the application."""
    missing = sum(one.state == "missing" for one in listed)
    if found.state == Application.State.CORRECT:
        return _("已一次性告知，等申请人补齐")
    if found.state == Application.State.SENT:
        return (
            _("待受理：还缺 %(count)s 份材料") % {"count": missing}
            if missing
            else _("待受理：材料已齐")
        )
    if found.closed_on:
        return _("%(state)s：%(on)s") % {
            "state": _(found.get_state_display()),
            "on": found.closed_on,
        }
    done = sum(one.branch.finished_on is not None for one in branches)
    return _("已办 %(done)s/%(total)s 项，承诺 %(on)s 前办结") % {
        "done": done,
        "total": len(branches),
        "on": found.promised_on or "—",
    }


@dataclass
class InvitationsPage:
    """企业邀请: whom the zone invited, and the link of the newest, told once."""

    form: InviteForm
    rows: list[Any]
    link: str = ""
    firm: str = ""
    template: str = "approvals/invitations.html"


@dataclass
class FirmPage:
    """我的申请: what the firm of this account applied for."""

    rows: list[tuple[Application, str]]
    template: str = "approvals/of_my_firm.html"


@needs(Permission.HANDLE_CASES)
def invitations(request: HttpRequest) -> HttpResponse:
    """Invite a firm; its link is shown on this answer and never again."""
    link = firm = ""
    is_new = request.method == "POST" and request.POST.get("do") != "withdraw"
    form = InviteForm(request.POST if is_new else None)
    if request.method == "POST" and not is_new:
        try:
            wanted = int(request.POST.get("invitation", "0") or 0)
            services.withdraw_invitation(
                invitation_id=list_invitations(request.user).get(pk=wanted).pk,
                by=request.user,
                on=request.today,
            )
        except (*REFUSALS, ValueError, Invitation.DoesNotExist) as refusal:
            said = spoken_refusal(refusal) if isinstance(refusal, REFUSALS) else _("没有这个邀请。")
            messages.error(request, said)
        else:
            messages.success(request, _("已收回，这个链接不能再用。"))
        return redirect("approvals:invitations")
    if is_new and form.is_valid():
        try:
            made, token = services.invite_firm(
                **form.cleaned_data, by=request.user, on=request.today, at=timezone.now()
            )
        except REFUSALS as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            link = f"{settings.PUBLIC_ADDRESS}{reverse('approvals:invited', args=[token])}"
            firm, form = made.firm, InviteForm()
    page = InvitationsPage(form, list(list_invitations(request.user)[:100]), link, firm)
    return show(request, page, status=422 if form.errors else 200)


@needs(Policy.SIGNED_IN)
def of_my_firm(request: HttpRequest) -> HttpResponse:
    """Show a firm its own applications."""
    rows = [
        (one, reverse("approvals:progress", args=[one.number, one.phone[-4:]]))
        for one in list_of_firm(request.user)
    ]
    return show(request, FirmPage(rows))
