"""What each form of file adds to its text is left out, and what it hides is found."""

import docx
import pytest

from jingkai.reading import CannotRead, open_report, open_safely, read
from tests.reading.files import W, add_box, column, docx_bytes, pdf_of, with_part

PAGE = """<?xml version="1.0" encoding="gb2312"?>
<html><head><title>标题栏</title><script>var 数=1;</script></head><body>
<div class="top-nav"><a href="/">首页</a><a href="/a">政务公开</a></div>
<ul><li><a>领导之窗</a></li><li><a>政策文件</a></li><li><a>互动交流</a></li></ul>
<div class="crumbs">当前位置：首页 &gt; 工作报告</div>
<h1>青禾开发区工作报告</h1>
<p>来源：管委会办公室 发布时间：2021-01-04 阅读次数：1204</p>
<p>字号：大 中 小　【打印】【下载】【关闭窗口】</p>
<div id="content"><p>二、2021年重点工作</p>
<p>力争引进企业
20家，完成投资
30亿元。</p>
<table><tr><th>指标</th><th>目标</th></tr><tr><td>新建厂房</td><td>3万平方米</td></tr></table>
<p style="display:none">看不见的字</p></div>
<p>上一篇：通知公告</p><p>归档时间：2022-03-01</p><p>已归档</p>
<footer>版权所有</footer><p>某ICP备00000000号-1</p></body></html>"""


def test_a_web_page_is_its_article():
    assert open_report(PAGE.encode("gb18030"), "a.html").split("\n") == [
        "青禾开发区工作报告",
        "二、2021年重点工作",
        "力争引进企业20家，完成投资30亿元。",
        "指标\t目标",
        "新建厂房\t3万平方米",
    ]


def test_a_sentence_that_only_mentions_the_words_of_a_page_stays():
    page = "<p>来源：本级财政。打印服务企业3家，下载量超过20万次。</p><p>下载</p>"

    assert (
        open_report(page.encode(), "a.html")
        == "来源：本级财政。打印服务企业3家，下载量超过20万次。"
    )


def test_markdown_loses_its_marks_and_keeps_its_words():
    text = (
        "# 青禾工作报告\n\n## 二、2021年**重点**工作\n\n- 力争引进企业20家。\n\n"
        "| 指标 | 目标 |\n|---|---|\n| 厂房 | 3万平方米 |\n"
    )

    lines = [line for line in open_report(text.encode(), "a.md").split("\n") if line]

    assert lines == [
        "青禾工作报告",
        "二、2021年重点工作",
        "力争引进企业20家。",
        "指标\t目标",
        "厂房\t3万平方米",
    ]


def test_a_docx_gives_tables_and_boxes_but_no_heads_and_feet():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "页眉文字"
    document.sections[0].footer.paragraphs[0].text = "页脚文字"
    add_box(document, "框前的话。", "框里的话：力争签约12个。")
    row = document.add_table(rows=1, cols=2).rows[0]
    row.cells[0].text, row.cells[1].text = "新建厂房", "3万平方米"

    lines = open_report(docx_bytes(document), "a.docx").split("\n")

    assert [line for line in lines if line] == [
        "框前的话。",
        "框里的话：力争签约12个。",
        "新建厂房\t3万平方米",
    ]


def test_a_docx_gives_the_numbers_that_word_counts_itself():
    document = docx.Document()
    for level, words in ((0, "重点工作"), (1, "招商"), (1, "项目"), (0, "保障措施")):
        paragraph = document.add_paragraph(words)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = 77
        properties.get_or_add_ilvl().val = level
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{shape}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, shape, text in (
            (0, "chineseCountingThousand", "%1、"),
            (1, "japaneseCounting", "（%2）"),
        )
    )
    numbering = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="1">{levels}</w:abstractNum>'
        '<w:num w:numId="77"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
    )

    text = open_report(with_part(docx_bytes(document), "word/numbering.xml", numbering), "a.docx")

    assert text.split("\n") == ["一、重点工作", "（一）招商", "（二）项目", "二、保障措施"]


def test_a_docx_leaves_out_what_was_struck_out_and_its_table_of_contents():
    document = docx.Document()
    paragraph = document.add_paragraph("力争")
    deleted = f'<w:del xmlns:w="{W}"><w:r><w:delText>不</w:delText></w:r></w:del>'
    paragraph._p.append(docx.oxml.parse_xml(deleted))
    paragraph.add_run("引进企业20家。")
    styles = document.styles
    styles.add_style("TOC 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("一、重点工作\t3", style="TOC 1")

    assert open_report(docx_bytes(document), "a.docx").strip() == "力争引进企业20家。"


HEAD = "青禾开发区工作报告汇编"


def test_a_pdf_is_paragraphs_without_heads_feet_and_page_numbers():
    first = column(
        70,
        760,
        "　　二、二〇二一年重点工作安排",
        "　　力争引进企业二十家，其中亿元以上的有十二家，完成全社会固定资",
    )
    second = column(70, 760, "产投资三十亿元，新建标准厂房三万平方米。", "　　推行一枚印章管审批。")
    third = column(70, 760, "　　组建项目服务专班。")
    pages = [
        [(200, 810, HEAD), *page, (280, 40, f"— {number} —")]
        for number, page in enumerate((first, second, third), start=1)
    ]

    assert open_report(pdf_of(*pages), "a.pdf").split("\n") == [
        "二、二〇二一年重点工作安排",
        "力争引进企业二十家，其中亿元以上的有十二家，完成全社会固定资产投资三十亿元，新建标准厂房三万平方米。",
        "推行一枚印章管审批。",
        "组建项目服务专班。",
    ]


def test_two_columns_of_a_pdf_are_read_one_after_the_other():
    left = ["左栏第一行写得满满当当一直到", "左栏第二行写得满满当当一直到"] * 3 + ["左栏结束。"]
    right = ["右栏第一行写得满满当当一直到", "右栏第二行写得满满当当一直到"] * 3 + ["右栏结束。"]
    page = [(150, 780, "横跨两栏的大标题"), *column(70, 740, *left), *column(320, 740, *right)]

    text = open_report(pdf_of(page), "a.pdf")

    assert text.index("左栏结束。") < text.index("右栏第一行")
    assert text.startswith("横跨两栏的大标题\n左栏第一行")


def test_a_table_of_a_pdf_keeps_its_rows():
    rows = [
        ("指标", "目标"),
        ("引进企业", "20家"),
        ("新建厂房", "3万平方米"),
        ("税收", "5亿元"),
    ] * 2
    page = [
        cell
        for at, (name, aim) in enumerate(rows)
        for cell in ((70, 740 - 22 * at, name), (320, 740 - 22 * at, aim))
    ]

    assert open_report(pdf_of(page), "a.pdf").split("\n")[1] == "引进企业\t20家"


def test_a_number_that_a_line_breaks_is_read_and_its_place_is_in_the_file():
    text = "二、2021年重点工作\n力争完成固定资产投资203.\n7亿元，新开工项目3\n0个。\n"

    report = read(open_report(text.encode("gb18030"), "a.txt"), year=2021)

    found = {one.quote: one for one in report.statements}
    assert {quote: one.value for quote, one in found.items()} == {
        "203.\n7亿元": 20_370_000_000,
        "3\n0个": 30,
    }
    assert all(text[one.at : one.at + len(quote)] == quote for quote, one in found.items())


def test_pages_of_a_pdf_without_text_are_named():
    pages = [column(70, 760, "二、2021年重点工作", "力争引进企业20家，签约项目30个。"), []]

    notes = open_safely(pdf_of(*pages), "a.pdf").report["notes"]

    assert [note["why"] for note in notes if "文字层" in note["why"]] == [
        "第 2 页没有文字层（图片），没有读。请核对这几页有没有任务。"
    ]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (OLE, "a.docx", "打开密码"),
        (OLE, "a.doc", "旧格式"),
        (OLE, "a.txt", "不是文本"),
        ("青禾開發區工作報告，力爭引進企業二十家。".encode("big5") * 3, "a.txt", "编码"),
        ("青禾工作报告".encode("utf-16")[:-1], "a.txt", "编码"),
        (b"\xff\xfe\x00\xd8" * 20, "a.txt", "编码"),
        (b"<html><body><nav><p>x</p></nav></body></html>", "a.html", "没有文字"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(data: bytes, name: str, words: str):
    with pytest.raises(CannotRead, match=words) as refused:
        open_report(data, name)
    assert "请" in str(refused.value)


def test_a_docx_whose_members_are_locked_says_so():
    locked = bytearray(docx_bytes(docx.Document()))
    at = 0
    while (at := locked.find(b"PK\x01\x02", at)) >= 0:  # the flag of every member's index entry
        locked[at + 8] |= 1
        at += 4

    with pytest.raises(CannotRead, match="打开密码"):
        open_report(bytes(locked), "a.docx")
