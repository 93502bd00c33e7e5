"""One spelling for every text, and the way back to the text as given."""

from hypothesis import given
from hypothesis import strategies as st

from jingkai.reading import read
from jingkai.reading.plaintext import PlainText
from tests.reading.said import PLAN


def test_full_width_digits_are_read_and_kept_as_printed():
    text = PLAN + "引进企业１５家，税收３．２亿元。"
    found = read(text, year=2031).statements

    assert [(one.quote, one.value) for one in found] == [("１５家", 15), ("３．２亿元", 3.2e8)]
    assert [text[one.at :].startswith(one.quote) for one in found] == [True, True]


def test_a_line_that_breaks_inside_a_numeral_is_joined_and_found_again():
    text = PLAN + "全年税收203.\n7亿元。"
    (found,) = read(text, year=2031).statements

    assert (found.value, found.quote) == (2.037e10, "203.\n7亿元")
    assert text[found.at : found.at + len(found.quote)] == found.quote


@given(st.text("一12.亿元税收\n　１％，。", max_size=60))
def test_every_place_leads_back_to_the_same_character(given_text: str):
    plain = PlainText(given_text)

    for at, char in enumerate(plain.plain):
        printed = given_text[plain.place(at)]
        assert char == printed or printed in "１％"
