"""Numbers as pages show them: a text, its unit, and the page where it opens."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.urls import reverse

from jingkai.kernel.units import get_unit
from jingkai.ledger.queries import Ledger, Number
from jingkai.org.rules import Permission
from jingkai.web.language import quantity, spoken, spoken_period

__all__ = ["Bullet", "OpenNumber", "open_number", "read_ledger"]


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


def read_ledger(request: HttpRequest, known_on: date | None = None) -> Ledger:
    """Return the record for this person: single firms' tax only to who may see it."""
    sees_single = request.user.may(Permission.SEE_FIRM_TAX)
    return Ledger(known_on or request.today, sees_single=sees_single)


def open_number(number: Number, *, shown_in: str = "", as_written: bool = False) -> OpenNumber:
    """Return a number with the link to its page, in the unit asked for.

    In an official text it stands as written, whatever language the reader chose.
    """
    unit = shown_in or number.indicator.unit
    text, word = number.text, ""
    if number.value is not None:
        written = get_unit(unit).show(number.value), unit
        text, word = written if as_written else quantity(number.value, unit)
    name = spoken(number.indicator.name, number.indicator.english)
    return OpenNumber(
        text=text,
        unit=word,
        url=reverse("number", args=[number.indicator.id, number.period.id]),
        title=f"{name} {spoken_period(number.period)}",
        value=get_unit(unit).from_base(number.value) if number.value is not None else None,
    )
