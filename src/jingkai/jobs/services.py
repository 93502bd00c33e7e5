"""Promise work and do it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.db import transaction

from jingkai.jobs.models import Job

__all__ = ["Work", "promise", "run_due_jobs"]

Work = Callable[[dict[str, Any]], None]
ATTEMPTS = 5
# A worker that died leaves its job running; another one takes it up after this time.
ABANDONED_AFTER = timedelta(minutes=2)
# A long job copies whole databases; nobody may take it for dead while it works.
LONG_ABANDONED_AFTER = timedelta(hours=2)


def promise(*, kind: str, key: str, payload: dict[str, Any], now: datetime) -> None:
    """Promise one job inside the caller's transaction; the same key is promised only once."""
    if kind not in _kinds():
        raise LookupError(f"没有“{kind}”这种任务；已登记的任务：{'、'.join(sorted(_kinds()))}。")
    Job.objects.get_or_create(key=key, defaults={"kind": kind, "payload": payload, "due_at": now})


def run_due_jobs(*, now: datetime, limit: int = 100) -> int:
    """Do the jobs that are due, oldest first; return how many were done."""
    done = 0
    for _ in range(limit):
        job = _claim(now)
        if job is None:
            break
        done += _do(job, now)
    return done


@transaction.atomic
def _claim(now: datetime) -> Job | None:
    running = Job.objects.filter(state=Job.State.RUNNING)
    lost = running.exclude(kind__in=_long_kinds()).filter(claimed_at__lt=now - ABANDONED_AFTER)
    lost.update(state=Job.State.WAITING)
    stuck = running.filter(kind__in=_long_kinds(), claimed_at__lt=now - LONG_ABANDONED_AFTER)
    stuck.update(state=Job.State.FAILED, error="没有做完：做它的进程中途停了。")
    waiting = Job.objects.filter(state=Job.State.WAITING, due_at__lte=now).order_by("due_at", "pk")
    job = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if job is not None:
        job.state, job.claimed_at, job.attempts = Job.State.RUNNING, now, job.attempts + 1
        job.save(update_fields=["state", "claimed_at", "attempts"])
    return job


def _do(job: Job, now: datetime) -> bool:
    if job.kind in _long_kinds():
        return _do_long(job)
    try:
        # The effect and its tick are one transaction: done once, or not at all.
        with transaction.atomic():
            _kinds()[job.kind](job.payload)
            Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, error="")
    except Exception as problem:
        again = job.attempts < ATTEMPTS
        Job.objects.filter(pk=job.pk).update(
            state=Job.State.WAITING if again else Job.State.FAILED,
            due_at=now + timedelta(seconds=2**job.attempts),
            error=f"{type(problem).__name__}: {problem}",
        )
        return False
    return True


def _do_long(job: Job) -> bool:
    """Do a job outside any transaction, once: it locks nobody out, and who asked asks again."""
    try:
        _long_kinds()[job.kind](job.payload)
    except Exception as problem:
        told = f"{type(problem).__name__}: {problem}"
        Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED, error=told)
        return False
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, error="")
    return True


def _kinds() -> dict[str, Work]:
    """Return what each kind of job does: every context may name its own in services.JOBS."""
    return _offered("JOBS") | _long_kinds()


def _long_kinds() -> dict[str, Work]:
    """Return the kinds that work outside a transaction: services.LONG_JOBS."""
    return _offered("LONG_JOBS")


def _offered(name: str) -> dict[str, Work]:
    kinds: dict[str, Work] = {}
    for package in ("org", "backup", *settings.CONTEXTS):
        if find_spec(f"jingkai.{package}.services"):
            kinds |= getattr(import_module(f"jingkai.{package}.services"), name, {})
    return kinds
