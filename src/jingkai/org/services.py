"""Bring the zone's people in, keep their accounts, tell departments things."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from jingkai.audit.services import note
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Notice, Person, Posting, RosterImport
from jingkai.org.queries import entry_of
from jingkai.org.roster import Change, Entry
from jingkai.org.rules import ROLES, Permission

__all__ = [
    "JOBS",
    "AccountRefused",
    "UnknownRole",
    "add_person",
    "change_password",
    "confirm_import",
    "draft_import",
    "move_person",
    "open_departments",
    "read_notices",
    "reset_password",
    "set_active",
    "tell",
    "undo_import",
]


class UnknownRole(ValueError):
    """A role that the product does not have."""


class AccountRefused(ValueError):
    """A change of an account that cannot be made like this."""


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
    *,
    account: str,
    name: str,
    role: str,
    department: Department | None,
    post: str = "",
    on: date | None = None,
) -> tuple[Person, str]:
    """Add a person and return them with a one-time password, to be changed at first sign-in."""
    if role not in ROLES:
        raise UnknownRole(f"没有“{role}”这个角色；可用的角色：{'、'.join(ROLES)}。")
    password = token_urlsafe(12)
    person = Person(
        account=account,
        name=name,
        role=role,
        department=department,
        post=post,
        must_change_password=True,
    )
    person.set_password(password)
    person.save()
    if on:
        Posting.objects.create(person=person, department=department, post=post, from_on=on)
    note(act="person.added", object=_named(person), detail={"after": asdict(entry_of(person))})
    return person, password


@transaction.atomic
def change_password(*, person: Person, old: str, new: str) -> None:
    """Change one's own password."""
    if not person.check_password(old):
        raise AccountRefused("原密码不对。忘记了请找系统管理员重置。")
    if old == new:
        raise AccountRefused("新密码不能和原密码相同。")
    try:
        validate_password(new, person)
    except ValidationError as problem:
        raise AccountRefused("".join(problem.messages)) from None
    person.set_password(new)
    person.must_change_password = False
    person.save(update_fields=["password", "must_change_password"])
    note(act="password.changed", object=_named(person))


@transaction.atomic
def reset_password(*, person_id: int) -> tuple[Person, str]:
    """Give a person who forgot it a new one-time password."""
    person = Person.objects.select_for_update().get(pk=person_id)
    password = token_urlsafe(12)
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    note(act="password.reset", object=_named(person))
    return person, password


@transaction.atomic
def set_active(*, person_id: int, is_active: bool, by: Person, on: date) -> Person:
    """Close an account, or open it again; somebody must be left who manages people."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if not is_active:
        if person.pk == by.pk:
            raise AccountRefused("不能停用自己的账号，请由另一位系统管理员操作。")
        if _manages(person.role):
            _keep_a_manager(leaving=[person.pk])
        person.postings.filter(until_on=None).update(until_on=on)
    person.is_active = is_active
    person.version += 1
    person.save(update_fields=["is_active", "version"])
    if is_active:
        Posting.objects.get_or_create(
            person=person,
            until_on=None,
            defaults={"department": person.department, "post": person.post, "from_on": on},
        )
    note(act="person.reopened" if is_active else "person.closed", object=_named(person))
    return person


@transaction.atomic
def move_person(
    *, person_id: int, department: str | None, post: str, role: str, on: date, version: int
) -> Person:
    """Move a person to a department, post and role from a day on; the old posting ends there."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.version != version:
        raise AccountRefused("这个人的信息刚被别人改动过，请核对后再保存。")
    if role not in ROLES:
        raise UnknownRole(f"没有“{role}”这个角色；可用的角色：{'、'.join(ROLES)}。")
    if _manages(person.role) and not _manages(role):
        _keep_a_manager(leaving=[person.pk])
    before = asdict(entry_of(person))
    held = person.postings.filter(until_on=None).first()
    if held and on < held.from_on:
        raise AccountRefused(f"调动日期 {on} 早于现任职的起始日 {held.from_on}。")
    if held:
        held.until_on = on
        held.save(update_fields=["until_on"])
    person.department_id, person.post, person.role = department, post, role
    person.version += 1
    person.save(update_fields=["department_id", "post", "role", "version"])
    Posting.objects.create(person=person, department_id=department, post=post, from_on=on)
    changed = {"before": before, "after": asdict(entry_of(person)), "on": on}
    note(act="person.moved", object=_named(person), detail=changed)
    return person


def draft_import(*, changes: Sequence[Change], name: str, by: str, on: date) -> RosterImport:
    """Keep the changes of a sheet until somebody confirms them."""
    return RosterImport.objects.create(
        name=name[:200],
        changes=[
            {"before": asdict(one.before) if one.before else None, "after": asdict(one.after)}
            for one in changes
        ],
        taken_by=by,
        taken_on=on,
    )


@transaction.atomic
def confirm_import(*, import_id: int, on: date) -> list[tuple[str, str, str]]:
    """Make the changes of a sheet in one go; return (account, name, password) of new people."""
    draft = RosterImport.objects.select_for_update().get(pk=import_id)
    if draft.state != RosterImport.State.DRAFT:
        raise AccountRefused("这次导入已经处理过了，请看人员表。")
    passwords = []
    for change in draft.changes:
        before = Entry(**change["before"]) if change["before"] else None
        _check_unchanged(before, change["after"]["account"])
    for change in draft.changes:
        if password := _apply(Entry(**change["after"]), on):
            passwords.append((change["after"]["account"], change["after"]["name"], password))
    _keep_a_manager(leaving=[])
    draft.state = RosterImport.State.DONE
    draft.save(update_fields=["state"])
    told = {"file": draft.name, "changes": draft.changes}
    note(act="roster.imported", object=f"roster:{draft.pk}", detail=told)
    return passwords


@transaction.atomic
def undo_import(*, import_id: int, on: date) -> None:
    """Take an import back: changed people are as before, new ones are closed."""
    done = RosterImport.objects.select_for_update().get(pk=import_id)
    if done.state != RosterImport.State.DONE:
        raise AccountRefused("只有已导入的可以撤销。")
    for change in done.changes:
        _check_unchanged(Entry(**change["after"]), change["after"]["account"])
    for change in done.changes:
        after, before = Entry(**change["after"]), change["before"]
        _apply(Entry(**before) if before else _closed(after), on)
    _keep_a_manager(leaving=[])
    done.state = RosterImport.State.UNDONE
    done.save(update_fields=["state"])
    note(act="roster.undone", object=f"roster:{done.pk}", detail={"file": done.name})


def tell(*, departments: Iterable[str], text: str, url: str, on: date) -> None:
    """Leave a notice with each department."""
    Notice.objects.bulk_create(
        Notice(department_id=department, text=text, url=url, on=on) for department in departments
    )


def read_notices(*, person: Person, at: datetime) -> None:
    """Tick the notices of the person's department as read."""
    if person.department:
        person.department.notices.filter(read_at=None).update(read_at=at)


def _named(person: Person) -> str:
    """Return how the audit chain names a person."""
    return f"person:{person.account}"


def _check_unchanged(expected: Entry | None, account: str) -> None:
    person = Person.objects.select_for_update().filter(account=account).first()
    if (entry_of(person) if person else None) != expected:
        raise AccountRefused(f"“{account}”在核对之后被别人改动过；请重新上传，再看一次差异。")


def _apply(entry: Entry, on: date) -> str:
    """Make a person what the row says; return the one-time password of a new one."""
    person = Person.objects.filter(account=entry.account).first()
    department = Department.objects.filter(pk=entry.department).first()
    if person is None:
        _, password = add_person(
            account=entry.account,
            name=entry.name,
            role=entry.role,
            department=department,
            post=entry.post,
            on=on,
        )
        return password
    is_moved = (person.department_id or "", person.post) != (entry.department, entry.post)
    person.name, person.role, person.is_active = entry.name, entry.role, entry.is_active
    person.department, person.post = department, entry.post
    person.version += 1
    person.save()
    if is_moved:
        person.postings.filter(until_on=None).update(until_on=on)
        Posting.objects.create(person=person, department=department, post=entry.post, from_on=on)
    return ""


def _closed(entry: Entry) -> Entry:
    return Entry(**asdict(entry) | {"is_active": False})


def _manages(role: str) -> bool:
    return Permission.MANAGE_PEOPLE in ROLES[role].permissions


def _keep_a_manager(leaving: Sequence[int]) -> None:
    managing = [role for role in ROLES if _manages(role)]
    left = Person.objects.filter(is_active=True, role__in=managing).exclude(pk__in=leaving)
    if not left.exists():
        raise AccountRefused("这是最后一位系统管理员，不能停用或改任；请先指定另一位。")


def _tell(payload: dict[str, Any]) -> None:
    tell(**payload | {"on": date.fromisoformat(payload["on"])})


JOBS = {"org.tell": _tell}
