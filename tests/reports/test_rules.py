"""From what the reader found to what a clerk is asked."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from jingkai.reading import read
from jingkai.reports.rules import cut_text, propose
from tests.conftest import DEMO_ZONE, zone_of

TEXT = """青禾开发区2021年工作计划

三、2021年重点任务

1.抓住根本，聚焦项目推进。力争全年新开工项目24个，其中亿元以上产业项目9个。确保青禾电机厂竣工投产。建立项目周调度台账。
"""
ZONE = zone_of(DEMO_ZONE)


def proposals():
    return propose(read(TEXT, year=2021).to_json(), TEXT, ZONE)


def test_targets_projects_and_tasks_are_proposed_in_the_order_of_the_text():
    found = proposals()

    assert {one.kind for one in found} == {"target", "project", "task"}
    assert [one.at for one in found] == sorted(one.at for one in found)


def test_a_count_after_qizhong_is_part_of_the_count_before():
    targets = [(i, one) for i, one in enumerate(proposals()) if one.kind == "target"]
    (whole, first), (_, second) = targets

    assert first.part_of is None
    assert second.part_of == whole
    assert (first.value, second.value) == (Decimal(24), Decimal(9))


def test_a_proposal_says_what_is_promised_by_when_and_from_which_sentence():
    first = next(one for one in proposals() if one.kind == "target")

    assert first.op == ">="
    assert first.unit == "个"
    assert first.due_on == date(2021, 12, 31)
    assert "新开工项目24个" in first.source
    assert first.theme == "聚焦项目推进"
    assert TEXT[first.at : first.end] == "24个"


@given(
    st.text("甲乙丙丁", min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(0, 29), st.integers(1, 10)), max_size=6),
)
def test_cutting_a_text_loses_nothing(text: str, spans: list[tuple[int, int]]):
    marks = [
        (start, min(start + length, len(text)), "target", str(n))
        for n, (start, length) in enumerate(spans)
        if start < len(text)
    ]

    pieces = cut_text(text, marks)

    assert "".join(piece for piece, _, _ in pieces) == text
    at = 0
    for piece, kind, _ in pieces:
        inside = any(start <= at and at + len(piece) <= end for start, end, _, _ in marks)
        assert bool(kind) is inside
        at += len(piece)


def test_the_narrowest_mark_wins():
    pieces = cut_text("甲乙丙丁", [(0, 4, "task", "1"), (1, 2, "target", "2")])

    assert [(text, kind) for text, kind, _ in pieces] == [
        ("甲", "task"),
        ("乙", "target"),
        ("丙丁", "task"),
    ]
    assert all(first != second for first, second in pairwise(pieces))
