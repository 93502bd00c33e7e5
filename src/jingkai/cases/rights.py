"""Who may do a step: the desk it lies with, or a person it was given to, or their delegate."""

from collections.abc import Iterable
from datetime import date

from jingkai.cases.models import OpenWork
from jingkai.cases.refusals import NotYours
from jingkai.kernel.words import Words, named
from jingkai.org.queries import Department, Person, active_delegations
from jingkai.org.rules import PERMISSION_WORDS, Permission

__all__ = ["delegators", "find_right", "holds", "may_do"]


def holds(person: Person, department: str, given_to: int | None, right: str) -> bool:
    """Tell whether work lies with this person: given to them, or to their department."""
    if not person.is_active or (right and not person.may_alone(Permission(right))):
        return False
    if given_to is not None:
        return person.pk == given_to
    return person.department_id == department


def delegators(person: Person, on: date) -> list[Person]:
    """Return those whose work this person does on a day."""
    return [one.giver for one in active_delegations(person, on)]


def find_right(person: Person, department: str, given_to: int | None, right: str, on: date) -> str:
    """Return on whose behalf a person does this work, "" for their own; refuse who may not."""
    if holds(person, department, given_to, right):
        return ""
    for giver in delegators(person, on):
        if holds(giver, department, given_to, right):
            return giver.name
    raise NotYours(_why_not(person, department, given_to, right))


def may_do(person: Person, work: OpenWork, givers: Iterable[Person] = ()) -> bool:
    """Tell whether a person may do this work, for themselves or for one of the givers."""
    return any(
        holds(one, work.department_id, work.person_id, work.right) for one in (person, *givers)
    )


def _why_not(person: Person, department: str, given_to: int | None, right: str) -> Words:
    place = Department.objects.filter(pk=department).first()
    where = named(place) if place else ""
    if given_to is not None:
        whom = Person.objects.filter(pk=given_to).values_list("name", flat=True).first()
        if person.pk != given_to:
            return Words(
                "这一步在%(where)s%(whom)s处；请对方转办，或登记代理授权后再办。",
                where=where,
                whom=whom,
            )
    elif person.department_id != department:
        return Words(
            "这一步在%(where)s，不在您的部门；请对方转办，或登记代理授权后再办。", where=where
        )
    needed = Words(PERMISSION_WORDS[Permission(right)])
    return Words("办理这一步要有“%(right)s”权限；请找系统管理员。", right=needed)
