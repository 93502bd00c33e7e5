"""Nothing passes unseen: logins, refusals, forms and downloads each leave their line."""

import json
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from jingkai.audit.models import AuditLine
from jingkai.audit.services import note
from jingkai.kernel.zone import Zone
from jingkai.org.services import add_person
from jingkai.web.numbered import WithNumber
from tests.conftest import sign_in


@pytest.fixture
def li(zone: Zone) -> str:
    return add_person(account="li", name="李", role="officer", department=None)[1]


def last() -> AuditLine:
    return AuditLine.objects.first()


def test_a_login_a_wrong_password_and_a_logout_are_noted(li: str):
    client = Client(REMOTE_ADDR="10.1.2.3")
    client.post("/login/", {"account": "li", "password": "wrong"})
    failed = last()
    client.post("/login/", {"account": "li", "password": li})
    came = last()
    client.post(reverse("logout"))

    assert (failed.act, failed.outcome, failed.object) == ("login_failed", "refused", "account:li")
    assert (came.act, came.account, came.address) == ("login", "li", "10.1.2.3")
    assert (last().act, last().account) == ("logout", "li")
    assert "wrong" not in failed.detail


def test_a_refused_page_is_noted_under_the_number_it_shows(zone: Zone):
    answer = sign_in("officer").get(reverse("people"))

    line = last()
    assert (line.act, line.outcome, line.object) == ("refused", "refused", reverse("people"))
    assert line.request in answer.content.decode()


def test_a_change_is_noted_with_before_and_after(zone: Zone):
    person, _ = add_person(account="li", name="李", role="officer", department=None)
    told = {"department": "", "post": "科长", "role": "leader", "on": "2021-06-30", "version": 1}

    assert sign_in("admin").post(reverse("person", args=[person.pk]), told).status_code == 302

    line = last()
    assert (line.act, line.account, line.object) == ("person.moved", "test-admin", "person:li")
    assert '"role":"officer"' in line.detail
    assert '"role":"leader"' in line.detail


def test_a_form_whose_service_notes_nothing_is_noted_all_the_same(zone: Zone):
    sign_in("officer").post(reverse("read_notices"))

    assert (last().act, last().outcome) == ("read_notices", "answered")


def test_a_refused_form_is_noted(zone: Zone):
    sign_in("admin").post(reverse("import_new", args=["people"]), {"next": "/"})

    assert (last().act, last().outcome) == ("import_new", "refused")


def test_a_download_is_noted(zone: Zone):
    address = reverse("import_template", args=["people"])
    sign_in("admin").get(address)

    assert (last().act, last().object) == ("downloaded", address)


def test_reading_a_page_is_not_noted(zone: Zone):
    client = sign_in("leader")
    before = AuditLine.objects.count()
    client.get("/")

    assert AuditLine.objects.count() == before


def test_the_auditor_searches_follows_and_verifies(zone: Zone):
    person, _ = add_person(account="li", name="李", role="officer", department=None)
    sign_in("admin").post(reverse("person_reset", args=[person.pk]))
    auditor = sign_in("audit_admin")

    page = auditor.get(reverse("audit"), {"object": "person:li"}).content.decode()
    assert "重置密码" in page
    assert "person:test-admin" not in page
    line = AuditLine.objects.get(act="person.added", object="person:li")
    one = auditor.get(reverse("audit_line", args=[line.number])).content.decode()
    assert "officer" in one
    assert "重置密码" in one, "the whole trace of the person"
    auditor.post(reverse("audit_verify"))
    assert "链完整" in auditor.get(reverse("audit")).content.decode()
    assert last().act == "audit.verified"
    assert auditor.get(reverse("audit"), {"since": "2099-01-01"}).status_code == 200


def test_the_export_carries_digests_and_is_itself_noted(zone: Zone):

    auditor = sign_in("audit_admin")
    answer = auditor.get(reverse("audit"), {"act": "person.added", "export": "xlsx"})

    rows = list(load_workbook(BytesIO(answer.content)).active.values)
    line = AuditLine.objects.filter(act="person.added").first()
    assert line.digest in rows[3]
    assert last().act == "exported"


def test_an_export_says_what_which_filter_columns_rows_and_whose_scope(zone: Zone):
    sign_in("officer")
    client = sign_in("admin")
    client.post(reverse("people"), {"act": "columns", "column": ["account", "role"]})

    answer = client.get(
        reverse("people"), {"role": "officer", "sort": "-account", "export": "xlsx"}
    )

    line = last()
    told = json.loads(line.detail)
    assert (line.act, line.account, line.object) == ("exported", "test-admin", reverse("people"))
    assert told["filters"] == {"role": "officer"}
    assert told["columns"] == ["name", "account", "role"]
    assert (told["rows"], told["sort"]) == (1, "-account")
    assert (told["role"], told["scope"]) == ("admin", "own")
    assert line.request == answer.headers["X-Request-Id"]
    assert AuditLine.objects.filter(request=line.request).count() == 1


def test_too_many_rows_are_not_given_out(zone: Zone, monkeypatch):
    monkeypatch.setattr("jingkai.web.lists.MOST_EXPORTED", 1)
    sign_in("officer")
    client = sign_in("admin")

    answer = client.get(reverse("people"), {"export": "csv"}, follow=True)

    assert "一次最多导出 1 行" in answer.content.decode()
    assert not AuditLine.objects.filter(act="exported").exists()


def test_page_header_log_and_audit_line_have_one_number(zone: Zone, caplog):
    client = sign_in("officer")
    caplog.handler.addFilter(WithNumber())

    answer = client.get(reverse("people"))

    number = answer.headers["X-Request-Id"]
    assert number in answer.content.decode()
    assert last().request == number
    assert {one.number for one in caplog.records if one.name == "django.request"} == {number}


def test_many_changes_of_one_act_are_rows_of_what_differs(zone: Zone):
    one = {"decision": "open", "title": "甲"}
    change = {"id": 7, "before": one, "after": one | {"decision": "accepted"}}
    note(act="proposals.changed", object="intake:1", detail={"changes": [change]})
    line = last()

    page = sign_in("audit_admin").get(reverse("audit_line", args=[line.number])).content.decode()

    assert "7 · decision" in page
    assert "7 · title" not in page
    assert "accepted" in page
    assert "{" not in page.partition("<dl")[2].partition("</dl>")[0]


def test_the_particulars_of_a_line_are_called_by_words(zone: Zone):
    note(act="case.act", object="case:1", detail={"action": 2, "entries": ["7 ab", "8 cd"]})
    line = last()

    page = sign_in("audit_admin").get(reverse("audit_line", args=[line.number])).content.decode()

    assert "<dt>办理序号</dt><dd>2</dd>" in page
    assert "<dt>账本条目</dt><dd>7 ab; 8 cd</dd>" in page
