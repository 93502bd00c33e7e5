"""A small SVG writer: shapes as elements, so that what is written is always well formed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil, floor, log10
from xml.etree.ElementTree import Element, SubElement, tostring

from jingkai.documents.text import clean, width

__all__ = ["DARK", "LIGHT", "Canvas", "Palette", "Scale", "shortened", "text_width"]

FONTS = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Noto Sans SC, sans-serif"
SIZE = 12


@dataclass(frozen=True)
class Palette:
    """The colours of a ground: on paper and screens, or on a dark wall."""

    ink: str
    soft: str
    line: str
    track: str
    paper: str
    ours: str
    others: tuple[str, ...]
    heat: tuple[str, ...]
    tones: dict[str, str] = field(default_factory=dict)

    def series(self, place: int, is_ours: bool) -> str:
        """Return the colour of a series: the accent for us, then greys and blues."""
        return self.ours if is_ours and place == 0 else self.others[place % len(self.others)]

    def tone(self, name: str) -> str:
        """Return the colour of a light; the accent where there is none."""
        return self.tones.get(name, self.ours)


LIGHT = Palette(
    ink="#1c2530",
    soft="#55606e",
    line="#d5dae1",
    track="#e3e8ef",
    paper="#ffffff",
    ours="#173f77",
    others=("#5f6b7a", "#6b7684", "#3f6fa8", "#80693a", "#33475b"),
    heat=("#eef3fa", "#cddcee", "#9dbbdd", "#5f8cc0", "#1f4f8f"),
    tones={
        "good": "#1d6b45",
        "near": "#8a5a00",
        "behind": "#a3420e",
        "late": "#a11b1b",
        "done": "#33475b",
        "caught": "#5b4a8a",
        "neutral": "#55606e",
        "redflag": "#a11b1b",
        "blackflag": "#1c2530",
    },
)
DARK = Palette(
    ink="#f2f4f7",
    soft="#b9c1cb",
    line="#3d4752",
    track="#2b343e",
    paper="#151a20",
    ours="#8ab4f0",
    others=("#a7b1bd", "#7d8896", "#c9d6e8", "#d0bd8c", "#94a7ba"),
    heat=("#1d2732", "#2b4260", "#3c6291", "#5f8cc0", "#a9c8ee"),
    tones={
        "good": "#6fce9e",
        "near": "#e2b04c",
        "behind": "#f0905a",
        "late": "#ff8a80",
        "done": "#a8bdd2",
        "caught": "#b9a8ec",
        "neutral": "#b9c1cb",
        "redflag": "#ff8a80",
        "blackflag": "#f2f4f7",
    },
)


class Canvas:
    """A drawing of a given size; `label` is what a screen reader says of it."""

    def __init__(self, name: str, size: tuple[float, float], label: str, palette: Palette) -> None:
        self.palette = palette
        self.name = name
        self.width, self.height = size
        self.root = Element("svg")
        self._here = self.root
        self._label = label
        self._links = 0
        self._decals: set[int] = set()

    def write(self) -> str:
        """Return the drawing as SVG text, for a page or as a file of its own."""
        # An image's children are not reachable; with links inside it is a group.
        attributes = {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "picture",
            "viewBox": f"0 0 {self.width:g} {self.height:g}",
            "width": f"{self.width:g}",
            "height": f"{self.height:g}",
            "role": "group" if self._links else "img",
            "aria-label": clean(self._label),
            "font-family": FONTS,
            "font-size": str(SIZE),
        }
        for key, value in attributes.items():
            self.root.set(key, value)
        if self._decals:
            definitions = Element("defs")
            for number in sorted(self._decals):
                definitions.append(_decal(f"{self.name}-d{number}", number, self.palette.paper))
            self.root.insert(0, definitions)
        return tostring(self.root, encoding="unicode")

    def put(self, tag: str, **attributes: object) -> Element:
        """Add an element; numbers are written short, `_` in names stands for `-`."""
        written = {
            key.rstrip("_").replace("_", "-"): f"{value:.1f}".removesuffix(".0")
            if isinstance(value, float)
            else str(value)
            for key, value in attributes.items()
            if value is not None
        }
        return SubElement(self._here, tag, written)

    @contextmanager
    def inside(self, tag: str, **attributes: object) -> Iterator[None]:
        """Add what follows inside an element."""
        before, self._here = self._here, self.put(tag, **attributes)
        yield
        self._here = before

    @contextmanager
    def opens(self, url: str, words: str, *, beside: bool = True) -> Iterator[None]:
        """Let what follows open an address, with words as its name; without one, only say them.

        With scripts it opens beside the page, unless it is the page itself in another state.
        """
        if url:
            self._links += 1
            sheet = "" if beside else None
            with self.inside("a", href=url, data_sheet=sheet, aria_label=clean(words)):
                self._say(words)
                yield
        else:
            with self.inside("g"):
                self._say(words)
                yield

    def _say(self, words: str) -> None:
        if words:
            self.put("title").text = clean(words)

    def text(self, x: float, y: float, words: str, **attributes: object) -> None:
        """Write words with their baseline at y."""
        look = {"fill": self.palette.ink} | attributes
        self.put("text", x=float(x), y=float(y), **look).text = clean(words)

    def bar(self, box: tuple[float, float, float, float], colour: str, *, decal: int = 0) -> None:
        """Draw a filled box (x, y, width, height); `decal` is its pattern on paper."""
        x, y, wide, high = (float(value) for value in box)
        place = {"x": x, "y": y, "width": max(wide, 0.0), "height": max(high, 0.0)}
        self.put("rect", **place, fill=colour)
        self.hatch("rect", decal, **place)

    def hatch(self, tag: str, decal: int, **place: object) -> None:
        """Lay a pattern over a shape: on grey paper it tells what colour told."""
        if decal:
            self._decals.add(decal)
            self.put(tag, **place, class_="decal", fill=f"url(#{self.name}-d{decal})")

    def line(self, start: tuple[float, float], end: tuple[float, float], **look: object) -> None:
        """Draw a straight line."""
        self.put(
            "line",
            x1=float(start[0]),
            y1=float(start[1]),
            x2=float(end[0]),
            y2=float(end[1]),
            **({"stroke": self.palette.line} | look),
        )


def _decal(name: str, number: int, ink: str) -> Element:
    """Return a hatching: on grey paper series differ by pattern, not by colour."""
    ways = {
        1: "M0,6 L6,0",
        2: "M0,0 L6,6",
        3: "M0,3 H6",
        4: "M3,0 V6",
        5: "M0,6 L6,0 M0,0 L6,6",
    }
    pattern = Element(
        "pattern", {"id": name, "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
    )
    SubElement(
        pattern, "path", {"d": ways[(number - 1) % 5 + 1], "stroke": ink, "stroke-width": "1.6"}
    )
    return pattern


class Scale:
    """A value axis: from `low` to `high` in round steps, onto pixels."""

    def __init__(
        self,
        values: list[float],
        pixels: tuple[float, float],
        *,
        start: float | None = 0.0,
        steps: int = 4,
    ) -> None:
        low, high = min(values, default=0.0), max(values, default=1.0)
        if start is not None:
            low, high = min(low, start), max(high, start)
        if high == low:
            high = low + 1
        step = _round_step((high - low) / steps)
        self.low, self.high = floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step
        self.ticks = [self.low + step * n for n in range(round((self.high - self.low) / step) + 1)]
        self._from, self._to = pixels

    def at(self, value: float) -> float:
        """Return where a value stands."""
        share = (value - self.low) / (self.high - self.low)
        return self._from + share * (self._to - self._from)


def _round_step(rough: float) -> float:
    power: float = 10.0 ** floor(log10(rough))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= rough * 0.999)


def text_width(words: str, size: float = SIZE) -> float:
    """Return how many pixels the words take, about."""
    return width(words) * size * 1.06


def shortened(words: str, room: float, size: float = SIZE) -> str:
    """Return the words, cut with … where they do not fit the room."""
    if text_width(words, size) <= room:
        return words
    kept = ""
    for character in words:
        if text_width(kept + character + "…", size) > room:
            break
        kept += character
    return kept.rstrip() + "…"
