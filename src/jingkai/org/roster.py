"""The roster of people as a sheet: what each row asks for, and what it would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingkai.org.rules import ROLES

__all__ = ["HEADS", "Change", "Entry", "Problem", "compare", "read_roster"]

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
    if role not in roles:
        found.append(Problem(number, 4, f"没有“{role}”这个角色；可用的：{'、'.join(roles)}。"))
    if active not in ("", "是", "否"):
        found.append(Problem(number, 5, f"“在用”填 是 或 否，收到的是“{active}”。"))
    return found


def _cells(entry: Entry) -> list[str]:
    active = "是" if entry.is_active else "否"
    return [entry.account, entry.name, entry.department, entry.post, entry.role, active]
