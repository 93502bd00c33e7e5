"""Body blocks into WordprocessingML: numbered headings, paragraphs, live numbers, pictures."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from lxml import etree

from jingkai.documents.layout import LINE, LINES, TEXT_WIDTH
from jingkai.documents.markup import (
    NAMESPACES,
    PIC,
    WP,
    A,
    Element,
    R,
    begin_page,
    fonts,
    paragraph,
    text_run,
    w,
)
from jingkai.documents.model import (
    BadDocument,
    Block,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Table,
)
from jingkai.documents.pictures import Image, open_picture
from jingkai.documents.styles import HEADING_FONTS
from jingkai.documents.tables import table
from jingkai.documents.text import clean, heading_number, one_line

_EMU_PER_TWIP = 635
_LONGEST_TIP = 250  # Word refuses to open a file with a longer tooltip


class HeadingJump(BadDocument):
    """A heading skips a level, so its number would hang in the air."""


class EmptyText(BadDocument):
    """A heading or a live number has nothing to print."""


class UnsafeLink(BadDocument):
    """A link leads to something other than a web page."""


@dataclass
class Composition:
    """A docx body while it is being written: its elements, its links, its pictures."""

    links: dict[str, str] = field(default_factory=dict)
    images: dict[str, tuple[str, Image]] = field(default_factory=dict)
    _headings: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    _level: int = 0
    _tables: int = 0
    _pictures: int = 0
    _figures: int = 0
    _bookmarks: dict[str, int] = field(default_factory=dict)

    def blocks(self, blocks: Iterable[Block]) -> list[Element]:
        """Return the elements of the blocks, refusing what cannot be printed."""
        written: list[Element] = []
        page_begins = False
        for block in blocks:
            if isinstance(block, PageBreak):
                page_begins = bool(written)
                continue
            elements = self._block(block)
            if page_begins:
                if not elements[0].tag.endswith("}p"):
                    elements.insert(0, paragraph("Source"))
                begin_page(elements[0])
                page_begins = False
            written.extend(elements)
        return written

    def restart_headings(self) -> None:
        """Count headings from 一、 again, as an attachment does."""
        self._headings = [0, 0, 0, 0]
        self._level = 0

    def runs(self, runs: Iterable[Run], look: tuple[Element, ...] = ()) -> list[Element]:
        """Return texts as runs and figures as quiet links with a bookmark."""
        written: list[Element] = []
        for run in runs:
            if isinstance(run, Figure):
                written.extend(self.figure(run, look))
            elif run:
                written.append(text_run(run, *look))
        return written

    def figure(self, figure: Figure, look: tuple[Element, ...] = ()) -> list[Element]:
        """Return a live number: printed like its neighbours, leading to its page."""
        if not clean(figure.text).strip():
            raise EmptyText(f"链接到“{figure.anchor}”的数字没有文字，请填写要印出的数字。")
        name = "jk" + hashlib.sha256(figure.anchor.encode("utf-8", "replace")).hexdigest()[:16]
        seen = self._bookmarks[name] = self._bookmarks.get(name, 0) + 1
        self._figures = identity = self._figures + 1
        start = w("bookmarkStart", id=identity, name=name if seen == 1 else f"{name}_{seen}")
        link = w("hyperlink", text_run(figure.text, *look), history=0)
        link.set(f"{{{R}}}id", self._link(figure))
        if tip := one_line(figure.note):
            link.set(f"{{{NAMESPACES['w']}}}tooltip", tip[:_LONGEST_TIP])
        return [start, link, w("bookmarkEnd", id=identity)]

    def _link(self, figure: Figure) -> str:
        address = figure.anchor
        try:
            parts = urlsplit(address)
            leads_to_a_page = parts.scheme in ("http", "https") and bool(parts.hostname)
            leads_to_a_page &= parts.port != 0 and address == one_line(address)
        except ValueError:
            leads_to_a_page = False
        if not leads_to_a_page:
            raise UnsafeLink(
                f"数字“{figure.text}”的链接“{address}”不是网页地址，应以https://或http://开头。"
            )
        # Word calls a file damaged over a bracket or a quotation mark in an address.
        escaped = quote(address, safe="%/?#@:&=+$,;!*()~'")
        return self.links.setdefault(escaped, f"link{len(self.links) + 1}")

    def _block(self, block: Block) -> list[Element]:
        match block:
            case Heading():
                return [self._heading(block)]
            case Paragraph():
                return [paragraph("BodyText", *self.runs(block.runs))]
            case Table():
                self._tables += 1 if block.caption else 0
                return table(block, self._tables, self.runs)
            case Picture():
                return self._picture(block)
            case _:
                raise BadDocument(f"正文里有不认识的内容：{type(block).__name__}。")

    def _heading(self, heading: Heading) -> Element:
        text = one_line(heading.text)
        level = heading.level
        if not text:
            raise EmptyText(f"第{level}级标题没有文字，请填写标题或删去。")
        if level not in HEADING_FONTS or level > self._level + 1:
            raise HeadingJump(
                f"标题“{text}”是第{level}级，前面缺第{self._level + 1}级标题，请补上或改级次。"
            )
        self._level = level
        self._headings[level - 1] += 1
        self._headings[level:] = [0] * (4 - level)
        marked = heading_number(level, self._headings[level - 1]) + text
        if not heading.follows:
            return paragraph(f"Heading{level}", text_run(marked))
        # As a heading it would put the whole text into the navigation pane.
        lead = text_run(marked, fonts(HEADING_FONTS[level]))
        return paragraph("BodyText", lead, *self.runs(heading.follows))

    def _picture(self, picture: Picture) -> list[Element]:
        image = open_picture(picture)
        self._pictures += 1
        digest = hashlib.sha256(image.content).hexdigest()
        relation, _ = self.images.setdefault(digest, (f"picture{len(self.images) + 1}", image))
        caption, source = one_line(picture.caption), one_line(picture.source)
        drawing = _drawing(image, relation, self._pictures, one_line(picture.alt))
        written = [paragraph("PictureLine", w("r", drawing))]
        if caption:
            words = text_run(f"图{self._pictures}　{caption}")
            loose = () if source else (w("keepNext", val=0),)
            written.append(paragraph("Caption", words, properties=loose))
        if source:
            words = text_run(f"资料来源：{source}")
            written.append(paragraph("Source", words, properties=(w("jc", val="center"),)))
        return written


def _drawing(image: Image, relation: str, number: int, alt: str) -> Element:
    # Two lines stay free below the picture for its caption and its source.
    wide, high = image.fitted(TEXT_WIDTH * _EMU_PER_TWIP, LINE * (LINES - 4) * _EMU_PER_TWIP)

    def part(namespace: str, tag: str, *children: Element, **attributes: str | int) -> Element:
        element = etree.Element(f"{{{namespace}}}{tag}", nsmap=NAMESPACES)
        for name, value in attributes.items():
            element.set(name, str(value))
        element.extend(children)
        return element

    blip = part(A, "blip")
    blip.set(f"{{{R}}}embed", relation)
    transform = part(A, "xfrm", part(A, "off", x=0, y=0), part(A, "ext", cx=wide, cy=high))
    shape = part(A, "prstGeom", part(A, "avLst"), prst="rect")
    name = f"图{number}"
    known = part(PIC, "nvPicPr", part(PIC, "cNvPr", id=number, name=name), part(PIC, "cNvPicPr"))
    fill = part(PIC, "blipFill", blip, part(A, "stretch", part(A, "fillRect")))
    picture = part(PIC, "pic", known, fill, part(PIC, "spPr", transform, shape))
    inline = part(
        WP,
        "inline",
        part(WP, "extent", cx=wide, cy=high),
        part(WP, "docPr", id=number, name=name, descr=alt),
        part(A, "graphic", part(A, "graphicData", picture, uri=PIC)),
        distT=0,
        distB=0,
        distL=0,
        distR=0,
    )
    return w("drawing", inline)
