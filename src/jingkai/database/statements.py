"""Statements on the driver's own cursor, for the few writes that are the busiest of the house.

There Django's wrappers would cost more than the database does. Errors still come as Django's.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from threading import local
from typing import Any

from django.db import connections

__all__ = ["Driver", "driver"]

_for_sqlite: dict[str, str] = {}
_of_thread = local()


class Driver:
    """This thread's connection, as the driver gives it; statements mark their values with %s.

    Every statement is over when its answer is returned, so that one cursor serves them all.
    """

    def __init__(self, database: Any) -> None:
        self._database = database
        self.connection = database.connection
        self._cursor = self.connection.cursor()
        self._execute = self._cursor.execute
        self._errors = database.wrap_database_errors
        # On SQLite the transaction itself is the lock.
        self.locks_rows = database.vendor != "sqlite"

    @property
    def is_in_transaction(self) -> bool:
        """Tell whether what is run now is committed with something around it."""
        return bool(self._database.in_atomic_block)

    def write(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; return how many rows it wrote."""
        count: int = self._run(sql, values).rowcount
        return count

    def insert(self, sql: str, values: Sequence[Any]) -> int:
        """Insert one row; return its id."""
        if self.locks_rows:
            number: int = self._run(f"{sql} RETURNING id", values).fetchone()[0]
        else:
            # SQLite tells the number of the row without being asked to return it.
            number = self._run(sql, values).lastrowid
        return number

    def first(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Return the first row that a query finds, None where there is none."""
        return self._run(sql, values).fetchone()

    def every(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return the rows that a query finds."""
        rows: list[Any] = self._run(sql, values).fetchall()
        return rows

    def _run(self, sql: str, values: Sequence[Any]) -> Any:
        if not self.locks_rows:
            marked = _for_sqlite.get(sql)
            if marked is None:
                marked = _for_sqlite[sql] = sql.replace("%s", "?")
            sql = marked
        try:
            return self._execute(sql, values)
        except Exception:
            with self._errors:
                raise

    def wait_for_turn(self, number: int) -> None:
        """Wait until nobody else has the turn of this number, and keep it with the transaction.

        On SQLite the transaction itself is the turn.
        """
        if self.locks_rows:
            self.first("SELECT pg_advisory_xact_lock(%s)", (number,))

    def locking(self, sql: str, of: str) -> str:
        """Return a query that locks the rows it reads of a table."""
        return f"{sql} FOR UPDATE OF {of}" if self.locks_rows else sql

    def moment(self, at: datetime) -> Any:
        """Return a time as the database keeps it: SQLite in UTC, without saying so."""
        if self.locks_rows:
            return at
        return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(" ")[:-6]

    def day(self, on: date | None) -> Any:
        """Return a day as the database keeps it: SQLite as a text."""
        return on if self.locks_rows or on is None else on.isoformat()


def driver() -> Driver:
    """Return the driver of this thread's connection, opened if it was not."""
    database = connections["default"]
    if database.connection is None:
        database.ensure_connection()
    kept: Driver | None = getattr(_of_thread, "driver", None)
    if kept is None or kept.connection is not database.connection:
        kept = _of_thread.driver = Driver(database)
    return kept
