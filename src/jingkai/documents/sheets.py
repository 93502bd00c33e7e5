"""Write a table as a workbook: plain values, unit in the head, where it comes from above it."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from jingkai.documents.model import BadDocument, Cell, Figure, Table
from jingkai.documents.tables import check_table, printed
from jingkai.documents.text import in_utc, one_line, width

_HEAD_ROW = 2
_MOST_ROWS = 1_048_576 - _HEAD_ROW - 2
_LONGEST_CELL = 32_767
_EXACT_DIGITS = 15  # a workbook keeps no more digits of a number
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}


class TooLargeForSheet(BadDocument):
    """The table or one of its texts is larger than a worksheet can hold."""


def write_xlsx(
    table: Table, *, title: str, period: str, author: str, created: datetime, unit: str = "见表头"
) -> bytes:
    """Write the table as a workbook of values without formulas; same input, same bytes."""
    check_table(table)
    if len(table.rows) > _MOST_ROWS:
        raise TooLargeForSheet(f"“{title}”有{len(table.rows)}行，一张工作表放不下，请分期导出。")
    file = BytesIO()
    # A text that begins with = or http stays a text: nothing in the file runs or calls out.
    book = Workbook(
        file,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "title": one_line(title),
            "author": one_line(author),
            "created": in_utc(created).replace(tzinfo=None),
        }
    )
    sheet = book.add_worksheet(_sheet_name(title))
    notes = {"单位": unit, "来源": table.source, "期间": period}
    sheet.write_string(
        0, 0, one_line(title), book.add_format({**_FONT, "bold": True, "font_size": 14})
    )
    note = "　".join(f"{name}：{one_line(text)}" for name, text in notes.items() if one_line(text))
    sheet.write_string(1, 0, note, book.add_format({**_FONT, "font_color": "#595959"}))
    _fill(book, sheet, table)
    last = _HEAD_ROW + len(table.rows)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    sheet.autofilter(_HEAD_ROW, 0, max(last, _HEAD_ROW), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C— &P —")
    book.close()
    return file.getvalue()


def _fill(book: Workbook, sheet: Worksheet, table: Table) -> None:
    head = book.add_format(
        {
            **_FONT,
            "bold": True,
            "border": 1,
            "align": "center",
            "text_wrap": True,
            "bg_color": "#F2F2F2",
        }
    )
    formats: dict[tuple[str, str, bool], Format] = {}

    def look(kind: str, align: str, is_total: bool) -> Format:
        key = (kind, align, is_total)
        if key not in formats:
            formats[key] = book.add_format(
                {**_FONT, "border": 1, "num_format": kind, "align": align, "bold": is_total}
            )
        return formats[key]

    for place, column in enumerate(table.columns):
        sheet.write_string(_HEAD_ROW, place, one_line(column.head), head)
    rows = [*table.rows, *([table.total] if table.total is not None else [])]
    for number, row in enumerate(rows, start=1):
        is_total = table.total is not None and number == len(rows)
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            where = (_HEAD_ROW + number, place)
            value = _value(cell)
            if isinstance(value, str):
                if len(value) > _LONGEST_CELL:
                    raise TooLargeForSheet(
                        f"第{number}行“{column.name}”有{len(value)}字，超过一格的上限{_LONGEST_CELL}字。"
                    )
                sheet.write_string(*where, value, look("@", column.align, is_total))
            elif isinstance(value, date):
                sheet.write_datetime(*where, value, look("yyyy-mm-dd", column.align, is_total))
            else:
                sheet.write_number(
                    *where, value, look(_number_format(value), column.align, is_total)
                )
    for place, column in enumerate(table.columns):
        widest = max((width(printed(row[place])) for row in rows), default=0)
        sheet.set_column(place, place, min(max(widest, min(width(column.head), 12), 4) * 2 + 2, 60))


def _value(cell: Cell) -> str | int | Decimal | date:
    if isinstance(cell, Figure) and cell.value is not None:
        cell = cell.value
    if isinstance(cell, int | Decimal):
        number = Decimal(cell)
        if not number.is_finite() or len(number.as_tuple().digits) > _EXACT_DIGITS:
            return printed(cell)
        return cell
    if isinstance(cell, date) and cell.year >= 1900:
        return cell
    return printed(cell)


def _number_format(number: int | Decimal) -> str:
    exponent = Decimal(number).as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "#,##0" + (f".{'0' * places}" if places else "")


def _sheet_name(title: str) -> str:
    kept = "".join(" " if character in "[]:*?/\\'" else character for character in one_line(title))
    return one_line(kept)[:31].strip() or "表"
