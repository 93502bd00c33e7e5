"""Rivals: readable scripts beside the benchmarks, each in its own environment when it needs one."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["Rival", "open_rivals"]

FOLDER = Path(__file__).resolve().parents[3] / "benchmarks" / "rivals"


class Rival:
    """A script that sets itself up once, then does the same work each time it is told to."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self) -> tuple[float, Any]:
        """Let it work once; return the seconds that it took, set-up excluded, and its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        said = _hear(self._process)
        if said is None:
            raise RuntimeError("A rival stopped in the middle of its work.")
        return said["seconds"], said["answer"]

    def close(self) -> None:
        """Let it go."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=60)


def open_rivals(scripts: Mapping[str, tuple[str, Mapping[str, Any]]]) -> dict[str, Rival]:
    """Start each rival on its task; one that is not installed here is left out."""
    rivals = {}
    for name, (script, task) in scripts.items():
        if not (FOLDER / script).exists():
            continue
        own = FOLDER / ".venv" / Path(script).stem / "bin" / "python"
        process = subprocess.Popen(
            [own if own.exists() else sys.executable, FOLDER / script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(task) + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            pass
        if _hear(process) is not None:
            rivals[name] = Rival(process)
    return rivals


def _hear(process: "subprocess.Popen[str]") -> Any:
    """Return the next thing a rival says, or None when it has gone."""
    assert process.stdout is not None
    line = process.stdout.readline()
    return json.loads(line) if line else None
