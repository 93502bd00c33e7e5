"""A text that is kept with its values is said later, in any language."""

from datetime import date
from decimal import Decimal
from json import dumps, loads

import pytest

from jingkai.kernel.periods import Period
from jingkai.kernel.words import Amount, Named, Words

SAID = Words(
    "%(period)s，%(place)s承担%(took)s，%(on)s 前报%(count)s个数（%(people)s）",
    period=Period.months(2021, 1, 6),
    place=Named("财政局", "Finance Bureau"),
    took=Words("%(part)s的一半", part=Amount(Decimal(300_000_000), "亿元")),
    on=date(2021, 7, 7),
    count=3,
    people=["甲", Named("乙")],
)
CHINESE = "2021年1—6月，财政局承担3亿元的一半，2021-07-07 前报3个数（甲、乙）"


def test_words_are_said_in_chinese_with_their_values():
    assert str(SAID) == CHINESE


def test_words_come_back_from_json_as_they_were():
    back = Words.of(loads(dumps(SAID.plain())))

    assert str(back) == CHINESE
    assert back.values["place"] == Named("财政局", "Finance Bureau")
    assert back.values["period"] == Period.months(2021, 1, 6)
    assert back.plain() == SAID.plain()


def test_words_are_said_by_who_knows_a_language():
    said = Words("%(place)s已办", place=Named("财政局", "Finance Bureau"))

    assert said.say({"%(place)s已办": "done by %(place)s"}.get, lambda one: one.english) == (
        "done by Finance Bureau"
    )


@pytest.mark.parametrize("text", ["办了 100%", "100%s 的"])
def test_a_bare_text_is_said_as_it_stands(text: str):
    assert str(Words.of({"text": text})) == text
