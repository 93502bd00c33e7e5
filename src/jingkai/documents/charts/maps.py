"""Maps of areas as drawings: projected flat, shaded by class, hatched on paper."""

from math import cos, radians

from jingkai.documents.charts.canvas import Canvas, Palette, text_width
from jingkai.documents.charts.model import Areas, Chart, with_unit

__all__ = ["classes_of", "draw_areas"]

_DECALS = (0, 3, 4, 1, 5)


def classes_of(areas: Areas) -> list[tuple[float, float]]:
    """Return up to five classes of values as (from, to), each with about as many areas."""
    values = sorted({float(one.mark.value) for one in areas.areas if one.mark.value is not None})
    if not values:
        return []
    count = min(5, len(values))
    edges = [values[round(place * (len(values) - 1) / count)] for place in range(count)]
    edges = sorted(set(edges))
    return [
        (low, edges[place + 1] if place + 1 < len(edges) else values[-1])
        for place, low in enumerate(edges)
    ]


def class_at(classes: list[tuple[float, float]], value: float) -> int:
    """Return the class that a value falls in."""
    return max((place for place, (low, _high) in enumerate(classes) if value >= low), default=0)


def shade_at(place: int, count: int) -> int:
    """Return which of the five shades a class gets: few classes spread over all of them."""
    return 4 if count < 2 else round(place * 4 / (count - 1))


def draw_areas(chart: Chart, areas: Areas, width: float, palette: Palette) -> Canvas:
    """Draw the areas north up, true to shape, with a legend beneath."""
    rings = [one.ring for one in areas.areas] + ([areas.outline] if areas.outline else [])
    xs = [float(x) for ring in rings for x, _y in ring]
    ys = [float(y) for ring in rings for _x, y in ring]
    narrower = cos(radians((min(ys) + max(ys)) / 2))
    wide, high = (max(xs) - min(xs)) * narrower, max(ys) - min(ys)
    pad, legend = 8.0, 52.0
    scale = min((width - 2 * pad) / wide, 460.0 / high)
    canvas = Canvas(chart.id, (width, high * scale + 2 * pad + legend), chart.alt, palette)
    left = (width - wide * scale) / 2

    def at(place: tuple[float, float]) -> tuple[float, float]:
        return (
            left + (place[0] - min(xs)) * narrower * scale,
            pad + (max(ys) - place[1]) * scale,
        )

    def way(ring: tuple) -> str:  # type: ignore[type-arg]
        corners = [at((float(x), float(y))) for x, y in ring[:-1]]
        return "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in corners) + " Z"

    if areas.outline:
        canvas.put(
            "path",
            d=way(areas.outline),
            fill="none",
            stroke=palette.soft,
            stroke_width=1.5,
            stroke_dasharray="8 4",
        )
    classes = classes_of(areas)
    for one in areas.areas:
        own = chart.unit if one.mark.value is not None else ""
        words = f"{one.name} {with_unit(one.mark.printed, own)}"
        with canvas.opens(one.url, words):
            if one.mark.value is None:
                canvas.put("path", d=way(one.ring), fill=palette.paper, stroke=palette.soft)
            else:
                shade = shade_at(class_at(classes, float(one.mark.value)), len(classes))
                canvas.put("path", d=way(one.ring), fill=palette.heat[shade], stroke=palette.paper)
                canvas.hatch("path", _DECALS[shade], d=way(one.ring))
            corners = [at((float(x), float(y))) for x, y in one.ring[:-1]]
            x = sum(corner[0] for corner in corners) / len(corners)
            y = sum(corner[1] for corner in corners) / len(corners)
            room = max(c[0] for c in corners) - min(c[0] for c in corners)
            # A halo keeps the words legible on any shade and on hatched paper.
            look = {
                "text_anchor": "middle",
                "stroke": palette.paper,
                "stroke_width": 3,
                "stroke_linejoin": "round",
                "paint_order": "stroke",
            }
            if text_width(one.name) < room - 4:
                canvas.text(x, y - 3, one.name, **look)
            canvas.text(x, y + 14, one.mark.printed, font_weight=600, **look)
    _legend(canvas, chart, classes)
    return canvas


def _legend(canvas: Canvas, chart: Chart, classes: list[tuple[float, float]]) -> None:
    palette, y = canvas.palette, canvas.height - 14
    canvas.text(0, y - 22, chart.unit, fill=palette.soft)
    x = 0.0
    for place, (low, high) in enumerate(classes):
        shade = shade_at(place, len(classes))
        is_last = place == len(classes) - 1
        words = (
            f"{low:g}" if low == high else f"{low:g}–{high:g}" if is_last else f"{low:g}–<{high:g}"
        )
        canvas.bar((x, y - 10, 18, 12), palette.heat[shade], decal=_DECALS[shade])
        canvas.text(x + 24, y, words)
        x += 40 + text_width(words)
