"""How a 督办单 is handled, when it is chased, and what a month of them comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jingkai.cases.rules import CaseType, Outcome, Step
from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.supervision import Points, Rung, Supervision
from jingkai.kernel.units import round_half_up

__all__ = [
    "IN_PERSON",
    "KIND",
    "NOT_REACHED",
    "Handled",
    "Place",
    "case_type",
    "climbed",
    "due_from",
    "rank",
    "verdict",
    "workdays_before",
]

KIND = "supervision.follow_up"
# The roles that a rung tells in person, and why one reached nobody.
IN_PERSON = {"head": "单位负责人", "leader": "分管领导"}
NOT_REACHED = {"record": "没有任职记录", "scope": "数据范围看不到这张单"}


def case_type(supervision: Supervision) -> CaseType:
    """Return the zone's 督办单 as a kind of case."""
    return CaseType(
        id=KIND,
        version=supervision.version,
        name=supervision.name,
        english=supervision.english,
        basis=supervision.basis,
        steps=tuple(
            Step(
                bit=one.bit,
                id=one.id,
                name=one.name,
                english=one.english,
                desk=one.desk,
                needs=one.needs,
                right=one.right,
                effect=one.effect,
                not_by=one.not_by,
                days=one.days,
                needs_words=one.needs_words,
                needs_proof=one.needs_proof,
                outcomes=tuple(
                    Outcome(id=o.id, name=o.name, english=o.english, returns_to=o.returns_to)
                    for o in one.outcomes
                ),
            )
            for one in supervision.steps
        ),
    )


def workdays_before(on: date, count: int, calendar: WorkingCalendar) -> date:
    """Return the day so many working days before another."""
    while count:
        on -= timedelta(days=1)
        count -= calendar.is_workday(on)
    return on


def due_from(issued_on: date, due_on: date, calendar: WorkingCalendar) -> int:
    """Return how many working days lie between issue and a due day; a day off counts forward."""
    while not calendar.is_workday(due_on):
        due_on += timedelta(days=1)
    return calendar.count_workdays(issued_on + timedelta(days=1), due_on)


def climbed(rung: Rung, since: date, on: date, calendar: WorkingCalendar) -> bool:
    """Tell whether a rung is reached: so many working days after a day, or before it."""
    if rung.after < 0:
        return on >= workdays_before(since, -rung.after, calendar)
    # On the day itself nothing is late yet: the day counts until its end.
    return on > since and on >= calendar.add_workdays(since, rung.after)


@dataclass(frozen=True)
class Handled:
    """One 督办单 as a month's end saw it."""

    department: str
    due_on: date
    closed_on: date | None
    returned: int = 0


def verdict(one: Handled, first: date, last: date) -> str:
    """Return what a month says of a 督办单: on_time, late, still_open; "" when nothing yet."""
    closed = one.closed_on if one.closed_on and one.closed_on <= last else None
    if closed:
        if closed < first:
            return ""
        return "on_time" if closed <= one.due_on else "late"
    return "still_open" if one.due_on <= last else ""


@dataclass(frozen=True)
class Place:
    """A department's place in the month's ranking."""

    place: int
    department: str
    on_time: int
    late: int
    still_open: int
    returned: int
    score: Decimal

    @property
    def count(self) -> int:
        """Return how many fell due or were closed."""
        return self.on_time + self.late + self.still_open


def rank(handled: Iterable[Handled], first: date, last: date, points: Points) -> Sequence[Place]:
    """Rank departments by the mean points of what fell due or was closed in the month.

    Equal scores and counts share a place; departments with nothing due have none.
    """
    tally: dict[str, dict[str, int]] = {}
    for one in handled:
        if told := verdict(one, first, last):
            counts = tally.setdefault(
                one.department, {"on_time": 0, "late": 0, "still_open": 0, "returned": 0}
            )
            counts[told] += 1
            counts["returned"] += one.returned
    rows = []
    for department, counts in tally.items():
        number = counts["on_time"] + counts["late"] + counts["still_open"]
        total = sum((getattr(points, name) * count for name, count in counts.items()), Decimal(0))
        rows.append((round_half_up(total / number, 1), number, department, counts))
    rows.sort(key=lambda row: (-row[0], -row[1], row[2]))
    places: list[Place] = []
    for score, number, department, counts in rows:
        same = bool(places) and (places[-1].score, places[-1].count) == (score, number)
        place = places[-1].place if same else len(places) + 1
        places.append(Place(place, department, score=score, **counts))
    return places
