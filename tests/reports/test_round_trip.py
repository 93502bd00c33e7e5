"""The circle: a plan and its facts are written as a report, and the reader reads the same back."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.db import transaction

from jingkai.kernel.expressions import find_cell
from jingkai.kernel.periods import Period
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger
from jingkai.org.models import Department
from jingkai.plan.queries import find_plan
from jingkai.plan.rules import ACTIONS
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan, file_reading
from jingkai.reading import read
from jingkai.reading.phrases import PlainNumber, PlainProject, say_number, say_project
from jingkai.reports.checking import Verdict
from jingkai.reports.drafting import lay_out, plain_text
from jingkai.reports.firstdraft import outline_of
from jingkai.reports.record import check_draft
from jingkai.reports.rules import propose
from jingkai.reports.workshop import open_draft

PLANS = int(os.environ.get("PLANS", "24"))
YEAR, DAY = 2021, date(2022, 1, 20)
BASE = {"money": "CNY", "area": "m2", "percent": "percent", "count": "count", "length": "m"}
NAMES = (
    "青禾电机生产基地",
    "云湖大道",
    "南塘污水处理厂",
    "白鹭冷链物流园",
    "松岭变电站",
    "长桥大桥",
)
OPS = ("=", ">=", ">", "~", "<=")


class _Undone(Exception):
    """Take back what one plan wrote."""


@contextmanager
def taken_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Undone
    except _Undone:
        pass


def of_readings(zone: Zone) -> list:
    """Return the numbers that are filed as they stand, of a kind that reports speak of."""
    return [
        one
        for one in zone.indicators.values()
        if one.over == "plan.reading"
        and one.measure in ("level", "growth")
        and get_unit(one.unit).kind in BASE
        and find_cell(one.value, zone.fact_types[one.over])
        and not one.name.startswith(("新增", "新建"))
        and "五年" not in one.name
        and "项目" not in one.name
    ]


def value_of(indicator, chance: random.Random) -> Decimal:
    if indicator.measure == "growth":
        return Decimal(chance.randrange(1, 300)) / 10
    unit = get_unit(indicator.unit)
    shown = Decimal(chance.randrange(2, 9000))
    if unit.decimals and unit.kind != "count":
        shown /= 10
    return unit.to_base(shown)


def plain(indicator, value: Decimal, op: str) -> PlainNumber:
    unit = get_unit(indicator.unit)
    return PlainNumber(
        indicator=indicator.name.removesuffix("增速"),
        value=value,
        unit=BASE[unit.kind],
        measure=indicator.measure,
        op=op,
        counter=indicator.unit if unit.kind == "count" else None,
        printed=indicator.unit if indicator.unit in ("亩", "公顷") else None,
    )


def adopt(zone: Zone, chance: random.Random, known: list, year: int) -> tuple[list, list]:
    """Adopt a random plan; return its targets and projects as a reader should find them."""
    lead = Department.objects.first().pk
    items, targets, projects = [], [], []
    for indicator in chance.sample(known, chance.randrange(1, 6)):
        value, op = value_of(indicator, chance), chance.choice(OPS)
        number = plain(indicator, value, op)
        told = (number.indicator, indicator.measure, op, value, BASE[get_unit(indicator.unit).kind])
        targets.append(told)
        target = NewTarget(
            number.indicator,
            indicator.measure,
            op,
            value,
            indicator.unit,
            Period.year(year),
            indicator.id,
        )
        words = say_number(number)
        items.append(NewItem("target", "主题", words, date(year, 12, 31), lead, target=target))
    for name in chance.sample(NAMES, chance.randrange(0, 4)):
        action = chance.choice([one for one in ACTIONS if one in ("sign", "start", "complete")])
        words = say_project(PlainProject(name=name, action=action))
        projects.append((name, action))
        items.append(
            NewItem("project", "主题", words, date(year, 12, 31), lead, project=name, action=action)
        )
    plan = draft_plan(year=year, title=f"{year}年计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=date(year, 1, 10))
    return targets, projects


def file(zone: Zone, filed: dict[str, Decimal]) -> None:
    """File the numbers of a year, those of one subject as one return."""
    returns: dict[str, dict[str, Decimal]] = {}
    for name, value in filed.items():
        indicator = zone.indicators[name]
        cell = find_cell(indicator.value, zone.fact_types[indicator.over])
        returns.setdefault(cell.subject, {})[cell.column] = value
    for subject, values in returns.items():
        file_reading(
            subject=subject,
            period=Period.year(YEAR),
            values=values,
            by="统计",
            known_on=date(2022, 1, 15),
            evidence=[],
            is_backfilled=True,
        )


def go_round(zone: Zone, seed: int) -> None:
    chance = random.Random(seed)
    known = of_readings(zone)
    _, carried = adopt(zone, chance, known, YEAR)
    filed = {one.id: value_of(one, chance) for one in chance.sample(known, 8)}
    file(zone, filed)
    targets, projects = adopt(zone, chance, known, YEAR + 1)
    ledger = Ledger(DAY)

    draft = open_draft(
        title=f"{YEAR}年工作总结和{YEAR + 1}年工作计划",
        kind="annual",
        year=YEAR,
        period=Period.year(YEAR),
        sections=outline_of(YEAR, ledger),
        by="甲",
        on=DAY,
    )
    view = lay_out(draft, ledger)
    text = plain_text(view)
    report = read(text, year=YEAR + 1).to_json()

    assert view.problems == ()
    found = [
        (one["indicator"], one["measure"], one["op"], Decimal(str(one["value"])), one["unit"])
        for one in report["statements"]
        if one["kind"] == "target"
    ]
    said = [(n, m, o, Decimal(str(float(v))), u) for n, m, o, v, u in targets]
    assert [one[1:] for one in found] == [one[1:] for one in said], text
    # The reader leaves the verb out of a name: 推出商业土地400亩 is 400亩 of 商业土地.
    assert all(told[0].endswith(read[0]) for read, told in zip(found, said, strict=True)), text
    proposed = propose(report, text, zone)
    named = [(one.name, one.action) for one in proposed if one.kind == "project"]
    assert set(projects) <= set(named) <= {*projects, *carried}, text
    checked = check_draft(report, text, ledger=ledger)
    results = [one for one in checked if not one.claim.is_target]
    assert [one.claim.quote for one in results if one.verdict is not Verdict.AGREES] == [], text
    told = {
        known.value for one in results for known in one.known if known.url.endswith(f"/{YEAR}/")
    }
    planned = {one.target.indicator for one in _targets_of(YEAR)}
    assert {value for name, value in filed.items() if name in planned} <= told, text


def _targets_of(year: int) -> list:
    return list(find_plan(year).items.filter(kind="target").select_related("target"))


def test_a_plan_and_its_facts_are_written_and_read_back(changde: Zone):
    for seed in range(PLANS):
        with taken_back():
            go_round(changde, seed)
