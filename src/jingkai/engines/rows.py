"""What an engine is given: rows of one fact type as scaled integers, in Arrow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from jingkai.kernel.facttypes import FactType

__all__ = ["SYSTEM", "ScanRow", "arrow_table", "arrow_type"]

# What every row has beside the columns of its fact type. Months are counted from year 0.
SYSTEM = {
    "fact_id": "int64",
    "in_area": "string",
    "subject": "string",
    "on": "date",
    "first_month": "int32",
    "last_month": "int32",
}
_ARROW = {
    "int64": pa.int64(),
    "int32": pa.int32(),
    "string": pa.string(),
    "date": pa.date32(),
    "bool": pa.bool_(),
}


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One version of a fact as a scan sees it: scaled values and the key of each dimension."""

    fact_id: int
    in_area: str
    subject: str
    on: date
    first_month: int
    last_month: int
    values: Mapping[str, Any]
    keys: Mapping[str, str]


def arrow_type(name: str) -> pa.DataType:
    """Return the Arrow type that stands for a column type of ours."""
    return _ARROW[name]


def arrow_table(
    fact_type: FactType, rows: Sequence[ScanRow], dimensions: Sequence[str] = ()
) -> pa.Table:
    """Return the rows as Arrow columns; a dimension's column is its name behind `by_`."""
    columns: dict[str, pa.Array] = {
        name: pa.array([getattr(row, name) for row in rows], _ARROW[kind])
        for name, kind in SYSTEM.items()
    }
    for key, column in fact_type.columns.items():
        kind = pa.int64() if column.kind == "measure" else pa.string()
        columns[key] = pa.array([row.values.get(key) for row in rows], kind)
    for dimension in dimensions:
        columns[f"by_{dimension}"] = pa.array(
            [row.keys.get(dimension, "") for row in rows], pa.string()
        )
    return pa.table(columns)
