"""Hold the examples of a definition against an engine: it must give the kernel's pieces."""

from collections.abc import Iterator

from jingkai.engines.duck import compute
from jingkai.engines.rows import ScanRow
from jingkai.kernel.examples import example_rows
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.pieces import PieceCode, Row, Sums, by_subject

__all__ = ["disagreeing_examples", "scan_rows"]


def disagreeing_examples(indicator: Indicator, fact_type: FactType | None) -> Iterator[str]:
    """Yield each example for which the engine finds other pieces than the kernel."""
    if indicator.is_derived or fact_type is None:
        return
    code = PieceCode([indicator], fact_type)
    for name, (example, _) in indicator.examples.items():
        rows, sums = example_rows(fact_type, example), Sums()
        for row in rows:
            code.add_row(sums, row)
        for together in by_subject(rows).values():
            code.add_subject(sums, together)
        theirs = compute([indicator], fact_type, scan_rows(rows))
        if theirs != {cell: kept for cell, kept in sums.items() if kept[1]}:
            yield f"例子“{name}”在两种引擎上结果不同：{sums} 和 {theirs}。"


def scan_rows(rows: list[Row]) -> list[ScanRow]:
    """Return rows of the kernel as an engine takes them."""
    return [
        ScanRow(row.id, row.area, row.subject, row.values["on"], *row.span, row.values, row.keys)
        for row in rows
    ]
