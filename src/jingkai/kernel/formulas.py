"""Say a definition's expression in words: what is counted or added, and under which conditions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ibis.expr import operations as ops

from jingkai.kernel.dimensions import DIMENSIONS
from jingkai.kernel.expressions import resolve
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import yi
from jingkai.kernel.words import Amount, Named, Words, named

__all__ = ["formula_in_words"]

_COMPARISONS = {
    ops.GreaterEqual: "≥",
    ops.Greater: ">",
    ops.LessEqual: "≤",
    ops.Less: "<",
}


_SIGNS = {ops.Add: "＋", ops.Subtract: "－", ops.Multiply: "×"}


def formula_in_words(
    indicator: Indicator,
    fact_type: FactType | None,
    names: Mapping[str, Named] | None = None,
) -> Words:
    """Return the formula as a sentence: 计数“项目过节点”，条件：节点为开工 且 总投资≥1亿元.

    `names` gives the names of the indicators that a derived one is made of.
    """
    if indicator.is_derived or fact_type is None:
        return _derived(indicator, names or {})
    node = resolve(indicator.value, fact_type)
    fact = named(fact_type)
    if isinstance(node, ops.CountStar):
        said = Words("计数“%(fact)s”", fact=fact)
    else:
        amount = _amount(node.arg, fact_type)
        said = Words("合计“%(fact)s”的%(amount)s", fact=fact, amount=amount)
    if node.where is not None:
        where = _say(node.where, fact_type)
        said = Words("%(what)s，条件：%(where)s", what=said, where=where)
    return _over_time(indicator, said)


def _derived(indicator: Indicator, names: Mapping[str, Named]) -> Words:
    def named(one: str) -> Named:
        return names.get(one, Named(one))

    if indicator.adds_up == "rank":
        within = [Words(DIMENSIONS.get(one, one)) for one in indicator.by]
        told = {"within": within, "of": named(indicator.of)}
        if indicator.direction == "down":
            return Words("各%(within)s按“%(of)s”从低到高排列的名次，数值相同名次相同", **told)
        return Words("各%(within)s按“%(of)s”从高到低排列的名次，数值相同名次相同", **told)
    told = {"part": named(indicator.numerator), "whole": named(indicator.denominator)}
    if indicator.unit == "%":
        return Words("“%(part)s”÷“%(whole)s”×100", **told)
    return Words("“%(part)s”÷“%(whole)s”", **told)


def _over_time(indicator: Indicator, said: Words) -> Words:
    if indicator.adds_up == "cumulative":
        return Words("%(what)s；各对象年初累计报数，逐个对象相减得出当月", what=said)
    if indicator.carry:
        told = {"what": said, "months": indicator.carry}
        return Words("%(what)s；未报的对象沿用其最近一次报数，最多 %(months)s 个月", **told)
    if indicator.adds_up == "stock":
        return Words("%(what)s；取期末最后一次报数", what=said)
    return said


def _amount(node: Any, fact_type: FactType) -> Words | str:
    if isinstance(node, ops.Field):
        return _column(node.name, fact_type)
    if isinstance(node, ops.Literal):
        return f"{node.value:f}" if isinstance(node.value, Decimal) else str(node.value)
    left, right = _amount(node.left, fact_type), _amount(node.right, fact_type)
    return Words("（%(left)s%(sign)s%(right)s）", left=left, sign=_SIGNS[type(node)], right=right)


def _say(node: Any, fact_type: FactType) -> Words | str:
    if isinstance(node, ops.And | ops.Or):
        both: dict[str, Any] = {
            "left": _say(node.left, fact_type),
            "right": _say(node.right, fact_type),
        }
        if isinstance(node, ops.And):
            return Words("%(left)s 且 %(right)s", **both)
        return Words("（%(left)s 或 %(right)s）", **both)
    if isinstance(node, ops.Not):
        return Words("不是（%(what)s）", what=_say(node.arg, fact_type))
    if isinstance(node, ops.InValues):
        options = [_value(one, node.value, fact_type) for one in node.options]
        return Words("%(what)s为%(options)s之一", what=_say(node.value, fact_type), options=options)
    if isinstance(node, ops.IsNull):
        return Words("%(what)s未报", what=_amount(node.arg, fact_type))
    if isinstance(node, ops.NotNull):
        return Words("%(what)s已报", what=_amount(node.arg, fact_type))
    if isinstance(node, ops.Equals | ops.NotEquals) or type(node) in _COMPARISONS:
        right = (
            _value(node.right, node.left, fact_type)
            if isinstance(node.right, ops.Literal)
            else _amount(node.right, fact_type)
        )
        sides: dict[str, Any] = {"left": _amount(node.left, fact_type), "right": right}
        if isinstance(node, ops.Equals):
            return Words("%(left)s为%(right)s", **sides)
        if isinstance(node, ops.NotEquals):
            return Words("%(left)s不为%(right)s", **sides)
        return Words("%(left)s%(sign)s%(right)s", **sides, sign=_COMPARISONS[type(node)])
    return _column(node.name, fact_type) if isinstance(node, ops.Field) else str(node)


def _column(name: str, fact_type: FactType) -> Words:
    if name in fact_type.columns:
        return Words(fact_type.columns[name].name)
    known = {"subject": Words("对象"), "on": Words("日期")}
    return known.get(name, Words(name))


def _value(node: Any, beside: Any, fact_type: FactType) -> Words | Amount | str:
    value = node.value if isinstance(node, ops.Literal) else node
    column = fact_type.columns.get(getattr(beside, "name", ""))
    if column is None:
        return str(value)
    if column.kind == "label":
        return Words(column.words.get(value, str(value)))
    return Amount(value, "亿元" if column.unit == "元" and value >= yi(1) else column.unit)
