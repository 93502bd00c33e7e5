"""Make the plans of the zone, those of past years with what became of them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial

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
from jingkai.plan.rules import ACTIONS
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, close_item, draft_plan

__all__ = ["plan_events"]

Row = PlannedTarget | PlannedTask | PlannedProject


def plan_events(zone: Zone, today: date) -> Iterator[tuple[date, Callable[[], object]]]:
    """Yield the adoption of each plan, with the tasks that were done by today."""
    for sheet, done in read_past_plans(zone):
        yield sheet.adopted_on, partial(_make, sheet, done, today)
    sheet = read_plan(zone)
    yield sheet.adopted_on, partial(_make, sheet, read_progress(zone), today)


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
