"""Read departments, people and notices."""

from collections.abc import Sequence

from django.db.models import QuerySet

from jingkai.org.models import Department, Notice, Person, Posting, RosterImport
from jingkai.org.roster import HEADS, Change, Entry, Problem, compare, read_roster

__all__ = [
    "HEADS",
    "Change",
    "Department",
    "Entry",
    "Person",
    "Posting",
    "Problem",
    "RosterImport",
    "entry_of",
    "find_changes",
    "find_import",
    "find_person",
    "get_person",
    "get_roster",
    "list_departments",
    "list_everybody",
    "list_notices",
    "list_people",
    "list_postings",
]


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


def entry_of(person: Person) -> Entry:
    """Return a person as a row of the roster."""
    return Entry(
        account=person.account,
        name=person.name,
        department=person.department_id or "",
        post=person.post,
        role=person.role,
        is_active=person.is_active,
    )


def get_roster() -> dict[str, Entry]:
    """Return everybody, in use or not, as rows of the roster by account."""
    return {person.account: entry_of(person) for person in Person.objects.all()}


def find_import(import_id: int) -> RosterImport | None:
    """Return one import of the roster."""
    return RosterImport.objects.filter(pk=import_id).first()


def get_person(person_id: int) -> Person | None:
    """Return one person, in use or not, with their department."""
    return Person.objects.select_related("department").filter(pk=person_id).first()


def list_postings(person: Person) -> QuerySet[Posting]:
    """Return the posts a person held, the latest first."""
    return Posting.objects.filter(person=person).select_related("department")


def list_everybody() -> QuerySet[Person]:
    """Return everybody, those not in use at the end."""
    return Person.objects.select_related("department").order_by("-is_active", "account")


def find_changes(rows: Sequence[Sequence[str]]) -> tuple[list[Change], list[Problem]]:
    """Return what a sheet of people would change, or what is wrong with it, cell by cell."""
    departments = {one.name: one.pk for one in list_departments()}
    entries, problems = read_roster(rows, departments)
    return compare(entries, get_roster()), problems
