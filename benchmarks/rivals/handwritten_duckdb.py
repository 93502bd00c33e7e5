"""What a good analyst writes by hand: one grouped scan for each kind of fact, then a pivot."""

import datetime

import duckdb
from rows import open_ledger, plain
from turns import take_turns

LIVE = (
    "known <= $known AND fact NOT IN (SELECT fact FROM superseded WHERE superseded.known <= $known)"
)
READINGS = f"""
SELECT date_trunc('month', "on") AS month, subject,
       sum(amount), sum(rate), sum(share), sum(quantity), sum(area)
FROM readings WHERE {LIVE} GROUP BY ALL
"""
LARGE_INDUSTRIAL = "kind = '产业' AND amount >= 100000000"
GATES = {
    "projects_signed": "gate = 'sign'",
    "projects_signed_100m": "gate = 'sign' AND amount >= 100000000",
    "projects_signed_1b": "gate = 'sign' AND amount >= 1000000000",
    "projects_signed_top500": "gate = 'sign' AND top500 = '是'",
    "projects_started": "gate = 'start'",
    "large_industrial_started": f"gate = 'start' AND {LARGE_INDUSTRIAL}",
    "projects_commissioned": "gate = 'commission'",
    "large_industrial_commissioned": f"gate = 'commission' AND {LARGE_INDUSTRIAL}",
    "projects_at_full_output": "gate = 'full_output'",
}
COUNTS = ", ".join(f"count(*) FILTER ({condition})" for condition in GATES.values())
GATED = f"""
SELECT date_trunc('month', "on") AS month, sum(amount) FILTER (gate = 'sign'), {COUNTS}
FROM gates WHERE {LIVE} GROUP BY ALL
"""
COLUMNS = ("amount", "rate", "share", "quantity", "area")


def set_up(task):
    """Hold the rows in Arrow; the work is the two queries and the pivot."""
    connection = duckdb.connect()
    for name, table in open_ledger(task["ledger"]).items():
        connection.register(name, table)
    known = {"known": datetime.date.fromisoformat(task["known_on"])}
    wanted = {(one["subject"], one["column"]): one["id"] for one in task["cells"]}

    def work():
        found = {}
        for month, subject, *sums in connection.execute(READINGS, known).fetchall():
            for column, number in zip(COLUMNS, sums, strict=True):
                name = wanted.get((subject, column))
                if name and number is not None:
                    found.setdefault(name, {})[month.isoformat()[:7]] = number
        for month, *numbers in connection.execute(GATED, known).fetchall():
            for name, number in zip(("signed_investment", *GATES), numbers, strict=True):
                if number:
                    found.setdefault(name, {})[month.isoformat()[:7]] = number
        return lambda: {
            name: {month: plain(number) for month, number in months.items()}
            for name, months in found.items()
        }

    return work


if __name__ == "__main__":
    take_turns(set_up)
