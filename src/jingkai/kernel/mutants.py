"""Careless edits of a definition: its own examples must notice each of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ibis
from ibis.expr import operations as ops

from jingkai.kernel.examples import failing_examples
from jingkai.kernel.expressions import Expression, resolve
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator

__all__ = ["Mutant", "count_mutants", "list_mutants", "surviving_mutants"]

_FLIPS = {
    ops.Equals: [ops.NotEquals],
    ops.NotEquals: [ops.Equals],
    ops.GreaterEqual: [ops.Greater, ops.LessEqual],
    ops.Greater: [ops.GreaterEqual, ops.Less],
    ops.LessEqual: [ops.Less, ops.GreaterEqual],
    ops.Less: [ops.LessEqual, ops.Greater],
    ops.IsNull: [ops.NotNull],
    ops.NotNull: [ops.IsNull],
}
_SIGNS = {ops.Add: ops.Subtract, ops.Subtract: ops.Add, ops.Multiply: ops.Add}


@dataclass(frozen=True)
class Mutant:
    """An indicator after one careless edit, and what was done to it."""

    indicator: Indicator
    edit: str


def list_mutants(indicator: Indicator, fact_type: FactType | None) -> Iterator[Mutant]:
    """Yield the indicator with one place changed: threshold, comparison, condition, part."""
    if indicator.is_derived or fact_type is None:
        yield from _derived_mutants(indicator)
        return
    node = resolve(indicator.value, fact_type)
    for edit, changed in _edits(node, fact_type):
        yield Mutant(replace(indicator, value=Expression(changed)), edit)
    if indicator.adds_up == "cumulative":
        yield Mutant(replace(indicator, adds_up="flow"), "把累计报数当作当月数相加")
    if indicator.carry:
        yield Mutant(replace(indicator, carry=0), "不再沿用上次报数")
        yield Mutant(replace(indicator, carry=indicator.carry + 1), "多沿用一个月")
    yield from _curve_mutants(indicator)


def surviving_mutants(indicator: Indicator, fact_type: FactType | None) -> Iterator[str]:
    """Yield the careless edits that no example notices, each as a sentence for the author."""
    for mutant in list_mutants(indicator, fact_type):
        if not any(failing_examples(mutant.indicator, fact_type)):
            yield f"例子看不出这样的笔误：{mutant.edit}；请加一个例子，正好在界线两边。"


def count_mutants(indicator: Indicator, fact_type: FactType | None) -> int:
    """Return how many careless edits are tried."""
    return sum(1 for _ in list_mutants(indicator, fact_type))


def _curve_mutants(indicator: Indicator) -> Iterator[Mutant]:
    """Yield the plan curve with one month moved, or the shares of two months changed about."""
    curve = indicator.curve
    for place in range(len(curve) - 1):
        for step in (1, -1):
            moved = (*curve[:place], curve[place] + step, *curve[place + 1 :])
            yield Mutant(replace(indicator, curve=moved), f"计划曲线{place + 1}月末 {step:+d}")
        before = curve[place - 1] if place else 0
        swapped = before + curve[place + 1] - curve[place]
        if swapped != curve[place]:
            moved = (*curve[:place], swapped, *curve[place + 1 :])
            edit = f"计划曲线{place + 1}月和{place + 2}月对调"
            yield Mutant(replace(indicator, curve=moved), edit)


def _derived_mutants(indicator: Indicator) -> Iterator[Mutant]:
    if indicator.adds_up == "rank":
        is_down = indicator.direction == "down"
        yield Mutant(replace(indicator, direction="up" if is_down else "down"), "名次方向颠倒")
        return
    turned = [
        (
            [
                {"numerator": row.get("denominator"), "denominator": row.get("numerator")}
                for row in rows
            ],
            expected,
        )
        for rows, expected in indicator.examples.values()
    ]
    yield Mutant(
        replace(indicator, examples={str(n): one for n, one in enumerate(turned)}),
        "分子和分母颠倒",
    )


def _edits(node: Any, fact_type: FactType) -> Iterator[tuple[str, Any]]:
    if node.where is not None:
        row = next(iter(node.find(ops.UnboundTable)))
        yield "去掉全部条件", node.copy(where=ops.NotNull(ops.Field(row, "subject")))
    for part in node.find(ops.Node):
        for edit, other in _others(part, fact_type):
            yield edit, node.replace({part: other})


def _others(part: Any, fact_type: FactType) -> Iterator[tuple[str, Any]]:
    if isinstance(part, tuple(_FLIPS)):
        for flipped in _FLIPS[type(part)]:
            said = f"{type(part).__name__} 写成 {flipped.__name__}"
            yield said, flipped(*part.__args__)
    if isinstance(
        part, ops.Equals | ops.NotEquals | ops.GreaterEqual | ops.Greater | ops.LessEqual | ops.Less
    ):
        yield from _moved_thresholds(part, fact_type)
    elif isinstance(part, ops.And | ops.Or):
        swapped = ops.Or if isinstance(part, ops.And) else ops.And
        yield "去掉后一个条件", part.left
        yield "去掉前一个条件", part.right
        yield "“且”“或”互换", swapped(part.left, part.right)
    elif isinstance(part, ops.Not):
        yield "去掉“不是”", part.arg
    elif isinstance(part, ops.InValues) and len(part.options) > 1:
        for one in part.options:
            left = tuple(option for option in part.options if option is not one)
            yield f"漏掉选项 {one.value}", part.copy(options=left)
    elif type(part) in _SIGNS:
        yield "运算符写错", _SIGNS[type(part)](part.left, part.right)


def _moved_thresholds(part: Any, fact_type: FactType) -> Iterator[tuple[str, Any]]:
    """Yield the comparison with its constant one smallest unit lower and higher."""
    for side in ("left", "right"):
        node = getattr(part, side)
        if not isinstance(node, ops.Literal):
            continue
        if node.dtype.is_string():
            yield (
                f"“{node.value}”写错一个字",
                part.copy(**{side: ops.Literal(f"{node.value}?", node.dtype)}),
            )
            continue
        if not node.dtype.is_numeric():
            continue
        other = getattr(part, "right" if side == "left" else "left")
        scale = max(
            (
                fact_type.columns[one.name].scale
                for one in other.find(ops.Field)
                if one.name in fact_type.columns
            ),
            default=0,
        )
        for sign in (-1, 1):
            moved = Decimal(node.value) + sign * Decimal(1).scaleb(-scale)
            literal = ibis.literal(moved, type=f"decimal(38, {scale})").op()
            yield f"界线 {node.value} 写成 {moved}", part.copy(**{side: literal})
