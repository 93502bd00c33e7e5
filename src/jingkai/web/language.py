"""Chinese first: English only for who chose it; names that data gives in both languages."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from jingkai.kernel.deadlines import Limit
from jingkai.kernel.periods import Period
from jingkai.kernel.units import Unit, get_unit
from jingkai.kernel.words import Amount, Named, Words, chinese, words_of
from jingkai.org.queries import Department, Notice, list_departments, list_people

__all__ = [
    "NOBODY",
    "chosen_language",
    "department_choices",
    "is_english",
    "person_choices",
    "quantity",
    "said_quantity",
    "speak",
    "spoken",
    "spoken_actor",
    "spoken_limit",
    "spoken_notice",
    "spoken_period",
    "spoken_refusal",
    "spoken_unit",
    "unit_word",
    "with_place",
    "with_unit",
]

# 亿 and 万 are no steps of English: these are said in millions and thousands.
_SAID = {
    "亿元": Unit("亿元", "million yuan", "money", Fraction(1_000_000), 2),
    "万元": Unit("万元", "thousand yuan", "money", Fraction(1000)),
    "万平方米": Unit("万平方米", "thousand m²", "area", Fraction(1000), 2),
    "万千瓦时": Unit("万千瓦时", "MWh", "power", Fraction(1000), 2),
    "个百分点": Unit("个百分点", "points", "points", decimals=2),
}


def chosen_language(cookie: str | None) -> str:
    """Return the language a person chose, else the house's own; a browser's wish is no choice."""
    return cookie if cookie in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def is_english() -> bool:
    """Tell whether this page is read in English."""
    return (translation.get_language() or "").startswith("en")


def spoken(chinese: str, english: str) -> str:
    """Return a name that data gives in both languages, in the reader's one."""
    return english if english and is_english() else chinese


def speak(words: Words | str) -> str:
    """Return a text that was kept with its values, in the reader's language; a plain one as is."""
    if isinstance(words, str):
        return words
    return words.say(_, _value if is_english() else chinese)


def spoken_refusal(refusal: Exception) -> str:
    """Return why something was refused, in the reader's language where it was kept as words."""
    return speak(words_of(refusal))


def spoken_notice(notice: Notice) -> str:
    """Return what somebody was told, in the reader's language."""
    return speak(Words.of(notice.words)) if notice.words else notice.text


def _value(value: Any) -> str:
    if isinstance(value, Words):
        return speak(value)
    if isinstance(value, Named):
        return spoken(value.chinese, value.english)
    if isinstance(value, Amount):
        return "".join(quantity(value.value, value.unit))
    if isinstance(value, Period):
        return spoken_period(value)
    if isinstance(value, Limit):
        return spoken_limit(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(_value, value))
    return str(value)


_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def spoken_period(period: Period) -> str:
    """Return a period as the reader says it: 2021年1—6月, Jan–Jun 2021."""
    if not is_english():
        return period.name
    first, last = period.first, period.last
    if last.year != first.year:
        return f"{first.year}–{last.year}"
    if (first.month, last.month) == (1, 12):
        return f"{first.year}"
    begin, end = _MONTHS[first.month - 1], _MONTHS[last.month - 1]
    return f"{begin if begin == end else f'{begin}–{end}'} {first.year}"


def unit_word(name: str) -> str:
    """Return a unit by its word alone, where its factor must stay: 万元, 10,000 yuan."""
    return (get_unit(name).english if is_english() else name) if name else ""


def with_unit(name: str, unit: str) -> str:
    """Return a name with its unit behind it: 总投资（亿元）; what English only counts has none."""
    word = unit_word(unit)
    if not word:
        return name
    return f"{name} ({word})" if is_english() else f"{name}（{word}）"


def spoken_limit(limit: Limit) -> str:
    """Return how long something may take, as the reader says it: 20个工作日, 当场."""
    if limit.is_on_the_spot:
        return _("当场")
    words = _("%(count)s个工作日") if limit.unit == "workdays" else _("%(count)s日")
    return words % {"count": limit.count}


# Who acts without being a person of the house.
NOBODY = ("系统", "申请人")


def spoken_actor(name: str) -> str:
    """Return who did something: a name as it is, the house and the applicant by their words."""
    return _(name) if name in NOBODY else name


def person_choices() -> list[tuple[str, str]]:
    """Return the people in use as choices of a form, each with their department."""
    return [
        (str(one.pk), with_place(one.name, one.department))
        for one in list_people().select_related("department")
    ]


def with_place(name: str, department: Department | None) -> str:
    """Return somebody's name with their department behind it; some have none."""
    if department is None:
        return name
    return _("%(name)s（%(place)s）") % {
        "name": name,
        "place": spoken(department.name, department.english),
    }


def department_choices() -> list[tuple[str, str]]:
    """Return the departments as choices of a form."""
    return [(one.pk, spoken(one.name, one.english)) for one in list_departments()]


def spoken_unit(name: str) -> Unit:
    """Return a unit as the reader says it: its word stands in `english` for an English reader."""
    return _SAID.get(name, get_unit(name)) if is_english() else get_unit(name)


def said_quantity(value: Decimal, name: str) -> str:
    """Return a base-unit value with its unit behind it, as the reader says it."""
    return "".join(quantity(value, name))


def quantity(value: Decimal, name: str) -> tuple[str, str]:
    """Return a base-unit value and its unit as the reader says them; counts need no word."""
    unit = spoken_unit(name)
    if not is_english():
        return unit.show(value), name
    glued = "" if unit.english in ("", "%") else " "
    return unit.show(value), f"{glued}{unit.english}"
