"""Pages of readings: who files which number until when, and the form to file it."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.kernel.periods import Period
from jingkai.kernel.words import Words
from jingkai.ledger.services import MistakenUnit, NotRecordable, keep_file
from jingkai.org.queries import get_person
from jingkai.org.rules import Permission
from jingkai.plan.forms import DutyForm, ReadingForm
from jingkai.plan.queries import find_plan
from jingkai.plan.readings import EVERY, ReadingLine, list_readings, period_due
from jingkai.plan.services import ReadingRefused, file_number, name_duty
from jingkai.web.access import needs
from jingkai.web.language import spoken, spoken_period, spoken_refusal
from jingkai.web.numbers import OpenNumber, open_number
from jingkai.web.shell import show


@dataclass(frozen=True)
class ReadingRow:
    """A reading as the page shows it."""

    id: str
    name: str
    value: OpenNumber
    period: str
    status: str
    person: str
    every: str
    owed: str
    due_on: str
    is_late: bool


@dataclass
class ReadingsPage:
    """报数日历."""

    title: str
    rows: list[ReadingRow]
    template: str = "plan/readings.html"


@needs(Permission.SEE_PLAN)
def readings(request: HttpRequest) -> HttpResponse:
    """Show the numbers that are filed by hand, what is owed first."""
    lines = _lines(request)
    owed = sum(1 for line in lines if line.owed)
    title = _("%(count)s 个数要报") % {"count": owed} if owed else _("该报的数都报了")
    return show(request, ReadingsPage(title, [_row(line, request) for line in lines]))


@dataclass
class ReadingPage:
    """One number that is filed: the form of its person, and who that is."""

    row: ReadingRow
    unit: str
    words: str
    form: ReadingForm | None
    duty_form: DutyForm | None
    template: str = "plan/reading.html"


@needs(Permission.SEE_PLAN)
def reading(request: HttpRequest, indicator: str) -> HttpResponse:
    """Show a reading; its person files it."""
    line = _find(request, indicator)
    if request.method == "POST" and not _may_file(request, line):
        raise PermissionDenied(Permission.KEEP_PLAN)
    form = ReadingForm(request.POST or None, request.FILES or None, initial=_suggest(line, request))
    if request.method == "POST" and form.is_valid():
        told, file = form.cleaned_data, form.cleaned_data["proof"]
        try:
            file_number(
                indicator=line.indicator,
                period=told["period"],
                value=told["value"],
                status=told["status"],
                by=request.user,
                on=request.today,
                evidence=[keep_file(data=file.read(), name=file.name)],
                units_checked=told["units_checked"],
            )
        except MistakenUnit as doubt:
            form.ask(doubt)
        except (ReadingRefused, NotRecordable) as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已报送，指标随即更新。"))
            return redirect("plan:readings")
    return _show(request, line, form, None)


@needs(Permission.KEEP_PLAN)
def duty(request: HttpRequest, indicator: str) -> HttpResponse:
    """Name the person who files a number."""
    line = _find(request, indicator)
    if request.method != "POST":
        return redirect("plan:reading", indicator)
    form = DutyForm(request.POST)
    if form.is_valid():
        person = get_person(int(form.cleaned_data["person"]))
        try:
            if person is None:
                raise ReadingRefused(Words("请选择报数人。"))
            name_duty(
                indicator=indicator,
                person=person,
                every=form.cleaned_data["every"],
                day=form.cleaned_data["day"],
                by=request.user,
            )
        except ReadingRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已指定报数人。"))
            return redirect("plan:readings")
    return _show(request, line, None, form)


def _show(
    request: HttpRequest, line: ReadingLine, form: ReadingForm | None, duty_form: DutyForm | None
) -> HttpResponse:
    keeps = request.user.may(Permission.KEEP_PLAN)
    may_file = _may_file(request, line)
    if form is None and may_file:
        form = ReadingForm(initial=_suggest(line, request))
    shown = form if may_file else None
    if duty_form is None and keeps:
        known = line.duty
        duty_form = DutyForm(
            initial={
                "person": known.person_id if known else "",
                "every": known.every if known else "month",
                "day": known.day if known else 16,
            }
        )
    page = ReadingPage(
        row=_row(line, request),
        unit=line.indicator.unit,
        words=line.indicator.words,
        form=shown,
        duty_form=duty_form if keeps else None,
    )
    bad = any(one is not None and one.errors for one in (shown, duty_form))
    return show(request, page, status=422 if bad else 200)


def _may_file(request: HttpRequest, line: ReadingLine) -> bool:
    """Tell whether somebody files a number: the person of its duty, or who keeps the plan."""
    is_theirs = line.duty is not None and line.duty.person_id == request.user.pk
    return is_theirs or request.user.may(Permission.KEEP_PLAN)


def _suggest(line: ReadingLine, request: HttpRequest) -> dict[str, str]:
    every = line.duty.every if line.duty else "month"
    period: Period = line.owed or period_due(every, request.today)
    return {"period": period.id, "status": "快报"}


def _lines(request: HttpRequest) -> list[ReadingLine]:
    plan = find_plan(request.today.year)
    return list_readings(plan, on=request.today) if plan else []


def _find(request: HttpRequest, indicator: str) -> ReadingLine:
    found = next((one for one in _lines(request) if one.indicator.id == indicator), None)
    if found is None:
        raise Http404
    return found


def _row(line: ReadingLine, request: HttpRequest) -> ReadingRow:
    known = line.duty
    every = ""
    if known:
        words = {"every": _(EVERY[known.every]), "day": known.day}
        every = _("%(every)s，次月 %(day)s 日前") % words
    return ReadingRow(
        id=line.indicator.id,
        name=spoken(line.indicator.name, line.indicator.english),
        value=open_number(line.number),
        period=spoken_period(line.number.period) if line.number.value is not None else "",
        status=_(line.status) if line.status else "",
        person=known.person.name if known else "",
        every=every,
        owed=spoken_period(line.owed) if line.owed else "",
        due_on=f"{line.due_on}" if line.due_on and line.owed else "",
        is_late=bool(line.owed and line.due_on and line.due_on < request.today),
    )
