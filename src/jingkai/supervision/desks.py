"""Which department supervises, and who answers in person, in the words of the zone."""

from collections.abc import Callable
from datetime import date

from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Seat, find_heads, find_leaders, list_departments

__all__ = ["LEADERS", "supervisor_department"]

# Who is told in person: the head of the unit that leads, and the zone's leader in charge of it.
LEADERS: dict[str, Callable[[str, date], list[Seat]]] = {
    "head": find_heads,
    "leader": find_leaders,
}


def supervisor_department() -> str:
    """Return the department that verifies: the one whose duties have the zone's word for it."""
    zone = current_zone()
    proposed = zone.propose_departments(zone.supervision.supervisor)
    first = list_departments().values_list("pk", flat=True).first()
    return proposed[0] if proposed else str(first)
