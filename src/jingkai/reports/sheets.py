"""The 任务分解表 as a workbook: drop-downs, prompts, a hidden column that knows its rows."""

from collections.abc import Mapping, Sequence

from jingkai.documents import TemplateColumn, write_template
from jingkai.kernel.units import UNITS
from jingkai.reports.tasktable import (
    DECISIONS,
    HEADS,
    KINDS,
    SIGNS,
    TableRow,
    cells_of,
    version_code,
)

__all__ = ["write_table"]

_WIDTHS = {"序号": 6, "重点任务": 24, "重点工作": 46, "配合单位": 24, "指标或项目": 24, "原句": 60}
_HELP = {
    "重点任务": "属于哪个重点任务；分级用“／”隔开，最多三级，如 聚焦产业兴盛／壮大集群",
    "重点工作": "要做的事，最多 400 字。增加一行表示新增，删去整行表示舍弃",
    "责任单位": "牵头单位，从下拉中选",
    "配合单位": "几个单位用顿号隔开",
    "完成时限": "写成 2021-12-31",
    "数值": "只有目标有数值；单位写在后面一列",
    "决定": "从下拉中选；只有“已接受”的进计划",
}


def write_table(
    rows: Sequence[tuple[int, TableRow, str]], *, departments: Mapping[str, str], sha256: str
) -> bytes:
    """Return the table (number, row, key) as a workbook; `departments` maps ids to names."""
    choices = {
        "责任单位": tuple(departments.values()),
        "类别": tuple(KINDS.values()),
        "比较": tuple(SIGNS.values()),
        "单位": tuple(UNITS),
        "决定": tuple(DECISIONS.values()),
    }
    columns = [
        TemplateColumn(head, _HELP.get(head, ""), choices.get(head, ()), width=_WIDTHS.get(head, 0))
        for head in HEADS
    ]
    columns.append(TemplateColumn(version_code(sha256), is_hidden=True))
    filled = [[*cells_of(number, row, departments), key] for number, row, key in rows]
    return write_template(columns, title="重点任务分解表", rows=filled)
