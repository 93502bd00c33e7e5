"""Which indicator a number belongs to: before it, behind it, shared with others or carried on."""

import re

from jingkai.reading.context import DEFINITE, Handed, Number, clause_start
from jingkai.reading.nouns import (
    clean_noun,
    ends_in_verb,
    noun_after,
    noun_before,
    split_subjects,
)
from jingkai.reading.ranks import ranked_subject

__all__ = ["indicators_of"]

_LONGEST = 40
_STOPS = ",，;；。：:"
_SINCE = re.compile(r"[比较](?:20\d\d年|上年|“?十[一二三四五]五”?)[底末]?$")
_RESPECTIVE_END = re.compile(r"(?:同比|年均|预计|均|累计|总数|总量|规模)+$")
# 高于全省0.4个百分点: what the number is measured against.
_COMPARED = re.compile(
    r"(?:高于|(?<!不)低于|快于|高出|领先于?|大于|小于|[好优]于)[^，,。；;0-9]{0,12}$"
)
_OWNS = re.compile(r"(?:贡献|创造|集聚|带动|拥有|占有)了?(?:全[国省市区县])?$")
_WITH_FIGURE = re.compile(r"(?:达到?|突破|超过?|近|约|为)?[0-9][0-9.]*[A-Za-z]*$")
# 价格涨幅逐步回落，预计6.5%: the clause before names what the number is about, then tells a story.
_TREND = re.compile(
    r"(?<=[\u4e00-\u9fff]{3})(?:逐步|持续|稳步|明显|大幅|保持|不断|继续|快速|平稳|稳定|取得|进一步).*$"
)
_AMONG = re.compile(r"(?<=..)在全?[国省市区县州盟][^，,]*$")
_THAN = re.compile(r"[比较](?![重例率])[^，,。；;]{2,14}$")  # 比各项贷款平均增速分别高
_JOINED_TO = re.compile(r"(?:覆盖|惠及)[^，,。；;]*(?:和|及|与)?$")
# 3000名农民工就业问题: persons are counted, not what troubles them.
_PEOPLE = re.compile(
    r".{0,6}?(?:人口|群众|居民|农民工|职工|学生|村民|困难户|贫困户|农户|劳动力|老人)"
)
_OF_PEOPLE = (None, "人", "名", "户", "人次", "户次", "类")
# 投入3亿元实施…, 筹集2亿元用于…: what the money does is no name for it.
_SPENT_TO = re.compile(
    "实施|建设|完成|新建|用于|开展|支持|启动|推进|改造|购置|解决|对|为|扶持|资助|奖励|升级|打造"
)
_EACH = re.compile(r"[均都](?:达到?|为|保持在?|超过?|突破|稳定在|控制在|实现)*$")
# 占全省的5%, 完成年度目标的105%: a share of what was told before.
_PART_OF = re.compile(r"\s*(?:分别|约)?占|\s*(?:超额)?完成[^，,]{0,6}(?:目标|任务|计划)的$")
# 增量占全省18.7%: the share is told of what stands before 占.
_IN_ALL = re.compile(r"(?<=..)占(?:(?:全|世界)[^占比率例重，,]{0,12})?$")
_OF_IT = re.compile(r"(?:左右|以上)?的")
_AREA_OF = re.compile(r"(?:区|县|市|镇|村|河|组团|沿线|道路|小区)$")


def indicators_of(number: Number, measure: str, handed: Handed) -> tuple[str, ...]:
    """Return the indicators a number is stated of, most often one; empty where none is found."""
    if number.item.spelled == "odd" and number.unit == "count":
        return _broken_zero(number.before)
    said = _COMPARED.sub("", number.before)
    phrase = noun_before(_IN_ALL.sub("", said) if measure == "share" else said)
    if number.unit == "rank":
        held = _AMONG.sub("", number.before)
        phrase = noun_before(ranked_subject(noun_before(held) or phrase))
    if number.unit == "percent" and _PART_OF.match(number.before) and handed.subject:
        return (_part_of(number, handed),)
    if respective := _respective(number, phrase, handed):
        return respective
    if every := _every(number):
        return every
    if number.before.endswith("各") and number.unit == "count":
        head = number.text[: number.item.at - 1]
        if several := split_subjects(head[_clause_of(head) :]):
            return several
    if number.item.spelled == "odd":
        said = re.split("实现", re.sub(r"实现(?:数量)?$", "", _since_comma(number)))[-1]
        phrase = noun_before(said) or phrase
        pieces = split_subjects(phrase)
        if len(pieces) > 1:
            return pieces
    if noun := _noun_behind(number, phrase, measure):
        return _hand(handed, noun)
    if len(phrase) < 2 or phrase in ("同比", "总数", "累计"):
        if number.begin > 0 and handed.subject:
            return (handed.subject,)
        if not phrase and number.text[: number.begin].rstrip("、"):
            head = number.text[: max(0, number.begin - 1)]
            said = head[clause_start(head, len(head)) :]
            said = _TREND.sub("", _WITH_FIGURE.sub("", said))
            phrase = noun_before(said)
        if len(phrase) < 2:
            return ()
    return _hand(handed, phrase[-_LONGEST:])


def _every(number: Number) -> tuple[str, ...]:
    """甲、乙均达到100%: the number holds for each of them."""
    if not (hit := _EACH.search(number.before)):
        return ()
    head = number.text[: number.begin] + number.before[: hit.start()]
    said = head[_clause_of(head) :]
    mark = "、" if "、" in said else "[和与及]"
    pieces = tuple(clean_noun(piece) for piece in re.split(mark, said))
    return pieces if len(pieces) > 1 and all(len(piece) > 2 for piece in pieces) else ()


def _part_of(number: Number, handed: Handed) -> str:
    """占甲和乙的3%和5%: shares of the last subject, or one of each of those that shared."""
    if number.run != len(handed.told):
        return handed.subject
    handed.shared, handed.taken = handed.told, 1
    return handed.told[0]


def _hand(handed: Handed, subject: str) -> tuple[str, ...]:
    handed.subject, handed.shared, handed.told = subject, (), ()
    return (subject,)


def _clause_of(head: str) -> int:
    return max(head.rfind(mark) for mark in _STOPS) + 1


def _since_comma(number: Number) -> str:
    head = number.text[: number.item.at]
    return head[_clause_of(head) :]


def _broken_zero(before: str) -> tuple[str, ...]:
    """实现甲零的突破: what is had for the first time."""
    hit = re.search(r"(?:申报|创建|实现|获得|引进)([^,，;；。]+)$", before)
    phrase = hit[1] if hit else noun_before(before)
    while inner := re.search(r"申报|实现|创建", phrase):
        phrase = phrase[inner.end() :]
    phrase = phrase.rstrip("的")
    return (phrase,) if phrase else ()


def _respective(number: Number, phrase: str, handed: Handed) -> tuple[str, ...]:
    """甲、乙分别增长3%和5%: each number takes the next subject."""
    if "分别" not in number.before and (not handed.shared or phrase):
        return _in_turn(number, handed)
    if number.unit == "count" and "分别" not in number.before and number.before.strip("、,，和及 "):
        return ()
    if "分别" in number.before:
        head = number.text[: number.begin] + number.before[: number.before.rindex("分别")]
        head = _THAN.sub("", head)
        said = _SINCE.sub("", _RESPECTIVE_END.sub("", head[_clause_of(head) :]))
        if said:
            handed.shared = split_subjects(said)
        elif not handed.shared:
            wanted = 1 + len(re.findall(r"^(?:[、和][0-9.]+%)+", number.after))
            handed.shared = handed.named[-wanted:]
        handed.taken = 0
    if handed.taken < len(handed.shared):
        handed.taken += 1
        return (handed.shared[handed.taken - 1],)
    return handed.shared[-1:] if not phrase else ()


def _in_turn(number: Number, handed: Handed) -> tuple[str, ...]:
    """污水厂和垃圾场24座和12座: as many numbers as subjects, each takes its own."""
    if number.run < 2:
        return ()
    head = number.text[: number.item.at]
    members = split_subjects(noun_before(head[_clause_of(head) :]))
    if len(members) != number.run:
        return ()
    handed.shared = handed.told = members
    handed.taken, handed.subject = 1, members[-1]
    handed.named += members
    return members[:1]


def _noun_behind(number: Number, phrase: str, measure: str) -> str:
    """Return the noun behind the number where it, and not the phrase before, is what is counted."""
    unit, before, after = number.unit, number.before, number.after
    if unit == "percent" and after.startswith("的") and (not phrase or _OWNS.search(before)):
        return noun_after(after)
    if unit == "percent" and _JOINED_TO.search(before):
        return noun_after(after)
    if unit in ("rank", "percent", "percentage_point") or measure == "growth":
        return ""
    noun = noun_after(after)
    if not noun:
        return ""
    if unit == "count":
        people = _PEOPLE.match(noun) if number.item.counter in _OF_PEOPLE else None
        return people[0] if people else noun
    if unit in ("m", "m2", "kg"):
        if DEFINITE.match(after):
            return noun
        joins = re.search(r"(?:及|和|与|、)$", before.strip())
        if joins or _AREA_OF.search(phrase):
            built = re.search(r"(?:建成|新建|铺设|完成(?!对)|改造)[^,，]+$", before)
            return noun if joins or not built else ""
        if not phrase or _OF_IT.match(after) or ends_in_verb(before):
            return noun
    elif not phrase:
        return noun
    elif _OF_IT.match(after):
        return ""
    if ends_in_verb(before) and unit in ("CNY", "USD") and not _SPENT_TO.match(noun):
        return noun
    is_put_into = re.search(r"^(?:对|在|把)", before.strip()) is not None
    return noun if is_put_into or len(phrase) < 2 else ""
