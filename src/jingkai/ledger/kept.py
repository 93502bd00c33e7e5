"""Pieces of numbers: added up over the facts, and kept."""

from collections.abc import Sequence
from datetime import date

from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.months import Span
from jingkai.kernel.pieces import PieceCode, Row, Sums, by_subject
from jingkai.ledger.live import list_live_rows

__all__ = ["add_up", "contributing"]


def add_up(indicators: Sequence[Indicator], fact_type: FactType, *, known_on: date) -> Sums:
    """Return every piece of the indicators, added up over the facts as known on a day."""
    code, sums, rows = PieceCode(indicators, fact_type), Sums(), list[Row]()
    for row in list_live_rows(fact_type, known_on=known_on):
        code.add_row(sums, row)
        if code.needs_subject:
            rows.append(row)
    for together in by_subject(rows).values():
        code.add_subject(sums, together)
    return sums


def contributing(
    indicator: Indicator, fact_type: FactType, wanted: Span, *, known_on: date
) -> list[int]:
    """Return the ids of the live facts of these months that the indicator counts or adds."""
    code = PieceCode([indicator], fact_type)
    return [
        row.id
        for row in list_live_rows(fact_type, known_on=known_on)
        if wanted.contains_end(row.span)
        and (indicator.adds_up != "flow" or wanted.contains(row.span))
        and code.counts(row, 0)
    ]
