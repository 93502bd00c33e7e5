"""Pages of 临时要数: paste headings, see what is held, ask only for the gaps, take the table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.cases.queries import working_calendar
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import MistakenUnit, NotRecordable, keep_file
from jingkai.org.rules import Permission
from jingkai.plan.services import ReadingRefused
from jingkai.supervision.figureasking import answer_figure, request_table
from jingkai.supervision.figures import (
    Wanted,
    find_figure,
    find_request,
    firm_columns_of,
    is_filed,
    list_figures,
    list_requests,
    list_roll,
    match,
    may_answer,
    split_headings,
)
from jingkai.supervision.forms import FigureForm, TableForm
from jingkai.supervision.lists import TABLES
from jingkai.supervision.models import DataRequest, Figure
from jingkai.supervision.refusals import QuestionRefused
from jingkai.web.access import needs
from jingkai.web.columns import Column
from jingkai.web.export import XLSX, attach, file_name, list_as_xlsx
from jingkai.web.language import department_choices, spoken, spoken_period, spoken_refusal
from jingkai.web.lists import show_list
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.numbers import OpenNumber, open_number, read_ledger
from jingkai.web.shell import Lock, show

DAYS_TO_ANSWER = 5
FIRMS_SHOWN = 20


@dataclass
class FigureRow:
    """A heading as the page and the workbook show it."""

    order: int
    heading: str
    state: str
    number: OpenNumber | None = None
    unit: str = ""
    text: str = ""
    scope: str = ""
    source: str = ""
    source_url: str = ""
    whom: str = ""
    department: str = ""
    answer_url: str = ""
    is_gap: bool = False


@dataclass
class FirmTable:
    """The firms of a table, the first of them shown."""

    heads: list[str]
    rows: list[list[str]]
    total: int


@dataclass
class NewTablePage:
    """A table that is being put together: what is held, what is missing and who can know."""

    form: TableForm
    rows: list[FigureRow]
    firms: FirmTable | None
    departments: list[tuple[str, str]]
    gaps: int
    may_ask: bool
    title: str
    template: str = "supervision/table_new.html"


@dataclass
class TablePage:
    """A table that somebody needs, as it stands."""

    title: str
    asked: DataRequest
    period: str
    rows: list[FigureRow]
    firms: FirmTable | None
    counts: tuple[int, int, int]
    template: str = "supervision/table.html"


@dataclass
class FigurePage:
    """One figure that somebody was asked for."""

    figure: Figure
    period: str
    unit: str
    words: str
    fields: Sequence[str]
    form: FigureForm | None = field(default=None)
    lock: Lock | None = None
    template: str = "supervision/figure.html"


@needs(Permission.SEE_PLAN)
def tables(request: HttpRequest) -> HttpResponse:
    """Show the tables that were asked for."""
    return show_list(request, TABLES, list_requests(request.user))


@needs(Permission.SEE_PLAN)
def new(request: HttpRequest) -> HttpResponse:
    """Match the headings of a table; keep it, and send out what is missing."""
    due = working_calendar().add_workdays(request.today, DAYS_TO_ANSWER)
    form = TableForm(request.POST or None, initial={"due_on": due})
    wanted: list[Wanted] = []
    period = Period.month_of(request.today)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        period = told["period"]
        headings = split_headings(told["headings"])
        wanted = match(headings, period, ledger=read_ledger(request), by=request.user)
        if request.POST.get("do") == "keep":
            try:
                made = request_table(
                    title=told["title"],
                    period=period,
                    wanted=wanted,
                    asked_of={
                        place: request.POST.get(f"ask{place}", "") for place in range(len(wanted))
                    },
                    due_on=told["due_on"],
                    by=request.user,
                    on=request.today,
                )
            except QuestionRefused as refusal:
                form.add_error(None, spoken_refusal(refusal))
            else:
                messages.success(request, _("已存下这张表；缺的数已发给知道的人。"))
                return redirect("supervision:table", made.pk)
    rows = [_wanted_row(place, one, period) for place, one in enumerate(wanted)]
    gaps = sum(row.is_gap for row in rows)
    title = _("要一张表")
    if rows:
        words = {"held": len(rows) - gaps, "gaps": gaps}
        title = _("账上已有 %(held)s 个，缺 %(gaps)s 个") % words
    page = NewTablePage(
        form,
        rows,
        _firms([one.heading for one in wanted if one.firm_column], period, request),
        department_choices(),
        gaps,
        request.user.may(Permission.SUPERVISE),
        title,
    )
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.SEE_PLAN)
def table(request: HttpRequest, table_id: int) -> HttpResponse:
    """Show a table with what is held by now and who still has to answer."""
    asked = _find(request, table_id)
    period = parse_period(asked.period_id)
    figures = list_figures(asked)
    rows = _rows(figures, period, request)
    open_gaps = sum(row.is_gap for row in rows)
    title = f"{asked.title}：" + (
        _("还缺 %(count)s 个数") % {"count": open_gaps} if open_gaps else _("数齐了")
    )
    asked_count = sum(one.department_id is not None for one in figures)
    page = TablePage(
        title,
        asked,
        spoken_period(period),
        rows,
        _firms([one.heading for one in figures if one.firm_column], period, request),
        (len(figures) - asked_count, asked_count, open_gaps),
    )
    return show(request, page)


@needs(Permission.SEE_PLAN)
def table_xlsx(request: HttpRequest, table_id: int) -> HttpResponse:
    """Give the table out as a workbook."""
    asked = _find(request, table_id)
    period = parse_period(asked.period_id)
    rows = _rows(list_figures(asked), period, request)
    columns = [
        Column("heading", _("表头"), lambda row: row.heading),
        Column("value", _("数值"), _plain_value, missing="未报"),
        Column("unit", _("单位"), lambda row: row.unit),
        Column("period", _("期间"), lambda _row: spoken_period(period)),
        Column("scope", _("口径"), lambda row: row.scope),
        Column("source", _("来源"), lambda row: row.source),
        Column("state", _("状态"), lambda row: row.state),
        Column("whom", _("问谁"), lambda row: row.whom),
    ]
    return _give_out(asked.title, rows, columns, period, request)


@needs(Permission.SEE_PLAN)
def firms_xlsx(request: HttpRequest, table_id: int) -> HttpResponse:
    """Give the list of firms of a table out, within what the reader sees."""
    asked = _find(request, table_id)
    period = parse_period(asked.period_id)
    headings = [one.heading for one in list_figures(asked) if one.firm_column]
    columns = firm_columns_of(headings, period, request.user)
    if not columns:
        raise Http404
    title = f"{asked.title}{_('企业清单')}"
    return _give_out(title, list(list_roll(request.user)), columns, period, request)


@needs(Permission.SEE_PLAN)
def figure(request: HttpRequest, figure_id: int) -> HttpResponse:
    """Show one figure that was asked for; who was asked answers it."""
    asked = find_figure(figure_id, request.user)
    if asked is None or asked.department_id is None:
        raise Http404
    may = may_answer(asked, request.user)
    if request.method == "POST" and not may:
        raise PermissionDenied
    period = parse_period(asked.request.period_id)
    refuse_closed(request, period.last.year)
    lock = lock_of_year(request, period.last.year)
    indicator = current_zone().indicators.get(asked.indicator)
    filed = is_filed(asked)
    unit = indicator.unit if indicator and filed else ""
    form = FigureForm(request.POST or None, request.FILES or None, unit=unit)
    if request.method == "POST" and form.is_valid():
        told, file = form.cleaned_data, form.cleaned_data["proof"]
        try:
            answer_figure(
                figure_id=figure_id,
                value=told["value"],
                status=told["status"],
                answer=told["answer"],
                evidence=[keep_file(data=file.read(), name=file.name)],
                by=request.user,
                on=request.today,
                units_checked=told["units_checked"],
            )
        except MistakenUnit as doubt:
            form.ask(doubt)
        except (QuestionRefused, ReadingRefused, NotRecordable) as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已答复，数连同来源记在账上。"))
            return redirect("supervision:table", asked.request_id)
    page = FigurePage(
        asked,
        spoken_period(period),
        unit,
        indicator.words if indicator else "",
        ("value", "status", "proof") if filed else ("answer", "proof"),
        form if may and lock is None else None,
        lock,
    )
    return show(request, page, status=422 if form.errors else 200)


def _find(request: HttpRequest, table_id: int) -> DataRequest:
    found = find_request(table_id, request.user)
    if found is None:
        raise Http404
    return found


def _wanted_row(place: int, one: Wanted, period: Period) -> FigureRow:
    if one.firm_column:
        return _firm_row(place, one.heading)
    if one.is_held and one.number and not one.same_as:
        return _held_row(place, one.heading, open_number(one.number), one.number.indicator)
    if one.same_as:
        row = _asked_row(place, one.heading, one.same_as)
        row.is_gap = False
        return row
    why = "、".join(one.words)
    return FigureRow(
        order=place,
        heading=one.heading,
        state=_("缺"),
        scope=one.indicator.words if one.indicator else "",
        source=_("职责中有“%(words)s”") % {"words": why} if why else "",
        whom=one.person.name if one.person else "",
        department=one.department,
        is_gap=True,
    )


def _rows(figures: Sequence[Figure], period: Period, request: HttpRequest) -> list[FigureRow]:
    ledger, zone = read_ledger(request), current_zone()
    known = {one.indicator: zone.indicators.get(one.indicator) for one in figures}
    ledger.prepare(one for one in known.values() if one)
    rows = []
    for one in figures:
        if one.firm_column:
            rows.append(_firm_row(one.order, one.heading))
            continue
        indicator = known[one.indicator]
        number = ledger.number(indicator, period) if indicator else None
        if indicator and number and (number.value is not None or number.is_hidden):
            row = _held_row(one.order, one.heading, open_number(number), indicator)
            if one.answered_on:
                row.state = _("已答复")
                row.whom = _who(one)
        else:
            row = _asked_row(one.order, one.heading, one.same_as or one)
            row.scope = indicator.words if indicator else ""
            if not one.same_as and may_answer(one, request.user):
                row.answer_url = reverse("supervision:figure", args=[one.pk])
        rows.append(row)
    return rows


def _firm_row(place: int, heading: str) -> FigureRow:
    return FigureRow(
        place, heading, _("账上有"), text=_("见企业清单"), source=_("企业库和企业报表")
    )


def _held_row(place: int, heading: str, number: OpenNumber, indicator: Indicator) -> FigureRow:
    return FigureRow(
        order=place,
        heading=heading,
        state=_("账上有"),
        number=number,
        unit=spoken(indicator.unit, get_unit(indicator.unit).english),
        scope=indicator.words,
        source=spoken(indicator.name, indicator.english),
        source_url=number.url,
    )


def _asked_row(place: int, heading: str, one: Figure) -> FigureRow:
    row = FigureRow(place, heading, _("在问"), whom=_who(one), is_gap=True)
    if one.answered_on:
        row.is_gap, row.state, row.text = False, _("已答复"), one.answer
        row.source = f"{one.answered_by.name} {one.answered_on}" if one.answered_by else ""
        row.source_url = reverse("entry", args=[one.entry]) if one.entry else ""
    return row


def _who(one: Figure) -> str:
    if one.department is None:
        return ""
    place = spoken(one.department.name, one.department.english)
    return f"{place} {one.person.name}" if one.person else place


def _plain_value(row: FigureRow) -> str | Decimal | None:
    if row.number is not None:
        return row.number.value if row.number.value is not None else row.number.text
    return row.text or None


def _firms(headings: Sequence[str], period: Period, request: HttpRequest) -> FirmTable | None:
    columns = firm_columns_of(headings, period, request.user) if headings else []
    if not columns:
        return None
    roll = list_roll(request.user)
    rows = [[column.cell(firm).text for column in columns] for firm in roll[:FIRMS_SHOWN]]
    return FirmTable([column.head for column in columns], rows, roll.count())


def _give_out(
    title: str, rows: Sequence[Any], columns: Sequence[Column], period: Period, request: HttpRequest
) -> HttpResponse:
    on: date = request.today
    data = list_as_xlsx(
        rows,
        columns,
        title=title,
        source=f"{current_zone().name} {period.name}",
        on=on,
        by=request.user.name,
    )
    name = file_name(
        unit=current_zone().name, table=title, on=on, by=request.user.name, suffix="xlsx"
    )
    return attach(data, name=name, kind=XLSX)
