"""The figures of GB/T 9704, asserted in the docx itself."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from jingkai.documents import Attachment, Heading, PageBreak, Paragraph
from jingkai.documents.layout import LINE, LINES, STAND_INS
from tests.documents.samples import (
    W,
    body,
    figure,
    headings,
    letter,
    output_table,
    part,
    read,
    report,
    texts,
    values,
    written,
)


def style(document_bytes, style_id):
    root = part(document_bytes, "word/styles.xml")
    return next(one for one in root.findall(f"{W}style") if one.get(W + "styleId") == style_id)


def test_page_is_a4_with_the_margins_of_the_standard():
    root = body(report())

    assert values(root, "pgSz", "w", "h") == [("11906", "16838")]
    assert values(root, "pgMar", "top", "left", "bottom", "right") == [
        ("2098", "1588", "1984", "1474")
    ]


def test_grid_has_22_lines_that_fit_the_text_area():
    [(kind, pitch, space)] = values(body(report()), "docGrid", "type", "linePitch", "charSpace")

    assert kind == "linesAndChars"
    assert int(pitch) == LINE
    assert 16838 - 2098 - 1984 - LINE < LINES * LINE <= 16838 - 2098 - 1984
    assert 28 * (16 + int(space) / 4096) <= (11906 - 1588 - 1474) / 20


def test_body_is_fangsong_16_points_on_an_exact_line():
    normal = style(written(report()), "Normal")

    assert values(normal, "rPr/rFonts", "eastAsia", "ascii") == [("仿宋_GB2312", "Times New Roman")]
    assert values(normal, "rPr/sz", "val") == [("32",)]
    assert values(normal, "pPr/spacing", "line", "lineRule") == [(str(LINE), "exact")]


def test_body_text_is_indented_by_two_characters():
    indent = values(style(written(report()), "BodyText"), "pPr/ind", "firstLine", "firstLineChars")

    assert indent == [("640", "200")]


@pytest.mark.parametrize(
    ("style_id", "font", "half_points"),
    [
        ("Title", "方正小标宋简体", "44"),
        ("Heading1", "黑体", None),
        ("Heading2", "楷体_GB2312", None),
        ("Heading3", "仿宋_GB2312", None),
        ("Imprint", None, "28"),
        ("Footer", "宋体", "28"),
        ("TableHead", "黑体", "24"),
    ],
)
def test_each_style_has_its_font_and_size(style_id, font, half_points):
    one = style(written(report()), style_id)

    assert values(one, "rPr/rFonts", "eastAsia") == ([(font,)] if font else [])
    assert values(one, "rPr/sz", "val") == ([(half_points,)] if half_points else [])


def test_every_font_names_its_stand_ins():
    table = part(written(report()), "word/fontTable.xml")
    named = {
        one.get(W + "name"): one.find(W + "altName").get(W + "val")
        for one in table.iter(W + "font")
    }

    for font, stand_ins in STAND_INS.items():
        assert named[font] == ",".join(stand_ins)


def test_language_is_chinese():
    assert values(part(written(report()), "word/styles.xml"), "rPr/lang", "eastAsia") == [
        ("zh-CN",)
    ]


def test_headings_are_numbered_as_the_standard_says():
    document = report(*headings(), Heading(3, "资金"), Heading(2, "企业"), Heading(1, "打算"))

    assert texts(document)[-7:] == [
        "一、回顾",
        "（一）项目",
        "1.要素",
        "（1）用地",
        "2.资金",
        "（二）企业",
        "二、打算",
    ]
    assert [one.style.name for one in read(document).paragraphs[-7:]] == [
        f"Heading {level}" for level in (1, 2, 3, 4, 3, 2, 1)
    ]


def test_a_heading_runs_on_into_its_paragraph():
    last = read(report(Heading(1, "企业。", follows=("新增", figure("12家"), "。")))).paragraphs[-1]

    assert last.text == "一、企业。新增12家。"
    assert last.style.name == "Body Text"


def test_page_numbers_stand_outside_on_odd_and_even_pages():
    content = written(report())
    odd, even = (part(content, f"word/footer{place}.xml") for place in (1, 2))

    assert values(odd, "jc", "val") == [("right",)]
    assert values(even, "jc", "val") == [("left",)]
    for foot in (odd, even):
        assert "".join(foot.itertext()) == "— 1 —"
        assert values(foot, "fldSimple", "instr") == [(" PAGE ",)]
    assert part(content, "word/settings.xml").find(f"{W}evenAndOddHeaders") is not None
    assert values(body(report()), "footerReference", "type") == [("default",), ("even",)]


def test_the_page_number_is_the_only_field():
    root = body(letter(body=(output_table(), Paragraph("=1+1", figure()))))

    assert root.findall(f".//{W}fldSimple") == []
    assert root.findall(f".//{W}instrText") == []


def test_a_page_break_begins_the_next_block_on_a_new_page():
    root = body(report(Paragraph("前"), PageBreak(), Paragraph("后")))
    [broken] = [one for one in root.iter(W + "p") if one.find(f".//{W}pageBreakBefore") is not None]

    assert "".join(broken.itertext()) == "后"


def test_letter_has_a_red_head_and_a_red_line_under_its_number():
    document = letter()
    root = body(document)

    assert texts(document)[0] == "青禾开发区管理委员会文件"
    assert values(root, "rPr/color", "val") == [("FF0000",)]
    [(kind, color)] = values(root, "pBdr/bottom", "val", "color")
    assert (kind, color) == ("single", "FF0000")


def test_letter_prints_its_parts_in_the_order_of_the_standard():
    assert [text for text in texts(letter()) if text] == [
        "青禾开发区管理委员会文件",
        "青开函〔2026〕7号",
        "关于核对企业用电需求的函",
        "青禾供电公司：",
        "请于月底前核对。",
        "附件：1.用电需求表",
        "2.联络员名单",
        "青禾开发区管理委员会",
        "2026年4月8日",
        "抄送：青禾镇。",
        "办公室\t2026年4月9日印发",
    ]


def test_imprint_stands_at_the_foot_of_the_page():
    frames = values(body(letter()), "framePr", "vAnchor", "yAlign", "w")

    assert len(frames) == 5  # three lines and two texts
    assert set(frames) == {("margin", "bottom", str(11906 - 1588 - 1474))}


def test_signature_is_centred_over_the_date():
    signature, day = read(letter(imprint=None)).paragraphs[-2:]

    # 10 汉字 over a date as wide as 6½, which stands 4 from the edge.
    assert day.paragraph_format.right_indent.twips == 4 * 320
    assert signature.paragraph_format.right_indent.twips == (4 - (10 - 6) / 2) * 320


def test_a_signature_never_stands_alone_on_a_page():
    paragraphs = read(letter(imprint=None)).paragraphs
    body_end = next(place for place, one in enumerate(paragraphs) if "月底前" in one.text)

    assert all(one.paragraph_format.keep_with_next for one in paragraphs[body_end:-1])


def test_an_attachment_with_a_body_has_its_own_pages_and_numbering():
    rows = Attachment("办法。", body=(Heading(1, "总则"), output_table()))
    document = letter(body=(Heading(1, "事由"),), attachments=(rows,), imprint=None)

    assert [text for text in texts(document) if text][-5:] == [
        "附件",
        "办法",
        "一、总则",
        "表1　各片区产值",
        "资料来源：开发区统计站",
    ]


def test_core_properties_are_those_given():
    properties = read(report()).core_properties

    assert (properties.title, properties.author) == ("青禾开发区年度情况", "青禾开发区办公室")
    assert str(properties.created).startswith("2026-01-08 01:00:00")


def test_the_same_document_gives_the_same_bytes():
    document = letter(body=(output_table(), Paragraph("产值", figure(), "。")))

    assert written(document) == written(document)


def test_no_clock_stands_in_the_file():
    entries = ZipFile(BytesIO(written(letter()))).infolist()

    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
