"""Texts that are kept to be said later, each in its reader's language: a text and its values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any, Protocol

from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import get_unit

__all__ = ["Amount", "Named", "Words", "chinese", "in_a_row", "named", "words_of"]


@dataclass(frozen=True)
class Amount:
    """A value in base units and the name of the unit to say it in."""

    value: Decimal
    unit: str

    def __str__(self) -> str:
        """Return it in Chinese: 18个, 3亿元."""
        return f"{get_unit(self.unit).show(self.value)}{self.unit}"


@dataclass(frozen=True)
class Named:
    """A name that data gives in both languages, or in Chinese alone."""

    chinese: str
    english: str = ""

    def __str__(self) -> str:
        """Return the Chinese one."""
        return self.chinese

    @classmethod
    def unit(cls, name: str) -> "Named":
        """Return the word of a unit, with its factor: 万元, 10,000 yuan."""
        return cls(name, get_unit(name).english or "count")


class _Bilingual(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def english(self) -> str: ...


def named(one: _Bilingual) -> Named:
    """Return the name of something that has it in both languages."""
    return Named(one.name, one.english)


class Words:
    """A Chinese text with %(names)s in it and a value for each.

    The text is the key of its translation; `tools/texts.py` collects every `Words("…")`. A value
    is a text, a number, a day, a period, a limit, a name, an amount, other words, or a list of
    such.
    """

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: Any) -> None:
        """Take the text and its values."""
        self.text, self.values = text, values

    def __str__(self) -> str:
        """Return it in Chinese."""
        return self.say(str, chinese)

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same text with the same values."""
        if not isinstance(other, Words):
            return NotImplemented
        return (self.text, self.values) == (other.text, other.values)

    def __hash__(self) -> int:
        """Return a number by its text."""
        return hash(self.text)

    def say(self, translate: Callable[[str], str], show: Callable[[Any], str]) -> str:
        """Return it in a language: `translate` knows its texts, `show` says a value."""
        text = translate(self.text)
        return text % {key: show(one) for key, one in self.values.items()} if self.values else text

    def plain(self) -> dict[str, Any]:
        """Return it as JSON keeps it; `Words.of` reads it back."""
        return {"text": self.text, "values": {key: _plain(one) for key, one in self.values.items()}}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Words":
        """Read what `plain` gave; a bare text has no values."""
        values = plain.get("values", {})
        return cls(plain["text"], **{key: _read(one) for key, one in values.items()})

    @staticmethod
    def keep(value: "str | Words | Named") -> Any:
        """Return a text, a name or words as JSON keeps them; `Words.kept` reads them back."""
        return _plain(value)

    @staticmethod
    def kept(plain: Any) -> "str | Words | Named":
        """Read what `keep` gave: a text stays a text."""
        found: str | Words | Named = _read(plain)
        return found


def words_of(refusal: Exception) -> Words:
    """Return what a refusal says; one that was given a plain text says that to everybody."""
    said = refusal.args[0] if refusal.args else ""
    return said if isinstance(said, Words) else Words("%(said)s", said=str(refusal))


def in_a_row(sentences: Sequence[Words]) -> Words:
    """Return sentences as one text, one behind the other."""
    return reduce(
        lambda before, after: Words("%(before)s%(after)s", before=before, after=after), sentences
    )


def chinese(value: Any) -> str:
    """Say a value in Chinese."""
    if isinstance(value, Period):
        return value.name
    if isinstance(value, list | tuple):
        return "、".join(map(chinese, value))
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Words):
        return value.plain()
    if isinstance(value, Named):
        return {"chinese": value.chinese, "english": value.english}
    if isinstance(value, Amount):
        return {"amount": str(value.value), "unit": value.unit}
    if isinstance(value, Period):
        return {"period": value.id}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value]
    return value if isinstance(value, int | str) else str(value)


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "period" in value:
        return parse_period(value["period"])
    if "amount" in value:
        return Amount(Decimal(value["amount"]), value["unit"])
    return Words.of(value) if "text" in value else Named(value["chinese"], value["english"])
