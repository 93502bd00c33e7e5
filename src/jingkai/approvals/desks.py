"""Which department stands behind a desk of the counter, in the words of the zone."""

from jingkai.kernel.zone import current_zone
from jingkai.org.queries import list_departments

__all__ = ["department_of"]


def department_of(desk: str) -> str:
    """Return the department of a desk; the window's where the zone names none for it.

    A zone that names no window at all has the department whose duties are approvals, or its first.
    """
    zone = current_zone()
    named = zone.approvals.desks
    if found := named.get(desk) or named.get("window"):
        return found
    proposed = zone.propose_departments("审批 政务服务 一件事")
    return proposed[0] if proposed else list_departments()[0].pk
