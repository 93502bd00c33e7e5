"""What an official document or an exported table is made of: plain values, no layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Literal, TypeAlias


class BadDocument(ValueError):
    """The document cannot be written as it stands; the message says where and what to do."""


class Kind(StrEnum):
    """报告 is read from a desk; 公函 goes out under the red head."""

    REPORT = "report"
    LETTER = "letter"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A live number: what is printed, and the address of the page that explains it."""

    text: str
    anchor: str
    note: str = ""
    value: Decimal | None = None  # what a workbook computes with; the text is what people read


Run: TypeAlias = str | Figure
Cell: TypeAlias = str | int | Decimal | date | Figure | None


@dataclass(frozen=True)
class Heading:
    """A heading, numbered 一、 （一） 1. （1） by the writer; `follows` runs on in its line."""

    level: Literal[1, 2, 3, 4]
    text: str
    follows: tuple[Run, ...] = ()


@dataclass(frozen=True, init=False)
class Paragraph:
    """A body paragraph: texts and figures in reading order."""

    runs: tuple[Run, ...]

    def __init__(self, *runs: Run) -> None:
        object.__setattr__(self, "runs", runs)


@dataclass(frozen=True)
class Column:
    """A table column; its unit is printed in the head, never in the cells."""

    name: str
    unit: str = ""
    align: Literal["left", "center", "right"] = "left"

    @property
    def head(self) -> str:
        """Return the name with its unit."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of figures; its caption is numbered by the writer."""

    columns: tuple[Column, ...]
    rows: Sequence[tuple[Cell, ...]]
    total: tuple[Cell, ...] | None = None
    caption: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A PNG or JPEG picture, as bytes or as a file, and the words for who cannot see it."""

    content: bytes | Path
    caption: str
    alt: str
    source: str = ""


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a new page."""


Block: TypeAlias = Heading | Paragraph | Table | Picture | PageBreak


@dataclass(frozen=True)
class Attachment:
    """附件: named after the body, and printed on its own pages when it has a body."""

    name: str
    body: tuple[Block, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Imprint:
    """版记: who gets a copy (抄送), who printed it and when (印发)."""

    copies: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class OfficialDocument:
    """公文: everything that is printed, in the order of GB/T 9704."""

    kind: Kind
    title: str
    body: tuple[Block, ...]
    lines: tuple[str, ...] = ()  # under the title: subtitle, speaker, date
    red_head: str = ""  # 发文机关标志
    number: str = ""  # 发文字号
    recipient: str = ""  # 主送机关
    attachments: tuple[Attachment, ...] = ()
    signature: str = ""  # 发文机关署名
    signed_on: date | None = None  # 成文日期
    imprint: Imprint | None = None
