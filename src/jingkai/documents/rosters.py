"""Workbooks that people fill in and send back: the template out, the rows in."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from jingkai.kernel.archives import is_archive, is_hostile_archive

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
    width: int = 0  # in characters; 0 fits the head
    is_hidden: bool = False  # for what the office needs and people do not


def write_template(
    columns: Sequence[TemplateColumn], *, title: str, rows: Sequence[Sequence[str]] = ()
) -> bytes:
    """Return a workbook with drop-downs and prompts; `rows` are filled in already."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        head = book.add_format({"bold": True, "bg_color": "#e6edf6", "border": 1})
        text = book.add_format(
            {"num_format": "@", "locked": False, "text_wrap": True, "valign": "top"}
        )
        sheet.freeze_panes(1, 0)
        lists = book.add_worksheet("选项") if any(map(_needs_list, columns)) else None
        for position, column in enumerate(columns):
            width = column.width or max(12, len(column.name) * 2 + 4)
            sheet.set_column(position, position, width, text, {"hidden": column.is_hidden})
            sheet.write_string(0, position, column.name, head)
            _offer(sheet, position, column, lists)
        if lists:
            lists.very_hidden()
        sheet.protect("", _ALLOWED)  # the head stays; rows may come and go
        for line, row in enumerate(rows or [[column.example for column in columns]], start=1):
            for position, value in enumerate(row):
                sheet.write_string(line, position, value, text)
    return out.getvalue()


def read_rows(data: bytes) -> list[list[str]]:
    """Return the first sheet as rows of text; blank rows at the end are left out."""
    if not data or len(data) > SIZE:
        raise CannotReadSheet("文件是空的，或超过 20 MB。请用下载的模板填写后再上传。")
    if not is_archive(data) or is_hostile_archive(data):
        raise CannotReadSheet("这不是 xlsx 工作簿。请用 Excel 或 WPS 打开后另存为 xlsx 再上传。")
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, IndexError):
        raise CannotReadSheet("工作簿打不开（损坏或加密）。请另存为不加密的 xlsx。") from None
    if len(rows) > ROWS or any(len(row) > COLUMNS for row in rows[:1]):
        raise CannotReadSheet(f"表太大：最多 {ROWS} 行、{COLUMNS} 列。请删去多余的行列。")
    plain = [[_text(value) for value in row] for row in rows]
    while plain and not any(plain[-1]):
        plain.pop()
    return plain


def cell_address(row: int, column: int) -> str:
    """Return the address of a cell as Excel writes it, both counted from 0: E17."""
    return str(xlsxwriter.utility.xl_rowcol_to_cell(row, column))


_ALLOWED = dict.fromkeys(
    ("insert_rows", "delete_rows", "format_cells", "format_columns", "format_rows", "sort"), True
)


def _needs_list(column: TemplateColumn) -> bool:
    """Tell whether the choices are too long for the cell's own rule, which holds 255 letters."""
    return sum(len(one) + 1 for one in column.choices) >= 255


def _offer(
    sheet: xlsxwriter.worksheet.Worksheet,
    position: int,
    column: TemplateColumn,
    lists: xlsxwriter.worksheet.Worksheet | None,
) -> None:
    if not column.choices and not column.help:
        return
    rule: dict[str, object] = {"validate": "any"}
    if column.choices:
        rule = {"validate": "list", "source": list(column.choices)}
    if lists is not None and _needs_list(column):
        lists.write_column(0, position, column.choices)
        letter = xlsxwriter.utility.xl_col_to_name(position, True)
        rule["source"] = f"=选项!{letter}$1:{letter}${len(column.choices)}"
    rule |= {"input_title": column.name[:32], "input_message": column.help[:255]}
    sheet.data_validation(1, position, ROWS, position, rule)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if value is not None else ""
