"""This year's promises beside those of the years before: kept, raised, lowered, dropped, new."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jingkai.kernel.words import Words
from jingkai.reading.joining import likeness

__all__ = [
    "VERDICTS",
    "CannotCompare",
    "Comparison",
    "ProjectChange",
    "ResultChange",
    "TargetChange",
    "compare",
    "same_name",
]

Report = Mapping[str, Any]  # what WorkReport.to_json returns
VERDICTS = {
    "repeated": "再次提出而未开工",
    "raised": "提高",
    "lowered": "降低",
    "kept": "不变",
    "advanced": "进到下一环节",
    "done": "已报完成",
    "dropped": "不再提",
    "new": "新提",
    "unsaid": "本份没有计划，未比",
    "higher": "比上年报的高",
    "lower": "比上年报的低",
    "equal": "和上年报的相同",
}
# How far a project is when this is done to it.
_STAGE = {
    "apply": 0,
    "plan": 0,
    "sign": 1,
    "start": 2,
    "build": 2,
    "upgrade": 2,
    "complete": 3,
    "produce": 4,
}
_BEGUN = 2
_ALIKE = 0.75
_SAME = {"GDP": "生产总值", "规模以上": "规模", "规上": "规模"}
_AROUND = re.compile(
    r"[“”\"‘’'（）()\s]|^(?:全年|全区|全县|全市|全省|全国|我区|我县|我市|地区|区域|全社会|地方|城市)+"
    r"|^(?:完成|实现|新增)"
)


class CannotCompare(ValueError):
    """Reports that cannot stand beside each other; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class TargetChange:
    """One target: what the newest report promises, what the year before did, what was reached."""

    verdict: str
    indicator: str
    measure: str
    unit: str
    counter: str | None
    now: float | None
    before: float | None
    reached: float | None
    years: tuple[int, ...]
    at: int | None
    before_at: int | None


@dataclass(frozen=True, kw_only=True)
class ProjectChange:
    """One project: what is to be done to it now and was before, and the years that announced it."""

    verdict: str
    name: str
    now: str | None
    before: str | None
    years: tuple[int, ...]
    at: int | None
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ResultChange:
    """One number that both newest reports give for the year that each looks back on."""

    verdict: str
    indicator: str
    measure: str
    unit: str
    counter: str | None
    now: float
    before: float
    at: int
    before_at: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The newest report beside those before it; `reached` are results of the year before it."""

    years: tuple[int, ...]
    has_plan: bool
    targets: tuple[TargetChange, ...]
    projects: tuple[ProjectChange, ...]
    results: tuple[ResultChange, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain lists and dicts."""
        return asdict(self)


def compare(reports: Sequence[Report]) -> Comparison:
    """Say for each target and project of two or more reports what the newest makes of it."""
    ordered = sorted(reports, key=_year)
    years = tuple(_year(one) for one in ordered)
    if len(ordered) < 2:
        raise CannotCompare(Words("要两份以上的报告才能比较。请再选一份。"))
    if len(set(years)) < len(years):
        raise CannotCompare(
            Words(
                "有两份报告都是 %(year)s 年的计划，比不出前后。请换一份，或用 --year 写明年度。",
                year=max(y for y in years if years.count(y) > 1),
            )
        )
    has_plan = _has_plan(ordered[-1])
    silent = "dropped" if has_plan else "unsaid"
    return Comparison(
        years=years,
        has_plan=has_plan,
        targets=tuple(_targets(ordered, silent)),
        projects=tuple(_projects(ordered, silent)),
        results=tuple(_results(ordered[-2], ordered[-1])),
    )


def _has_plan(report: Report) -> bool:
    """Tell whether a report promises anything: a review alone drops nothing by its silence."""
    return any(one["kind"] == "target" for one in report["statements"]) or any(
        one["status"] == "planned" for one in report["projects"]
    )


def _year(report: Report) -> int:
    return int(report["document"]["year"])


_Key = tuple[str, ...]


def _targets(reports: Sequence[Report], silent: str) -> Iterable[TargetChange]:
    newest = reports[-1]
    promised = [_promises(one) for one in reports]
    reached = {
        _key(one, _year(newest) - 1): one
        for one in reversed(newest["statements"])
        if one["kind"] == "result"
    }
    keys = [*promised[-1], *(key for key in promised[-2] if key not in promised[-1])]
    for key in keys:
        now, before = promised[-1].get(key), promised[-2].get(key)
        shown: Mapping[str, Any] = now or before or {}
        result = reached.get(key)
        yield TargetChange(
            verdict=_verdict(now, before, silent),
            indicator=shown["indicator"],
            measure=shown["measure"],
            unit=shown["unit"],
            counter=shown.get("counter"),
            now=now["value"] if now else None,
            before=before["value"] if before else None,
            reached=result["value"] if result else None,
            years=tuple(
                _year(one) for one, made in zip(reports, promised, strict=True) if key in made
            ),
            at=now["at"] if now else None,
            before_at=before["at"] if before else None,
        )


def _results(before: Report, newest: Report) -> Iterable[ResultChange]:
    earlier, later = _told(before), _told(newest)
    for key, now in later.items():
        if (then := earlier.get(key)) is None:
            continue
        higher = "higher" if now["value"] > then["value"] else "lower"
        yield ResultChange(
            verdict="equal" if now["value"] == then["value"] else higher,
            indicator=now["indicator"],
            measure=now["measure"],
            unit=now["unit"],
            counter=now.get("counter"),
            now=now["value"],
            before=then["value"],
            at=now["at"],
            before_at=then["at"],
        )


def _told(report: Report) -> dict[_Key, Mapping[str, Any]]:
    """Return the results that a report gives for the year before it, each kind of number once."""
    found: dict[_Key, Mapping[str, Any]] = {}
    for one in report["statements"]:
        if one["kind"] == "result":
            found.setdefault(_key(one, _year(report) - 1), one)
    return found


def _promises(report: Report) -> dict[_Key, Mapping[str, Any]]:
    """Return the targets of a report, each kind of number once: the first says the most."""
    found: dict[_Key, Mapping[str, Any]] = {}
    for one in report["statements"]:
        if one["kind"] == "target":
            found.setdefault(_key(one, _year(report)), one)
    return found


def _key(one: Mapping[str, Any], year: int) -> _Key:
    """Return what two years' numbers share when they are of the same thing."""
    period = str(one.get("period") or year)
    if period.startswith(str(year)) and not re.match(r"\d{4}-\d{4}", period):
        period = "年" + period[4:]  # of its own year, whichever that is
    of = _plain(one["of"]) if one.get("of") else ""
    measure, unit = one["measure"], one["unit"]
    return _plain(one["indicator"]), measure, unit, str(one.get("direction")), of, period


def _plain(indicator: str) -> str:
    """Return an indicator's name without what years and places put around it."""
    plain = indicator
    for spelled, word in _SAME.items():
        plain = plain.replace(spelled, word)
    while (shorter := _AROUND.sub("", plain)) != plain and shorter:
        plain = shorter
    return plain


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are of one indicator, whatever years and places put around it."""
    return _plain(one) == _plain(other)


def _verdict(now: Mapping[str, Any] | None, before: Mapping[str, Any] | None, silent: str) -> str:
    if before is None:
        return "new"
    if now is None:
        return silent
    if now["value"] == before["value"]:
        return "kept"
    return "raised" if now["value"] > before["value"] else "lowered"


@dataclass
class _Works:
    """One project over the years: what each report plans for it and says was done."""

    names: list[str]
    planned: dict[int, Mapping[str, Any]]
    done: dict[int, int]  # year of the report: how far it says the project is


def _projects(reports: Sequence[Report], silent: str) -> Iterable[ProjectChange]:
    newest = _year(reports[-1])
    known: list[_Works] = []
    for report in reports:
        for one in report["projects"]:
            works = _find(known, one["name"])
            stage = _STAGE.get(one["action"], 0)
            if one["name"] not in works.names:
                works.names.append(one["name"])
            if one["status"] == "planned":
                planned = works.planned.get(_year(report))
                if planned is None or _STAGE.get(planned["action"], 0) < stage:
                    works.planned[_year(report)] = one
            else:
                works.done[_year(report)] = max(stage, works.done.get(_year(report), 0))
    for works in known:
        if works.planned and (change := _change(works, newest, silent)):
            yield change


def _find(known: list[_Works], name: str) -> _Works:
    best, score = None, 0.0
    for works in known:
        alike = max(
            (found[0] for one in works.names if (found := likeness(one, name))), default=0.0
        )
        if alike >= _ALIKE and alike > score:
            best, score = works, alike
    if best is None:
        best = _Works([], {}, {})
        known.append(best)
    return best


def _change(works: _Works, newest: int, silent: str) -> ProjectChange | None:
    now = works.planned.get(newest)
    earlier = [year for year in sorted(works.planned) if year < newest]
    last = works.planned[earlier[-1]] if earlier else None
    if now is None and last is None:
        return None
    first = earlier[0] if earlier else newest
    reported = max((stage for year, stage in works.done.items() if year > first), default=-1)
    said = now or last or {}
    return ProjectChange(
        verdict=_project_verdict(now, last, reported, silent),
        name=said["name"],
        now=now["action"] if now else None,
        before=last["action"] if last else None,
        years=tuple(sorted(works.planned)),
        at=now["at"] if now else None,
        other_names=tuple(one for one in works.names if one != said["name"]),
    )


def _project_verdict(
    now: Mapping[str, Any] | None, last: Mapping[str, Any] | None, reported: int, silent: str
) -> str:
    """Say what became of a project; `reported` is how far later reviews say it is, -1 for never."""
    if last is None:
        return "new"
    if now is None:
        return "done" if reported >= min(_BEGUN, _STAGE.get(last["action"], 0)) else silent
    stage, before = _STAGE.get(now["action"], 0), _STAGE.get(last["action"], 0)
    if stage > before:
        return "advanced"
    if stage < before:
        return "lowered"
    return "kept" if reported >= _BEGUN else "repeated"
