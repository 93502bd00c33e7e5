"""Light schemes: how a zone says on pace, behind, late. Data of the zone, never code."""

from dataclasses import dataclass
from decimal import Decimal

__all__ = ["LATE_TONES", "OVERDUE_TONES", "URGENT_TONES", "Light", "LightScheme", "Signal"]

SHAPES = "●◆▲■✓⟲○⚑"
TONES = ("good", "near", "behind", "late", "done", "caught", "neutral", "redflag", "blackflag")
# The tones that say that a day has passed, and those that say late or behind, the worst first.
OVERDUE_TONES = ("blackflag", "late")
LATE_TONES = (*OVERDUE_TONES, "behind")
# Those that ask for attention, the most urgent first.
URGENT_TONES = (*LATE_TONES, "near")


@dataclass(frozen=True)
class Signal:
    """What a light is decided from; None where it is not known or does not apply."""

    attainment: Decimal | None = None
    gap: Decimal | None = None
    days_left: int | None = None
    is_done: bool = False
    was_late: bool = False
    is_reported: bool = True


@dataclass(frozen=True, kw_only=True)
class Light:
    """One state of a scheme: shape + word + tone, and when it shows. Unset limits do not apply."""

    id: str
    word: str
    english: str
    shape: str
    tone: str
    meaning: str = ""
    meaning_english: str = ""
    done: bool | None = None
    reported: bool | None = None
    was_late: bool | None = None
    min_attainment: Decimal | None = None
    min_gap: Decimal | None = None
    min_days_left: int | None = None

    def shows(self, signal: Signal) -> bool:
        """Tell whether every limit that is set holds for the signal."""
        same = (
            (self.done, signal.is_done),
            (self.reported, signal.is_reported),
            (self.was_late, signal.was_late),
        )
        at_least: tuple[tuple[Decimal | int | None, Decimal | int | None], ...] = (
            (self.min_attainment, signal.attainment),
            (self.min_gap, signal.gap),
            (self.min_days_left, signal.days_left),
        )
        return all(wanted is None or wanted == found for wanted, found in same) and all(
            limit is None or (found is not None and found >= limit) for limit, found in at_least
        )


@dataclass(frozen=True)
class LightScheme:
    """The lights of one kind of item, first match wins; the last one has no condition."""

    id: str
    name: str
    basis: str
    lights: tuple[Light, ...]

    def light(self, signal: Signal) -> Light:
        """Return the first light that shows for the signal."""
        return next(light for light in self.lights if light.shows(signal))
