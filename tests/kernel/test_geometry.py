"""Outlines of land: what cannot be true is refused by name, a shift is only doubted."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from jingkai.kernel.geometry import (
    BadGeometry,
    CrossedRing,
    NotInChina,
    SwappedAxes,
    TooFewPoints,
    UnclosedRing,
    check_ring,
    looks_like_gcj02,
    read_plots,
)
from tests.conftest import DEMO_ZONE, TINY_ZONE, zone_of


def ring(*places: tuple[str, str]) -> tuple[tuple[Decimal, Decimal], ...]:
    return tuple((Decimal(x), Decimal(y)) for x, y in places)


SQUARE = ring(("111", "29"), ("111.1", "29"), ("111.1", "29.1"), ("111", "29.1"), ("111", "29"))


def test_a_square_is_let_through():
    check_ring("甲地块", SQUARE)


def test_an_open_ring_is_refused():
    with pytest.raises(UnclosedRing, match="“甲地块”没有闭合"):
        check_ring("甲地块", SQUARE[:-1])


def test_a_bow_tie_is_refused_and_its_sides_are_named():
    tie = (SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0])

    with pytest.raises(CrossedRing, match="第1边和第3边相交"):
        check_ring("甲地块", tie)


def test_a_ring_that_touches_itself_is_refused():
    middle = (Decimal("111.05"), Decimal("29"))

    with pytest.raises(CrossedRing):
        check_ring("甲", (*SQUARE[:3], middle, SQUARE[3], SQUARE[0]))


def test_latitude_first_is_refused_with_the_remedy():
    with pytest.raises(SwappedAxes, match="对调两列"):
        check_ring("甲", tuple((y, x) for x, y in SQUARE))


@pytest.mark.parametrize(
    "place", [("451234", "3212345"), ("0", "0"), ("136.1", "29"), ("111", "54.1")]
)
def test_what_lies_outside_the_country_is_refused(place: tuple[str, str]):
    with pytest.raises(NotInChina):
        check_ring("甲", (*ring(place), *SQUARE))


@pytest.mark.parametrize("place", [("73", "29"), ("111", "3"), ("136", "54")])
def test_the_edge_of_the_country_is_inside(place: tuple[str, str]):
    with pytest.raises(UnclosedRing):
        check_ring("甲", (*ring(place), *SQUARE))


def test_two_corners_are_no_area():
    with pytest.raises(TooFewPoints):
        check_ring("甲", (SQUARE[0], SQUARE[1], SQUARE[0]))


# A place at 111.75 E 28.95 N is moved about 0.0055° east and 0.0033° south by GCJ-02.
OUTLINE = ring(
    ("111.74", "28.94"),
    ("111.76", "28.94"),
    ("111.76", "28.96"),
    ("111.74", "28.96"),
    ("111.74", "28.94"),
)
INSIDE = ring(
    ("111.752", "28.941"), ("111.759", "28.941"), ("111.759", "28.945"), ("111.752", "28.941")
)


def moved(places, east: str, north: str):
    return tuple((x + Decimal(east), y + Decimal(north)) for x, y in places)


def test_a_plot_inside_its_outline_raises_no_doubt():
    assert not looks_like_gcj02(INSIDE, OUTLINE)


def test_a_plot_that_fits_once_the_shift_is_taken_off_is_doubted():
    assert looks_like_gcj02(moved(INSIDE, "0.0055", "-0.0033"), OUTLINE)


def test_a_plot_that_lies_elsewhere_is_not_blamed_on_the_shift():
    assert not looks_like_gcj02(moved(INSIDE, "0.2", "0"), OUTLINE)
    assert not looks_like_gcj02(moved(INSIDE, "-0.0155", "0"), OUTLINE)


@pytest.mark.parametrize("package", [DEMO_ZONE, TINY_ZONE])
def test_the_plots_of_our_zones_are_sound_and_said_to_be_invented(package: str):
    plots = read_plots(zone_of(package))

    assert plots.plots
    assert plots.is_invented
    assert not plots.doubts
    codes = [code for plot in plots.plots for code in plot.projects]
    assert len(codes) == len(set(codes)), "a project stands on one plot"


def test_a_zone_without_plots_has_none(tmp_path: Path):
    assert read_plots(replace(zone_of(TINY_ZONE), folder=tmp_path)).plots == ()


def planted(folder: Path, geometry: dict, **known) -> None:
    feature = {"type": "Feature", "properties": {"name": "甲地块"} | known, "geometry": geometry}
    (folder / "plots.geojson").write_text(json.dumps({"features": [feature]}), "utf-8")


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        ({"type": "Point", "coordinates": [111, 29]}, "不是多边形"),
        ({"type": "Polygon", "coordinates": [[], []]}, "空洞"),
        ({"type": "Polygon", "coordinates": [[[29, 111]]]}, "对调两列"),
    ],
)
def test_a_file_names_the_plot_it_cannot_read(tmp_path: Path, geometry: dict, words: str):
    planted(tmp_path, geometry)

    with pytest.raises(BadGeometry, match=f"甲地块.*{words}"):
        read_plots(replace(zone_of(TINY_ZONE), folder=tmp_path))
