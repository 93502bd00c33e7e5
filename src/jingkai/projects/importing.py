"""The project list as a table that comes in by file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy

from jingkai.kernel.units import UNITS
from jingkai.kernel.words import Words
from jingkai.org.queries import Person, list_departments, visible_departments
from jingkai.org.rules import Permission
from jingkai.projects.queries import list_hidden, list_projects
from jingkai.projects.rules import KINDS
from jingkai.projects.services import ProjectRow, drop_projects, write_projects
from jingkai.web.importers import Change, ImportColumn, Importer, RowProblem, Values

__all__ = ["PROJECT_IMPORT"]

_YI = UNITS["亿元"]
# What the facts of a passed gate say about the project: changed only by recording the gate anew.
_IN_FACTS = {"kind": "类别", "investment": "总投资", "top500": "500强投资"}


def _current(*, lock: bool = False) -> dict[str, Values]:
    projects = list_projects()
    if lock:
        projects = projects.select_for_update(of=("self",))
    return {one.code: _values(one) for one in projects}


def _values(project: Any) -> Values:
    return {
        "code": project.code,
        "name": project.name,
        "investor": project.investor or None,
        "kind": project.kind,
        "investment": _YI.from_base(project.investment),
        "top500": project.is_top500,
        "lead": project.lead.name,
    }


def _hidden(person: Person) -> Collection[str]:
    return {one.code for one in list_hidden(visible_departments(person))}


def _check(rows: Sequence[tuple[int, Values]]) -> Iterable[RowProblem]:
    passed = {one.code: one for one in list_projects() if one.passed}
    for number, values in rows:
        project = passed.get(str(values["code"]))
        if project is None:
            continue
        for key, name in _IN_FACTS.items():
            if values[key] != _values(project)[key]:
                what = Words(
                    "项目已过节点，%(name)s写进了账本；请先在项目页撤回节点，改后重记。",
                    name=Words(name),
                )
                yield RowProblem(number, key, what)


def _apply(changes: Sequence[Change], *, by: Person, on: date) -> None:
    write_projects(rows=[_row(one.after) for one in changes])


def _undo(changes: Sequence[Change], *, by: Person, on: date) -> None:
    drop_projects(codes=[one.key for one in changes if one.before is None])
    write_projects(rows=[_row(one.before) for one in changes if one.before is not None])


def _row(values: Mapping[str, Any]) -> ProjectRow:
    departments = {one.name: one.pk for one in list_departments()}
    return ProjectRow(
        code=values["code"],
        name=values["name"],
        investor=values["investor"] or "",
        kind=values["kind"],
        investment=_YI.to_base(values["investment"]),
        is_top500=bool(values["top500"]),
        lead=departments[values["lead"]],
    )


PROJECT_IMPORT = Importer(
    id="projects",
    name=gettext_lazy("项目清单"),
    permission=Permission.RECORD_PROJECTS,
    key="code",
    columns=[
        ImportColumn(
            "code",
            "项目编号",
            "code",
            required=True,
            help="已有编号表示修改",
            example="P2021-999",
            longest=24,
            names=("项目代码", "编号"),
        ),
        ImportColumn(
            "name", "项目名称", required=True, longest=100, example="某某生产线", names=("名称",)
        ),
        ImportColumn("investor", "投资主体", longest=100, names=("投资方", "企业")),
        ImportColumn(
            "kind", "类别", "choice", required=True, choices=lambda: KINDS, example="产业"
        ),
        ImportColumn(
            "investment",
            "总投资",
            "number",
            unit="亿元",
            required=True,
            least=Decimal("0.0001"),
            most=Decimal(10_000),
            example="2.5",
            names=("投资额", "投资总额"),
        ),
        ImportColumn("top500", "500强投资", "yes_no", required=True, example="否"),
        ImportColumn(
            "lead",
            "责任单位",
            "choice",
            required=True,
            choices=lambda: [one.name for one in list_departments()],
            names=("牵头单位", "责任部门"),
        ),
    ],
    current=_current,
    apply=_apply,
    undo=_undo,
    check=_check,
    hidden=_hidden,
    after_url="projects:list",
)
