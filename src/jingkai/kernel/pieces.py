"""Pieces: the exact sums that numbers are made of, and what one subject's rows give to each.

A piece is kept by dimension, key and span of months. Everything that a page shows is a sum of
pieces whose spans lie in its period; growth, ratios and rounding are made of them once, in Decimal.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from ibis.expr import operations as ops

from jingkai.kernel.expressions import counts_rows, describe, resolve
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator, Piece
from jingkai.kernel.months import Span
from jingkai.kernel.scaled import compile_rows, total_scale
from jingkai.kernel.vectors import Groups, Table, sum_rows, whole_sum

__all__ = [
    "ALL",
    "Cell",
    "PieceCode",
    "Row",
    "Spans",
    "Sums",
    "by_subject",
    "is_row_class",
    "makes_products",
    "parts_of",
    "piece_id",
    "scale_of",
    "sum_within",
]

ALL = ""  # the dimension of the whole, and its only key
_PLAIN = (ops.Field, ops.Relation)
MAIN, SAME, BASE = "", "/same", "/base"
SAME_MONTH, BASE_MONTH = "/same_month", "/base_month"


class Row(NamedTuple):
    """One live fact as pieces see it: scaled values, its months, its key in each dimension."""

    id: int
    subject: str
    span: Span
    values: Mapping[str, Any]
    keys: Mapping[str, str]
    area: str = ""


# Where a sum is kept: piece, area, dimension, key, first month, last month.
Cell = tuple[str, str, str, str, int, int]
# What is kept in each cell: the total and how many values are in it.
Sums = dict[Cell, tuple[int, int]]


def piece_id(indicator: Indicator, fact_type: FactType) -> str:
    """Return the name of an indicator's pieces; a changed definition has other pieces."""
    known = _ids.get(id(indicator))
    if known is not None and known[0] is indicator and known[1] is fact_type:
        return known[2]
    said = [
        describe(resolve(indicator.value, fact_type)),
        [(key, column.kind, column.scale) for key, column in sorted(fact_type.columns.items())],
        indicator.adds_up,
        indicator.carry,
        indicator.by,
        indicator.same_scope,
    ]
    digest = hashlib.sha256(repr(said).encode()).hexdigest()
    made = f"{indicator.id}#{digest[:10]}"
    _ids[id(indicator)] = (indicator, fact_type, made)
    return made


# What is found by walking an expression is kept beside the definition that it was found for.
_ids: dict[int, tuple[Indicator, FactType, str]] = {}
_scales: dict[int, tuple[Indicator, FactType, int]] = {}


def scale_of(indicator: Indicator, fact_type: FactType) -> int:
    """Return how many decimals a total of this indicator has."""
    known = _scales.get(id(indicator))
    if known is None or known[0] is not indicator or known[1] is not fact_type:
        scale = total_scale(indicator.value, fact_type)
        known = _scales[id(indicator)] = (indicator, fact_type, scale)
    return known[2]


def makes_products(indicator: Indicator, fact_type: FactType) -> bool:
    """Tell whether a row can go out of range: a plain column cannot, a product or sum can.

    Every entry asks this of every definition over its facts; resolving one costs a millisecond.
    """
    key = (id(indicator), id(fact_type))
    known = _products.get(key)
    if known is None:
        argument = getattr(resolve(indicator.value, fact_type), "arg", None)
        known = _products[key] = (indicator, fact_type, not isinstance(argument, _PLAIN))
    return known[2]


_products: dict[tuple[int, int], tuple[Indicator, FactType, bool]] = {}


def is_row_class(indicator: Indicator) -> bool:
    """Tell whether each row stands alone, so that a changed row changes by new − old."""
    return indicator.adds_up in ("flow", "stock", "balance") and not (
        indicator.carry or indicator.same_scope
    )


def parts_of(indicator: Indicator) -> tuple[str, ...]:
    """Return the suffixes of the pieces that an indicator keeps."""
    if not indicator.same_scope:
        return (MAIN,)
    months = (SAME_MONTH, BASE_MONTH) if indicator.adds_up == "cumulative" else ()
    return (MAIN, SAME, BASE, *months)


class PieceCode:
    """The pieces of several indicators over one fact type, ready to run over rows."""

    def __init__(self, indicators: Sequence[Indicator], fact_type: FactType) -> None:
        self.fact_type = fact_type
        self.indicators = tuple(indicators)
        self.ids = [piece_id(one, fact_type) for one in self.indicators]
        self._rows = compile_rows([one.value for one in self.indicators], fact_type)
        self._counts = [counts_rows(one.value, fact_type) for one in self.indicators]
        alone = [is_row_class(one) for one in self.indicators]
        self._alone = [n for n, is_alone in enumerate(alone) if is_alone]
        self._together = [n for n, is_alone in enumerate(alone) if not is_alone]
        self._needs_subject = bool(self._together)
        self._dimensions = list(dict.fromkeys(one for each in indicators for one in each.by))

    @cached_property
    def _nodes(self) -> list[Any]:
        return [resolve(one.value, self.fact_type) for one in self.indicators]

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Return the dimensions by which some piece is kept."""
        return tuple(self._dimensions)

    @property
    def needs_subject(self) -> bool:
        """Tell whether some piece of a row depends on the other rows of its subject."""
        return self._needs_subject

    def check(self, values: Mapping[str, Any]) -> None:
        """Run every expression over one row; raise when the result is out of range."""
        self._rows(values)

    def add_row(self, sums: Sums, row: Row, sign: int = 1) -> None:
        """Add (or take away) what one row gives to the pieces that need no other row."""
        if not self._alone:
            return
        cells = self._rows(row.values)
        for n in self._alone:
            if present := cells[2 * n + 1]:
                for dimension, key in self._keys(n, row):
                    cell = (self.ids[n], row.area, dimension, key, *row.span)
                    old = sums.get(cell, (0, 0))
                    sums[cell] = (old[0] + sign * cells[2 * n], old[1] + sign * present)

    def add_rows(self, sums: Sums, rows: Iterable[Row]) -> None:
        """Add many rows to the pieces that need no other row: group by group."""
        groups: dict[tuple[Any, ...], list[tuple[int, ...]]] = defaultdict(list)
        for row in rows if self._alone else ():
            group = (row.area, row.span, *(row.keys.get(one, "") for one in self._dimensions))
            groups[group].append(self._rows(row.values))
        for (area, span, *keys), counted in groups.items():
            held = [sum(column) for column in zip(*counted, strict=True)]
            row = Row(0, "", Span(*span), {}, dict(zip(self._dimensions, keys, strict=True)), area)
            for n in self._alone:
                if present := held[2 * n + 1]:
                    for dimension, key in self._keys(n, row):
                        cell = (self.ids[n], row.area, dimension, key, *row.span)
                        old = sums.get(cell, (0, 0))
                        sums[cell] = (old[0] + held[2 * n], old[1] + present)

    def add_columns(
        self, sums: Sums, table: Table, span: Span, keys: Mapping[str, Sequence[str]]
    ) -> None:
        """Add rows that stand in columns to the pieces that need no other row.

        `keys` are theirs in each dimension, and their area is the only one. Nothing is added where
        the rows are `Unclear` as columns.
        """
        groups = {one: Groups(keys[one]) for one in self._dimensions}
        summed = [(n, sum_rows(self._nodes[n], self.fact_type, table)) for n in self._alone]
        for n, (totals, present) in summed:
            found = [(ALL, ALL, *whole_sum(totals, present))]
            for dimension in self.indicators[n].by:
                found += ((dimension, *one) for one in groups[dimension].sums(totals, present))
            for dimension, key, total, count in found:
                if count:
                    cell = (self.ids[n], "", dimension, key, *span)
                    old = sums.get(cell, (0, 0))
                    sums[cell] = (old[0] + total, old[1] + count)

    def add_subject(self, sums: Sums, rows: Iterable[Row], sign: int = 1) -> None:
        """Add (or take away) what all rows of one subject give to the pieces that need them."""
        if not self._together:
            return
        counted = [(row, self._rows(row.values)) for row in rows]
        for n in self._together:
            filed = _last_said(
                (row, cells[2 * n], cells[2 * n + 1]) for row, cells in counted if cells[2 * n + 1]
            )
            for part, row, span, total, present in _SHARES[_kind(self.indicators[n])](
                filed, self.indicators[n]
            ):
                for dimension, key in self._keys(n, row):
                    cell = (self.ids[n] + part, row.area, dimension, key, *span)
                    old = sums.get(cell, (0, 0))
                    sums[cell] = (old[0] + sign * total, old[1] + sign * present)

    def counts(self, row: Row, position: int) -> bool:
        """Tell whether a row is in the indicator at `position`."""
        cells = self._rows(row.values)
        return bool(cells[2 * position + (not self._counts[position])])

    def _keys(self, n: int, row: Row) -> Iterator[tuple[str, str]]:
        yield ALL, ALL
        for dimension in self.indicators[n].by:
            yield dimension, row.keys.get(dimension, "")


Filed = list[tuple[Row, int, int]]
Share = tuple[str, Row, Span, int, int]


def _last_said(filed: Iterable[tuple[Row, int, int]]) -> Filed:
    """Return one row for each last month, by time: where two end together, the longer one."""
    by_month: dict[int, tuple[Row, int, int]] = {}
    for one in sorted(filed, key=lambda each: (-each[0].span.first, each[0].id)):
        by_month[one[0].span.last] = one
    return [by_month[month] for month in sorted(by_month)]


def _flow(filed: Filed, indicator: Indicator) -> Iterator[Share]:
    for row, total, present in filed:
        yield MAIN, row, row.span, total, present
    yield from _same_scope(filed, SAME, BASE)


def _carried(filed: Filed, indicator: Indicator) -> Iterator[Share]:
    """A stock stands until the next filing, at most `carry` months."""
    following = [row.span.last for row, _, _ in filed[1:]] + [10**6] * bool(filed)
    for (row, total, present), until in zip(filed, following, strict=True):
        month = row.span.last
        for at in range(month, min(month + indicator.carry, until - 1) + 1):
            yield MAIN, row, Span(at, at), total, present
    if indicator.same_scope:
        yield from _same_scope(filed, SAME, BASE)


def _cumulative(filed: Filed, indicator: Indicator) -> Iterator[Share]:
    """What came in since the subject's last filing of the year: never a difference of totals."""
    steps: Filed = []
    for position, (row, total, present) in enumerate(filed):
        january = row.span.january
        before = filed[position - 1] if position else None
        if before is not None and before[0].span.last >= january:
            span, came = Span(before[0].span.last + 1, row.span.last), total - before[1]
        else:
            span, came = Span(january, row.span.last), total
        steps.append((_moved(row, span), came, present))
        yield MAIN, row, span, came, present
    if indicator.same_scope:
        to_date = [
            (_moved(row, Span(row.span.january, row.span.last)), t, p) for row, t, p in filed
        ]
        yield from _same_scope(to_date, SAME, BASE)
        yield from _same_scope(steps, SAME_MONTH, BASE_MONTH)


def _same_scope(filed: Filed, same: str, base: str) -> Iterator[Share]:
    """Yield only where the subject filed the same months of both years (可比口径)."""
    by_span = {row.span: (total, present) for row, total, present in filed}
    for row, total, present in filed:
        if last_year := by_span.get(row.span.shifted(-12)):
            yield same, row, row.span, total, present
            yield base, row, row.span, *last_year


def _moved(row: Row, span: Span) -> Row:
    return Row(row.id, row.subject, span, row.values, row.keys, row.area)


def _kind(indicator: Indicator) -> str:
    return "carried" if indicator.carry else indicator.adds_up


_SHARES = {"flow": _flow, "stock": _flow, "carried": _carried, "cumulative": _cumulative}


class Spans(dict[Span, tuple[int, int]]):
    """What is kept of a piece in one place, by its months, and found by the month it ends in."""

    def __init__(self, spans: Mapping[Span, tuple[int, int]] | None = None) -> None:
        super().__init__()
        self._ending: dict[int, list[Span]] = {}
        for span, sums in (spans or {}).items():
            self.add(span, sums)

    def add(self, span: Span, sums: tuple[int, int]) -> None:
        """Add sums to what is kept of these months."""
        old = self.get(span)
        if old is None:
            self._ending.setdefault(span.last, []).append(span)
            self[span] = sums
        else:
            self[span] = (old[0] + sums[0], old[1] + sums[1])

    def ending(self, part: Span) -> Iterator[Span]:
        """Yield the spans with something in them that end within `part`, by time."""
        ending = self._ending
        if part.last - part.first < len(ending):
            months: Iterable[int] = range(part.first, part.last + 1)
        else:
            months = sorted(month for month in ending if part.first <= month <= part.last)
        for month in months:
            for span in ending.get(month, ()):
                if self[span][1]:
                    yield span


def sum_within(indicator: Indicator, spans: Spans, part: Span, scale: int) -> Piece | None:
    """Return the piece of a period: what lies wholly inside it, or a stock's last; None if none."""
    if indicator.adds_up == "stock":
        last = max(spans.ending(part), key=lambda span: (span.last, -span.first), default=None)
        return None if last is None else Piece(*spans[last], scale)
    total = present = 0
    since = 0 if indicator.adds_up == "balance" else part.first
    for span in spans.ending(Span(since, part.last)):
        if span.first >= since:
            sums = spans[span]
            total, present = total + sums[0], present + sums[1]
    return Piece(total, present, scale) if present else None


def by_subject(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Return the rows of each subject."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.subject].append(row)
    return found
