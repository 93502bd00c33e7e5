"""The outline of a report: headings in four styles, and which part is review and which is plan."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jingkai.reading.report import Heading

__all__ = [
    "Sentence",
    "find_outline",
    "find_title",
    "find_year",
    "place_sentences",
    "split_sentences",
]

_STYLES = (
    (1, re.compile(r"(?m)^[ \t\u3000]*[一二三四五六七八九十]+、(?P<title>[^。\n]{2,60})")),
    (2, re.compile(r"(?m)^[ \t\u3000]*[(][一二三四五六七八九十]+[)](?P<title>[^。\n]{2,60})")),
    (3, re.compile(r"(?m)^[ \t\u3000]*\d{1,2}[.、](?!\d)(?P<title>[^。\n]{2,60})")),
)
_REVIEW = re.compile(r"回顾|总结|过去|成绩|完成情况|工作情况|取得|成效")
_PLAN = re.compile(
    r"目标|重点|任务|安排|打算|部署|计划|今年|明年|保障|加强|奋力|工作建议|总体要求|十四五|建设"
)
_PLAN_BEGINS = re.compile(
    r"\d{4}年[^。\n]{0,20}(?:总体要求|预期目标|工作重点|主要任务|重点工作|工作安排)"
)
_SENTENCE = re.compile(r"[^。;!\n]+[。;!]?")


def find_title(text: str) -> str | None:
    """Return the first line that says what the text is."""
    for line in text.splitlines()[:12]:
        if 6 <= len(line.strip()) <= 60 and re.search(r"报告|工作总结|工作计划|讲话", line):
            return line.strip()
    return None


def find_year(text: str, title: str | None) -> int:
    """Return the plan year: the latest of the title, else of the prospective words."""
    if title and (years := re.findall(r"(20\d\d|19\d\d)年", title)):
        latest = max(int(year) for year in years)
        return latest
    planned = re.findall(r"(20\d\d)年(?=[^。\n]{0,14}(?:目标|要求|安排|任务|重点))", text)
    anywhere = re.findall(r"(20\d\d)年", text)
    return max((int(year) for year in planned or anywhere), default=1900)


def find_outline(text: str) -> tuple[Heading, ...]:
    """Return the headings with the stretch of text that each covers."""
    found = [
        (match.start(), level, match["title"].strip())
        for level, style in _STYLES
        for match in style.finditer(text)
    ]
    found.sort()
    headings: list[Heading] = []
    part = "other"
    for position, (at, level, title) in enumerate(found):
        end = next((n for n, deep, _ in found[position + 1 :] if deep <= level), len(text))
        if level == 1 or part == "other":
            part = _part(title, part)
        headings.append(Heading(title=title, level=level, part=part, at=at, end=end))
    return tuple(headings)


@dataclass(frozen=True)
class Sentence:
    """A sentence at its place, under its headings, in its part of the report."""

    at: int
    end: int
    section: tuple[str, ...]
    part: str
    is_heading: bool


def place_sentences(text: str, outline: Sequence[Heading]) -> list[Sentence]:
    """Return the sentences in order, each with the headings over it, outermost first."""
    waiting = list(reversed(outline))
    over: list[Heading] = []
    placed = []
    for at, end in split_sentences(text):
        begins = False
        while waiting and waiting[-1].at <= at:
            over = [*(one for one in over if one.end > waiting[-1].at), waiting.pop()]
            begins = over[-1].at == at
        over = [one for one in over if one.end > at]
        titles = tuple(one.title for one in over)
        placed.append(Sentence(at, end, titles, over[-1].part if over else "other", begins))
    return placed


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return where each sentence begins and ends, its stop included."""
    spans = []
    for match in _SENTENCE.finditer(text):
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        if start < match.end():
            spans.append((start, match.end()))
    return spans


def _part(title: str, before: str) -> str:
    if _REVIEW.search(title) and not re.search(r"今后|下一步", title):
        return "review"
    if _PLAN.search(title) or before in ("review", "plan"):
        return "plan"
    return before
