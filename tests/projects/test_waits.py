"""How long projects usually take, and which one is over it."""

from datetime import date

import pytest

from jingkai.projects.rules import find_wait, usual_days

TODAY = date(2021, 6, 30)


def histories(*days: int) -> list[dict[str, date]]:
    first = date(2020, 1, 1)
    return [{"sign": first, "start": date.fromordinal(first.toordinal() + one)} for one in days]


def test_usual_is_what_three_of_four_did_not_exceed():
    assert usual_days(histories(10, 20, 30, 40, 50, 60, 70)) == {("sign", "start"): 60}


def test_four_projects_make_no_habit_and_five_do():
    assert usual_days(histories(1, 2, 3, 4)) == {}
    assert usual_days(histories(1, 2, 3, 4, 5))


def test_a_gate_that_was_skipped_makes_a_leg_of_its_own():
    works = [{"start": date(2020, 1, 1), "full_output": date(2020, 1, 11)}] * 5

    assert usual_days(works) == {("start", "full_output"): 10}


@pytest.mark.parametrize(("days", "over"), [(31, 0), (30, 0), (29, 1), (9, 21)])
def test_days_over_begin_the_day_after_the_usual(days: int, over: int):
    wait = find_wait({"sign": date(2021, 5, 31)}, usual={("sign", "start"): days}, today=TODAY)

    assert wait is not None
    assert (wait.gate, wait.days_over) == ("start", over)


def test_without_a_habit_nobody_is_over():
    wait = find_wait({"sign": date(2001, 1, 1)}, usual={}, today=TODAY)

    assert (wait.due_on, wait.days_over) == (None, 0)


def test_before_the_first_and_after_the_last_gate_nothing_is_waited_for():
    assert find_wait({}, usual={}, today=TODAY) is None
    assert find_wait({"full_output": TODAY}, usual={}, today=TODAY) is None
