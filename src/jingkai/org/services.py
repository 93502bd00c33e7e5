"""Bring the zone's people in, keep their accounts, tell departments things."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from difflib import get_close_matches
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from axes.utils import reset as unlock
from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from jingkai.audit.services import note
from jingkai.jobs.services import promise
from jingkai.kernel.words import Words, in_a_row, named
from jingkai.kernel.zone import Zone
from jingkai.org.models import (
    Delegation,
    Department,
    GrantRequest,
    Notice,
    Person,
    Posting,
)
from jingkai.org.passwords import find_faults, keep_password, list_idle
from jingkai.org.queries import entry_of, get_roster, get_units, is_second_needed, notices_of
from jingkai.org.roster import Entry
from jingkai.org.rules import ADMIN_DUTIES, ROLES, Scope, is_head_post
from jingkai.org.second import (
    SecondFactorRefused,
    check_second_factor,
    confirm_second_factor,
    find_second_factor,
    renew_backup_codes,
    reseal_phones,
    reset_second_factor,
)
from jingkai.org.units import Unit, find_unit_faults
from jingkai.org.years import (
    YearClosed,
    YearRefused,
    check_year_open,
    close_year,
    reopen_year,
    switch_year,
)

__all__ = [
    "JOBS",
    "AccountRefused",
    "SecondFactorRefused",
    "UnknownRole",
    "WrongPassword",
    "YearClosed",
    "YearRefused",
    "add_person",
    "change_password",
    "check_second_factor",
    "check_year_open",
    "close_year",
    "confirm_second_factor",
    "decide_grant",
    "delegate",
    "move_person",
    "open_departments",
    "read_notices",
    "renew_backup_codes",
    "reopen_year",
    "rescue",
    "reseal_phones",
    "reset_password",
    "reset_second_factor",
    "set_active",
    "stop_idle_accounts",
    "switch_year",
    "tell",
    "tell_people",
    "undo_departments",
    "undo_roster",
    "withdraw_delegation",
    "write_departments",
    "write_roster",
]


class UnknownRole(ValueError):
    """A role that the product does not have."""


class AccountRefused(ValueError):
    """A change of an account that cannot be made like this."""


class WrongPassword(AccountRefused):
    """The password that somebody has now is another."""


@transaction.atomic
def open_departments(zone: Zone) -> None:
    """Write the departments that the zone package lists; those already there are renamed.

    A department that a table changed since stays as the table says.
    """
    own = set(Department.objects.filter(is_from_package=False).values_list("pk", flat=True))
    entries = [one for one in zone.departments if one.id not in own]
    for order, entry in enumerate(zone.departments):
        if entry.id in own:
            continue
        Department.objects.update_or_create(
            id=entry.id,
            defaults={
                "name": entry.name,
                "english": entry.english,
                "leader": entry.leader,
                "order": order,
            },
        )
    for entry in entries:
        Department.objects.filter(id=entry.id).update(parent_id=entry.parent or None)


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
        raise UnknownRole(
            Words("没有“%(role)s”这个角色；可用的角色：%(names)s。", role=role, names=list(ROLES))
        )
    _check_post(department.pk if department else None, post, account)
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
    person.password_on = person.opened_on = timezone.localdate()
    person.save()
    if on:
        Posting.objects.create(person=person, department=department, post=post, from_on=on)
    note(act="person.added", object=_named(person), detail={"after": asdict(entry_of(person))})
    return person, password


@transaction.atomic
def change_password(*, person: Person, old: str, new: str) -> None:
    """Change one's own password."""
    if not person.check_password(old):
        raise WrongPassword(Words("原密码不对。忘记了请找系统管理员重置。"))
    if old == new:
        raise AccountRefused(Words("新密码不能和原密码相同。"))
    if faults := find_faults(person, new):
        raise AccountRefused(in_a_row(faults))
    keep_password(person, new)
    person.must_change_password = False
    person.save(update_fields=["password", "password_on", "must_change_password"])
    note(act="password.changed", object=_named(person))


@transaction.atomic
def reset_password(*, person_id: int) -> tuple[Person, str]:
    """Give a person who forgot it a new one-time password."""
    person = Person.objects.select_for_update().get(pk=person_id)
    password = token_urlsafe(12)
    keep_password(person, password)
    person.must_change_password = True
    person.save(update_fields=["password", "password_on", "must_change_password"])
    note(act="password.reset", object=_named(person))
    return person, password


@transaction.atomic
def rescue(*, account: str, on: date) -> tuple[Person, str]:
    """Let somebody in again whom nobody else can let in; return them and a one-time password.

    It is done at the server only, by whoever may read its database anyway: a lone security
    administrator who lost the phone, a last administrator whose account was stopped or locked.
    """
    person = Person.objects.select_for_update().filter(account=account).first()
    if person is None:
        near = get_close_matches(account, _accounts(), n=3, cutoff=0.5)
        said = Words("没有账号“%(account)s”。", account=account)
        hint = [Words("最接近的：%(near)s。", near=near)] if near else []
        raise AccountRefused(in_a_row([said, *hint]))
    before = {"is_active": person.is_active, "second_factor": bool(find_second_factor(person))}
    if not person.is_active:
        person = set_active(person_id=person.pk, is_active=True, by=person, on=on)
    if before["second_factor"]:
        reset_second_factor(person_id=person.pk, by=None)
    person, password = reset_password(person_id=person.pk)
    unlock(username=account)
    note(act="person.rescued", object=_named(person), detail={"before": before, "on": on})
    return person, password


def _accounts() -> list[str]:
    return list(Person.objects.values_list("account", flat=True))


@transaction.atomic
def set_active(*, person_id: int, is_active: bool, by: Person, on: date) -> Person:
    """Close an account, or open it again; somebody must be left who manages people."""
    person = Person.objects.select_for_update().get(pk=person_id)
    if not is_active:
        if person.pk == by.pk:
            raise AccountRefused(Words("不能停用自己的账号，请由另一位系统管理员操作。"))
        _keep_administrators(leaving=person)
        person.postings.filter(until_on=None).update(until_on=on)
    before = {"is_active": person.is_active}
    person.is_active = is_active
    person.version += 1
    if is_active:
        person.opened_on = timezone.localdate()
    person.save(update_fields=["is_active", "opened_on", "version"])
    if is_active:
        Posting.objects.get_or_create(
            person=person,
            until_on=None,
            defaults={"department": person.department, "post": person.post, "from_on": on},
        )
    act = "person.reopened" if is_active else "person.closed"
    detail = {"before": before, "after": {"is_active": is_active}, "by": by.account, "on": on}
    note(act=act, object=_named(person), detail=detail)
    return person


@transaction.atomic
def stop_idle_accounts(*, today: date) -> list[Person]:
    """Stop every account that nobody uses; the post stays, and somebody must manage people."""
    if settings.IS_DEMO:
        return []
    stopped = []
    for person in list_idle(today):
        try:
            _keep_administrators(leaving=person)
        except AccountRefused:
            continue
        person.is_active = False
        person.version += 1
        person.save(update_fields=["is_active", "version"])
        note(act="person.idle", object=_named(person))
        stopped.append(person)
    return stopped


@transaction.atomic
def move_person(
    *,
    person_id: int,
    department: str | None,
    post: str,
    role: str,
    on: date,
    version: int,
    scope: str = "",
    chosen: Sequence[str] = (),
    by: Person | None = None,
) -> Person:
    """Move a person to a department, post and role from a day on; the old posting ends there.

    A sensitive right is asked for, and holds when a security administrator has approved it.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    if person.version != version:
        raise AccountRefused(Words("这个人的信息刚被别人改动过，请核对后再保存。"))
    if role not in ROLES:
        raise UnknownRole(
            Words("没有“%(role)s”这个角色；可用的角色：%(names)s。", role=role, names=list(ROLES))
        )
    if scope and scope not in set(Scope):
        raise AccountRefused(
            Words(
                "没有“%(scope)s”这个数据范围；可用的：%(names)s。", scope=scope, names=list(Scope)
            )
        )
    if scope == Scope.CHOSEN and not chosen:
        raise AccountRefused(Words("数据范围选了“自定”，请至少勾选一个部门。"))
    if by is not None and by.pk == person.pk and (role, scope) != (person.role, person.scope):
        raise AccountRefused(Words("不能给自己改角色或数据范围，请由另一位系统管理员操作。"))
    if role != person.role:
        _keep_administrators(leaving=person)
    _check_post(department, post, person.account)
    before = asdict(entry_of(person)) | {"scope": person.scope}
    held = person.postings.filter(until_on=None).first()
    if held and on < held.from_on:
        raise AccountRefused(
            Words("调动日期 %(on)s 早于现任职的起始日 %(from_on)s。", on=on, from_on=held.from_on)
        )
    if held:
        held.until_on = on
        held.save(update_fields=["until_on"])
    person.department_id, person.post = department, post
    if (role, scope) != (person.role, person.scope) and is_second_needed(role, scope):
        _ask_for(person, role, scope, by, on)
    else:
        person.role, person.scope = role, scope
    person.version += 1
    person.save(update_fields=["department_id", "post", "role", "scope", "version"])
    wanted = chosen if scope == Scope.CHOSEN else []
    person.chosen.set(Department.objects.filter(pk__in=wanted))
    Posting.objects.create(person=person, department_id=department, post=post, from_on=on)
    after = asdict(entry_of(person)) | {"scope": person.scope}
    changed = {"before": before, "after": after, "on": on}
    note(act="person.moved", object=_named(person), detail=changed)
    return person


def _ask_for(person: Person, role: str, scope: str, by: Person | None, on: date) -> None:
    if by is None:
        raise AccountRefused(Words("敏感授权要由系统管理员申请、安全管理员批准。"))
    if person.requests.filter(state=GrantRequest.State.OPEN).exists():
        raise AccountRefused(
            Words("%(person)s已有一项待批准的授权申请；请等安全管理员决定。", person=person.name)
        )
    GrantRequest.objects.create(person=person, role=role, scope=scope, asked_by=by, asked_on=on)
    note(act="grant.asked", object=_named(person), detail={"role": role, "scope": scope})


@transaction.atomic
def decide_grant(*, request_id: int, is_approved: bool, by: Person, on: date) -> GrantRequest:
    """Approve or refuse a sensitive right that somebody else asked for."""
    asked = GrantRequest.objects.select_for_update(of=("self",)).get(pk=request_id)
    person = Person.objects.select_for_update().get(pk=asked.person_id)
    if asked.state != GrantRequest.State.OPEN:
        raise AccountRefused(Words("这项申请已经有人决定过了。"))
    if by.pk == asked.asked_by_id:
        raise AccountRefused(Words("申请人不能批准自己的申请（双人授权）。"))
    if by.pk == asked.person_id:
        raise AccountRefused(Words("不能批准给自己的授权，请由另一位安全管理员决定。"))
    before = {"role": person.role, "scope": person.scope}
    if is_approved:
        if asked.role != person.role:
            _keep_administrators(leaving=person)
        person.role, person.scope = asked.role, asked.scope
        person.version += 1
        person.save(update_fields=["role", "scope", "version"])
    asked.state = GrantRequest.State.APPROVED if is_approved else GrantRequest.State.REFUSED
    asked.decided_by, asked.decided_on = by, on
    asked.save(update_fields=["state", "decided_by", "decided_on"])
    act = "grant.approved" if is_approved else "grant.refused"
    wanted = {"role": asked.role, "scope": asked.scope}
    note(act=act, object=_named(person), detail={"before": before, "asked": wanted})
    return asked


@transaction.atomic
def delegate(
    *, giver: Person, taker_id: int, from_on: date, until_on: date, reason: str, today: date
) -> Delegation:
    """Let a colleague act in one's place from one day to another."""
    taker = Person.objects.filter(pk=taker_id, is_active=True).first()
    if taker is None or taker.pk == giver.pk:
        raise AccountRefused(Words("请选一位在用的同事代办。"))
    if ROLES[giver.role].is_admin:
        raise AccountRefused(
            Words("%(role)s的职责不能授出（三员分立）。", role=Words(ROLES[giver.role].name))
        )
    if ROLES[taker.role].is_admin:
        raise AccountRefused(
            Words("%(role)s的职责不能代办（三员分立）。", role=Words(ROLES[taker.role].name))
        )
    if not ROLES[giver.role].permissions or not ROLES[taker.role].permissions:
        raise AccountRefused(Words("企业用户不能授权代办。"))
    if until_on < from_on:
        raise AccountRefused(
            Words("止日 %(until_on)s 早于起日 %(from_on)s。", until_on=until_on, from_on=from_on)
        )
    if until_on < today:
        raise AccountRefused(
            Words(
                "止日 %(until_on)s 已过（今天是 %(today)s），授权不会生效；请改止日。",
                until_on=until_on,
                today=today,
            )
        )
    if (until_on - from_on).days > _LONGEST_DELEGATION:
        raise AccountRefused(
            Words(
                "一次授权最长 %(days)s 天；更长请调整角色。",
                days=_LONGEST_DELEGATION,
            )
        )
    made = Delegation.objects.create(
        giver=giver, taker=taker, from_on=from_on, until_on=until_on, reason=reason[:200]
    )
    told = {"to": taker.account, "from": from_on, "until": until_on, "reason": reason}
    note(act="delegation.given", object=_named(giver), detail=told)
    return made


_LONGEST_DELEGATION = 92


@transaction.atomic
def withdraw_delegation(*, delegation_id: int, by: Person, on: date) -> None:
    """Take back what one lent; it has no effect from this day on."""
    found = Delegation.objects.select_for_update().filter(pk=delegation_id, giver=by).first()
    if found is None or found.withdrawn_on:
        raise AccountRefused(Words("这项授权不在，或已收回。"))
    found.withdrawn_on = on
    found.save(update_fields=["withdrawn_on"])
    note(act="delegation.withdrawn", object=_named(by), detail={"to": found.taker.account})


@transaction.atomic
def write_roster(*, entries: Sequence[Entry], on: date) -> list[tuple[str, str, str]]:
    """Make people what the rows say, in one go; return (account, name, password) of new ones."""
    standing = _standing_duties()
    known = get_roster(lock=True)
    passwords = []
    for entry in entries:
        if password := _apply(entry, on):
            passwords.append((entry.account, entry.name, password))
    _keep_duties(standing)
    changes = [
        {
            "before": asdict(known[one.account]) if one.account in known else None,
            "after": asdict(one),
        }
        for one in entries
    ]
    note(act="roster.imported", object="roster", detail={"changes": changes})
    return passwords


@transaction.atomic
def undo_roster(*, before: Sequence[Entry], added: Sequence[Entry], on: date) -> None:
    """Take rows back: changed people are as before, new ones are closed."""
    standing = _standing_duties()
    for entry in [*before, *map(_closed, added)]:
        _apply(entry, on)
    _keep_duties(standing)
    accounts = [one.account for one in [*before, *added]]
    note(act="roster.undone", object="roster", detail={"accounts": accounts})


@transaction.atomic
def write_departments(*, units: Sequence[Unit], by: str, on: date) -> None:
    """Make departments what the rows say, in one go; new ones come after those that are here."""
    known = get_units(lock=True)
    last = Department.objects.order_by("-order").first()
    order = last.order + 1 if last else 0
    _free_names(units)
    for place, unit in enumerate(units):
        told: dict[str, object] = {"name": unit.name, "english": unit.english, "kind": unit.kind}
        told |= {"leader": unit.leader, "is_from_package": False}
        first = told | {"order": order + place}
        Department.objects.update_or_create(id=unit.code, defaults=told, create_defaults=first)
    _set_parents(units)
    changes = [
        {"before": asdict(known[one.code]) if one.code in known else None, "after": asdict(one)}
        for one in units
    ]
    note(act="departments.imported", object="departments", detail={"changes": changes, "by": by})


@transaction.atomic
def undo_departments(*, before: Sequence[Unit], added: Sequence[str], by: str, on: date) -> None:
    """Take rows back: changed departments are as before, new ones go; one in use stays."""
    _free_names(before)
    for unit in before:
        told: dict[str, object] = {"name": unit.name, "english": unit.english, "kind": unit.kind}
        Department.objects.filter(pk=unit.code).update(leader=unit.leader, **told)
    _set_parents(before)
    for department in Department.objects.filter(pk__in=added):
        try:
            with transaction.atomic():
                Department.objects.filter(parent_id__in=added).update(parent=None)
                department.delete()
        except ProtectedError:
            raise AccountRefused(
                Words(
                    "“%(department)s”已有人员、项目或计划条目，不能撤销；请先把它们调到别的部门。",
                    department=named(department),
                )
            ) from None
    codes = [*(one.code for one in before), *added]
    note(act="departments.undone", object="departments", detail={"codes": codes, "by": by})


def _free_names(units: Sequence[Unit]) -> None:
    """Let departments exchange their names: each is unique at every moment."""
    for unit in units:
        Department.objects.filter(pk=unit.code).exclude(name=unit.name).update(name=f"~{unit.code}")


def _set_parents(units: Sequence[Unit]) -> None:
    codes = dict(Department.objects.values_list("name", "pk"))
    for unit in units:
        if unit.parent and unit.parent not in codes:
            raise AccountRefused(
                Words(
                    "没有“%(parent)s”这个部门，不能作“%(unit)s”的上级。",
                    parent=unit.parent,
                    unit=unit.name,
                )
            )
        Department.objects.filter(pk=unit.code).update(parent=codes.get(unit.parent))
    rows = [(0, one) for one in get_units().values()]
    if faults := find_unit_faults(rows, {}):
        raise AccountRefused(faults[0].what)


def tell(
    *, departments: Iterable[str], text: Words, url: str, on: date, is_red: bool = False
) -> None:
    """Leave a notice with each department; what turned red also goes out by mail at once."""
    departments = list(departments)
    if is_red:
        told = {"departments": departments, "words": text.plain(), "url": url}
        promise(kind="mail.red", key=f"mail.red:{uuid4().hex}", payload=told, now=timezone.now())
    said = {"text": str(text)[:300], "words": text.plain(), "url": url, "on": on}
    Notice.objects.bulk_create(Notice(department_id=one, **said) for one in departments)


def tell_people(*, people: Iterable[Person], text: Words, url: str, on: date) -> None:
    """Leave a notice with each of these people, for them alone."""
    said = {"text": str(text)[:300], "words": text.plain(), "url": url, "on": on}
    Notice.objects.bulk_create(Notice(person=one, **said) for one in people)


def read_notices(*, person: Person, at: datetime) -> None:
    """Tick the notices of a person and of their department as read."""
    notices_of(person).filter(read_at=None).update(read_at=at)


def _named(person: Person) -> str:
    """Return how the audit chain names a person."""
    return f"person:{person.account}"


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


def _check_post(department: str | None, post: str, account: str) -> None:
    if not department or not is_head_post(post):
        return
    others = Person.objects.filter(department=department, post=post, is_active=True)
    if other := others.exclude(account=account).first():
        raise AccountRefused(
            Words(
                "“%(post)s”已由%(other)s（%(account)s）担任，一个部门只有一位；"
                "请先调走或停用前任，或改为副职。",
                post=post,
                other=other.name,
                account=other.account,
            )
        )


def _keep_administrators(leaving: Person) -> None:
    """Refuse to lose the last system, security or audit administrator."""
    if not leaving.is_active:
        return
    for name, duty in ADMIN_DUTIES.items():
        holding = [role.id for role in ROLES.values() if role.permissions & duty]
        left = Person.objects.filter(is_active=True, role__in=holding).exclude(pk=leaving.pk)
        if leaving.role in holding and not left.exists():
            raise AccountRefused(
                Words(
                    "这是最后一位%(role)s，不能停用或改任；请先指定另一位。",
                    role=Words(f"{name}员"),
                )
            )


def _standing_duties() -> set[str]:
    """Return which of the three administrators' duties somebody in use holds."""
    roles = set(Person.objects.filter(is_active=True).values_list("role", flat=True))
    return {
        name
        for name, duty in ADMIN_DUTIES.items()
        if any(ROLES[role].permissions & duty for role in roles)
    }


def _keep_duties(standing: set[str]) -> None:
    """Refuse a roster that takes the last administrator of a kind away."""
    for name in sorted(standing - _standing_duties()):
        raise AccountRefused(
            Words(
                "这会去掉最后一位%(role)s，不能停用或改任；请先指定另一位。",
                role=Words(f"{name}员"),
            )
        )


def _tell(payload: dict[str, Any]) -> None:
    tell(
        departments=payload["departments"],
        text=Words.of(payload.get("words", payload)),
        url=payload["url"],
        on=date.fromisoformat(payload["on"]),
    )


def _stop_idle(payload: dict[str, Any]) -> None:
    stop_idle_accounts(today=timezone.localdate())


JOBS = {"org.tell": _tell, "org.stop_idle": _stop_idle}
