"""Bind each quantity to what it measures: indicator, measure, verb, period, what it is part of."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jingkai.reading.outline import Sentence
from jingkai.reading.quantities import Quantity, find_quantities
from jingkai.reading.report import Statement

__all__ = ["find_statements"]

# Words that report or promise and are no part of what is measured; each with its example:
# 完成投资3亿元 · 引进企业5家 · 争取到位资金7亿元 · 实现收入8亿元
_VERBS = """
    完成 实现 达到 达 引进 新引进 建成 新建 铺设 推出 争取 争取到位 兑现 安排 培育 新认定
    认定 获批 成功发行 发行 确保 力争 预计 预期 努力 使 为 超过 突破 增加到 增加 增长 提高
    提升 下降 减少 压缩 降低 新增 净增 位列 排名 排名首次进入 首次进入 进入 居 分别 约 近
    保持 控制在 由 到 从 扩大到 已 共 累计 总计 有 成为 建设 改造 实施 推动 推进 完善 加快
    突破到 收获 招引 签约引进 参与
""".split()
_TIMES = re.compile(
    r"(?:20\d\d年|“?十[一二三四五]五”?(?:期间|末|时期)?|今年|去年|全年|年内|当年|上半年|下半年|"
    r"五年来|过去五年|到|一季度|前三季度|年均|每年|截至|目前|期间|末)+"
)
_PLACES = re.compile(r"^(?:全区|全市|全县|全镇|园区|经开区|我区|我市|我县|全区上下)")
_HEDGES = re.compile(
    r"(?:力争|确保|预计|努力|通过\d+年努力|不断|其中|及其中|同比|比上年|较上年|首次)"
)
_GROWTH = re.compile(r"(增长|增速|提高|提升|增幅|上升)$|(下降|减少|压缩|降低|下调)$")
_CHANGE = re.compile(r"(新增|净增|增加|新增了|净增加)")
_TAIL = re.compile(
    rf"(?:{'|'.join(sorted(_VERBS, key=len, reverse=True))}"
    r"|了|排|总数|同比|比|前|第|过|数量|全[省市国区县])+$"
)
_HEAD = re.compile(
    rf"^(?:{'|'.join(sorted(_VERBS, key=len, reverse=True))}|各类|各项|全部|了|和|与|在)+"
)
_NOUN_AFTER = re.compile(r"[^,。;、:()\d]{1,16}")
_THRESHOLD = re.compile(r"元?(?:及?以上)?[^,。;、\d]{0,6}(?:项目|企业|园区)")
_SPLIT = re.compile(r"[,;:、。]")


def find_statements(text: str, sentences: Sequence[Sentence], year: int) -> Iterator[Statement]:
    """Yield every number that says something of the zone, in the order of the text."""
    for one in sentences:
        part = one.part
        if part == "other":
            part = _part_by_words(text[one.at : one.end], year)
        yield from _read_sentence(text, one.at, one.end, one.section, part, year)


def _part_by_words(sentence: str, year: int) -> str:
    """Tell plan from review where no heading does: promises and the plan year speak of the plan."""
    if re.search(rf"力争|确保|预期目标|将[^军]|{year}年(?!以来)|今年要|明年", sentence):
        return "plan"
    return "review"


def _read_sentence(
    text: str, start: int, end: int, section: tuple[str, ...], part: str, year: int
) -> Iterator[Statement]:
    sentence = text[start:end]
    kind = "target" if part == "plan" and not re.search(r"现有|目前有", sentence) else "result"
    firm = kind == "target" and re.search(r"力争|确保", sentence) is not None
    period = _period(sentence, kind, year)
    subject, whole, last_end = "", "", start
    for quantity in find_quantities(text, start, end):
        if _is_no_statement(text, quantity):
            continue
        before = text[last_end : quantity.at]
        indicator, measure, direction = _bind(before, text[quantity.end : end], quantity, subject)
        last_end = quantity.end
        if not indicator:
            continue
        is_part = "其中" in before
        if is_part:
            whole = subject
        elif measure not in ("growth",) and indicator != subject:
            whole = whole if "、" in before[:2] or (before[:1] == "," and whole) else ""
        op = ">=" if firm and quantity.op in ("=", "~") else quantity.op
        yield Statement(
            at=quantity.at,
            quote=text[quantity.at : quantity.end],
            kind=kind,
            indicator=indicator,
            measure=measure,
            op=op,
            value=float(quantity.value),
            unit=quantity.unit,
            counter=quantity.counter,
            period=period,
            direction=direction,
            of=whole or None,
            section=section,
            sentence=(start, end),
        )
        if (measure != "growth" and not is_part) or not subject:
            subject = indicator


def _bind(before: str, after: str, quantity: Quantity, subject: str) -> tuple[str, str, str]:
    """Return the indicator, the measure and the direction (down or empty)."""
    clause = _SPLIT.split(before)[-1]
    growth = _GROWTH.search(re.sub(r"(达|到|约|近|超过|超|突破|了|至少|以上)+$", "", clause))
    direction = "down" if growth and growth[2] else ""
    noun = _noun(clause)
    if quantity.is_rank:
        place = re.search(r"在(.+?)(?:考核|评比|测评|评价)?中", clause)
        ranked = re.search(r"(?:在)?([^在]+?(?:考核|评比|测评|评价|排名))", clause)
        named = _noun(ranked[1]) if ranked else noun or (place[1] if place else "")
        return named or subject, "rank", ""
    if quantity.is_growth:
        return noun or subject, "growth", ""
    if growth and quantity.unit in ("percent",):
        return noun or subject, "growth", direction
    if quantity.unit == "percentage_point":
        return noun or subject, "change", direction
    measure = "share" if quantity.unit == "percent" else "level"
    if _CHANGE.search(clause) or (growth and quantity.unit != "percent"):
        measure = "change"
    if not noun and quantity.unit in ("count", "m2", "m", "kg", "CNY") and quantity.counter != "倍":
        following = _NOUN_AFTER.match(re.sub(r"^(以上|左右|以内|的)+", "", after))
        noun = _noun(following[0]) if following else ""
    return noun or subject, measure, direction


def _noun(clause: str) -> str:
    """Return what is measured: the clause without time words, verbs, hedges and places."""
    text = _TIMES.sub("", clause.strip(" \u3000"))
    text = _HEDGES.sub("", text)
    for _ in range(3):
        text = _PLACES.sub("", text)
        text = _HEAD.sub("", text)
        text = _TAIL.sub("", text)
    return text.strip("的了 \u3000")[-24:]


def _is_no_statement(text: str, quantity: Quantity) -> bool:
    around = text[max(0, quantity.at - 2) : quantity.at]
    after = text[quantity.end : quantity.end + 4]
    if quantity.counter in ("个", "项", "条", "场") and after.startswith(
        ("方面", "目标", "体系", "行动", "举措", "新", "计划", "重点任务")
    ):
        return True
    # A threshold inside a set's name is no number of its own: 亿元以上项目 · 税收过亿元企业.
    is_threshold = quantity.unit == "CNY" and _THRESHOLD.match(text, quantity.end)
    is_slogan = around.endswith(("“", "双")) or after.startswith(("强”", "周年", "”"))
    is_title = text[quantity.at - 1 : quantity.at] == "》"
    return bool(is_threshold) or is_slogan or is_title


def _period(sentence: str, kind: str, year: int) -> str | None:
    if span := re.search(r"“?十([一二三四五])五”?", sentence):
        first = {"一": 2006, "二": 2011, "三": 2016, "四": 2021, "五": 2026}[span[1]]
        return f"{first + 4}" if "末" in sentence else f"{first}-{first + 4}"
    if re.search(r"五年来|过去五年", sentence):
        return f"{year - 5}-{year - 1}"
    if named := re.search(r"(20\d\d)年", sentence):
        return named[1]
    return str(year if kind == "target" else year - 1)


def with_duplicates_flagged(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Flag numbers that contradict each other; both are kept."""
    values: dict[tuple[str, str, str | None, str], set[float]] = {}
    for one in statements:
        key = (one.indicator, one.measure, one.period, one.kind)
        values.setdefault(key, set()).add(one.value)
    return tuple(
        replace(one, flags=("同一指标同一期间有不同的数",), confidence=0.5)
        if len(values[(one.indicator, one.measure, one.period, one.kind)]) > 1
        else one
        for one in statements
    )
