"""Take returns in: a sheet is staged, looked at, confirmed; a filing is accepted or sent back."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from jingkai.audit.services import note
from jingkai.enterprises.queries import Enterprise
from jingkai.jobs.services import promise
from jingkai.kernel.columns import collecting_later
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.words import Named, Words
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Entry, Fact, find_returns, list_entries
from jingkai.ledger.services import (
    Correction,
    KeptFile,
    NewFact,
    NewReturns,
    NotRecordable,
    Withdrawal,
    keep_file,
    record,
)
from jingkai.org.queries import Person, is_closed_year_correctable, list_closed
from jingkai.org.rules import Permission
from jingkai.org.services import check_year_open, tell
from jingkai.reading.columntable import ColumnTable, open_columns, open_columns_safely
from jingkai.reading.tables import CannotReadTable
from jingkai.returns.models import BulletinIssue, Filing, FirmUser, Reminder, ReturnFile
from jingkai.returns.queries import (
    Difference,
    Filled,
    RowToFile,
    RowValues,
    UnitQuestion,
    absent_before,
    asked_cells,
    compare,
    fact_type_of,
    find_form,
    see,
)
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
    "LONG_JOBS",
    "SHOWN",
    "NotExplained",
    "ReturnRefused",
    "StillWrong",
    "TieRefused",
    "UnitNotSaid",
    "accept",
    "begin",
    "begin_taking",
    "check_units",
    "confirm",
    "explain",
    "file_online",
    "issue_bulletin",
    "let_file",
    "look_again",
    "look_at",
    "match",
    "open_sent",
    "remind",
    "say_units",
    "send_back",
    "stage",
    "stop",
    "stop_filing",
    "undo",
]

LONGEST_REASON = 200
# So many lines of each part of a difference are shown.
SHOWN = 200


class ReturnRefused(ValueError):
    """A return that cannot be taken, decided or undone like this; the message says what to do."""


class TieRefused(ValueError):
    """An account that cannot file for a firm, or end to file for it, like this."""


class StillWrong(ReturnRefused):
    """A sheet with cells that must be put right first."""


class UnitNotSaid(ReturnRefused):
    """Figures off by 10⁴ or 10⁸ of which nobody said yet whether their unit is right."""


class NotExplained(ReturnRefused):
    """A return that raises a question which nobody answered yet."""


@transaction.atomic
def let_file(*, person: Person, firm: Enterprise, by: str, on: date) -> FirmUser:
    """Let an account file the returns of a firm, from this day on."""
    person = Person.objects.select_for_update().get(pk=person.pk)
    if not person.is_active:
        raise TieRefused(f"{person.account} 已停用；请先在组织人员恢复账号，再对应企业。")
    if not person.may(Permission.SEE_OWN_FIRM):
        raise TieRefused(f"{person.name}不是企业用户；请先在组织人员把角色调整为“企业用户”。")
    if firm.closed_on:
        raise TieRefused(f"{firm.name}已于 {firm.closed_on} 退出；请核对统一社会信用代码。")
    standing = FirmUser.objects.filter(person=person, until_on=None).first()
    if standing:
        raise TieRefused(
            f"{person.account} 自 {standing.from_on} 起已对应{standing.firm.name}；"
            "请先在企业账号解除，再对应另一家。"
        )
    tie = FirmUser.objects.create(person=person, firm=firm, from_on=on, let_by=by)
    note(act="returns.account_tied", object=firm.subject, detail={"account": person.account})
    return tie


@transaction.atomic
def stop_filing(*, tie_id: int, by: str, on: date) -> FirmUser:
    """Let an account file for its firm no longer, from this day on; what it filed stays."""
    tie = FirmUser.objects.select_for_update().select_related("person", "firm").get(pk=tie_id)
    if tie.until_on:
        raise TieRefused(f"这个对应已于 {tie.until_on} 解除，不用再解除。")
    if on < tie.from_on:
        raise TieRefused(f"对应自 {tie.from_on} 起，不能在这之前解除。")
    tie.until_on, tie.ended_by = on, by
    tie.save(update_fields=["until_on", "ended_by"])
    detail = {"account": tie.person.account, "from": str(tie.from_on)}
    note(act="returns.account_untied", object=tie.firm.subject, detail=detail)
    return tie


# A sheet of so many bytes is read and written beside the pages, which say how far it is.
LARGE = 1_000_000

# Hears how many of how many columns are read.
Tell = Callable[[int, int], None]


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
    _check_year(period, on)
    kept = keep_file(data=data, name=name)
    ReturnFile.objects.filter(form=form.id, person=by, state=ReturnFile.State.DRAFT).delete()
    file = ReturnFile.objects.create(
        form=form.id,
        period_id=period.id,
        person=by,
        firm=firm,
        name=kept.name,
        sha256=kept.sha256,
        size=kept.size,
        on=on,
        state=ReturnFile.State.READING,
        progress={"stage": "waiting"},
    )
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
        raise ReturnRefused("这张表已经处理过了。")
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
        raise ReturnRefused("这张表已经读完或写完，不用取消；写入了的可以整批撤销。")
    file.progress = {}
    file.save(update_fields=["state", "progress"])


def _promise(kind: str, file: ReturnFile, told: dict[str, Any], *, now: datetime) -> None:
    key = f"{kind}:{file.pk}:{now.isoformat()}"
    promise(kind=kind, key=key, payload={"file": file.pk, **told}, now=now)


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
        form = _form_of(file)
        _check_table(table, form, parse_period(file.period_id))
        places, units = _match_as_before(table, form, file.person)
        ReturnFile.objects.filter(pk=file.pk).update(places=places, units=units)
        file.places, file.units = places, units
    found = look_at(file, table, tell=lambda done, of: _say(file, "checking", done, of))
    seen = asdict(see(found, _form_of(file), shown=SHOWN))
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
        refused.update(state=ends, progress={"refused": str(refusal)})
    except BaseException:
        what = "没有做完，什么都没有写入；请重新上传，或联系系统管理员。"
        refused.update(state=ends, progress={"refused": what})
        raise


LONG_JOBS = {"returns.read": _read_beside, "returns.take": _take_beside}


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
    _check_year(period, on)
    _check_table(table, form, period)
    kept = keep_file(data=data, name=name)
    ReturnFile.objects.filter(form=form.id, person=by, state=ReturnFile.State.DRAFT).delete()
    places, units = _match_as_before(table, form, by)
    return ReturnFile.objects.create(
        form=form.id,
        period_id=period.id,
        person=by,
        firm=firm,
        name=kept.name,
        sha256=kept.sha256,
        size=kept.size,
        on=on,
        places=places,
        units=units,
    )


def _check_table(table: ColumnTable, form: ReturnForm, period: Period) -> None:
    """Refuse the template of another return."""
    if table.mark and table.mark.split("/")[0] == form.id:
        _check_mark(table.mark, form, period)
    elif table.mark:
        raise ReturnRefused(
            f"这是别的表的模板，不是“{form.name}”；请从填报中心下载{period.name}的模板。"
        )


def _match_as_before(
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
        raise ReturnRefused(f"这张表是“{form.name}”的旧版模板；请下载现在的模板，把数字粘过去。")
    if told and told != period.id:
        raise ReturnRefused(
            f"这是{parse_period(told).name}的模板，现在报的是{period.name}；请选对期间。"
        )


@transaction.atomic
def match(*, file: ReturnFile, places: Mapping[str, int], table: ColumnTable) -> None:
    """Say by hand which column stands where; it is remembered for the sender."""
    _check_year(parse_period(file.period_id), file.on)
    form = _form_of(file)
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
    form = _form_of(file)
    fact = fact_type_of(form)
    if missing := missing_columns(file.places, form):
        heads = find_heads(table, form)
        where = address(heads.body - 1, 0)
        what = f"没有这些列：{'、'.join(missing)}。请用模板，或在“列对应”里指出来。"
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
        found.problems.append(SheetProblem(where, "表头下面一家企业也没有；请填好再上传。"))
    return found


def _said_of_units(file: ReturnFile) -> dict[str, UnitAnswer]:
    return {key: UnitAnswer(*told) for key, told in file.counts.get("units_said", {}).items()}


def check_units(
    doubts: Sequence[UnitQuestion], answers: Mapping[str, UnitAnswer]
) -> dict[str, UnitAnswer]:
    """Return the answers to what was asked of units; refuse one without a unit or a reason."""
    given = {}
    for one in doubts:
        answer, where = answers.get(one.key), f"{one.head} {one.cells}".strip()
        if answer is None or (answer.unit and answer.unit not in dict(one.units)):
            raise UnitNotSaid(f"{where}：请说明单位，是对的，还是其实是别的单位。")
        if not answer.unit and not answer.why.strip():
            raise UnitNotSaid(f"{where}：请写一句为什么这个数没有错。")
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
    given = check_units(doubts, answers)
    said |= {key: [answer.unit, answer.why] for key, answer in given.items()}
    file.counts = {**file.counts, "units_said": said}
    file.save(update_fields=["counts"])
    if file.seen:
        look_again(file=file, now=now)


@collecting_later()
def confirm(
    *,
    file_id: int,
    difference: Difference,
    answers: Mapping[str, str],
    by: Person,
    on: date,
    may_accept: bool,
    expects: str = ReturnFile.State.DRAFT,
) -> ReturnFile:
    """File what a sheet says, all of it or nothing.

    What raises no question goes into the ledger at once where the sender may accept it; the rest
    waits for review with its explanation. `answers` are explanations by credit code. Others write
    on while a large sheet is staged: only its last step holds them up.
    """
    file = _expected(ReturnFile.objects.get(pk=file_id), expects)
    form, period = _form_of(file), parse_period(file.period_id)
    is_closed = _check_year(period, on)
    if difference.problems:
        raise StillWrong(f"还有 {len(difference.problems)} 处要改，什么都没有写入。")
    if difference.doubts:
        raise UnitNotSaid(f"{difference.doubts[0].head}的单位还没有核对；什么都没有写入。")
    rows = [one for one in difference.rows if not one.is_same]
    if not rows:
        raise ReturnRefused("这张表和现有数据一样，没有要报的。")
    explained = {one.firm.code: _reason(answers, one) for one in rows if one.questions}
    silent = [one for one in rows if one.questions and not explained[one.firm.code]]
    if silent and not may_accept:
        names = "、".join(question.name for question in silent[0].questions)
        raise NotExplained(f"请说明原因：{names}。写一句就够，例如“订单集中交货”。")
    if is_closed:
        _check_settled(period, rows)
    clear = [one for one in rows if may_accept and not one.questions]
    waiting = [one for one in rows if not may_accept or one.questions]
    _check_unreviewed(form, period, [one.firm.pk for one in rows], may_accept=may_accept)

    def settle(entry: Entry | None) -> ReturnFile:
        """Write what belongs to the sheet: who waits for review, and that it is done."""
        file = _expected(ReturnFile.objects.select_for_update().get(pk=file_id), expects)
        _check_unreviewed(form, period, [one.firm.pk for one in rows], may_accept=may_accept)
        _file(form, period, waiting, explained, file=file, by=by, on=on)
        file.state, file.entry = ReturnFile.State.DONE, entry.number if entry else None
        file.counts = {**file.counts, **difference.counts, "accepted": len(clear)}
        file.progress, file.seen = {}, {}
        file.save(update_fields=["state", "entry", "counts", "progress", "seen"])
        told: dict[str, Any] = {"file": file.name, "period": period.id}
        told |= {"accepted": len(clear), "review": len(waiting)}
        if difference.unit_words:
            told["units"] = difference.unit_words
        note(act="returns.filed", object=f"return:{form.id}:{file.pk}", detail=told)
        return file

    if not clear:
        with transaction.atomic():
            return settle(None)
    columns = {key: _letter(place) for key, place in file.places.items()}
    words = "；".join(difference.unit_words)[:200]
    kept = KeptFile(file.name, file.sha256, file.size, note=words, columns=columns)
    _record(form, period, clear, evidence=[kept], by=by, on=on, along=settle)
    return ReturnFile.objects.get(pk=file_id)


def _expected(file: ReturnFile, state: str) -> ReturnFile:
    """Return a sheet that is where it should be; refuse one that somebody was faster with."""
    if file.state != state:
        raise ReturnRefused("这张表已经处理过，或已取消。")
    return file


def _reason(answers: Mapping[str, str], row: RowToFile) -> str:
    return (answers.get(row.firm.code) or row.explanation).strip()[:LONGEST_REASON]


def _letter(place: int) -> str:
    return address(0, place)[:-1]


def _check_unreviewed(
    form: ReturnForm, period: Period, firm_ids: Sequence[int], *, may_accept: bool
) -> None:
    """Refuse a second filing while the first is under review."""
    wanted = set(firm_ids)
    waiting = Filing.objects.filter(form=form.id, period_id=period.id, state=Filing.State.FILED)
    again = [one for one in waiting.select_related("firm") if one.firm_id in wanted]
    if again and not may_accept:
        raise ReturnRefused(
            f"{period.name}已在 {again[0].sent_on} 报过，正在审核；要改请联系统计员退回。"
        )
    if again:
        names = "、".join(one.firm.name for one in again[:3])
        raise ReturnRefused(
            f"{names}等 {len(again)} 家的{period.name}正在待审；请先在“审核”里通过或退回。"
        )


def _file(
    form: ReturnForm,
    period: Period,
    rows: Sequence[RowToFile],
    explained: Mapping[str, str],
    *,
    file: ReturnFile | None,
    by: Person,
    on: date,
) -> list[Filing]:
    fact = fact_type_of(form)
    absent = absent_before(form, period, [one.firm.subject for one in rows])
    made = []
    for one in rows:
        trade = one.firm.trade
        has = {column.id for column in form.columns if column.is_for(trade)}
        carried = one.carried + len(absent[one.firm.subject] & has)
        asked, held = asked_cells(form, trade, carried=carried)
        questions = [
            {**asdict(question), "answer": explained.get(one.firm.code, "")}
            for question in one.questions
        ] + [asdict(question) for question in one.said]
        made.append(
            Filing(
                form=form.id,
                period_id=period.id,
                firm_id=one.firm.pk,
                values=fact.encode(one.values),
                findings=questions,
                sent_by=by.name,
                sent_on=on,
                file=file,
                row=one.row,
                asked=asked,
                held=held,
            )
        )
    try:
        with transaction.atomic():
            Filing.objects.bulk_create(made, batch_size=500)
    except IntegrityError:
        raise ReturnRefused("同一期刚刚有人报过；请刷新后再看。") from None
    return made


def _record(
    form: ReturnForm,
    period: Period,
    rows: Sequence[RowToFile],
    *,
    evidence: Sequence[KeptFile],
    by: Person,
    on: date,
    along: Callable[[Entry], object] = lambda entry: None,
) -> int | None:
    """Write returns into the ledger as one entry; return its number."""
    fact = fact_type_of(form)
    lines: list[NewReturns | NewFact | Correction] = []
    fresh: dict[Filled, list[tuple[int, RowToFile]]] = defaultdict(list)
    for one in rows:
        values, subject = one.values, one.firm.subject
        if one.standing is not None:
            lines.append(Correction(one.standing, values))
        elif isinstance(values, RowValues):
            fresh[values.table].append((values.place, one))
        else:
            lines.append(NewFact(fact, subject, values, period=period, row=one.row))
    for table, some in fresh.items():
        mine = table.take([place for place, _one in some])
        lines.append(
            NewReturns(
                fact,
                period=period,
                subjects=[one.firm.subject for _place, one in some],
                measures=mine.frame,
                labels=mine.labels,
                rows=[one.row for _place, one in some],
            )
        )
    entry = record(
        *lines,
        by=by.name,
        reason=f"{form.name} {period.name}",
        known_on=on,
        evidence=evidence,
        along=along,
    )
    return entry.number


@transaction.atomic
def file_online(
    *,
    form: ReturnForm,
    period: Period,
    firm: Enterprise,
    row: RowToFile,
    explanation: str,
    by: Person,
    on: date,
) -> Filing:
    """File one firm's return that was filled in on a page; what it said is kept as evidence."""
    if row.questions and not explanation.strip():
        names = "、".join(question.name for question in row.questions)
        raise NotExplained(f"请说明原因：{names}。写一句就够，例如“订单集中交货”。")
    check_year_open(period.last.year)
    _check_unreviewed(form, period, [firm.pk], may_accept=False)
    said = fact_type_of(form).encode(row.values).encode()
    kept = keep_file(data=said, name=f"网上填报_{firm.code}_{period.id}.json")
    file = ReturnFile.objects.create(
        form=form.id,
        period_id=period.id,
        person=by,
        firm=firm,
        name=kept.name,
        sha256=kept.sha256,
        size=kept.size,
        on=on,
        state=ReturnFile.State.DONE,
    )
    answers = {firm.code: explanation.strip()[:LONGEST_REASON]}
    (made,) = _file(form, period, [row], answers, file=file, by=by, on=on)
    note(act="returns.filed", object=f"return:{form.id}:{file.pk}", detail={"firm": firm.code})
    return made


@transaction.atomic
def accept(*, filing_ids: Sequence[int], by: Person, on: date) -> int:
    """Accept filings into the ledger, an entry for each file they came in; return how many.

    A closed year is reviewed no more: what still waited there waits for its reopening.
    """
    filings = list(
        Filing.objects.select_for_update(of=("self",))
        .filter(pk__in=list(filing_ids), state=Filing.State.FILED)
        .select_related("firm", "file")
    )
    if len(filings) != len(set(filing_ids)):
        raise ReturnRefused("有的报送已经处理过了；请刷新后再看。")
    groups: dict[tuple[str, str, int | None], list[Filing]] = {}
    for year in {parse_period(one.period_id).last.year for one in filings}:
        check_year_open(year)
    for one in filings:
        if silent := [question for question in one.findings if not question["answer"]]:
            raise NotExplained(
                f"“{one.firm.name}”还没有说明：{silent[0]['name']}；请补写说明，或退回。"
            )
        groups.setdefault((one.form, one.period_id, one.file_id), []).append(one)
    for (form_id, period_id, _file_id), some in groups.items():
        form, period = _form(form_id), parse_period(period_id)
        entry = _accept_file(form, period, some, by=by, on=on)
        for one in some:
            one.state, one.entry = Filing.State.ACCEPTED, entry
            one.decided_by, one.decided_on = by.name, on
        Filing.objects.bulk_update(
            some, ["state", "entry", "decided_by", "decided_on"], batch_size=200
        )
    return len(filings)


def _accept_file(
    form: ReturnForm, period: Period, filings: Sequence[Filing], *, by: Person, on: date
) -> int | None:
    fact = fact_type_of(form)
    subjects = [one.firm.subject for one in filings]
    standing = find_returns(type_id=fact.id, subjects=subjects, period=period)
    rows = [
        RowToFile(one.firm, _with_gone(fact, one.values), one.row or 0, old, is_same=False)
        for one in filings
        if not _says_the_same(old := standing.get(one.firm.subject), one)
    ]
    if not rows:
        return None
    file, evidence = filings[0].file, []
    if file is not None:
        columns = {key: _letter(place) for key, place in file.places.items()}
        evidence = [KeptFile(file.name, file.sha256, file.size, columns=columns)]
    return _record(form, period, rows, evidence=evidence, by=by, on=on)


def _with_gone(fact: Any, text: str) -> dict[str, Any]:
    """Return the values of a filing with — where the firm said that it has no such measure."""
    values: dict[str, Any] = fact.decode(text)
    return values | dict.fromkeys(fact.not_applicable(text), "—")


def _says_the_same(old: Fact | None, filing: Filing) -> bool:
    return old is not None and not old.is_void and old.values == filing.values


def _under_review(filing_id: int) -> Filing:
    """Lock a filing that waits for a decision in a year that is open."""
    filing = Filing.objects.select_for_update().get(pk=filing_id)
    check_year_open(parse_period(filing.period_id).last.year)
    if filing.state != Filing.State.FILED:
        raise ReturnRefused("这份报送已经处理过了。")
    return filing


def _check_year(period: Period, on: date) -> bool:
    """Tell whether the year of a period is closed; refuse whoever may not correct it then."""
    if not list_closed([period.last.year]):
        return False
    if not is_closed_year_correctable(on):
        check_year_open(period.last.year)
    return True


def _check_settled(period: Period, rows: Sequence[RowToFile]) -> None:
    """Refuse rows that would wait for a review, which a closed year has no more."""
    asked = [one for one in rows if one.questions]
    if not asked:
        return
    question = asked[0].questions[0].name
    raise ReturnRefused(
        f"{period.last.year}年已关闭，不再审核；这张表还有 {len(asked)} 家有疑问"
        f"（“{asked[0].firm.name}”：{question}）。请核对改正，只报没有疑问的更正；"
        "确需报送，请考核督查重新打开这个年度。"
    )


@transaction.atomic
def explain(*, filing_id: int, text: str, by: Person) -> None:
    """Write down the firm's reason, told by telephone, for every question still open."""
    filing = _under_review(filing_id)
    if not text.strip():
        raise ReturnRefused("请写明企业说的原因。")
    said = f"{text.strip()[: LONGEST_REASON - 20]}（{by.name}记）"
    filing.findings = [{**one, "answer": one["answer"] or said} for one in filing.findings]
    filing.save(update_fields=["findings"])


@transaction.atomic
def send_back(*, filing_id: int, remark: str, by: Person, on: date) -> Filing:
    """Return a filing to its firm, saying what to put right."""
    filing = _under_review(filing_id)
    if not remark.strip():
        raise ReturnRefused("请写明退回的原因，企业照着改。")
    filing.state, filing.remark = Filing.State.RETURNED, remark.strip()[:LONGEST_REASON]
    filing.decided_by, filing.decided_on = by.name, on
    filing.save(update_fields=["state", "remark", "decided_by", "decided_on"])
    note(act="returns.sent_back", object=filing.firm.subject, detail={"remark": filing.remark})
    return filing


def undo(*, file_id: int, by: Person, on: date) -> ReturnFile:
    """Take a sheet back as a whole by one correcting entry; every number is as it was before.

    Others write on while the correction of a large sheet is staged.
    """
    file = _undoable(ReturnFile.objects.get(pk=file_id))
    _check_year(parse_period(file.period_id), on)
    filings = file.filings.filter(entry__isnull=False)
    numbers = {one.entry for one in filings} | {file.entry}

    def settle(_entry: Entry | None) -> None:
        """Write what belongs to the correction: the sheet and its filings are undone."""
        file = _undoable(ReturnFile.objects.select_for_update().get(pk=file_id))
        now = file.filings.select_for_update().filter(entry__isnull=False)
        if {one.entry for one in now} | {file.entry} != numbers:
            raise ReturnRefused("刚刚又有报送通过了审核；请刷新后再撤销。")
        file.filings.filter(state__in=[Filing.State.FILED, Filing.State.ACCEPTED]).update(
            state=Filing.State.UNDONE, decided_by=by.name, decided_on=on
        )
        file.state = ReturnFile.State.UNDONE
        file.save(update_fields=["state"])
        what = {"file": file.name}
        note(act="returns.undone", object=f"return:{file.form}:{file.pk}", detail=what)

    lines = _restored([one for one in numbers if one])
    if lines:
        record(*lines, by=by.name, reason=f"撤销 {file.name}"[:200], known_on=on, along=settle)
    else:
        with transaction.atomic():
            settle(None)
    return ReturnFile.objects.get(pk=file_id)


def _undoable(file: ReturnFile) -> ReturnFile:
    if file.state != ReturnFile.State.DONE:
        raise ReturnRefused("只有已报送的表可以撤销。")
    return file


def _restored(numbers: Sequence[int]) -> list[Correction | Withdrawal]:
    """Return the lines that put back what stood before some entries."""
    found: list[Fact] = []
    for number in numbers:
        entry = list_entries().get(number=number)
        found += entry.facts.select_related("entry", "corrects")
    lines: list[Correction | Withdrawal] = []
    zone = current_zone()
    last = _last_words(found) if found else {}
    for fact in found:
        if last[fact.pk] is not None:
            raise ReturnRefused(f"{fact} 在那之后又更正过，不能整批撤销；请打开这一家单独更正。")
        old = fact.corrects
        if old is None or old.is_void:
            lines.append(Withdrawal(fact))
        else:
            kind = zone.fact_types[fact.type]
            lines.append(Correction(fact, _with_gone(kind, old.values)))
    return lines


def _last_words(found: Sequence[Fact]) -> dict[int, int | None]:
    later: dict[int, int | None] = {one.pk: None for one in found}
    keys = list(later)
    manager = type(found[0]).objects
    for start in range(0, len(keys), 900):
        some = manager.filter(corrects__in=keys[start : start + 900])
        later |= {one.corrects_id: one.pk for one in some if one.corrects_id is not None}
    return later


@transaction.atomic
def remind(
    *, form: ReturnForm, period: Period, firms: Iterable[Enterprise], by: Person, on: date
) -> int:
    """Remind firms that have not filed, once a day; return how many were told now."""
    check_year_open(period.last.year)
    wanted = list(firms)
    told = set(
        Reminder.objects.filter(form=form.id, period_id=period.id, on=on).values_list(
            "firm_id", flat=True
        )
    )
    made = [
        Reminder(form=form.id, period_id=period.id, firm=one, on=on, by=by.name)
        for one in wanted
        if one.pk not in told
    ]
    Reminder.objects.bulk_create(made, batch_size=500)
    if made:
        note(
            act="returns.reminded",
            object=f"return:{form.id}:{period.id}",
            detail={"firms": len(made)},
        )
        if by.department_id:
            tell(
                departments=[by.department_id],
                text=Words(
                    "已催报%(period)s%(form)s %(count)s 家，由%(name)s发出。",
                    period=period,
                    form=Named(form.name, form.english),
                    count=len(made),
                    name=by.name,
                ),
                url=f"/returns/{form.id}/{period.id}/",
                on=on,
            )
    return len(made)


@transaction.atomic
def issue_bulletin(*, form: ReturnForm, period: Period, by: Person, on: date) -> None:
    """Note that the bulletin of a period goes out today: the next one says what changed since."""
    check_year_open(period.last.year)
    _issue, is_new = BulletinIssue.objects.get_or_create(
        form=form.id, period_id=period.id, on=on, defaults={"by": by.name}
    )
    if not is_new:
        raise ReturnRefused(f"{period.name}的快报今天已经发出。")
    note(act="returns.bulletin_issued", object=f"return:{form.id}:{period.id}")


def _form_of(file: ReturnFile) -> ReturnForm:
    return _form(file.form)


def _form(form_id: str) -> ReturnForm:
    form = find_form(form_id)
    if form is None:
        raise ReturnRefused(f"经开区没有“{form_id}”这张报表了；请联系统计员。")
    return form
