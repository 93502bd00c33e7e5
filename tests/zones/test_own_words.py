import os
import re
from pathlib import Path

import pytest

from jingkai.kernel.plans import read_plan
from tests.kernel.known import ZONES

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("JINGKAI_SHARED", ROOT.parent / "shared"))
CORPUS = sorted((SHARED / "corpus").rglob("*.txt"))
LONGEST = 14
KINDS = {".py", ".yaml", ".html", ".md", ".json", ".js", ".css", ".po"}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not CORPUS, reason="旁边没有共享语料"),
]


def _plain(text: str) -> str:
    """Return the words without marks and blanks, so that a changed comma hides nothing."""
    return "\n".join(re.sub(r"[^\w%]", "", line) for line in text.splitlines())


def _runs(text: str) -> set[str]:
    return {
        line[start : start + LONGEST + 1]
        for line in _plain(text).splitlines()
        for start in range(len(line) - LONGEST)
    }


def _names() -> list[str]:
    """Return the names of what the zones plan and measure: a name is not a quotation."""
    zones = ZONES.values()
    names = {project.name for zone in zones for project in read_plan(zone).projects}
    for zone in zones:
        for indicator in zone.indicators.values():
            names |= {indicator.name, *indicator.aliases}
    # The title is how one cites a report: 2020年工作总结及… without the zone before it.
    titles = {read_plan(zone).basis.partition("(")[0] for zone in zones}
    names |= {re.sub(r"^\D*", "", title) for title in titles}
    names |= {zone.name for zone in zones}
    return sorted(filter(None, map(_plain, names)), key=len, reverse=True)


def _files() -> list[Path]:
    folders = [ROOT / name for name in ("src", "zones", "tests", "docs")]
    return [
        path
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.suffix in KINDS and "node_modules" not in path.parts
    ]


def test_nothing_is_copied_from_a_report() -> None:
    printed = set().union(*(_runs(path.read_text(encoding="utf-8")) for path in CORPUS))
    names = _names()
    copied = []
    for path in _files():
        text = _plain(path.read_text(encoding="utf-8"))
        for name in names:
            text = text.replace(name, "\n")
        copied += [f"{path.relative_to(ROOT)}: {run}" for run in _runs(text) & printed]

    assert copied == []
