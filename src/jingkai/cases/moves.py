"""Open a case and move it: act, take, hand over, send back, withdraw, co-sign, end."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from jingkai.cases import timing
from jingkai.cases.definitions import check_in_force, desk_of, keep_definition
from jingkai.cases.models import Action, Case, CoSign, OpenWork, RaisedFlag
from jingkai.cases.refusals import (
    Blocked,
    CaseRefused,
    DefinitionWithdrawn,
    MovedMeanwhile,
    NotYours,
)
from jingkai.cases.rights import find_right
from jingkai.cases.rules import CaseType, Outcome, State, Step, complete, return_to, start
from jingkai.cases.store import Held, NewAction, Work, hold, hold_work, load_case, move
from jingkai.kernel.deadlines import Limit
from jingkai.kernel.words import Words, named
from jingkai.ledger.queries import Entry
from jingkai.ledger.services import KeptFile
from jingkai.org.queries import Department, Person

__all__ = [
    "COSIGNING",
    "CaseEvent",
    "Done",
    "NewCase",
    "act",
    "answer_cosign",
    "ask_cosign",
    "end_case",
    "hand_over",
    "mark_opened",
    "open_case",
    "send_back",
    "take",
    "withdraw",
]

# The flag bit above every definition's own: a word of another desk is still awaited.
COSIGNING = 1 << 62
SYSTEM = "系统"


@dataclass(frozen=True, kw_only=True)
class NewCase:
    """What a case begins with; `desks` name the department behind each desk of the definition."""

    kind: CaseType
    title: str
    department: str
    desks: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    item: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    statutory: Limit | None = None
    promised: Limit | None = None
    most_extension: int = 0
    received_on: date | None = None
    trips: int = 0


class Done(NamedTuple):
    """What an act brought about; `is_repeat` when the same press had been taken already."""

    case: int
    number: int
    active: tuple[str, ...]
    is_closed: bool
    is_repeat: bool = False


@dataclass(frozen=True)
class CaseEvent:
    """What the context of a case is told, inside the same transaction."""

    case: int
    effect: str
    step: str
    outcome: str
    by: str
    on: date
    at: datetime


@transaction.atomic
def open_case(
    *, new: NewCase, by: Person | None, on: date, at: datetime | None = None, words: str = ""
) -> Case:
    """Open a case on the newest version of its definition."""
    kept = keep_definition(new.kind, on=on)
    check_in_force(kept)
    received_on = new.received_on or on
    if received_on > on:
        raise CaseRefused(
            Words(
                "收件日期 %(received_on)s 在将来（今天是 %(on)s）。", received_on=received_on, on=on
            )
        )
    _check_limits(new.promised, new.statutory)
    case = Case.objects.create(
        number=uuid4().hex,
        definition=kept,
        title=new.title[:160],
        subject=new.subject,
        item=new.item,
        department_id=new.department,
        desks=dict(new.desks),
        answers=dict(new.answers),
        opened_on=on,
        received_on=received_on,
        statutory=new.statutory.count if new.statutory else None,
        statutory_unit=new.statutory.unit if new.statutory else "workdays",
        promised=new.promised.count if new.promised else None,
        promised_unit=new.promised.unit if new.promised else "workdays",
        most_extension=new.most_extension,
        trips=new.trips,
    )
    # The row's own number cannot be taken twice, whoever opens cases beside us.
    Case.objects.filter(pk=case.pk).update(number=f"{on.year}{case.pk:06d}")
    held = _hold(case.pk)
    action = _action("open", by, on, at or timing.moment_of(on), words=words)
    _move(held, start(new.kind, new.answers), action)
    case.refresh_from_db()
    return case


def act(
    *,
    case_id: int,
    step: str,
    by: Person | None,
    on: date,
    at: datetime | None = None,
    words: str = "",
    outcome: str = "",
    proof: Sequence[KeptFile] = (),
    since: int | None = None,
    key: str = "",
) -> Done:
    """Do a step. `since` is the work the person saw; the same `key` is done once.

    `by` is None when the law itself acts: a case untold within five days counts as accepted.
    """
    at = at or timing.moment_of(on)
    try:
        with transaction.atomic():
            return _act(case_id, step, by, on, at, words, outcome, proof, since, key)
    except IntegrityError:
        if first := _first_result(case_id, key):
            return first
        raise


def _act(
    case_id: int,
    step_id: str,
    by: Person | None,
    on: date,
    at: datetime,
    words: str,
    outcome_id: str,
    proof: Sequence[KeptFile],
    since: int | None,
    key: str,
) -> Done:
    held, work = _hold_with(case_id, step_id)
    step = held.kind.step(step_id)
    if work is None or (since is not None and work.since_action != since):
        if first := _first_result(case_id, key):
            return first
        raise MovedMeanwhile(_who_was_first(held, step))
    _check_open(held)
    on_behalf = "" if by is None else find_right(by, work.department, work.person, work.right, on)
    outcome = _outcome(step, outcome_id)
    _check_step(held, step, by, words, proof, outcome)
    if outcome and outcome.returns_to:
        state = _back(held, held.kind.step(outcome.returns_to))
    elif outcome and outcome.ends:
        state = State(held.state.done | 1 << step.bit, 0)
    else:
        state = complete(held.kind, held.state, step.bit, held.answers)
    action = _action("act", by, on, at, words=words, step=step.id, key=key, on_behalf=on_behalf)
    action.outcome = outcome.id if outcome else ""
    action.proof = [_kept(one) for one in proof]
    _spend(action, work)
    effects = [step.effect] if step.effect in ("accept", "decide") else []
    effects += ["close"] if not state.active else []
    if held.kind.records_facts:
        for effect in effects:
            action.entries.append(_record(held, effect, outcome.name if outcome else "", by, on))
    done = _move(held, state, action)
    for effect in effects:
        _tell_owner(
            held.kind,
            CaseEvent(case_id, effect, step.id, action.outcome, action.actor_name, on, at),
        )
    return done


@transaction.atomic
def take(*, case_id: int, step: str, by: Person, on: date, at: datetime | None = None) -> Done:
    """签收: take a step of one's department upon oneself."""
    held, work, behalf = _hold_work(case_id, step, by, on)
    if work.person == by.pk:
        raise CaseRefused(Words("您已经签收这一步。"))
    at = at or timing.moment_of(on)
    OpenWork.objects.filter(case_id=case_id, bit=work.bit).update(
        person=by, opened_at=work.opened_at or at
    )
    action = _action("take", by, on, at, step=step, on_behalf=behalf)
    return _move(held, held.state, action)


@transaction.atomic
def hand_over(
    *,
    case_id: int,
    step: str,
    by: Person,
    on: date,
    words: str,
    department: str = "",
    person: Person | None = None,
    at: datetime | None = None,
) -> Done:
    """转办: give a step to another department or person, with a word why."""
    held, work, behalf = _hold_work(case_id, step, by, on)
    to = person.department_id if person and person.department_id else department
    if not to or not Department.objects.filter(pk=to).exists():
        raise CaseRefused(Words("请选择转给哪个部门或哪位同志。"))
    if not words.strip():
        raise CaseRefused(Words("请写明转办的原因。"))
    if (to, person and person.pk) == (work.department, work.person):
        raise CaseRefused(Words("这一步已经在那里了。"))
    at = at or timing.moment_of(on)
    OpenWork.objects.filter(case_id=case_id, bit=work.bit).update(
        department_id=to,
        person=person,
        since_on=on,
        since_at=at,
        opened_at=None,
        since_action=held.last_action + 1,
    )
    name = person.name if person else ""
    place = Department.objects.get(pk=to).name
    action = _action("hand_over", by, on, at, step=step, on_behalf=behalf)
    action.words = f"转{place}{name}：{words}"[:500]
    _spend(action, work)
    return _move(held, held.state, action)


@transaction.atomic
def send_back(
    *,
    case_id: int,
    step: str,
    to: str,
    by: Person,
    on: date,
    words: str,
    at: datetime | None = None,
) -> Done:
    """退回: send the case back to any earlier step; it and what followed is done again."""
    held, work, behalf = _hold_work(case_id, step, by, on)
    own, earlier = held.kind.step(step), held.kind.step(to)
    if not held.kind.after[earlier.bit] >> own.bit & 1:
        raise CaseRefused(
            Words(
                "“%(earlier)s”不在“%(own)s”之前，不能退回。",
                earlier=named(earlier),
                own=named(own),
            )
        )
    if not words.strip():
        raise CaseRefused(Words("请写明退回的原因。"))
    action = _action("send_back", by, on, at or timing.moment_of(on), step=step, on_behalf=behalf)
    action.words, action.outcome = words[:500], to
    _spend(action, work)
    return _move(held, _back(held, earlier), action)


@transaction.atomic
def withdraw(
    *, case_id: int, by: Person, on: date, words: str = "", at: datetime | None = None
) -> Done:
    """撤回: take back one's own step as long as nobody has opened what followed."""
    held = _hold(case_id)
    _check_open(held)
    last = Action.objects.get(case_id=case_id, number=held.last_action)
    if last.kind != "act" or last.actor_id != by.pk:
        raise CaseRefused(Words("只能撤回自己刚办的一步；之后已有别的动作。"))
    step = held.kind.step(last.step)
    if step.effect or last.entry:
        raise CaseRefused(
            Words(
                "“%(step)s”已形成文书并入账，不能撤回；确有错误请依法撤销。",
                step=named(step),
            )
        )
    follows = OpenWork.objects.filter(case_id=case_id, since_action=last.number)
    if opened := follows.exclude(opened_at=None).select_related("department").first():
        raise CaseRefused(
            Words(
                "%(department)s 已于 %(at)s 打开“%(step)s”，不能再撤回；请对方退回。",
                department=named(opened.department),
                at=f"{timezone.localtime(opened.opened_at):%m-%d %H:%M}",
                step=Words(opened.name),
            )
        )
    action = _action("withdraw", by, on, at or timing.moment_of(on), step=step.id, words=words)
    return _move(held, State(last.done_before, last.active_before), action)


@transaction.atomic
def mark_opened(*, case_id: int, by: Person, on: date, at: datetime | None = None) -> int:
    """Note that the next person opened what lies with them; return how many steps that were."""
    at, marked = at or timing.moment_of(on), 0
    for work in OpenWork.objects.filter(case_id=case_id, opened_at=None):
        sent_it = Action.objects.filter(
            case_id=case_id, number=work.since_action, actor=by
        ).exists()
        if sent_it:
            continue
        try:
            find_right(by, work.department_id, work.person_id, work.right, on)
        except NotYours:
            continue
        marked += OpenWork.objects.filter(pk=work.pk, opened_at=None).update(opened_at=at)
    return marked


@transaction.atomic
def ask_cosign(
    *,
    case_id: int,
    step: str,
    department: str,
    question: str,
    by: Person,
    on: date,
    at: datetime | None = None,
) -> CoSign:
    """加签: ask another desk for its word; the step waits for it."""
    held, _, behalf = _hold_work(case_id, step, by, on)
    if not question.strip():
        raise CaseRefused(Words("请写明请对方会签什么。"))
    place = Department.objects.filter(pk=department).first()
    if place is None:
        raise CaseRefused(Words("请选择会签部门。"))
    bit = held.kind.step(step).bit
    if CoSign.objects.filter(case_id=case_id, bit=bit, department=place, answered_on=None).exists():
        raise CaseRefused(Words("已请%(place)s会签，还没有回复。", place=named(place)))
    asked = CoSign.objects.create(
        case_id=case_id,
        bit=bit,
        department=place,
        question=question[:200],
        asked_by=by,
        asked_on=on,
    )
    Case.objects.filter(pk=case_id).update(flags=held.flags | COSIGNING)
    action = _action("ask_cosign", by, on, at or timing.moment_of(on), step=step, on_behalf=behalf)
    action.words = f"请{place.name}会签：{question}"[:500]
    _move(held, held.state, action)
    return asked


@transaction.atomic
def answer_cosign(
    *,
    cosign_id: int,
    is_agreed: bool,
    answer: str,
    by: Person,
    on: date,
    at: datetime | None = None,
) -> CoSign:
    """会签: give the word that was asked for."""
    asked = CoSign.objects.get(pk=cosign_id)
    held = _hold(asked.case_id)
    asked.refresh_from_db()
    if asked.answered_on is not None:
        raise MovedMeanwhile(
            Words(
                "已由 %(answered_by)s 于 %(answered_on)s 会签。",
                answered_by=asked.answered_by,
                answered_on=asked.answered_on,
            )
        )
    behalf = find_right(by, asked.department_id, None, "", on)
    if not is_agreed and not answer.strip():
        raise CaseRefused(Words("不同意请写明理由。"))
    asked.answered_by, asked.answered_on = by, on
    asked.is_agreed, asked.answer = is_agreed, answer[:200]
    asked.save()
    if not CoSign.objects.filter(case_id=asked.case_id, answered_on=None).exists():
        Case.objects.filter(pk=asked.case_id).update(flags=held.flags & ~COSIGNING)
    action = _action("cosign", by, on, at or timing.moment_of(on), on_behalf=behalf)
    action.step = held.kind.by_bit[asked.bit].id
    action.words, action.outcome = answer[:500], "同意" if is_agreed else "不同意"
    _move(held, held.state, action)
    return asked


@transaction.atomic
def end_case(
    *,
    case_id: int,
    outcome: str,
    words: str,
    by: Person | None,
    on: date,
    at: datetime | None = None,
) -> Done:
    """End a case before its last step: the applicant withdrew, a deferral lapsed, law ended it."""
    held = _hold(case_id)
    if held.is_closed:
        raise MovedMeanwhile(_who_was_first(held, None))
    if not words.strip():
        raise CaseRefused(Words("请写明终止办件的原因。"))
    behalf = _any_right(held, by, on)
    action = _action("end", by, on, at or timing.moment_of(on), words=words, on_behalf=behalf)
    action.outcome = outcome
    Case.objects.filter(pk=case_id).update(outcome=outcome, is_paused=False)
    if held.kind.records_facts:
        action.entries.append(_record(held, "close", outcome, by, on))
    done = _move(held, State(held.state.done, 0), action)
    _tell_owner(
        held.kind, CaseEvent(case_id, "close", "", outcome, action.actor_name, on, action.at)
    )
    return done


def _check_limits(promised: Limit | None, statutory: Limit | None) -> None:
    """Refuse a promise that is longer than the law; limits of two units are not compared."""
    if promised is None or statutory is None or promised.unit != statutory.unit:
        return
    if promised.count > statutory.count:
        raise CaseRefused(
            Words(
                "承诺时限 %(promised)s 长于法定时限 %(statutory)s，请改短。",
                promised=promised,
                statutory=statutory,
            )
        )


def _hold(case_id: int) -> Held:
    held = hold(case_id)
    if held is None:
        raise CaseRefused(Words("没有这个办件，可能地址写错了。"))
    return held


def _hold_with(case_id: int, step: str) -> tuple[Held, Work | None]:
    found = hold_work(case_id, step)
    if found is None:
        raise CaseRefused(Words("没有这个办件，可能地址写错了。"))
    return found


def _hold_work(case_id: int, step_id: str, by: Person, on: date) -> tuple[Held, Work, str]:
    """Lock a case; return the open work of a step that this person may do."""
    held, work = _hold_with(case_id, step_id)
    step = held.kind.step(step_id)
    if work is None:
        raise MovedMeanwhile(_who_was_first(held, step))
    _check_open(held)
    return held, work, find_right(by, work.department, work.person, work.right, on)


def _any_right(held: Held, by: Person | None, on: date) -> str:
    """Return on whose behalf a person may act on the whole case: they hold one of its steps."""
    refusal: NotYours | None = None
    if by is None:
        return ""
    for work in OpenWork.objects.filter(case_id=held.id):
        try:
            return find_right(by, work.department_id, work.person_id, work.right, on)
        except NotYours as problem:
            refusal = problem
    raise refusal or NotYours("这个办件没有在您手上的步骤。")


def _check_open(held: Held) -> None:
    if held.withdrawn_on is not None:
        raise DefinitionWithdrawn(
            Words(
                "“%(kind)s”第 %(version)s 版已于 %(withdrawn_on)s 停用，办件暂不能办；"
                "已填内容都在，请管理员先把在办件迁移到新版。",
                kind=named(held.kind),
                version=held.kind.version,
                withdrawn_on=held.withdrawn_on,
            )
        )


def _outcome(step: Step, outcome_id: str) -> Outcome | None:
    if not step.outcomes:
        return None
    for outcome in step.outcomes:
        if outcome.id == outcome_id:
            return outcome
    names = [named(one) for one in step.outcomes]
    raise CaseRefused(Words("“%(step)s”要选一个结果：%(names)s。", step=named(step), names=names))


def _check_step(
    held: Held,
    step: Step,
    by: Person | None,
    words: str,
    proof: Sequence[KeptFile],
    outcome: Outcome | None,
) -> None:
    """Refuse a step that flags, co-signers, a paused clock or its own doer stand against."""
    goes_on = outcome is None or not (outcome.ends or outcome.returns_to)
    blocked = held.flags & held.kind.blocking[step.bit]
    if blocked and goes_on:
        raise Blocked(_what_blocks(held, blocked, step))
    if held.flags & COSIGNING:
        asked = CoSign.objects.filter(case_id=held.id, bit=step.bit, answered_on=None)
        if waiting := asked.select_related("department").first():
            raise Blocked(
                Words(
                    "正在等%(department)s会签（%(asked_on)s 发起），会签后才能办。",
                    department=named(waiting.department),
                    asked_on=waiting.asked_on,
                )
            )
    if step.effect == "decide" and held.is_paused:
        raise CaseRefused(Words("正在暂停计时；请先恢复计时，再作决定。"))
    if step.needs_words and not words.strip():
        raise CaseRefused(Words("“%(step)s”要写意见。", step=named(step)))
    if step.needs_proof and not proof:
        raise CaseRefused(Words("“%(step)s”要附凭证。", step=named(step)))
    if step.not_by and by is not None:
        for other in step.not_by:
            last = _last_doer(held.id, other)
            if last is not None and last.actor_id == by.pk:
                raise NotYours(
                    Words(
                        "“%(before)s”是您办的，“%(step)s”要由别人来办；请转办。",
                        before=named(held.kind.step(other)),
                        step=named(step),
                    )
                )


def _back(held: Held, to: Step) -> State:
    """Return the state after going back; refuse to undo what is already in the ledger."""
    undone = (1 << to.bit | held.kind.after[to.bit]) & held.state.done
    for step in held.kind.active_steps(undone):
        if step.effect and held.kind.records_facts:
            raise CaseRefused(
                Words(
                    "“%(step)s”已经形成文书，不能退回重做；请退到它之后的步骤。",
                    step=named(step),
                )
            )
    return return_to(held.kind, held.state, to.bit, held.answers)


def _move(held: Held, state: State, action: NewAction) -> Done:
    """Write the new state; the steps that become active lie with their desks from now on."""
    fresh = state.active & ~held.state.active
    opened = [
        (step, desk_of(held.desks, step.desk, held.department), _step_due(step, action.on))
        for step in (held.kind.active_steps(fresh) if fresh else ())
    ]
    is_closed = not state.active
    if not move(held, state, action, opened=opened, closes=is_closed):
        raise MovedMeanwhile(_who_was_first(held, None))
    active = tuple(step.id for step in held.kind.active_steps(state.active))
    return Done(held.id, held.last_action, active, is_closed)


def _step_due(step: Step, on: date) -> date | None:
    return timing.working_calendar().add_workdays(on, step.days) if step.days else None


def _record(held: Held, effect: str, outcome: str, by: Person | None, on: date) -> Entry:
    """Start or stop the clock with its fact; return its entry."""
    case = load_case(held.id)
    name = by.name if by else SYSTEM
    if effect == "accept":
        return timing.accept(case, by=name, on=on)
    if effect == "decide":
        return timing.decide(case, outcome=outcome, by=name, on=on)
    if outcome and not case.outcome:
        Case.objects.filter(pk=held.id).update(outcome=outcome)
    return timing.close(case, outcome=outcome, by=name, on=on)


def _tell_owner(kind: CaseType, event: CaseEvent) -> None:
    """Tell the context whose kind of case this is, in the same transaction."""
    if told := _owner(kind.id):
        told(event)


@cache
def _owner(kind: str) -> Callable[[CaseEvent], None] | None:
    name = f"jingkai.{kind.partition('.')[0]}"
    if not (find_spec(name) and find_spec(f"{name}.services")):
        return None
    effects = getattr(import_module(f"{name}.services"), "CASE_EFFECTS", {})
    return effects.get(kind)


def _action(
    kind: str,
    by: Person | None,
    on: date,
    at: datetime,
    *,
    words: str = "",
    step: str = "",
    key: str = "",
    on_behalf: str = "",
) -> NewAction:
    return NewAction(
        kind=kind,
        on=on,
        at=at,
        actor=by.pk if by else None,
        actor_name=by.name if by else SYSTEM,
        office=(by.department_id or "") if by else "",
        step=step,
        words=words[:500],
        key=key[:64],
        on_behalf=on_behalf,
    )


def _spend(action: NewAction, work: Work) -> None:
    """Write how long the work waited to be opened, and how long it was then worked on."""
    opened = work.opened_at or action.at
    action.waited = max(int((opened - work.since_at).total_seconds()), 0)
    action.worked = max(int((action.at - opened).total_seconds()), 0)


def _first_result(case_id: int, key: str) -> Done | None:
    """Return what the first press with this key brought about."""
    if not key:
        return None
    first = Action.objects.filter(case_id=case_id, key=key[:64]).first()
    if first is None:
        return None
    case = Case.objects.get(pk=case_id)
    active = tuple(case.work.values_list("step", flat=True))
    return Done(case_id, first.number, active, case.closed_on is not None, is_repeat=True)


def _last_doer(case_id: int, step: str) -> Action | None:
    done = Action.objects.filter(case_id=case_id, step=step, kind="act")
    return done.order_by("-number").first()


def _who_was_first(held: Held, step: Step | None) -> Words:
    """Return who moved the case, when and how, for the one who came second."""
    acts = Action.objects.filter(case_id=held.id)
    last = (step and acts.filter(step=step.id).order_by("-number").first()) or acts.order_by(
        "-number"
    ).first()
    if last is None:
        return Words("这一步还没有轮到。")
    told: dict[str, Any] = {
        "what": Words("“%(step)s”", step=named(step)) if step else Words("这个办件"),
        "who": last.actor_name if last.actor_id else Words(last.actor_name),
        "at": f"{timezone.localtime(last.at):%m-%d %H:%M}",
    }
    if step and last.step != step.id:
        return Words("%(what)s现在不在办：最近一次是 %(who)s 于 %(at)s 办理。", **told)
    return Words("%(what)s已被 %(who)s 于 %(at)s 办理；您填写的内容还在，请核对。", **told)


def _what_blocks(held: Held, blocked: int, step: Step) -> Words:
    ids = [flag.id for flag in held.kind.flags if blocked >> flag.bit & 1]
    raised = RaisedFlag.objects.filter(case_id=held.id, flag__in=ids, cleared_on=None)
    flags = [_flag_said(one) for one in raised]
    return Words(
        "“%(step)s”被标记挡住：%(flags)s。解除标记后才能办。",
        step=named(step),
        flags=flags,
    )


def _flag_said(one: RaisedFlag) -> Words:
    name = Words(one.name)
    if one.due_on:
        return Words(
            "%(flag)s（%(words)s，期限 %(on)s）", flag=name, words=one.words, on=one.due_on
        )
    return Words("%(flag)s（%(words)s）", flag=name, words=one.words)


def _kept(one: KeptFile) -> dict[str, Any]:
    return {"name": one.name, "sha256": one.sha256, "size": one.size}
