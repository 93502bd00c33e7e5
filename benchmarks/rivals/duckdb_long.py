"""The same work on a long table, a row for each measure: in two stages, or query by query.

The table holds every version, as ours does, so that it too can answer as known on any day. A
condition on another measure of the same row is a join here.
"""

import tempfile

import duckdb
from turns import take_turns
from wide import INDUSTRY, LARGE, LIMIT, NAMES, SUMS, files, lines, live

PAIR = "('{}', '{}')"


def set_up(task):
    """Write the long table from the wide files first; the work is the queries."""
    connection = duckdb.connect()
    folder = tempfile.mkdtemp(prefix="jingkai-long-", dir=task["folder"])
    connection.execute(
        "COPY (UNPIVOT (SELECT fact_id, revision, known, in_area, last_month, trade, "
        + ", ".join(f"m{n:02}" for n in range(20))
        + f" FROM {files(task['rows'])}) ON COLUMNS('^m[0-9]') INTO NAME measure VALUE amount) "
        f"TO '{folder}/long.parquet' (FORMAT parquet)"
    )
    table = f"read_parquet('{folder}/long.parquet')"
    wanted = [(one, "TRUE") for one in SUMS]
    wanted += [(one, "trade = 'industry'") for one in INDUSTRY]
    pairs = ", ".join(PAIR.format(by, one) for one, by in LARGE)

    def over_the_limit(measures):
        """Return the facts whose other measure reaches the limit, by the measure they let count."""
        return (
            f"SELECT fact_id, revision, pairs.measure FROM {table} AS stored "
            f"JOIN (VALUES {measures}) AS pairs(other, measure) ON stored.measure = pairs.other "
            f"WHERE amount >= {LIMIT}"
        )

    first = (
        "SELECT in_area, last_month, measure, sum(amount) AS whole, "
        "sum(amount) FILTER (trade = 'industry') AS industry "
        f"FROM {table} AS stored WHERE measure < 'm15' AND {live(task)} GROUP BY ALL"
    )
    second = (
        f"SELECT in_area, last_month, measure, sum(amount) FROM {table} AS stored "
        f"SEMI JOIN ({over_the_limit(pairs)}) AS large USING (fact_id, revision, measure) "
        f"WHERE measure >= 'm15' AND {live(task)} GROUP BY ALL"
    )
    one_each = [
        f"SELECT in_area, last_month, sum(amount) FROM {table} AS stored "
        f"WHERE measure = '{measure}' AND {condition} AND {live(task)} GROUP BY ALL"
        for measure, condition in wanted
    ]
    one_each += [
        f"SELECT in_area, last_month, sum(amount) FROM {table} AS stored "
        f"SEMI JOIN ({over_the_limit(PAIR.format(by, one))}) AS large "
        f"USING (fact_id, revision, measure) "
        f"WHERE measure = '{one}' AND {live(task)} GROUP BY ALL"
        for one, by in LARGE
    ]

    def two_stages():
        tables = [connection.sql(query).to_arrow_table() for query in (first, second)]

        def told():
            found = {name: {} for name in NAMES}
            names = dict(zip([*SUMS, *INDUSTRY, *(one for one, _ in LARGE)], NAMES, strict=True))
            for area, month, measure, whole, industry in lines(tables[0]):
                total = industry if measure in INDUSTRY else whole
                if total is not None:
                    found[names[measure]][f"{area}|{month}"] = int(total)
            for area, month, measure, total in lines(tables[1]):
                found[names[measure]][f"{area}|{month}"] = int(total)
            return found

        return told

    def one_by_one():
        tables = [connection.sql(query).to_arrow_table() for query in one_each]
        return lambda: {
            name: {f"{a}|{m}": int(total) for a, m, total in lines(table) if total is not None}
            for name, table in zip(NAMES, tables, strict=True)
        }

    return one_by_one if task["shape"] == "per_indicator" else two_stages


take_turns(set_up)
