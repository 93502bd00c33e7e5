"""Plant one mistake in a copy of the tiny zone."""

import shutil
from itertools import count
from pathlib import Path

import pytest

from tests.kernel.known import ZONES

_numbers = count(1)


class Planter:
    """Write copies of the tiny zone with something changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def plant(self, *changes: tuple[str, str, str]) -> str:
        """Copy the zone, replace text in its files (file, old, new), and return its package."""
        package = f"planted_{next(_numbers)}"
        shutil.copytree(
            ZONES["tests.tiny"].folder,
            self.folder / package,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for name, old, new in changes:
            path = self.folder / package / name
            text = path.read_text(encoding="utf-8")
            assert old in text, f"{name} has no {old!r}"
            path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return package


@pytest.fixture
def planter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Planter:
    """Copies of the tiny zone live where Python finds them for the time of a test."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return Planter(tmp_path)
