"""The roster of people as a sheet: what each row asks for, and what it would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingkai.org.rules import ROLES, is_head_post

__all__ = ["HEADS", "Change", "Entry", "Problem", "compare", "find_conflicts", "read_roster"]

HEADS = ("账号", "姓名", "部门", "职务", "角色", "在用")


@dataclass(frozen=True)
class Entry:
    """One person as the sheet wants them: department by id, role by id."""

    account: str
    name: str
    department: str
    post: str
    role: str
    is_active: bool


@dataclass(frozen=True)
class Problem:
    """What is wrong at a cell (row and column from 0), and the fix."""

    row: int
    column: int
    what: str


@dataclass(frozen=True)
class Change:
    """One person before and after; `before` is None for somebody new."""

    before: Entry | None
    after: Entry

    @property
    def differs(self) -> list[tuple[str, str, str]]:
        """Return (head, before, after) of what changes."""
        if self.before is None:
            return []
        pairs = zip(HEADS, _cells(self.before), _cells(self.after), strict=True)
        return [(head, old, new) for head, old, new in pairs if old != new]


def read_roster(
    rows: Sequence[Sequence[str]], departments: Mapping[str, str]
) -> tuple[list[Entry], list[Problem]]:
    """Read a sheet of people; `departments` maps names to ids. Every problem is returned."""
    if not rows or tuple(rows[0][: len(HEADS)]) != HEADS:
        return [], [Problem(0, 0, f"第一行应为表头：{'、'.join(HEADS)}。请用下载的模板。")]
    roles = {role.name: role.id for role in ROLES.values()}
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], start=1):
        row = [*cells, *[""] * (len(HEADS) - len(cells))]
        if not any(row):
            continue
        found = list(_row_problems(number, row, departments, roles, seen))
        problems += found
        seen.setdefault(row[0], number)
        if not found:
            entry = Entry(
                account=row[0],
                name=row[1],
                department=departments.get(row[2], ""),
                post=row[3],
                role=roles[row[4]],
                is_active=row[5] != "否",
            )
            entries.append(entry)
    return entries, problems


def find_conflicts(
    rows: Sequence[Sequence[str]], entries: Sequence[Entry], current: Mapping[str, Entry]
) -> list[Problem]:
    """Return where the sheet, put over those who are here, gives a right or a post it must not.

    A department has one head; a sensitive role is granted by two persons, never by a sheet.
    """
    place = {row[0]: number for number, row in enumerate(rows[1:], start=1) if row and row[0]}
    problems = []
    for entry in entries:
        before = current.get(entry.account)
        if ROLES[entry.role].is_admin and (before is None or before.role != entry.role):
            what = f"“{ROLES[entry.role].name}”不能用花名册授予；请在人员页申请，由安全管理员批准。"
            problems.append(Problem(place[entry.account], 4, what))
    heads: dict[tuple[str, str], Entry] = {}
    after = dict(current) | {entry.account: entry for entry in entries}
    for one in after.values():
        if not (one.is_active and one.department and is_head_post(one.post)):
            continue
        first = heads.setdefault((one.department, one.post), one)
        if first is not one and (one.account in place or first.account in place):
            row = place[one.account if one.account in place else first.account]
            other = first if one.account in place else one
            where = f"第 {place[other.account] + 1} 行的" if other.account in place else "现任"
            what = (
                f"“{one.post}”和{where}{other.name}（{other.account}）重复，一个部门只有一位；"
                "请把前任标为停用或改为副职。"
            )
            problems.append(Problem(row, 3, what))
    return problems


def compare(entries: Sequence[Entry], current: Mapping[str, Entry]) -> list[Change]:
    """Return what the sheet changes; those it leaves as they are do not appear."""
    changes = [Change(current.get(entry.account), entry) for entry in entries]
    return [change for change in changes if change.before != change.after]


def _row_problems(
    number: int,
    row: Sequence[str],
    departments: Mapping[str, str],
    roles: Mapping[str, str],
    seen: Mapping[str, int],
) -> list[Problem]:
    account, name, department, _, role, active = row[: len(HEADS)]
    found = []
    if not account.isascii() or not account.replace("-", "").isalnum():
        found.append(Problem(number, 0, f"账号“{account}”只能用英文字母、数字和短横线。"))
    elif account in seen:
        found.append(Problem(number, 0, f"账号“{account}”和第 {seen[account] + 1} 行重复。"))
    if not name:
        found.append(Problem(number, 1, "缺姓名。"))
    if department and department not in departments:
        known = "、".join(departments)
        found.append(Problem(number, 2, f"没有“{department}”这个部门；可用的：{known}。"))
    several = [one for one in role.replace("，", "、").split("、") if one]
    if len(several) > 1 and all(one in roles for one in several):
        what = f"一个账号只有一个角色，{'、'.join(several)}不能兼任；请分成 {len(several)} 个账号。"
        found.append(Problem(number, 4, what))
    elif role not in roles:
        found.append(Problem(number, 4, f"没有“{role}”这个角色；可用的：{'、'.join(roles)}。"))
    if active not in ("", "是", "否"):
        found.append(Problem(number, 5, f"“在用”填 是 或 否，收到的是“{active}”。"))
    return found


def _cells(entry: Entry) -> list[str]:
    active = "是" if entry.is_active else "否"
    return [entry.account, entry.name, entry.department, entry.post, entry.role, active]
