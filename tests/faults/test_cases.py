"""Two officers at once, and a house that is killed: nothing is lost, doubled or half done.

`make faults` runs the same at full length: RACES=10000 KILLS=200.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.conftest import ROOT

RACES, KILLS = int(os.environ.get("RACES", "60")), int(os.environ.get("KILLS", "3"))


def run(house: dict[str, str], *arguments: str, told: str = "") -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.officers", *arguments],
        cwd=ROOT,
        env=house,
        input=told,
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_of_two_officers_one_wins_and_the_other_is_told(house: dict[str, str]):
    told = run(house, "race", str(RACES), "1")

    assert told["races"] == RACES
    assert told["won"] == RACES, "each race has exactly one winner"
    assert told["lost"] + told["repeats"] == RACES, "and one who is told"
    assert (told["lost_updates"], told["doubled"], told["half_done"]) == (0, 0, 0)
    assert told["strange"] == []


@pytest.mark.skipif(
    bool(os.environ.get("JINGKAI_DATABASE")), reason="kills a process on a file of its own"
)
def test_a_killed_house_keeps_what_it_acknowledged(house: dict[str, str], tmp_path: Path):
    chance, said = random.Random(7), []
    for turn in range(KILLS):
        log = tmp_path / f"acknowledged-{turn}"
        with log.open("w") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.officers", "work", str(turn)],
                cwd=ROOT,
                env=house,
                stdout=file,
                stderr=subprocess.DEVNULL,
            )
            waited = time.monotonic()
            while not log.stat().st_size and time.monotonic() - waited < 120:
                time.sleep(0.05)
            time.sleep(chance.random() / 2)
            process.kill()
            process.wait()
        said += [line for line in log.read_text().splitlines(keepends=True) if line.endswith("]\n")]

    found = run(house, "check", told="".join(said))

    assert found["acknowledged"] > KILLS
    assert found["lost_updates"] == 0
    assert found["half_done"] == 0
    assert found["doubled"] == 0
