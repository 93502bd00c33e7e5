"""催办 that reaches people: who leads the unit on that day, who acts for them, or nobody, said."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jingkai.jobs.services import run_due_jobs
from jingkai.kernel.zone import Zone
from jingkai.mail.services import promise_digests, set_address
from jingkai.org.models import Department, Notice, Person
from jingkai.org.queries import find_heads, find_leaders, list_notices, list_notices_after
from jingkai.org.services import add_person, delegate, move_person, read_notices, set_active
from jingkai.supervision.desks import supervisor_department
from jingkai.supervision.models import Escalation, FollowUp
from jingkai.supervision.services import NewFollowUp, follow_up, run_day
from tests.mail.standin import MailServer, mail_server

BEGUN, MOVED, DUE = date(2021, 1, 4), date(2021, 6, 16), date(2021, 6, 15)


def person(account: str, place: str | None, role: str = "officer", post: str = "") -> Person:
    made, _ = add_person(
        account=account,
        name=f"名{account}",
        role=role,
        department=Department.objects.get(pk=place) if place else None,
        post=post,
        on=BEGUN,
    )
    made.must_change_password = False
    made.save()
    return made


@pytest.fixture
def place(zone: Zone) -> str:
    """A unit that does not supervise, without people and without a leader on record."""
    found = Department.objects.exclude(pk=supervisor_department()).last()
    Department.objects.filter(pk=found.pk).update(leader="")
    return found.pk


@pytest.fixture
def away(place: str) -> str:
    """Where who leads the unit goes to."""
    return Department.objects.exclude(pk=place).exclude(pk=supervisor_department()).first().pk


def signed_in(one: Person) -> Client:
    client = Client()
    client.force_login(one)
    return client


def errand(place: str, boss: Person) -> FollowUp:
    new = NewFollowUp(instruction="请抓紧", lead=place, due_on=DUE)
    return follow_up(new=new, by=boss, on=date(2021, 6, 1))


def told(rung: str) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]]]:
    one = Escalation.objects.get(rung=rung)
    people = [(each["name"], each["role"], each["acts_for"]) for each in one.people]
    return people, [(each["role"], each["why"]) for each in one.missing]


def last_rung(zone: Zone) -> str:
    return zone.supervision.ladder[-1].id


def test_the_head_on_that_day_leads_and_on_the_day_of_a_move_the_new_one(place: str, away: str):
    old = person("old", place, post="局长")
    person("second", place, post="副局长")
    assert [one.person for one in find_heads(place, BEGUN)] == [old]
    assert find_heads(place, date(2021, 1, 3)) == []

    move_person(
        person_id=old.pk, version=old.version, department=away, post="局长", role="officer",
        scope="", chosen=[], by=None, on=MOVED,
    )  # fmt: skip
    new = person("new", place, post="局长")
    new.postings.update(from_on=MOVED)

    assert [one.person for one in find_heads(place, date(2021, 6, 15))] == [old]
    assert [one.person for one in find_heads(place, MOVED)] == [new]
    assert [one.person for one in find_heads(away, MOVED)] == [old]


def test_who_left_is_told_nothing(place: str):
    old = person("old", place, post="局长")
    admin = person("admin", None, "admin")
    set_active(person_id=old.pk, is_active=False, by=admin, on=MOVED)
    assert find_heads(place, MOVED) == []


def test_a_change_of_leader_in_the_middle_reaches_who_leads_then(changde: Zone):
    place, away = "economy", "finance"
    boss = person("boss", "office", "leader")
    old = person("old", place, post="局长")
    one = errand(place, boss)
    Department.objects.filter(pk=place).update(leader="")

    run_day(on=date(2021, 6, 16))  # the first working day after the due day: 发督办通知
    assert told("notice") == ([("名old", "head", "")], [])
    move_person(
        person_id=old.pk, version=old.version, department=away, post="局长", role="officer",
        scope="", chosen=[], by=None, on=date(2021, 6, 17),
    )  # fmt: skip
    new = person("new", place, post="局长")
    new.postings.update(from_on=date(2021, 6, 17))
    run_day(on=date(2021, 6, 22))

    assert told("leader") == ([("名new", "head", "")], [("leader", "record")])
    assert Notice.objects.filter(person=old).count() == 1
    assert "报分管领导" in Notice.objects.get(person=new).text
    page = signed_in(boss).get(reverse("cases:detail", args=[one.case_id])).content.decode()
    assert "通知本人：名old（单位负责人）" in page
    assert "通知本人：名new（单位负责人）；分管领导没有通知到：没有任职记录" in page


def test_the_zone_s_leader_is_told_in_person_on_both_zones(zone: Zone, place: str):
    leader = person("chief", supervisor_department(), "leader")
    Department.objects.filter(pk=place).update(leader=leader.name)
    errand(place, person("boss", supervisor_department(), "leader"))

    run_day(on=date(2021, 6, 30))

    people, _missing = told(last_rung(zone))
    assert ("名chief", "leader", "") in people
    assert Notice.objects.filter(person=leader).exists()


def test_two_of_one_name_are_nobody_unless_one_is_a_leader(place: str):
    Department.objects.filter(pk=place).update(leader="同名")
    two = [person(one, supervisor_department()) for one in ("one", "two")]
    Person.objects.filter(pk__in=[one.pk for one in two]).update(name="同名")
    assert find_leaders(place, DUE) == []
    Person.objects.filter(pk=two[1].pk).update(role="leader")
    assert [one.person for one in find_leaders(place, DUE)] == [two[1]]


def test_who_acts_for_the_head_is_told_too_while_it_lasts(place: str):
    head, other = person("head", place, post="局长"), person("other", place)
    delegate(
        giver=head, taker_id=other.pk, from_on=date(2021, 6, 10), until_on=date(2021, 6, 20),
        reason="学习", today=date(2021, 6, 1),
    )  # fmt: skip

    def seats(on: date) -> list[tuple[Person, str]]:
        return [(one.person, one.acts_for) for one in find_heads(place, on)]

    assert seats(date(2021, 6, 9)) == [(head, "")]
    assert seats(date(2021, 6, 10)) == [(head, ""), (other, "名head")]
    assert seats(date(2021, 6, 20)) == [(head, ""), (other, "名head")]
    assert seats(date(2021, 6, 21)) == [(head, "")]
    head.given.update(withdrawn_on=date(2021, 6, 15))
    assert seats(date(2021, 6, 14))[1:] == [(other, "名head")]
    assert seats(date(2021, 6, 15)) == [(head, "")]


def test_who_may_not_see_the_unit_is_not_told_its_errands(zone: Zone, place: str, away: str):
    leader = person("chief", away, "leader")
    Person.objects.filter(pk=leader.pk).update(scope="department")
    Department.objects.filter(pk=place).update(leader=leader.name)
    errand(place, person("boss", supervisor_department(), "leader"))

    run_day(on=date(2021, 6, 30))

    assert ("leader", "scope") in told(last_rung(zone))[1]
    assert not Notice.objects.filter(person=leader).exists()


def test_a_notice_in_person_is_seen_and_read_by_nobody_else(zone: Zone, place: str):
    head, mate, loner = person("head", place, post="局长"), person("mate", place), person("l", None)
    Notice.objects.create(person=head, text="只给本人", on=DUE)
    Notice.objects.create(department_id=place, text="给部门", on=DUE)

    assert [one.text for one in list_notices(head)] == ["给部门", "只给本人"]
    assert [one.text for one in list_notices(mate)] == ["给部门"]
    assert list(list_notices(loner)) == []
    read_notices(person=mate, at=timezone.now())
    assert [one.text for one in list_notices(head)] == ["只给本人"]
    read_notices(person=loner, at=timezone.now())
    assert [one.text for one in list_notices(head)] == ["只给本人"]
    assert [one.text for one in list_notices_after(0)] == ["给部门"], "no group hears it"
    assert "只给本人" in signed_in(head).get(reverse("home")).content.decode()
    assert "只给本人" not in signed_in(mate).get(reverse("home")).content.decode()


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """Return a stand-in that the house sends its mail to."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = running.server_address
        yield running


def test_the_digest_of_mail_has_it_and_that_of_others_has_not(
    server: MailServer, zone: Zone, place: str
):
    head, loner = person("head", place, post="局长"), person("loner", None)
    for one in (head, loner):
        set_address(person=one, address=f"{one.account}@example.cn", by=one, on=DUE)
    Notice.objects.create(person=head, text="只给本人", on=DUE)

    promise_digests(on=MOVED)
    run_due_jobs(now=timezone.now())

    [(to, letter)] = server.letters
    assert to == ["head@example.cn"] and "只给本人" in str(letter.get_content())
