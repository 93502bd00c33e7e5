"""What an engine is given: the rows of one fact type, as an Arrow table and an Ibis schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from jingkai.kernel.facttypes import FactType

__all__ = ["FactRow", "arrow_table", "ibis_table"]


@dataclass(frozen=True)
class FactRow:
    """One live fact: its id, subject, day (an event's date, a return's last day) and values."""

    id: int
    subject: str
    on: date
    values: Mapping[str, Any]


def ibis_table(fact_type: FactType) -> Any:
    """Return the unbound table that definitions over this fact type are written against."""
    columns = {
        key: f"decimal(38, {column.scale})" if column.kind == "measure" else "string"
        for key, column in fact_type.columns.items()
    }
    system = {"fact_id": "int64", "subject": "string", "on": "date"}
    return ibis.table(system | columns, name="facts")


def arrow_table(fact_type: FactType, rows: Sequence[FactRow]) -> pa.Table:
    """Return the rows as Arrow columns, decimals exact at their scale."""
    columns: dict[str, pa.Array] = {
        "fact_id": pa.array([row.id for row in rows], pa.int64()),
        "subject": pa.array([row.subject for row in rows], pa.string()),
        "on": pa.array([row.on for row in rows], pa.date32()),
    }
    for key, column in fact_type.columns.items():
        kind = pa.decimal128(38, column.scale) if column.kind == "measure" else pa.string()
        columns[key] = pa.array([row.values.get(key) for row in rows], kind)
    return pa.table(columns)
