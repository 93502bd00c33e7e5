"""The promised jobs, done in a process of their own beside the server."""

import logging
import time

from jingkai.cli.main import open_house

__all__ = ["do_jobs"]
# A tail that is cut off is found against the head that was published last.
_PUBLISH_EVERY = 3600
log = logging.getLogger(__name__)


def do_jobs() -> None:
    """Open the house and do the promised jobs until this process is ended.

    The process starts empty: what needs the house is imported once it stands.
    """
    open_house()
    from django.conf import settings
    from django.db import close_old_connections
    from django.utils import timezone

    from jingkai.cli.chains import publish_now
    from jingkai.jobs.services import run_due_jobs
    from jingkai.ladder.services import bring_up_to_date
    from jingkai.ledger.services import drop_abandoned
    from jingkai.supervision.services import robots_of_the_house, say_what_is_new

    published = float("-inf")
    while True:
        close_old_connections()
        try:
            _promise_the_days_work()
            run_due_jobs(now=timezone.now())
            bring_up_to_date(on=settings.BUSINESS_CLOCK.today())
            if robots := robots_of_the_house():
                say_what_is_new(robots=robots, now=timezone.now())
            if time.monotonic() - published > _PUBLISH_EVERY:
                publish_now()
                drop_abandoned()
                published = time.monotonic()
        except Exception:
            # A locked database or a restarting server passes; the jobs wait in their table.
            log.exception("jobs wait")
        time.sleep(1)


def _promise_the_days_work() -> None:
    """Promise what is done once a day; its key keeps it once, whatever the number of servers."""
    from django.conf import settings
    from django.utils import timezone

    from jingkai.jobs.services import promise

    business_day = settings.BUSINESS_CLOCK.today().isoformat()
    for kind, day, payload in (
        ("approvals.day", business_day, {"on": business_day}),
        ("mail.day", business_day, {"on": business_day}),
        ("plan.day", business_day, {"on": business_day}),
        ("supervision.day", business_day, {"on": business_day}),
        ("org.stop_idle", timezone.localdate(), {}),
    ):
        promise(kind=kind, key=f"{kind}:{day}", payload=payload, now=timezone.now())
