"""Sentences of the plan that somebody could be charged with: one pattern, one example."""

import pytest

from jingkai.reading import read
from tests.reading.said import PLAN, REVIEW, YEAR


def tasks(sentence: str, part: str = PLAN):
    return read(part + sentence, year=YEAR).tasks


@pytest.mark.parametrize(
    "sentence",
    [
        "建立项目周调度台账。",
        "力争税收增长8%。",
        "确保云湖大道建成通车。",
        "全面落实河长制。",
        "支持企业上市。",
        "争创省级文明城市。",
    ],
)
def test_what_can_be_checked_is_a_task(sentence: str):
    assert [one.text for one in tasks(sentence)] == [sentence]


@pytest.mark.parametrize(
    "sentence",
    [
        "始终保持奋斗姿态。",
        "一是实施金融助力计划。",
        "不断增强服务意识。",
        "坚持以高质量发展为指导。",
    ],
)
def test_rhetoric_and_headings_are_none(sentence: str):
    assert not tasks(sentence)


def test_the_review_holds_no_tasks():
    assert not tasks("建立项目周调度台账。", REVIEW)


def test_a_task_names_its_leader_its_due_date_and_what_it_holds():
    (task,) = tasks("由经发局牵头，6月底前建立企业清单，引进企业20家，确保云湖大道通车。")

    assert (task.lead, task.due) == ("经发局", "2031-06")
    assert (task.statements, task.projects) == ((0,), (0,))
