"""A second opinion in plain Python: what the indicators of the tests come to, row by row."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

Row = Mapping[str, Any]  # subject, first, last (months), park, stage, output, tax, staff
Found = dict[tuple[str, str, str, int, int], tuple[Decimal, int]]

SUMS: dict[str, Callable[[Row], Decimal | None]] = {
    "flow": lambda r: r["tax"],
    "large": lambda r: (
        r["tax"]
        if r["output"] is not None
        and r["output"] >= 10_000
        and r["staff"] is not None
        and r["staff"] >= 3
        else None
    ),
    "levy": lambda r: (
        r["tax"] * Decimal("0.00015") + r["output"]
        if r["stage"] == "快报" and r["tax"] is not None and r["output"] is not None
        else None
    ),
    "filed": lambda r: Decimal(r["output"] is not None),
    "ytd": lambda r: r["output"],
    "staff": lambda r: r["staff"],
    "carried": lambda r: r["staff"] if r["staff"] and r["staff"] > 0 else None,
}
BY = {"flow": ("park", "stage"), "ytd": ("park",), "staff": ("park",), "filed": ("size",)}


def second_opinion(rows: Sequence[Row]) -> Found:
    """Return total and count by piece, dimension, key, first and last month."""
    found: Found = defaultdict(lambda: (Decimal(0), 0))

    def add(name: str, row: Row, first: int, last: int, amount: Decimal) -> None:
        for by in ("", *BY.get(name.partition("/")[0], ())):
            key = (name, by, (row[by] or "") if by else "", first, last)
            found[key] = (found[key][0] + amount, found[key][1] + 1)

    for name, value in SUMS.items():
        filed: dict[str, dict[int, tuple[Row, Decimal]]] = defaultdict(dict)
        for row in sorted(rows, key=lambda r: -r["first"]):
            if (amount := value(row)) is not None:
                filed[row["subject"]][row["last"]] = (row, amount)
                if name in ("flow", "large", "levy", "filed"):
                    add(name, row, row["first"], row["last"], amount)
        for months in filed.values():
            steps = {}
            for at, (row, amount) in sorted(months.items()):
                earlier = [m for m in months if m < at and m // 12 == at // 12]
                start = max(earlier) + 1 if earlier else at // 12 * 12
                came = amount - (months[max(earlier)][1] if earlier else 0)
                steps[start, at] = (row, came)
                if name == "ytd":
                    add(name, row, start, at, came)
                    if at - 12 in months:
                        add("ytd/same", row, at // 12 * 12, at, amount)
                        add("ytd/base", row, at // 12 * 12, at, months[at - 12][1])
                elif name == "staff":
                    add(name, row, row["first"], at, amount)
                    last_year = months.get(at - 12)
                    if last_year and last_year[0]["first"] == row["first"] - 12:
                        add("staff/same", row, row["first"], at, amount)
                        add("staff/base", row, row["first"], at, last_year[1])
                elif name == "carried":
                    later = [m for m in months if m > at]
                    for month in range(at, min([at + 4, *later])):
                        add(name, row, month, month, amount)
            for (start, at), (row, came) in steps.items():
                if name == "ytd" and (start - 12, at - 12) in steps:
                    add("ytd/same_month", row, start, at, came)
                    add("ytd/base_month", row, start, at, steps[start - 12, at - 12][1])
    return dict(found)
