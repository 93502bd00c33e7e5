"""Which department supervises, and where a leader sits, in the words of the zone."""

from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Department, list_departments, list_people

__all__ = ["leader_departments", "supervisor_department"]


def supervisor_department() -> str:
    """Return the department that verifies: the one whose duties have the zone's word for it."""
    zone = current_zone()
    proposed = zone.propose_departments(zone.supervision.supervisor)
    first = list_departments().values_list("pk", flat=True).first()
    return proposed[0] if proposed else str(first)


def leader_departments() -> dict[str, str]:
    """Return where the responsible leader of each department sits; those not known are left out."""
    seats = {one.name: one.department_id for one in list_people() if one.department_id}
    found = Department.objects.exclude(leader="").values_list("pk", "leader")
    return {pk: seats[name] for pk, name in found if name in seats}
