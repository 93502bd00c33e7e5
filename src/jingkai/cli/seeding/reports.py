"""Freeze and publish one report of the zone, so that a newcomer finds an edition."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from jingkai.cli.seeding.chance import workday_from
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import list_people
from jingkai.org.rules import Permission
from jingkai.plan.queries import find_plan
from jingkai.reports.services import (
    NewSection,
    freeze_draft,
    open_draft,
    outline_of_month,
    publish_edition,
)

__all__ = ["report_events"]

# A page of it, of this year alone: an edition keeps the facts behind each of its numbers.
SENTENCES = 8


def report_events(zone: Zone, today: date) -> Iterator[tuple[date, Callable[[], object]]]:
    """Yield the 通报 of the month before, as it was frozen and published."""
    on = workday_from(today.replace(day=1), zone.calendar)
    if on.month > 1:
        yield on, partial(_publish, Period.months(on.year, 1, on.month - 1), on)


def _publish(period: Period, on: date) -> None:
    writer = next((one for one in list_people() if one.may(Permission.WRITE_REPORT)), None)
    if writer is None or find_plan(on.year) is None:
        return
    reached = outline_of_month(on.year, Ledger(period.last))[0]
    said = [one for one in reached.passages if not one.startswith(f"{on.year - 1}年")]
    draft = open_draft(
        title=f"{period.name}重点工作进展通报",
        kind="monthly",
        year=on.year,
        period=period,
        sections=[NewSection(reached.title, tuple(said[:SENTENCES]))],
        by=writer.name,
        on=on,
    )
    edition = freeze_draft(draft_id=draft.pk, waivers={}, known_on=on, by=writer.name, on=on)
    publish_edition(edition_id=edition.pk, by=writer.name, on=on)
