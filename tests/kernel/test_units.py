from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.kernel.units import UNITS, UnknownUnit, get_unit, mu, round_half_up, wan, yi

AMOUNTS = st.decimals(-10_000_000, 10_000_000, places=2)


@given(AMOUNTS, st.sampled_from(sorted(UNITS)))
def test_a_value_comes_back_in_its_own_unit(value: Decimal, name: str) -> None:
    unit = get_unit(name)

    assert round_half_up(unit.from_base(unit.to_base(value)), 2) == value


@given(st.integers(0, 5000))
def test_a_mu_comes_back_from_square_metres(value: int) -> None:
    assert round_half_up(UNITS["亩"].from_base(mu(value)), 4) == value


def test_thresholds_are_whole_yuan() -> None:
    assert (yi(1), wan(500), mu(400)) == (100_000_000, 5_000_000, Decimal("266666.6667"))


@pytest.mark.parametrize(
    ("name", "base", "shown"),
    [
        ("亿元", 1_882_000_000, "18.82"),
        ("亿元", 20_370_000_000, "203.7"),
        ("亿元", 121_600_000_000, "1,216"),
        ("%", Decimal("5.2000"), "5.2"),
        ("亩", Decimal("4000000"), "6,000"),
        ("家", 197, "197"),
        ("个", 100, "100"),
    ],
)
def test_a_value_is_printed_as_staff_write_it(name: str, base: Decimal | int, shown: str) -> None:
    assert get_unit(name).show(base) == shown


def test_halves_go_away_from_zero() -> None:
    assert round_half_up(Decimal("-2.5"), 0) == -3
    assert round_half_up(Decimal("0.125"), 2) == Decimal("0.13")


def test_an_unknown_unit_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownUnit, match=r"亿美元.*亿元"):
        get_unit("亿美元")
