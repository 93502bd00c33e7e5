"""One number and its facts; the dictionary of numbers; the ledger's entries."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.documents import Column as SheetColumn
from jingkai.documents import Table, write_xlsx
from jingkai.documents.charts import Chart, Mark, Rows, Series
from jingkai.kernel.dimensions import DIMENSIONS
from jingkai.kernel.expressions import list_thresholds, with_thresholds
from jingkai.kernel.facttypes import Column
from jingkai.kernel.figures import share, turn
from jingkai.kernel.formulas import formula_in_words
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.units import get_unit, round_half_up, yi
from jingkai.kernel.words import Named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import (
    Entry,
    Evidence,
    Fact,
    Ledger,
    Number,
    dry_run,
    find_evidence,
    has_restricted_values,
    leave_out,
    list_changes,
    list_facts,
    list_revisions,
    list_seen_entries,
    list_seen_facts,
    touches,
)
from jingkai.org.queries import list_departments
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.charts import ChartView, show_chart
from jingkai.web.export import XLSX, attach, file_name
from jingkai.web.language import is_english, quantity, speak, spoken, spoken_period, spoken_unit
from jingkai.web.lists import show_list
from jingkai.web.numbers import open_number, read_ledger
from jingkai.web.records import DICTIONARY, ENTRIES, IndicatorRow, direction_of
from jingkai.web.shell import describe_subjects, hidden_subjects, panels, show

_FEW_MONTHS = 3  # fewer points are no line


@dataclass(frozen=True)
class FactLine:
    """One contributing fact as the page shows it."""

    id: int
    subject: str
    url: str
    on: str
    values: list[tuple[str, str]]
    entry: int
    actor: str
    known_on: date
    proofs: list["Proof"]
    revisions: str


@dataclass(frozen=True)
class Proof:
    """A file that a fact rests on, and the place in it."""

    id: int
    name: str
    place: str


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
        formula=_formula(found.indicator),
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
        facts=_fact_lines(list_facts(list(shown)), request.user),
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


def _formula(indicator: Indicator) -> str:
    zone = current_zone()
    names = {one.id: Named(one.name, one.english) for one in zone.indicators.values()}
    return speak(formula_in_words(indicator, zone.fact_types.get(indicator.over), names))


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


def say_curve(indicator: Indicator) -> str:
    """Return what share of the year is planned by the end of each month; nothing without a plan."""
    steps = [
        _("%(month)s月 %(share)s%%") % {"month": month, "share": share}
        for month, share in enumerate(indicator.curve, start=1)
    ]
    return " · ".join(steps)


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
    lines = _fact_lines(list_facts(ids), request.user)
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


def _fact_lines(facts: list[Fact], person: Any) -> list[FactLine]:
    """Return the facts as lines; one subject's restricted values only to who may see them."""
    sees_all = person.may(Permission.SEE_FIRM_TAX)
    named = describe_subjects([fact.subject for fact in facts])
    types = current_zone().fact_types
    lines = []
    for fact in facts:
        columns = types[fact.type].columns
        values = []
        for key, value in types[fact.type].decode(fact.values).items():
            if value is not None:
                column = columns[key]
                is_hidden = column.is_restricted and not sees_all
                values.append((_(column.name), "＊＊＊" if is_hidden else _spoken(column, value)))
        name, url = named.get(fact.subject, (fact.subject, ""))
        lines.append(
            FactLine(
                id=fact.pk,
                subject=name,
                url=url,
                on=str(fact.on or fact.period_id),
                values=values,
                entry=fact.entry.number,
                actor=fact.entry.actor,
                known_on=fact.entry.known_on,
                proofs=[
                    Proof(one.pk, one.name, _place(fact, one)) for one in fact.entry.evidence.all()
                ],
                revisions=_revisions(fact),
            )
        )
    return lines


def _place(fact: Fact, evidence: Evidence) -> str:
    """Return where in a file a fact stands: the row, and the cells of its values."""
    if fact.row is None:
        return ""
    cells = [f"{letter}{fact.row}" for letter in evidence.columns.values()]
    return "、".join(cells[:4]) or _("第 %(row)s 行") % {"row": fact.row}


def _revisions(fact: Fact) -> str:
    """Return how a return became final: 快报 2021-02-04 → 终核 2021-09-30."""
    if not fact.corrects_id or not current_zone().fact_types[fact.type].revision:
        return ""
    said = [f"{one.status or _('报数')} {one.known_on}" for one in list_revisions(fact)]
    return " → ".join(said)


def _spoken(column: Column, value: Any) -> str:
    if column.kind == "label":
        return _(column.words.get(value, value))
    unit = "亿元" if column.unit == "元" and abs(value) >= yi(1) else column.unit
    return "".join(quantity(value, unit))


@needs(Permission.SEE_FACTS)
def dictionary(request: HttpRequest) -> HttpResponse:
    """Show every indicator with its value this year."""
    known = list(current_zone().indicators.values())
    ledger = read_ledger(request)
    ledger.prepare(known)
    year = Period.year(request.today.year)
    rows = [IndicatorRow(one, open_number(ledger.number(one, year))) for one in known]
    return show_list(request, DICTIONARY, rows)


@dataclass(frozen=True)
class LimitField:
    """A limit of a definition that can be tried out at another value."""

    name: str
    label: str
    unit: str
    value: str


@dataclass(frozen=True)
class DifferenceLine:
    """A number that the changed definition would change."""

    name: str
    period: str
    before: str
    after: str
    url: str


@dataclass
class DefinitionPage:
    """One indicator of the dictionary: what it means, since when, who asks for it."""

    title: str
    indicator: Indicator
    kind: str
    direction: str
    formula: str
    versions: list[tuple[str, str, bool]]
    asked_by: list[str]
    curve: str
    curve_reason: str
    promises: list[dict[str, Any]]
    parts: list[tuple[str, str]]
    limits: list[LimitField]
    error: str
    differences: list[DifferenceLine] | None
    number_url: str
    template: str = "web/definition.html"


@needs(Permission.SEE_FACTS)
def definition(request: HttpRequest, indicator_id: str) -> HttpResponse:
    """Show one definition, and what would change if its limits were others."""
    zone = current_zone()
    indicator = zone.indicators.get(indicator_id)
    if indicator is None:
        raise Http404
    ledger = read_ledger(request)
    year = Period.year(request.today.year)
    limits = [] if ledger.is_restricted(indicator) else _limits(indicator)
    tried = {one.name: request.GET.get(one.name, one.value) for one in limits}
    differences, error = None, ""
    if any(tried[one.name] != one.value for one in limits):
        try:
            differences = _dry_run(indicator, list(tried.values()), request.today)
        except (InvalidOperation, ValueError):
            error = _("界线应是数字，例如 5000。请改正后再试。")
    page = DefinitionPage(
        title=spoken(indicator.name, indicator.english),
        indicator=indicator,
        kind=str(ADDS_UP[indicator.adds_up]),
        direction=direction_of(indicator),
        formula=_formula(indicator),
        versions=[
            (
                f"{one.since} — {one.until or _('现在')}",
                _formula(one),
                one.since <= request.today and (one.until is None or request.today <= one.until),
            )
            for one in reversed(zone.versions.get(indicator.id, (indicator,)))
        ],
        asked_by=list(indicator.asked_by),
        curve=say_curve(indicator),
        curve_reason=indicator.curve_reason,
        promises=[part for offer in panels("NUMBER") for part in offer(indicator, year, ledger)],
        parts=[
            (spoken(one.name, one.english), reverse("definition", args=[one.id]))
            for one in zone.indicators.values()
            if indicator.id in (one.part_of, *one.made_of)
        ],
        limits=[replace(one, value=tried[one.name]) for one in limits],
        error=error,
        differences=differences,
        number_url=reverse("number", args=[indicator.id, year.id]),
    )
    return show(request, page)


ADDS_UP = {
    "flow": gettext_lazy("流量：各月相加"),
    "stock": gettext_lazy("时点：取期末"),
    "balance": gettext_lazy("结存：历来增减相加"),
    "cumulative": gettext_lazy("累计报数：逐个对象相减得当月"),
    "ratio": gettext_lazy("比率：分子之和除以分母之和"),
    "share": gettext_lazy("占比：部分除以全部"),
    "rank": gettext_lazy("名次"),
}


def _limits(indicator: Indicator) -> list[LimitField]:
    fact_type = current_zone().fact_types.get(indicator.over)
    if fact_type is None:
        return []
    fields = []
    for position, one in enumerate(list_thresholds(indicator.value, fact_type)):
        column = fact_type.columns[one.column]
        unit = get_unit("万元" if column.unit == "元" else column.unit)
        value = f"{unit.from_base(one.value).normalize():f}"
        fields.append(LimitField(f"limit{position}", _(column.name), unit.id, value))
    return fields


def _dry_run(indicator: Indicator, limits: list[str], today: date) -> list[DifferenceLine]:
    """Return what would change if the limits were these, in the units that the form shows."""
    fact_type = current_zone().fact_types[indicator.over]
    asked = list_thresholds(indicator.value, fact_type)
    values = []
    for one, text in zip(asked, limits, strict=True):
        column = fact_type.columns[one.column]
        unit = get_unit("万元" if column.unit == "元" else column.unit)
        values.append(round_half_up(unit.to_base(Decimal(text)), one.scale))
    changed = replace(indicator, value=with_thresholds(indicator.value, fact_type, values))
    lines = []
    for one in dry_run(changed, known_on=today):
        shown = [
            _("未报") if value is None else "".join(quantity(value, one.indicator.unit))
            for value in (one.before, one.after)
        ]
        url = reverse("number", args=[one.indicator.id, one.period.id])
        name = spoken(one.indicator.name, one.indicator.english)
        lines.append(DifferenceLine(name, spoken_period(one.period), *shown, url))
    return lines


@needs(Permission.SEE_FACTS)
def entries(request: HttpRequest) -> HttpResponse:
    """Show what was recorded, newest first."""
    return show_list(request, ENTRIES, list_seen_entries(hidden_subjects(request.user)))


@dataclass
class EntryPage:
    """One entry: who, why, known when, its facts and evidence."""

    entry: Entry
    facts: list[FactLine]
    evidence: list[Evidence]
    template: str = "web/entry.html"


@needs(Permission.SEE_FACTS)
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one entry of the ledger."""
    hidden = hidden_subjects(request.user)
    found = list_seen_entries(hidden).filter(number=number).first()
    if found is None:
        raise Http404
    ids = list_seen_facts(found, hidden, 200)
    page = EntryPage(found, _fact_lines(list_facts(ids), request.user), list(found.evidence.all()))
    return show(request, page)


@needs(Permission.SEE_FACTS)
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Hand out a piece of evidence as a download: not what says more than the person may see."""
    found = find_evidence(evidence_id)
    if found is None or touches(found[0].entry, hidden_subjects(request.user)):
        raise Http404
    kept, path = found
    if not request.user.may(Permission.SEE_FIRM_TAX) and has_restricted_values(kept.entry):
        raise PermissionDenied(Permission.SEE_FIRM_TAX)
    return FileResponse(path.open("rb"), as_attachment=True, filename=kept.name)
