"""Every list page has its drawn states: loading, empty, nothing found, no right, broken."""

import pytest
from django.urls import reverse

from jingkai.kernel.zone import Zone
from tests.conftest import sign_in

# Page: who opens it, who may not, what its rows are called, a search that finds nothing.
LISTS = {
    "projects:list": ("officer", "admin", "项目", "text"),
    "enterprises:list": ("officer", "admin", "企业", "text"),
    "cases:list": ("officer", "admin", "办件", "text"),
    "cases:mine": ("officer", "admin", "办件", "text"),
    "approvals:applications": ("officer", "admin", "申请", "text"),
    "approvals:items": ("officer", "admin", "事项", "text"),
    "approvals:seal": ("officer", "admin", "用印记录", "text"),
    "approvals:certificates": ("officer", "admin", "证照", "text"),
    "dictionary": ("officer", "admin", "指标", "text"),
    "entries": ("officer", "admin", "账目", "text"),
    "people": ("admin", "officer", "人员", "text"),
    "returns:accounts": ("admin", "officer", "企业账号", "text"),
    "audit": ("audit_admin", "officer", "审计记录", "person"),
    "reports:intakes": ("appraisal", "officer", "报告", "text"),
    "imports": ("project_officer", "", "导入记录", "text"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_draws_each_of_its_states(zone: Zone, name: str, monkeypatch):
    may, may_not, rows, field = LISTS[name]
    client, path = sign_in(may), reverse(name)

    whole = client.get(path).content.decode()
    assert 'class="search"' in whole and "data-loads" in whole  # loading: skeleton rows
    if "data-list" not in whole:
        assert 'class="state empty"' in whole  # says what will stand here

    nothing = client.get(path, {field: "没有这样的东西"}).content.decode()
    assert f"没有符合条件的{rows}。" in nothing
    assert f'href="{path}">清除条件' in nothing

    if may_not:
        refused = sign_in(may_not).get(path)
        assert refused.status_code == 403
        assert 'class="state no-permission"' in refused.content.decode()

    client.raise_request_exception = False
    monkeypatch.setattr("jingkai.web.lists.find_setting", None)
    broken = client.get(path)
    assert broken.status_code == 500
    assert "没有留下半截数据" in broken.content.decode()
