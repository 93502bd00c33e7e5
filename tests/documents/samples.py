"""An invented zone's documents, and ways to look into what was written."""

import struct
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from docx import Document
from lxml import etree

from jingkai.documents import (
    Attachment,
    Block,
    Column,
    Figure,
    Heading,
    Imprint,
    Kind,
    OfficialDocument,
    Paragraph,
    Table,
    write_docx,
)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CREATED = datetime(2026, 1, 8, 1, 0, tzinfo=UTC)


def report(*body: Block, **changes: Any) -> OfficialDocument:
    plain = OfficialDocument(kind=Kind.REPORT, title="青禾开发区年度情况", body=body)
    return replace(plain, **changes)


def letter(**changes: Any) -> OfficialDocument:
    plain = OfficialDocument(
        kind=Kind.LETTER,
        title="关于核对企业用电需求的函",
        red_head="青禾开发区管理委员会文件",
        number="青开函〔2026〕7号",
        recipient="青禾供电公司",
        body=(Paragraph("请于月底前核对。"),),
        attachments=(Attachment("用电需求表"), Attachment("联络员名单")),
        signature="青禾开发区管理委员会",
        signed_on=date(2026, 4, 8),
        imprint=Imprint(copies=("青禾镇",), printed_by="办公室", printed_on=date(2026, 4, 9)),
    )
    return replace(plain, **changes)


def output_table(**changes: Any) -> Table:
    plain = Table(
        columns=(Column("片区"), Column("产值", "亿元", "right"), Column("同比", "%", "right")),
        rows=(("东片区", Decimal("1234.50"), Decimal("8.1")), ("西片区", Decimal("80.00"), None)),
        total=("合计", Decimal("1314.50"), Decimal("7.9")),
        caption="各片区产值",
        source="开发区统计站",
    )
    return replace(plain, **changes)


def figure(text: str = "286.4亿元", page: str = "output") -> Figure:
    return Figure(text=text, anchor=f"https://zone.example/numbers/{page}", note="全年累计")


def headings() -> tuple[Block, ...]:
    return (Heading(1, "回顾"), Heading(2, "项目"), Heading(3, "要素"), Heading(4, "用地"))


def png(width: int = 30, height: int = 20, dpi: int | None = None) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    pixels = zlib.compress((b"\0" + b"\x40\x80\xc0" * width) * height)
    density = chunk(b"pHYs", struct.pack(">IIB", *[round(dpi / 0.0254)] * 2, 1)) if dpi else b""
    size = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + size + density + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def written(document: OfficialDocument) -> bytes:
    return write_docx(document, author="青禾开发区办公室", created=CREATED)


def part(content: bytes, name: str) -> Any:
    return etree.fromstring(ZipFile(BytesIO(content)).read(name))


def body(document: OfficialDocument) -> Any:
    return part(written(document), "word/document.xml")


def read(document: OfficialDocument) -> Any:
    return Document(BytesIO(written(document)))


def texts(document: OfficialDocument) -> list[str]:
    return [paragraph.text for paragraph in read(document).paragraphs]


def values(root: Any, path: str, *names: str) -> list[tuple[str | None, ...]]:
    found = root.findall(".//" + "/".join(f"{W}{tag}" for tag in path.split("/")))
    return [tuple(one.get(W + name) for name in names) for one in found]
