"""How far a target is: attainment, pace, gap and the light they give."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.figures import attainment, difference, pace, time_share
from jingkai.kernel.lights import Light, LightScheme, Signal
from jingkai.kernel.periods import Period

__all__ = ["ACTIONS", "Promise", "Standing", "keeps", "stand", "stand_task"]


# What a plan promises to do with a named project.
ACTIONS = {
    "sign": "签约",
    "plan": "做好前期",
    "start": "开工",
    "build": "推进",
    "complete": "建成",
    "produce": "投产",
    "upgrade": "改造",
    "apply": "申报",
}


@dataclass(frozen=True)
class Standing:
    """Where a promise stands on a day. Percentages; None where unknown or not applicable."""

    light: Light
    attainment: Decimal | None = None
    pace: Decimal | None = None
    gap: Decimal | None = None
    expected: Decimal | None = None
    short: Decimal | None = None


def keeps(op: str, actual: Decimal, target: Decimal) -> bool:
    """Tell whether the actual number keeps a promise of this kind."""
    if op == ">":
        return actual > target
    if op in ("<=", "<"):
        return actual < target or (op == "<=" and actual == target)
    return actual >= target


@dataclass(frozen=True)
class Promise:
    """A promised number and what is known of it on a day."""

    target: Decimal
    op: str
    period: Period
    actual: Decimal | None
    base: Decimal | None = None


def stand(
    promise: Promise, *, counts_as: str, on: date, calendar: WorkingCalendar, scheme: LightScheme
) -> Standing:
    """Return where a promise stands: `counts_as` is flow, stock or rate.

    A flow is held against the pace of its period, a stock against the line from its base to the
    target, a rate against the target itself (its gap is in percentage points).
    """
    actual, target = promise.actual, promise.target
    if actual is None:
        return Standing(scheme.light(Signal(is_reported=False)))
    is_ceiling = promise.op in ("<=", "<")
    reached = None if is_ceiling else attainment(actual, target)
    planned: Decimal | None = None
    expected: Decimal | None = target
    if counts_as == "flow" and not is_ceiling:
        planned = pace(promise.period, on, calendar)
        expected = target * planned / 100
    elif counts_as == "stock" and not is_ceiling:
        way = Period(min(promise.period.first, on.replace(month=1, day=1)), promise.period.last)
        planned = time_share(way, on, calendar)
        known = promise.base
        expected = None if known is None else known + (target - known) * planned / 100
    short = difference(expected, actual)
    gap = _gap(actual, expected, target, counts_as)
    has_kept = keeps(promise.op, actual, target)
    # A rate or a ceiling is kept only when the period is over; a count is kept once reached.
    is_done = has_kept and (on >= promise.period.last or (planned is not None))
    signal = Signal(
        attainment=reached,
        gap=Decimal(0) if gap is None else -gap if is_ceiling else gap,
        days_left=(promise.period.last - on).days,
        is_done=is_done,
    )
    return Standing(scheme.light(signal), reached, planned, gap, expected, short)


def _gap(
    actual: Decimal, expected: Decimal | None, target: Decimal, counts_as: str
) -> Decimal | None:
    if expected is None:
        return None
    if counts_as == "rate":
        return difference(actual, expected)
    return None if target <= 0 else difference(actual / target * 100, expected / target * 100)


def stand_task(
    *, due_on: date, done_on: date | None, was_late: bool, on: date, scheme: LightScheme
) -> Light:
    """Return the light of a task: done, or the days it still has."""
    return scheme.light(
        Signal(
            days_left=(due_on - on).days,
            is_done=done_on is not None,
            was_late=was_late or (done_on or on) > due_on,
        )
    )
