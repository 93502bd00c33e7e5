"""The sidebar: the groups of the trade in their order, what the role may open, where one is."""

import re

import pytest

from jingkai.kernel.zone import Zone
from tests.conftest import sign_in

GROUPS = {
    "leader": ["我的", "计划", "项目", "政务服务", "企业", "报告", "数据"],
    "admin": ["我的", "数据", "系统"],
    "security_admin": ["我的", "数据", "系统"],
    "firm": ["我的", "数据"],
}


def groups_of(html: str) -> dict[str, list[str]]:
    menu = html[html.index('class="sidebar"') : html.index("</nav>")]
    parts = re.split(r'<p class="menu-group">([^<]+)</p>', menu)[1:]
    return {
        title: re.findall(r">([^<]+)</a>", links)
        for title, links in zip(parts[::2], parts[1::2], strict=True)
    }


@pytest.mark.parametrize("role", GROUPS)
def test_a_role_finds_its_groups_in_order_and_no_empty_one(zone: Zone, role: str):
    groups = groups_of(sign_in(role).get("/").content.decode())

    own = [title for title in groups if title in GROUPS["leader"] or title == "系统"]
    assert own == GROUPS[role]
    assert all(groups.values())


def test_the_system_stands_last_and_in_the_words_of_the_office(zone: Zone):
    groups = groups_of(sign_in("admin").get("/").content.decode())

    assert list(groups)[-1] == "系统"
    assert groups["系统"][:2] == ["组织人员", "企业账号"]


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("/projects/", 'href="/projects/" aria-current="page"'),
        ("/projects/new/", 'href="/projects/" aria-current="true"'),
        ("/projects/schedule/", 'href="/projects/schedule/" aria-current="page"'),
    ],
)
def test_the_menu_marks_where_one_is(zone: Zone, path: str, mark: str):
    html = sign_in("project_officer").get(path).content.decode()
    menu = html[html.index('class="sidebar"') : html.index("</nav>")]

    assert mark in menu
    assert menu.count("aria-current") == 1


def test_a_firm_finds_its_returns_and_its_applications(zone: Zone):
    menu = groups_of(sign_in("firm").get("/").content.decode())
    assert {"本企业报表", "我的申请"} <= set(menu["我的"])
