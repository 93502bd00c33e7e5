"""Schedules: rows by months with spans, flags, counted work, delays and a line at today."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from jingkai.documents.charts.canvas import Canvas, Palette, shortened, text_width
from jingkai.documents.charts.flags import FLAG, outline
from jingkai.documents.charts.model import Chart, Count, Flag, Lane, Schedule, Span

__all__ = ["HEAD", "draw_schedule", "head_of", "height_of", "rooms_of", "strip_of"]

HEAD, KEY = 44.0, 22.0
_INDENT, _FOLD = 14.0, 16.0
_SMALL, _DIGIT = 10, 5.6  # pixels of a count and of one figure in it
_CELL = 13.0


def height_of(lane: Lane) -> float:
    """Return how high a row is: counted work stands above and below the bars."""
    return 36.0 if lane.counts else 28.0 if lane.depth == 0 else 24.0


@dataclass(frozen=True)
class _Frame:
    """Where days stand on a drawing, and how much room the names and notes have."""

    schedule: Schedule
    width: float

    @cached_property
    def folds(self) -> bool:
        return any(lane.fold for lane in self.schedule.lanes)

    def begin(self, lane: Lane) -> float:
        """Return where the name of a row begins."""
        return lane.depth * _INDENT + (_FOLD if self.folds else 0)

    @cached_property
    def left(self) -> float:
        """Return where the months begin: the names take no more than three tenths."""
        if self.schedule.rooms:
            return self.schedule.rooms[0]
        return min(self.names, self.width * 0.3)

    @cached_property
    def names(self) -> float:
        """Return the room that the longest name needs."""
        return max(text_width(one.name) + self.begin(one) for one in self.schedule.lanes) + 12

    @cached_property
    def after(self) -> float:
        """Return the room of the notes."""
        if self.schedule.rooms:
            return self.schedule.rooms[1]
        notes = (text_width(lane.note, 11) for lane in self.schedule.lanes)
        return min(max(notes) + 8, self.width * 0.2)

    @cached_property
    def right(self) -> float:
        return self.width - self.after - 8

    def at(self, on: date) -> float:
        """Return where a day stands; one outside stands at the edge."""
        inside = min(max(on, self.schedule.first), self.schedule.last)
        days = (self.schedule.last - self.schedule.first).days
        return self.left + (self.right - self.left) * (inside - self.schedule.first).days / days

    @cached_property
    def months(self) -> dict[date, float]:
        """Return where each month begins."""
        return {day: self.at(day) for day in _months(self.schedule.first, self.schedule.last)}

    @cached_property
    def month_width(self) -> float:
        return (self.right - self.left) / len(self.months)

    def shows(self, on: date) -> bool:
        """Tell whether a day stands on the drawing."""
        return self.schedule.first <= on <= self.schedule.last


def rooms_of(schedule: Schedule, width: float) -> tuple[float, float]:
    """Return how much room the names and the notes of all rows take on a sheet's column.

    Names may take four tenths of it: on paper nobody can point at a name that is cut.
    """
    frame = _Frame(schedule, width)
    return min(frame.names, width * 0.4), frame.after


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    begin = first.year * 12 + first.month - 1
    return [date((begin + n) // 12, (begin + n) % 12 + 1, 1) for n in range(count)]


def draw_schedule(chart: Chart, schedule: Schedule, width: float, palette: Palette) -> Canvas:
    """Draw the rows; what has no room at the left is cut, never what it says in words."""
    frame = _Frame(schedule, width)
    top = HEAD + (KEY if schedule.key else 0)
    height = top + sum(map(height_of, schedule.lanes)) + 6
    canvas = Canvas(chart.id, (width, height), chart.alt, palette)
    _head(canvas, frame, top)
    _grid(canvas, frame, top)
    y = top
    for lane in schedule.lanes:
        _lane(canvas, frame, lane, y)
        y += height_of(lane)
    if frame.shows(schedule.today):
        x = frame.at(schedule.today)
        late = palette.tone("late")
        canvas.line((x, top - 22), (x, height - 4), stroke=late, stroke_width=1.5)
    return canvas


def head_of(chart: Chart, schedule: Schedule, width: float, palette: Palette) -> Canvas:
    """Draw the months and the key alone: they stay in sight while the rows move beneath them."""
    frame = _Frame(schedule, width)
    top = HEAD + (KEY if schedule.key else 0)
    canvas = Canvas(f"{chart.id}-head", (width, top), chart.alt, palette)
    canvas.put("rect", x=0.0, y=0.0, width=width, height=top, fill=palette.paper)
    _head(canvas, frame, top)
    return canvas


def strip_of(
    counts: Iterable[Count], *, months: Sequence[date], today: date, label: str, palette: Palette
) -> Canvas:
    """Draw one row for a phone: what is done in each month above, what is open below."""
    canvas = Canvas("strip", (_CELL * len(months) + 2, 2 * _CELL + 2), label, palette)
    places = {month: _CELL * n + 3 for n, month in enumerate(months)}
    for month, x in places.items():
        if month.month == 1 and x > 3:
            canvas.line((x - 2, 0), (x - 2, canvas.height), stroke=palette.soft, stroke_width=1)
    canvas.line((0, _CELL + 1), (canvas.width, _CELL + 1), stroke=palette.line)
    paths: dict[str, list[str]] = defaultdict(list)
    for one in counts:
        if one.month in places:
            y = 2.5 if one.is_done else _CELL + 3.5
            paths[one.tone].append(outline(one.shape, places[one.month], y))
    for tone, drawn in paths.items():
        canvas.put("path", d="".join(drawn), fill=palette.tone(tone))
    now = places.get(today.replace(day=1))
    if now is not None:
        x = now - 2 + _CELL * today.day / 31
        canvas.line((x, 0), (x, canvas.height), stroke=palette.tone("late"), stroke_width=1.5)
    return canvas


def _head(canvas: Canvas, frame: _Frame, top: float) -> None:
    """Write the key, the years and months, and the day that is today."""
    palette, schedule = canvas.palette, frame.schedule
    x = 0.0
    for one in schedule.key:
        colour = palette.tone(one.tone) if one.tone else palette.ink
        canvas.put("path", d=outline(one.shape, x, 4), fill=colour)
        canvas.text(x + FLAG + 4, 12, one.text, font_size=11)
        x += FLAG + 4 + text_width(one.text, 11) + 14
    # A label needs about 24 pixels: thin the months where they are closer.
    every = next((n for n in (1, 2, 3, 6, 12) if frame.month_width * n >= 24), 12)
    for day, x in frame.months.items():
        if (day.month - 1) % every == 0:
            canvas.text(x + 3, top - 8, f"{day.month}", fill=palette.soft, font_size=11)
            if day.month == 1 or day <= schedule.first:
                words = {"fill": palette.soft, "font_size": 11, "font_weight": 600}
                canvas.text(x + 3, top - 30, f"{day.year}", **words)
    if frame.shows(schedule.today):
        words = {"text_anchor": "middle", "fill": palette.tone("late"), "font_size": 11}
        canvas.text(frame.at(schedule.today), top - 26, f"{schedule.today:%m-%d}", **words)


def _grid(canvas: Canvas, frame: _Frame, top: float) -> None:
    """Draw a line where each month begins, a darker one where a year does."""
    palette = canvas.palette
    for is_year, colour in ((False, palette.line), (True, palette.soft)):
        drawn = "".join(
            f"M{x:.1f},{top - 18:g}V{canvas.height - 4:g}"
            for day, x in frame.months.items()
            if (day.month == 1) == is_year
        )
        if drawn:
            canvas.put("path", d=drawn, stroke=colour, stroke_width=1)


def _lane(canvas: Canvas, frame: _Frame, lane: Lane, y: float) -> None:
    palette, middle = canvas.palette, y + height_of(lane) / 2
    edge = 0 if lane.depth == 0 else frame.begin(lane)
    canvas.line((edge, y), (frame.width, y), stroke=palette.line, stroke_width=0.5)
    begin = frame.begin(lane)
    if lane.fold:
        words = f"{'▾' if lane.is_open else '▸'} {lane.name}"
        with canvas.opens(lane.fold, words, beside=False):
            box = {"x": begin - _FOLD, "y": y + 2, "width": _FOLD, "height": height_of(lane) - 4}
            canvas.put("rect", **box, fill="transparent", id=f"row-{lane.key}")
            x = begin - _FOLD + 3
            drawn = "h8l-4,6z" if lane.is_open else "v8l6,-4z"
            up = 3 if lane.is_open else 4
            canvas.put("path", d=f"M{x:.1f},{middle - up:.1f}{drawn}", fill=palette.ours)
    weight = {"font_weight": 600} if lane.is_open and lane.depth == 0 else {}
    size = 12 if lane.depth == 0 else 11
    with canvas.opens(lane.url, lane.name):
        name = shortened(lane.name, frame.left - 10 - begin, size)
        canvas.text(begin, middle + 4, name, font_size=size, **weight)
    for span in lane.spans:
        if span.last >= frame.schedule.first and span.first <= frame.schedule.last:
            _span(canvas, frame, lane, span, middle)
    _counts(canvas, frame, lane, middle)
    for flag in lane.flags:
        if frame.shows(flag.on):
            _flag(canvas, frame, lane, flag, middle)
    if lane.note:
        canvas.text(
            frame.width - frame.after,
            middle + 4,
            shortened(lane.note, frame.after, 11),
            fill=palette.tone(lane.tone) if lane.tone else palette.soft,
            font_size=11,
        )


def _span(canvas: Canvas, frame: _Frame, lane: Lane, span: Span, middle: float) -> None:
    palette, x = canvas.palette, frame.at(span.first)
    high = 8.0 if lane.depth == 0 else 4.0
    wide = max(frame.at(span.last) - x, 1)
    with canvas.opens("", f"{lane.name} {span.name} {span.first} — {span.last}"):
        if span.is_delay:
            look = {"stroke": palette.tone(span.tone), "stroke_width": 1.5}
            place = {"x": x, "y": middle - high / 2, "width": wide, "height": high}
            canvas.put("rect", **place, fill="none", **look, stroke_dasharray="3 2")
        else:
            colour = palette.tone(span.tone) if span.tone else palette.heat[2]
            canvas.bar((x, middle - high / 2, wide, high), colour)


def _flag(canvas: Canvas, frame: _Frame, lane: Lane, flag: Flag, middle: float) -> None:
    """Draw a gate as its first word, the state of a single node as the shape of its light."""
    palette, x = canvas.palette, frame.at(flag.on)
    colour = palette.tone(flag.tone) if flag.tone else palette.ink
    edge = {"stroke": palette.paper, "stroke_width": 3, "paint_order": "stroke"}
    with canvas.opens(flag.url, f"{lane.name} {flag.name} {flag.on}"):
        if lane.depth:
            drawn = outline(flag.shape, x - FLAG / 2, middle - FLAG / 2)
            canvas.put("path", d=drawn, fill=colour, **edge)
        else:
            words = {"text_anchor": "middle", "font_size": 14, "stroke_linejoin": "round"}
            canvas.text(x, middle + 5, flag.shape, fill=colour, **words, **edge)


def _counts(canvas: Canvas, frame: _Frame, lane: Lane, middle: float) -> None:
    """Draw the months' work: one outline for all of a tone, one text for all figures of a row."""
    paths: dict[str, list[str]] = defaultdict(list)
    figures: dict[float, tuple[list[str], list[str]]] = {}
    ends: dict[tuple[date, bool], float] = {}
    for one in lane.counts:
        start = frame.months.get(one.month)
        if start is None:
            continue
        x = ends.get((one.month, one.is_done), start + 2)
        y = middle - 16 if one.is_done else middle + 8
        paths[one.tone].append(outline(one.shape, x, y))
        x += FLAG + 1
        # A single one needs no figure, and none has room where months are narrow.
        if one.count > 1 and x + _DIGIT * len(str(one.count)) <= start + frame.month_width:
            places, digits = figures.setdefault(y + FLAG, ([], []))
            for digit in str(one.count):
                places.append(f"{x:.1f}")
                digits.append(digit)
                x += _DIGIT
        ends[one.month, one.is_done] = x + 1
    for tone, drawn in paths.items():
        canvas.put("path", d="".join(drawn), fill=canvas.palette.tone(tone))
    for y, (places, digits) in figures.items():
        look = {"fill": canvas.palette.ink, "font_size": _SMALL, "aria_hidden": "true"}
        canvas.put("text", x=" ".join(places), y=y, **look).text = "".join(digits)
