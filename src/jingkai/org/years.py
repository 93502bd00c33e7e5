"""The working year of the zone, and the years that are closed: nothing of them changes any more."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from jingkai.audit.services import note
from jingkai.database.statements import driver
from jingkai.kernel.words import Words
from jingkai.org.models import WorkYear

__all__ = [
    "WorkYear",
    "YearClosed",
    "YearRefused",
    "check_year_open",
    "close_year",
    "find_closing",
    "list_closed",
    "list_years",
    "reopen_year",
    "say_closed",
    "switch_year",
    "working_year",
]

_FIRST_YEAR = 2000
# In the order of the model's own columns, as `from_db` takes them.
_COLUMNS = ("id", "year", "is_current", "closed_on", "closed_by")
_CLOSED = f"SELECT {', '.join(_COLUMNS)} FROM org_workyear WHERE closed_on IS NOT NULL"


class YearClosed(ValueError):
    """A write into a year that is closed."""


class YearRefused(ValueError):
    """A year that cannot be switched to, closed or opened again like this."""


def working_year(today: date) -> int:
    """Return the year that the zone works on: the one switched to, else that of the day."""
    current = WorkYear.objects.filter(is_current=True).values_list("year", flat=True).first()
    return current or today.year


def list_years() -> list[WorkYear]:
    """Return the years that somebody switched to or closed, the latest first."""
    return list(WorkYear.objects.all())


def find_closing(year: int) -> WorkYear | None:
    """Return since when and by whom a year is closed; None while it is open."""
    return WorkYear.objects.filter(year=year, closed_on__isnull=False).first()


def list_closed(years: Iterable[int]) -> list[WorkYear]:
    """Return those of the years that are closed, the earliest first."""
    wanted = sorted(set(years))
    if not wanted:
        return []
    # Asked with every entry of the ledger: as SQL it costs a fifth of the entry less.
    marks = ", ".join(["%s"] * len(wanted))
    found = driver().every(f"{_CLOSED} AND year IN ({marks}) ORDER BY year", wanted)
    return [WorkYear.from_db("default", _COLUMNS, row) for row in found]


def check_year_open(year: int) -> None:
    """Refuse a change of a year that is closed."""
    if closing := find_closing(year):
        raise YearClosed(say_closed(closing))


def say_closed(closing: WorkYear) -> Words:
    """Return since when a year is closed, and whom to ask."""
    return Words(
        "%(year)s年已于 %(on)s 由%(by)s关闭，只能查看。"
        "确需改动，请有“管年度”权限的同事写明原因、重新打开这个年度。",
        year=closing.year,
        on=closing.closed_on,
        by=closing.closed_by,
    )


@transaction.atomic
def switch_year(*, year: int, by: str, on: date) -> WorkYear:
    """Let the zone work on a year: its plan is what the pages open with."""
    if not _FIRST_YEAR <= year <= on.year + 1:
        raise YearRefused(
            Words(
                "工作年度只能是 %(first)s 到 %(last)s 年，现在填的是 %(year)s。",
                first=_FIRST_YEAR,
                last=on.year + 1,
                year=year,
            )
        )
    before = working_year(on)
    found = _lock(year)
    if found.closed_on:
        raise YearRefused(Words("%(year)s年已关闭；要在这一年工作，请先重新打开。", year=year))
    if found.is_current:
        raise YearRefused(Words("现在就是%(year)s年，不用切换。", year=year))
    WorkYear.objects.filter(is_current=True).update(is_current=False)
    found.is_current = True
    found.save(update_fields=["is_current"])
    detail = {"before": before, "after": year, "by": by, "on": on}
    note(act="year.switched", object=f"year:{year}", detail=detail)
    return found


@transaction.atomic
def close_year(*, year: int, by: str, on: date) -> WorkYear:
    """Close a year that is over: its plan, readings and projects can only be looked at."""
    if year >= on.year:
        raise YearRefused(
            Words("%(year)s年还没有过完（今天是 %(on)s），不能关闭。", year=year, on=on)
        )
    if year < _FIRST_YEAR:
        raise YearRefused(Words("只能关闭 %(first)s 年以后的年度。", first=_FIRST_YEAR))
    if working_year(on) == year:
        raise YearRefused(
            Words("%(year)s年是现在的工作年度；请先切换到新年度，再关闭它。", year=year)
        )
    found = _lock(year)
    if found.closed_on:
        raise YearRefused(
            Words(
                "%(year)s年已于 %(closed_on)s 由%(closed_by)s关闭。",
                year=year,
                closed_on=found.closed_on,
                closed_by=found.closed_by,
            )
        )
    found.closed_on, found.closed_by = on, by
    found.save(update_fields=["closed_on", "closed_by"])
    note(act="year.closed", object=f"year:{year}", detail={"by": by, "on": on})
    return found


@transaction.atomic
def reopen_year(*, year: int, by: str, on: date, reason: str) -> WorkYear:
    """Open a closed year again, for a reason that stays in the audit."""
    found = WorkYear.objects.select_for_update().filter(year=year).first()
    if found is None or found.closed_on is None:
        raise YearRefused(Words("%(year)s年没有关闭，不用重新打开。", year=year))
    if not reason.strip():
        raise YearRefused(Words("请写明重新打开的原因。"))
    before = {"closed_on": found.closed_on, "closed_by": found.closed_by}
    found.closed_on, found.closed_by = None, ""
    found.save(update_fields=["closed_on", "closed_by"])
    detail = {"before": before, "by": by, "on": on, "reason": reason.strip()[:200]}
    note(act="year.reopened", object=f"year:{year}", detail=detail)
    return found


def _lock(year: int) -> WorkYear:
    found, _ = WorkYear.objects.select_for_update().get_or_create(year=year)
    return found
