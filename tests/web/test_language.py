"""English is complete: every Chinese string of the pages has its translation."""

import re
from pathlib import Path

from tools.texts import CATALOGUE, collect, load

CHINESE = re.compile(r"[一-鿿]")
SOURCE = Path(__file__).resolve().parents[2] / "src" / "jingkai"


def test_every_text_has_english():
    missing = [one.id for one in collect() if one.id and not one.string]

    assert not missing, "run: python tools/texts.py collect, then fill django.po"


def test_english_texts_are_english():
    assert not [one.id for one in load() if one.id and CHINESE.search(str(one.string))]


def test_the_catalogue_has_no_text_that_nobody_uses():
    used = {one.id for one in collect()}

    assert {one.id for one in load()} <= used, f"{CATALOGUE.name} keeps dead texts"


def test_templates_print_no_chinese_outside_the_catalogue():
    outside = []
    for template in SOURCE.glob("*/templates/**/*.html"):
        text = template.read_text("utf-8")
        text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.S)
        outside += [(template.name, line) for line in text.splitlines() if CHINESE.search(line)]

    assert outside == [("frame.html", outside[0][1])], "only the mark of the product is a sign"
