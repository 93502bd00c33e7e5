"""Numerals that state nothing, each with its reason: one pattern, one example."""

import pytest

from tests.reading.said import numbers, why_left_out

EXAMPLES = [
    ("税收增长百分之三百。", "百分之三百", "百分数大得不可能"),
    ("税收1e400元。", "1e400元", "数字大得不可能"),
    ("13月底前完成规划。", "13", "没有13月"),
    ("6月底前完成规划。", "6", "日期"),
    ("2031年完成规划。", "2031年", "日期或年限"),
    ("推进“千企万户2000”行动。", "2000", "引号或括号里的数字"),
    ("完善5G网络。", "5", "名称的一部分"),
    ("做好3个方面工作。", "3个", "只是归纳，不能核对"),
    ("落实“十条”[12]。", "12", "注释的序号"),
    ("3岁以上人口参保。", "3岁", "指标里的门槛"),
    ("打造200亿级产业。", "200亿", "指标里的门槛"),
    ("17个行业增加值增长8%。", "17个", "只是范围"),
    ("年产10万吨新材料项目竣工投产。", "10万吨", "项目名称里的产能"),
    ("50万吨饲料厂投产运营。", "50万吨", "项目名称里的产能"),
    ("3000头的养猪基地建成。", "3000头", "项目名称里的产能"),
    ("庆祝建区30周年。", "30", "没有单位"),
    ("增长8%。", "8%", "看不出说的是什么"),
]


@pytest.mark.parametrize(("sentence", "text", "why"), EXAMPLES)
def test_a_number_is_left_out_with_its_reason(sentence: str, text: str, why: str):
    assert (text, why) in why_left_out(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["推进“十六五”规划。", "第二批项目。", "一个干部。", "四面出击。", "亿元以上项目开工。"],
)
def test_words_of_speech_are_passed_over(sentence: str):
    assert not numbers(sentence)


def test_contradicting_numbers_are_both_kept_and_flagged():
    found = numbers("力争税收8亿元。会议强调，力争税收9亿元。")

    assert [one.value for one in found] == [8e8, 9e8]
    assert all("同一指标在文中有不同的数" in one.flags for one in found)
