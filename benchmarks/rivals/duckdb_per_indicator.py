"""One DuckDB query for each indicator, as a dashboard tool does."""

import datetime

import duckdb
from handwritten_duckdb import GATES, LIVE
from rows import open_ledger, plain
from turns import take_turns

MONTH = "date_trunc('month', \"on\")"


def set_up(task):
    """Hold the rows in Arrow; the work is every query, one after the other."""
    connection = duckdb.connect()
    for name, table in open_ledger(task["ledger"]).items():
        connection.register(name, table)
    known = {"known": datetime.date.fromisoformat(task["known_on"])}
    queries = {
        one["id"]: f"SELECT {MONTH}, sum({one['column']}) FROM readings "
        f"WHERE subject = '{one['subject']}' AND {LIVE} GROUP BY ALL"
        for one in task["cells"]
    }
    queries |= {
        name: f"SELECT {MONTH}, count(*) FROM gates WHERE {condition} AND {LIVE} GROUP BY ALL"
        for name, condition in GATES.items()
    }
    queries["signed_investment"] = (
        f"SELECT {MONTH}, sum(amount) FROM gates WHERE gate = 'sign' AND {LIVE} GROUP BY ALL"
    )

    def work():
        found = {
            name: connection.execute(query, known).fetchall() for name, query in queries.items()
        }
        return lambda: {
            name: {
                month.isoformat()[:7]: plain(number) for month, number in rows if number is not None
            }
            for name, rows in found.items()
            if any(number is not None for _, number in rows)
        }

    return work


take_turns(set_up)
