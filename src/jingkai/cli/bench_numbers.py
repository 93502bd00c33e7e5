"""bench numbers: every indicator over a generated ledger, against DuckDB queries by hand."""

import json
import os
import random
import statistics
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

from jingkai.cli.bench import Findings, alternate, timed
from jingkai.cli.bench_rivals import open_rivals

__all__ = ["measure_numbers"]

TODAY = date(2021, 6, 30)
FIRST = date(2015, 1, 1)
ENTRY = 50_000
CORRECTED_EVERY = 50
RIVALS = {
    "handwritten": "handwritten_duckdb.py",
    "per_indicator": "duckdb_per_indicator.py",
}
Answer = dict[str, dict[str, str]]


def measure_numbers(*, cells: int, seed: int) -> Findings:
    """Generate a ledger of about `cells` filled cells in a throw-away folder and measure on it."""
    with tempfile.TemporaryDirectory(prefix="jingkai-bench-") as folder:
        _open_throw_away_house(folder)
        chance = random.Random(seed)
        findings = Findings(rows=0, runs={}, ratios={}, is_equal=False)
        _fill(findings, cells, chance)
        _measure_all_indicators(findings, Path(folder))
        _measure_correction(findings, Path(folder), chance)
        _measure_overhead(findings)
        from django.db import connection

        connection.close()
    return findings


def _open_throw_away_house(folder: str) -> None:
    os.environ |= {"JINGKAI_DATA": folder, "JINGKAI_DATE": TODAY.isoformat(), "JINGKAI_DEMO": "0"}
    os.environ.pop("JINGKAI_DATABASE", None)
    from jingkai.cli.main import open_house

    open_house()
    from jingkai.cli.serving import prepare_database

    prepare_database()


def _fill(findings: Findings, cells: int, chance: random.Random) -> None:
    """Record the facts through the ledger's service, then correct one in fifty."""
    from jingkai.ledger.queries import list_live_facts
    from jingkai.ledger.services import Correction

    facts = _facts(cells, chance)
    written, seconds, largest = 0, 0.0, (0, 0.0, 0.0)
    while batch := list(islice(facts, ENTRY)):
        took, held = _record(batch, "导入")
        written, seconds = written + len(batch), seconds + took
        largest = max(largest, (len(batch), took, held))
    types = ["plan.reading", "projects.gate_passed"]
    chosen = list(list_live_facts(types=types, known_on=TODAY))[::CORRECTED_EVERY]
    corrections = [Correction(fact, _restated(fact)) for fact in chosen]
    _record(corrections, "更正")
    findings.rows = written
    findings.runs["record_all"] = [seconds]
    size, took, held = largest
    if size == ENTRY:
        findings.ratios |= {"record_50k_s": took, "lock_s": held}
        findings.notes.append("record_50k_s：事实类型目前只有 4—6 列，不是 20 列")
    else:
        findings.runs |= {f"record_{size}": [took]}
    findings.notes.append(f"cells {cells:,} = {written:,} 条事实 + {len(chosen):,} 条更正")


def _record(lines: list[Any], reason: str) -> tuple[float, float]:
    """Record lines as one entry; return the seconds it took and those with the write lock held."""
    from time import perf_counter

    from django.db import connection

    from jingkai.ledger.services import record

    began: list[float] = []

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if sql.startswith("BEGIN"):
            began.append(perf_counter())
        return answer

    with connection.execute_wrapper(watch):
        took, _ = timed(lambda: record(*lines, by="统计专班", reason=reason, known_on=TODAY))
        ended = perf_counter()
    return took, ended - began[0] if began else took


def _facts(cells: int, chance: random.Random) -> Iterator[Any]:
    """Yield readings of every filed indicator by month, then project gates up to the size."""
    from jingkai.kernel.periods import Period
    from jingkai.ledger.services import NewFact
    from jingkai.plan.facts import reading
    from jingkai.projects.facts import gate_passed

    left = cells
    subjects = sorted({cell.subject for _, cell in _filed_cells()})
    months = [
        Period.months(year, month, month)
        for year in range(FIRST.year, TODAY.year + 1)
        for month in range(1, 13)
        if date(year, month, 1) <= TODAY
    ]
    for period, subject in ((month, one) for month in months for one in subjects):
        if left <= cells * 0.7:
            break
        left -= len(reading.columns)
        yield NewFact(reading, subject, _reading_values(chance), period=period)
    days = (TODAY - FIRST).days
    number = 0
    while left > 0:
        number += 1
        left -= len(gate_passed.columns)
        gate = chance.choice(("sign", "start", "commission", "full_output"))
        subject = f"project:{number}"
        on = FIRST + timedelta(days=chance.randrange(days))
        values = {
            "gate": gate,
            "amount": _amount(chance),
            "kind": chance.choice(("产业", "基础设施", "民生", "服务业")),
            "top500": chance.choice(("是", "否", "否", "否")),
        }
        yield NewFact(gate_passed, subject, values, on=on, key=f"{subject}:{gate}:1")


def _reading_values(chance: random.Random) -> dict[str, Any]:
    return {
        "amount": _amount(chance),
        "rate": Decimal(chance.randrange(-200_000, 400_000)).scaleb(-4),
        "share": Decimal(chance.randrange(1_000_000)).scaleb(-4),
        "quantity": chance.randrange(1, 500),
        "area": Decimal(chance.randrange(10**9)).scaleb(-4),
        "status": chance.choice(("快报", "初核", "终核")),
    }


def _amount(chance: random.Random) -> Decimal:
    return Decimal(chance.randrange(10**5, 3 * 10**11)).scaleb(-2)


def _restated(fact: Any) -> dict[str, Any]:
    from jingkai.kernel.zone import current_zone

    values = current_zone().fact_types[fact.type].decode(fact.values)
    return values | {"amount": values["amount"] + 1}


def _filed_cells() -> list[tuple[Any, Any]]:
    """Return the indicators that only repeat a filed number, with where each is filed."""
    from jingkai.kernel.expressions import find_cell
    from jingkai.kernel.zone import current_zone

    zone = current_zone()
    found = [
        (one, find_cell(one.value, zone.fact_types[one.over]))
        for one in zone.indicators.values()
        if one.over == "plan.reading"
    ]
    return [(one, cell) for one, cell in found if cell]


def _measure_all_indicators(findings: Findings, folder: Path) -> None:
    from jingkai.kernel.zone import current_zone
    from jingkai.ledger.queries import Ledger

    indicators = list(current_zone().indicators.values())
    task = _task(folder)
    rivals = open_rivals({name: (script, task) for name, script in RIVALS.items()})

    def ours() -> Any:
        ledger = Ledger(TODAY)
        ledger.prepare(indicators)
        return ledger

    seconds, answers = alternate(ours, rivals, tell=lambda ledger: _answer(ledger, indicators))
    for rival in rivals.values():
        rival.close()
    wanted = answers.pop("ours")
    findings.runs |= seconds
    findings.is_equal = bool(answers) and all(
        theirs == wanted[0] for runs in (wanted, *answers.values()) for theirs in runs
    )
    findings.notes.append(f"{len(indicators)} 个指标，其中 {len(wanted[0])} 个有数")
    middle = {name: statistics.median(runs) for name, runs in seconds.items()}
    if "handwritten" in middle:
        findings.ratios["cold_vs_handwritten"] = middle["ours"] / middle["handwritten"]
    if "per_indicator" in middle:
        findings.ratios["per_indicator_vs_cold"] = middle["per_indicator"] / middle["ours"]


def _task(folder: Path) -> dict[str, Any]:
    return {
        "ledger": str(folder / "jingkai.sqlite3"),
        "known_on": TODAY.isoformat(),
        "cells": [
            {"id": one.id, "subject": cell.subject, "column": cell.column}
            for one, cell in _filed_cells()
        ],
    }


def _answer(ledger: Any, indicators: list[Any]) -> Answer:
    from jingkai.kernel.periods import Period

    year = Period.year(TODAY.year)
    numbers = {one.id: ledger.number(one, year).by_month for one in indicators}
    return {
        name: {
            month.isoformat()[:7]: format(value.normalize(), "f")
            for month, value in by_month.items()
        }
        for name, by_month in numbers.items()
        if by_month
    }


def _measure_correction(findings: Findings, folder: Path, chance: random.Random) -> None:
    """Time one corrected fact, committed, and every number over its fact type answered again."""
    from jingkai.kernel.periods import Period
    from jingkai.kernel.zone import current_zone
    from jingkai.ledger.queries import Ledger, list_live_facts
    from jingkai.ledger.services import Correction, record

    zone, year = current_zone(), Period.year(TODAY.year)
    live = list(list_live_facts(types=["projects.gate_passed"], known_on=TODAY))
    affected = [one for one in zone.indicators.values() if one.over == "projects.gate_passed"]
    count = 20 if findings.rows < 50_000 else 5
    taken: list[float] = []
    for fact in chance.sample(live, min(count, len(live))):
        correction = Correction(fact, _restated(fact))

        def correct(correction: Any = correction) -> None:
            record(correction, by="项目专班", reason="更正", known_on=TODAY)
            ledger = Ledger(TODAY)
            ledger.prepare(affected)
            for one in affected:
                ledger.number(one, year)

        taken.append(timed(correct)[0])
    taken.sort()
    findings.runs["correction"] = taken
    findings.ratios["correction_ms"] = statistics.median(taken) * 1000
    findings.ratios["correction_p95_ms"] = taken[round(0.95 * (len(taken) - 1))] * 1000
    rivals = open_rivals({"handwritten": (RIVALS["handwritten"], _task(folder))})
    indicators = list(zone.indicators.values())
    for rival in rivals.values():
        _, theirs = rival.run()
        rival.close()
        findings.is_equal &= json.loads(json.dumps(_answer(Ledger(TODAY), indicators))) == theirs


def _measure_overhead(findings: Findings) -> None:
    """Time definition to SQL with the engine itself left out, after the first use."""
    from jingkai.engines import duck
    from jingkai.engines.rows import ScanRow
    from jingkai.kernel.zone import current_zone

    zone = current_zone()
    row = [ScanRow(1, "", "project:1", TODAY, 24257, 24257, {}, {})]
    with patch.object(duck, "run_plans", return_value={}):
        taken = []
        for one in zone.indicators.values():
            kind = zone.fact_types[one.over]
            duck.compute([one], kind, row)
            taken.append(timed(lambda one=one, kind=kind: duck.compute([one], kind, row))[0])
    findings.runs["overhead"] = taken
    findings.ratios["overhead_ms"] = statistics.median(taken) * 1000
