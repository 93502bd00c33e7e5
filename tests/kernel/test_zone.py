from datetime import date

import pytest

from jingkai.kernel.parameters import NotInForce
from jingkai.kernel.zone import current_zone, installed
from tests.kernel.known import ZONES

DEMO = ZONES["zones.changde"]


@pytest.mark.parametrize(
    ("text", "department"),
    [
        ("加快推进疏港铁路和污水管网", "construction"),
        ("深化一件事一次办改革", "approvals"),
        ("力争引进亿元项目", "investment"),
        ("推进村和社区换届", "party"),
        ("新开工项目", "projects"),
        ("地区生产总值增长", "economy"),
        ("上级资金", "finance"),
    ],
)
def test_duty_words_point_a_task_to_its_department(text: str, department: str) -> None:
    assert DEMO.propose_departments(text)[0] == department


def test_no_department_is_proposed_without_a_duty_word() -> None:
    assert DEMO.propose_departments("同志们,大家好") == []


@pytest.mark.parametrize(
    ("name", "measure", "indicator"),
    [
        ("亿元项目", "level", "projects_signed_100m"),
        ("“500强”投资项目", "level", "projects_signed_top500"),
        ("新开工项目", "level", "projects_started"),
        ("地区生产总值", "growth", "gdp_growth"),
        ("地区生产总值", "level", "gdp"),
        ("地方一般公共预算收入", "growth", "budget_revenue_growth"),
        ("全社会研发经费投入占GDP比重", "share", "rd_share"),
        ("省级“小巨人”企业", "level", "new_provincial_giants"),
        ("百亿专业园区\uff08企业\uff09", "level", "ten_billion_parks"),
        ("百亿专业园区(企业)", "level", "ten_billion_parks"),
        ("国家级经开区考核", "rank", "national_assessment_rank"),
    ],
)
def test_an_indicator_is_found_as_reports_print_it(name: str, measure: str, indicator: str) -> None:
    found = DEMO.find_indicator(name, measure)

    assert found is not None
    assert found.id == indicator


def test_a_name_of_two_counts_is_told_apart_by_what_it_is_part_of() -> None:
    name = "亿元以上产业项目"
    started = DEMO.find_indicator(name, within="projects_started")
    commissioned = DEMO.find_indicator(name, within="projects_commissioned")

    assert DEMO.find_indicator(name) is None
    assert started and started.id == "large_industrial_started"
    assert commissioned and commissioned.id == "large_industrial_commissioned"


def test_a_parameter_answers_with_the_value_of_its_time() -> None:
    revenue = DEMO.parameters["statistics.industrial_revenue"]

    assert revenue.on(date(2010, 12, 31)).value == 500
    assert revenue.on(date(2011, 1, 1)).value == 2000
    with pytest.raises(NotInForce, match="补一条"):
        revenue.on(date(2006, 12, 31))


def test_a_definition_answers_for_the_days_it_is_in_force() -> None:
    assert DEMO.definition("gdp", date(2021, 1, 1)) is DEMO.indicators["gdp"]
    assert DEMO.definition("gdp", date(2014, 12, 31)) is None


def test_the_zone_of_a_block_gives_way_to_the_one_before() -> None:
    before = current_zone()
    with installed(ZONES["tests.tiny"]):
        assert current_zone().id == "tiny"

    assert current_zone() is before
