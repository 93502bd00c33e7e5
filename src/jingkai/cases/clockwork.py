"""What is done to the clock of a case by hand or by a day: correction, pause, extension, notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from jingkai.cases import timing
from jingkai.cases.models import (
    Case,
    DueMove,
    Extension,
    NoticedDay,
    Pausing,
    RaisedFlag,
)
from jingkai.cases.moves import _action, _any_right, _hold, _kept, _move, act
from jingkai.cases.refusals import CaseRefused, NotYours
from jingkai.kernel.calendar import CalendarDay
from jingkai.kernel.deadlines import Pause, check_pauses
from jingkai.kernel.words import Words, named
from jingkai.ledger.services import KeptFile
from jingkai.org.queries import Person

__all__ = [
    "ImportedNotice",
    "accept_untold",
    "ask_extension",
    "clear_flag",
    "decide_extension",
    "import_notice",
    "pause",
    "raise_flag",
    "receive_again",
    "resume",
    "tell_correction",
]


@transaction.atomic
def tell_correction(
    *, case_id: int, missing: str, by: Person, on: date, at: datetime | None = None
) -> Case:
    """一次性告知: tell the applicant everything that is missing; the clock has not begun."""
    held = _hold(case_id)
    case = _load(case_id)
    behalf = _any_right(held, by, on)
    if case.accepted_on is not None:
        raise CaseRefused(
            Words("已经受理，不能再要求补正；后补的材料请用“容缺”，法定事由请用“暂停”。")
        )
    if not missing.strip():
        raise CaseRefused(Words("请写全缺少的材料；只告知一次。"))
    if case.told_on is not None:
        raise CaseRefused(
            Words("已于 %(told_on)s 一次性告知过；法律不允许分次告知。", told_on=case.told_on)
        )
    last = timing.working_calendar().add_workdays(case.received_on, timing.CORRECTION_DAYS)
    if on > last:
        raise CaseRefused(
            Words(
                "收件 %(received_on)s 起五个工作日（到 %(last)s）内没有告知，"
                "依法自收件之日起视为受理。",
                received_on=case.received_on,
                last=last,
            )
        )
    Case.objects.filter(pk=case_id).update(told_on=on)
    action = _action("tell_correction", by, on, at or timing.moment_of(on), on_behalf=behalf)
    action.words = missing[:500]
    _move(held, held.state, action)
    return _load(case_id)


@transaction.atomic
def receive_again(
    *, case_id: int, by: Person, on: date, words: str = "", at: datetime | None = None
) -> Case:
    """补齐: take in what was missing; the five days for telling begin anew."""
    held = _hold(case_id)
    case = _load(case_id)
    behalf = _any_right(held, by, on)
    if case.told_on is None or case.accepted_on is not None:
        raise CaseRefused(Words("没有等待补正的告知。"))
    Case.objects.filter(pk=case_id).update(told_on=None, received_on=on, trips=case.trips + 1)
    action = _action(
        "receive_again", by, on, at or timing.moment_of(on), words=words, on_behalf=behalf
    )
    _move(held, held.state, action)
    return _load(case_id)


@transaction.atomic
def pause(
    *,
    case_id: int,
    reason: str,
    by: Person,
    on: date,
    proof: Sequence[KeptFile],
    first: date | None = None,
    words: str = "",
    at: datetime | None = None,
) -> Pausing:
    """Stop the clock for a reason that the definition knows, from a day on, with its proof."""
    held = _hold(case_id)
    case = _load(case_id)
    behalf = _any_right(held, by, on)
    lawful = {one.id: one for one in held.kind.pauses}
    if reason not in lawful:
        names = [named(one) for one in lawful.values()] or Words("没有")
        raise CaseRefused(Words("只有法定事由可以暂停计时：%(names)s。", names=names))
    if case.accepted_on is None or case.decided_on is not None:
        raise CaseRefused(Words("受理之后、决定之前才有计时可以暂停。"))
    if not proof:
        raise CaseRefused(Words("暂停计时要附书面告知（%(basis)s）。", basis=lawful[reason].basis))
    first_on = first or on
    if first_on > on:
        raise CaseRefused(
            Words("暂停起日 %(first_on)s 在将来（今天是 %(on)s）。", first_on=first_on, on=on)
        )
    known = [Pause(one.first_on, one.last_on, one.name) for one in case.pauses.all()]
    check_pauses(case.accepted_on, [*known, Pause(first_on, None, lawful[reason].name)])
    made = Pausing.objects.create(
        case=case,
        reason=reason,
        name=lawful[reason].name,
        basis=lawful[reason].basis,
        first_on=first_on,
        proof=[_kept(one) for one in proof],
    )
    case.is_paused = True
    _save_times(case)
    action = _action("pause", by, on, at or timing.moment_of(on), words=words, on_behalf=behalf)
    action.outcome, action.proof = made.name, made.proof
    if held.kind.records_facts:
        action.entries.append(timing.note_pause(case, made, by=by.name, on=on))
    _move(held, held.state, action)
    return made


@transaction.atomic
def resume(
    *,
    case_id: int,
    by: Person,
    on: date,
    last: date | None = None,
    words: str = "",
    at: datetime | None = None,
) -> Pausing:
    """Let the clock run again; `last` is the last day that is not counted."""
    held = _hold(case_id)
    case = _load(case_id)
    behalf = _any_right(held, by, on)
    running = case.pauses.filter(last_on=None).first()
    if running is None:
        raise CaseRefused(Words("计时没有暂停。"))
    last_on = last or on
    if last_on > on:
        raise CaseRefused(
            Words("暂停止日 %(last_on)s 在将来（今天是 %(on)s）。", last_on=last_on, on=on)
        )
    if last_on < running.first_on:
        raise CaseRefused(
            Words(
                "暂停止日 %(last_on)s 早于起日 %(first_on)s。",
                last_on=last_on,
                first_on=running.first_on,
            )
        )
    running.last_on = last_on
    running.save(update_fields=["last_on"])
    case = _load(case_id)
    case.is_paused = False
    _save_times(case)
    action = _action("resume", by, on, at or timing.moment_of(on), words=words, on_behalf=behalf)
    action.outcome = running.name
    if held.kind.records_facts:
        action.entries.append(timing.note_resume(case, running, by=by.name, on=on))
    _move(held, held.state, action)
    return running


@transaction.atomic
def ask_extension(
    *, case_id: int, days: int, reason: str, by: Person, on: date, at: datetime | None = None
) -> Extension:
    """Ask for more days; somebody else must grant them."""
    held = _hold(case_id)
    case = _load(case_id)
    behalf = _any_right(held, by, on)
    if case.accepted_on is None or case.decided_on is not None:
        raise CaseRefused(Words("受理之后、决定之前才能申请延期。"))
    if not 0 < days <= case.most_extension - case.extension:
        left = case.most_extension - case.extension
        raise CaseRefused(
            Words(
                "最多还能延长 %(left)s 天（法律允许共 %(most_extension)s）。",
                left=left,
                most_extension=case.most_extension,
            )
        )
    if not reason.strip():
        raise CaseRefused(Words("请写明延期理由；批准后要把理由告知申请人。"))
    if Extension.objects.filter(case=case, decided_on=None).exists():
        raise CaseRefused(Words("已有一份延期申请在等审批。"))
    asked = Extension.objects.create(
        case=case, days=days, reason=reason[:200], asked_by=by, asked_on=on
    )
    action = _action("ask_extension", by, on, at or timing.moment_of(on), on_behalf=behalf)
    action.words = f"申请延长 {days} 天：{reason}"[:500]
    _move(held, held.state, action)
    return asked


@transaction.atomic
def decide_extension(
    *, extension_id: int, is_granted: bool, by: Person, on: date, at: datetime | None = None
) -> Extension:
    """Grant or refuse more days; nobody grants their own."""
    asked = Extension.objects.select_related("case").get(pk=extension_id)
    held = _hold(asked.case_id)
    asked.refresh_from_db()
    if asked.decided_on is not None:
        raise CaseRefused(
            Words(
                "已由 %(decided_by)s 于 %(decided_on)s 审批。",
                decided_by=asked.decided_by,
                decided_on=asked.decided_on,
            )
        )
    if asked.asked_by_id == by.pk:
        raise NotYours(Words("延期是您申请的，要由别人审批。"))
    asked.decided_by, asked.decided_on, asked.is_granted = by, on, is_granted
    asked.save()
    if is_granted:
        case = _load(asked.case_id)
        case.extension += asked.days
        _save_times(case)
    action = _action("decide_extension", by, on, at or timing.moment_of(on))
    action.outcome = "同意" if is_granted else "不同意"
    action.words = f"{asked.days} 天：{asked.reason}"[:500]
    _move(held, held.state, action)
    return asked


@transaction.atomic
def raise_flag(
    *,
    case_id: int,
    flag: str,
    words: str,
    by: Person | None,
    on: date,
    due_on: date | None = None,
    at: datetime | None = None,
) -> RaisedFlag:
    """Raise a flag of the definition: it gathers the case in a queue or blocks steps."""
    held = _hold(case_id)
    kind = held.kind.flag(flag)
    if held.flags >> kind.bit & 1:
        raise CaseRefused(Words("“%(kind)s”已经标记；请先解除再改。", kind=named(kind)))
    if held.is_closed:
        raise CaseRefused(Words("办件已办结，不能再标记。"))
    raised = RaisedFlag.objects.create(
        case_id=case_id, flag=flag, name=kind.name, words=words[:300], due_on=due_on, raised_on=on
    )
    Case.objects.filter(pk=case_id).update(flags=held.flags | 1 << kind.bit)
    action = _action("raise_flag", by, on, at or timing.moment_of(on))
    action.words, action.outcome = f"{kind.name}：{words}"[:500], flag
    _move(held, held.state, action)
    return raised


@transaction.atomic
def clear_flag(
    *,
    case_id: int,
    flag: str,
    words: str,
    by: Person | None,
    on: date,
    at: datetime | None = None,
) -> None:
    """Clear a flag with a word why."""
    held = _hold(case_id)
    kind = held.kind.flag(flag)
    if not held.flags >> kind.bit & 1:
        raise CaseRefused(Words("没有“%(kind)s”标记。", kind=named(kind)))
    RaisedFlag.objects.filter(case_id=case_id, flag=flag, cleared_on=None).update(cleared_on=on)
    Case.objects.filter(pk=case_id).update(flags=held.flags & ~(1 << kind.bit))
    action = _action("clear_flag", by, on, at or timing.moment_of(on))
    action.words, action.outcome = f"{kind.name}：{words}"[:500], flag
    _move(held, held.state, action)


@transaction.atomic
def accept_untold(*, on: date, at: datetime | None = None) -> int:
    """Accept what the law counts as accepted: nobody told what was missing within five days."""
    calendar = timing.working_calendar()
    waiting = Case.objects.filter(
        accepted_on=None, told_on=None, closed_on=None, promised__isnull=False
    )
    accepted = 0
    for case in waiting.order_by("pk"):
        if on <= calendar.add_workdays(case.received_on, timing.CORRECTION_DAYS):
            continue
        held = _hold(case.pk)
        if held.withdrawn_on is not None:
            continue
        for step in held.kind.active_steps(held.state.active):
            if step.effect == "accept":
                law = f"收件 {case.received_on} 起五个工作日内未告知补正，自收件之日起视为受理"
                act(case_id=case.pk, step=step.id, by=None, on=on, at=at, words=law,
                    outcome=step.outcomes[0].id if step.outcomes else "")  # fmt: skip
                accepted += 1
    return accepted


@dataclass(frozen=True)
class ImportedNotice:
    """What a notice changed: its days, and the due dates that moved to either side."""

    days: int
    sooner: int
    later: int


@transaction.atomic
def import_notice(
    *, days: Sequence[CalendarDay], source: str, by: Person, on: date, at: datetime | None = None
) -> ImportedNotice:
    """Take a holiday notice in; recompute the open cases whose span holds a day that it names.

    The years that were 预估 until now lose that mark, and every due date that moves is logged.
    """
    if not days:
        raise CaseRefused(Words("通知里没有日期。"))
    if not source.strip():
        raise CaseRefused(Words("请写明通知的文号，如“国办发明电〔2025〕7号”。"))
    before = timing.working_calendar()
    for day in days:
        NoticedDay.objects.update_or_create(
            on=day.on,
            defaults={
                "is_workday": day.is_workday,
                "name": day.name[:40],
                "source": source[:120],
                "imported_on": on,
            },
        )
    after = before.with_notice(days)
    changed = [day.on for day in days if before.is_workday(day.on) != after.is_workday(day.on)]
    years = {day.on.year for day in days}
    # A year that was guessed held its fixed holidays; now only the notice's days count.
    for year in (one for one in years if before.is_estimated(one)):
        span = (date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
        each = (date.fromordinal(n) for n in range(*span))
        changed += [one for one in each if before.is_workday(one) != after.is_workday(one)]
    open_cases = list(Case.objects.filter(closed_on=None, accepted_on__isnull=False))
    touched = {case.pk for case in timing.touched_by(set(changed), open_cases)}
    sooner = later = 0
    for case in open_cases:
        if case.pk not in touched and not case.is_estimated:
            continue
        held = _hold(case.pk)
        was = case.due_on
        timing.retime(case, after)
        _save_times(case, retimed=True)
        if was is None or case.due_on is None or was == case.due_on:
            continue
        sooner, later = sooner + (case.due_on < was), later + (case.due_on > was)
        DueMove.objects.create(case=case, before=was, after=case.due_on, source=source, on=on)
        action = _action("retime", by, on, at or timing.moment_of(on))
        action.words = f"{source}：到期日由 {was} 改为 {case.due_on}"[:500]
        _move(held, held.state, action)
    return ImportedNotice(len(days), sooner, later)


def _load(case_id: int) -> Case:
    return Case.objects.select_related("definition").get(pk=case_id)


def _save_times(case: Case, *, retimed: bool = False) -> None:
    if not retimed:
        timing.retime(case)
    case.save(
        update_fields=["is_paused", "extension", "due_on", "statutory_due_on", "is_estimated"]
    )
