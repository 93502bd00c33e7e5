"""The rows of a list: a query set or a sequence, sorted, summed and cut in the same words."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet, Sum

from jingkai.web.columns import Column

__all__ = ["pick_rows", "sort_rows", "sum_rows"]


def sort_rows(rows: Any, column: Column, *, down: bool) -> Any:
    """Return the rows in the order of a column; unknown values come last either way."""
    if isinstance(rows, QuerySet):
        field = F(column.sort)
        order = field.desc(nulls_last=True) if down else field.asc(nulls_last=True)
        return rows.order_by(order, "pk")
    known = [row for row in rows if column.value(row) is not None]
    unknown = [row for row in rows if column.value(row) is None]
    return sorted(known, key=lambda row: _rank(column, row), reverse=down) + unknown


def sum_rows(rows: Any, columns: Sequence[Column]) -> dict[str, Decimal | int | None]:
    """Return the total of every column that has one, over all rows, in one query."""
    summed = [column for column in columns if column.total]
    if not summed:
        return {}
    if isinstance(rows, QuerySet):
        asked = {f"total_{column.key}": Sum(column.total) for column in summed}
        found = rows.order_by().aggregate(**asked)
        return {column.key: found[f"total_{column.key}"] for column in summed}
    totals: dict[str, Decimal | int | None] = {}
    for column in summed:
        values = [column.value(row) for row in rows]
        numbers = [value for value in values if isinstance(value, int | Decimal)]
        totals[column.key] = sum(numbers) if numbers else None
    return totals


def pick_rows(rows: Any, keys: Sequence[str], key: Any) -> list[Any]:
    """Return the rows with these keys; keys that are not among the rows are nobody's."""
    if isinstance(rows, QuerySet):
        field = rows.model._meta.pk
        known = [one for one in keys if _fits(field, one)]
        return list(rows.filter(pk__in=known))
    wanted = set(keys)
    return [row for row in rows if key(row) in wanted]


def _fits(field: Any, text: str) -> bool:
    try:
        field.to_python(text)
    except Exception:
        return False
    return True


def _rank(column: Column, row: Any) -> Any:
    value = column.value(row)
    return value if isinstance(value, int | Decimal) or hasattr(value, "toordinal") else str(value)
