"""One number: what it is, how it is made, and the facts in it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.documents import Column as SheetColumn
from jingkai.documents import Table, write_xlsx
from jingkai.documents.charts import Chart, Mark, Rows, Series
from jingkai.kernel.dimensions import DIMENSIONS
from jingkai.kernel.figures import share, turn
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.units import get_unit, round_half_up
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import (
    Ledger,
    Number,
    leave_out,
    list_changes,
    list_facts,
)
from jingkai.org.queries import list_departments
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.charts import ChartView, show_chart
from jingkai.web.export import XLSX, attach, file_name
from jingkai.web.language import is_english, quantity, spoken, spoken_unit
from jingkai.web.numbers import open_number, read_ledger
from jingkai.web.pages.dictionary import formula_of, say_curve
from jingkai.web.pages.entries import FactLine, fact_lines
from jingkai.web.shell import hidden_subjects, panels, show

_FEW_MONTHS = 3  # fewer points are no line


@dataclass(frozen=True)
class ChangeLine:
    """An entry that changed the number after the day chosen."""

    entry: int
    known_on: date
    actor: str
    reason: str
    difference: str


@dataclass(frozen=True)
class KeyLine:
    """The part of a number that belongs to one key of a dimension."""

    key: str
    value: str
    share: str


@dataclass
class NumberPage:
    """One number: value, scope, formula, months, facts, evidence."""

    title: str
    indicator: Indicator
    value: str
    unit: str
    period: Period
    kind: str
    formula: str
    made_of: list[tuple[str, str, str]]
    known_on: date
    latest: date
    growths: list[tuple[str, str]]
    coverage: str
    forecast: str
    curve: str
    curve_reason: str
    months: list[tuple[str, str]]
    by: list[tuple[str, list[KeyLine]]]
    promises: list[dict[str, Any]]
    facts: list[FactLine]
    found: PageOf
    kept_back: str
    changed: str
    changes: list[ChangeLine]
    url: str
    is_sheet: bool
    charts: list[ChartView]
    template: str = "web/number.html"


TURNS = {
    "扭亏": gettext_lazy("扭亏"),
    "增亏": gettext_lazy("增亏"),
    "减亏": gettext_lazy("减亏"),
    "由盈转亏": gettext_lazy("由盈转亏"),
}
KINDS = {
    "stock": gettext_lazy("时点"),
    "balance": gettext_lazy("时点"),
    "ratio": gettext_lazy("比率"),
    "share": gettext_lazy("占比"),
    "rank": gettext_lazy("名次"),
}


@needs(Permission.SEE_FACTS)
def number(request: HttpRequest, indicator_id: str, period_id: str) -> HttpResponse:
    """Open a number: what it is, how it is made, which facts are in it."""
    indicator = current_zone().indicators.get(indicator_id)
    if indicator is None:
        raise Http404
    try:
        period = parse_period(period_id)
        known_on = date.fromisoformat(request.GET.get("known") or request.today.isoformat())
    except (BadPeriod, ValueError):
        raise Http404 from None
    ledger = read_ledger(request, min(known_on, request.today))
    if ledger.is_restricted(indicator):
        ledger = read_ledger(request)  # from one day to another a single firm's return would show
    found = ledger.number(indicator, period)
    behind = ledger.facts_behind(indicator, period)
    ids = leave_out(behind, hidden_subjects(request.user))
    if request.GET.get("export") == "xlsx":
        return _export(request, found, ids)
    shown = Paginator(ids, 20).get_page(request.GET.get("page"))
    unit = spoken_unit(indicator.unit)
    changed, changes = _changes_since(ledger, found, request.today)
    left_out = len(behind) - len(ids)
    opened = open_number(found)
    page = NumberPage(
        title=_("%(name)s:%(value)s%(unit)s")
        % {
            "name": spoken(indicator.name, indicator.english),
            "value": opened.text,
            "unit": opened.unit,
        },
        indicator=found.indicator,
        value=_(found.text) if found.value is None else opened.text,
        unit=opened.unit,
        period=found.period,
        kind=_kind(found),
        formula=formula_of(found.indicator),
        made_of=[_part(ledger, one, period) for one in found.indicator.made_of],
        known_on=ledger.known_on,
        latest=request.today,
        growths=_growths(found),
        coverage=_coverage(found),
        forecast=_forecast(ledger, found),
        curve=say_curve(found.indicator),
        curve_reason=found.indicator.curve_reason,
        months=[
            (f"{month:%Y-%m}", unit.show(value))
            for month, value in list(found.by_month.items())[-12:]
        ],
        by=[_by(ledger, found, dimension) for dimension in found.indicator.by],
        promises=[part for offer in panels("NUMBER") for part in offer(indicator, period, ledger)],
        facts=fact_lines(list_facts(list(shown)), request.user),
        found=shown,
        kept_back=_kept_back(ledger, found, left_out),
        changed=changed,
        changes=changes,
        url=reverse("number", args=[indicator.id, period.id]),
        is_sheet=bool(request.headers.get("X-Sheet")),
        charts=[show_chart(request, one) for one in _month_lines(found)],
    )
    return show(request, page)


def _kept_back(ledger: Ledger, found: Number, left_out: int) -> str:
    """Say what of a number this person is not shown, and why."""
    said = []
    if found.is_hidden:
        said.append(_("报数的企业不足 3 家，合计会说出单户的税收，暂不显示。"))
    if ledger.is_restricted(found.indicator):
        said.append(_("单户税收只给有“看单户税收”权限的岗位看；这里只有全区今天所知的合计。"))
    if left_out:
        told = _("另有 %(count)s 条是别的部门的，不在您的数据范围内，没有列出。")
        said.append(told % {"count": left_out})
    return "".join(said)


def _month_lines(found: Number) -> list[Chart]:
    """Return the months of the year beside those of the year before; none where they are few."""
    indicator, year = found.indicator, found.period.last.year
    if len(found.by_month) < _FEW_MONTHS:
        return []
    unit = spoken_unit(indicator.unit)
    word = unit.english if is_english() else indicator.unit

    by_month = {
        (last_day.year, last_day.month): value for last_day, value in found.by_month.items()
    }
    # Where events are counted, a month without one is 0; a return that is not there is 未报.
    fact_type = current_zone().fact_types.get(indicator.over)
    happens = fact_type is not None and fact_type.grain == "event"
    latest = found.known_on.year, found.known_on.month

    def marks(year: int) -> tuple[Mark, ...]:
        zero = {
            m: Decimal(0) for m in range(1, 13) if happens and min(by_month) <= (year, m) <= latest
        }
        values = [(m, by_month.get((year, m), zero.get(m))) for m in range(1, 13)]
        return tuple(
            Mark(None)
            if value is None
            else Mark(
                unit.from_base(value),
                unit.show(value),
                reverse("number", args=[indicator.id, f"{year}-{month:02}"]),
            )
            for month, value in values
        )

    name = spoken(indicator.name, indicator.english)
    lines = {one: marks(one) for one in (year, year - 1)}
    known = [one for one in lines if any(mark.value is not None for mark in lines[one])]
    if not known:
        return []
    month = max(m for m, mark in enumerate(lines[known[0]], start=1) if mark.value is not None)
    words = {
        "name": name,
        "month": f"{known[0]}-{month:02}",
        "value": lines[known[0]][month - 1].text,
        "unit": f" {word}" if is_english() and word not in ("", "%") else word,
    }
    title = _("%(name)s：%(month)s 为 %(value)s%(unit)s") % words
    return [
        Chart(
            id="months",
            title=title,
            unit=word or _("个"),
            source=_("账本，按指标字典口径计算"),
            period=" / ".join(str(one) for one in sorted(known)),
            alt=_("%(name)s各月的数，最近一个月 %(month)s 为 %(value)s%(unit)s。") % words,
            figures=Rows(
                kind="line",
                across=_("月份"),
                categories=tuple(_("%(month)s月") % {"month": month} for month in range(1, 13)),
                series=tuple(Series(str(one), lines[one], one == known[0]) for one in known),
            ),
        )
    ]


def _kind(found: Number) -> str:
    """Return what kind of period the number is of: 当月、累计、时点、年."""
    if name := KINDS.get(found.indicator.adds_up):
        return str(name)
    if found.period.month_count == 12:
        return _("全年")
    return _("当月") if found.period.month_count == 1 else _("累计")


def _part(ledger: Ledger, name: str, period: Period) -> tuple[str, str, str]:
    one = current_zone().indicators[name]
    said = open_number(ledger.number(one, period))
    name = spoken(one.name, one.english)
    return name, f"{_(said.text)}{said.unit}", reverse("number", args=[one.id, period.id])


def _growths(found: Number) -> list[tuple[str, str]]:
    """Return the comparisons that apply: a percentage moves in points, a rank not at all."""

    def base(value: Decimal | None) -> str:
        return "—" if value is None else "".join(quantity(value, found.indicator.unit))

    lines = [(_("去年同期"), base(found.last_year))]
    if found.is_percentage:
        points = found.yoy_points
        moved = "—" if points is None else signed(points, _("个百分点"))
        return [*lines, (_("同比变动"), moved)]
    if found.indicator.measure == "level" and found.indicator.adds_up != "rank":
        said = _("同比（可比口径）") if found.indicator.same_scope else _("同比")
        lines.append((said, "—" if found.yoy is None else signed(found.yoy, "%")))
        if word := turn(found.value, found.last_year):
            lines.append((_("盈亏"), str(TURNS[word])))
        lines.append((_("环比"), "—" if found.pop is None else signed(found.pop, "%")))
    return lines


def signed(value: Decimal, unit: str) -> str:
    """Print a change to one decimal with its sign."""
    return f"{round_half_up(value, 1):+.1f}{unit}".replace("-", "−")


def _coverage(found: Number) -> str:
    if found.indicator.is_derived or found.filed_until is None:
        return ""
    if current_zone().fact_types[found.indicator.over].grain == "event":
        return ""
    return _("报到 %(month)s，该期 %(count)s 个报数") % {
        "month": f"{found.filed_until:%Y-%m}",
        "count": found.present,
    }


def _forecast(ledger: Ledger, found: Number) -> str:
    year = ledger.known_on.year
    if found.period.last.year != year:
        return ""
    said = ledger.forecast(found.indicator, year)
    if said is None or said.low == said.high:
        return ""
    unit = spoken_unit(found.indicator.unit)
    value, word = quantity(said.value, found.indicator.unit)
    return _("%(value)s%(unit)s，五次里四次在 %(low)s 至 %(high)s 之间") % {
        "value": value,
        "low": unit.show(said.low),
        "high": unit.show(said.high),
        "unit": word,
    }


def _by(ledger: Ledger, found: Number, dimension: str) -> tuple[str, list[KeyLine]]:
    """Return a dimension and its keys, the largest first."""
    fact_type = current_zone().fact_types.get(found.indicator.over)
    column = fact_type.columns.get(dimension) if fact_type else None
    numbers = ledger.numbers_by(found.indicator, found.period, dimension)
    known = [(key, one) for key, one in numbers.items() if one.value is not None]
    known.sort(key=lambda line: -(line[1].value or 0))
    lines = []
    for key, one in known[:30]:
        part = share(one.value, found.value)
        word = _(column.words.get(key, key)) if column and key else _key_word(dimension, key)
        lines.append(
            KeyLine(word or _("未归属"), one.text, "—" if part is None else f"{part:.1f}%")
        )
    return _(column.name if column else DIMENSIONS.get(dimension, dimension)), lines


def _key_word(dimension: str, key: str) -> str:
    """Return how a key is spoken: sections and departments have names, a park is its own."""
    if dimension == "department":
        return _department_word(key)
    section = current_zone().industries.get(key) if dimension == "industry" else None
    return section.name if section else _(key) if key else ""


def _department_word(key: str) -> str:
    found = next((one for one in list_departments() if one.pk == key), None)
    return spoken(found.name, found.english) if found else key


def _changes_since(ledger: Ledger, then: Number, today: date) -> tuple[str, list[ChangeLine]]:
    if ledger.known_on == today:
        return "", []
    now = Ledger(today, sees_single=ledger.sees_single).number(then.indicator, then.period)
    unit = get_unit(then.indicator.unit)
    changes = [
        ChangeLine(
            one.entry,
            one.known_on,
            one.actor,
            one.reason,
            ("+" if one.difference > 0 else "") + unit.show(one.difference).replace("-", "−"),
        )
        for one in list_changes(then.indicator, then.period, after=ledger.known_on, until=today)
    ]
    if now.value == then.value and not changes:
        return _("此后没有变化。"), []
    said = _("按今天所知，同一期间是 %(value)s%(unit)s。")
    return said % {"value": now.text, "unit": now.unit}, changes


def _export(request: HttpRequest, found: Number, ids: list[int]) -> HttpResponse:
    """Give the facts behind a number out as a workbook."""
    lines = fact_lines(list_facts(ids), request.user)
    table = Table(
        columns=(
            SheetColumn(_("对象")),
            SheetColumn(_("日期或期间")),
            SheetColumn(_("内容")),
            SheetColumn(_("条目")),
            SheetColumn(_("记录人")),
            SheetColumn(_("知悉日")),
            SheetColumn(_("凭证")),
        ),
        rows=[
            (
                line.subject,
                line.on,
                "；".join(f"{name} {value}" for name, value in line.values),
                str(line.entry),
                line.actor,
                line.known_on.isoformat(),
                "；".join(f"{proof.name} {proof.place}".strip() for proof in line.proofs),
            )
            for line in lines
        ],
        source=found.indicator.basis,
    )
    name = f"{found.indicator.name} {found.text}{found.unit}"
    by = request.user.name
    data = write_xlsx(
        table,
        title=name,
        period=f"{found.period.name}，截至 {found.known_on} 所知",
        author=by,
        created=datetime.combine(request.today, datetime.min.time()).astimezone(),
    )
    named = file_name(
        unit=current_zone().name,
        table=found.indicator.name,
        on=found.period.last,
        by=by,
        suffix="xlsx",
    )
    return attach(data, name=named, kind=XLSX)
