"""The record as a draft is checked against it: the dictionary and the plans, by name and period."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.urls import reverse

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import Target, list_targets
from jingkai.reports.checking import (
    Checked,
    Claim,
    Known,
    Named,
    Names,
    Verdict,
    check_claim,
    claims_of,
    overlapping,
)

__all__ = ["check_draft"]


NEAR_YEARS = (1, 2, 3)


def check_draft(report: Mapping[str, Any], text: str, *, ledger: Ledger) -> list[Checked]:
    """Return a verdict on every number of a draft that was read, as the ledger knows the record.

    `report` is what the reader read from `text`.
    """
    record = _Record(ledger, year=int(report["document"]["year"]))
    claims = claims_of(report, text)
    chosen = record.choose(claims)
    ledger.prepare(record.indicators_of(chosen))
    too_much = overlapping(claims)
    checked = []
    for claim, found in zip(claims, chosen, strict=True):
        one = record.check(claim, found)
        if doubt := too_much.get(claim.at):
            one = Checked(one.claim, one.verdict, one.known, (*one.doubts, doubt))
        checked.append(one)
    return checked


@dataclass(frozen=True)
class _Choice:
    """What a claim may speak of: of its own period, or of the same name at another."""

    period: Period | None
    entries: tuple[Named, ...] = ()
    elsewhen: tuple[Named, ...] = ()


class _Record:
    """The names of the record, and what it holds under them; each number is read once."""

    def __init__(self, ledger: Ledger, *, year: int) -> None:
        self.ledger, self.year = ledger, year
        self.targets = {f"target:{one.pk}": one for one in list_targets()}
        promised = [_promised(key, one) for key, one in self.targets.items()]
        self.names = Names([*_indicators(), *promised])
        self.has_plan = any(one.item.plan.year == year for one in self.targets.values())
        self._read: dict[tuple[str, str], Known | None] = {}

    def choose(self, claims: Sequence[Claim]) -> list[_Choice]:
        """Return what each claim may speak of, in the order of the text."""
        choices = []
        before: Claim | None = None
        for claim in claims:
            goes_on = before is not None and before.sentence == claim.sentence
            said = before.indicator if before is not None and goes_on else ""
            choices.append(self._choose(claim, said))
            before = claim
        return choices

    def _choose(self, claim: Claim, said: str) -> _Choice:
        period = _period(claim, self.year)
        if period is None:
            return _Choice(None)
        entries = self.names.choose(claim, before=said, period=period.id)
        if entries or not claim.is_target or not self.has_plan:
            return _Choice(period, tuple(entries))
        others = self.names.choose(claim, before=said, surely=True)
        return _Choice(period, (), tuple(others))

    def indicators_of(self, choices: Sequence[_Choice]) -> list[Indicator]:
        """Return the indicators whose numbers will be looked up."""
        wanted = {
            entry.id.partition(":")[2]: None
            for choice in choices
            for entry in choice.entries
            if not entry.is_target
        }
        return [current_zone().indicators[name] for name in wanted]

    def check(self, claim: Claim, choice: _Choice) -> Checked:
        """Return the verdict on a claim; where it does not agree, look at other periods too."""
        if choice.period is None:
            return check_claim(claim, ())
        known = self._look_up(choice.entries, choice.period)
        one = check_claim(claim, known)
        if one.verdict in (Verdict.AGREES, Verdict.AMBIGUOUS):
            return one
        return check_claim(claim, [*known, *self._elsewhen(claim, choice, choice.period)])

    def _elsewhen(self, claim: Claim, choice: _Choice, period: Period) -> list[Known]:
        if claim.is_target:
            found = [(one, parse_period(one.period or period.id)) for one in choice.elsewhen]
            known = [known for one, when in found for known in self._look_up([one], when)]
        else:
            known = [
                known
                for years in NEAR_YEARS
                for when in (_shifted(period, -years), _shifted(period, years))
                if when.last <= self.ledger.known_on
                for known in self._look_up(choice.entries, when)
            ]
        return [replace(one, elsewhen=True) for one in known]

    def _look_up(self, entries: Iterable[Named], period: Period) -> list[Known]:
        found = []
        for entry in entries:
            key = (entry.id, period.id)
            if key not in self._read:
                self._read[key] = _look_up(entry, period, self.targets, self.ledger)
            if (known := self._read[key]) is not None:
                found.append(known)
        return found


def _shifted(period: Period, years: int) -> Period:
    first, last = period.first, period.last
    if period.month_count >= 12:
        return Period.year(first.year + years, last.year + years)
    return Period.months(first.year + years, first.month, last.month)


def _period(claim: Claim, year: int) -> Period | None:
    """Return the period a claim speaks of."""
    if claim.period is None:
        return Period.year(year if claim.is_target else year - 1)
    first, dash, last = claim.period.partition("-")
    text = f"{first}..{last}" if dash and len(last) == 4 else claim.period
    try:
        return parse_period(text)
    except BadPeriod:
        return None


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
        if one.unit == "%":
            name = f"{one.name}同比变动"
            entries.append(_named(f"points:{one.id}", name, names, "growth", "points"))
    return entries


def _promised(key: str, target: Target) -> Named:
    known = current_zone().indicators.get(target.indicator)
    names = (target.name, *((known.name, *known.aliases) if known else ()))
    if target.part_of:
        # “亿元以上产业项目” is part of several counts: only the whole tells which one is meant.
        names += tuple(target.part_of.name + name for name in names)
    kind = get_unit(target.unit).kind
    promised = _named(key, target.name, names, target.measure, kind)
    return replace(promised, is_target=True, period=target.period_id)


def _named(key: str, name: str, names: tuple[str, ...], measure: str, kind: str) -> Named:
    return Named(id=key, name=name, names=names, measure=measure, unit=kind, is_target=False)


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
    value = {"growth": number.yoy, "points": number.yoy_points}.get(source, number.value)
    unit = {"growth": "%", "points": "个百分点"}.get(source, indicator.unit)
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
