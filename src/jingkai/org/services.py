"""Bring the zone's people in, tell departments things."""

from collections.abc import Iterable
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from django.db import transaction

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Notice, Person
from jingkai.org.rules import ROLES

__all__ = ["JOBS", "UnknownRole", "add_person", "open_departments", "read_notices", "tell"]


class UnknownRole(ValueError):
    """A role that the product does not have."""


@transaction.atomic
def open_departments(zone: Zone) -> None:
    """Write the departments that the zone package lists; those already there are renamed."""
    for order, entry in enumerate(zone.departments):
        Department.objects.update_or_create(
            id=entry.id,
            defaults={
                "name": entry.name,
                "english": entry.english,
                "leader": entry.leader,
                "order": order,
            },
        )


@transaction.atomic
def add_person(
    *, account: str, name: str, role: str, department: Department | None, post: str = ""
) -> tuple[Person, str]:
    """Add a person and return them with a one-time random password."""
    if role not in ROLES:
        raise UnknownRole(f"没有“{role}”这个角色；可用的角色：{'、'.join(ROLES)}。")
    password = token_urlsafe(12)
    person = Person(account=account, name=name, role=role, department=department, post=post)
    person.set_password(password)
    person.save()
    return person, password


def tell(*, departments: Iterable[str], text: str, url: str, on: date) -> None:
    """Leave a notice with each department."""
    Notice.objects.bulk_create(
        Notice(department_id=department, text=text, url=url, on=on) for department in departments
    )


def read_notices(*, person: Person, at: datetime) -> None:
    """Tick the notices of the person's department as read."""
    if person.department:
        person.department.notices.filter(read_at=None).update(read_at=at)


def _tell(payload: dict[str, Any]) -> None:
    tell(**payload | {"on": date.fromisoformat(payload["on"])})


JOBS = {"org.tell": _tell}
