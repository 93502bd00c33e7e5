"""Pages that a person can read: no serious accessibility finding, nothing wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from jingkai.cli.seeding.story import seed_zone
from jingkai.kernel.zone import Zone
from jingkai.plan.models import Item
from jingkai.projects.models import Project
from jingkai.reports.services import take_in
from tests.browser.conftest import Opens, enter_as, settle, sign_in_at, somebody
from tests.browser.test_thread import REPORT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


# What the other roles see; the first page of each is where the role signs in.
OTHERS = {
    "officer": [
        *("/cases/", "/cases/all/", "/cases/bottlenecks/", "/approvals/", "/approvals/new/"),
        *("/approvals/items/", "/approvals/seal/", "/approvals/certificates/"),
        *("/approvals/ratings/", "/approvals/guide/", "/enterprises/"),
    ],
    "project_officer": ["/imports/projects/", "/approvals/agent/", "/projects/new/"],
    "statistician": ["/imports/enterprises/", "/enterprises/new/", "/enterprises/duplicates/"],
    "admin": ["/backup/", "/people/", "/imports/people/"],
    "security_admin": ["/security/"],
    "audit_admin": ["/audit/"],
}


@pytest.fixture
def alive(transactional_db, zone: Zone) -> dict[str, str]:
    """Live in a zone with everything its package brings; return one account a role."""
    passwords = {}
    for account, _name, role, password in seed_zone():
        passwords.setdefault(role, (account, password))
    settle()
    return passwords


def test_every_page_is_readable_wide_and_narrow(alive, zone: Zone, open_page: Opens, settings):
    intake = take_in(
        data=REPORT.encode(), name="a.txt", by="甲", on=settings.BUSINESS_CLOCK.today()
    )
    started = next(one for one in zone.indicators if "started" in one)
    pages = [
        "/login/",
        "/",
        reverse("plan:home"),
        reverse("plan:wall"),
        reverse("wall"),
        reverse("plan:item", args=[Item.objects.filter(kind="target").first().pk]),
        reverse("projects:list"),
        reverse("projects:schedule"),
        reverse("projects:map"),
        reverse("projects:detail", args=[Project.objects.first().pk]),
        reverse("find") + "?text=项目",
        reverse("imports"),
        reverse("dictionary"),
        reverse("number", args=[started, "2021"]),
        reverse("entries"),
        reverse("reports:intakes"),
        reverse("reports:new"),
        reverse("reports:review", args=[intake.pk]),
        reverse("reports:compare", args=[intake.pk]),
        reverse("reports:table_import", args=[intake.pk]),
        reverse("reports:progress", args=[2021]),
        "/nowhere/",
    ]
    # The pages are the same in every zone; the small one is walked by all roles.
    others = OTHERS if zone.id == "tiny" else {}
    findings = []
    for width, height in ((1366, 768), (390, 844)):
        page = open_page(width, height)
        for path in [*pages, *(one for told in others.values() for one in told)]:
            if path == "/":
                sign_in_at(page, *alive["考核督查"])
            for role, told in others.items():
                if path == told[0]:
                    enter_as(page, somebody(role))
            page.goto(path)
            for found in Axe().run(page).response["violations"]:
                if found["impact"] in ("serious", "critical"):
                    nodes = [node["html"][:120] for node in found["nodes"][:3]]
                    findings.append((path, width, found["id"], nodes))
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                findings.append((path, width, "wider than the screen", []))
    assert not findings
