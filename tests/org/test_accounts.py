"""Accounts: one-time passwords, moves with dates, closing, and somebody always left to manage."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Person
from jingkai.org.services import (
    AccountRefused,
    add_person,
    change_password,
    move_person,
    reset_password,
    set_active,
)
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)


@pytest.fixture
def person(zone: Zone) -> Person:
    department = Department.objects.first()
    return add_person(
        account="zhang",
        name="张三",
        role="officer",
        department=department,
        post="科员",
        on=date(2020, 1, 1),
    )[0]


@pytest.fixture
def manager(zone: Zone) -> Person:
    return add_person(account="root", name="管", role="admin", department=None)[0]


def test_whoever_has_a_one_time_password_must_choose_their_own(zone: Zone):
    person, password = add_person(account="li", name="李", role="officer", department=None)
    client = Client()
    client.post("/login/", {"account": "li", "password": password})

    assert client.get("/").headers["Location"] == reverse("own_password")
    told = {"old": password, "new": "qinghe-7-kaiyuan", "again": "qinghe-7-kaiyuan"}
    assert client.post(reverse("own_password"), told).status_code == 302
    assert client.get("/").status_code == 200
    person.refresh_from_db()
    assert not person.must_change_password


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"old": "wrong"}, "原密码不对"),
        ({"new": "short", "again": "short"}, "12"),
        ({"again": "another-one-2021"}, "不一样"),
        ({"new": "password12345", "again": "password12345"}, "常见"),
    ],
)
def test_passwords_that_will_not_do_are_refused(zone: Zone, told: dict, words: str):
    _, password = add_person(account="li", name="李", role="officer", department=None)
    client = Client()
    client.post("/login/", {"account": "li", "password": password})
    good = {"old": password, "new": "qinghe-7-kaiyuan", "again": "qinghe-7-kaiyuan"}

    answer = client.post(reverse("own_password"), good | told)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_new_password_differs_from_the_old(person: Person):
    _, password = reset_password(person_id=person.pk)
    person.refresh_from_db()
    with pytest.raises(AccountRefused, match="相同"):
        change_password(person=person, old=password, new=password)


def test_five_wrong_passwords_lock_the_account(zone: Zone):
    _, password = add_person(account="li", name="李", role="officer", department=None)
    client = Client()
    for _ in range(5):
        answer = client.post("/login/", {"account": "li", "password": "wrong-password"})

    assert answer.status_code == 429
    assert "15 分钟" in answer.content.decode()
    right = client.post("/login/", {"account": "li", "password": password})
    assert right.status_code == 429, "locked also for the right password"


def test_leaving_the_desk_ends_the_session(zone: Zone, settings):
    client = sign_in("officer")
    assert client.get("/").status_code == 200
    session = client.session
    session["seen"] = session["seen"] - settings.IDLE_LIMIT.total_seconds() - 1
    session.save()

    assert client.get("/").status_code == 302


def test_a_move_ends_the_old_posting_and_begins_the_new(person: Person):
    second = Department.objects.all()[1]

    move_person(
        person_id=person.pk, department=second.pk, post="科长", role="leader", on=TODAY, version=1
    )

    new, old = person.postings.all()
    assert (old.until_on, new.from_on, new.until_on) == (TODAY, TODAY, None)
    person.refresh_from_db()
    assert (person.department, person.post, person.role) == (second, "科长", "leader")


@pytest.mark.parametrize(
    ("change", "words"),
    [({"version": 7}, "刚被别人改动过"), ({"on": date(2019, 1, 1)}, "早于现任职")],
)
def test_moves_that_cannot_be_are_refused(person: Person, change: dict, words: str):
    told = {"department": None, "post": "", "role": "officer", "on": TODAY, "version": 1}
    with pytest.raises(AccountRefused, match=words):
        move_person(person_id=person.pk, **told | change)


def test_a_closed_account_is_out_at_the_next_request(person: Person, manager: Person):
    client = Client()
    person.must_change_password = False
    person.save()
    client.force_login(person)
    assert client.get("/").status_code == 200

    set_active(person_id=person.pk, is_active=False, by=manager, on=TODAY)

    assert client.get("/").status_code == 302
    assert person.postings.get().until_on == TODAY


def test_the_last_administrator_stays(person: Person, manager: Person):
    with pytest.raises(AccountRefused, match="自己"):
        set_active(person_id=manager.pk, is_active=False, by=manager, on=TODAY)
    with pytest.raises(AccountRefused, match="最后一位"):
        set_active(person_id=manager.pk, is_active=False, by=person, on=TODAY)
    with pytest.raises(AccountRefused, match="最后一位"):
        move_person(
            person_id=manager.pk, department=None, post="", role="officer", on=TODAY, version=1
        )


def test_a_reset_password_is_shown_once(person: Person):
    client = sign_in("admin")
    answer = client.post(reverse("person_reset", args=[person.pk]))
    person.refresh_from_db()

    html = answer.content.decode()
    shown = html.split("<code>")[1].split("</code>")[0]
    assert person.check_password(shown)
    assert shown not in client.get(reverse("person", args=[person.pk])).content.decode()
