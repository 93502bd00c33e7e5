"""Pages of the ladder on both zones: the pyramid, one firm, the candidates, one sheet of A4."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jingkai.approvals.models import Application
from jingkai.enterprises.models import Enterprise
from jingkai.enterprises.services import Grant, Occasion, recognise
from jingkai.kernel.zone import Zone
from jingkai.ladder.queries import find_ground, list_candidates, standings_of
from jingkai.ladder.services import LadderRefused, move_candidate, state
from jingkai.org.models import Department, Person
from jingkai.projects.models import Project
from jingkai.projects.rules import KINDS
from tests.conftest import sign_in
from tests.returns.world import (
    TODAY,
    code_of,
    file_sheet,
    form_here,
    found_firms,
    paper,
    period_here,
    row,
)

CODE = code_of(1)


@pytest.fixture
def firm(zone: Zone) -> Enterprise:
    """Return a factory on the roll with a title and May's return."""
    firms = found_firms("industry", "commerce")
    sign_in("statistician")
    keeper = Person.objects.get(role="statistician")
    file_sheet(form_here(), paper(row(tax=77001, tax_to_date=77001)), by=keeper)
    then = Occasion(by="甲", reason="公布", known_on=TODAY)
    recognise([Grant(CODE, "hightech", date(2018, 9, 1), True, "甲〔2018〕1号")], occasion=then)
    return firms[0]


def text(client: Client, name: str, *args: str) -> str:
    """Return what a page of the ladder says."""
    answer = client.get(reverse(f"ladder:{name}", args=args))
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<script>" not in page and " style=" not in page
    return page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages(firm, language):
    client = sign_in("leader")
    client.cookies["django_language"] = language
    for name, args in (("home", []), ("listing", []), ("firm", [CODE]), ("dossier", [CODE])):
        text(client, name, *args)


def test_the_pyramid_counts_the_roll_and_a_certificate_about_to_end_is_listed(firm):
    page = text(sign_in("leader"), "home")

    assert "证书要续的 1 张" in page
    assert "2021-09-01" in page


def test_a_statement_with_its_proof_changes_the_verdict(firm):
    client = sign_in("statistician")
    told = {"measure": "tech_staff_share", "value": "9.5", "on": "2021-06-01", "proof": ""}
    where = reverse("ladder:state", args=[CODE])
    assert client.post(where, told).status_code == 422
    client.post(where, told | {"proof": "审计报告第3页"})

    page = text(client, "firm", CODE)
    assert "0.5%" in page and "审计报告第3页" in page


def test_what_the_ledger_computes_cannot_be_stated(firm):
    with pytest.raises(LadderRefused, match="由账本算出"):
        state(
            firm=firm,
            measure="revenue_year",
            value=Decimal(1),
            proof="甲",
            on=TODAY,
            by="甲",
            known_on=TODAY,
        )


def test_a_year_with_a_month_missing_is_unknown(firm):
    ground = find_ground([CODE], on=TODAY)

    assert ground.values[CODE]["revenue_year"] is None
    assert ground.values[CODE]["staff"] == 100
    hightech = next(one for one in standings_of(ground, CODE) if one.rung.id == "hightech")
    assert hightech.state == "expiring"
    assert hightech.count("short") == 0


def test_a_candidate_goes_one_stage_at_a_time_with_its_log(firm):
    said = {"firm": firm, "sponsor": "", "by": "甲", "known_on": TODAY}
    move_candidate(stage="reserve", text="入库", on=date(2021, 1, 5), **said)
    with pytest.raises(LadderRefused, match="下一步是“培育”"):
        move_candidate(stage="tutoring", text="辅导", on=date(2021, 2, 5), **said)
    with pytest.raises(LadderRefused, match="早于上一条"):
        move_candidate(stage="nurture", text="早了", on=date(2021, 1, 4), **said)
    move_candidate(stage="nurture", text="卡在产权证", on=date(2021, 2, 5), **said)
    move_candidate(stage="nurture", text="已补办", on=date(2021, 2, 5), **said)

    page = text(sign_in("leader"), "listing")
    assert "卡在产权证" in page and "已补办" in page and "2021-02-05" in page


def test_what_holds_a_candidate_up_stands_until_it_is_cleared(firm):
    said = {"firm": firm, "sponsor": "", "by": "甲", "known_on": TODAY}
    on = date(2021, 2, 5)
    with pytest.raises(LadderRefused, match="还不在后备库"):
        move_candidate(kind="blocker", stage="", text="缺产权证", on=on, **said)
    move_candidate(stage="reserve", text="入库", on=on, **said)
    with pytest.raises(LadderRefused, match="没有记着的卡点"):
        move_candidate(kind="cleared", stage="", text="好了", on=on, **said)
    move_candidate(kind="blocker", stage="listed", text="缺产权证", on=on, **said)
    move_candidate(kind="service", stage="", text="走访", on=on, **said)
    (one,) = list_candidates(on=TODAY)
    assert (one.stage, [line.text for line in one.blockers]) == ("reserve", ["缺产权证"])
    assert "1 家有卡点" in text(sign_in("leader"), "listing")

    move_candidate(kind="cleared", stage="", text="已补办", on=on, **said)
    (one,) = list_candidates(on=TODAY)
    assert (one.blockers, len(one.log)) == ([], 4)


def test_a_candidate_is_named_and_the_next_stage_is_offered(firm):
    client = sign_in("statistician")
    told = {"code": firm.name, "kind": "step", "stage": "", "on": "2021-03-01", "text": "入库"}
    refused = client.post(reverse("ladder:move"), told)
    assert (refused.status_code, "请选推进到哪个阶段" in refused.content.decode()) == (422, True)
    assert client.post(reverse("ladder:move"), told | {"stage": "reserve"}).status_code == 302
    strange = client.post(reverse("ladder:move"), told | {"code": "无此企业", "stage": "reserve"})
    assert "没有这家企业" in strange.content.decode()

    page = client.get(reverse("ladder:listing"), {"firm": CODE}).content.decode()
    assert '<option value="nurture" selected' in page
    assert firm.name in client.get(reverse("ladder:listing"), {"stage": "reserve"}).content.decode()
    gone = client.get(reverse("ladder:listing"), {"stage": "listed"}).content.decode()
    assert "没有企业在" in gone


@pytest.mark.parametrize(("name", "act"), [("firm", "state"), ("listing", "move")])
def test_only_who_keeps_the_register_writes_here(firm, name, act):
    client = sign_in("officer")
    args = [CODE] if name == "firm" else []

    assert client.post(reverse(f"ladder:{act}", args=args), {}).status_code == 403
    assert "记下</button>" not in text(client, name, *args)


def test_the_tax_of_one_firm_stays_off_the_sheet_of_who_may_not_see_it(zone, firm):
    keeper = Person.objects.get(role="statistician")
    for back, tax in ((1, 77002), (2, 77003)):
        told = paper(row(tax=tax, tax_to_date=tax))
        file_sheet(form_here(), told, by=keeper, period=period_here(back))

    assert "入库税收" not in text(sign_in("officer"), "dossier", CODE)
    assert "入库税收" in text(sign_in("finance"), "dossier", CODE)


def test_the_sheet_shows_the_projects_and_applications_of_the_firm_and_no_other(zone, firm):
    then = {"received_on": TODAY, "phone": "", "applicant": firm.name}
    Application.objects.create(number="甲1", title="施工许可", credit_code=CODE, **then)
    Application.objects.create(number="甲2", title="排污许可", credit_code=code_of(2), **then)
    lead = Department.objects.first()
    for number, name, investor in ((1, "一期厂房", firm.name), (2, "别家厂房", "别家")):
        Project.objects.create(
            code=f"P{number}",
            name=name,
            investor=investor,
            kind=KINDS[0],
            investment=1,
            lead=lead,
            sign_on=date(2020, 3, 1),
            start_on=date(2021, 3, 1) if number == 1 else None,
        )

    page = text(sign_in("leader"), "dossier", CODE)

    assert "施工许可" in page and "排污许可" not in page
    assert "一期厂房" in page and "开工 2021-03-01" in page and "别家厂房" not in page


def test_a_project_of_another_department_stays_off_the_sheet(zone, firm):
    client = sign_in("officer")
    officer = Person.objects.get(role="officer")
    other = Department.objects.exclude(pk=officer.department_id).first()
    for number, lead in ((1, officer.department), (2, other)):
        Project.objects.create(
            code=f"P{number}",
            name=f"厂房{number}期",
            investor=firm.name,
            kind=KINDS[0],
            investment=1,
            lead=lead,
        )

    page = text(client, "dossier", CODE)

    assert "厂房1期" in page and "厂房2期" not in page
