"""Large sheets are read and written beside the pages, which say how far they are."""

from collections.abc import Callable
from datetime import date
from typing import Any

from jingkai.kernel.periods import parse_period
from jingkai.kernel.words import Words, words_of
from jingkai.ledger.services import NotRecordable
from jingkai.reading.columntable import ColumnTable
from jingkai.reading.tables import CannotReadTable
from jingkai.returns.difference import see
from jingkai.returns.filing import confirm
from jingkai.returns.models import ReturnFile
from jingkai.returns.refusals import ReturnRefused, form_of
from jingkai.returns.staging import SHOWN, check_table, look_at, match_as_before, open_sent

__all__ = ["LONG_JOBS"]


class _Stopped(Exception):
    """Somebody stopped the sheet while it was being read or written."""


def _say(file: ReturnFile, stage_id: str, done: int = 0, of: int = 0) -> None:
    """Note how far a sheet is; end here if it was stopped."""
    rows = file.progress.get("rows", 0)
    file.progress = {"stage": stage_id, "done": done, "of": of, "rows": rows}
    underway = ReturnFile.objects.filter(pk=file.pk, state=file.state)
    if not underway.update(progress=file.progress):
        raise _Stopped


def _read_beside(told: dict[str, Any]) -> None:
    """Read a large sheet and keep the beginning of its difference."""
    _beside(told, ReturnFile.State.READING, _look_beside)


def _look_beside(file: ReturnFile, told: dict[str, Any]) -> None:
    table = _opened(file)
    if not told.get("is_matched"):
        form = form_of(file)
        check_table(table, form, parse_period(file.period_id))
        places, units = match_as_before(table, form, file.person)
        ReturnFile.objects.filter(pk=file.pk).update(places=places, units=units)
        file.places, file.units = places, units
    found = look_at(file, table, tell=lambda done, of: _say(file, "checking", done, of))
    seen = see(found, form_of(file), shown=SHOWN).plain()
    done = ReturnFile.objects.filter(pk=file.pk, state=ReturnFile.State.READING)
    done.update(state=ReturnFile.State.DRAFT, seen=seen, progress={})


def _take_beside(told: dict[str, Any]) -> None:
    """File a large sheet as it was confirmed."""
    _beside(told, ReturnFile.State.WRITING, _confirm_beside)


def _confirm_beside(file: ReturnFile, told: dict[str, Any]) -> None:
    # Nothing holds the sheet any longer once it has been looked at.
    found = look_at(file, _opened(file), tell=lambda done, of: _say(file, "checking", done, of))
    _say(file, "writing", 0, len(found.rows))
    confirm(
        file_id=file.pk,
        difference=found,
        answers=told["answers"],
        by=file.person,
        on=date.fromisoformat(told["on"]),
        may_accept=told["may_accept"],
        expects=ReturnFile.State.WRITING,
    )


def _opened(file: ReturnFile) -> ColumnTable:
    _say(file, "opening")
    table = open_sent(file)
    file.progress["rows"] = table.height
    return table


def _beside(told: dict[str, Any], state: str, work: Callable[..., None]) -> None:
    """Do a part of the work for a sheet; what was refused stands on its page."""
    file = ReturnFile.objects.select_related("person", "firm").get(pk=told["file"])
    if file.state != state:
        return
    ends = ReturnFile.State.DRAFT if state == "writing" else ReturnFile.State.STOPPED
    refused = ReturnFile.objects.filter(pk=file.pk, state=state)
    try:
        work(file, told)
    except _Stopped:
        return
    except (CannotReadTable, ReturnRefused, NotRecordable) as refusal:
        refused.update(state=ends, progress={"refused": words_of(refusal).plain()})
    except BaseException:
        what = Words("没有做完，什么都没有写入；请重新上传，或联系系统管理员。")
        refused.update(state=ends, progress={"refused": what.plain()})
        raise


LONG_JOBS = {"returns.read": _read_beside, "returns.take": _take_beside}
