"""What the command box finds: the contract for contexts, and the finds of the shell itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.units import UNITS, round_half_up
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import Person, list_people
from jingkai.org.rules import Permission
from jingkai.web.language import quantity, spoken
from jingkai.web.shell import list_entries_for, panels

__all__ = ["Found", "Hit", "Searcher", "find_everything"]

MOST = 8
_NUMBER = re.compile(r"(-?[\d,]+(?:\.\d+)?)\s*(万亿|亿|万)?\s*(\S*)")
_SCALES = {
    "": Decimal(1),
    "万": Decimal(10) ** 4,
    "亿": Decimal(10) ** 8,
    "万亿": Decimal(10) ** 12,
}


@dataclass(frozen=True)
class Hit:
    """Something that was found: its name, a word about it, its page."""

    text: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Found:
    """Hits of one kind under their heading."""

    title: str
    hits: list[Hit]


@dataclass(frozen=True)
class Searcher:
    """What a context offers in `panels.SEARCH`: `find(text, person)` returns at most eight hits.

    It is asked only for who holds the permission, and returns only what the person may see.
    """

    title: str
    permission: Permission | None
    find: Callable[[str, Person], list[Hit]]


def find_everything(text: str, person: Person, today: date) -> list[Found]:
    """Return what the person may see and the text names, kind by kind."""
    text = text.strip()[:100].replace("\0", "")
    if not text:
        return []
    found = [
        Found(_("页面"), _pages(text, person)),
        *(
            Found(_(one.title), one.find(text, person)[:MOST])
            for offered in panels("SEARCH")
            for one in offered
            if one.permission is None or person.may(one.permission)
        ),
        Found(_("指标"), _indicators(text, person, today)),
        Found(_("人员"), _people(text, person)),
    ]
    return [one for one in found if one.hits]


def _pages(text: str, person: Person) -> list[Hit]:
    return [
        Hit(_(entry.label), reverse(entry.url_name), _(entry.group))
        for entry in list_entries_for(person)
        if text.lower() in _(entry.label).lower() or text in entry.label
    ][:MOST]


def _people(text: str, person: Person) -> list[Hit]:
    may_open = person.may(Permission.MANAGE_PEOPLE)
    hits = []
    for one in list_people():
        if text in one.name or (may_open and text.lower() in one.account.lower()):
            department = one.department
            where = spoken(department.name, department.english) if department else ""
            url = reverse("person", args=[one.pk]) if may_open else ""
            hits.append(Hit(one.name, url, " · ".join(filter(None, [where, one.post]))))
    return hits[:MOST]


def _indicators(text: str, person: Person, today: date) -> list[Hit]:
    if not person.may(Permission.SEE_FACTS):
        return []
    indicators = list(current_zone().indicators.values())
    named = [one for one in indicators if text in one.name or text.lower() in one.english.lower()][
        :MOST
    ]
    hits = [Hit(spoken(one.name, one.english), _number_url(one, today.year)) for one in named]
    if asked := _NUMBER.fullmatch(text):
        hits += _numbers(asked, indicators, today)
    return hits[:MOST]


def _numbers(asked: re.Match[str], indicators: list[Indicator], today: date) -> list[Hit]:
    """Return the indicators that have this value in this year or the last, as it is printed."""
    digits, scale, tail = asked.groups()
    digits = digits.replace(",", "")
    value = Decimal(digits) * _SCALES[scale or ""]
    step = _SCALES[scale or ""] * Decimal(1).scaleb(-len(digits.partition(".")[2]))
    ledger = Ledger(today)
    ledger.prepare(indicators)
    hits = []
    for one in indicators:
        if tail and not one.unit.endswith(tail) and tail != "元":
            continue
        factor = UNITS[one.unit].to_base(1)
        wanted = {value, value * factor} if not scale else {value}
        for year in (today.year, today.year - 1):
            known = ledger.number(one, Period.year(year)).value
            if known is None:
                continue
            steps = {step, step * factor} if not scale else {step}
            if any(_rounds(known, each, one_step) for each in wanted for one_step in steps):
                shown = "".join(quantity(known, one.unit))
                name = spoken(one.name, one.english)
                hits.append(Hit(name, _number_url(one, year), f"{year} · {shown}"))
    return hits


def _rounds(known: Decimal, wanted: Decimal, step: Decimal) -> bool:
    """Tell whether a value rounds to the wanted one at its last printed digit."""
    return wanted % step == 0 and round_half_up(known / step, 0) == wanted / step


def _number_url(indicator: Indicator, year: int) -> str:
    return reverse("number", args=[indicator.id, Period.year(year).id])
