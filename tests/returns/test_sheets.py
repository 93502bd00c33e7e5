"""A sheet as people really fill it in: read right, or refused at the cell with the fix."""

import io
import zipfile

import pytest

from jingkai.kernel.units import UNITS
from jingkai.reading.columntable import open_columns, open_columns_safely
from jingkai.reading.tables import CannotReadTable
from jingkai.returns.rules import find_heads, match_columns, read_sheet
from tests.conftest import DEMO_ZONE, zone_of
from tests.returns.world import HEADS, code_of, sheet

ZONE = zone_of(DEMO_ZONE)
FORM = ZONE.returns["monthly"]
FACT = ZONE.fact_types[FORM.fact]


def read(rows, *, before=(), data=None):
    """Read a sheet as the office does."""
    table = open_columns(data or sheet(rows, before=before), "a.xlsx")
    heads = find_heads(table, FORM)
    places, units = match_columns(heads, FORM, {})
    return read_sheet(table, form=FORM, fact=FACT, places=places, units=units, body=heads.body)


def row(code=None, **told):
    """Return a row of the usual sheet."""
    usual = [code or code_of(1), "青禾", 1000, 1100, 5000, 25000, 30000, 100, ""]
    places = {"output": 2, "revenue": 3, "tax": 4, "to_date": 5, "power": 6, "staff": 7, "why": 8}
    for key, value in told.items():
        usual[places[key]] = value
    return usual


@pytest.mark.parametrize(
    ("said", "fen"),
    [
        ("1,234.5", 123_450_000),
        ("１２３４．５", 123_450_000),
        ("1，234.5", 123_450_000),
        (" 1234.5 ", 123_450_000),
        (1234.5, 123_450_000),
        ("123.45万元", 123_450_000),
        ("0.0123亿元", 123_000_000),
        ("1.2亿", 12_000_000_000),
        ("300千元", 30_000_000),
        ("(5)", -500_000),
        ("-5", -500_000),
        (0.1 + 0.2, 30_000),
        (0, 0),
        ("1e3", 100_000_000),
        (9504636.96, 950_463_696_000),
    ],
)
def test_an_amount_is_read_as_it_was_meant(said, fen):
    found = read([HEADS, row(output=said)])

    assert found.problems == []
    assert (found.frame["output"].values[0], found.frame["output"].present[0]) == (fen, True)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("约300", "约数"),
        ("300左右", "约数"),
        ("一百二十三", "阿拉伯数字"),
        ("5%", "对不上"),
        ("300亩", "对不上"),
        ("无", "填 0"),
        ("abc", "读不成数字"),
        ("1.2.3", "读不成数字"),
        ("1e400", "大得不合常理"),
        (1e17, "大得不合常理"),
        ("0.000001", "小数位数太多"),
    ],
)
def test_an_amount_that_is_none_is_named_with_its_cell_and_the_fix(said, word):
    found = read([HEADS, row(), row(code_of(2), output=said)])

    assert [one.cell for one in found.problems] == ["C3"]
    assert word in str(found.problems[0].what)


@pytest.mark.parametrize("said", ["—", "-", "不适用"])
def test_not_applicable_missing_and_zero_are_three_things(said):
    found = read([HEADS, row(output=said), row(code_of(2), output=""), row(code_of(3), output=0)])

    series = found.frame["output"]
    assert series.not_applicable.tolist() == [True, False, False]
    assert series.present.tolist() == [False, False, True]


def test_totals_footnotes_and_blank_rows_are_left_out_and_said():
    rows = [HEADS, row(), [None] * 9, ["合  计", None, 1000], row(code_of(2)), ["注：含税。"]]
    rows += [["填表人：甲"]]

    found = read(rows)

    assert found.codes == [code_of(1), code_of(2)]
    assert found.rows.tolist() == [1, 4]
    assert [one.cell for one in found.notes] == ["A4", "A6", "A7"]
    assert found.problems == []


def test_a_title_and_merged_headings_in_two_rows_are_understood():
    upper = ["统一社会信用代码", "企业名称", "产出", None, "税收情况", None, "用电量", "人员", None]
    lower = [None, None, "工业总产值（万元）", "营业收入（万元）", "当月入库税收（元）"]
    lower += ["累计入库税收（元）", "（千瓦时）", "期末从业人员", "异动说明"]
    before = [["某园区5月月报"], ["单位：见表头"]]

    found = read([upper, lower, row(output=100)], before=before)

    assert found.rows.tolist() == [4]
    assert found.frame["output"].values.tolist() == [100_000_000]
    assert found.frame["tax_to_date"].values.tolist() == [2_500_000]
    assert found.frame["power"].values.tolist() == [30000]
    assert any("按万元换算" in str(one.what) for one in found.notes)


def test_columns_may_stand_in_any_order_and_under_other_names():
    heads = ["职工人数", "单位名称", "社会信用代码", "总产值", "主营业务收入", "税收", "累计税收"]

    found = read([heads, [100, "青禾", code_of(1).lower(), 1000, 1100, 5000, 25000]])

    assert found.codes == [code_of(1)]
    assert found.frame["staff"].values.tolist() == [100]


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (914307990000000000, "存成了数字"),
        ("91430799MA4L", "18 位"),
        ("", "没有统一社会信用代码"),
    ],
)
def test_a_code_that_is_none_is_named(code, word):
    found = read([HEADS, row(), [code, *row()[1:]]])

    assert found.problems[0].cell == "A3"
    assert word in str(found.problems[0].what)


def test_the_same_firm_twice_is_named():
    found = read([HEADS, row(), row()])

    assert [(one.cell, "第 2 行重复" in str(one.what)) for one in found.problems] == [("A3", True)]


def test_formulas_errors_and_hidden_rows_are_said():
    data = sheet([HEADS, row(output="=500+500"), row(code_of(2))])
    table = open_columns(data, "a.xlsx")
    assert table.formulas == ["C2"]
    assert [one.cell for one in read([], data=data).notes] == ["C2"]


def test_addresses_hold_when_the_sheet_does_not_begin_at_its_first_cell():
    found = read([["", *HEADS], ["", *row(output="abc")]], before=[[None], [None]])

    assert [one.cell for one in found.problems] == ["D4"]


def test_a_sheet_that_claims_to_be_huge_is_refused_before_it_is_opened():
    data = sheet([HEADS, row()])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            text = old.read(one)
            new.writestr(one, text.replace(b'ref="A1:I2"', b'ref="A1:XFD1048576"'))

    with pytest.raises(CannotReadTable, match="表太大"):
        open_columns(out.getvalue(), "a.xlsx")


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"", "空的"), (b"PK\x03\x04rubbish", "损坏"), (b"\xd0\xcf\x11\xe0rubbish", "打不开")],
)
def test_a_file_that_is_no_table_is_refused_in_words(data, word):
    with pytest.raises(CannotReadTable, match=word):
        open_columns_safely(data, "a.xlsx")


def test_the_child_reads_what_the_office_would():
    data = sheet([HEADS, row(output="=500+500")])
    here, there = open_columns(data, "a.xlsx"), open_columns_safely(data, "a.xlsx")

    assert here == there
    assert UNITS["千元"].factor == 1000
