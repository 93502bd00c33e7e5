"""Make a plan, adopt it, assign its items, close them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from jingkai.audit.services import note_change
from jingkai.jobs.services import promise
from jingkai.kernel.facttypes import Value
from jingkai.kernel.periods import Period
from jingkai.kernel.units import get_unit, round_half_up
from jingkai.kernel.words import Words, words_of
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, find_return
from jingkai.ledger.services import Correction, KeptFile, NewFact, record
from jingkai.org.queries import Person, list_closed, list_departments
from jingkai.org.services import check_year_open
from jingkai.plan import facts
from jingkai.plan.drafting import PlanRefused, check_reviewed, drop_draft, review_plan
from jingkai.plan.filing import ReadingRefused, file_number, name_duty, remind_of_readings
from jingkai.plan.handing import (
    SharesRefused,
    Spread,
    TableRefused,
    file_share,
    hand_down,
    hand_down_table,
    share_out,
    spread,
)
from jingkai.plan.models import Edition, Item, NamedProject, Plan, Snapshot, Target
from jingkai.plan.queries import (
    ItemLine,
    find_plan,
    item_texts,
    kept_texts,
    kept_tree,
    list_lines,
    tree_of,
)
from jingkai.plan.rules import BINDINGNESS, compare, compare_themes
from jingkai.plan.themes import split_path
from jingkai.plan.theming import ThemeRefused, add_theme, drop_theme, grow, place_items, set_theme

__all__ = [
    "JOBS",
    "ItemRefused",
    "NewItem",
    "NewTarget",
    "PlanRefused",
    "ReadingRefused",
    "SharesRefused",
    "Spread",
    "TableRefused",
    "ThemeRefused",
    "add_theme",
    "adopt_plan",
    "amend_plan",
    "assign_item",
    "close_item",
    "draft_plan",
    "drop_draft",
    "drop_theme",
    "file_number",
    "file_reading",
    "file_share",
    "freeze_month",
    "hand_down",
    "hand_down_table",
    "name_duty",
    "place_items",
    "remind_of_readings",
    "reopen_item",
    "review_plan",
    "set_target",
    "set_theme",
    "share_out",
    "spread",
]


class ItemRefused(ValueError):
    """A change of an item that cannot be made like this."""


@dataclass(frozen=True)
class NewTarget:
    """The number of an item: `value` in base units, shown in `unit`, bound to `indicator`."""

    name: str
    measure: str
    op: str
    value: Decimal
    unit: str
    period: Period
    indicator: str = ""
    part_of: int | None = None
    bindingness: str = "anticipated"


@dataclass(frozen=True)
class NewItem:
    """A promise to put into a plan. `target.part_of` counts the items of the same call.

    `theme` is the way to its theme, the widest first: 聚焦产业兴盛／壮大集群.
    """

    kind: str
    theme: str
    text: str
    due_on: date
    lead: str | None = None
    support: Sequence[str] = ()
    leader: str = ""
    source: str = ""
    target: NewTarget | None = None
    project: str = ""
    action: str = ""
    is_pledge: bool = False


@transaction.atomic
def draft_plan(
    *,
    year: int,
    title: str,
    basis: str,
    items: Sequence[NewItem],
    is_invented: bool = False,
    by: str = "",
    drafter: Person | None = None,
    on: date | None = None,
) -> Plan:
    """Make a plan of the items, in their order; it counts when it is adopted.

    `by` and `on` say who drafted it and when: somebody else reviews it before, than the `drafter`
    where that is a person of the house. A plan that was adopted elsewhere and is only brought in
    has none.
    """
    check_year_open(year)
    if not items:
        raise PlanRefused(Words("计划里还没有条目：请至少确认一条再生成计划。"))
    plan = Plan.objects.create(
        year=year,
        title=title,
        basis=basis,
        is_invented=is_invented,
        drafted_by=by,
        drafter=drafter,
        drafted_on=on,
    )
    if by:
        told = {"title": title, "items": len(items), "drafted_by": by, "drafted_on": on}
        note_change(act="plan.drafted", object=f"plan:{plan.pk}", before={}, after=told)
    try:
        tree = grow(plan, [new.theme for new in items])
    except ThemeRefused as refusal:
        raise PlanRefused(words_of(refusal)) from None
    made: list[Target | None] = []
    for number, new in enumerate(items, start=1):
        item = Item.objects.create(
            plan=plan,
            number=number,
            kind=new.kind,
            theme_id=tree.find(split_path(new.theme)),
            text=new.text[:400],
            leader=new.leader,
            lead_id=new.lead,
            due_on=new.due_on,
            source=new.source,
            is_pledge=new.is_pledge,
        )
        item.support.set(list_departments().filter(pk__in=new.support))
        made.append(_add_target(item, new.target, made) if new.target else None)
        if new.kind == Item.Kind.PROJECT:
            NamedProject.objects.create(item=item, name=new.project, action=new.action)
    return plan


@transaction.atomic
def adopt_plan(*, plan_id: int, by: str, on: date) -> Plan:
    """Adopt a plan: it becomes the plan of its year, and the lead departments are told."""
    plan = Plan.objects.select_for_update().get(pk=plan_id)
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
    check_reviewed(plan)
    plan.adopted_on, plan.adopted_by = on, by
    plan.version += 1
    plan.save(update_fields=["adopted_on", "adopted_by", "version"])
    told = {"adopted_on": on, "adopted_by": by}
    note_change(act="plan.adopted", object=f"plan:{plan.pk}", before={}, after=told)
    _keep_edition(plan, 1, by=by, on=on)
    counts: dict[str, int] = {}
    for lead in plan.items.exclude(lead=None).values_list("lead_id", flat=True):
        counts[lead] = counts.get(lead, 0) + 1
    for lead, count in counts.items():
        promise(
            kind="org.tell",
            key=f"plan:{plan.pk}:adopted:{lead}",
            payload={
                "departments": [lead],
                "words": Words(
                    "%(plan)s已通过，由贵单位牵头 %(count)s 项。", plan=plan.title, count=count
                ).plain(),
                "url": f"{reverse('plan:home')}?lead={lead}",
                "on": on.isoformat(),
            },
            now=timezone.now(),
        )
    return plan


@transaction.atomic
def amend_plan(*, plan_id: int, reason: str, by: str, on: date) -> Edition:
    """Publish what was changed since the last edition as a new one, with the reason."""
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    check_year_open(plan.year)
    last = plan.editions.order_by("-number").first()
    if last is None or plan.adopted_on is None:
        raise PlanRefused(
            Words("“%(title)s”还没有通过；通过以后的改动才是调整。", title=plan.title)
        )
    if not reason.strip():
        raise PlanRefused(Words("请写明调整的原因和依据；原来的版次会原样保留。"))
    if not compare(kept_texts(last), item_texts(plan)) and not compare_themes(
        kept_tree(last), tree_of(plan)
    ):
        raise PlanRefused(Words("和第 %(number)s 版没有差别，不用再发一版。", number=last.number))
    return _keep_edition(plan, last.number + 1, by=by, on=on, reason=reason.strip()[:300])


def _keep_edition(plan: Plan, number: int, *, by: str, on: date, reason: str = "") -> Edition:
    return Edition.objects.create(
        plan=plan,
        number=number,
        adopted_on=on,
        adopted_by=by,
        reason=reason,
        content=[asdict(one) for one in item_texts(plan)],
        themes=[asdict(one) for one in tree_of(plan)],
    )


@transaction.atomic
def set_target(
    *, item_id: int, version: int, value: Decimal, bindingness: str, is_pledge: bool
) -> Item:
    """Change what a target promises, in its own unit; it is published with the next edition."""
    item = _lock(item_id, version)
    if item.kind != Item.Kind.TARGET:
        raise ItemRefused(Words("任务和项目没有目标值。"))
    if bindingness not in BINDINGNESS:
        raise ItemRefused(Words("请选择约束性或预期性。"))
    target = item.target
    before = {"value": target.value, "bindingness": target.bindingness, "is_pledge": item.is_pledge}
    target.value = round_half_up(get_unit(target.unit).to_base(value), 4)
    target.bindingness = bindingness
    target.save(update_fields=["value", "bindingness"])
    item.is_pledge = is_pledge
    item.version += 1
    item.save(update_fields=["is_pledge", "version"])
    after = {"value": target.value, "bindingness": bindingness, "is_pledge": is_pledge}
    note_change(act="target.changed", object=_named(item), before=before, after=after)
    return item


@transaction.atomic
def freeze_month(*, month: Period, known_on: date | None = None) -> int:
    """Keep what every item of the year's plan showed at the end of a month; once only."""
    check_year_open(month.first.year)
    on = known_on or month.last
    plan = find_plan(month.first.year)
    if plan is None or (plan.adopted_on and plan.adopted_on > month.last):
        return 0
    year, number = month.first.year, month.first.month
    if Snapshot.objects.filter(item__plan=plan, year=year, month=number).exists():
        return 0
    made = [
        _snapshot(line, year, number, on)
        for line in list_lines(plan, ledger=Ledger(on, freezes=True))
    ]
    Snapshot.objects.bulk_create(made)
    return len(made)


def _snapshot(line: ItemLine, year: int, month: int, on: date) -> Snapshot:
    light, target = line.light, line.target
    standing = target.standing if target else None
    number = target.number if target else None
    return Snapshot(
        item=line.item,
        year=year,
        month=month,
        known_on=on,
        light=light.id,
        word=light.word,
        english=light.english,
        shape=light.shape,
        tone=light.tone,
        meaning=light.meaning,
        value=_kept(number.value if number else None),
        expected=_kept(standing.expected if standing else None),
        promised=target.promised if target else "",
        unit=target.target.unit if target else "",
        pace=_kept(standing.pace if standing else None, 4),
        gap=_kept(standing.gap if standing else None, 4),
    )


def _kept(value: Decimal | None, places: int = 10) -> Decimal | None:
    return None if value is None else round_half_up(value, places)


@transaction.atomic
def assign_item(
    *,
    item_id: int,
    version: int,
    lead: str | None,
    support: Sequence[str],
    leader: str,
    due_on: date,
    text: str,
    theme: int | None,
) -> Item:
    """Say who leads and supports an item, until when, in which words, below which theme."""
    item = _lock(item_id, version)
    if lead in support:
        raise ItemRefused(Words("牵头单位不能同时是配合单位。"))
    if theme is not None and theme not in tree_of(item.plan):
        raise ItemRefused(Words("没有这个重点任务；它可能刚被删除了，请另选一个。"))
    before = _words_of(item)
    item.lead_id, item.leader, item.due_on, item.text = lead, leader, due_on, text
    item.theme_id = theme
    item.version += 1
    item.save(update_fields=["lead_id", "leader", "due_on", "text", "theme", "version"])
    item.support.set(list_departments().filter(pk__in=support))
    note_change(act="item.assigned", object=_named(item), before=before, after=_words_of(item))
    return item


@transaction.atomic
def close_item(*, item_id: int, version: int, on: date, today: date) -> Item:
    """Close a task that is done."""
    item = _lock(item_id, version)
    if item.kind == Item.Kind.TARGET:
        raise ItemRefused(Words("目标由指标自动判断是否完成，不用手工勾选。"))
    if on > today:
        raise ItemRefused(Words("完成日期 %(on)s 在将来（今天是 %(today)s）。", on=on, today=today))
    before = {"done_on": item.done_on, "was_late": item.was_late}
    item.done_on, item.was_late = on, on > item.due_on
    item.version += 1
    item.save(update_fields=["done_on", "was_late", "version"])
    after = {"done_on": item.done_on, "was_late": item.was_late}
    note_change(act="item.closed", object=_named(item), before=before, after=after)
    return item


@transaction.atomic
def reopen_item(*, item_id: int, version: int) -> Item:
    """Open an item again that was closed too early; late stays late."""
    item = _lock(item_id, version)
    before = {"done_on": item.done_on}
    item.done_on = None
    item.version += 1
    item.save(update_fields=["done_on", "version"])
    after = {"done_on": None}
    note_change(act="item.reopened", object=_named(item), before=before, after=after)
    return item


@transaction.atomic
def file_reading(
    *,
    subject: str,
    period: Period,
    values: dict[str, Value],
    by: str,
    known_on: date,
    evidence: Sequence[KeptFile],
    is_backfilled: bool = False,
    units_confirmed: bool = False,
) -> None:
    """File a number that is computed elsewhere; filing the period again corrects it."""
    filed = find_return(type_id=facts.reading.id, subject=subject, period=period)
    line = (
        NewFact(facts.reading, subject=subject, period=period, values=values)
        if filed is None
        else Correction(filed, values)
    )
    record(
        line,
        by=by,
        reason=f"报送{subject.partition(':')[2]} {period.name}",
        known_on=known_on,
        evidence=evidence,
        is_backfilled=is_backfilled,
        asks_units=not units_confirmed,
    )


def _named(item: Item) -> str:
    """Return how the audit chain names an item."""
    return f"item:{item.pk}"


def _words_of(item: Item) -> dict[str, object]:
    """Return what an assignment changes of an item."""
    return {
        "text": item.text,
        "lead": item.lead_id,
        "leader": item.leader,
        "due_on": item.due_on,
        "theme": tree_of(item.plan).words(item.theme_id),
        "support": sorted(item.support.values_list("pk", flat=True)),
    }


def _lock(item_id: int, version: int) -> Item:
    item = Item.objects.select_for_update(of=("self",)).select_related("plan").get(pk=item_id)
    check_year_open(item.plan.year)
    if item.version != version:
        raise ItemRefused(Words("这一项刚被别人改动过。您填写的内容还在，请核对后再保存。"))
    return item


def _add_target(item: Item, new: NewTarget, made: Sequence[Target | None]) -> Target:
    whole = made[new.part_of] if new.part_of is not None else None
    indicator = new.indicator
    within = whole.indicator if whole else ""
    if not indicator and (
        known := current_zone().find_indicator(new.name, new.measure, within=within)
    ):
        indicator = known.id
    return Target.objects.create(
        item=item,
        part_of=whole,
        name=new.name[:80],
        indicator=indicator,
        measure=new.measure,
        op=new.op,
        value=round_half_up(new.value, 4),
        unit=get_unit(new.unit).id,
        period_id=new.period.id,
        bindingness=new.bindingness,
    )


def _day_job(payload: dict[str, Any]) -> None:
    """Freeze the month that ended last, if nobody did yet."""
    today = date.fromisoformat(payload["on"])
    if plan := find_plan(today.year):
        remind_of_readings(plan, on=today)
    last = Period.month_of(today.replace(day=1) - timedelta(days=1))
    if not list_closed([last.first.year]):
        freeze_month(month=last)


JOBS = {"plan.day": _day_job}
