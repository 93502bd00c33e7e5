"""Give a list out as a file: what is seen, all rows, and nothing in it that runs."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from jingkai.documents import Column as SheetColumn
from jingkai.documents import Table, write_xlsx
from jingkai.web.columns import Column

__all__ = ["XLSX", "attach", "file_name", "inert", "list_as_csv", "list_as_xlsx"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RUNS = ("=", "+", "-", "@", "\t", "\r")


def list_as_xlsx(
    rows: Sequence[Any], columns: Sequence[Column], *, title: str, source: str, on: date, by: str
) -> bytes:
    """Return the rows as a workbook of values."""
    table = Table(
        columns=tuple(
            SheetColumn(
                str(column.heading), column.unit, "right" if _is_figure(column, rows) else "left"
            )
            for column in columns
        ),
        rows=[tuple(column.plain(row) for column in columns) for row in rows],
        source=source,
    )
    created = datetime.combine(on, datetime.min.time()).astimezone()
    return write_xlsx(table, title=title, period=f"截至 {on}", author=by, created=created)


def list_as_csv(rows: Sequence[Any], columns: Sequence[Column]) -> bytes:
    """Return the rows as CSV that Excel and WPS open as UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([inert(column.head) for column in columns])
    for row in rows:
        writer.writerow([_csv(column.plain(row)) for column in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_RUNS) else text


def file_name(*, unit: str, table: str, on: date, by: str, suffix: str) -> str:
    """Return 单位_表名_2021-03_导出人.xlsx."""
    parts = [unit, table, f"{on:%Y-%m}", by]
    kept = ["".join(c for c in part if c.isprintable() and c not in '\\/:*?"<>|') for part in parts]
    return f"{'_'.join(kept)}.{suffix}"


def attach(data: bytes, *, name: str, kind: str) -> HttpResponse:
    """Return the bytes as a download under this name."""
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    response.headers["Cache-Control"] = "no-store"
    return response


def _csv(value: str | int | Decimal | date | None) -> str:
    if value is None:
        return ""
    return inert(value) if isinstance(value, str) else str(value)


def _is_figure(column: Column, rows: Sequence[Any]) -> bool:
    return any(isinstance(column.plain(row), int | Decimal) for row in rows[:20])
