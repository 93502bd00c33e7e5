"""Workbooks that people fill in and send back: the template out, the rows in."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from jingkai.kernel.archives import is_archive, is_hostile_archive
from jingkai.kernel.words import Words

__all__ = ["CannotReadSheet", "TemplateColumn", "cell_address", "read_rows", "write_template"]

SIZE, ROWS, COLUMNS = 20 * 1024 * 1024, 20_000, 60


class CannotReadSheet(ValueError):
    """A file that is no readable workbook; the message says why and what to do."""


@dataclass(frozen=True)
class TemplateColumn:
    """One column to fill in: its head, what may stand in it, a word of help, an example."""

    name: str
    help: str = ""
    choices: tuple[str, ...] = ()
    example: str = ""
    is_number: bool = False
    width: int = 0  # in characters; 0 fits the head
    is_hidden: bool = False  # for what the office needs and people do not


def write_template(
    columns: Sequence[TemplateColumn],
    *,
    title: str,
    rows: Sequence[Sequence[str]] = (),
    mark: str = "",
) -> bytes:
    """Return a workbook with drop-downs, prompts and locked heads; `rows` are filled in already.

    `mark` says which template of which version this is; it stands on a hidden sheet.
    """
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        head = book.add_format({"bold": True, "bg_color": "#e6edf6", "border": 1, "locked": True})
        wrapped = {"locked": False, "text_wrap": True, "valign": "top"}
        text = book.add_format({"num_format": "@"} | wrapped)
        number = book.add_format({"num_format": "General"} | wrapped)
        sheet.freeze_panes(1, 1)
        lists = book.add_worksheet("_选项")
        lists.very_hidden()
        for position, column in enumerate(columns):
            look = number if column.is_number else text
            width = column.width or max(12, len(column.name) * 2 + 4)
            sheet.set_column(position, position, width, look, {"hidden": column.is_hidden})
            sheet.write_string(0, position, column.name, head)
            _offer(sheet, lists, position, column)
        for line, row in enumerate(rows or [[column.example for column in columns]], start=1):
            for position, value in enumerate(row):
                if columns[position].is_number and value:
                    sheet.write_number(line, position, Decimal(value), number)
                else:
                    sheet.write_string(line, position, value, text)
        sheet.protect("", FREE)
        if mark:
            hidden = book.add_worksheet("_模板")
            hidden.write_string(0, 0, mark)
            hidden.very_hidden()
    return out.getvalue()


# Heads are locked; rows and columns stay as free as in any sheet.
FREE = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}


def read_rows(data: bytes) -> list[list[str]]:
    """Return the first sheet as rows of text; blank rows at the end are left out."""
    if not data or len(data) > SIZE:
        raise CannotReadSheet(Words("文件是空的，或超过 20 MB。请用下载的模板填写后再上传。"))
    if not is_archive(data) or is_hostile_archive(data):
        raise CannotReadSheet(
            Words("这不是 xlsx 工作簿。请用 Excel 或 WPS 打开后另存为 xlsx 再上传。")
        )
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        raise CannotReadSheet(
            Words("工作簿打不开（损坏或加密）。请另存为不加密的 xlsx。")
        ) from None
    if len(rows) > ROWS or any(len(row) > COLUMNS for row in rows[:1]):
        raise CannotReadSheet(
            Words(
                "表太大：最多 %(rows)s 行、%(columns)s 列。请删去多余的行列。",
                rows=ROWS,
                columns=COLUMNS,
            )
        )
    plain = [[_text(value) for value in row] for row in rows]
    while plain and not any(plain[-1]):
        plain.pop()
    return plain


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell as Excel writes it, both counted from 0: E17."""
    return str(xlsxwriter.utility.xl_rowcol_to_cell(row, column))


def _offer(
    sheet: xlsxwriter.worksheet.Worksheet,
    lists: xlsxwriter.worksheet.Worksheet,
    position: int,
    column: TemplateColumn,
) -> None:
    if not column.choices and not column.help:
        return
    rule: dict[str, object] = {"validate": "any"}
    if column.choices:
        lists.write_column(0, position, column.choices)
        place = xlsxwriter.utility.xl_col_to_name(position, col_abs=True)
        source = f"='_选项'!{place}$1:{place}${len(column.choices)}"
        rule = {"validate": "list", "source": source}
    rule |= {"input_title": column.name[:32], "input_message": column.help[:255]}
    sheet.data_validation(1, position, ROWS, position, rule)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if value is not None else ""
