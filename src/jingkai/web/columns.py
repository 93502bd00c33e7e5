"""Columns of a list: what a row's value is, how people read it, what a workbook gets."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jingkai.kernel.lights import Light
from jingkai.kernel.units import UNITS
from jingkai.web.language import spoken
from jingkai.web.numbers import OpenNumber

__all__ = ["Cell", "Column", "Value"]

Value = str | int | Decimal | date | bool | Light | OpenNumber | None


@dataclass(frozen=True)
class Cell:
    """One cell as the page shows it."""

    text: str
    url: str = ""
    light: Light | None = None
    number: OpenNumber | None = None
    is_figure: bool = False
    is_short: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a list.

    `heading` is a lazy text and carries no unit; `unit` is printed behind it. `value` returns a
    plain value of a row; money and areas in base units, they are shown in `unit`. `sort` names the
    model field to order by (any text for rows that are no query set); empty means “cannot be
    sorted”. `total` names the field to sum over all rows found. `link` makes the cell a link; the
    link of the first column opens the row. `missing` is what an empty value says: — or 未报.
    """

    key: str
    heading: Any
    value: Callable[[Any], Value]
    unit: str = ""
    sort: str = ""
    total: str = ""
    link: Callable[[Any], str] | None = None
    missing: str = "—"
    is_hidden: bool = False

    @property
    def head(self) -> str:
        """Return the heading with its unit."""
        if not self.unit:
            return str(self.heading)
        unit = UNITS.get(self.unit)
        return f"{self.heading}（{spoken(self.unit, unit.english if unit else '')}）"

    def cell(self, row: Any) -> Cell:
        """Return the cell of a row."""
        value = self.value(row)
        return Cell(
            text=self.text(value),
            url=self.link(row) if self.link else "",
            light=value if isinstance(value, Light) else None,
            number=value if isinstance(value, OpenNumber) else None,
            is_figure=_is_number(value) or isinstance(value, OpenNumber) or bool(self.total),
            is_short=isinstance(value, date | Light | bool),
        )

    def text(self, value: Value) -> str:
        """Return a value as people read it."""
        if value is None or value == "":
            return _(self.missing) if self.missing != "—" else "—"
        if isinstance(value, Light):
            return spoken(value.word, value.english)
        if isinstance(value, OpenNumber):
            return f"{value.text}{value.unit}"
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, int | Decimal):
            return UNITS[self.unit].show(value) if self.unit in UNITS else f"{value:,}"
        return str(value)

    def plain(self, row: Any) -> str | int | Decimal | date | None:
        """Return a value for a workbook: numbers in the unit of the heading, in full precision."""
        value = self.value(row)
        if isinstance(value, OpenNumber) and value.value is not None:
            return value.value
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return UNITS[self.unit].from_base(value) if self.unit in UNITS else value
        if isinstance(value, date) or value is None:
            return value
        return self.text(value)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
