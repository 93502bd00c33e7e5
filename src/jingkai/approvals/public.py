"""Pages that applicants open without signing in: guide, form, progress, rating, verification."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingkai.approvals import services
from jingkai.approvals.forms import ConsentForm, FactsForm, LookUpForm, RateForm
from jingkai.approvals.queries import (
    Guide,
    Letter,
    PublicCase,
    find_letter,
    find_public,
    get_guide,
    list_bundles,
    spoken_told,
)
from jingkai.approvals.views import REFUSALS, take_application
from jingkai.audit.services import current_origin
from jingkai.kernel.items import Bundle
from jingkai.kernel.zone import current_zone
from jingkai.org.services import AccountRefused
from jingkai.web.access import Policy, needs
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.shell import show


@dataclass
class GuidesPage:
    """办事指南."""

    bundles: list[tuple[str, str, str]]
    form: LookUpForm
    template: str = "approvals/guides.html"


@dataclass
class GuidePage:
    """One bundle: a few questions, then items, papers, days, fees and a date."""

    id: str
    title: str
    summary: str
    form: FactsForm
    guide: Guide | None
    query: str
    has_questions: bool
    template: str = "approvals/guide.html"


@dataclass
class ResultPage:
    """办件进度: look up by number and phone."""

    form: LookUpForm
    template: str = "approvals/result.html"


@dataclass
class ProgressPage:
    """The progress of one application as the applicant sees it."""

    found: PublicCase
    phone: str
    heading: str
    form: RateForm
    missing: list[Any]
    told: str
    errors: list[str] = field(default_factory=list)
    template: str = "approvals/progress.html"


@dataclass
class InvitedPage:
    """开企业账号: what it means, and the form; or why the link does not work."""

    firm: str
    form: ConsentForm | None
    refusal: str = ""
    template: str = "approvals/invited.html"


@dataclass
class VerifyPage:
    """核验文书."""

    letter: Letter | None
    code: str
    template: str = "approvals/verify.html"


@needs(Policy.PUBLIC)
def guides(request: HttpRequest) -> HttpResponse:
    """Show what can be done, and the way to one's progress."""
    listed = [
        (one.id, spoken(one.name, one.english), spoken(one.summary, one.summary_english))
        for one in list_bundles(only_open=True)
    ]
    return show(request, GuidesPage(listed, LookUpForm()))


@needs(Policy.PUBLIC)
def guide(request: HttpRequest, bundle_id: str) -> HttpResponse:
    """Show which permits, papers, days and fees follow from a few answers."""
    bundle = _open_bundle(bundle_id)
    book = current_zone().approvals
    ids = dict.fromkeys(fact for wanted in bundle.when.values() for fact in wanted)
    form = FactsForm(request.GET or None, facts=[book.facts[one] for one in ids])
    is_told = not ids or form.is_valid()
    facts = {one: request.GET.get(one, "") for one in ids} if is_told else {}
    page = GuidePage(
        id=bundle_id,
        title=spoken(bundle.name, bundle.english),
        summary=spoken(bundle.summary, bundle.summary_english),
        form=form,
        guide=get_guide(bundle, facts, request.today) if is_told else None,
        query=request.GET.urlencode(),
        has_questions=bool(ids),
    )
    return show(request, page)


@needs(Policy.PUBLIC)
def apply(request: HttpRequest, bundle_id: str) -> HttpResponse:
    """Take an application in from outside: one form, what is typed is kept."""
    return take_application(request, _open_bundle(bundle_id), "", is_public=True)


@needs(Policy.PUBLIC)
def result(request: HttpRequest) -> HttpResponse:
    """Look an application up by its number and the last four digits of its phone."""
    form = LookUpForm(request.GET or None)
    if request.GET and form.is_valid():
        told = form.cleaned_data
        try:
            found = _look_up(request, told["number"], told["phone"])
        except services.TooManyMisses as refusal:
            return _stopped(request, form, refusal)
        if found:
            return redirect("approvals:progress", found.application.number, told["phone"])
        form.add_error(None, _("没有找到：请核对编号和电话后四位，或带身份证件到窗口查询。"))
    return show(request, ResultPage(form), status=422 if form.errors else 200)


@needs(Policy.PUBLIC)
def progress(request: HttpRequest, number: str, phone: str) -> HttpResponse:
    """Show the progress of an application; take in papers that are asked for."""
    try:
        found = _found(request, number, phone)
    except services.TooManyMisses as refusal:
        return _stopped(request, LookUpForm({"number": number, "phone": phone}), refusal)
    page = _page(found, phone)
    if request.method == "POST":
        for paper in page.missing:
            file = request.FILES.get(f"paper_{paper.pk}")
            if file is None:
                continue
            try:
                services.file_paper(
                    paper_id=paper.pk, name=file.name, data=file.read(), by=None,
                    on=request.today,
                )  # fmt: skip
            except REFUSALS as refusal:
                page.errors.append(spoken_refusal(refusal))
            else:
                name = spoken(paper.name, paper.english)
                messages.success(request, _("已收“%(name)s”。") % {"name": name})
        if not page.errors:
            return redirect("approvals:progress", number, phone)
        errors = page.errors
        page = _page(_found(request, number, phone), phone)
        page.errors = errors
    return show(request, page, status=422 if page.errors else 200)


@needs(Policy.PUBLIC)
def rate(request: HttpRequest, case_id: int, phone: str) -> HttpResponse:
    """Rate a case that is closed."""
    number = request.POST.get("number", "")
    try:
        found = _found(request, number, phone)
    except services.TooManyMisses as refusal:
        return _stopped(request, LookUpForm({"number": number, "phone": phone}), refusal)
    if request.method != "POST" or case_id not in {case.pk for case in found.rateable}:
        return redirect("approvals:progress", found.application.number, phone)
    form = RateForm(request.POST)
    if form.is_valid():
        try:
            services.rate(
                case_id=case_id,
                grade=int(form.cleaned_data["grade"]),
                words=form.cleaned_data["words"],
                on=request.today,
            )
        except REFUSALS as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("谢谢评价。不满意的，一个工作日内会有人回访。"))
            return redirect("approvals:progress", number, phone)
    page = _page(found, phone)
    page.form = form
    return show(request, page, status=422)


@needs(Policy.PUBLIC)
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Tell a firm what an account is and what is kept of it, before there is one."""
    try:
        made = services.find_invitation(token, timezone.now())
    except services.InvitationRefused as refusal:
        return show(request, InvitedPage("", None, spoken_refusal(refusal)), status=404)
    return show(request, InvitedPage(made.firm, ConsentForm(initial={"token": token})))


@needs(Policy.PUBLIC)
def consent(request: HttpRequest) -> HttpResponse:
    """Open the account. The token comes in the form: a path is written into the audit."""
    if request.method != "POST":
        return redirect("approvals:guides")
    form, at = ConsentForm(request.POST), timezone.now()
    try:
        made = services.find_invitation(request.POST.get("token", ""), at)
    except services.InvitationRefused as refusal:
        return show(request, InvitedPage("", None, spoken_refusal(refusal)), status=404)
    if form.is_valid():
        told = form.cleaned_data
        is_agreed = told.pop("agreed")
        try:
            services.accept_invitation(**told, is_agreed=is_agreed, on=request.today, at=at)
        except (services.InvitationRefused, AccountRefused) as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("账号已开，请登录。"))
            return redirect(f"{reverse('login')}?next={reverse('approvals:of_my_firm')}")
    return show(request, InvitedPage(made.firm, form), status=422)


@needs(Policy.PUBLIC)
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Tell whether a letter with this code was issued, and whether it still stands."""
    letter = find_letter(code)
    return show(request, VerifyPage(letter, code.upper()), status=200 if letter else 404)


def _open_bundle(bundle_id: str) -> Bundle:
    for one in list_bundles(only_open=True):
        if one.id == bundle_id:
            return one
    raise Http404


def _found(request: HttpRequest, number: str, phone: str) -> PublicCase:
    found = _look_up(request, number, phone)
    if found is None:
        raise Http404
    return found


def _look_up(request: HttpRequest, number: str, phone: str) -> PublicCase | None:
    """Return an application; a miss is counted, and too many are refused."""
    who = {"address": current_origin().address, "number": number, "at": timezone.now()}
    services.check_look_up(**who)
    found = find_public(number, phone, request.today)
    if found is None:
        services.note_miss(**who)
    return found


def _stopped(request: HttpRequest, form: LookUpForm, refusal: Exception) -> HttpResponse:
    form.is_valid()
    form.add_error(None, spoken_refusal(refusal))
    return show(request, ResultPage(form), status=429)


def _page(found: PublicCase, phone: str) -> ProgressPage:
    application = found.application
    granted = sum(one.branch.state == one.branch.State.GRANTED for one in found.branches)
    if application.closed_on:
        heading = _("%(state)s：%(done)s 项已出证") % {
            "state": _(application.get_state_display()),
            "done": granted,
        }
    elif application.promised_on:
        heading = _("已出证 %(done)s/%(total)s 项，承诺 %(on)s 前办结") % {
            "done": granted,
            "total": len(found.branches),
            "on": application.promised_on,
        }
    else:
        heading = _("已收件，等窗口核对材料")
    is_open = application.closed_on is None
    missing = [one for one in found.papers if is_open and one.state in ("missing", "deferred")]
    told = spoken_told(application, found.papers)
    return ProgressPage(found, phone, heading, RateForm(), missing, told)
