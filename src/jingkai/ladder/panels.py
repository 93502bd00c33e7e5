"""What the ladder offers to the shell and to others: the menu, the words for what is short."""

from decimal import Decimal

from django.utils.translation import gettext as _

from jingkai.kernel.ladders import Condition
from jingkai.kernel.units import get_unit, round_half_up
from jingkai.kernel.zone import current_zone
from jingkai.org.rules import Permission
from jingkai.web.language import is_english, quantity, spoken, unit_word
from jingkai.web.shell import MenuEntry

__all__ = ["MENU", "amount_of", "said_amount", "short_words"]

MENU = [
    MenuEntry("企业", "企业梯度", "ladder:home", Permission.SEE_FIRMS, 24),
    MenuEntry("企业", "上市后备", "ladder:listing", Permission.SEE_FIRMS, 25),
]


def short_words(one: Condition, short: Decimal | None) -> str:
    """Return what is short of a condition, and by how much."""
    if short is None:
        return spoken(one.name, one.english)
    return _("%(name)s差 %(short)s") % {
        "name": spoken(one.name, one.english),
        "short": said_amount(one, short),
    }


def said_amount(one: Condition, value: Decimal | None) -> str:
    """Return an amount of what a condition measures with its unit, as the reader says it."""
    measure = current_zone().ladder.measures.get(one.measure)
    if value is None or measure is None:
        return amount_of(value)
    if is_english() and round_half_up(value, 2):
        return "".join(quantity(get_unit(measure.unit).to_base(value), measure.unit))
    return f"{amount_of(value)}{unit_word(measure.unit)}"


def amount_of(value: Decimal | None) -> str:
    """Print an amount to two decimals; a small one is said to be small."""
    if value is None:
        return ""
    shown = round_half_up(value, 2)
    if value and not shown:
        return _("不到 0.01")
    text = f"{shown:,f}"
    return text.rstrip("0").rstrip(".")
