"""Charts as plain values: a picture in SVG and the same figures as a table."""

from collections.abc import Iterable, Sequence
from datetime import date

from jingkai.documents.charts.bars import draw_bars, draw_funnel, draw_heat, draw_waterfall
from jingkai.documents.charts.bullets import draw_bullets
from jingkai.documents.charts.canvas import DARK, LIGHT, Palette
from jingkai.documents.charts.lines import draw_lines, draw_multiples
from jingkai.documents.charts.maps import classes_of, draw_areas
from jingkai.documents.charts.model import (
    KINDS,
    Area,
    Areas,
    BadChart,
    Chart,
    Count,
    EmptyChart,
    Flag,
    Lane,
    Mark,
    Network,
    Node,
    NotFromZero,
    Point,
    Points,
    Rows,
    Schedule,
    Series,
    Span,
    TooManySeries,
    UnevenSeries,
    WithoutUnit,
    WithoutWords,
    with_unit,
)
from jingkai.documents.charts.points import draw_network, draw_points
from jingkai.documents.charts.schedules import (
    HEAD,
    draw_schedule,
    head_of,
    height_of,
    rooms_of,
    strip_of,
)
from jingkai.documents.charts.tables import WORDS, table_of

__all__ = [
    "DARK",
    "HEAD",
    "KINDS",
    "LIGHT",
    "WORDS",
    "Area",
    "Areas",
    "BadChart",
    "Chart",
    "Count",
    "EmptyChart",
    "Flag",
    "Lane",
    "Mark",
    "Network",
    "Node",
    "NotFromZero",
    "Palette",
    "Point",
    "Points",
    "Rows",
    "Schedule",
    "Series",
    "Span",
    "TooManySeries",
    "UnevenSeries",
    "WithoutUnit",
    "WithoutWords",
    "classes_of",
    "draw",
    "draw_head",
    "draw_strip",
    "height_of",
    "rooms_of",
    "table_of",
    "with_unit",
]

_ROWS = {
    "bar": draw_bars,
    "line": draw_lines,
    "multiples": draw_multiples,
    "heat": draw_heat,
    "funnel": draw_funnel,
    "waterfall": draw_waterfall,
    "bullet": draw_bullets,
}


def draw(chart: Chart, *, width: float = 720, palette: Palette = LIGHT) -> str:
    """Return the chart as SVG text; its height follows from what is in it."""
    match chart.figures:
        case Rows() as rows:
            canvas = _ROWS[rows.kind](chart, rows, width, palette)
        case Points() as points:
            canvas = draw_points(chart, points, width, palette)
        case Network() as network:
            canvas = draw_network(chart, network, width, palette)
        case Schedule() as schedule:
            canvas = draw_schedule(chart, schedule, width, palette)
        case Areas() as areas:
            canvas = draw_areas(chart, areas, width, palette)
    return canvas.write()


def draw_head(chart: Chart, *, width: float = 720, palette: Palette = LIGHT) -> str:
    """Return the months above a schedule as SVG text of their own; nothing for other charts."""
    if not isinstance(chart.figures, Schedule):
        return ""
    return head_of(chart, chart.figures, width, palette).write()


def draw_strip(
    counts: Iterable[Count],
    *,
    months: Sequence[date],
    today: date,
    label: str,
    palette: Palette = LIGHT,
) -> str:
    """Return the months of one row as a small SVG text, for a list on a phone."""
    return strip_of(counts, months=months, today=today, label=label, palette=palette).write()
