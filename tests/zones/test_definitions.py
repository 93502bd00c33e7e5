from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from ibis.expr import operations as ops

from jingkai.engines.examples import failing_examples
from jingkai.kernel.indicators import Indicator
from tests.kernel.known import FACT_TYPES, ZONES

DEFINITIONS = {
    indicator.id: indicator
    for zone in ZONES.values()
    for versions in zone.versions.values()
    for indicator in versions
}
_FLIPS = {
    ops.Equals: [ops.NotEquals],
    ops.NotEquals: [ops.Equals],
    ops.GreaterEqual: [ops.Greater, ops.LessEqual],
    ops.Greater: [ops.GreaterEqual, ops.Less],
    ops.LessEqual: [ops.Less, ops.GreaterEqual],
    ops.Less: [ops.LessEqual, ops.Greater],
}


class Mutant:
    """An expression with its change at a position; resolves like the expression itself."""

    def __init__(self, value: Any, position: int) -> None:
        self.value, self.position = value, position

    def resolve(self, table: Any) -> Any:
        """Return the changed expression over a table."""
        node = self.value.resolve(table).op()
        changed = list(_changes(node))[self.position]
        return changed.to_expr()


def _changes(node: Any) -> Iterator[Any]:
    """Yield the operation with one place changed: what a careless edit would make of it."""
    if node.where is not None:
        row = node.arg if isinstance(node, ops.CountStar) else node.arg.rel
        yield node.copy(where=ops.NotNull(ops.Field(row, "subject")))
    for part in node.find(ops.Node):
        for other in _others(part):
            yield node.replace({part: other})


def _others(part: Any) -> Iterator[Any]:
    if isinstance(part, ops.Literal) and part.dtype.is_integer():
        yield from (ops.Literal(part.value + step, part.dtype) for step in (-1, 1))
    elif isinstance(part, ops.Literal) and part.dtype.is_string():
        yield ops.Literal(f"{part.value}?", part.dtype)
    elif type(part) in _FLIPS:
        yield from (flipped(part.left, part.right) for flipped in _FLIPS[type(part)])
    elif isinstance(part, ops.And | ops.Or):
        swapped = ops.Or if isinstance(part, ops.And) else ops.And
        yield from (part.left, part.right, swapped(part.left, part.right))
    elif isinstance(part, ops.Not):
        yield part.arg
    elif isinstance(part, ops.InValues) and len(part.options) > 1:
        for one in part.options:
            yield part.copy(options=tuple(left for left in part.options if left is not one))


def _table(indicator: Indicator) -> Any:
    from jingkai.engines.rows import ibis_table

    return ibis_table(FACT_TYPES[indicator.over])


MUTANTS = [
    (indicator, position)
    for indicator in DEFINITIONS.values()
    for position in range(len(list(_changes(indicator.value.resolve(_table(indicator)).op()))))
]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_example_gives_its_value(name: str) -> None:
    indicator = DEFINITIONS[name]

    assert list(failing_examples(indicator, FACT_TYPES[indicator.over])) == []


@pytest.mark.parametrize(
    ("indicator", "position"), MUTANTS, ids=[f"{one.id}-{n}" for one, n in MUTANTS]
)
def test_a_careless_edit_breaks_an_example(indicator: Indicator, position: int) -> None:
    mutant = replace(indicator, value=Mutant(indicator.value, position))

    assert list(failing_examples(mutant, FACT_TYPES[indicator.over])) != [], str(
        mutant.value.resolve(_table(indicator))
    )


def test_enough_edits_are_tried() -> None:
    assert len(MUTANTS) > 200


@pytest.mark.parametrize("name", DEFINITIONS)
def test_a_definition_is_complete_in_both_languages(name: str) -> None:
    indicator = DEFINITIONS[name]

    assert indicator.english.isascii()
    assert indicator.words.endswith("。")
    assert indicator.basis
