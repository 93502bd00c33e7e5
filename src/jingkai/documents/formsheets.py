"""A form as a workbook: what is known is filled in and locked, what is asked stands open."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter

from jingkai.documents.rosters import FREE

__all__ = ["FormCell", "FormColumn", "write_form_sheet"]

# A prompt of its own for each cell; beyond this many a workbook opens slowly.
PROMPTS = 20_000


@dataclass(frozen=True)
class FormColumn:
    """A column of a form: its head with the unit, what may stand in it, how wide it is."""

    head: str
    is_number: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""
    width: int = 14


@dataclass(frozen=True)
class FormCell:
    """A cell: what stands in it, whether it is asked, and what is said when somebody enters it."""

    value: str | int | Decimal | None = None
    is_asked: bool = False
    prompt: str = ""


def write_form_sheet(
    columns: Sequence[FormColumn],
    rows: Sequence[Sequence[FormCell]],
    *,
    title: str,
    note: str,
    mark: str,
) -> bytes:
    """Return a workbook whose asked cells alone are open; `mark` is kept on a hidden sheet."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(title[:31])
        font = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        head = book.add_format(
            {**font, "bold": True, "bg_color": "#e6edf6", "border": 1, "text_wrap": True}
        )
        held = book.add_format(
            {**font, "bg_color": "#f2f2f2", "border": 1, "num_format": "#,##0.######"}
        )
        held_text = book.add_format({**font, "bg_color": "#f2f2f2", "border": 1, "num_format": "@"})
        asked = book.add_format(
            {**font, "border": 1, "locked": False, "num_format": "#,##0.######"}
        )
        asked_text = book.add_format(
            {**font, "border": 1, "locked": False, "num_format": "@", "text_wrap": True}
        )
        sheet.write_string(0, 0, title, book.add_format({**font, "bold": True, "font_size": 14}))
        sheet.write_string(1, 0, note, book.add_format({**font, "font_color": "#595959"}))
        lists = book.add_worksheet("_选项")
        lists.very_hidden()
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
            sheet.write_string(2, place, column.head, head)
            if column.choices:
                lists.write_column(0, place, column.choices)
        sheet.set_row(2, 34)
        left = PROMPTS
        for line, row in enumerate(rows, start=3):
            for place, (cell, column) in enumerate(zip(row, columns, strict=True)):
                number, text = (asked, asked_text) if cell.is_asked else (held, held_text)
                if isinstance(cell.value, int | Decimal):
                    sheet.write_number(line, place, cell.value, number)
                elif cell.value:
                    sheet.write_string(line, place, cell.value, text)
                else:
                    sheet.write_blank(line, place, None, number if column.is_number else text)
                if cell.is_asked and cell.prompt and left:
                    left -= 1
                    rule: dict[str, object] = {"validate": "any"}
                    rule |= {"input_title": column.head[:32], "input_message": cell.prompt[:255]}
                    sheet.data_validation(line, place, line, place, rule)
        for place, column in enumerate(columns):
            if column.choices and rows:
                name = xlsxwriter.utility.xl_col_to_name(place, col_abs=True)
                source = f"='_选项'!{name}$1:{name}${len(column.choices)}"
                rule = {"validate": "list", "source": source, "error_type": "warning"}
                rule |= {"input_title": column.head[:32], "input_message": column.help[:255]}
                sheet.data_validation(3, place, 2 + len(rows), place, rule)
        sheet.freeze_panes(3, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(2)
        sheet.fit_to_pages(1, 0)
        sheet.protect("", FREE)
        hidden = book.add_worksheet("_模板")
        hidden.write_string(0, 0, mark)
        hidden.very_hidden()
    return out.getvalue()
