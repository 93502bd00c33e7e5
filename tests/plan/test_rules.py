"""Where a promise stands: flows against pace, stocks against a line, rates against the target."""

from datetime import date
from decimal import Decimal

import pytest

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.lights import Light, LightScheme
from jingkai.kernel.periods import Period
from jingkai.plan.rules import Promise, keeps, stand, stand_task

D = Decimal
SCHEME = LightScheme(
    "test",
    "试",
    "试",
    (
        Light(id="none", word="未报", english="x", shape="○", tone="neutral", reported=False),
        Light(id="done", word="完成", english="x", shape="✓", tone="done", done=True),
        Light(id="good", word="正常", english="x", shape="●", tone="good", min_gap=D(0)),
        Light(id="near", word="临期", english="x", shape="◆", tone="near", min_gap=D(-5)),
        Light(id="late", word="滞后", english="x", shape="▲", tone="behind"),
    ),
)
TASKS = LightScheme(
    "tasks",
    "试",
    "试",
    (
        Light(
            id="caught", word="补", english="x", shape="⟲", tone="caught", done=True, was_late=True
        ),
        Light(id="done", word="完", english="x", shape="✓", tone="done", done=True),
        Light(id="good", word="正", english="x", shape="●", tone="good", min_days_left=30),
        Light(id="near", word="近", english="x", shape="◆", tone="near", min_days_left=0),
        Light(id="late", word="逾", english="x", shape="■", tone="late"),
    ),
)
HALF = date(2021, 6, 30)


def standing(actual, target, *, counts_as="flow", op=">=", base=None, on=HALF):
    promise = Promise(
        target=D(target),
        op=op,
        period=Period.year(2021),
        actual=None if actual is None else D(actual),
        base=None if base is None else D(base),
    )
    return stand(promise, counts_as=counts_as, on=on, calendar=WorkingCalendar([]), scheme=SCHEME)


def test_a_flow_is_held_against_the_time_gone():
    found = standing(13, 30)

    assert found.pace == 50
    assert found.expected == 15
    assert (found.gap, found.short) == (D("-6.7"), D("2.0"))
    assert found.light.id == "late"


@pytest.mark.parametrize(
    ("actual", "light"), [(15, "good"), (14, "near"), (13, "late"), (30, "done"), (29, "good")]
)
def test_the_light_of_a_flow_follows_its_gap(actual: int, light: str):
    assert standing(actual, 30).light.id == light


def test_an_unreported_number_has_no_attainment_and_no_gap():
    found = standing(None, 30)

    assert (found.attainment, found.pace, found.gap, found.light.id) == (None, None, None, "none")


def test_zero_is_a_number():
    assert standing(0, 30).attainment == 0


def test_a_rate_is_held_against_the_target_in_points():
    found = standing("10.3", 9, counts_as="rate")

    assert found.gap == D("1.3")
    assert found.pace is None
    assert found.light.id == "good", "a rate is done only at the end of its period"
    assert standing("10.3", 9, counts_as="rate", on=date(2021, 12, 31)).light.id == "done"


def test_a_stock_is_held_against_the_line_from_its_base():
    found = standing(7, 10, counts_as="stock", base=4)

    assert found.expected == 7
    assert found.gap == 0
    assert standing(6, 10, counts_as="stock", base=4).gap == D("-10.0")


def test_a_stock_without_base_has_no_gap():
    assert standing(7, 10, counts_as="stock").gap is None


def test_a_ceiling_is_kept_below_it():
    below, above = (standing(v, 3, counts_as="rate", op="<=") for v in ("2.5", "3.5"))

    assert below.light.id == "good"
    assert above.light.id == "near"
    assert above.gap == D("0.5")


@pytest.mark.parametrize(
    ("op", "actual", "kept"),
    [
        (">=", 9, True),
        (">", 9, False),
        (">", 10, True),
        ("<=", 9, True),
        ("<", 9, False),
        ("<", 8, True),
        ("=", 9, True),
        ("~", 8, False),
    ],
)
def test_a_promise_is_kept_as_its_words_say(op: str, actual: int, kept: bool):
    assert keeps(op, D(actual), D(9)) is kept


@pytest.mark.parametrize(
    ("due", "done", "light"),
    [
        (date(2021, 7, 30), None, "good"),
        (date(2021, 7, 29), None, "near"),
        (date(2021, 6, 30), None, "near"),
        (date(2021, 6, 29), None, "late"),
        (date(2021, 6, 29), date(2021, 6, 30), "caught"),
        (date(2021, 6, 30), date(2021, 6, 30), "done"),
    ],
)
def test_the_light_of_a_task_follows_its_days(due, done, light):
    found = stand_task(due_on=due, done_on=done, was_late=False, on=HALF, scheme=TASKS)

    assert found.id == light


def test_late_stays_visible_after_catching_up():
    found = stand_task(
        due_on=date(2021, 12, 31), done_on=HALF, was_late=True, on=HALF, scheme=TASKS
    )

    assert found.id == "caught"


CURVE = tuple(map(D, (2, 5, 10, 15, 20, 30, 40, 50, 60, 75, 90, 100)))


def test_a_flow_with_a_plan_curve_is_held_against_it_and_says_so():
    promise = Promise(D(30), ">=", Period.year(2021), D(10), curve=CURVE)
    found = stand(promise, counts_as="flow", on=HALF, calendar=WorkingCalendar([]), scheme=SCHEME)

    assert (found.pace, found.expected, found.paced_by) == (30, 9, "curve")
    assert found.light.id == "good"
    assert standing(10, 30).light.id == "late", "by the time gone it would be behind"
    assert standing(10, 30).paced_by == "time"


def test_a_curve_of_a_year_says_nothing_of_a_quarter():
    promise = Promise(D(30), ">=", Period.months(2021, 4, 6), D(10), curve=CURVE)
    found = stand(
        promise, counts_as="flow", on=date(2021, 5, 31), calendar=WorkingCalendar([]), scheme=SCHEME
    )

    assert found.paced_by == "time"


def on_way(actual, target, *, op=">=", base=100, interim=(), on=HALF, last=2023):
    promise = Promise(D(target), op, Period.year(last), D(actual), D(base), interim=interim)
    return stand(promise, counts_as="stock", on=on, calendar=WorkingCalendar([]), scheme=SCHEME)


def test_an_interim_target_bends_the_way_to_the_final_one():
    interim = ((date(2021, 12, 31), D(110)), (date(2022, 12, 31), D(150)))

    end = date(2021, 12, 31)
    assert on_way(110, 160, interim=interim, on=end).expected == 110
    assert on_way(110, 160, interim=interim, on=end).light.id == "good"
    assert on_way(109, 160, interim=interim, on=end).gap == D("-0.6")
    assert on_way(110, 160, interim=interim, on=end).paced_by == "interim"
    assert on_way(110, 160, on=end).expected == 120, "without it the line is straight"
    assert on_way(110, 160, on=end).paced_by == "line"


def test_a_target_that_falls_is_reached_by_the_share_of_the_way_down():
    found = on_way(90, 80, op="<=", on=date(2021, 12, 31), last=2022)

    assert (found.attainment, found.expected, found.gap) == (50, 90, 0)
    assert found.light.id == "good"
    behind = on_way(95, 80, op="<=", on=date(2021, 12, 31), last=2022)
    assert (behind.attainment, behind.gap, behind.light.id) == (25, D("-25.0"), "late")
    early = on_way(79, 80, op="<=", on=date(2021, 12, 31), last=2022)
    assert early.light.id == "good", "what fell can rise again: done only at the end"
    assert on_way(79, 80, op="<=", on=date(2022, 12, 31), last=2022).light.id == "done"


def test_a_ceiling_above_its_base_stays_a_limit():
    found = on_way(90, 120, op="<=", on=date(2021, 12, 31), last=2022)

    assert (found.attainment, found.paced_by, found.light.id) == (None, "", "good")
