"""Charts as plain values: a picture in SVG and the same figures as a table."""

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
    Tick,
    TooManySeries,
    UnevenSeries,
    WithoutUnit,
    WithoutWords,
    with_unit,
)
from jingkai.documents.charts.points import draw_network, draw_points
from jingkai.documents.charts.schedules import draw_schedule
from jingkai.documents.charts.tables import WORDS, table_of

__all__ = [
    "DARK",
    "KINDS",
    "LIGHT",
    "WORDS",
    "Area",
    "Areas",
    "BadChart",
    "Chart",
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
    "Tick",
    "TooManySeries",
    "UnevenSeries",
    "WithoutUnit",
    "WithoutWords",
    "classes_of",
    "draw",
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
