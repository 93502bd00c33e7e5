"""File returns: a sheet that was confirmed, a form that was filled in; take a sheet back."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from jingkai.audit.services import note
from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.columns import collecting_later
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Entry, Fact, list_entries
from jingkai.ledger.services import (
    Correction,
    KeptFile,
    NewFact,
    NewReturns,
    Withdrawal,
    keep_file,
    record,
)
from jingkai.org.queries import Person
from jingkai.org.services import check_year_open
from jingkai.returns.burden import asked_cells
from jingkai.returns.catalog import fact_type_of
from jingkai.returns.difference import Difference, Filled, RowToFile, RowValues
from jingkai.returns.models import Filing, ReturnFile
from jingkai.returns.past import absent_before
from jingkai.returns.refusals import (
    LONGEST_REASON,
    NotExplained,
    ReturnRefused,
    StillWrong,
    UnitNotSaid,
    check_year,
    form_of,
)
from jingkai.returns.rules import address

__all__ = [
    "confirm",
    "file_online",
    "kept_sheet",
    "record_returns",
    "undo",
    "with_gone",
]


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
    form, period = form_of(file), parse_period(file.period_id)
    is_closed = check_year(period, on)
    if difference.problems:
        count = len(difference.problems)
        raise StillWrong(Words("还有 %(count)s 处要改，什么都没有写入。", count=count))
    if difference.doubts:
        column = form.column(difference.doubts[0].column).headed
        raise UnitNotSaid(Words("%(column)s的单位还没有核对；什么都没有写入。", column=column))
    rows = [one for one in difference.rows if not one.is_same]
    if not rows:
        raise ReturnRefused(Words("这张表和现有数据一样，没有要报的。"))
    explained = {one.firm.code: _reason(answers, one) for one in rows if one.questions}
    silent = [one for one in rows if one.questions and not explained[one.firm.code]]
    if silent and not may_accept:
        raise _not_explained(silent[0])
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
    kept = kept_sheet(file, note="；".join(difference.unit_words)[:200])
    record_returns(form, period, clear, evidence=[kept], by=by, on=on, along=settle)
    return ReturnFile.objects.get(pk=file_id)


def _expected(file: ReturnFile, state: str) -> ReturnFile:
    """Return a sheet that is where it should be; refuse one that somebody was faster with."""
    if file.state != state:
        raise ReturnRefused(Words("这张表已经处理过，或已取消。"))
    return file


def _reason(answers: Mapping[str, str], row: RowToFile) -> str:
    return (answers.get(row.firm.code) or row.explanation).strip()[:LONGEST_REASON]


def _not_explained(row: RowToFile) -> NotExplained:
    names = [question.name for question in row.questions]
    return NotExplained(
        Words("请说明原因：%(names)s。写一句就够，例如“订单集中交货”。", names=names)
    )


def kept_sheet(file: ReturnFile, *, note: str = "") -> KeptFile:
    """Return a sheet as evidence, with the letter of each of its columns."""
    columns = {key: address(0, place)[:-1] for key, place in file.places.items()}
    return KeptFile(file.name, file.sha256, file.size, note=note, columns=columns)


def _check_unreviewed(
    form: ReturnForm, period: Period, firm_ids: Sequence[int], *, may_accept: bool
) -> None:
    """Refuse a second filing while the first is under review."""
    wanted = set(firm_ids)
    waiting = Filing.objects.filter(form=form.id, period_id=period.id, state=Filing.State.FILED)
    again = [one for one in waiting.select_related("firm") if one.firm_id in wanted]
    if again and not may_accept:
        raise ReturnRefused(
            Words(
                "%(period)s已在 %(day)s 报过，正在审核；要改请联系统计员退回。",
                period=period,
                day=again[0].sent_on,
            )
        )
    if again:
        raise ReturnRefused(
            Words(
                "%(names)s等 %(count)s 家的%(period)s正在待审；请先在“审核”里通过或退回。",
                names=[one.firm.name for one in again[:3]],
                count=len(again),
                period=period,
            )
        )


def _check_settled(period: Period, rows: Sequence[RowToFile]) -> None:
    """Refuse rows that would wait for a review, which a closed year has no more."""
    asked = [one for one in rows if one.questions]
    if not asked:
        return
    raise ReturnRefused(
        Words(
            "%(year)s年已关闭，不再审核；这张表还有 %(count)s 家有疑问"
            "（“%(firm)s”：%(question)s）。请核对改正，只报没有疑问的更正；确需报送，请考核督查重新打开这个年度。",
            year=period.last.year,
            count=len(asked),
            firm=asked[0].firm.name,
            question=asked[0].questions[0].name,
        )
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
            {**question.plain(), "answer": explained.get(one.firm.code, "")}
            for question in one.questions
        ] + [question.plain() for question in one.said]
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
        raise ReturnRefused(Words("同一期刚刚有人报过；请刷新后再看。")) from None
    return made


def record_returns(
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
    reason = f"{form.name} {period.name}"
    entry = record(*lines, by=by.name, reason=reason, known_on=on, evidence=evidence, along=along)
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
        raise _not_explained(row)
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


def undo(*, file_id: int, by: Person, on: date) -> ReturnFile:
    """Take a sheet back as a whole by one correcting entry; every number is as it was before.

    Others write on while the correction of a large sheet is staged.
    """
    file = _undoable(ReturnFile.objects.get(pk=file_id))
    check_year(parse_period(file.period_id), on)
    filings = file.filings.filter(entry__isnull=False)
    numbers = {one.entry for one in filings} | {file.entry}

    def settle(_entry: Entry | None) -> None:
        """Write what belongs to the correction: the sheet and its filings are undone."""
        file = _undoable(ReturnFile.objects.select_for_update().get(pk=file_id))
        now = file.filings.select_for_update().filter(entry__isnull=False)
        if {one.entry for one in now} | {file.entry} != numbers:
            raise ReturnRefused(Words("刚刚又有报送通过了审核；请刷新后再撤销。"))
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
        raise ReturnRefused(Words("只有已报送的表可以撤销。"))
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
            raise ReturnRefused(
                Words(
                    "%(fact)s 在那之后又更正过，不能整批撤销；请打开这一家单独更正。",
                    fact=str(fact),
                )
            )
        old = fact.corrects
        if old is None or old.is_void:
            lines.append(Withdrawal(fact))
        else:
            kind = zone.fact_types[fact.type]
            lines.append(Correction(fact, with_gone(kind, old.values)))
    return lines


def _last_words(found: Sequence[Fact]) -> dict[int, int | None]:
    later: dict[int, int | None] = {one.pk: None for one in found}
    keys = list(later)
    manager = type(found[0]).objects
    for start in range(0, len(keys), 900):
        some = manager.filter(corrects__in=keys[start : start + 900])
        later |= {one.corrects_id: one.pk for one in some if one.corrects_id is not None}
    return later


def with_gone(fact: Any, text: str) -> dict[str, Any]:
    """Return the values of a filing with — where the firm said that it has no such measure."""
    values: dict[str, Any] = fact.decode(text)
    return values | dict.fromkeys(fact.not_applicable(text), "—")
