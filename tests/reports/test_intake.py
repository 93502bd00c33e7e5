"""A report goes in, its proposals are decided, the plan comes out; nothing is half-stored."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jingkai.jobs.services import run_due_jobs
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Notice
from jingkai.plan.models import Item, Plan
from jingkai.plan.services import PlanRefused, adopt_plan, review_plan
from jingkai.reports.models import Intake, Proposal
from jingkai.reports.services import (
    ReviewRefused,
    accept_all,
    decide,
    edit,
    give_back,
    make_plan,
    split,
    take_in,
)
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)
TEXT = """青禾经开区2021年工作计划
一、2021年重点工作
1.突出实体，聚焦项目推进。力争新开工项目24个，其中亿元以上产业项目9个。确保青禾电机生产基地竣工投产。
建立项目周调度台账；编制要素保障清单。
"""


@pytest.fixture
def intake(zone: Zone) -> Intake:
    return take_in(data=TEXT.encode(), name="报告.txt", by="甲", on=TODAY)


def pick(intake: Intake, words: str, kind: str = "task") -> Proposal:
    return intake.proposals.filter(kind=kind, text__contains=words).get()


def test_a_report_is_stored_with_its_text_and_proposals(intake: Intake):
    assert intake.year == 2021
    assert intake.text == TEXT
    assert set(intake.proposals.values_list("kind", flat=True)) == {"target", "project", "task"}


def test_a_proposal_is_edited_and_thereby_accepted(intake: Intake):
    target, (first, second, *_) = pick(intake, "新开工项目", "target"), Department.objects.all()

    changed = edit(
        proposal_id=target.pk,
        version=1,
        by="甲",
        text="新开工二十六个",
        lead=first.pk,
        support=[second.pk],
        leader="乙",
        due_on=date(2021, 11, 30),
        op=">=",
        value=Decimal(26),
    )

    assert (changed.decision, changed.value, changed.lead) == ("accepted", 26, first.pk)


def test_a_task_is_split_and_later_ones_move_on(intake: Intake):
    task = pick(intake, "周调度")
    after = intake.proposals.filter(number__gt=task.number).count()

    made = split(proposal_id=task.pk, version=1, parts=["建立台账", " ", "每周调度"], by="甲")

    assert [one.text for one in made] == ["建立台账", "每周调度"]
    assert intake.proposals.filter(number__gt=made[-1].number).count() == after
    numbers = list(intake.proposals.values_list("number", flat=True))
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize(
    ("words", "kind", "parts", "refusal"),
    [("周调度", "task", ["只有一行"], "两行以上"), ("新开工", "target", ["甲", "乙"], "只有任务")],
)
def test_what_cannot_be_split_is_refused(intake: Intake, words, kind, parts, refusal):
    with pytest.raises(ReviewRefused, match=refusal):
        split(proposal_id=pick(intake, words, kind).pk, version=1, parts=parts, by="甲")


def test_two_clerks_at_one_proposal_cannot_overwrite_each_other(intake: Intake):
    task = pick(intake, "周调度")
    decide(proposal_id=task.pk, decision="accepted", version=1, by="乙")

    with pytest.raises(ReviewRefused, match="刚被乙改动过（现为“已接受”）"):
        decide(proposal_id=task.pk, decision="dropped", version=1, by="甲")


def adopt(draft: Plan) -> None:
    """Let somebody else review a draft, and the zone adopt it."""
    review_plan(plan_id=draft.pk, by="乙", on=TODAY)
    adopt_plan(plan_id=draft.pk, by="管委会", on=TODAY)


def test_a_draft_given_back_is_decided_anew(intake: Intake):
    accept_all(intake_id=intake.pk, kind="target", confidence=0.5, by="甲", on=TODAY)
    draft = make_plan(intake_id=intake.pk, by="甲", on=TODAY)
    client, url = sign_in("appraisal"), reverse("reports:give_back", args=[intake.pk])
    assert client.post(url).status_code == 302

    assert not Plan.objects.filter(pk=draft.pk).exists()
    assert intake.proposals.filter(decision="accepted").exists()
    task = pick(intake, "周调度")
    decide(proposal_id=task.pk, decision="accepted", version=task.version, by="乙")
    again = make_plan(intake_id=intake.pk, by="乙", on=TODAY)
    assert "周调度" in " ".join(again.items.values_list("text", flat=True))


def test_an_adopted_plan_is_not_given_back(intake: Intake):
    accept_all(intake_id=intake.pk, kind="target", confidence=0.5, by="甲", on=TODAY)
    adopt(make_plan(intake_id=intake.pk, by="甲", on=TODAY))

    with pytest.raises(PlanRefused, match="由 管委会 通过"):
        give_back(intake_id=intake.pk, by="甲", on=TODAY)
    intake.refresh_from_db()
    assert intake.plan is not None
    intake.plan = None
    intake.save()
    with pytest.raises(ReviewRefused, match="没有草案可退回"):
        give_back(intake_id=intake.pk, by="甲", on=TODAY)


def test_the_plan_holds_what_was_accepted_and_nothing_else(intake: Intake):
    accept_all(intake_id=intake.pk, kind="target", confidence=0.5, by="甲", on=TODAY)
    decide(proposal_id=pick(intake, "要素保障").pk, decision="dropped", version=1, by="乙")

    plan = make_plan(intake_id=intake.pk, by="甲", on=TODAY)

    assert (plan.drafted_by, plan.drafted_on, plan.adopted_on) == ("甲", TODAY, None)
    assert set(plan.items.values_list("kind", flat=True)) == {"target"}
    whole = plan.items.get(text__contains="新开工项目").target
    assert whole.parts.get().value == 9


def test_the_lead_departments_are_told_once(intake: Intake, zone: Zone):
    lead = Department.objects.first().pk
    for proposal in intake.proposals.filter(kind="task"):
        edit(
            proposal_id=proposal.pk,
            version=1,
            by="甲",
            text=proposal.text,
            lead=lead,
            support=[],
            leader="",
            due_on=TODAY,
        )
    draft = make_plan(intake_id=intake.pk, by="甲", on=TODAY)
    run_due_jobs(now=timezone.now())
    assert not Notice.objects.exists(), "a draft tells nobody yet"
    adopt(draft)

    run_due_jobs(now=timezone.now())
    run_due_jobs(now=timezone.now())

    notice = Notice.objects.get(department=lead)
    assert f"{Item.objects.filter(lead=lead).count()} 项" in notice.text


def test_a_plan_of_nothing_is_refused(intake: Intake):
    with pytest.raises(PlanRefused, match="至少确认一条"):
        make_plan(intake_id=intake.pk, by="甲", on=TODAY)
    assert not Plan.objects.exists()


def test_a_review_that_became_a_plan_is_closed(intake: Intake):
    accept_all(intake_id=intake.pk, kind="target", confidence=0.5, by="甲", on=TODAY)
    make_plan(intake_id=intake.pk, by="甲", on=TODAY)

    with pytest.raises(ReviewRefused, match="已经生成计划"):
        decide(proposal_id=pick(intake, "周调度").pk, decision="accepted", version=1, by="乙")
    with pytest.raises(ReviewRefused, match="已经生成计划"):
        make_plan(intake_id=intake.pk, by="甲", on=TODAY)


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.txt", "空"),
        (b"  \n", "a.txt", "空的"),
        (b"x" * (20 * 1024 * 1024 + 1), "a.txt", "20 MB"),
        (b"no archive", "a.docx", "不是 Word"),
        (b"%PDF-1.4 x", "a.pdf", "打不开"),
        (b"abc", "a.exe", "不认识"),
    ],
)
def test_a_file_that_is_no_report_stores_nothing(zone: Zone, data: bytes, name: str, words: str):
    file = SimpleUploadedFile(name, data)

    answer = sign_in("appraisal").post(reverse("reports:new"), {"file": file, "year": "2021"})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Intake.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_report_in_any_usual_encoding_opens_its_review(zone: Zone, encoding: str):
    file = SimpleUploadedFile("报告.txt", TEXT.encode(encoding))

    answer = sign_in("appraisal").post(reverse("reports:new"), {"file": file}, follow=True)

    html = answer.content.decode()
    assert '<mark class="target"' in html
    assert "24个" in html


def test_a_report_without_targets_opens_an_empty_review_and_says_so(zone: Zone):
    told = {"text": "关于天气的说明。今天天气很好。"}

    answer = sign_in("appraisal").post(reverse("reports:new"), told, follow=True)

    html = answer.content.decode()
    assert "没有读出计划条目" in html
    assert Intake.objects.get().proposals.count() == 0


def test_neither_file_nor_text_is_refused(zone: Zone):
    answer = sign_in("appraisal").post(reverse("reports:new"), {"text": "  "})

    assert answer.status_code == 422
    assert "请选择报告文件" in answer.content.decode()


def test_markup_in_a_report_stays_text(zone: Zone):
    told = {"text": TEXT + "<script>alert(1)</script>力争引进企业5家。"}

    html = sign_in("appraisal").post(reverse("reports:new"), told, follow=True).content.decode()

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_deciding_by_htmx_returns_the_item_and_the_progress(zone: Zone):
    intake = take_in(data=TEXT.encode(), name="a.txt", by="甲", on=TODAY)
    task = pick(intake, "周调度")

    answer = sign_in("appraisal").post(
        reverse("reports:decide", args=[task.pk]),
        {"decision": "accepted", "version": 1},
        headers={"HX-Request": "true"},
    )

    html = answer.content.decode()
    assert f'id="p{task.pk}"' in html
    assert 'hx-swap-oob="true"' in html
    assert "<html" not in html


def test_the_progress_report_says_what_is_missing_and_links_what_is_known(zone: Zone):
    intake = take_in(data=TEXT.encode(), name="a.txt", by="甲", on=TODAY)
    accept_all(intake_id=intake.pk, kind="target", confidence=0.5, by="甲", on=TODAY)
    adopt(make_plan(intake_id=intake.pk, by="甲", on=TODAY))

    html = sign_in("appraisal").get(reverse("reports:progress", args=[2021])).content.decode()

    assert "列有目标1项" in html
    assert ("不作推算" in html) or (
        reverse("number", args=["projects_started", "2021-01..06"]) in html
    )
