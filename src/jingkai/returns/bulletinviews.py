"""快报: the month's numbers in the office's usual sentences, each number linked to its facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from jingkai.documents import (
    Column,
    Figure,
    Kind,
    OfficialDocument,
    Paragraph,
    Table,
    write_docx,
    write_xlsx,
)
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.units import round_half_up
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, Number
from jingkai.org.rules import Permission
from jingkai.returns.queries import BulletinIssue, Since, came_since, collect, last_issue
from jingkai.returns.services import ReturnRefused, issue_bulletin
from jingkai.returns.views import FormLink, load_form, load_period, lock_of_period
from jingkai.web.access import needs
from jingkai.web.export import XLSX, attach, file_name
from jingkai.web.language import quantity, spoken, spoken_period, spoken_refusal, spoken_unit
from jingkai.web.locks import refuse_closed
from jingkai.web.printed import hand_out_pdf
from jingkai.web.shell import Lock, show

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Line:
    """One number of the bulletin: this period, the year so far, growth on last year."""

    id: str
    name: str
    unit: str
    now: str
    now_unit: str
    now_url: str
    to_date: str
    to_date_unit: str
    to_date_url: str
    growth: str
    before: str
    value: Decimal | None
    total: Decimal | None


@dataclass(frozen=True)
class Moved:
    """A number that the last bulletin gave otherwise: what it was, what it is, and why."""

    name: str
    period_name: str
    unit: str
    was: str
    now: str
    now_url: str
    why: str


@dataclass
class BulletinPage:
    """快报."""

    form: FormLink
    period: str
    period_name: str
    to_date_name: str
    filed: int
    expected: int
    lines: list[Line]
    moved: list[Moved]
    last: str
    issued: bool
    lock: Lock | None
    template: str = "returns/bulletin.html"


@needs(Permission.CHECK_RETURNS)
def bulletin(request: HttpRequest, form_id: str, period_id: str) -> HttpResponse:
    """Draft the bulletin of a period; give it out as a document or a sheet."""
    form = load_form(form_id)
    period = load_period(form, period_id)
    to_date = Period.months(period.first.year, 1, period.last.month)
    if request.method == "POST":
        refuse_closed(request, period.last.year)
        try:
            issue_bulletin(form=form, period=period, by=request.user, on=request.today)
        except ReturnRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已记下今天发出；下一期会列出此后变了的数。"))
        return redirect("returns:bulletin", form_id, period_id)
    kind = request.GET.get("as")
    if kind not in ("docx", "pdf", "xlsx"):
        return show(request, _page(request, form, period, to_date))
    with override(settings.LANGUAGE_CODE):  # what goes out is Chinese, whoever takes it away
        page = _page(request, form, period, to_date)
    name = file_name(
        unit=current_zone().name,
        table=f"{form.name}快报_{period.id}",
        on=request.today,
        by=request.user.name,
        suffix=kind,
    )
    created = datetime.combine(request.today, datetime.min.time()).astimezone()
    if kind in ("docx", "pdf"):
        data = write_docx(_document(request, form, page), author=request.user.name, created=created)
        if kind == "pdf":
            return hand_out_pdf(request, data, name=name, instead="?as=docx")
        return attach(data, name=name, kind=DOCX)
    data = write_xlsx(
        _table(request, page),
        title=f"{form.name}快报",
        period=period.name,
        author=request.user.name,
        created=created,
    )
    return attach(data, name=name, kind=XLSX)


def _page(request: HttpRequest, form: ReturnForm, period: Period, to_date: Period) -> BulletinPage:
    found = collect(form, [period], on=request.today)
    ledger = Ledger(request.today)
    told = _indicators(form)
    ledger.prepare(told)
    lines = []
    for one in told:
        now, total = ledger.number(one, period), ledger.number(one, to_date)
        if now.value is None and total.value is None:
            continue
        lines.append(_line(one, now, total, period, to_date))
    issue = last_issue(form, period, on=request.today)
    return BulletinPage(
        form=FormLink(form.id, spoken(form.name, form.english)),
        period=period.id,
        period_name=spoken_period(period),
        to_date_name=spoken_period(to_date),
        filed=found.count(0, "on_time", "late"),
        expected=len(found.firms) - found.count(0, "none"),
        lines=lines,
        moved=_moved(request, form, told, issue) if issue else [],
        last=_("%(period)s（%(day)s 发出）")
        % {"period": spoken_period(parse_period(issue.period_id)), "day": issue.on}
        if issue
        else "",
        issued=BulletinIssue.objects.filter(
            form=form.id, period_id=period.id, on=request.today
        ).exists(),
        lock=lock_of_period(request, period),
    )


def _moved(
    request: HttpRequest, form: ReturnForm, told: Sequence[Indicator], issue: BulletinIssue
) -> list[Moved]:
    """Return the numbers of the last bulletin that are others by now."""
    period = parse_period(issue.period_id)
    to_date = Period.months(period.first.year, 1, period.last.month)
    then, now = Ledger(issue.on), Ledger(request.today)
    moved = []
    for whole in dict.fromkeys((period, to_date)):
        parts = [one for one in form.periods(period.first.year) if one.last <= period.last]
        mine = parts if whole == to_date else [period]
        why = _why(came_since(form, mine, after=issue.on, until=request.today))
        for one in told:
            was, becomes = then.number(one, whole), now.number(one, whole)
            if was.value != becomes.value:
                url = reverse("number", args=[one.id, whole.id])
                name = spoken(one.name, one.english)
                said = [_say(number)[0] for number in (was, becomes)]
                moved.append(Moved(name, spoken_period(whole), _unit(one), *said, url, why))
    return moved


def _why(since: Since) -> str:
    parts = [
        (since.late, _("%(count)s 家迟报")),
        (since.corrected, _("%(count)s 家更正")),
        (since.withdrawn, _("%(count)s 家撤回")),
    ]
    return "、".join(words % {"count": count} for count, words in parts if count)


def _indicators(form: ReturnForm) -> list[Indicator]:
    """Return the zone's levels over the form's facts, in the order of the dictionary."""
    return [
        one
        for one in current_zone().indicators.values()
        if not one.is_derived and one.over == form.fact and one.measure == "level"
    ]


def _line(one: Indicator, now: Number, total: Number, period: Period, to_date: Period) -> Line:
    (now_said, now_unit), (total_said, total_unit) = _say(now), _say(total)
    return Line(
        id=one.id,
        name=spoken(one.name, one.english),
        unit=_unit(one),
        now=now_said,
        now_unit=now_unit,
        now_url=reverse("number", args=[one.id, period.id]),
        to_date=total_said,
        to_date_unit=total_unit,
        to_date_url=reverse("number", args=[one.id, to_date.id]),
        growth=_growth(total.yoy),
        before=_growth(now.pop),
        value=now.value,
        total=total.value,
    )


def _say(number: Number) -> tuple[str, str]:
    """Return a number and its unit as the reader says them; what is unknown has no unit."""
    if number.is_hidden or number.value is None:
        return _(number.text), ""
    return quantity(number.value, number.indicator.unit)


def _unit(one: Indicator) -> str:
    return spoken(one.unit, spoken_unit(one.unit).english or "—")


def _growth(rate: Decimal | None) -> str:
    """Return a growth as officials say it: 增长 5.2%, 下降 3%."""
    if rate is None:
        return ""
    shown = f"{abs(round_half_up(rate, 1)).normalize():f}"
    if shown == "0":
        return _("持平")
    return (_("增长 %(rate)s%%") if rate > 0 else _("下降 %(rate)s%%")) % {"rate": shown}


def _document(request: HttpRequest, form: ReturnForm, page: BulletinPage) -> OfficialDocument:
    sentences = [
        Paragraph(
            f"{page.period_name}，应报企业{page.expected}家，已报{page.filed}家。",
        ),
        *(_sentence(request, page, one) for one in page.lines),
    ]
    zone = current_zone()
    return OfficialDocument(
        kind=Kind.REPORT,
        title=f"{zone.name}{page.period_name}{form.name}快报",
        body=(*sentences, _table(request, page), *_changes(request, page)),
        signature=zone.issuer or zone.name,
        signed_on=request.today,
    )


def _changes(request: HttpRequest, page: BulletinPage) -> list[Paragraph]:
    """Return what changed since the last bulletin, a sentence for each number."""
    said = []
    for one in page.moved:
        runs: list[str | Figure] = [f"与{page.last}快报相比：{one.period_name}{one.name}"]
        runs += [
            f"由{one.was}{one.unit}变为",
            _figure(request, f"{one.now}{one.unit}", one.now_url),
        ]
        runs += [f"（{one.why}）。" if one.why else "。"]
        said.append(Paragraph(*runs))
    return said


def _sentence(request: HttpRequest, page: BulletinPage, one: Line) -> Paragraph:
    runs: list[str | Figure] = [f"{page.to_date_name}，{one.name}"]
    runs += [_figure(request, f"{one.to_date}{one.to_date_unit}", one.to_date_url)]
    runs += [f"，同比{one.growth}" if one.growth else "", f"；{page.period_name}"]
    runs += [_figure(request, f"{one.now}{one.now_unit}", one.now_url), "。"]
    return Paragraph(*(run for run in runs if run))


def _table(request: HttpRequest, page: BulletinPage) -> Table:
    heads = ("指标", "单位", page.period_name, page.to_date_name, "累计同比")
    rows: Sequence[Any] = [
        (
            one.name,
            one.unit,
            _figure(request, one.now, one.now_url, one.value),
            _figure(request, one.to_date, one.to_date_url, one.total),
            one.growth or "—",
        )
        for one in page.lines
    ]
    columns = tuple(
        Column(head, "", "right" if place in (2, 3) else "left") for place, head in enumerate(heads)
    )
    return Table(
        columns=columns, rows=rows, caption="主要指标", source=f"账本，截至 {request.today}"
    )


def _figure(request: HttpRequest, text: str, path: str, value: Decimal | None = None) -> Figure:
    return Figure(text=text, anchor=request.build_absolute_uri(path), value=value)
