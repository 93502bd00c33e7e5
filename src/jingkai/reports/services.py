"""Take a report in, decide its proposals, make the plan."""

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from jingkai.kernel.periods import parse_period
from jingkai.kernel.zone import current_zone
from jingkai.plan.queries import Plan
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan
from jingkai.reading import open_safely
from jingkai.reports.models import Intake, Proposal
from jingkai.reports.rules import Suggestion, propose

__all__ = [
    "ReviewRefused",
    "accept_all",
    "decide",
    "edit",
    "make_plan",
    "split",
    "take_in",
]


class ReviewRefused(ValueError):
    """A step of the review that cannot be taken like this."""


def take_in(*, data: bytes, name: str, by: str, on: date, year: int | None = None) -> Intake:
    """Read a report in a child process and store it with its proposals, or store nothing."""
    opened = open_safely(data, name, year=year)
    report = opened.report
    suggestions = propose(report, opened.text, current_zone())
    with transaction.atomic():
        intake = Intake.objects.create(
            name=name[:200],
            title=str(report["document"]["title"] or name)[:200],
            year=report["document"]["year"],
            text=opened.text,
            sha256=hashlib.sha256(opened.text.encode()).hexdigest(),
            outline=report["outline"],
            results=[one for one in report["statements"] if one["kind"] == "result"],
            notes=report["notes"],
            taken_by=by,
            taken_on=on,
        )
        _store(intake, suggestions)
    return intake


def _store(intake: Intake, suggestions: Sequence[Suggestion]) -> None:
    made: list[Proposal] = []
    for number, one in enumerate(suggestions, start=1):
        whole = made[one.part_of] if one.part_of is not None else None
        made.append(
            Proposal.objects.create(
                intake=intake,
                number=number,
                part_of=whole,
                **{key: value for key, value in vars(one).items() if key not in _NOT_STORED},
                support=list(one.support),
                flags=list(one.flags),
            )
        )


_NOT_STORED = {"part_of", "support", "flags"}


@transaction.atomic
def decide(*, proposal_id: int, decision: str, version: int) -> Proposal:
    """Accept a proposal, drop it, or put it back."""
    proposal = _lock(proposal_id, version)
    proposal.decision = Proposal.Decision(decision)
    _save(proposal, "decision")
    return proposal


@transaction.atomic
def edit(
    *,
    proposal_id: int,
    version: int,
    text: str,
    lead: str,
    support: Sequence[str],
    leader: str,
    due_on: date,
    name: str = "",
    op: str = "",
    value: Decimal | None = None,
) -> Proposal:
    """Change the words, number, people or date of a proposal and accept it."""
    proposal = _lock(proposal_id, version)
    if lead and lead in support:
        raise ReviewRefused("牵头单位不能同时是配合单位。")
    proposal.text, proposal.lead, proposal.support = text, lead, list(support)
    proposal.leader, proposal.due_on = leader, due_on
    if proposal.kind == "target":
        if value is None:
            raise ReviewRefused("目标要有数值。")
        proposal.name, proposal.op, proposal.value = name or proposal.name, op, value
    elif proposal.kind == "project":
        proposal.name = name or proposal.name
    proposal.decision = Proposal.Decision.ACCEPTED
    _save(
        proposal,
        *("text", "lead", "support", "leader", "due_on", "name", "op", "value", "decision"),
    )
    return proposal


@transaction.atomic
def split(*, proposal_id: int, version: int, parts: Sequence[str]) -> list[Proposal]:
    """Make one task of each part, in place of the whole."""
    proposal = _lock(proposal_id, version)
    words = [part.strip() for part in parts if part.strip()]
    if proposal.kind != "task":
        raise ReviewRefused("只有任务可以拆分；目标和项目请用“编辑”。")
    if len(words) < 2:
        raise ReviewRefused("拆分要有两行以上，每行一项。")
    later = proposal.intake.proposals.filter(number__gt=proposal.number)
    later.update(number=F("number") + len(words) - 1)
    first, number = proposal.pk, proposal.number
    made = []
    for step, part in enumerate(words):
        proposal.pk = first if step == 0 else None
        proposal._state.adding = step > 0
        proposal.text, proposal.number = part[:400], number + step
        proposal.version += 1
        proposal.save()
        made.append(Proposal.objects.get(pk=proposal.pk))
    return made


@transaction.atomic
def accept_all(*, intake_id: int, kind: str, confidence: float) -> int:
    """Accept every open proposal of a kind that the reader is sure of; return how many."""
    intake = _open_intake(intake_id)
    sure = intake.proposals.filter(
        decision=Proposal.Decision.OPEN, kind=kind, confidence__gte=confidence, flags=[]
    )
    return sure.update(decision=Proposal.Decision.ACCEPTED, version=F("version") + 1)


@transaction.atomic
def make_plan(*, intake_id: int, by: str, on: date) -> Plan:
    """Make and adopt the plan of the accepted proposals."""
    intake = _open_intake(intake_id)
    accepted = list(intake.proposals.filter(decision=Proposal.Decision.ACCEPTED))
    position = {proposal.pk: index for index, proposal in enumerate(accepted)}
    plan = draft_plan(
        year=intake.year,
        title=f"{current_zone().name}{intake.year}年工作计划",
        basis=intake.title,
        items=[_item(one, position) for one in accepted],
        is_invented=False,
    )
    intake.plan = plan
    intake.save(update_fields=["plan"])
    return adopt_plan(plan_id=plan.pk, by=by, on=on)


def _item(one: Proposal, position: dict[int, int]) -> NewItem:
    target = None
    if one.kind == "target" and one.value is not None:
        target = NewTarget(
            name=one.name,
            measure=one.measure,
            op=one.op,
            value=one.value,
            unit=one.unit,
            period=parse_period(one.period_id),
            part_of=position.get(one.part_of_id) if one.part_of_id else None,
        )
    return NewItem(
        kind=one.kind,
        theme=one.theme,
        text=one.text,
        due_on=one.due_on,
        lead=one.lead or None,
        support=one.support,
        leader=one.leader,
        source=one.source,
        target=target,
        project=one.name if one.kind == "project" else "",
        action=one.action,
    )


def _open_intake(intake_id: int) -> Intake:
    intake = Intake.objects.select_for_update(of=("self",)).get(pk=intake_id)
    if intake.plan_id:
        raise ReviewRefused("这份报告已经生成计划；要改请在计划里改。")
    return intake


def _lock(proposal_id: int, version: int) -> Proposal:
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    _open_intake(proposal.intake_id)
    if proposal.version != version:
        raise ReviewRefused("这一条刚被别人改动过，请核对后再点一次。")
    return proposal


def _save(proposal: Proposal, *fields: str) -> None:
    proposal.version += 1
    proposal.save(update_fields=[*fields, "version"])
