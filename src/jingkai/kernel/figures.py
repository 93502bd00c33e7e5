"""Arithmetic of plan figures, once, in Decimal: an unknown part makes the answer unknown."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.periods import Period
from jingkai.kernel.units import round_half_up

__all__ = [
    "attainment",
    "average_growth",
    "contribution",
    "difference",
    "growth",
    "on_the_way",
    "pace",
    "rank",
    "ratio",
    "seasonal_curve",
    "share",
    "time_share",
    "turn",
]

HUNDRED = Decimal(100)


def growth(current: Decimal | None, base: Decimal | None) -> Decimal | None:
    """Return the growth over `base` in percent; None when unknown or the base is not positive."""
    if current is None or base is None or base <= 0:
        return None
    return (current - base) / base * HUNDRED


def attainment(
    actual: Decimal | None, target: Decimal | None, *, falling_from: Decimal | None = None
) -> Decimal | None:
    """Return how much of the target is reached, in percent.

    A target that falls from a baseline is reached by the share of the way down.
    """
    if actual is None or target is None:
        return None
    if falling_from is not None:
        way = falling_from - target
        return None if way <= 0 else (falling_from - actual) / way * HUNDRED
    return None if target <= 0 else actual / target * HUNDRED


def time_share(period: Period, on: date, calendar: WorkingCalendar) -> Decimal:
    """Return the share of the period's months gone by the end of `on`, in percent (序时进度).

    A month that is running counts by its working days.
    """
    if on < period.first:
        return Decimal(0)
    if on >= period.last:
        return HUNDRED
    month = Period.month_of(on)
    full = (on.year - period.first.year) * 12 + on.month - period.first.month
    part = Decimal(calendar.count_workdays(month.first, on)) / Decimal(
        calendar.count_workdays(month.first, month.last)
    )
    return (full + part) / period.month_count * HUNDRED


def pace(
    period: Period, on: date, calendar: WorkingCalendar, curve: tuple[Decimal, ...] = ()
) -> Decimal:
    """Return what should be reached by `on`, in percent: the plan curve, else the time gone.

    `curve` gives the percentage planned by the end of each month of the period.
    """
    if not curve or on < period.first or on >= period.last:
        return time_share(period, on, calendar)
    index = (on.year - period.first.year) * 12 + on.month - period.first.month
    before = curve[index - 1] if index else Decimal(0)
    month = Period.month_of(on)
    share_of_month = time_share(month, on, calendar) / HUNDRED
    return before + (curve[index] - before) * share_of_month


def difference(actual: Decimal | None, expected: Decimal | None) -> Decimal | None:
    """Return actual − expected, to one decimal: 脱幅 in percentage points, or a missing amount."""
    if actual is None or expected is None:
        return None
    return round_half_up(actual - expected, 1)


def ratio(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Return a ratio of sums; None when a part is unknown or there is nothing to divide by."""
    if numerator is None or not denominator:
        return None
    return numerator / denominator


def share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    """Return a part of its whole in percent; None when unknown or the whole is not positive."""
    if part is None or whole is None or whole <= 0:
        return None
    return part / whole * HUNDRED


def rank(
    numbers: Mapping[str, Decimal | None], key: str, *, is_smaller_better: bool = False
) -> int | None:
    """Return the place of `key`; equals share a place, and who has not filed has none."""
    own = numbers.get(key)
    if own is None:
        return None
    known = [one for one in numbers.values() if one is not None]
    return 1 + sum(one < own if is_smaller_better else one > own for one in known)


def turn(current: Decimal | None, base: Decimal | None) -> str:
    """Return how a profit moved where growth is not said (扭亏、增亏、减亏…), or nothing."""
    if current is None or base is None or (base > 0 and current >= 0):
        return ""
    if base > 0:
        return "由盈转亏"
    if base == 0:
        return ""
    return (
        "扭亏" if current >= 0 else "减亏" if current > base else "增亏" if current < base else ""
    )


def average_growth(end: Decimal | None, base: Decimal | None, years: int) -> Decimal | None:
    """Return the average growth a year in percent (年均增长): the root of the whole growth."""
    if end is None or base is None or base <= 0 or end < 0 or years <= 0:
        return None
    return ((end / base) ** (Decimal(1) / years) - 1) * HUNDRED


def contribution(
    part: Decimal | None, part_base: Decimal | None, whole: Decimal | None, base: Decimal | None
) -> tuple[Decimal | None, Decimal | None]:
    """Return how much of a growth is a part's doing (贡献率), and the points it pulls (拉动点)."""
    if part is None or part_base is None or whole is None or base is None or whole == base:
        return None, None
    of_growth = (part - part_base) / (whole - base) * HUNDRED
    pulled = None if base <= 0 else (part - part_base) / base * HUNDRED
    return of_growth, pulled


def on_the_way(points: Iterable[tuple[date, Decimal]], on: date) -> Decimal | None:
    """Return what should be reached by `on` between a base, interim targets and the final one.

    None before the first point: a way that has not begun expects nothing.
    """
    before: tuple[date, Decimal] | None = None
    for point in sorted(points):
        if on < point[0]:
            if before is None:
                return None
            gone = Decimal((on - before[0]).days) / Decimal((point[0] - before[0]).days)
            return before[1] + (point[1] - before[1]) * gone
        before = point
    return before[1] if before else None


def seasonal_curve(years: Sequence[Sequence[Decimal | None]]) -> tuple[Decimal, ...]:
    """Return the mean cumulative share by month of whole years, in percent; empty if none is.

    A year with an unknown month or without a positive total tells nothing about the season.
    """
    curves = []
    for year in years:
        known = [month for month in year if month is not None]
        total = sum(known, Decimal(0))
        if len(known) == 12 and total > 0:
            reached = Decimal(0)
            curves.append([(reached := reached + month) / total * HUNDRED for month in known])
    if not curves:
        return ()
    return tuple(sum(months, Decimal(0)) / len(curves) for months in zip(*curves, strict=True))
