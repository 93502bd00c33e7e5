"""Units of measure: stored in base units (元, 平方米, 人), shown in the units staff speak."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

__all__ = [
    "UNITS",
    "Unit",
    "UnknownUnit",
    "exact",
    "fen",
    "get_unit",
    "mu",
    "round_half_up",
    "wan",
    "yi",
]


class UnknownUnit(ValueError):
    """A unit that the product does not know."""


@dataclass(frozen=True)
class Unit:
    """One unit: `factor` base units make one of it; `decimals` are printed in tables."""

    id: str
    english: str
    kind: str
    factor: Fraction = Fraction(1)
    decimals: int = 0

    def to_base(self, value: Decimal | int) -> Decimal:
        """Return `value` of this unit in base units, rounded half up to four decimals."""
        exact = Fraction(value) * self.factor
        return round_half_up(Decimal(exact.numerator) / Decimal(exact.denominator), 4)

    def from_base(self, value: Decimal | int) -> Decimal:
        """Return `value` base units in this unit, unrounded but for the division."""
        exact = Fraction(value) / self.factor
        return Decimal(exact.numerator) / Decimal(exact.denominator)

    def show(self, value: Decimal | int) -> str:
        """Print `value` base units as staff write it: 18.82, 203.7, 1,216."""
        text = f"{round_half_up(self.from_base(value), self.decimals):,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    """Round as statisticians do: 0.5 goes away from zero."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _counts(*names: str) -> list[Unit]:
    return [Unit(name, "", "count") for name in names]


UNITS: dict[str, Unit] = {
    unit.id: unit
    for unit in [
        Unit("元", "yuan", "money", decimals=2),
        Unit("千元", "1,000 yuan", "money", Fraction(1000)),
        Unit("万元", "10,000 yuan", "money", Fraction(10_000)),
        Unit("亿元", "100 million yuan", "money", Fraction(100_000_000), 2),
        Unit("平方米", "m²", "area"),
        Unit("亩", "mu", "area", Fraction(2000, 3), 2),
        Unit("公顷", "ha", "area", Fraction(10_000), 2),
        Unit("万平方米", "10,000 m²", "area", Fraction(10_000), 2),
        Unit("平方公里", "km²", "area", Fraction(1_000_000), 2),
        Unit("米", "m", "length"),
        Unit("公里", "km", "length", Fraction(1000), 2),
        Unit("千克", "kg", "mass"),
        Unit("吨", "t", "mass", Fraction(1000), 2),
        Unit("千瓦时", "kWh", "power"),
        Unit("万千瓦时", "10,000 kWh", "power", Fraction(10_000), 2),
        Unit("吨标准煤", "tce", "coal", decimals=2),
        Unit("%", "%", "percent", decimals=2),
        Unit("个百分点", "percentage points", "points", decimals=2),
        Unit("万元/亩", "10,000 yuan/mu", "intensity", Fraction(10_000) / Fraction(2000, 3), 2),
        Unit("万元/人", "10,000 yuan per person", "per head", Fraction(10_000), 2),
        Unit("位", "place", "rank"),
        Unit("天", "days", "days"),
        Unit("个月", "months", "months"),
        Unit("年", "years", "years"),
        *_counts(*"个家项人名户件次条所张座套辆处场台批只支艘种株例"),
    ]
}


def get_unit(name: str) -> Unit:
    """Return the unit called `name`; refuse an unknown one and list those that exist."""
    try:
        return UNITS[name]
    except KeyError:
        raise UnknownUnit(f"没有“{name}”这个单位；可用的单位：{'、'.join(UNITS)}。") from None


def yi(amount: int) -> int:
    """Return `amount` 亿元 in 元: a threshold in a definition."""
    return amount * 100_000_000


def wan(amount: int) -> int:
    """Return `amount` 万元 in 元: a threshold in a definition."""
    return amount * 10_000


def fen(amount: int) -> Decimal:
    """Return `amount` 分 in 元: the smallest step of money, for examples at the edge."""
    return Decimal(amount).scaleb(-2)


def exact(number: Decimal | int | str) -> Any:
    """Return a decimal constant that a definition may use: it keeps every place it is given."""
    import ibis

    value = Decimal(number)
    places = max(0, -int(value.as_tuple().exponent))
    return ibis.literal(value, type=f"decimal(38, {places})")


def mu(amount: int) -> Decimal:
    """Return `amount` 亩 in 平方米, to four decimals: a threshold in a definition."""
    return UNITS["亩"].to_base(amount)
