"""备份: when the zone was last backed up, when a restore was proved, and both at a press."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from jingkai.audit.rules import ACT_WORDS
from jingkai.backup.queries import MADE, PROVED, Run, is_under_way, last_run, list_runs
from jingkai.backup.rules import JOB_KINDS
from jingkai.backup.services import BackupRefused, ask_for
from jingkai.kernel.words import Words
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.language import speak, spoken_refusal
from jingkai.web.shell import show

RUNS_SHOWN = 20
BACKUP_IS_OLD, PROOF_IS_OLD = timedelta(days=1), timedelta(days=7)
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Latest:
    """The latest run of one kind: since when, whether that is too long ago, and its figures."""

    at: datetime | None
    age: str
    is_old: bool
    figures: str
    place: str


@dataclass(frozen=True)
class RunRow:
    """One backup, drill or restore."""

    at: datetime
    act: str
    who: str
    place: str
    figures: str
    why: str


@dataclass
class BackupPage:
    """The state of the backups, and what was done."""

    title: str
    made: Latest
    proved: Latest
    is_under_way: bool
    rows: list[RunRow]
    folder: str
    template: str = "web/backup.html"


@needs(Permission.KEEP_BACKUP)
def backup(request: HttpRequest) -> HttpResponse:
    """Show the state of the backups; ask for one, or for a drill."""
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        if kind in JOB_KINDS:
            _ask(request, kind)
        return redirect("backup")
    now = timezone.now()
    made = _latest(last_run(MADE), now, BACKUP_IS_OLD)
    proved = _latest(last_run(PROVED), now, PROOF_IS_OLD)
    page = BackupPage(
        title=_title(made, proved),
        made=made,
        proved=proved,
        is_under_way=is_under_way(),
        rows=[_row(one) for one in list_runs(RUNS_SHOWN)],
        folder=str(settings.BACKUPS),
    )
    return show(request, page)


def _ask(request: HttpRequest, kind: str) -> None:
    try:
        ask_for(kind, by=request.user, now=timezone.now())
    except BackupRefused as refusal:
        messages.error(request, spoken_refusal(refusal))
    else:
        messages.success(request, _("已开始。做完后结果列在下面，期间可以照常办公。"))


def _title(made: Latest, proved: Latest) -> str:
    if made.at is None:
        return _("还没有备份过")
    if proved.at is None:
        return _("%(age)s备份过，还没有演练过恢复") % {"age": made.age}
    return _("%(made)s备份过，%(proved)s证明过能恢复") % {"made": made.age, "proved": proved.age}


def _latest(run: Run | None, now: datetime, limit: timedelta) -> Latest:
    if run is None:
        return Latest(None, "", True, "", "")
    return Latest(run.at, _age(now - run.at), now - run.at > limit, _figures(run.detail), run.place)


def _age(passed: timedelta) -> str:
    if passed < timedelta(minutes=1):
        return _("刚刚")
    if passed < timedelta(hours=1):
        return _("%(count)s 分钟前") % {"count": passed.seconds // 60}
    if passed < timedelta(days=1):
        return _("%(count)s 小时前") % {"count": passed.seconds // 3600}
    return _("%(count)s 天前") % {"count": passed.days}


def _figures(detail: dict[str, Any]) -> str:
    """Print what was copied; runs noted before figures were kept have only their rows."""
    if "rows" not in detail:
        return ""
    if "bytes" not in detail:
        return _("%(rows)s 行") % {"rows": f"{detail['rows']:,}"}
    return _("%(rows)s 行，%(files)s 个文件，%(size)s MB，用时 %(seconds)s 秒") % {
        "rows": f"{detail['rows']:,}",
        "files": f"{detail['files']:,}",
        "size": f"{detail['bytes'] / _MEGABYTE:,.1f}",
        "seconds": detail["seconds"],
    }


def _row(run: Run) -> RunRow:
    word = _(ACT_WORDS.get(run.act, run.act))
    figures = _figures(run.detail)
    words = run.detail.get("words")
    why = speak(Words.of(words)) if words else run.detail.get("why", "")
    return RunRow(run.at, word, run.who, run.place, figures, why)
