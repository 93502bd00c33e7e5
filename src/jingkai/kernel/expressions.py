"""What an expression of a definition may say: columns that exist, exact operations, no more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
from ibis.common import deferred
from ibis.common.deferred import Deferred
from ibis.expr import operations as ops

from jingkai.kernel.facttypes import FactType
from jingkai.kernel.refusals import did_you_mean

__all__ = [
    "Cell",
    "Expression",
    "Threshold",
    "counts_rows",
    "describe",
    "expression_problems",
    "find_cell",
    "find_subjects",
    "list_thresholds",
    "resolve",
    "row_schema",
    "with_thresholds",
]

FORM = "取值只能写成 _.count(where=条件) 或 _.列.sum(where=条件)（列可以加、减、乘）"
_CONDITIONS = (
    ops.Equals,
    ops.NotEquals,
    ops.Greater,
    ops.GreaterEqual,
    ops.Less,
    ops.LessEqual,
    ops.And,
    ops.Or,
    ops.Not,
    ops.InValues,
    ops.IsNull,
    ops.NotNull,
)
_ORDERED = (ops.Greater, ops.GreaterEqual, ops.Less, ops.LessEqual)
_ARITHMETIC = (ops.Add, ops.Subtract, ops.Multiply)
_EXACT = 38
_NAMES = {
    "Divide": "除法（比率由内核用分子、分母计算）",
    "FloorDivide": "除法（比率由内核用分子、分母计算）",
    "Mean": "平均值（比率由内核用分子、分母计算）",
    "Cast": "类型转换",
    "Count": "按列计数（请用 _.count(where=条件））",
}


def row_schema(fact_type: FactType) -> ibis.Schema:
    """Return the columns that a definition over this fact type sees, with their exact types."""
    columns = {
        key: f"decimal(38, {column.scale})" if column.kind == "measure" else "string"
        for key, column in fact_type.columns.items()
    }
    return ibis.schema({"subject": "!string", "on": "!date"} | columns)


def resolve(value: Deferred, fact_type: FactType) -> Any:
    """Return the operation that an expression is, over the rows of the fact type."""
    return value.resolve(ibis.table(row_schema(fact_type), name="facts")).op()


def counts_rows(value: Deferred, fact_type: FactType) -> bool:
    """Tell whether an expression counts rows: where none is counted it is 0, not 未报."""
    return isinstance(resolve(value, fact_type), ops.CountStar)


@dataclass(frozen=True)
class Cell:
    """Where a number is filed: the subject and the column of its return."""

    subject: str
    column: str


def find_cell(value: Deferred, fact_type: FactType) -> Cell | None:
    """Return where an indicator that only repeats a filed number finds it, else None."""
    node = resolve(value, fact_type)
    where = getattr(node, "where", None)
    if not isinstance(node, ops.Sum) or not isinstance(where, ops.Equals):
        return None
    by_subject, literal = where.left, where.right
    if getattr(by_subject, "name", "") != "subject" or not isinstance(literal, ops.Literal):
        return None
    return Cell(str(literal.value), node.arg.name)


def describe(node: Any) -> str:
    """Return an operation as text that is the same in every process."""
    if isinstance(node, ops.Field):
        return str(node.name)
    if isinstance(node, ops.Literal):
        return f"{node.value!r}:{node.dtype}"
    if isinstance(node, tuple):
        return f"[{', '.join(map(describe, node))}]"
    if isinstance(node, ops.Node):
        inner = [one for one in node.__args__ if not isinstance(one, ops.UnboundTable)]
        return f"{type(node).__name__}({', '.join(map(describe, inner))})"
    return repr(node)


@dataclass(frozen=True)
class Threshold:
    """A limit that a definition compares a measure with, in base units."""

    column: str
    value: Decimal
    scale: int


def list_thresholds(value: Any, fact_type: FactType) -> list[Threshold]:
    """Return the limits of an expression, in the order in which they stand."""
    return [
        Threshold(column, Decimal(literal.value), fact_type.columns[column].scale)
        for literal, column in _limits(resolve(value, fact_type), fact_type)
    ]


def with_thresholds(value: Any, fact_type: FactType, limits: Sequence[Decimal]) -> Any:
    """Return the expression with other limits in place of its own, in the same order."""
    node = resolve(value, fact_type)
    places = list(_limits(node, fact_type))
    for (literal, column), limit in zip(places, limits, strict=True):
        if Decimal(literal.value) != limit:
            scale = fact_type.columns[column].scale
            node = node.replace({literal: ibis.literal(limit, type=f"decimal(38, {scale})").op()})
    return Expression(node)


class Expression:
    """An operation that resolves to itself, whatever the table: an expression made by the house."""

    def __init__(self, node: Any) -> None:
        self._node = node

    def resolve(self, table: Any) -> Any:
        """Return the expression."""
        return self._node.to_expr()


def find_subjects(value: Deferred, fact_type: FactType) -> set[str]:
    """Return the subjects that an expression names."""
    named: set[str] = set()
    for node in resolve(value, fact_type).find((ops.Equals, ops.InValues)):
        sides = (node.value, *node.options) if isinstance(node, ops.InValues) else node.args
        if any(getattr(one, "name", "") == "subject" for one in sides):
            named |= {str(one.value) for one in sides if isinstance(one, ops.Literal)}
    return named


def _limits(node: Any, fact_type: FactType) -> Iterator[tuple[Any, str]]:
    where = getattr(node, "where", None)
    for part in where.find(_ORDERED) if where is not None else ():
        for literal, other in ((part.right, part.left), (part.left, part.right)):
            if isinstance(literal, ops.Literal) and literal.dtype.is_numeric():
                names = [one.name for one in other.find(ops.Field)]
                if names and names[0] in fact_type.columns:
                    yield literal, names[0]


def expression_problems(value: object, fact_type: FactType) -> list[str]:
    """Return what is wrong with an expression, each with the fix; nothing when it may load."""
    if not isinstance(value, Deferred):
        return [f"{FORM}，现在是 {value!r}。"]
    known = list(row_schema(fact_type))
    if unknown := sorted(set(_columns_named(value._resolver)) - set(known)):
        available = f"“{fact_type.name}”可用的列"
        return [f"没有“{one}”这一列；{did_you_mean(one, known, available)}" for one in unknown]
    try:
        node = resolve(value, fact_type)
    except AttributeError as error:
        return [f"{FORM}；“{error.name}”不能用在这里。"]
    except Exception as error:
        # Ibis has no common class for “these types do not go together”.
        return [f"表达式的类型不对：{error}。文字列只和文字比较，数字列只和整数比较。"]
    return list(dict.fromkeys(_node_problems(node)))


def _columns_named(resolver: Any) -> Iterator[str]:
    """Yield the columns that a deferred expression takes from the row."""
    if isinstance(resolver, Deferred):
        resolver = resolver._resolver
    if isinstance(resolver, deferred.Call) and _is_of_row(resolver.func):
        inner: list[Any] = [resolver.args, resolver.kwargs]
    elif isinstance(resolver, deferred.Attr | deferred.Item) and _is_of_row(resolver):
        name = resolver.name if isinstance(resolver, deferred.Attr) else resolver.indexer
        yield str(name.value)
        return
    elif isinstance(resolver, deferred.Resolver):
        inner = [getattr(resolver, slot) for slot in type(resolver).__slots__]
    elif isinstance(resolver, tuple | list):
        inner = list(resolver)
    elif hasattr(resolver, "values"):
        inner = list(resolver.values())
    else:
        return
    for one in inner:
        yield from _columns_named(one)


def _is_of_row(resolver: Any) -> bool:
    is_access = isinstance(resolver, deferred.Attr | deferred.Item)
    return is_access and isinstance(resolver.obj, deferred.Variable)


def _node_problems(node: Any) -> Iterator[str]:
    if isinstance(node, ops.Sum):
        yield from _amount_problems(node.arg)
    elif not isinstance(node, ops.CountStar):
        yield f"{FORM}；不能用{_name(node)}。"
        return
    elif node.where is None:
        yield f"{FORM}；计数要写明条件。"
    if node.where is not None:
        yield from _condition_problems(node.where)


def _amount_problems(node: Any) -> Iterator[str]:
    if isinstance(node, ops.Literal):
        yield f"{FORM}；求和的至少要有一列。"
    elif not isinstance(node, ops.Field) and not isinstance(node, _ARITHMETIC):
        yield f"{FORM}；不能用{_name(node)}。"
    else:
        yield from _value_problems(node)


def _value_problems(node: Any) -> Iterator[str]:
    """Yield what is wrong with a value: a column, an exact constant, or +, −, × of them."""
    if isinstance(node, ops.Field):
        return
    if isinstance(node, ops.Literal):
        if node.dtype.is_floating() or _is_untyped_decimal(node):
            yield (
                f"不能写小数 {node.value}（不同引擎舍入不同）；请换成基本单位的整数，"
                '如 yi(1)、wan(500)，或写 exact("0.00015")。'
            )
        elif not (
            node.dtype.is_integer()
            or node.dtype.is_decimal()
            or node.dtype.is_string()
            or node.dtype.is_date()
        ):
            yield f"不能写 {node.value!r}；条件里只用整数、文字和日期。"
    elif isinstance(node, _ARITHMETIC):
        for one in (node.left, node.right):
            if one.dtype.is_numeric():
                yield from _value_problems(one)
            else:
                yield f"{FORM}；只有数字列能加、减、乘。"
    else:
        yield f"不能用{_name(node)}；条件里只用比较、&、|、~、isin 和常数。"


def _is_untyped_decimal(node: Any) -> bool:
    return isinstance(node.value, Decimal | float) and (
        not node.dtype.is_decimal() or node.dtype.precision != _EXACT or node.dtype.scale is None
    )


def _condition_problems(node: Any) -> Iterator[str]:
    if not isinstance(node, _CONDITIONS):
        yield from _value_problems(node)
        return
    for part in node.__args__:
        for one in part if isinstance(part, tuple) else (part,):
            yield from _condition_problems(one)


def _name(node: Any) -> str:
    name = type(node).__name__
    return _NAMES.get(name, f"运算 {name}")
