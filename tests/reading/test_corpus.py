"""The reader against gold made by hand, where the shared texts lie beside the project."""

import importlib.util
import json
import os
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from jingkai.reading import read

SHARED = Path(os.environ.get("JINGKAI_SHARED", Path(__file__).resolve().parents[3] / "shared"))
CORPUS = SHARED / "corpus"
pytestmark = pytest.mark.corpus
needs_corpus = pytest.mark.skipif(not CORPUS.exists(), reason="旁边没有共享语料")

TEXTS = ("changde-2021", "gaotang_2024", "hailar_2015", "zhejiang_2025")
# What must hold over all texts together: below it the reader has become worse.
FLOORS = {
    ("statements", "found"): 0.98,
    ("statements", "right"): 0.95,
    ("statements", "exact"): 0.95,
    ("projects", "right"): 0.91,
    ("projects", "exact"): 0.87,
}
MOST_INVENTED = 0.02
# Whole reports that state an aim for the growth of the economy.
STATE_AN_AIM = (
    "anguo_2020 dingxing_2021 fuping_2022 gaotang_2022 hebei_2009 hunan_2025 jiangsu_2026"
    " laiyuan_2021 lixian_2022 national_2015 national_2024 qingyuan_2022 rongcheng_2015"
    " shanghai_2025 xinjiang_2026 xushui_2019"
).split()


@cache
def scorer() -> ModuleType:
    """Return the shared scorer as a module."""
    spec = importlib.util.spec_from_file_location("scorer", SHARED / "tools/score_extraction.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def gold_and_said(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what was annotated by hand and what the reader says."""
    gold = json.loads((CORPUS / "gold" / f"{name}.json").read_text("utf-8"))
    text = (CORPUS / f"{name}.txt").read_bytes().decode()
    return gold, read(text, year=gold["document"]["year"]).to_json()


def pooled(kind: str, figure: str) -> float:
    """Return the F1 of a figure over all texts together."""
    hits = said_all = gold_all = 0
    for name in TEXTS:
        gold, said = gold_and_said(name)
        score = getattr(scorer(), f"score_{kind}")(gold[kind], said[kind], [])
        hits += round(score[figure]["recall"] * len(gold[kind]))
        said_all += len(said[kind])
        gold_all += len(gold[kind])
    return 2 * hits / (said_all + gold_all)


@needs_corpus
@pytest.mark.parametrize(("kind", "figure"), FLOORS)
def test_reports_are_read_right(kind: str, figure: str):
    assert pooled(kind, figure) >= FLOORS[kind, figure]


@needs_corpus
def test_little_is_invented():
    said_all = sum(len(gold_and_said(name)[1]["statements"]) for name in TEXTS)
    right = sum(
        round(score["found"]["recall"] * len(gold["statements"]))
        for gold, said in map(gold_and_said, TEXTS)
        for score in [scorer().score_statements(gold["statements"], said["statements"], [])]
    )

    assert 1 - right / said_all <= MOST_INVENTED


@needs_corpus
def test_tasks_are_told_from_rhetoric_in_both_halves():
    gold, said = gold_and_said("changde-2021")
    half = len(gold["tasks"]) // 2

    for part in (gold["tasks"][:half], gold["tasks"][half:]):
        assert scorer().score_tasks(part, said["tasks"], [])["f1"] >= 0.90


@needs_corpus
@pytest.mark.parametrize("name", STATE_AN_AIM)
def test_the_aim_for_growth_is_found_in_every_report(name: str):
    text = (CORPUS / "raw" / f"{name}.txt").read_bytes().decode()

    aims = [
        one
        for one in read(text).statements
        if (one.kind, one.measure, one.unit) == ("target", "growth", "percent")
        and one.indicator.endswith(("生产总值", "经济"))
    ]

    assert aims


@needs_corpus
def test_the_raw_reports_are_read_without_a_fault():
    for path in sorted((CORPUS / "raw").glob("*.txt")):
        text = path.read_bytes().decode()
        found = read(text)
        for one in found.statements:
            assert text[one.at : one.at + len(one.quote)] == one.quote
        for task in found.tasks:
            assert text[task.at : task.end] == task.text
