"""Read the ledger: live facts as known on a day, numbers over them, and whether the chain holds."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from jingkai.audit.queries import read_published_heads
from jingkai.kernel.columns import Series, decode_columns
from jingkai.kernel.disclosure import Secrecy, is_thin, secrecy_of
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.figures import difference, growth, rank, ratio, share
from jingkai.kernel.forecast import Forecast, forecast_year
from jingkai.kernel.indicators import Indicator, Piece
from jingkai.kernel.months import Span, month_end, month_number
from jingkai.kernel.periods import Period
from jingkai.kernel.pieces import ALL, Spans, Sums, parts_of, piece_id, scale_of, sum_within
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.arrays import read_vectors
from jingkai.ledger.kept import add_up, contributing, keep, read_kept
from jingkai.ledger.lake import find_disagreeing, scan
from jingkai.ledger.live import list_live_facts, read_belongings
from jingkai.ledger.models import Entry, Evidence, Fact, LakeFile, LedgerHead, PieceDelta
from jingkai.ledger.rules import chain_digest, content_digest, fact_line

__all__ = [
    "HIDDEN",
    "PROOFS",
    "Broken",
    "Change",
    "Difference",
    "Entry",
    "Evidence",
    "Fact",
    "LakeFile",
    "Ledger",
    "Number",
    "Revision",
    "dry_run",
    "find_broken_entry",
    "find_disagreeing",
    "find_last_words",
    "find_return",
    "find_returns",
    "find_withdrawn",
    "get_event",
    "has_restricted_values",
    "leave_out",
    "ledger_head",
    "list_changes",
    "list_first_filed",
    "list_live_facts",
    "list_revisions",
    "list_seen_entries",
    "list_seen_facts",
    "list_subjects_since",
    "list_subjects_told",
    "masked",
    "read_belongings",
    "read_kept",
    "read_returns",
    "read_vectors",
    "scan",
    "subjects_of",
    "touches",
]


def get_event(*, type_id: str, key_starts: str) -> Fact:
    """Return the last word on the newest event whose source key starts so."""
    recorded = Fact.objects.filter(
        type=type_id, key__startswith=key_starts, corrects=None, entry__number__isnull=False
    )
    return _last_word(recorded.select_related("entry").latest("pk"))


def find_return(*, type_id: str, subject: str, period: Period) -> Fact | None:
    """Return the last word on a return, or None when it was never filed."""
    first = Fact.objects.select_related("entry").filter(
        type=type_id, subject=subject, period_id=period.id, corrects=None
    )
    fact = first.first()
    return _last_word(fact) if fact else None


def find_returns(
    *, type_id: str, subjects: Sequence[str], period: Period, area: str = ""
) -> dict[str, Fact]:
    """Return the last word on the returns of many subjects of an area for one period."""
    filed = _filed([period], type=type_id, area=area, correction=None)
    if len(subjects) < 100:
        filed = filed.filter(subject__in=subjects)
    wanted = set(subjects)
    return {one.subject: one for one in filed.select_related("entry") if one.subject in wanted}


def _filed(periods: Iterable[Period], **more: Any) -> QuerySet[Fact]:
    """Return the returns of some periods; the database finds them by the months they end in."""
    ends = {month_number(one.last) for one in periods}
    named = {one.id for one in periods}
    return Fact.objects.filter(last_month__in=ends, period_id__in=named, **more)


def read_returns(
    fact_type: FactType,
    *,
    subjects: Sequence[str],
    periods: Collection[Period],
    columns: Sequence[str],
    area: str = "",
) -> dict[str, dict[str, Series]]:
    """Return measures of what stands of many subjects' returns, by period, in their order."""
    standing = _filed(
        periods,
        type=fact_type.id,
        area=area,
        correction=None,
        is_void=False,
        entry__number__isnull=False,
    )
    if len(subjects) < 100:
        standing = standing.filter(subject__in=subjects)
    place_of = {subject: place for place, subject in enumerate(subjects)}
    found = {one.id: {key: Series.blank(len(subjects)) for key in columns} for one in periods}
    for some in _parts(standing, "period_id", "subject", "values"):
        told: dict[str, tuple[list[int], list[str]]] = {one.id: ([], []) for one in periods}
        for period, subject, values in some:
            if (place := place_of.get(subject)) is not None:
                places, texts = told[period]
                places.append(place)
                texts.append(values)
        for period, (places, texts) in told.items():
            rows = np.array(places, np.intp)
            for key, read in decode_columns(fact_type, texts, columns).items() if texts else ():
                found[period][key].values[rows] = read.values
                found[period][key].present[rows] = read.present
    return found


# So many returns are read at a time: all of them as text would take as much room as they do.
TOGETHER = 10_000


def _parts(facts: QuerySet[Fact], *fields: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield fields of very many facts as the database says them, some at a time."""
    try:
        sql, values = facts.order_by().values_list(*fields).query.sql_with_params()
    except EmptyResultSet:
        return
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while some := cursor.fetchmany(TOGETHER):
            yield some


def list_first_filed(*, type_id: str, periods: Sequence[str]) -> Iterator[tuple[str, str, date]]:
    """Yield subject, period and the day a return first came in, whatever became of it."""
    first = Fact.objects.filter(
        type=type_id, period_id__in=list(periods), corrects=None, entry__number__isnull=False
    )
    yield from first.values_list("subject", "period_id", "entry__known_on").iterator()


def list_subjects_since(number: int, *, kind: str) -> list[str]:
    """Return the subjects of a kind, without their kind, that entries after this one speak of."""
    found = Fact.objects.filter(entry__number__gt=number, subject__startswith=f"{kind}:")
    return _own_names(found)


def list_subjects_told(*, types: Iterable[str], kind: str) -> list[str]:
    """Return the subjects of a kind, without their kind, that facts of these types speak of."""
    found = Fact.objects.filter(type__in=list(types), subject__startswith=f"{kind}:")
    return _own_names(found)


def _own_names(found: QuerySet[Fact]) -> list[str]:
    subjects = found.order_by().values_list("subject", flat=True).distinct()
    return [one.partition(":")[2] for one in subjects]


def find_last_words(*, subjects: Sequence[str]) -> dict[str, list[Fact]]:
    """Return what stands of subjects, in the order of recording: corrected, not withdrawn."""
    found: dict[str, list[Fact]] = {subject: [] for subject in subjects}
    for start in range(0, len(subjects), 500):
        standing = Fact.objects.filter(subject__in=subjects[start : start + 500], is_void=False)
        for one in standing.filter(correction=None).select_related("entry").order_by("pk"):
            found[one.subject].append(one)
    return found


def find_withdrawn(*, types: Iterable[str]) -> dict[tuple[str, str], Fact]:
    """Return the events of these types whose last word is a withdrawal, by type and source key."""
    gone = Fact.objects.filter(type__in=list(types), is_void=True, correction=None)
    return {(one.type, one.key): one for one in gone.select_related("entry")}


def _last_word(fact: Fact) -> Fact:
    while True:
        later = Fact.objects.select_related("entry").filter(corrects=fact).first()
        if later is None:
            return fact
        fact = later


@dataclass(frozen=True)
class Number:
    """One number of the dictionary for a period, in base units; None where it is 未报."""

    indicator: Indicator
    period: Period
    known_on: date
    value: Decimal | None
    last_year: Decimal | None
    months: Callable[[], Mapping[date, Decimal]]
    before: Decimal | None = None
    same_scope: tuple[Decimal | None, Decimal | None] | None = None
    present: int = 0
    filed_until: date | None = None
    is_hidden: bool = False

    @cached_property
    def by_month(self) -> Mapping[date, Decimal]:
        """Return the value of every month that has one of its own."""
        return self.months()

    @property
    def yoy(self) -> Decimal | None:
        """Return the growth over the same months of last year, in percent.

        Where the definition asks for it, only of the subjects that filed both years (可比口径).
        """
        if self.indicator.measure != "level" or self.is_percentage:
            return None
        if self.same_scope is not None:
            return growth(*self.same_scope)
        return growth(self.value, self.last_year)

    @property
    def yoy_points(self) -> Decimal | None:
        """Return how a percentage moved in a year, in percentage points."""
        return difference(self.value, self.last_year) if self.is_percentage else None

    @property
    def pop(self) -> Decimal | None:
        """Return the growth over the period just before (环比), in percent."""
        if self.indicator.measure != "level" or self.is_percentage:
            return None
        return growth(self.value, self.before)

    @property
    def is_percentage(self) -> bool:
        """Tell whether the number is itself a percentage, so that it moves in points."""
        return self.indicator.unit == "%"

    @property
    def text(self) -> str:
        """Return the value as staff write it, without its unit; 未报 when unknown."""
        if self.is_hidden:
            return HIDDEN
        return "未报" if self.value is None else get_unit(self.indicator.unit).show(self.value)

    @property
    def unit(self) -> str:
        """Return the unit to print after the text."""
        return "" if self.value is None else self.indicator.unit


# What stands where a number would give away the restricted value of one subject.
HIDDEN = "＊＊＊"


class Ledger:
    """The record as known on one day; numbers of one page are made of one reading of it."""

    def __init__(
        self,
        known_on: date,
        *,
        area: str | None = None,
        sees_single: bool = False,
        freezes: bool = False,
    ) -> None:
        """Read all areas together, or one of them.

        Who sees the restricted values of single subjects says so. To everybody else a number of
        such values is only told as known today, for the zone as a whole, and of enough subjects.
        What freezes the end of a month for good reads that day: nobody chooses it.
        """
        self.known_on, self.area, self.sees_single = known_on, area, sees_single
        self.is_day_given = freezes or known_on >= settings.BUSINESS_CLOCK.today()
        self._spans: dict[tuple[str, str, str], Spans] = {}
        self._loaded: set[str] = set()
        self._own: dict[str, Indicator] = {}
        self._secrecies: dict[int, tuple[Indicator, Secrecy]] = {}

    def prepare(self, indicators: Iterable[Indicator]) -> None:
        """Read the pieces of many indicators at once."""
        zone = current_zone()
        wanted: dict[str, dict[str, Indicator]] = {}
        for one in self._direct(indicators):
            piece = piece_id(one, zone.fact_types[one.over])
            if piece not in self._loaded:
                wanted.setdefault(one.over, {})[piece] = one
        for missing in wanted.values():
            self._fill(self._read(missing))
            self._loaded |= set(missing)

    def _fill(self, sums: Sums) -> None:
        for (piece, _, dimension, key, first, last), kept in sums.items():
            spans = self._spans.get((piece, dimension, key))
            if spans is None:
                spans = self._spans[piece, dimension, key] = Spans()
            spans.add(Span(first, last), kept)

    def _in_force(self, indicator: Indicator, on: date) -> Indicator:
        own = self._own.get(indicator.id)
        return own or current_zone().definition(indicator.id, on) or indicator

    def _read(self, wanted: Mapping[str, Indicator]) -> Sums:
        """Return the kept pieces; begin to keep those that nobody has asked for yet."""
        pieces = [piece + part for piece, one in wanted.items() for part in parts_of(one)]
        sums, kept = read_kept(pieces, known_on=self.known_on, area=self.area)
        missing = [one for piece, one in wanted.items() if piece not in kept]
        if missing:
            keep(missing)
            sums, _ = read_kept(pieces, known_on=self.known_on, area=self.area)
        return sums

    def number(
        self, indicator: Indicator, period: Period, *, dimension: str = ALL, key: str = ALL
    ) -> Number:
        """Return the number for the part of the period that is known.

        What was true in a period is computed with the definition in force at its end. With a
        `dimension`, only what belongs to its `key`.
        """
        part = period.up_to(self.known_on)
        indicator = self._in_force(indicator, part.last)
        self.prepare([indicator])
        where = (dimension, key)
        spans = Spans() if indicator.is_derived else self._of(indicator, where)
        filed = list(spans.ending(Span.of(part)))
        latest = filed[-1].last if filed else 0
        until = part if indicator.is_derived else self._filed(indicator, part, latest)
        is_told = self._is_told(indicator, part, where)

        def told(asked: Period) -> Decimal | None:
            shown = is_told and self._is_told(indicator, asked, where)
            return self._value(indicator, asked, where) if shown else None

        def months() -> Mapping[date, Decimal]:
            found = self._by_month(indicator, where)
            if self._secrecy(indicator).is_restricted and not self.sees_single:
                return {
                    month: value
                    for month, value in found.items()
                    if self._is_told(indicator, Period.month_of(month), where)
                }
            return found

        return Number(
            indicator=indicator,
            period=until,
            known_on=self.known_on,
            value=told(part),
            last_year=told(until.last_year()),
            months=months,
            before=told(until.before()),
            same_scope=self._same_scope(indicator, part, where),
            is_hidden=not is_told,
            present=sum(spans[span][1] for span in filed if span.last == latest),
            filed_until=month_end(latest) if filed else None,
        )

    def numbers_by(self, indicator: Indicator, period: Period, dimension: str) -> dict[str, Number]:
        """Return the number of each key of a dimension that the definition is kept by."""
        if self._secrecy(indicator).is_restricted and not self.sees_single:
            return {}
        self.prepare([indicator])
        return {
            key: self.number(indicator, period, dimension=dimension, key=key)
            for key in self._keys(indicator, dimension)
        }

    def forecast(self, indicator: Indicator, year: int) -> Forecast | None:
        """Return where a year should end; None where the record or the definition forbids it."""
        if indicator.adds_up not in ("flow", "cumulative") or indicator.measure != "level":
            return None
        self.prepare([indicator])
        if not self._is_told(indicator, Period.year(year), (ALL, ALL)):
            return None
        months = self._months(indicator)
        filed = [month for month in months if month // 12 == year]
        return forecast_year(months, year, max(filed) % 12 + 1) if filed else None

    def months_of(self, indicator: Indicator) -> dict[int, Decimal]:
        """Return the amount of every month of an indicator that adds up, by month number.

        Nothing where a month could tell what only few may see.
        """
        if indicator.adds_up not in ("flow", "cumulative") or indicator.measure != "level":
            return {}
        self.prepare([indicator])
        if self._secrecy(indicator).is_restricted and not self.sees_single:
            return {}
        return self._months(indicator)

    def _months(self, indicator: Indicator) -> dict[int, Decimal]:
        """Return the months on record; one without an event is 0.

        January that is filed with February stands in February.
        """
        scale = scale_of(indicator, current_zone().fact_types[indicator.over])
        months: dict[int, Decimal] = {}
        for span, (total, present) in self._of(indicator, (ALL, ALL)).items():
            is_joint = span.first % 12 == 0 and span.last == span.first + 1
            if present and (span.first == span.last or is_joint):
                amount = Decimal(total).scaleb(-scale)
                months[span.last] = months.get(span.last, Decimal(0)) + amount
                if is_joint:
                    months.setdefault(span.first, Decimal(0))
        if current_zone().fact_types[indicator.over].grain == "event" and months:
            ends = month_number(self.known_on)
            months |= {m: Decimal(0) for m in range(min(months), ends) if m not in months}
        return months

    def take(self, indicator: Indicator, sums: Sums) -> None:
        """Use these pieces for an indicator instead of those that are kept."""
        self._own = {indicator.id: indicator}
        self._secrecies.clear()
        self._loaded.add(piece_id(indicator, current_zone().fact_types[indicator.over]))
        self._fill(sums)

    def facts_behind(self, indicator: Indicator, period: Period) -> list[int]:
        """Return the ids of the facts that the number is made of.

        Where restricted values choose them, the list itself would tell: only who sees those has it.
        """
        if self._secrecy(indicator).chooses_rows and not self.sees_single:
            return []
        part = period.up_to(self.known_on)
        indicator = current_zone().definition(indicator.id, part.last) or indicator
        return [
            pk
            for one in dict.fromkeys(one.id for one in self._direct([indicator]))
            for pk in self._facts_of(current_zone().indicators[one], part)
        ]

    def _facts_of(self, indicator: Indicator, part: Period) -> list[int]:
        indicator = current_zone().definition(indicator.id, part.last) or indicator
        self.prepare([indicator])
        wanted = Span.of(part)
        if indicator.adds_up == "stock":
            spans = self._of(indicator, (ALL, ALL))
            ends = [s for s, kept in spans.items() if wanted.contains_end(s) and kept[1]]
            if not ends:
                return []
            last = max(ends, key=lambda span: (span.last, -span.first))
            wanted = Span(last.last - indicator.carry, last.last)
        elif indicator.adds_up == "balance":
            wanted = Span(0, wanted.last)
        return contributing(
            indicator,
            current_zone().fact_types[indicator.over],
            wanted,
            known_on=self.known_on,
        )

    def _secrecy(self, indicator: Indicator) -> Secrecy:
        """Return what an indicator, or any that it is made of, reads of restricted columns."""
        known = self._secrecies.get(id(indicator))
        if known is None:
            types = current_zone().fact_types
            found = [secrecy_of(one, types[one.over]) for one in self._direct([indicator])]
            # Held beside the definition, so that another one never takes its place unnoticed.
            known = self._secrecies[id(indicator)] = (
                indicator,
                Secrecy(
                    is_restricted=any(one.is_restricted for one in found),
                    chooses_rows=any(one.chooses_rows for one in found),
                    is_sum=any(one.is_sum for one in found),
                ),
            )
        return known[1]

    def is_restricted(self, indicator: Indicator) -> bool:
        """Tell whether a number keeps something back from whoever reads this ledger."""
        return not self.sees_single and self._secrecy(indicator).is_restricted

    def _is_told(self, indicator: Indicator, part: Period, where: tuple[str, str]) -> bool:
        """Tell whether a number may be shown: no other number beside it leaves one subject's."""
        if not self.is_restricted(indicator):
            return True
        if where != (ALL, ALL) or not self.is_day_given:
            return False
        types = current_zone().fact_types
        return not any(
            is_thin(self._of(one, where), Span.of(part))
            for one in self._direct([indicator])
            if (secrecy := secrecy_of(one, types[one.over])).is_restricted and secrecy.is_sum
        )

    def _direct(self, indicators: Iterable[Indicator]) -> list[Indicator]:
        """Return the indicators that have facts of their own: a derived one stands on others."""
        known = {**current_zone().indicators, **self._own}
        found: dict[int, Indicator] = {}
        for one in indicators:
            for each in [known[name] for name in one.made_of] if one.is_derived else [one]:
                found[id(each)] = each
        return list(found.values())

    def _of(self, indicator: Indicator, where: tuple[str, str], part: str = "") -> Spans:
        piece = piece_id(indicator, current_zone().fact_types[indicator.over]) + part
        return self._spans.get((piece, *where)) or Spans()

    def _keys(self, indicator: Indicator, dimension: str) -> list[str]:
        pieces = {
            piece_id(one, current_zone().fact_types[one.over]) for one in self._direct([indicator])
        }
        return sorted(
            {key for piece, by, key in self._spans if piece in pieces and by == dimension}
        )

    def _value(self, indicator: Indicator, part: Period, where: tuple[str, str]) -> Decimal | None:
        if indicator.is_derived:
            return self._derived(indicator, part, where)
        fact_type = current_zone().fact_types[indicator.over]
        piece = sum_within(
            indicator, self._of(indicator, where), Span.of(part), scale_of(indicator, fact_type)
        )
        if piece is None:
            return Decimal(0) if fact_type.grain == "event" else None
        return piece.value

    def _derived(
        self, indicator: Indicator, part: Period, where: tuple[str, str]
    ) -> Decimal | None:
        known = {**current_zone().indicators, **self._own}
        if indicator.adds_up == "rank":
            (dimension,) = indicator.by
            numbers = {
                key: self._value(known[indicator.of], part, (dimension, key))
                for key in self._keys(indicator, dimension)
                if key
            }
            place = rank(numbers, where[1], is_smaller_better=indicator.direction == "down")
            return None if place is None else Decimal(place)
        numerator, denominator = (
            self._value(known[name], part, where)
            for name in (indicator.numerator, indicator.denominator)
        )
        if indicator.adds_up == "share":
            return share(numerator, denominator)
        found = ratio(numerator, denominator)
        return None if found is None else found * 100 if indicator.unit == "%" else found

    def _by_month(self, indicator: Indicator, where: tuple[str, str]) -> dict[date, Decimal]:
        """Return the months that were filed alone; January and February filed together are not."""
        if indicator.is_derived:
            months = {
                month for one in self._direct([indicator]) for month in self._by_month(one, where)
            }
            values = {m: self._value(indicator, Period.month_of(m), where) for m in sorted(months)}
            return {month: value for month, value in values.items() if value is not None}
        fact_type = current_zone().fact_types[indicator.over]
        scale = scale_of(indicator, fact_type)
        spans = self._of(indicator, where)
        by_month: dict[date, Decimal] = {}
        balance = Piece(0, 0, scale)
        for span, kept in sorted(spans.items(), key=lambda one: (one[0].last, -one[0].first)):
            if indicator.adds_up == "balance" and kept[1]:
                balance += Piece(*kept, scale)
                by_month[month_end(span.last)] = balance.value or Decimal(0)
                continue
            is_month = span.first == span.last or indicator.adds_up == "stock"
            if is_month and kept[1] and (value := Piece(*kept, scale).value) is not None:
                by_month[month_end(span.last)] = value
        return by_month

    def _filed(self, indicator: Indicator, part: Period, latest: int) -> Period:
        """Return the part for which returns came in: June is not compared before June is filed."""
        if not latest or current_zone().fact_types[indicator.over].grain == "event":
            return part
        return Period(part.first, month_end(latest))

    def _same_scope(
        self, indicator: Indicator, part: Period, where: tuple[str, str]
    ) -> tuple[Decimal | None, Decimal | None] | None:
        if not indicator.same_scope:
            return None
        if self.is_restricted(indicator):
            return None, None  # beside last year's total it leaves those who stopped filing
        fact_type = current_zone().fact_types[indicator.over]
        scale, wanted = scale_of(indicator, fact_type), Span.of(part)
        if indicator.adds_up == "cumulative" and wanted.first == wanted.january:
            parts = [self._of(indicator, where, one) for one in ("/same", "/base")]
            ends = [span.last for span in parts[0] if wanted.contains(span)]
            to_date = Span(wanted.first, max(ends, default=wanted.last))
            found = [Piece(*one.get(to_date, (0, 0)), scale).value for one in parts]
        else:
            suffix = "_month" if indicator.adds_up == "cumulative" else ""
            pieces = [
                sum_within(indicator, self._of(indicator, where, f"/{name}{suffix}"), wanted, scale)
                for name in ("same", "base")
            ]
            found = [one.value if one else None for one in pieces]
        return found[0], found[1]


@dataclass(frozen=True)
class Change:
    """What an entry changed of a number, in base units."""

    entry: int
    known_on: date
    actor: str
    reason: str
    difference: Decimal


def list_changes(indicator: Indicator, period: Period, *, after: date, until: date) -> list[Change]:
    """Return what became known of a number after one day and up to another, oldest first."""
    zone = current_zone()
    if indicator.is_derived:
        return []
    fact_type = zone.fact_types[indicator.over]
    scale, wanted = scale_of(indicator, fact_type), Span.of(period)
    deltas = PieceDelta.objects.filter(
        definition__piece=piece_id(indicator, fact_type),
        dimension=ALL,
        known_on__gt=after,
        known_on__lte=until,
    )
    by_entry: dict[int, int] = {}
    for one in deltas:
        span = Span(one.first, one.last)
        inside = (
            wanted.contains_end(span)
            if indicator.adds_up in ("stock", "cumulative")
            else one.last <= wanted.last
            if indicator.adds_up == "balance"
            else wanted.contains(span)
        )
        if inside:
            by_entry[one.entry] = by_entry.get(one.entry, 0) + int(one.total)
    entries = {one.number: one for one in Entry.objects.filter(number__in=by_entry)}
    return [
        Change(
            number,
            entries[number].known_on,
            entries[number].actor,
            entries[number].reason,
            Decimal(total).scaleb(-scale),
        )
        for number, total in sorted(by_entry.items())
        if number in entries
    ]


@dataclass(frozen=True)
class Revision:
    """What a return said at one time: 快报、初核、终核."""

    known_on: date
    status: str
    values: Mapping[str, Any]


def list_revisions(fact: Fact) -> list[Revision]:
    """Return what a return said from its first filing on, as far as its type tells them apart."""
    fact_type = current_zone().fact_types[fact.type]
    found: list[Revision] = []
    while True:
        values = fact_type.decode(fact.values)
        found.append(
            Revision(fact.entry.known_on, str(values.get(fact_type.revision) or ""), values)
        )
        if fact.corrects_id is None:
            return found[::-1]
        fact = Fact.objects.select_related("entry").get(pk=fact.corrects_id)


@dataclass(frozen=True)
class Difference:
    """A number that a changed definition would change."""

    indicator: Indicator
    period: Period
    before: Decimal | None
    after: Decimal | None


def dry_run(changed: Indicator, *, known_on: date) -> list[Difference]:
    """Return the numbers that would change if a definition were so, and store nothing.

    Limits moved over restricted values tell each of them: ask only for who may see them.

    Months and years of the indicator itself, and of every ratio, share and rank made of it.
    """
    zone = current_zone()
    fact_type = zone.fact_types[changed.over]
    sums = add_up([changed], fact_type, known_on=known_on)
    own = zone.indicators[changed.id]
    standing = Ledger(known_on, sees_single=True)
    standing.prepare([own])
    trial = Ledger(known_on, sees_single=True)
    trial.take(changed, sums)
    months = {*standing.number(own, Period.month_of(known_on)).by_month}
    months |= {*trial.number(changed, Period.month_of(known_on)).by_month}
    periods = [Period.month_of(one) for one in sorted(months)]
    periods += [Period.year(one) for one in sorted({one.year for one in months})]
    found = []
    for one in [own, *(each for each in zone.indicators.values() if own.id in each.made_of)]:
        for period in periods:
            before = standing.number(one, period).value
            after = trial.number(changed if one is own else one, period).value
            if before != after:
                found.append(Difference(one, period, before, after))
    return found


@dataclass(frozen=True)
class Broken:
    """The first entry that does not fit the chain, and why."""

    number: int
    why: str


def find_broken_entry() -> Broken | None:
    """Walk the whole chain and return the first entry that was tampered with, or None."""
    published = {head.number: head for head in read_published_heads() if head.name == "ledger"}
    previous, last = "", 0
    for expected, entry in enumerate(_entries(), start=1):
        if entry.number != expected:
            return Broken(expected, "缺这一条，编号不连续")
        content = content_digest(
            [entry.actor, entry.reason, entry.known_on.isoformat(), entry.is_backfilled],
            [fact_line(fact) for fact in entry.facts.order_by("pk")],
            [[e.sha256, e.name, e.size, e.note] for e in entry.evidence.order_by("pk")],
        )
        if content != entry.content_digest:
            return Broken(entry.number, "内容与当时的摘要不符")
        digest = chain_digest(previous, entry.number, content)
        if entry.previous_digest != previous or entry.digest != digest:
            return Broken(entry.number, "与前一条的链接不符")
        if expected in published and published[expected].digest != digest:
            return Broken(entry.number, f"与 {published[expected].place} 公布的末端不符")
        previous, last = digest, expected
    head = LedgerHead.objects.get(pk=1)
    if (head.number, head.digest) != (last, previous):
        return Broken(last + 1, "账本末端记着更多的条目，尾部被截去")
    if beyond := sorted(number for number in published if number > last):
        place = published[beyond[0]].place
        return Broken(last + 1, f"{place} 公布过第 {beyond[0]} 条，现已不在")
    return None


def find_broken_place() -> str | None:
    """Return the first entry of the ledger's chain that does not hold, in words."""
    entry = find_broken_entry()
    return f"账本第 {entry.number} 条：{entry.why}" if entry else None


PROOFS = [find_broken_place]


def _entries() -> Iterator[Entry]:
    published = Entry.objects.filter(number__isnull=False)
    return published.order_by("number").iterator(chunk_size=500)


def ledger_head() -> tuple[str, int, str]:
    """Return the name, number and digest with which the ledger's end is published."""
    head = LedgerHead.objects.get(pk=1)
    return "ledger", head.number, head.digest


def list_entries() -> QuerySet[Entry]:
    """Return the entries, newest first, each with the number of its facts."""
    published = Entry.objects.filter(number__isnull=False)
    return published.annotate(size=Count("facts")).order_by("-number")


def list_facts(ids: list[int]) -> list[Fact]:
    """Return facts in the order of the ids, with their entries and evidence."""
    found = Fact.objects.select_related("entry").prefetch_related("entry__evidence").in_bulk(ids)
    return [found[pk] for pk in ids]


Hidden = Sequence[QuerySet[Any]]  # subjects that somebody does not see, as their owners ask them


def subjects_of(kind: str, rows: QuerySet[Any], field: str = "pk") -> QuerySet[Any]:
    """Return rows as the subjects of facts about them: `project:7`."""
    named = Concat(Value(f"{kind}:"), Cast(field, CharField()))
    return rows.order_by().values_list(named, flat=True)


def _is_hidden(hidden: Hidden) -> Q:
    return reduce(or_, (Q(subject__in=one) for one in hidden))


def leave_out(ids: Sequence[int], hidden: Hidden) -> list[int]:
    """Return the facts whose subjects are not hidden, in the same order."""
    if not hidden:
        return list(ids)
    gone: set[int] = set()
    for start in range(0, len(ids), 500):
        found = Fact.objects.filter(_is_hidden(hidden), pk__in=ids[start : start + 500])
        gone |= set(found.values_list("pk", flat=True))
    return [pk for pk in ids if pk not in gone]


def list_seen_entries(hidden: Hidden) -> QuerySet[Entry]:
    """Return the entries with a fact that is not hidden, newest first."""
    if not hidden:
        return list_entries()
    seen = Fact.objects.filter(entry=OuterRef("pk")).exclude(_is_hidden(hidden))
    return list_entries().filter(Exists(seen))


def list_seen_facts(entry: Entry, hidden: Hidden, most: int) -> list[int]:
    """Return the first facts of an entry that are not about hidden subjects."""
    facts = entry.facts.exclude(_is_hidden(hidden)) if hidden else entry.facts.all()
    return list(facts.values_list("pk", flat=True)[:most])


def touches(entry: Entry, hidden: Hidden) -> bool:
    """Tell whether an entry has a fact about a hidden subject."""
    return bool(hidden) and entry.facts.filter(_is_hidden(hidden)).exists()


def has_restricted_values(entry: Entry) -> bool:
    """Tell whether an entry says a restricted value of a single subject."""
    types = current_zone().fact_types
    kinds = {
        kind: [key for key, column in types[kind].columns.items() if column.is_restricted]
        for kind in entry.facts.values_list("type", flat=True).distinct()
    }
    secret = {kind: keys for kind, keys in kinds.items() if keys}
    for fact in entry.facts.filter(type__in=list(secret)).iterator():
        values = types[fact.type].decode(fact.values)
        if any(values[key] is not None for key in secret[fact.type]):
            return True
    return False


def masked(fact: Fact) -> dict[str, Any]:
    """Return what a fact says, with its restricted values covered."""
    fact_type = current_zone().fact_types[fact.type]
    return {
        key: HIDDEN if fact_type.columns[key].is_restricted else value
        for key, value in json.loads(fact.values).items()
    }


def find_evidence(evidence_id: int) -> tuple[Evidence, Path] | None:
    """Return a piece of evidence and its file; None when either is not there."""
    kept = Evidence.objects.filter(pk=evidence_id).first()
    if kept is None:
        return None
    path = Path(settings.EVIDENCE_ROOT) / kept.sha256[:2] / kept.sha256
    return (kept, path) if path.exists() else None
