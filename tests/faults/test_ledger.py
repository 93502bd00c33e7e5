"""Several processes record at once: no entry is lost, no number is left out, one chain holds."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.faults.conftest import ROOT

CLERKS, ENTRIES = 4, 12


def clerk(house: dict[str, str], *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.clerks", *arguments],
        cwd=ROOT,
        env=house,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told_by(process: "subprocess.Popen[str]") -> dict[str, Any]:
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err[-2000:]
    return json.loads(out.splitlines()[-1])


def test_clerks_who_record_at_once_leave_one_chain_without_gaps(
    house: dict[str, str], tmp_path: Path
):
    before = told_by(clerk(house, "open"))
    go = tmp_path / "go"
    clerks = [clerk(house, "record", f"c{n}", str(ENTRIES), str(go)) for n in range(CLERKS)]
    for one in clerks:
        assert one.stdout and one.stdout.readline() == "ready\n"
    go.touch()
    said = [told_by(one) for one in clerks]

    found = told_by(clerk(house, "check"))

    acknowledged = [number for one in said for number in one["numbers"]]
    first = len(before["numbers"])
    assert found["numbers"] == list(range(1, first + len(acknowledged) + 1)), "gapless"
    assert sorted(acknowledged) == found["numbers"][first:], "none lost, none given twice"
    assert found["facts"] - before["facts"] == sum(one["facts"] for one in said)
    assert found["broken"] == [], "one chain"
    assert found["kept"] - before["kept"] == sum(one["facts"] for one in said)
    assert found["kept"] == found["anew"], "what is kept is what is recorded"
    shared = -(-ENTRIES // 4)
    assert sum(one["shared"] for one in said) == shared, "one of them recorded it"
    assert sum(one["refused"] for one in said) == shared * (CLERKS - 1), "and the others are told"
    orders = [one["numbers"] == sorted(one["numbers"]) for one in said]
    assert all(orders), "each in its own order"
