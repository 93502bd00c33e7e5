"""Take a report in, decide its proposals, make the plan."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from jingkai.audit.services import note, note_change
from jingkai.kernel.periods import parse_period
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Person
from jingkai.org.services import check_year_open
from jingkai.plan.queries import Plan
from jingkai.plan.services import NewItem, NewTarget, draft_plan, drop_draft
from jingkai.reading import open_safely
from jingkai.reading.joining import find_alike
from jingkai.reports.firstdraft import outline_of_month
from jingkai.reports.models import ChangeSet, Intake, Proposal
from jingkai.reports.queries import row_of
from jingkai.reports.rules import Suggestion, propose
from jingkai.reports.tasktable import RowChange, TableRow, as_plain, from_plain
from jingkai.reports.workshop import NewSection, freeze_draft, open_draft, publish_edition

__all__ = [
    "EditedMeanwhile",
    "NewSection",
    "ReviewRefused",
    "accept_all",
    "apply_changes",
    "decide",
    "draft_changes",
    "edit",
    "freeze_draft",
    "give_back",
    "make_plan",
    "open_draft",
    "outline_of_month",
    "publish_edition",
    "say_whether_same",
    "split",
    "take_in",
    "undo_changes",
]


class ReviewRefused(ValueError):
    """A step of the review that cannot be taken like this."""


class EditedMeanwhile(ReviewRefused):
    """Two people changed the same field; `theirs` names each and what stands there now."""

    def __init__(self, proposal: Proposal, theirs: Mapping[str, object]) -> None:
        super().__init__(
            Words(
                "%(who)s刚改过这一条。您输入的都还在，请核对后再保存一次。",
                who=proposal.changed_by or Words("别人"),
            )
        )
        self.proposal, self.theirs = proposal, theirs


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
    alike = _alike(suggestions)
    for number, one in enumerate(suggestions, start=1):
        whole = made[one.part_of] if one.part_of is not None else None
        first, likeness = alike.get(number - 1, (None, ""))
        made.append(
            Proposal.objects.create(
                intake=intake,
                number=number,
                part_of=whole,
                same_as=None if first is None else made[first],
                likeness=likeness,
                sameness=Proposal.Sameness.NONE if first is None else Proposal.Sameness.ASKED,
                **{key: value for key, value in vars(one).items() if key not in _NOT_STORED},
                support=list(one.support),
                flags=list(one.flags),
            )
        )


_NOT_STORED = {"part_of", "support", "flags"}


def _alike(suggestions: Sequence[Suggestion]) -> dict[int, tuple[int, str]]:
    """Return for a project that may repeat an earlier one where that is, and why it may."""
    projects = [at for at, one in enumerate(suggestions) if one.kind == "project"]
    found = find_alike([suggestions[at].name for at in projects])
    return {projects[one.second]: (projects[one.first], one.why) for one in found}


@transaction.atomic
def decide(*, proposal_id: int, decision: str, version: int, by: str) -> Proposal:
    """Accept a proposal, drop it, or put it back."""
    proposal = _lock(proposal_id)
    if proposal.version != version:
        if (proposal.decision, proposal.changed_by) == (decision, by):
            return proposal  # the second press of one button
        raise ReviewRefused(_changed_meanwhile(proposal))
    before = _said(proposal, "decision", "sameness")
    proposal.decision = Proposal.Decision(decision)
    fields = ["decision"]
    if proposal.sameness == Proposal.Sameness.SAME and decision != Proposal.Decision.DROPPED:
        proposal.sameness = Proposal.Sameness.ASKED
        fields.append("sameness")
    _save(proposal, by, *fields)
    _note("proposal.decided", proposal, before)
    return proposal


@transaction.atomic
def say_whether_same(*, proposal_id: int, is_same: bool, version: int, by: str) -> Proposal:
    """Join a project to the one it may repeat, which stays in its place, or keep both."""
    proposal = _lock(proposal_id, version)
    if proposal.sameness == Proposal.Sameness.NONE:
        raise ReviewRefused(Words("这一条没有相同的项目要确认。"))
    before = _said(proposal, "decision", "sameness")
    proposal.sameness = Proposal.Sameness.SAME if is_same else Proposal.Sameness.APART
    fields = ["sameness"]
    if is_same:
        proposal.decision = Proposal.Decision.DROPPED
        fields.append("decision")
    _save(proposal, by, *fields)
    _note("proposal.joined", proposal, before)
    return proposal


@transaction.atomic
def edit(
    *,
    proposal_id: int,
    version: int,
    by: str,
    text: str,
    lead: str,
    support: Sequence[str],
    leader: str,
    due_on: date,
    theme: str | None = None,
    name: str = "",
    op: str = "",
    value: Decimal | None = None,
    was: Mapping[str, object] | None = None,
) -> Proposal:
    """Change the words, theme, number, people or date of a proposal and accept it.

    `was` is what the fields held when the person began; with it, what somebody else changed in
    other fields meanwhile is kept beside what is changed here.
    """
    proposal = _lock(proposal_id)
    told: dict[str, object] = {
        "text": text,
        "lead": lead,
        "support": list(support),
        "leader": leader,
        "due_on": due_on,
    }
    if theme is not None:
        told["theme"] = theme
    if proposal.kind == "target":
        if value is None:
            raise ReviewRefused(Words("目标要有数值。"))
        told |= {"name": name or proposal.name, "op": op, "value": value}
    elif proposal.kind == "project":
        told["name"] = name or proposal.name
    if proposal.version != version:
        told = _merged(proposal, told, was or {})
    if told["lead"] and told["lead"] in told["support"]:  # type: ignore[operator]
        raise ReviewRefused(Words("牵头单位不能同时是配合单位。"))
    before = _said(proposal, *told, "decision")
    for field, said in told.items():
        setattr(proposal, field, said)
    proposal.decision = Proposal.Decision.ACCEPTED
    _save(proposal, by, *told, "decision")
    _note("proposal.edited", proposal, before)
    return proposal


def _merged(
    proposal: Proposal, told: Mapping[str, object], was: Mapping[str, object]
) -> dict[str, object]:
    """Return the fields of both people; refuse where both changed the same one differently."""
    merged: dict[str, object] = {}
    clashes: dict[str, object] = {}
    for field, mine in told.items():
        theirs = getattr(proposal, field)
        base = was.get(field, _UNKNOWN)
        if mine == base:
            merged[field] = theirs
        elif theirs in (base, mine):
            merged[field] = mine
        else:
            clashes[field] = theirs
    if clashes:
        raise EditedMeanwhile(proposal, clashes)
    return merged


_UNKNOWN = object()


@transaction.atomic
def split(*, proposal_id: int, version: int, parts: Sequence[str], by: str) -> list[Proposal]:
    """Make one task of each part, in place of the whole."""
    proposal = _lock(proposal_id, version)
    words = [part.strip() for part in parts if part.strip()]
    if proposal.kind != "task":
        raise ReviewRefused(Words("只有任务可以拆分；目标和项目请用“编辑”。"))
    if len(words) < 2:
        raise ReviewRefused(Words("拆分要有两行以上，每行一项。"))
    later = proposal.intake.proposals.filter(number__gt=proposal.number)
    later.update(number=F("number") + len(words) - 1)
    detail = {"before": proposal.text, "after": words}
    note(act="proposal.split", object=f"proposal:{proposal.pk}", detail=detail)
    first, number = proposal.pk, proposal.number
    proposal.changed_by = by
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
def accept_all(
    *, intake_id: int, confidence: float, by: str, on: date, kind: str = ""
) -> ChangeSet:
    """Accept every open proposal (of a kind) that the reader is sure of; it can be undone."""
    intake = _open_intake(intake_id)
    sure = intake.proposals.select_for_update(of=("self",)).filter(
        decision=Proposal.Decision.OPEN, confidence__gte=confidence, flags=[]
    )
    sure = sure.exclude(sameness=Proposal.Sameness.ASKED)
    if kind:
        sure = sure.filter(kind=kind)
    changes = []
    for one in sure:
        before = as_plain(row_of(one))
        one.decision = Proposal.Decision.ACCEPTED
        _save(one, by, "decision")
        after = as_plain(row_of(one))
        changes.append({"id": one.pk, "version": one.version, "before": before, "after": after})
    _note_many("proposals.changed", intake, changes)
    return ChangeSet.objects.create(
        intake=intake,
        kind=ChangeSet.Kind.BULK,
        name="接受有把握的",
        changes=changes,
        state=ChangeSet.State.DONE,
        taken_by=by,
        taken_on=on,
    )


@transaction.atomic
def draft_changes(
    *,
    intake_id: int,
    changes: Sequence[tuple[RowChange, Proposal | None]],
    unchanged: int,
    name: str,
    by: str,
    on: date,
) -> ChangeSet:
    """Keep what an edited table would change until somebody confirms it."""
    return ChangeSet.objects.create(
        intake=_open_intake(intake_id),
        kind=ChangeSet.Kind.SHEET,
        name=name[:200],
        unchanged=unchanged,
        changes=[
            {
                "verdict": change.verdict,
                "row": change.row,
                "id": proposal.pk if proposal else None,
                "version": proposal.version if proposal else 0,
                "cells": [list(cell) for cell in change.cells],
                "stale_by": proposal.changed_by if proposal and change.is_stale else "",
                "before": as_plain(change.before) if change.before else None,
                "after": as_plain(change.after) if change.after else None,
            }
            for change, proposal in changes
        ],
        taken_by=by,
        taken_on=on,
    )


@transaction.atomic
def apply_changes(*, change_set_id: int, by: str) -> ChangeSet:
    """Write what an edited table changes, all of it or nothing."""
    found = ChangeSet.objects.select_for_update().get(pk=change_set_id)
    if found.state != ChangeSet.State.DRAFT:
        raise ReviewRefused(Words("这张表已经处理过了，请看条目。"))
    intake = _open_intake(found.intake_id)
    for change in found.changes:
        if change["verdict"] == "added":
            proposal = _add(intake, from_plain(change["after"]), by)
        else:
            proposal = _lock(change["id"])
            if proposal.version != change["version"]:
                raise ReviewRefused(
                    Words(
                        "“%(text)s”在核对之后被%(who)s改过；请重新上传，再看一次差异。什么都没有写入。",
                        text=proposal.text[:20],
                        who=proposal.changed_by or Words("别人"),
                    )
                )
            if change["verdict"] == "removed":
                proposal.decision = Proposal.Decision.DROPPED
                _save(proposal, by, "decision")
            else:
                after = from_plain(change["after"], standing=row_of(proposal))
                _write(proposal, after, by)
        change |= {"id": proposal.pk, "version": proposal.version}
    found.state = ChangeSet.State.DONE
    found.save(update_fields=["state", "changes"])
    _note_many("proposals.changed", intake, found.changes)
    return found


@transaction.atomic
def undo_changes(*, change_set_id: int, by: str) -> tuple[int, int]:
    """Take back changes made together; return how many, and how many stay as changed since."""
    found = ChangeSet.objects.select_for_update().get(pk=change_set_id)
    if found.state != ChangeSet.State.DONE:
        raise ReviewRefused(Words("只有已写入的可以撤销。"))
    _open_intake(found.intake_id)
    undone = 0
    for change in found.changes:
        proposal = Proposal.objects.select_for_update(of=("self",)).filter(pk=change["id"]).first()
        if proposal is None or proposal.version != change["version"]:
            continue
        if change["before"] is None:
            proposal.delete()
        else:
            _write(proposal, from_plain(change["before"], standing=row_of(proposal)), by)
        undone += 1
    found.state = ChangeSet.State.UNDONE
    found.save(update_fields=["state"])
    detail = {"undone": undone, "kept": len(found.changes) - undone}
    note(act="proposals.undone", object=f"change_set:{found.pk}", detail=detail)
    return undone, len(found.changes) - undone


def _said(proposal: Proposal, *fields: str) -> dict[str, object]:
    return {field: getattr(proposal, field) for field in fields}


def _note(act: str, proposal: Proposal, before: Mapping[str, object]) -> None:
    after = _said(proposal, *before)
    note_change(act=act, object=f"proposal:{proposal.pk}", before=before, after=after)


def _note_many(act: str, intake: Intake, changes: Sequence[Mapping[str, Any]]) -> None:
    """Note what changed together: each proposal by its number, as rows before and after."""
    told = [{name: one[name] for name in ("id", "before", "after")} for one in changes]
    if told:
        note(act=act, object=f"intake:{intake.pk}", detail={"changes": told})


def _add(intake: Intake, row: TableRow, by: str) -> Proposal:
    last = intake.proposals.order_by("-number").first()
    proposal = Proposal(
        intake=intake,
        number=last.number + 1 if last else 1,
        at=0,
        end=0,
        measure="level" if row.kind == "target" else "",
        period_id=str(intake.year),
        action="build" if row.kind == "project" else "",
        version=0,
    )
    return _write(proposal, row, by)


def _write(proposal: Proposal, row: TableRow, by: str) -> Proposal:
    """Make a proposal what a row of the table says."""
    for field, said in vars(row).items():
        setattr(proposal, field, said)
    proposal.support = list(row.support)
    proposal.source = row.source or row.text
    proposal.changed_by = by
    proposal.version += 1
    proposal.save()
    return proposal


@transaction.atomic
def make_plan(*, intake_id: int, by: str, on: date, drafter: Person | None = None) -> Plan:
    """Make a draft of the plan of the accepted proposals; review and adoption are acts to come."""
    intake = _open_intake(intake_id)
    accepted = list(intake.proposals.filter(decision=Proposal.Decision.ACCEPTED))
    position = {proposal.pk: index for index, proposal in enumerate(accepted)}
    plan = draft_plan(
        year=intake.year,
        title=f"{current_zone().name}{intake.year}年工作计划",
        basis=intake.title,
        items=[_item(one, position) for one in accepted],
        by=by,
        drafter=drafter,
        on=on,
    )
    intake.plan = plan
    intake.save(update_fields=["plan"])
    return plan


@transaction.atomic
def give_back(*, intake_id: int, by: str, on: date) -> Intake:
    """Give the draft of a report up: its proposals can be decided again."""
    intake = Intake.objects.select_for_update(of=("self",)).get(pk=intake_id)
    if intake.plan_id is None:
        raise ReviewRefused(Words("这份报告没有草案可退回；条目可以直接改。"))
    plan_id, intake.plan = intake.plan_id, None
    intake.save(update_fields=["plan"])
    drop_draft(plan_id=plan_id, by=by, on=on)
    return intake


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
        raise ReviewRefused(Words("这份报告已经生成计划；要改请在计划里改。"))
    check_year_open(intake.year)
    return intake


def _lock(proposal_id: int, version: int | None = None) -> Proposal:
    proposal = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal_id)
    _open_intake(proposal.intake_id)
    if version is not None and proposal.version != version:
        raise ReviewRefused(_changed_meanwhile(proposal))
    return proposal


def _changed_meanwhile(proposal: Proposal) -> Words:
    """Say who was first, and what stands now."""
    return Words(
        "这一条刚被%(who)s改动过（现为“%(word)s”），请核对后再点一次。",
        who=proposal.changed_by or Words("别人"),
        word=Words(str(Proposal.Decision(proposal.decision).label)),
    )


def _save(proposal: Proposal, by: str, *fields: str) -> None:
    proposal.version += 1
    proposal.changed_by = by
    proposal.save(update_fields=[*fields, "version", "changed_by"])
