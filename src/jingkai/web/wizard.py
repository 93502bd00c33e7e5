"""The five steps by which a table comes in: what its pages have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jingkai.web.importers import MatchRow

__all__ = ["ChangeRow", "Wizard", "choose_places"]


@dataclass(frozen=True)
class Wizard:
    """The words and ways of one kind of table, from the template to its undoing.

    `confirm` and `undo` stand on their buttons, `undone` says what was taken back; `rows` heads
    the rows of the difference. `places` leads to the matching of columns. Who may not act sees no
    button.
    """

    again: str = ""
    places: str = ""
    take_back: str = ""
    confirm: str = ""
    undo: str = ""
    undone: str = ""
    rows: str = ""
    may_act: bool = True


@dataclass(frozen=True)
class ChangeRow:
    """A row of the difference: what it is about, and its cells before and after."""

    key: str
    pairs: Sequence[tuple[str, str, str]]
    row: int | None = None


def choose_places(
    told: Mapping[str, str], rows: Sequence[MatchRow], width: int
) -> tuple[dict[str, int], list[str]]:
    """Return which column stands where as somebody said it, and what is wrong with that."""
    places = {
        one.key: int(place)
        for one in rows
        if (place := told.get(one.key, "")).isdecimal() and int(place) < width
    }
    errors = []
    if missing := [one.head for one in rows if one.is_required and one.key not in places]:
        errors.append(_("这些列必须对上：%(names)s。") % {"names": "、".join(missing)})
    if len(set(places.values())) < len(places):
        errors.append(_("有两列对到了同一列，请改开。"))
    return places, errors
