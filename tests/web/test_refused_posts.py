"""What the pages of the plan, supervision, reports, projects and firms refuse, read in English."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jingkai.enterprises.models import Enterprise
from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Person
from jingkai.plan.models import Plan
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan
from jingkai.projects.models import Project
from jingkai.reports.services import take_in
from jingkai.reports.workshop import NewSection, open_draft
from tests.conftest import TODAY, sign_in
from tests.returns.world import found_firms
from tests.web.english import chinese_outside_data, data_of
from tests.web.test_locks import REPORT, laid_out

LATER = TODAY + timedelta(1)


def paper(name: str = "a.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"not empty")


@pytest.fixture
def house(zone: Zone) -> dict[str, Any]:
    """Live in the year: an adopted plan, a draft, a project with nodes, a firm, a report."""
    for role in ("appraisal", "project_officer", "statistician"):
        sign_in(role)
    found_firms("industry")
    lead = Person.objects.get(role="appraisal").department
    target = NewTarget("目标", "level", ">=", Decimal(yi(3)), "亿元", Period.year(2021), "")
    items = [
        NewItem("target", "主题", "投资三亿", date(2021, 12, 31), lead.pk, target=target),
        NewItem("task", "主题", "编制方案", date(2021, 12, 1), lead.pk),
    ]
    told = {"year": 2021, "basis": "试"}
    plan = draft_plan(**told, title="计划", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=date(2021, 1, 20))
    draft = draft_plan(**told, title="草案", items=items[1:], by="起草人", on=date(2021, 2, 1))
    goal, task = plan.items.order_by("number")
    report = take_in(data=REPORT.encode(), name="报告.txt", by="甲", on=TODAY, year=2021)
    begun = open_draft(
        title="稿子", kind="briefing", year=2021, period=Period.months(2021, 1, 6),
        sections=[NewSection("一、回顾")], by="甲", on=TODAY,
    )  # fmt: skip
    return laid_out(lead) | {
        "lead": lead.pk,
        "other": Department.objects.exclude(pk=lead.pk).first().pk,
        "draft": draft.pk,
        "goal": goal.pk,
        "task": task.pk,
        "theme": plan.themes.get().pk,
        "firm": Enterprise.objects.first().code,
        "report": report.pk,
        "written": begun.pk,
        "letter": next(one.id for one in zone.supervision.letters if not one.lists),
        "measure": next(one.id for one in zone.ladder.measures.values() if one.source == "stated"),
        "proof": zone.supervision.evidence[0].id,
        "title": next(iter(zone.ladder.titles)),
    }


# Who presses what, with which form, and what the page says then.
REFUSED = {
    "an unreviewed draft": (
        "leader", "plan:adopt", "draft", {"by": "管委会", "on": TODAY}, "is not reviewed yet",
    ),
    "a task done tomorrow": (
        "appraisal", "plan:close", "task", {"on": LATER, "version": 1}, "is in the future",
    ),
    "too large a part": (
        "appraisal", "plan:shares", "goal",
        {"holder-0": "lead", "role-0": "lead", "weight-0": "30", "value-0": "4"},
        "over the total of 300 million yuan",
    ),
    "a theme that holds items": (
        "appraisal", "plan:themes", None, {"act": "drop", "theme": "theme", "version": "1"},
        "“主题” still holds 2 items and cannot be deleted",
    ),
    "a plan without changes": (
        "appraisal", "plan:amend", None, {"reason": "a look"},
        "there is no need to publish another",
    ),
    "who leads and supports": (
        "appraisal", "supervision:new", None,
        {"instruction": "do", "lead": "lead", "support": "lead", "evidence": "proof",
         "due_on": LATER},
        "cannot be a supporting unit as well",
    ),
    "a meeting without decisions": (
        "appraisal", "supervision:minutes", None, {"title": "会"}, "at least one decision",
    ),
    "a letter without a text": (
        "appraisal", "supervision:letters_new", None,
        {"template": "letter", "departments": "other", "answer_by": LATER},
        "needs its matter written out",
    ),
    "a bulletin of this month": (
        "leader", "supervision:issue", (2021, 6), {}, "Jun 2021 has not ended yet",
    ),
    "a table of a year to come": (
        "appraisal", "supervision:table_new", None,
        {"title": "表", "period": "2022", "headings": "charging piles", "do": "keep"},
        "2022 has not ended",
    ),
    "a table of no period": (
        "appraisal", "supervision:table_new", None,
        {"title": "表", "period": "May", "headings": "charging piles", "do": "look"},
        "is no period",
    ),
    "an old format": (
        "appraisal", "reports:new", None, {"file": paper("a.doc"), "year": 2021},
        "“.doc” is an old format",
    ),
    "a table that is no workbook": (
        "appraisal", "reports:table_import", "report", {"file": paper("a.xlsx")},
        "This is no xlsx workbook.",
    ),
    "a draft of no period": (
        "appraisal", "reports:workshop_new", None,
        {"title": "稿", "kind": "briefing", "year": 2021, "period": "first half", "start": "blank"},
        "is no period",
    ),
    "an empty draft": (
        "appraisal", "reports:workshop_freeze", "written", {}, "This draft is still empty",
    ),
    "a code that is taken": (
        "project_officer", "projects:add", None,
        {"code": "Q", "name": "Another", "kind": "产业", "investment": "1", "lead": "lead"},
        "The number Q is already used",
    ),
    "a gate passed tomorrow": (
        "project_officer", "projects:gate", ("laid", "full_output"),
        {"on": LATER, "version": "version", "proof": paper()}, "is in the future",
    ),
    "nodes laid out twice": (
        "project_officer", "projects:lay_out", "laid",
        {"hangs": "start", "on": TODAY, "version": "version"}, "are laid out already",
    ),
    "a code with a wrong letter": (
        "statistician", "enterprises:add", None,
        {"code": "91430700MA4L00ION1", "name": "Works", "kind": "company",
         "registered_on": "2020-01-01"},
        "characters that codes do not use",
    ),
    "a title that ended first": (
        "statistician", "enterprises:honour", "firm",
        {"title": "title", "step": "grant", "on": "2021-05-01", "until": "2021-04-01",
         "document": "文"},
        "is before it was recognised",
    ),
    "a measure of tomorrow": (
        "statistician", "ladder:state", "firm",
        {"measure": "measure", "value": "1", "on": LATER, "proof": "第3页"}, "is in the future",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_post_is_answered_in_english(house: dict[str, Any], zone: Zone, case: str):
    role, name, given, form, said = REFUSED[case]
    words = house | {"version": _version(house["laid"])}
    told = {key: words.get(one, one) if isinstance(one, str) else one for key, one in form.items()}
    if told.get("holder-0"):
        told["holder-0"] = f"department:{told['holder-0']}"
    if file := next((one for one in told.values() if isinstance(one, SimpleUploadedFile)), None):
        file.seek(0)
    keys = given if isinstance(given, tuple) else [given] if given else []
    client = sign_in(role)
    client.cookies["django_language"] = "en"

    answer = client.post(
        reverse(name, args=[words.get(one, one) for one in keys]), told, follow=True
    )

    html = answer.content.decode()
    assert said in html
    assert chinese_outside_data(html, data_of(zone)) == []


def _version(project: int) -> int:
    return Project.objects.get(pk=project).version


def test_the_chinese_reader_is_answered_in_chinese(house: dict[str, Any]):
    answer = sign_in("leader").post(
        reverse("plan:adopt", args=[house["draft"]]), {"by": "管委会", "on": TODAY}
    )

    assert "“草案”还没有审核；请由起草人以外的人审核后再通过。" in answer.content.decode()
    assert Plan.objects.get(pk=house["draft"]).adopted_on is None
