"""read: open a report, write its task table, put it beside earlier ones."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jingkai.reading import Opened, open_safely
from jingkai.reading.comparison import VERDICTS, Comparison, compare
from jingkai.reports.rules import show_value, task_table

__all__ = ["compare_files", "open_file", "write_tasks"]


def open_file(file: Path, year: int | None) -> Opened:
    """Read a file in a child process."""
    return open_safely(file.read_bytes(), file.name, year=year)


def write_tasks(opened: Opened, out: Path, package: str | None) -> int:
    """Write the 任务分解表 of a report; return how many rows it has."""
    data, count = task_table(opened.report, opened.text, _load(package) if package else None)
    out.write_bytes(data)
    return count


def _load(package: str) -> Any:
    """Load a zone package; only definitions, no database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingkai.config.settings")
    from django.conf import settings

    from jingkai.kernel.load import ZoneRefused, collect_fact_types, load_zone

    try:
        return load_zone(package, collect_fact_types(settings.CONTEXTS))
    except ZoneRefused as refusal:
        from jingkai.cli.main import refuse

        refuse(str(refusal))


def compare_files(opened: Opened, earlier: Sequence[Path]) -> tuple[dict[str, Any], str]:
    """Return the comparison with earlier files as JSON keeps it and as a person reads it."""
    found = compare([*(open_file(file, None).report for file in earlier), opened.report])
    return found.to_json(), _in_words(found)


def _in_words(found: Comparison) -> str:
    """Return the comparison as lines under the word for what became of each."""
    lines = [f"{found.years[-1]} 年和 {'、'.join(map(str, found.years[:-1]))} 年比"]
    if not found.has_plan:
        lines.append("这份报告没有读出计划部分，往年的目标和项目只能对照它报的结果。")
    for verdict, word in VERDICTS.items():
        targets = [one for one in found.targets if one.verdict == verdict]
        projects = [one for one in found.projects if one.verdict == verdict]
        if not targets and not projects:
            continue
        lines.append(f"\n{word}（目标 {len(targets)}，项目 {len(projects)}）")
        for one in targets:
            before, now = (
                show_value(value, one.unit, one.counter) for value in (one.before, one.now)
            )
            reached = show_value(one.reached, one.unit, one.counter)
            result = f"，{found.years[-1] - 1} 年实绩 {reached}" if one.reached is not None else ""
            verb = {"growth": "增长", "change": "新增"}.get(one.measure, "")
            lines.append(f"  {one.indicator}{verb}：{before} → {now}{result}")
        for work in projects:
            years = "、".join(map(str, work.years))
            times = (
                f"，{len(work.years)} 年提出：{years}" if len(work.years) > 1 else f"（{years}）"
            )
            names = f"，又名{'、'.join(work.other_names)}" if work.other_names else ""
            lines.append(f"  {work.name}{times}{names}")
    return "\n".join(lines)
