"""Fill an empty zone with what its package brings: people, projects, readings, the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jingkai.jobs.services import run_due_jobs
from jingkai.kernel.plans import (
    FiledReading,
    PlannedProject,
    PlannedTarget,
    PlannedTask,
    PlanSheet,
    ProjectEntry,
    read_people,
    read_plan,
    read_progress,
    read_projects,
    read_readings,
)
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.services import KeptFile, keep_file
from jingkai.org.queries import list_departments, list_people
from jingkai.org.rules import ROLES
from jingkai.org.services import add_person, open_departments
from jingkai.plan.rules import ACTIONS
from jingkai.plan.services import (
    NewItem,
    NewTarget,
    adopt_plan,
    close_item,
    draft_plan,
    file_reading,
)
from jingkai.projects.rules import GATES
from jingkai.projects.services import add_project, pass_gate

__all__ = ["is_empty", "seed_zone"]


@dataclass(frozen=True)
class Event:
    """One thing that happened, to be recorded in the order in which it became known."""

    known_on: date
    order: int
    act: Any


def is_empty() -> bool:
    """Tell whether nobody works in this zone yet."""
    return not list_people().exists()


@transaction.atomic
def seed_zone() -> list[tuple[str, str, str, str]]:
    """Fill the zone; return (account, name, role, one-time password) of its people."""
    zone, today = current_zone(), settings.BUSINESS_CLOCK.today()
    open_departments(zone)
    passwords = _seed_people(zone)
    events = [*_project_events(zone, today), *_reading_events(zone)]
    plan = read_plan(zone)
    events.append(Event(plan.adopted_on, 0, lambda: _seed_plan(plan, read_progress(zone))))
    for event in sorted(events, key=lambda one: (one.known_on, one.order)):
        event.act()
    run_due_jobs(now=timezone.now(), limit=1000)
    return passwords


def _seed_people(zone: Zone) -> list[tuple[str, str, str, str]]:
    departments = {one.pk: one for one in list_departments()}
    made = []
    for entry in read_people(zone):
        person, password = add_person(
            account=entry.account,
            name=entry.name,
            role=entry.role,
            department=departments.get(entry.department),
            post=entry.post,
        )
        made.append((person.account, person.name, ROLES[person.role].name, password))
    return made


def _project_events(zone: Zone, today: date) -> list[Event]:
    events = []
    for order, entry in enumerate(read_projects(zone)):
        project = add_project(
            code=entry.code,
            name=entry.name,
            investor=entry.investor,
            kind=entry.kind,
            investment=get_unit("亿元").to_base(entry.investment),
            is_top500=entry.top500,
            lead=entry.lead,
        )
        for gate, on in _gates(entry):
            if on <= today:
                events.append(Event(on, order, _passing(project.pk, gate, on)))
    return events


def _gates(entry: ProjectEntry) -> list[tuple[str, date]]:
    dates = {
        "sign": entry.signed_on,
        "start": entry.started_on,
        "commission": entry.commissioned_on,
        "full_output": entry.full_output_on,
    }
    return [(gate, on) for gate, on in dates.items() if on is not None]


def _passing(project_id: int, gate: str, on: date) -> Any:
    def act() -> None:
        from jingkai.projects.queries import get_project

        pass_gate(
            project_id=project_id,
            gate_id=gate,
            on=on,
            by="项目专班",
            today=on,
            proof=[_proof(f"{GATES[gate].name}凭证（演示）.txt", GATES[gate].proof)],
            version=get_project(project_id).version,
        )

    return act


def _reading_events(zone: Zone) -> list[Event]:
    def filing(reading: FiledReading) -> Any:
        return lambda: file_reading(
            subject=reading.subject,
            period=reading.period,
            values=dict(reading.values),
            by="统计专班",
            known_on=reading.known_on,
            evidence=[_proof("读数来源.txt", reading.basis)],
        )

    return [Event(one.known_on, 0, filing(one)) for one in read_readings(zone)]


def _seed_plan(sheet: PlanSheet, done: Mapping[str, date]) -> None:
    zone = current_zone()
    order = list(zone.themes)
    rows = sorted(
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
        if on := done.get(row.id):
            close_item(item_id=item.pk, version=item.version, on=on, today=on)


def _item(
    one: PlannedTarget | PlannedTask | PlannedProject,
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
    )


def _proof(name: str, text: str) -> KeptFile:
    return keep_file(data=f"演示凭证：{text}\n".encode(), name=name, note="演示")
