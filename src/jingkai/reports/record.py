"""The record as a draft is checked against it: the dictionary and the plans, by name and period."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse

from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import Target, list_targets
from jingkai.reports.checking import (
    Checked,
    Claim,
    Known,
    Named,
    check_claim,
    choose,
    claims_of,
    overlapping,
)

__all__ = ["check_draft"]


def check_draft(report: Mapping[str, Any], text: str, *, ledger: Ledger) -> list[Checked]:
    """Return a verdict on every number of a draft that was read, as the ledger knows the record.

    `report` is what the reader read from `text`.
    """
    claims = claims_of(report)
    targets = {f"target:{one.pk}": one for one in list_targets()}
    dictionary = [*_indicators(), *(_promised(key, one) for key, one in targets.items())]
    year = int(report["document"]["year"])
    too_much = overlapping(claims)
    checked = []
    before: Claim | None = None
    for claim in claims:
        period = _period(claim, text[claim.sentence[0] : claim.at], year)
        goes_on = before is not None and before.sentence == claim.sentence
        said = before.indicator if before is not None and goes_on else ""
        before = claim
        chosen = choose(claim, dictionary, before=said) if period else []
        known = [
            found
            for entry in chosen
            if (found := _look_up(entry, period, targets, ledger)) is not None
        ]
        one = check_claim(claim, known)
        if doubt := too_much.get(claim.at):
            one = Checked(one.claim, one.verdict, one.known, (*one.doubts, doubt))
        checked.append(one)
    return checked


def _indicators() -> list[Named]:
    """Return the dictionary; the growth of a level goes by the level's names too."""
    entries = []
    for one in current_zone().indicators.values():
        names = (one.name, *one.aliases)
        kind = get_unit(one.unit).kind
        entries.append(_named(f"indicator:{one.id}", one.name, names, one.measure, kind))
        if one.measure == "level":
            name = f"{one.name}同比增长"
            entries.append(_named(f"growth:{one.id}", name, names, "growth", "percent"))
    return entries


def _promised(key: str, target: Target) -> Named:
    known = current_zone().indicators.get(target.indicator)
    names = (target.name, *((known.name, *known.aliases) if known else ()))
    if target.part_of:
        # “亿元以上产业项目” is part of several counts: only the whole tells which one is meant.
        names += tuple(target.part_of.name + name for name in names)
    kind = get_unit(target.unit).kind
    return _named(key, target.name, names, target.measure, kind, is_target=True)


def _named(
    key: str, name: str, names: tuple[str, ...], measure: str, kind: str, *, is_target: bool = False
) -> Named:
    return Named(id=key, name=name, names=names, measure=measure, unit=kind, is_target=is_target)


# What a speech in the middle of a year says of its numbers: 今年1—6月, 上半年, 一季度, 截至5月底.
_MONTHS = re.compile(r"(?<![0-9])(1?[0-9])(?:月?[—－~～-]{1,2}|至)(1?[0-9])月")
_UNTIL = re.compile(r"截至(?:今年)?(1?[0-9])月(?:底|末)?")
_IN_MONTH = re.compile(r"(?<![0-9年—－~～至-])(1?[0-9])月(?:份|当月)")
_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "一季度": (1, 3), "二季度": (4, 6)}
_PARTS |= {"三季度": (7, 9), "四季度": (10, 12), "前三季度": (1, 9)}
_PART = re.compile("|".join(sorted(_PARTS, key=len, reverse=True)))
_THIS_YEAR = re.compile(r"今年|(?<![0-9])1[—－~～-]|截至")


def _period(claim: Claim, said: str, year: int) -> Period | None:
    """Return the period a claim speaks of; `said` is its sentence up to the number.

    A result for which neither year nor months are said is of the year before `year`.
    """
    if claim.period is None:
        return Period.year(year if claim.is_target else year - 1)
    first, dash, last = claim.period.partition("-")
    text = f"{first}..{last}" if dash and len(last) == 4 else claim.period
    try:
        period = parse_period(text)
        if claim.is_target or not period.id.isdecimal():
            return period
        if _THIS_YEAR.search(said) and "去年" not in said and f"{period.first.year}年" not in said:
            period = Period.year(year)
        months = _months(said)
        return Period.months(period.first.year, *months) if months else period
    except ValueError:
        return None


def _months(said: str) -> tuple[int, int] | None:
    if found := _last(_MONTHS, said):
        return int(found[1]), int(found[2])
    if found := _last(_UNTIL, said):
        return 1, int(found[1])
    if found := _last(_PART, said):
        return _PARTS[found[0]]
    if found := _last(_IN_MONTH, said):
        return int(found[1]), int(found[1])
    return None


def _last(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    return max(pattern.finditer(said), key=lambda found: found.start(), default=None)


def _look_up(
    entry: Named, period: Period, targets: Mapping[str, Target], ledger: Ledger
) -> Known | None:
    if entry.is_target:
        return _target(targets[entry.id], period)
    source, _, name = entry.id.partition(":")
    indicator = current_zone().indicators[name]
    if period.first > ledger.known_on:
        return None
    number = ledger.number(indicator, period)
    value = number.yoy if source == "growth" else number.value
    unit = "%" if source == "growth" else indicator.unit
    return Known(
        name=entry.name,
        value=value,
        op="=",
        unit=entry.unit,
        shown=_shown(value, unit),
        period=number.period.name,
        url=reverse("number", args=[indicator.id, number.period.id]),
        note=indicator.words,
    )


def _target(target: Target, period: Period) -> Known | None:
    if target.period_id != period.id:
        return None
    return Known(
        name=target.name,
        value=target.value,
        op=target.op,
        unit=get_unit(target.unit).kind,
        shown=_shown(target.value, target.unit),
        period=period.name,
        url=reverse("plan:item", args=[target.item_id]),
        note=target.item.plan.title,
    )


def _shown(value: Decimal | None, unit: str) -> str:
    return "未报" if value is None else f"{get_unit(unit).show(value)}{unit}"
