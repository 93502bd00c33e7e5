"""Read departments, people and notices."""

from django.db.models import QuerySet

from jingkai.org.models import Department, Notice, Person

__all__ = ["Person", "find_person", "list_departments", "list_notices", "list_people"]


def list_departments() -> QuerySet[Department]:
    """Return every department in the zone's order."""
    return Department.objects.all()


def list_people() -> QuerySet[Person]:
    """Return everybody in use, with their departments."""
    return Person.objects.filter(is_active=True).select_related("department")


def find_person(account: str) -> Person | None:
    """Return the person in use with this account."""
    return list_people().filter(account=account).first()


def list_notices(person: Person, limit: int = 8) -> QuerySet[Notice]:
    """Return the unread notices of the person's department, newest first."""
    return Notice.objects.filter(department=person.department_id, read_at=None)[:limit]
