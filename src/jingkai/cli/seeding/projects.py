"""The projects of the zone: those of its list, and those made up of the years before it."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from jingkai.cli.seeding.chance import day_between, workday_from
from jingkai.cli.seeding.parameters import History, Life
from jingkai.kernel.plans import ProjectEntry, read_projects
from jingkai.kernel.zone import Zone

__all__ = ["invent_projects"]


def invent_projects(life: Life, zone: Zone) -> list[ProjectEntry]:
    """Return the projects signed before the list begins; all of them are done or dropped by now."""
    return [one for history in life.projects for one in _of_year(life, history, zone)]


def _of_year(life: Life, history: History, zone: Zone) -> list[ProjectEntry]:
    chance, year = Random(f"{life.seed}-projects-{history.id}"), int(history.id)
    days = sorted(
        workday_from(day_between(chance, date(year, 1, 4), date(year, 12, 20)), zone.calendar)
        for _ in range(history.signed)
    )
    sizes = [chance.randint(100, 240) / 10 for _ in range(history.huge)]
    sizes += [chance.randint(10, 80) / 10 for _ in range(history.large - history.huge)]
    sizes += [chance.randint(5, 95) / 100 for _ in range(history.signed - history.large)]
    chance.shuffle(sizes)
    top = set(chance.sample(range(history.signed), history.top500))
    leads, leading = _leads(zone), Random(f"{life.seed}-leads-{history.id}")
    names: set[str] = set()
    made = []
    for number, (signed_on, size) in enumerate(zip(days, sizes, strict=True), start=1):
        name = ""
        while not name or name in names:
            first = chance.choice(life.names)
            name = first + chance.choice(history.products)
        names.add(name)
        made.append(
            ProjectEntry(
                code=f"P{history.id}-{number:03}",
                name=name,
                investor=f"{first}精工（虚构）",
                kind="产业",
                investment=Decimal(str(size)),
                lead=leading.choice(leads),
                top500=number - 1 in top,
                **_later(chance, signed_on, zone),
            )
        )
    return made


def _leads(zone: Zone) -> list[str]:
    """Return the departments that lead projects of the zone's own list; else the middle one."""
    known = sorted({one.lead for one in read_projects(zone)})
    return known or [zone.departments[len(zone.departments) // 2].id]


def _later(chance: Random, signed_on: date, zone: Zone) -> dict[str, date]:
    """Return the gates that a project passed; one of six never came to be."""
    found = {"signed_on": signed_on}
    if chance.random() < 0.17:
        return found
    waits = {"started_on": (60, 260), "commissioned_on": (200, 420), "full_output_on": (180, 330)}
    on, end = signed_on, date(signed_on.year + 2, 12, 20)
    for gate, (shortest, longest) in waits.items():
        on = workday_from(on + timedelta(days=chance.randint(shortest, longest)), zone.calendar)
        if on > end:
            break
        found[gate] = on
    return found
