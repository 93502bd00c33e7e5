"""Pages of the counter and of cases answer in both zones and languages; every write is a form."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from jingkai.approvals.models import Application, Rating
from jingkai.approvals.services import rate
from jingkai.cases.models import Case, Definition
from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from tests.approvals.counter import (
    ANSWERS,
    FACTS,
    TODAY,
    Counter,
    accept,
    all_received,
    decide,
    open_counter,
    send,
)


@pytest.fixture
def counter(zone: Zone) -> Counter:
    return open_counter()


@pytest.fixture
def world(counter: Counter) -> dict[str, object]:
    """One application that waits, one that runs, one that is closed and rated badly."""
    from decimal import Decimal

    from jingkai.org.models import Department
    from jingkai.projects.services import add_project

    project = add_project(
        code="T-1",
        name="试验项目" * 6,
        investor="",
        kind="产业",
        investment=Decimal(1),
        is_top500=False,
        lead=Department.objects.first().pk,
    )
    waiting = send(counter, applicant="<b>青禾精密制造与新能源装备产业投资</b>（虚构）有限公司")
    running = send(counter, bundle="land_to_start", facts=FACTS, project_id=project.pk)
    all_received(running, counter)
    accept(running, counter)
    closed = send(counter, item="firm_change")
    all_received(closed, counter)
    accept(closed, counter)
    case = closed.branches.get().case_id
    decide(case, counter)
    rating = rate(case_id=case, grade=1, words="太慢", on=TODAY)
    return {
        "waiting": waiting.pk,
        "running": running.pk,
        "number": closed.number,
        "project": project.pk,
        "case": running.branches.filter(case__isnull=False).first().case_id,
        "closed": case,
        "code": closed.letters.first().code,
        "rating": rating.pk,
        "counter": counter,
    }


def client_of(person: Person | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


STAFF = {
    "cases:mine": [],
    "cases:list": [],
    "cases:detail": ["case"],
    "cases:calendar": [],
    "cases:bottlenecks": [],
    "cases:definitions": [],
    "cases:definition": ["approvals.permit", 1],
    "approvals:applications": [],
    "approvals:new": [],
    "approvals:take_in": ["bundle", "land_to_start"],
    "approvals:application": ["waiting"],
    "approvals:map": ["project"],
    "approvals:items": [],
    "approvals:item": ["construction_permit"],
    "approvals:seal": [],
    "approvals:delegations": [],
    "approvals:delegate": [],
    "approvals:certificates": [],
    "approvals:ratings": [],
    "approvals:invitations": [],
    "approvals:call_back": ["rating"],
}
PUBLIC = {
    "approvals:guides": [],
    "approvals:guide": ["land_to_start"],
    "approvals:apply": ["open_enterprise"],
    "approvals:result": [],
    "approvals:progress": ["number", "1234"],
    "approvals:verify": ["code"],
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", [*STAFF, *PUBLIC])
def test_the_page_answers(world: dict, name: str, language: str):
    arguments = {**STAFF, **PUBLIC}[name]
    client = client_of(None if name in PUBLIC else world["counter"].chief)
    client.cookies["django_language"] = language

    answer = client.get(reverse(name, args=[world.get(one, one) for one in arguments]))

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>" in html
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", html), "nothing inline"
    assert "<script>" not in html
    assert "<b>青禾" not in html


def test_a_form_takes_a_bundle_in(counter: Counter):
    client = client_of(counter.window)
    url = reverse("approvals:take_in", args=["bundle", "land_to_start"])
    told = {"applicant": "青禾", "phone": "13800001234", **FACTS}
    told |= {f"q_{name}": value for name, value in ANSWERS.items()}

    wrong = client.post(url, told | {"phone": "x", "q_project_name": "手写的名称"})
    answer = client.post(url, told, follow=True)

    assert wrong.status_code == 422
    assert "手写的名称" in wrong.content.decode()
    assert "待受理" in answer.content.decode()
    assert Application.objects.get().trips == 1


def test_an_applicant_sends_in_and_adds_papers_without_an_account(counter: Counter):
    client = client_of(None)
    told = {"applicant": "青禾", "phone": "13800001234"}
    told |= {f"q_{name}": value for name, value in ANSWERS.items()}
    answer = client.post(reverse("approvals:apply", args=["open_enterprise"]), told, follow=True)
    assert "等窗口核对材料" in answer.content.decode()

    application = Application.objects.get()
    paper = application.papers.get(material="articles")
    other = application.papers.get(material="application")
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = client.post(
        reverse("approvals:progress", args=[application.number, "1234"]),
        {
            f"paper_{paper.pk}": SimpleUploadedFile("章程.pdf", b"%PDF-1.7 x"),
            f"paper_{other.pk}": SimpleUploadedFile("申请.pdf", b"MZ"),
        },
    )
    assert answer.status_code == 422
    assert "内容不是 pdf" in answer.content.decode()
    paper.refresh_from_db()
    assert paper.state == "received", "the sound paper is kept"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("章程.exe", b"MZ", "不能收"),
        ("章程.png", b"%PDF-1.7", "内容不是 png"),
        ("章程.pdf", b" ", "内容不是 pdf"),
        ("章程.pdf", b"%PDF-" + b"0" * (20 * 2**20), "超过 20 MB"),
    ],
    ids=["wrong kind", "disguised", "nothing in it", "oversized"],
)
def test_a_bad_paper_is_refused_outside_and_the_application_stays(
    counter: Counter, name: str, data: bytes, words: str
):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = client_of(None)
    told = {"applicant": "青禾", "phone": "13800001234"}
    told |= {f"q_{one}": value for one, value in ANSWERS.items()}
    client.post(reverse("approvals:apply", args=["open_enterprise"]), told)
    application = Application.objects.get()
    place = reverse("approvals:progress", args=[application.number, "1234"])
    paper = application.papers.get(material="articles")

    answer = client.post(place, {f"paper_{paper.pk}": SimpleUploadedFile(name, data)})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert f"paper_{paper.pk}" in answer.content.decode(), "it can be sent again at once"
    kept = Application.objects.get()
    assert (kept.answers, kept.papers.get(pk=paper.pk).state) == (application.answers, paper.state)


def test_a_withdrawn_definition_takes_nothing_in_and_what_was_typed_stays(counter: Counter):
    client = client_of(None)
    told = {"applicant": "青禾", "phone": "13800001234"}
    told |= {f"q_{one}": value for one, value in ANSWERS.items()}
    place = reverse("approvals:apply", args=["open_enterprise"])
    client.post(place, told)
    Definition.objects.update(withdrawn_on=TODAY, withdrawn_why="改由上级办理")

    answer = client.post(place, told | {"applicant": "白露公司"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "停用" in page
    assert "白露公司" in page
    assert Application.objects.count() == 1


@pytest.mark.parametrize("name", ["approvals:guide", "approvals:apply"])
def test_what_is_in_doubt_is_not_offered_outside(zone: Zone, name: str):
    assert client_of(None).get(reverse(name, args=["open_enterprise"])).status_code == 404


def test_a_look_up_needs_both(world: dict):
    client, url = client_of(None), reverse("approvals:result")

    found = client.get(url, {"number": world["number"], "phone": "1234"})
    wrong = client.get(url, {"number": world["number"], "phone": "4321"})

    assert found.status_code == 302
    assert wrong.status_code == 422
    assert (
        client.get(reverse("approvals:progress", args=[world["number"], "4321"])).status_code == 404
    )


def test_guessing_is_stopped_for_the_number_and_for_the_address(world: dict):
    client, url = client_of(None), reverse("approvals:result")
    for guess in range(10):
        client.get(reverse("approvals:progress", args=[world["number"], f"000{guess}"]))

    right = client.get(url, {"number": world["number"], "phone": "1234"})
    straight = client.get(reverse("approvals:progress", args=[world["number"], "1234"]))

    assert (right.status_code, straight.status_code) == (429, 429)
    assert "分钟后再试" in right.content.decode()
    elsewhere = Client(REMOTE_ADDR="10.9.9.9")
    assert elsewhere.get(url, {"number": world["number"], "phone": "1234"}).status_code == 429
    for guess in range(30):
        elsewhere.get(url, {"number": f"S{guess}", "phone": "1234"})
    assert elsewhere.get(url, {"number": "S2021000099", "phone": "1234"}).status_code == 429
    assert (
        Client(REMOTE_ADDR="10.9.9.8").get(url, {"number": "S7", "phone": "1"}).status_code == 422
    )


def test_right_look_ups_are_never_stopped(world: dict):
    client = client_of(None)
    for _ in range(12):
        page = client.get(reverse("approvals:progress", args=[world["number"], "1234"]))
        assert page.status_code == 200


def test_a_department_that_has_nothing_to_do_with_a_case_does_not_see_it(world: dict):
    from jingkai.org.models import Department

    case = Case.objects.get(pk=world["case"])
    counter = world["counter"]
    near = {case.department_id, counter.window.department_id, *case.desks.values()}
    near |= set(case.work.values_list("department", flat=True))
    far = Department.objects.exclude(pk__in=near).filter(parts=None).first()
    if far is None:
        far = Department.objects.create(id="far", name="别处", english="elsewhere")
    stranger = client_of(counter.officer(far.pk))
    page = reverse("cases:detail", args=[case.pk])

    assert stranger.get(page).status_code == 404
    assert stranger.post(reverse("cases:clock", args=[case.pk]), {"do": "end"}).status_code == 404
    assert case.number not in stranger.get(reverse("cases:list")).content.decode()
    assert client_of(counter.window).get(page).status_code == 200
    assert client_of(counter.officer(case.work.first().department_id)).get(page).status_code == 200


def test_running_cases_are_moved_after_a_dry_run_and_a_version_is_withdrawn(
    world: dict, monkeypatch: pytest.MonkeyPatch
):
    from dataclasses import replace

    from jingkai.audit.models import AuditLine
    from jingkai.cases import services
    from jingkai.cases.models import Definition

    kept = Definition.objects.get(type="approvals.permit")
    newest = services.find_case_types()[kept.type]
    later = replace(newest, version=newest.version + 1)
    monkeypatch.setattr("jingkai.cases.services.find_case_types", lambda: {kept.type: later})
    chief = client_of(world["counter"].chief)
    url = reverse("cases:definition", args=[kept.type, kept.version])
    told = {f"step_{one.id}": one.id for one in newest.steps} | {"basis": "试验办法第二条"}
    open_ones = Case.objects.filter(definition=kept, closed_on=None).count()
    case = Case.objects.get(pk=world["case"])

    tried = chief.post(url, told | {"do": "try"})
    assert case.number in tried.content.decode()
    assert Case.objects.filter(definition=kept, closed_on=None).count() == open_ones
    assert chief.post(url, {"do": "migrate", "basis": ""}).status_code == 422
    hole = chief.post(url, {"do": "migrate", "basis": "无对照"})
    assert (hole.status_code, "对照表没有写" in hole.content.decode()) == (422, True)
    assert chief.post(url, told | {"do": "migrate"}).status_code == 302
    assert not Case.objects.filter(definition=kept, closed_on=None).exists()
    assert chief.post(url, {"do": "withdraw", "why": ""}).status_code == 422
    assert chief.post(url, {"do": "withdraw", "why": "办法修订"}).status_code == 302
    kept.refresh_from_db()
    assert kept.withdrawn_why == "办法修订"
    assert AuditLine.objects.filter(act="definition.withdrawn").count() == 1
    assert chief.post(url, {"do": "withdraw", "why": "再停"}).status_code == 422


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_forecasts_and_how_they_held_are_shown(counter: Counter, language: str):
    later = date(2021, 7, 5)
    for on in (*[TODAY] * 6, later):
        done = send(counter, item="firm_change")
        all_received(done, counter)
        accept(done, counter, on=on)
        decide(done.branches.get().case_id, counter, on=on)
    running = send(counter, item="firm_change")
    all_received(running, counter)
    accept(running, counter, on=later)
    client = client_of(counter.window)
    client.cookies["django_language"] = language

    page = client.get(reverse("cases:bottlenecks")).content.decode()
    case = client.get(reverse("cases:detail", args=[running.branches.get().case_id]))
    assert "100%" in page
    words = {"zh-hans": "前面还有 0 件", "en": "0 ahead"}
    tested = {"zh-hans": "回测：1 件里 1 件", "en": "1 of 1 closed"}
    assert words[language] in case.content.decode()
    assert tested[language] in case.content.decode()


def test_the_counter_accepts_by_ticking(counter: Counter):
    application = send(counter)
    client = client_of(counter.window)
    url = reverse("approvals:papers", args=[application.pk])
    told = {f"s_{paper.material}": paper.state for paper in application.papers.all()}
    told |= {"version": application.version}

    short = client.post(url, told | {"do": "accept"})
    ticked = {name: "received" for name in told if name.startswith("s_")}
    full = client.post(url, told | ticked | {"do": "accept"}, follow=True)

    assert short.status_code == 422
    assert "公司章程" in short.content.decode()
    assert "承诺" in full.content.decode()
    assert Application.objects.get().state == "running"


def test_a_step_is_done_by_form_and_refusals_keep_the_words(world: dict):
    counter = world["counter"]
    case = Case.objects.get(pk=world["case"])
    work = case.work.get()
    officer = counter.officer(work.department_id)
    url = reverse("cases:step", args=[case.pk, "review"])
    told = {"words": "手写的意见", "since": work.since_action, "key": "k1", "do": "act"}

    stranger = client_of(counter.chief).post(url, told)
    done = client_of(officer).post(url, told, follow=True)
    again = client_of(officer).post(url, told, follow=True)
    late = client_of(officer).post(url, told | {"key": "k2"})

    if officer.department_id != counter.chief.department_id:
        assert stranger.status_code == 422
        assert "手写的意见" in stranger.content.decode()
    assert done.status_code == 200
    assert "没有重复办理" in again.content.decode()
    assert late.status_code == 422
    assert "已被" in late.content.decode()
    assert "手写的意见" in late.content.decode()
    assert case.actions.filter(step="review", kind="act").count() == 1


def test_a_rating_is_given_outside_once(counter: Counter):
    closed = send(counter, item="firm_change")
    all_received(closed, counter)
    accept(closed, counter)
    case = closed.branches.get().case_id
    decide(case, counter)
    url = reverse("approvals:rate", args=[case, "1234"])
    client = client_of(None)

    client.post(url, {"number": closed.number, "grade": "5", "words": "快"})
    client.post(url, {"number": closed.number, "grade": "1", "words": "x"})

    assert Rating.objects.get().grade == 5
    assert client.post(url, {"number": "S1", "grade": "5"}).status_code == 404


def test_a_notice_is_imported_by_pasting(counter: Counter):
    client = client_of(counter.chief)
    url = reverse("cases:calendar")
    wrong = client.post(url, {"year": 2027, "source": "试", "text": "没有"})
    told = {
        "year": 2027,
        "source": "试发〔2026〕1号",
        "text": "元旦：1月1日至3日放假，1月4日上班。",
    }
    done = client.post(url, told, follow=True)

    assert wrong.status_code == 422
    assert "没有读出放假安排" in wrong.content.decode()
    assert "已导入 4 天" in done.content.decode()
