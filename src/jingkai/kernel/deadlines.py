"""Deadlines by law: limits, pauses that do not count, and the due date with its arithmetic.

The day of acceptance is day 0; a case is due at the end of its last day. Pauses are inclusive and
disjoint; none begins before acceptance, and one that begins after the due day does not extend it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from jingkai.kernel.calendar import CalendarDay, WorkingCalendar
from jingkai.kernel.words import Named, Words

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "BadPause",
    "Deadline",
    "Limit",
    "Pause",
    "check_pauses",
    "due_ordinals",
    "find_deadline",
    "find_due",
    "used_days",
]

Unit = Literal["workdays", "days", "on_the_spot"]


class BadPause(ValueError):
    """A pause that the law does not know: before acceptance, or over another one."""


@dataclass(frozen=True)
class Limit:
    """How long a case may take: 20 个工作日, 30 日, 当场."""

    count: int
    unit: Unit = "workdays"

    @property
    def is_on_the_spot(self) -> bool:
        """Tell whether it is done while the applicant waits."""
        return self.unit == "on_the_spot" or not self.count

    def __str__(self) -> str:
        """Return the limit as officers write it."""
        if self.is_on_the_spot:
            return "当场"
        return f"{self.count}个工作日" if self.unit == "workdays" else f"{self.count}日"


@dataclass(frozen=True)
class Pause:
    """A span that is not counted; `last` is None while it runs. Both days are part of it."""

    first: date
    last: date | None
    reason: str | Named = ""


@dataclass(frozen=True)
class Deadline:
    """When a case is due, and how that day was found; None while the clock stands still."""

    due_on: date | None
    is_estimated: bool
    words: tuple[Words, ...]


def check_pauses(accepted_on: date, pauses: Sequence[Pause]) -> None:
    """Refuse pauses that begin before acceptance, end before they begin, or overlap."""
    for pause in pauses:
        if pause.first < accepted_on:
            raise BadPause(
                Words(
                    "暂停从 %(first)s 开始，早于受理日 %(accepted_on)s；受理前补正不计时，"
                    "不用暂停。",
                    first=pause.first,
                    accepted_on=accepted_on,
                )
            )
        if pause.last is not None and pause.last < pause.first:
            raise BadPause(
                Words(
                    "暂停的止日 %(last)s 早于起日 %(first)s。", last=pause.last, first=pause.first
                )
            )
    for before, after in pairwise(sorted(pauses, key=lambda one: one.first)):
        if before.last is None or before.last >= after.first:
            raise BadPause(
                Words(
                    "%(second)s 起的暂停与 %(first)s 起的暂停重叠；请先恢复计时。",
                    second=after.first,
                    first=before.first,
                )
            )


def find_due(
    limit: Limit, accepted_on: date, calendar: WorkingCalendar, extension: int = 0
) -> tuple[date, bool]:
    """Return the due day of a case whose clock never stands still, and whether it is 预估."""
    total = limit.count + extension
    if limit.unit != "workdays":
        return accepted_on + timedelta(total), False
    due = calendar.add_workdays(accepted_on, total)
    return due, _is_estimated(accepted_on, due, calendar)


def _is_estimated(first: date, last: date, calendar: WorkingCalendar) -> bool:
    return any(calendar.is_estimated(year) for year in range(first.year, last.year + 1))


def find_deadline(
    limit: Limit,
    accepted_on: date,
    calendar: WorkingCalendar,
    *,
    pauses: Iterable[Pause] = (),
    extension: int = 0,
) -> Deadline:
    """Return the due date of a case with its arithmetic in words."""
    ordered = sorted(pauses, key=lambda one: one.first)
    check_pauses(accepted_on, ordered)
    total = limit.count + extension
    counts_workdays = limit.unit == "workdays"

    def add(start: date, days: int) -> date:
        return calendar.add_workdays(start, days) if counts_workdays else start + timedelta(days)

    def inside(pause: Pause, last: date) -> int:
        first = max(pause.first, accepted_on + timedelta(days=1))
        if counts_workdays:
            return calendar.count_workdays(first, last)
        return max((last - first).days + 1, 0)

    def span(days: int) -> Words:
        if counts_workdays:
            return Words("%(count)s个工作日", count=days)
        return Words("%(count)s日", count=days)

    due: date | None = find_due(limit, accepted_on, calendar, extension)[0]
    words = [Words("%(on)s 受理（当天不计）", on=accepted_on)]
    if extension:
        parts = {"days": span(total), "limit": limit.count, "more": extension}
        words.append(Words("加 %(days)s（时限 %(limit)s，延长 %(more)s）", **parts))
    else:
        words.append(Words("加 %(days)s", days=span(total)))
    if not total:
        words, ordered = [Words("%(on)s 受理，当场办结", on=accepted_on)], []
    for pause in ordered:
        if due is None or pause.first > due:
            words.append(Words("%(on)s 起的暂停在到期日之后，不延长", on=pause.first))
            break
        told = {"first": pause.first, "reason": pause.reason}
        if pause.last is None:
            left = (
                calendar.count_workdays(pause.first, due)
                if counts_workdays
                else ((due - pause.first).days + 1)
            )
            words.append(
                Words(
                    "%(first)s 起暂停（%(reason)s），恢复后还剩 %(days)s", **told, days=span(left)
                )
            )
            due = None
            continue
        paused = inside(pause, pause.last)
        due = add(due, paused)
        words.append(
            Words(
                "%(first)s 至 %(last)s 暂停（%(reason)s），顺延 %(days)s",
                **told,
                last=pause.last,
                days=span(paused),
            )
        )
    if due is None:
        return Deadline(None, False, tuple(words))
    is_estimated = counts_workdays and _is_estimated(accepted_on, due, calendar)
    noticed = calendar.exceptions(accepted_on, due)
    shifted = _spans([day for day in noticed if day.is_workday], calendar)
    off = _spans([day for day in noticed if not day.is_workday], calendar)
    if counts_workdays and off and shifted:
        words.append(Words("其间放假 %(off)s，调休上班 %(shifted)s", off=off, shifted=shifted))
    elif counts_workdays and off:
        words.append(Words("其间放假 %(off)s", off=off))
    if is_estimated:
        words.append(Words("到期日 %(on)s（预估：当年放假安排未公布）", on=due))
    else:
        words.append(Words("到期日 %(on)s", on=due))
    return Deadline(due, is_estimated, tuple(words))


def used_days(
    limit: Limit,
    accepted_on: date,
    until: date,
    calendar: WorkingCalendar,
    pauses: Iterable[Pause] = (),
) -> int:
    """Return how many days of the limit are used at the end of `until`, pauses left out."""

    def count(first: date, last: date) -> int:
        if limit.unit == "days":
            return max((last - first).days + 1, 0)
        return calendar.count_workdays(first, last)

    start = accepted_on + timedelta(days=1)
    paused = sum(
        count(max(pause.first, start), min(pause.last or until, until)) for pause in pauses
    )
    return count(start, until) - paused


def due_ordinals(
    calendar: WorkingCalendar,
    accepted: "np.ndarray",
    counts: "np.ndarray",
    pauses: Sequence[tuple["np.ndarray", "np.ndarray"]] = (),
) -> "np.ndarray":
    """Return the due days of many cases at once, all as ordinals of days.

    `pauses` are the first, second, … pause of every case in the order of their first days, as
    arrays of first and last day; a case without one has 0 in both.
    """
    import numpy as np

    before = np.asarray(calendar.workdays_before, dtype=np.int64)
    workdays = np.asarray(calendar.workdays, dtype=np.int64)
    start = calendar.first.toordinal()
    place = before[accepted - start + 1] + counts
    due = np.where(counts > 0, workdays[np.maximum(place, 1) - 1], accepted)
    stopped = counts <= 0  # on the spot: there is no clock to stop
    for first, last in pauses:
        is_one = first > 0
        stopped |= is_one & (first > due)
        begins = np.maximum(np.where(is_one, first, start), accepted + 1)
        ends = np.where(is_one, last, start)
        paused = np.maximum(before[ends - start + 1] - before[begins - start], 0)
        paused = np.where(is_one & ~stopped, paused, 0)
        at = before[due - start + 1] + paused
        due = np.where(paused > 0, workdays[np.maximum(at, 1) - 1], due)
    return due


def _spans(days: Sequence[CalendarDay], calendar: WorkingCalendar) -> list[str | Words]:
    """Return days as spans, weekends between them included: 10-01 至 10-07."""
    spans: list[list[date]] = []
    for day in days:
        is_same = (
            spans and not day.is_workday and not calendar.count_workdays(spans[-1][-1], day.on)
        )
        if is_same:
            spans[-1].append(day.on)
        else:
            spans.append([day.on])
    return [
        f"{one[0]:%m-%d}"
        if len(one) == 1
        else Words("%(first)s 至 %(last)s", first=f"{one[0]:%m-%d}", last=f"{one[-1]:%m-%d}")
        for one in spans
    ]
