"""Pages that a person can read: no serious accessibility finding, nothing wider than the screen."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page

from jingkai.kernel.zone import Zone
from jingkai.org.rules import ROLES
from tests.browser.conftest import Opens, enter_as, settle, somebody
from tests.browser.walk import parts_of, roles_that_see_most, the_fewest_that_draw_all
from tools.stops import Stop, list_stops, list_visits, prepare

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = ((1366, 768), (390, 844))
SERIOUS = ("serious", "critical")
# What hears of a new size has drawn itself anew two frames later.
DRAWN = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.fixture
def alive(move_in: Callable[[Zone], None], zone: Zone) -> Zone:
    """Live in a zone with everything its package brings, and with somebody of every role."""
    move_in(zone)
    for role in ROLES:
        somebody(role)
    settle()
    prepare()
    return zone


def test_a_walk_leaves_out_what_draws_nothing_new():
    pages = {
        "/a/": '<main><p class="aside">一</p></main>',
        "/b/": '<main><p class="aside">二</p></main>',
        "/c/": '<main><p class="aside">三</p><form><button disabled>四</button></form></main>',
        "/d/": "<main><form><button disabled>五</button></form></main>",
    }
    visits = [Stop(path, path, "") for path in pages]
    found = the_fewest_that_draw_all(visits, lambda visit: HttpResponse(pages[visit.path]))
    assert [visit.path for visit, _status in found] == ["/c/"]
    assert parts_of("<ul><li>一<li>二</ul><br><p>") == {"ul", "ul > li", "ul > li > li", "br", "p"}


def test_every_page_of_every_role_is_readable_wide_and_narrow(alive, open_page: Opens):
    """Look at each page that draws something no page before it did, as the roles that see most."""
    clients = {"": Client()}
    for role in ROLES:
        clients[role] = Client()
        clients[role].force_login(somebody(role))
    seers, own = {"", *roles_that_see_most()}, set(list_stops())
    visits = [visit for visit in list_visits() if visit.role in seers or visit in own]
    chosen = the_fewest_that_draw_all(visits, lambda one: clients[one.role].get(one.path))
    assert {visit.role for visit, _status in chosen} > {"", "leader", "admin", "firm"}
    findings = [(visit, status) for visit, status in chosen if status not in (200, 403, 404)]
    for role in dict.fromkeys(visit.role for visit, _status in chosen):
        # What fades in has no contrast yet: the wall changes its screens so.
        page = open_page(*SIZES[0], reduced_motion="reduce")
        if role:
            enter_as(page, somebody(role))
        for visit, status in chosen:
            if visit.role == role and status == 200:
                findings += look_at(page, visit)
        page.context.close()
    assert not findings


def look_at(page: Page, visit: Stop) -> list[tuple]:
    """Return what is wrong with a page: what axe finds serious, and what is too wide."""
    found: list[tuple] = []
    page.goto(visit.path)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(DRAWN)
        for one in Axe().run(page).response["violations"]:
            if one["impact"] in SERIOUS:
                nodes = [node["html"][:120] for node in one["nodes"][:3]]
                found.append((visit.path, visit.role, width, one["id"], nodes))
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((visit.path, visit.role, width, "wider than the screen", []))
    return found
