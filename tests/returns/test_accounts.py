"""Which account files for which firm: tied and ended by the administrator, with its days."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from jingkai.audit.models import AuditLine
from jingkai.enterprises.models import Enterprise
from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from jingkai.returns.models import FirmUser
from jingkai.returns.queries import firm_of, list_untied
from jingkai.returns.services import TieRefused, let_file, stop_filing
from tests.conftest import sign_in
from tests.returns.world import TODAY, code_of, form_here, found_firms, period_here


@pytest.fixture
def firms(zone: Zone) -> list[Enterprise]:
    """Return two factories; an account of a firm's user is there."""
    sign_in("firm")
    return found_firms("industry", "industry")


def account() -> Person:
    return Person.objects.get(role="firm")


def tie(client: Client, code: str, person: Person | None = None) -> str:
    told = {"person": (person or account()).pk, "code": code}
    return client.post(reverse("returns:account_new"), told, follow=True).content.decode()


def test_an_account_is_tied_listed_and_ended_with_its_days(firms: list[Enterprise]):
    admin = sign_in("admin")
    assert firm_of(account()) is None
    assert "没有要报的报表" in sign_in("firm").get(reverse("returns:mine")).content.decode()

    html = tie(admin, f" {code_of(1).lower()} ")
    assert firms[0].name in html and str(TODAY) in html
    assert firm_of(account()) == firms[0]
    listed = admin.get(reverse("returns:accounts")).content.decode()
    assert firms[0].name in listed and str(TODAY) in listed

    one = FirmUser.objects.get()
    ended = admin.post(reverse("returns:account", args=[one.pk]), follow=True).content.decode()
    assert "已解除" in ended
    assert firm_of(account()) is None
    assert FirmUser.objects.get().until_on == TODAY
    for state, is_there in (("standing", False), ("ended", True)):
        listed = admin.get(reverse("returns:accounts"), {"state": state}).content.decode()
        assert (firms[0].name in listed) == is_there
    acts = set(AuditLine.objects.values_list("act", flat=True))
    assert {"returns.account_tied", "returns.account_untied"} <= acts

    tie(admin, code_of(2))
    assert firm_of(account()) == firms[1]
    assert FirmUser.objects.count() == 2


def test_whoever_is_tied_sees_the_firm_no_more_once_it_is_ended(firms: list[Enterprise]):
    one = let_file(person=account(), firm=firms[0], by="管", on=TODAY)
    path = reverse("returns:fill", args=[form_here().id, period_here().id])
    assert sign_in("firm").get(path).status_code == 200

    stop_filing(tie_id=one.pk, by="管", on=TODAY)
    assert sign_in("firm").get(path).status_code == 404


def test_a_code_that_nobody_has_is_refused_at_its_field(firms: list[Enterprise]):
    admin = sign_in("admin")
    assert "企业库里没有这个统一社会信用代码" in tie(admin, "91430799MA4L99999X")
    assert not FirmUser.objects.exists()


def test_who_cannot_file_is_refused_in_words(firms: list[Enterprise]):
    person = account()
    sign_in("officer")
    officer = Person.objects.get(role="officer")
    with pytest.raises(TieRefused, match="不是企业用户"):
        let_file(person=officer, firm=firms[0], by="管", on=TODAY)
    Enterprise.objects.filter(pk=firms[1].pk).update(closed_on=TODAY, ending="cancelled")
    firms[1].refresh_from_db()
    with pytest.raises(TieRefused, match="退出"):
        let_file(person=person, firm=firms[1], by="管", on=TODAY)
    Person.objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(TieRefused, match="已停用"):
        let_file(person=person, firm=firms[0], by="管", on=TODAY)
    assert not list_untied().exists()
    Person.objects.filter(pk=person.pk).update(is_active=True)
    assert list(list_untied()) == [person]

    one = let_file(person=person, firm=firms[0], by="管", on=TODAY)
    assert not list_untied().exists()
    with pytest.raises(TieRefused, match="请先在企业账号解除"):
        let_file(person=person, firm=firms[0], by="管", on=TODAY)
    with pytest.raises(TieRefused, match="之前"):
        stop_filing(tie_id=one.pk, by="管", on=TODAY - timedelta(days=1))
    stop_filing(tie_id=one.pk, by="管", on=TODAY)
    with pytest.raises(TieRefused, match="不用再解除"):
        stop_filing(tie_id=one.pk, by="管", on=TODAY)


def test_the_database_keeps_one_firm_at_a_time(firms: list[Enterprise]):
    let_file(person=account(), firm=firms[0], by="管", on=TODAY)
    twice = {"person": account(), "from_on": date(2021, 1, 1), "let_by": "管"}
    with pytest.raises(IntegrityError), transaction.atomic():
        FirmUser.objects.create(firm=firms[1], **twice)
    with pytest.raises(IntegrityError), transaction.atomic():
        FirmUser.objects.create(firm=firms[1], until_on=date(2020, 1, 1), **twice)
