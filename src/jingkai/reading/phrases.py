"""The grammar the other way: numbers, projects and tasks in the language of work reports.

What is written here is read back by `jingkai.reading.read` as the same plan; a test holds that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from jingkai.reading.quantities import FIXED, PLACES

__all__ = [
    "CannotSay",
    "PlainDeed",
    "PlainNumber",
    "PlainProject",
    "say_amount",
    "say_deed",
    "say_number",
    "say_project",
    "say_report",
]


class CannotSay(ValueError):
    """Something that report language has no phrase for; the message says what."""


@dataclass(frozen=True, kw_only=True)
class PlainNumber:
    """What is measured, and what it was or shall be, in base units."""

    indicator: str
    value: Decimal
    unit: str
    measure: str = "level"
    op: str = "="
    counter: str | None = None
    direction: str | None = None
    printed: str | None = None  # the unit to print where several measure the same: 亩, 公顷


@dataclass(frozen=True, kw_only=True)
class PlainProject:
    """A project and what was or shall be done to it, by the end of a month where one is given."""

    name: str
    action: str
    month: int | None = None


@dataclass(frozen=True, kw_only=True)
class PlainDeed:
    """Something that a department shall do: 出台方案, 组建专班."""

    deed: str
    lead: str | None = None
    month: int | None = None


_ENOUGH_DECIMALS = 4
_SCALES = ((Decimal(10) ** 12, "万亿"), (Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万"))
_USUAL = {
    "CNY": "元",
    "USD": "美元",
    "percent": "%",
    "percentage_point": "个百分点",
    "m": "公里",
    "m2": "平方米",
    "kg": "吨",
}
_TIMES = {unit: word for word, unit in PLACES.items()}
_ODD = {"亩", "%", "‰", "成", "个百分点", "百分点"}  # never scaled with 万 or 亿


def say_amount(
    value: Decimal, unit: str, counter: str | None = None, printed: str | None = None
) -> str:
    """Return an amount in base units as a report prints it: 320000000 CNY → 3.2亿元."""
    if unit == "rank":
        return f"{_digits(value)}位"
    if unit == "count":
        return _scaled(value) + (counter or "")
    if unit in _TIMES:
        return _digits(value) + _TIMES[unit]
    name = printed or _USUAL.get(unit)
    if name not in FIXED or FIXED[name][0] != unit:
        raise CannotSay(f"没有“{name}”这样写的单位 {unit}。")
    factor = FIXED[name][1]
    said = round(value / factor, _ENOUGH_DECIMALS) if name == "亩" else value / factor
    figures = _digits(said) if name in _ODD and name != "亩" else _scaled(said)
    return figures + name


def _digits(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _scaled(value: Decimal) -> str:
    """Return a figure with the largest of 万亿, 亿, 万 that leaves it short and exact."""
    for scale, word in _SCALES:
        said = value / scale
        if said >= 1 and said == round(said, _ENOUGH_DECIMALS):
            return _digits(said) + word
    return _digits(value)


# How a bound is said around an amount; {} is the amount. One row, one example in the tests.
_BOUNDS = {
    "=": "{}",
    ">=": "不低于{}",
    ">": "突破{}",
    "~": "{}左右",
    "<=": "控制在{}以内",
}
_GROWTH_BOUNDS = _BOUNDS | {">=": "{}以上", ">": "超过{}"}
_RANKS = {"<=": "进入全市前{}", "=": "居全市第{}"}


def say_number(one: PlainNumber) -> str:
    """Return a number as a clause of a plan or of a review: 税收突破8亿元."""
    amount = say_amount(one.value, one.unit, one.counter, one.printed)
    if one.measure == "rank":
        return one.indicator + _bound(_RANKS, one.op).format(amount)
    if one.measure == "growth":
        verb = "下降" if one.direction == "down" else "增长"
        return f"{one.indicator}{verb}" + _bound(_GROWTH_BOUNDS, one.op).format(amount)
    if one.measure == "change" and one.unit == "percentage_point":
        verb = "下降" if one.direction == "down" else "提高"
        return f"{one.indicator}{verb}" + _bound(_GROWTH_BOUNDS, one.op).format(amount)
    verb = ""
    if one.measure == "change":
        verb = "减少" if one.direction == "down" else "新增"
    return f"{verb}{one.indicator}" + _bound(_BOUNDS, one.op).format(amount)


def _bound(phrases: dict[str, str], op: str) -> str:
    if op not in phrases:
        raise CannotSay(f"报告里没有“{op}”的说法。")
    return phrases[op]


_PROMISED = {
    "sign": "力争{}签约落户",
    "plan": "做好{}前期工作",
    "start": "确保{}开工建设",
    "build": "加快推进{}建设",
    "complete": "确保{}建成投用",
    "produce": "确保{}竣工投产",
    "upgrade": "推进{}提档升级",
    "apply": "积极申报{}",
}
_DONE = {
    "sign": "{}签约落户",
    "plan": "{}前期工作有序开展",
    "start": "{}开工建设",
    "build": "{}加快建设",
    "complete": "{}建成投用",
    "produce": "{}竣工投产",
    "upgrade": "{}完成提档升级",
    "apply": "{}成功获批",
}


def say_project(one: PlainProject, *, is_done: bool = False) -> str:
    """Return a project with its stage as a clause: 确保云湖大道建成投用."""
    phrases = _DONE if is_done else _PROMISED
    if one.action not in phrases:
        raise CannotSay(f"报告里没有“{one.action}”的说法。")
    return _until(one.month) + phrases[one.action].format(one.name)


def say_deed(one: PlainDeed) -> str:
    """Return a task as a clause: 由经发局牵头，6月底前出台方案."""
    lead = f"由{one.lead}牵头，" if one.lead else ""
    return lead + _until(one.month) + one.deed


def _until(month: int | None) -> str:
    return f"{month}月底前" if month else ""


def say_report(
    title: str,
    year: int,
    *,
    results: Iterable[PlainNumber] = (),
    done: Iterable[PlainProject] = (),
    targets: Iterable[PlainNumber] = (),
    projects: Iterable[PlainProject] = (),
    deeds: Iterable[PlainDeed] = (),
) -> str:
    """Return a report of two parts, the year behind and the plan of the year; a sentence each."""
    review = [*map(say_number, results), *(say_project(one, is_done=True) for one in done)]
    plan = [*map(say_number, targets), *map(say_project, projects), *map(say_deed, deeds)]
    lines = [title, f"一、{year - 1}年工作总结", "".join(f"{one}。" for one in review)]
    lines += [f"二、{year}年工作计划", "".join(f"{one}。" for one in plan)]
    return "\n".join(line for line in lines if line) + "\n"
