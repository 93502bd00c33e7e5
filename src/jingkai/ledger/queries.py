"""Read the ledger: facts and returns as known on a day, and what changed.

Numbers are made in `numbers.py`, what somebody may see is in `seen.py`, the chain in `chain.py`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from jingkai.kernel.columns import Series, decode_columns
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.months import Span, month_number
from jingkai.kernel.periods import Period
from jingkai.kernel.pieces import ALL, piece_id, scale_of
from jingkai.kernel.zone import current_zone
from jingkai.ledger.arrays import read_vectors
from jingkai.ledger.chain import Broken, find_broken_entry, find_broken_place, ledger_head
from jingkai.ledger.kept import add_up, read_kept
from jingkai.ledger.lake import find_disagreeing, scan
from jingkai.ledger.live import list_live_facts, read_belongings
from jingkai.ledger.models import Entry, Evidence, Fact, LakeFile, PieceDelta
from jingkai.ledger.numbers import HIDDEN, Ledger, Number
from jingkai.ledger.seen import (
    has_restricted_values,
    leave_out,
    list_entries,
    list_seen_entries,
    list_seen_facts,
    masked,
    subjects_of,
    touches,
)

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
    "list_entries",
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


PROOFS = [find_broken_place]


def list_facts(ids: list[int]) -> list[Fact]:
    """Return facts in the order of the ids, with their entries and evidence."""
    found = Fact.objects.select_related("entry").prefetch_related("entry__evidence").in_bulk(ids)
    return [found[pk] for pk in ids]


def find_evidence(evidence_id: int) -> tuple[Evidence, Path] | None:
    """Return a piece of evidence and its file; None when either is not there."""
    kept = Evidence.objects.filter(pk=evidence_id).first()
    if kept is None:
        return None
    path = Path(settings.EVIDENCE_ROOT) / kept.sha256[:2] / kept.sha256
    return (kept, path) if path.exists() else None
