"""Cells in columns are read, recorded and read again exactly as they are one by one."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from jingkai.kernel import columns as kernel_columns
from jingkai.kernel.columns import Series, decode_columns, encode_columns
from jingkai.kernel.facttypes import FactType, count, label, money, number
from jingkai.kernel.units import UNITS
from jingkai.ledger import services as ledger
from jingkai.ledger.queries import find_broken_entry, find_returns
from jingkai.org.models import Person
from jingkai.reading import amounts
from jingkai.returns.queries import fact_type_of
from tests.conftest import sign_in
from tests.returns.world import HEADS, MAY, code_of, file_sheet, found_firms, send, sheet

KIND = FactType(
    id="test.filed",
    name="试报",
    english="Filed in tests",
    subject="enterprise",
    grain="return",
    columns={
        "area": number("面积", "平方米", 4),
        "income": money("收入"),
        "staff": count("人数", "人"),
        "trade": label("专业"),
    },
)
digits = st.decimals(-(10**13), 10**13, places=2).map(str)
odd = st.sampled_from(
    [
        *("", " 12 ", "1,234.5", "１２３４．５", "3亿元", "2.5万", "(12)", "—", "-", "未报", "约5"),
        *("1e5", "1E-12", ".5", "5.", "-.5", "+7", "-", "1-2", "1.2.3", "00012", "inf", "nan"),
        *("0.30000000000000004", "91670246.290000007", "1.100000000000009", "0.005", "无", "五"),
        *("123456789012345", "1234567890123456", "99999999999999999999", "12人", "0", "-0"),
    ]
)
cells = st.lists(st.one_of(digits, odd, st.none(), st.integers(0, 10**9).map(str)), max_size=12)


@given(cells, st.sampled_from(["元", "千元", "万元", "人"]))
def test_a_column_of_digits_is_read_as_its_cells_would_be(said, unit):
    column = pa.array(["7", *said], pa.string()).slice(1)
    scale = 0 if unit == "人" else 2
    quick = amounts.read_amounts(column, UNITS[unit], scale)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(amounts, "_plain_doubles", lambda column: None)
        careful = amounts.read_amounts(column, UNITS[unit], scale)

    assert quick.values.tolist() == careful.values.tolist()
    assert quick.present.tolist() == careful.present.tolist()
    assert quick.not_applicable.tolist() == careful.not_applicable.tolist()
    assert (quick.problems, quick.notes) == (careful.problems, careful.notes)


def test_digits_alone_go_as_a_column():
    plain = pa.array(["12", None, "-3.5", "91670246.290000007"], pa.string())

    assert amounts._plain_doubles(plain) is not None
    for one in ("1e5", ".5", "5.", "-", "", "12 ", "1,2", "nan"):
        assert amounts._plain_doubles(pa.array(["12", one], pa.string())) is None, one


held = st.one_of(st.none(), st.just("—"), st.integers(-(10**18) + 1, 10**18 - 1))
rows = st.lists(st.tuples(held, held, held, st.sampled_from(["industry", "“零售”", 'a"b', ""])))


@given(rows, st.integers(0, 4))
def test_returns_in_columns_are_written_and_read_as_single_ones(told, places):
    measures = ("area", "income", "staff")
    frame = {key: _series([row[at] for row in told]) for at, key in enumerate(measures)}
    trades = [row[3] for row in told]
    one_by_one = [
        KIND.encode(
            {key: frame[key].value(at, KIND.columns[key].scale) for key in measures}
            | {"trade": trades[at]}
        )
        for at in range(len(told))
    ]

    written = encode_columns(KIND, frame, {"trade": trades})

    assert written == (None if any('"' in one for one in trades) else one_by_one)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_columns, "FEW", -1)
        read = decode_columns(KIND, one_by_one, measures)
    for at, text in enumerate(one_by_one):
        scaled = KIND.decode_scaled(text)
        for key in measures:
            value = int(read[key].values[at]) if read[key].present[at] else None
            assert value == scaled[key]


def _series(said: list[int | str | None]) -> Series:
    series = Series.blank(len(said))
    series.values[:] = [one if isinstance(one, int) else 0 for one in said]
    series.present[:] = [isinstance(one, int) for one in said]
    return Series(series.values, series.present, np.array([one == "—" for one in said], np.bool_))


def test_an_amount_out_of_range_or_of_too_many_places_goes_its_own_way():
    big = _series([10**18])
    fit = _series([1])

    assert encode_columns(KIND, {"area": big, "income": fit, "staff": fit}, {"trade": [""]}) is None
    told = ['{"income":"1.234","trade":""}']
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_columns, "FEW", -1)
        with pytest.raises(ValueError, match="3 位小数"):
            decode_columns(KIND, told, ["income"])
        patch.setattr(kernel_columns, "FEW", 10)
        with pytest.raises(ValueError, match="3 位小数"):
            decode_columns(KIND, told, ["income"])
        patch.setattr(kernel_columns, "FEW", -1)
        read = decode_columns(KIND, ['{"area":"1.5"}'], ["area"])
    assert read["area"].values.tolist() == [15000]


LINES = [
    [code_of(1), "青禾1号", "１,２００", 900, "3万", 30000, 5000, 40, "订单集中交货"],
    [code_of(2), "青禾2号", "1200.5", "=450*2", 300, 300, None, "40人", ""],
    ["合计", None, 99, 99, 99, 99, 99, 99, None],
    [code_of(3), "青禾3号", 0, "(12)", 0, 0, "—", 7, None],
    [code_of(4), "青禾4号", 1234.56789, 1, 1, 1, 3, 9, None],
    ["注：单位千元", None, None, None, None, None, None, None, None],
]


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("left_out", [(), (3,), (3, 4), (1, 3, 4)])
def test_a_sheet_of_odd_cells_becomes_the_same_entry_either_way(changde, left_out, is_large):
    found_firms(*["industry"] * 4)
    form = changde.returns["monthly"]
    sign_in("statistician")
    keeper = Person.objects.get(role="statistician")
    data = sheet([HEADS, *(line for place, line in enumerate(LINES) if place not in left_out)])

    with pytest.MonkeyPatch.context() as patch:
        if is_large:
            # As an import of very many lines: staged, in the order of the database's indexes.
            patch.setattr(ledger, "STAGE", 2)
            patch.setattr(ledger, "FEW", 0)
        quick = _outcome(form, data, keeper)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "_new_returns", lambda line, known_on: None)
        patch.setattr(amounts, "_plain_doubles", lambda column: None)
        careful = _outcome(form, data, keeper)

    assert quick == careful
    assert bool(quick[0]) == (3 not in left_out)
    assert find_broken_entry() is None


def _outcome(form, data: bytes, keeper: Person) -> object:
    """Return what a sheet says and becomes, and take it back."""
    sid = transaction.savepoint()
    _file, found = send(form, data, by=keeper)
    said = [found.problems, found.notes, found.remarks, found.counts]
    said += [[dict(one.values), one.row, one.questions, one.is_same] for one in found.rows]
    if not found.problems:
        file_sheet(form, data, by=keeper)
        fact = fact_type_of(form)
        subjects = [one.firm.subject for one in found.rows]
        standing = find_returns(type_id=fact.id, subjects=subjects, period=MAY)
        said += [[key, one.values, one.row] for key, one in sorted(standing.items())]
        said.append(sorted({one.entry.content_digest for one in standing.values()}))
    transaction.savepoint_rollback(sid)
    return said


def test_a_value_out_of_columns_is_as_the_ledger_takes_it():
    series = _series([5, None, "—"])

    assert [series.value(at, 2) for at in range(3)] == [Decimal("0.05"), None, "—"]
