"""Which years a number speaks of: one pattern, one example."""

import pytest

from jingkai.reading import read
from jingkai.reading.periods import plan_year
from tests.reading.said import PLAN, REVIEW, numbers

SPAN = "一、过去五年工作回顾\n"
AHEAD = "二、“十六五”时期发展目标\n"
EXAMPLES = [
    (REVIEW, "税收9亿元。", "2030"),
    (PLAN, "税收9亿元。", "2031"),
    (REVIEW, "2029年税收7亿元。", "2029"),
    (REVIEW, "五年来，铺设管网180公里。", "2026-2030"),
    (REVIEW, "五年来，高新技术企业达到300家。", "2030"),
    (REVIEW, "税收年均增长12%。", "2026-2030"),
    (PLAN, "到2035年，税收达到20亿元。", "2035"),
    (PLAN, "通过3年努力，税收达到20亿元。", "2033"),
    (PLAN, "园区现有闲置土地600亩。", "2031"),
    (SPAN, "过去五年，新建厂房30栋。", "2026-2030"),
    (SPAN, "较2025年提高3.3个百分点，城镇新增就业3万人。", "2026-2030"),
    (REVIEW, "2028年至2030年新建厂房30栋。", "2028-2030"),
]


@pytest.mark.parametrize(("part", "sentence", "period"), EXAMPLES)
def test_a_number_speaks_of_its_years(part: str, sentence: str, period: str):
    assert numbers(sentence, part)[-1].period == period


def test_a_from_to_has_the_year_before_and_the_last():
    before, after = numbers("补助由每人50元提高到80元。", REVIEW)

    assert (before.period, after.period) == ("2029", "2030")


def test_a_month_is_the_due_date_of_a_project():
    (project,) = read(PLAN + "确保云湖大道6月底前建成通车。", year=2031).projects

    assert project.period == "2031-06"


@pytest.mark.parametrize(
    ("head", "year"),
    [
        ("青石经开区2030年工作总结及2031年工作计划\n", 2031),
        ("政府工作报告\n——2031年1月20日在代表大会上\n", 2031),
        ("今后工作\n2031年政府工作的主要目标和任务\n", 2031),
    ],
)
def test_the_plan_year_is_read_from_the_head(head: str, year: int):
    assert plan_year(head) == year


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("今年1—5月，固定资产投资完成80亿元。", "2021-01..05"),
        ("上半年，今年固定资产投资完成80亿元。", "2021-01..06"),
        ("截至3月底，固定资产投资完成80亿元。", "2021Q1"),
        ("今年4月份固定资产投资完成80亿元。", "2021-04"),
        ("去年固定资产投资完成80亿元。", "2020"),
        ("今年1—15月，固定资产投资完成80亿元。", "2021"),
    ],
)
def test_a_speech_names_the_months_of_its_numbers(words: str, period: str):
    [one] = read(f"在调度会上的讲话\n{words}\n", year=2021).statements

    assert one.period == period


def test_a_speech_without_a_plan_promises_what_must_be_reached():
    said = "今年新开工项目13个，年底要达到30个。"

    kinds = [one.kind for one in read(f"在调度会上的讲话\n{said}\n", year=2021).statements]

    assert kinds == ["result", "target"]
