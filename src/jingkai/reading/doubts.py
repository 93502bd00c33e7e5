"""Numerals that state nothing: dates, names, slogans, thresholds; each with its reason."""

import re

from jingkai.reading.nouns import ends_in_hedge, is_verb_only, noun_after
from jingkai.reading.quantities import Quantity

__all__ = ["DOUBTS", "IDIOM", "NO_SUBJECT", "why_no_statement"]

IDIOM = "词语或名称里的数字"
NO_SUBJECT = "看不出说的是什么"
# Every reason there is, for who says them in another language.
DOUBTS = (
    *(
        IDIOM,
        NO_SUBJECT,
        "数字大得不可能",
        "文件的条款",
        "引号或括号里的数字",
        "名称的一部分",
        "序号",
    ),
    *("注释的序号", "百分数大得不可能", "日期或年限", "日期", "指标里的门槛", "没有单位"),
    *("项目名称里的产能", "日期或名称的一部分", "会议的序号", "参加排名的单位数"),
    *("只是归纳，不能核对", "只是范围", "周年"),
)

# After 个, 项, 条: what a report only names or sums up, and nobody can check.
_NAMES_A_SET = re.compile(
    r"(?:个|项|条|件|大|方面|类)?(?:方面|全覆盖|自信|意识|维护|不摘|重点任务|任务|举措|措施|政策|环节|行动"
    r"|机制|重点工作|目标|思路|字|更加|着力|坚持|原则|转变|统筹|关系|问题|导向|确保|聚焦|攻坚|领域改革|要求"
    r"|层面|维度|阶段|小时|工作日|百年|之年|攻坚战|月|人一|月份|季度|领域|样板|示范(?![区基点村社户园项])|定位|高地|强|步骤|能力"
    r"|[^,，。]{0,4}(?:台阶|产业链|监测指标))"
)
# 17个行业增加值增长8%: the count only says of how many.
_SCOPE = re.compile(
    r"(?!.{0,8}(?:实现|完成(?!率)))[^，,。；;、0-9]{2,14}(?:增加值|产值|收入|营收|销售额|投资|利润|率)(?:总额)?(?:分别|均|同比)?(?:增长|下降|达)"
)
# 亿元以上项目, 500万元以下企业: the amount belongs to the indicator.
_THRESHOLD = re.compile(
    r"^(?:及)?(?:以上|以下|级)的?"
    r"(?=[^,，;；。、 ]{0,14}?(?:项目|企业|工程|人才|产业|园区|平台|主体|[0-9]))"
    r"|^(?:项目|企业|产业项目|级|以上项目|以上企业)"
)
# 50万吨饲料厂, 3000头猪场项目: goods before a works are what it can make.
_CAPACITY = re.compile(
    "[头只羽吨棒瓦片](?:的?[^，,。；;、的]{0,8})(?:厂|基地|生产线|项目|电站|猪场|牧场)(?![以之])"
)
_COUNTED_THRESHOLD = re.compile(r"(?:及)?以上的?项目(?:[,，。]|$)")


def why_no_statement(text: str, item: Quantity) -> str | None:
    """Say why a numeral of a sentence is no statement, or None where it is one."""
    if item.unit == "rank":
        return None
    return _why_not(text, item) or _why_part_of_a_noun(text, item)


def _why_not(text: str, item: Quantity) -> str | None:
    before, after = text[max(0, item.at - 24) : item.at], text[item.end : item.end + 24]
    if item.spelled == "odd":
        named = after.startswith(("行动", "计划", "工程", "目标"))
        quoted = text.rfind("“", 0, item.at) > text.rfind("”", 0, item.at)
        is_slogan = quoted and text[item.at : item.end] != "两个百分之百"
        listed = text[item.at : item.end].endswith("倍增") and after.startswith("、")
        return IDIOM if named or listed or is_slogan or before.endswith("双") else None
    if item.spelled == "impossible":
        return "数字大得不可能"
    if item.counter == "条" and before.rstrip().endswith(("》", "”")):
        return "文件的条款"
    left = max(text.rfind("“", 0, item.at), text.rfind("《", 0, item.at))
    if left >= 0 and not set("”》") & set(text[left : item.at]):
        return "引号或括号里的数字"
    if item.unit is None and (
        re.search(r"[A-Za-z+\-/—]$", before) or re.match(r"[A-Za-z+]", after)
    ):
        return "名称的一部分"
    if before.endswith("第"):
        return "序号"
    if before.endswith(("[", "〔", "［")) and after.startswith(("]", "〕", "］")):
        return "注释的序号"
    if item.spelled == "han":
        return _why_not_in_words(text[item.at : item.end], before, after, item)
    return _why_not_in_digits(text[item.at : item.end], before, after, item)


def _why_not_in_words(printed: str, before: str, after: str, item: Quantity) -> str | None:
    if item.unit == "percent":
        if item.value > 200 and re.search(r"增长|提高|上升|增加|增速|提升", before):
            return "百分数大得不可能"
        return None
    if item.unit == "year" and re.search(r"用时?$", before):
        return None
    if item.value >= 10**9 and re.search(r"(?:过|超|突破|达到|达)$", before):
        return None
    if item.unit and len(printed) >= 3 and re.search(r"(?:超过?|过|突破|近|达到?|逾)$", before):
        return None
    tens = sum(printed.count(char) for char in "十百千万亿")
    if item.unit and tens and len(printed) >= 4 and not _NAMES_A_SET.match(after):
        return None
    return IDIOM


def _why_not_in_digits(printed: str, before: str, after: str, item: Quantity) -> str | None:
    if item.unit == "year":
        took = re.search(r"(?:用时|历时)(?:仅|了)?$", before) and item.value < 100
        return None if took else "日期或年限"
    if item.unit == "day":
        return None if re.search("天数|优良|空气|压缩|缩短|用时|提前", before) else "日期"
    if item.unit == "month":
        return None if re.search(r"(?:用时|历时)$", before) else "日期"
    if item.unit == "m" and re.match("[^，,。；;、]{0,6}圈", after):
        return IDIOM
    if item.unit is None:
        if after.startswith("级") and item.value >= 10**4:
            return "指标里的门槛"
        if after.startswith("伏"):
            return "名称的一部分"
        if re.match("[.、．]", after) and not before:
            return "序号"
        if item.value >= 10**4 and not printed.rstrip()[-1].isdigit():
            return None
        if re.search(r"倍差(?:缩小)?(?:至|到|为)$", before):
            return None
        if re.match("月", after) and (item.value > 12 or item.value < 1):
            return f"没有{printed}月"
        return "日期" if re.match("[月日]", after) else "没有单位"
    if item.unit != "count":
        return None
    if item.counter == "岁" and re.match(r"(?:及)?以[上下][\u4e00-\u9fff]", after):
        return "指标里的门槛"
    if after.startswith("/") or _CAPACITY.match(printed[-1] + after):
        return "项目名称里的产能"
    if item.counter in ("届", "期", "块", "片") or (item.counter == "度" and item.value < 10**4):
        return "日期或名称的一部分"
    if item.counter == "次" and re.match("会议|全会|党代会", after):
        return "会议的序号"
    if re.match(r"[^，,。；;]{1,5}中(?:排名|排|位列|位居|名列)", after):
        return "参加排名的单位数"
    if item.counter in ("个", "项", "条", "件") and _NAMES_A_SET.match(after):
        return "只是归纳，不能核对"
    if _SCOPE.match(after):
        return "只是范围"
    if re.match(r"(?:周年|世纪)", after):
        return "周年"
    return None


def _why_part_of_a_noun(text: str, item: Quantity) -> str | None:
    """Say whether the amount only qualifies what is counted, or stands in a project's name."""
    after = text[item.end : item.end + 24]
    if item.unit in ("CNY", "USD") and _THRESHOLD.match(after):
        return None if _COUNTED_THRESHOLD.match(after) else "指标里的门槛"
    before = text[: item.at]
    if item.unit == "kg" and _CAPACITY.match(text[item.end - 1 : item.end + 24]):
        return "项目名称里的产能"
    if (
        item.unit == "kg"
        and noun_after(text[item.end :])
        and not text[item.end :].startswith("的")
        and re.search(r"[\u4e00-\u9fff]{2}$", before)
        and not ends_in_hedge(before)
        and not is_verb_only(before[-2:])
    ):
        return "项目名称里的产能"
    return None
