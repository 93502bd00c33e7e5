"""How far a target is: attainment, pace, gap and the light they give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.figures import attainment, difference, on_the_way, pace, time_share
from jingkai.kernel.lights import Light, LightScheme, Signal
from jingkai.kernel.periods import Period
from jingkai.plan.themes import (
    DEPTH,
    LONGEST,
    Branch,
    Tree,
    join_path,
    name_fault,
    path_fault,
    split_path,
)

__all__ = [
    "ACTIONS",
    "BINDINGNESS",
    "COLUMNS",
    "DEPTH",
    "DIFFERENCES",
    "LONGEST",
    "THEME_COLUMNS",
    "Branch",
    "Difference",
    "ItemText",
    "Promise",
    "Standing",
    "ThemeText",
    "Tree",
    "compare",
    "compare_themes",
    "join_path",
    "keeps",
    "name_fault",
    "path_fault",
    "split_path",
    "stand",
    "stand_task",
]


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


# 约束性指标 must be reached; 预期性指标 are what is expected.
BINDINGNESS = {"binding": "约束性", "anticipated": "预期性"}


@dataclass(frozen=True)
class ItemText:
    """An item as an edition prints it; two editions are compared by these words."""

    id: int
    number: int
    theme: str
    text: str
    leader: str
    lead: str
    support: str
    due_on: str
    promised: str = ""
    bindingness: str = ""
    is_pledge: bool = False
    shares: str = ""
    theme_id: int | None = None


@dataclass(frozen=True)
class ThemeText:
    """A theme as an edition prints it: `text` is the way to it."""

    id: int
    text: str


# What is compared, in the words of the table.
COLUMNS = {
    "theme": "重点任务",
    "text": "重点工作",
    "leader": "责任领导",
    "lead": "责任单位",
    "support": "配合单位",
    "due_on": "完成时限",
    "promised": "目标值",
    "bindingness": "约束性",
    "shares": "分解",
}


THEME_COLUMNS = {"name": "名称", "above": "上一级", "order": "排在谁后面"}
DIFFERENCES = {"added": "新增", "changed": "改动", "dropped": "取消"}


@dataclass(frozen=True)
class Difference:
    """What became of an item between two editions: added, dropped, or which words changed."""

    kind: str
    item: ItemText | ThemeText
    changes: tuple[tuple[str, str, str], ...] = ()


def compare(before: Sequence[ItemText], after: Sequence[ItemText]) -> list[Difference]:
    """Return what changed from one edition to another, in the order of the later one."""
    old = {one.id: one for one in before}
    new = {one.id for one in after}
    found: list[Difference] = []
    for one in after:
        was = old.get(one.id)
        if was is None:
            found.append(Difference("added", one))
            continue
        changes = tuple(
            (name, getattr(was, column), getattr(one, column))
            for column, name in COLUMNS.items()
            if getattr(was, column) != getattr(one, column)
            and not (column == "theme" and was.theme_id and was.theme_id == one.theme_id)
        )
        if changes:
            found.append(Difference("changed", one, changes))
    return found + [Difference("dropped", one) for one in before if one.id not in new]


def compare_themes(before: Tree, after: Tree) -> list[Difference]:
    """Return what became of the tree of themes between two editions, in the later one's order.

    A theme that goes on keeps its items: its new name is told once, not at each of them.
    """
    found: list[Difference] = []
    for one in after:
        text = ThemeText(one.id, after.words(one.id))
        if one.id not in before:
            found.append(Difference("added", text))
            continue
        was, now = _place(before, one.id, after), _place(after, one.id, before)
        changes = tuple(
            (name, was[column][1], now[column][1])
            for column, name in THEME_COLUMNS.items()
            if was[column][0] != now[column][0]
        )
        if changes:
            found.append(Difference("changed", text, changes))
    gone = [one for one in before if one.id not in after]
    return found + [Difference("dropped", ThemeText(one.id, before.words(one.id))) for one in gone]


def _place(tree: Tree, id_: int, other: Tree) -> dict[str, tuple[object, str]]:
    """Return what is compared of a theme and how it is said: its name, what it is below and after.

    It is after one of its equals only as far as these stand in both trees.
    """
    name = tree.path(id_)[-1]
    above = tree.parent(id_)
    equals = [one for one in tree.below(above) if one in other.below(above)]
    after = equals[equals.index(id_) - 1] if id_ in equals[1:] else None
    return {
        "name": (name, name),
        "above": (above, tree.words(above)),
        "order": (after, tree.path(after)[-1] if after else ""),
    }


@dataclass(frozen=True)
class Standing:
    """Where a promise stands on a day. Percentages; None where unknown or not applicable.

    `paced_by` says what it is held against: time, curve, line (from its own base), line_of_whole
    (from a part of the whole's base), interim, no_base (only the time is known), or nothing.
    """

    light: Light
    attainment: Decimal | None = None
    pace: Decimal | None = None
    gap: Decimal | None = None
    expected: Decimal | None = None
    short: Decimal | None = None
    paced_by: str = ""


def keeps(op: str, actual: Decimal, target: Decimal) -> bool:
    """Tell whether the actual number keeps a promise of this kind."""
    if op == ">":
        return actual > target
    if op in ("<=", "<"):
        return actual < target or (op == "<=" and actual == target)
    return actual >= target


@dataclass(frozen=True)
class Promise:
    """A promised number and what is known of it on a day.

    `curve` is what the definition plans to reach by the end of each month of the year, in percent;
    `interim` are the values promised for days before the period's end. With `is_base_cut` the base
    is the whole's, cut as the target was, and not the holder's own.
    """

    target: Decimal
    op: str
    period: Period
    actual: Decimal | None
    base: Decimal | None = None
    curve: tuple[Decimal, ...] = ()
    interim: tuple[tuple[date, Decimal], ...] = ()
    is_base_cut: bool = False


def stand(
    promise: Promise,
    *,
    counts_as: str,
    on: date,
    calendar: WorkingCalendar,
    scheme: LightScheme,
    was_late: bool = False,
) -> Standing:
    """Return where a promise stands: `counts_as` is flow, stock or rate.

    `was_late` says that an earlier month's end showed it behind; the scheme may keep that visible.

    A flow is held against the plan curve of its period, else the time gone; a stock against the
    line from its base to the target, by way of interim targets, up or down; a rate against the
    target itself (its gap is in percentage points).
    """
    actual, target = promise.actual, promise.target
    if actual is None:
        return Standing(scheme.light(Signal(is_reported=False)))
    is_ceiling = promise.op in ("<=", "<")
    falls_from = promise.base if is_ceiling and counts_as == "stock" else None
    if falls_from is not None and falls_from <= target:
        falls_from = None
    way = _way(promise, counts_as, is_ceiling and falls_from is None, on, calendar)
    planned, expected, paced_by = way
    reached = (
        None
        if is_ceiling and falls_from is None
        else attainment(actual, target, falling_from=falls_from)
    )
    short = difference(expected, actual)
    if falls_from is None:
        gap = _gap(actual, expected, target, counts_as)
    else:
        # What is missing of the way down, in percentage points of the whole way.
        gap = None if expected is None else _fallen(expected - actual, falls_from - target)
    has_kept = keeps(promise.op, actual, target)
    # A rate or a ceiling is kept only when the period is over; a count is kept once reached.
    is_over = on >= promise.period.last
    is_done = has_kept and (is_over or (planned is not None and not is_ceiling))
    signal = Signal(
        attainment=reached,
        gap=Decimal(0) if gap is None else -gap if is_ceiling and falls_from is None else gap,
        days_left=(promise.period.last - on).days,
        is_done=is_done,
        was_late=was_late,
    )
    return Standing(scheme.light(signal), reached, planned, gap, expected, short, paced_by)


def _way(
    promise: Promise, counts_as: str, is_limit: bool, on: date, calendar: WorkingCalendar
) -> tuple[Decimal | None, Decimal | None, str]:
    """Return the share of the way that should be gone, the value expected, and by what measure."""
    target, period = promise.target, promise.period
    if is_limit or counts_as == "rate":
        return None, target, ""
    if counts_as == "flow":
        curve = promise.curve if len(promise.curve) == period.month_count else ()
        planned = pace(period, on, calendar, curve)
        return planned, target * planned / 100, "curve" if curve else "time"
    first = min(period.first, on.replace(month=1, day=1))
    planned = time_share(Period(first, period.last), on, calendar)
    base = promise.base
    if base is None:
        return planned, None, "no_base"
    if promise.interim:
        points = ((first - timedelta(days=1), base), *promise.interim, (period.last, target))
        expected = on_the_way(points, on)
        if expected is not None and target != base:
            planned = (expected - base) / (target - base) * 100
        return planned, expected, "interim"
    by = "line_of_whole" if promise.is_base_cut else "line"
    return planned, base + (target - base) * planned / 100, by


def _fallen(missing: Decimal, whole_way: Decimal) -> Decimal | None:
    return difference(missing / whole_way * 100, Decimal(0))


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
