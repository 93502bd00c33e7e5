"""Headings: the outline of a report, and which parts look back or ahead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jingkai.reading.report import Heading

_MARKS = (
    (1, re.compile(r"[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]+部分")),
    (2, re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）]")),
    (3, re.compile(r"[0-9０-９]{1,2}[.．、](?![0-9])|[（(][0-9]{1,2}[)）]")),
    (4, re.compile(r"[一二三四五六七八九十]是")),
)
_BACK = re.compile(r"回顾|总结|工作情况|主要成绩|工作成效|主要工作$|执行情况|发展成就")
_AHEAD = re.compile(
    r"工作安排|工作部署|主要任务|重点任务|重点工作|工作思路|预期目标|总体要求|奋斗目标|目标任务"
    r"|发展目标|指导思想|工作打算|工作计划|今后五年|未来五年|今年工作|工作建议|展望|下一步"
    r"|20[0-9]{2}年(?:政府|经济社会发展|全区|全市|全县)?工作$"
)
_MAYBE = re.compile(r"目标|重点|任务|保障|使命|开局|部署|安排|计划|谋划")
_TURN = re.compile(
    r"^[\s　]*(?:(?:今年|20[0-9]{2}年|经济社会)[^。，,]{0,14})?"
    r"(?:(?:总体|工作)[^。，,]{0,6}要求|(?:主要|发展)?[^。，,]{0,8}预期目标|奋斗目标|工作思路)"
    r"[^。，,]{0,4}(?:是|为|：|:)"
    r"|^[\s　]*(?:今年|20[0-9]{2}年)(?:是[^。]{0,60}(?:之年|一年)|要[^。]{0,20}(?:任务|工作))"
)
_FUTURE = re.compile(r"力争|确保|要|将|努力|今年|着力")
_PAST = re.compile(r"获评|荣获|成功|顺利|完成了|一年来|五年来|过去|同比|获批|圆满")
_WEAK_LINE = re.compile(r"^(?:20[0-9]{2}年)?[^，,。]{0,14}(?:工作回顾|工作总结|工作安排|工作打算)$")


# Explanations of terms after the report: their numbers are examples, not promises.
_ANNEX = re.compile(
    r"[*＊]?(?:附(?:件|录)?[一二三1-3]?[：:]?\s*)?(?:有关|相关|部分)?(?:名词|用语|词语|术语)"
    r"(?:解释|注释|说明)"
)


@dataclass(frozen=True)
class Line:
    """One printed line with its section, its part and its heading if it has one."""

    at: int
    end: int
    part: str
    section: tuple[str, ...]


def _lines(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for raw in text.split("\n"):
        left = at + len(raw) - len(raw.lstrip())
        right = at + len(raw.rstrip())
        if right > left:
            spans.append((left, right))
        at += len(raw) + 1
    return spans


def _without_annex(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for index, (at, end) in enumerate(spans):
        if end - at < 40 and _ANNEX.match(text, at, end):
            return spans[:index]
    return spans


def _heading(line: str) -> tuple[int, int] | None:
    """Return the level of the heading that opens a line and where its title ends."""
    for level, mark in _MARKS:
        if mark.match(line):
            stop = re.search(r"[。；;！!：:]", line)
            end = stop.start() if stop else len(line)
            if end > 60:
                return None
            return level, end
    if len(line) <= 24 and (_WEAK_LINE.match(line)):
        return 1, len(line)
    return None


def _part_of(title: str, body: str, before: str, year: int) -> str:
    if _BACK.search(title) and not (_AHEAD.search(title) and not re.search("回顾|总结", title)):
        return "review"
    if _AHEAD.search(title) or (f"{year}年" in title and before == "review"):
        return "plan"
    if _MAYBE.search(title) and before != "plan":
        ahead = len(_FUTURE.findall(body))
        if ahead > 2 * len(_PAST.findall(body)) + 2:
            return "plan"
    return before


def _turns(line: str, year: int) -> bool:
    """Tell whether a line turns from the years behind to the plan year."""
    said = re.match(r"\s*(20[0-9]{2})年", line)
    return bool(_TURN.search(line)) and (said is None or int(said[1]) >= year)


def outline(text: str, year: int) -> tuple[tuple[Heading, ...], tuple[Line, ...]]:
    """Return the headings of a report and every line with its part and section."""
    spans = _without_annex(text, _lines(text))
    marks = [_heading(text[at:end]) for at, end in spans]
    found: list[Heading] = []
    lines: list[Line] = []
    stack: list[tuple[int, str]] = []
    began = any(mark and mark[0] <= 2 for mark in marks)
    part = "other" if began else "review"
    shift = 0  # 1 while un-numbered "工作回顾" lines stand above 一、
    for index, (at, end) in enumerate(spans):
        line = text[at:end]
        mark = marks[index]
        if mark:
            level, stop = mark
            title = line[:stop]
            if level == 1 and not _MARKS[0][1].match(line):
                level, shift = 0, 1
            upto = len(text)
            for later in range(index + 1, len(spans)):
                other = marks[later]
                if other and other[0] <= level:
                    upto = spans[later][0]
                    break
            if level <= 2:
                fresh = _part_of(title, text[at:upto], part, year)
                if level <= 1 or fresh == "plan" or _BACK.search(title):
                    part = fresh
                if part == "other":
                    part = "review"
            stack = [item for item in stack if item[0] < level]
            stack.append((level, title))
            found.append(Heading(title=title, level=level + shift, part=part, at=at, end=upto))
        elif part != "plan" and _turns(line, year):
            part = "plan"
        elif part == "other" and len(line) > 120:
            part = "review"
        lines.append(Line(at, end, part, tuple(title for _, title in stack)))
    return tuple(found), tuple(lines)
