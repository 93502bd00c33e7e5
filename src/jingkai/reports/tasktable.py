"""任务分解表 as a sheet: its columns, its rows, and what an edited one would change."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from jingkai.kernel.refusals import what_there_is
from jingkai.kernel.units import UNITS, get_unit, round_half_up
from jingkai.kernel.words import Words
from jingkai.plan.rules import join_path, path_fault, split_path

__all__ = [
    "DECISIONS",
    "FIELDS",
    "HEADS",
    "KINDS",
    "SIGNS",
    "Problem",
    "RowChange",
    "Sheet",
    "TableRow",
    "as_plain",
    "cells_of",
    "compare_table",
    "from_plain",
    "read_table",
    "table_keys",
    "version_code",
]

KINDS = {"target": "目标", "project": "项目", "task": "任务"}
DECISIONS = {"open": "待确认", "accepted": "已接受", "dropped": "已舍弃"}
SIGNS = {">=": "不低于", ">": "超过", "=": "等于", "~": "约", "<=": "不超过", "<": "低于"}
# Head of each column and the field of the row under it; the last, hidden one tells rows apart.
FIELDS = {
    "序号": "number",
    "重点工作": "text",
    "责任领导": "leader",
    "责任单位": "lead",
    "完成时限": "due_on",
    "配合单位": "support",
    "重点任务": "theme",
    "类别": "kind",
    "指标或项目": "name",
    "比较": "op",
    "数值": "value",
    "单位": "unit",
    "原句": "source",
    "决定": "decision",
}
HEADS = tuple(FIELDS)
_FORM = "jingkai-tasks-2"
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00:00)?")


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One row of the table: departments by id, the number in base units."""

    text: str
    theme: str = ""
    leader: str = ""
    lead: str = ""
    due_on: date
    support: tuple[str, ...] = ()
    kind: str = "task"
    name: str = ""
    op: str = ""
    value: Decimal | None = None
    unit: str = ""
    source: str = ""
    decision: str = "open"


@dataclass(frozen=True)
class Problem:
    """What is wrong at a cell (row and column from 0), and the fix."""

    row: int
    column: int
    what: Words


@dataclass(frozen=True)
class Sheet:
    """A table as it came back: (row of the sheet, key and version, what it says), or problems."""

    rows: list[tuple[int, tuple[str, int], TableRow]]
    problems: list[Problem]


@dataclass(frozen=True)
class RowChange:
    """One row that is added, changed or removed; `cells` are (column, head, before, after).

    A stale row was changed by somebody else after the sheet was handed out.
    """

    verdict: str
    row: int | None
    key: str
    before: TableRow | None
    after: TableRow | None
    cells: tuple[tuple[int, str, str, str], ...] = ()
    is_stale: bool = False


def version_code(sha256: str) -> str:
    """Return the code that ties a sheet to the text it was made from."""
    return f"{_FORM}:{sha256[:12]}"


def table_keys(places: Sequence[tuple[str, int, int]]) -> list[str]:
    """Return a key for each row: its kind and place in the text, counted where several share it."""
    counted: Counter[tuple[str, int, int]] = Counter()
    keys = []
    for place in places:
        counted[place] += 1
        keys.append(":".join(map(str, (*place, counted[place]))))
    return keys


def cells_of(number: int, row: TableRow, departments: Mapping[str, str]) -> list[str]:
    """Return a row as the sheet shows it; `departments` maps ids to names."""
    value = ""
    if row.value is not None:
        exact = round_half_up(get_unit(row.unit).from_base(row.value), 6)
        value = f"{exact:f}".rstrip("0").rstrip(".") if exact % 1 else f"{exact:.0f}"
    return [
        str(number),
        row.text,
        row.leader,
        departments.get(row.lead, row.lead),
        row.due_on.isoformat(),
        "、".join(departments.get(one, one) for one in row.support),
        row.theme,
        KINDS[row.kind],
        row.name,
        SIGNS.get(row.op, ""),
        value,
        row.unit,
        row.source,
        DECISIONS[row.decision],
    ]


def read_table(rows: Sequence[Sequence[str]], departments: Mapping[str, str], sha256: str) -> Sheet:
    """Read a sheet that came back; `departments` maps ids to names. Every problem is returned."""
    width = len(HEADS) + 1
    head = tuple(_padded(rows[0], width)) if rows else ()
    if head[: len(HEADS)] != HEADS:
        heads = [Words(one) for one in HEADS]
        what = Words("第一行应为表头：%(heads)s。请用下载的任务分解表，不要改表头。", heads=heads)
        return Sheet([], [Problem(0, 0, what)])
    if head[-1] != version_code(sha256):
        what = Words("这张表是另一份报告的，或隐藏的编号列被删掉了。请在本页重新下载后再改。")
        return Sheet([], [Problem(0, len(HEADS), what)])
    found: list[tuple[int, tuple[str, int], TableRow]] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, cells in enumerate(rows[1:], start=1):
        padded = _padded(cells, width)
        if not any(padded[1 : len(HEADS)]):
            continue
        reader = _Row(number, padded, {name: key for key, name in departments.items()})
        row = reader.read()
        problems += reader.problems
        key, _, version = padded[-1].partition("@")
        if key in seen:
            key = ""  # a copied row is a new one
        seen.add(key)
        if row is not None:
            found.append((number, (key, int(version) if version.isdecimal() else 0), row))
    return Sheet(found, problems)


def compare_table(
    sheet: Sheet,
    current: Mapping[str, TableRow],
    departments: Mapping[str, str],
    versions: Mapping[str, int],
) -> tuple[list[RowChange], int]:
    """Return what a sheet adds, changes and removes, and how many rows it leaves as they are."""
    changes: list[RowChange] = []
    unchanged = 0
    kept = {key for _, (key, _), _ in sheet.rows}
    for number, (key, version), row in sheet.rows:
        before = current.get(key)
        if before is None:
            changes.append(RowChange("added", number, "", None, row))
        elif cells := tuple(_differing(before, row, departments)):
            # Only what was edited is taken: a number that was shown stays as exact as it is.
            heads = {head for _, head, _, _ in cells}
            taken = {FIELDS[head]: getattr(row, FIELDS[head]) for head in heads}
            if "单位" in heads:
                taken["value"] = row.value
            after = replace(before, **taken)
            is_stale = version not in (0, versions[key])
            changes.append(RowChange("changed", number, key, before, after, cells, is_stale))
        else:
            unchanged += 1
    for key, before in current.items():
        if key not in kept and before.decision != "dropped":
            changes.append(RowChange("removed", None, key, before, None))
    return changes, unchanged


def _differing(
    before: TableRow, after: TableRow, departments: Mapping[str, str]
) -> Iterable[tuple[int, str, str, str]]:
    old, new = cells_of(0, before, departments), cells_of(0, after, departments)
    for column, head in enumerate(HEADS):
        if old[column] != new[column]:
            yield column, head, old[column], new[column]


class _Row:
    """One row being read: every cell says what is wrong with it."""

    def __init__(self, number: int, cells: Sequence[str], departments: Mapping[str, str]) -> None:
        self.number, self.departments = number, departments
        self.cells = dict(zip(HEADS, cells, strict=False))
        self.problems: list[Problem] = []

    def read(self) -> TableRow | None:
        kind = self._choice("类别", KINDS, "task")
        lead, *more = self._departments("责任单位") or [""]
        support = [one for one in [*more, *self._departments("配合单位")] if one != lead]
        row: dict[str, Any] = {
            "text": self._text("重点工作", 400, is_required=True),
            "theme": self._theme(),
            "leader": self._text("责任领导", 40),
            "lead": lead,
            "due_on": self._day(),
            "support": tuple(dict.fromkeys(support)),
            "kind": kind,
            "name": self._text("指标或项目", 100, is_required=kind != "task"),
            "source": self.cells["原句"],
            "decision": self._choice("决定", DECISIONS, "open"),
        }
        if kind == "target":
            row["op"] = self._choice("比较", SIGNS, "=")
            row["unit"] = self._unit()
            row["value"] = self._value(row["unit"])
        elif self.cells["数值"]:
            self._note(
                "数值",
                Words(
                    "只有目标有数值，这一行是%(kind)s。请清空，或改类别。",
                    kind=Words(KINDS.get(kind, "任务")),
                ),
            )
        return TableRow(**row) if not self.problems else None

    def _note(self, head: str, what: Words) -> None:
        self.problems.append(Problem(self.number, HEADS.index(head), what))

    def _text(self, head: str, longest: int, *, is_required: bool = False) -> str:
        said = self.cells[head]
        if is_required and not said:
            self._note(head, Words("缺“%(head)s”。请填写，或删去整行。", head=Words(head)))
        if len(said) > longest:
            self._note(
                head,
                Words(
                    "“%(head)s”有 %(count)s 字，最多 %(most)s 字。请删短，或拆成两行。",
                    head=Words(head),
                    count=len(said),
                    most=longest,
                ),
            )
        return said

    def _theme(self) -> str:
        if fault := path_fault(self.cells["重点任务"]):
            self._note("重点任务", fault)
        return join_path(split_path(self.cells["重点任务"]))

    def _choice(self, head: str, words: Mapping[str, str], empty: str) -> str:
        said = self.cells[head]
        if not said:
            return empty
        for key, word in words.items():
            if said in (word, key):
                return key
        hint = what_there_is(said, map(Words, words.values()), Words("可用的"))
        self._note(
            head,
            Words("“%(head)s”没有“%(said)s”；%(hint)s", head=Words(head), said=said, hint=hint),
        )
        return empty

    def _departments(self, head: str) -> list[str]:
        names = [one for one in re.split(r"[、，,；;\s]+", self.cells[head]) if one]
        for name in names:
            if name not in self.departments:
                hint = what_there_is(name, self.departments, Words("可用的部门"))
                self._note(head, Words("没有“%(name)s”这个部门；%(hint)s", name=name, hint=hint))
        return [self.departments[name] for name in names if name in self.departments]

    def _day(self) -> date:
        said = _DAY.fullmatch(self.cells["完成时限"])
        try:
            if said:
                return date(*map(int, said.groups()))
        except ValueError:
            pass
        self._note(
            "完成时限",
            Words("“%(said)s”不是日期。请写成 2021-12-31。", said=self.cells["完成时限"]),
        )
        return date.min

    def _unit(self) -> str:
        said = self.cells["单位"]
        if said not in UNITS:
            hint = what_there_is(said, UNITS, Words("可用的单位"))
            self._note("单位", Words("没有“%(said)s”这个单位；%(hint)s", said=said, hint=hint))
        return said

    def _value(self, unit: str) -> Decimal | None:
        said = self.cells["数值"].replace(",", "").replace("，", "")
        try:
            value = Decimal(said)
        except InvalidOperation:
            self._note(
                "数值",
                Words("“%(said)s”不是数。目标要有数值，如 24 或 5.5。", said=self.cells["数值"]),
            )
            return None
        if not value.is_finite() or abs(value) >= 10**15:
            self._note("数值", Words("“%(said)s”太大。请核对数值和单位。", said=self.cells["数值"]))
            return None
        return get_unit(unit).to_base(value) if unit in UNITS else None


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))][:width]


def as_plain(row: TableRow) -> dict[str, Any]:
    """Return a row as JSON keeps it."""
    plain = {one.name: getattr(row, one.name) for one in fields(row)}
    value = None if row.value is None else str(row.value)
    return plain | {"due_on": row.due_on.isoformat(), "support": list(row.support), "value": value}


def from_plain(plain: Mapping[str, Any], *, standing: TableRow | None = None) -> TableRow:
    """Return the row that JSON kept.

    What was kept by an earlier edition has fewer columns: the rest is as the `standing` row says.
    """
    value = None if plain["value"] is None else Decimal(plain["value"])
    due_on, support = date.fromisoformat(plain["due_on"]), tuple(plain["support"])
    said = {**plain, "due_on": due_on, "support": support, "value": value}
    return replace(standing, **said) if standing else TableRow(**said)
