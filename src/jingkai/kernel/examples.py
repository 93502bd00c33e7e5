"""Run the examples that every definition carries, with the same code that keeps its pieces."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

from jingkai.kernel import figures
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.months import Span
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.pieces import ALL, PieceCode, Row, Spans, Sums, by_subject, scale_of, sum_within
from jingkai.kernel.scaled import to_scaled

__all__ = ["derived_value", "example_rows", "example_value", "failing_examples"]

EXAMPLE_DAY = date(2021, 1, 31)


def example_rows(fact_type: FactType, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the rows of an example as facts; one that names no period is of January 2021."""
    made = []
    for number, row in enumerate(rows, start=1):
        period = row.get("period")
        on = row.get("on", EXAMPLE_DAY)
        span = Span.of(parse_period(period) if period else Period.month_of(on))
        subject = str(row.get("subject", f"{fact_type.subject}:{number}"))
        values = to_scaled(fact_type, row) | {"subject": subject, "on": on}
        made.append(Row(number, subject, span, values, {}))
    return made


def example_value(
    indicator: Indicator, fact_type: FactType | None, rows: Sequence[Mapping[str, Any]]
) -> Decimal | None:
    """Return what the indicator makes of the rows of an example."""
    if indicator.is_derived or fact_type is None:
        return derived_value(indicator, rows)
    code = PieceCode([indicator], fact_type)
    facts, sums = example_rows(fact_type, rows), Sums()
    for row in facts:
        code.add_row(sums, row)
    for together in by_subject(facts).values():
        code.add_subject(sums, together)
    spans = Spans(
        {
            Span(*cell[4:]): kept
            for cell, kept in sums.items()
            if cell[0] == code.ids[0] and cell[2] == ALL
        }
    )
    if not spans:
        return Decimal(0) if fact_type.grain == "event" else None
    whole = Span(min(span.first for span in spans), max(span.last for span in spans))
    piece = sum_within(indicator, spans, whole, scale_of(indicator, fact_type))
    value = piece.value if piece else None
    return Decimal(0) if value is None and fact_type.grain == "event" else value


def derived_value(indicator: Indicator, rows: Sequence[Mapping[str, Any]]) -> Decimal | None:
    """Return a ratio or share of the sums of the rows, or the place of the first row."""
    if indicator.adds_up == "rank":
        numbers = {str(row["key"]): _decimal(row.get("value")) for row in rows}
        first = next(iter(numbers), "")
        place = figures.rank(numbers, first, is_smaller_better=indicator.direction == "down")
        return None if place is None else Decimal(place)
    numerator, denominator = (
        _sum(row.get(name) for row in rows) for name in ("numerator", "denominator")
    )
    if indicator.adds_up == "share":
        return figures.share(numerator, denominator)
    found = figures.ratio(numerator, denominator)
    return None if found is None else found * 100 if indicator.unit == "%" else found


def failing_examples(indicator: Indicator, fact_type: FactType | None) -> Iterator[str]:
    """Yield what is wrong with each example whose rows do not give its value."""
    for name, (rows, expected) in indicator.examples.items():
        value = example_value(indicator, fact_type, rows)
        if value != (None if expected is None else Decimal(expected)):
            yield f"例子“{name}”应得 {expected}，算得 {value}。"
    if indicator.curve and tuple(accumulate(indicator.monthly)) != indicator.curve:
        planned = "、".join(map(str, accumulate(indicator.monthly)))
        yield f"各月例子累计是 {planned}，和 curve 不一致。"


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _sum(values: Any) -> Decimal | None:
    known = [Decimal(one) for one in values if one is not None]
    return sum(known, Decimal(0)) if known else None
