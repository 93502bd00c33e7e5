"""What the ladder offers to the shell and to others: the menu, the words for what is short."""

from decimal import Decimal

from django.utils.translation import gettext as _

from jingkai.kernel.ladders import Condition
from jingkai.kernel.units import round_half_up
from jingkai.kernel.zone import current_zone
from jingkai.org.rules import Permission
from jingkai.web.language import spoken, unit_word
from jingkai.web.shell import MenuEntry

__all__ = ["MENU", "amount_of", "short_words", "unit_of"]

MENU = [
    MenuEntry("企业", "企业梯度", "ladder:home", Permission.SEE_FIRMS, 24),
    MenuEntry("企业", "上市后备", "ladder:listing", Permission.SEE_FIRMS, 25),
]


def short_words(one: Condition, short: Decimal | None) -> str:
    """Return what is short of a condition, and by how much."""
    if short is None:
        return spoken(one.name, one.english)
    return _("%(name)s差 %(short)s%(unit)s") % {
        "name": spoken(one.name, one.english),
        "short": amount_of(short),
        "unit": unit_of(one),
    }


def unit_of(one: Condition) -> str:
    """Return the unit of what a condition measures."""
    measure = current_zone().ladder.measures.get(one.measure)
    return unit_word(measure.unit) if measure else ""


def amount_of(value: Decimal | None) -> str:
    """Print an amount to two decimals; a small one is said to be small."""
    if value is None:
        return ""
    shown = round_half_up(value, 2)
    if value and not shown:
        return _("不到 0.01")
    text = f"{shown:,f}"
    return text.rstrip("0").rstrip(".")
