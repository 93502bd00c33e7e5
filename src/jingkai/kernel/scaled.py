"""A definition's expression over scaled integers: one meaning for every engine and for one row.

A measure is a whole number of its smallest unit (money in fen), so that no engine ever rounds. The
same tree becomes an Ibis expression for a scan, and a generated Python function for one row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import ibis
from ibis.expr import operations as ops

from jingkai.kernel.expressions import resolve
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.words import Words

__all__ = [
    "LIMIT",
    "OutOfRange",
    "RowFunction",
    "ScaledSum",
    "at_scale",
    "compile_rows",
    "scaled_literal",
    "scaled_sum",
    "scaled_table",
    "to_scaled",
    "total_scale",
]

LIMIT = 10**38
_COMPARISONS = {
    ops.Equals: "==",
    ops.NotEquals: "!=",
    ops.GreaterEqual: ">=",
    ops.Greater: ">",
    ops.LessEqual: "<=",
    ops.Less: "<",
}
_ARITHMETIC = {ops.Add: "+", ops.Subtract: "-", ops.Multiply: "*"}
# What one row gives: total and present of each expression, one after the other.
RowFunction = Callable[[Mapping[str, Any]], tuple[int, ...]]


class OutOfRange(ValueError):
    """A row whose product or sum no engine can hold."""


def to_scaled(fact_type: FactType, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row with each measure as a whole number of its smallest unit."""
    return {
        key: value
        if (value := values.get(key)) is None or column.kind == "label"
        else int(Decimal(value).scaleb(column.scale))
        for key, column in fact_type.columns.items()
    }


def scaled_table(fact_type: FactType, extra: Mapping[str, str]) -> Any:
    """Return the unbound table of scaled rows, with the columns that an engine adds."""
    columns = {
        key: "int64" if column.kind == "measure" else "string"
        for key, column in fact_type.columns.items()
    }
    return ibis.table({"subject": "string", "on": "date"} | dict(extra) | columns, name="facts")


@dataclass(frozen=True)
class ScaledSum:
    """A sum or count over a table of scaled rows: what is added, and at which scale.

    `holds` is the definition's condition, or None; `where` also asks that the amount be known.
    """

    amount: Any
    holds: Any
    scale: int

    @property
    def where(self) -> Any:
        known = ibis.literal(True) if self.amount is None else self.amount.notnull()
        return known if self.holds is None else self.holds & known


def scaled_sum(value: Any, fact_type: FactType, table: Any) -> ScaledSum:
    """Return the definition's expression over `table`; `amount` is None for a count of rows."""
    node = resolve(value, fact_type)
    tree = _Tree(fact_type, table)
    holds = None if node.where is None else tree.condition(node.where)
    if isinstance(node, ops.CountStar):
        return ScaledSum(None, holds, 0)
    amount, scale = tree.value(node.arg)
    return ScaledSum(amount, holds, scale)


class _Tree:
    """Rewrite a typed tree over decimals into one over scaled integers."""

    def __init__(self, fact_type: FactType, table: Any) -> None:
        self._columns, self._table = fact_type.columns, table

    def value(self, node: Any) -> tuple[Any, int]:
        if isinstance(node, ops.Field):
            column = self._columns.get(node.name)
            return self._table[node.name], column.scale if column else 0
        if isinstance(node, ops.Literal):
            value, scale = scaled_literal(node)
            return ibis.literal(value), scale
        (left, a), (right, b) = self.value(node.left), self.value(node.right)
        left, right = left.cast("decimal(38, 0)"), right.cast("decimal(38, 0)")
        if isinstance(node, ops.Multiply):
            return left * right, a + b
        scale = max(a, b)
        left, right = _grown(left, scale - a), _grown(right, scale - b)
        return (left + right if isinstance(node, ops.Add) else left - right), scale

    def condition(self, node: Any) -> Any:
        if isinstance(node, ops.And | ops.Or):
            left, right = self.condition(node.left), self.condition(node.right)
            return left & right if isinstance(node, ops.And) else left | right
        if isinstance(node, ops.Not):
            return ~self.condition(node.arg)
        if isinstance(node, ops.IsNull | ops.NotNull):
            arg, _ = self.value(node.arg)
            return arg.isnull() if isinstance(node, ops.IsNull) else arg.notnull()
        if isinstance(node, ops.InValues):
            arg, scale = self.value(node.value)
            return arg.isin([at_scale(one, scale) for one in node.options])
        (left, a), (right, b) = self.value(node.left), self.value(node.right)
        scale = max(a, b)
        left, right = _grown(left, scale - a), _grown(right, scale - b)
        return type(node)(left, right).to_expr()


def _grown(expression: Any, places: int) -> Any:
    if not places:
        return expression
    node = expression.op()
    if isinstance(node, ops.Literal):
        return ibis.literal(node.value * 10**places)
    return expression.cast("decimal(38, 0)") * 10**places


def scaled_literal(node: Any) -> tuple[Any, int]:
    """Return a constant as a whole number and its scale; words and dates as they are."""
    value = node.value
    if isinstance(value, Decimal):
        scale = node.dtype.scale or 0
        return int(value.scaleb(scale)), scale
    return value, 0


def at_scale(node: Any, scale: int) -> Any:
    """Return a constant as a whole number at a finer scale than its own."""
    value, own = scaled_literal(node)
    return value * 10 ** (scale - own) if isinstance(value, int) else value


def total_scale(value: Any, fact_type: FactType) -> int:
    """Return how many decimals a total has: products add them up, whatever an engine would do."""
    node = resolve(value, fact_type)
    return 0 if isinstance(node, ops.CountStar) else _Writer(fact_type).value(node.arg)[1]


def compile_rows(values: Sequence[Any], fact_type: FactType) -> RowFunction:
    """Return a function that gives total and present of every expression for one scaled row.

    The source is generated from typed trees of whitelisted operations only; constants are passed
    as names, never as text. This is the one place of the house where source is generated.
    """
    writer = _Writer(fact_type)
    cells: list[str] = []
    for value in values:
        node = resolve(value, fact_type)
        holds = "True" if node.where is None else writer.is_true(node.where)
        if isinstance(node, ops.CountStar):
            # Where returns were filed and none counts the answer is 0; without returns, 未报.
            is_filed = "1" if fact_type.grain == "return" else f"1 if {holds} else 0"
            cells += [f"1 if {holds} else 0", is_filed]
            continue
        amount, _ = writer.value(node.arg)
        known = writer.known(node.arg)
        said = amount if isinstance(node.arg, ops.Field) else f"_within({amount})"
        holds = known if holds == "True" else f"{known} and {holds}"
        cells += [f"{said} if {holds} else 0", f"1 if {holds} else 0"]
    lines = [f"    {local} = row[{key!r}]" for key, local in writer.columns.items()]
    source = "\n".join(["def rows(row):", *lines, f"    return ({', '.join([*cells, ''])})"])
    names: dict[str, Any] = dict(writer.constants) | {"_within": _within}
    exec(compile(source, f"<definitions over {fact_type.id}>", "exec"), names)
    made: RowFunction = names["rows"]
    return made


def _within(amount: int) -> int:
    if -LIMIT < amount < LIMIT:
        return amount
    raise OutOfRange(
        Words("计算结果 %(amount)s 超出可记录的范围，请核对单位。", amount=f"{amount:.3e}")
    )


class _Writer:
    """Write typed trees as Python over local names; NULL is None, logic is three-valued."""

    def __init__(self, fact_type: FactType) -> None:
        self._fact_type = fact_type
        self.columns: dict[str, str] = {}
        self.constants: dict[str, Any] = {}

    def value(self, node: Any) -> tuple[str, int]:
        if isinstance(node, ops.Field):
            local = self.columns.setdefault(node.name, f"c{len(self.columns)}")
            column = self._fact_type.columns.get(node.name)
            return local, column.scale if column else 0
        if isinstance(node, ops.Literal):
            value, scale = scaled_literal(node)
            return self._constant(value), scale
        (left, a), (right, b) = self.value(node.left), self.value(node.right)
        sign = _ARITHMETIC[type(node)]
        if sign == "*":
            return f"_within({left} * {right})", a + b
        scale = max(a, b)
        return f"_within({_times(left, scale - a)} {sign} {_times(right, scale - b)})", scale

    def known(self, node: Any) -> str:
        """Return the test that no column of a value is missing."""
        names = dict.fromkeys(self.value(one)[0] for one in node.find(ops.Field))
        return " and ".join(f"{name} is not None" for name in names) or "True"

    def is_true(self, node: Any) -> str:
        return self._says(node, True)

    def _says(self, node: Any, wanted: bool) -> str:
        if isinstance(node, ops.Not):
            return self._says(node.arg, not wanted)
        if isinstance(node, ops.And | ops.Or):
            word = "and" if isinstance(node, ops.And) is wanted else "or"
            return f"({self._says(node.left, wanted)} {word} {self._says(node.right, wanted)})"
        if isinstance(node, ops.IsNull | ops.NotNull):
            known = self.known(node.arg)
            return f"({known})" if isinstance(node, ops.NotNull) is wanted else f"(not ({known}))"
        if isinstance(node, ops.InValues):
            name, scale = self.value(node.value)
            options = frozenset(at_scale(one, scale) for one in node.options)
            test = "in" if wanted else "not in"
            return f"({self.known(node.value)} and {name} {test} {self._constant(options)})"
        (left, a), (right, b) = self.value(node.left), self.value(node.right)
        scale = max(a, b)
        left, right = _times(left, scale - a), _times(right, scale - b)
        sign = _COMPARISONS[type(node)]
        tests = [one for one in (self.known(node.left), self.known(node.right)) if one != "True"]
        said = f"{left} {sign} {right}" if wanted else f"not {left} {sign} {right}"
        return f"({' and '.join([*tests, said])})"

    def _constant(self, value: Any) -> str:
        if type(value) is int:
            return repr(value) if value >= 0 else f"({value!r})"
        if not isinstance(value, str | date | frozenset):
            raise TypeError(f"No constant of a definition: {value!r}")
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name


def _times(code: str, places: int) -> str:
    return f"({code} * {10**places})" if places else code
