"""The roster as a table that comes in by file, and as a list."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.org.queries import Entry, Person, find_conflicts, get_roster, list_departments
from jingkai.org.rules import ROLES, Permission
from jingkai.org.services import undo_roster, write_roster
from jingkai.web.columns import Column
from jingkai.web.filters import choice_filter, text_filter
from jingkai.web.importers import Change, Done, ImportColumn, Importer, RowProblem, Values
from jingkai.web.language import department_choices, spoken
from jingkai.web.lists import ListOf

__all__ = ["PEOPLE", "PEOPLE_IMPORT"]


def _current(*, lock: bool = False) -> dict[str, Values]:
    names = {one.pk: one.name for one in list_departments()}
    return {
        account: {
            "account": account,
            "name": one.name,
            "department": names.get(one.department),
            "post": one.post or None,
            "role": ROLES[one.role].name,
            "is_active": one.is_active,
        }
        for account, one in get_roster(lock=lock).items()
    }


def _entries(rows: Sequence[Values]) -> list[Entry]:
    departments = {one.name: one.pk for one in list_departments()}
    roles = {role.name: role.id for role in ROLES.values()}
    return [
        Entry(
            account=str(one["account"]),
            name=str(one["name"]),
            department=departments.get(str(one["department"]), ""),
            post=str(one["post"] or ""),
            role=roles[str(one["role"])],
            is_active=bool(one["is_active"]),
        )
        for one in rows
    ]


def _check(rows: Sequence[tuple[int, Values]]) -> Iterable[RowProblem]:
    entries = _entries([values for _row, values in rows])
    numbered = [(number, one) for (number, _values), one in zip(rows, entries, strict=True)]
    return [
        RowProblem(one.row, one.field, one.what) for one in find_conflicts(numbered, get_roster())
    ]


def _apply(changes: Sequence[Change], *, by: Person, on: date) -> Done:
    passwords = write_roster(entries=_entries([one.after for one in changes]), on=on)
    heads = [_("账号"), _("姓名"), _("密码")]
    return Done(_("一次性密码（只显示这一次）"), heads, passwords)


def _undo(changes: Sequence[Change], *, by: Person, on: date) -> None:
    undo_roster(
        before=_entries([one.before for one in changes if one.before is not None]),
        added=_entries([one.after for one in changes if one.before is None]),
        on=on,
    )


PEOPLE_IMPORT = Importer(
    id="people",
    name=gettext_lazy("花名册"),
    permission=Permission.MANAGE_PEOPLE,
    key="account",
    columns=[
        ImportColumn(
            "account",
            "账号",
            "code",
            required=True,
            help="英文字母、数字、短横线；已有账号表示修改",
            example="zhangsan",
            longest=40,
        ),
        ImportColumn("name", "姓名", required=True, longest=40, help="真实姓名", example="张三"),
        ImportColumn(
            "department",
            "部门",
            "choice",
            choices=lambda: [one.name for one in list_departments()],
            names=("所在部门", "单位"),
        ),
        ImportColumn("post", "职务", longest=40, help="可以不填"),
        ImportColumn(
            "role",
            "角色",
            "choice",
            required=True,
            choices=lambda: [role.name for role in ROLES.values()],
        ),
        ImportColumn("is_active", "在用", "yes_no", required=True, example="是"),
    ],
    current=_current,
    apply=_apply,
    undo=_undo,
    check=_check,
    after_url="people",
)


def _yes_no() -> list[tuple[str, str]]:
    return [("True", _("是")), ("False", _("否"))]


PEOPLE = ListOf(
    id="people",
    name=gettext_lazy("人员与权限"),
    rows=gettext_lazy("人员"),
    measure=gettext_lazy("人"),
    columns=[
        Column(
            "name",
            gettext_lazy("姓名"),
            lambda one: one.name,
            sort="name",
            link=lambda one: reverse("person", args=[one.pk]),
        ),
        Column("account", gettext_lazy("账号"), lambda one: one.account, sort="account"),
        Column(
            "department",
            gettext_lazy("部门"),
            lambda one: (
                spoken(one.department.name, one.department.english) if one.department else None
            ),
            sort="department__order",
        ),
        Column("post", gettext_lazy("职务"), lambda one: one.post, sort="post"),
        Column(
            "role",
            gettext_lazy("角色"),
            lambda one: spoken(ROLES[one.role].name, ROLES[one.role].english),
            sort="role",
        ),
        Column("is_active", gettext_lazy("在用"), lambda one: one.is_active, sort="is_active"),
    ],
    filters=[
        text_filter("text", gettext_lazy("姓名、账号或职务"), ["name", "account", "post"]),
        choice_filter("department", gettext_lazy("部门"), department_choices),
        choice_filter(
            "role",
            gettext_lazy("角色"),
            lambda: [(one.id, spoken(one.name, one.english)) for one in ROLES.values()],
        ),
        choice_filter("is_active", gettext_lazy("在用"), _yes_no),
    ],
    empty=gettext_lazy("导入花名册后，这里逐个列出人员和他们的角色。"),
    importer="people",
)
