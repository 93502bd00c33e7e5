"""Say a definition's expression in words: what is counted or added, and under which conditions."""

from typing import Any

from ibis.expr import operations as ops

from jingkai.kernel.expressions import row_schema
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


def formula_in_words(indicator: Indicator, fact_type: FactType) -> str:
    """Return the formula as a sentence: 计数“项目过节点”，条件：节点为开工 且 总投资≥1亿元."""
    import ibis

    node = indicator.value.resolve(ibis.table(row_schema(fact_type), name="facts")).op()
    if isinstance(node, ops.CountStar):
        said = f"计数“{fact_type.name}”"
    else:
        said = f"合计“{fact_type.name}”的{_column(node.arg.name, fact_type)}"
    return said if node.where is None else f"{said}，条件：{_say(node.where, fact_type)}"


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
    if word := _COMPARISONS.get(type(node)):
        left, right = _say(node.left, fact_type), _value(node.right, node.left, fact_type)
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
