"""Firms come in by invitation: once, in time, on consent, and noted."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jingkai.approvals.models import Invitation
from jingkai.approvals.services import (
    InvitationRefused,
    accept_invitation,
    invite_firm,
    withdraw_invitation,
)
from jingkai.audit.models import AuditLine
from jingkai.org.models import Department, Person
from jingkai.org.services import AccountRefused, add_person
from tests.approvals.counter import open_counter, send

TODAY = date(2021, 6, 30)
CODE = "91430700MA4L000001"
PASSWORD = "Banyun-shiyan-7c!"


@pytest.fixture
def officer(zone: Any) -> Person:
    made, _ = add_person(
        account="inviter", name="邀", role="officer", department=Department.objects.first()
    )
    made.must_change_password = False
    made.save()
    return made


def invite(officer: Person) -> tuple[Invitation, str]:
    return invite_firm(
        firm="青禾试验公司", credit_code=CODE, by=officer, on=TODAY, at=timezone.now()
    )


def accept(token: str, **changed: Any) -> Person:
    told = {"account": "qinghe", "name": "乙", "password": PASSWORD, "is_agreed": True}
    return accept_invitation(**{"token": token, "on": TODAY, "at": timezone.now()} | told | changed)


def test_there_is_no_account_before_consent(officer: Person):
    made, token = invite(officer)
    assert token not in made.digest
    with pytest.raises(InvitationRefused, match="没有同意"):
        accept(token, is_agreed=False)
    assert not Person.objects.filter(role="firm").exists()

    person = accept(token)
    made.refresh_from_db()
    assert (made.person, made.agreed_on, person.role) == (person, TODAY, "firm")
    assert person.check_password(PASSWORD)
    assert not person.must_change_password
    acts = set(AuditLine.objects.filter(act__startswith="invitation").values_list("act", flat=True))
    assert acts == {"invitation.made", "invitation.accepted"}


def test_a_link_works_once(officer: Person):
    _, token = invite(officer)
    accept(token)
    with pytest.raises(InvitationRefused, match="已经用过"):
        accept(token, account="other")
    with pytest.raises(InvitationRefused, match="已经有账号"):
        invite(officer)


def test_a_link_works_for_a_week(officer: Person):
    made, token = invite(officer)
    last = made.expires_at - timedelta(seconds=1)
    with pytest.raises(InvitationRefused, match="已经失效"):
        accept(token, at=made.expires_at)
    assert accept(token, at=last)


def test_a_withdrawn_link_is_worthless_and_a_used_one_is_not_withdrawn(officer: Person):
    made, token = invite(officer)
    withdraw_invitation(invitation_id=made.pk, by=officer, on=TODAY)
    with pytest.raises(InvitationRefused, match="已经失效"):
        accept(token)
    again, token = invite(officer)
    accept(token)
    with pytest.raises(InvitationRefused, match="已经用这个链接"):
        withdraw_invitation(invitation_id=again.pk, by=officer, on=TODAY)


def test_a_refused_account_leaves_the_link_whole(officer: Person):
    _, token = invite(officer)
    with pytest.raises(AccountRefused):
        accept(token, password="short")
    with pytest.raises(InvitationRefused, match="已经有人用"):
        accept(token, account=officer.account)
    with pytest.raises(InvitationRefused, match="小写字母开头"):
        accept(token, account="青禾")
    with pytest.raises(InvitationRefused, match="链接不对"):
        accept(token + "x")
    assert accept(token)


def test_a_firm_goes_from_the_link_to_its_own_applications(officer: Person):
    staff = Client()
    staff.force_login(officer)
    shown = staff.post(
        reverse("approvals:invitations"), {"firm": "青禾试验公司", "credit_code": CODE}
    ).content.decode()
    link = shown.partition("<code>")[2].partition("</code>")[0]
    token = link.rstrip("/").rpartition("/")[2]
    assert token not in staff.get(reverse("approvals:invitations")).content.decode()

    firm = Client()
    page = firm.get(reverse("approvals:invited", args=[token]))
    told = {"token": token, "name": "乙", "account": "qinghe", "password": PASSWORD}
    unasked = firm.post(reverse("approvals:consent"), told)
    opened = firm.post(reverse("approvals:consent"), told | {"agreed": "on"})
    assert "不开账号也能" in page.content.decode()
    assert (unasked.status_code, opened.status_code) == (422, 302)
    assert firm.get(reverse("approvals:invited", args=[token])).status_code == 404
    assert not AuditLine.objects.filter(object__contains=token).exists()
    assert not AuditLine.objects.filter(detail__contains=token).exists()

    firm.force_login(Person.objects.get(account="qinghe"))
    mine = reverse("approvals:of_my_firm")
    assert "还没有申请" in firm.get(mine).content.decode()


def test_a_firm_sees_its_own_applications_only(officer: Person):
    counter = open_counter()
    _, token = invite(officer)
    firm = Client()
    firm.force_login(accept(token))
    own, other = send(counter, credit_code=CODE), send(counter, credit_code="9" * 18)
    page = firm.get(reverse("approvals:of_my_firm")).content.decode()
    assert own.number in page
    assert other.number not in page
    assert firm.get(reverse("approvals:applications")).status_code == 403
