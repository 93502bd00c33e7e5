"""A sheet on its way in: kept, its columns matched, looked at, its units said."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from jingkai.enterprises.queries import Enterprise
from jingkai.jobs.services import promise
from jingkai.kernel.columns import collecting_later
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.words import Words, named
from jingkai.ledger.services import KeptFile, keep_file
from jingkai.org.queries import Person
from jingkai.reading.columntable import ColumnTable, open_columns, open_columns_safely
from jingkai.returns.catalog import fact_type_of
from jingkai.returns.comparison import compare
from jingkai.returns.difference import Difference, UnitQuestion
from jingkai.returns.models import ReturnFile
from jingkai.returns.refusals import LONGEST_REASON, ReturnRefused, UnitNotSaid, check_year, form_of
from jingkai.returns.rules import (
    CODE,
    Sheet,
    SheetProblem,
    UnitAnswer,
    address,
    find_heads,
    match_columns,
    missing_columns,
    read_sheet,
)

__all__ = [
    "LARGE",
    "SHOWN",
    "begin",
    "begin_taking",
    "check_table",
    "check_units",
    "look_again",
    "look_at",
    "match",
    "match_as_before",
    "open_sent",
    "say_units",
    "stage",
    "stop",
]


# So many lines of each part of a difference are shown.
SHOWN = 200
# A sheet of so many bytes is read and written beside the pages, which say how far it is.
LARGE = 1_000_000


@transaction.atomic
def begin(
    *,
    form: ReturnForm,
    period: Period,
    data: bytes,
    name: str,
    by: Person,
    on: date,
    now: datetime,
    firm: Enterprise | None = None,
) -> ReturnFile:
    """Keep a large sheet and promise to read it beside the pages."""
    check_year(period, on)
    file = _keep(keep_file(data=data, name=name), form, period, by=by, on=on, firm=firm)
    file.state, file.progress = ReturnFile.State.READING, {"stage": "waiting"}
    file.save()
    _promise("returns.read", file, {}, now=now)
    return file


@transaction.atomic
def look_again(*, file: ReturnFile, now: datetime) -> None:
    """Promise to read a large sheet again, after its columns were matched."""
    file.state, file.progress = ReturnFile.State.READING, {"stage": "waiting"}
    file.save(update_fields=["state", "progress"])
    _promise("returns.read", file, {"is_matched": True}, now=now)


@transaction.atomic
def begin_taking(
    *,
    file_id: int,
    answers: Mapping[str, str],
    by: Person,
    on: date,
    may_accept: bool,
    now: datetime,
) -> None:
    """Promise to file a large sheet beside the pages; until it is written it can be stopped."""
    file = ReturnFile.objects.select_for_update().get(pk=file_id)
    if file.state != ReturnFile.State.DRAFT:
        raise ReturnRefused(Words("这张表已经处理过了。"))
    file.state, file.progress = ReturnFile.State.WRITING, {"stage": "waiting"}
    file.save(update_fields=["state", "progress"])
    told = {"answers": dict(answers), "on": on.isoformat(), "may_accept": may_accept}
    _promise("returns.take", file, told, now=now)


@transaction.atomic
def stop(*, file_id: int) -> None:
    """Stop the reading of a sheet, or its writing before it is written; nothing was written."""
    file = ReturnFile.objects.select_for_update().get(pk=file_id)
    if file.state == ReturnFile.State.WRITING:
        file.state = ReturnFile.State.DRAFT
    elif file.state == ReturnFile.State.READING:
        file.state = ReturnFile.State.STOPPED
    else:
        raise ReturnRefused(Words("这张表已经读完或写完，不用取消；写入了的可以整批撤销。"))
    file.progress = {}
    file.save(update_fields=["state", "progress"])


def _promise(kind: str, file: ReturnFile, told: dict[str, Any], *, now: datetime) -> None:
    key = f"{kind}:{file.pk}:{now.isoformat()}"
    promise(kind=kind, key=key, payload={"file": file.pk, **told}, now=now)


@transaction.atomic
def stage(
    *,
    form: ReturnForm,
    period: Period,
    data: bytes,
    table: ColumnTable,
    name: str,
    by: Person,
    on: date,
    firm: Enterprise | None = None,
) -> ReturnFile:
    """Keep a sheet that was sent, with its columns matched, until its difference is confirmed."""
    check_year(period, on)
    check_table(table, form, period)
    file = _keep(keep_file(data=data, name=name), form, period, by=by, on=on, firm=firm)
    file.places, file.units = match_as_before(table, form, by)
    file.save()
    return file


def _keep(
    kept: KeptFile,
    form: ReturnForm,
    period: Period,
    *,
    by: Person,
    on: date,
    firm: Enterprise | None,
) -> ReturnFile:
    """Return a sheet that was sent, in the place of the sender's drafts; it is not saved yet."""
    ReturnFile.objects.filter(form=form.id, person=by, state=ReturnFile.State.DRAFT).delete()
    return ReturnFile(
        form=form.id,
        period_id=period.id,
        person=by,
        firm=firm,
        name=kept.name,
        sha256=kept.sha256,
        size=kept.size,
        on=on,
    )


def check_table(table: ColumnTable, form: ReturnForm, period: Period) -> None:
    """Refuse the template of another return."""
    if table.mark and table.mark.split("/")[0] == form.id:
        _check_mark(table.mark, form, period)
    elif table.mark:
        raise ReturnRefused(
            Words(
                "这是别的表的模板，不是“%(form)s”；请从填报中心下载%(period)s的模板。",
                form=named(form),
                period=period,
            )
        )


def match_as_before(
    table: ColumnTable, form: ReturnForm, person: Person
) -> tuple[dict[str, int], dict[str, str]]:
    """Return where each column stands, by its heading or as the sender said the last time."""
    sent = ReturnFile.objects.filter(form=form.id, person=person, counts__has_key="headings")
    last = sent.first()
    remembered = dict(last.counts["headings"]) if last else {}
    return match_columns(find_heads(table, form), form, remembered)


def _check_mark(mark: str, form: ReturnForm, period: Period) -> None:
    """Refuse a template of another version or another period."""
    version, _, told = mark.partition("@")
    if version != form.mark:
        raise ReturnRefused(
            Words(
                "这张表是“%(form)s”的旧版模板；请下载现在的模板，把数字粘过去。", form=named(form)
            )
        )
    if told and told != period.id:
        raise ReturnRefused(
            Words(
                "这是%(told)s的模板，现在报的是%(period)s；请选对期间。",
                told=parse_period(told),
                period=period,
            )
        )


@transaction.atomic
def match(*, file: ReturnFile, places: Mapping[str, int], table: ColumnTable) -> None:
    """Say by hand which column stands where; it is remembered for the sender."""
    check_year(parse_period(file.period_id), file.on)
    form = form_of(file)
    heads = find_heads(table, form)
    told = {key: heads.words[place] for key, place in places.items() if place < len(heads.words)}
    again, units = match_columns(heads, form, told)
    file.places = {**again, **places}
    file.units = {key: unit for key, unit in units.items() if again.get(key) == places.get(key)}
    file.counts = {**file.counts, "headings": told}
    file.save(update_fields=["places", "units", "counts"])


def open_sent(file: ReturnFile, *, is_safe: bool = True) -> ColumnTable:
    """Return the sheet that was sent, from the evidence store, read as it was the first time."""
    data = (Path(settings.EVIDENCE_ROOT) / file.sha256[:2] / file.sha256).read_bytes()
    return (open_columns_safely if is_safe else open_columns)(data, file.name)


@collecting_later()
def look_at(
    file: ReturnFile,
    table: ColumnTable,
    *,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Difference:
    """Return what a staged sheet would change, and every question that it raises."""
    form = form_of(file)
    fact = fact_type_of(form)
    if missing := missing_columns(file.places, form):
        heads = find_heads(table, form)
        where = address(heads.body - 1, 0)
        what = Words("没有这些列：%(names)s。请用模板，或在“列对应”里指出来。", names=missing)
        return Difference([], [SheetProblem(where, what)], [], list(table.notes))
    sheet: Sheet = read_sheet(
        table,
        form=form,
        fact=fact,
        places=file.places,
        units=file.units,
        body=find_heads(table, form).body,
        tell=tell,
    )
    found = compare(
        sheet,
        form=form,
        period=parse_period(file.period_id),
        places=file.places,
        only=file.firm,
        said_of_units=_said_of_units(file),
    )
    if not found.rows and not found.problems:
        where = address(find_heads(table, form).body, file.places[CODE])
        what = Words("表头下面一家企业也没有；请填好再上传。")
        found.problems.append(SheetProblem(where, what))
    return found


def _said_of_units(file: ReturnFile) -> dict[str, UnitAnswer]:
    return {key: UnitAnswer(*told) for key, told in file.counts.get("units_said", {}).items()}


def check_units(
    doubts: Sequence[UnitQuestion], answers: Mapping[str, UnitAnswer], *, form: ReturnForm
) -> dict[str, UnitAnswer]:
    """Return the answers to what was asked of units; refuse one without a unit or a reason."""
    given = {}
    for one in doubts:
        answer, where = answers.get(one.key), one.where(form)
        if answer is None or (answer.unit and answer.unit not in dict(one.units)):
            raise UnitNotSaid(
                Words("%(where)s：请说明单位，是对的，还是其实是别的单位。", where=where)
            )
        if not answer.unit and not answer.why.strip():
            raise UnitNotSaid(Words("%(where)s：请写一句为什么这个数没有错。", where=where))
        given[one.key] = UnitAnswer(answer.unit, answer.why.strip()[:LONGEST_REASON])
    return given


@transaction.atomic
def say_units(
    *,
    file: ReturnFile,
    doubts: Sequence[UnitQuestion],
    answers: Mapping[str, UnitAnswer],
    now: datetime,
) -> None:
    """Write down what the sender says of doubted units; a large sheet is read again with it."""
    said = file.counts.get("units_said", {})
    given = check_units(doubts, answers, form=form_of(file))
    said |= {key: [answer.unit, answer.why] for key, answer in given.items()}
    file.counts = {**file.counts, "units_said": said}
    file.save(update_fields=["counts"])
    if file.seen:
        look_again(file=file, now=now)
