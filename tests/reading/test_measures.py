"""What a number measures, how it binds and which way it goes: one pattern, one example."""

import pytest

from tests.reading.said import REVIEW, number, numbers

MEASURES = [
    ("税收9亿元。", "level", None),
    ("税收增长8%。", "growth", None),
    ("税收增速目标设定为8%。", "growth", None),
    ("居民消费价格涨幅3%左右。", "growth", None),
    ("高新技术企业增长3.2倍。", "growth", None),
    ("科研投入翻一番。", "growth", None),
    ("单位产值能耗下降3%。", "growth", "down"),
    ("能耗下降控制在3%以内。", "growth", "down"),
    ("城镇登记失业率3.5%。", "share", None),
    ("园区单位产值碳排放强度改善3%。", "growth", "down"),
    ("城镇化率提高1.5个百分点。", "change", None),
    ("物流成本下降0.4个百分点。", "change", "down"),
    ("新增规模工业企业20家。", "change", None),
    ("粮食增产3万吨。", "change", None),
    ("精简审批事项12项。", "change", "down"),
    ("引进企业20家。", "level", None),
    ("综合考核进入全省前10位。", "rank", None),
]


@pytest.mark.parametrize(("sentence", "measure", "direction"), MEASURES)
def test_a_number_measures_what_its_words_say(sentence: str, measure: str, direction: str | None):
    found = number(sentence)

    assert (found.measure, found.direction) == (measure, direction)


def test_an_addition_runs_on_down_its_list_until_another_verb():
    said = "新增高新技术企业20家、小巨人企业2家，建成厂房5栋、市场3个。"

    assert [one.measure for one in numbers(said)] == ["change", "change", "level", "level"]


# In a plan and in a review; 力争 and 确保 hold for the whole sentence.
BOUNDS = [
    ("城镇登记失业率控制在3%以内。", "<=", "<="),
    ("综合考核进入全省前10位。", "<=", "<="),
    ("研发投入强度不低于3%。", ">=", ">="),
    ("高新技术企业50家以上。", ">=", ">="),
    ("税收超过8亿元。", ">", ">"),
    ("铺设管网60多公里。", ">", ">"),
    ("工业增长5.5%左右。", "~", "~"),
    ("税收8亿元。", "=", "="),
    ("税收达到8亿元。", ">=", "="),
    ("力争税收增长8%，其中工业税收5亿元。", ">=", "="),
]


@pytest.mark.parametrize(("sentence", "in_a_plan", "in_a_review"), BOUNDS)
def test_the_bound_is_as_the_words_say(sentence: str, in_a_plan: str, in_a_review: str):
    assert {one.op for one in numbers(sentence)} == {in_a_plan}
    assert {one.op for one in numbers(sentence, REVIEW)} == {in_a_review}


def test_the_size_of_a_definite_thing_is_promised_by_nobody():
    assert number("确保2万平方米市场建成运营。").op == "="


def test_a_range_is_two_numbers_of_one_unit():
    low, high = numbers("地区生产总值增长5%—5.5%。")

    assert (low.value, high.value, low.unit, low.indicator) == (5, 5.5, "percent", high.indicator)
