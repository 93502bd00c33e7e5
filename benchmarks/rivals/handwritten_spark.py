"""The hand-written query as Spark SQL, on the same files and as many cores."""

from pyspark.sql import SparkSession
from turns import take_turns
from wide import CELLS, answer, lines


def set_up(task):
    """Open the session and the files; the work is the query and taking its columns, as Arrow."""
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    session.read.parquet(*task["rows"]).createOrReplaceTempView("stored")
    session.read.parquet(*task["superseded"]).createOrReplaceTempView("gone")
    day = f"DATE '{task['known_on']}'"
    query = (
        f"SELECT in_area, last_month, {', '.join(CELLS)} FROM stored LEFT ANTI JOIN "
        f"(SELECT fact_id, revision FROM gone WHERE known <= {day}) AS away "
        f"USING (fact_id, revision) WHERE known <= {day} GROUP BY in_area, last_month"
    )

    def work():
        table = session.sql(query).toArrow()
        return lambda: answer(lines(table))

    return work


if __name__ == "__main__":
    take_turns(set_up)
