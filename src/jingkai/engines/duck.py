"""The embedded engine: DuckDB in the process, one connection, a cursor for each thread."""

import threading
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import duckdb
import ibis

from jingkai.engines.answers import Answer, Block
from jingkai.engines.plans import Plan, make_plans
from jingkai.engines.rows import ScanRow, arrow_table
from jingkai.engines.sources import Source, filled_columns, select_list
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.pieces import Sums, piece_id

__all__ = ["DuckEngine", "compute", "cursor", "digest_files", "make_sql", "run_plans"]

_connection = duckdb.connect(":memory:")
# A file of the lake never changes once it stands there: its footer is read once.
_connection.execute("SET parquet_metadata_cache = true")
_local = threading.local()


def cursor() -> Any:
    """Return this thread's cursor."""
    own = getattr(_local, "cursor", None)
    if own is None:
        own = _local.cursor = _connection.cursor()
    return own


def compute(indicators: Sequence[Indicator], fact_type: FactType, rows: Sequence[ScanRow]) -> Sums:
    """Return every piece of the indicators over rows in memory, whole and by dimension."""
    if not rows or not indicators:
        return {}
    dimensions = tuple(dict.fromkeys(one for each in indicators for one in each.by))
    own = cursor()
    own.register("facts", arrow_table(fact_type, rows, dimensions))
    try:
        return run_plans(own, make_sql(indicators, fact_type, dimensions)).sums()
    finally:
        own.unregister("facts")


def run_plans(own: Any, plans: Sequence[tuple[Plan, str]], facts: str = "") -> Answer:
    """Run each query on a cursor and return its columns; `facts` says what they read if no table.

    It stands in the query, not in a view: a view opens every file once more to be made.
    """
    if facts:
        opening = f"WITH facts AS NOT MATERIALIZED ({facts})"
        plans = [(plan, f"{opening} SELECT * FROM ({sql})") for plan, sql in plans]
    return Answer([Block(plan, own.sql(sql).to_arrow_table()) for plan, sql in plans])


def make_sql(
    indicators: Sequence[Indicator],
    fact_type: FactType,
    dimensions: Sequence[str],
    filled: frozenset[str] = frozenset(),
) -> list[tuple[Plan, str]]:
    """Return the plans with their SQL; the same definitions are compiled once."""
    ids = tuple(piece_id(one, fact_type) for one in indicators)
    return _cached_sql(ids, tuple(dimensions), filled, _ByIdentity(tuple(indicators), fact_type))


class _ByIdentity:
    """Definitions and fact type beside the ids that already say whether they are the same."""

    def __init__(self, indicators: tuple[Indicator, ...], fact_type: FactType) -> None:
        self.indicators, self.fact_type = indicators, fact_type

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByIdentity)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=256)
def _cached_sql(
    ids: tuple[str, ...],
    dimensions: tuple[str, ...],
    filled: frozenset[str],
    over: _ByIdentity,
) -> list[tuple[Plan, str]]:
    plans = make_plans(over.indicators, over.fact_type, dimensions, filled)
    return [(plan, str(ibis.to_sql(plan.expression, dialect="duckdb"))) for plan in plans]


class DuckEngine:
    """Scan the lake in this process."""

    def scan(self, indicators: Sequence[Indicator], source: Source, known_on: date) -> Answer:
        """Return every piece of the indicators as known on a day."""
        own = cursor()
        recent = {
            "recent_facts": source.recent,
            "recently_superseded": source.recently_superseded,
        }
        registered = {name: table for name, table in recent.items() if table is not None}
        plans = make_sql(indicators, source.fact_type, source.dimensions, filled_columns(source))
        for name, table in registered.items():
            own.register(name, table)
        try:
            return run_plans(own, plans, _live_rows(source, known_on))
        finally:
            for name in registered:
                own.unregister(name)


def _live_rows(source: Source, known_on: date) -> str:
    """Return the query that plans read: live rows of files of every version, and recent ones."""
    day = f"DATE '{known_on.isoformat()}'"
    gone = (
        [f"SELECT fact_id, revision FROM {_files(source.superseded)} WHERE known <= {day}"]
        if source.superseded
        else []
    )
    if source.recently_superseded is not None:
        gone.append(f"SELECT fact_id, revision FROM recently_superseded WHERE known <= {day}")
    without = (
        f" AND NOT EXISTS (SELECT 1 FROM ({' UNION ALL '.join(gone)}) AS gone "
        "WHERE gone.fact_id = stored.fact_id AND gone.revision = stored.revision)"
        if gone
        else ""
    )
    stored = [
        f"SELECT {select_list(source, columns, chr(34))} FROM {_files(files)} AS stored "
        f"WHERE known <= {day}{without}"
        for columns, files in source.files.items()
    ]
    if source.recent is not None:
        stored.append(
            f"SELECT {select_list(source, source.recent.column_names, chr(34))} "
            f"FROM recent_facts AS stored WHERE known <= {day}{without}"
        )
    return " UNION ALL ".join(stored)


def _files(paths: Sequence[str]) -> str:
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    return f"read_parquet([{listed}])"


def digest_files(groups: Sequence[tuple[Sequence[str], Sequence[str]]]) -> str:
    """Return a digest of the rows of files whatever their order, with how many they are.

    Each group names its files and their columns.
    """
    rows, digest = 0, 0
    for files, columns in groups:
        listed = ", ".join(f'"{name}"' for name in sorted(columns))
        # fetchall, not fetchone: a result that is not read to its end blocks this thread's cursor.
        [(count, total)] = (
            cursor()
            .execute(f"SELECT count(*), sum(hash({listed})::HUGEINT) FROM {_files(files)}")
            .fetchall()
        )
        rows, digest = rows + count, digest + int(total or 0)
    return f"{rows}:{digest % 2**64:016x}"
