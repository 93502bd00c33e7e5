"""Hand the plan down to the units: parts that are made up, each marked as such."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from jingkai.cli.seeding.chance import workday_from
from jingkai.kernel.plans import PlanSheet, read_plan
from jingkai.kernel.zone import Zone
from jingkai.org.queries import list_people
from jingkai.org.rules import Permission
from jingkai.plan.queries import Item, Share, find_plan
from jingkai.plan.services import SharesRefused, share_out, spread

__all__ = ["share_events"]

LEAD_WEIGHT, EVERY_TASK, PEOPLE = Decimal(70), 4, 3
_DAYS = 14


def share_events(zone: Zone, today: date) -> Iterator[tuple[date, Callable[[], object]]]:
    """Yield the day on which the plan in force was handed down, some weeks after its adoption."""
    sheet = read_plan(zone)
    on = workday_from(sheet.adopted_on + timedelta(days=_DAYS), zone.calendar)
    if on <= today:
        yield on, partial(_hand_down, sheet, on)


def _hand_down(sheet: PlanSheet, on: date) -> None:
    """Hand down every target and some of the tasks; the rest waits for who keeps the plan."""
    plan = find_plan(sheet.year)
    keeper = next((one for one in list_people() if one.may(Permission.KEEP_PLAN)), None)
    if plan is None or keeper is None:
        return
    items = list(plan.items.order_by("number"))
    targets = [one.pk for one in items if one.kind == Item.Kind.TARGET]
    tasks = [one.pk for one in items if one.kind != Item.Kind.TARGET]
    spread(
        items=[*targets, *tasks[::EVERY_TASK]],
        template="roles",
        lead_weight=LEAD_WEIGHT,
        by=keeper,
        on=on,
        is_invented=True,
    )
    done: set[str] = set()
    leading = Share.objects.filter(item__plan=plan, under=None, role="lead")
    for share in leading.select_related("item").order_by("item__number"):
        people = [one for one in list_people() if one.department_id == share.department_id]
        people = [one for one in people if one.role != "leader"][:PEOPLE]
        if share.department_id in done or len(people) < 2 or share.item.pk not in targets:
            continue
        try:
            share_out(share_id=share.pk, people=people, by=keeper, on=on, is_invented=True)
        except SharesRefused:
            continue
        done.add(share.department_id)
