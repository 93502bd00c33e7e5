"""The schedule on paper: every project on one A0, pages on A3, nothing too small to read."""

from collections.abc import Iterator
from ctypes import byref
from datetime import date
from decimal import Decimal
from math import hypot

import pypdfium2.raw as pdfium
import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pypdfium2 import PdfDocument, PdfPage

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.projects.models import Project
from tests.browser.conftest import Opens, enter_as, somebody
from tests.projects.test_node_work import make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PROJECTS = 200
LONGEST = "试验零号有一个很长的名称而且比别的项目都要长得多的项目"


@pytest.fixture
def many(transactional_db, zone: Zone) -> str:
    """Have 200 projects, the first with nodes; return its name."""
    lead = Department.objects.first()
    first = make("T-0", lead.pk)
    Project.objects.filter(pk=first.pk).update(name=LONGEST)
    first.refresh_from_db()
    Project.objects.bulk_create(
        Project(
            code=f"T-{number}",
            name=f"试验项目{number:03}号",
            kind="产业",
            investment=Decimal(10**8),
            lead=lead,
            sign_on=date(2020, 1 + number % 12, 1),
        )
        for number in range(1, PROJECTS)
    )
    return first.name


def sizes(page: PdfPage) -> Iterator[float]:
    """Return how many points each printed character is high."""
    text = page.get_textpage()
    for place in range(text.count_chars()):
        if not text.get_text_range(place, 1).strip():
            continue
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text, place, byref(matrix))
        yield pdfium.FPDFText_GetFontSize(text, place) * hypot(matrix.b, matrix.d)


@pytest.mark.parametrize(("paper", "wide", "high"), [("a0", 1189, 841), ("a3", 420, 297)])
def test_every_project_is_printed_and_large_enough(
    many: str, open_page: Opens, paper: str, wide: int, high: int
):
    page = open_page()
    enter_as(page, somebody("leader"))
    page.goto(f"{reverse('projects:schedule')}?show=all&print={paper}")
    document = PdfDocument(page.pdf(prefer_css_page_size=True))

    millimetres = {tuple(round(side / 72 * 25.4) for side in one.get_size()) for one in document}
    assert millimetres == {(wide, high)}
    told = [one.get_textpage().get_text_range() for one in document]
    assert len(document) == 1 if paper == "a0" else len(document) > 4
    words = "\n".join(told)
    assert all(f"试验项目{number:03}号" in words for number in range(1, PROJECTS))
    assert many in words
    missing = [one[:200] for one in told if "2020" not in one or "06-30" not in one]
    assert not missing, "each sheet has months and today"
    assert min(size for one in document for size in sizes(one)) >= 7


def test_the_columns_of_a_sheet_have_one_scale_of_months(many: str, open_page: Opens):
    page = open_page()
    enter_as(page, somebody("leader"))
    page.goto(f"{reverse('projects:schedule')}?show=all&print=a0")

    columns = page.locator("svg.picture").evaluate_all(
        """all => all.map(one => [...one.querySelectorAll("text")]
            .filter(text => /^(1?[0-9]|20[0-9]{2})$/.test(text.textContent))
            .slice(0, 26).map(text => text.getAttribute("x")).join())"""
    )

    assert len(columns) > 1
    assert columns[0]
    assert len(set(columns)) == 1


def test_a_phone_shows_the_list_and_a_screen_the_picture(many: str, open_page: Opens):
    for width, is_phone in ((390, True), (1366, False)):
        page = open_page(width, 844, java_script_enabled=False)
        enter_as(page, somebody("leader"))
        page.goto(f"{reverse('projects:schedule')}?show=all")
        lines, picture = page.locator(".schedule-lines"), page.locator(".chart-wide")
        expect(lines).to_be_visible(visible=is_phone)
        expect(picture).to_be_visible(visible=not is_phone)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_row_unfolds_without_scripts(many: str, open_page: Opens):
    page = open_page(java_script_enabled=False)
    enter_as(page, somebody("leader"))
    page.goto(f"{reverse('projects:schedule')}?show=all&rows=all")
    project = Project.objects.get(name=many)
    step = page.locator(f".chart-wide a[href*='{project.pk}/nodes/#step-']")
    expect(step).to_have_count(0)

    page.locator(f".chart-wide a[aria-label='▸ {many}']").click()
    expect(step.first).to_be_visible()
    page.locator(".chart-wide a[aria-label^='▸ ']").first.click()

    expect(page.locator(".chart-wide a[href*='#node-']").first).to_be_visible()
