"""The benchmarks answer: one JSON object on the last line, every result compared."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def bench(name: str, size: int) -> dict[str, Any]:
    """Run a small benchmark as a user does, in its own process with its own data folder."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "jingkai.cli", "bench", name, "--cells", str(size), "--json"]
    environment = os.environ | {"PYTHONPATH": path, "JINGKAI_ZONE": "zones.changde"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_reading_answers_with_the_speed_of_the_whole_reader():
    found = bench("reading", 3000)

    assert found["bench"] == "reading"
    assert found["equal"] is True
    assert {"chars_per_s_core", "vs_jieba"} <= set(found["ratios"])
    assert set(found["raw"]) >= {"ours", "jieba"}
    assert found["rows"] > 2000


@pytest.mark.slow
def test_numbers_answers_and_agrees_with_the_queries_by_hand():
    found = bench("numbers", 4000)

    assert found["bench"] == "numbers"
    assert found["equal"] is True
    assert {"cold_vs_handwritten", "per_indicator_vs_cold"} <= set(found["ratios"])
    assert {"correction_ms", "correction_p95_ms", "overhead_ms"} <= set(found["ratios"])
    assert found["machine"]["cores"] and found["peak_mb"]
    assert "record_50k_s" not in found["ratios"], "nothing is claimed of a size it did not run"


@pytest.mark.slow
def test_approvals_answers_and_every_engine_ends_with_every_step_done():
    found = bench("approvals", 50)

    assert found["bench"] == "approvals"
    assert found["equal"] is True
    assert {"orm_vs_ours", "ours_vs_handsql", "ours_vs_handsql_full"} <= set(found["ratios"])
    assert {"fact_step_vs_step", "wait_max_ms", "clock_cases_per_s"} <= set(found["ratios"])


@pytest.mark.slow
def test_report_finds_planted_errors_in_a_report_of_its_own_record():
    found = bench("report", 1)

    assert found["equal"] is True
    assert found["rows"] > 9000
    assert found["ratios"]["errors_caught"] >= 0.95
    assert found["ratios"]["false_alarms"] <= 0.05
    assert found["ratios"]["check_10k_chars_s"] > 0
