"""The lake: every version of every fact as Parquet, wide rows, append only, for scans.

A file is written, renamed into place, and then listed in `LakeFile`; nothing finds files by looking
into folders. A row counts as known on a day when it was known by then and nothing known by then
took its place. When a subject turns out to belong elsewhere, its rows get a new revision.
"""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4
from zlib import crc32

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Value
from django.db.models.functions import Coalesce

from jingkai.engines.answers import Answer
from jingkai.engines.duck import digest_files
from jingkai.engines.sources import Source, open_engine
from jingkai.kernel.dimensions import DIMENSIONS, Belongings
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.pieces import Row, parts_of, piece_id
from jingkai.kernel.zone import current_zone
from jingkai.ledger.facts import belongs
from jingkai.ledger.kept import keep, read_kept
from jingkai.ledger.live import as_belonging, as_row
from jingkai.ledger.models import Entry, Fact, LakeFile, LakeMark, LedgerHead

__all__ = [
    "compact_lake",
    "digest_lake",
    "extend_lake",
    "find_disagreeing",
    "open_source",
    "rebuild_lake",
    "scan",
]

ROW_GROUP = 50_000
BATCH = 100_000
BLOCKS = 4
SUPERSEDED = pa.schema(
    {"fact_id": pa.int64(), "revision": pa.int64(), "known": pa.date32(), "entry": pa.int64()}
)


def scan(indicators: Sequence[Indicator], *, known_on: date) -> Answer:
    """Return every piece of the indicators over the whole record, by the engine of the house."""
    engine, answer = open_engine(settings.ENGINE), Answer()
    by_type: dict[str, list[Indicator]] = defaultdict(list)
    for one in indicators:
        if not one.is_derived:
            by_type[one.over].append(one)
    for kind, over in by_type.items():
        source = open_source(current_zone().fact_types[kind], _dimensions(over))
        if source.files or source.recent is not None:
            answer.extend(engine.scan(over, source, known_on).blocks)
    return answer


def find_disagreeing(*, on: date) -> list[str]:
    """Return the pieces that a scan finds otherwise than they are kept."""
    zone = current_zone()
    indicators = [one for one in zone.indicators.values() if not one.is_derived]
    keep(indicators)
    found = scan(indicators, known_on=on).sums()
    names = [
        piece_id(one, zone.fact_types[one.over]) + part
        for one in indicators
        for part in parts_of(one)
    ]
    kept, _ = read_kept(names, known_on=on)
    filled = {cell: sums for cell, sums in kept.items() if sums != (0, 0)}
    return sorted({cell[0] for cell, _ in filled.items() ^ found.items()})


def open_source(fact_type: FactType, dimensions: Sequence[str]) -> Source:
    """Return the manifest and what is above the watermark, read in one snapshot."""
    with transaction.atomic():
        mark = LakeMark.objects.get(pk=1)
        listed = list(LakeFile.objects.filter(type=fact_type.id, replaced_in=None).order_by("pk"))
        fresh = _Projection(fact_type, above=mark.entry)
        if LedgerHead.objects.filter(pk=1, number__gt=mark.entry).exists():
            fresh.run()
    files: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in listed:
        if one.kind == "rows":
            files[tuple(one.schema.split(","))].append(str(_root() / one.path))
    gone = [str(_root() / one.path) for one in listed if one.kind == "superseded"]
    rows = [line for lines in fresh.rows.values() for line in lines]
    return Source(
        fact_type,
        tuple(dimensions),
        dict(files),
        gone,
        _rows_table(fact_type, rows) if rows else None,
        pa.Table.from_pylist(fresh.superseded, SUPERSEDED) if fresh.superseded else None,
    )


def extend_lake(*, to: int | None = None) -> int:
    """Bring the lake up to the ledger's last entry, or to an earlier one; return how far it is."""
    head = LedgerHead.objects.get(pk=1).number if to is None else to
    reached = LakeMark.objects.get(pk=1).entry
    for step in _steps(reached, head):
        reached = _extend(step)
    return reached


def _steps(mark: int, head: int) -> Iterator[int]:
    """Yield entries to stop at, so that no step holds more facts than memory likes."""
    sizes = Entry.objects.filter(number__gt=mark, number__lte=head).annotate(size=Count("facts"))
    held = 0
    for number, size in sizes.order_by("number").values_list("number", "size"):
        held += size
        if held >= BATCH or number == head:
            held = 0
            yield number


def _extend(head: int) -> int:
    mark = LakeMark.objects.get(pk=1)
    if head <= mark.entry:
        return mark.entry
    made = []
    for fact_type in current_zone().fact_types.values():
        fresh = _Projection(fact_type, above=mark.entry, up_to=head)
        fresh.run()
        for (year, block), lines in sorted(fresh.rows.items()):
            table = _rows_table(fact_type, lines)
            file = _write(table, "rows", fact_type.id, year, block, (mark.entry + 1, head))
            file.schema = _schema(table, fact_type)
            made.append(file)
        if fresh.superseded:
            table = pa.Table.from_pylist(fresh.superseded, SUPERSEDED)
            span = (mark.entry + 1, head)
            made.append(_write(table, "superseded", fact_type.id, 0, "", span))
    with transaction.atomic():
        if not LakeMark.objects.filter(pk=1, entry=mark.entry).update(entry=head):
            return LakeMark.objects.get(pk=1).entry  # somebody else was faster
        LakeFile.objects.bulk_create(made)
    return head


def compact_lake() -> int:
    """Join the files of each type, year and block; return how many files stood before.

    What was replaced is deleted two compactions later: until then a reader may hold its name.
    """
    mark = LakeMark.objects.get(pk=1)
    generation = mark.generation + 1
    groups: dict[tuple[Any, ...], list[LakeFile]] = defaultdict(list)
    for one in LakeFile.objects.filter(replaced_in=None).order_by("pk"):
        groups[one.kind, one.type, one.year, one.block, one.schema].append(one)
    joined = []
    for (kind, type_id, year, block, _), files in groups.items():
        if len(files) == 1:
            continue
        table = pa.concat_tables([pq.read_table(_root() / one.path) for one in files])
        span = (min(one.first_entry for one in files), max(one.last_entry for one in files))
        made = _write(table, kind, type_id, year, block, span)
        made.generation, made.schema = generation, files[0].schema
        joined.append((made, files))
    with transaction.atomic():
        for made, files in joined:
            made.save()
            LakeFile.objects.filter(pk__in=[one.pk for one in files]).update(replaced_in=generation)
        LakeMark.objects.filter(pk=1).update(generation=F("generation") + 1)
    stale = LakeFile.objects.filter(replaced_in__lte=generation - 2)
    for one in stale:
        (_root() / one.path).unlink(missing_ok=True)
    stale.delete()
    return sum(map(len, groups.values()))


def rebuild_lake() -> str:
    """Write the whole lake anew from the ledger and return its digest."""
    with transaction.atomic():
        generation = LakeMark.objects.get(pk=1).generation + 1
        LakeFile.objects.filter(replaced_in=None).update(replaced_in=generation)
        LakeMark.objects.filter(pk=1).update(entry=0, generation=generation)
    extend_lake()
    return digest_lake()


def digest_lake() -> str:
    """Return the digest of all rows of the lake, whatever files they lie in."""
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for one in LakeFile.objects.filter(replaced_in=None):
        names = tuple(name.partition(":")[0] for name in one.schema.split(","))
        groups[names].append(str(_root() / one.path))
    return digest_files([(files, columns) for columns, files in sorted(groups.items())])


def _dimensions(indicators: Iterable[Indicator]) -> list[str]:
    return list(dict.fromkeys(one for each in indicators for one in each.by))


def _root() -> Path:
    return Path(settings.LAKE_ROOT)


@dataclass
class _Moves:
    """Who belonged where, as recorded up to each entry."""

    lines: dict[str, list[tuple[int, Fact, int | None]]] = field(default_factory=dict)

    def keys(self, subject: str, on: date, entry: int) -> dict[str, str]:
        lines = [one for one in self.lines.get(subject, ()) if one[0] <= entry]
        replaced = {corrects for _, _, corrects in lines if corrects}
        live = [fact for _, fact, _ in lines if not fact.is_void and fact.pk not in replaced]
        return Belongings.of(map(as_belonging, live)).keys(subject, on)


class _Projection:
    """The lake's rows and superseded marks of one fact type, from a span of entries."""

    def __init__(self, fact_type: FactType, *, above: int, up_to: int | None = None) -> None:
        self.fact_type, self.above, self.up_to = fact_type, above, up_to
        self.rows: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
        self.superseded: list[dict[str, Any]] = []
        self._moves = _Moves()

    def run(self) -> None:
        """Project the entries one after the other, so that any cut of them gives the same rows."""
        self._moves = _read_moves(self.fact_type, self.up_to)
        moved: dict[int, set[str]] = defaultdict(set)
        for subject, lines in self._moves.lines.items():
            for entry, _, _ in lines:
                if entry > self.above:
                    moved[entry].add(subject)
        done = self.above
        for fact in self._facts():
            number = fact.entry.number or 0
            for entry in sorted(one for one in moved if done < one < number):
                self._move(moved.pop(entry), entry)
            done = max(done, number - 1)
            self._take(fact, number)
        for entry in sorted(moved):
            self._move(moved[entry], entry)

    def _facts(self) -> Iterator[Fact]:
        entries = Entry.objects.filter(number__gt=self.above)
        if self.up_to is not None:
            entries = entries.filter(number__lte=self.up_to)
        # By the entries, which are few: asked for the type as it is, SQLite would go through every
        # fact of the type.
        facts = Fact.objects.annotate(kind=Coalesce("type", Value("")))
        facts = facts.filter(kind=self.fact_type.id, entry__in=entries.order_by())
        ordered = facts.select_related("entry", "corrects").order_by("entry__number", "pk")
        return ordered.iterator(chunk_size=20_000)

    def _take(self, fact: Fact, number: int) -> None:
        if fact.corrects_id and fact.corrects and not fact.corrects.is_void:
            revision = self._revision(fact.corrects, number)
            self._supersede(fact.corrects_id, revision, fact.entry.known_on, number)
        if not fact.is_void:
            keys = self._keys(fact, number)
            self._put(fact, 0, fact.entry.known_on, number, keys)

    def _keys(self, fact: Fact, entry: int) -> dict[str, str]:
        if not self._moves.lines:
            return {}
        return self._moves.keys(
            fact.subject, as_row(fact, self.fact_type, Belongings()).values["on"], entry
        )

    def _revision(self, fact: Fact, before: int) -> int:
        """Return the revision of a row that stands: the last entry that moved it."""
        if fact.subject not in self._moves.lines:
            return 0
        revision, keys = 0, self._keys(fact, fact.entry.number or 0)
        for entry in sorted({one for one, _, _ in self._moves.lines.get(fact.subject, ())}):
            if (fact.entry.number or 0) < entry < before:
                after = self._keys(fact, entry)
                if after != keys:
                    revision, keys = entry, after
        return revision

    def _move(self, subjects: set[str], entry: int) -> None:
        """Give the live rows of subjects that a belonging moved a new revision."""
        recorded = Fact.objects.filter(
            type=self.fact_type.id, subject__in=subjects, entry__number__lt=entry
        )
        facts = list(recorded.select_related("entry").order_by("pk"))
        replaced = {one.corrects_id for one in facts if one.corrects_id}
        for fact in facts:
            if fact.is_void or fact.pk in replaced:
                continue
            before, after = self._keys(fact, entry - 1), self._keys(fact, entry)
            if before != after:
                known = self._known_of(fact.subject, entry)
                self._supersede(fact.pk, self._revision(fact, entry), known, entry)
                self._put(fact, entry, max(known, fact.entry.known_on), entry, after)

    def _known_of(self, subject: str, entry: int) -> date:
        return next(
            fact.entry.known_on for number, fact, _ in self._moves.lines[subject] if number == entry
        )

    def _supersede(self, fact_id: int, revision: int, known: date, entry: int) -> None:
        self.superseded.append(
            {"fact_id": fact_id, "revision": revision, "known": known, "entry": entry}
        )

    def _put(
        self, fact: Fact, revision: int, known: date, entry: int, keys: dict[str, str]
    ) -> None:
        row = as_row(fact, self.fact_type, Belongings())
        own = {key: row.keys[key] for key in row.keys}
        line = _line(fact, self.fact_type, row, own | keys)
        line |= {"revision": revision, "known": known, "entry": entry}
        self.rows[row.span.last // 12, _block(fact.area)].append(line)


def _block(area: str) -> str:
    """Return the block of areas that share files; one zone alone has no blocks."""
    return f"b{crc32(area.encode()) % BLOCKS}" if area else ""


def _read_moves(fact_type: FactType, up_to: int | None) -> _Moves:
    moves = _Moves()
    if fact_type.id == belongs.id:
        return moves
    facts = Fact.objects.filter(type=belongs.id, entry__number__isnull=False)
    if up_to is not None:
        facts = facts.filter(entry__number__lte=up_to)
    for fact in facts.select_related("entry").order_by("pk"):
        if fact_type.is_about(fact.subject):
            line = (fact.entry.number or 0, fact, fact.corrects_id)
            moves.lines.setdefault(fact.subject, []).append(line)
    return moves


def _line(fact: Fact, fact_type: FactType, row: Row, keys: dict[str, str]) -> dict[str, Any]:
    columns = list(fact_type.columns)
    missing = fact_type.not_applicable(fact.values)
    return {
        "fact_id": fact.pk,
        "in_area": fact.area,
        "subject": fact.subject,
        "on": row.values["on"],
        "first_month": row.span.first,
        "last_month": row.span.last,
        "not_applicable": sum(1 << columns.index(one) for one in missing),
        **{key: row.values[key] for key in columns},
        **{f"by_{one}": keys.get(one, "") for one in _lake_dimensions(fact_type)},
    }


def _lake_dimensions(fact_type: FactType) -> list[str]:
    """Return the dimensions that rows carry: what subjects belong to, and the type's labels."""
    labels = [key for key, column in fact_type.columns.items() if column.kind == "label"]
    return [*DIMENSIONS, *(one for one in labels if one not in DIMENSIONS)]


def _rows_table(fact_type: FactType, lines: Sequence[dict[str, Any]]) -> pa.Table:
    fields = {
        "fact_id": pa.int64(),
        "revision": pa.int64(),
        "known": pa.date32(),
        "entry": pa.int64(),
        "in_area": pa.string(),
        "subject": pa.string(),
        "on": pa.date32(),
        "first_month": pa.int32(),
        "last_month": pa.int32(),
        "not_applicable": pa.int64(),
    }
    for key, column in fact_type.columns.items():
        fields[key] = pa.int64() if column.kind == "measure" else pa.string()
    for one in _lake_dimensions(fact_type):
        fields[f"by_{one}"] = pa.string()
    return pa.Table.from_pylist(list(lines), pa.schema(fields))


def _schema(table: pa.Table, fact_type: FactType) -> str:
    """Return the columns of a file, each measure with its places: `tax:2`."""
    scales = {key: one.scale for key, one in fact_type.columns.items() if one.kind == "measure"}
    return ",".join(
        f"{name}:{scales[name]}" if name in scales else name for name in table.column_names
    )


def _write(
    table: pa.Table, kind: str, type_id: str, year: int, block: str, span: tuple[int, int]
) -> LakeFile:
    """Write a file beside its place, rename it, and return the row that will list it."""
    if kind == "rows":
        table = table.sort_by(
            [(name, "ascending") for name in ("in_area", "subject", "last_month", "fact_id")]
        )
    name = f"{type_id}/{year}/{block or '-'}/{kind}-{span[0]}-{span[1]}-{uuid4().hex[:8]}.parquet"
    path = _root() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    with aside.open("wb") as out:
        # Measures hardly repeat: a dictionary of them and a slow codec cost more than they save.
        words = [one.name for one in table.schema if pa.types.is_string(one.type)]
        pq.write_table(
            table, out, row_group_size=ROW_GROUP, compression="lz4", use_dictionary=words
        )
        out.flush()
        os.fsync(out.fileno())
    os.replace(aside, path)
    return LakeFile(
        path=name,
        kind=kind,
        type=type_id,
        year=year,
        block=block,
        schema=",".join(table.column_names),
        rows=table.num_rows,
        first_entry=span[0],
        last_entry=span[1],
    )
