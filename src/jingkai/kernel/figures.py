"""Arithmetic of plan figures, once, in Decimal: an unknown part makes the answer unknown."""

from datetime import date
from decimal import Decimal

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.periods import Period
from jingkai.kernel.units import round_half_up

__all__ = ["attainment", "difference", "growth", "pace", "time_share"]

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
