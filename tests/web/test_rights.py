"""Who may open what: a hand-written table, and no route outside it."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jingkai.kernel.zone import Zone
from jingkai.org.rules import ROLES
from jingkai.web.access import policy_of
from tests.conftest import sign_in

EVERYONE = {"leader", "appraisal", "project_officer", "officer", "statistician", "admin"}
BUSINESS = EVERYONE - {"admin"}
KEEPER = {"appraisal"}
SITE = {"project_officer"}
STATISTICS = {"statistician"}
A_FIRM = "91430799MA4L000018"

# Written by hand from the trade, not from the code: who may open each page.
MAY_OPEN = {
    "home": EVERYONE,
    "find": EVERYONE,
    "read_notices": EVERYONE,
    "logout": EVERYONE,
    "wall": BUSINESS,
    "dictionary": BUSINESS,
    "number": BUSINESS,
    "entries": BUSINESS,
    "entry": BUSINESS,
    "evidence": BUSINESS,
    "own_password": EVERYONE,
    "people": {"admin"},
    "person": {"admin"},
    "person_reset": {"admin"},
    "person_active": {"admin"},
    "roster": {"admin"},
    "roster_import": {"admin"},
    "roster_changes": {"admin"},
    "roster_undo": {"admin"},
    "enterprises:list": BUSINESS,
    "enterprises:detail": BUSINESS,
    "enterprises:add": STATISTICS,
    "enterprises:rename": STATISTICS,
    "enterprises:duplicates": STATISTICS,
    "projects:list": BUSINESS,
    "projects:detail": BUSINESS,
    "projects:schedule": BUSINESS,
    "projects:map": BUSINESS,
    "projects:add": SITE,
    "projects:gate": SITE,
    "projects:withdraw": SITE,
    "plan:home": BUSINESS,
    "plan:wall": BUSINESS,
    "plan:item": BUSINESS,
    "plan:close": KEEPER,
    "plan:reopen": KEEPER,
    "reports:draft": BUSINESS,
    "reports:intakes": KEEPER,
    "reports:new": KEEPER,
    "reports:review": KEEPER,
    "reports:accept": KEEPER,
    "reports:plan": KEEPER,
    "reports:decide": KEEPER,
    "reports:edit": KEEPER,
    "reports:split": KEEPER,
    "reports:progress": KEEPER,
    "reports:progress_docx": KEEPER,
}
OPEN_TO_ALL = {"login", "language", "enter_demo"}
ARGUMENTS = {
    "number": ["projects_started", "2021"],
    "entry": [1],
    "evidence": [1],
    "person": [1],
    "person_reset": [1],
    "person_active": [1],
    "roster_changes": [1],
    "roster_undo": [1],
    "enterprises:detail": [A_FIRM],
    "enterprises:rename": [A_FIRM],
    "projects:detail": [1],
    "projects:gate": [1, "start"],
    "projects:withdraw": [1, "start"],
    "plan:item": [1],
    "plan:close": [1],
    "plan:reopen": [1],
    "reports:review": [1],
    "reports:accept": [1],
    "reports:plan": [1],
    "reports:decide": [1],
    "reports:edit": [1],
    "reports:split": [1],
    "reports:progress": [2021],
    "reports:progress_docx": [2021],
}


def every_route(resolver: URLResolver, prefix: str = "") -> dict[str, object]:
    """Return every named route with its view."""
    found = {}
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            space = f"{part.namespace or part.app_name}:" if part.app_name else ""
            found |= every_route(part, f"{prefix}{space}")
        elif isinstance(part, URLPattern):
            found[f"{prefix}{part.name}"] = part.callback
    return found


ROUTES = every_route(get_resolver())


def test_every_route_is_in_the_table():
    assert set(ROUTES) == set(MAY_OPEN) | OPEN_TO_ALL


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_every_route_declares_a_policy(route: str):
    assert policy_of(ROUTES[route]) is not None


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("route", sorted(MAY_OPEN))
def test_only_the_roles_of_the_table_pass(zone: Zone, route: str, method: str):
    url = reverse(route, args=ARGUMENTS.get(route))
    for role in ROLES:
        answer = getattr(sign_in(role), method)(url)
        if role in MAY_OPEN[route]:
            assert answer.status_code != 403, (role, url)
        else:
            assert answer.status_code == 403, (role, url)


@pytest.mark.parametrize("route", sorted(MAY_OPEN))
def test_a_stranger_is_sent_to_the_login(zone: Zone, route: str):
    url = reverse(route, args=ARGUMENTS.get(route))

    answer = Client().get(url)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/?next=")


def test_a_right_taken_away_is_gone_at_the_next_request(zone: Zone):
    client = sign_in("appraisal")
    assert client.get(reverse("reports:new")).status_code == 200
    from jingkai.org.models import Person

    Person.objects.filter(role="appraisal").update(role="officer")

    assert client.get(reverse("reports:new")).status_code == 403


def test_the_role_switch_exists_only_in_the_demo(zone: Zone, settings):
    sign_in("officer")
    settings.IS_DEMO = False
    assert Client().post("/demo/enter/", {"account": "test-officer"}).status_code == 404

    settings.IS_DEMO = True
    assert Client().post("/demo/enter/", {"account": "test-officer"}).status_code == 302
