"""The reader as a whole: what it answers to a report, and to what is none."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.reading import read
from tests.reading.said import PLAN, REVIEW, YEAR, number, numbers


def test_a_promise_says_what_how_much_and_until_when():
    found = number("力争新开工项目30个。")

    said = (found.kind, found.indicator, found.value, found.op)
    assert said == ("target", "新开工项目", 30, ">=")
    assert (found.unit, found.counter, found.period) == ("count", "个", "2031")


def test_a_result_belongs_to_the_year_reviewed():
    found = number("全年完成工业总产值128.6亿元。", REVIEW)

    assert (found.kind, found.indicator, found.period) == ("result", "工业总产值", "2030")
    assert found.value == pytest.approx(12_860_000_000)


def test_a_count_after_qizhong_is_part_of_the_one_before():
    whole, part = numbers("投产项目25个，其中亿元以上产业项目12个。")

    assert (whole.of, part.of) == (None, "投产项目")
    assert part.indicator == "亿元以上产业项目"


def test_the_same_text_gives_the_same_answer_as_json():
    text = REVIEW + "引进企业15家。\n" + PLAN + "确保青禾电机生产基地开工。力争引进企业20家。"

    first, second = (json.dumps(read(text).to_json(), sort_keys=True) for _ in range(2))

    assert first == second


def test_a_report_without_plan_says_so():
    found = read(REVIEW + "税收9亿元。", year=YEAR)

    assert (len(found.statements), found.tasks) == (1, ())
    assert found.notes[0].why == "没有找到计划部分，只读了回顾。"


@pytest.mark.parametrize(
    "text",
    [
        "The zone will attract 20 firms and raise taxes by 8% in 2031.",
        "Зона привлечёт 20 предприятий.",
        "12345 67890",
    ],
)
def test_a_text_in_another_language_gives_an_empty_plan_and_says_so(text: str):
    found = read(text)

    assert (found.statements, found.projects, found.tasks) == ((), (), ())
    assert found.notes[0].why == "这不是中文的工作报告，没有读出任何内容。"


def test_an_empty_text_and_one_about_something_else_give_nothing():
    for text in ("", "\n\n", "今天天气很好。我们去公园散步。"):
        found = read(text)
        assert (found.statements, found.projects, found.tasks) == ((), (), ())


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_and_places_stay_inside(text: str):
    found = read(text)

    for item in (*found.statements, *found.projects, *found.tasks):
        assert 0 <= item.at <= len(text)


@given(
    st.text(
        "一二三四五六七八九十百千万亿0123456789,.%个家元亩公里第前过超多余和、,。增长达到“”（）",
        max_size=120,
    )
)
def test_no_pile_of_numerals_breaks_the_reader(text: str):
    found = read(PLAN + text, year=YEAR)

    for one in found.statements:
        assert (PLAN + text)[one.at :].startswith(one.quote)
