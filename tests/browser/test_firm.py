"""A firm's way on a phone without JavaScript: guide, application, number, progress, rating."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from jingkai.approvals.models import Application, Rating
from jingkai.approvals.services import invite_firm
from jingkai.kernel.zone import Zone
from tests.approvals.counter import (
    ANSWERS,
    TODAY,
    Counter,
    accept,
    all_received,
    decide,
    open_counter,
    send,
)
from tests.browser.conftest import Opens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def counter(transactional_db, zone: Zone) -> Counter:
    """Return an open counter."""
    return open_counter()


def test_a_firm_applies_and_rates_on_a_phone_without_scripts(counter: Counter, open_page: Opens):
    page = open_page(390, 844, java_script_enabled=False)
    page.goto(reverse("approvals:guides"))
    page.locator(f"a.button[href='{reverse('approvals:guide', args=['open_enterprise'])}']").click()
    page.get_by_role("link", name="开始申请").click()
    told = {f"q_{name}": value for name, value in ANSWERS.items()}
    for name, value in (told | {"applicant": "青禾试验公司", "phone": "13800001234"}).items():
        box = page.locator(f"main [name='{name}']")
        if box.count() and box.first.evaluate("one => one.tagName") != "SELECT":
            box.first.fill(value)
    page.locator("main form button.primary").first.click()

    application = Application.objects.get()
    expect(page.locator("main")).to_contain_text(application.number)
    page.goto(reverse("approvals:result"))
    page.locator("main [name='number']").fill(application.number)
    page.locator("main [name='phone']").fill("1234")
    page.get_by_role("button", name="查询进度").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("等窗口核对材料")

    all_received(application, counter)
    accept(application, counter)
    decide(application.branches.filter(case__isnull=False).first().case_id, counter)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("已出证 1/"))
    page.locator("main [name='grade']").select_option("5")
    page.locator("main form:has([name='grade']) button").first.click()
    expect(page.locator("body")).to_contain_text("谢谢评价")
    assert Rating.objects.get().grade == 5


def test_public_pages_are_readable_on_a_phone(counter: Counter, open_page: Opens):
    application = send(counter)
    _, token = invite_firm(
        firm="青禾试验公司",
        credit_code="91430700MA4L000001",
        by=counter.window,
        on=TODAY,
        at=timezone.now(),
    )
    page = open_page(390, 844)
    findings = []
    for path in (
        reverse("approvals:guides"),
        reverse("approvals:guide", args=["open_enterprise"]),
        reverse("approvals:apply", args=["open_enterprise"]),
        reverse("approvals:result"),
        reverse("approvals:progress", args=[application.number, "1234"]),
        reverse("approvals:invited", args=[token]),
        reverse("approvals:verify", args=["NOSUCHCODE"]),
    ):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            findings.append((path, f"{width} px"))
        for one in Axe().run(page).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                findings.append((path, one["id"], one["nodes"][0]["html"][:120]))
    assert findings == []
