"""The same work on a long table, a row for each measure: in two stages, or query by query."""

import tempfile

import duckdb
from turns import take_turns
from wide import INDUSTRY, LARGE, LIMIT, NAMES, SUMS, files, live


def set_up(task):
    """Write the long table from the wide files first; the work is the queries."""
    connection = duckdb.connect()
    folder = tempfile.mkdtemp(prefix="jingkai-long-", dir=task["folder"])
    connection.execute(
        "COPY (SELECT in_area, last_month, trade, measure, amount, limited FROM ("
        "UNPIVOT (SELECT in_area, last_month, trade, "
        + ", ".join(f"m{n:02}" for n in range(20))
        + ", "
        + ", ".join(f"{by} AS by_{one}" for one, by in LARGE)
        + f" FROM {files(task['rows'])} WHERE {live(task)}) "
        f"ON COLUMNS('^m[0-9]') INTO NAME measure VALUE amount), "
        "LATERAL (SELECT CASE measure "
        + " ".join(f"WHEN '{one}' THEN by_{one} >= {LIMIT}" for one, _ in LARGE)
        + f" ELSE FALSE END AS limited)) TO '{folder}/long.parquet' (FORMAT parquet)"
    )
    table = f"read_parquet('{folder}/long.parquet')"
    wanted = [(one, "TRUE") for one in SUMS]
    wanted += [(one, "trade = 'industry'") for one in INDUSTRY]
    wanted += [(one, "limited") for one, _ in LARGE]
    by_measure = {one: condition for one, condition in wanted}

    def two_stages():
        rows = connection.execute(
            "SELECT in_area, last_month, measure, sum(amount), "
            "sum(amount) FILTER (trade = 'industry'), sum(amount) FILTER (limited) "
            f"FROM {table} GROUP BY ALL"
        ).fetchall()
        place = {"TRUE": 0, "trade = 'industry'": 1, "limited": 2}
        names = dict(zip(by_measure, NAMES, strict=True))
        found = {name: {} for name in NAMES}
        for area, month, measure, *totals in rows:
            total = totals[place[by_measure[measure]]]
            if total is not None:
                found[names[measure]][f"{area}|{month}"] = int(total)
        return lambda: found

    def one_by_one():
        found = {}
        for name, (measure, condition) in zip(NAMES, wanted, strict=True):
            rows = connection.execute(
                f"SELECT in_area, last_month, sum(amount) FROM {table} "
                f"WHERE measure = '{measure}' AND {condition} GROUP BY ALL"
            ).fetchall()
            found[name] = {f"{a}|{m}": int(total) for a, m, total in rows if total is not None}
        return lambda: found

    return one_by_one if task["shape"] == "per_indicator" else two_stages


take_turns(set_up)
