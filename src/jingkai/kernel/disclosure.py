"""What a total may not give away: the restricted value of one subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ibis.expr import operations as ops

from jingkai.kernel.expressions import counts_rows, resolve
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.months import Span

__all__ = ["FEWEST", "Secrecy", "is_thin", "secrecy_of"]

# Of fewer subjects a sum says too much: of two, each knows the other's.
FEWEST = 3


@dataclass(frozen=True)
class Secrecy:
    """Whether a definition reads restricted columns at all, and whether they choose its rows."""

    is_restricted: bool = False
    chooses_rows: bool = False
    is_sum: bool = False


def secrecy_of(indicator: Indicator, fact_type: FactType) -> Secrecy:
    """Return what a definition over facts reads of restricted columns."""
    restricted = frozenset(k for k, column in fact_type.columns.items() if column.is_restricted)
    if not restricted:
        return Secrecy()
    return _secrecy(_Asked(indicator.value, fact_type), restricted)


class _Asked:
    """An expression and its fact type, told apart by which objects they are."""

    def __init__(self, value: Any, fact_type: FactType) -> None:
        self.value, self.fact_type = value, fact_type

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Asked)
            and self.value is other.value
            and self.fact_type is other.fact_type
        )

    def __hash__(self) -> int:
        return hash((id(self.value), id(self.fact_type)))


@lru_cache(maxsize=1024)
def _secrecy(asked: _Asked, restricted: frozenset[str]) -> Secrecy:
    node = resolve(asked.value, asked.fact_type)
    where = getattr(node, "where", None)
    chosen = {one.name for one in where.find(ops.Field)} if where is not None else set()
    read = {one.name for one in node.find(ops.Field)}
    return Secrecy(
        is_restricted=bool(restricted & (read | chosen)),
        chooses_rows=bool(restricted & chosen),
        is_sum=not counts_rows(asked.value, asked.fact_type),
    )


def is_thin(spans: Mapping[Span, tuple[int, int]], wanted: Span) -> bool:
    """Tell whether some span that a sum takes in holds the values of too few subjects.

    One such span is enough: the sums with it and without it differ by just those subjects.
    """
    return any(0 < kept[1] < FEWEST for span, kept in spans.items() if wanted.contains_end(span))
