"""From what the reader found to what a clerk is asked: proposals in the zone's units and words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from jingkai.kernel.periods import BadPeriod, parse_period
from jingkai.kernel.units import UNITS, get_unit
from jingkai.kernel.zone import Zone
from jingkai.plan.rules import ACTIONS, DEPTH, LONGEST, join_path
from jingkai.reports.sheets import write_table
from jingkai.reports.tasktable import TableRow, table_keys

__all__ = ["Suggestion", "cut_text", "propose", "show_value", "task_table"]

_BASE = {
    "CNY": "元",
    "m2": "平方米",
    "m": "米",
    "kg": "千克",
    "percent": "%",
    "percentage_point": "个百分点",
    "rank": "位",
    "day": "天",
    "month": "个月",
    "year": "年",
    "count": "个",
}
# A counter outside the table is kept as the plain 个: the sentence still shows the printed word.
_SPOKEN = {"平方公里": "平方公里", "万㎡": "万平方米", "㎡": "平方米", "名": "名"}
_SIGNS = {">=": "不低于", "<=": "不超过", ">": "超过", "<": "低于", "~": "约", "=": ""}
_NUMBERING = re.compile(
    r"^\s*(第?[一二三四五六七八九十百]+[、是章节]|[(\uff08][^)\uff09]{1,3}[)\uff09]|\d+[.\uff0e、])\s*"
)


@dataclass(frozen=True)
class Suggestion:
    """One proposal before it is stored. `part_of` counts the suggestions of the same report."""

    kind: str
    at: int
    end: int
    theme: str
    text: str
    source: str
    due_on: date
    name: str = ""
    measure: str = ""
    op: str = ""
    value: Decimal | None = None
    unit: str = ""
    period_id: str = ""
    action: str = ""
    part_of: int | None = None
    lead: str = ""
    support: tuple[str, ...] = ()
    leader: str = ""
    confidence: float = 1.0
    flags: tuple[str, ...] = field(default_factory=tuple)
    why: Mapping[str, Any] = field(default_factory=dict)  # from which words lead, support, due are


def propose(report: Mapping[str, Any], text: str, zone: Zone | None = None) -> list[Suggestion]:
    """Return what the report promises, in the order of the text: targets, projects, tasks.

    Without a zone only those departments stand there that the text itself names.
    """
    year = int(report["document"]["year"])
    planned = [
        *(one for one in report["statements"] if one["kind"] == "target"),
        *(one for one in report["projects"] if one["status"] == "planned"),
        *report["tasks"],
    ]
    themes = theme_paths([one["section"] for one in planned])
    found = [
        *(
            _target(one, text, year, themes)
            for one in report["statements"]
            if one["kind"] == "target"
        ),
        *(
            _project(one, text, year, themes)
            for one in report["projects"]
            if one["status"] == "planned"
        ),
        *(_task(one, text, year, themes) for one in report["tasks"]),
    ]
    order = {"task": 0, "target": 1, "project": 2}
    found.sort(key=lambda one: (one.at, order[one.kind]))
    return _nest([_assign(one, zone) if zone else one for one in found])


def task_table(report: Mapping[str, Any], text: str, zone: Zone | None = None) -> tuple[bytes, int]:
    """Return the 任务分解表 of a report as a workbook, and how many rows it has."""
    found = propose(report, text, zone)
    keys = table_keys([(one.kind, one.at, one.end) for one in found])
    shared = [field.name for field in fields(TableRow) if field.name != "decision"]
    rows = [
        (number, TableRow(**{name: getattr(one, name) for name in shared}), key)
        for number, (one, key) in enumerate(zip(found, keys, strict=True), start=1)
    ]
    departments = {entry.id: entry.name for entry in zone.departments} if zone else {}
    sha256 = report["document"]["sha256"]
    return write_table(rows, departments=departments, sha256=sha256), len(rows)


def show_value(value: float | None, unit: str, counter: str | None = None) -> str:
    """Print a number of a report, given in base units, as staff write it; — for none."""
    if value is None:
        return "—"
    name = _fitting(unit, value, counter or "")
    return f"{get_unit(name).show(Decimal(str(value)))}{name}"


def cut_text(text: str, marks: Sequence[tuple[int, int, str, str]]) -> list[tuple[str, str, str]]:
    """Cut a text at its marks (from, to, kind, id) into pieces (text, kind, id); marks may nest."""
    edges = sorted({0, len(text), *(edge for one in marks for edge in one[:2])})
    pieces = []
    waiting = sorted(marks, key=lambda one: one[0])
    live: list[tuple[int, int, str, str]] = []
    for start, end in pairwise(edges):
        while waiting and waiting[0][0] <= start:
            live.append(waiting.pop(0))
        live = [one for one in live if one[1] > start]
        # The narrowest mark wins: a number inside a task sentence shows as a number.
        inner = min(live, key=lambda one: one[1] - one[0], default=None)
        pieces.append((text[start:end], inner[2] if inner else "", inner[3] if inner else ""))
    return pieces


def _target(
    one: Mapping[str, Any], text: str, year: int, themes: Mapping[tuple[str, ...], str]
) -> Suggestion:
    unit = _unit_of(one)
    value = Decimal(str(one["value"]))
    due_on, due = _due(one.get("period"), _sentence(one, text), year)
    promised = f"{_SIGNS.get(one['op'], '')}{get_unit(unit).show(value)}{unit}"
    verb = {"growth": "增长", "change": "新增"}.get(one["measure"], "")
    if one.get("direction") == "down":
        verb = "下降"
    period = one.get("period") or str(year)
    return Suggestion(
        kind="target",
        at=one["at"],
        end=one["at"] + len(one["quote"]),
        theme=themes[tuple(one["section"])],
        text=f"{one['indicator']}{verb}{promised}",
        source=_sentence(one, text),
        due_on=due_on,
        why={"due": due},
        name=str(one["indicator"]),
        measure=_measure(one["measure"]),
        op=str(one["op"]),
        value=value,
        unit=unit,
        period_id=_period_id(period, year),
        confidence=float(one.get("confidence", 1.0)),
        flags=tuple(one.get("flags", ())),
    )


def _project(
    one: Mapping[str, Any], text: str, year: int, themes: Mapping[tuple[str, ...], str]
) -> Suggestion:
    period = one.get("period") or str(year)
    due_on, due = _due(one.get("period"), _sentence(one, text), year)
    return Suggestion(
        kind="project",
        at=one["at"],
        end=one["at"] + len(one["name"]),
        theme=themes[tuple(one["section"])],
        text=f"{one['name']}{ACTIONS.get(one['action'], '')}",
        source=_sentence(one, text),
        due_on=due_on,
        why={"due": due},
        name=str(one["name"]),
        action=str(one["action"]),
        period_id=_period_id(period, year),
        confidence=float(one.get("confidence", 1.0)),
        flags=tuple(one.get("flags", ())),
    )


def _task(
    one: Mapping[str, Any], text: str, year: int, themes: Mapping[tuple[str, ...], str]
) -> Suggestion:
    sentence = text[one["at"] : one["end"]].strip()
    due_on, due = _due(one.get("due"), sentence, year)
    return Suggestion(
        kind="task",
        at=one["at"],
        end=one["end"],
        theme=themes[tuple(one["section"])],
        text=sentence[:400],
        source=sentence,
        due_on=due_on,
        why={"due": due},
        lead=str(one.get("lead") or ""),
        confidence=float(one.get("confidence", 1.0)),
        flags=tuple(one.get("flags", ())),
    )


def _assign(one: Suggestion, zone: Zone) -> Suggestion:
    """Propose who leads and supports: whom the text names, then whose duty words it uses."""
    # The words of the name itself weigh more than those of the sentence around it.
    named = zone.match_duties(one.name) if one.name else []
    words: dict[str, tuple[str, ...]] = dict(named)
    for department, found in zone.match_duties(f"{one.name} {one.source}"):
        words[department] = found
    order = list(words)
    said = _department_called(one.lead, zone)
    if said:
        order = [said, *(department for department in order if department != said)]
    if not order:
        return replace(one, lead="")
    lead, support = order[0], tuple(order[1:3])
    why = {
        **one.why,
        "lead": [one.lead] if lead == said else list(words[lead]),
        "is_said": lead == said,
        "support": {department: list(words[department]) for department in support},
    }
    leaders = {entry.id: entry.leader for entry in zone.departments}
    return replace(one, lead=lead, support=support, leader=leaders[lead], why=why)


def _department_called(name: str, zone: Zone) -> str:
    """Return the department that a text calls by name or by the end of it, or nothing."""
    if len(name) < 2:
        return ""
    found = [entry.id for entry in zone.departments if name in entry.name or entry.name in name]
    return found[0] if len(found) == 1 else ""


def _nest(found: list[Suggestion]) -> list[Suggestion]:
    """Tie a count after 其中 to the count that it is part of: the one before it in its sentence."""
    nested = []
    whole: int | None = None
    for position, one in enumerate(found):
        if one.kind != "target":
            nested.append(one)
            continue
        between = one.source[: one.source.find(one.name)] if one.name in one.source else ""
        before = found[whole] if whole is not None else None
        is_part = (
            before is not None
            and before.source == one.source
            and before.unit == one.unit
            and "其中" in one.source[one.source.find(before.name) : len(between)]
        )
        nested.append(replace(one, part_of=whole) if is_part else one)
        whole = whole if is_part else position
    return nested


def _unit_of(one: Mapping[str, Any]) -> str:
    """Return the unit to show a value in: as printed where we know it, else a fitting one."""
    quote = str(one["quote"]).replace(" ", "")
    for name in sorted(UNITS, key=len, reverse=True):
        if quote.endswith(name) and UNITS[name].kind == get_unit(_BASE[one["unit"]]).kind:
            return name
    for spoken, name in _SPOKEN.items():
        if quote.endswith(spoken):
            return name
    return _fitting(one["unit"], one["value"], one.get("counter") or "")


def _fitting(unit: str, value: float, counter: str) -> str:
    """Return the unit that a base unit of the reader is best shown in."""
    if unit == "CNY":
        return "亿元" if abs(value) >= 10**8 else "万元"
    if unit == "m2" and abs(value) >= 10**4:
        return "万平方米"
    return counter if counter in UNITS else _BASE[unit]


def _measure(measure: str) -> str:
    return "level" if measure == "change" else measure


def _sentence(one: Mapping[str, Any], text: str) -> str:
    start, end = one["sentence"]
    return text[start:end].strip()


_STEP = re.compile(r"^\s*[一二三四五六七八九十]+是")
# So many widest headings with headings of their own below them are the themes themselves.
_MANY_PARTS = 3


def theme_paths(sections: Sequence[Sequence[str]]) -> dict[tuple[str, ...], str]:
    """Return the way to a theme for each way through the headings of a report.

    The widest heading is the part of the report (“二、2021年重点工作”) and no theme, unless the
    report has many of them with headings below; 一是… names a step, not a theme.
    """
    ways = {
        tuple(section): [one for one in section if one and not _STEP.match(one)]
        for section in sections
    }
    parts = {titles[0] for titles in ways.values() if len(titles) > 1}
    skipped = 0 if len(parts) >= _MANY_PARTS else 1
    return {
        section: join_path([_title(one) for one in (titles[skipped:] or titles)[:DEPTH]])
        for section, titles in ways.items()
    }


def _title(heading: str) -> str:
    """Return a heading as a theme is called: without its number, its last clause."""
    title = re.sub(r"[\s。:\uff1a]+$", "", _NUMBERING.sub("", heading))
    return re.sub(r"[/\uff0f]", "、", re.split(r"[,\uff0c]", title)[-1])[:LONGEST]


def _period_id(period: str, year: int) -> str:
    try:
        return parse_period(_as_written(period)).id
    except BadPeriod:
        return str(year)


_DUE_WORDS = re.compile(
    r"(?:20\d{2}年|今年|年内)?(?:\d{1,2}月(?:\d{1,2}日|份|底|末|前|中旬|上旬|下旬)+|\d{1,2}月"
    r"|[一二三四]季度(?:末|前)?|上半年|下半年|三季度前)|年内|年底前?|年末|20\d{2}年(?:底|末)?"
    r"|“?十[一二三四五]?五”?(?:规划)?(?:期?末|期间|时期)"
)


def _due(period: str | None, sentence: str, year: int) -> tuple[date, str]:
    """Return the day by which, and the words that say so; no words: the end of the plan year."""
    day = _last_day(period or str(year), year)
    for hit in _DUE_WORDS.finditer(sentence):
        if _said_day(hit[0], year) == day:
            return day, hit[0].translate({ord(mark): None for mark in "“”"})
    return day, ""


def _said_day(words: str, year: int) -> date | None:
    """Return the last day that words for a time name."""
    if plan := re.match(r"“?十([一二三四五]?)五", words):  # the tenth plan ended in 2005
        return date(2005 + 5 * (" 一二三四五".index(plan[1]) if plan[1] else 0), 12, 31)
    if said := re.match(r"20\d{2}", words):
        year = int(said[0])
    if month := re.search(r"(\d{1,2})月", words):
        if not 1 <= int(month[1]) <= 12:
            return None
        return parse_period(f"{year}-{int(month[1]):02d}").last
    if quarter := re.search(r"([一二三四])季度", words):
        return parse_period(f"{year}Q{'一二三四'.index(quarter[1]) + 1}").last
    if "上半年" in words:
        return date(year, 6, 30)
    return date(year, 12, 31)


def _last_day(period: str, year: int) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", period):
        return date.fromisoformat(period)
    try:
        return parse_period(_as_written(period)).last
    except BadPeriod:
        return _said_day(period, year) or date(year, 12, 31)


def _as_written(period: str) -> str:
    return period.replace("-", "..") if re.fullmatch(r"\d{4}-\d{4}", period) else period
