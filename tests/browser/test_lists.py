"""Lists that are cards on a phone."""

import pytest

from tests.browser.conftest import Opens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLE = '<table class="data cards"><thead><tr><th>甲</th></tr></thead><tr><td>乙</td></tr></table>'


@pytest.mark.parametrize(("width", "row"), [(1366, "table-row"), (390, "block")])
def test_a_list_is_a_table_on_a_screen_and_its_rows_are_cards_on_a_phone(
    changde, open_page: Opens, width: int, row: str
):
    page = open_page(width, 844)
    page.goto("/login/")
    page.evaluate("html => document.querySelector('main').innerHTML = html", TABLE)
    table, last = page.locator("table.cards"), page.locator("table.cards tbody tr")

    def drawn(one) -> str:
        return one.evaluate("one => getComputedStyle(one).display")

    assert (drawn(table), drawn(last)) == ("table", row)
