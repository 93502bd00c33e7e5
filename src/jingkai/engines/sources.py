"""What a scan reads: files of the lake by the version of their columns, and what came since.

An engine is named by one setting, `duckdb://` or `spark://local[2]`. Every engine runs the same
plans over the same files, and answers exact pieces only.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from jingkai.engines.answers import Answer
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator

__all__ = [
    "Engine",
    "Source",
    "UnknownEngine",
    "filled_columns",
    "open_engine",
    "select_list",
    "wanted_columns",
]


class UnknownEngine(ValueError):
    """An engine address that names none of ours."""


@dataclass(frozen=True)
class Source:
    """The rows of one fact type: files with the columns that each has, and rows in memory.

    `superseded` files and rows say which row stopped counting on which day.
    """

    fact_type: FactType
    dimensions: tuple[str, ...]
    files: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    superseded: list[str] = field(default_factory=list)
    recent: pa.Table | None = None
    recently_superseded: pa.Table | None = None


class Engine(Protocol):
    """Who computes pieces over a source."""

    def scan(self, indicators: Sequence[Indicator], source: Source, known_on: date) -> Answer:
        """Return every piece of the indicators as known on a day."""


def open_engine(address: str) -> Engine:
    """Return the engine that an address names; the drivers are loaded only then."""
    kind, _, rest = address.partition("://")
    if kind == "duckdb":
        from jingkai.engines.duck import DuckEngine

        return DuckEngine()
    if kind == "spark":
        from jingkai.engines.spark import SparkEngine

        return SparkEngine(rest or "local[*]")
    raise UnknownEngine(f"没有“{address}”这种引擎；可用：duckdb://、spark://local[2]。")


def wanted_columns(source: Source) -> dict[str, str]:
    """Return the columns that plans see, each with its type, in one order for all versions."""
    columns = {
        key: "BIGINT" if column.kind == "measure" else "STRING"
        for key, column in source.fact_type.columns.items()
    }
    system = {
        "fact_id": "BIGINT",
        "in_area": "STRING",
        "subject": "STRING",
        "on": "DATE",
        "first_month": "INT",
        "last_month": "INT",
    }
    return system | columns | {f"by_{one}": "STRING" for one in source.dimensions}


def select_list(source: Source, present: Sequence[str], quote: str) -> str:
    """Return an explicit SELECT list for files of one version: casts, and NULL for what is new."""
    cells: list[Any] = []
    for name, kind in wanted_columns(source).items():
        quoted = f"{quote}{name}{quote}"
        value = quoted if name in present else "NULL"
        cells.append(f"CAST({value} AS {kind}) AS {quoted}")
    return ", ".join(cells)


def filled_columns(source: Source) -> frozenset[str]:
    """Return the columns that hold a value in every row, by what the files say of themselves."""
    known = [_filled(path) for files in source.files.values() for path in files]
    if source.recent is not None:
        recent = source.recent
        known.append(frozenset(n for n in recent.column_names if not recent[n].null_count))
    return frozenset.intersection(*known) if known else frozenset()


@lru_cache(maxsize=4096)
def _filled(path: str) -> frozenset[str]:
    """Return the columns of a file without a NULL; a file of the lake is never written again."""
    footer = pq.read_metadata(path)
    filled = set(footer.schema.names)
    for group in map(footer.row_group, range(footer.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            said = column.statistics
            if said is None or not said.has_null_count or said.null_count:
                filled.discard(column.path_in_schema)
    return frozenset(filled)
