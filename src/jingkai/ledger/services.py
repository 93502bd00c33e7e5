"""Record, correct and withdraw facts. Every write is one entry, chained to the one before."""

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from operator import attrgetter, eq
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

import numpy as np
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from jingkai.audit.services import note, take_turn
from jingkai.database.statements import Driver, driver
from jingkai.kernel.columns import Series, collecting_later, encode_columns
from jingkai.kernel.dimensions import Belongings
from jingkai.kernel.expressions import find_subjects
from jingkai.kernel.facttypes import BadFact, Column, FactType, Value
from jingkai.kernel.months import month_number
from jingkai.kernel.periods import Period
from jingkai.kernel.pieces import PieceCode, makes_products
from jingkai.kernel.scaled import OutOfRange
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Amount, Words, named, words_of
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.kept import (
    Changes,
    Version,
    apply_deltas,
    deltas_of,
    keep,
    kept_pieces,
    stands_alone,
)
from jingkai.ledger.lake import compact_lake, extend_lake, rebuild_lake
from jingkai.ledger.lines import COLUMNS, Block, Lines, Ready
from jingkai.ledger.live import as_row
from jingkai.ledger.models import Entry, Evidence, Fact, LedgerHead
from jingkai.ledger.rules import chain_digest, content_digest, find_unit_jump
from jingkai.org.queries import is_closed_year_correctable, list_closed, say_closed
from jingkai.org.services import YearClosed

__all__ = [
    "AlreadyRecorded",
    "Correction",
    "InClosedYear",
    "KeptFile",
    "MistakenUnit",
    "NewFact",
    "NewReturns",
    "NotRecordable",
    "Withdrawal",
    "compact_lake",
    "drop_abandoned",
    "drop_staged",
    "extend_lake",
    "keep",
    "keep_file",
    "rebuild_lake",
    "record",
]


class NotRecordable(ValueError):
    """A line that the ledger cannot take."""


class AlreadyRecorded(NotRecordable):
    """The same return or event is in the ledger; it can be corrected, not recorded again."""


class MistakenUnit(NotRecordable):
    """A figure off by 10⁴ or 10⁸ beside what its subject filed before: somebody must say."""


class InClosedYear(NotRecordable, YearClosed):
    """A line into a year that is closed."""


@dataclass(frozen=True)
class NewFact:
    """A fact to record: an event gives `on` and `key`, a return gives `period`.

    `area` names the zone where several share one ledger.
    """

    type: FactType
    subject: str
    values: Mapping[str, Value]
    on: date | None = None
    period: Period | None = None
    key: str = ""
    row: int | None = None
    area: str = ""


@dataclass(frozen=True)
class NewReturns:
    """Many returns of one period as columns: measures in smallest units, words as they are."""

    type: FactType
    period: Period
    subjects: Sequence[str]
    measures: Mapping[str, Series]
    labels: Mapping[str, Sequence[str]]
    rows: Sequence[int]

    def by_subject(self) -> "NewReturns":
        """Return them in the order of their subjects: side by side in the database's indexes."""
        order = sorted(range(len(self.subjects)), key=self.subjects.__getitem__)
        if all(map(eq, order, count())):
            return self
        rows = np.array(order, np.intp)
        return replace(
            self,
            subjects=[self.subjects[place] for place in order],
            measures={key: series.take(rows) for key, series in self.measures.items()},
            labels={key: [words[at] for at in order] for key, words in self.labels.items()},
            rows=[self.rows[place] for place in order],
        )

    def one_by_one(self) -> Iterator[NewFact]:
        """Yield the same returns as single facts."""
        for place, subject in enumerate(self.subjects):
            values: dict[str, Value] = {key: self.labels[key][place] for key in self.labels}
            for key, series in self.measures.items():
                values[key] = series.value(place, self.type.columns[key].scale)
            yield NewFact(self.type, subject, values, period=self.period, row=self.rows[place])


@dataclass(frozen=True)
class Correction:
    """The whole row restated, in place of `fact`."""

    fact: Fact
    values: Mapping[str, Value]


@dataclass(frozen=True)
class Withdrawal:
    """Take `fact` back: it was never so."""

    fact: Fact


@dataclass(frozen=True)
class KeptFile:
    """A file in the evidence store; `columns` says in which column of `sheet` each value stands."""

    name: str
    sha256: str
    size: int
    note: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    sheet: str = ""

    def place(self, row: int | None, column: str = "") -> str | Words:
        """Return where a line stands: 月报.xlsx“Sheet1”C7."""
        if row is None:
            return self.name
        cell: str | Words = Words("第%(row)s行", row=row)
        if column in self.columns:
            cell = f"{self.columns[column]}{row}"
        if not self.sheet:
            return Words("%(name)s %(cell)s", name=self.name, cell=cell)
        return Words("%(name)s“%(sheet)s”%(cell)s", name=self.name, sheet=self.sheet, cell=cell)


Line = NewFact | NewReturns | Correction | Withdrawal
# So many lines go into one commit of an import; for so few, nothing is worked out before the lock.
STAGE = 5000
# So many returns are written as text at a time: columns of all of them would take as much again.
TOGETHER = 5000
FEW = 100
ABANDONED = timedelta(hours=6)


def keep_file(*, data: bytes, name: str, note: str = "") -> KeptFile:
    """Keep a file under its digest; the same bytes are kept once."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = Path(settings.EVIDENCE_ROOT) / sha256[:2] / sha256
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as temporary:
            temporary.write(data)
            temporary.flush()
            os.fsync(temporary.fileno())
        os.replace(temporary.name, path)
    return KeptFile(Path(name).name[:200], sha256, len(data), note)


def record(
    *lines: Line,
    by: str,
    reason: str,
    known_on: date,
    evidence: Sequence[KeptFile] = (),
    is_backfilled: bool = False,
    asks_units: bool = False,
    along: Callable[[Entry], object] = lambda entry: None,
    within: Driver | None = None,
) -> Entry:
    """Write one entry with its lines and return it; refuse all of them if one does not fit.

    In a closed year only the post that may corrects what stands there, and the entry says so. With
    `asks_units`, a figure that looks as if its unit was mistaken is refused by name; who has looked
    at it records it again without. Everything that can be done before the lock is done before it.
    Many lines are staged in small commits, and are in the ledger at once when their entry gets its
    number. `along` is called with the entry in the transaction that numbers it: what belongs to the
    entry is written with it, or neither is. `within` is the driver of an act that records what it
    did: a refusal undoes the act too, and the act's own audit line names the entry.
    """
    if not lines:
        raise NotRecordable(Words("没有可记录的内容。"))
    is_many = len(lines) > FEW or any(isinstance(one, NewReturns) for one in lines)
    with collecting_later() if is_many else nullcontext():
        facts = _prepare(lines, known_on, evidence)
        reason = _in_closed_years(facts, reason, known_on)
        if asks_units:
            _ask_units(facts, evidence)
        said = _Said(by, reason, known_on, is_backfilled, tuple(evidence))
        draft = _Draft(facts, said)
        if within:
            take_turn(within)
            return _write(draft, facts, along, within)
        if len(facts) > STAGE:
            return _record_staged(draft, facts, along)
        with transaction.atomic():
            database = driver()
            _note(draft, facts, database)
            return _write(draft, facts, along, database)


def _write(
    draft: "_Draft", facts: Lines, along: Callable[[Entry], object], database: Driver
) -> Entry:
    """Write an entry with its lines at the end of the chain."""
    said = draft.said
    head = _lock_head(said, database)
    changes = draft.changes(head)
    entry = _create(said, draft.chained(head), database)
    _insert(entry, facts, database)
    _publish(entry, head, said, changes, database)
    along(entry)
    return entry


def _record_staged(draft: "_Draft", facts: Lines, along: Callable[[Entry], object]) -> Entry:
    """Write very many lines in small commits; they are in the ledger once the entry is numbered."""
    said = draft.said
    entry = Entry.objects.create(**said.fields, content_digest=draft.content, previous_digest="")
    try:
        for some in facts.stages(STAGE):
            with transaction.atomic():
                _insert(entry, some, driver())
        with transaction.atomic():
            database = driver()
            _note(draft, facts, database)
            head = _lock_head(said, database)
            changes = draft.changes(head)
            for name, value in draft.chained(head)._asdict().items():
                setattr(entry, name, value)
            entry.save()
            _publish(entry, head, said, changes, database)
            along(entry)
    except BaseException:
        drop_staged(entry)
        raise
    return entry


def drop_staged(entry: Entry) -> None:
    """Take an entry that never got its number out of the database again."""
    with transaction.atomic():
        if Entry.objects.filter(pk=entry.pk, number__isnull=True).exists():
            Fact.objects.filter(entry=entry)._raw_delete(using="default")
            Entry.objects.filter(pk=entry.pk).delete()


def drop_abandoned() -> int:
    """Clear what imports staged whose process died; return how many entries there were.

    An import stages for minutes at most: what is hours old has nobody left to number it.
    """
    before = timezone.now() - ABANDONED
    staged = list(Entry.objects.filter(number__isnull=True, recorded_at__lt=before))
    for entry in staged:
        drop_staged(entry)
    return len(staged)


class _Said(NamedTuple):
    """What an entry says beside its lines."""

    by: str
    reason: str
    known_on: date
    is_backfilled: bool
    evidence: tuple[KeptFile, ...]

    @property
    def fields(self) -> dict[str, Any]:
        return {
            "actor": self.by,
            "reason": self.reason,
            "known_on": self.known_on,
            "is_backfilled": self.is_backfilled,
            "recorded_at": timezone.now(),
        }


class _Draft:
    """The lines of an entry, digested, with what they change of the kept pieces."""

    def __init__(self, facts: Lines, said: _Said) -> None:
        self.said = said
        self.content = content_digest(
            [said.by, said.reason, said.known_on.isoformat(), said.is_backfilled],
            facts.digested(),
            [[kept.sha256, kept.name, kept.size, kept.note] for kept in said.evidence],
        )
        types = current_zone().fact_types
        by_type = facts.by_type()
        self._lines = [
            (types[kind], [_version(fact, said) for fact in singles], blocks)
            for kind, (singles, blocks) in by_type.items()
        ]
        self._kept: Any = None
        self._changes: dict[str, Changes] | None = None
        if len(facts) > FEW:
            self._kept = kept_pieces(by_type)
            self._looks_around = said.is_backfilled or not all(
                stands_alone(fact_type) for fact_type, *_ in self._lines
            )
            self._seen = LedgerHead.objects.get(pk=1).number
            self._changes = self._compute()

    def changes(self, head: "_Head") -> dict[str, Changes]:
        """Return what the kept pieces change by: anew only where somebody wrote in between.

        The caller holds the head's lock, and the lines are not in the ledger yet.
        """
        if self._changes is None:
            return self._compute()
        known = kept_pieces(fact_type.id for fact_type, *_ in self._lines)
        if known != self._kept or (self._looks_around and head.number != self._seen):
            self._changes = self._compute()
        return self._changes

    def chained(self, head: "_Head") -> "_Place":
        """Return the entry's place in the chain."""
        number = head.number + 1
        digest = chain_digest(head.digest, number, self.content)
        return _Place(number, self.content, head.digest, digest)

    def _compute(self) -> dict[str, Changes]:
        found: dict[str, Changes] = {}
        for fact_type, versions, blocks in self._lines:
            found |= deltas_of(
                fact_type,
                versions,
                blocks,
                known_on=self.said.known_on,
                is_backfilled=self.said.is_backfilled,
            )
        return found


def _version(fact: Ready, said: _Said) -> Version:
    return Version(fact, said.known_on, fact.corrects_id, fact.is_void, fact.scaled)


def _note(draft: _Draft, facts: Lines, database: Driver) -> None:
    """Note the entry in the audit, whose head is locked before the ledger's everywhere."""
    note(
        act="ledger.recorded",
        object=next(facts.heads()).subject,
        detail={
            "facts": len(facts),
            "reason": draft.said.reason,
            "by": draft.said.by,
            "content": draft.content,
        },
        within=database,
    )


class _Place(NamedTuple):
    """What an entry is in the chain."""

    number: int
    content_digest: str
    previous_digest: str
    digest: str


class _Head(NamedTuple):
    """Where the chain ends, while this transaction holds its lock."""

    number: int
    digest: str
    known_on: date | None


_HEAD = "SELECT number, digest, known_on FROM ledger_ledgerhead WHERE id = 1"
_MOVE_HEAD = "UPDATE ledger_ledgerhead SET number = %s, digest = %s, known_on = %s WHERE id = 1"


def _lock_head(said: _Said, database: Driver) -> _Head:
    row = database.first(database.locking(_HEAD, "ledger_ledgerhead"))
    head = _Head(*row)
    if head.known_on and said.known_on < head.known_on and not said.is_backfilled:
        raise NotRecordable(
            Words(
                "知悉日 %(day)s 早于账本最后一条（%(last)s）。补记过去的事请标明“补录”。",
                day=said.known_on,
                last=head.known_on,
            )
        )
    return head


# In the order of the model's own columns, as `from_db` takes them.
_OF_ENTRY = (
    *("number", "actor", "reason", "known_on", "is_backfilled", "recorded_at"),
    *("content_digest", "previous_digest", "digest"),
)
_CREATE = (
    f"INSERT INTO ledger_entry ({', '.join(_OF_ENTRY)}) "
    f"VALUES ({', '.join(['%s'] * len(_OF_ENTRY))})"
)


def _create(said: _Said, place: _Place, database: Driver) -> Entry:
    """Write the row of an entry in one statement."""
    at = timezone.now()
    number, *digests = place
    told = (number, said.by, said.reason)
    days = (database.day(said.known_on), said.is_backfilled, database.moment(at))
    row = (*told, *days, *digests)
    values = (database.insert(_CREATE, row), *told, said.known_on, said.is_backfilled, at, *digests)
    return Entry.from_db("default", ("id", *_OF_ENTRY), values)


def _insert(entry: Entry, facts: Lines, database: Driver) -> None:
    try:
        if database.locks_rows:
            with transaction.atomic():
                _insert_rows(entry, facts, database)
        else:
            # A statement that fails on SQLite does not spoil the transaction around it.
            _insert_rows(entry, facts, database)
    except IntegrityError:
        raise _already(facts) from None


_INSERT = (
    f"INSERT INTO ledger_fact ({', '.join(f'{chr(34)}{name}{chr(34)}' for name in COLUMNS)}) "
    f"VALUES ({', '.join(['%s'] * len(COLUMNS))})"
)


def _insert_rows(entry: Entry, facts: Lines, database: Driver) -> None:
    """Insert lines as plain rows: five times faster than objects."""
    rows = list(facts.tuples(entry.pk))
    if len(rows) == 1:
        database.write(_INSERT, rows[0])
        return
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _publish(
    entry: Entry, head: _Head, said: _Said, changes: Mapping[str, Changes], database: Driver
) -> None:
    """Put the entry at the end of the chain and its lines into the kept pieces."""
    if said.evidence:
        Evidence.objects.bulk_create(
            Evidence(
                entry=entry,
                name=kept.name,
                sha256=kept.sha256,
                size=kept.size,
                note=kept.note,
                columns=kept.columns,
            )
            for kept in said.evidence
        )
    number = head.number + 1
    apply_deltas(changes.values(), entry=number, within=database)
    known_on = max(head.known_on or entry.known_on, entry.known_on)
    database.write(_MOVE_HEAD, (number, entry.digest or "", database.day(known_on)))


def _in_closed_years(lines: Lines, reason: str, known_on: date) -> str:
    """Return the reason, with the closed years that the lines correct; refuse all other lines."""
    facts = list(lines.heads())
    closed = {one.year: one for one in list_closed({_year_of(fact) for fact in facts})}
    if not closed:
        return reason
    late = [fact for fact in facts if _year_of(fact) in closed]
    new = next((fact for fact in late if fact.period_id and not fact.corrects_id), None)
    if new is not None:
        raise InClosedYear(say_closed(closed[_year_of(new)]))
    if not is_closed_year_correctable(known_on):
        raise InClosedYear(
            Words(
                "%(closed)s账本里的更正，由有“更正已关闭年度的账本”权限的岗位（统计专员）记。",
                closed=say_closed(closed[_year_of(late[0])]),
            )
        )
    years = "、".join(str(year) for year in sorted({_year_of(fact) for fact in late}))
    return f"{reason[:150]}（更正已关闭的{years}年）"


def _year_of(fact: Ready) -> int:
    return fact.last_month // 12


def _prepare(lines: Sequence[Line], known_on: date, evidence: Sequence[KeptFile]) -> Lines:
    """Return the lines as facts, checked against their types and what they correct."""
    corrected = [line.fact.pk for line in lines if isinstance(line, (Correction, Withdrawal))]
    done = set()
    for start in range(0, len(corrected), STAGE):
        again = Fact.objects.filter(corrects__in=corrected[start : start + STAGE])
        done |= set(again.values_list("corrects", flat=True))
    checks = _Checks()
    facts = Lines([])
    for line in _single(lines, known_on, checks, facts):
        try:
            if isinstance(line, NewFact):
                fact = _new_fact(line, known_on)
            else:
                fact = _restated(line, known_on, is_done=line.fact.pk in done)
            checks.check(fact)
        except (BadFact, NotRecordable) as refusal:
            column = getattr(refusal, "column", "")
            if place := _place(evidence, getattr(line, "row", None), column):
                refusal.args = (_at(place, words_of(refusal)),)
            raise
        facts.singles.append(fact)
    if len(facts.singles) > STAGE:
        # Side by side in the indexes; what is said of one subject stays in its order.
        facts.singles.sort(key=attrgetter("type", "subject"))
    return facts


def _single(
    lines: Sequence[Line], known_on: date, checks: "_Checks", facts: Lines
) -> Iterator[NewFact | Correction | Withdrawal]:
    """Make returns ready that stand in columns; yield every other line, and theirs if one is odd.

    A refusal has to name the line, which is what the way of a single line does.
    """
    for line in lines:
        if not isinstance(line, NewReturns):
            yield line
        elif (ready := _new_returns(line, known_on)) is None:
            yield from line.one_by_one()
        else:
            try:
                checks.check_all(ready)
            except NotRecordable:
                yield from line.one_by_one()
            else:
                facts.blocks.append(ready)


def _new_returns(line: NewReturns, known_on: date) -> Block | None:
    """Return lines that stand in columns as a block; None where one of them is odd."""
    kind, period = line.type, line.period
    is_usual = kind.grain == "return" and kind.subject != "indicator" and period.first <= known_on
    if not line.subjects or not is_usual or not all(map(kind.is_about, line.subjects)):
        return None
    if len(line.subjects) > STAGE:
        line = line.by_subject()
    texts: list[str] = []
    for start in range(0, len(line.subjects), TOGETHER):
        some = slice(start, start + TOGETHER)
        measures = {key: series.part(some) for key, series in line.measures.items()}
        labels = {key: words[some] for key, words in line.labels.items()}
        written = encode_columns(kind, measures, labels)
        if written is None:
            return None
        texts += written
    return Block(kind, period, line.subjects, line.rows, texts, line.measures, line.labels)


def _place(evidence: Sequence[KeptFile], row: int | None, column: str) -> str | Words:
    """Return where in the files of an entry a line stands; nothing for what no file said."""
    return evidence[0].place(row, column) if evidence else ""


def _at(place: str | Words, what: str | Words) -> Words:
    """Return what is wrong with its place before it."""
    return Words("%(name)s：%(what)s", name=place, what=what)


def _ask_units(facts: Iterable[Ready], evidence: Sequence[KeptFile]) -> None:
    """Refuse a return whose figure is off by 10⁴ or 10⁸ beside those its subject filed before."""
    by_type: dict[str, list[Ready]] = defaultdict(list)
    for fact in facts:
        if fact.period_id and not fact.is_void:
            by_type[fact.type].append(fact)
    for kind, filed in by_type.items():
        fact_type = current_zone().fact_types[kind]
        history = _history(fact_type, filed)
        for fact in filed:
            before = [
                values
                for period, values in history.get(fact.subject, ())
                if period != fact.period_id
            ]
            for key, value in dict(fact.scaled or {}).items():
                column = fact_type.columns[key]
                if column.kind != "measure" or column.unit == "%" or not value:
                    continue
                known = [values[key] for values in before if values[key]]
                if power := find_unit_jump(value, known):
                    place = _place(evidence, fact.row, key)
                    what = Words(
                        "“%(type)s”%(subject)s %(period)s 的“%(column)s”是 %(value)s，"
                        "此前是 %(before)s，相差约%(times)s，像是单位弄错了。"
                        "请核对单位；确认没有错，请勾选“单位已核对”再报。",
                        type=named(fact_type),
                        subject=_spoken(fact.subject),
                        period=fact.period_id,
                        column=Words(column.name),
                        value=_amount(value, column),
                        before=_amount(known[-1], column),
                        times=Words("一万倍") if abs(power) == 4 else Words("一亿倍"),
                    )
                    raise MistakenUnit(_at(place, what) if place else what)


def _amount(scaled: int, column: Column) -> Amount:
    """Return a measure as a person says it: large money in 亿元."""
    value = Decimal(scaled).scaleb(-column.scale)
    is_large = column.unit == "元" and abs(value) >= get_unit("亿元").factor
    return Amount(value, "亿元" if is_large else column.unit)


def _spoken(subject: str) -> str | Words:
    """Return an indicator's name; of other subjects the ledger knows no better name."""
    kind, _, own = subject.partition(":")
    found = current_zone().indicators.get(own) if kind == "indicator" else None
    return Words("“%(name)s”", name=named(found)) if found else subject


def _history(
    fact_type: FactType, filed: Sequence[Ready]
) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """Return what stands of each subject in the year before, by time."""
    found: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    subjects = sorted({one.subject for one in filed})
    first = min(one.last_month for one in filed) - 12
    for start in range(0, len(subjects), 500):
        standing = Fact.objects.filter(
            type=fact_type.id,
            subject__in=subjects[start : start + 500],
            last_month__gte=first,
            is_void=False,
            correction=None,
            entry__number__isnull=False,
        )
        for one in standing.order_by("last_month", "pk"):
            found[one.subject].append((one.period_id, fact_type.decode_scaled(one.values)))
    return found


# What has to be checked of each type, found once for each zone.
_checks_of: dict[int, tuple[Zone, dict[str, PieceCode]]] = {}


class _Checks:
    """Run the definitions over each line before it is recorded: none may go out of range."""

    def __init__(self) -> None:
        self._codes = _checks_of.setdefault(id(current_zone()), (current_zone(), {}))[1]

    def check_all(self, facts: Iterable[Ready]) -> None:
        """Refuse lines of one type where some definition makes products of it."""
        for fact in facts:
            self.check(fact)
            if not self._codes[fact.type].indicators:
                break

    def check(self, fact: Ready) -> None:
        """Refuse a line whose products or sums no engine could hold."""
        fact_type = current_zone().fact_types[fact.type]
        code = self._codes.get(fact.type)
        if code is None:
            over = [
                one
                for one in current_zone().indicators.values()
                if one.over == fact.type and makes_products(one, fact_type)
            ]
            code = self._codes[fact.type] = PieceCode(over, fact_type)
        if not code.indicators:
            return
        try:
            code.check(as_row(fact, fact_type, Belongings(), fact.scaled).values)
        except OutOfRange as error:
            raise NotRecordable(
                Words(
                    "“%(type)s”%(subject)s：%(what)s",
                    type=named(fact_type),
                    subject=fact.subject,
                    what=words_of(error),
                )
            ) from None


# The subjects that the zone's definitions name, by zone and type.
_subjects_of: dict[tuple[int, str], tuple[Zone, set[str]]] = {}


def _asked_for(kind: FactType) -> set[str]:
    """Return the subjects whose readings some definition asks for: the others are unknown."""
    zone = current_zone()
    known = _subjects_of.get((id(zone), kind.id))
    if known is None or known[0] is not zone:
        every = [one for same in zone.versions.values() for one in same]
        every += zone.indicators.values()
        over = [one for one in every if one.over == kind.id]
        asked = {subject for one in over for subject in find_subjects(one.value, kind)}
        known = _subjects_of[id(zone), kind.id] = (zone, asked)
    return known[1]


def _restated(line: Correction | Withdrawal, known_on: date, *, is_done: bool) -> Ready:
    found = line.fact
    if found.entry.known_on > known_on:
        raise NotRecordable(
            Words(
                "更正的知悉日 %(day)s 早于原记录（%(known)s）。",
                day=known_on,
                known=found.entry.known_on,
            )
        )
    if is_done:
        raise AlreadyRecorded(
            Words("%(fact)s 已被更正过；请打开最新的一条再更正。", fact=str(found))
        )
    is_void = isinstance(line, Withdrawal)
    if is_void and found.is_void:
        raise AlreadyRecorded(Words("%(fact)s 已经撤回。", fact=str(found)))
    fact_type = current_zone().fact_types[found.type]
    values, scaled = (
        (found.values, None) if isinstance(line, Withdrawal) else fact_type.encode_row(line.values)
    )
    if fact_type.revision and not is_void:
        _check_revision(fact_type, found.values, values)
    return Ready(
        type=found.type,
        area=found.area,
        subject=found.subject,
        last_month=found.last_month,
        on=found.on,
        period_id=found.period_id,
        key=found.key,
        row=None,
        values=values,
        scaled=scaled,
        corrects_id=found.pk,
        is_void=is_void,
    )


def _check_revision(fact_type: FactType, before: str, after: str) -> None:
    """Refuse a figure that is less final than the one it takes the place of."""
    order = list(fact_type.columns[fact_type.revision].words)
    was, becomes = (str(fact_type.decode(values)[fact_type.revision]) for values in (before, after))
    if was in order and becomes in order and order.index(becomes) < order.index(was):
        raise NotRecordable(
            Words(
                "“%(type)s”已经是%(was)s数，不能再改回%(becomes)s数；请核对，或者先撤回%(was)s数再报。",
                type=named(fact_type),
                was=Words(was),
                becomes=Words(becomes),
            )
        )


def _new_fact(line: NewFact, known_on: date) -> Ready:
    kind = line.type
    if not kind.is_about(line.subject):
        raise NotRecordable(
            Words(
                "“%(type)s”的对象应为 %(kind)s:…，收到的是“%(subject)s”。",
                type=named(kind),
                kind=kind.subject,
                subject=line.subject,
            )
        )
    if kind.subject == "indicator" and line.subject not in _asked_for(kind):
        raise NotRecordable(
            Words(
                "指标字典里没有哪个指标用得到“%(type)s”里“%(subject)s”这个对象；请核对代码。",
                type=named(kind),
                subject=line.subject,
            )
        )
    if kind.grain == "event" and (line.on is None or not line.key or line.period):
        raise NotRecordable(
            Words("“%(type)s”是事件：要有发生日期和来源键，不带期间。", type=named(kind))
        )
    if kind.grain == "return" and (line.period is None or line.on):
        raise NotRecordable(Words("“%(type)s”是报表：要有期间，不带发生日期。", type=named(kind)))
    true_from = line.on or (line.period.first if line.period else known_on)
    if true_from > known_on:
        raise NotRecordable(
            Words(
                "“%(type)s”的日期 %(day)s 在将来（今天是 %(today)s）。",
                type=named(kind),
                day=true_from,
                today=known_on,
            )
        )
    last = line.on or (line.period.last if line.period else known_on)
    values, scaled = kind.encode_row(line.values)
    return Ready(
        type=kind.id,
        area=line.area,
        subject=line.subject,
        last_month=month_number(last),
        on=line.on,
        period_id=line.period.id if line.period else "",
        key=line.key,
        row=line.row,
        values=values,
        scaled=scaled,
    )


def _already(facts: Iterable[Ready]) -> NotRecordable:
    for fact in facts:
        same = Fact.objects.filter(type=fact.type, corrects__isnull=fact.corrects_id is None)
        same = same.filter(corrects=fact.corrects_id) if fact.corrects_id else same
        same = same.filter(key=fact.key) if fact.key else same.filter(period_id=fact.period_id)
        if found := same.filter(subject=fact.subject).select_related("entry").first():
            return AlreadyRecorded(
                Words(
                    "%(fact)s 已由 %(name)s 于 %(day)s 记录（第 %(number)s 条）；要改请用“更正”。",
                    fact=str(found),
                    name=found.entry.actor,
                    day=found.entry.known_on,
                    number=found.entry.number,
                )
            )
    return AlreadyRecorded(Words("这批记录里有两行是同一件事；请合并后再记。"))
