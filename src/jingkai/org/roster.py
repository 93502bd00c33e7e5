"""The roster of people: one row for each account, and what a table of rows must not give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingkai.kernel.words import Words
from jingkai.org.rules import ADMIN_DUTIES, ROLES, Permission, is_head_post

__all__ = ["Entry", "Problem", "find_conflicts"]


@dataclass(frozen=True)
class Entry:
    """One person as the roster says: department by id, role by id."""

    account: str
    name: str
    department: str
    post: str
    role: str
    is_active: bool


@dataclass(frozen=True)
class Problem:
    """What is wrong in a row (from 0) of the table, at a field of its entry, and the fix."""

    row: int
    field: str
    what: Words


def find_conflicts(
    rows: Sequence[tuple[int, Entry]], current: Mapping[str, Entry]
) -> list[Problem]:
    """Return where a table, put over those who are here, gives a right or a post it must not.

    A department has one head; a sensitive role is granted by two persons, never by a table; of
    each administrator's duty somebody is left.
    """
    place = {entry.account: number for number, entry in rows}
    problems = []
    for number, entry in rows:
        before = current.get(entry.account)
        is_plain = entry.account.isascii() and entry.account.replace("-", "").isalnum()
        if before is None and not is_plain:
            what = Words("账号“%(account)s”只能用英文字母、数字和短横线。", account=entry.account)
            problems.append(Problem(number, "account", what))
        if ROLES[entry.role].is_admin and (before is None or before.role != entry.role):
            what = Words(
                "“%(role)s”不能用花名册授予；请在人员页申请，由安全管理员批准。",
                role=Words(ROLES[entry.role].name),
            )
            problems.append(Problem(number, "role", what))
    heads: dict[tuple[str, str], Entry] = {}
    after = dict(current) | {entry.account: entry for _, entry in rows}
    for name, duty in ADMIN_DUTIES.items():
        leaving = [one for one in current.values() if _holds(one, duty)]
        if not leaving or any(_holds(one, duty) for one in after.values()):
            continue
        last = next(after[one.account] for one in leaving if one.account in place)
        field = "role" if last.is_active else "is_active"
        what = Words(
            "%(person)s是最后一位%(role)s，不能停用或改任；请先在人员页指定另一位。",
            person=last.name,
            role=Words(f"{name}员"),
        )
        problems.append(Problem(place[last.account], field, what))
    for one in after.values():
        if not (one.is_active and one.department and is_head_post(one.post)):
            continue
        first = heads.setdefault((one.department, one.post), one)
        if first is not one and (one.account in place or first.account in place):
            row = place[one.account if one.account in place else first.account]
            other = first if one.account in place else one
            told = {"post": one.post, "other": other.name, "account": other.account}
            if other.account in place:
                what = Words(
                    "“%(post)s”和第 %(row)s 行的%(other)s（%(account)s）重复，一个部门只有一位；"
                    "请把前任标为停用或改为副职。",
                    row=place[other.account] + 1,
                    **told,
                )
            else:
                what = Words(
                    "“%(post)s”和现任%(other)s（%(account)s）重复，一个部门只有一位；"
                    "请把前任标为停用或改为副职。",
                    **told,
                )
            problems.append(Problem(row, "post", what))
    return problems


def _holds(one: Entry, duty: frozenset[Permission]) -> bool:
    return one.is_active and bool(ROLES[one.role].permissions & duty)
