"""Pages of a firm: its returns, and a form that opens with everything the office holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnForm
from jingkai.ledger.services import NotRecordable
from jingkai.org.rules import Permission
from jingkai.reading.columntable import ColumnTable
from jingkai.returns.queries import (
    STATES,
    Difference,
    asked_cells,
    carried_value,
    collect,
    compare,
    fact_type_of,
    filled_rows,
    firm_of,
    list_forms,
    reminders_for,
    say_amount,
    sent_before,
)
from jingkai.returns.rules import CODE, SheetProblem, place_of, read_sheet, to_date_sources
from jingkai.returns.said import QuestionLine, UnitLine, said_head, said_questions, said_units
from jingkai.returns.services import ReturnRefused, check_units, file_online
from jingkai.returns.views import (
    FormLink,
    give_sheet,
    load_form,
    load_period,
    say_underway,
    units_said,
)
from jingkai.web.access import needs
from jingkai.web.language import speak, spoken, spoken_period, spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.shell import Lock, show

PERIODS_SHOWN = 6


@dataclass(frozen=True)
class Due:
    """A period of a return, as the firm stands with it."""

    form: FormLink
    period: str
    name: str
    due: date
    shape: str
    word: str
    tone: str
    remark: str
    is_open: bool


@dataclass
class MinePage:
    """本企业报表."""

    firm: str
    dues: list[Due]
    reminders: list[tuple[str, date]]
    underway: list[tuple[int, str, str]]
    template: str = "returns/mine.html"


@dataclass(frozen=True)
class FillLine:
    """A measure to fill in: what was, what stands, and what is wrong."""

    key: str
    head: str
    unit: str
    value: str
    before: str
    year_ago: str
    hint: str
    source: str
    errors: list[str]


@dataclass
class FillPage:
    """报月报."""

    form: FormLink
    period: str
    period_name: str
    due: date
    firm: str
    code: str
    lines: list[FillLine]
    held: list[tuple[str, str, str]]
    asked: int
    filled: int
    before_name: str
    year_ago_name: str
    remark: str
    state: str
    lock: Lock | None
    questions: list[QuestionLine] = field(default_factory=list)
    doubts: list[UnitLine] = field(default_factory=list)
    explanation: str = ""
    errors: list[str] = field(default_factory=list)
    template: str = "returns/fill.html"


@needs(Permission.SEE_OWN_FIRM)
def mine(request: HttpRequest) -> HttpResponse:
    """Show a firm what it files: what is due, what came back."""
    firm = firm_of(request.user)
    dues = []
    for form in list_forms() if firm else []:
        periods = form.recent(request.today, PERIODS_SHOWN)
        found = collect(form, periods, on=request.today)
        for place in reversed(range(len(periods))):
            cell = found.cells.get(firm.code, [None] * len(periods))[place]
            if cell is None or cell.state == "none":
                continue
            shape, word = STATES[cell.state]
            sent = sent_before(form, firm, periods[place])
            dues.append(
                Due(
                    form=FormLink(form.id, spoken(form.name, form.english)),
                    period=periods[place].id,
                    name=spoken_period(periods[place]),
                    due=form.deadline(periods[place]).due,
                    shape=shape,
                    word=_(word),
                    tone=cell.state.replace("_", "-"),
                    remark=sent.remark if sent and cell.state == "returned" else "",
                    is_open=cell.state in ("missing", "waiting", "returned"),
                )
            )
    told = [(spoken_period(period), on) for period, on in reminders_for(firm)] if firm else []
    return show(request, MinePage(firm.name if firm else "", dues, told, say_underway(request)))


@needs(Permission.SEE_OWN_FIRM)
def fill(request: HttpRequest, form_id: str, period_id: str) -> HttpResponse:
    """Show a form with what the office holds; check it, ask once, file it."""
    form = load_form(form_id)
    period = load_period(form, period_id)
    firm = firm_of(request.user)
    if firm is None or form.deadline(period).opens > request.today:
        raise Http404
    refuse_closed(request, period.last.year)
    if request.GET.get("sheet"):
        return give_sheet(request, form, period, [firm])
    told = filled_rows(form, period, [firm])[0]
    said = request.POST if request.method == "POST" else None
    page = _fill_page(form, period, firm, told, said, lock_of_year(request, period.last.year))
    if request.method == "POST":
        row = _check(form, period, firm, request.POST, page)
        if row is not None:
            try:
                file_online(
                    form=form,
                    period=period,
                    firm=firm,
                    row=row,
                    explanation=request.POST.get("why", ""),
                    by=request.user,
                    on=request.today,
                )
            except (ReturnRefused, NotRecordable) as refusal:
                page.questions = said_questions(row.questions)
                page.errors.append(spoken_refusal(refusal))
            else:
                messages.success(request, _("已报送，谢谢。审核通过后这里会显示。"))
                return redirect("returns:mine")
    return show(request, page, status=422 if page.errors else 200)


def _check(form: ReturnForm, period: Period, firm: Enterprise, told: Any, page: FillPage) -> Any:
    """Read the form as the one row of a sheet, by the same rules; note what is wrong on it."""
    asked = [one for one in form.columns if one.is_for(firm.trade)]
    places = {CODE: 0} | {one.id: place for place, one in enumerate(asked, start=1)}
    cells = [firm.code, *(told.get(one.id, "").strip() or None for one in asked)]
    table = ColumnTable("", [pa.array([cell], pa.string()) for cell in cells])
    sheet = read_sheet(table, form=form, fact=fact_type_of(form), places=places, units={}, body=0)
    found = compare(sheet, form=form, period=period, places=places, only=firm)
    # A page has no cells to speak of.
    doubts = [replace(one, cells=[]) for one in found.doubts]
    if doubts:
        answers = units_said(told, doubts)
        page.doubts = said_units(doubts, form, answers)
        try:
            answers = check_units(doubts, answers, form=form)
        except ReturnRefused as refusal:
            page.errors.append(spoken_refusal(refusal))
            # What a figure is held against waits for its unit; what holds no figure does not.
            figures = found.rows[0].values
            empty = [one for one in _by_key(found, places) if figures.get(one[0]) is None]
            _note(page, empty)
            return None
        found = compare(
            sheet, form=form, period=period, places=places, only=firm, said_of_units=answers
        )
    _note(page, _by_key(found, places))
    if page.errors or not found.rows:
        return None
    row = found.rows[0]
    row.questions = [replace(one, cell="") for one in row.questions]
    row.said = [replace(one, cell="") for one in row.said]
    page.questions = said_questions(row.questions)
    return row


def _by_key(found: Difference, places: Mapping[str, int]) -> list[tuple[str, SheetProblem]]:
    """Return what is wrong with a form, each with the measure that it is wrong with."""
    keys = {place: key for key, place in places.items()}
    return [(keys[place_of(one.cell)], one) for one in found.problems]


def _note(page: FillPage, problems: Iterable[tuple[str, SheetProblem]]) -> None:
    """Say what is wrong at its field, and above the form by the name of the field."""
    lines = {one.key: one for one in page.lines}
    for key, problem in problems:
        words = speak(problem.what)
        if key in lines:
            lines[key].errors.append(words)
            words = _("%(name)s：%(what)s") % {"name": lines[key].head, "what": words}
        page.errors.append(words)


def _fill_page(
    form: ReturnForm,
    period: Period,
    firm: Enterprise,
    told: dict[str, Any],
    said: Any,
    lock: Lock | None,
) -> FillPage:
    totals = to_date_sources(form)
    sent = sent_before(form, firm, period)
    lines, count = [], 0
    for one in form.columns:
        if not one.is_for(firm.trade):
            continue
        held = told["now"][one.id]
        source = _("系统里现有的") if held is not None else ""
        if one.id in totals:
            source = _("不用填，系统按上期累计加当月算")
        elif held is None and (carried := carried_value(one, told)) is not None:
            held, source = carried, _("已填上期期末数，有变请改")
            if carried == "—":
                source = _("上期填的是 —（没有这项），有了请改")
            count += 1
        value = said.get(one.id, "") if said is not None else _plain(held, one)
        lines.append(
            FillLine(
                key=one.id,
                head=spoken(one.heading, one.english),
                unit=one.unit,
                value=value,
                before=say_amount(told["before"][one.id], one),
                year_ago=say_amount(told["year_ago"][one.id], one),
                hint=spoken(one.hint, one.hint_english),
                source=source,
                errors=[],
            )
        )
    asked, filled = asked_cells(form, firm.trade, carried=count)
    return FillPage(
        form=FormLink(form.id, spoken(form.name, form.english)),
        period=period.id,
        period_name=spoken_period(period),
        due=form.deadline(period).due,
        firm=firm.name,
        code=firm.code,
        lines=lines,
        held=[
            (said_head(one), say_amount(told["held"][one.id], one), _("上期累计，来自账本"))
            for one in form.columns
            if one.id in totals and told["held"][one.id] is not None
        ],
        asked=asked,
        filled=filled,
        before_name=spoken_period(form.previous(period)),
        year_ago_name=spoken_period(period.last_year()),
        remark=sent.remark if sent and sent.state == "returned" else "",
        state=sent.state if sent else "",
        lock=lock,
        explanation=said.get("why", "") if said is not None else "",
    )


def _plain(value: Any, column: Any) -> str:
    if isinstance(value, Decimal):
        return say_amount(value, column).replace(",", "")
    return value if value == "—" else ""
