"""Tables that people send: workbooks, CSV, pasted cells; out come cells that say what they were."""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from jingkai.kernel.archives import is_archive, is_hostile_archive
from jingkai.kernel.words import Words

__all__ = ["CannotReadTable", "Table", "TableCell", "open_table"]

SIZE, ROWS, COLUMNS = 20 * 1024 * 1024, 20_000, 100
MARK = "_模板"
_OLE = b"\xd0\xcf\x11\xe0"
_NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class CannotReadTable(ValueError):
    """A file that is no readable table; the message says why and what to do."""


@dataclass(frozen=True)
class TableCell:
    """A cell: its text, and whether the file held a text, a number, a day, a yes or an error."""

    kind: str
    text: str


@dataclass
class Table:
    """The first sheet: its rows, what to know about it, the mark of the template it came from."""

    rows: list[list[TableCell]]
    formulas: list[str] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
    mark: str = ""


def open_table(data: bytes, name: str) -> Table:
    """Return the table in a file; call it in a child process when the file is a stranger's."""
    if not data.strip():
        raise CannotReadTable(Words("文件是空的。请用下载的模板填写后再上传。"))
    if len(data) > SIZE:
        raise CannotReadTable(Words("文件超过 20 MB。请分几次上传。"))
    if data.startswith((b"PK\x03\x04", _OLE)):
        table = _workbook(data)
    elif name.lower().rsplit(".", 1)[-1] in ("et", "ett", "pdf", "doc", "png", "jpg"):
        raise CannotReadTable(Words("不能读这种格式。请用 WPS 或 Excel 另存为 xlsx 再上传。"))
    else:
        table = Table(_separated(_decode(data)))
    while table.rows and not any(cell.text for cell in table.rows[-1]):
        table.rows.pop()
    if not table.rows:
        raise CannotReadTable(Words("表里没有内容。请用下载的模板填写后再上传。"))
    if len(table.rows) > ROWS or max(map(len, table.rows)) > COLUMNS:
        raise CannotReadTable(
            Words(
                "表太大：最多 %(rows)s 行、%(columns)s 列。请删去多余的行列或分几次上传。",
                rows=ROWS,
                columns=COLUMNS,
            )
        )
    return table


def _workbook(data: bytes) -> Table:
    is_zip = is_archive(data)
    if data.startswith(b"PK") and (not is_zip or is_hostile_archive(data)):
        raise CannotReadTable(
            Words("工作簿损坏，或压缩得不正常。请用 Excel 或 WPS 另存为 xlsx 再上传。")
        )
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = [one for one in book.sheet_names if not one.startswith("_")]
        sheet = book.get_sheet_by_name(names[0])
        mark = _mark(book) if MARK in book.sheet_names else ""
        if sheet.total_height > ROWS * 5 or sheet.total_width > COLUMNS * 5:
            raise CannotReadTable(
                Words(
                    "表太大：最多 %(rows)s 行、%(columns)s 列。请删去远处的空格式或多余的行列。",
                    rows=ROWS,
                    columns=COLUMNS,
                )
            )
        values = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError, ValueError, OverflowError) as problem:
        if isinstance(problem, CannotReadTable):
            raise
        raise CannotReadTable(
            Words("工作簿打不开（损坏或加密）。请另存为不加密的 xlsx。")
        ) from None
    table = Table([[_cell(value) for value in row] for row in values], mark=mark)
    if len(names) > 1:
        table.notes.append(
            Words(
                "工作簿有 %(count)s 张表，只读第一张“%(name)s”。", count=len(names), name=names[0]
            )
        )
    if is_zip:
        _look_inside(data, book.sheet_names.index(names[0]), table)
    return table


def _mark(book: Any) -> str:
    rows = book.get_sheet_by_name(MARK).to_python()
    return str(rows[0][0]) if rows and rows[0] else ""


def _look_inside(data: bytes, place: int, table: Table) -> None:
    """Note formulas and hidden rows, which values alone do not show."""
    hidden = 0
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        member = f"xl/worksheets/sheet{place + 1}.xml"
        if member not in archive.namelist():
            return
        with archive.open(member) as stream:
            tags = (f"{_NAMESPACE}c", f"{_NAMESPACE}row")
            steps = etree.iterparse(
                stream, tag=tags, resolve_entities=False, no_network=True, huge_tree=False
            )
            try:
                for _, element in steps:
                    if element.tag == tags[0]:
                        where = str(element.get("r") or "")
                        if element.find(f"{_NAMESPACE}f") is not None:
                            table.formulas.append(where)
                        if element.get("t") == "e":
                            _spoil(table, where, element.findtext(f"{_NAMESPACE}v") or "#")
                    else:
                        hidden += element.get("hidden") in ("1", "true")
                        element.clear()
            except etree.XMLSyntaxError:
                raise CannotReadTable(
                    Words("工作簿损坏。请用 Excel 或 WPS 另存为 xlsx 再上传。")
                ) from None
    if hidden:
        table.notes.append(Words("有 %(count)s 行是隐藏的，也会读入。", count=hidden))


def _spoil(table: Table, place: str, text: str) -> None:
    """Put an error where the values have nothing: a cell such as #VALUE! is not an empty one."""
    letters = place.rstrip("0123456789")
    row, column = int(place[len(letters) :] or 0) - 1, 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    if 0 <= row < len(table.rows) and 0 < column <= len(table.rows[row]):
        table.rows[row][column - 1] = TableCell("error", text)


def _cell(value: object) -> TableCell:
    if value is None or value == "":
        return TableCell("text", "")
    if isinstance(value, bool):
        return TableCell("yes_no", "是" if value else "否")
    if isinstance(value, int | float):
        if not isfinite(value):
            return TableCell("error", str(value))
        return TableCell("number", f"{Decimal(repr(value)):f}".removesuffix(".0"))
    if isinstance(value, datetime):
        return TableCell("day", value.date().isoformat())
    if isinstance(value, date):
        return TableCell("day", value.isoformat())
    if isinstance(value, time | timedelta):
        return TableCell("error", str(value))
    text = str(value).strip()
    return TableCell(
        "error" if text.startswith("#") and text.endswith(("!", "?", "/A")) else "text", text
    )


def _decode(data: bytes) -> str:
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for kind in ["utf-16"] if is_utf16 else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(kind)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise CannotReadTable(Words("认不出文件的编码，或这不是表格。请另存为 xlsx，或 UTF-8 的 csv。"))


def _separated(text: str) -> list[list[TableCell]]:
    head = text.lstrip().split("\n", 1)[0]
    separator = max("\t,;", key=head.count)
    rows = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            rows.append([TableCell("text", cell.strip()) for cell in row])
            if len(rows) > ROWS:
                break
    except csv.Error:
        raise CannotReadTable(Words("csv 有一格太长或引号不成对。请另存为 xlsx 再上传。")) from None
    return rows
