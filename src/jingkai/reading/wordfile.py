"""Text out of a docx: paragraphs, tables, text boxes, automatic numbers; no heads, no feet."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from jingkai.kernel.archives import is_archive, is_hostile_archive
from jingkai.kernel.words import Words
from jingkai.reading.refusal import CannotRead

__all__ = ["text_of_word"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NO_DOCX = Words("这不是 Word 的 docx 文件，或文件已损坏。请用 Word/WPS 打开后另存为 docx。")
_OLD_OR_LOCKED = Words(
    "这个 docx 设了打开密码，或其实是旧版 doc。请在 Word/WPS 里取消密码并另存为 docx，或粘贴正文。"
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIGITS = "零一二三四五六七八九"


def text_of_word(data: bytes) -> str:
    """Return the text of a docx as it is read, a paragraph a line."""
    if data.startswith(_OLE):
        raise CannotRead(_OLD_OR_LOCKED)
    if not is_archive(data):
        raise CannotRead(_NO_DOCX)
    if is_hostile_archive(data):
        raise CannotRead(Words("这个 docx 解压后异常大，已拒绝。请只保留正文另存后再试。"))
    body = _part(data, "word/document.xml")
    if body is None:
        raise CannotRead(_NO_DOCX)
    numbers = _Numbers.of(_part(data, "word/numbering.xml"), _part(data, "word/styles.xml"))
    return "\n".join(_lines(body, numbers))


def _part(data: bytes, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return etree.fromstring(archive.read(name), parser)
    except KeyError:
        return None
    except RuntimeError:  # a member is encrypted
        raise CannotRead(_OLD_OR_LOCKED) from None
    except (zipfile.BadZipFile, etree.XMLSyntaxError, NotImplementedError, EOFError):
        raise CannotRead(_NO_DOCX) from None


def _lines(part: Any, numbers: "_Numbers") -> Iterator[str]:
    """Yield the lines of a body, a cell or a text box in reading order."""
    for child in part:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, numbers)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, numbers)
        elif child.tag == f"{_W}sdt" and _is_contents(child):
            continue
        elif child.tag in _WRAPPERS:
            yield from _lines(child, numbers)


_WRAPPERS = frozenset(
    f"{_W}{name}" for name in ("body", "sdt", "sdtContent", "smartTag", "customXml", "ins")
)


def _is_contents(block: Any) -> bool:
    """Tell whether a block is the table of contents: its lines are not the report's."""
    kind = block.find(f"./{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return kind is not None and kind.get(f"{_W}val") == "Table of Contents"


def _paragraph(paragraph: Any, numbers: "_Numbers") -> Iterator[str]:
    """Yield a paragraph with its automatic number, then the text boxes anchored in it."""
    style = paragraph.find(f"./{_W}pPr/{_W}pStyle")
    if style is not None and str(style.get(f"{_W}val")).upper().startswith("TOC"):
        return
    boxes: list[Any] = []
    said = "".join(_runs(paragraph, boxes))
    yield numbers.next(paragraph) + said if said.strip() else said
    for box in boxes:
        yield from _lines(box, numbers)


def _runs(part: Any, boxes: list[Any]) -> Iterator[str]:
    for child in part:
        if child.tag == f"{_MC}AlternateContent":
            # The same box twice, for new and old programs: one is enough.
            first = child.find(f"{_MC}Choice")
            shown = first if first is not None else child.find(f"{_MC}Fallback")
            if shown is not None:
                yield from _runs(shown, boxes)
        elif child.tag == f"{_W}txbxContent":
            boxes.append(child)
        elif child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _MARKS:
            yield _MARKS[child.tag]
        elif child.tag == f"{_W}r" and child.find(f"./{_W}rPr/{_W}vanish") is not None:
            continue
        elif child.tag not in _NOT_TEXT:
            yield from _runs(child, boxes)


_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_NOT_TEXT = frozenset(
    f"{_W}{name}" for name in ("pPr", "rPr", "del", "moveFrom", "instrText", "footnoteReference")
)


def _table(table: Any, numbers: "_Numbers") -> Iterator[str]:
    """Yield a row a line, its cells by tabs; a row of several paragraphs keeps its lines."""
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl")) is not table:
            continue
        cells = [[line for line in _lines(cell, numbers) if line.strip()] for cell in _cells(row)]
        if all(len(lines) <= 1 for lines in cells):
            yield "\t".join(lines[0] if lines else "" for lines in cells)
        else:
            yield from (line for lines in cells for line in lines)


def _cells(row: Any) -> Iterator[Any]:
    for cell in row:
        if cell.tag == f"{_W}tc":
            yield cell
        elif cell.tag in _WRAPPERS:
            yield from _cells(cell)


@dataclass
class _Numbers:
    """Automatic numbers: 一、 and （二） that stand on the page but in no run of the text."""

    levels: dict[str, dict[str, tuple[str, str, int]]] = field(default_factory=dict)
    styles: dict[str, tuple[str, str]] = field(default_factory=dict)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, numbering: Any, styles: Any) -> "_Numbers":
        """Read the number formats, and the styles that carry one."""
        made = cls()
        if numbering is None:
            return made
        abstract = {
            one.get(f"{_W}abstractNumId"): {
                level.get(f"{_W}ilvl"): _level(level) for level in one.iter(f"{_W}lvl")
            }
            for one in numbering.iter(f"{_W}abstractNum")
        }
        for one in numbering.iter(f"{_W}num"):
            used = one.find(f"{_W}abstractNumId")
            if used is not None:
                made.levels[one.get(f"{_W}numId")] = abstract.get(used.get(f"{_W}val"), {})
        for style in styles.iter(f"{_W}style") if styles is not None else ():
            if given := _given(style):
                made.styles[str(style.get(f"{_W}styleId"))] = given
        return made

    def next(self, paragraph: Any) -> str:
        """Return the number that stands before a paragraph, or nothing."""
        style = paragraph.find(f"./{_W}pPr/{_W}pStyle")
        named = str(style.get(f"{_W}val")) if style is not None else ""
        given = _given(paragraph) or self.styles.get(named)
        if given is None:
            return ""
        number, level = given
        shapes = self.levels.get(number, {})
        if level not in shapes:
            return ""
        self.counts[number, level] += 1
        for deeper in shapes:
            if deeper > level:
                self.counts[number, deeper] = 0
        said = shapes[level][1]
        for at, (shape, _, first) in shapes.items():
            count = max(1, self.counts[number, at]) + first - 1
            said = said.replace(f"%{int(at) + 1}", _spelled(count, shape))
        return said


def _given(part: Any) -> tuple[str, str] | None:
    number = part.find(f"./{_W}pPr/{_W}numPr/{_W}numId")
    if number is None or number.get(f"{_W}val") == "0":
        return None
    level = part.find(f"./{_W}pPr/{_W}numPr/{_W}ilvl")
    return str(number.get(f"{_W}val")), str(level.get(f"{_W}val")) if level is not None else "0"


def _level(level: Any) -> tuple[str, str, int]:
    """Return the shape of a level's number, the text around it, and where it starts."""

    def val(name: str, default: str) -> str:
        found = level.find(f"{_W}{name}")
        return str(found.get(f"{_W}val")) if found is not None else default

    start = val("start", "1")
    return val("numFmt", "decimal"), val("lvlText", ""), int(start) if start.isdecimal() else 1


def _spelled(number: int, shape: str) -> str:
    if shape == "bullet":
        return ""
    chinese = shape.startswith(("chinese", "japanese", "ideograph", "taiwanese"))
    if not chinese or not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")
