"""Every check of every form fires where its examples say so, and only there."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.kernel.returns import Check, CheckExample
from jingkai.returns.rules import Series, examine, frame_of
from tests.conftest import DEMO_ZONE, TINY_ZONE, zone_of

CASES = [
    pytest.param(package, form, check, example, id=f"{package}-{check.id}-{number}")
    for package in (DEMO_ZONE, TINY_ZONE)
    for form in zone_of(package).returns.values()
    for check in form.checks
    for number, example in enumerate(check.examples)
]


def fires(package: str, fact_id: str, check: Check, example: CheckExample) -> bool:
    """Tell whether a check fires for an example."""
    fact = zone_of(package).fact_types[fact_id]
    frames = {
        name: frame_of(getattr(example, name), fact) for name in ("now", "before", "year_ago")
    }
    return bool(list(examine([check], fact=fact, **frames)))


@pytest.mark.parametrize(("package", "form", "check", "example"), CASES)
def test_a_check_does_what_its_example_says(package, form, check, example):
    assert fires(package, form.fact, check, example) == example.fires


@pytest.mark.parametrize(("package", "form", "check", "example"), CASES)
def test_no_threshold_can_move_without_an_example_noticing(package, form, check, example):
    step = Decimal("0.01")
    changed = [
        replace(check, percent=check.percent + step),
        replace(check, percent=check.percent - step),
    ]
    if check.kind in ("to_date", "not_negative"):
        changed = []
    if check.floor:
        changed += [replace(check, floor=check.floor + 1), replace(check, floor=check.floor - 1)]
    for other in changed:
        noticed = [fires(package, form.fact, other, one) != one.fires for one in check.examples]
        assert any(noticed), f"{check.id}: {other.percent}, {other.floor}"


amounts = st.integers(min_value=-(10**16), max_value=10**16)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=8), st.integers(1, 3))
def test_columns_decide_as_exact_arithmetic_does(pairs, months):
    zone = zone_of(DEMO_ZONE)
    fact = zone.fact_types["enterprises.monthly_return"]
    check = Check("x", "x", "jump", ("revenue",), "x", percent=Decimal(50))
    yes = np.ones(len(pairs), np.bool_)
    now = {"revenue": Series(np.array([a for a, _ in pairs]), yes, ~yes)}
    before = {"revenue": Series(np.array([b for _, b in pairs]), yes, ~yes)}

    found = examine([check], fact=fact, now=now, before=before, year_ago={}, months=(months, 2))

    exact = [
        row
        for row, (new, base) in enumerate(pairs)
        if base >= 0 and (new * 2 * 2 > base * months * 3 or new * 2 * 2 < base * months)
    ]
    assert [one.row for one in found] == exact


def test_months_filed_together_are_compared_month_for_month():
    fact = zone_of(DEMO_ZONE).fact_types["enterprises.monthly_return"]
    check = Check("x", "x", "jump", ("revenue",), "x", percent=Decimal(50))
    now, before = (
        frame_of({"revenue": Decimal(100)}, fact),
        frame_of({"revenue": Decimal(200)}, fact),
    )
    said = {"fact": fact, "now": now, "before": before, "year_ago": {}}

    assert not list(examine([check], months=(1, 2), **said))
    assert list(examine([check], months=(1, 1), **said)) == []
    assert list(examine([check], months=(2, 1), **said))
    assert not list(examine([check], months=(2, 1), stocks=frozenset({"revenue"}), **said))


@pytest.mark.parametrize(
    ("every", "together", "told"),
    [
        ("month", 2, "2021-01..02 2021-03 2021-04"),
        ("quarter", 1, "2021Q1 2021Q2 2021Q3 2021Q4"),
        ("quarter", 6, "2021-01..06 2021Q3 2021Q4"),
        ("half", 1, "2021-01..06 2021-07..12"),
        ("year", 1, "2021"),
    ],
)
def test_a_form_has_the_periods_that_it_says(every, together, told):
    form = replace(zone_of(DEMO_ZONE).returns["monthly"], every=every, together=together)
    form = replace(form, deadlines=())
    ids = [one.id for one in form.periods(2021)]
    assert " ".join(ids[: len(told.split())]) == told
    assert len(ids) == {"month": 11, "year": 1}.get(every, len(told.split()))

    newest = form.recent(date(2021, 6, 30), 12)
    assert len(newest) == 12 and newest == sorted(set(newest))
    assert newest[-1] == form.latest(date(2021, 6, 30))
    assert newest[-1].last < date(2021, 6, 30)
    assert form.previous(newest[-1]) == newest[-2]
