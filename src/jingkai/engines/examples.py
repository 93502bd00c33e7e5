"""Run the examples that every definition carries."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from jingkai.engines.duck import compute
from jingkai.engines.rows import FactRow
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator, Piece

__all__ = ["failing_examples"]


def failing_examples(indicator: Indicator, fact_type: FactType) -> Iterator[str]:
    """Yield what is wrong with each example whose rows do not give its value."""
    for name, (rows, expected) in indicator.examples.items():
        facts = [
            FactRow(
                number,
                str(row.get("subject", f"{fact_type.subject}:{number}")),
                row.get("on", date(2021, 1, 31)),
                {key: row.get(key) for key in fact_type.columns},
            )
            for number, row in enumerate(rows, start=1)
        ]
        pieces = compute([indicator], fact_type, facts)[indicator.id]
        if indicator.adds_up == "stock":
            value = pieces[max(pieces)].value if pieces else None
        else:
            value = sum(pieces.values(), Piece(0, 0)).value
        if value is None and fact_type.grain == "event":
            value = Decimal(0)
        if value != (None if expected is None else Decimal(expected)):
            yield f"例子“{name}”应得 {expected}，算得 {value}。"
