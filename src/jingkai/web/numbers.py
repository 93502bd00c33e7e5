"""Numbers as pages show them: a text, its unit, and the page where it opens."""

from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse

from jingkai.kernel.units import get_unit
from jingkai.ledger.queries import Number

__all__ = ["Bullet", "OpenNumber", "open_number"]


@dataclass(frozen=True)
class OpenNumber:
    """A number that opens to its facts."""

    text: str
    unit: str
    url: str
    title: str
    value: Decimal | None = None


@dataclass(frozen=True)
class Bullet:
    """A bullet chart: shares (0..1) of its scale for what is done, due by now and promised."""

    done: float | None
    pace: float | None
    target: float
    text: str
    tone: str


def open_number(number: Number, *, shown_in: str = "") -> OpenNumber:
    """Return a number with the link to its page, in the unit asked for."""
    unit = shown_in or number.indicator.unit
    known = number.value is not None
    return OpenNumber(
        text=get_unit(unit).show(number.value) if number.value is not None else "未报",
        unit=unit if known else "",
        url=reverse("number", args=[number.indicator.id, number.period.id]),
        title=f"{number.indicator.name} {number.period.name}",
        value=get_unit(unit).from_base(number.value) if number.value is not None else None,
    )
