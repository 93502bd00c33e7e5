"""Read the ledger: live facts as known on a day, numbers over them, and whether the chain holds."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, QuerySet

from jingkai.engines.duck import MonthPieces, compute, contributing
from jingkai.engines.rows import FactRow
from jingkai.kernel.expressions import counts_rows
from jingkai.kernel.figures import growth
from jingkai.kernel.indicators import Indicator, Piece
from jingkai.kernel.periods import Period
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.models import Entry, Evidence, Fact, LedgerHead
from jingkai.ledger.rules import chain_digest, content_digest, fact_line

__all__ = [
    "Broken",
    "Entry",
    "Evidence",
    "Fact",
    "Ledger",
    "Number",
    "find_broken_entry",
    "find_return",
    "find_returns",
    "get_event",
    "list_live_facts",
]


def list_live_facts(*, types: Iterable[str], known_on: date) -> QuerySet[Fact]:
    """Return the facts in force as known at the end of a day: not corrected, not withdrawn."""
    later = Fact.objects.filter(corrects=OuterRef("pk"), entry__known_on__lte=known_on)
    return (
        Fact.objects.filter(type__in=list(types), entry__known_on__lte=known_on, is_void=False)
        .exclude(Exists(later))
        .select_related("entry")
        .order_by("pk")
    )


def get_event(*, type_id: str, key_starts: str) -> Fact:
    """Return the last word on the newest event whose source key starts so."""
    recorded = Fact.objects.filter(type=type_id, key__startswith=key_starts, corrects=None)
    return _last_word(recorded.select_related("entry").latest("pk"))


def find_return(*, type_id: str, subject: str, period: Period) -> Fact | None:
    """Return the last word on a return, or None when it was never filed."""
    first = Fact.objects.select_related("entry").filter(
        type=type_id, subject=subject, period_id=period.id, corrects=None
    )
    fact = first.first()
    return _last_word(fact) if fact else None


def find_returns(*, type_id: str, subjects: Sequence[str], period: Period) -> dict[str, Fact]:
    """Return the last word on the returns of many subjects for one period, by subject."""
    filed = Fact.objects.filter(type=type_id, period_id=period.id, correction=None)
    if len(subjects) < 100:
        filed = filed.filter(subject__in=subjects)
    wanted = set(subjects)
    return {one.subject: one for one in filed.select_related("entry") if one.subject in wanted}


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
    by_month: Mapping[date, Decimal]

    @property
    def yoy(self) -> Decimal | None:
        """Return the growth over the same months of last year, in percent."""
        return growth(self.value, self.last_year) if self.indicator.measure == "level" else None

    @property
    def text(self) -> str:
        """Return the value as staff write it, without its unit; 未报 when unknown."""
        return "未报" if self.value is None else get_unit(self.indicator.unit).show(self.value)

    @property
    def unit(self) -> str:
        """Return the unit to print after the text."""
        return "" if self.value is None else self.indicator.unit


class Ledger:
    """The record as known on one day; numbers of one page are computed over one reading of it."""

    def __init__(self, known_on: date) -> None:
        self.known_on = known_on
        self._rows: dict[str, list[FactRow]] = {}
        self._pieces: dict[tuple[str, date], MonthPieces] = {}

    def prepare(self, indicators: Iterable[Indicator]) -> None:
        """Read the facts and compute the pieces of many indicators at once."""
        wanted = [one for one in indicators if _version(one) not in self._pieces]
        missing = {one.over for one in wanted} - set(self._rows)
        fresh: dict[str, list[FactRow]] = defaultdict(list)
        if missing:
            types = current_zone().fact_types
            for fact in list_live_facts(types=missing, known_on=self.known_on):
                fresh[fact.type].append(_row(fact, types[fact.type].decode(fact.values)))
        self._rows |= {kind: fresh[kind] for kind in missing}
        for kind in {one.over for one in wanted}:
            together = [one for one in wanted if one.over == kind]
            found = compute(together, current_zone().fact_types[kind], self._rows[kind])
            self._pieces |= {_version(one): found[one.id] for one in together}

    def number(self, indicator: Indicator, period: Period) -> Number:
        """Return the number for the part of the period that is known.

        What was true in a period is computed with the definition in force at its end.
        """
        part = period.up_to(self.known_on)
        indicator = current_zone().definition(indicator.id, part.last) or indicator
        self.prepare([indicator])
        pieces = self._pieces[_version(indicator)]
        return Number(
            indicator=indicator,
            period=part,
            known_on=self.known_on,
            value=self._value(indicator, pieces, part),
            last_year=self._value(indicator, pieces, _filed(indicator, pieces, part).last_year()),
            by_month=_by_month(indicator, pieces),
        )

    def facts_behind(self, indicator: Indicator, period: Period) -> list[int]:
        """Return the ids of the facts that the number is made of."""
        part = period.up_to(self.known_on)
        indicator = current_zone().definition(indicator.id, part.last) or indicator
        self.prepare([indicator])
        rows = [row for row in self._rows[indicator.over] if part.contains(row.on)]
        if indicator.adds_up == "stock" and rows:
            fact_type = current_zone().fact_types[indicator.over]
            months = [m for m in self._pieces[_version(indicator)] if part.contains(m)]
            rows = [row for row in rows if months and Period.month_of(max(months)).contains(row.on)]
            return contributing(indicator, fact_type, rows)
        if indicator.adds_up == "balance":
            rows = [row for row in self._rows[indicator.over] if row.on <= part.last]
        return contributing(indicator, current_zone().fact_types[indicator.over], rows)

    def _value(self, indicator: Indicator, pieces: MonthPieces, part: Period) -> Decimal | None:
        fact_type = current_zone().fact_types[indicator.over]
        since = date.min if indicator.adds_up == "balance" else part.first
        inside = {month: piece for month, piece in pieces.items() if since <= month <= part.last}
        if indicator.adds_up == "stock" and counts_rows(indicator.value, fact_type):
            returned = [row.on for row in self._rows[indicator.over] if part.contains(row.on)]
            last = Period.month_of(max(returned)).last if returned else None
            return Decimal(inside.get(last, Piece(0, 0)).total) if last else None
        if indicator.adds_up == "stock":
            filed = [month for month, piece in inside.items() if piece.present]
            return inside[max(filed)].value if filed else None
        total = sum(inside.values(), Piece(0, 0))
        happened = fact_type.grain == "event"
        return total.value if total.present else Decimal(0) if happened else None


def _filed(indicator: Indicator, pieces: MonthPieces, part: Period) -> Period:
    """Return the part for which returns came in: June is not compared before June is filed."""
    if current_zone().fact_types[indicator.over].grain == "event":
        return part
    months = [month for month, piece in pieces.items() if piece.present and part.contains(month)]
    return Period(part.first, max(months)) if months else part


def _by_month(indicator: Indicator, pieces: MonthPieces) -> dict[date, Decimal]:
    """Return the value of every month that has one; a balance is what it came to by then."""
    shown, total = {}, Piece(0, 0)
    for month, piece in sorted(pieces.items()):
        total = total + piece if indicator.adds_up == "balance" else piece
        if (value := total.value) is not None:
            shown[month] = value
    return shown


def _version(indicator: Indicator) -> tuple[str, date]:
    """Return what tells the versions of a definition apart."""
    return indicator.id, indicator.since


def _row(fact: Fact, values: Mapping[str, object]) -> FactRow:
    on = fact.on or (fact.period.last if fact.period else fact.entry.known_on)
    return FactRow(fact.pk, fact.subject, on, values)


@dataclass(frozen=True)
class Broken:
    """The first entry that does not fit the chain, and why."""

    number: int
    why: str


def find_broken_entry() -> Broken | None:
    """Walk the whole chain and return the first entry that was tampered with, or None."""
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
        previous, last = digest, expected
    head = LedgerHead.objects.get(pk=1)
    if (head.number, head.digest) != (last, previous):
        return Broken(last + 1, "账本末端记着更多的条目，尾部被截去")
    return None


def _entries() -> Iterator[Entry]:
    return Entry.objects.order_by("number").iterator(chunk_size=500)


def list_entries() -> QuerySet[Entry]:
    """Return the entries, newest first, each with the number of its facts."""
    return Entry.objects.annotate(size=Count("facts")).order_by("-number")


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
