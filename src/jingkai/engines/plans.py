"""The plan of a scan, one for every engine: an Ibis expression from rows to pieces.

Row pieces of all indicators share one scan. Pieces that look at a subject's other rows (累计、
沿用、可比口径) are one plan each. Nothing here computes a formula: growth, ratios and rounding are
the kernel's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
from ibis.expr import operations as ops

from jingkai.engines.rows import SYSTEM
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.pieces import ALL, is_row_class, piece_id
from jingkai.kernel.scaled import ScaledSum, scaled_sum, scaled_table

__all__ = ["Plan", "make_plans", "scan_table"]

EXACT = "decimal(38, 0)"


PLACE = ("in_area", "key", "first_month", "last_month")


@dataclass(frozen=True)
class Plan:
    """One query: it answers by place, and says in which columns each piece's two figures are.

    Pieces that count the same rows share a column.
    """

    expression: Any
    dimension: str
    pieces: tuple[str, ...]
    totals: tuple[str, ...]
    presents: tuple[str, ...]


def scan_table(fact_type: FactType, dimensions: Sequence[str]) -> Any:
    """Return the unbound table of rows that plans are written against."""
    extra = {name: kind for name, kind in SYSTEM.items() if name not in ("subject", "on")}
    return scaled_table(fact_type, extra | {f"by_{one}": "string" for one in dimensions})


def make_plans(
    indicators: Sequence[Indicator],
    fact_type: FactType,
    dimensions: Sequence[str],
    filled: frozenset[str] = frozenset(),
) -> list[Plan]:
    """Return the plans that give every kept piece of the indicators.

    `filled` names columns that are known to hold a value in every row: their values need not be
    counted one column at a time.
    """
    table = scan_table(fact_type, dimensions)
    plans: list[Plan] = []
    for dimension in (ALL, *dimensions):
        alone = [
            one
            for one in indicators
            if is_row_class(one) and (dimension == ALL or dimension in one.by)
        ]
        if alone:
            plans.append(_row_plan(alone, fact_type, table, dimension, filled))
        plans += [
            plan
            for one in indicators
            if not is_row_class(one) and (dimension == ALL or dimension in one.by)
            for plan in _subject_plans(one, fact_type, table, dimension)
        ]
    return plans


def _key(dimension: str, table: Any) -> Any:
    return ibis.literal(ALL) if dimension == ALL else table[f"by_{dimension}"]


def _row_plan(
    indicators: Sequence[Indicator],
    fact_type: FactType,
    table: Any,
    dimension: str,
    filled: frozenset[str],
) -> Plan:
    cells: dict[str, Any] = {}
    columns: dict[Any, str] = {}

    def column(said: Any) -> str:
        name = columns.setdefault(said.op(), f"c{len(columns)}")
        cells[name] = said
        return name

    totals, presents = [], []
    for one in indicators:
        said = scaled_sum(one.value, fact_type, table)
        if said.amount is None:
            counted = column(table.count(where=said.holds))
            is_filed = fact_type.grain == "return"
            totals.append(counted)
            presents.append(column(table.count()) if is_filed else counted)
            continue
        amount, holds = _guarded(said)
        is_filled = {each.name for each in said.amount.op().find(ops.Field)} <= filled
        totals.append(column(amount.sum(where=holds)))
        presents.append(
            column(table.count(where=said.holds) if is_filled else amount.count(where=holds))
        )
    groups = {
        "in_area": table.in_area,
        "first_month": table.first_month,
        "last_month": table.last_month,
    }
    if dimension != ALL:
        groups["key"] = _key(dimension, table)
    grouped = table.group_by(**groups).aggregate(**cells)
    if dimension == ALL:
        grouped = grouped.mutate(key=ibis.literal(ALL))
    ids = tuple(piece_id(one, fact_type) for one in indicators)
    return Plan(grouped.select(*PLACE, *cells), dimension, ids, tuple(totals), tuple(presents))


def _guarded(said: ScaledSum) -> tuple[Any, Any]:
    """Return amount and condition; a product is not even made where the condition does not hold.

    Else one row that no definition counts could overflow and fail the scan of all of them.
    """
    if said.holds is None or isinstance(said.amount.op(), ops.Field):
        return said.amount, said.holds
    return said.holds.ifelse(said.amount, ibis.null(said.amount.type())), None


def _subject_plans(
    indicator: Indicator, fact_type: FactType, table: Any, dimension: str
) -> list[Plan]:
    said = scaled_sum(indicator.value, fact_type, table)
    is_filed = said.amount is None and fact_type.grain == "return"
    counted = ibis.coalesce(said.where, ibis.literal(False)).cast("int8")
    amount = counted if said.amount is None else said.amount
    filed = (table if is_filed else table.filter(said.where)).select(
        "in_area",
        "subject",
        "first_month",
        "last_month",
        "fact_id",
        key=_key(dimension, table),
        amount=amount.cast(EXACT),
    )
    if indicator.adds_up == "cumulative" or indicator.carry or indicator.same_scope:
        filed = _last_said(filed)
    own = piece_id(indicator, fact_type)
    if indicator.adds_up == "cumulative":
        steps = _steps(filed)
        plans = [_summed(steps, dimension, own)]
        if indicator.same_scope:
            to_date = filed.mutate(
                first_month=(filed.last_month - filed.last_month % 12).cast("int32")
            )
            plans += _same_scope(to_date, dimension, own, "/same", "/base")
            plans += _same_scope(steps, dimension, own, "/same_month", "/base_month")
        return plans
    plans = [
        _summed(_carried(filed, indicator.carry) if indicator.carry else filed, dimension, own)
    ]
    if indicator.same_scope:
        plans += _same_scope(filed, dimension, own, "/same", "/base")
    return plans


def _last_said(filed: Any) -> Any:
    """Keep one row for each last month of a subject: where two end together, the longer one."""
    window = ibis.window(
        group_by=[filed.subject, filed.last_month],
        order_by=[filed.first_month, filed.fact_id.desc()],
    )
    numbered = filed.mutate(place=ibis.row_number().over(window))
    return numbered.filter(numbered.place == 0).drop("place")


def _steps(filed: Any) -> Any:
    """What came in since the subject's last filing of the year."""
    january = (filed.last_month - filed.last_month % 12).cast("int32")
    window = ibis.window(group_by=[filed.subject, january], order_by=filed.last_month)
    before = filed.amount.lag().over(window)
    month = filed.last_month.lag().over(window)
    return filed.mutate(
        first_month=ibis.coalesce(month + 1, january).cast("int32"),
        amount=(filed.amount - ibis.coalesce(before, ibis.literal(0).cast(EXACT))).cast(EXACT),
    )


def _carried(filed: Any, months: int) -> Any:
    """Repeat each row for the months it stands: until the next filing, at most so many."""
    window = ibis.window(group_by=filed.subject, order_by=filed.last_month)
    following = filed.last_month.lead().over(window)
    until = filed.mutate(until=ibis.coalesce(following, ibis.literal(10**6)).cast("int32"))
    stands = [
        until.filter(until.last_month + step < until.until).mutate(
            first_month=(until.last_month + step).cast("int32"),
            last_month=(until.last_month + step).cast("int32"),
        )
        for step in range(months + 1)
    ]
    return ibis.union(*stands) if len(stands) > 1 else stands[0]


def _same_scope(filed: Any, dimension: str, own: str, same: str, base: str) -> list[Plan]:
    last_year = filed.select(
        subject_="subject",
        first_=filed.first_month + 12,
        last_=filed.last_month + 12,
        amount_="amount",
    )
    both = filed.join(
        last_year,
        [
            filed.subject == last_year.subject_,
            filed.first_month == last_year.first_,
            filed.last_month == last_year.last_,
        ],
    )
    return [
        _summed(both, dimension, own + same),
        _summed(both.mutate(amount=both.amount_), dimension, own + base),
    ]


def _summed(rows: Any, dimension: str, piece: str) -> Plan:
    grouped = rows.group_by(*PLACE).aggregate(total=rows.amount.sum(), present=rows.count())
    ordered = grouped.select(*PLACE, "total", "present")
    return Plan(ordered, dimension, (piece,), ("total",), ("present",))
