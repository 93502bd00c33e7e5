"""Polars over the same wide files, lazily, in its streaming engine."""

import datetime

import polars as pl
from turns import take_turns
from wide import INDUSTRY, LARGE, LIMIT, NAMES, SUMS, answer


def set_up(task):
    """Write the plan; the work is collecting it."""
    day = datetime.date.fromisoformat(task["known_on"])
    rows = pl.scan_parquet(task["rows"]).filter(pl.col("known") <= day)
    if task["superseded"]:
        gone = pl.scan_parquet(task["superseded"]).filter(pl.col("known") <= day)
        rows = rows.join(gone, on=["fact_id", "revision"], how="anti")
    cells = [pl.col(one).sum() for one in SUMS]
    cells += [pl.col(one).filter(pl.col("trade") == "industry").sum() for one in INDUSTRY]
    cells += [pl.col(one).filter(pl.col(by) >= LIMIT).sum() for one, by in LARGE]
    counts = [pl.col(by).filter(pl.col(by) >= LIMIT).len().alias(f"n{one}") for one, by in LARGE]
    counts += [
        pl.col(one).filter(pl.col("trade") == "industry").len().alias(f"n{one}") for one in INDUSTRY
    ]
    named = [cell.alias(name) for name, cell in zip(NAMES, cells, strict=True)]
    plan = rows.group_by("in_area", "last_month").agg(*named, *counts)

    def work():
        table = plan.collect(engine="streaming")
        columns = ["in_area", "last_month", *NAMES]

        def told():
            # A sum over nothing is 0 in polars; it is no number here.
            lines = []
            for line in table.iter_rows(named=True):
                for name in NAMES:
                    if name[:3] != "sum" and not line[f"nm{name[-2:]}"]:
                        line[name] = None
                lines.append([line[column] for column in columns])
            return answer(lines)

        return told

    return work


take_turns(set_up)
