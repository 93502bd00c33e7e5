"""Kept pieces: sums beside the facts, changed in the fact's own transaction, and their history.

Writers hold the lock on the ledger's head, so that what they read here and write back is theirs
alone. `KeptPiece` is what is known today; `PieceDelta` says what each entry changed, so that a
piece as known on an earlier day is today's less what became known later.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from jingkai.database.statements import Driver, driver
from jingkai.kernel.dimensions import DIMENSIONS, Belongings
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.months import Span
from jingkai.kernel.pieces import (
    Cell,
    PieceCode,
    Row,
    Sums,
    by_subject,
    is_row_class,
    parts_of,
    piece_id,
)
from jingkai.kernel.vectors import Unclear
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.facts import belongs
from jingkai.ledger.lines import Block
from jingkai.ledger.live import as_belonging, as_row, keys_of, list_live_rows, read_belongings
from jingkai.ledger.models import Fact, KeptDefinition, LedgerHead

__all__ = [
    "Changes",
    "Version",
    "add_up",
    "apply_deltas",
    "contributing",
    "deltas_of",
    "keep",
    "kept_code",
    "kept_pieces",
    "read_kept",
    "stands_alone",
]

CHUNK = 400
FIELDS = "definition_id, area, dimension, key, last, first, total, present"


def add_up(indicators: Sequence[Indicator], fact_type: FactType, *, known_on: date) -> Sums:
    """Return every piece of the indicators, added up anew over the facts as known on a day."""
    code, sums, rows = PieceCode(indicators, fact_type), Sums(), list[Row]()
    for row in list_live_rows(fact_type, known_on=known_on):
        code.add_row(sums, row)
        if code.needs_subject:
            rows.append(row)
    for together in by_subject(rows).values():
        code.add_subject(sums, together)
    return sums


def contributing(
    indicator: Indicator, fact_type: FactType, wanted: Span, *, known_on: date
) -> list[int]:
    """Return the ids of the live facts of these months that the indicator counts or adds."""
    code = PieceCode([indicator], fact_type)
    return [
        row.id
        for row in list_live_rows(fact_type, known_on=known_on, ending=wanted)
        if (indicator.adds_up != "flow" or wanted.contains(row.span)) and code.counts(row, 0)
    ]


class Version(NamedTuple):
    """One recorded line: its fact, when it became known, and which fact it takes the place of.

    `scaled` are its values where it has just been made ready.
    """

    fact: Any
    known_on: date
    corrects: int | None
    is_void: bool
    scaled: Mapping[str, Any] | None = None

    def row(self, fact_type: FactType, belongings: Belongings) -> Row:
        """Return it as pieces see it."""
        return as_row(self.fact, fact_type, belongings, self.scaled)


# Deltas by the day on which they became known.
Deltas = dict[date, Sums]


class Changes(NamedTuple):
    """What lines change of the pieces that are kept over one type, and the ids of those pieces."""

    ids: Mapping[str, int]
    deltas: Deltas


@dataclass
class _Code:
    """The kept pieces of one fact type: code for rows that stand alone, and for subjects."""

    whole: PieceCode
    together: PieceCode | None
    needs_belongings: bool
    ids: dict[str, int] = field(default_factory=dict)


_codes: dict[tuple[str, tuple[str, ...]], _Code] = {}


def kept_code(fact_type: FactType) -> _Code | None:
    """Return the code of the pieces that are kept over a fact type; None when there are none."""
    ids = kept_ids(fact_type.id)
    zone = current_zone()
    # The zone is held beside its code, so that another one never takes its place unnoticed.
    known = _known.get((id(zone), fact_type.id))
    if known and known[0] is zone and known[1] == ids:
        return known[2]
    code = _find_code(fact_type, ids)
    _known[id(zone), fact_type.id] = (zone, ids, code)
    return code


_known: dict[tuple[int, str], tuple[Zone, dict[str, int], _Code | None]] = {}
_IDS = "SELECT piece, id FROM ledger_keptdefinition WHERE type = %s"


def kept_ids(kind: str) -> dict[str, int]:
    """Return the ids of the pieces that are kept over a fact type."""
    return dict(driver().every(_IDS, (kind,)))


def _find_code(fact_type: FactType, ids: dict[str, int]) -> _Code | None:
    indicators = [one for one in _over(fact_type) if piece_id(one, fact_type) in ids]
    if not indicators:
        return None
    names = (fact_type.id, tuple(piece_id(one, fact_type) for one in indicators))
    code = _codes.get(names)
    if code is None:
        code = _codes[names] = _make_code(indicators, fact_type)
    code.ids = ids
    return code


def _make_code(indicators: Sequence[Indicator], fact_type: FactType) -> _Code:
    together = [one for one in indicators if not is_row_class(one)]
    return _Code(
        PieceCode(indicators, fact_type),
        PieceCode(together, fact_type) if together else None,
        any(dimension in DIMENSIONS for one in indicators for dimension in one.by),
    )


def _over(fact_type: FactType) -> list[Indicator]:
    """Return every version of the zone's indicators over a fact type."""
    zone = current_zone()
    versions = zone.versions or {one.id: (one,) for one in zone.indicators.values()}
    return [
        one
        for same in versions.values()
        for one in same
        if one.over == fact_type.id and not one.is_derived
    ]


def kept_pieces(types: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Return the names and ids of the pieces that are kept over these fact types."""
    kept = KeptDefinition.objects.filter(type__in=[*types])
    return frozenset(kept.values_list("piece", "pk"))


def stands_alone(fact_type: FactType) -> bool:
    """Tell whether a line of this type changes its own pieces only, whoever writes beside it."""
    code = kept_code(fact_type)
    return fact_type.id != belongs.id and (
        code is None or not (code.together or code.needs_belongings)
    )


def deltas_of(
    fact_type: FactType,
    singles: Sequence[Version],
    blocks: Sequence[Block] = (),
    *,
    known_on: date,
    is_backfilled: bool,
) -> dict[str, Changes]:
    """Return what lines of one type change of the kept pieces of each type.

    The lines themselves are not in the database yet.
    """
    if fact_type.id == belongs.id:
        return _moved(singles, known_on)
    code = kept_code(fact_type)
    if code is None:
        return {}
    added: Sequence[Version] = singles
    if blocks and (is_backfilled or code.together):
        added = [*singles, *_versions(blocks, known_on)]
    subjects = {one.fact.subject for one in added}
    if is_backfilled:
        replayed = _replayed(code.whole, fact_type, subjects, added, known_on)
        return {fact_type.id: Changes(code.ids, replayed)}
    sums = Sums()
    everyone = subjects.union(*(block.subjects for block in blocks))
    belongings = _belongings(code, everyone, known_on)
    corrected = [one.corrects for one in singles if one.corrects]
    replaced = Fact.objects.in_bulk(corrected) if corrected else {}
    for one in singles:
        if one.corrects and not (old := replaced[one.corrects]).is_void:
            code.whole.add_row(sums, as_row(old, fact_type, belongings), -1)
    new = [one.row(fact_type, belongings) for one in singles if not one.is_void]
    if len(new) == 1:
        code.whole.add_row(sums, new[0])
    else:
        code.whole.add_rows(sums, new)
    for block in blocks:
        _add_block(sums, code.whole, block, belongings)
    deltas = {known_on: sums}
    if code.together:
        for day, more in _replayed(code.together, fact_type, subjects, added, known_on).items():
            _add(deltas.setdefault(day, Sums()), more)
    return {fact_type.id: Changes(code.ids, deltas)}


def _add_block(sums: Sums, code: PieceCode, block: Block, belongings: Belongings) -> None:
    """Add returns that came in columns: as columns where they are clear, else one by one."""
    keys = {one: keys_of(block, one, belongings) for one in code.dimensions}
    try:
        code.add_columns(sums, block.table, Span.of(block.period), keys)
    except Unclear:
        code.add_rows(sums, (as_row(one, block.type, belongings, one.scaled) for one in block))


def _versions(blocks: Sequence[Block], known_on: date) -> Iterator[Version]:
    for block in blocks:
        for one in block:
            yield Version(one, known_on, None, False)


def _moved(added: Sequence[Version], known_on: date) -> dict[str, Changes]:
    """Return what a changed belonging moves from key to key, in every type kept by dimension."""
    subjects = {one.fact.subject for one in added}
    found: dict[str, Changes] = {}
    for fact_type in current_zone().fact_types.values():
        code = kept_code(fact_type)
        if code and code.needs_belongings and any(map(fact_type.is_about, subjects)):
            moved = _replayed(code.whole, fact_type, subjects, added, known_on)
            found[fact_type.id] = Changes(code.ids, moved)
    return found


def _replayed(
    code: PieceCode,
    fact_type: FactType,
    subjects: Iterable[str],
    added: Sequence[Version],
    known_on: date,
) -> Deltas:
    """Return what lines change of their subjects' pieces, on that day and on each later one."""
    deltas: Deltas = defaultdict(Sums)
    added_to: dict[str, list[Version]] = defaultdict(list)
    for one in added:
        added_to[one.fact.subject].append(one)
    for before in _histories(fact_type, subjects):
        after = before.with_lines(added_to.get(before.subject, []), fact_type)
        moved = Sums()
        for day in sorted({known_on} | {one for one in after.days() if one > known_on}):
            difference = after.sums(code, day)
            _add(difference, before.sums(code, day), -1)
            step = Sums(difference)
            _add(step, moved, -1)
            _add(deltas[day], step)
            moved = difference
    return {day: sums for day, sums in deltas.items() if sums}


@dataclass
class _History:
    """Everything recorded of one subject in one type, and what it belonged to."""

    subject: str
    fact_type: FactType
    versions: list[Version] = field(default_factory=list)
    moves: list[Version] = field(default_factory=list)

    def with_lines(self, added: Sequence[Version], fact_type: FactType) -> "_History":
        own = [one for one in added if one.fact.type == fact_type.id]
        moves = [one for one in added if one.fact.type == belongs.id]
        return _History(self.subject, fact_type, self.versions + own, self.moves + moves)

    def days(self) -> set[date]:
        return {one.known_on for one in (*self.versions, *self.moves)}

    def belongings(self, day: date) -> Belongings:
        """Return what it belonged to, as known on a day."""
        return Belongings.of(as_belonging(fact) for fact in _live(self.moves, day))

    def sums(self, code: PieceCode, day: date) -> Sums:
        belongings = self.belongings(day)
        rows = [as_row(fact, self.fact_type, belongings) for fact in _live(self.versions, day)]
        sums = Sums()
        for row in rows:
            code.add_row(sums, row)
        code.add_subject(sums, rows)
        return sums


def _live(versions: Sequence[Version], day: date) -> Iterator[Any]:
    known = [one for one in versions if one.known_on <= day]
    replaced = {one.corrects for one in known if one.corrects}
    return (one.fact for one in known if not one.is_void and one.fact.pk not in replaced)


def _histories(fact_type: FactType, subjects: Iterable[str] | None) -> Iterator[_History]:
    """Yield the histories of subjects, or of all that have facts of this type."""
    if subjects is None:
        everyone = Fact.objects.filter(type=fact_type.id).order_by().values_list("subject")
        subjects = [subject for (subject,) in everyone.distinct()]
    names = sorted(set(subjects))
    for start in range(0, len(names), CHUNK):
        chunk = names[start : start + CHUNK]
        found = {name: _History(name, fact_type) for name in chunk}
        recorded = Fact.objects.filter(
            type__in=[fact_type.id, belongs.id], subject__in=chunk, entry__number__isnull=False
        )
        for fact in recorded.select_related("entry").order_by("pk"):
            version = Version(fact, fact.entry.known_on, fact.corrects_id, fact.is_void)
            own = found[fact.subject]
            (own.versions if fact.type == fact_type.id else own.moves).append(version)
        yield from found.values()


def _belongings(code: _Code, subjects: set[str], known_on: date) -> Belongings:
    if not code.needs_belongings:
        return Belongings()
    return read_belongings(known_on=known_on, subjects=subjects if len(subjects) <= CHUNK else None)


def _add(sums: Sums, more: Sums, sign: int = 1) -> None:
    for cell, (total, present) in more.items():
        old = sums.get(cell, (0, 0))
        new = (old[0] + sign * total, old[1] + sign * present)
        if new == (0, 0):
            sums.pop(cell, None)
        else:
            sums[cell] = new


def apply_deltas(changes: Iterable[Changes], *, entry: int, within: Driver) -> None:
    """Write deltas to the log and into the kept pieces; the caller holds the head's lock."""
    for ids, by_day in changes:
        whole = Sums()
        lines = []
        for day, sums in by_day.items():
            _add(whole, sums)
            lines += [
                (ids[piece], area, dimension, key, last, first, str(total), present, day, entry)
                for (piece, area, dimension, key, first, last), (total, present) in sums.items()
                if (total, present) != (0, 0)
            ]
        _write(within, _log, lines)
        _write(
            within,
            _merge,
            [
                (ids[piece], area, dimension, key, last, first, str(total), present)
                for (piece, area, dimension, key, first, last), (total, present) in whole.items()
            ],
        )


# So many rows are written in one statement.
FEW = 60
_ADDED = {
    # Whole numbers of any size, as text: SQLite has none, so that its connection lends Python's.
    "sqlite": "whole_sum(ledger_keptpiece.total, excluded.total)",
    "postgresql": "(ledger_keptpiece.total::numeric + excluded.total::numeric)::text",
}


def _write(
    database: Driver, statement: Callable[[int], str], lines: Sequence[tuple[Any, ...]]
) -> None:
    """Write lines with the statement for so many: few in one, many one by one."""
    if 0 < len(lines) <= FEW:
        database.write(statement(len(lines)), [one for line in lines for one in line])
    elif lines:
        with connection.cursor() as cursor:
            cursor.executemany(statement(1), lines)


@cache
def _log(rows: int) -> str:
    """Return the statement that adds rows to the log of deltas."""
    return f"INSERT INTO ledger_piecedelta ({FIELDS}, known_on, entry) VALUES {_marks(10, rows)}"


@cache
def _merge(rows: int) -> str:
    """Return the statement that adds sums to what is kept, in the database itself."""
    return (
        f"INSERT INTO ledger_keptpiece ({FIELDS}) VALUES {_marks(8, rows)}"
        " ON CONFLICT (definition_id, area, dimension, key, last, first) DO UPDATE SET "
        f"total = {_ADDED[connection.vendor]}, "
        "present = ledger_keptpiece.present + excluded.present"
    )


def _marks(columns: int, rows: int) -> str:
    return ", ".join([f"({', '.join(['%s'] * columns)})"] * rows)


def keep(indicators: Iterable[Indicator]) -> None:
    """Begin to keep the pieces of indicators: replay what is recorded, once."""
    zone = current_zone()
    wanted: dict[str, dict[str, Indicator]] = defaultdict(dict)
    for one in indicators:
        if not one.is_derived:
            wanted[one.over][piece_id(one, zone.fact_types[one.over])] = one
    with transaction.atomic():
        LedgerHead.objects.select_for_update().get(pk=1)
        for kind, missing in wanted.items():
            known = set(KeptDefinition.objects.filter(type=kind).values_list("piece", flat=True))
            new = [one for piece, one in missing.items() if piece not in known]
            if new:
                _begin(new, zone.fact_types[kind])


def _begin(indicators: Sequence[Indicator], fact_type: FactType) -> None:
    KeptDefinition.objects.bulk_create(
        KeptDefinition(piece=piece_id(one, fact_type) + part, type=fact_type.id)
        for one in indicators
        for part in parts_of(one)
    )
    code = _make_code(indicators, fact_type)
    by_entry: dict[int, Deltas] = defaultdict(lambda: defaultdict(Sums))
    for history in _histories(fact_type, None):
        _replay(history, code, by_entry)
    ids = kept_ids(fact_type.id)
    for entry, deltas in sorted(by_entry.items()):
        apply_deltas([Changes(ids, deltas)], entry=entry, within=driver())


def _replay(history: _History, code: _Code, by_entry: dict[int, Deltas]) -> None:
    """Add what a subject's lines did to the pieces, at the entry that last spoke that day."""
    last = {one.known_on: one.fact.entry.number for one in (*history.versions, *history.moves)}
    first = min((one.known_on for one in history.versions), default=date.max)
    # Where all that is known of its belonging was known before it filed, no row ever moves.
    is_settled = not code.needs_belongings or all(one.known_on <= first for one in history.moves)
    if code.together is None and is_settled:
        facts = {one.fact.pk: one.fact for one in history.versions}
        belongings = history.belongings(first)
        for one in history.versions:
            sums = by_entry[one.fact.entry.number][one.known_on]
            if one.corrects and not facts[one.corrects].is_void:
                code.whole.add_row(
                    sums, as_row(facts[one.corrects], history.fact_type, belongings), -1
                )
            if not one.is_void:
                code.whole.add_row(sums, as_row(one.fact, history.fact_type, belongings))
        return
    before = Sums()
    for day in sorted(history.days()):
        now = history.sums(code.whole, day)
        step = Sums(now)
        _add(step, before, -1)
        _add(by_entry[last[day]][day], step)
        before = now


def read_kept(
    pieces: Sequence[str], *, known_on: date, area: str | None = None
) -> tuple[Sums, set[str]]:
    """Return kept pieces as known on a day, and the names of those that are kept."""
    names = dict(KeptDefinition.objects.filter(piece__in=pieces).values_list("pk", "piece"))
    sums = Sums()
    if not names:
        return sums, set()
    marks = ", ".join(["%s"] * len(names))
    where, values = f"WHERE definition_id IN ({marks})", list[Any](names)
    if area is not None:
        where, values = f"{where} AND area = %s", [*values, area]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FIELDS} FROM ledger_keptpiece {where}", values)
        for piece, place, dimension, key, last, first, total, present in cursor.fetchall():
            sums[names[piece], place, dimension, key, first, last] = (int(total), present)
        cursor.execute(
            f"SELECT {FIELDS} FROM ledger_piecedelta {where} AND known_on > %s",
            [*values, known_on],
        )
        later = Sums()
        for piece, place, dimension, key, last, first, total, present in cursor.fetchall():
            cell: Cell = (names[piece], place, dimension, key, first, last)
            _add(later, {cell: (int(total), present)})
    _add(sums, later, -1)
    return sums, set(names.values())
