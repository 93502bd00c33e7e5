"""A form sent twice is carried out once; every answer has a number."""

import logging
import threading
import time
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Person
from jingkai.projects import views
from jingkai.projects.models import Project
from jingkai.web import once
from jingkai.web.models import SavedSearch, Submission
from jingkai.web.numbered import WithNumber
from tests.conftest import sign_in

KEY = "a" * 32


def told(**other) -> dict:
    form = {"code": "N-1", "name": "新项目", "kind": "产业", "investment": "1.5"}
    return form | {"lead": Department.objects.first().pk, "once": KEY} | other


def test_the_second_press_shows_the_first_result(zone: Zone):
    client = sign_in("project_officer")

    first = client.post(reverse("projects:add"), told())
    second = client.post(reverse("projects:add"), told())

    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert Project.objects.count() == 1
    assert "没有重复办理" in client.get(second.headers["Location"]).content.decode()


def test_other_contents_under_the_same_key_are_another_form(zone: Zone):
    client = sign_in("project_officer")

    client.post(reverse("projects:add"), told())
    client.post(reverse("projects:add"), told(code="N-2"))

    assert Project.objects.count() == 2


def test_another_file_of_the_same_name_and_size_is_another_form(zone: Zone):
    client = sign_in("appraisal")
    for text in ("报告一", "报告二"):
        file = SimpleUploadedFile("a.txt", f"2021年工作计划\n力争{text}开工项目3个。".encode())
        client.post(reverse("reports:new"), {"file": file, "once": KEY})

    assert Submission.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_write_once(zone: Zone, monkeypatch):
    started, told_twice = threading.Event(), told()
    write = views.add_project

    def slowly(**words):
        started.set()
        time.sleep(0.5)
        return write(**words)

    monkeypatch.setattr("jingkai.projects.views.add_project", slowly)
    clients = {name: sign_in("project_officer") for name in ("first", "second")}
    answers = {}

    def press(name: str) -> None:
        try:
            if connection.vendor == "sqlite":
                # In memory, connections share pages: a reader is refused there and never waits.
                connection.cursor().execute("PRAGMA read_uncommitted = 1")
            if name == "second":
                started.wait(5)
            answers[name] = clients[name].post(reverse("projects:add"), told_twice)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[name]) for name in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert Project.objects.count() == 1
    assert [answers[name].status_code for name in ("first", "second")] == [302, 302]
    assert answers["first"].headers["Location"] == answers["second"].headers["Location"]


def test_what_was_refused_may_be_sent_again(zone: Zone):
    client = sign_in("project_officer")
    client.post(reverse("projects:add"), told(name=""))

    answer = client.post(reverse("projects:add"), told(name=""))

    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_another_person_is_another_form(zone: Zone):
    for role in ("officer", "project_officer"):
        sign_in(role).post("/projects/", {"act": "keep", "name": "a", "query": "", "once": KEY})

    assert SavedSearch.objects.count() == 2


def test_a_first_press_without_an_answer_is_not_repeated(zone: Zone, monkeypatch):
    monkeypatch.setattr(once, "WAIT", 0.0)
    client = sign_in("project_officer")
    client.post(reverse("projects:add"), told())
    Submission.objects.update(status=0)

    answer = client.post(reverse("projects:add"), told())

    assert answer.status_code == 409
    assert "还没有结果" in answer.content.decode()
    assert Project.objects.count() == 1


def test_a_page_that_is_shown_once_is_not_made_twice(zone: Zone):
    client = sign_in("admin")
    other = sign_in("officer")
    person = Person.objects.get(role="officer")
    client.post(reverse("person_reset", args=[person.pk]), {"once": KEY})
    kept = Person.objects.get(pk=person.pk).password

    answer = client.post(reverse("person_reset", args=[person.pk]), {"once": KEY})

    assert "刚才已经办好" in answer.content.decode()
    assert Person.objects.get(pk=person.pk).password == kept
    assert other.get("/").status_code == 302


def test_keys_are_kept_for_a_day(zone: Zone):
    client = sign_in("officer")
    client.post("/projects/", {"act": "density", "dense": "1", "once": KEY})
    Submission.objects.update(at=timezone.now() - timedelta(hours=25))

    client.post("/projects/", {"act": "density", "dense": "1", "once": "b" * 32})

    assert [one.key for one in Submission.objects.all()] == ["b" * 32]


def test_every_form_has_a_key_of_its_own(zone: Zone):
    html = sign_in("project_officer").get("/projects/").content.decode()

    keys = [part.split('"')[0] for part in html.split('name="once" value="')[1:]]
    assert len(keys) >= 4
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(("path", "status"), [("/nowhere/", 404), ("/people/", 403), ("/", 200)])
def test_page_header_and_log_have_the_same_number(zone: Zone, path: str, status: int):
    answer = sign_in("officer").get(path)

    number = answer.headers["X-Request-Id"]
    assert answer.status_code == status
    assert len(number) == 8
    if status != 200:
        assert number in answer.content.decode()


def test_a_broken_page_says_the_number_that_the_log_has(zone: Zone, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise RuntimeError("坏了")

    monkeypatch.setattr("jingkai.projects.views.show_list", broken)
    caplog.handler.addFilter(WithNumber())
    client = sign_in("officer")
    client.raise_request_exception = False
    with caplog.at_level(logging.ERROR):
        answer = client.get("/projects/")

    number = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert number in answer.content.decode()
    assert "没有留下半截数据" in answer.content.decode()
    assert {record.number for record in caplog.records} == {number}


def test_who_lacks_a_right_reads_which_and_whom_to_ask(zone: Zone):
    sign_in("admin")

    html = sign_in("officer").get("/people/").content.decode()

    assert "管人员与权限" in html
    assert "测试admin" in html


def test_a_stranger_has_no_key(zone: Zone):
    assert (
        Client().post("/login/", {"account": "x", "password": "y", "once": KEY}).status_code == 422
    )
    assert not Submission.objects.exists()
