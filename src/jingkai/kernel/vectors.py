"""A definition's expression over columns: what `compile_rows` gives of each row, of all at once.

Machine integers are used only where no result can leave them; everything else is `Unclear`, and is
left to the way of single rows.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from ibis.expr import operations as ops

from jingkai.kernel.columns import Series
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.scaled import at_scale, scaled_literal

__all__ = ["Groups", "Table", "Unclear", "sum_rows", "whole_sum"]

Mask = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
# Below this no sum, difference or product of two leaves a machine integer.
HOLDS = 2**62
HALF = 32


class Unclear(ValueError):
    """A result that a machine integer may not hold, or a column that the table has not."""


@dataclass(frozen=True)
class Table:
    """Many rows of a fact type: their measures in smallest steps, and their words."""

    height: int
    measures: Mapping[str, Series]
    labels: Mapping[str, Sequence[str | None]]


def sum_rows(node: Any, fact_type: FactType, table: Table) -> tuple[Ints, Mask]:
    """Return total and present of each row for a resolved expression."""
    reader = _Reader(fact_type, table)
    holds = np.ones(table.height, np.bool_) if node.where is None else reader.says(node.where, True)
    if isinstance(node, ops.CountStar):
        is_filed = np.ones_like(holds) if fact_type.grain == "return" else holds
        return holds.astype(np.int64), is_filed
    amount = reader.value(node.arg)
    present = holds & amount.known
    return np.where(present, amount.values, 0), present


def whole_sum(totals: Ints, present: Mask) -> tuple[int, int]:
    """Return the exact total of all rows, whatever its size, and how many values are in it."""
    high, low = int((totals >> HALF).sum()), int((totals & (2**HALF - 1)).sum())
    return (high << HALF) + low, int(present.sum())


class Groups:
    """The rows of a table by their key in one dimension."""

    def __init__(self, keys: Sequence[str]) -> None:
        place_of: dict[str, int] = {}
        places = [place_of.setdefault(key, len(place_of)) for key in keys]
        self.keys = list(place_of)
        self._order = np.argsort(places, kind="stable")
        counts = np.bincount(places, minlength=len(self.keys)) if places else np.zeros(0, int)
        self._starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)

    def sums(self, totals: Ints, present: Mask) -> Iterator[tuple[str, int, int]]:
        """Yield of each key the exact total, whatever its size, and how many values are in it."""
        if not self.keys:
            return
        high, low, counts = (
            np.add.reduceat(column[self._order], self._starts).tolist()
            for column in (totals >> HALF, totals & (2**HALF - 1), present.astype(np.int64))
        )
        for key, upper, lower, count in zip(self.keys, high, low, counts, strict=True):
            yield key, (upper << HALF) + lower, count


@dataclass(frozen=True)
class _Values:
    """A value of every row: at a scale, never more than `most`, known or not."""

    values: Any
    known: Mask
    scale: int = 0
    most: int = 0

    def grown(self, places: int) -> Any:
        """Return the values at a scale that is finer by so many places."""
        if not places:
            return self.values
        _check(self.most * 10**places)
        return self.values * 10**places


_COMPARE: dict[Any, Callable[[Any, Any], Any]] = {
    ops.Equals: operator.eq,
    ops.NotEquals: operator.ne,
    ops.GreaterEqual: operator.ge,
    ops.Greater: operator.gt,
    ops.LessEqual: operator.le,
    ops.Less: operator.lt,
}
_COMPUTE: dict[Any, Callable[[Any, Any], Any]] = {
    ops.Add: operator.add,
    ops.Subtract: operator.sub,
}


def _check(most: int) -> None:
    if most >= HOLDS:
        raise Unclear


class _Reader:
    """Read typed trees over the columns of a table; logic is three-valued, as it is by row."""

    def __init__(self, fact_type: FactType, table: Table) -> None:
        self._columns, self._table = fact_type.columns, table

    def value(self, node: Any) -> _Values:
        if isinstance(node, ops.Field):
            return self._field(node.name)
        if isinstance(node, ops.Literal):
            return self._literal(node)
        left, right = self.value(node.left), self.value(node.right)
        known = left.known & right.known
        if isinstance(node, ops.Multiply):
            most = left.most * right.most
            _check(most)
            return _Values(left.values * right.values, known, left.scale + right.scale, most)
        scale = max(left.scale, right.scale)
        mine, other = left.grown(scale - left.scale), right.grown(scale - right.scale)
        most = left.most * 10 ** (scale - left.scale) + right.most * 10 ** (scale - right.scale)
        _check(most)
        return _Values(_COMPUTE[type(node)](mine, other), known, scale, most)

    def says(self, node: Any, wanted: bool) -> Mask:
        """Return where a condition is true, or where it is false; unknown is neither."""
        if isinstance(node, ops.Not):
            return self.says(node.arg, not wanted)
        if isinstance(node, ops.And | ops.Or):
            one, other = self.says(node.left, wanted), self.says(node.right, wanted)
            return one & other if isinstance(node, ops.And) is wanted else one | other
        if isinstance(node, ops.IsNull | ops.NotNull):
            known = self.value(node.arg).known
            return known if isinstance(node, ops.NotNull) is wanted else ~known
        if isinstance(node, ops.InValues):
            mine = self.value(node.value)
            options = frozenset(at_scale(one, mine.scale) for one in node.options)
            fits = np.array([one in options for one in mine.values.tolist()], np.bool_)
            return mine.known & (fits if wanted else ~fits)
        left, right = self.value(node.left), self.value(node.right)
        scale = max(left.scale, right.scale)
        here, there = left.grown(scale - left.scale), right.grown(scale - right.scale)
        fits = np.asarray(_COMPARE[type(node)](here, there), np.bool_)
        both: Mask = left.known & right.known
        return both & (fits if wanted else ~fits)

    def _field(self, name: str) -> _Values:
        if name in self._table.labels:
            words = np.array([*self._table.labels[name], None], object)[:-1]
            return _Values(words, words != None)  # noqa: E711 (each word is compared)
        series = self._table.measures.get(name)
        if series is None:
            raise Unclear
        most = int(np.abs(series.values).max(initial=0))
        return _Values(series.values, series.present, self._columns[name].scale, most)

    def _literal(self, node: Any) -> _Values:
        value, scale = scaled_literal(node)
        known = np.ones(self._table.height, np.bool_)
        if isinstance(value, str):
            return _Values(np.full(self._table.height, value, object), known)
        if type(value) is not int or abs(value) >= HOLDS:
            raise Unclear
        return _Values(np.full(self._table.height, value, np.int64), known, scale, abs(value))
