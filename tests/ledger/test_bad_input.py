"""Bad input is refused with file, sheet, cell and what to do; nothing of its entry is stored."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override

from jingkai.enterprises.services import MonthlyReturn, Occasion, UnknownEnterprise, file_returns
from jingkai.kernel.facttypes import BadFact
from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.zone import Zone
from jingkai.ledger.models import Entry, Fact
from jingkai.ledger.rules import find_unit_jump
from jingkai.ledger.services import (
    Correction,
    KeptFile,
    MistakenUnit,
    NewFact,
    NotRecordable,
    record,
)
from jingkai.plan.facts import reading
from jingkai.web.language import spoken_refusal
from tests.ledger.filings import FILING, filing_zone

TODAY = date(2021, 7, 1)
SHEET = KeptFile("月报.xlsx", "0" * 64, 1, columns={"output": "C", "tax": "D"}, sheet="六月")


@pytest.fixture(autouse=True)
def filing(changde: Zone):
    with filing_zone(changde):
        yield


def line(period: str = "2021-06", row: int = 7, **values: Any) -> NewFact:
    return NewFact(FILING, "firm:a", values, period=parse_period(period), row=row)


def put(*lines: Any, **more: Any) -> Entry:
    told = {"by": "甲", "reason": "报表", "known_on": TODAY, "evidence": [SHEET]} | more
    return record(*lines, **told)


def nothing_is_stored(facts: int = 0) -> None:
    assert Fact.objects.count() == facts
    assert Entry.objects.count() == facts


@pytest.mark.parametrize(
    ("output", "word"),
    [
        ("NaN", "超出"),
        (Decimal("Infinity"), "超出"),
        ("1e308", "超出"),
        (Decimal("1e308"), "超出"),
        ("0.001", "位小数"),
        ("三亿", "数字"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_file_sheet_and_cell(output: Any, word: str):
    with pytest.raises(BadFact, match=rf"月报.xlsx“六月”C7：“产值”.*{word}"):
        put(line("2021-05", row=6, output=1), line(output=output))
    nothing_is_stored()


def test_a_fact_dated_in_the_future_is_refused_with_its_row():
    with pytest.raises(NotRecordable, match=r"月报.xlsx“六月”第7行：.*在将来"):
        put(line("2021-05", row=6, output=1), line("2021-08", output=1))
    nothing_is_stored()


@pytest.mark.parametrize(
    "text", ["2021-13", "2021-00", "2021Q5", "2021-06..02", "2021..2016", "", "六月", "0000"]
)
def test_a_period_that_does_not_exist_is_refused_with_the_forms_there_are(text: str):
    with pytest.raises(BadPeriod, match="2021Q2"):
        parse_period(text)


def test_a_number_for_an_unknown_indicator_is_refused():
    strange = NewFact(reading, "indicator:gdq", {"amount": 1}, period=Period.year(2020), row=3)
    with pytest.raises(NotRecordable, match=r"月报.xlsx“六月”第3行：指标字典里.*gdq"):
        put(strange)
    nothing_is_stored()


def test_a_return_of_an_unknown_firm_is_refused():
    filed = MonthlyReturn("91430799MA4L00009X", Period.months(2021, 5, 5), {"trade": "industry"})
    with pytest.raises(UnknownEnterprise, match="91430799MA4L00009X"):
        file_returns([filed], occasion=Occasion(by="甲", reason="月报", known_on=TODAY))
    nothing_is_stored()


@pytest.mark.parametrize(
    ("output", "times"), [(3_000_000, "一万"), ("0.03", "一万"), (30_000_000_000, "一亿")]
)
def test_a_unit_that_was_mistaken_is_asked_about_with_file_sheet_and_cell(output, times: str):
    put(line("2021-05", output=300, tax=5))

    with pytest.raises(MistakenUnit, match=f"月报.xlsx“六月”C7：.*产值.*{times}倍") as asked:
        put(line(output=Decimal(output), tax=5), asks_units=True)
    nothing_is_stored(1)
    assert "此前是 300元" in str(asked.value), "what was filed before stands beside it"

    put(line(output=Decimal(output), tax=5))  # somebody looked and says it is so
    assert Fact.objects.count() == 2


def test_a_correction_that_mistakes_the_unit_is_asked_about_too():
    put(line("2021-05", output=300))
    put(line(output=310))
    fact = Fact.objects.select_related("entry").get(period_id="2021-06")

    with pytest.raises(MistakenUnit, match="一万倍"):
        put(Correction(fact, {"output": Decimal(3_100_000)}), asks_units=True)
    assert Fact.objects.count() == 2


def test_the_right_figure_after_a_wrong_one_is_not_asked_about():
    put(line("2021-05", output=3_000_000))
    wrong = Fact.objects.select_related("entry").get()

    put(Correction(wrong, {"output": Decimal(300)}), asks_units=True)

    assert Fact.objects.count() == 2


@pytest.mark.parametrize(
    ("value", "history", "power"),
    [
        (2_000, [1], 4),
        (1_999, [1], 0),
        (50_000, [1], 4),
        (50_001, [1], 0),
        (1, [2_000], -4),
        (1, [1_999], 0),
        (20_000_000, [1], 8),
        (19_999_999, [1], 0),
        (10_000, [1, 10_000], 0),
        (10_000, [1, 0, 2], 4),
        (-10_000, [1], 4),
        (0, [10_000], 0),
        (10_000, [], 0),
        (10_000, [0], 0),
    ],
)
def test_only_a_jump_beside_the_whole_history_is_asked_about(value, history, power: int):
    assert find_unit_jump(value, history) == power


@pytest.mark.parametrize(
    ("facts", "more", "said"),
    [
        (
            [line(output=Decimal(3_000_000))],
            {"asks_units": True},
            "3,000,000 yuan and was 300 yuan",
        ),
        ([line("2021-05", output=300)], {}, "correct that entry to change it"),
        ([line("2021-08", output=300)], {}, "is in the future"),
        (
            [line(output=1)],
            {"known_on": date(2021, 6, 1)},
            "is before the last entry of the ledger",
        ),
        ([], {}, "There is nothing to record"),
    ],
)
def test_a_refusal_is_said_in_english(facts, more, said):
    put(line("2021-05", output=300))

    with pytest.raises(NotRecordable) as refused:
        put(*facts, **more)
    with override("en"):
        told = spoken_refusal(refused.value)
    assert said in told
    of_data = "月报.xlsx|六月|甲|企业月报|产值"
    assert not re.search("[一-鿿]", re.sub(of_data, "", told)), "but for names and files"
