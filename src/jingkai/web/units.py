"""The departments as a table that comes in by file."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext_lazy

from jingkai.org.queries import UNIT_KINDS, Person, Unit, find_unit_faults, get_units
from jingkai.org.rules import Permission
from jingkai.org.services import undo_departments, write_departments
from jingkai.web.importers import Change, ImportColumn, Importer, RowProblem, Values

__all__ = ["DEPARTMENT_IMPORT"]

_KINDS = {word: kind for kind, word in UNIT_KINDS.items()}


def _current(*, lock: bool = False) -> dict[str, Values]:
    return {
        code: {
            "code": code,
            "name": one.name,
            "english": one.english or None,
            "kind": UNIT_KINDS[one.kind],
            "leader": one.leader or None,
            "parent": one.parent or None,
        }
        for code, one in get_units(lock=lock).items()
    }


def _unit(values: Values) -> Unit:
    return Unit(
        code=str(values["code"]),
        name=str(values["name"]),
        english=str(values["english"] or ""),
        kind=_KINDS[str(values["kind"])] if values["kind"] else "office",
        leader=str(values["leader"] or ""),
        parent=str(values["parent"] or ""),
    )


def _check(rows: Sequence[tuple[int, Values]]) -> Iterable[RowProblem]:
    numbered = [(number, _unit(values)) for number, values in rows]
    return [
        RowProblem(one.row, one.field, one.what) for one in find_unit_faults(numbered, get_units())
    ]


def _apply(changes: Sequence[Change], *, by: Person, on: date) -> None:
    write_departments(units=[_unit(one.after) for one in changes], by=by.name, on=on)


def _undo(changes: Sequence[Change], *, by: Person, on: date) -> None:
    undo_departments(
        before=[_unit(one.before) for one in changes if one.before is not None],
        added=[one.key for one in changes if one.before is None],
        by=by.name,
        on=on,
    )


DEPARTMENT_IMPORT = Importer(
    id="departments",
    name=gettext_lazy("部门"),
    permission=Permission.MANAGE_PEOPLE,
    key="code",
    columns=[
        ImportColumn(
            "code",
            "部门代码",
            "code",
            required=True,
            help="英文字母、数字、短横线；已有代码表示修改",
            example="guihua",
            longest=50,
            names=("代码", "编码"),
        ),
        ImportColumn(
            "name",
            "部门名称",
            required=True,
            longest=60,
            example="某某规划局",
            names=("名称", "部门", "单位名称"),
        ),
        ImportColumn("english", "英文名称", longest=80, help="可以不填"),
        ImportColumn("kind", "类别", "choice", choices=lambda: list(UNIT_KINDS.values())),
        ImportColumn("leader", "分管领导", longest=40, help="可以不填"),
        ImportColumn(
            "parent",
            "上级部门",
            longest=60,
            help="填上级的名称，可以是这张表里新加的；没有上级的留空",
            names=("上级", "上级单位"),
        ),
    ],
    current=_current,
    apply=_apply,
    undo=_undo,
    check=_check,
    after_url="people",
)
