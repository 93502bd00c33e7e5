"""Make the plans of the zone, those of past years with what became of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from jingkai.cli.seeding.chance import workday_from
from jingkai.kernel.periods import Period
from jingkai.kernel.plans import (
    PlannedProject,
    PlannedTarget,
    PlannedTask,
    PlanSheet,
    read_past_plans,
    read_plan,
    read_progress,
)
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import Zone, current_zone
from jingkai.org.queries import list_people
from jingkai.org.rules import Permission
from jingkai.plan.queries import find_plan, list_readings
from jingkai.plan.rules import ACTIONS
from jingkai.plan.services import (
    NewItem,
    NewTarget,
    adopt_plan,
    amend_plan,
    assign_item,
    close_item,
    draft_plan,
    freeze_month,
    name_duty,
)

__all__ = ["plan_events", "plan_life"]

Row = PlannedTarget | PlannedTask | PlannedProject


def plan_events(zone: Zone, today: date) -> Iterator[tuple[date, Callable[[], object]]]:
    """Yield the adoption of each plan, with the tasks that were done by today."""
    for sheet, done in read_past_plans(zone):
        yield sheet.adopted_on, partial(_make, sheet, done, today)
    sheet = read_plan(zone)
    yield sheet.adopted_on, partial(_make, sheet, read_progress(zone), today)


def plan_life(zone: Zone, today: date) -> Iterator[tuple[date, Callable[[], object]]]:
    """Yield what became of the plan in force: who files which number, months frozen, amendments."""
    sheet = read_plan(zone)
    yield sheet.adopted_on, partial(_name_duties, sheet)
    month = sheet.adopted_on.replace(day=1)
    while month < today.replace(day=1):
        period = Period.month_of(month)
        month = period.last + timedelta(days=1)
        yield month, partial(freeze_month, month=period)
    amended = workday_from(today.replace(day=1) - timedelta(days=45), zone.calendar)
    if amended > sheet.adopted_on:
        yield amended, partial(_amend, sheet, amended)


def _name_duties(sheet: PlanSheet) -> None:
    """Let a statistician file what nobody here computes, else somebody of the office that asks."""
    people = [one for one in list_people() if one.role in ("statistician", "appraisal")]
    keepers = [one for one in people if one.may(Permission.KEEP_PLAN)]
    plan = find_plan(sheet.year)
    if not keepers or plan is None:
        return
    people.sort(key=lambda one: one.role != "statistician")
    for line in list_readings(plan, on=sheet.adopted_on):
        name_duty(
            indicator=line.indicator.id, person=people[0], every="month", day=16, by=keepers[0]
        )


def _amend(sheet: PlanSheet, on: date) -> None:
    """Bring a task forward by a month and publish that with its reason."""
    plan = find_plan(sheet.year)
    late = plan and plan.items.filter(kind="task", due_on__gt=on + timedelta(120)).first()
    if plan is None or late is None:
        return
    assign_item(
        item_id=late.pk,
        version=late.version,
        lead=late.lead_id,
        support=[one.pk for one in late.support.all()],
        leader=late.leader,
        due_on=late.due_on - timedelta(days=30),
        text=late.text,
        theme=late.theme_id,
    )
    amend_plan(plan_id=plan.pk, reason="调度会决定提前一个月完成（演示）", by="管委会", on=on)


def _make(sheet: PlanSheet, done: Mapping[str, date], today: date) -> None:
    zone = current_zone()
    order = list(zone.themes)
    rows: list[Row] = sorted(
        [*sheet.targets, *sheet.tasks, *sheet.projects],
        key=lambda one: order.index(one.theme) if one.theme in order else len(order),
    )
    position = {one.id: index for index, one in enumerate(rows)}
    leaders = {entry.id: entry.leader for entry in zone.departments}
    items = [_item(one, position, leaders, zone.themes) for one in rows]
    plan = draft_plan(
        year=sheet.year, title=sheet.title, basis=sheet.basis, items=items, is_invented=True
    )
    adopt_plan(plan_id=plan.pk, by="管委会", on=sheet.adopted_on)
    for item, row in zip(plan.items.order_by("number"), rows, strict=True):
        if (on := done.get(row.id)) and on <= today:
            close_item(item_id=item.pk, version=item.version, on=on, today=on)


def _item(
    one: Row,
    position: Mapping[str, int],
    leaders: Mapping[str, str],
    themes: Mapping[str, str],
) -> NewItem:
    is_target, is_project = isinstance(one, PlannedTarget), isinstance(one, PlannedProject)
    return NewItem(
        kind="target" if is_target else "project" if is_project else "task",
        theme=themes.get(one.theme, one.theme),
        text=f"{one.name}{ACTIONS[one.action]}" if is_project else one.text,
        due_on=one.period.last if is_target else one.due_on,
        lead=one.lead,
        support=one.support,
        leader=leaders[one.lead],
        target=_target(one, position) if is_target else None,
        project=one.name if is_project else "",
        action=one.action if is_project else "",
        is_pledge=False if is_project else one.pledge,
    )


def _target(one: PlannedTarget, position: Mapping[str, int]) -> NewTarget:
    return NewTarget(
        name=one.name,
        measure=one.measure,
        op=one.op,
        value=get_unit(one.unit).to_base(one.value),
        unit=one.unit,
        period=one.period,
        indicator=one.indicator,
        part_of=position[one.part_of] if one.part_of else None,
        bindingness=one.bindingness,
    )
