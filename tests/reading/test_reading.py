"""The reader on sentences of our own: what it promises, what it reports, and where it stands."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.reading import read
from jingkai.reading.quantities import han_number, quantities

REVIEW = "一、2020年工作回顾\n"
PLAN = "二、2021年重点工作\n"


def one(sentence: str, part: str = PLAN):
    (found,) = read(part + sentence, year=2021).statements
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("二十", "20"),
        ("二〇二一", "2021"),
        ("一百零五", "105"),
        ("两千三百", "2300"),
        ("十五点五", "15.5"),
    ],
)
def test_numerals_in_words_have_their_value(text: str, value: str):
    assert han_number(text) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("203.7亿元", "20370000000", "CNY"),
        ("12,345.6亿元", "1234560000000", "CNY"),
        ("5100多万元", "51000000", "CNY"),
        ("400亩", "266666.6667", "m2"),
        ("14.87平方公里", "14870000", "m2"),
        ("60多公里", "60000", "m"),
        ("百分之六", "6", "percent"),
        ("1.5个百分点", "1.5", "percentage_point"),
        ("30个", "30", "count"),
    ],
)
def test_quantities_come_in_base_units(text: str, value: str, unit: str):
    (found,) = quantities(text)

    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "text", ["2021年3月", "第二十一条", "“十四五”规划", "一个干部", "四面出击", "第一批"]
)
def test_dates_slogans_and_words_of_speech_state_nothing(text: str):
    assert not read(f"{PLAN}做好{text}的工作。", year=2021).statements


def test_a_promise_says_what_how_much_and_until_when():
    found = one("力争新开工项目30个。")

    assert (found.kind, found.indicator, found.value, found.op) == (
        "target",
        "新开工项目",
        30,
        ">=",
    )
    assert (found.unit, found.counter, found.period) == ("count", "个", "2021")


def test_a_result_belongs_to_the_year_reviewed():
    found = one("全年完成工业总产值128.6亿元。", REVIEW)

    assert (found.kind, found.indicator, found.period) == ("result", "工业总产值", "2020")
    assert found.value == pytest.approx(12_860_000_000)


def test_growth_is_told_of_the_amount_before_it():
    level, growth = read(REVIEW + "实现财政收入9.2亿元，同比增长3.4%。", year=2021).statements

    assert (level.measure, growth.measure) == ("level", "growth")
    assert growth.indicator == level.indicator == "财政收入"


def test_a_count_after_qizhong_is_part_of_the_one_before():
    whole, part = read(PLAN + "投产项目25个，其中亿元以上产业项目12个。", year=2021).statements

    assert (whole.of, part.of) == (None, "投产项目")
    assert part.indicator == "亿元以上产业项目"


@pytest.mark.parametrize(
    ("sentence", "op"),
    [
        ("城镇登记失业率控制在3%以内。", "<="),
        ("研发投入达到5%以上。", ">="),
        ("税收超过8亿元。", ">"),
        ("工业增速5.5%左右。", "~"),
    ],
)
def test_the_bound_is_as_the_words_say(sentence: str, op: str):
    assert one(sentence).op == op


def test_every_offset_points_at_the_text_as_given():
    text = REVIEW + "全年引进企业１５家，实现税收３．２亿元。\n" + PLAN + "力争引进企业20家。"
    found = read(text, year=2021)

    assert [text[s.at : s.at + len(s.quote)] for s in found.statements] == [
        s.quote for s in found.statements
    ]
    assert [s.value for s in found.statements][:1] == [15]


def test_a_named_project_has_its_stage():
    (project,) = read(PLAN + "确保青禾电机生产基地竣工投产。", year=2021).projects

    assert (project.name, project.action, project.status) == (
        "青禾电机生产基地",
        "produce",
        "planned",
    )


def test_a_task_can_be_checked_and_rhetoric_is_none():
    tasks = read(PLAN + "建立项目周调度台账。始终保持奋斗姿态。", year=2021).tasks

    assert [task.text for task in tasks] == ["建立项目周调度台账。"]


def test_a_text_without_plan_gives_an_empty_plan():
    found = read("今天天气很好。我们去公园散步。")

    assert (found.statements, found.projects, found.tasks) == ((), (), ())


def test_contradicting_numbers_are_both_kept_and_flagged():
    text = PLAN + "力争引进企业20家。会议指出，力争引进企业25家。"
    found = read(text, year=2021).statements

    assert [one.value for one in found] == [20, 25]
    assert all(one.flags for one in found)


def test_the_same_text_gives_the_same_answer_as_json():
    text = REVIEW + "引进企业15家。\n" + PLAN + "确保青禾电机生产基地开工。力争引进企业20家。"

    first, second = (json.dumps(read(text).to_json(), sort_keys=True) for _ in range(2))

    assert first == second


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_and_offsets_stay_inside(text: str):
    found = read(text)

    for item in (*found.statements, *found.projects, *found.tasks):
        assert 0 <= item.at <= len(text)


@given(
    st.text(
        "一二三四五六七八九十百千万亿0123456789,.%个家元亩公里第前过超多余和、,。增长达到",
        max_size=120,
    )
)
def test_no_pile_of_numerals_breaks_the_reader(text: str):
    read(PLAN + text, year=2021)


def test_time_grows_with_the_text_and_not_with_its_square():
    from time import process_time

    def seconds(copies: int) -> float:
        text = PLAN + "力争引进企业20家，其中亿元以上项目5个，确保电机生产基地竣工投产。\n" * copies
        started = process_time()
        read(text, year=2021)
        return process_time() - started

    seconds(50)
    small, large = min(seconds(200) for _ in range(3)), min(seconds(1600) for _ in range(3))

    assert large < small * 8 * 3, "eight times the text takes about eight times the time"
