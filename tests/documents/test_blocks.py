"""Live numbers, tables and pictures in the docx."""

from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest

from jingkai.documents import Column, Figure, PageBreak, Paragraph, Picture, fontconfig
from tests.documents.samples import (
    W,
    body,
    figure,
    letter,
    output_table,
    part,
    png,
    read,
    report,
    texts,
    values,
    written,
)

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def test_a_figure_leads_to_its_page():
    content = written(report(Paragraph("完成产值", figure(), "。")))
    [link] = part(content, "word/document.xml").iter(W + "hyperlink")
    relations = part(content, "word/_rels/document.xml.rels")
    [target] = [one for one in relations if one.get("Id") == link.get(R + "id")]

    assert "".join(link.itertext()) == "286.4亿元"
    assert link.get(W + "tooltip") == "全年累计"
    assert target.get("Target") == "https://zone.example/numbers/output"
    assert target.get("TargetMode") == "External"


def test_a_figure_is_printed_like_its_neighbours():
    root = body(report(Paragraph("完成", figure())))
    before, inside = (one.find(W + "rPr") for one in list(root.iter(W + "r"))[-2:])

    assert [child.tag for child in inside] == [child.tag for child in before]
    assert root.findall(f".//{W}u") == root.findall(f".//{W}color") == []


def test_each_figure_has_a_bookmark_of_its_own():
    paragraph = Paragraph(figure(), figure(), figure(page="growth"))
    first, second, third = values(body(report(paragraph)), "bookmarkStart", "name", "id")

    assert second[0] == f"{first[0]}_2"
    assert third[0] != first[0]
    assert [first[1], second[1], third[1]] == ["1", "2", "3"]


def test_a_bookmark_keeps_its_name_when_the_text_around_it_changes():
    [name] = values(body(report(Paragraph(figure()))), "bookmarkStart", "name")
    [same] = values(body(report(Paragraph("今年", figure("300亿元")))), "bookmarkStart", "name")

    assert name == same


def test_a_table_repeats_its_head_and_splits_no_row():
    rows = list(body(report(output_table())).iter(W + "tr"))

    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True] + [False] * 3
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)


def test_a_table_prints_units_in_the_head_and_figures_on_the_right():
    [table] = read(report(output_table())).tables

    assert [cell.text for cell in table.rows[0].cells] == ["片区", "产值（亿元）", "同比（%）"]
    assert [cell.text for cell in table.rows[1].cells] == ["东片区", "1,234.50", "8.1"]
    assert table.rows[2].cells[2].text == "—"
    assert values(table.rows[1]._tr, "jc", "val") == [("left",), ("right",), ("right",)]


def test_a_table_fills_the_text_area_exactly():
    grid = values(body(report(output_table())), "tblGrid/gridCol", "w")

    assert sum(int(wide) for (wide,) in grid) == 11906 - 1588 - 1474


def test_a_long_text_does_not_push_figures_into_two_lines():
    columns = (Column("片区"), Column("产值", "亿元", "right"), Column("说明"))
    long = output_table(
        columns=columns, rows=(("东片区", Decimal("1234.50"), "长" * 90),), total=None
    )
    [name, amount, words] = [int(wide) for (wide,) in values(body(report(long)), "gridCol", "w")]

    assert name >= 3 * 240 + 160
    assert amount >= 5 * 240
    assert words > name + amount


def test_a_figure_in_a_cell_is_live_and_a_total_is_black():
    table = output_table(total=("合计", figure("1314.5"), Decimal("7.9")))
    root = body(report(table))
    total = list(root.iter(W + "tr"))[-1]

    assert len(list(total.iter(W + "hyperlink"))) == 1
    assert {font for (font,) in values(total, "rPr/rFonts", "eastAsia")} == {"黑体"}


def test_captions_are_numbered_in_order():
    document = report(
        output_table(), output_table(), Picture(content=png(), caption="走势", alt="图")
    )

    assert [text for text in texts(document) if text[:1] in "表图" and text] == [
        "表1　各片区产值",
        "表2　各片区产值",
        "图1　走势",
    ]


def test_two_tables_in_a_row_stay_two():
    bare = output_table(caption="", source="")

    assert len(read(report(bare, PageBreak(), bare)).tables) == 2


def test_a_picture_keeps_its_size_its_proportion_and_its_words():
    shape = read(
        report(Picture(content=png(300, 150, 300), caption="", alt="走势图"))
    ).inline_shapes[0]

    assert (round(shape.width.inches, 2), round(shape.height.inches, 2)) == (1.0, 0.5)
    assert shape._inline.docPr.get("descr") == "走势图"


@pytest.mark.parametrize(("width", "height"), [(9000, 300), (300, 9000)])
def test_a_large_picture_is_fitted_to_the_page(width, height):
    shape = read(report(Picture(content=png(width, height), caption="", alt=""))).inline_shapes[0]

    assert shape.width.twips <= 11906 - 1588 - 1474
    assert shape.height.twips <= 16838 - 2098 - 1984


def test_a_picture_used_twice_is_stored_once(tmp_path):
    (tmp_path / "chart.png").write_bytes(png())
    twice = [Picture(content=one, caption="", alt="") for one in (png(), tmp_path / "chart.png")]
    names = ZipFile(BytesIO(written(report(*twice)))).namelist()

    assert [name for name in names if "media" in name] == ["word/media/picture1.png"]


def test_markup_in_text_is_only_text():
    bold = '<w:b/>&amp;"]]>'
    link = Figure(text=bold, anchor="https://zone.example/?a=1&b=<2>'\"", note=bold)
    document = letter(title="甲&乙<丙>", body=(Paragraph(bold, link),), signature=bold)

    assert bold * 2 in texts(document)
    assert bold in texts(document)


def test_stand_ins_are_named_for_the_converter():
    assert "<family>仿宋_GB2312</family><prefer>" in fontconfig()


def test_a_table_of_many_columns_is_printed_smaller():
    many = tuple(Column(f"指标{place}", "万元", "right") for place in range(7))
    root = body(report(output_table(columns=many, rows=((1, 2, 3, 4, 5, 6, 7),), total=None)))
    [table] = root.iter(W + "tbl")

    assert {half_points for (half_points,) in values(table, "rPr/sz", "val")} == {"21"}
