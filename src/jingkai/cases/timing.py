"""The clock of a case: acceptance, pauses, extensions, decision, and the days a notice moves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from jingkai.cases import facts
from jingkai.cases.models import Case, NoticedDay, Pausing
from jingkai.cases.refusals import CaseRefused
from jingkai.cases.store import Clocked, kind_of
from jingkai.database.statements import driver
from jingkai.kernel.calendar import CalendarDay, WorkingCalendar
from jingkai.kernel.clock import moment_on
from jingkai.kernel.deadlines import Deadline, Limit, Pause, find_deadline, find_due, used_days
from jingkai.kernel.facttypes import FactType, Value
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Entry
from jingkai.ledger.services import NewFact, record

__all__ = [
    "CORRECTION_DAYS",
    "Clock",
    "accept",
    "clock_of",
    "close",
    "decide",
    "moment_of",
    "note_pause",
    "note_resume",
    "retime",
    "working_calendar",
]

# 行政许可法第三十二条: what is missing is told at once or within five working days.
CORRECTION_DAYS = 5
_calendars: dict[tuple[int, int, int], WorkingCalendar] = {}


def moment_of(on: date) -> datetime:
    """Return when an act of this business day is done, now."""
    return moment_on(on, datetime.now(UTC))


def working_calendar() -> WorkingCalendar:
    """Return the zone's calendar under the notices that were imported since."""
    zone = current_zone()
    days, last = driver().first("SELECT count(*), max(id) FROM cases_noticedday")
    if not days:
        return zone.calendar
    key = (id(zone.calendar), days, last)
    if key not in _calendars:
        _calendars.clear()
        noticed = (
            CalendarDay(one.on, one.is_workday, one.name) for one in NoticedDay.objects.all()
        )
        _calendars[key] = zone.calendar.with_notice(noticed)
    return _calendars[key]


@dataclass(frozen=True)
class Clock:
    """The clock of a case on a day: both due dates with their arithmetic, and what is used."""

    promised: Deadline | None
    statutory: Deadline | None
    used: int
    left: int | None
    limit: Limit | None
    statutory_limit: Limit | None
    pauses: tuple[Pause, ...]


def clock_of(case: Case, on: date) -> Clock:
    """Return the clock of a case as it stands at the end of a day."""
    promised, statutory = _limits(case)
    reasons = {one.id: named(one) for one in kind_of(case.definition_id).pauses}
    pauses = tuple(
        Pause(one.first_on, one.last_on, reasons.get(one.reason, one.name))
        for one in case.pauses.all()
    )
    if case.accepted_on is None or promised is None:
        return Clock(None, None, 0, None, promised, statutory, pauses)
    calendar = working_calendar()
    until = case.decided_on or case.closed_on or on
    used = used_days(promised, case.accepted_on, until, calendar, pauses)
    find = {"pauses": pauses, "extension": case.extension}
    due = find_deadline(promised, case.accepted_on, calendar, **find)
    lawful = statutory and find_deadline(statutory, case.accepted_on, calendar, **find)
    left = promised.count + case.extension - used
    return Clock(due, lawful, used, left, promised, statutory, pauses)


def retime(
    case: Case | Clocked,
    calendar: WorkingCalendar | None = None,
    pauses: tuple[Pause, ...] | None = None,
) -> None:
    """Set the due dates of a case anew from its limits, pauses and extension."""
    promised, statutory = _limits(case)
    if case.accepted_on is None or promised is None:
        return
    calendar = calendar or working_calendar()
    pauses = _pauses(case.id) if pauses is None else pauses

    def find(limit: Limit, start: date) -> tuple[date | None, bool]:
        if not pauses:
            # Nobody reads the words here, and most clocks never stand still.
            return find_due(limit, start, calendar, case.extension)
        told = find_deadline(limit, start, calendar, pauses=pauses, extension=case.extension)
        return told.due_on, told.is_estimated

    case.due_on, case.is_estimated = find(promised, case.accepted_on)
    case.statutory_due_on = find(statutory, case.accepted_on)[0] if statutory else None


_ACCEPT = """
UPDATE cases_case SET accepted_on = %s, accepted_how = %s, due_on = %s, statutory_due_on = %s,
       is_estimated = %s WHERE id = %s"""


def accept(case: Clocked, *, by: str, on: date) -> Entry:
    """Start the clock. Untold within five working days, a case counts as accepted at receipt."""
    if case.accepted_on is not None:
        raise CaseRefused(
            Words(
                "%(number)s 已于 %(accepted_on)s 受理，不能再改受理日期。",
                number=case.number,
                accepted_on=case.accepted_on,
            )
        )
    if case.told_on is not None:
        raise CaseRefused(
            Words(
                "%(number)s 已于 %(told_on)s 一次性告知补正；请先登记补齐的材料，再受理。",
                number=case.number,
                told_on=case.told_on,
            )
        )
    calendar = working_calendar()
    is_late = on > calendar.add_workdays(case.received_on, CORRECTION_DAYS)
    case.accepted_on = case.received_on if is_late else on
    case.accepted_how = "视为受理" if is_late else "当面"
    # No clock stood still before it ran.
    retime(case, calendar, pauses=())
    database = driver()
    day = database.day
    due = (day(case.due_on), day(case.statutory_due_on), case.is_estimated)
    database.write(_ACCEPT, (day(case.accepted_on), case.accepted_how, *due, case.id))
    values: dict[str, Value] = {
        "how": case.accepted_how,
        "statutory": case.statutory,
        "promised": case.promised,
    }
    return _record(facts.case_accepted, case, case.accepted_on, values, by=by, known_on=on)


_DECIDE = "UPDATE cases_case SET decided_on = %s, outcome = %s WHERE id = %s"


def decide(case: Clocked, *, outcome: str, by: str, on: date) -> Entry:
    """Stop the clock with a decision, and tell how many days it took."""
    if case.accepted_on is None:
        raise CaseRefused(Words("%(number)s 还没有受理，不能作决定。", number=case.number))
    if case.is_paused:
        raise CaseRefused(
            Words("%(number)s 正在暂停计时；请先恢复计时，再作决定。", number=case.number)
        )
    promised, statutory = _limits(case)
    database = driver()
    database.write(_DECIDE, (database.day(on), outcome, case.id))
    values: dict[str, Value] = {"outcome": outcome}
    if promised:
        used = used_days(promised, case.accepted_on, on, working_calendar(), _pauses(case.id))
        allowed = promised.count + case.extension
        pace = "提前" if used < allowed else "按期" if used == allowed else "逾期"
        values |= {
            "used": used,
            "promised": allowed,
            "statutory": statutory.count + case.extension if statutory else None,
            "pace": pace,
        }
    return _record(facts.case_decided, case, on, values, by=by, known_on=on)


def close(case: Clocked, *, outcome: str, by: str, on: date) -> Entry:
    """Tell that a case came to its end."""
    values: dict[str, Value] = {"outcome": outcome or case.outcome, "trips": case.trips}
    return _record(facts.case_closed, case, on, values, by=by, known_on=on)


def note_pause(case: Case, pause: Pausing, *, by: str, on: date) -> Entry:
    """Tell that the clock stopped, and why."""
    return _record(
        facts.case_paused, case, pause.first_on, {"reason": pause.name}, by=by, known_on=on
    )


def note_resume(case: Case, pause: Pausing, *, by: str, on: date) -> Entry:
    """Tell that the clock runs again, and how many days it stood."""
    assert pause.last_on is not None
    if case.promised_unit == "days":
        paused = (pause.last_on - pause.first_on).days + 1
    else:
        paused = working_calendar().count_workdays(pause.first_on, pause.last_on)
    values: dict[str, Value] = {"reason": pause.name, "paused": paused}
    return _record(facts.case_resumed, case, pause.last_on, values, by=by, known_on=on)


def touched_by(days: Iterable[date], cases: Sequence[Case]) -> list[Case]:
    """Return the cases whose span from acceptance to the due day holds one of the days.

    A day that becomes a working day may bring the due day forward, one that is taken off pushes it
    back; both lie inside the span. An open pause has no due day yet.
    """
    changed = sorted(days)
    return [
        case for case in cases if case.accepted_on and any(_inside(case, day) for day in changed)
    ]


def _inside(case: Case, day: date) -> bool:
    assert case.accepted_on is not None
    ends = max(
        (one for one in (case.due_on, case.statutory_due_on) if one is not None),
        default=date.max - timedelta(days=1),
    )
    return case.accepted_on < day <= ends


def _limits(case: Case | Clocked) -> tuple[Limit | None, Limit | None]:
    promised: Any = case.promised_unit
    statutory: Any = case.statutory_unit
    return (
        None if case.promised is None else Limit(case.promised, promised),
        None if case.statutory is None else Limit(case.statutory, statutory),
    )


def _pauses(case_id: int) -> tuple[Pause, ...]:
    stops = Pausing.objects.filter(case=case_id)
    return tuple(Pause(one.first_on, one.last_on, one.name) for one in stops)


def _record(
    fact_type: FactType,
    case: Case | Clocked,
    happened_on: date,
    values: dict[str, Value],
    *,
    by: str,
    known_on: date,
) -> Entry:
    """Write the fact of a case and return its entry, which the act's own audit line names."""
    common: dict[str, Value] = {
        "kind": case.definition_id.partition(":")[0],
        "item": case.item or None,
        "department": case.department_id,
    }
    return record(
        NewFact(
            fact_type,
            subject=f"case:{case.id}",
            on=happened_on,
            key=f"case:{case.id}:{fact_type.id}:{case.last_action + 1}",
            values={**common, **values},
        ),
        by=by,
        reason=f"{fact_type.name}：{case.title}"[:200],
        known_on=known_on,
        # A step that cannot be recorded is not taken at all.
        within=driver(),
    )
