"""Lines over time, alone or as small multiples; a missing value breaks the line."""

from math import ceil

from jingkai.documents.charts.bars import axis, says
from jingkai.documents.charts.canvas import Canvas, Palette, Scale, shortened, text_width
from jingkai.documents.charts.model import Chart, Rows, Series

__all__ = ["draw_lines", "draw_multiples"]

_DASHES = (None, "6 3", "2 3", "8 3 2 3", "4 4")


def draw_lines(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    """Draw one to five lines, each named at its end."""
    height, left, top, bottom = min(240.0, width * 0.7), 46.0, 34.0, 24.0
    canvas = Canvas(chart.id, (width, height), chart.alt, palette)
    right = width - max(text_width(one.name) for one in rows.series) - 12
    values = [float(m.value) for one in rows.series for m in one.marks if m.value is not None]
    start = None if rows.start is None and min(values, default=0.0) < 0 else float(rows.start or 0)
    scale = Scale(values, (height - bottom, top), start=start)
    axis(canvas, scale, chart.unit, left, right + 6)
    step = (right - left - 16) / max(1, len(rows.categories) - 1)
    xs = [left + 8 + step * place for place in range(len(rows.categories))]
    every = max(1, ceil(max(text_width(one) for one in rows.categories) / max(step, 1)))
    for place, category in enumerate(rows.categories):
        if place % every == 0:
            canvas.text(
                xs[place],
                height - 8,
                category,
                text_anchor="middle",
                fill=palette.soft,
                font_size=11,
            )
    taken: list[float] = []
    for number, series in reversed(list(enumerate(rows.series))):
        colour = palette.series(number, series.is_ours)
        ys = [None if m.value is None else scale.at(float(m.value)) for m in series.marks]
        _trace(canvas, xs, ys, colour, number)
        for place, mark in enumerate(series.marks):
            y = ys[place]
            if y is None:
                continue
            with canvas.opens(
                mark.url, says(rows.categories[place], series.name, mark, chart.unit)
            ):
                canvas.put("circle", cx=xs[place], cy=y, r=9.0, fill="transparent")
                canvas.put("circle", cx=xs[place], cy=y, r=3.0, fill=colour)
        last = next((place for place in reversed(range(len(ys))) if ys[place] is not None), None)
        if last is not None:
            y = ys[last] or 0.0
            while any(abs(y - other) < 14 for other in taken):
                y -= 14
            taken.append(y)
            canvas.text(
                right + 4, y + 4, series.name, fill=colour, font_weight=600 if number == 0 else 400
            )
            if number == 0:
                canvas.text(
                    xs[last],
                    (ys[last] or 0.0) - 9,
                    series.marks[last].printed,
                    text_anchor="middle",
                    font_weight=600,
                )
    return canvas


def draw_multiples(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    """Draw one small line for each series, all from zero on their own scale."""
    across = max(1, int(width // 220))
    wide, high = width / across, 110.0
    canvas = Canvas(
        chart.id, (width, 18 + high * ceil(len(rows.series) / across)), chart.alt, palette
    )
    canvas.text(0, 12, chart.unit, fill=palette.soft)
    for place, series in enumerate(rows.series):
        corner = (wide * (place % across), 18 + high * (place // across))
        _panel(canvas, chart, rows, series, corner, (wide, high))
    return canvas


def _panel(
    canvas: Canvas,
    chart: Chart,
    rows: Rows,
    series: Series,
    corner: tuple[float, float],
    size: tuple[float, float],
) -> None:
    x, y = corner
    wide, high = size[0] - 24, size[1]
    known = [mark for mark in series.marks if mark.value is not None]
    scale = Scale([float(mark.value or 0) for mark in known], (y + high - 24, y + 30), steps=2)
    latest = known[-1].printed if known else "未报"
    canvas.text(x, y + 14, shortened(series.name, wide - text_width(latest) - 8))
    canvas.text(x + wide, y + 14, latest, text_anchor="end", font_weight=600)
    step = wide / max(1, len(series.marks) - 1)
    xs = [x + step * place for place in range(len(series.marks))]
    ys = [None if mark.value is None else scale.at(float(mark.value)) for mark in series.marks]
    base = scale.at(0.0) if scale.low <= 0 <= scale.high else y + high - 24
    canvas.line((x, base), (x + wide, base), stroke=canvas.palette.line)
    _trace(canvas, xs, ys, canvas.palette.ours, 0)
    for place, mark in enumerate(series.marks):
        at = ys[place]
        if at is not None:
            with canvas.opens(
                mark.url, says(rows.categories[place], series.name, mark, chart.unit)
            ):
                canvas.put("circle", cx=xs[place], cy=at, r=2.5, fill=canvas.palette.ours)
    first, last = rows.categories[0], rows.categories[-1]
    canvas.text(x, y + high - 10, first, fill=canvas.palette.soft, font_size=10)
    canvas.text(
        x + wide, y + high - 10, last, text_anchor="end", fill=canvas.palette.soft, font_size=10
    )


def _trace(
    canvas: Canvas, xs: list[float], ys: list[float | None], colour: str, number: int
) -> None:
    way, is_down = "", False
    for x, y in zip(xs, ys, strict=True):
        if y is None:
            is_down = False
            continue
        way += f"{'L' if is_down else 'M'}{x:.1f},{y:.1f} "
        is_down = True
    if way:
        canvas.put(
            "path",
            d=way.strip(),
            fill="none",
            stroke=colour,
            stroke_linejoin="round",
            stroke_width=2.2 if number == 0 else 1.6,
            stroke_dasharray=_DASHES[number % 5],
        )
