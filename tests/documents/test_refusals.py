"""What cannot be printed is refused by name, and the message says where."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from jingkai.documents import (
    Attachment,
    BadDocument,
    EmptyText,
    EmptyTitle,
    Figure,
    Heading,
    HeadingJump,
    IncompleteLetter,
    NoColumns,
    Paragraph,
    Picture,
    RowWidth,
    TimeWithoutZone,
    TitleTooLong,
    UnknownCell,
    UnsafeLink,
    UnsupportedPicture,
    write_docx,
)
from tests.documents.samples import letter, output_table, png, report, written


def picture(content):
    return Picture(content=content, caption="走势", alt="走势图")


@pytest.mark.parametrize(
    ("document", "refusal", "words"),
    [
        (report(title=" \n\x00"), EmptyTitle, "没有标题"),
        (report(title="长" * 61), TitleTooLong, "请压缩标题"),
        (report(Heading(2, "项目")), HeadingJump, "“项目”是第2级，前面缺第1级"),
        (report(Heading(1, "甲"), Heading(3, "乙")), HeadingJump, "缺第2级"),
        (report(Heading(5, "甲")), HeadingJump, "第5级"),
        (report(Heading(1, "\x01")), EmptyText, "第1级标题没有文字"),
        (report(output_table(rows=(("东", Decimal(1)),))), RowWidth, "“各片区产值”第1行有2格"),
        (report(output_table(total=("合计",))), RowWidth, "合计行有1格，表头有3列"),
        (report(output_table(columns=(), rows=())), NoColumns, "没有列"),
        (report(output_table(rows=(("东", 1.5, None),))), UnknownCell, "第1行“产值”是float"),
        (report(output_table(rows=(("东", True, None),))), UnknownCell, "bool"),
        (report(picture(b"GIF89a")), UnsupportedPicture, "“走势”不是PNG或JPEG"),
        (report(picture(png()[:20])), UnsupportedPicture, "不完整"),
        (report(picture(b"\xff\xd8\xff\xe0\x00")), UnsupportedPicture, "不完整"),
        (report(picture(png(0, 0))), UnsupportedPicture, "没有尺寸"),
        (report(picture(Path("/no/such.png"))), UnsupportedPicture, "读不到"),
        (letter(recipient="", signed_on=None), IncompleteLetter, "缺主送机关、成文日期"),
        (letter(red_head="长" * 40), BadDocument, "印不成一行"),
        (letter(attachments=(Attachment(" "),)), BadDocument, "附件没有名称"),
        (report(Paragraph(Figure(text=" ", anchor="https://a.example"))), EmptyText, "没有文字"),
    ],
)
def test_writing_refuses(document, refusal, words):
    with pytest.raises(refusal, match=words):
        written(document)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "/numbers/1",
        "https://",
        "https://[",
        "http:a",
        "https://a:b/",
    ],
)
def test_a_figure_leads_only_to_a_web_page(address):
    with pytest.raises(UnsafeLink, match="“3家”的链接"):
        written(report(Paragraph(Figure(text="3家", anchor=address))))


def test_the_time_of_writing_needs_a_zone():
    with pytest.raises(TimeWithoutZone, match="时区"):
        write_docx(report(), author="办公室", created=datetime(2026, 1, 8))
