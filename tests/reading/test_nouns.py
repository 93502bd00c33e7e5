"""Noun phrases before and behind a number: one pattern, one example."""

import pytest

from jingkai.reading.nouns import clean_noun, noun_after, noun_before, split_subjects
from jingkai.reading.wordlists import any_of, word_list


@pytest.mark.parametrize(
    ("phrase", "noun"),
    [
        ("力争税收突破", "税收"),
        ("全年完成税收", "税收"),
        ("2030年税收预计达到", "税收"),
        ("经济增长预期目标为", "经济"),
        ("推出了标准化厂房", "标准化厂房"),
        ("新认定高新技术企业", "高新技术企业"),
        ("税收过亿元企业达到", "税收过亿元企业"),
        ("城市道路新建改造", "城市道路"),
        ("为困难群众先行垫付医疗费", "医疗费"),
        ("新增", ""),
    ],
)
def test_the_noun_before_a_number(phrase: str, noun: str):
    assert noun_before(phrase) == noun


@pytest.mark.parametrize(
    ("rest", "noun"),
    [
        ("条主次干道建成通车。"[1:], "主次干道"),
        ("4S店。", "4S店"),
        ("的厂房、市场。", "厂房"),
        ("企业成功入选名单。", "企业"),
        ("群众持续增收。", "群众"),
        ("（间）保障性住房。", ""),
        ("实施", "实施"),
        ("，增长5%。", ""),
    ],
)
def test_the_noun_behind_a_number(rest: str, noun: str):
    assert noun_after(rest) == noun


def test_verbs_that_belong_to_a_noun_stay():
    for noun in ("开工项目", "投产项目", "减免税收", "建设用地", "发明专利", "登记失业率"):
        assert clean_noun(noun) == noun


def test_a_list_of_subjects_is_taken_apart():
    assert split_subjects("进出口和实际用资") == ("进出口", "实际用资")


def test_every_list_of_words_says_what_it_is_for_and_repeats_none():
    from jingkai.reading import wordlists

    files = sorted(wordlists.FOLDER.glob("*.txt"))
    assert len(files) >= 10
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        said = " ".join(lines[1:]).split()
        assert lines[0].startswith("# "), path.name
        assert len(said) == len(set(said)), path.name
        assert word_list(path.stem) == tuple(said)


def test_the_longest_word_is_tried_first():
    assert any_of(("达", "达到")) == "达到|达"
