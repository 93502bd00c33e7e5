"""Read what was promised."""

from collections.abc import Collection

from django.db.models import QuerySet

from jingkai.jobs.models import Job

__all__ = ["Job", "list_open_jobs"]


def list_open_jobs(kinds: Collection[str]) -> QuerySet[Job]:
    """Return the jobs of these kinds that wait or run, oldest first."""
    states = [Job.State.WAITING, Job.State.RUNNING]
    return Job.objects.filter(kind__in=kinds, state__in=states).order_by("due_at", "pk")
