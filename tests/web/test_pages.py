"""Every page answers in both zones, in both languages, with nothing inline."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department
from jingkai.org.rules import ROLES
from jingkai.plan.models import Share
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan
from jingkai.projects.services import add_project, pass_gate
from tests.conftest import sign_in

PAGES = {
    "home": ("leader", []),
    "find": ("leader", []),
    "imports": ("project_officer", []),
    "import_new": ("project_officer", ["projects"]),
    "wall": ("leader", []),
    "years": ("appraisal", []),
    "dictionary": ("leader", []),
    "number": ("leader", ["started", "2021"]),
    "entries": ("leader", []),
    "entry": ("leader", [1]),
    "people": ("admin", []),
    "backup": ("admin", []),
    "projects:list": ("officer", []),
    "projects:schedule": ("officer", []),
    "projects:map": ("officer", []),
    "projects:add": ("project_officer", []),
    "projects:detail": ("project_officer", ["project"]),
    "projects:withdraw": ("project_officer", ["project", "start"]),
    "projects:nodes": ("project_officer", ["project"]),
    "plan:home": ("leader", []),
    "plan:wall": ("leader", []),
    "plan:item": ("appraisal", ["item"]),
    "plan:cascade": ("appraisal", []),
    "plan:themes": ("appraisal", []),
    "plan:shares": ("appraisal", ["item"]),
    "plan:share": ("appraisal", ["share"]),
    "plan:department": ("leader", ["department"]),
    "reports:intakes": ("appraisal", []),
    "reports:draft": ("appraisal", []),
    "reports:memory": ("appraisal", []),
    "reports:workshop": ("appraisal", []),
    "reports:workshop_new": ("appraisal", []),
    "reports:new": ("appraisal", []),
    "reports:progress": ("appraisal", [2021]),
}


@pytest.fixture
def life(zone: Zone) -> dict[str, object]:
    """One project that broke ground and a plan with a target and a task."""
    today, lead = date(2021, 6, 30), Department.objects.first().pk
    project = add_project(
        code="T-1",
        name="长名称项目" * 5,
        investor="青禾精密制造与新能源装备产业投资（虚构）有限公司",
        kind="产业",
        investment=Decimal(yi(2)),
        is_top500=False,
        lead=lead,
    )
    pass_gate(
        project_id=project.pk,
        gate_id="start",
        on=date(2021, 5, 6),
        by="甲",
        today=today,
        proof=[keep_file(data=b"x", name="a.txt")],
        version=1,
    )
    started = next(one.id for one in zone.indicators.values() if "start" in one.id)
    target = NewTarget("目标", "level", ">=", Decimal(30), "个", Period.year(2021), started)
    items = [
        NewItem("target", "主题", "开工三十个", date(2021, 12, 31), lead, target=target),
        NewItem("task", "主题", "<b>编制方案</b>", date(2021, 6, 1), lead),
    ]
    plan = draft_plan(year=2021, title="2021年计划", basis="试", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=today)
    item = plan.items.first()
    share = Share.objects.create(item=item, department_id=lead, role="lead", weight=60, value=9)
    return {
        "project": project.pk,
        "item": item.pk,
        "started": started,
        "share": share.pk,
        "department": lead,
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", list(PAGES))
def test_the_page_answers(zone: Zone, life: dict, name: str, language: str):
    role, arguments = PAGES[name]
    client = sign_in(role)
    client.cookies["django_language"] = language
    url = reverse(name, args=[life.get(one, one) for one in arguments])

    answer = client.get(url)

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>" in html
    assert f'lang="{"en" if language == "en" else "zh-CN"}"' in html
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", html), "nothing inline"
    assert "<script>" not in html
    assert "<b>编制" not in html
    if zone.is_demo:
        assert ("演示数据" if language == "zh-hans" else "Demo data") in html
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_the_plan_shows_the_number_with_its_light_and_its_link(zone: Zone, life: dict):
    html = sign_in("leader").get(reverse("plan:home")).content.decode()

    light = zone.target_lights.lights
    assert reverse("number", args=[life["started"], "2021-01..06"]) in html
    assert any(one.word in html for one in light)


def test_a_number_opens_to_its_facts_as_known_on_a_day(zone: Zone, life: dict):
    url = reverse("number", args=[life["started"], "2021"])

    now = sign_in("leader").get(url).content.decode()
    then = sign_in("leader").get(url, {"known": "2021-06-29"}).content.decode()

    assert "长名称项目" in now
    assert "a.txt" in now
    assert "没有事实计入这个数" in then
    assert "此后的变化" in then


def test_a_number_opens_without_its_frame_for_the_side_sheet(zone: Zone, life: dict):
    url = reverse("number", args=[life["started"], "2021"])

    html = sign_in("leader").get(url, headers={"X-Sheet": "1"}).content.decode()

    assert "<html" not in html
    assert "长名称项目" in html


@pytest.mark.parametrize("path", ["nothing/2021", "projects_started/2021-13", "projects_started/x"])
def test_numbers_that_do_not_exist_are_not_found(changde: Zone, path: str):
    assert sign_in("leader").get(f"/numbers/{path}/").status_code == 404


def test_evidence_is_handed_out_as_a_download(zone: Zone, life: dict):
    from jingkai.ledger.models import Evidence

    answer = sign_in("leader").get(reverse("evidence", args=[Evidence.objects.first().pk]))

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == b"x"


def test_an_empty_zone_says_what_to_do_next(zone: Zone):
    html = sign_in("appraisal").get(reverse("plan:home")).content.decode()

    assert reverse("reports:new") in html


@pytest.mark.parametrize(
    ("url", "status"), [("/nowhere/", 404), ("/people/", 403), ("/projects/999/", 404)]
)
def test_refusals_say_what_to_do(zone: Zone, url: str, status: int):
    answer = sign_in("officer").get(url)

    assert answer.status_code == status
    assert "编号" in answer.content.decode()


def test_recording_a_gate_by_form_moves_the_number(zone: Zone, life: dict, tmp_path):
    client = sign_in("project_officer")
    url = reverse("projects:gate", args=[life["project"], "commission"])
    proof = tmp_path / "发票.txt"
    proof.write_text("发票")

    with proof.open("rb") as file:
        answer = client.post(
            url, {"on": "2021-06-01", "proof": file, "note": "", "version": 2}, follow=True
        )

    html = answer.content.decode()
    assert answer.redirect_chain
    assert "发票.txt" in html
    assert "2021-06-01" in html


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"on": "2022-01-01"}, "在将来"),
        ({"on": "2021-01-01"}, "早于开工"),
        ({"on": "x"}, "日期"),
        ({"version": 1}, "刚被别人改动过"),
    ],
)
def test_a_gate_that_cannot_be_keeps_what_was_typed(
    zone: Zone, life: dict, tmp_path, data: dict, words: str
):
    proof = tmp_path / "a.txt"
    proof.write_text("x")
    with proof.open("rb") as file:
        told = {"on": "2021-06-01", "note": "手写的说明", "version": 2, "proof": file} | data
        answer = sign_in("project_officer").post(
            reverse("projects:gate", args=[life["project"], "commission"]), told
        )

    html = answer.content.decode()
    assert answer.status_code == 422
    assert words in html
    assert "手写的说明" in html


def test_a_project_is_taken_in_by_form(zone: Zone):
    lead = Department.objects.first().pk
    told = {"code": "N-1", "name": "新项目", "kind": "产业", "investment": "1.5", "lead": lead}
    client = sign_in("project_officer")

    answer = client.post(reverse("projects:add"), told, follow=True)
    again = client.post(reverse("projects:add"), told)

    assert "1.5" in answer.content.decode()
    assert again.status_code == 422
    assert "已用于“新项目”" in again.content.decode()


def test_the_demo_offers_somebody_of_every_role(zone: Zone, settings):
    settings.IS_DEMO = True
    for role in ROLES:
        sign_in(role)

    html = Client().get(reverse("login")).content.decode()

    assert html.count('name="account" value="test-') == len(ROLES)
