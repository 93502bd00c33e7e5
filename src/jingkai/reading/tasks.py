"""Sentences of the plan that somebody could be charged with and later asked about."""

from __future__ import annotations

import re
from bisect import bisect_left

from jingkai.reading.outline import Line
from jingkai.reading.periods import Periods
from jingkai.reading.report import NamedProject, Statement, TaskSentence
from jingkai.reading.sentences import sentences
from jingkai.reading.wordlists import any_of, word_list

_HEAD = re.compile(
    r"^(?:[一二三四五六七八九十]是|[0-9]{1,2}[.．、]|[一二三四五六七八九十]+、|[（(])"
)
_DEED = re.compile(any_of(word_list("task_deeds")))
_THING = re.compile(
    any_of(word_list("task_things"))
    + "|[河湖林田链]长制|(?:先进|示范|模范|文明|卫生|园林)(?:城市|县城?|区)|“[^”]{2,14}”|《[^》]+》"
)
_VAGUE = re.compile(
    r"^(?:坚持|增强|提高|提升|强化思想|把握|弘扬|牢固树立|顺应|站在|让我们|同志们|各位)|以.{0,20}为指导"
    r"|总体要求|思想政治|意识|格局|境界|永葆|体现新担当"
)
_LEADER = re.compile(
    r"(?:由|责任单位[:：])([^,，。；;、]{2,14}(?:局|委|办|部门|公司|政府|中心))(?:牵头|负责)"
)
_DUE = re.compile(
    r"((?:20[0-9]{2}年)?(?:[0-9]{1,2}月(?:份|底|前|末)|年内|年底前?|上半年|下半年|[一二三四]季度))"
)


def is_task(sentence: str, counted: bool, named: bool) -> bool:
    """Tell whether a plan sentence commits somebody to something that can be checked."""
    bare = sentence.rstrip("。；;！! ")
    if _HEAD.match(bare) and len(bare) < 26:
        return False
    if counted or named:
        return True
    return any(
        _DEED.search(clause) and _THING.search(clause) and not _VAGUE.search(clause)
        for clause in re.split(r"[,，：:]", bare)
    )


def _between(places: list[int], at: int, end: int) -> range:
    """Return which of the sorted places lie in a span."""
    return range(bisect_left(places, at), bisect_left(places, end))


def find_tasks(
    text: str,
    lines: tuple[Line, ...],
    statements: tuple[Statement, ...],
    projects: tuple[NamedProject, ...],
    year: int,
) -> tuple[TaskSentence, ...]:
    """Return the sentences of the plan that commit somebody to a checkable action."""
    periods = Periods(year)
    found: list[TaskSentence] = []
    numbers, names = [one.at for one in statements], [one.at for one in projects]
    for line in lines:
        if line.part != "plan":
            continue
        for at, end in sentences(text, line.at, line.end):
            inside = tuple(i for i in _between(numbers, at, end) if statements[i].kind == "target")
            named = tuple(_between(names, at, end))
            body = text[at:end]
            if not is_task(body, bool(inside), bool(named)):
                continue
            lead, due = _LEADER.search(body), _DUE.search(body)
            found.append(
                TaskSentence(
                    at=at,
                    end=end,
                    text=body,
                    section=line.section,
                    lead=lead[1] if lead else None,
                    due=periods.month(body) or (due[1] if due else None),
                    statements=inside,
                    projects=named,
                )
            )
    return tuple(found)
