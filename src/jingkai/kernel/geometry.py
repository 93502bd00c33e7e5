"""Plots of land as polygons: CGCS2000 longitude and latitude, refused where they cannot be true."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import cos, pi, sin, sqrt
from pathlib import Path
from typing import Any, TypeAlias

from jingkai.kernel.zone import Zone

__all__ = [
    "BadGeometry",
    "CrossedRing",
    "NotInChina",
    "Plot",
    "Plots",
    "SwappedAxes",
    "TooFewPoints",
    "UnclosedRing",
    "check_ring",
    "looks_like_gcj02",
    "read_plots",
]

Place: TypeAlias = tuple[Decimal, Decimal]
Ring: TypeAlias = tuple[Place, ...]
FILE = "plots.geojson"


class BadGeometry(ValueError):
    """A polygon that cannot be drawn; the message says which one and what to do."""


class TooFewPoints(BadGeometry):
    """A ring with fewer than three corners."""


class UnclosedRing(BadGeometry):
    """A ring whose last point is not its first."""


class CrossedRing(BadGeometry):
    """A ring that crosses itself."""


class SwappedAxes(BadGeometry):
    """Latitude where longitude should stand."""


class NotInChina(BadGeometry):
    """Coordinates that lie outside the country, often metres instead of degrees."""


@dataclass(frozen=True)
class Plot:
    """地块: a piece of land, its park, its outline, and the codes of the projects on it."""

    id: str
    name: str
    park: str
    ring: Ring
    projects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plots:
    """The plots of a zone, its outline, and doubts about the coordinates."""

    plots: tuple[Plot, ...] = ()
    outline: Ring = ()
    source: str = ""
    is_invented: bool = False
    doubts: tuple[str, ...] = ()


def check_ring(name: str, ring: Sequence[Place]) -> None:
    """Refuse a ring that is open, crossed, turned round in its axes or out of the country."""
    for place, (x, y) in enumerate(ring, start=1):
        if _within(x, y):
            continue
        if _within(y, x):
            raise SwappedAxes(
                f"“{name}”第{place}点写成了（{x}，{y}）：经度在前、纬度在后，请对调两列。"
            )
        raise NotInChina(
            f"“{name}”第{place}点（{x}，{y}）不在国境内；请用经纬度（度），不是米制坐标。"
        )
    if len(set(ring)) < 3:
        raise TooFewPoints(f"“{name}”只有{len(set(ring))}个不同的界址点，至少要3个。")
    if ring[0] != ring[-1]:
        raise UnclosedRing(f"“{name}”没有闭合：末点要和首点（{ring[0][0]}，{ring[0][1]}）相同。")
    sides = list(pairwise(ring))
    for first, (a, b) in enumerate(sides):
        for second in range(first + 2, len(sides)):
            if first == 0 and second == len(sides) - 1:
                continue
            if _cross(a, b, *sides[second]):
                raise CrossedRing(
                    f"“{name}”的第{first + 1}边和第{second + 1}边相交，请检查界址点的顺序。"
                )


def _within(longitude: Decimal, latitude: Decimal) -> bool:
    return 73 <= longitude <= 136 and 3 <= latitude <= 54


def _side(a: Place, b: Place, c: Place) -> int:
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 0) - (turn < 0)


def _cross(a: Place, b: Place, c: Place, d: Place) -> bool:
    """Tell whether two sides share a point; touching counts."""
    turns = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    on = ((turns[0], a, b, c), (turns[1], a, b, d), (turns[2], c, d, a), (turns[3], c, d, b))
    return any(
        turn == 0
        and min(p[0], q[0]) <= r[0] <= max(p[0], q[0])
        and min(p[1], q[1]) <= r[1] <= max(p[1], q[1])
        for turn, p, q, r in on
    )


def looks_like_gcj02(ring: Sequence[Place], outline: Sequence[Place]) -> bool:
    """Tell whether a ring fits the outline better once the shift of GCJ-02 is taken off.

    Maps of the internet are shifted by some hundred metres. That cannot be proved from the
    coordinates alone, so it is a doubt to be looked into and never a refusal.
    """
    if not outline or not ring:
        return False
    as_given = sum(_inside(place, outline) for place in ring)
    shifted_back = sum(_inside(_unshifted(place), outline) for place in ring)
    return as_given < len(ring) and shifted_back > as_given


def _inside(place: Place, ring: Sequence[Place]) -> bool:
    x, y = place
    is_in = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            is_in = not is_in
    return is_in


def _unshifted(place: Place) -> Place:
    """Take the shift of GCJ-02 off, to some metres."""
    east, north = _shift(float(place[0]), float(place[1]))
    return place[0] - Decimal(repr(east)), place[1] - Decimal(repr(north))


def _shift(longitude: float, latitude: float) -> tuple[float, float]:
    """Return by how much GCJ-02 moves a place, in degrees: the published approximation."""
    x, y = longitude - 105, latitude - 35
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    radius, flat = 6378245.0, 0.00669342162296594323
    radians = latitude / 180 * pi
    magic = 1 - flat * sin(radians) ** 2
    north = north * 180 / (radius * (1 - flat) / (magic * sqrt(magic)) * pi)
    east = east * 180 / (radius / sqrt(magic) * cos(radians) * pi)
    return east, north


def read_plots(zone: Zone) -> Plots:
    """Read the zone's plots.geojson; a zone without one has no plots."""
    path = Path(zone.folder) / FILE
    if not path.exists():
        return Plots()
    told = json.loads(path.read_text("utf-8"), parse_float=Decimal, parse_int=Decimal)
    outline: Ring = ()
    plots: list[Plot] = []
    for number, feature in enumerate(told.get("features", []), start=1):
        known = feature.get("properties") or {}
        name = str(known.get("name") or f"第{number}个图形")
        ring = _ring(name, feature.get("geometry") or {})
        if known.get("role") == "outline":
            outline = ring
            continue
        codes = tuple(str(code) for code in known.get("projects", []))
        plots.append(
            Plot(str(known.get("id", number)), name, str(known.get("park", "")), ring, codes)
        )
    doubts = tuple(
        f"“{plot.name}”有界址点在区界之外，像是加了偏移的坐标（GCJ-02），请核对来源。"
        for plot in plots
        if looks_like_gcj02(plot.ring, outline)
    )
    return Plots(
        tuple(plots), outline, str(told.get("source", "")), bool(told.get("invented")), doubts
    )


def _ring(name: str, geometry: dict[str, Any]) -> Ring:
    if geometry.get("type") != "Polygon":
        raise BadGeometry(f"“{name}”不是多边形（Polygon），地块请给出面。")
    if len(geometry["coordinates"]) != 1:
        raise BadGeometry(f"“{name}”带有空洞，请拆成没有空洞的面。")
    ring: Ring = tuple((place[0], place[1]) for place in geometry["coordinates"][0])
    check_ring(name, ring)
    return ring
