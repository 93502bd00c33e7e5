"""bench numbers: a national ledger and its lake, every figure of it in one run."""

import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import click

from jingkai.cli.bench import Findings, alternate, timed
from jingkai.cli.bench_rivals import open_rivals

__all__ = ["TODAY", "measure_numbers", "open_house_at", "record_timed"]

TODAY = date(2021, 6, 30)
YESTERDAY = TODAY - timedelta(days=1)
ENTRY = 50_000
CORRECTED_EVERY = 50
PANDAS_UP_TO = 10_000_000
LONG_UP_TO = 20_000_000
SPARK_UP_TO = 20_000_000


def measure_numbers(*, cells: int, seed: int, house: Path | None = None) -> Findings:
    """Fill a house with about `cells` filled cells and measure on it.

    A `house` that is named stays after the run; filled once, it is measured again as it is.
    """
    with _folder(house) as folder:
        open_house_at(folder)
        from django.db import connection

        from jingkai.cli.bench_world import bench_zone
        from jingkai.ledger.services import extend_lake

        findings = Findings(rows=0, runs={}, ratios={}, is_equal=False)
        chance = random.Random(seed)
        filled, asked = folder / "filled.json", {"cells": cells, "seed": seed}
        with bench_zone():
            if not filled.exists():
                _fill(findings, cells, chance)
                filled.write_text(json.dumps(asked | {"rows": findings.rows}))
            else:
                found = json.loads(filled.read_text())
                if asked | {"rows": found["rows"]} != found:
                    raise click.ClickException(f"{folder} 里是另一本账：{found}。请换一个文件夹。")
                findings.rows = found["rows"]
                extend_lake()  # the corrections of the run before
            _measure_lake(findings, folder, cells)
            _measure_kept(findings)
            _measure_corrections(findings, chance)
            _measure_wall(findings)
            _measure_overhead(findings)
            _check_kept(findings)
        connection.close()
    return findings


@contextmanager
def _folder(house: Path | None) -> Iterator[Path]:
    if house is not None:
        house.mkdir(parents=True, exist_ok=True)
        yield house.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="jingkai-bench-") as folder:
        yield Path(folder)


def open_house_at(folder: Path) -> None:
    """Set Django up on a data folder of the benchmark's own and prepare its database."""
    os.environ |= {
        "JINGKAI_DATA": str(folder),
        "JINGKAI_DATE": TODAY.isoformat(),
        "JINGKAI_DEMO": "0",
    }
    os.environ.pop("JINGKAI_DATABASE", None)
    from jingkai.cli.main import open_house

    open_house()
    from jingkai.cli.serving import prepare_database

    prepare_database()


def _fill(findings: Findings, cells: int, chance: random.Random) -> None:
    """Record the facts through the ledger's service, correct one in fifty, extend the lake."""
    from jingkai.cli.bench_world import FILING, INDICATORS, MEASURES, as_value, facts
    from jingkai.ledger.queries import Fact
    from jingkai.ledger.services import Correction, NewFact, extend_lake, keep

    keep(INDICATORS)
    lines = (
        NewFact(FILING, subject, values, period=period, area=area)
        for area, subject, period, values in facts(cells // MEASURES, chance)
    )
    seconds: list[float] = []
    extended = 0.0
    while batch := list(islice(lines, ENTRY)):
        took, held = record_timed(batch, "导入", YESTERDAY)
        findings.rows += len(batch)
        seconds.append(took)
        if len(batch) == ENTRY:
            findings.runs.setdefault("record_50k", []).append(took)
            findings.runs.setdefault("lock_50k", []).append(held)
        extended += timed(extend_lake)[0]
    ids = list(Fact.objects.order_by("pk").values_list("pk", flat=True))[::CORRECTED_EVERY]
    for start in range(0, len(ids), ENTRY):
        found: list[Fact] = []
        for part in range(start, min(start + ENTRY, len(ids)), 900):
            chosen = ids[part : min(part + 900, start + ENTRY)]
            found += Fact.objects.select_related("entry").filter(pk__in=chosen)
        corrections = [
            Correction(
                one,
                FILING.decode(one.values) | {"m00": as_value(chance.randrange(10**8))},
            )
            for one in found
        ]
        record_timed(corrections, "更正", TODAY)
    extended += timed(extend_lake)[0]
    findings.runs["record_all"] = [sum(seconds)]
    findings.runs["extend_lake"] = [extended]
    if "record_50k" in findings.runs:
        findings.ratios["record_50k_s"] = statistics.median(findings.runs["record_50k"])
        findings.ratios["lock_s"] = statistics.median(findings.runs["lock_50k"])
    findings.notes.append(f"{findings.rows:,} 条月报 × {MEASURES} 列 + {len(ids):,} 条更正")


def record_timed(lines: list[Any], reason: str, known_on: date) -> tuple[float, float]:
    """Record lines as one entry; return the seconds it took and those with the write lock held."""
    from django.db import connection

    from jingkai.ledger.services import record

    held, began = [0.0], [0.0]

    def watch(execute: Any, sql: str, *rest: Any) -> Any:
        answer = execute(sql, *rest)
        if sql.startswith("BEGIN"):
            began[0] = time.perf_counter()
        return answer

    def commit() -> None:
        # SQLite commits by the driver, not by a statement that a wrapper sees.
        plain_commit()
        if began[0]:
            held[0] += time.perf_counter() - began[0]
            began[0] = 0.0

    plain_commit = connection._commit
    connection._commit = commit
    try:
        with connection.execute_wrapper(watch):
            took, _ = timed(lambda: record(*lines, by="统计专班", reason=reason, known_on=known_on))
    finally:
        connection._commit = plain_commit
    return took, held[0]


def _measure_lake(findings: Findings, folder: Path, cells: int) -> None:
    """Scan the lake for every indicator, beside the rivals on the same files."""
    from django.conf import settings

    from jingkai.ledger.queries import LakeFile
    from jingkai.ledger.services import compact_lake

    findings.runs["compact_lake"] = [timed(compact_lake)[0]]
    root = Path(settings.LAKE_ROOT)
    listed = LakeFile.objects.filter(type="bench.filing", replaced_in=None)
    task = {
        "known_on": TODAY.isoformat(),
        "rows": [str(root / one.path) for one in listed if one.kind == "rows"],
        "superseded": [str(root / one.path) for one in listed if one.kind == "superseded"],
        "folder": str(folder),
    }
    scripts: dict[str, tuple[str, dict[str, Any]]] = {
        "handwritten": ("handwritten_duckdb.py", task),
        "per_indicator": ("duckdb_per_indicator.py", task),
        "polars": ("polars_wide.py", task),
    }
    if cells <= LONG_UP_TO:
        scripts["long_two_stage"] = ("duckdb_long.py", task | {"shape": "two_stages"})
        scripts["long_per_indicator"] = ("duckdb_long.py", task | {"shape": "per_indicator"})
    if cells <= PANDAS_UP_TO:
        scripts["pandas"] = ("pandas_wide.py", task)
    seconds, answers = _scan_beside(scripts)
    wanted = answers.pop("ours")
    findings.runs |= {"cold": seconds.pop("ours")} | seconds
    wrong = [name for name, told in answers.items() if any(one != wanted[0] for one in told)]
    findings.is_equal = bool(answers) and not wrong and all(one == wanted[0] for one in wanted)
    if wrong:
        findings.notes.append(f"与对照不一致：{'、'.join(wrong)}")
    cold = statistics.median(findings.runs["cold"])
    middle = {name: statistics.median(runs) for name, runs in seconds.items()}
    if "handwritten" in middle:
        findings.ratios["cold_vs_handwritten"] = cold / middle["handwritten"]
    for name, key in (
        ("per_indicator", "per_indicator_vs_cold"),
        ("long_two_stage", "long_two_stage_vs_ours"),
        ("long_per_indicator", "long_per_indicator_vs_ours"),
        ("polars", "polars_vs_cold"),
        ("pandas", "pandas_vs_cold"),
    ):
        if name in middle:
            findings.ratios[key] = middle[name] / cold
    if find_spec("pyspark") and cells <= SPARK_UP_TO:
        _measure_spark(findings, task)


def _scan_beside(
    scripts: dict[str, tuple[str, dict[str, Any]]],
) -> tuple[dict[str, list[float]], dict[str, list[Any]]]:
    """Scan the lake by the engine of the house in turn with rivals; return seconds and answers."""
    from jingkai.cli.bench_world import INDICATORS
    from jingkai.ledger.queries import scan

    rivals = open_rivals(scripts)
    try:
        return alternate(
            lambda: scan(INDICATORS, known_on=TODAY),
            rivals,
            tell=lambda answer: _by_area_and_month(answer.sums()),
        )
    finally:
        for rival in rivals.values():
            rival.close()


def _measure_spark(findings: Findings, task: dict[str, Any]) -> None:
    """Scan the lake on Spark, beside the same query by hand, and hold both against DuckDB."""
    from django.test import override_settings

    from jingkai.cli.bench_world import INDICATORS
    from jingkai.ledger.queries import scan

    wanted = _by_area_and_month(scan(INDICATORS, known_on=TODAY).sums())
    with override_settings(ENGINE="spark://local[2]"):
        seconds, answers = _scan_beside({"spark_handwritten": ("handwritten_spark.py", task)})
    findings.runs["spark"] = seconds.pop("ours")
    findings.runs |= seconds
    is_equal = all(one == wanted for told in answers.values() for one in told)
    findings.is_equal &= is_equal
    findings.ratios["spark_equal"] = int(is_equal)
    if "spark_handwritten" in seconds:
        ours, theirs = (statistics.median(findings.runs[name]) for name in ("spark", *seconds))
        findings.ratios["spark_vs_handwritten"] = ours / theirs


def _by_area_and_month(sums: Any) -> dict[str, dict[str, int]]:
    from jingkai.cli.bench_world import INDICATORS

    told: dict[str, dict[str, int]] = {one.id: {} for one in INDICATORS}
    for (piece, area, _, _, _, last), (total, present) in sums.items():
        if present:
            told[piece.partition("#")[0]][f"{area}|{last}"] = total
    return told


def _pieces() -> list[str]:
    from jingkai.cli.bench_world import FILING, INDICATORS
    from jingkai.kernel.pieces import piece_id

    return [piece_id(one, FILING) for one in INDICATORS]


def _measure_kept(findings: Findings) -> None:
    """All zones, all indicators, all months from what is kept, as vectors."""
    from jingkai.ledger.queries import read_vectors

    pieces = _pieces()
    findings.runs["kept_first"] = [timed(lambda: read_vectors(pieces))[0]]
    runs = [timed(lambda: read_vectors(pieces))[0] for _ in range(20)]
    findings.runs["kept"] = runs
    cold = statistics.median(findings.runs["cold"])
    findings.ratios["cold_vs_kept"] = cold / statistics.median(runs)


def _measure_corrections(findings: Findings, chance: random.Random) -> None:
    """Time a correction, durable, and every number of its zone answered again."""
    from jingkai.cli.bench_world import FILING, INDICATORS, as_value
    from jingkai.ledger.queries import Fact, Ledger
    from jingkai.ledger.services import Correction, record

    highest = Fact.objects.latest("pk").pk
    taken: list[float] = []
    while len(taken) < 40:
        fact = (
            Fact.objects.select_related("entry")
            .filter(pk=chance.randrange(1, highest), correction=None)
            .first()
        )
        if fact is None:
            continue
        values = FILING.decode(fact.values) | {
            f"m{n:02}": as_value(chance.randrange(10**8)) for n in range(20)
        }

        def correct(fact: Any = fact, values: Any = values) -> None:
            record(Correction(fact, values), by="统计专班", reason="更正", known_on=TODAY)
            ledger = Ledger(TODAY, area=fact.area)
            ledger.prepare(INDICATORS)
            for one in INDICATORS:
                ledger.number(one, fact.period)

        taken.append(timed(correct)[0])
    taken.sort()
    findings.runs["correction"] = taken
    findings.ratios["correction_ms"] = statistics.median(taken) * 1000
    findings.ratios["correction_p95_ms"] = taken[round(0.95 * (len(taken) - 1))] * 1000


def _measure_wall(findings: Findings) -> None:
    """A hundred targets of one zone: value, growth, pace and gap; now, and as known yesterday."""
    from jingkai.cli.bench_world import INDICATORS, ZONES
    from jingkai.kernel.figures import difference, pace
    from jingkai.kernel.periods import Period
    from jingkai.kernel.zone import current_zone
    from jingkai.ledger.queries import Ledger

    calendar, year = current_zone().calendar, Period.year(2020)
    zones = [f"z{n:03}" for n in range(ZONES)]

    def wall(known_on: date, area: str) -> None:
        ledger = Ledger(known_on, area=area)
        ledger.prepare(INDICATORS)
        for _ in range(5):
            for one in INDICATORS:
                number = ledger.number(one, year)
                planned = pace(year, known_on, calendar)
                if number.value and number.last_year and number.yoy is not None:
                    difference(number.value / number.last_year * 100, planned)

    now = [timed(lambda area=area: wall(TODAY, area))[0] for area in zones[:20]]
    then = [timed(lambda area=area: wall(YESTERDAY, area))[0] for area in zones[:20]]
    findings.runs |= {"wall": now, "wall_known_earlier": then}
    findings.ratios["wall_ms"] = statistics.median(now) * 1000
    findings.ratios["known_at_vs_current"] = statistics.median(then) / statistics.median(now)


def _measure_overhead(findings: Findings) -> None:
    """Time definition to SQL with the engine itself left out, after the first use."""
    from jingkai.cli.bench_world import FILING, INDICATORS
    from jingkai.engines.duck import make_sql

    taken = []
    for one in INDICATORS:
        make_sql([one], FILING, ())
        taken.append(timed(lambda one=one: make_sql([one], FILING, ()))[0])
    findings.runs["overhead"] = taken
    findings.ratios["overhead_ms"] = statistics.median(taken) * 1000


def _check_kept(findings: Findings) -> None:
    """Hold what is kept, after the corrections, against a fresh scan of lake and ledger."""
    from jingkai.cli.bench_world import INDICATORS
    from jingkai.ledger.queries import read_kept, scan

    kept, _ = read_kept(_pieces(), known_on=TODAY)
    fresh = scan(INDICATORS, known_on=TODAY).sums()
    findings.is_equal &= _by_area_and_month(kept) == _by_area_and_month(fresh)
