"""Read from the audit chain when the zone was last backed up, and when a restore was proved."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jingkai.audit.queries import AuditLine
from jingkai.backup.rules import JOB_KINDS
from jingkai.jobs.queries import list_open_jobs

__all__ = ["Run", "is_under_way", "last_run", "list_runs"]

MADE, PROVED = "backup.made", "backup.proved"
_ACTS = (MADE, PROVED, "backup.restored", "backup.failed")


@dataclass(frozen=True)
class Run:
    """A backup, a drill or a restore as it was noted."""

    at: datetime
    act: str
    who: str
    place: str
    detail: dict[str, Any]


def list_runs(limit: int) -> list[Run]:
    """Return what was done, newest first. A drill makes a backup of its own on its way."""
    found = AuditLine.objects.filter(act__in=_ACTS).order_by("-number")[:limit]
    return [_run(line) for line in found]


def last_run(act: str) -> Run | None:
    """Return the latest run of one kind; a backup that a drill threw away does not count."""
    found = AuditLine.objects.filter(act=act).order_by("-number")
    if act == MADE:
        found = found.exclude(object__contains="jingkai-drill-")
    line = found.first()
    return None if line is None else _run(line)


def is_under_way() -> bool:
    """Tell whether a backup or a drill waits or runs."""
    return list_open_jobs(JOB_KINDS).exists()


def _run(line: AuditLine) -> Run:
    return Run(line.at, line.act, line.name, line.object, json.loads(line.detail or "{}"))
