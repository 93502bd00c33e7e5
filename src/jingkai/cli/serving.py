"""Run the server and, beside it, the jobs."""

import multiprocessing
from typing import Any

from django.core.management import call_command
from django.db import connections
from granian.constants import Interfaces
from granian.server import Server

from jingkai.cli.daywork import do_jobs
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import drop_abandoned
from jingkai.org.services import open_departments

__all__ = ["prepare_database", "serve_forever"]


def prepare_database() -> None:
    """Bring the database to this version's shape, the departments to the package's.

    What an import staged whose process died long ago is cleared away.
    """
    call_command("migrate", verbosity=0, interactive=False)
    drop_abandoned()
    open_departments(current_zone())


def serve_forever(*, host: str, port: int, workers: int) -> None:
    """Serve until stopped; a process beside it does the promised jobs."""
    # The server forks its workers: no thread and no open database may be copied with them.
    spawn = multiprocessing.get_context("spawn")
    spawn.Process(target=do_jobs, daemon=True, name="jobs").start()
    connections.close_all()
    server: Any = Server(
        "jingkai.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=1,
        log_access=False,
        respawn_failed_workers=True,
    )
    server.serve()
