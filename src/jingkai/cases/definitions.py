"""Keep versions of definitions, withdraw them, and move open cases from one to another."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.db import transaction

from jingkai.audit.services import note
from jingkai.cases.models import Case, Definition, OpenWork
from jingkai.cases.refusals import CaseRefused, DefinitionWithdrawn
from jingkai.cases.rules import BadCaseType, CaseType, State, StepMap, UnmappedStep, move_state
from jingkai.cases.store import NewAction, hold, kind_of, move
from jingkai.cases.timing import moment_of
from jingkai.kernel.words import Named, Words, named, words_of
from jingkai.org.queries import Person

__all__ = [
    "CaseMove",
    "find_case_types",
    "keep_definition",
    "migrate_cases",
    "withdraw_definition",
]


def find_case_types() -> dict[str, CaseType]:
    """Return the kinds of case that the contexts declare in rules.CASE_TYPES, by id."""
    found: dict[str, CaseType] = {}
    for context in settings.CONTEXTS:
        if find_spec(f"jingkai.{context}.rules"):
            declared = getattr(import_module(f"jingkai.{context}.rules"), "CASE_TYPES", ())
            found |= {kind.id: kind for kind in declared}
    return found


def keep_definition(kind: CaseType, *, on: date) -> Definition:
    """Return the kept row of a version, kept now if it is new.

    A version that is kept never changes, and a bit that once meant one step never means another.
    """
    content = json.loads(json.dumps(kind.as_data(), ensure_ascii=False))
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    pk = f"{kind.id}:{kind.version}:{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    if kept := Definition.objects.filter(pk=pk).first():
        return kept
    for other in Definition.objects.filter(type=kind.id):
        if other.version == kind.version:
            raise BadCaseType(
                Words(
                    "“%(kind)s”第 %(version)s 版已有办件在用，内容不能再改；请改成新的版本号。",
                    kind=named(kind),
                    version=kind.version,
                )
            )
        known = {step["bit"]: step for step in other.content["steps"]}
        for step in kind.steps:
            if step.bit in known and known[step.bit]["id"] != step.id:
                raise BadCaseType(
                    Words(
                        "“%(kind)s”的 %(bit)s 号位在第 %(version)s 版是“%(before)s”，"
                        "不能再给“%(step)s”；请用新的位号。",
                        kind=named(kind),
                        bit=step.bit,
                        version=other.version,
                        before=known[step.bit]["name"],
                        step=named(step),
                    )
                )
    kept, _ = Definition.objects.get_or_create(
        pk=pk,
        defaults={
            "type": kind.id,
            "version": kind.version,
            "name": kind.name,
            "content": content,
            "kept_on": on,
        },
    )
    return kept


@transaction.atomic
def withdraw_definition(*, definition_id: str, why: str, by: Person, on: date) -> Definition:
    """Take a version out of force: no new case, and open ones wait to be moved."""
    kept = Definition.objects.select_for_update().get(pk=definition_id)
    if not why.strip():
        raise CaseRefused(Words("请写明停用的原因和依据。"))
    if kept.withdrawn_on:
        raise CaseRefused(
            Words(
                "“%(kept)s”已于 %(withdrawn_on)s 停用。",
                kept=_name_of(kept),
                withdrawn_on=kept.withdrawn_on,
            )
        )
    kept.withdrawn_on, kept.withdrawn_why = on, why[:200]
    kept.save(update_fields=["withdrawn_on", "withdrawn_why"])
    note(
        act="definition.withdrawn",
        object=f"definition:{kept.pk}",
        detail={"why": kept.withdrawn_why, "on": on, "by": by.name},
    )
    return kept


@dataclass(frozen=True)
class CaseMove:
    """What a migration does to one case: its steps before and after, or why it refuses."""

    case: int
    number: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    refusal: Words | None = None


@transaction.atomic
def migrate_cases(
    *,
    definition_id: str,
    to: CaseType,
    plan: StepMap,
    by: Person,
    on: date,
    is_dry_run: bool,
) -> list[CaseMove]:
    """Move the open cases of one version to another; a dry run only tells what would happen.

    Clocks are carried as they stand. One case that refuses refuses all.
    """
    if not plan.basis.strip():
        raise CaseRefused(Words("迁移办件要写明依据（文件和条款）。"))
    old = kind_of(definition_id)
    if old.id != to.id:
        raise CaseRefused(
            Words(
                "“%(old)s”的办件不能迁到另一类办件“%(to)s”。",
                old=named(old),
                to=named(to),
            )
        )
    open_cases = Case.objects.filter(definition_id=definition_id, closed_on=None).order_by("pk")
    moves = [_plan(case, old, to, plan) for case in open_cases]
    if is_dry_run:
        return moves
    if refused := [one for one in moves if one.refusal]:
        raise CaseRefused(
            Words(
                "%(number)s：%(refusal)s（共 %(count)s 件）",
                number=refused[0].number,
                refusal=refused[0].refusal,
                count=len(refused),
            )
        )
    target = keep_definition(to, on=on)
    for one in moves:
        _migrate(one, old, to, target, plan, by, on, moment_of(on))
    note(
        act="definition.migrated",
        object=f"definition:{definition_id}",
        detail={"to": target.pk, "basis": plan.basis, "cases": len(moves), "by": by.name},
    )
    return moves


def _plan(case: Case, old: CaseType, to: CaseType, plan: StepMap) -> CaseMove:
    state = State(case.done, case.active)
    before = _names(old, state.active)
    try:
        after = move_state(old, to, state, plan, case.answers)
    except UnmappedStep as problem:
        return CaseMove(case.pk, case.number, before, (), words_of(problem))
    return CaseMove(case.pk, case.number, before, _names(to, after.active))


def _migrate(
    one: CaseMove,
    old: CaseType,
    to: CaseType,
    target: Definition,
    plan: StepMap,
    by: Person,
    on: date,
    at: datetime,
) -> None:
    held = hold(one.case)
    if held is None or held.is_closed:
        return
    state = move_state(old, to, held.state, plan, held.answers)
    kept = {
        plan.steps[old.by_bit[work.bit].id]: work
        for work in OpenWork.objects.filter(case_id=one.case)
        if plan.steps.get(old.by_bit[work.bit].id)
    }
    OpenWork.objects.filter(case_id=one.case).delete()
    action = NewAction(
        kind="migrate",
        on=on,
        at=at,
        actor=by.pk,
        actor_name=by.name,
        words=f"由第 {old.version} 版迁到第 {to.version} 版；依据：{plan.basis}"[:500],
    )
    steps = to.active_steps(state.active)
    opened = [
        (
            step,
            kept[step.id].department_id
            if step.id in kept
            else desk_of(held.desks, step.desk, held.department),
            None,
        )
        for step in steps
    ]
    move(held, state, action, opened=opened, closes=not state.active)
    Case.objects.filter(pk=one.case).update(definition=target)
    for step in steps:
        if step.id in kept:
            was = kept[step.id]
            OpenWork.objects.filter(case_id=one.case, bit=step.bit).update(
                person_id=was.person_id,
                since_on=was.since_on,
                since_at=was.since_at,
                opened_at=was.opened_at,
                due_on=was.due_on,
            )


def desk_of(desks: dict[str, str], desk: str, lead: str) -> str:
    """Return the department behind a desk of a case; the lead one where none is named."""
    return desks.get(desk) or lead


def check_in_force(kept: Definition) -> None:
    """Refuse a version that was withdrawn."""
    if kept.withdrawn_on:
        raise DefinitionWithdrawn(
            Words(
                "“%(kept)s”已于 %(withdrawn_on)s 停用（%(withdrawn_why)s），不能再开新的办件。",
                kept=_name_of(kept),
                withdrawn_on=kept.withdrawn_on,
                withdrawn_why=kept.withdrawn_why,
            )
        )


def _name_of(kept: Definition) -> Words:
    name = Named(kept.name, kept.content.get("english", ""))
    return Words("%(kind)s（第 %(version)s 版）", kind=name, version=kept.version)


def _names(kind: CaseType, mask: int) -> tuple[str, ...]:
    return tuple(step.name for step in kind.active_steps(mask))
