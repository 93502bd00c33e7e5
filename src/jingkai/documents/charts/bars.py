"""Bars, waterfalls, funnels and heat tables as drawings; every bar begins at zero."""

from decimal import Decimal

from jingkai.documents.charts.canvas import Canvas, Palette, Scale, shortened, text_width
from jingkai.documents.charts.model import Chart, Mark, Rows, with_unit

__all__ = ["draw_bars", "draw_funnel", "draw_heat", "draw_waterfall"]


def draw_bars(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    """Draw bars: upright for short category names, lying for long ones."""
    longest = max(text_width(category) for category in rows.categories)
    if longest > (width - 60) / len(rows.categories):
        return _lying(chart, rows, width, palette)
    return _upright(chart, rows, width, palette)


def _upright(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    height, left, top, bottom = min(240.0, width * 0.7), 46.0, 30.0 + _legend_room(rows), 24.0
    canvas = Canvas(chart.id, (width, height), chart.alt, palette)
    scale = Scale(_values(rows), (height - bottom, top))
    axis(canvas, scale, chart.unit, left, width)
    legend(canvas, rows, width)
    slot = (width - left) / len(rows.categories)
    thick = min(28.0, slot * 0.72 / len(rows.series))
    for place, category in enumerate(rows.categories):
        middle = left + slot * (place + 0.5)
        canvas.text(middle, height - 8, category, text_anchor="middle", fill=palette.soft)
        for number, series in enumerate(rows.series):
            mark = series.marks[place]
            x = middle + (number - len(rows.series) / 2) * thick
            with canvas.opens(mark.url, says(category, series.name, mark, chart.unit)):
                if mark.value is None:
                    canvas.text(
                        x + thick / 2,
                        height - bottom - 4,
                        "—",
                        text_anchor="middle",
                        fill=palette.soft,
                    )
                    continue
                tip, base = scale.at(float(mark.value)), scale.at(0.0)
                colour = (
                    palette.tone(mark.tone) if mark.tone else palette.series(number, series.is_ours)
                )
                canvas.bar(
                    (x + 1, min(tip, base), thick - 2, abs(base - tip)), colour, decal=number
                )
                if len(rows.categories) * len(rows.series) <= 16:
                    canvas.text(
                        x + thick / 2,
                        min(tip, base) - 4,
                        mark.printed,
                        text_anchor="middle",
                        font_size=11,
                    )
    return canvas


def _lying(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    thick, top = 14.0, 22.0 + _legend_room(rows)
    room = min(max(text_width(one) for one in rows.categories) + 8, width * 0.42)
    step = thick * len(rows.series) + 10
    canvas = Canvas(chart.id, (width, top + step * len(rows.categories) + 4), chart.alt, palette)
    widest = max(text_width(mark.printed) for one in rows.series for mark in one.marks)
    scale = Scale(_values(rows), (room, width - widest - 12))
    canvas.text(room, 12, chart.unit, fill=palette.soft)
    legend(canvas, rows, width)
    for place, category in enumerate(rows.categories):
        y = top + step * place
        canvas.text(room - 8, y + step / 2, shortened(category, room - 8), text_anchor="end")
        for number, series in enumerate(rows.series):
            mark, above = series.marks[place], y + number * thick
            with canvas.opens(mark.url, says(category, series.name, mark, chart.unit)):
                zero = scale.at(0.0)
                tip = zero if mark.value is None else scale.at(float(mark.value))
                colour = (
                    palette.tone(mark.tone) if mark.tone else palette.series(number, series.is_ours)
                )
                canvas.bar(
                    (min(zero, tip), above + 1, abs(tip - zero), thick - 2), colour, decal=number
                )
                canvas.text(max(zero, tip) + 5, above + thick - 3, mark.printed, font_size=11)
    zero = scale.at(0.0)
    canvas.line((zero, top - 4), (zero, canvas.height - 4), stroke=palette.soft)
    return canvas


def draw_waterfall(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    """Draw how parts lead from nothing to the sum; the last mark is the sum itself."""
    height, left, top, bottom = min(240.0, width * 0.7), 46.0, 30.0, 24.0
    canvas = Canvas(chart.id, (width, height), chart.alt, palette)
    marks = rows.series[0].marks
    ends, running = [], Decimal(0)
    for mark in marks[:-1]:
        ends.append((running, running + (mark.value or 0)))
        running += mark.value or 0
    ends.append((Decimal(0), marks[-1].value or Decimal(0)))
    scale = Scale([float(end) for pair in ends for end in pair], (height - bottom, top))
    axis(canvas, scale, chart.unit, left, width)
    slot = (width - left) / len(marks)
    for place, (mark, (start, end)) in enumerate(zip(marks, ends, strict=True)):
        x = left + slot * place + slot * 0.15
        high, low = sorted((scale.at(float(start)), scale.at(float(end))))
        is_sum = place == len(marks) - 1
        category = rows.categories[place]
        with canvas.opens(mark.url, says(category, rows.series[0].name, mark, chart.unit)):
            colour = palette.ours if is_sum else palette.others[1 if end < start else 2]
            canvas.bar(
                (x, high, slot * 0.7, max(low - high, 1)),
                colour,
                decal=0 if is_sum else 1 if end < start else 3,
            )
            canvas.text(x + slot * 0.35, high - 4, mark.printed, text_anchor="middle", font_size=11)
        canvas.text(
            x + slot * 0.35,
            height - 8,
            shortened(category, slot),
            text_anchor="middle",
            fill=palette.soft,
        )
    return canvas


def draw_funnel(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    """Draw stages one below the other, each with the share that came from the stage before."""
    step, top = 40.0, 20.0
    canvas = Canvas(chart.id, (width, top + step * len(rows.categories)), chart.alt, palette)
    room = max(text_width(one) for one in rows.categories) + 12
    marks = rows.series[0].marks
    most = max((float(mark.value or 0) for mark in marks), default=0.0) or 1.0
    wide = width - room - 150
    canvas.text(room, 12, chart.unit, fill=palette.soft)
    before: Decimal | None = None
    for place, (category, mark) in enumerate(zip(rows.categories, marks, strict=True)):
        y, share = top + step * place, float(mark.value or 0) / most
        canvas.text(room - 12, y + 21, category, text_anchor="end")
        with canvas.opens(mark.url, says(category, rows.series[0].name, mark, chart.unit)):
            canvas.bar((room, y + 4, max(wide * share, 1), step - 12), palette.ours)
            passed = f"（{mark.value / before:.0%}）" if before and mark.value is not None else ""
            canvas.text(room + wide * share + 6, y + 21, f"{mark.printed}{passed}")
        before = mark.value
    return canvas


def draw_heat(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    """Draw a table of shades: series down, categories across; what is missing is hatched."""
    room = min(max(text_width(one.name) for one in rows.series) + 10, width * 0.36)
    step, top = 26.0, 40.0
    cell = (width - room) / len(rows.categories)
    canvas = Canvas(chart.id, (width, top + step * len(rows.series)), chart.alt, palette)
    canvas.text(0, 12, chart.unit, fill=palette.soft)
    values = [
        float(mark.value) for one in rows.series for mark in one.marks if mark.value is not None
    ]
    low, high = min(values, default=0.0), max(values, default=1.0)
    every = max(1, int(40 / cell) + 1) if cell < 40 else 1
    for place, category in enumerate(rows.categories):
        if place % every == 0:
            canvas.text(
                room + cell * (place + 0.5),
                top - 8,
                category,
                text_anchor="middle",
                fill=palette.soft,
                font_size=11,
            )
    for line, series in enumerate(rows.series):
        y = top + step * line
        canvas.text(room - 8, y + 17, shortened(series.name, room - 8), text_anchor="end")
        for place, mark in enumerate(series.marks):
            box = (room + cell * place + 1, y + 1, cell - 2, step - 2)
            with canvas.opens(
                mark.url, says(rows.categories[place], series.name, mark, chart.unit)
            ):
                if mark.value is None:
                    canvas.bar(box, palette.track, decal=1)
                    continue
                share = (float(mark.value) - low) / (high - low or 1)
                shade = min(4, int(share * 5))
                canvas.bar(box, palette.heat[shade])
                if cell > text_width(mark.printed, 11) + 4:
                    dark = shade >= 3
                    canvas.text(
                        box[0] + box[2] / 2,
                        y + 17,
                        mark.printed,
                        text_anchor="middle",
                        font_size=11,
                        fill=palette.paper if dark else palette.ink,
                    )
    return canvas


def says(category: str, series: str, mark: Mark, unit: str) -> str:
    """Return what a mark says when it is pointed at or read out."""
    own = unit if mark.value is not None and unit not in mark.printed else ""
    return f"{category} {series} {with_unit(mark.printed, own)}"


def axis(canvas: Canvas, scale: Scale, unit: str, left: float, right: float) -> None:
    """Draw the value axis: thin lines, figures at the left, its unit above them."""
    palette = canvas.palette
    decimals = 0 if all(abs(tick - round(tick)) < 1e-9 for tick in scale.ticks) else 1
    for tick in scale.ticks:
        y = scale.at(tick)
        canvas.line((left, y), (right, y), stroke=palette.soft if tick == 0 else palette.line)
        canvas.text(
            left - 6,
            y + 4,
            f"{tick:,.{decimals}f}",
            text_anchor="end",
            fill=palette.soft,
            font_size=11,
        )
    canvas.text(0, scale.at(scale.high) - 12, unit, fill=palette.soft)


def legend(canvas: Canvas, rows: Rows, width: float) -> None:
    """Name the series where there is more than one."""
    if len(rows.series) < 2:
        return
    x = width
    for number, series in reversed(list(enumerate(rows.series))):
        x -= text_width(series.name)
        canvas.text(x, 12, series.name)
        x -= 18
        canvas.bar((x, 3, 12, 10), canvas.palette.series(number, series.is_ours), decal=number)
        x -= 14


def _legend_room(rows: Rows) -> float:
    return 12.0 if len(rows.series) > 1 else 0.0


def _values(rows: Rows) -> list[float]:
    return [float(m.value) for one in rows.series for m in one.marks if m.value is not None]
