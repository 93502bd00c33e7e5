"""Fact types: what a context tells the ledger, column by column, in base units."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from json.encoder import encode_basestring
from typing import Any, Literal

from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Named, Words

__all__ = [
    "ANY",
    "NOT_APPLICABLE",
    "BadFact",
    "Column",
    "FactType",
    "area",
    "count",
    "label",
    "money",
    "number",
    "percent",
    "restricted",
    "zone_label",
]

Value = Decimal | int | str | None
# A measure is a whole number of its smallest unit, in every engine and file.
DIGITS = 18
LIMIT = 10**DIGITS
# Up to so many decimals a number is printed without an exponent.
PLAIN = 6
# Said of a measure that the subject cannot have (—): neither 未报 nor 0.
NOT_APPLICABLE = "—"
# The subject of a fact type that says something about subjects of every kind.
ANY = "*"


class BadFact(ValueError):
    """Values that do not fit their fact type; `column` is the one that does not."""

    column = ""


@dataclass(frozen=True)
class Column:
    """One measure or label of a fact, kept at a fixed scale in base units."""

    kind: Literal["measure", "label"]
    name: str
    unit: str = ""
    scale: int = 0
    words: Mapping[str, str] = field(default_factory=dict)
    is_restricted: bool = False
    # Words that the zone declares: "titles" are those of its ladder.
    vocabulary: str = ""

    def encode(self, value: Value) -> str | None:
        """Return the value as canonical text at the column's scale; refuse what does not fit."""
        if value is None:
            return None
        if self.kind == "label":
            if not isinstance(value, str):
                raise BadFact(
                    Words(
                        "“%(name)s”是文字，收到的是 %(value)s。",
                        name=Words(self.name),
                        value=f"{value!r}",
                    )
                )
            return value
        if value == NOT_APPLICABLE:
            return NOT_APPLICABLE
        try:
            amount = Decimal(value)
        except (InvalidOperation, TypeError, ValueError):
            raise BadFact(
                Words(
                    "“%(name)s”应为数字（单位：%(unit)s），收到的是 %(value)s。",
                    name=Words(self.name),
                    unit=Named.unit(self.unit) if self.unit else "",
                    value=f"{value!r}",
                )
            ) from None
        if not amount.is_finite() or amount.adjusted() + self.scale >= DIGITS:
            raise BadFact(
                Words(
                    "“%(name)s”的数值 %(value)s 超出可记录的范围，请核对单位。",
                    name=Words(self.name),
                    value=value,
                )
            )
        rounded = amount.quantize(self._step)
        if rounded != amount:
            raise BadFact(
                Words(
                    "“%(name)s”最多保留 %(scale)s 位小数（单位：%(unit)s），收到的是 %(value)s。",
                    name=Words(self.name),
                    scale=self.scale,
                    unit=Named.unit(self.unit) if self.unit else "",
                    value=value,
                )
            )
        return str(rounded) if self.scale <= PLAIN else f"{rounded:f}"

    @cached_property
    def _step(self) -> Decimal:
        return Decimal(1).scaleb(-self.scale)

    def write(self, value: Value) -> tuple[str, Any]:
        """Return a value that is there as `encode` writes it and as `decode_scaled` reads it."""
        if type(value) is str and self.kind == "label":
            return value, value
        if type(value) is int and self.kind == "measure" and not self.scale and abs(value) < LIMIT:
            return str(value), value
        if type(value) is Decimal and self.kind == "measure":
            # Nearly every cell: its text stands at the column's scale already.
            text = str(value)
            if not self.scale or text[self._point] == ".":
                try:
                    scaled = int(text.replace(".", "", 1) if self.scale else text)
                except ValueError:
                    scaled = LIMIT
                if -LIMIT < scaled < LIMIT:
                    return text, scaled
        text = self.encode(value) or ""
        return text, _scaled(text, self)

    @cached_property
    def _point(self) -> slice:
        return slice(-self.scale - 1, -self.scale)

    def decode(self, text: str | None) -> Value:
        """Return the value that `encode` wrote."""
        if text is None or self.kind == "label":
            return text
        return None if text == NOT_APPLICABLE else Decimal(text)


def money(name: str) -> Column:
    """Declare an amount in 元, to the fen."""
    return Column("measure", name, "元", 2)


def area(name: str) -> Column:
    """Declare an area in 平方米, to four decimals (so that 亩 converts back)."""
    return Column("measure", name, "平方米", 4)


def count(name: str, unit: str = "个") -> Column:
    """Declare a whole number of things."""
    return Column("measure", name, unit, 0)


def percent(name: str) -> Column:
    """Declare a percentage, to four decimals."""
    return Column("measure", name, "%", 4)


def number(name: str, unit: str, scale: int) -> Column:
    """Declare a measure in another base unit, at the scale given."""
    return Column("measure", name, unit, scale)


def label(name: str, **words: str) -> Column:
    """Declare a word: a category, never a number; `words` say how each code is spoken."""
    return Column("label", name, words=words)


def zone_label(name: str, vocabulary: str) -> Column:
    """Declare a category whose words the zone package declares."""
    return Column("label", name, vocabulary=vocabulary)


def restricted(column: Column) -> Column:
    """Declare that a single subject's value is for few eyes; sums over many stay open."""
    return replace(column, is_restricted=True)


@dataclass(frozen=True, kw_only=True)
class FactType:
    """What one kind of fact says about its subject.

    An `event` happens on a date; a `return` belongs to a subject and a period. `revision` names
    the label that says how final a return is (快报, 初核, 终核): it never goes back.
    """

    id: str
    name: str
    english: str
    subject: str
    grain: Literal["event", "return"]
    columns: Mapping[str, Column] = field(default_factory=dict)
    revision: str = ""

    def __post_init__(self) -> None:
        for column in self.columns.values():
            if column.kind == "measure":
                get_unit(column.unit)

    def with_words(self, vocabularies: Mapping[str, Mapping[str, str]]) -> "FactType":
        """Return it with the words of the zone in the columns that speak them."""
        if not any(one.vocabulary for one in self.columns.values()):
            return self
        return replace(
            self,
            columns={
                key: replace(one, words=vocabularies[one.vocabulary]) if one.vocabulary else one
                for key, one in self.columns.items()
            },
        )

    def is_about(self, subject: str) -> bool:
        """Tell whether facts of this type can be about the subject: its kind, a colon, its id."""
        kind, colon, own = subject.partition(":")
        return bool(kind and colon and own) and self.subject in (kind, ANY)

    def encode(self, values: Mapping[str, Value]) -> str:
        """Return the values as canonical JSON: sorted keys, decimals as text; refuse strangers."""
        return self.encode_row(values)[0]

    def encode_row(self, values: Mapping[str, Value]) -> tuple[str, dict[str, Any]]:
        """Return the canonical JSON, and the same values as `decode_scaled` would read them."""
        if unknown := values.keys() - self.columns.keys():
            raise BadFact(
                Words(
                    "“%(name)s”没有列 %(wrong)s；可用的列：%(names)s。",
                    name=Words(self.name),
                    wrong=sorted(unknown),
                    names=list(self.columns),
                )
            )
        written: list[str] = []
        scaled: dict[str, Any] = dict.fromkeys(self.columns)
        for opening, key, column, is_word in self._in_order:
            value = values.get(key)
            if value is None:
                continue
            try:
                text, scaled[key] = column.write(value)
            except BadFact as error:
                error.column = key
                raise
            written.append(opening + (encode_basestring(text) if is_word else f'"{text}"'))
        return f"{{{','.join(written)}}}", scaled

    @cached_property
    def _in_order(self) -> list[tuple[str, str, Column, bool]]:
        return [
            (f"{encode_basestring(key)}:", key, column, column.kind == "label")
            for key, column in sorted(self.columns.items())
        ]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Return the columns that are words."""
        return tuple(key for key, column in self.columns.items() if column.kind == "label")

    def decode(self, text: str) -> dict[str, Value]:
        """Return every column's value; None where the fact does not say (未报)."""
        stored = json.loads(text)
        return {key: column.decode(stored.get(key)) for key, column in self.columns.items()}

    def not_applicable(self, text: str) -> set[str]:
        """Return the measures that the fact says its subject cannot have (—)."""
        stored = json.loads(text)
        return {
            key
            for key, column in self.columns.items()
            if column.kind == "measure" and stored.get(key) == NOT_APPLICABLE
        }

    def decode_scaled(self, text: str) -> dict[str, Any]:
        """Return every column's value as `encode` wrote it, measures as whole smallest units."""
        stored = json.loads(text)
        return {key: _scaled(stored.get(key), column) for key, column in self.columns.items()}


def _scaled(text: str | None, column: Column) -> Any:
    if text is None or column.kind == "label":
        return text
    if text == NOT_APPLICABLE:
        return None
    # Text stands at the column's scale, so that leaving out the point scales it; what was written
    # before the column got more places stands at its own.
    places = len(text) - text.find(".") - 1 if "." in text else 0
    scaled = int(text.replace(".", "", 1))
    if places == column.scale:
        return scaled
    if places > column.scale:
        raise BadFact(
            Words(
                "“%(column)s”原来记到 %(places)s 位小数；列的位数只能增加，请另设一列。",
                column=Words(column.name),
                places=places,
            )
        )
    return scaled * 10 ** (column.scale - places)
