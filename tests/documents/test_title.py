"""Long titles break where a reader pauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jingkai.documents import BadDocument, balanced_lines
from jingkai.documents.text import chinese_number, clean, width


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("青禾开发区年度情况", ("青禾开发区年度情况",)),
        (
            "关于印发《青禾开发区招商引资项目评审管理办法（试行）》的通知",
            ("关于印发《青禾开发区招商引资", "项目评审管理办法（试行）》的通知"),
        ),
        (
            "青禾经济技术开发区管理委员会关于2025年度经济运行情况和2026年重点工作安排的报告",
            (
                "青禾经济技术开发区管理委员会",
                "关于2025年度经济运行情况和",
                "2026年重点工作安排的报告",
            ),
        ),
        ("上行由人\n下行也由人", ("上行由人", "下行也由人")),
    ],
)
def test_title_breaks_into(title, lines):
    assert balanced_lines(title) == lines


@given(st.text(min_size=1, max_size=60))
def test_breaking_loses_nothing_but_space(title):
    try:
        lines = balanced_lines(title)
    except BadDocument:
        return

    assert "".join("".join(lines).split()) == "".join(clean(title).split())
    assert len(lines) <= 3
    assert all(width(line) <= 20 for line in lines)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一"), (99, "九十九"),
     (100, "一百"), (103, "一百零三"), (110, "一百一十"), (115, "一百一十五")],
)  # fmt: skip
def test_chinese_numbers(number, words):
    assert chinese_number(number) == words
