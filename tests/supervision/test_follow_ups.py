"""督办单: made from a word, done by one, verified by another, chased on working days."""

from collections.abc import Iterator
from datetime import date

import pytest

from jingkai.cases.models import Case
from jingkai.cases.services import CaseRefused, NotYours, act
from jingkai.kernel.zone import Zone, installed
from jingkai.ledger.models import Fact
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department, Notice, Person
from jingkai.org.services import add_person, open_departments
from jingkai.plan.services import NewItem, adopt_plan, draft_plan
from jingkai.supervision.desks import supervisor_department
from jingkai.supervision.models import Escalation, FollowUp
from jingkai.supervision.queries import handled_until, list_follow_ups
from jingkai.supervision.services import FollowUpRefused, NewFollowUp, follow_up, run_day
from tests.conftest import TINY_ZONE, zone_of

TODAY = date(2021, 6, 1)
DUE = date(2021, 6, 15)


def person(account: str, department: str, role: str) -> Person:
    place = Department.objects.get(pk=department)
    made, _ = add_person(account=account, name=f"测{account}", role=role, department=place)
    made.must_change_password = False
    made.save()
    return made


@pytest.fixture
def office(zone: Zone) -> dict[str, Person]:
    """A leader, two people of the supervisors, and somebody of another department."""
    desk = supervisor_department()
    other = Department.objects.exclude(pk=desk).first().pk
    return {
        "leader": person("boss", other, "leader"),
        "keeper": person("keeper", desk, "appraisal"),
        "second": person("second", desk, "appraisal"),
        "doer": person("doer", other, "officer"),
    }


@pytest.fixture
def tiny(db: None) -> Iterator[Zone]:
    with installed(zone_of(TINY_ZONE)) as zone:
        open_departments(zone)
        yield zone


def instruct(office: dict[str, Person], **more: object) -> FollowUp:
    told = {"instruction": "请抓紧", "lead": office["doer"].department_id, "due_on": DUE}
    return follow_up(new=NewFollowUp(**(told | more)), by=office["leader"], on=TODAY)


def do_next(one: FollowUp, by: Person, on: date = TODAY, outcome: str = "") -> str:
    """Do the one open step; return its id."""
    step = Case.objects.get(pk=one.case_id).work.get().step
    proof = [keep_file(data=b"x", name="照片.txt")]
    act(case_id=one.case_id, step=step, by=by, on=on, words="已办", outcome=outcome, proof=proof)
    return step


def bring_to_verification(one: FollowUp, office: dict[str, Person], on: date = TODAY) -> None:
    while Case.objects.get(pk=one.case_id).work.get().department_id != supervisor_department():
        do_next(one, office["doer"], on)


def test_a_word_becomes_a_numbered_errand_that_the_lead_is_told_of(zone: Zone, office: dict):
    first, second = instruct(office), instruct(office)

    case = Case.objects.get(pk=first.case_id)
    assert first.number == zone.supervision.number.format(year=2021, number=1)
    assert second.serial == 2
    assert case.due_on == DUE
    assert case.work.get().department_id == office["doer"].department_id
    assert Fact.objects.filter(type="cases.accepted").count() == 2
    told = Notice.objects.filter(department=office["doer"].department_id)
    assert first.number in told.last().text


def test_a_due_day_that_is_a_day_off_moves_to_the_next_working_day(zone: Zone, office: dict):
    one = instruct(office, due_on=date(2021, 6, 12))

    # 12 to 14 June 2021 are the Dragon Boat holiday.
    assert Case.objects.get(pk=one.case_id).due_on == date(2021, 6, 15)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"instruction": " "}, "写明要办什么"),
        ({"due_on": TODAY}, "至少一天"),
        ({"lead": "nobody"}, "承办单位"),
        ({"evidence": "nothing"}, "印证材料"),
    ],
)
def test_half_an_instruction_is_refused(office: dict, more: dict, words: str):
    with pytest.raises(FollowUpRefused, match=words):
        instruct(office, **more)

    assert not Case.objects.exists()


def test_only_leaders_and_supervisors_instruct(office: dict):
    told = NewFollowUp(instruction="x", lead=office["doer"].department_id, due_on=DUE)

    with pytest.raises(FollowUpRefused, match="批示"):
        follow_up(new=told, by=office["doer"], on=TODAY)


def test_a_report_needs_its_proof(zone: Zone, office: dict):
    one = instruct(office)
    proving = next(step.id for step in zone.supervision.steps if step.needs_proof)
    while (step := Case.objects.get(pk=one.case_id).work.get().step) != proving:
        act(case_id=one.case_id, step=step, by=office["doer"], on=TODAY)

    with pytest.raises(CaseRefused, match="凭证"):
        act(case_id=one.case_id, step=proving, by=office["doer"], on=TODAY, words="已办")


def test_who_did_it_does_not_verify_it(office: dict):
    """The supervisors' own department gets an errand: another of its people verifies."""
    one = instruct(office, lead=supervisor_department())
    verifies = {"verify", "strike"}
    while Case.objects.get(pk=one.case_id).work.get().step not in verifies:
        do_next(one, office["keeper"])

    with pytest.raises(NotYours, match="由别人来办"):
        do_next(one, office["keeper"], outcome="confirmed")

    do_next(one, office["second"], outcome="confirmed")


def test_only_closing_out_closes_it_and_stops_the_clock(office: dict):
    one = instruct(office)
    bring_to_verification(one, office)
    assert Case.objects.get(pk=one.case_id).closed_on is None

    while Case.objects.get(pk=one.case_id).work.exists():
        do_next(one, office["keeper"], outcome="confirmed")

    case = Case.objects.get(pk=one.case_id)
    assert (case.closed_on, case.decided_on) == (TODAY, TODAY)
    assert Fact.objects.filter(type="cases.decided").count() == 1


def test_sent_back_work_is_reported_again_and_counted(changde: Zone):
    office = {
        "leader": person("boss", "economy", "leader"),
        "keeper": person("keeper", "office", "appraisal"),
        "doer": person("doer", "economy", "officer"),
    }
    one = instruct(office)
    bring_to_verification(one, office)

    do_next(one, office["keeper"], outcome="again")

    work = Case.objects.get(pk=one.case_id).work.get()
    assert (work.step, work.department_id) == ("report", "economy")
    assert handled_until(date(2021, 6, 30))[0][0].returned == 1


def climb(first: date, last: date) -> list[tuple[str, date]]:
    day = first
    while day <= last:
        run_day(on=day)
        day = date.fromordinal(day.toordinal() + 1)
    return list(Escalation.objects.values_list("rung", "on"))


def test_silence_is_chased_on_working_days_each_rung_once(changde: Zone):
    office = {
        "leader": person("boss", "economy", "leader"),
        "doer": person("doer", "economy", "officer"),
    }
    person("keeper", "office", "appraisal")
    instruct(office)

    rungs = climb(date(2021, 6, 2), date(2021, 6, 30))

    # Issued on Tuesday 1 June with one day to sign; due on Tuesday 15 June after the holiday.
    assert rungs == [
        ("unsigned", date(2021, 6, 3)),
        ("remind", date(2021, 6, 10)),
        ("notice", date(2021, 6, 16)),
        ("leader", date(2021, 6, 22)),
    ]
    assert climb(date(2021, 6, 30), date(2021, 6, 30)) == rungs


def test_another_zone_climbs_its_own_ladder(tiny: Zone):
    office = {
        "leader": person("boss", "works", "leader"),
        "doer": person("doer", "works", "officer"),
    }
    instruct(office)

    # Three days to reply end on Friday 4 June; the whole is due on 15 June.
    rungs = climb(date(2021, 6, 2), date(2021, 6, 30))

    assert rungs == [("first", date(2021, 6, 5)), ("second", date(2021, 6, 17))]


def test_the_last_rung_tells_the_responsible_leader(changde: Zone):
    place = Department.objects.get(pk="economy")
    leader = person("theirs", "finance", "leader")
    place.leader = leader.name
    place.save()
    office = {
        "leader": person("boss", "office", "leader"),
        "doer": person("d", "economy", "officer"),
    }
    instruct(office)

    climb(date(2021, 6, 22), date(2021, 6, 22))

    last = Escalation.objects.get(rung="leader")
    assert last.told == ["economy", "office"]
    assert last.people == [{"name": leader.name, "role": "leader", "acts_for": ""}]
    assert last.missing == [{"role": "head", "why": "record"}]
    told = Notice.objects.get(person=leader)
    assert "报分管领导" in told.text and told.department is None
    assert not Notice.objects.filter(department="finance").exists()


def test_what_is_closed_is_not_chased(office: dict):
    one = instruct(office)
    bring_to_verification(one, office)
    while Case.objects.get(pk=one.case_id).work.exists():
        do_next(one, office["keeper"], outcome="confirmed")

    assert climb(date(2021, 6, 28), date(2021, 6, 30)) == []


def test_another_department_sees_neither_the_errand_nor_its_case(office: dict):
    one = instruct(office)
    third = Department.objects.exclude(
        pk__in=[office["doer"].department_id, supervisor_department()]
    ).first()
    stranger = person("stranger", third.pk, "officer")

    assert not list_follow_ups(stranger).exists()
    assert list(list_follow_ups(office["doer"])) == [one]


def test_it_is_about_the_item_of_a_plan(office: dict):
    items = [NewItem("task", "", "修路", date(2021, 12, 31), office["doer"].department_id)]
    plan = draft_plan(year=2021, title="计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=TODAY)

    one = instruct(office, about=f"item:{plan.items.get().pk}")

    assert Case.objects.get(pk=one.case_id).subject == one.about
