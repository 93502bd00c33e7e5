"""Bullets: what is done against what is due by now and what is promised, row by row."""

from decimal import Decimal

from jingkai.documents.charts.bars import says
from jingkai.documents.charts.canvas import Canvas, Palette, shortened, text_width
from jingkai.documents.charts.model import Chart, Rows

__all__ = ["draw_bullets"]

_STEP, _TOP, _NARROW = 34.0, 24.0, 520.0
_DECALS = {"good": 0, "done": 3, "near": 2, "behind": 1, "late": 5, "neutral": 4}


def draw_bullets(chart: Chart, rows: Rows, width: float, palette: Palette) -> Canvas:
    """Draw each row on a scale of its own.

    Narrow drawings put the name above the bar, and so do wide ones with a name that would be cut.
    """
    done, due, promised = rows.series
    names = max(map(text_width, rows.categories)) + 16
    is_narrow = width < _NARROW or names > width * 0.34
    step = _STEP + (12 if is_narrow else 0)
    top = _TOP
    canvas = Canvas(chart.id, (width, top + step * len(rows.categories)), chart.alt, palette)
    texts = [
        f"{now.shape} {now.printed} / {goal.printed}".strip()
        for now, goal in zip(done.marks, promised.marks, strict=True)
    ]
    room = 0.0 if is_narrow else names
    after = 0.0 if is_narrow else max(map(text_width, texts)) + 12
    left, right = room, width - after - 2
    _key(canvas, rows, right)
    for place, category in enumerate(rows.categories):
        y = top + step * place
        now, pace, goal = (series.marks[place] for series in rows.series)
        most = max(one.value or Decimal(0) for one in (now, pace, goal)) * Decimal(
            "1.08"
        ) or Decimal(1)

        def at(value: Decimal, most: Decimal = most) -> float:
            return left + (right - left) * float(max(value, Decimal(0)) / most)

        middle = y + step / 2 + (8 if is_narrow else 0)
        opened = rows.urls[place] if rows.urls else ""
        with canvas.opens(opened, category):
            at_x, anchor = (0.0, "start") if is_narrow else (room - 12, "end")
            kept = shortened(
                category, (width - text_width(texts[place]) - 12) if is_narrow else room - 12
            )
            canvas.text(at_x, middle - 13 if is_narrow else middle + 4, kept, text_anchor=anchor)
        words = "，".join(
            [
                says(category, done.name, now, ""),
                f"{due.name} {pace.printed}",
                f"{promised.name} {goal.printed}",
            ]
        )
        with canvas.opens(now.url, words):
            if goal.value is not None:
                canvas.bar((left, middle - 8, at(goal.value) - left, 16), palette.track)
            if now.value is not None:
                canvas.bar(
                    (left, middle - 4, max(at(now.value) - left, 1), 8),
                    palette.tone(now.tone),
                    decal=_DECALS.get(now.tone, 0),
                )
            if pace.value is not None:
                x = at(pace.value)
                canvas.line(
                    (x, middle - 11),
                    (x, middle + 11),
                    stroke=palette.soft,
                    stroke_width=1.5,
                    stroke_dasharray="3 2",
                )
            if goal.value is not None:
                x = at(goal.value)
                canvas.line((x, middle - 10), (x, middle + 10), stroke=palette.ink, stroke_width=3)
            text_y = middle - 13 if is_narrow else middle + 4
            canvas.text(
                width,
                text_y,
                texts[place],
                text_anchor="end",
                fill=palette.tone(now.tone) if now.value is not None else palette.soft,
            )
    return canvas


def _key(canvas: Canvas, rows: Rows, right: float) -> None:
    """Say once what bar, dashes and stroke are."""
    palette = canvas.palette
    done, due, promised = (series.name for series in rows.series)
    x = 0.0 if canvas.width < _NARROW else max(0.0, right - text_width(done + due + promised) - 96)
    canvas.bar((x, 4, 16, 8), palette.ours)
    canvas.text(x + 20, 12, done, fill=palette.soft)
    x += 32 + text_width(done)
    canvas.line((x, 2), (x, 14), stroke=palette.soft, stroke_width=1.5, stroke_dasharray="3 2")
    canvas.text(x + 6, 12, due, fill=palette.soft)
    x += 18 + text_width(due)
    canvas.line((x, 2), (x, 14), stroke=palette.ink, stroke_width=3)
    canvas.text(x + 6, 12, promised, fill=palette.soft)
