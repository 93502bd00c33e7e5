"""Is the forecast honest? Back-tested on series that its rule did not make."""

import math
import random
from decimal import Decimal

import pytest

from jingkai.kernel.forecast import forecast_year

FIRST, THIS = 2014, 2020
Series = dict[int, float]

# Shapes of a year as statistics offices publish them: 1–2月 filed together, the last month of a
# quarter above the others, December's settling of accounts (reference f, F3 and F5; K).
INDUSTRY = [0, 13.6, 8.9, 8.1, 8.3, 9.2, 7.9, 8.1, 8.9, 8.4, 8.8, 9.8]
INVESTMENT = [0, 7.5, 10.0, 8.2, 9.0, 12.3, 7.5, 7.8, 9.5, 8.2, 8.0, 12.0]
REVENUE = [11.5, 7.0, 8.0, 8.9, 8.0, 10.0, 9.0, 6.6, 7.8, 8.6, 6.4, 8.2]
EVEN = [100 / 12] * 12


def build(chance: random.Random, kind: str) -> Series:
    """Return seven years of one series: a season, a trend, noise, and what befalls it."""
    shape = chance.choice([INDUSTRY, INVESTMENT, REVENUE, EVEN])
    growth = chance.uniform(-0.02, 0.14)
    noise = chance.uniform(0.03, 0.15)
    level, found = chance.uniform(1, 500), {}
    break_at = chance.randrange(FIRST * 12 + 24, THIS * 12 + 12)
    walk = 0.0
    season = list(shape)
    for month in range(FIRST * 12, THIS * 12 + 12):
        trend = (1 + growth) ** ((month - FIRST * 12) / 12)
        amount = level * season[month % 12] / 100 * trend
        if kind == "random walk":
            walk += chance.gauss(0, noise / 3)
            amount *= math.exp(walk)
        elif kind == "level shift" and month >= break_at:
            amount *= chance.uniform(0.95, 1.05) * (0.75 if growth > 0.06 else 1.3)
        elif kind == "trend break" and month >= break_at:
            amount *= (1 + chance.uniform(-0.01, 0.0)) ** (month - break_at)
        elif kind == "shock and rebound" and 0 <= month - break_at < 6:
            amount *= 0.7 + 0.05 * (month - break_at)
        elif kind == "lumps":
            amount *= 3.0 if chance.random() < 0.06 else 0.9
        elif kind == "moving season" and month % 12 == 0:
            season = [one * math.exp(chance.gauss(0, 0.08)) for one in shape]
        found[month] = amount * math.exp(chance.gauss(0, noise))
    return found


KINDS = [
    "steady", "random walk", "level shift", "trend break", "shock and rebound", "lumps",
    "moving season",
]  # fmt: skip


def covered(kinds: list[str], seed: int, series: int, month: int) -> tuple[int, int]:
    """Return in how many series the year ended within the interval, and of how many."""
    chance = random.Random(seed)
    inside = tried = 0
    for number in range(series):
        drawn = build(chance, kinds[number % len(kinds)])
        months = {at: Decimal(round(amount * 100)).scaleb(-2) for at, amount in drawn.items()}
        known = {at: one for at, one in months.items() if at < THIS * 12 + month}
        said = forecast_year(known, THIS, month)
        if said is None:
            continue
        came = sum(one for at, one in months.items() if at // 12 == THIS)
        tried += 1
        inside += said.low <= came <= said.high
    return inside, tried


def test_four_of_five_years_end_within_the_interval() -> None:
    found = [covered(KINDS, 20210630 + month, 280, month) for month in (3, 5, 6, 9, 10)]
    inside, tried = (sum(column) for column in zip(*found, strict=True))

    assert tried >= 5 * 200
    assert 0.72 <= inside / tried <= 0.88
    for near, of in found:
        assert 0.72 <= near / of <= 0.88, found


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_of_series_is_badly_served(kind: str) -> None:
    inside, tried = covered([kind], 7, 200, 6)

    assert inside / tried > 0.6


def flat(until: int) -> dict[int, Decimal]:
    return {month: Decimal(10) for month in range(2017 * 12, until)}


def test_a_year_that_runs_like_the_last_ends_like_it() -> None:
    said = forecast_year(flat(2021 * 12 + 6), 2021, 6)

    assert said is not None
    assert said.value == 120
    assert said.low < 120 < said.high
    assert said.learned_from == 3


def test_a_finished_year_is_known() -> None:
    said = forecast_year(flat(2022 * 12), 2021, 12)

    assert said is not None
    assert (said.low, said.value, said.high) == (120, 120, 120)


@pytest.mark.parametrize("lost", [2021 * 12 + 2, 2020 * 12 + 8])
def test_a_month_that_is_missing_makes_the_end_unknown(lost: int) -> None:
    months = flat(2021 * 12 + 6)
    del months[lost]

    assert forecast_year(months, 2021, 6) is None


def test_one_earlier_year_is_not_enough() -> None:
    months = {at: one for at, one in flat(2021 * 12 + 6).items() if at >= 2020 * 12}

    assert forecast_year(months, 2021, 6) is None


def test_a_loss_so_far_says_nothing_of_the_end() -> None:
    months = flat(2021 * 12 + 6) | {2021 * 12: Decimal(-100)}

    assert forecast_year(months, 2021, 6) is None
