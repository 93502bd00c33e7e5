import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from jingkai.kernel.creditcode import (
    ALPHABET,
    check_character,
    find_doubt,
    find_fault,
    organisation_check,
    tidy,
)

# Codes printed in the standard's own literature and in the library's documentation.
SOUND = ["91110000600037341L", "91350100M000100Y43", "12100000400000624D", "914403001922038216"]


@pytest.mark.parametrize("code", SOUND)
def test_a_sound_code_passes(code: str) -> None:
    assert (find_fault(code), find_doubt(code)) == (None, None)
    assert uscc.is_valid(code)


@given(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)
def test_the_check_character_is_the_library_s(kind: str, area: str, body: str) -> None:
    code = f"{kind}{area}{body}"

    assert check_character(code) == uscc.calc_check_digit(code)


@pytest.mark.parametrize("code", SOUND)
def test_every_single_change_and_every_swap_of_neighbours_is_noticed(code: str) -> None:
    for place in range(18):
        for other in set("0123456789" if 2 <= place < 8 else ALPHABET) - {code[place]}:
            assert find_doubt(code[:place] + other + code[place + 1 :])
    for place in range(17):
        one, other = code[place], code[place + 1]
        swapped = code[:place] + other + one + code[place + 2 :]
        if one != other and not find_fault(swapped):
            assert find_doubt(swapped)


@pytest.mark.parametrize(
    ("body", "expected"), [("M000100Y", "4"), ("60003734", "1"), ("D2143569", "X")]
)
def test_the_organisation_code_has_its_own_check(body: str, expected: str) -> None:
    assert organisation_check(body) == expected


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("9.11E+17", "变成数字"),
        ("91110000600037341", "17位"),
        ("91110000600O37341L", "O"),
        ("911100AA600037341L", "行政区划"),
        ("", "0位"),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_the_reason(code: str, word: str) -> None:
    assert word in str(find_fault(code))


def test_a_code_is_tidied_before_it_is_kept() -> None:
    assert tidy(" ９1110000-600037341l\n") == "91110000600037341L"
