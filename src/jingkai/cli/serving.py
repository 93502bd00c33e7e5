"""Run the server and, beside it, the jobs."""

import logging
import threading
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import close_old_connections
from django.utils import timezone
from granian.constants import Interfaces
from granian.server import Server

from jingkai.cli.chains import publish_now
from jingkai.jobs.services import promise, run_due_jobs
from jingkai.kernel.zone import current_zone
from jingkai.org.services import open_departments

__all__ = ["prepare_database", "serve_forever"]
# A tail that is cut off is found against the head that was published last.
_PUBLISH_EVERY = 3600
log = logging.getLogger(__name__)


def prepare_database() -> None:
    """Bring the database to the shape of this version, and the departments to the package's."""
    call_command("migrate", verbosity=0, interactive=False)
    open_departments(current_zone())


def serve_forever(*, host: str, port: int, workers: int) -> None:
    """Serve until stopped; one thread of this process does the promised jobs."""
    threading.Thread(target=_do_jobs, daemon=True, name="jobs").start()
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


def _do_jobs() -> None:
    published = float("-inf")
    while True:
        close_old_connections()
        try:
            today = settings.BUSINESS_CLOCK.today().isoformat()
            # The day's work of the counter: its key lets it be promised once a day.
            promise(
                kind="approvals.day",
                key=f"approvals.day:{today}",
                payload={"on": today},
                now=timezone.now(),
            )
            run_due_jobs(now=timezone.now())
            if time.monotonic() - published > _PUBLISH_EVERY:
                publish_now()
                day = timezone.localdate()
                promise(
                    kind="org.stop_idle", key=f"org.stop_idle:{day}", payload={}, now=timezone.now()
                )
                published = time.monotonic()
        except Exception:
            # A locked database or a restarting server passes; the jobs wait in their table.
            log.exception("jobs wait")
        time.sleep(1)


def _promise_of_the_day() -> None:
    """Promise what is done once a day, whatever the number of servers."""
    key = f"org.stop_idle:{timezone.localdate()}"
    promise(kind="org.stop_idle", key=key, payload={}, now=timezone.now())
