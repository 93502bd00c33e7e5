"""What a good analyst writes by hand: one grouped scan of the wide files."""

import duckdb
from turns import take_turns
from wide import CELLS, answer, files, lines, live


def set_up(task):
    """Write the query; the work is running it and taking its columns, as Arrow."""
    connection = duckdb.connect()
    query = (
        f"SELECT in_area, last_month, {', '.join(CELLS)} FROM {files(task['rows'])} AS stored "
        f"WHERE {live(task)} GROUP BY ALL"
    )

    def work():
        table = connection.sql(query).to_arrow_table()
        return lambda: answer(lines(table))

    return work


if __name__ == "__main__":
    take_turns(set_up)
