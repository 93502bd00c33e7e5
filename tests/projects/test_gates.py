"""Gates are passed in order, with proof, by one person at a time."""

from datetime import date
from decimal import Decimal

import pytest

from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.models import Fact
from jingkai.ledger.queries import Ledger, find_disagreeing
from jingkai.ledger.services import NewFact, keep_file, rebuild_lake, record
from jingkai.org.models import Department
from jingkai.projects.facts import gate_passed
from jingkai.projects.gating import lay_departments, subject_of
from jingkai.projects.models import Project
from jingkai.projects.queries import gate_values
from jingkai.projects.rules import GATES, find_objection
from jingkai.projects.services import (
    ChangedMeanwhile,
    CodeTaken,
    GateRefused,
    add_project,
    pass_gate,
    withdraw_gate,
)

TODAY = date(2021, 6, 30)


@pytest.fixture
def project(changde: Zone) -> Project:
    return add_project(
        code="T-1",
        name="试验一号",
        investor="试验公司",
        kind="产业",
        investment=Decimal(yi(2)),
        is_top500=False,
        lead=Department.objects.first().pk,
    )


def pass_one(project: Project, gate: str = "start", on: date = date(2021, 5, 6), **more):
    settings = {
        "by": "甲",
        "today": TODAY,
        "version": Project.objects.get(pk=project.pk).version,
        "proof": [keep_file(data=b"x", name="a.txt")],
    }
    return pass_gate(project_id=project.pk, gate_id=gate, on=on, **settings | more)


def count_started(known_on: date = TODAY) -> Decimal | None:
    begun = current_zone().indicators["projects_started"]
    return Ledger(known_on).number(begun, Period.year(2021)).value


def test_passing_a_gate_moves_the_number(project: Project):
    assert count_started() == 0

    pass_one(project)

    assert count_started() == 1
    assert Project.objects.get().start_on == date(2021, 5, 6)


def test_a_gate_needs_proof(project: Project):
    with pytest.raises(GateRefused, match="施工许可证"):
        pass_one(project, proof=[])
    assert count_started() == 0


def test_a_gate_is_passed_once(project: Project):
    pass_one(project)
    with pytest.raises(GateRefused, match="已于 2021-05-06"):
        pass_one(project)
    assert count_started() == 1


def test_who_opened_the_page_before_a_change_is_asked_again(project: Project):
    pass_one(project, "sign", date(2021, 1, 5))
    with pytest.raises(ChangedMeanwhile, match="还在"):
        pass_one(project, version=1)


def test_a_withdrawn_gate_counts_no_more_and_can_be_recorded_again(project: Project):
    pass_one(project)
    withdraw_gate(
        project_id=project.pk, gate_id="start", by="乙", today=TODAY, reason="写错", version=2
    )
    assert count_started() == 0

    pass_one(project, on=date(2021, 6, 1))
    assert count_started() == 1


def test_withdrawing_needs_a_reason_and_something_to_withdraw(project: Project):
    with pytest.raises(GateRefused, match="没有"):
        withdraw_gate(
            project_id=project.pk, gate_id="start", by="乙", today=TODAY, reason="x", version=1
        )
    pass_one(project)
    with pytest.raises(GateRefused, match="原因"):
        withdraw_gate(
            project_id=project.pk, gate_id="start", by="乙", today=TODAY, reason=" ", version=2
        )


def test_two_projects_cannot_share_a_code(project: Project):
    with pytest.raises(CodeTaken, match="试验一号"):
        add_project(
            code="T-1",
            name="另一个",
            investor="",
            kind="产业",
            investment=Decimal(1),
            is_top500=False,
            lead=Department.objects.first().pk,
        )


@pytest.mark.parametrize(
    ("gate", "on", "passed", "words"),
    [
        ("start", date(2021, 7, 1), {}, "将来"),
        ("start", date(2021, 1, 1), {"sign": date(2021, 1, 2)}, "早于签约"),
        ("start", date(2021, 6, 2), {"commission": date(2021, 6, 1)}, "晚于投产"),
        ("start", date(2021, 1, 1), {"start": date(2021, 1, 2)}, "已于"),
    ],
)
def test_dates_that_cannot_be_are_objected_to(gate, on, passed, words):
    assert words in str(find_objection(GATES[gate], on, passed=passed, today=TODAY))


@pytest.mark.parametrize("on", [date(2021, 1, 2), date(2021, 6, 1)])
def test_a_gate_may_fall_on_the_day_of_its_neighbours(on: date):
    passed = {"sign": date(2021, 1, 2), "commission": date(2021, 6, 1)}

    assert find_objection(GATES["start"], on, passed=passed, today=TODAY) is None


def by_department(known_on: date = TODAY) -> dict[str, int]:
    begun = current_zone().indicators["projects_started"]
    signed = current_zone().indicators["projects_signed"]
    return {
        f"{one.id} {key}": int(number.value)
        for one in (begun, signed)
        for key, number in Ledger(known_on).numbers_by(one, Period.year(2021), "department").items()
        if number.value
    }


def test_a_gate_counts_for_the_department_that_led_the_project_then(project: Project):
    first, second = Department.objects.all()[:2]
    pass_one(project, "sign", date(2021, 3, 1))
    Project.objects.filter(pk=project.pk).update(lead=second)
    pass_one(project, "start", date(2021, 5, 6))

    assert by_department() == {
        f"projects_signed {first.pk}": 1,
        f"projects_started {second.pk}": 1,
    }
    assert find_disagreeing(on=TODAY) == [], "the lake says the same"


def test_gates_from_before_projects_belonged_to_departments_get_theirs(project: Project):
    first, second = Department.objects.all()[:2]
    for gate, on in (("sign", date(2021, 3, 1)), ("start", date(2021, 5, 6))):
        line = NewFact(
            gate_passed,
            subject=subject_of(project),
            on=on,
            key=f"{subject_of(project)}:{gate}:1",
            values=gate_values(project, gate),
        )
        record(line, by="甲", reason="旧记录", known_on=TODAY)
    Project.objects.filter(pk=project.pk).update(lead=second)
    assert by_department() == {"projects_signed ": 1, "projects_started ": 1}

    assert lay_departments(by="甲", known_on=TODAY) == 1
    assert by_department() == {
        f"projects_signed {second.pk}": 1,
        f"projects_started {second.pk}": 1,
    }
    assert lay_departments(by="甲", known_on=TODAY) == 0
    rebuild_lake()
    assert find_disagreeing(on=TODAY) == [], "the lake laid anew says the same"
    assert first.pk != second.pk


def test_a_department_that_was_told_later_is_taken_back_to_the_first_gate(project: Project):
    first, second = Department.objects.all()[:2]
    line = NewFact(
        gate_passed,
        subject=subject_of(project),
        on=date(2021, 3, 1),
        key=f"{subject_of(project)}:sign:1",
        values=gate_values(project, "sign"),
    )
    record(line, by="甲", reason="旧记录", known_on=TODAY)
    Project.objects.filter(pk=project.pk).update(sign_on=date(2021, 3, 1))
    pass_one(project, "start", date(2021, 5, 6))
    Project.objects.filter(pk=project.pk).update(lead=second)

    assert lay_departments(by="甲", known_on=TODAY) == 1
    assert by_department() == {
        f"projects_signed {first.pk}": 1,
        f"projects_started {first.pk}": 1,
    }


def test_who_leads_a_project_is_recorded_once(project: Project):
    pass_one(project, "sign", date(2021, 3, 1))
    pass_one(project, "start", date(2021, 5, 6))

    assert Fact.objects.filter(type="ledger.belongs").count() == 1
    assert by_department() == {
        f"projects_signed {project.lead_id}": 1,
        f"projects_started {project.lead_id}": 1,
    }
