from decimal import Decimal

import pytest

from jingkai.kernel.load import ZoneRefused, load_zone
from jingkai.kernel.plans import read_people, read_plan, read_progress, read_projects, read_readings
from tests.kernel.known import FACT_TYPES, ZONES
from tests.kernel.planting import Planter, planter

__all__ = ["planter"]

MISTAKES = {
    "unknown department": (
        read_plan, "plan.yaml", "lead: works,", "lead: work,", "projects_started", "works"),
    "unknown supporting department": (
        read_plan, "plan.yaml", "support: [service]", "support: [services]", "projects_started",
        "service"),
    "lead that supports itself": (
        read_plan, "plan.yaml", "support: [service]", "support: [works]", "projects_started",
        "配合单位"),
    "unknown indicator": (
        read_plan, "plan.yaml", "indicator: projects_started", "indicator: project_started",
        "projects_started", "projects_started"),
    "unknown unit": (
        read_plan, "plan.yaml", "unit: 个", "unit: 箇", "projects_started", "可用的单位"),
    "unit of another kind": (
        read_plan, "plan.yaml", "unit: 个", "unit: 亿元", "projects_started", "不能换算"),
    "another measure": (
        read_plan, "plan.yaml", "value: 4", "measure: growth, value: 4", "projects_started",
        "growth"),
    "bad period": (
        read_plan, "plan.yaml", "period: 2021,", "period: 2021-13,", "projects_started", "2021-06"),
    "unknown theme": (
        read_plan, "plan.yaml", "theme: build", "theme: built", "projects_started", "build"),
    "unknown key": (
        read_plan, "plan.yaml", "due_on: 2021-06-15", "due: 2021-06-15", "road", "due_on"),
    "no due date": (read_plan, "plan.yaml", ", due_on: 2021-06-15", "", "road", "due_on"),
    "due before the year": (
        read_plan, "plan.yaml", "due_on: 2021-06-15", "due_on: 2020-06-15", "road", "早于"),
    "wrong type": (read_plan, "plan.yaml", "value: 4", "value: 四", "projects_started", "数字"),
    "unknown action": (
        read_plan, "plan.yaml", "action: complete", "action: finish", "east_road", "complete"),
    "one id for two items": (
        read_plan, "plan.yaml", "  visits:", "  firms_visited:", "firms_visited", "不能同码"),
    "part of nothing": (
        read_plan, "plan.yaml", "part_of: projects_started", "part_of: project_started",
        "civil_works", "projects_started"),
    "unknown part of the file": (read_plan, "plan.yaml", "tasks:", "task:", "task", "tasks"),
    "year that is none": (read_plan, "plan.yaml", "year: 2021", "year: 今年", "year", "int"),
    "person of no department": (
        read_people, "people.yaml", "department: works", "department: work", "shi2", "works"),
    "project out of order": (
        read_projects, "projects.yaml", "started_on: 2021-04-12", "started_on: 2019-04-12",
        "T-003", "先后"),
    "project of no kind": (
        read_projects, "projects.yaml", "kind: 产业", "kind: 工业", "T-001", "服务业"),
    "project for nothing": (
        read_projects, "projects.yaml", "investment: 0.2", "investment: 0", "T-001", "亿元"),
    "reading twice": (
        read_readings, "readings.yaml", "period: 2021-06", "period: 2021-03", "firms_visited",
        "重复"),
    "reading of what is computed": (
        read_readings, "readings.yaml", "indicator: firms_visited", "indicator: projects_started",
        "projects_started", "业务事实"),
    "reading in another kind of unit": (
        read_readings, "readings.yaml", "unit: 户", "unit: 亩", "firms_visited", "不能换算"),
    "progress of no task": (
        read_progress, "progress.yaml", "road:", "roads:", "roads", "workshops"),
    "progress without a day": (
        read_progress, "progress.yaml", "2021-06-20", "已完成", "road", "日期"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_refused_with_file_line_and_fix(mistake: str, planter: Planter) -> None:
    read, name, old, new, definition, fix = MISTAKES[mistake]
    zone = load_zone(planter.plant((name, old, new)), FACT_TYPES)

    with pytest.raises(ZoneRefused) as refused:
        read(zone)

    assert any(
        problem.path.name == name and problem.definition == definition and fix in problem.text
        for problem in refused.value.problems
    ), refused.value


def test_a_project_code_that_comes_twice_is_refused(planter: Planter) -> None:
    zone = load_zone(planter.plant(("projects.yaml", "T-002", "T-001")), FACT_TYPES)

    with pytest.raises(ZoneRefused, match=r"projects.yaml:3 定义“T-001”：“T-001”重复"):
        read_projects(zone)


def test_level_and_growth_of_a_year_are_one_return() -> None:
    filed = read_readings(ZONES["zones.changde"])

    gdp = [one for one in filed if one.subject == "indicator:gdp" and one.period.id == "2020"]

    assert len(gdp) == 1
    assert gdp[0].values == {"amount": 14_300_000_000, "rate": Decimal("5.2"), "status": "快报"}


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("gdp_growth", "地区生产总值增长9%以上"),
        ("projects_started", "新开工项目30个以上"),
        ("firms_tax_100m_2025", "税收过亿元企业超过10家"),
    ],
)
def test_a_target_is_said_as_a_clerk_says_it(target: str, text: str) -> None:
    sheet = read_plan(ZONES["zones.changde"])

    assert [one.text for one in sheet.targets if one.id == target] == [text]
