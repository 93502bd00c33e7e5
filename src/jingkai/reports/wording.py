"""A number in the words of the zone. Plain values in, report language out."""

from collections.abc import Sequence
from decimal import Decimal

from jingkai.kernel.phrases import Phrases
from jingkai.kernel.units import get_unit, round_half_up

__all__ = [
    "say_bound",
    "say_gap",
    "say_growth",
    "say_names",
    "say_pace",
    "say_points",
    "say_target",
    "say_value",
]

_MOST_NAMES = 12


def say_value(value: Decimal, unit: str) -> str:
    """Return a value with its unit as prose has it: without separators of thousands."""
    return get_unit(unit).show(value).replace(",", "") + unit


def say_target(value: Decimal, unit: str, op: str, measure: str) -> str:
    """Return what a plan promises, in words: 不低于30个, 增长9%以上."""
    said = say_value(value, unit)
    if measure == "growth":
        words = {"=": "增长{}", ">=": "增长{}以上", ">": "增长超过{}", "~": "增长{}左右"}
        return words.get(op, "增长不超过{}").format(said)
    words = {"=": "{}", ">=": "不低于{}", ">": "超过{}", "~": "{}左右", "<": "低于{}"}
    return words.get(op, "不超过{}").format(said)


def say_growth(rate: Decimal, phrases: Phrases) -> str:
    """Return a growth rate in words: 同比增长11.6%."""
    return _moved(rate, "%", phrases.grown, phrases.fallen, phrases.unchanged)


def say_points(points: Decimal, phrases: Phrases) -> str:
    """Return how a percentage moved: 同比提高1.2个百分点."""
    words = phrases.risen_points, phrases.fallen_points, phrases.unchanged
    return _moved(points, "个百分点", *words)


def say_pace(gap: Decimal, unit: str, phrases: Phrases) -> str:
    """Return how far a number is ahead of or behind its time: 较序时进度慢6.7个百分点."""
    return _moved(gap, unit, phrases.ahead, phrases.behind, phrases.on_pace)


def say_gap(points: Decimal, phrases: Phrases) -> str:
    """Return how far a rate is from its target: 低于目标1.3个百分点."""
    words = phrases.above_target, phrases.below_target, phrases.on_target
    return _moved(points, "个百分点", *words)


def _moved(by: Decimal, unit: str, up: str, down: str, same: str) -> str:
    """Say a difference to one place, by the phrase of its direction."""
    by = round_half_up(by, 1)
    return (up if by > 0 else down).format(f"{_plain(abs(by))}{unit}") if by else same


def say_bound(value: Decimal, unit: str, form: str, phrases: Phrases) -> str:
    """Return a value as coarsely as its first digit, with the bound said: 313家 → 超过300家.

    超过 rounds down, 不超过 up, 约 to the nearer.
    """
    shown = get_unit(unit).from_base(value)
    step = Decimal(1).scaleb(max(shown.adjusted(), 0) if shown else 0)
    if shown >= 100:
        step /= 10 if form == "约" else 1
    times = shown / step
    whole = {
        "超过": times.to_integral_value("ROUND_FLOOR"),
        "不超过": times.to_integral_value("ROUND_CEILING"),
        "约": times.to_integral_value("ROUND_HALF_UP"),
    }[form]
    said = _plain(whole * step) + unit
    if form == "超过" and whole * step == shown:
        return said
    phrase = {"超过": phrases.over, "约": phrases.about, "不超过": phrases.within}[form]
    return phrase.format(said)


def say_names(names: Sequence[str], phrases: Phrases, counter: str = "个") -> str:
    """Return names in a row, the first dozen and how many there are in all."""
    said = "、".join(names[:_MOST_NAMES])
    if len(names) == 1:
        return said
    return said + phrases.and_others.format(f"{len(names)}{counter}")


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
