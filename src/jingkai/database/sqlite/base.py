"""Django's SQLite, with turns: writers get the write lock one by one, in the order they asked.

SQLite lets a writer that waits sleep longer and longer, up to a tenth of a second, and whoever asks
at the right moment goes first: beside an import some waited for seconds. Here writers queue at a
file beside the database, where the kernel keeps their order and takes out a process that dies; the
first of them looks for the turn, so that it can give up after the timeout.

A commit is as durable as `synchronous=FULL` makes it, and the next writer does not wait for the
disk: the turn is over once the commit is in the log, and the log is flushed before anybody is told.
The flushes of several writers become one.
"""

import fcntl
import os
import time
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from jingkai.database.sqlite.schema import DatabaseSchemaEditor

__all__ = ["DatabaseWrapper"]

# How often the first in the queue looks whether the turn is over.
LOOK = 0.0003
FULL = 2


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits its turn before it begins to write."""

    SchemaEditorClass = DatabaseSchemaEditor
    # Files: whose turn it is, who is next, and SQLite's log where commits are flushed here.
    _turn: int | None = None
    _queue: int | None = None
    _log: int | None = None
    _is_mine = _flushes = False
    # Where transactions begin and end.
    _bounds: Any = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the database with sums of whole numbers, and the files at which writers queue."""
        made = super().get_new_connection(conn_params)
        self._bounds = made.cursor()
        # Once: SQLite prepares every statement anew after a function was added.
        made.create_function("whole_sum", 2, _whole_sum, deterministic=True)
        if not self.is_in_memory_db():
            self._turn, self._queue = self._open("-turn"), self._open("-queue")
            asked = [made.execute(f"PRAGMA {of}").fetchone()[0] for of in _DURABILITY]
            self._flushes = asked == ["wal", FULL]
        return made

    def _open(self, what: str) -> int:
        name = f"{self.settings_dict['NAME']}{what}"
        return os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def _start_transaction_under_autocommit(self) -> None:
        self._wait_for_turn()
        try:
            self._synchronous("NORMAL")
            if self.execute_wrappers:
                super()._start_transaction_under_autocommit()
            else:
                with self.wrap_database_errors:
                    self._bounds.execute(f"BEGIN {self.transaction_mode or ''}")
        except BaseException:
            self._give_turn()
            self._synchronous("FULL")
            raise

    def _set_autocommit(self, autocommit: bool) -> None:
        # BEGIN is a statement of its own: after it the driver is where it was.
        if not autocommit or self.connection.isolation_level is not None:
            super()._set_autocommit(autocommit)

    def _commit(self) -> None:
        if self.execute_wrappers or self.queries_logged or self.connection is None:
            super()._commit()
        else:
            with self.wrap_database_errors:
                # A statement that stays prepared, as BEGIN does; the driver's own is not.
                self._bounds.execute("COMMIT")
        self._give_turn()
        self._synchronous("FULL")
        self._flush()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._give_turn()
            self._synchronous("FULL")

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            for one in (self._turn, self._queue, self._log):
                if one is not None:
                    os.close(one)
            self._turn = self._queue = self._log = self._bounds = None
            self._is_mine = self._flushes = False

    def _wait_for_turn(self) -> None:
        if self._turn is None or self._queue is None or self._is_mine:
            return
        began = time.monotonic()
        fcntl.flock(self._queue, fcntl.LOCK_EX)
        try:
            while not self._may_go(self._turn):
                # Who queued behind one that gave up has waited as long.
                if time.monotonic() - began > self.settings_dict["OPTIONS"].get("timeout", 5):
                    raise OperationalError("database is locked")
                time.sleep(LOOK)
        finally:
            fcntl.flock(self._queue, fcntl.LOCK_UN)

    def _may_go(self, turn: int) -> bool:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._is_mine = True
        return True

    def _give_turn(self) -> None:
        if self._is_mine and self._turn is not None:
            self._is_mine = False
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def _synchronous(self, mode: str) -> None:
        """Leave the flush of a commit to us, or give it back to SQLite for single statements."""
        if self._flushes and self.connection is not None and not self.connection.in_transaction:
            # As a script: a statement that was prepared before would not change it again.
            self.connection.executescript(f"PRAGMA synchronous={mode}")

    def _flush(self) -> None:
        """Wait until what is committed is on the disk.

        A log that was begun anew since then was copied into the database and flushed before.
        """
        if not self._flushes:
            return
        try:
            if self._log is None:
                self._log = os.open(f"{self.settings_dict['NAME']}-wal", os.O_RDWR | os.O_CLOEXEC)
            os.fdatasync(self._log)
        except OSError as problem:
            raise OperationalError(f"the commit may not be on the disk: {problem}") from problem


_DURABILITY = ("journal_mode", "synchronous")


def _whole_sum(kept: str, more: str) -> str:
    """Add whole numbers of any size that are kept as text."""
    return str(int(kept) + int(more))
