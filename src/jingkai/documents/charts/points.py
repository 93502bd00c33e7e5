"""Subjects at two measures, and networks in layers."""

from jingkai.documents.charts.bars import axis
from jingkai.documents.charts.canvas import Canvas, Palette, Scale, shortened, text_width
from jingkai.documents.charts.model import Chart, Network, Points

__all__ = ["draw_network", "draw_points"]

_SHAPES = ("circle", "square", "diamond", "triangle", "cross")


def draw_points(chart: Chart, points: Points, width: float, palette: Palette) -> Canvas:
    """Draw a scatter; groups differ by shape as well as by colour."""
    height, left, top, bottom = 300.0, 52.0, 34.0, 40.0
    canvas = Canvas(chart.id, (width, height), chart.alt, palette)
    across = Scale([float(one.x) for one in points.points], (left, width - 12))
    up = Scale([float(one.y) for one in points.points], (height - bottom, top))
    axis(canvas, up, f"{points.y_name}（{chart.unit}）", left, width)
    for tick in across.ticks:
        canvas.text(
            across.at(tick),
            height - bottom + 16,
            f"{tick:,.4g}",
            text_anchor="middle",
            fill=palette.soft,
            font_size=11,
        )
    canvas.text(
        width,
        height - 6,
        f"{points.x_name}（{points.x_unit}）",
        text_anchor="end",
        fill=palette.soft,
    )
    if points.x_at is not None:
        x = across.at(float(points.x_at))
        canvas.line((x, top), (x, height - bottom), stroke=palette.soft, stroke_dasharray="4 3")
    if points.y_at is not None:
        y = up.at(float(points.y_at))
        canvas.line((left, y), (width, y), stroke=palette.soft, stroke_dasharray="4 3")
    groups = sorted({one.group for one in points.points})
    for one in points.points:
        number = groups.index(one.group)
        x, y = across.at(float(one.x)), up.at(float(one.y))
        measured = f"{points.x_name} {one.x:,f}{points.x_unit}"
        words = f"{one.name} {measured}，{points.y_name} {one.y:,f}{chart.unit}"
        with canvas.opens(one.url, words):
            _shape(canvas, _SHAPES[number % 5], x, y, palette.series(number, number == 0))
    x = left + 4
    if len(groups) > 1:
        for number, group in enumerate(groups):
            _shape(
                canvas, _SHAPES[number % 5], x + 5, height - 10, palette.series(number, number == 0)
            )
            canvas.text(x + 14, height - 6, group)
            x += text_width(group) + 30
    return canvas


def _shape(canvas: Canvas, shape: str, x: float, y: float, colour: str) -> None:
    r = 4.5
    match shape:
        case "circle":
            canvas.put("circle", cx=x, cy=y, r=r, fill=colour)
        case "square":
            canvas.put("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, fill=colour)
        case "diamond":
            canvas.put(
                "path", d=f"M{x},{y - 6} L{x + 6},{y} L{x},{y + 6} L{x - 6},{y} Z", fill=colour
            )
        case "triangle":
            canvas.put("path", d=f"M{x},{y - 5} L{x + 5},{y + 4} L{x - 5},{y + 4} Z", fill=colour)
        case _:
            canvas.put(
                "path",
                d=f"M{x - 4},{y - 4} L{x + 4},{y + 4} M{x + 4},{y - 4} L{x - 4},{y + 4}",
                stroke=colour,
                stroke_width=2,
            )


def draw_network(chart: Chart, network: Network, width: float, palette: Palette) -> Canvas:
    """Draw things in columns by layer, links as curves; what is missing is dashed."""
    layers = sorted({node.layer for node in network.nodes})
    columns = [[node for node in network.nodes if node.layer == layer] for layer in layers]
    step = 40.0
    canvas = Canvas(chart.id, (width, 24 + step * max(map(len, columns))), chart.alt, palette)
    canvas.text(0, 12, chart.unit, fill=palette.soft)
    slot = width / len(columns)
    wide = min(slot * 0.72, 180.0)
    places: dict[str, tuple[float, float]] = {}
    for number, column in enumerate(columns):
        rest = (canvas.height - 24 - step * len(column)) / 2
        for place, node in enumerate(column):
            places[node.id] = (slot * number + (slot - wide) / 2, 24 + rest + step * place)
    for start, end in network.links:
        (x, y), (to_x, to_y) = places[start], places[end]
        x, middle = x + wide, (x + wide + to_x) / 2
        canvas.put(
            "path",
            d=f"M{x:.1f},{y + 14:.1f} C{middle:.1f},{y + 14:.1f} {middle:.1f},{to_y + 14:.1f} "
            f"{to_x:.1f},{to_y + 14:.1f}",
            fill="none",
            stroke=palette.soft,
        )
    for node in network.nodes:
        x, y = places[node.id]
        value = "" if node.value is None else f" {node.value:,f}"
        with canvas.opens(node.url, f"{node.name}{value}"):
            canvas.put(
                "rect",
                x=x,
                y=y,
                width=wide,
                height=28.0,
                rx=3,
                fill=palette.paper,
                stroke=palette.tone("late") if node.is_missing else palette.ours,
                stroke_dasharray="5 3" if node.is_missing else None,
            )
            canvas.text(
                x + wide / 2,
                y + 18,
                shortened(f"{node.name}{value}", wide - 10),
                text_anchor="middle",
            )
    return canvas
