"""A number of the dictionary goes into a passage where the cursor stands."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.reports.models import Passage
from jingkai.reports.tokens import write_token
from jingkai.reports.workshop import NewSection, open_draft
from tests.browser.conftest import Opens, enter_as, somebody
from tests.conftest import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = "全区新开工，比去年多。"


@pytest.fixture
def started(transactional_db, zone: Zone) -> Indicator:
    """A draft with one passage; the number that is looked for in it."""
    open_draft(
        title="2021年报告",
        kind="annual",
        year=2021,
        period=Period.year(2021),
        sections=[NewSection("回顾", (WORDS,))],
        by="甲",
        on=date(2021, 6, 30),
    )
    return next(one for one in zone.indicators.values() if "start" in one.id)


def open_passage(page: Page) -> None:
    enter_as(page, somebody("appraisal"))
    page.goto(f"/reports/passages/{Passage.objects.get().pk}/")


def find(page: Page, indicator: Indicator) -> None:
    page.locator("#search").fill(indicator.name)
    page.locator("button[name=find]").click()
    expect(page.locator(".numbers-found")).to_contain_text(indicator.name)


def insert(page: Page, token: str) -> None:
    page.locator(f'button[name=insert][value="{token}"]').click()


def save(page: Page) -> str:
    page.locator("button[name=save]").click()
    page.wait_for_url("**/reports/workshop/**")
    return Passage.objects.get().text


def test_a_number_goes_in_where_the_cursor_stood_before_the_search(
    started: Indicator, open_page: Opens
):
    page, token = open_page(), write_token(started.id, "值", Period.year(TODAY.year))
    open_passage(page)
    text = page.locator("textarea[name=text]")
    text.focus()
    text.press("Home")
    for _ in "全区新开工":
        text.press("ArrowRight")

    find(page, started)
    insert(page, token)
    expect(text).to_have_value(WORDS.replace("，", f"{token}，", 1))
    # What is inserted next stands behind what was inserted.
    insert(page, token)
    expect(text).to_have_value(WORDS.replace("，", f"{token}{token}，", 1))

    assert save(page) == WORDS.replace("，", f"{token}{token}，", 1)


def test_a_number_takes_the_place_of_the_words_that_are_marked(
    started: Indicator, open_page: Opens
):
    page, token = open_page(), write_token(started.id, "值", Period.year(TODAY.year))
    open_passage(page)
    text = page.locator("textarea[name=text]")
    text.focus()
    text.press("Home")
    for _ in "全区":
        text.press("Shift+ArrowRight")

    find(page, started)
    insert(page, token)

    assert save(page) == token + WORDS.removeprefix("全区")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_without_a_cursor_or_without_scripts_it_goes_to_the_end(
    started: Indicator, open_page: Opens, has_scripts: bool
):
    page, token = (
        open_page(java_script_enabled=has_scripts),
        write_token(started.id, "值", Period.year(TODAY.year)),
    )
    open_passage(page)

    find(page, started)
    insert(page, token)
    expect(page.locator("textarea[name=text]")).to_have_value(WORDS + token)

    assert save(page) == WORDS + token
