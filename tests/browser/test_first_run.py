"""From an empty folder to a second person signed in, as an office does it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from django_otp.oath import totp
from playwright.sync_api import Browser, Page, expect

from jingkai.documents import TemplateColumn, write_template
from tests.cli.test_commands import run
from tests.houses import ROOT

HEADS = ("账号", "姓名", "部门", "职务", "角色", "在用")

pytestmark = pytest.mark.browser
NEW = "banyun-shiyan-7c"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Found a zone, serve it, and return its address and the administrator's password."""
    environment = {
        "JINGKAI_DATABASE": "",
        "JINGKAI_ZONE": "",
        "JINGKAI_DATE": "",
        "DJANGO_SETTINGS_MODULE": "jingkai.config.settings",
    }
    told = ("--title", "青禾经济开发区", "--english", "Qinghe Zone", "--data", str(tmp_path))
    done = run("zone", "new", "first_run_zone", *told, **environment)
    assert done.returncode == 0, done.stderr
    password = re.search(r"系统管理员 admin，一次性密码 (\S+?)（", done.stdout).group(1)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "jingkai.cli", "serve", "--port", str(port), "--workers", "1"],
        cwd=ROOT,
        env=os.environ
        | environment
        | {"JINGKAI_DATA": str(tmp_path), "JINGKAI_HTTPS": "0", "JINGKAI_DEMO": ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/login/")
        yield address, password
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(url: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the server did not start")


def enter(page: Page, account: str, password: str, *, second_factor: bool = False) -> None:
    """Sign in by a one-time password and choose one's own; an administrator sets a phone up."""
    page.goto("/login/")
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="进入").click()
    page.wait_for_url("**/account/password/")
    page.get_by_label("原密码").fill(password)
    page.get_by_label("新密码", exact=True).fill(NEW)
    page.get_by_label("再输一遍新密码").fill(NEW)
    page.locator("main button.primary").click()
    if second_factor:
        page.wait_for_url("**/account/second-factor/")
        key = b32decode(page.locator("code.key").inner_text().replace(" ", ""))
        page.get_by_label("验证码").fill(f"{totp(key):06d}")
        page.locator("main button.primary").click()
        expect(page.locator("ol.codes li")).to_have_count(10)
        page.goto("/")
    page.wait_for_url(lambda url: url.endswith("/") and "account" not in url)


def test_from_an_empty_folder_to_a_second_person(
    office: tuple[str, str], chromium: Browser, tmp_path: Path
):
    address, password = office
    admin = chromium.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    page = admin.new_page()
    page.set_default_timeout(20_000)
    enter(page, "admin", password, second_factor=True)
    sheet = tmp_path / "花名册.xlsx"
    columns = [TemplateColumn(head) for head in HEADS]
    rows = [["lihua", "李华", "办公室", "督查专员", "考核督查", "是"]]
    sheet.write_bytes(write_template(columns, title="花名册", rows=rows))
    page.goto("/people/")
    page.locator(".list-bar").get_by_role("link", name="导入").click()
    page.locator("input[type=file]").set_input_files(sheet)
    page.locator("main button.primary").click()
    expect(page.locator("h1")).to_contain_text("新增 1")
    page.get_by_role("button", name="确认导入").click()
    their_password = page.locator(".panel code").last.inner_text()

    second = chromium.new_context(base_url=address, locale="zh-CN")
    theirs = second.new_page()
    theirs.set_default_timeout(20_000)
    enter(theirs, "lihua", their_password)

    expect(theirs.locator(".who summary").last).to_contain_text("李华")
    assert theirs.goto("/plan/").status == 200
    assert theirs.goto("/people/").status == 403
    assert page.goto("/plan/").status == 403, "the administrator sees no business content"
    admin.close()
    second.close()
