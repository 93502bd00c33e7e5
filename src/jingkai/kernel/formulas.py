"""Say a definition's expression in words: what is counted or added, and under which conditions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ibis.expr import operations as ops

from jingkai.kernel.dimensions import DIMENSIONS
from jingkai.kernel.expressions import resolve
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import get_unit, yi

__all__ = ["formula_in_words"]

_COMPARISONS = {
    ops.Equals: "为",
    ops.NotEquals: "不为",
    ops.GreaterEqual: "≥",
    ops.Greater: ">",
    ops.LessEqual: "≤",
    ops.Less: "<",
}


_SIGNS = {ops.Add: "＋", ops.Subtract: "－", ops.Multiply: "×"}


def formula_in_words(
    indicator: Indicator,
    fact_type: FactType | None,
    names: Mapping[str, str] | None = None,
) -> str:
    """Return the formula as a sentence: 计数“项目过节点”，条件：节点为开工 且 总投资≥1亿元.

    `names` gives the names of the indicators that a derived one is made of.
    """
    if indicator.is_derived or fact_type is None:
        return _derived(indicator, names or {})
    node = resolve(indicator.value, fact_type)
    if isinstance(node, ops.CountStar):
        said = f"计数“{fact_type.name}”"
    else:
        said = f"合计“{fact_type.name}”的{_amount(node.arg, fact_type)}"
    said = said if node.where is None else f"{said}，条件：{_say(node.where, fact_type)}"
    return f"{said}{_over_time(indicator)}"


def _derived(indicator: Indicator, names: Mapping[str, str]) -> str:
    def named(one: str) -> str:
        return f"“{names.get(one, one)}”"

    if indicator.adds_up == "rank":
        order = "从低到高" if indicator.direction == "down" else "从高到低"
        within = "、".join(DIMENSIONS.get(one, one) for one in indicator.by)
        return f"各{within}按{named(indicator.of)}{order}排列的名次，数值相同名次相同"
    said = f"{named(indicator.numerator)}÷{named(indicator.denominator)}"
    return f"{said}×100" if indicator.unit == "%" else said


def _over_time(indicator: Indicator) -> str:
    if indicator.adds_up == "cumulative":
        return "；各对象年初累计报数，逐个对象相减得出当月"
    if indicator.carry:
        return f"；未报的对象沿用其最近一次报数，最多 {indicator.carry} 个月"
    return "；取期末最后一次报数" if indicator.adds_up == "stock" else ""


def _amount(node: Any, fact_type: FactType) -> str:
    if isinstance(node, ops.Field):
        return _column(node.name, fact_type)
    if isinstance(node, ops.Literal):
        return f"{node.value:f}" if isinstance(node.value, Decimal) else str(node.value)
    left, right = _amount(node.left, fact_type), _amount(node.right, fact_type)
    return f"（{left}{_SIGNS[type(node)]}{right}）"


def _say(node: Any, fact_type: FactType) -> str:
    if isinstance(node, ops.And):
        return f"{_say(node.left, fact_type)} 且 {_say(node.right, fact_type)}"
    if isinstance(node, ops.Or):
        return f"（{_say(node.left, fact_type)} 或 {_say(node.right, fact_type)}）"
    if isinstance(node, ops.Not):
        return f"不是（{_say(node.arg, fact_type)}）"
    if isinstance(node, ops.InValues):
        options = "、".join(_value(one, node.value, fact_type) for one in node.options)
        return f"{_say(node.value, fact_type)}为{options}之一"
    if isinstance(node, ops.IsNull | ops.NotNull):
        said = "未报" if isinstance(node, ops.IsNull) else "已报"
        return f"{_amount(node.arg, fact_type)}{said}"
    if word := _COMPARISONS.get(type(node)):
        left = _amount(node.left, fact_type)
        right = (
            _value(node.right, node.left, fact_type)
            if isinstance(node.right, ops.Literal)
            else _amount(node.right, fact_type)
        )
        return f"{left}{word}{right}"
    return _column(node.name, fact_type) if isinstance(node, ops.Field) else str(node)


def _column(name: str, fact_type: FactType) -> str:
    known = {"subject": "对象", "on": "日期"}
    return fact_type.columns[name].name if name in fact_type.columns else known.get(name, name)


def _value(node: Any, beside: Any, fact_type: FactType) -> str:
    value = node.value if isinstance(node, ops.Literal) else node
    column = fact_type.columns.get(getattr(beside, "name", ""))
    if column is None:
        return str(value)
    if column.kind == "label":
        return column.words.get(value, str(value))
    unit = get_unit("亿元" if column.unit == "元" and value >= yi(1) else column.unit)
    return f"{unit.show(value)}{unit.id}"
