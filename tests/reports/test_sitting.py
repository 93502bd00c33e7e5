"""A hundred items in one sitting: filters, reasons, sameness, many at once, two people at once."""

import json
from datetime import date

import pytest
from django.urls import reverse

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.reading import read
from jingkai.reports.models import Intake, Proposal
from jingkai.reports.rules import propose
from jingkai.reports.services import (
    EditedMeanwhile,
    ReviewRefused,
    accept_all,
    decide,
    edit,
    make_plan,
    say_whether_same,
    take_in,
    undo_changes,
)
from tests.conftest import TINY_ZONE, sign_in, zone_of
from tests.reports.test_intake import TEXT, TODAY, pick

TWICE = """青禾经开区2021年工作计划
一、2021年重点工作
1.突出实体，聚焦项目推进。确保青禾电机生产基地开工建设。力争引进企业20家。
2.突出服务，聚焦要素保障。确保青禾电机生产基地项目9月底前竣工投产。建立项目周调度台账。
"""


@pytest.fixture
def intake(zone: Zone) -> Intake:
    return take_in(data=TEXT.encode(), name="报告.txt", by="甲", on=TODAY)


@pytest.fixture
def twice(zone: Zone) -> Intake:
    return take_in(data=TWICE.encode(), name="报告.txt", by="甲", on=TODAY)


def changes(proposal: Proposal, **said) -> dict:
    kept = ("text", "name", "op", "value", "lead", "support", "leader", "due_on")
    told = {field: getattr(proposal, field) for field in kept}
    return {"proposal_id": proposal.pk, "version": proposal.version, **told, **said}


def was(proposal: Proposal) -> dict:
    kept = ("text", "name", "op", "value", "lead", "support", "leader", "due_on")
    return {field: getattr(proposal, field) for field in kept}


def suggest(sentence: str):
    text = f"一、2021年重点工作\n{sentence}\n"
    return propose(read(text, year=2021).to_json(), text, zone_of(TINY_ZONE))


def test_the_lead_and_the_due_date_say_from_which_words():
    task = next(one for one in suggest("9月底前完成道路改造，走访企业。") if one.kind == "task")

    assert (task.lead, task.why["lead"]) == ("service", ["企业", "走访"])
    assert (task.support, task.why["support"]) == (("works",), {"works": ["道路"]})
    assert (task.due_on, task.why["due"]) == (date(2021, 9, 30), "9月底前")


def test_a_department_that_the_text_names_leads():
    task = next(one for one in suggest("由综合办牵头建立企业走访制度。") if one.kind == "task")

    assert (task.lead, task.why["is_said"], task.why["lead"]) == ("office", True, ["综合办"])
    assert task.support == ("service",)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("上半年建立企业走访制度。", date(2021, 6, 30)),
        ("三季度建立企业走访制度。", date(2021, 9, 30)),
        ("2021年底前建立企业走访制度。", date(2021, 12, 31)),
        ("建立企业走访制度。", date(2021, 12, 31)),
    ],
)
def test_the_due_date_comes_from_the_text_else_the_end_of_the_year(words: str, day: date):
    task = next(one for one in suggest(words) if one.kind == "task")

    assert task.due_on == day
    assert task.why["due"] in words
    assert bool(task.why["due"]) == (words[0] != "建")


def test_without_a_zone_no_department_is_invented():
    text = "一、2021年重点工作\n建立企业走访制度。\n"

    assert {one.lead for one in propose(read(text, year=2021).to_json(), text)} == {""}


def test_a_project_named_differently_is_asked_about_and_never_joined_silently(twice: Intake):
    first, second = twice.proposals.filter(kind="project")

    assert (second.same_as, second.sameness) == (first, "asked")
    assert first.sameness == ""
    accept_all(intake_id=twice.pk, confidence=0.0, by="甲", on=TODAY)
    second.refresh_from_db()
    assert second.decision == "open", "what is asked is not accepted in passing"


def test_joining_drops_the_second_and_can_be_taken_back(twice: Intake):
    _, second = twice.proposals.filter(kind="project")

    joined = say_whether_same(proposal_id=second.pk, is_same=True, version=1, by="甲")
    assert (joined.decision, joined.sameness) == ("dropped", "same")

    back = decide(proposal_id=second.pk, decision="open", version=2, by="甲")
    assert (back.decision, back.sameness) == ("open", "asked")
    apart = say_whether_same(proposal_id=second.pk, is_same=False, version=3, by="甲")
    assert (apart.decision, apart.sameness) == ("open", "apart")


def test_an_item_that_is_like_no_other_cannot_be_joined(twice: Intake):
    first = twice.proposals.filter(kind="project")[0]

    with pytest.raises(ReviewRefused, match="没有相同的项目"):
        say_whether_same(proposal_id=first.pk, is_same=True, version=1, by="甲")


def test_the_question_is_answered_on_the_page(twice: Intake):
    _, second = twice.proposals.filter(kind="project")
    client = sign_in("appraisal")
    page = client.get(reverse("reports:review", args=[twice.pk]) + "?sure=same").content.decode()
    assert "是，合并到那一条" in page

    client.post(reverse("reports:same", args=[second.pk]), {"is_same": "1", "version": 1})

    second.refresh_from_db()
    assert second.sameness == "same"


def test_many_are_accepted_at_once_and_put_back_at_once(intake: Intake):
    task = pick(intake, "要素保障")
    decide(proposal_id=task.pk, decision="dropped", version=1, by="甲")

    made = accept_all(intake_id=intake.pk, confidence=0.5, by="甲", on=TODAY)

    assert len(made.changes) == intake.proposals.exclude(pk=task.pk).count()
    assert undo_changes(change_set_id=made.pk, by="甲") == (len(made.changes), 0)
    assert set(intake.proposals.exclude(pk=task.pk).values_list("decision", flat=True)) == {"open"}
    task.refresh_from_db()
    assert task.decision == "dropped"
    with pytest.raises(ReviewRefused, match="只有已写入的"):
        undo_changes(change_set_id=made.pk, by="甲")


def test_the_unsure_are_not_accepted_at_once(intake: Intake):
    intake.proposals.filter(kind="target").update(flags=["同一指标在文中有不同的数"])
    intake.proposals.filter(kind="task").update(confidence=0.3)

    made = accept_all(intake_id=intake.pk, confidence=0.8, by="甲", on=TODAY)

    accepted = intake.proposals.filter(pk__in=[one["id"] for one in made.changes])
    assert set(accepted.values_list("kind", flat=True)) == {"project"}


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("kind=target", {"target"}),
        ("state=dropped", {"project"}),
        ("state=open&kind=project", set()),
        ("sure=no", {"target"}),
        ("theme=聚焦项目推进", {"target", "project", "task"}),
        ("theme=没有这一部分", {"target", "project", "task"}),
    ],
)
def test_the_review_is_filtered(intake: Intake, query: str, kinds: set[str]):
    intake.proposals.filter(kind="target").update(flags=["要核对"])
    intake.proposals.filter(kind="project").update(decision="dropped")
    client = sign_in("appraisal")

    html = client.get(f"{reverse('reports:review', args=[intake.pk])}?{query}").content.decode()

    shown = {kind for kind in ("target", "project", "task") if f'data-kind="{kind}"' in html}
    assert shown == kinds


def test_changes_of_two_people_in_different_fields_are_united(intake: Intake):
    seen = pick(intake, "周调度")
    lead = Department.objects.exclude(pk=seen.lead).first().pk
    edit(**changes(seen, lead=lead, support=[]), by="乙")

    united = edit(**changes(seen, text="每周调度"), was=was(seen), by="甲")

    assert (united.lead, united.text, united.changed_by) == (lead, "每周调度", "甲")


def test_changes_of_two_people_in_one_field_keep_both_to_see(intake: Intake):
    seen = pick(intake, "周调度")
    edit(**changes(seen, text="乙写的"), by="乙")

    with pytest.raises(EditedMeanwhile, match="乙刚改过") as refused:
        edit(**changes(seen, text="甲写的"), was=was(seen), by="甲")
    assert refused.value.theirs == {"text": "乙写的"}
    assert pick(intake, "乙写的").changed_by == "乙"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_second_sees_who_was_first_and_keeps_what_was_typed(intake: Intake, headers):
    seen = pick(intake, "周调度")
    address = reverse("reports:edit", args=[seen.pk])
    client = sign_in("appraisal")
    client.get(address)
    before = was(seen) | {"due_on": seen.due_on.isoformat(), "value": None}
    edit(**changes(seen, text="乙写的"), by="乙")
    told = {
        "text": "甲写的长长一段",
        "lead": seen.lead,
        "support": seen.support,
        "leader": seen.leader,
        "due_on": seen.due_on.isoformat(),
        "version": seen.version,
        "was": json.dumps(before),
    }

    html = client.post(address, told, headers=headers).content.decode()

    assert "乙刚改过这一条" in html
    assert "乙写的是：乙写的" in html
    assert "甲写的长长一段" in html
    seen.refresh_from_db()
    assert seen.text == "乙写的"

    again = told | {"version": seen.version, "was": json.dumps(before | {"text": "乙写的"})}
    client.post(address, again, headers=headers)
    seen.refresh_from_db()
    assert seen.text == "甲写的长长一段", "the second save counts"


def test_a_press_on_what_another_decided_says_who(intake: Intake):
    task = pick(intake, "周调度")
    decide(proposal_id=task.pk, decision="accepted", version=1, by="乙")

    html = (
        sign_in("appraisal")
        .post(
            reverse("reports:decide", args=[task.pk]),
            {"decision": "dropped", "version": 1},
            headers={"HX-Request": "true"},
        )
        .content.decode()
    )

    assert "刚被乙改动过" in html
    assert 'data-decision="accepted"' in html


def test_a_button_pressed_twice_counts_once(intake: Intake):
    task = pick(intake, "周调度")
    decide(proposal_id=task.pk, decision="accepted", version=1, by="甲")

    again = decide(proposal_id=task.pk, decision="accepted", version=1, by="甲")

    assert (again.decision, again.version) == ("accepted", 2)


def test_a_task_split_in_the_list_comes_back_as_its_parts(intake: Intake):
    task = pick(intake, "周调度")

    html = (
        sign_in("appraisal")
        .post(
            reverse("reports:split", args=[task.pk]),
            {"parts": "建立台账\n每周调度", "version": 1},
            headers={"HX-Request": "true"},
        )
        .content.decode()
    )

    assert html.count('<li class="proposal') == 2
    assert html.count('id="progress"') == 1


def test_earlier_reports_stand_beside_this_one(intake: Intake):
    earlier = TEXT.replace("2021", "2020").replace("24个", "20个")
    before = take_in(data=earlier.encode(), name="去年.txt", by="甲", on=TODAY)
    address = reverse("reports:compare", args=[intake.pk])
    client = sign_in("appraisal")

    assert before.title in client.get(address).content.decode()
    html = client.get(f"{address}?with={before.pk}").content.decode()

    assert "提高" in html
    assert "再次提出而未开工" in html
    assert "20个" in html and "24个" in html


def test_reports_of_one_year_cannot_be_compared_and_the_page_says_why(intake: Intake):
    other = take_in(data=(TEXT + "推行容缺受理。").encode(), name="b.txt", by="甲", on=TODAY)
    address = reverse("reports:compare", args=[intake.pk])

    answer = sign_in("appraisal").get(f"{address}?with={other.pk}")

    assert answer.status_code == 422
    assert "都是 2021 年" in answer.content.decode()


def test_the_only_report_says_what_will_stand_in_its_comparison(intake: Intake):
    html = sign_in("appraisal").get(reverse("reports:compare", args=[intake.pk])).content.decode()

    assert "先导入一份往年的报告" in html


@pytest.mark.parametrize("name", ["table", "table_import", "compare", "review"])
def test_who_may_not_import_sees_none_of_it(intake: Intake, name: str):
    answer = sign_in("project_officer").get(reverse(f"reports:{name}", args=[intake.pk]))

    assert answer.status_code == 403


def test_what_does_not_exist_is_not_found(intake: Intake):
    client = sign_in("appraisal")

    for name in ("table", "table_import", "compare", "review", "changes"):
        assert client.get(reverse(f"reports:{name}", args=[999_999])).status_code == 404


def test_a_plan_closes_every_door(intake: Intake):
    made = accept_all(intake_id=intake.pk, confidence=0.5, by="甲", on=TODAY)
    make_plan(intake_id=intake.pk, by="甲", on=TODAY)

    with pytest.raises(ReviewRefused, match="已经生成计划"):
        undo_changes(change_set_id=made.pk, by="甲")
