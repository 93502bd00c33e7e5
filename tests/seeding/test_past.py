"""The past that is made up: it sums to what is published, and is as untidy as real returns."""

import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from jingkai.cli.seeding.chance import share_out
from jingkai.cli.seeding.firms import Firm, invent_firms
from jingkai.cli.seeding.parameters import read_life
from jingkai.cli.seeding.projects import invent_projects
from jingkai.cli.seeding.readings import invent_readings
from jingkai.cli.seeding.returns import Filing, invent_returns
from jingkai.enterprises.rules import find_likenesses
from jingkai.kernel.creditcode import find_doubt, find_fault
from jingkai.kernel.plans import read_past_plans, read_plan
from jingkai.kernel.refusals import ZoneRefused
from tests.kernel.known import ZONES

DEMO, TINY = ZONES["zones.changde"], ZONES["tests.tiny"]
TODAY, PUBLISHED = date(2021, 6, 30), date(2021, 2, 4)
# What the report of 4 February 2021 names: firms, their owners and places they are known by.
REAL = """
    三一 中联 常德纺机 中车 金天 力元 中锂 金富力 金健 惠生
    德山 武陵 洞庭 三金 德海 金康 胜美达 华为 中通 宜达
    万路达 复星 中国中药 杰新 嘉士利 中科 天马 思高 桃花源 德源
    友阿 步步高 红星 碧桂园 绿地 药友 银华 杭德 云港 金立星
    中国邮政 韵达 昆宇 新松 中材 福德 福天 人民电器 盐田
""".split()


@cache
def firms() -> list[Firm]:
    """Return the firms of the demo zone."""
    return invent_firms(read_life(DEMO), DEMO)


@cache
def filings() -> list[Filing]:
    """Return what they filed by today."""
    return invent_returns(read_life(DEMO), firms(), DEMO.calendar, TODAY)


def total(
    measure: str, year: int, known_on: date, only: Callable[[Filing], bool] = lambda _: True
) -> Decimal:
    """Return the sum of a measure over a year, with each return as last known on a day."""
    last = {(one.code, one.period): one for one in filings() if one.known_on <= known_on}
    wanted = (one for one in last.values() if one.period.last.year == year and only(one))
    return sum((Decimal(str(one.values.get(measure) or 0)) for one in wanted), Decimal(0))


def is_industry(one: Filing) -> bool:
    """Tell whether a factory filed it."""
    return one.values["trade"] == "industry"


def test_output_is_what_was_published_to_the_fen():
    assert total("output", 2020, PUBLISHED) == Decimal("44500000000.00")
    assert total("output", 2019, PUBLISHED) == Decimal("43414634146.34")
    growth = total("output", 2020, PUBLISHED) / total("output", 2019, PUBLISHED) - 1
    assert round(growth * 100, 6) == Decimal("2.5")


def test_the_verification_after_publication_moves_amounts_and_not_the_total():
    moved = [one for one in filings() if one.period.id == "2020-11" and one.known_on > PUBLISHED]

    assert len(moved) == 2
    assert total("output", 2020, TODAY) == Decimal("44500000000.00")


def test_who_is_on_the_roll_is_who_was_published():
    def standing(day: date, trade: str = "") -> int:
        return sum(
            bool(one.entered_on and one.entered_on <= day)
            and not (one.left_on and one.left_on <= day)
            for one in firms()
            if one.trade and trade in ("", one.trade)
        )

    assert standing(date(2020, 12, 31), "industry") == 197
    assert standing(date(2020, 12, 31)) > 300
    assert sum(2016 <= one.registered_on.year <= 2020 for one in firms()) == 5015


def test_the_largest_taxpayers_are_as_many_as_were_published():
    december = [
        Decimal(str(one.values["tax_to_date"]))
        for one in filings()
        if one.period.id == "2020-12" and one.known_on <= PUBLISHED
    ]

    assert sum(tax > 100_000_000 for tax in december) == 4
    assert sum(tax > 10_000_000 for tax in december) == 19
    assert 10_000_000 in december, "one firm stands exactly at the threshold and is not over it"
    grown = total("tax", 2020, PUBLISHED, is_industry) / total("tax", 2019, PUBLISHED, is_industry)
    assert grown > Decimal("1.15")


def test_titles_of_the_year_are_as_many_as_were_published():
    first = Counter(
        title
        for one in firms()
        for title, on, is_first in one.titles
        if on.year == 2020 and is_first
    )

    assert (first["provincial_giant"], first["national_giant"]) == (4, 2)


def test_tax_to_date_is_the_sum_of_the_months():
    last = {(one.code, one.period): one for one in filings()}
    sums: Counter[tuple[str, int]] = Counter()
    for (code, period), one in sorted(last.items(), key=lambda pair: pair[0][1].last):
        sums[code, period.last.year] += one.values["tax"]  # type: ignore[assignment,operator]
        assert sums[code, period.last.year] == one.values["tax_to_date"]


def test_returns_are_as_untidy_as_real_ones():
    first = [one for one in filings() if not one.is_correction]
    days = Counter(one.known_on.day for one in first)
    corrected = [one for one in filings() if one.is_correction]
    filed = Counter(one.period.id for one in first)

    assert sum(days[day] for day in range(10, 17)) > 0.8 * len(first)
    assert 0.01 * len(first) < sum(days[day] for day in range(19, 32)) < 0.1 * len(first)
    assert 100 < len(corrected) < 500
    assert {one.period.id for one in first if one.period.first.month == 1} == {
        f"{year}-01..02" for year in range(2018, 2022)
    }
    on_roll = sum(bool(one.entered_on) and not one.left_on for one in firms())
    assert 3 <= on_roll - filed["2021-05"] <= 25, "some firms have not filed the last month"
    assert max(one.known_on for one in filings()) <= TODAY
    assert all(one.known_on > one.period.last for one in filings())


def test_a_correction_follows_the_return_that_it_corrects():
    seen: dict[tuple[str, str], date] = {}
    for one in filings():
        key = (one.code, one.period.id)
        assert one.is_correction == (key in seen)
        seen[key] = one.known_on


def test_firms_are_renamed_doubled_and_ended_and_some_codes_fail_their_check():
    names = {one.code: one.name for one in firms() if not one.closed}

    assert sum(len(one.renamed) for one in firms()) == 11
    assert len(find_likenesses(names)) == 3
    assert sum(bool(find_doubt(one.code)) for one in firms()) == 2
    assert not any(find_fault(one.code) for one in firms())
    assert sum(bool(one.closed) for one in firms()) > 100
    assert {ending for one in firms() if one.closed for ending in [one.closed[0]]} == {
        "cancelled",
        "revoked",
        "moved",
        "merged",
    }
    assert sum(bool(one.into) for one in firms()) == 1


def test_names_are_long_as_real_ones_and_amounts_have_nine_digits():
    roll = [one for one in firms() if one.trade]

    assert max(len(one.name) for one in roll) >= 26
    assert max(Decimal(str(one.values.get("output") or 0)) for one in filings()) >= 10**8


def test_no_invented_figure_carries_a_real_name():
    invented = {one.name for one in firms()}
    invented |= {name for one in firms() for _, name in one.renamed}
    invented |= {one.name for one in invent_projects(read_life(DEMO), DEMO)}
    real = {*REAL, *(project.name for project in read_plan(DEMO).projects)}

    assert len(invented) > 5800
    assert [(name, one) for name in invented for one in real if one in name or name in one] == []


def test_the_codes_are_of_a_division_that_does_not_exist():
    assert {one.code[2:8] for one in firms()} == {"430799"}


def _digest(zone_name: str) -> str:
    zone = ZONES[zone_name]
    life = read_life(zone)
    made = invent_firms(life, zone)
    told = [made, invent_returns(life, made, zone.calendar, TODAY)]
    told += [invent_readings(life, zone), invent_projects(life, zone)]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def test_firms_of_the_roll_and_projects_are_kept_by_departments_in_charge_of_them():
    kept = Counter(one.department for one in firms() if one.trade)
    assert set(kept) <= {one.id for one in DEMO.departments}
    assert len(kept) > 3
    assert {one.department for one in firms() if not one.trade} == {""}
    leads = Counter(one.lead for one in invent_projects(read_life(DEMO), DEMO))
    assert len(leads) > 2


def test_the_same_seed_tells_the_same_past():
    assert _digest("tests.tiny") == _digest("tests.tiny")
    assert _digest("zones.changde") == _digest("zones.changde")


def test_another_zone_is_made_up_by_other_parameters():
    life = read_life(TINY)
    made = invent_firms(life, TINY)
    filed = invent_returns(life, made, TINY.calendar, TODAY)

    assert sum(bool(one.trade) for one in made) == 9
    assert sum(one.registered_on.year == 2020 for one in made) == 12
    last = {(one.code, one.period): one for one in filed if one.known_on <= date(2021, 1, 20)}
    output = [one.values.get("output") or 0 for one in last.values()]
    assert sum(Decimal(str(one)) for one in output) == 320_000_000


def test_a_mistake_in_the_parameters_is_named_with_its_line(tmp_path):
    from dataclasses import replace

    text = (TINY.folder / "life.yaml").read_text("utf-8")
    (tmp_path / "life.yaml").write_text(
        text.replace("trade: services, share", "trade: service, share").replace(
            "id: fixed_investment", "id: fixed_investmnt"
        ),
        "utf-8",
    )

    with pytest.raises(ZoneRefused) as refusal:
        read_life(replace(TINY, folder=tmp_path))

    assert "service" in str(refusal.value) and "fixed_investmnt" in str(refusal.value)


def test_past_plans_have_outcomes():
    plans = read_past_plans(DEMO)

    assert [plan.year for plan, _ in plans] == [2018, 2019, 2020]
    undone = {plan.year: {one.id for one in plan.tasks} - set(done) for plan, done in plans}
    assert undone == {2018: set(), 2019: {"fitness_trail"}, 2020: {"village_plans"}}
    late = [
        plan.year
        for plan, done in plans
        for one in plan.tasks
        if one.id in done and done[one.id] > one.due_on
    ]
    assert set(late) == {2018, 2019, 2020}
    assert all("演示" in plan.title and plan.basis == "演示数据" for plan, _ in plans)


def test_readings_reach_the_value_of_their_year():
    found = {
        (one.subject, one.period.id): one.values for one in invent_readings(read_life(DEMO), DEMO)
    }

    assert found["indicator:fixed_investment", "2019"]["amount"] == 18_253_000_000
    assert found["indicator:gdp", "2019"]["rate"] == Decimal("7.8")
    assert ("indicator:fixed_investment", "2020") not in found, "that one is published"


@pytest.mark.parametrize(("total", "weights", "grain"), [(1001, [1, 1, 1], 10), (7, [0.1, 5], 1)])
def test_shares_sum_to_the_whole(total: int, weights: list[float], grain: int):
    parts = share_out(total, weights, grain)

    assert sum(parts) == total
    assert sorted(part % grain for part in parts)[:-1] == [0] * (len(parts) - 1)
