"""Rows that stand in columns add up to what they add up to one by one."""

import random
from datetime import date
from typing import Any, Literal

import numpy as np
import pytest
from ibis import _

from jingkai.kernel.columns import Series
from jingkai.kernel.facttypes import FactType, area, count, label, money
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.months import Span
from jingkai.kernel.pieces import PieceCode, Row, Sums
from jingkai.kernel.vectors import Groups, Table, Unclear, whole_sum

COLUMNS = {
    "output": money("产值"),
    "land": area("用地"),
    "staff": count("从业人员", "人"),
    "size": label("规模"),
    "trade": label("专业"),
}
GRAINS: tuple[Literal["return", "event"], ...] = ("return", "event")
KINDS: dict[str, FactType] = {
    grain: FactType(
        id=f"test.{grain}",
        name="表",
        english="Sheet",
        subject="firm",
        grain=grain,
        columns=COLUMNS,
    )
    for grain in GRAINS
}
VALUES = [
    _.output.sum(),
    _.count(),
    _.count(where=_.output > 50_000),
    _.output.sum(where=_.output >= 500),
    _.output.sum(where=(_.size == "large") & (_.trade != "industry")),
    _.staff.sum(where=(_.size == "large") | (_.staff < 40)),
    _.staff.sum(where=~((_.size == "large") | (_.staff <= 40))),
    _.count(where=~(_.size == _.trade)),
    _.count(where=_.size.isin(["large", "small"]) & ~_.trade.isin(["industry"])),
    _.count(where=_.staff.isin([7, 8, 9])),
    _.count(where=_.land.isnull() | _.output.notnull()),
    _.count(where=~(_.land + _.output).notnull()),
    (_.output - _.land).sum(where=_.land > 0),
    (_.output * 2 + _.staff).sum(),
    (_.staff * _.staff).sum(where=_.output > _.land),
]
SPAN = Span(24_252, 24_252)


def code_of(kind: FactType) -> PieceCode:
    return PieceCode(
        [
            Indicator(
                id=f"v{n}",
                name=f"数{n}",
                unit="",
                over=kind.id,
                value=value,
                by=("size", "park") if n % 2 else (),
            )
            for n, value in enumerate(VALUES)
        ],
        kind,
    )


def table_of(seed: int, height: int, most: int) -> Table:
    chance = random.Random(seed)
    measures = {}
    for key in ("output", "land", "staff"):
        series = Series.blank(height)
        series.values[:] = [chance.randrange(-most // 9, most) for _each in range(height)]
        series.present[:] = [chance.random() < 0.8 for _each in range(height)]
        series.values[~series.present] = 0
        measures[key] = series
    measures["staff"].values[::2] %= 60
    words = {"size": ["large", "small", "", None], "trade": ["industry", "large", None]}
    labels = {key: chance.choices(some, k=height) for key, some in words.items()}
    return Table(height, measures, labels)


def both_ways(kind: FactType, table: Table) -> tuple[Sums, Sums]:
    code, parks = code_of(kind), ["east", "west", ""]
    keys = {
        "size": [word or "" for word in table.labels["size"]],
        "park": [parks[place % 3] for place in range(table.height)],
    }
    columns, rows = Sums(), Sums()
    code.add_columns(columns, table, SPAN, keys)
    for place in range(table.height):
        values: dict[str, Any] = {key: words[place] for key, words in table.labels.items()}
        for key, series in table.measures.items():
            values[key] = int(series.values[place]) if series.present[place] else None
        values |= {"subject": f"firm:{place}", "on": date(2021, 1, 31)}
        own = {dimension: words[place] for dimension, words in keys.items()}
        code.add_row(rows, Row(place, f"firm:{place}", SPAN, values, own))
    return columns, rows


@pytest.mark.parametrize("grain", GRAINS)
@pytest.mark.parametrize("height", [0, 1, 2, 300])
def test_columns_add_up_to_what_their_rows_add_up_to(grain: str, height: int) -> None:
    for seed in range(3):
        columns, rows = both_ways(KINDS[grain], table_of(seed, height, 10**8))

        assert columns == rows
        assert height < 300 or len(columns) > 50


def test_a_total_may_be_larger_than_any_machine_integer() -> None:
    values, present = np.full(40, 9 * 10**17), np.ones(40, np.bool_)
    values[:10] = -(9 * 10**17)

    found = list(Groups(["a"] * 10 + ["b"] * 30).sums(values, present))

    assert found == [("a", -9 * 10**18, 10), ("b", 27 * 10**18, 30)]
    assert whole_sum(values, present) == (18 * 10**18, 40)


def test_what_could_leave_a_machine_integer_is_left_to_the_rows() -> None:
    with pytest.raises(Unclear):
        both_ways(KINDS["return"], table_of(1, 5, 10**17))


def test_a_column_that_the_table_has_not_is_left_to_the_rows() -> None:
    table = table_of(1, 5, 1000)
    with pytest.raises(Unclear):
        both_ways(KINDS["return"], Table(5, {"output": table.measures["output"]}, table.labels))
