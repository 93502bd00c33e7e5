"""The distributed engine: the same plans as Spark SQL over the same files."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import pyarrow.parquet as pq
from pyspark.sql import SparkSession

from jingkai.engines.answers import Answer, Block
from jingkai.engines.plans import make_plans
from jingkai.engines.sources import Source, filled_columns, select_list
from jingkai.kernel.indicators import Indicator

__all__ = ["SparkEngine"]


class SparkEngine:
    """Scan the lake on a Spark cluster, or on this machine with `local[2]`."""

    def __init__(self, master: str) -> None:
        self.session: Any = (
            SparkSession.builder.master(master)
            .appName("jingkai")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .config("spark.sql.session.timeZone", "Asia/Shanghai")
            # A product that does not fit must fail, never become NULL or lose a decimal.
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.sql.decimalOperations.allowPrecisionLoss", "false")
            .getOrCreate()
        )
        self.session.sparkContext.setLogLevel("ERROR")

    def scan(self, indicators: Sequence[Indicator], source: Source, known_on: date) -> Answer:
        """Return every piece of the indicators as known on a day."""
        with tempfile.TemporaryDirectory(prefix="jingkai-spark-") as folder:
            plans = make_plans(
                indicators, source.fact_type, source.dimensions, filled_columns(source)
            )
            facts = self._open_source(source, known_on, Path(folder))
            # What one plan reads, it reads from the files, and only the columns that it needs.
            kept = facts.cache() if len(plans) > 1 else facts
            kept.createOrReplaceTempView("facts")
            answer = Answer()
            for plan in plans:
                sql = str(ibis.to_sql(plan.expression, dialect="pyspark"))
                answer.blocks.append(Block(plan, self.session.sql(sql).toArrow()))
            kept.unpersist()
        return answer

    def _open_source(self, source: Source, known_on: date, folder: Path) -> Any:
        """Return the live rows of every version of the files, and recent ones."""
        day = f"DATE '{known_on.isoformat()}'"
        superseded = list(source.superseded)
        if source.recently_superseded is not None:
            pq.write_table(source.recently_superseded, folder / "superseded.parquet")
            superseded.append(str(folder / "superseded.parquet"))
        without = ""
        if superseded:
            self._view("superseded", superseded)
            without = (
                " AND NOT EXISTS (SELECT 1 FROM superseded AS gone WHERE gone.known <= "
                f"{day} AND gone.fact_id = stored.fact_id AND gone.revision = stored.revision)"
            )
        groups = {columns: list(files) for columns, files in source.files.items()}
        if source.recent is not None:
            pq.write_table(source.recent, folder / "recent.parquet")
            names = tuple(source.recent.column_names)
            groups.setdefault(names, []).append(str(folder / "recent.parquet"))
        stored = []
        for number, (columns, files) in enumerate(groups.items()):
            self._view(f"stored_{number}", files)
            stored.append(
                f"SELECT {select_list(source, columns, '`')} FROM stored_{number} AS stored "
                f"WHERE known <= {day}{without}"
            )
        return self.session.sql(" UNION ALL ".join(stored))

    def _view(self, name: str, files: Sequence[str]) -> None:
        self.session.read.parquet(*files).createOrReplaceTempView(name)
