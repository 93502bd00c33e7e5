"""Every rung decides on the two sides of its thresholds, and never on what it does not know."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jingkai.enterprises.rules import TRADES, Holding
from jingkai.kernel.ladders import Condition, Rung, read_ladder
from jingkai.kernel.refusals import Findings
from jingkai.ladder.rules import (
    check_ladder,
    expires_on,
    judge,
    next_rungs,
    rungs_for,
    titles_on,
)
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
    held = [Holding("hightech", given)]
    found = judge(rung(valid_years=3), values={}, titles=held, on=date(2021, 6, 30))

    assert found.state == state


def test_a_certificate_of_a_leap_day_ends_on_the_first_of_march():
    assert expires_on(Holding("x", date(2020, 2, 29)), rung(valid_years=3)) == date(2023, 3, 1)


def test_the_rules_of_the_day_count_and_before_the_first_they_are_tried():
    def specialised(day):
        return next(one for one in LADDER.on(day) if one.title == "provincial_giant")

    assert specialised(date(2021, 6, 30)).id == "specialised_2022"
    assert specialised(date(2026, 3, 31)).id == "specialised_2022"
    assert specialised(date(2026, 4, 1)).id == "specialised_2026"


DAY = date(2021, 6, 30)
RUNGS = LADDER.on(DAY)


def roll_rungs(trade: str, industry: str) -> list[str]:
    """Return the rungs of the roll that are for a firm."""
    known = zone_of(DEMO_ZONE).industries.get(industry)
    section = known.section if known else ""
    found = rungs_for(RUNGS, trade=trade, industry=industry, section=section)
    return [one.id for one in found if one.is_of_roll]


@pytest.mark.parametrize(
    ("trade", "industry", "rungs"),
    [
        ("", "3444", ["above_scale_industry"]),
        ("", "0143", []),
        ("", "unknown", []),
        ("", "5165", ["limited_commerce"]),
        ("", "5211", ["limited_retail"]),
        ("", "8411", ["services_2000"]),
        ("", "8522", ["services_500"]),
        ("", "7020", ["services_1000"]),
        ("", "7010", ["real_estate"]),
        ("industry", "5211", ["above_scale_industry"]),
        ("commerce", "3444", ["limited_commerce"]),
        ("commerce", "5211", ["limited_retail"]),
        ("services", "5431", ["services_2000"]),
        ("services", "7299", ["services_1000"]),
        ("services", "8040", ["services_500"]),
        ("services", "unknown", ["services_1000"]),
    ],
)
def test_a_firm_stands_on_one_rung_of_the_roll(trade, industry, rungs):
    assert roll_rungs(trade, industry) == rungs


def test_every_profession_of_the_roll_has_a_rung():
    assert {one for rung in RUNGS for one in rung.trades} == set(TRADES)


def test_a_title_that_ended_or_was_taken_away_opens_no_rung_above():
    gives = rung(valid_years=3)
    given = Holding("hightech", date(2018, 6, 30))

    assert titles_on([given], [gives], date(2021, 6, 29)) == {"hightech"}
    assert titles_on([given], [gives], date(2021, 6, 30)) == set()
    assert titles_on([replace(given, ended=date(2020, 1, 1))], [gives], date(2020, 6, 1)) == set()


def test_the_last_day_on_a_certificate_goes_before_the_years_of_the_rules():
    held = Holding("hightech", date(2019, 1, 1), until=date(2021, 6, 29))

    assert judge(rung(valid_years=3), values={}, titles=[held], on=DAY).state == "expired"
    later = replace(held, until=date(2021, 6, 30))
    assert judge(rung(valid_years=3), values={}, titles=[later], on=DAY).state == "expiring"


def test_what_was_taken_away_is_neither_held_nor_forgotten():
    held = Holding("hightech", date(2019, 1, 1), ended=date(2021, 2, 1))
    found = judge(rung(valid_years=3), values={}, titles=[held], on=DAY)

    assert (found.state, found.expires) == ("revoked", date(2021, 2, 1))


def test_a_rung_whose_rules_nobody_has_seen_says_so():
    platform = next(one for one in RUNGS if one.id == "national_key_lab")

    assert judge(platform, values={}, titles=[], on=DAY).state == "unverified"
    builder = next(one for one in RUNGS if one.id == "qualified_construction")
    assert judge(builder, values={}, titles=[], on=DAY).state == "by_hand"


@pytest.mark.parametrize("package", [DEMO_ZONE, TINY_ZONE])
def test_no_rung_decides_by_a_rule_that_nobody_has_seen(package):
    uncertain = [
        one
        for rung in zone_of(package).ladder.rungs
        for one in rung.conditions
        if one.is_unverified
    ]

    assert uncertain and all(one.is_by_hand for one in uncertain)


def test_every_platform_brand_and_standard_has_a_rung():
    giving = {one.title for one in RUNGS if one.title}

    assert giving == set(LADDER.titles)
    assert {one.kind for one in LADDER.titles.values()} == {
        "title",
        "platform",
        "brand",
        "standard",
    }


def test_a_zone_declares_rungs_of_its_own_beside_those_of_the_base():
    tiny = zone_of(TINY_ZONE).ladder
    own = {one.id for one in tiny.rungs} - {one.id for one in LADDER.rungs}

    assert own == {"xikou_star", "xikou_workshop"}
    words = zone_of(TINY_ZONE).fact_types["enterprises.recognised"].columns["title"].words
    assert words["xikou_star"] == "溪口之星企业" and words["hightech"] == "高新技术企业"


def test_a_rung_that_gives_an_unknown_title_is_refused(tmp_path: Path):
    (tmp_path / "ladder.yaml").write_text(
        "titles:\n  star: {name: 星, english: Star}\nrungs:\n  r:\n    name: 级\n"
        "    english: R\n    level: 1\n    title: stra\n    basis: 试\n    since: 2020-01-01\n"
        "    conditions:\n      c: {name: 条, title: moon}\n",
        "utf-8",
    )
    findings = Findings()
    read_ladder([tmp_path], findings)

    said = [str(one) for one in findings]
    assert ["没有称号“stra”" in said[0], "没有称号“moon”" in said[1]] == [True, True]


def test_the_next_rungs_are_above_what_is_held():
    on = date(2021, 6, 30)
    low = judge(rung(level=20), values={}, titles=[Holding("hightech", on)], on=on)
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


def test_what_nobody_verified_of_a_small_technology_firm_is_left_to_a_person():
    (sme,) = [one for one in LADDER.rungs if one.id == "tech_sme"]
    small = {"staff": Decimal(500), "revenue_year": Decimal(20000)}
    known = small | {"assets": Decimal(20000), "score": Decimal(60)}

    verdicts = judge(sme, values=known, titles=[], on=date(2021, 6, 30)).verdicts

    assert [one.state for one in verdicts[:4]] == ["met"] * 4
    assert "met" not in {one.state for one in verdicts[4:]}
    too_large = judge(sme, values=known | {"staff": Decimal(501)}, titles=[], on=date(2021, 6, 30))
    assert too_large.verdicts[0].state == "short"
