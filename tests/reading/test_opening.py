"""Every file that is no report is refused in plain words; nothing takes the office down."""

import io
import zipfile

import docx
import pytest

from jingkai.reading import CannotRead, open_report, open_safely
from jingkai.reading.opening import LIMIT

TEXT = "青禾开发区工作报告\n二、2021年重点工作\n力争引进企业20家。\n"


PAGE = f"<html><nav>菜单</nav><p>{'</p><p>'.join(TEXT.splitlines())}</p></html>"


def docx_of(text: str) -> bytes:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text = "表里的指标"
    table.rows[0].cells[1].text = "力争新建厂房3万平方米。"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zip_of(size: int, name: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"0" * size)
    return out.getvalue()


def pdf_without_text() -> bytes:
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TEXT.encode(), "a.txt"),
        (TEXT.encode("utf-8-sig"), "a.txt"),
        (TEXT.encode("gb18030"), "a.txt"),
        (TEXT.encode("utf-16"), "a.txt"),
        (TEXT.encode("utf-16-le"), "a.txt"),
        (TEXT.encode("utf-16-be"), "a.md"),
        (docx_of(TEXT), "a.docx"),
        (PAGE.encode(), "a.html"),
    ],
)
def test_a_report_opens_in_every_form(data: bytes, name: str):
    text = open_report(data, name)

    assert "力争引进企业20家。" in text.splitlines()
    assert "菜单" not in text


def test_tables_of_a_docx_are_read():
    assert "力争新建厂房3万平方米。" in open_report(docx_of(TEXT), "a.docx")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.txt", "文件是空的"),
        (b"  \n ", "a.txt", "文件是空的"),
        (b"x" * (LIMIT + 1), "a.txt", "20 MB"),
        (b"not a zip", "a.docx", "不是 Word"),
        (zip_of(10, "other.xml"), "a.docx", "不是 Word"),
        (zip_of(300 * 1024 * 1024), "a.docx", "异常大"),
        (pdf_without_text(), "a.pdf", "没有文字层"),
        (b"%PDF-1.4 broken", "a.pdf", "打不开"),
        (b"MZ\x90\x00" * 20, "a.txt", "不是文本"),
        (b"\xff" * 50, "a.txt", "编码"),
        (b"abc", "a.xls", "不认识"),
        (docx_of(TEXT), "a.txt", "不是文本"),
        (b"<html><script>1</script></html>", "a.html", "没有文字"),
    ],
)
def test_what_is_no_report_is_refused_in_plain_words(data: bytes, name: str, words: str):
    with pytest.raises(CannotRead, match=words) as refused:
        open_report(data, name)
    assert str(refused.value).rstrip("。").count("。") >= 1, "it says what to do, too"


def test_reading_in_a_child_gives_the_same_answer():
    opened = open_safely(TEXT.encode("gb18030"), "报告.txt", year=2021)

    assert opened.text == TEXT
    assert opened.report["statements"][0]["value"] == 20


def test_a_refusal_in_the_child_reaches_the_office():
    with pytest.raises(CannotRead, match="不是 Word"):
        open_safely(b"nothing", "a.docx")


def test_a_child_that_needs_too_much_is_ended_and_the_office_lives():
    with pytest.raises(CannotRead, match=r"内存上限|没读完"):
        open_safely(TEXT.encode() * 100_000, "a.txt", megabytes=90)


def test_a_child_that_takes_too_long_is_ended():
    with pytest.raises(CannotRead, match=r"没读完|内存上限"):
        open_safely(TEXT.encode() * 200_000, "a.txt", seconds=1)
