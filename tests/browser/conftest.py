"""A real Chromium on a real server."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from jingkai.org.rules import ROLES
from tests.conftest import DEMO_ZONE, TINY_ZONE, sign_in, zone_of
from tests.houses import House

# Playwright's loop runs in this thread; the ORM calls of a test are made between its steps.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium once."""
    path = which("chromium")
    if path is None:
        pytest.fail("没有 Chromium:make test 会安装，或 apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server) -> Iterator[Opens]:
    """Return a way to open pages on the live server; scripts must not fail on any of them."""
    contexts: list[BrowserContext] = []
    failures: list[str] = []

    def open_at(width: int = 1366, height: int = 768, **options) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: failures.append(str(error)))
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert failures == []


@pytest.fixture
def move_in(
    transactional_db: None, lived_in: Callable[[str], House], settings: Any, tmp_path: Path
) -> Callable[[Zone], None]:
    """Return the way to live in a zone with everything its package brings."""

    def move(zone: Zone) -> None:
        package = next(one for one in (DEMO_ZONE, TINY_ZONE) if zone_of(one) is zone)
        lived_in(package).move_into_memory(settings, tmp_path / "evidence")
        settle()

    return move


def settle() -> None:
    """Let everybody keep the password they were given."""
    Person.objects.update(must_change_password=False)


def sign_in_at(page: Page, account: str, password: str) -> None:
    """Sign in by the form."""
    page.goto("/login/")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/")


def enter_as(page: Page, person: Person) -> None:
    """Let the page belong to somebody, without walking through the login form again."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    page.goto("/login/")
    cookie = {"name": name, "value": client.cookies[name].value, "url": page.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]


def somebody(role: str) -> Person:
    """Return a person with this role, made if there is none; a second factor is set where due."""
    person = Person.objects.filter(role=role).order_by("pk").first()
    if person is None:
        sign_in(role)
        person = Person.objects.get(role=role)
    elif ROLES[role].is_admin and not TOTPDevice.objects.filter(user=person).exists():
        TOTPDevice.objects.create(user=person, name=person.account)
    return person
