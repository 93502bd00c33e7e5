"""The tour stops at every page of the product, so that none is left unlooked at."""

import pytest
from django.http import HttpResponse
from django.urls import path

from tools import stops
from tools.stops import EXAMPLES, PARAMETERS, list_routes


def test_every_page_has_a_place_in_the_tour():
    unknown = [
        f"{route.name}: {parameter}"
        for route in list_routes()
        for parameter in route.parameters
        if route.name not in EXAMPLES and parameter not in PARAMETERS
    ]

    assert not unknown, f"tools/stops.py has no example of {unknown}"


def test_every_example_is_of_a_page():
    names = {route.name for route in list_routes()}
    parameters = {parameter for route in list_routes() for parameter in route.parameters}

    assert EXAMPLES.keys() <= names
    assert PARAMETERS.keys() <= parameters


def test_a_page_without_an_example_stops_the_tour(monkeypatch):
    stray = path("stray/<int:stray_id>/", lambda request: HttpResponse(), name="stray")
    monkeypatch.setattr(stops, "get_resolver", lambda: type("R", (), {"url_patterns": [stray]}))

    with pytest.raises(LookupError, match="stray_id"):
        stops.list_stops()


def test_the_tour_begins_where_everybody_begins(db, zone):
    found = {stop.name: stop for stop in stops.list_stops()}

    assert found["login"].role == ""
    assert found["audit"] == stops.Stop("audit", "/audit/", "audit_admin")
