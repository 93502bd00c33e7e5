"""Houses filled once for the whole run: who asks first fills one, the other workers wait for it."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
_FILL = """
import sys
from pathlib import Path
from jingkai.cli.demo import prepare_demo
prepare_demo(Path(sys.argv[1]))
"""


@dataclass(frozen=True)
class House:
    """A data folder with a zone that lives in it. It is everybody's: no test may write to it."""

    zone: str
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return what a process needs to open the house."""
        return {
            "JINGKAI_DATA": str(self.folder),
            "JINGKAI_DEMO": "1",
            "JINGKAI_ZONE": self.zone,
            "JINGKAI_DATABASE": "",
            "DJANGO_SETTINGS_MODULE": "jingkai.config.settings",
        }

    @property
    def says(self) -> Path:
        """Return where it is kept what the demo said when it filled the house."""
        return self.folder.with_suffix(".told")

    def fill(self) -> str:
        """Start the demo in the folder, which fills it once; return what it says."""
        return run_python(_FILL, str(self.folder), **self.environment)

    def move_into_memory(self, settings: Any, evidence: Path) -> None:
        """Let the test's own database hold all that the house holds, with the keys that open it."""
        with sqlite3.connect(self.folder / "jingkai.sqlite3") as kept:
            kept.backup(connection.connection)
        kept.close()
        ContentType.objects.clear_cache()
        shutil.copytree(self.folder / "evidence", evidence, copy_function=os.link)
        settings.EVIDENCE_ROOT = evidence
        settings.AUDIT_KEY = (self.folder / "audit.key").read_bytes().strip()
        settings.FIELD_KEYS = tuple((self.folder / "field.key").read_text().split())


def run_python(code: str, *arguments: str, **environment: str) -> str:
    """Run code in a process of its own and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def filled_house(zone: str, folder: Path) -> House:
    """Return the house of a zone in the folder of the whole run, filled."""
    house = House(zone, folder / f"house-{zone.rpartition('.')[2]}")
    with _alone(house.folder.with_suffix(".lock")):
        if not house.says.exists():
            house.says.write_text(house.fill(), "utf-8")
    return house


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
