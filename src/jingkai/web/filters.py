"""Filters of the search form above a list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

__all__ = ["Filter", "FilterField", "choice_filter", "day_filter", "text_filter"]

Choices = Callable[[], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Filter:
    """One field of the search form: `narrow` returns the rows that the text leaves.

    A wrong text raises ValueError with words for the person who typed it.
    """

    name: str
    label: Any
    narrow: Callable[[Any, str], Any]
    choices: Choices | None = None
    kind: str = "text"


@dataclass(frozen=True)
class FilterField:
    """A filter as the form shows it."""

    name: str
    label: str
    kind: str
    value: str
    choices: list[tuple[str, str]]
    error: str = ""


def text_filter(name: str, label: Any, fields: Sequence[str]) -> Filter:
    """Search a text in any of the model fields."""

    def narrow(rows: Any, text: str) -> Any:
        return rows.filter(reduce(or_, (Q(**{f"{one}__icontains": text}) for one in fields)))

    return Filter(name, label, narrow)


def choice_filter(name: str, label: Any, choices: Choices, *, field: str = "") -> Filter:
    """Keep the rows whose field has the chosen value."""
    return Filter(
        name, label, lambda rows, text: rows.filter(**{field or name: text}), choices, "choice"
    )


def day_filter(name: str, label: Any, *, lookup: str) -> Filter:
    """Compare a date field, as in `lookup="start_on__gte"`."""

    def narrow(rows: Any, text: str) -> Any:
        try:
            return rows.filter(**{lookup: date.fromisoformat(text)})
        except ValueError:
            raise ValueError(_("日期写成 2021-06-30 这样。")) from None

    return Filter(name, label, narrow, kind="date")
