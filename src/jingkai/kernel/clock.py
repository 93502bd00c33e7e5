"""The one clock: the business date that serves both “on” and “known”."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

__all__ = ["Clock", "FixedClock", "OfficeClock", "midnight"]

_OFFICE = ZoneInfo("Asia/Shanghai")  # one time for the whole country


class Clock(Protocol):
    """Tells the business date."""

    def today(self) -> date:
        """Return the day on which work is being done."""


@dataclass(frozen=True)
class OfficeClock:
    """The real date where the office stands."""

    zone: ZoneInfo

    def today(self) -> date:
        """Return today's date at the office."""
        return datetime.now(self.zone).date()


@dataclass(frozen=True)
class FixedClock:
    """A date that stands still: the demo zone lives on 2021-06-30."""

    on: date

    def today(self) -> date:
        """Return the fixed date."""
        return self.on


def midnight(on: date) -> datetime:
    """Return the moment at which a day begins at the office."""
    return datetime.combine(on, time(), _OFFICE)
