"""Readings: numbers that somebody else publishes and one person here files."""

from decimal import Decimal
from typing import Any, Literal

from ibis import _

from jingkai.kernel.indicators import Indicator

__all__ = ["reading"]

Column = Literal["amount", "rate", "share", "quantity", "area"]


def reading(column: Column, *, sample: Decimal | int, subject: str = "", **rest: Any) -> Indicator:
    """Return the indicator that sums one column of the readings filed for it.

    `subject` names whose readings they are where it is not the indicator itself: a level and its
    growth are two columns of one reading. `sample` is a value of that column in its own unit; the
    examples made of it show that the readings of others and the other columns stay out.
    """
    mine = f"indicator:{subject or rest['id']}"
    beside = "rate" if column == "amount" else "amount"
    return Indicator(
        over="plan.reading",
        value=getattr(_, column).sum(where=_.subject == mine),
        examples={
            "只取本指标的读数": (
                [
                    {"subject": mine, column: sample},
                    {"subject": "indicator:others", column: 1},
                ],
                sample,
            ),
            "没有报这一项就是未报": ([{"subject": mine, beside: 1}], None),
        },
        **rest,
    )
