"""Charts and the map in a real browser: livelier with scripts, there without, sound on paper."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from tests.browser.conftest import Opens, enter_as, somebody

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def keeper(move_in: Callable[[Zone], None], changde: Zone) -> Person:
    """Live in the demo zone; return somebody of the appraisal office."""
    move_in(changde)
    return somebody("appraisal")


def watched(page: Page) -> list[str]:
    """Note every breach of the content security policy, also of elements added later."""
    breaches: list[str] = []
    page.expose_function("noteBreach", lambda words: breaches.append(words))
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " (e) => noteBreach(`${e.violatedDirective} ${e.blockedURI}`))"
    )
    return breaches


def test_nothing_breaches_the_policy_and_nothing_comes_from_outside(keeper, open_page: Opens):
    page = open_page()
    breaches, outside = watched(page), []
    page.on("request", lambda one: outside.append(one.url))
    enter_as(page, keeper)
    number = reverse("number", args=["projects_started", "2021"])
    for path in (reverse("plan:wall"), number, reverse("projects:schedule"), reverse("wall")):
        page.goto(path)
    page.goto(reverse("projects:map"))
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    expect(page.locator(".map-label")).to_have_count(12)

    assert breaches == []
    here = page.evaluate("location.origin")
    assert not [url for url in outside if not url.startswith((here, "data:", "blob:"))]


def test_a_mark_of_a_live_chart_opens_its_number(keeper, open_page: Opens):
    page = open_page()
    enter_as(page, keeper)
    page.goto(reverse("number", args=["projects_started", "2021"]))
    chart = page.locator("#chart-months")
    expect(chart.locator(".chart-live svg")).to_be_visible()
    expect(chart.locator(".chart-wide")).to_be_hidden()

    march = reverse("number", args=["projects_started", "2021-03"])
    chart.get_by_text("看表格").click()
    chart.locator(f"a[href='{march}']").last.click()

    expect(page.locator("#sheet")).to_contain_text("2021年3月")


def test_a_bullet_opens_its_number_from_the_drawing(keeper, open_page: Opens):
    page = open_page()
    enter_as(page, keeper)
    page.goto(reverse("plan:wall"))

    page.locator(".chart-wide a[aria-label^='新开工项目 已完成数']").click()

    expect(page.locator("#sheet")).to_contain_text("新开工项目")


def test_without_scripts_picture_and_table_are_there(keeper, open_page: Opens):
    page = open_page(java_script_enabled=False)
    enter_as(page, keeper)
    for path, words in (
        (reverse("plan:wall"), "新开工项目"),
        (reverse("projects:schedule"), "开工"),
        (reverse("projects:map"), "演示六号地块"),
    ):
        page.goto(path)
        figure = page.locator("figure.chart").filter(has_text=words).first
        expect(figure.locator(".chart-wide > svg")).to_be_visible()
        figure.get_by_text("看表格").click()
        expect(figure.locator("table")).to_contain_text(words)


def test_on_paper_the_servers_drawing_stands_with_its_patterns(keeper, open_page: Opens):
    page = open_page()
    enter_as(page, keeper)
    page.goto(reverse("projects:map"))
    expect(page.locator(".maplibregl-canvas")).to_be_visible()
    page.emulate_media(media="print")

    expect(page.locator(".chart-wide svg")).to_be_visible()
    expect(page.locator(".map-live")).to_be_hidden()
    assert page.locator(".chart-wide .decal").count() > 0
    shown = "e => getComputedStyle(e).display"
    assert page.locator(".chart-wide .decal").first.evaluate(shown) != "none"


def test_a_picture_is_saved_as_png(keeper, open_page: Opens):
    page = open_page()
    enter_as(page, keeper)
    page.goto(reverse("plan:wall"))

    with page.expect_download() as download:
        page.locator("[data-png]").first.click()

    with open(download.value.path(), "rb") as file:
        assert file.read(8) == b"\x89PNG\r\n\x1a\n"
