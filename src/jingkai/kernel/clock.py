"""The one clock: the business date that serves both “on” and “known”."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

__all__ = ["Clock", "FixedClock", "OfficeClock", "midnight", "moment_on"]

_OFFICE = ZoneInfo("Asia/Shanghai")  # one time for the whole country
_DAY = timedelta(days=1)


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


def moment_on(on: date, now: datetime) -> datetime:
    """Return the moment of an act of a business day: now, or its hour of that day.

    Where the date stands still, as in the demo zone, the real date would make every wait years
    long. What began before midnight and ends after it is of now.
    """
    away = on - now.astimezone(_OFFICE).date()
    # Days are added to the moment itself: no clock has been put forward in China since 1991.
    return now if -_DAY <= away <= _DAY else now + away


def midnight(on: date) -> datetime:
    """Return the moment at which a day begins at the office."""
    return datetime.combine(on, time(), _OFFICE)
