"""Places in an order: one pattern, one example."""

import pytest

from tests.reading.said import REVIEW, number, numbers


@pytest.mark.parametrize(
    ("sentence", "quote", "value", "indicator"),
    [
        ("综合考核居全省第18位。", "18位", 18, "综合考核"),
        ("综合考核进入前100位。", "100位", 100, "综合考核"),
        ("综合考核列全市第三。", "三", 3, "综合考核"),
        ("营商环境满意度位居全省第一位。", "一", 1, "营商环境满意度"),
        ("综合考核排名倒26名。", "26名", 26, "综合考核"),
    ],
)
def test_a_rank_is_read(sentence: str, quote: str, value: int, indicator: str):
    found = number(sentence, REVIEW)

    assert (found.quote, found.value, found.indicator) == (quote, value, indicator)
    assert (found.unit, found.measure) == ("rank", "rank")


@pytest.mark.parametrize("sentence", ["第三季度收官。", "召开第5次会议。", "第二批项目开工。"])
def test_an_ordinal_is_no_rank(sentence: str):
    assert not numbers(sentence, REVIEW)
