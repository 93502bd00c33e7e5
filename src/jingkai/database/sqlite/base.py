"""Django's SQLite, with turns: writers ask for the write lock one by one and none is passed over.

SQLite lets a writer that waits sleep longer and longer, up to a tenth of a second, and whoever asks
at the right moment goes first: beside an import some waited for seconds. Here a writer takes a lock
on a file beside the database before it begins, and asks the more often the longer it has waited.
The kernel gives the lock back when a process dies.
"""

import fcntl
import os
import time
from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from jingkai.database.sqlite.schema import DatabaseSchemaEditor

__all__ = ["DatabaseWrapper"]

# A newcomer asks again after the longest of these, who waited a while after the shortest.
PATIENCE = (0.004, 0.002, 0.001, 0.0005)
WAITED = 0.05
LONG = 0.02


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits its turn before it begins to write."""

    SchemaEditorClass = DatabaseSchemaEditor
    _file: int | None = None
    _is_mine = False
    _since = _held = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the database with sums of whole numbers, and the file whose lock is the turn."""
        made = super().get_new_connection(conn_params)
        # Once: SQLite prepares every statement anew after a function was added.
        made.create_function("whole_sum", 2, _whole_sum, deterministic=True)
        if not self.is_in_memory_db():
            path = Path(f"{self.settings_dict['NAME']}-turn")
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return made

    def _start_transaction_under_autocommit(self) -> None:
        self._wait_for_turn()
        try:
            if self.execute_wrappers:
                super()._start_transaction_under_autocommit()
            else:
                with self.wrap_database_errors:
                    self.connection.execute(f"BEGIN {self.transaction_mode or ''}")
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()
        self._give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._give_turn()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._is_mine = False
            if self._file is not None:
                os.close(self._file)
                self._file = None

    def _wait_for_turn(self) -> None:
        if self._file is None or self._is_mine:
            return
        # Who has just held the lock for long lets the others go first.
        if self._held > LONG:
            self._held = 0.0
            time.sleep(2 * PATIENCE[0])
        began = time.monotonic()
        most = self.settings_dict["OPTIONS"].get("timeout", 5)
        while not self._may_go():
            waited = time.monotonic() - began
            if waited > most:
                raise OperationalError("database is locked")
            time.sleep(PATIENCE[min(int(waited / WAITED), len(PATIENCE) - 1)])

    def _may_go(self) -> bool:
        assert self._file is not None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._is_mine, self._since = True, time.monotonic()
        return True

    def _give_turn(self) -> None:
        if self._is_mine and self._file is not None:
            self._is_mine, self._held = False, time.monotonic() - self._since
            fcntl.flock(self._file, fcntl.LOCK_UN)


def _whole_sum(kept: str, more: str) -> str:
    """Add whole numbers of any size that are kept as text."""
    return str(int(kept) + int(more))
