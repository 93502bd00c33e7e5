"""Where a year ends: the months that are known, and for the rest last year's at this year's growth.

The interval says what the same rule got wrong before, on this very series. A short record has few
errors to learn from, so that some common ones are mixed in and the interval is wider.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

__all__ = ["Forecast", "forecast_year", "last_chance"]

YEAR = 12
# How strongly growth so far carries on: the rest of it is noise that does not come back.
CARRY = Decimal("0.8")
# What is mixed in where the series has few errors of its own: so many, of this size for a month.
COMMON_COUNT = 3
COMMON_SIZE = Decimal("0.25")
# 80 % two-sided limits of Student's t by degrees of freedom; beyond the list the normal one.
T80 = [
    Decimal(one)
    for one in "3.078 1.886 1.638 1.533 1.476 1.440 1.415 1.397 1.383 1.372 1.363 1.356".split()
]
NORMAL80 = Decimal("1.282")


@dataclass(frozen=True)
class Forecast:
    """What the year should come to, and between what in four cases of five."""

    value: Decimal
    low: Decimal
    high: Decimal
    learned_from: int


def forecast_year(months: Mapping[int, Decimal], year: int, last_month: int) -> Forecast | None:
    """Return where a year ends as known after its month 1..12; None when the record is too short.

    `months` gives amounts by month number (year × 12 + month − 1). January that is filed with
    February stands in February, and January is 0. Two whole years before are needed, and amounts
    that add up to more than nothing.
    """
    with localcontext() as context:
        context.prec = 28
        so_far = _sum(months, year, 1, last_month)
        if so_far is None or so_far <= 0:
            return None
        if last_month == YEAR:
            return Forecast(so_far, so_far, so_far, 0)
        rest = _rest(months, year, last_month)
        errors = _errors(months, year, last_month)
        if rest is None or not errors:
            return None
        left = Decimal(YEAR - last_month)
        common = COMMON_SIZE / left.sqrt()
        spread = (
            (sum(one * one for one in errors) + COMMON_COUNT * common * common)
            / (len(errors) + COMMON_COUNT)
        ).sqrt()
        freedom = len(errors) + COMMON_COUNT - 1
        width = (T80[freedom - 1] if freedom <= len(T80) else NORMAL80) * spread
        return Forecast(
            so_far + rest,
            so_far + rest * (-width).exp(),
            so_far + rest * width.exp(),
            len(errors),
        )


def last_chance(months: Mapping[int, Decimal], needed: Decimal, last: int) -> int | None:
    """Return the month by whose end it must begin, at the best pace ever seen, to come by `last`.

    The best pace over k months is the most that ever came in k months running. None when even a
    whole year at that pace is too little, or when the record has no month at all.
    """
    for run in range(1, YEAR + 1):
        best = max((_run(months, end, run) for end in months), default=Decimal(0))
        if best >= needed:
            return last - run
    return None


def _run(months: Mapping[int, Decimal], end: int, count: int) -> Decimal:
    """Return what came in so many months running, 0 where one of them is not known."""
    known = [months[month] for month in range(end - count + 1, end + 1) if month in months]
    return sum(known, Decimal(0)) if len(known) == count else Decimal(0)


def _sum(months: Mapping[int, Decimal], year: int, first: int, last: int) -> Decimal | None:
    found = [months.get(year * YEAR + month - 1) for month in range(first, last + 1)]
    known = [one for one in found if one is not None]
    return sum(known, Decimal(0)) if len(known) == len(found) else None


def _rest(months: Mapping[int, Decimal], year: int, last_month: int) -> Decimal | None:
    """Return what the remaining months should come to: last year's, at the growth so far."""
    so_far, before = (_sum(months, one, 1, last_month) for one in (year, year - 1))
    rest = _sum(months, year - 1, last_month + 1, YEAR)
    if not so_far or not before or not rest or min(so_far, before, rest) <= 0:
        return None
    return rest * (CARRY * (so_far / before).ln()).exp()


def _errors(months: Mapping[int, Decimal], year: int, last_month: int) -> Sequence[Decimal]:
    """Return how far off the rule was in earlier years, as logarithms of what came ÷ expected."""
    errors = []
    for earlier in range(year - 1, year - 8, -1):
        came = _sum(months, earlier, last_month + 1, YEAR)
        expected = _rest(months, earlier, last_month)
        if came is not None and came > 0 and expected is not None:
            errors.append((came / expected).ln())
    return errors
