"""Read departments, people and notices."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from jingkai.audit.services import current_origin
from jingkai.org.models import Delegation, Department, GrantRequest, Notice, Person, Posting
from jingkai.org.passwords import days_of_password, profile
from jingkai.org.roster import Entry, Problem, find_conflicts
from jingkai.org.rules import ROLES, Permission, Scope, is_head_post
from jingkai.org.second import (
    Setup,
    count_backup_codes,
    find_second_factor,
    is_second_factor_owed,
    new_setup,
    setup_of,
)
from jingkai.org.units import UNIT_KINDS, Unit, find_unit_faults
from jingkai.org.years import (
    WorkYear,
    find_closing,
    list_closed,
    list_years,
    say_closed,
    working_year,
)

__all__ = [
    "UNIT_KINDS",
    "Delegation",
    "Department",
    "Entry",
    "GrantRequest",
    "Notice",
    "NoticeLine",
    "Person",
    "Posting",
    "Problem",
    "Seat",
    "Setup",
    "Unit",
    "Visible",
    "WorkYear",
    "active_delegations",
    "count_backup_codes",
    "days_of_password",
    "departments_that_may",
    "entry_of",
    "find_closing",
    "find_conflicts",
    "find_expired_delegation",
    "find_heads",
    "find_last_notice",
    "find_leaders",
    "find_person",
    "find_second_factor",
    "find_unit_faults",
    "get_person",
    "get_roster",
    "get_units",
    "is_account_taken",
    "is_closed_year_correctable",
    "is_second_factor_owed",
    "is_second_needed",
    "list_closed",
    "list_delegations",
    "list_departments",
    "list_everybody",
    "list_notices",
    "list_notices_after",
    "list_people",
    "list_postings",
    "list_requests",
    "list_takers",
    "list_years",
    "new_setup",
    "notices_of",
    "profile",
    "say_closed",
    "setup_of",
    "visible_departments",
    "working_year",
]

# The departments whose objects somebody sees; None is every department.
Visible = frozenset[str] | None


def list_departments() -> QuerySet[Department]:
    """Return every department in the zone's order."""
    return Department.objects.all()


def list_people() -> QuerySet[Person]:
    """Return everybody in use, with their departments."""
    return Person.objects.filter(is_active=True).select_related("department")


def find_person(account: str) -> Person | None:
    """Return the person in use with this account."""
    return list_people().filter(account=account).first()


def notices_of(person: Person) -> QuerySet[Notice]:
    """Return the notices of a person and of their department, newest first."""
    mine = Q(person=person.pk)
    # Without a department only what is to the person: a notice to somebody else has none either.
    if person.department_id is not None:
        mine |= Q(department=person.department_id)
    return Notice.objects.filter(mine)


def list_notices(person: Person, limit: int = 8) -> QuerySet[Notice]:
    """Return the unread notices of a person and of their department, newest first."""
    return notices_of(person).filter(read_at=None).order_by("-on", "-pk")[:limit]


@dataclass(frozen=True)
class Seat:
    """Somebody who answers for a department on a day; `acts_for` names whose place they take."""

    person: Person
    acts_for: str = ""


def find_heads(department: str, on: date) -> list[Seat]:
    """Return who leads a department on a day, as their posts say, and who acts for them."""
    held = _held(on).filter(department=department).select_related("person")
    posts = [(one.person, one.post) for one in held if one.person.is_active]
    unposted = list_people().filter(department=department, postings=None)
    posts += [(one, one.post) for one in unposted]
    return _with_acting([person for person, post in posts if is_head_post(post)], on)


def find_leaders(department: str, on: date) -> list[Seat]:
    """Return the zone's leader in charge of a department on a day, and who acts for them.

    The department names its leader; two people of that name are nobody, unless one alone is a
    leader by role.
    """
    name = Department.objects.filter(pk=department).values_list("leader", flat=True).first()
    if not name:
        return []
    at_work = Q(postings=None) | Q(pk__in=_held(on).values("person"))
    named = list(list_people().filter(at_work, name=name).distinct())
    if len(named) > 1:
        named = [one for one in named if one.role == "leader"]
    return _with_acting(named, on) if len(named) == 1 else []


def _held(on: date) -> QuerySet[Posting]:
    """Return the postings held on a day; on the day of a move the new one counts."""
    begun = Posting.objects.filter(from_on__lte=on)
    return begun.filter(Q(until_on=None) | Q(until_on__gt=on))


def _with_acting(people: Iterable[Person], on: date) -> list[Seat]:
    people = list(people)
    lent = Delegation.objects.filter(
        giver__in=people, from_on__lte=on, until_on__gte=on, taker__is_active=True
    ).exclude(withdrawn_on__lte=on)
    acting = lent.select_related("giver", "taker__department").order_by("pk")
    return [
        *(Seat(one) for one in people),
        *(Seat(one.taker, one.giver.name) for one in acting),
    ]


@dataclass(frozen=True)
class NoticeLine:
    """A notice as a channel outside the house tells it."""

    id: int
    department: str
    text: str


def list_notices_after(notice_id: int, most: int = 500) -> list[NoticeLine]:
    """Return the notices to departments that were left after this one, the oldest first.

    What is to a person is not for a group.
    """
    found = Notice.objects.filter(pk__gt=notice_id, person=None).order_by("pk")
    rows = found.values_list("pk", "department__name", "text")[:most]
    return [NoticeLine(*row) for row in rows]


def find_last_notice() -> int:
    """Return the id of the newest notice, 0 when there is none."""
    newest = Notice.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


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


def get_roster(*, lock: bool = False) -> dict[str, Entry]:
    """Return everybody, in use or not, as rows of the roster by account."""
    people = Person.objects.select_for_update() if lock else Person.objects.all()
    return {person.account: entry_of(person) for person in people}


def get_units(*, lock: bool = False) -> dict[str, Unit]:
    """Return every department as a row of their table, by code."""
    found = Department.objects.select_for_update() if lock else Department.objects.all()
    units = list(found)
    names = {one.pk: one.name for one in units}
    return {
        one.pk: Unit(
            code=one.pk,
            name=one.name,
            english=one.english,
            kind=one.kind,
            leader=one.leader,
            parent=names.get(one.parent_id or "", ""),
        )
        for one in units
    }


def get_person(person_id: int) -> Person | None:
    """Return one person, in use or not, with their department."""
    return Person.objects.select_related("department").filter(pk=person_id).first()


def list_postings(person: Person) -> QuerySet[Posting]:
    """Return the posts a person held, the latest first."""
    return Posting.objects.filter(person=person).select_related("department")


def list_everybody() -> QuerySet[Person]:
    """Return everybody, those not in use at the end."""
    return Person.objects.select_related("department").order_by("-is_active", "account")


def active_delegations(person: Person, on: date) -> tuple[Delegation, ...]:
    """Return what is lent to a person on a day: begun, not over, not taken back."""
    found = Delegation.objects.filter(
        taker=person, from_on__lte=on, until_on__gte=on, giver__is_active=True
    ).exclude(withdrawn_on__lte=on)
    return tuple(found.select_related("giver"))


def find_expired_delegation(person: Person, permission: Permission, on: date) -> Delegation | None:
    """Return the delegation that allowed something until it ran out or was taken back."""
    over = Delegation.objects.filter(taker=person, from_on__lte=on).select_related("giver")
    over = over.filter(until_on__lt=on) | over.filter(withdrawn_on__lte=on)
    return next((one for one in over if one.giver.may_alone(permission)), None)


def list_delegations(person: Person) -> QuerySet[Delegation]:
    """Return what a person lent or was lent, the latest first."""
    mine = Delegation.objects.filter(giver=person) | Delegation.objects.filter(taker=person)
    return mine.select_related("giver", "taker")


def list_takers(person: Person) -> list[Person]:
    """Return whom a person may lend their role to: everybody in business but themselves."""
    others = list_people().exclude(pk=person.pk)
    return [one for one in others if ROLES[one.role].permissions and not ROLES[one.role].is_admin]


def list_requests() -> QuerySet[GrantRequest]:
    """Return the requests for sensitive rights, the newest first."""
    return GrantRequest.objects.select_related("person", "asked_by", "decided_by")


def is_closed_year_correctable(on: date) -> bool:
    """Tell whether whoever is at work may correct the ledger of a closed year.

    It is asked of the person of the request; at the machine nobody holds a post.
    """
    person = find_person(current_origin().account)
    if person is None:
        return False
    person.lent = active_delegations(person, on)
    return person.may(Permission.CORRECT_CLOSED_YEARS)


def is_second_needed(role: str, scope: str) -> bool:
    """Tell whether a right is sensitive and there is a security administrator to approve it."""
    is_sensitive = ROLES[role].is_admin or scope == Scope.ALL
    keepers = [one.id for one in ROLES.values() if Permission.KEEP_SECURITY in one.permissions]
    return is_sensitive and list_people().filter(role__in=keepers).exists()


def is_account_taken(account: str) -> bool:
    """Tell whether anybody, in use or not, has this account."""
    return Person.objects.filter(account=account).exists()


def departments_that_may(permission: Permission) -> list[str]:
    """Return the departments with somebody whose own role allows something."""
    roles = [one.id for one in ROLES.values() if permission in one.permissions]
    found = Person.objects.filter(role__in=roles, is_active=True).exclude(department=None)
    return sorted(set(found.values_list("department", flat=True)))


def visible_departments(person: Person, on: date | None = None) -> Visible:
    """Return the departments whose objects a person sees, with what is lent to them.

    Without a day it is what was lent when the person's request began.
    """
    seen: set[str] = set()
    lent = active_delegations(person, on) if on else person.lent
    for one in (person, *(each.giver for each in lent)):
        part = _visible_to(one)
        if part is None:
            return None
        seen |= part
    return frozenset(seen)


def _visible_to(person: Person) -> Visible:
    scope = Scope(person.scope or ROLES[person.role].scope)
    if scope is Scope.ALL:
        return None
    if scope is Scope.CHOSEN:
        return frozenset(person.chosen.values_list("pk", flat=True))
    if scope is Scope.OWN or person.department_id is None:
        return frozenset()
    if scope is Scope.DEPARTMENT:
        return frozenset({person.department_id})
    parents = dict(Department.objects.values_list("pk", "parent"))
    return frozenset(one for one in parents if person.department_id in _line(one, parents))


def _line(department: str, parents: dict[str, str | None]) -> list[str]:
    """Return a department and those above it."""
    line: list[str] = []
    above: str | None = department
    while above and above not in line:
        line.append(above)
        above = parents.get(above)
    return line
