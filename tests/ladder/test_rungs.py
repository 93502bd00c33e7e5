"""Every rung decides on the two sides of its thresholds, and never on what it does not know."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jingkai.kernel.ladders import Condition, Rung, read_ladder
from jingkai.kernel.refusals import Findings
from jingkai.ladder.rules import Held, check_ladder, expires_on, is_for, judge, next_rungs
from tests.conftest import DEMO_ZONE, TINY_ZONE, zone_of

LADDER = zone_of(DEMO_ZONE).ladder
NUMBERED = [
    pytest.param(rung, one, id=f"{rung.id}-{one.id}")
    for rung in LADDER.rungs
    for one in rung.conditions
    if one.passes is not None or one.bands
]


@pytest.mark.parametrize("package", [DEMO_ZONE, TINY_ZONE])
def test_the_examples_stand_on_the_two_sides_of_every_threshold(package):
    assert check_ladder(zone_of(package).ladder) == []


@pytest.mark.parametrize(("rung", "one"), NUMBERED)
def test_no_threshold_can_move_without_its_example_noticing(rung, one):
    moved = []
    for by in (Decimal("0.02"), Decimal("-0.02")):
        if one.bands:
            first = replace(one.bands[0], least=one.bands[0].least + by)
            moved.append(replace(one, bands=(first, *one.bands[1:])))
            continue
        for name in ("least", "most", "above"):
            limit = getattr(one, name)
            if limit is not None:
                step = (
                    by
                    if one.passes != one.passes.to_integral_value()
                    or abs(one.passes - one.fails) < 1
                    else by * 100
                )
                moved.append(replace(one, **{name: limit + step}))
    for other in moved:
        ladder = replace(LADDER, rungs=(replace(rung, conditions=(other,)),))
        assert check_ladder(ladder), other


def rung(*conditions: Condition, **more) -> Rung:
    """Return a rung for a test."""
    usual = {"level": 40, "basis": "试", "since": date(2020, 1, 1), "title": "hightech"}
    return Rung("r", "级", "Rung", conditions=conditions, **(usual | more))


REVENUE = Condition("a", "收入", measure="revenue", least=Decimal(2000))


def test_what_is_short_says_by_how_much_and_how_near():
    found = judge(rung(REVENUE), values={"revenue": Decimal(1700)}, titles=[], on=date(2021, 6, 30))

    assert (found.state, found.verdicts[0].short, found.percent) == (
        "near",
        Decimal(300),
        Decimal("85.0"),
    )
    far = judge(rung(REVENUE), values={"revenue": Decimal(1599)}, titles=[], on=date(2021, 6, 30))
    assert far.state == "short"


def test_what_is_not_known_is_unknown_and_never_short():
    found = judge(rung(REVENUE), values={}, titles=[], on=date(2021, 6, 30))

    assert (found.state, found.verdicts[0].state) == ("unknown", "unknown")


def test_one_of_a_group_is_enough_and_an_unknown_other_may_still_do():
    either = [
        replace(REVENUE, group="size"),
        Condition("b", "融资", measure="equity", least=Decimal(2000), group="size"),
    ]
    on = date(2021, 6, 30)

    def state(**values):
        told = {key: Decimal(value) for key, value in values.items()}
        return judge(rung(*either), values=told, titles=[], on=on).state

    assert state(revenue=1, equity=2000) == "ready"
    assert state(revenue=1) == "unknown"
    assert state(revenue=1, equity=1) == "short"


def test_a_threshold_by_size_takes_the_band_of_the_size():
    hightech = next(one for one in LADDER.rungs if one.id == "hightech")
    research = next(one for one in hightech.conditions if one.id == "research")

    def state(sales, share):
        told = {"revenue_year": Decimal(sales), "research_share": Decimal(share)}
        return judge(rung(research), values=told, titles=[], on=date(2021, 6, 30)).state

    assert [state(5000, 5), state(5001, 4), state(20000, 4), state(20001, 3)] == ["ready"] * 4
    assert {state(5000, "4.99"), state(20000, "3.99"), state(20001, "2.99")} <= {"near", "short"}


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (date(2019, 1, 1), "holds"),
        (date(2018, 12, 27), "expiring"),
        (date(2018, 7, 1), "expiring"),
        (date(2018, 6, 30), "expired"),
    ],
)
def test_a_certificate_is_held_until_it_ends_and_says_so_half_a_year_before(given, state):
    held = [Held("hightech", given)]
    found = judge(rung(valid_years=3), values={}, titles=held, on=date(2021, 6, 30))

    assert found.state == state


def test_a_certificate_of_a_leap_day_ends_on_the_first_of_march():
    assert expires_on(Held("x", date(2020, 2, 29)), rung(valid_years=3)) == date(2023, 3, 1)


def test_the_rules_of_the_day_count_and_before_the_first_they_are_tried():
    def specialised(day):
        return next(one for one in LADDER.on(day) if one.title == "provincial_giant")

    assert specialised(date(2021, 6, 30)).id == "specialised_2022"
    assert specialised(date(2026, 3, 31)).id == "specialised_2022"
    assert specialised(date(2026, 4, 1)).id == "specialised_2026"


def test_a_firm_off_the_roll_goes_by_its_industry():
    factory = next(one for one in LADDER.rungs if one.id == "above_scale_industry")

    assert is_for(factory, trade="", section="C")
    assert not is_for(factory, trade="", section="H")
    assert not is_for(factory, trade="commerce", section="C")


def test_the_next_rungs_are_above_what_is_held():
    on = date(2021, 6, 30)
    low = judge(rung(level=20), values={}, titles=[Held("hightech", on)], on=on)
    high = judge(rung(REVENUE, level=50, title="other"), values={}, titles=[], on=on)
    below = judge(rung(REVENUE, level=10, title="less"), values={}, titles=[], on=on)

    assert next_rungs([high, low, below]) == [high]


def test_an_uncertain_number_is_never_a_threshold(tmp_path: Path):
    (tmp_path / "ladder.yaml").write_text(
        "measures:\n  m: {name: 数, unit: 个}\nrungs:\n  r:\n    name: 级\n    english: R\n"
        "    level: 1\n    basis: 试\n    since: 2020-01-01\n    conditions:\n"
        '      c: {name: 条, measure: m, least: 5, passes: 5, fails: 4, mark: "K?"}\n',
        "utf-8",
    )
    findings = Findings()
    read_ladder([tmp_path], findings)

    assert ["没有核实" in str(one) for one in findings] == [True]


@pytest.mark.parametrize("package", [DEMO_ZONE, TINY_ZONE])
@pytest.mark.parametrize(
    ("section", "least"), [("G", 2000), ("L", 1000), ("R", 500), ("Q", None), ("C", None)]
)
def test_services_enter_at_the_threshold_of_their_section(package, section, least):
    rungs = [
        one
        for one in zone_of(package).ladder.on(date(2021, 6, 30))
        if one.id.startswith("services_") and is_for(one, trade="", section=section)
    ]

    assert [one.conditions[0].least for one in rungs] == ([least] if least else [])


def test_what_nobody_verified_of_a_small_technology_firm_is_left_to_a_person():
    (sme,) = [one for one in LADDER.rungs if one.id == "tech_sme"]
    small = {"staff": Decimal(500), "revenue_year": Decimal(20000)}
    known = small | {"assets": Decimal(20000), "score": Decimal(60)}

    verdicts = judge(sme, values=known, titles=[], on=date(2021, 6, 30)).verdicts

    assert [one.state for one in verdicts[:4]] == ["met"] * 4
    assert "met" not in {one.state for one in verdicts[4:]}
    too_large = judge(sme, values=known | {"staff": Decimal(501)}, titles=[], on=date(2021, 6, 30))
    assert too_large.verdicts[0].state == "short"
