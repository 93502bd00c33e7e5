"""Due dates by law equal a day-by-day count over the published calendar."""

import random
from datetime import date, timedelta

import chinese_calendar
import numpy as np
import pytest

from jingkai.kernel.calendar import CalendarDay, OutsideCalendar, WorkingCalendar
from jingkai.kernel.deadlines import (
    BadPause,
    Limit,
    Pause,
    check_pauses,
    due_ordinals,
    find_deadline,
    find_due,
    used_days,
)
from tests.kernel.known import ZONES

CALENDAR = ZONES["zones.changde"].calendar
D = date.fromisoformat


def walk(accepted: date, count: int, pauses: list[Pause]) -> date:
    """Find the due day by looking at one day after the other, in the published calendar."""
    left, day, due = count, accepted, accepted
    while left:
        day += timedelta(days=1)
        if not chinese_calendar.is_workday(day):
            continue
        if any(pause.first <= day <= pause.last for pause in pauses):
            continue
        left -= 1
        due = day
    return due


def random_case(source: random.Random) -> tuple[date, int, list[Pause]]:
    accepted = date(2015, 1, 1) + timedelta(days=source.randrange(4100))
    count = source.choice([0, 1, 2, 3, 5, 7, 10, 20, 30, 45])
    pauses, day = [], accepted
    for _ in range(source.randrange(4)):
        first = day + timedelta(days=source.randrange(25))
        last = first + timedelta(days=source.randrange(30))
        pauses.append(Pause(first, last, "评审"))
        day = last + timedelta(days=1)
    return accepted, count, pauses


CASES = [random_case(random.Random(n)) for n in range(5000)]


def test_five_thousand_cases_equal_a_walk_over_the_published_calendar():
    wrong = []
    for accepted, count, pauses in CASES:
        due = find_deadline(Limit(count), accepted, CALENDAR, pauses=pauses).due_on
        if due != walk(accepted, count, pauses):
            wrong.append((accepted, count, pauses, due))
    assert wrong == []


def test_the_due_day_alone_equals_the_one_with_its_arithmetic():
    late = CASES[0][0] + timedelta(days=20_000)
    for n, (accepted, count, _) in enumerate([*CASES[:500], (late, 3, [])]):
        for unit in ("workdays", "days", "on_the_spot"):
            limit, extension = Limit(count, unit), n % 3 * 5
            try:
                told = find_deadline(limit, accepted, CALENDAR, extension=extension)
            except OutsideCalendar:
                with pytest.raises(OutsideCalendar):
                    find_due(limit, accepted, CALENDAR, extension)
            else:
                due = find_due(limit, accepted, CALENDAR, extension)
                assert due == (told.due_on, told.is_estimated)


def test_many_at_once_equal_one_by_one():
    accepted = np.array([case[0].toordinal() for case in CASES])
    counts = np.array([case[1] for case in CASES])
    pauses = [
        tuple(
            np.array([getattr(c[2][n], end).toordinal() if len(c[2]) > n else 0 for c in CASES])
            for end in ("first", "last")
        )
        for n in range(3)
    ]

    found = due_ordinals(CALENDAR, accepted, counts, pauses)

    expected = [
        find_deadline(Limit(count), on, CALENDAR, pauses=stops).due_on.toordinal()
        for on, count, stops in CASES
    ]
    assert found.tolist() == expected


@pytest.mark.parametrize(
    ("accepted", "limit", "pauses", "due"),
    [
        # 2026-02-13 is a Friday; the spring festival leave 15–23 is bracketed by working Saturdays.
        ("2026-02-13", Limit(1), [], "2026-02-14"),
        ("2026-02-13", Limit(2), [], "2026-02-24"),
        ("2026-02-13", Limit(6), [], "2026-02-28"),
        # the day of acceptance is not counted, even when it is paused
        ("2021-06-21", Limit(3), [("2021-06-21", "2021-06-21")], "2021-06-24"),
        # both days of a pause are left out
        ("2021-06-21", Limit(3), [("2021-06-22", "2021-06-23")], "2021-06-28"),
        # a pause that begins on the due day extends it; one a day later does not
        ("2021-06-21", Limit(3), [("2021-06-24", "2021-06-25")], "2021-06-28"),
        ("2021-06-21", Limit(3), [("2021-06-25", "2021-07-25")], "2021-06-24"),
        # a pause over a weekend alone stops nothing
        ("2021-06-21", Limit(5), [("2021-06-26", "2021-06-27")], "2021-06-28"),
        ("2021-06-21", Limit(7, "days"), [], "2021-06-28"),
        ("2021-06-21", Limit(7, "days"), [("2021-06-26", "2021-06-27")], "2021-06-30"),
        ("2021-06-21", Limit(0, "on_the_spot"), [], "2021-06-21"),
    ],
)
def test_the_due_day_at_the_edges(accepted: str, limit: Limit, pauses: list, due: str):
    stops = [Pause(D(first), D(last), "评审") for first, last in pauses]

    assert find_deadline(limit, D(accepted), CALENDAR, pauses=stops).due_on == D(due)


def test_the_arithmetic_is_told_in_words():
    found = find_deadline(
        Limit(10),
        D("2021-09-27"),
        CALENDAR,
        pauses=[Pause(D("2021-09-29"), D("2021-09-30"), "专家评审")],
        extension=5,
    )

    said = "；".join(map(str, found.words))
    assert "2021-09-27 受理（当天不计）" in said
    assert "时限 10，延长 5" in said
    assert "暂停（专家评审），顺延 2个工作日" in said
    assert "10-01 至 10-07" in said
    assert "调休上班 10-09" in said
    assert said.endswith(f"到期日 {found.due_on}")


def test_while_a_pause_runs_there_is_no_due_day_but_what_is_left():
    found = find_deadline(
        Limit(5), D("2021-06-21"), CALENDAR, pauses=[Pause(D("2021-06-23"), None, "检测")]
    )

    assert found.due_on is None
    assert "还剩 4个工作日" in str(found.words[-1])


@pytest.mark.parametrize(
    ("pauses", "words"),
    [
        ([("2021-06-20", "2021-06-25")], "早于受理日"),
        ([("2021-06-25", "2021-06-24")], "早于起日"),
        ([("2021-06-22", "2021-06-24"), ("2021-06-24", "2021-06-25")], "重叠"),
    ],
)
def test_pauses_that_the_law_does_not_know_are_refused(pauses: list, words: str):
    stops = [Pause(D(first), D(last)) for first, last in pauses]

    with pytest.raises(BadPause, match=words):
        check_pauses(D("2021-06-21"), stops)


def test_adjoining_pauses_are_two():
    check_pauses(
        D("2021-06-21"),
        [Pause(D("2021-06-22"), D("2021-06-23")), Pause(D("2021-06-24"), None)],
    )


def test_days_used_leave_pauses_out():
    pauses = [Pause(D("2021-06-23"), D("2021-06-24"))]

    assert used_days(Limit(5), D("2021-06-21"), D("2021-06-25"), CALENDAR, pauses) == 2
    assert used_days(Limit(5, "days"), D("2021-06-21"), D("2021-06-25"), CALENDAR, pauses) == 2
    assert used_days(Limit(5), D("2021-06-21"), D("2021-06-21"), CALENDAR) == 0


def test_a_year_without_notice_is_estimated_until_it_comes():
    found = find_deadline(Limit(20), D("2026-12-21"), CALENDAR)
    assert found.is_estimated
    assert "预估" in str(found.words[-1])

    # Counted by hand: eight working days to the end of the year, then twelve from 4 January; the
    # guess knows that 1 January is off, the notice takes one more day.
    assert found.due_on == D("2027-01-19")
    notice = [
        CalendarDay(D("2027-01-01"), False, "元旦"),
        CalendarDay(D("2027-01-04"), False, "元旦"),
    ]
    known = find_deadline(Limit(20), D("2026-12-21"), CALENDAR.with_notice(notice))
    assert known.due_on == D("2027-01-20")
    assert not known.is_estimated


def test_beyond_the_calendar_is_refused():
    with pytest.raises(OutsideCalendar, match="到"):
        WorkingCalendar([]).add_workdays(date(2036, 12, 30), 30)
    with pytest.raises(OutsideCalendar):
        CALENDAR.count_workdays(date(1999, 1, 1), date(2021, 1, 1))
