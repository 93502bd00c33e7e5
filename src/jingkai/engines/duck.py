"""The embedded engine: an Ibis expression in, exact pieces and contributing rows out."""

import threading
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import duckdb
import ibis

from jingkai.engines.rows import FactRow, arrow_table, ibis_table
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator, Piece
from jingkai.kernel.periods import Period

__all__ = ["MonthPieces", "compute", "contributing"]

MonthPieces = Mapping[date, Piece]
_connection = duckdb.connect(":memory:")
_local = threading.local()


def compute(
    indicators: Sequence[Indicator], fact_type: FactType, rows: Sequence[FactRow]
) -> dict[str, MonthPieces]:
    """Return the pieces of each indicator by the last day of the month, in one scan."""
    pieces: dict[str, dict[date, Piece]] = {indicator.id: {} for indicator in indicators}
    if not rows or not indicators:
        return dict(pieces)
    sql = _pieces_sql(tuple(_Definition(one, fact_type) for one in indicators))
    for month, *cells in _run(sql, fact_type, rows):
        for indicator, total, present in zip(indicators, cells[::2], cells[1::2], strict=True):
            if present:
                last_day = Period.month_of(month).last
                pieces[indicator.id][last_day] = _piece(total, present)
    return dict(pieces)


def contributing(indicator: Indicator, fact_type: FactType, rows: Sequence[FactRow]) -> list[int]:
    """Return the ids of the rows that the indicator counts or adds."""
    if not rows:
        return []
    return [row[0] for row in _run(_rows_sql(_Definition(indicator, fact_type)), fact_type, rows)]


class _Definition:
    """An indicator over its table, equal to another when it would compute the same."""

    def __init__(self, indicator: Indicator, fact_type: FactType) -> None:
        self.table = ibis_table(fact_type)
        self.node = indicator.value.resolve(self.table).op()
        self._identity = (fact_type.id, self.node)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Definition) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def condition(self) -> Any:
        """Return which rows count: the definition's own condition, and a value that is present."""
        where = self.node.where.to_expr() if self.node.where is not None else ibis.literal(True)
        return where if self.amount is None else where & self.amount.notnull()

    @property
    def amount(self) -> Any:
        """Return the column that is added, or None for a count of rows."""
        is_count = isinstance(self.node, ibis.expr.operations.CountStar)
        return None if is_count else self.node.arg.to_expr()


@lru_cache(maxsize=512)
def _pieces_sql(definitions: tuple[_Definition, ...]) -> str:
    table = definitions[0].table
    cells: dict[str, Any] = {}
    for position, one in enumerate(definitions):
        present = one.condition.sum()
        cells[f"total_{position}"] = (
            present if one.amount is None else one.amount.sum(where=one.condition)
        )
        cells[f"present_{position}"] = present
    return str(
        ibis.to_sql(
            table.group_by(month=table.on.truncate("M")).aggregate(**cells), dialect="duckdb"
        )
    )


@lru_cache(maxsize=512)
def _rows_sql(definition: _Definition) -> str:
    rows = definition.table.filter(definition.condition).select("fact_id").order_by("fact_id")
    return str(ibis.to_sql(rows, dialect="duckdb"))


def _run(sql: str, fact_type: FactType, rows: Sequence[FactRow]) -> list[tuple[Any, ...]]:
    cursor = getattr(_local, "cursor", None)
    if cursor is None:
        cursor = _local.cursor = _connection.cursor()
    cursor.register("facts", arrow_table(fact_type, rows))
    try:
        found: list[tuple[Any, ...]] = cursor.execute(sql).fetchall()
    finally:
        cursor.unregister("facts")
    return found


def _piece(total: Decimal | int, present: int) -> Piece:
    exact = Decimal(total)
    scale = max(0, -int(exact.as_tuple().exponent))
    return Piece(int(exact.scaleb(scale)), int(present), scale)
