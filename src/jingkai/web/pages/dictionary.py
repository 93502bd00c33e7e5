"""The dictionary of numbers: what each means, and what other limits would change."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.kernel.expressions import list_thresholds, with_thresholds
from jingkai.kernel.formulas import formula_in_words
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.units import get_unit, round_half_up
from jingkai.kernel.words import named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import dry_run
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.language import quantity, speak, spoken, spoken_period
from jingkai.web.lists import show_list
from jingkai.web.numbers import open_number, read_ledger
from jingkai.web.records import DICTIONARY, IndicatorRow, direction_of
from jingkai.web.shell import panels, show


def formula_of(indicator: Indicator) -> str:
    """Return how a number is made, in words."""
    zone = current_zone()
    names = {one.id: named(one) for one in zone.indicators.values()}
    return speak(formula_in_words(indicator, zone.fact_types.get(indicator.over), names))


def say_curve(indicator: Indicator) -> str:
    """Return what share of the year is planned by the end of each month; nothing without a plan."""
    steps = [
        _("%(month)s月 %(share)s%%") % {"month": month, "share": share}
        for month, share in enumerate(indicator.curve, start=1)
    ]
    return " · ".join(steps)


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
        formula=formula_of(indicator),
        versions=[
            (
                f"{one.since} — {one.until or _('现在')}",
                formula_of(one),
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
