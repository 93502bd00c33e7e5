"""Tables in a docx: head on every page, rows never split, figures under their unit."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from math import ceil
from typing import TypeAlias

from jingkai.documents.layout import FIFTH, HEITI, SMALL_FOURTH, TEXT_WIDTH
from jingkai.documents.markup import Element, exact_line, fonts, paragraph, size, text_run, w
from jingkai.documents.model import BadDocument, Cell, Column, Figure, Run, Table
from jingkai.documents.text import clean, one_line, width

RunWriter: TypeAlias = Callable[[Iterable[Run], tuple[Element, ...]], list[Element]]

_PADDING = 80
_ROW_HEIGHT = 454  # 8 mm
_SMALL_LINE = 320
_MANY_COLUMNS = 6
_HEAD_IN_ONE_LINE = 10


class NoColumns(BadDocument):
    """The table has no columns."""


class RowWidth(BadDocument):
    """A row has more or fewer cells than the table has columns."""


class UnknownCell(BadDocument):
    """A cell holds something that is not text, a number, a date or a figure."""


def check_table(table: Table) -> None:
    """Refuse a table that does not hold together, naming the row."""
    name = table.caption or "未命名"
    if not table.columns:
        raise NoColumns(f"表格“{name}”没有列，请至少给出一列。")
    numbered = [(f"第{place}行", row) for place, row in enumerate(table.rows, start=1)]
    if table.total is not None:
        numbered.append(("合计行", table.total))
    for where, row in numbered:
        if len(row) != len(table.columns):
            raise RowWidth(
                f"表格“{name}”{where}有{len(row)}格，表头有{len(table.columns)}列，请补齐或删去。"
            )
        for cell, column in zip(row, table.columns, strict=True):
            if isinstance(cell, bool) or not isinstance(
                cell, str | int | Decimal | date | Figure | None
            ):
                raise UnknownCell(
                    f"表格“{name}”{where}“{column.name}”是{type(cell).__name__}，"
                    "只能填文字、整数、十进制数、日期或活数字。"
                )


def printed(cell: Cell) -> str:
    """Return a cell as it is printed; None is a dash, an empty text stays empty."""
    match cell:
        case None:
            return "—"
        case Figure():
            return one_line(cell.text)
        case str():
            return clean(cell)
        case int() | Decimal():
            return f"{cell:,}"
        case _:
            return cell.isoformat()


def table(table: Table, number: int, write: RunWriter) -> list[Element]:
    """Return caption, grid and source note of a table."""
    check_table(table)
    rows = [*table.rows, *([table.total] if table.total is not None else [])]
    widths, points = _column_widths(table.columns, rows)
    small = points < SMALL_FOURTH
    smaller = size(points) if small else ()
    written: list[Element] = []
    if caption := one_line(table.caption):
        written.append(paragraph("Caption", text_run(f"表{number}　{caption}")))
    grid = w("tbl", _properties(), w("tblGrid", *(w("gridCol", w=wide) for wide in widths)))
    head = [
        _cell(
            wide,
            paragraph(
                "TableHead",
                text_run(_head(column, wide, points), *smaller),
                properties=_pitch(small),
            ),
        )
        for column, wide in zip(table.columns, widths, strict=True)
    ]
    grid.append(w("tr", w("trPr", w("cantSplit"), _row_height(), w("tblHeader")), *head))
    for place, row in enumerate(rows):
        is_total = table.total is not None and place == len(rows) - 1
        look = (*((fonts(HEITI),) if is_total else ()), *smaller)
        # The rows around the total stay together, so that no total stands alone on a page.
        keeps = table.total is not None and place == len(rows) - 2
        cells = []
        for cell, column, wide in zip(row, table.columns, widths, strict=True):
            words = write([cell if isinstance(cell, Figure) else printed(cell)], look)
            aligned = (
                w("jc", val=column.align),
                *((w("keepNext"),) if keeps else ()),
                *_pitch(small),
            )
            cells.append(_cell(wide, paragraph("TableText", *words, properties=aligned)))
        grid.append(w("tr", w("trPr", w("cantSplit"), _row_height()), *cells))
    written.append(grid)
    source = one_line(table.source)
    words = [text_run(f"资料来源：{source}")] if source else []
    # A paragraph always follows: two tables in a row would otherwise become one.
    written.append(paragraph("Source", *words))
    return written


def _properties() -> Element:
    lines = [
        w(side, val="single", sz=thick, space=0, color="000000")
        for side, thick in (
            ("top", 8), ("left", 4), ("bottom", 8), ("right", 4), ("insideH", 4), ("insideV", 4)
        )
    ]  # fmt: skip
    padding = [w(side, w=_PADDING, type="dxa") for side in ("left", "right")]
    return w(
        "tblPr",
        w("tblW", w=TEXT_WIDTH, type="dxa"),
        w("jc", val="center"),
        w("tblBorders", *lines),
        w("tblLayout", type="fixed"),
        w("tblCellMar", *padding),
    )


def _cell(wide: int, content: Element) -> Element:
    return w("tc", w("tcPr", w("tcW", w=wide, type="dxa"), w("vAlign", val="center")), content)


def _pitch(small: bool) -> tuple[Element, ...]:
    return (exact_line(_SMALL_LINE),) if small else ()


def _row_height() -> Element:
    return w("trHeight", val=_ROW_HEIGHT, hRule="atLeast")


def _head(column: Column, wide: int, points: float) -> str:
    """Break a head that does not fit its column before the unit, not inside it."""
    head = one_line(column.head)
    if column.unit and _twips(width(head), points) > wide:
        return f"{one_line(column.name)}\n（{one_line(column.unit)}）"
    return head


def _folded(column: Column) -> float:
    """Return the width of a head whose name takes two lines and whose unit takes one."""
    unit = width(column.unit) + 2 if column.unit else 0
    return max(ceil(width(column.name) / 2), min(unit, 5))


def _twips(characters: float, points: float) -> float:
    return characters * points * 20 + 2 * _PADDING


def _column_widths(
    columns: tuple[Column, ...], rows: list[tuple[Cell, ...]]
) -> tuple[list[int], float]:
    """Share the text width by content: the longest texts wrap, figures and short names do not."""
    points = FIFTH if len(columns) > _MANY_COLUMNS else SMALL_FOURTH
    longest = [
        max((max(map(width, printed(row[place]).split("\n"))) for row in rows), default=0.0)
        for place in range(len(columns))
    ]

    def wished(heads: list[float]) -> list[float]:
        pairs = zip(longest, heads, strict=True)
        return [_twips(max(cells, head, 1.5) + 0.5, points) for cells, head in pairs]

    wishes = wished([min(width(column.head), _HEAD_IN_ONE_LINE) for column in columns])
    if sum(wishes) > TEXT_WIDTH:
        wishes = wished([_folded(column) for column in columns])
    limit = max(wishes)
    if sum(wishes) > TEXT_WIDTH:
        # The level at which cutting the widest columns makes the rest fit.
        low, high = 0.0, limit
        for _ in range(40):
            limit = (low + high) / 2
            if sum(min(wish, limit) for wish in wishes) > TEXT_WIDTH:
                high = limit
            else:
                low = limit
    shares = [min(wish, limit) for wish in wishes]
    scale = TEXT_WIDTH / sum(shares)
    widths = [int(share * scale) for share in shares]
    widths[-1] += TEXT_WIDTH - sum(widths)
    return widths, points
