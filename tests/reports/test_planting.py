"""核稿 against errors that are planted in a report that is right."""

from datetime import date

import pytest

from jingkai.cli.bench_planting import KINDS, plant
from jingkai.cli.bench_report import check_planted, keep_published, published_report
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger
from jingkai.reading import read
from jingkai.reports.checking import Verdict
from jingkai.reports.record import check_draft

TEXT = (
    "2020年工作总结和2021年工作计划\n一、2020年工作总结\n"
    "完成固定资产投资203.7亿元，同比增长11.6%；工业税收8.4亿元，同比增长5.1%。"
    "签约项目100个，其中亿元以上项目35个。\n"
    "二、2021年工作计划\n力争财政收入增长5%以上，固定资产投资增长10%以上。\n"
)


def test_the_same_seed_plants_the_same_errors_and_each_stands_at_its_place():
    planted = plant(TEXT, year=2021, errors=6, seed=3)

    assert planted == plant(TEXT, year=2021, errors=6, seed=3)
    assert planted.text != plant(TEXT, year=2021, errors=6, seed=4).text
    assert len(planted.errors) == 6
    assert all(planted.text[at:end] for at, end, _ in planted.errors)
    assert {kind for _, _, kind in planted.errors} <= set(KINDS)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_of_error_can_be_planted(kind: str):
    kinds = {
        found
        for seed in range(20)
        for _, _, found in plant(TEXT, year=2021, errors=8, seed=seed).errors
    }

    assert kind in kinds


def test_a_number_that_was_left_alone_still_reads_as_before():
    was = {one.quote for one in read(TEXT, year=2021).statements}

    for seed in range(10):
        planted = plant(TEXT, year=2021, errors=3, seed=seed)
        assert all(
            any(planted.text.startswith(quote, at) for quote in was) for at in planted.untouched
        )


def test_what_was_published_is_written_and_checked_without_a_remark(changde: Zone):
    keep_published()
    text = published_report()

    checked = check_draft(read(text, year=2021).to_json(), text, ledger=Ledger(date(2021, 6, 30)))

    assert len(checked) > 40
    assert [one for one in checked if one.verdict is not Verdict.AGREES or one.doubts] == []


def test_planted_errors_are_found_and_right_numbers_are_not_blamed(changde: Zone):
    keep_published()

    caught = check_planted(published_report(), seeds=range(4))

    assert caught.planted.total() == 160
    assert caught.share >= 0.95
    assert caught.false_alarms <= 0.05


@pytest.mark.parametrize(
    ("words", "doubt"),
    [
        ("2019年中车工业园项目投资40亿元。", "2020年的中车工业园项目投资是 40亿元"),
        ("2020年工业税收增长15个百分点。", "应当用“%”"),
    ],
)
def test_a_wrong_year_or_unit_is_named(changde: Zone, words: str, doubt: str):
    keep_published()
    text = f"2020年工作总结\n一、2020年工作回顾\n{words}\n"

    [checked] = check_draft(read(text, year=2021).to_json(), text, ledger=Ledger(date(2021, 6, 30)))

    assert checked.verdict is Verdict.DIFFERS
    assert doubt in checked.doubts[0]


def test_a_promise_of_the_plan_set_for_another_year_is_named(changde: Zone):
    keep_published()
    text = "2021年工作计划\n二、2021年工作计划\n到2025年地区生产总值增长9%以上。\n"

    [checked] = check_draft(read(text, year=2021).to_json(), text, ledger=Ledger(date(2021, 6, 30)))

    assert checked.verdict is Verdict.DIFFERS
    assert "疑似期间写错：2021年" in checked.doubts[0]
