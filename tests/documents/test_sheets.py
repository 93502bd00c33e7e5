"""Workbooks of values: nothing in them runs."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from jingkai.documents import (
    Column,
    RowWidth,
    Table,
    TimeWithoutZone,
    TooLargeForSheet,
    clean,
    write_xlsx,
)
from tests.documents.samples import CREATED, figure, output_table


def workbook(table, title="各片区产值", created=CREATED):
    return write_xlsx(table, title=title, period="2025年", author="办公室", created=created)


def rows(content):
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()


def sheet(content):
    return ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_a_workbook_says_where_its_numbers_come_from():
    title, note, head, first, *_, total = rows(workbook(output_table()))

    assert title[0] == "各片区产值"
    assert note[0] == "单位：见表头　来源：开发区统计站　期间：2025年"
    assert head == ["片区", "产值（亿元）", "同比（%）"]
    assert first == ["东片区", 1234.5, 8.1]
    assert total == ["合计", 1314.5, 7.9]


def test_the_head_is_frozen_and_printed_on_every_page():
    content = workbook(output_table())
    names = ZipFile(BytesIO(content)).read("xl/workbook.xml").decode()

    assert 'ySplit="3"' in sheet(content)
    assert "_xlnm.Print_Titles" in names


def test_nothing_in_a_workbook_runs():
    hostile = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "https://evil.example", "{=A1}"]
    table = Table(columns=(Column("=A1"),), rows=[(text,) for text in hostile])
    content = workbook(table, title="=HYPERLINK(1)")

    assert "<f>" not in sheet(content)
    assert "hyperlink" not in sheet(content)
    assert [row[0] for row in rows(content)[3:]] == hostile


def test_numbers_dates_and_figures_keep_their_kind():
    columns = (Column("数"), Column("日"), Column("活"), Column("长"))
    live = figure("1.2亿元")
    long = Decimal("1234567890123456.78")
    table = Table(columns=columns, rows=[(7, date(2026, 1, 8), live, long)])

    assert rows(workbook(table))[3] == [7, date(2026, 1, 8), "1.2亿元", "1,234,567,890,123,456.78"]


def test_the_same_table_gives_the_same_bytes():
    assert workbook(output_table()) == workbook(output_table())


@pytest.mark.parametrize("title", ["", "[甲]:*?/\\", "'甲'", "长" * 40])
def test_any_title_names_the_sheet(title):
    assert rows(workbook(output_table(), title=title))


def test_a_workbook_refuses_what_it_cannot_hold():
    with pytest.raises(RowWidth, match="第1行有1格"):
        workbook(output_table(rows=(("东",),)))
    with pytest.raises(TooLargeForSheet, match="第1行“片区”有32768字"):
        workbook(output_table(rows=(("长" * 32768, None, None),)))
    with pytest.raises(TooLargeForSheet, match="分期导出"):
        workbook(output_table(rows=[("东", None, None)] * 1_048_576))
    with pytest.raises(TimeWithoutZone):
        workbook(output_table(), created=CREATED.replace(tzinfo=None))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=()), min_size=1, max_size=40), max_size=5))
def test_texts_survive(texts):
    table = Table(columns=(Column("文字"), Column("尾")), rows=[(text, "尾") for text in texts])

    assert [row[0] for row in rows(workbook(table))[3:]] == [clean(text) for text in texts]
