"""Departments as rows of a table, and what a table of them must not say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingkai.kernel.words import Words
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
            what = Words("代码“%(code)s”只能用英文字母、数字、短横线和下划线。", code=unit.code)
            problems.append(Problem(number, "code", what))
        other = next((one for one in holders[unit.name] if one.code != unit.code), None)
        if other is not None:
            what = Words(
                "名称“%(name)s”已用于代码 %(code)s；一个名称只能有一个部门，请改其一。",
                name=unit.name,
                code=other.code,
            )
            problems.append(Problem(number, "name", what))
        if fault := _fault_of_parent(unit, holders):
            problems.append(Problem(number, "parent", fault))
    return problems


def _fault_of_parent(unit: Unit, holders: Mapping[str, Sequence[Unit]]) -> Words | None:
    """Return what is wrong with the department above this one, and the fix; None when it may be."""
    if not unit.parent:
        return None
    if unit.parent == unit.name:
        return Words("“%(name)s”不能以自己为上级；没有上级的请留空。", name=unit.name)
    line, above = [unit.name], unit.parent
    while above:
        if above not in holders:
            if len(line) > 1:
                return None  # told at the row that names it
            return Words(
                "没有“%(name)s”这个部门；请先在这张表里加上它，或改成已有部门的名称。", name=above
            )
        if above in line:
            if above != unit.name:
                return None  # a circle further up, told at its own rows
            circle = " → ".join([*line, above])
            return Words("上级绕成了一圈：%(circle)s；请改掉其中一个上级，或留空。", circle=circle)
        line.append(above)
        above = holders[above][0].parent
    return None
