"""Departments as rows of a table, and what a table of them must not say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingkai.org.roster import Problem

__all__ = ["UNIT_KINDS", "Unit", "find_unit_faults"]

UNIT_KINDS = {
    "office": "内设机构",
    "institution": "事业单位",
    "branch": "派驻机构",
    "company": "平台公司",
    "street": "镇街村社",
    "other": "其他",
}


@dataclass(frozen=True)
class Unit:
    """One department as the table says: its kind by id, the one above it by name."""

    code: str
    name: str
    english: str
    kind: str
    leader: str
    parent: str


def find_unit_faults(
    rows: Sequence[tuple[int, Unit]], current: Mapping[str, Unit]
) -> list[Problem]:
    """Return where a table, put over the departments that are here, cannot be."""
    after = dict(current) | {unit.code: unit for _, unit in rows}
    holders: dict[str, list[Unit]] = {}
    for unit in after.values():
        holders.setdefault(unit.name, []).append(unit)
    problems = []
    for number, unit in rows:
        is_plain = unit.code.isascii() and unit.code.replace("-", "").replace("_", "").isalnum()
        if unit.code not in current and not is_plain:
            what = f"代码“{unit.code}”只能用英文字母、数字、短横线和下划线。"
            problems.append(Problem(number, "code", what))
        other = next((one for one in holders[unit.name] if one.code != unit.code), None)
        if other is not None:
            what = f"名称“{unit.name}”已用于代码 {other.code}；一个名称只能有一个部门，请改其一。"
            problems.append(Problem(number, "name", what))
        if fault := _fault_of_parent(unit, holders):
            problems.append(Problem(number, "parent", fault))
    return problems


def _fault_of_parent(unit: Unit, holders: Mapping[str, Sequence[Unit]]) -> str:
    """Return what is wrong with the department above this one, and the fix; "" when it may be."""
    if not unit.parent:
        return ""
    if unit.parent == unit.name:
        return f"“{unit.name}”不能以自己为上级；没有上级的请留空。"
    line, above = [unit.name], unit.parent
    while above:
        if above not in holders:
            if len(line) > 1:
                return ""  # told at the row that names it
            return f"没有“{above}”这个部门；请先在这张表里加上它，或改成已有部门的名称。"
        if above in line:
            if above != unit.name:
                return ""  # a circle further up, told at its own rows
            circle = " → ".join([*line, above])
            return f"上级绕成了一圈：{circle}；请改掉其中一个上级，或留空。"
        line.append(above)
        above = holders[above][0].parent
    return ""
