"""Measure the product against rivals, in turns, on one machine, and say how far the aim is."""

import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from jingkai.cli.bench_rivals import Rival

__all__ = ["Findings", "alternate", "run_bench", "timed"]

ROUNDS = 5


@dataclass(frozen=True)
class Goal:
    """What a figure must reach (floor) and what the best possible design reaches (aim)."""

    floor: float
    aim: float
    is_at_most: bool = True

    def stands(self, figure: float) -> str:
        """Return where a figure stands."""
        reached = [
            figure <= limit if self.is_at_most else figure >= limit
            for limit in (self.aim, self.floor)
        ]
        return "达到目标 aim" if reached[0] else "达到底线 floor" if reached[1] else "未达 below"


GOALS = {
    "chars_per_s_core": Goal(100_000, 700_000, is_at_most=False),
    "vs_jieba": Goal(2.8, 0.4),
    "recognizers_vs_ours": Goal(25, 150, is_at_most=False),
    "cold_vs_handwritten": Goal(1.15, 1.0),
    "per_indicator_vs_cold": Goal(2, 4, is_at_most=False),
    "correction_ms": Goal(25, 8),
    "correction_p95_ms": Goal(50, 20),
    "record_50k_s": Goal(4, 1.6),
    "lock_s": Goal(2, 0.8),
    "overhead_ms": Goal(5, 0.5),
    "long_two_stage_vs_ours": Goal(2, 2.5, is_at_most=False),
    "long_per_indicator_vs_ours": Goal(12, 20, is_at_most=False),
    "cold_vs_kept": Goal(100, 400, is_at_most=False),
    "spark_equal": Goal(1, 1, is_at_most=False),
    "spark_vs_handwritten": Goal(1.5, 1.15),
    "orm_vs_ours": Goal(12, 25, is_at_most=False),
    "spiff_vs_ours": Goal(12, 70, is_at_most=False),
    "ours_vs_handsql": Goal(4, 2),
    "ours_vs_handsql_full": Goal(3, 1.5),
    "ours_vs_handsql_pg": Goal(8, 2),
    "fact_step_vs_step": Goal(3, 1.8),
    "piece_row_ms": Goal(0.1, 0.005),
    "wait_max_ms": Goal(1000, 300),
    "steps_per_s_8": Goal(500, 1200, is_at_most=False),
    "clock_cases_per_s": Goal(500_000, 10_000_000, is_at_most=False),
    "wall_ms": Goal(20, 5),
    "known_at_vs_current": Goal(3, 1.5),
    "import_vs_bare_read": Goal(6, 2.5),
    "openpyxl_vs_ours": Goal(1.5, 5, is_at_most=False),
    "import_peak_mb": Goal(512, 256),
    "check_10k_chars_s": Goal(2, 0.3),
    "docx_60_pages_s": Goal(30, 8),
    "errors_caught": Goal(0.95, 1.0, is_at_most=False),
    "false_alarms": Goal(0.05, 0.0),
}


GOALS_OF_PAGES = {
    "home_ms": Goal(300, 60),
    "plan_ms": Goal(300, 60),
    "wall_ms": Goal(300, 60),
    "chart_ms": Goal(300, 60),
    "register_ms": Goal(300, 60),
    "page_vs_raw": Goal(8, 2.5),
    "growth_demo_to_M": Goal(2.0, 1.1),
}


@dataclass
class Findings:
    """What one benchmark found: seconds of every run by name, figures, and whether all agreed."""

    rows: int
    runs: dict[str, list[float]]
    ratios: dict[str, float]
    is_equal: bool
    notes: list[str] = field(default_factory=list)
    is_of_pages: bool = False


def run_bench(
    name: str, *, cells: int, seed: int, as_json: bool, house: Path | None = None
) -> None:
    """Run one benchmark and print its table, or one JSON object on the last line."""
    findings = _find(name, cells, seed, house)
    if not as_json:
        _print_table(findings)
    else:
        click.echo(json.dumps(_as_object(name, findings), ensure_ascii=False))
    if not findings.is_equal:
        click.echo("结果与对照不一致，数字不作数。· Results differ from the rival's.", err=True)
        raise SystemExit(1)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return how many seconds the work took, and its answer."""
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def alternate(
    ours: Callable[[], Any],
    rivals: Mapping[str, Rival],
    *,
    tell: Callable[[Any], Any] = lambda found: found,
    rounds: int = ROUNDS,
) -> tuple[dict[str, list[float]], dict[str, list[Any]]]:
    """Run ours and every rival in turn; return the seconds and the answers of each by name.

    `tell` puts what ours found into the form of the rivals' answers, outside the measured time.
    """

    def our_turn() -> tuple[float, Any]:
        took, found = timed(ours)
        return took, tell(found)

    works: dict[str, Callable[[], tuple[float, Any]]] = {"ours": our_turn}
    works |= {name: rival.run for name, rival in rivals.items()}
    seconds: dict[str, list[float]] = {name: [] for name in works}
    answers: dict[str, list[Any]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            took, answer = work()
            seconds[name].append(took)
            answers[name].append(answer)
    return seconds, answers


def _find(name: str, cells: int, seed: int, house: Path | None) -> Findings:
    if name == "reading":
        from jingkai.cli.bench_reading import measure_reading

        return measure_reading(chars=min(cells, 200_000), seed=seed)
    if name == "pages":
        from jingkai.cli.bench_pages import measure_pages

        return measure_pages(cells=cells, seed=seed)
    if name == "returns":
        from jingkai.cli.bench_returns import measure_returns

        return measure_returns(rows=min(max(cells // 20, 1000), 50_000), seed=seed)
    if name == "approvals":
        from jingkai.cli.bench_approvals import measure_approvals

        return measure_approvals(cells=cells, seed=seed)
    if name == "report":
        from jingkai.cli.bench_report import measure_report

        return measure_report(seed=seed)
    from jingkai.cli.bench_numbers import measure_numbers

    return measure_numbers(cells=cells, seed=seed, house=house)


def _as_object(name: str, findings: Findings) -> dict[str, Any]:
    return {
        "bench": name,
        "machine": _machine(),
        "rows": findings.rows,
        "raw": {key: statistics.median(runs) for key, runs in findings.runs.items()},
        "ratios": findings.ratios,
        "peak_mb": _peak_mb(),
        "equal": findings.is_equal,
        "notes": findings.notes,
    }


def _print_table(findings: Findings) -> None:
    machine = _machine()
    click.echo(f"{machine['cpu']} × {machine['cores']} · {machine['memory']} · {findings.rows:,}")
    for name, runs in findings.runs.items():
        middle = statistics.median(runs)
        click.echo(f"{name:<22}{middle:>12.4f} s   {min(runs):.4f} – {max(runs):.4f}")
    click.echo("")
    for key, figure in findings.ratios.items():
        goal = GOALS_OF_PAGES.get(key) if findings.is_of_pages else GOALS.get(key)
        limits = f"floor {goal.floor:g}  aim {goal.aim:g}  {goal.stands(figure)}" if goal else ""
        click.echo(f"{key:<22}{figure:>14,.4g}   {limits}")
    for note in findings.notes:
        click.echo(f"  {note}")
    click.echo(f"peak_mb {_peak_mb():.0f}   equal {str(findings.is_equal).lower()}")


def _machine() -> dict[str, Any]:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text().splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "memory": f"{memory / 2**30:.1f} GiB",
        "python": platform.python_version(),
        "system": platform.system(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _peak_mb() -> float:
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(kilobytes / (1024 * (1024 if sys.platform == "darwin" else 1)), 1)
