"""From what the reader found to what a clerk is asked: proposals in the zone's units and words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from jingkai.kernel.periods import BadPeriod, parse_period
from jingkai.kernel.units import UNITS, get_unit
from jingkai.kernel.zone import Zone
from jingkai.plan.rules import ACTIONS

__all__ = ["Suggestion", "cut_text", "propose"]

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


def propose(report: Mapping[str, Any], text: str, zone: Zone) -> list[Suggestion]:
    """Return what the report promises, in the order of the text: targets, projects, tasks."""
    year = int(report["document"]["year"])
    found = [
        *(_target(one, text, year) for one in report["statements"] if one["kind"] == "target"),
        *(_project(one, text, year) for one in report["projects"] if one["status"] == "planned"),
        *(_task(one, text, year) for one in report["tasks"]),
    ]
    order = {"task": 0, "target": 1, "project": 2}
    found.sort(key=lambda one: (one.at, order[one.kind]))
    return _nest([_assign(one, zone) for one in found])


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


def _target(one: Mapping[str, Any], text: str, year: int) -> Suggestion:
    unit = _unit_of(one)
    value = Decimal(str(one["value"]))
    promised = f"{_SIGNS.get(one['op'], '')}{get_unit(unit).show(value)}{unit}"
    verb = {"growth": "增长", "change": "新增"}.get(one["measure"], "")
    if one.get("direction") == "down":
        verb = "下降"
    period = one.get("period") or str(year)
    return Suggestion(
        kind="target",
        at=one["at"],
        end=one["at"] + len(one["quote"]),
        theme=_theme(one["section"]),
        text=f"{one['indicator']}{verb}{promised}",
        source=_sentence(one, text),
        due_on=_last_day(period, year),
        name=str(one["indicator"]),
        measure=_measure(one["measure"]),
        op=str(one["op"]),
        value=value,
        unit=unit,
        period_id=_period_id(period, year),
        confidence=float(one.get("confidence", 1.0)),
        flags=tuple(one.get("flags", ())),
    )


def _project(one: Mapping[str, Any], text: str, year: int) -> Suggestion:
    period = one.get("period") or str(year)
    return Suggestion(
        kind="project",
        at=one["at"],
        end=one["at"] + len(one["name"]),
        theme=_theme(one["section"]),
        text=f"{one['name']}{ACTIONS.get(one['action'], '')}",
        source=_sentence(one, text),
        due_on=_last_day(period, year),
        name=str(one["name"]),
        action=str(one["action"]),
        period_id=_period_id(period, year),
        confidence=float(one.get("confidence", 1.0)),
        flags=tuple(one.get("flags", ())),
    )


def _task(one: Mapping[str, Any], text: str, year: int) -> Suggestion:
    sentence = text[one["at"] : one["end"]].strip()
    return Suggestion(
        kind="task",
        at=one["at"],
        end=one["end"],
        theme=_theme(one["section"]),
        text=sentence[:400],
        source=sentence,
        due_on=_last_day(one.get("due") or str(year), year),
        confidence=float(one.get("confidence", 1.0)),
        flags=tuple(one.get("flags", ())),
    )


def _assign(one: Suggestion, zone: Zone) -> Suggestion:
    """Propose who leads and supports, from the duty words of the zone."""
    ranked = zone.propose_departments(f"{one.name} {one.source}")
    named = zone.propose_departments(one.name) if one.name else []
    ranked = list(dict.fromkeys([*named, *ranked]))
    if not ranked:
        return one
    leaders = {entry.id: entry.leader for entry in zone.departments}
    return replace(one, lead=ranked[0], support=tuple(ranked[1:3]), leader=leaders[ranked[0]])


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
    if one["unit"] == "CNY":
        return "亿元" if abs(one["value"]) >= 10**8 else "万元"
    counter = one.get("counter") or ""
    return counter if counter in UNITS else _BASE[one["unit"]]


def _measure(measure: str) -> str:
    return "level" if measure == "change" else measure


def _sentence(one: Mapping[str, Any], text: str) -> str:
    start, end = one["sentence"]
    return text[start:end].strip()


def _theme(section: Sequence[str]) -> str:
    titles = [
        re.sub(r"[\s。:\uff1a]+$", "", _NUMBERING.sub("", title)) for title in section if title
    ]
    if not titles:
        return ""
    # Deeper headings (一是…) name steps; the theme is the second level where there is one.
    chosen = titles[1] if len(titles) > 1 else titles[0]
    return re.split(r"[,\uff0c]", chosen)[-1][:60]


def _period_id(period: str, year: int) -> str:
    text = period.replace("-", "..") if re.fullmatch(r"\d{4}-\d{4}", period) else period
    try:
        return parse_period(text).id
    except BadPeriod:
        return str(year)


def _last_day(period: str, year: int) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", period):
        return date.fromisoformat(period)
    return parse_period(_period_id(period, year)).last
