"""Schedules: rows by months with spans, flags, delays and a line at today."""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from jingkai.documents.charts.canvas import Canvas, Palette, shortened, text_width
from jingkai.documents.charts.model import Chart, Lane, Schedule

__all__ = ["draw_schedule"]

_STEP, _TOP = 28.0, 44.0
At: TypeAlias = Callable[[date], float]


def draw_schedule(chart: Chart, schedule: Schedule, width: float, palette: Palette) -> Canvas:
    """Draw the rows; what has no room at the left is cut, never what it says in words."""
    lanes = schedule.lanes
    canvas = Canvas(chart.id, (width, _TOP + _STEP * len(lanes) + 6), chart.alt, palette)
    room = min(max(text_width(lane.name) for lane in lanes) + 12, width * 0.3)
    after = min(max(text_width(lane.note) for lane in lanes) + 8, width * 0.2)
    left, right = room, width - after - 8
    days = (schedule.last - schedule.first).days

    def at(on: date) -> float:
        inside = min(max(on, schedule.first), schedule.last)
        return left + (right - left) * (inside - schedule.first).days / days

    _months(canvas, schedule, at, right)
    for place, lane in enumerate(lanes):
        _lane(canvas, schedule, lane, _TOP + _STEP * place, at, (room, width, after))
    if schedule.first <= schedule.today <= schedule.last:
        x = at(schedule.today)
        canvas.line((x, 22), (x, canvas.height - 4), stroke=palette.tone("late"), stroke_width=1.5)
        canvas.text(
            x,
            14,
            f"{schedule.today:%m-%d}",
            text_anchor="middle",
            fill=palette.tone("late"),
            font_size=11,
        )
    return canvas


def _months(canvas: Canvas, schedule: Schedule, at: At, right: float) -> None:
    palette, day = canvas.palette, schedule.first.replace(day=1)
    # A label needs about 24 pixels: thin the months where they are closer.
    months = (
        (schedule.last.year - schedule.first.year) * 12
        + schedule.last.month
        - schedule.first.month
        + 1
    )
    every = next(
        (n for n in (1, 2, 3, 6, 12) if (right - at(schedule.first)) / months * n >= 24), 12
    )
    while day <= schedule.last:
        if (day.month - 1) % every == 0:
            x = at(day)
            is_year = day.month == 1
            canvas.line(
                (x, 26),
                (x, canvas.height - 4),
                stroke=palette.soft if is_year else palette.line,
                stroke_width=1,
            )
            canvas.text(x + 3, 36, f"{day.month}", fill=palette.soft, font_size=11)
            if is_year or day <= schedule.first:
                canvas.text(
                    x + 3, 14, f"{day.year}", fill=palette.soft, font_size=11, font_weight=600
                )
        day = (day.replace(day=28) + (date(1, 1, 5) - date(1, 1, 1))).replace(day=1)


def _lane(
    canvas: Canvas,
    schedule: Schedule,
    lane: Lane,
    y: float,
    at: At,
    rooms: tuple[float, float, float],
) -> None:
    palette, middle = canvas.palette, y + _STEP / 2
    room, width, after = rooms
    canvas.line((0, y), (width, y), stroke=palette.line, stroke_width=0.5)
    with canvas.opens(lane.url, lane.name):
        canvas.text(0, middle + 4, shortened(lane.name, room - 10))
    for span in lane.spans:
        if span.last < schedule.first or span.first > schedule.last:
            continue
        x = at(span.first)
        words = f"{lane.name} {span.name} {span.first} — {span.last}"
        with canvas.opens("", words):
            box = (x, middle - 5, max(at(span.last) - x, 1), 10)
            if span.is_delay:
                canvas.put(
                    "rect",
                    x=box[0],
                    y=float(box[1]),
                    width=float(box[2]),
                    height=10.0,
                    fill="none",
                    stroke=palette.tone(span.tone),
                    stroke_width=1.5,
                    stroke_dasharray="3 2",
                )
            else:
                canvas.bar(box, palette.tone(span.tone) if span.tone else palette.heat[2])
    _ticks(canvas, schedule, lane, middle, at)
    for flag in lane.flags:
        if not schedule.first <= flag.on <= schedule.last:
            continue
        with canvas.opens(flag.url, f"{lane.name} {flag.name} {flag.on}"):
            canvas.text(
                at(flag.on),
                middle + 5,
                flag.shape,
                text_anchor="middle",
                font_size=14,
                fill=palette.tone(flag.tone) if flag.tone else palette.ink,
                stroke=palette.paper,
                stroke_width=3,
                stroke_linejoin="round",
                paint_order="stroke",
            )
    if lane.note:
        canvas.text(
            width - after,
            middle + 4,
            shortened(lane.note, after),
            fill=palette.tone(lane.tone) if lane.tone else palette.soft,
            font_size=11,
        )


def _ticks(canvas: Canvas, schedule: Schedule, lane: Lane, middle: float, at: At) -> None:
    """Draw what is done above the middle and what is open below it, one path for each tone."""
    paths: dict[tuple[str, bool], list[str]] = {}
    places: dict[date, str] = {}
    for tick in lane.ticks:
        if schedule.first <= tick.on <= schedule.last:
            if tick.on not in places:
                places[tick.on] = f"{at(tick.on):.1f}"
            top = middle - 11 if tick.is_done else middle + 6
            stroke = f"M{places[tick.on]},{top:g}v5"
            strokes = paths.setdefault((tick.tone, tick.is_done), [])
            if not strokes or strokes[-1] != stroke:
                strokes.append(stroke)
    for (tone, _is_done), strokes in paths.items():
        colour = canvas.palette.tone(tone)
        canvas.put("path", d="".join(strokes), stroke=colour, stroke_width=1.5, fill="none")
