"""The reader against gold made by hand, where the shared texts lie beside the project."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jingkai.reading import read

SHARED = Path(os.environ.get("JINGKAI_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CORPUS = SHARED / "corpus"
pytestmark = pytest.mark.corpus
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="旁边没有共享语料")


def score(name: str, tmp_path: Path) -> dict:
    """Return the figures of one text, by the shared scorer."""
    gold = CORPUS / "gold" / f"{name}.json"
    year = json.loads(gold.read_text("utf-8"))["document"]["year"]
    text = (CORPUS / f"{name}.txt").read_bytes().decode()
    extracted = tmp_path / "extracted.json"
    extracted.write_text(json.dumps(read(text, year=year).to_json()), "utf-8")
    done = subprocess.run(
        [sys.executable, SHARED / "tools" / "score_extraction.py", gold, extracted],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


@needs_corpus
def test_the_report_of_the_zone_is_read_right(tmp_path: Path):
    figures = score("changde-2021", tmp_path)

    assert figures["statements"]["right"]["f1"] >= 0.86
    assert figures["statements"]["invented"] <= 0.05
    assert figures["projects"]["right"]["f1"] >= 0.60
    assert figures["tasks"]["f1"] >= 0.75


@needs_corpus
def test_the_raw_reports_are_read_without_a_fault():
    for path in sorted((CORPUS / "raw").glob("*.txt")):
        text = path.read_bytes().decode()
        found = read(text)
        for one in found.statements:
            assert text[one.at : one.at + len(one.quote)] == one.quote
