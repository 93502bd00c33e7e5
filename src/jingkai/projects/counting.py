"""Count the nodes of many projects in the database: by month and by light, not one by one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, F, IntegerField, Min, Q, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Substr

from jingkai.kernel.lights import Light, LightScheme
from jingkai.projects.models import Node
from jingkai.projects.rules import light_of, turning_days

__all__ = ["NextNode", "Progress", "Tally", "count_nodes"]

_NUMBERS = 10_000  # added to a node's number so that texts come in the order of the numbers


@dataclass(frozen=True)
class NextNode:
    """The open node of a project that is due first: its number, day, department and light."""

    number: int
    due_on: date
    lead: str
    light: Light


@dataclass(frozen=True)
class Tally:
    """How many nodes of one light a project has in a month: of being done, else of being due."""

    month: date
    light: Light
    is_done: bool
    count: int


@dataclass
class Progress:
    """The nodes of one project in figures."""

    tallies: list[Tally] = field(default_factory=list)
    done: int = 0
    count: int = 0
    late: int = 0
    next: NextNode | None = None


def count_nodes(
    projects: Iterable[int], *, scheme: LightScheme, today: date
) -> dict[int, Progress]:
    """Return how many nodes each project has in each month and light, in one query."""
    turns = turning_days(scheme, today)
    overdue = turns.index(today)
    lights: dict[tuple[int, int, int], Light] = {}
    months: dict[str, date] = {}
    firsts: dict[int, tuple[str, Light]] = {}
    found: dict[int, Progress] = {}
    for project, month, band, is_late, is_done, count, first in _grouped(projects, turns, today):
        key = (band, is_late, is_done)
        if key not in lights:
            due_on = turns[band - 1] if band else turns[0] - timedelta(days=1)
            lights[key] = light_of(
                scheme,
                days_left=(due_on - today).days,
                is_done=bool(is_done),
                is_late=bool(is_late),
            )
        progress = found.setdefault(project, Progress())
        progress.count += count
        if is_done:
            progress.done += count
        else:
            progress.late += count if band <= overdue else 0
            if project not in firsts or first < firsts[project][0]:
                firsts[project] = first, lights[key]
        if month not in months:
            months[month] = date.fromisoformat(f"{month}-01")
        progress.tallies.append(Tally(months[month], lights[key], bool(is_done), count))
    for project, (first, light) in firsts.items():
        due_on, number, lead = first.split(" ", 2)
        day = date.fromisoformat(due_on)
        found[project].next = NextNode(int(number) - _NUMBERS, day, lead, light)
    return found


def _grouped(projects: Iterable[int], turns: list[date], today: date) -> Iterable[tuple]:
    """Return (project, month, band, is late, is done, count, first open) of each group of nodes.

    The band says between which turning days the due day lies, so that one light fits the group.
    """
    number, text = IntegerField(), CharField()
    bands = [When(due_on__gte=day, then=Value(n)) for n, day in enumerate(turns, start=1)]
    late = Q(was_late=True) | Q(done_on__gt=F("due_on")) | Q(done_on=None, due_on__lt=today)
    first = Concat(
        Cast("due_on", text),
        Value(" "),
        Cast(F("number") + _NUMBERS, text),
        Value(" "),
        "lead_id",
        output_field=text,
    )
    rows = (
        Node.objects.filter(project__in=list(projects))
        .order_by()
        .annotate(
            month=Substr(Cast(Coalesce("done_on", "due_on"), text), 1, 7),
            band=Case(*reversed(bands), default=Value(0), output_field=number),
            is_late=Case(When(late, then=Value(1)), default=Value(0), output_field=number),
            is_done=Case(When(done_on=None, then=Value(0)), default=Value(1), output_field=number),
        )
        .values("project", "month", "band", "is_late", "is_done")
        .annotate(nodes=Count("pk"), first=Min(first))
        .order_by("project", "month", "band")
    )
    columns = ("project", "month", "band", "is_late", "is_done", "nodes", "first")
    return rows.values_list(*columns)
