"""What the rivals of the wide lake share: where its rows are, and which of them count."""

import datetime

SUMS = [f"m{n:02}" for n in range(10)]
INDUSTRY = [f"m{n:02}" for n in range(10, 15)]
LARGE = [(f"m{n:02}", f"m{n - 10:02}") for n in range(15, 20)]
NAMES = [
    *(f"sum_{one[1:]}" for one in SUMS),
    *(f"industry_{one[1:]}" for one in INDUSTRY),
    *(f"large_{one[1:]}" for one, _ in LARGE),
]
LIMIT = 50_000_000  # 500,000 yuan in fen
CELLS = [
    *(f"sum({one})" for one in SUMS),
    *(f"sum({one}) FILTER (WHERE trade = 'industry')" for one in INDUSTRY),
    *(f"sum({one}) FILTER (WHERE {by} >= {LIMIT})" for one, by in LARGE),
]


def files(paths):
    """Return the paths as DuckDB reads them."""
    return "read_parquet([" + ", ".join(f"'{path}'" for path in paths) + "])"


def live(task, rows="stored"):
    """Return the condition under which a row counts as known on the day."""
    day = datetime.date.fromisoformat(task["known_on"])
    gone = (
        f" AND NOT EXISTS (SELECT 1 FROM {files(task['superseded'])} AS gone WHERE "
        f"gone.known <= DATE '{day}' AND gone.fact_id = {rows}.fact_id "
        f"AND gone.revision = {rows}.revision)"
        if task["superseded"]
        else ""
    )
    return f"{rows}.known <= DATE '{day}'{gone}"


def lines(table):
    """Return the rows of an Arrow table; outside the measured time."""
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def answer(rows):
    """Return name → area and month → total, from rows of area, month and totals."""
    found = {name: {} for name in NAMES}
    for area, month, *totals in rows:
        for name, total in zip(NAMES, totals, strict=True):
            if total is not None:
                found[name][f"{area}|{month}"] = int(total)
    return found
