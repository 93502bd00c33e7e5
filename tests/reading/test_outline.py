"""Headings, parts and sections of a report."""

from jingkai.reading.outline import outline

TEXT = """青石经开区2030年工作总结及2031年工作计划
一、2030年工作总结
（一）工业。税收9亿元。
二、2031年工作计划
1. 招商。引进企业20家。
一是抓好项目。
附：名词解释
1.“五长”：指5个负责人。
"""


def test_every_line_knows_its_part_and_its_section():
    headings, lines = outline(TEXT, 2031)

    parts = [(one.title, one.level, one.part) for one in headings]
    assert parts == [
        ("一、2030年工作总结", 1, "review"),
        ("（一）工业", 2, "review"),
        ("二、2031年工作计划", 1, "plan"),
        ("1. 招商", 3, "plan"),
        ("一是抓好项目", 4, "plan"),
    ]
    assert lines[-1].section == ("二、2031年工作计划", "1. 招商", "一是抓好项目")


def test_a_heading_reaches_to_the_next_of_its_level():
    headings, _ = outline(TEXT, 2031)

    review = headings[0]
    assert TEXT[review.at : review.end].endswith("税收9亿元。\n")


def test_the_explanations_of_terms_are_no_part_of_the_report():
    _, lines = outline(TEXT, 2031)

    assert not any("负责人" in TEXT[line.at : line.end] for line in lines)


def test_a_report_without_headings_turns_to_its_plan_at_its_aims():
    text = "过去一年，税收9亿元。\n今年的主要预期目标是：税收增长8%。\n引进企业20家。"

    _, lines = outline(text, 2031)

    assert [line.part for line in lines] == ["review", "plan", "plan"]
