"""Charts on pages: the picture, its table twin, what scripts make livelier, and the downloads."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingkai.documents import Cell, Figure, write_xlsx
from jingkai.documents.charts import (
    DARK,
    LIGHT,
    WORDS,
    Areas,
    Chart,
    Mark,
    Palette,
    Points,
    Rows,
    classes_of,
    draw,
    draw_head,
    table_of,
)
from jingkai.kernel.zone import current_zone
from jingkai.web.addresses import query_with
from jingkai.web.language import spoken

__all__ = ["ChartView", "Drawing", "hand_out", "show_chart"]

WIDE, NARROW = 760, 330
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Drawing:
    """SVG that the writer of elements made: whole, escaped, without scripts or styles."""

    svg: str

    def __html__(self) -> str:
        """Tell templates that nothing here is to be escaped again."""
        return self.svg


@dataclass(frozen=True)
class TwinCell:
    """A cell of the table twin."""

    text: str
    url: str = ""
    is_figure: bool = False


@dataclass(frozen=True)
class ChartView:
    """A chart as its component draws it."""

    chart: Chart
    wide: Drawing
    narrow: Drawing | None
    head_drawing: Drawing
    head: list[TwinCell]
    rows: list[list[TwinCell]]
    live: str
    script: str
    scrolls: bool
    xlsx_url: str
    svg_url: str


def show_chart(
    request: HttpRequest,
    chart: Chart,
    *,
    wide: int = WIDE,
    narrow: int | None = NARROW,
    palette: Palette = LIGHT,
) -> ChartView:
    """Return what the component needs to put a chart on the page of a request.

    Without a narrow width phones get no picture: the page has something else for them.
    """
    table = table_of(chart)
    scrolls = chart.kind == "gantt"
    return ChartView(
        chart=chart,
        wide=Drawing(draw(chart, width=wide, palette=palette)),
        narrow=_narrow(chart, narrow, palette),
        head_drawing=Drawing(draw_head(chart, width=wide, palette=palette)),
        head=[
            TwinCell(
                f"{_(one.name)}（{one.unit}）" if one.unit else _(one.name),
                "",
                one.align == "right",
            )
            for one in table.columns
        ],
        rows=[[_twin(cell) for cell in row] for row in table.rows],
        live="" if palette is DARK else _live(chart),
        script="maps" if chart.kind == "map" else "charts",
        scrolls=scrolls,
        xlsx_url=_download(request, chart, "xlsx"),
        svg_url=_download(request, chart, "svg"),
    )


def _narrow(chart: Chart, width: int | None, palette: Palette) -> Drawing | None:
    return Drawing(draw(chart, width=width, palette=palette)) if width else None


def _download(request: HttpRequest, chart: Chart, kind: str) -> str:
    """Return the page's own address, asking for a chart of it instead: same view, same rights."""
    return request.path + query_with(request, **{"chart": chart.id, "as": kind})


def hand_out(request: HttpRequest, views: list[ChartView]) -> HttpResponse:
    """Give out the chart that the address asks for, as a picture or as a workbook."""
    wanted, as_ = request.GET.get("chart"), request.GET.get("as")
    chart = next((view.chart for view in views if view.chart.id == wanted), None)
    if chart is None or as_ not in ("svg", "xlsx"):
        raise Http404
    if as_ == "svg":
        content, kind = draw(chart, width=_width(request)), "image/svg+xml; charset=utf-8"
    else:
        kind = _XLSX
        content = write_xlsx(
            table_of(chart),
            title=chart.title,
            period=chart.period,
            author=request.user.name,
            created=timezone.now(),
            unit=chart.unit,
        )
    zone = current_zone()
    parts = [spoken(zone.name, zone.english), chart.title, chart.period, request.user.name]
    name = quote("_".join(parts).replace("/", "-") + f".{as_}")
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


def _width(request: HttpRequest) -> int:
    """Return how wide the picture is wanted: a wall sheet is wider than a page."""
    wanted = request.GET.get("width", "")
    return min(max(int(wanted), NARROW), 4800) if wanted.isdecimal() else WIDE


def _twin(cell: Cell) -> TwinCell:
    match cell:
        case None:
            return TwinCell("—")
        case Figure():
            return TwinCell(_(cell.text), cell.anchor, is_figure=True)
        case date():
            return TwinCell(cell.isoformat())
        case int() | Decimal():
            return TwinCell(f"{cell:,}", is_figure=True)
        case _:
            return TwinCell(_(cell) if cell in WORDS else cell)


def _live(chart: Chart) -> str:
    """Return what the script draws from; bullets and schedules are live as they stand."""
    told: dict[str, Any] = {"kind": chart.kind, "unit": chart.unit, "alt": chart.alt}
    match chart.figures:
        case Rows(kind="bullet"):
            return ""
        case Rows() as rows:
            told |= {
                "across": rows.across,
                "categories": rows.categories,
                "start": None if rows.start is None else float(rows.start),
                "series": [
                    {"name": one.name, "ours": one.is_ours, "marks": [_mark(m) for m in one.marks]}
                    for one in rows.series
                ],
            }
        case Points() as points:
            told |= {
                "x": {"name": points.x_name, "unit": points.x_unit, "at": _pixel(points.x_at)},
                "y": {"name": points.y_name, "unit": chart.unit, "at": _pixel(points.y_at)},
                "points": [
                    {
                        "name": one.name,
                        "x": float(one.x),
                        "y": float(one.y),
                        "group": one.group,
                        "url": one.url,
                    }
                    for one in points.points
                ],
            }
        case Areas() as areas:
            told |= {
                "classes": classes_of(areas),
                "outline": [_place(one) for one in areas.outline],
                "areas": [
                    {
                        "name": one.name,
                        "ring": [_place(place) for place in one.ring],
                        "value": _pixel(one.mark.value),
                        "text": _(one.mark.printed),
                        "url": one.url,
                    }
                    for one in areas.areas
                ],
            }
        case _:
            return ""
    return json.dumps(told, ensure_ascii=False)


def _place(place: tuple[Decimal, Decimal]) -> tuple[float, float]:
    return float(place[0]), float(place[1])


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "value": _pixel(mark.value),
        "text": _(mark.printed),
        "url": mark.url,
        "tone": mark.tone,
    }


def _pixel(value: Decimal | None) -> float | None:
    """Return a value as a place on the screen; what is printed keeps its decimals."""
    return None if value is None else float(value)
