"""One number and its facts; the dictionary of numbers; the ledger's entries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.documents.charts import Chart, Mark, Rows, Series
from jingkai.kernel.facttypes import Column
from jingkai.kernel.formulas import formula_in_words
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.units import get_unit, yi
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import (
    Entry,
    Evidence,
    Fact,
    Ledger,
    Number,
    find_evidence,
    list_entries,
    list_facts,
)
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.charts import ChartView, show_chart
from jingkai.web.language import spoken
from jingkai.web.lists import show_list
from jingkai.web.numbers import open_number
from jingkai.web.records import DICTIONARY, ENTRIES, IndicatorRow
from jingkai.web.shell import describe_subjects, panels, show

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
    proofs: list[Evidence]


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
    known_on: date
    latest: date
    yoy: str
    base: str
    months: list[tuple[str, str]]
    promises: list[dict[str, Any]]
    facts: list[FactLine]
    found: PageOf
    changed: str
    url: str
    is_sheet: bool
    charts: list[ChartView]
    template: str = "web/number.html"


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
    ledger = Ledger(min(known_on, request.today))
    found = ledger.number(indicator, period)
    ids = ledger.facts_behind(indicator, period)
    shown = Paginator(ids, 20).get_page(request.GET.get("page"))
    unit = get_unit(indicator.unit)
    yoy = found.yoy
    page = NumberPage(
        title=_("%(name)s:%(value)s%(unit)s")
        % {"name": indicator.name, "value": found.text, "unit": found.unit},
        indicator=indicator,
        value=found.text,
        unit=found.unit,
        period=found.period,
        kind=_("累计") if indicator.adds_up in ("flow", "cumulative") else _("时点"),
        formula=formula_in_words(
            found.indicator,
            current_zone().fact_types.get(indicator.over),
            {one.id: one.name for one in current_zone().indicators.values()},
        ),
        known_on=ledger.known_on,
        latest=request.today,
        yoy="—" if yoy is None else f"{yoy:+.1f}%".replace("-", "−"),
        base="—" if found.last_year is None else f"{unit.show(found.last_year)}{indicator.unit}",
        months=[
            (f"{month:%Y-%m}", unit.show(value))
            for month, value in list(found.by_month.items())[-12:]
        ],
        promises=[part for offer in panels("NUMBER") for part in offer(indicator, period, ledger)],
        facts=_fact_lines(list_facts(list(shown)), request.user),
        found=shown,
        changed=_changed_since(ledger, indicator, period, request.today),
        url=reverse("number", args=[indicator.id, period.id]),
        is_sheet=bool(request.headers.get("X-Sheet")),
        charts=[show_chart(request, one) for one in _month_lines(found)],
    )
    return show(request, page)


def _month_lines(found: Number) -> list[Chart]:
    """Return the months of the year beside those of the year before; none where they are few."""
    indicator, year = found.indicator, found.period.last.year
    if len(found.by_month) < _FEW_MONTHS:
        return []
    unit = get_unit(indicator.unit)

    by_month = {
        (last_day.year, last_day.month): value for last_day, value in found.by_month.items()
    }
    # Where events are counted, a month without one is 0; a return that is not there is 未报.
    happens = current_zone().fact_types[indicator.over].grain == "event"
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
        "unit": indicator.unit,
    }
    title = _("%(name)s：%(month)s 为 %(value)s%(unit)s") % words
    return [
        Chart(
            id="months",
            title=title,
            unit=indicator.unit,
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


def _changed_since(ledger: Ledger, indicator: Indicator, period: Period, today: date) -> str:
    if ledger.known_on == today:
        return ""
    now = Ledger(today).number(indicator, period.up_to(ledger.known_on))
    then = ledger.number(indicator, period)
    if now.value == then.value:
        return _("此后没有变化。")
    return _("按今天所知，同一期间是 %(value)s%(unit)s。") % {"value": now.text, "unit": now.unit}


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
                proofs=list(fact.entry.evidence.all()),
            )
        )
    return lines


def _spoken(column: Column, value: Any) -> str:
    if column.kind == "label":
        return _(column.words.get(value, value))
    unit = get_unit("亿元" if column.unit == "元" and abs(value) >= yi(1) else column.unit)
    return f"{unit.show(value)}{unit.id}"


@needs(Permission.SEE_FACTS)
def dictionary(request: HttpRequest) -> HttpResponse:
    """Show every indicator with its value this year."""
    known = list(current_zone().indicators.values())
    ledger = Ledger(request.today)
    ledger.prepare(known)
    year = Period.year(request.today.year)
    rows = [IndicatorRow(one, open_number(ledger.number(one, year))) for one in known]
    return show_list(request, DICTIONARY, rows)


@needs(Permission.SEE_FACTS)
def entries(request: HttpRequest) -> HttpResponse:
    """Show what was recorded, newest first."""
    return show_list(request, ENTRIES, list_entries())


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
    found = list_entries().filter(number=number).first()
    if found is None:
        raise Http404
    ids = list(found.facts.values_list("pk", flat=True)[:200])
    page = EntryPage(found, _fact_lines(list_facts(ids), request.user), list(found.evidence.all()))
    return show(request, page)


@needs(Permission.SEE_FACTS)
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Hand out a piece of evidence as a download."""
    found = find_evidence(evidence_id)
    if found is None:
        raise Http404
    kept, path = found
    return FileResponse(path.open("rb"), as_attachment=True, filename=kept.name)
