"""Parameters: dated numbers, each with its unit and its basis."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

__all__ = ["DatedValue", "NotInForce", "Parameter"]


class NotInForce(LookupError):
    """A day on which a parameter has no value."""


@dataclass(frozen=True, kw_only=True)
class DatedValue:
    """A value from a day on, until the next one or its own last day."""

    since: date
    until: date | None = None
    value: Decimal
    basis: str


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A number that a document sets and a later one changes; old values stay."""

    id: str
    name: str
    english: str
    unit: str
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> DatedValue:
        """Return the value in force on a day; refuse a day that has none."""
        for dated in reversed(self.values):
            if dated.since <= day:
                if dated.until is None or day <= dated.until:
                    return dated
                break
        raise NotInForce(f"参数“{self.name}”在 {day} 没有生效的值；请在 parameters.yaml 补一条。")
