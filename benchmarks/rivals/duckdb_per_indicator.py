"""One DuckDB query for each indicator over the wide files, as a dashboard tool does."""

import duckdb
from turns import take_turns
from wide import INDUSTRY, LARGE, LIMIT, NAMES, SUMS, files, lines, live


def set_up(task):
    """Write the queries; the work is every one of them, one after the other."""
    connection = duckdb.connect()
    conditions = [(one, "TRUE") for one in SUMS]
    conditions += [(one, "trade = 'industry'") for one in INDUSTRY]
    conditions += [(one, f"{by} >= {LIMIT}") for one, by in LARGE]
    queries = [
        f"SELECT in_area, last_month, sum({column}) FROM {files(task['rows'])} AS stored "
        f"WHERE {condition} AND {live(task)} GROUP BY ALL"
        for column, condition in conditions
    ]

    def work():
        found = [connection.sql(query).to_arrow_table() for query in queries]
        return lambda: {
            name: {
                f"{area}|{month}": int(total)
                for area, month, total in lines(table)
                if total is not None
            }
            for name, table in zip(NAMES, found, strict=True)
        }

    return work


take_turns(set_up)
