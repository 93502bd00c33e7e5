"""Time grows with the length of a text, whatever stands in it."""

import gc
import tracemalloc
from time import process_time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jingkai.reading import read
from jingkai.reading.sentences import LONGEST, full_sentences

PLAN = "二、2031年重点工作\n"
# What the patterns of the grammar look for: piled up without sense they make it try the most.
PIECES = (
    "增长 达到 力争 确保 新增 其中 分别 均 占 由 到 至 超过 左右 以上 的 了 和"
    " 、 ， ； 。 “ ” （ ） 《 》"
    " 1 23.5 5% 12,345 三百 百分之六 亿元 万亩 个 家 翻一番 第3位 前10位 2031年 6月底前 十五五"
    " 税收 企业 项目 产业园 大道 改造 工程 建设 竣工投产 签约 等 一、 （一） 1. 一是 全面 推进"
).split()


def seconds(text: str) -> float:
    started = process_time()
    read(text, year=2031)
    return process_time() - started


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map("".join))
def test_no_pile_of_words_takes_more_than_its_share_of_time(fragment: str):
    def pile(size: int) -> str:
        return PLAN + fragment * (size // len(fragment))

    small = min(seconds(pile(3_000)) for _ in range(2))
    large = seconds(pile(12_000))

    assert large < max(small, 0.02) * 4 * 4, "four times the text takes about four times the time"


def test_a_text_without_full_stops_is_cut_at_a_comma():
    text = "税收增长5%，" * 2_000

    spans = list(full_sentences(text))

    assert "".join(text[at:end] for at, end in spans) == text
    assert all(end - at <= LONGEST and text[end - 1] == "，" for at, end in spans)


def test_memory_does_not_grow_with_the_number_of_reports():
    text = PLAN + "力争引进企业20家，其中亿元以上项目5个，确保青禾电机生产基地竣工投产。\n" * 100

    def held() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    read(text, year=2031)
    tracemalloc.start()
    before = held()
    kept = read(text, year=2031)
    size = held() - before
    del kept
    before = held()
    for _ in range(20):
        read(text, year=2031)
    grown = held() - before
    tracemalloc.stop()

    assert grown < 3 * size, "twenty reports leave less behind than three would hold"
