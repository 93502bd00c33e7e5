"""What the two security profiles ask of passwords, how long they hold, and idle accounts."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jingkai.audit.models import AuditLine
from jingkai.jobs.services import promise, run_due_jobs
from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from jingkai.org.services import (
    AccountRefused,
    add_person,
    change_password,
    reset_password,
    set_active,
    stop_idle_accounts,
)

FIRST = "qinghe-Kaiyuan-0"


@pytest.fixture
def person(changde: Zone) -> Person:
    """Return somebody with a password of their own."""
    made, password = add_person(account="mfd-2046835", name="李华", role="officer", department=None)
    change_password(person=made, old=password, new=FIRST)
    return made


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("kaiyuanqinghe", "3 种"),
        ("kaiyuanqinghe1", "3 种"),
        ("Kaiyuan-qing", ""),
        ("kaiyuan-qing1", ""),
        ("Kaiyuan-qin", "12"),
        ("Mfd-20468351", "相似"),
        ("Jingkai-Qinghe-1", "jingkai"),
        ("J1ngka1-Qinghe-7", "jingkai"),
        ("KaiFaQu-qinghe-1", "kaifaqu"),
        ("Changde-qinghe-1", "changde"),
        ("Ch@ngde-qinghe-1", "changde"),
        ("常德经开区-Qinghe1", "经开"),
        ("Qinghe-Kaiyuan-2021", "2021"),
        ("Qinghe-1998-Kaiyuan", "1998"),
        ("Qinghe-Kaiyuan-20211", ""),
        ("Qinghe-Kaiyuan-1890", ""),
        ("投资-Promotion-7", "promotion"),
        ("财政金融局-Qinghe7", "财政金融局"),
    ],
)
def test_dengbao_asks_for_three_kinds_of_characters(person: Person, new: str, words: str):
    if not words:
        change_password(person=person, old=FIRST, new=new)
        return
    with pytest.raises(AccountRefused, match=words):
        change_password(person=person, old=FIRST, new=new)


def test_asvs_forbids_rules_of_composition_and_rotation(person: Person, settings):
    settings.SECURITY_PROFILE = "asvs"
    change_password(person=person, old=FIRST, new="kaiyuanqinghe")
    change_password(person=person, old="kaiyuanqinghe", new=FIRST)
    Person.objects.update(password_on=timezone.localdate() - timedelta(days=900))

    assert enter().get("/").status_code == 200


def test_the_last_five_passwords_do_not_come_back(person: Person):
    for at in range(4):
        change_password(person=person, old=f"qinghe-Kaiyuan-{at}", new=f"qinghe-Kaiyuan-{at + 1}")
    with pytest.raises(AccountRefused, match="最近 5 次"):
        change_password(person=person, old="qinghe-Kaiyuan-4", new=FIRST)

    change_password(person=person, old="qinghe-Kaiyuan-4", new="qinghe-Kaiyuan-5")
    change_password(person=person, old="qinghe-Kaiyuan-5", new=FIRST)


def test_a_reset_does_not_bring_an_old_password_back(person: Person):
    fresh, password = reset_password(person_id=person.pk)

    with pytest.raises(AccountRefused, match="最近 5 次"):
        change_password(person=fresh, old=password, new=FIRST)


def enter() -> Client:
    client = Client()
    client.post("/login/", {"account": "mfd-2046835", "password": FIRST})
    return client


@pytest.mark.parametrize(
    ("age", "warned", "is_forced"),
    [
        (75, False, False),
        (76, True, False),
        (89, True, False),
        (90, False, True),
        (400, False, True),
    ],
)
def test_a_password_of_ninety_days_is_asked_for_anew(
    person: Person, age: int, warned: bool, is_forced: bool
):
    Person.objects.update(password_on=timezone.localdate() - timedelta(days=age))
    client = enter()

    answer = client.get("/")
    assert (answer.status_code == 302) == is_forced
    if is_forced:
        assert answer.headers["Location"] == reverse("own_password")
        assert "用满期限" in client.get(reverse("own_password")).content.decode()
        told = {"old": FIRST, "new": "qinghe-Kaiyuan-9", "again": "qinghe-Kaiyuan-9"}
        client.post(reverse("own_password"), told)
        assert client.get("/").status_code == 200
    else:
        assert (f"还有 {90 - age} 天到期" in answer.content.decode()) == warned


DAY = date(2021, 6, 30)


def opened(account: str, days: int, role: str = "officer") -> Person:
    made, _ = add_person(account=account, name=account, role=role, department=None)
    Person.objects.filter(pk=made.pk).update(opened_on=DAY - timedelta(days=days))
    return made


def test_an_account_idle_for_more_than_ninety_days_is_stopped(changde: Zone):
    opened("fresh", 90)
    idle = opened("idle", 91)
    seen = opened("seen", 400)
    Person.objects.filter(pk=seen.pk).update(last_login=timezone.now())

    stopped = stop_idle_accounts(today=DAY)

    assert [one.account for one in stopped] == ["idle"]
    idle.refresh_from_db()
    assert not idle.is_active
    assert AuditLine.objects.filter(act="person.idle", object="person:idle").count() == 1


def test_the_last_administrator_is_not_stopped(changde: Zone):
    opened("root", 400, "admin")

    assert stop_idle_accounts(today=DAY) == []


def test_an_account_opened_again_is_not_stopped_the_same_night(changde: Zone):
    manager, _ = add_person(account="root", name="管", role="admin", department=None)
    idle = opened("idle", 91)
    stop_idle_accounts(today=DAY)

    set_active(person_id=idle.pk, is_active=True, by=manager, on=DAY)

    assert stop_idle_accounts(today=timezone.localdate()) == []


def test_the_job_of_the_day_stops_them(changde: Zone):
    opened("idle", 91)
    now = timezone.now()
    promise(kind="org.stop_idle", key="org.stop_idle:today", payload={}, now=now)

    assert run_due_jobs(now=now) == 1
    assert not Person.objects.get(account="idle").is_active


def test_the_demo_stops_nobody(changde: Zone, settings):
    settings.IS_DEMO = True
    opened("idle", 91)

    assert stop_idle_accounts(today=DAY) == []
