from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

import pytest

from jingkai.kernel.plans import (
    ProjectEntry,
    read_people,
    read_plan,
    read_progress,
    read_projects,
    read_readings,
)
from tests.kernel.known import ZONES

DEMO = ZONES["zones.changde"]
PLAN = read_plan(DEMO)
PROJECTS = read_projects(DEMO)


def _count(year: int, gate: str, rule: Callable[[ProjectEntry], bool] = lambda _: True) -> int:
    dates = ((getattr(project, f"{gate}_on"), project) for project in PROJECTS)
    return sum(bool(on and on.year == year and rule(project)) for on, project in dates)


def _at_least(amount: int) -> Callable[[ProjectEntry], bool]:
    return lambda project: project.investment >= amount


def _is_large_industrial(project: ProjectEntry) -> bool:
    return project.kind == "产业" and project.investment >= 1


def test_the_plan_holds_what_the_report_promises() -> None:
    assert (len(PLAN.targets), len(PLAN.tasks), len(PLAN.projects)) == (29, 84, 42)
    assert {target.theme for target in PLAN.targets} <= set(DEMO.themes)
    assert all(target.indicator for target in PLAN.targets)
    assert Counter(target.period.id for target in PLAN.targets)["2021"] == 22


def test_tasks_are_short_enough_for_a_row() -> None:
    assert [task.text for task in PLAN.tasks if len(task.text) > 40] == []


def test_the_invented_projects_of_2020_sum_to_the_published_counts() -> None:
    assert _count(2020, "signed") > 100
    assert _count(2020, "signed", _at_least(1)) == 35
    assert _count(2020, "signed", _at_least(10)) == 7
    assert _count(2020, "signed", lambda project: project.top500) == 3


def test_half_of_2021_stands_where_the_demo_wants_it() -> None:
    assert _count(2021, "signed") == 58
    assert _count(2021, "signed", _at_least(1)) == 17
    assert (_count(2021, "started"), _count(2021, "started", _is_large_industrial)) == (13, 6)
    assert (
        _count(2021, "commissioned"),
        _count(2021, "commissioned", _is_large_industrial),
    ) == (11, 5)


def test_nothing_happens_after_the_business_date() -> None:
    today = DEMO.business_date
    assert today == date(2021, 6, 30)
    dates = [
        on
        for project in PROJECTS
        for on in (
            project.signed_on,
            project.started_on,
            project.commissioned_on,
            project.full_output_on,
        )
        if on
    ]

    assert max(dates) <= today
    assert all(DEMO.calendar.is_workday(on) for on in dates if on.year > 2019)
    assert all(on <= today for on in read_progress(DEMO).values())
    assert all(filed.known_on <= today for filed in read_readings(DEMO))


def test_an_invented_figure_carries_no_real_name() -> None:
    real = {project.name for project in PLAN.projects}

    assert all(project.investor.endswith("\uff08虚构\uff09") for project in PROJECTS)
    assert not any(name in project.name for name in real for project in PROJECTS)


def test_published_results_are_not_marked_invented() -> None:
    filed = read_readings(DEMO)

    assert {one.is_invented for one in filed if one.period.last.year == 2020} == {False}
    assert {one.is_invented for one in filed if one.period.id >= "2021-02"} == {True}
    gdp = next(one for one in filed if one.subject == "indicator:gdp" and one.period.id == "2020")
    assert gdp.values["amount"] == Decimal("14300000000")


def test_some_indicators_of_the_plan_are_not_reported() -> None:
    filed = {
        one.subject.removeprefix("indicator:")
        for one in read_readings(DEMO)
        if one.period.first.year == 2021
    }

    assert {"rd_share", "new_hightech_firms", "national_research_platforms"}.isdisjoint(filed)


@pytest.mark.parametrize("package", ZONES)
def test_every_department_has_people_and_a_leader_who_exists(package: str) -> None:
    zone = ZONES[package]
    people = read_people(zone)
    leaders = {person.name for person in people if person.role == "leader"}

    assert {entry.id for entry in zone.departments} == {person.department for person in people}
    assert {entry.leader for entry in zone.departments} <= leaders
    assert "appraisal" in {person.role for person in people}
    assert "project_officer" in {person.role for person in people}


def _hits(lines: Iterable[tuple[str, str]]) -> float:
    found = [DEMO.propose_departments(text)[:2].count(lead) for text, lead in lines]
    return sum(found) / len(found)


def test_duty_words_propose_the_lead_of_nearly_every_task() -> None:
    assert _hits((task.text, task.lead) for task in PLAN.tasks) > 0.95
    assert _hits((target.text, target.lead) for target in PLAN.targets) > 0.95
