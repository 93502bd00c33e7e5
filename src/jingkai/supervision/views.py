"""Pages of supervision: the ledger, an instruction, a meeting, the month's 通报, the burden."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override

from jingkai.cases.queries import working_calendar
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import visible_departments
from jingkai.org.rules import Permission
from jingkai.returns.queries import FirmBurden, firm_burden
from jingkai.supervision import services
from jingkai.supervision.agenda import Agenda, agenda_for
from jingkai.supervision.correspondence import (
    NewLetters,
    OutgoingLetter,
    list_letters,
    name_outgoing,
    open_follow_ups,
    send_letters,
    write_outgoing,
    zip_letters,
)
from jingkai.supervision.figures import count_figures
from jingkai.supervision.forms import (
    AnswerForm,
    DecisionForm,
    FollowUpForm,
    LettersForm,
    MinutesForm,
    decision_forms,
)
from jingkai.supervision.lists import FOLLOW_UPS, LETTERS, QUESTIONS
from jingkai.supervision.monthly import headline, month_content, write_bulletin, write_follow_up
from jingkai.supervision.origins import Origin, find_origin
from jingkai.supervision.queries import (
    Asked,
    Bulletin,
    FollowUp,
    Question,
    count_asked,
    find_bulletin,
    find_follow_up,
    is_seen,
    list_bulletins,
    list_follow_ups,
    list_mine,
    list_questions,
)
from jingkai.supervision.refusals import LettersRefused
from jingkai.web.access import needs
from jingkai.web.language import speak, spoken, spoken_period, spoken_refusal
from jingkai.web.lists import ListView, show_list
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.printed import hand_out_pdf, hand_out_pdfs
from jingkai.web.shell import Lock, describe_subjects, show

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@needs(Permission.SEE_CASES)
def list_page(request: HttpRequest) -> HttpResponse:
    """Show every 督办单 that the person sees."""
    return show_list(request, FOLLOW_UPS, list_follow_ups(request.user))


@dataclass
class MinePage:
    """我批示的."""

    list: ListView
    title: str
    template: str = "supervision/mine.html"


@needs(Permission.SUPERVISE)
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the person instructed."""
    rows = list_mine(request.user)
    open_ones = rows.filter(case__closed_on=None)
    late = open_ones.filter(case__due_on__lt=request.today).count()
    title = _("我批示的 %(open)s 件在办，%(late)s 件逾期") % {
        "open": open_ones.count(),
        "late": late,
    }
    return show_list(request, FOLLOW_UPS, rows, page=lambda view: MinePage(view, title))


@dataclass
class NewPage:
    """批示一件事."""

    form: FollowUpForm
    about: str
    about_url: str
    template: str = "supervision/new.html"


@needs(Permission.SUPERVISE)
def new(request: HttpRequest) -> HttpResponse:
    """Instruct: a word, a department, a day; it becomes a 督办单."""
    subject = request.POST.get("about", request.GET.get("about", ""))[:80]
    origin = find_origin(subject, request.user)
    if subject and origin is None:
        raise Http404
    days = current_zone().supervision.days
    form = FollowUpForm(
        request.POST or None,
        initial={
            "about": subject,
            "lead": origin.lead if origin else "",
            "support": origin.support if origin else [],
            "evidence": origin.evidence if origin else "",
            "due_on": working_calendar().add_workdays(request.today, days),
        },
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = services.follow_up(
                new=services.NewFollowUp(
                    instruction=_named(told, origin),
                    lead=told["lead"],
                    support=told["support"],
                    due_on=told["due_on"],
                    evidence=told["evidence"],
                    about=subject,
                ),
                by=request.user,
                on=request.today,
            )
        except services.FollowUpRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已交办：%(number)s。") % {"number": made.number})
            return redirect("cases:detail", made.case_id)
    page = NewPage(form, origin.name if origin else "", origin.url if origin else "")
    return show(request, page, status=422 if form.errors else 200)


def _named(told: dict[str, Any], origin: Origin | None) -> str:
    """Return the words; a bare pick names what it is about."""
    words = str(told["instruction"])
    is_bare = words == told["pick"]
    return f"“{origin.name}”，{words}"[:400] if origin and is_bare else words


@needs(Permission.SEE_CASES)
def letter(request: HttpRequest, case_id: int) -> HttpResponse:
    """Hand out a 督办单 as docx."""
    data, name = _errand(request, case_id)
    return _hand_out(data, f"{name}.docx")


@needs(Permission.SEE_CASES)
def letter_pdf(request: HttpRequest, case_id: int) -> HttpResponse:
    """Hand out a 督办单 as PDF, printed from the docx."""
    data, name = _errand(request, case_id)
    instead = reverse("supervision:letter", args=[case_id])
    return hand_out_pdf(request, data, name=f"{name}.pdf", instead=instead)


def _errand(request: HttpRequest, case_id: int) -> tuple[bytes, str]:
    """Return a 督办单 as docx, and its name without an ending."""
    one = find_follow_up(case_id)
    if one is None or not is_seen(one, request.user):
        raise Http404
    about = describe_subjects([one.about]).get(one.about, ("", ""))[0] if one.about else ""
    evidence = {each.id: each.proof for each in current_zone().supervision.evidence}
    data = write_follow_up(
        one, about=about, proof=evidence.get(one.evidence, ""), issuer=current_zone().issuer
    )
    return data, one.number


@dataclass
class LettersPage:
    """发函登记; after sending, the letters of the batch can be taken away together."""

    list: ListView
    batch: str
    batch_pdf: str
    template: str = "supervision/letters.html"


@needs(Permission.SEE_CASES)
def letters(request: HttpRequest) -> HttpResponse:
    """Show the letters that went out, within what the person sees."""
    sent = request.GET.get("sent", "").split("-")
    batch = batch_pdf = ""
    if len(sent) == 2 and all(one.isdecimal() and len(one) < 9 for one in sent):
        batch, batch_pdf = (
            reverse(f"supervision:letters_{kind}", args=[int(one) for one in sent])
            for kind in ("zip", "pdf")
        )
    may = request.user.may(Permission.SUPERVISE)
    return show_list(
        request,
        LETTERS,
        list_letters(request.user),
        page=lambda view: LettersPage(view, batch if may else "", batch_pdf),
    )


@dataclass
class NewLettersPage:
    """批量发函."""

    form: LettersForm
    template: str = "supervision/letters_new.html"


@needs(Permission.SUPERVISE)
def letters_new(request: HttpRequest) -> HttpResponse:
    """Send one kind of letter to several departments; each gets its own number."""
    found = list(open_follow_ups(request.user))
    form = LettersForm(
        request.POST or None,
        follow_ups=[(one.pk, _choice(one, request.today)) for one in found],
        initial={
            "follow_ups": [one.pk for one in found if _is_late(one, request.today)],
            "answer_by": working_calendar().add_workdays(request.today, 5),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = send_letters(
                new=NewLetters(**form.cleaned_data), by=request.user, on=request.today
            )
        except LettersRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            words = {"count": len(made), "first": made[0].number, "last": made[-1].number}
            messages.success(request, _("已发 %(count)s 件函：%(first)s 至 %(last)s。") % words)
            sent = f"?sent={made[0].year}-{made[0].batch}"
            return redirect(reverse("supervision:letters") + sent)
    return show(request, NewLettersPage(form), status=422 if form.errors else 200)


def _is_late(one: FollowUp, on: date) -> bool:
    return one.case.due_on is not None and one.case.due_on < on


def _choice(one: FollowUp, on: date) -> str:
    late = (on - one.case.due_on).days if _is_late(one, on) else 0
    said = _("逾期 %(days)s 天") % {"days": late} if late else _("未到期")
    lead = spoken(one.lead.name, one.lead.english)
    return f"{one.number} {one.instruction}（{lead}，{one.case.due_on}，{said}）"


@needs(Permission.SEE_CASES)
def outgoing(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Hand out a letter as docx as it went out."""
    one = list_letters(request.user).filter(pk=letter_id).first()
    if one is None:
        raise Http404
    return _hand_out(write_outgoing(one), f"{name_outgoing(one)}.docx")


@needs(Permission.SEE_CASES)
def outgoing_pdf(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Hand out a letter as PDF as it went out."""
    one = list_letters(request.user).filter(pk=letter_id).first()
    if one is None:
        raise Http404
    instead = reverse("supervision:outgoing", args=[letter_id])
    return hand_out_pdf(
        request, write_outgoing(one), name=f"{name_outgoing(one)}.pdf", instead=instead
    )


@needs(Permission.SUPERVISE)
def letters_zip(request: HttpRequest, year: int, batch: int) -> HttpResponse:
    """Hand out the letters that went out together in one file."""
    found, name = _batch(request, year, batch)
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(
        zip_letters(found),
        content_type="application/zip",
        headers={"Content-Disposition": disposition},
    )


@needs(Permission.SUPERVISE)
def letters_pdf(request: HttpRequest, year: int, batch: int) -> HttpResponse:
    """Hand out the letters that went out together as PDF, in one file."""
    found, name = _batch(request, year, batch)
    return hand_out_pdfs(
        request,
        {name_outgoing(one): write_outgoing(one) for one in found},
        name=name,
        instead=reverse("supervision:letters_zip", args=[year, batch]),
    )


def _batch(request: HttpRequest, year: int, batch: int) -> tuple[list[OutgoingLetter], str]:
    """Return the letters that went out together, and the name of their zip."""
    found = list(list_letters(request.user).filter(year=year, batch=batch).order_by("serial"))
    if not found:
        raise Http404
    return found, f"{found[0].number}_{found[-1].number}.zip"


@dataclass
class MeetingPage:
    """调度会一页纸."""

    title: str
    agenda: Agenda
    on: date
    issuer: str
    template: str = "supervision/meeting.html"


@needs(Permission.SUPERVISE)
def meeting(request: HttpRequest) -> HttpResponse:
    """Show what today's meeting should look at."""
    agenda = agenda_for(request.today)
    title = (
        _("调度会：%(count)s 项要议") % {"count": agenda.count}
        if agenda.count
        else _("调度会：没有要议的例外")
    )
    return show(request, MeetingPage(title, agenda, request.today, current_zone().issuer))


@dataclass
class MinutesPage:
    """The minutes: each decision becomes a 督办单."""

    form: MinutesForm
    decisions: list[DecisionForm]
    template: str = "supervision/minutes.html"


@needs(Permission.SUPERVISE)
def minutes(request: HttpRequest) -> HttpResponse:
    """Keep the minutes of today's meeting."""
    told = request.POST or None
    title = _("%(on)s 调度会") % {"on": request.today}
    form = MinutesForm(told, initial={"title": title})
    due_on = working_calendar().add_workdays(request.today, current_zone().supervision.days)
    lines = decision_forms(told, due_on=due_on)
    if request.method == "POST" and form.is_valid() and all([one.is_valid() for one in lines]):
        decisions = [
            services.Decision(
                text=one.cleaned_data["text"],
                lead=one.cleaned_data["lead"],
                due_on=one.cleaned_data["due_on"],
            )
            for one in lines
            if one.cleaned_data["text"]
        ]
        try:
            services.keep_minutes(
                title=form.cleaned_data["title"],
                minutes=form.cleaned_data["minutes"],
                decisions=decisions,
                by=request.user,
                on=request.today,
            )
        except (services.MeetingRefused, services.FollowUpRefused) as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            words = {"count": len(decisions)}
            messages.success(request, _("已记 %(count)s 项决定，各成一张督办单。") % words)
            return redirect("supervision:list")
    bad = form.errors or any(one.errors for one in lines)
    return show(request, MinutesPage(form, lines), status=422 if bad else 200)


@dataclass(frozen=True)
class Month:
    """A month and what became of its 通报."""

    name: str
    url: str
    issued: Bulletin | None


@dataclass
class BulletinsPage:
    """督查通报: the months of the year."""

    year: int
    months: list[Month]
    years: list[tuple[int, bool]]
    template: str = "supervision/bulletins.html"


@needs(Permission.SEE_PLAN)
def bulletins(request: HttpRequest) -> HttpResponse:
    """Show which months were published; who supervises sees those that wait."""
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else request.today.year
    issued = {(one.year, one.month): one for one in list_bulletins()}
    may = request.user.may(Permission.SUPERVISE)
    months = []
    for month in range(12, 0, -1):
        period = Period.month_of(date(year, month, 1))
        known = issued.get((year, month))
        if period.last < request.today and (known or may):
            url = reverse("supervision:bulletin", args=[year, month])
            months.append(Month(spoken_period(period), url, known))
    years = sorted({request.today.year, *(one for one, _month in issued)}, reverse=True)
    return show(request, BulletinsPage(year, months, [(one, one == year) for one in years]))


@dataclass
class BulletinPage:
    """One month."""

    title: str
    year: int
    month: int
    content: dict[str, Any]
    headline: str
    issued: Bulletin | None
    may_issue: bool
    is_over: bool
    number: str
    lock: Lock | None
    errors: list[str] = field(default_factory=list)
    template: str = "supervision/bulletin.html"


@needs(Permission.SEE_PLAN)
def bulletin(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Show the 通报 of a month: as published, or as it stands for who supervises."""
    return _show_bulletin(request, year, month)


@needs(Permission.SUPERVISE)
def issue(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Publish a month; it is frozen from then on."""
    _month(year, month)
    refuse_closed(request, year)
    if request.method != "POST":
        return redirect("supervision:bulletin", year, month)
    try:
        services.issue_bulletin(year=year, month=month, by=request.user, on=request.today)
    except services.BulletinRefused as refusal:
        return _show_bulletin(request, year, month, [spoken_refusal(refusal)])
    messages.success(request, _("已印发，内容不再变动。"))
    return redirect("supervision:bulletin", year, month)


@needs(Permission.SEE_PLAN)
def bulletin_docx(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Hand out the 通报 as docx."""
    data, name = _bulletin(request, year, month)
    return _hand_out(data, f"{name}.docx")


@needs(Permission.SEE_PLAN)
def bulletin_pdf(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """Hand out the 通报 as PDF, printed from the docx."""
    data, name = _bulletin(request, year, month)
    instead = reverse("supervision:bulletin_docx", args=[year, month])
    return hand_out_pdf(request, data, name=f"{name}.pdf", instead=instead)


def _bulletin(request: HttpRequest, year: int, month: int) -> tuple[bytes, str]:
    """Return the 通报 of a month as docx, and its name without an ending."""
    content, issued = _content(request, year, month)
    on = issued.issued_on if issued else request.today
    with override(settings.LANGUAGE_CODE):  # what goes out is Chinese, whoever takes it away
        number = _number(issued, year)
    data = write_bulletin(content, number=number, issuer=current_zone().issuer, on=on)
    return data, f"{content['period']}督查通报"


def _show_bulletin(
    request: HttpRequest, year: int, month: int, errors: list[str] | None = None
) -> HttpResponse:
    content, issued = _content(request, year, month)

    counts, period = content["counts"], spoken_period(_month(year, month))
    if counts["due"]:
        words = {"period": period, "due": counts["due"], "late": counts["still_open"]}
        title = _("%(period)s督办：到期或办结 %(due)s 件，%(late)s 件逾期未办结") % words
    else:
        title = _("%(period)s督查通报") % {"period": period}
    is_over = _month(year, month).last < request.today
    lock = lock_of_year(request, year) or (_issued_lock(issued) if issued else None)
    page = BulletinPage(
        title=title,
        year=year,
        month=month,
        content=content,
        headline=speak(headline(content, _month(year, month))),
        issued=issued,
        may_issue=issued is None
        and is_over
        and lock is None
        and request.user.may(Permission.SUPERVISE),
        is_over=is_over,
        number=_number(issued, year),
        lock=lock,
        errors=errors or [],
    )
    return show(request, page, status=422 if errors else 200)


def _issued_lock(issued: Bulletin) -> Lock:
    """Return what a published month says: it is frozen."""
    what = _("通报已印发，内容不再变动；以后的变化写进下一期。")
    return Lock(what, str(issued.issued_on), issued.issued_by.name, stamp=_("已印发"))


def _content(request: HttpRequest, year: int, month: int) -> tuple[dict[str, Any], Bulletin | None]:
    period = _month(year, month)
    if issued := find_bulletin(year, month):
        return issued.content, issued
    if not request.user.may(Permission.SUPERVISE) or period.first > request.today:
        raise Http404
    until = min(period.last, request.today)
    return month_content(period, Ledger(until)), None


def _month(year: int, month: int) -> Period:
    if not (1 <= month <= 12 and 2000 <= year <= 2100):
        raise Http404
    return Period.month_of(date(year, month, 1))


def _number(issued: Bulletin | None, year: int) -> str:
    if issued is None:
        return _("（未印发，数字还会变动）")
    return _("%(year)s年第%(number)s期") % {"year": year, "number": issued.number}


@needs(Permission.SEE_PLAN)
def questions(request: HttpRequest) -> HttpResponse:
    """Show what was asked because no fact answers it."""
    return show_list(request, QUESTIONS, list_questions(request.user))


@dataclass
class AnswerPage:
    """One question."""

    asked: Question
    form: AnswerForm | None
    item_url: str
    lock: Lock | None
    template: str = "supervision/answer.html"


@needs(Permission.SEE_PLAN)
def answer(request: HttpRequest, question_id: int) -> HttpResponse:
    """Show a question; the department that was asked answers it."""
    asked = list_questions(request.user).filter(pk=question_id).first()
    if asked is None:
        raise Http404
    is_ours = asked.department_id == request.user.department_id
    lock = lock_of_year(request, asked.year)
    if is_ours:
        refuse_closed(request, asked.year)
    elif request.method == "POST":
        raise PermissionDenied
    form = AnswerForm(
        request.POST or None,
        initial={
            "progress": asked.progress,
            "problem": asked.problem,
            "next_step": asked.next_step,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_question(
                question_id=question_id, by=request.user, on=request.today, **form.cleaned_data
            )
        except services.QuestionRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已答复。"))
            return redirect("supervision:questions")
    url = reverse("plan:item", args=[asked.item_id])
    page = AnswerPage(asked, form if is_ours and lock is None else None, url, lock)
    return show(request, page, status=422 if form.errors else 200)


@dataclass
class BurdenPage:
    """基层负担: how often each department was asked in a month."""

    title: str
    month: Period
    rows: list[Asked]
    before: str
    after: str
    held: int
    asked: int
    firms: FirmBurden
    template: str = "supervision/burden.html"


@needs(Permission.SEE_PLAN)
def burden(request: HttpRequest) -> HttpResponse:
    """Show the questions asked per department in a month."""
    wanted = request.GET.get("month", "")
    try:
        on = date.fromisoformat(f"{wanted}-01") if wanted else request.today
    except ValueError:
        raise Http404 from None
    month = Period.month_of(on)
    rows = count_asked(month)
    total = sum(row.total for row in rows)
    title = _("%(month)s向各部门要了 %(total)s 次") % {
        "month": spoken_period(month),
        "total": total,
    }
    earlier = Period.month_of(date.fromordinal(month.first.toordinal() - 1)).first
    later = date.fromordinal(month.last.toordinal() + 1)
    _figures, held, asked = count_figures(month)
    page = BurdenPage(
        title,
        month,
        rows,
        f"{earlier:%Y-%m}",
        f"{later:%Y-%m}" if later <= request.today else "",
        held,
        asked,
        firm_burden(month, visible_departments(request.user)),
    )
    return show(request, page)


def _hand_out(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=DOCX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response
