"""The clock of a case starts at acceptance, stands still for reasons of law, and is never quiet."""

from datetime import date

import pytest

from jingkai.cases.models import Action, Case, DueMove
from jingkai.cases.queries import get_clock
from jingkai.cases.services import (
    CaseRefused,
    NotYours,
    accept_untold,
    act,
    ask_extension,
    decide_extension,
    import_notice,
    pause,
    receive_again,
    resume,
    tell_correction,
)
from jingkai.kernel.calendar import CalendarDay
from jingkai.kernel.deadlines import BadPause
from jingkai.ledger.models import Fact
from jingkai.ledger.services import keep_file
from tests.cases.kinds import person
from tests.cases.test_moves import people, permit_case, run, to_review

__all__ = ["people"]
D = date.fromisoformat


def proof() -> list:
    return [keep_file(data=b"x", name="告知书.txt")]


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def test_acceptance_starts_both_clocks(people: dict):
    case = fresh(to_review(people))

    # 2021-06-30 is a Wednesday: five working days end on 7 July, twenty on 28 July.
    assert (case.due_on, case.statutory_due_on) == (D("2021-07-07"), D("2021-07-28"))
    clock = get_clock(case, D("2021-07-05"))
    assert (clock.used, clock.left) == (3, 2)


def test_untold_within_five_days_counts_as_accepted_at_receipt(people: dict):
    case = permit_case()
    run(case, "receive", people["window"])
    assert accept_untold(on=D("2021-07-07")) == 0
    assert accept_untold(on=D("2021-07-08")) == 1

    case = fresh(case)
    assert (case.accepted_on, case.accepted_how) == (D("2021-06-30"), "视为受理")
    assert case.actions.get(step="accept").actor_name == "系统"
    assert accept_untold(on=D("2021-07-09")) == 0


@pytest.mark.parametrize(
    ("on", "accepted_on"), [("2021-07-07", "2021-07-07"), ("2021-07-08", "2021-06-30")]
)
def test_a_late_acceptance_counts_from_receipt(people: dict, on: str, accepted_on: str):
    case = permit_case()
    run(case, "receive", people["window"])
    run(case, "accept", people["window"], on=D(on))

    assert fresh(case).accepted_on == D(accepted_on)


def test_correction_is_told_once_and_in_time(people: dict):
    case = permit_case()
    tell_correction(case_id=case.pk, missing="缺法人证书", by=people["window"], on=D("2021-07-07"))
    with pytest.raises(CaseRefused, match="分次告知"):
        tell_correction(case_id=case.pk, missing="还缺", by=people["window"], on=D("2021-07-07"))
    assert accept_untold(on=D("2021-08-01")) == 0
    run(case, "receive", people["window"], on=D("2021-07-08"))
    with pytest.raises(CaseRefused, match="补正"):
        run(case, "accept", people["window"], on=D("2021-07-08"))
    receive_again(case_id=case.pk, by=people["window"], on=D("2021-07-09"))
    run(case, "accept", people["window"], on=D("2021-07-12"))

    assert fresh(case).accepted_on == D("2021-07-12")


def test_a_late_correction_is_refused(people: dict):
    case = permit_case()
    with pytest.raises(CaseRefused, match="视为受理"):
        tell_correction(case_id=case.pk, missing="缺", by=people["window"], on=D("2021-07-08"))


def test_the_clock_stops_only_for_a_lawful_reason_with_proof(people: dict):
    case = to_review(people)
    stop = {"case_id": case.pk, "by": people["reviewer"], "on": D("2021-07-02")}
    with pytest.raises(CaseRefused, match="专家评审"):
        pause(**stop, reason="busy", proof=proof())
    with pytest.raises(CaseRefused, match="书面告知"):
        pause(**stop, reason="expert", proof=[])
    with pytest.raises(NotYours):
        pause(**(stop | {"by": people["window"]}), reason="expert", proof=proof())
    with pytest.raises(BadPause, match="早于受理日"):
        pause(**stop, reason="expert", proof=proof(), first=D("2021-06-29"))

    pause(**stop, reason="expert", proof=proof())
    assert (fresh(case).is_paused, fresh(case).due_on) == (True, None)
    run(case, "review", people["reviewer"], words="同意", on=D("2021-07-05"))
    with pytest.raises(CaseRefused, match="先恢复计时"):
        run(case, "decide", people["chief"], outcome="grant", on=D("2021-07-05"))
    resume(case_id=case.pk, by=people["chief"], on=D("2021-07-06"))

    # 2, 5 and 6 July are not counted: three working days are added to 7 July.
    assert fresh(case).due_on == D("2021-07-12")
    types = list(Fact.objects.order_by("pk").values_list("type", flat=True))
    assert types == ["cases.accepted", "cases.paused", "cases.resumed"]


def test_pauses_are_disjoint_and_end_after_they_begin(people: dict):
    case = to_review(people)
    stop = {"case_id": case.pk, "by": people["reviewer"], "reason": "expert", "proof": proof()}
    pause(**stop, on=D("2021-07-02"))
    with pytest.raises(CaseRefused, match="早于起日"):
        resume(case_id=case.pk, by=people["reviewer"], on=D("2021-07-05"), last=D("2021-07-01"))
    resume(case_id=case.pk, by=people["reviewer"], on=D("2021-07-05"))
    with pytest.raises(BadPause, match="重叠"):
        pause(**stop, on=D("2021-07-05"))

    pause(**stop, on=D("2021-07-06"))


def test_nobody_grants_their_own_extension(people: dict):
    case = to_review(people)
    on = D("2021-07-05")
    with pytest.raises(CaseRefused, match="最多还能延长 10"):
        ask_extension(case_id=case.pk, days=11, reason="复杂", by=people["reviewer"], on=on)
    asked = ask_extension(case_id=case.pk, days=10, reason="复杂", by=people["reviewer"], on=on)
    with pytest.raises(NotYours, match="别人审批"):
        decide_extension(extension_id=asked.pk, is_granted=True, by=people["reviewer"], on=on)
    decide_extension(extension_id=asked.pk, is_granted=True, by=people["chief"], on=on)

    assert fresh(case).due_on == D("2021-07-21")
    with pytest.raises(CaseRefused, match="已由"):
        decide_extension(extension_id=asked.pk, is_granted=False, by=people["chief"], on=on)


@pytest.mark.parametrize(
    ("on", "pace"), [("2021-07-06", "提前"), ("2021-07-07", "按期"), ("2021-07-08", "逾期")]
)
def test_the_decision_says_how_fast_it_was(people: dict, on: str, pace: str):
    case = to_review(people)
    run(case, "review", people["reviewer"], words="同意")
    run(case, "decide", people["chief"], outcome="refuse", on=D(on))

    said = Fact.objects.get(type="cases.decided").values
    assert f'"pace":"{pace}"' in said
    assert '"outcome":"不予许可"' in said


def test_a_notice_moves_due_days_to_both_sides_and_is_logged(people: dict):
    late = to_review(people)  # due 2021-07-07, by law 07-28
    other = to_review(people)
    act(case_id=other.pk, step="review", by=people["reviewer"], on=D("2021-06-30"), words="同意")
    notice = [
        CalendarDay(D("2021-07-03"), True, "调休"),
        CalendarDay(D("2021-08-02"), False, "放假"),
    ]
    told = import_notice(
        days=notice, source="试发〔2021〕1号", by=people["chief"], on=D("2021-07-01")
    )
    assert (told.sooner, told.later) == (2, 0)
    assert fresh(late).due_on == D("2021-07-06")

    notice = [CalendarDay(D("2021-07-05"), False, "放假")]
    told = import_notice(
        days=notice, source="试发〔2021〕2号", by=people["chief"], on=D("2021-07-01")
    )
    assert (told.sooner, told.later) == (0, 2)
    assert fresh(late).due_on == D("2021-07-07")
    assert DueMove.objects.filter(case=late).count() == 2
    assert Action.objects.filter(case=late, kind="retime").count() == 2


def test_a_guessed_year_is_recomputed_when_its_notice_comes(people: dict):
    case = permit_case(received_on=D("2021-06-30"))
    Case.objects.filter(pk=case.pk).update(received_on=D("2026-12-25"), opened_on=D("2026-12-25"))
    run(case, "receive", people["window"], on=D("2026-12-28"))
    run(case, "accept", people["window"], on=D("2026-12-30"))
    assert (fresh(case).due_on, fresh(case).is_estimated) == (D("2027-01-07"), True)

    notice = [CalendarDay(D(f"2027-01-0{n}"), False, "元旦") for n in (1, 4)]
    import_notice(days=notice, source="试发〔2026〕9号", by=people["chief"], on=D("2026-12-30"))

    assert (fresh(case).due_on, fresh(case).is_estimated) == (D("2027-01-08"), False)


def test_an_acceptance_cannot_be_dated_back(people: dict):
    case = permit_case()
    run(case, "receive", people["window"])
    run(case, "accept", people["window"], on=D("2021-07-02"))
    assert fresh(case).accepted_on == D("2021-07-02")
    other = person("x", 0)
    with pytest.raises(CaseRefused):
        run(case, "accept", other, on=D("2021-07-01"))
