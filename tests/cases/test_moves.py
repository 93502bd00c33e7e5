"""A case moves from hand to hand: by who holds it, once, and with its past kept."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from jingkai.cases.models import Action, Case, Definition, OpenWork
from jingkai.cases.rules import BadCaseType, StepMap
from jingkai.cases.services import (
    Blocked,
    CaseRefused,
    DefinitionWithdrawn,
    MovedMeanwhile,
    NewCase,
    NotYours,
    act,
    answer_cosign,
    ask_cosign,
    clear_flag,
    end_case,
    hand_over,
    keep_definition,
    mark_opened,
    migrate_cases,
    open_case,
    raise_flag,
    send_back,
    take,
    withdraw,
    withdraw_definition,
)
from jingkai.kernel.deadlines import Limit
from jingkai.kernel.zone import Zone
from jingkai.ledger.models import Fact
from jingkai.org.services import delegate, withdraw_delegation
from tests.cases.kinds import TODAY, desks, permit, person, supervision


@pytest.fixture
def people(zone: Zone) -> dict:
    return {
        "window": person("window", 0),
        "reviewer": person("reviewer", 1),
        "other": person("other", 1),
        "chief": person("chief", 2, "leader"),
    }


def permit_case(**more) -> Case:
    places = desks(window=0, lead=1, seal=2)
    new = NewCase(
        kind=more.pop("kind", permit),
        title="试验办件",
        department=places["lead"],
        desks=places,
        statutory=Limit(20),
        promised=Limit(5),
        most_extension=10,
        **more,
    )
    return open_case(new=new, by=None, on=TODAY)


def run(case: Case, step: str, by, **more):
    return act(case_id=case.pk, step=step, by=by, on=more.pop("on", TODAY), **more)


def to_review(people: dict, **more) -> Case:
    case = permit_case(**more)
    run(case, "receive", people["window"])
    run(case, "accept", people["window"])
    return case


def test_a_case_runs_from_receipt_to_delivery(people: dict):
    case = to_review(people)
    run(case, "review", people["reviewer"], words="符合条件")
    run(case, "decide", people["chief"], outcome="grant")
    done = run(case, "deliver", people["window"])

    case.refresh_from_db()
    assert done.is_closed
    assert (case.closed_on, case.outcome) == (TODAY, "准予许可")
    assert case.active == 0
    assert not OpenWork.objects.exists()
    kinds = list(Fact.objects.values_list("type", flat=True).order_by("pk"))
    assert kinds == ["cases.accepted", "cases.decided", "cases.closed"]
    numbers = list(case.actions.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_open_work_lies_with_the_desk_of_each_step(people: dict):
    case = to_review(people, answers={"site": "yes"})

    work = {one.step: one.department_id for one in case.work.all()}
    lead = desks(lead=1)["lead"]
    assert work == {"review": lead, "visit": lead}


def test_only_who_holds_the_step_may_do_it(people: dict):
    case = permit_case()

    with pytest.raises(NotYours, match="不在您的部门"):
        run(case, "receive", people["reviewer"])
    assert case.actions.count() == 1


def test_the_second_officer_sees_who_was_first(people: dict):
    case = to_review(people)
    seen = case.work.get(step="review").since_action
    run(case, "review", people["reviewer"], words="同意", since=seen)

    with pytest.raises(MovedMeanwhile, match="测reviewer"):
        run(case, "review", people["other"], words="也同意", since=seen)


def test_another_branch_does_not_disturb(people: dict):
    case = to_review(people, answers={"site": "yes"})
    seen = case.work.get(step="visit").since_action
    run(case, "review", people["reviewer"], words="同意")

    assert run(case, "visit", people["other"], since=seen).active == ("decide",)


def test_a_second_press_shows_the_first_result(people: dict):
    case = to_review(people)
    first = run(case, "review", people["reviewer"], words="同意", key="k1")
    again = run(case, "review", people["reviewer"], words="同意", key="k1")

    assert (again.number, again.is_repeat) == (first.number, True)
    assert case.actions.filter(step="review").count() == 1


def test_an_old_form_does_not_act_on_a_step_that_came_back(people: dict):
    case = to_review(people)
    run(case, "review", people["reviewer"], words="同意", key="k1")
    withdraw(case_id=case.pk, by=people["reviewer"], on=TODAY)

    again = run(case, "review", people["reviewer"], words="同意", key="k1")

    assert again.is_repeat
    assert case.work.filter(step="review").exists()


def test_words_outcomes_and_other_eyes_are_asked_for(people: dict):
    case = to_review(people)
    with pytest.raises(CaseRefused, match="要写意见"):
        run(case, "review", people["reviewer"])
    run(case, "review", people["reviewer"], words="同意")
    with pytest.raises(CaseRefused, match="准予许可、不予许可"):
        run(case, "decide", people["chief"])
    hand_over(
        case_id=case.pk,
        step="decide",
        by=people["chief"],
        on=TODAY,
        words="外出",
        person=people["reviewer"],
    )
    with pytest.raises(NotYours, match="要由别人来办"):
        run(case, "decide", people["reviewer"], outcome="grant")


def test_a_flag_blocks_its_step_and_no_other(people: dict):
    case = to_review(people)
    raise_flag(
        case_id=case.pk,
        flag="deferral",
        words="缺公证书",
        by=people["window"],
        on=TODAY,
        due_on=TODAY,
    )
    run(case, "review", people["reviewer"], words="同意")
    with pytest.raises(Blocked, match=r"缺公证书.*2021-06-30"):
        run(case, "decide", people["chief"], outcome="grant")

    clear_flag(case_id=case.pk, flag="deferral", words="已补", by=people["window"], on=TODAY)
    assert run(case, "decide", people["chief"], outcome="grant").active == ("deliver",)


def test_a_queueing_flag_blocks_nothing(people: dict):
    case = to_review(people)
    raise_flag(case_id=case.pk, flag="urgent", words="", by=None, on=TODAY)
    run(case, "review", people["reviewer"], words="同意")

    assert run(case, "decide", people["chief"], outcome="grant")


def test_a_step_can_be_withdrawn_until_the_next_person_opens(people: dict):
    case = to_review(people)
    run(case, "review", people["reviewer"], words="同意")
    mark_opened(case_id=case.pk, by=people["reviewer"], on=TODAY, at=timezone.now())
    withdraw(case_id=case.pk, by=people["reviewer"], on=TODAY)
    assert [one.step for one in case.work.all()] == ["review"]

    run(case, "review", people["reviewer"], words="同意")
    assert mark_opened(case_id=case.pk, by=people["chief"], on=TODAY, at=timezone.now()) == 1
    with pytest.raises(CaseRefused, match="打开“决定”"):
        withdraw(case_id=case.pk, by=people["reviewer"], on=TODAY)


def test_what_is_in_the_ledger_is_neither_withdrawn_nor_undone(people: dict):
    case = to_review(people)
    with pytest.raises(CaseRefused, match="不能撤回"):
        withdraw(case_id=case.pk, by=people["window"], on=TODAY)
    with pytest.raises(CaseRefused, match="已经形成文书"):
        send_back(
            case_id=case.pk, step="review", to="receive", by=people["reviewer"], on=TODAY, words="x"
        )


def test_a_case_goes_back_to_any_earlier_step(people: dict):
    case = to_review(people, answers={"site": "yes"})
    run(case, "review", people["reviewer"], words="同意")
    run(case, "visit", people["other"])
    send_back(
        case_id=case.pk, step="decide", to="review", by=people["chief"], on=TODAY, words="意见不全"
    )

    case.refresh_from_db()
    assert [one.step for one in case.work.all()] == ["review"]
    with pytest.raises(CaseRefused, match="不在"):
        send_back(
            case_id=case.pk, step="review", to="decide", by=people["reviewer"], on=TODAY, words="x"
        )


def test_a_cosigner_is_waited_for(people: dict):
    case = to_review(people)
    asked = ask_cosign(
        case_id=case.pk,
        step="review",
        department=desks(seal=2)["seal"],
        question="是否符合规划",
        by=people["reviewer"],
        on=TODAY,
    )
    with pytest.raises(Blocked, match="会签"):
        run(case, "review", people["reviewer"], words="同意")
    with pytest.raises(NotYours):
        answer_cosign(cosign_id=asked.pk, is_agreed=True, answer="", by=people["window"], on=TODAY)
    with pytest.raises(CaseRefused, match="理由"):
        answer_cosign(cosign_id=asked.pk, is_agreed=False, answer=" ", by=people["chief"], on=TODAY)
    answer_cosign(cosign_id=asked.pk, is_agreed=True, answer="符合", by=people["chief"], on=TODAY)

    assert run(case, "review", people["reviewer"], words="同意").active == ("decide",)


def test_work_is_taken_and_handed_over(people: dict):
    case = to_review(people)
    take(case_id=case.pk, step="review", by=people["reviewer"], on=TODAY)
    with pytest.raises(NotYours, match="测reviewer"):
        run(case, "review", people["other"], words="同意")
    hand_over(
        case_id=case.pk,
        step="review",
        by=people["reviewer"],
        on=TODAY,
        words="请假",
        person=people["other"],
    )

    assert run(case, "review", people["other"], words="同意").active == ("decide",)
    assert "请假" in case.actions.get(kind="hand_over").words


def test_a_delegate_acts_in_the_name_of_the_giver_between_the_dates(people: dict):
    case = to_review(people)
    lend = {"giver": people["reviewer"], "taker_id": people["window"].pk, "reason": "出差"}
    given = delegate(**lend, from_on=TODAY, until_on=TODAY + timedelta(3), today=TODAY)
    with pytest.raises(NotYours):
        run(case, "review", people["window"], words="同意", on=TODAY + timedelta(4))
    withdraw_delegation(delegation_id=given.pk, by=people["reviewer"], on=TODAY)
    with pytest.raises(NotYours):
        run(case, "review", people["window"], words="同意")
    delegate(**lend, from_on=TODAY, until_on=TODAY, today=TODAY)
    run(case, "review", people["window"], words="同意")

    line = case.actions.get(step="review")
    assert (line.actor_name, line.on_behalf) == ("测window", "测reviewer")


def test_time_spent_is_waiting_and_working(people: dict):
    case = to_review(people)
    work = case.work.get(step="review")
    start = work.since_at
    mark_opened(case_id=case.pk, by=people["reviewer"], on=TODAY, at=start + timedelta(minutes=10))
    run(case, "review", people["reviewer"], words="好", at=start + timedelta(minutes=25))

    line = case.actions.get(step="review")
    assert (line.waited, line.worked) == (600, 900)


def test_a_case_may_end_early_with_a_reason(people: dict):
    case = to_review(people)
    with pytest.raises(CaseRefused, match="原因"):
        end_case(case_id=case.pk, outcome="撤回申请", words="", by=people["reviewer"], on=TODAY)
    end_case(
        case_id=case.pk, outcome="撤回申请", words="申请人来函", by=people["reviewer"], on=TODAY
    )

    case.refresh_from_db()
    assert (case.closed_on, case.outcome) == (TODAY, "撤回申请")
    with pytest.raises(MovedMeanwhile):
        run(case, "review", people["reviewer"], words="x")


def test_supervision_is_another_definition_of_the_same_engine(zone: Zone):
    places = desks(office=0, lead=1)
    office, clerk, both = person("office", 0), person("clerk", 1), person("both", 0)
    new = NewCase(kind=supervision, title="督办一件", department=places["lead"], desks=places)
    case = open_case(new=new, by=office, on=TODAY)
    run(case, "file", office)
    run(case, "assign", office)
    run(case, "sign", clerk)
    assert case.work.get(step="report").due_on == date(2021, 7, 14)
    hand_over(case_id=case.pk, step="report", by=clerk, on=TODAY, words="协办", person=both)
    run(case, "report", both, words="已完成")
    with pytest.raises(NotYours, match=r"反馈.*是您办的"):
        run(case, "verify", both, outcome="pass")
    run(case, "verify", office, outcome="redo")
    assert [one.step for one in case.work.all()] == ["report"]
    run(case, "report", clerk, words="补办")
    run(case, "verify", office, outcome="pass")

    assert run(case, "strike", office).is_closed


def test_a_case_keeps_the_version_it_began_with(people: dict):
    case = permit_case()
    later = replace(permit, version=2, steps=permit.steps[:5])
    keep_definition(later, on=TODAY)

    run(case, "receive", people["window"])
    assert Case.objects.get().definition.version == 1


def test_a_kept_version_does_not_change_and_bits_keep_their_meaning(people: dict):
    permit_case()
    with pytest.raises(BadCaseType, match="新的版本号"):
        keep_definition(replace(permit, name="改名"), on=TODAY)
    moved = replace(permit.steps[0], id="other", name="别的", needs=())
    steps = (moved, *(replace(one, needs=()) for one in permit.steps[1:]))
    with pytest.raises(BadCaseType, match="0 号位"):
        keep_definition(replace(permit, version=2, steps=steps), on=TODAY)


def test_a_withdrawn_definition_opens_no_case_and_holds_the_open_ones(people: dict):
    case = permit_case()
    kept = Definition.objects.get()
    with pytest.raises(CaseRefused, match="原因"):
        withdraw_definition(definition_id=kept.pk, why="", by=people["chief"], on=TODAY)
    withdraw_definition(definition_id=kept.pk, why="办法废止", by=people["chief"], on=TODAY)

    with pytest.raises(DefinitionWithdrawn, match="办法废止"):
        permit_case()
    with pytest.raises(DefinitionWithdrawn, match="已填内容都在"):
        run(case, "receive", people["window"])
    assert Action.objects.filter(case=case).count() == 1


def test_open_cases_are_moved_to_a_new_version_after_a_dry_run(people: dict):
    case = to_review(people)
    case.refresh_from_db()
    due = case.due_on
    old = case.definition_id
    later = replace(permit, version=2)
    plan = StepMap(basis="试验办法修订第一条", steps={one.id: one.id for one in permit.steps})
    move = {"definition_id": old, "to": later, "plan": plan, "by": people["chief"], "on": TODAY}
    told = migrate_cases(**move, is_dry_run=True)
    case.refresh_from_db()
    assert (told[0].after, case.definition_id) == (("审查",), old)

    since = case.work.get().since_at
    migrate_cases(**move, is_dry_run=False)
    case.refresh_from_db()
    assert (case.definition.version, case.due_on, case.work.get().since_at) == (2, due, since)
    assert case.actions.filter(kind="migrate").count() == 1
    holes = StepMap(basis="试验", steps={})
    with pytest.raises(CaseRefused, match="对照表没有写"):
        migrate_cases(
            definition_id=case.definition_id,
            to=replace(permit, version=3),
            plan=holes,
            by=people["chief"],
            on=TODAY,
            is_dry_run=False,
        )


def test_a_promise_is_not_longer_than_the_law(people: dict):
    places = desks(window=0, lead=1, seal=2)
    new = NewCase(
        kind=permit, title="x", department=places["lead"], statutory=Limit(5), promised=Limit(6)
    )
    with pytest.raises(CaseRefused, match="长于法定时限"):
        open_case(new=new, by=None, on=TODAY)


def test_a_wait_is_as_long_as_the_days_of_the_house_say(people: dict):
    """The date of the tests stands still, years before the real one."""
    three_days_ago = TODAY - timedelta(days=3)
    places = desks(window=0, lead=1, seal=2)
    new = NewCase(kind=permit, title="试验办件", department=places["lead"], desks=places)
    case = open_case(new=new, by=people["window"], on=three_days_ago)
    act(case_id=case.pk, step=case.work.get().step, by=people["window"], on=TODAY)

    done = Action.objects.get(case=case, kind="act")
    assert round(done.waited / 86_400) == 3
