"""Pages of the office: who has filed, what a sheet would change, what must be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.enterprises.queries import Enterprise
from jingkai.enterprises.rules import TRADES
from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import NotRecordable
from jingkai.org.queries import find_closing
from jingkai.org.rules import Permission
from jingkai.returns.forms import ExplainForm, SendBackForm
from jingkai.returns.queries import (
    STATES,
    Cell,
    Collection,
    Filing,
    Question,
    UnitQuestion,
    asked_of,
    collect,
    filled_rows,
    find_filing,
    find_form,
    list_files,
    list_filings,
    list_forms,
    list_underway,
    read_values,
    reminded,
    say_amount,
)
from jingkai.returns.rules import UnitAnswer
from jingkai.returns.said import QuestionLine, said_head, said_questions
from jingkai.returns.services import (
    SHOWN,
    ReturnRefused,
    accept,
    explain,
    remind,
    send_back,
)
from jingkai.returns.sheets import return_sheet
from jingkai.web.access import needs
from jingkai.web.export import XLSX, attach, file_name
from jingkai.web.language import spoken, spoken_period, spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.shell import Lock, Step, show, year_asked

FIRMS_A_PAGE = 50
MONTHS_SHOWN = 12
YEARS_SHOWN = 5
# Who has not filed stands first, who need not stands last.
ORDER = ("missing", "returned", "waiting", "review", "late", "on_time", "none")


@dataclass(frozen=True)
class FormLink:
    """A return as a page names it."""

    id: str
    name: str


@dataclass(frozen=True)
class PeriodColumn:
    """A period of the filing calendar and how it stands."""

    id: str
    name: str
    due: date
    expected: int
    on_time: int
    late: int
    review: int
    missing: int
    is_current: bool


@dataclass(frozen=True)
class Mark:
    """A cell of the heat table: shape, word and tone, never colour alone."""

    shape: str
    word: str
    tone: str
    on: date | None


@dataclass(frozen=True)
class FirmLine:
    """A firm's line of the heat table."""

    code: str
    name: str
    trade: str
    marks: list[Mark]
    reminded_on: date | None


@dataclass
class CenterPage:
    """填报中心."""

    form: FormLink
    period: str
    period_name: str
    due: date
    days_left: int
    columns: list[PeriodColumn]
    lines: list[FirmLine]
    found: PageOf
    query: str
    shown: str
    filters: list[tuple[str, str, int]]
    waiting: int
    missing: int
    files: list[Any]
    asked: tuple[int, int, int]
    underway: list[tuple[int, str, str]]
    lock: Lock | None
    may_send: bool
    by_year: list[int]
    template: str = "returns/center.html"


@dataclass
class NothingPage:
    """The zone collects no return yet."""

    template: str = "returns/nothing.html"


@dataclass(frozen=True)
class ReviewLine:
    """A filing under review."""

    id: int
    code: str
    name: str
    sent_on: date
    sent_by: str
    questions: list[QuestionLine]
    answer: str
    state: str


@dataclass
class ReviewPage:
    """审核."""

    form: FormLink
    period: str
    period_name: str
    asked: list[ReviewLine]
    clear: list[ReviewLine]
    done: list[ReviewLine]
    lock: Lock | None
    template: str = "returns/review.html"


@dataclass
class FilingPage:
    """One filing: every cell beside what was, and what to decide."""

    id: int
    form: FormLink
    period: str
    period_name: str
    firm_code: str
    firm_name: str
    state: str
    state_word: str
    sent_on: date
    sent_by: str
    decided: str
    remark: str
    entry: int | None
    lines: list[tuple[str, str, str, str]]
    questions: list[QuestionLine]
    explain: ExplainForm
    back: SendBackForm
    lock: Lock | None
    errors: list[str] = field(default_factory=list)
    template: str = "returns/filing.html"


@needs(Permission.CHECK_RETURNS)
def center(
    request: HttpRequest, form_id: str | None = None, period_id: str | None = None
) -> HttpResponse:
    """Show the filing calendar: firms by periods, and how the period stands."""
    forms = list_forms()
    if not forms:
        return show(request, NothingPage())
    form = forms[0] if form_id is None else load_form(form_id)
    year = year_asked(request)
    period = form.latest(request.today) if period_id is None else load_period(form, period_id)
    if period.last.year != year and (period_id is None or "year" in request.GET):
        of_year = form.opened(year, request.today)
        if period_id is not None and of_year:
            return redirect("returns:period", form.id, of_year[-1].id)
        period = of_year[-1] if of_year else period
    periods = form.recent(request.today, MONTHS_SHOWN)[::-1]
    if period.last.year != request.today.year:
        periods = form.opened(period.last.year, request.today)[::-1]
    found = collect(form, periods, on=request.today)
    return show(request, _center_page(request, form, period, found))


def _center_page(
    request: HttpRequest, form: ReturnForm, period: Period, found: Collection
) -> CenterPage:
    at = found.periods.index(period)
    shown = request.GET.get("shown", "")
    wanted = {"missing": ("missing", "waiting", "returned"), "late": ("late",)}
    wanted |= {"review": ("review",)}
    firms = [
        one
        for one in found.firms
        if shown not in wanted or found.cells[one.code][at].state in wanted[shown]
    ]
    firms.sort(key=lambda one: ORDER.index(found.cells[one.code][at].state))
    text = request.GET.get("text", "").strip()
    asked = {"shown": shown, "text": text}
    if text:
        firms = [one for one in firms if text in one.name or text.upper() in one.code]
    page = Paginator(firms, FIRMS_A_PAGE).get_page(request.GET.get("page"))
    told = reminded(form, period)
    due = form.deadline(period).due
    filters = [
        ("", _("全部"), len(found.firms)),
        ("missing", _("未报"), found.count(at, *wanted["missing"])),
        ("late", _("迟报"), found.count(at, "late")),
        ("review", _("待审"), found.count(at, "review")),
    ]
    return CenterPage(
        form=name_form(form),
        period=period.id,
        period_name=spoken_period(period),
        due=due,
        days_left=(due - request.today).days,
        columns=[_column(found, place, period) for place in range(len(found.periods))],
        lines=[
            FirmLine(
                one.code,
                one.name,
                _(TRADES[one.trade]) if one.trade else "",
                [_mark(cell) for cell in found.cells[one.code]],
                told.get(one.code),
            )
            for one in page
        ],
        found=page,
        query=urlencode({key: said for key, said in asked.items() if said}),
        shown=shown,
        filters=filters,
        waiting=list_filings(form, period).filter(state=Filing.State.FILED).count(),
        missing=len(found.missing(at)),
        asked=asked_of(form, period),
        underway=say_underway(request),
        lock=lock_of_period(request, period),
        may_send=may_send(request, period),
        by_year=sorted({period.last.year, *_years(request.today)}, reverse=True),
        files=[
            (one.pk, one.name, one.person.name, one.on, one.get_state_display(), one.period_id)
            for one in list_files().filter(form=form.id)[:8]
        ],
    )


def _years(today: date) -> range:
    return range(today.year - YEARS_SHOWN + 1, today.year + 1)


def say_underway(request: HttpRequest) -> list[tuple[int, str, str]]:
    """Return the sheets of the person that are being read or written: id, name, word."""
    return [(one.pk, one.name, one.get_state_display()) for one in list_underway(request.user)]


def _column(found: Collection, place: int, current: Period) -> PeriodColumn:
    period = found.periods[place]
    return PeriodColumn(
        id=period.id,
        name=spoken_period(period),
        due=found.form.deadline(period).due,
        expected=len(found.firms) - found.count(place, "none"),
        on_time=found.count(place, "on_time"),
        late=found.count(place, "late"),
        review=found.count(place, "review"),
        missing=found.count(place, "missing", "waiting", "returned"),
        is_current=period == current,
    )


def _mark(cell: Cell) -> Mark:
    shape, word = STATES[cell.state]
    return Mark(shape, _(word), cell.state.replace("_", "-"), cell.on)


@needs(Permission.CHECK_RETURNS)
def template(request: HttpRequest, form_id: str, period_id: str) -> HttpResponse:
    """Hand out the sheet of a period: for one firm, or for all that file."""
    form = load_form(form_id)
    period = load_period(form, period_id)
    found = collect(form, [period], on=request.today)
    firms = [one for one in found.firms if found.cells[one.code][0].state != "none"]
    wanted = request.GET.get("firm")
    if wanted:
        firms = [one for one in firms if one.code == wanted]
        if not firms:
            raise Http404
    elif request.GET.get("shown") == "missing":
        firms = found.missing(0)
    return give_sheet(request, form, period, firms)


def give_sheet(
    request: HttpRequest, form: ReturnForm, period: Period, firms: list[Enterprise]
) -> HttpResponse:
    """Return the sheet of some firms as a download."""
    name = file_name(
        unit=firms[0].name if len(firms) == 1 else current_zone().name,
        table=f"{form.name}_{period.id}",
        on=request.today,
        by=request.user.name,
        suffix="xlsx",
    )
    return attach(return_sheet(form, period, firms), name=name, kind=XLSX)


@needs(Permission.CHECK_RETURNS)
def remind_page(request: HttpRequest, form_id: str, period_id: str) -> HttpResponse:
    """Remind every firm that has not filed."""
    form = load_form(form_id)
    period = load_period(form, period_id)
    refuse_closed(request, period.last.year)
    if request.method == "POST":
        found = collect(form, [period], on=request.today)
        count = remind(
            form=form, period=period, firms=found.missing(0), by=request.user, on=request.today
        )
        if count:
            messages.success(request, _("已催报 %(count)s 家。") % {"count": count})
        else:
            messages.info(request, _("今天都催过了，或都已报送。"))
    return redirect("returns:period", form_id, period_id)


@needs(Permission.CHECK_RETURNS)
def review(request: HttpRequest, form_id: str, period_id: str) -> HttpResponse:
    """Show the filings of a period that wait for a decision; accept many at once."""
    form = load_form(form_id)
    period = load_period(form, period_id)
    refuse_closed(request, period.last.year)
    if request.method == "POST":
        chosen = [int(one) for one in request.POST.getlist("filing") if one.isdecimal()]
        try:
            count = accept(filing_ids=chosen, by=request.user, on=request.today)
        except (ReturnRefused, NotRecordable) as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已通过 %(count)s 家。") % {"count": count})
        return redirect("returns:review", form_id, period_id)
    filings = list(list_filings(form, period))
    waiting = [one for one in filings if one.state == Filing.State.FILED]
    page = ReviewPage(
        form=name_form(form),
        period=period.id,
        period_name=spoken_period(period),
        asked=[_review_line(one) for one in waiting if one.findings],
        clear=[_review_line(one) for one in waiting if not one.findings],
        done=[_review_line(one) for one in filings if one.state != Filing.State.FILED][:SHOWN],
        lock=lock_of_period(request, period),
    )
    return show(request, page)


@needs(Permission.CHECK_RETURNS)
def filing(request: HttpRequest, filing_id: int) -> HttpResponse:
    """Show one filing; accept it, send it back, or write down the firm's reason."""
    found = find_filing(filing_id)
    if found is None:
        raise Http404
    refuse_closed(request, parse_period(found.period_id).last.year)
    act = request.POST.get("act") if request.method == "POST" else None
    explained = ExplainForm(request.POST if act == "explain" else None)
    back = SendBackForm(request.POST if act == "back" else None)
    errors: list[str] = []
    try:
        if act == "accept":
            accept(filing_ids=[filing_id], by=request.user, on=request.today)
            messages.success(request, _("已通过，写入账本。"))
            return redirect("returns:review", found.form, found.period_id)
        if act == "back" and back.is_valid():
            send_back(
                filing_id=filing_id,
                remark=back.cleaned_data["remark"],
                by=request.user,
                on=request.today,
            )
            messages.success(request, _("已退回，企业能看到退回意见。"))
            return redirect("returns:review", found.form, found.period_id)
        if act == "explain" and explained.is_valid():
            explain(filing_id=filing_id, text=explained.cleaned_data["text"], by=request.user)
            return redirect("returns:filing", filing_id)
    except (ReturnRefused, NotRecordable) as refusal:
        errors.append(spoken_refusal(refusal))
    page = _filing_page(request, found, explained, back)
    page.errors = errors
    is_wrong = bool(errors or explained.errors or back.errors)
    return show(request, page, status=422 if is_wrong else 200)


def units_said(told: Mapping[str, str], doubts: Sequence[UnitQuestion]) -> dict[str, UnitAnswer]:
    """Return what a page says of the units that it asked about."""
    chosen = {one.key: told.get(f"unit-{one.key}", "") for one in doubts}
    return {
        key: UnitAnswer("" if unit == "right" else unit, told.get(f"unit-why-{key}", ""))
        for key, unit in chosen.items()
        if unit
    }


def load_form(form_id: str) -> ReturnForm:
    """Return one of the zone's returns, or say that there is no such page."""
    form = find_form(form_id)
    if form is None:
        raise Http404
    return form


def load_period(form: ReturnForm, period_id: str) -> Period:
    """Return a period of a return, or say that there is no such page."""
    try:
        period = parse_period(period_id)
    except BadPeriod:
        raise Http404 from None
    if period not in form.periods(period.first.year):
        raise Http404
    return period


def may_send(request: HttpRequest, period: Period) -> bool:
    """Tell whether somebody may send a sheet: of a closed year, only who corrects its ledger."""
    return find_closing(period.last.year) is None or request.user.may(
        Permission.CORRECT_CLOSED_YEARS
    )


def refuse_period(request: HttpRequest, period: Period) -> None:
    """Refuse a form of a closed year from whoever may not correct its ledger."""
    if not may_send(request, period):
        refuse_closed(request, period.last.year)


def lock_of_period(request: HttpRequest, period: Period) -> Lock | None:
    """Return what a page of a closed year says; who corrects its ledger reads what is left."""
    lock = lock_of_year(request, period.last.year)
    if lock is None or not request.user.may(Permission.CORRECT_CLOSED_YEARS):
        return lock
    what = _(
        "%(year)s年已关闭：新报的不收，也不再审核和催报；已入账的数有错，可以上传更正，"
        "账上会写明更正了哪一年。"
    ) % {"year": period.last.year}
    return replace(lock, what=what, todo=Step(_("看工作年度"), reverse("years")))


def name_form(form: ReturnForm) -> FormLink:
    """Return a return as a page names it."""
    return FormLink(form.id, spoken(form.name, form.english))


def _questions(found: Filing) -> list[QuestionLine]:
    return said_questions([Question.read(one) for one in found.findings])


def _review_line(found: Filing) -> ReviewLine:
    questions = _questions(found)
    return ReviewLine(
        id=found.pk,
        code=found.firm.code,
        name=found.firm.name,
        sent_on=found.sent_on,
        sent_by=found.sent_by,
        questions=questions,
        answer=questions[0].answer if questions else "",
        state=found.get_state_display(),
    )


def _filing_page(
    request: HttpRequest, found: Filing, explained: ExplainForm, back: SendBackForm
) -> FilingPage:
    form = load_form(found.form)
    period = parse_period(found.period_id)
    told = filled_rows(form, period, [found.firm])[0]
    values = read_values(found)
    decided = f"{found.decided_by} {found.decided_on}" if found.decided_on else ""
    return FilingPage(
        id=found.pk,
        form=name_form(form),
        period=period.id,
        period_name=spoken_period(period),
        firm_code=found.firm.code,
        firm_name=found.firm.name,
        state=found.state,
        state_word=found.get_state_display(),
        sent_on=found.sent_on,
        sent_by=found.sent_by,
        decided=decided,
        remark=found.remark,
        entry=found.entry,
        lines=[
            (
                said_head(one),
                say_amount(values[one.id], one),
                say_amount(told["before"][one.id], one),
                say_amount(told["year_ago"][one.id], one),
            )
            for one in form.columns
            if one.is_for(found.firm.trade)
        ],
        questions=_questions(found),
        explain=explained,
        back=back,
        lock=lock_of_period(request, period),
    )
