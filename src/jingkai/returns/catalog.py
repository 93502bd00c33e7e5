"""The returns that the zone collects, and how an amount of theirs is written."""

from decimal import Decimal
from typing import Any

from jingkai.kernel.facttypes import FactType, Value
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone

__all__ = [
    "fact_type_of",
    "find_form",
    "list_forms",
    "say_amount",
]


def list_forms() -> list[ReturnForm]:
    """Return the returns that the zone collects."""
    return list(current_zone().returns.values())


def find_form(form_id: str) -> ReturnForm | None:
    """Return one of the zone's returns."""
    return current_zone().returns.get(form_id)


def fact_type_of(form: ReturnForm) -> FactType:
    """Return the facts that a form becomes."""
    return current_zone().fact_types[form.fact]


def say_amount(value: Value, column: Any) -> str:
    """Return an amount in the unit that the form is filled in; nothing where nobody said it."""
    if value is None:
        return ""
    if not isinstance(value, Decimal):
        return str(value)
    shown = get_unit(column.unit).from_base(value)
    text = f"{shown.normalize():,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
