import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.kernel.facttypes import (
    NOT_APPLICABLE,
    BadFact,
    FactType,
    area,
    count,
    label,
    money,
    number,
    percent,
)
from jingkai.kernel.units import UnknownUnit

FILED = FactType(
    id="test.filed",
    name="报数",
    english="Filed",
    subject="firm",
    grain="return",
    columns={
        "amount": money("金额"),
        "rate": percent("增速"),
        "area": area("面积"),
        "heads": count("人数", "人"),
        "kind": label("类别"),
    },
)


def test_a_fact_is_written_one_way_only() -> None:
    one = FILED.encode({"kind": "产业", "amount": Decimal("1.5"), "heads": 3})
    other = FILED.encode({"heads": Decimal("3.0"), "amount": "1.50", "kind": "产业", "rate": None})

    assert one == other == '{"amount":"1.50","heads":"3","kind":"产业"}'


def test_what_was_not_filed_stays_unknown() -> None:
    assert FILED.decode("{}") == dict.fromkeys(FILED.columns)


@given(
    st.decimals(-(10**15), 10**15, places=2),
    st.decimals(-1000, 1000, places=4),
    st.integers(0, 10**6),
    st.text(),
)
def test_values_come_back_as_they_were(
    amount: Decimal, rate: Decimal, heads: int, kind: str
) -> None:
    values = {"amount": amount, "rate": rate, "area": None, "heads": heads, "kind": kind}

    assert FILED.decode(FILED.encode(values)) == values


@pytest.mark.parametrize(
    "strange",
    ["NaN", "Infinity", "-Infinity", "1e308", Decimal("1e25"), "十二", "", "1,2"],
)
def test_what_is_no_number_in_range_is_refused(strange: str | Decimal) -> None:
    with pytest.raises(BadFact, match="金额"):
        FILED.encode({"amount": strange})


@pytest.mark.parametrize(
    ("column", "value"), [("amount", "0.001"), ("rate", "0.00001"), ("heads", "1.5")]
)
def test_more_decimals_than_the_column_keeps_are_refused(column: str, value: str) -> None:
    with pytest.raises(BadFact, match="小数"):
        FILED.encode({column: value})


def test_an_unknown_column_is_refused_with_those_that_exist() -> None:
    with pytest.raises(BadFact, match=r"amuont.*amount"):
        FILED.encode({"amuont": 1})


def test_a_number_is_no_label() -> None:
    with pytest.raises(BadFact, match="文字"):
        FILED.encode({"kind": 3})


def test_a_fact_type_names_only_known_units() -> None:
    with pytest.raises(UnknownUnit):
        FactType(
            id="x",
            name="x",
            english="x",
            subject="x",
            grain="event",
            columns={"heads": count("人数", "头牛")},
        )


cells = st.one_of(
    st.none(),
    st.just(NOT_APPLICABLE),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.integers(-(10**19), 10**19).flatmap(
        lambda n: st.integers(-9, 4).map(lambda places: Decimal(n).scaleb(places))
    ),
    st.sampled_from(["1e308", "NaN", "-0.00", "1E+2", "12", "１２", "x", "0.0000001"]),
)


@given(cells, st.integers(0, 9), st.text())
def test_a_row_is_written_as_cell_by_cell_and_read_back_the_same(
    cell: Any, scale: int, word: str
) -> None:
    kind = FactType(
        id="t.t",
        name="表",
        english="t",
        subject="firm",
        grain="return",
        columns={"b": number("量", "元", scale), "a": label("词")},
    )
    try:
        text = kind.columns["b"].encode(cell)
    except BadFact as error:
        with pytest.raises(BadFact) as refused:
            kind.encode_row({"b": cell, "a": word})
        assert str(refused.value) == str(error)
        return
    written, scaled = kind.encode_row({"b": cell, "a": word})
    said = {"a": word} | ({} if text is None else {"b": text})
    assert written == json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert scaled == kind.decode_scaled(written)
