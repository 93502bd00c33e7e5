"""Pages of supervision answer in both zones and languages; every write is a form."""

import re
from datetime import date
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jingkai.cases.models import Case
from jingkai.cases.services import act
from jingkai.kernel.zone import Zone
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department, Person
from jingkai.plan.services import NewItem, adopt_plan, draft_plan
from jingkai.supervision.asking import answer_question, ask_month
from jingkai.supervision.desks import supervisor_department
from jingkai.supervision.models import Bulletin, FollowUp, Meeting, Question
from jingkai.supervision.services import (
    BulletinRefused,
    NewFollowUp,
    follow_up,
    issue_bulletin,
    run_day,
)
from tests.conftest import TODAY, sign_in
from tests.documents.paper import PRINTS, fake
from tests.supervision.test_follow_ups import person

MAY = date(2021, 5, 6)


@pytest.fixture
def world(zone: Zone) -> dict[str, object]:
    """A plan, an errand that is late, one that was closed late, questions asked, a 通报."""
    desk = supervisor_department()
    other = Department.objects.exclude(pk=desk).first().pk
    leader, keeper = person("boss", other, "leader"), person("keeper", desk, "appraisal")
    doer = person("doer", other, "officer")
    items = [
        NewItem("task", "", "<b>修路</b>", date(2021, 6, 20), other),
        NewItem("task", "", "种树" * 60, date(2021, 7, 20), other),
    ]
    plan = draft_plan(year=2021, title="计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=MAY)
    item = plan.items.first()

    def send(due_on: date) -> FollowUp:
        told = NewFollowUp(
            instruction="请到现场解决，办结后回报。" * 4,
            lead=other,
            due_on=due_on,
            about=f"item:{item.pk}",
        )
        return follow_up(new=told, by=leader, on=MAY)

    late, caught = send(date(2021, 5, 20)), send(date(2021, 5, 18))
    while work := Case.objects.get(pk=caught.case_id).work.first():
        act(
            case_id=caught.case_id,
            step=work.step,
            by=keeper if work.department_id == desk else doer,
            on=date(2021, 5, 25),
            words="办完了",
            outcome="confirmed",
            proof=[keep_file(data=b"x", name="a.txt")],
        )
    run_day(on=date(2021, 5, 27))
    ask_month(on=date(2021, 5, 20))
    issue_bulletin(year=2021, month=5, by=keeper, on=date(2021, 6, 1))
    return {
        "late": late.case_id,
        "caught": caught.case_id,
        "item": item.pk,
        "question": Question.objects.first().pk,
        "leader": leader,
        "keeper": keeper,
        "doer": doer,
    }


def client_of(person: object) -> Client:
    client = Client()
    client.force_login(person)
    return client


PAGES = {
    "supervision:list": ("doer", []),
    "supervision:mine": ("leader", []),
    "supervision:new": ("leader", []),
    "supervision:meeting": ("keeper", []),
    "supervision:minutes": ("keeper", []),
    "supervision:bulletins": ("keeper", []),
    "supervision:bulletin": ("doer", [2021, 5]),
    "supervision:questions": ("doer", []),
    "supervision:answer": ("doer", ["question"]),
    "supervision:burden": ("doer", []),
    "supervision:tables": ("doer", []),
    "supervision:table_new": ("doer", []),
    "cases:detail": ("doer", ["late"]),
    "plan:item": ("leader", ["item"]),
    "home": ("leader", []),
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", list(PAGES))
def test_the_page_answers(world: dict, name: str, language: str):
    who, arguments = PAGES[name]
    client = client_of(world[who])
    client.cookies["django_language"] = language

    answer = client.get(reverse(name, args=[world.get(one, one) for one in arguments]))

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>" in html
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", html), "nothing inline"
    assert "<b>修路" not in html


def test_the_home_of_a_leader_says_the_last_word_about_what_is_red(zone: Zone, world: dict):
    Question.objects.filter(pk=world["question"]).update(item=world["item"])
    answer_question(
        question_id=world["question"], by=world["doer"], on=date(2021, 6, 2), progress="路基修完了",
        problem="缺沥青", next_step="",
    )  # fmt: skip
    home = reverse("home")
    said = client_of(world["leader"]).get(home).content.decode()
    assert "2021-06-02 · " in said and "路基修完了缺沥青" in said

    act(
        case_id=world["late"], step=Case.objects.get(pk=world["late"]).work.get().step,
        by=world["doer"], on=date(2021, 6, 3), words="沥青到了", outcome="",
        proof=[keep_file(data=b"x", name="a.txt")],
    )  # fmt: skip

    said = client_of(world["leader"]).get(home).content.decode()
    assert f"2021-06-03 · {world['doer'].name} · 沥青到了" in said
    assert "路基修完了" not in said, "the last word alone"


def test_a_leader_instructs_from_an_item_with_a_pick_alone(zone: Zone, world: dict):
    client = client_of(world["leader"])
    page = client.get(reverse("plan:item", args=[world["item"]])).content.decode()
    address = f"{reverse('supervision:new')}?about=item%3A{world['item']}"
    assert address in page
    form = client.get(address).content.decode()
    lead = world["doer"].department_id
    assert f'<option value="{lead}" selected>' in form

    told = {
        "pick": zone.supervision.picks[0],
        "instruction": "",
        "lead": lead,
        "due_on": "2021-07-14",
        "evidence": zone.supervision.evidence[0].id,
        "about": f"item:{world['item']}",
    }
    answer = client.post(reverse("supervision:new"), told, follow=True)

    made = FollowUp.objects.first()
    assert made.instruction == f"“<b>修路</b>”，{zone.supervision.picks[0]}"
    assert answer.redirect_chain[-1][0] == reverse("cases:detail", args=[made.case_id])
    assert made.number in client.get(reverse("supervision:mine")).content.decode()


def test_an_instruction_that_is_refused_keeps_what_was_typed(world: dict):
    told = {
        "instruction": "手写的一句",
        "lead": world["doer"].department_id,
        "due_on": "2021-06-01",
        "evidence": "general",
    }

    answer = client_of(world["leader"]).post(reverse("supervision:new"), told)

    assert answer.status_code == 422
    assert "手写的一句" in answer.content.decode()


def test_an_item_of_another_scope_cannot_be_asked_about(world: dict):
    answer = client_of(world["leader"]).get(f"{reverse('supervision:new')}?about=item:999999")

    assert answer.status_code == 404


@pytest.mark.parametrize("route", ["cases:detail", "supervision:letter", "supervision:letter_pdf"])
def test_an_errand_of_another_scope_is_not_there(world: dict, route: str):
    known = {world["doer"].department_id, supervisor_department()}
    stranger = person("stranger", Department.objects.exclude(pk__in=known).first().pk, "officer")
    client = client_of(stranger)

    assert client.get(reverse(route, args=[world["late"]])).status_code == 404
    for page in ("supervision:list", "cases:list", "find"):
        html = client.get(f"{reverse(page)}?text=现场").content.decode()
        assert "请到现场解决" not in html, page


def test_the_errand_goes_out_as_a_letter(zone: Zone, world: dict):
    answer = client_of(world["doer"]).get(reverse("supervision:letter", args=[world["late"]]))

    xml = ZipFile(BytesIO(answer.content)).read("word/document.xml").decode()
    assert "2021年5月20日" in xml
    assert zone.supervision.evidence[0].proof in xml


def test_a_published_month_never_changes(zone: Zone, world: dict):
    content = Bulletin.objects.get().content
    assert content["counts"] == {
        "issued": 2, "due": 2, "on_time": 0, "late": 1, "still_open": 1, "returned": 0,
    }  # fmt: skip
    assert [one["days"] for one in content["overdue"]] == [11]

    Case.objects.filter(pk=world["late"]).update(due_on=date(2021, 12, 1))
    page = client_of(world["doer"]).get(reverse("supervision:bulletin", args=[2021, 5]))

    assert "逾期未办结 1 件" in page.content.decode()
    with pytest.raises(BulletinRefused, match="不能重发"):
        issue_bulletin(year=2021, month=5, by=world["keeper"], on=TODAY)


def test_a_month_that_runs_is_not_published(world: dict):
    with pytest.raises(BulletinRefused, match="还没有结束"):
        issue_bulletin(year=2021, month=6, by=world["keeper"], on=TODAY)


def test_who_does_not_supervise_sees_no_unpublished_month(world: dict):
    address = reverse("supervision:bulletin", args=[2021, 6])

    assert client_of(world["doer"]).get(address).status_code == 404
    assert client_of(world["keeper"]).get(address).status_code == 200


def test_the_bulletin_goes_out_as_docx(world: dict):
    answer = client_of(world["doer"]).get(reverse("supervision:bulletin_docx", args=[2021, 5]))

    xml = ZipFile(BytesIO(answer.content)).read("word/document.xml").decode()
    assert "办理排名" in xml
    assert "2021年第1期" in xml


def test_errands_and_bulletins_go_out_as_pdf(
    world: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    client = client_of(world["doer"])
    told = {
        "cases:detail": ("supervision:letter", [world["late"]]),
        "supervision:bulletin": ("supervision:bulletin", [2021, 5]),
    }
    for page, (route, key) in told.items():
        address = reverse(f"{route}_pdf", args=key)
        assert address in client.get(reverse(page, args=key)).content.decode()
        with monkeypatch.context() as installed:
            fake(tmp_path, installed, PRINTS)
            answer = client.get(address)
            assert answer.content == b"PK"
            assert ".pdf" in answer.headers["Content-Disposition"]
        with monkeypatch.context() as absent:
            absent.setenv("PATH", "")
            answer = client.get(address)
            assert answer.status_code == 503
            instead = {"supervision:bulletin": "supervision:bulletin_docx"}.get(route, route)
            assert reverse(instead, args=key) in answer.content.decode()


def test_minutes_make_errands_and_the_next_page_shows_where_they_stand(world: dict):
    client, lead = client_of(world["keeper"]), world["doer"].department_id
    told = {"title": "周调度会", "minutes": "议了两件事"}
    told |= {"d0-text": "先修桥", "d0-lead": lead, "d0-due_on": "2021-07-09"}
    told |= {"d1-text": "", "d1-lead": "", "d1-due_on": "2021-07-09"}
    assert client.post(reverse("supervision:minutes"), told).status_code == 302

    made = Meeting.objects.get()
    assert [one.instruction for one in made.decisions.all()] == ["先修桥"]
    Meeting.objects.update(held_on=date(2021, 6, 23))
    page = client.get(reverse("supervision:meeting")).content.decode()
    assert "先修桥" in page


def test_half_a_decision_is_refused_with_what_was_typed(world: dict):
    told = {"title": "会", "d0-text": "先修桥", "d0-lead": "", "d0-due_on": "2021-07-09"}

    answer = client_of(world["keeper"]).post(reverse("supervision:minutes"), told)

    assert answer.status_code == 422
    assert "先修桥" in answer.content.decode()
    assert not Meeting.objects.exists()


def test_the_agenda_lists_exceptions_only(world: dict):
    html = client_of(world["keeper"]).get(reverse("supervision:meeting")).content.decode()

    late, caught = (FollowUp.objects.get(case=world[one]).number for one in ("late", "caught"))
    assert late in html
    assert caught not in html
    assert "种树" not in html


def test_a_task_that_facts_answer_is_not_asked(world: dict):
    asked = set(Question.objects.values_list("item__text", flat=True))

    # The errand about the first task was reported on in May: only the second one is asked about.
    assert asked == {"种树" * 60}
    assert ask_month(on=date(2021, 5, 25)) == 0


def test_only_the_department_that_was_asked_answers(world: dict):
    address = reverse("supervision:answer", args=[world["question"]])
    told = {"progress": "种了一半", "problem": "缺水", "next_step": "接管子"}

    assert client_of(world["keeper"]).post(address, told).status_code == 403
    assert client_of(world["doer"]).post(address, told).status_code == 302
    page = client_of(world["keeper"]).get(reverse("supervision:meeting")).content.decode()
    assert "缺水" in page, "what stands in the way comes before the meeting"


def test_the_burden_counts_every_time_a_department_was_asked(world: dict):
    page = client_of(world["keeper"]).get(f"{reverse('supervision:burden')}?month=2021-05")

    # One question, two errands, and the rungs that were climbed on 27 May.
    chased = FollowUp.objects.get(case=world["late"]).escalations.count()
    assert f"要了 {3 + chased} 次" in page.content.decode()


def test_queries_do_not_grow_with_rows(world: dict):
    counts = []
    client = client_of(world["keeper"])
    client.get(reverse("supervision:list"))  # the first request also signs in
    for _round in range(2):
        for name in ("supervision:list", "supervision:meeting", "supervision:burden"):
            with CaptureQueriesContext(connection) as found:
                client.get(reverse(name))
            counts.append(len(found))
        for _each in range(5):
            told = NewFollowUp(
                instruction="再办", lead=world["doer"].department_id, due_on=date(2021, 7, 9)
            )
            made = follow_up(new=told, by=world["leader"], on=TODAY)
            Case.objects.filter(pk=made.case_id).update(due_on=date(2021, 6, 21))

    assert counts[:3] == counts[3:]


def test_somebody_new_finds_what_to_do_next(zone: Zone):
    assert (
        reverse("supervision:new")
        in sign_in("leader").get(reverse("supervision:list")).content.decode()
    )
    assert Person.objects.filter(role="leader").exists()
