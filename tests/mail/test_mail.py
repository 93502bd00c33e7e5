"""Mail: one digest a day, red at once, nothing lost when the server is down."""

from collections.abc import Iterator
from datetime import date, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jingkai.audit.models import AuditLine
from jingkai.jobs.models import Job
from jingkai.jobs.services import run_due_jobs
from jingkai.kernel.words import Words
from jingkai.mail.models import MailAddress
from jingkai.mail.services import MailRefused, promise_digests, set_address
from jingkai.org.models import Department, Person
from jingkai.org.services import add_person, read_notices, tell
from tests.mail.standin import MailServer, mail_server

TODAY = date(2021, 6, 30)
TOMORROW = date(2021, 7, 1)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """Return a stand-in that the house sends its mail to."""
    with mail_server() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = running.server_address
        yield running


@pytest.fixture
def reader(zone: Any) -> Person:
    """Return somebody who gets mail."""
    person, _ = add_person(
        account="reader", name="读", role="officer", department=Department.objects.first()
    )
    person.must_change_password = False
    person.save()
    set_address(person=person, address="reader@example.cn", by=person, on=TODAY)
    return person


def news(person: Person, text: str, *, is_red: bool = False) -> None:
    said = Words(text)
    tell(departments=[person.department_id], text=said, url="/cases/1/", on=TODAY, is_red=is_red)


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_content())


def test_a_day_has_one_digest_and_a_day_without_news_none(server: MailServer, reader: Person):
    news(reader, "第一件"), news(reader, "第二件")
    for _ in range(2):
        promise_digests(on=TOMORROW)
        run_due_jobs(now=timezone.now())
    promise_digests(on=TOMORROW + timedelta(1))
    run_due_jobs(now=timezone.now())

    [(to, letter)] = server.letters
    assert to == ["reader@example.cn"]
    assert "2 条" in letter["subject"]
    assert "第一件" in text_of(letter)
    assert "第二件" in text_of(letter)


def test_a_mail_is_in_the_language_that_its_reader_chose(server: MailServer, reader: Person):
    set_address(person=reader, address="r@example.cn", by=reader, on=TODAY, language="en")
    said = {"departments": [reader.department_id], "url": "/", "on": TODAY}
    tell(**said, text=Words("差评待回访（%(on)s 前）：%(case)s", on=TODAY, case="甲"), is_red=True)
    run_due_jobs(now=timezone.now())
    promise_digests(on=TOMORROW)
    run_due_jobs(now=timezone.now())

    (_to, red), (_same, digest) = server.letters
    assert red["subject"].strip() == "Red light: Call back after a bad rating (by 2021-06-30): 甲"
    assert digest["subject"] == "Notices of 2021-07-01: 1"
    assert "Call back after a bad rating" in text_of(digest)
    assert "这封信" not in text_of(digest)


def test_what_was_read_in_the_house_is_not_mailed(server: MailServer, reader: Person):
    news(reader, "看过的")
    read_notices(person=reader, at=timezone.now())
    promise_digests(on=TOMORROW)
    run_due_jobs(now=timezone.now())
    assert server.letters == []


def test_what_turns_red_goes_out_at_once_one_letter_a_person(server: MailServer, reader: Person):
    other, _ = add_person(account="o", name="另", role="officer", department=reader.department)
    set_address(person=other, address="other@example.cn", by=other, on=TODAY)
    news(reader, "平常"), news(reader, "差评逾期\n未回访", is_red=True)
    run_due_jobs(now=timezone.now())

    assert sorted(to for to, _ in server.letters) == [["other@example.cn"], ["reader@example.cn"]]
    assert all("差评逾期" in letter["subject"] for _, letter in server.letters)
    assert "平常" not in text_of(server.letters[0][1])


def test_a_server_that_is_down_loses_nothing(server: MailServer, reader: Person):
    news(reader, "要紧的")
    server.is_down = True
    promise_digests(on=TOMORROW)
    run_due_jobs(now=timezone.now(), limit=1)
    job = Job.objects.get(kind="mail.digest")
    assert (job.state, job.attempts) == (Job.State.WAITING, 1)
    assert MailAddress.objects.get().last_digest_on is None

    server.is_down = False
    run_due_jobs(now=timezone.now() + timedelta(minutes=1))
    assert len(server.letters) == 1


def test_without_a_server_nothing_is_sent_and_nothing_fails(reader: Person, settings: Any):
    settings.EMAIL_HOST = ""
    news(reader, "红", is_red=True)
    assert promise_digests(on=TOMORROW) == 0
    run_due_jobs(now=timezone.now())
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}


def test_an_address_is_set_by_its_owner_and_noted(reader: Person):
    stranger, _ = add_person(account="s", name="生", role="officer", department=None)
    with pytest.raises(MailRefused, match="本人"):
        set_address(person=reader, address="x@example.cn", by=stranger, on=TODAY)
    with pytest.raises(MailRefused, match="格式不对"):
        set_address(person=reader, address="没有圈", by=reader, on=TODAY)
    line = AuditLine.objects.get(act="mail.set")
    assert "example" not in line.detail, "an address is personal and stays out of the chain"


def test_the_page_sets_and_stops(reader: Person):
    client = Client()
    client.force_login(reader)
    url = reverse("mail:address")
    assert "reader@example.cn" in client.get(url).content.decode()
    assert client.post(url, {"do": "save", "address": "x"}).status_code == 422
    assert client.post(url, {"do": "save", "address": "new@example.cn"}).status_code == 302
    assert MailAddress.objects.get().address == "new@example.cn"
    client.post(url, {"do": "stop"})
    assert not MailAddress.objects.exists()
