"""A plan before it counts: who drafted it, who else read it, and what is given back."""

import hashlib
import json
from dataclasses import asdict
from datetime import date

from django.db import transaction

from jingkai.audit.services import note, note_change
from jingkai.kernel.words import Words
from jingkai.org.queries import Person
from jingkai.org.services import check_year_open
from jingkai.plan.models import Plan, Share
from jingkai.plan.queries import item_texts, tree_of

__all__ = ["PlanRefused", "check_reviewed", "drop_draft", "review_plan"]


class PlanRefused(ValueError):
    """A plan that cannot be made or adopted like this."""


@transaction.atomic
def review_plan(*, plan_id: int, by: str, on: date, reviewer: Person | None = None) -> Plan:
    """Say that somebody else than its drafter read a draft and found it fit to be adopted.

    `reviewer` is who reads it, where that is a person of the house; `by` is their name.
    """
    plan = _lock_draft(plan_id)
    if plan.is_drafter(by, reviewer.pk if reviewer else None):
        raise PlanRefused(
            Words("起草人不能审核自己起草的计划；请管委会领导或另一位考核督查人员审核。")
        )
    before = {"reviewed_on": plan.reviewed_on, "reviewed_by": plan.reviewed_by}
    plan.reviewed_on, plan.reviewed_by, plan.reviewed_digest = on, by, _digest(plan)
    plan.reviewer = reviewer
    plan.version += 1
    fields = ["reviewed_on", "reviewed_by", "reviewer", "reviewed_digest", "version"]
    plan.save(update_fields=fields)
    told = {"reviewed_on": on, "reviewed_by": by}
    note_change(act="plan.reviewed", object=f"plan:{plan.pk}", before=before, after=told)
    return plan


@transaction.atomic
def drop_draft(*, plan_id: int, by: str, on: date) -> None:
    """Give a draft up: its items are gone, and what it was made of can be decided anew."""
    plan = _lock_draft(plan_id)
    detail = {"title": plan.title, "items": plan.items.count(), "by": by, "on": on.isoformat()}
    note(act="plan.dropped", object=f"plan:{plan.pk}", detail=detail)
    shares = Share.objects.filter(item__plan=plan)
    while shares.exists():
        shares.filter(below=None).delete()
    plan.items.all().delete()
    plan.delete()


def check_reviewed(plan: Plan) -> None:
    """Refuse to adopt what nobody else read, or what was changed since.

    A plan that comes from elsewhere, adopted as it is, has no drafter here and needs no review.
    """
    if not plan.drafted_by:
        return
    if plan.reviewed_on is None:
        raise PlanRefused(
            Words("“%(title)s”还没有审核；请由起草人以外的人审核后再通过。", title=plan.title)
        )
    if plan.reviewed_digest != _digest(plan):
        raise PlanRefused(
            Words(
                "%(by)s %(on)s 审核以后，草案又改过；请再审核一次再通过。",
                by=plan.reviewed_by,
                on=plan.reviewed_on,
            )
        )


def _lock_draft(plan_id: int) -> Plan:
    plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise PlanRefused(Words("这份草案刚被别人退回了。"))
    check_year_open(plan.year)
    if plan.adopted_on:
        raise PlanRefused(
            Words(
                "“%(title)s”已于 %(on)s 由 %(by)s 通过。",
                title=plan.title,
                on=plan.adopted_on,
                by=plan.adopted_by,
            )
        )
    return plan


def _digest(plan: Plan) -> str:
    """Return what tells two states of a draft apart: every word of it and the order of themes."""
    said = [[asdict(one) for one in item_texts(plan)], [asdict(one) for one in tree_of(plan)]]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
