"""The register as a table that comes in by file."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from jingkai.enterprises.queries import list_enterprises, list_hidden
from jingkai.enterprises.rules import (
    ATTRIBUTES,
    KINDS,
    OWNERSHIPS,
    RESERVED,
    SIZES,
    attribute_value,
    find_objection,
)
from jingkai.enterprises.services import (
    AttributeChange,
    Newcomer,
    NotRegistrable,
    Occasion,
    Renaming,
    assign,
    register,
    rename,
    set_attributes,
    take_back,
)
from jingkai.kernel.creditcode import tidy
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Person, list_departments, visible_departments
from jingkai.org.rules import Permission
from jingkai.web.importers import Change, ImportColumn, Importer, RowProblem, Values

__all__ = ["ENTERPRISE_IMPORT"]

_WORDS = {"size": SIZES, "ownership": OWNERSHIPS}
_FIXED = {"kind": "主体类型", "registered_on": "成立日期"}


def _current(*, lock: bool = False) -> dict[str, Values]:
    firms = list_enterprises().filter(closed_on=None)
    if lock:
        firms = firms.select_for_update(of=("self",))
    return {one.code: _values(one) for one in firms}


def _values(firm: Any) -> Values:
    return {
        "code": firm.code,
        "name": firm.name,
        "kind": KINDS[firm.kind],
        "registered_on": firm.registered_on,
        **{name: _say(name, getattr(firm, name)) for name in ATTRIBUTES},
        "department": firm.department.name if firm.department else None,
        "confirmed": bool(firm.code_confirmed_by),
    }


def _say(attribute: str, value: str) -> str:
    return RESERVED.get(value) or _WORDS.get(attribute, {}).get(value, value)


def _hidden(person: Person) -> Collection[str]:
    return set(list_hidden(visible_departments(person)).values_list("code", flat=True))


def _departments() -> dict[str, str]:
    return {one.name: one.pk for one in list_departments()}


def _check(rows: Sequence[tuple[int, Values]]) -> Iterable[RowProblem]:
    industries = current_zone().industries
    for number, values in rows:
        code = str(values["code"])
        vouched = "经导入确认" if values["confirmed"] else ""
        if code != tidy(code):
            yield RowProblem(number, "code", Words("代码请写成 %(code)s。", code=tidy(code)))
        elif objection := find_objection(code, confirmed_by=vouched):
            yield RowProblem(
                number,
                "code",
                Words("%(objection)s已核对的，在“代码已核对”填“是”。", objection=objection),
            )
        industry = attribute_value("industry", values["industry"])
        if industry not in RESERVED and industry not in industries:
            what = Words(
                "国民经济行业分类里没有“%(industry)s”；请填4位代码，不知道就留空。",
                industry=industry,
            )
            yield RowProblem(number, "industry", what)


def _apply(changes: Sequence[Change], *, by: Person, on: date) -> None:
    occasion = Occasion(by=by.name, reason="导入企业库", known_on=on)
    newcomers = [_newcomer(one.after, by) for one in changes if one.before is None]
    standing = [one for one in changes if one.before is not None]
    for one in standing:
        if fixed := [_FIXED[key] for key in one.differs if key in _FIXED]:
            raise NotRegistrable(
                Words(
                    "%(key)s：%(columns)s写进了账本，不能经导入更改。",
                    key=one.key,
                    columns=[Words(word) for word in fixed],
                )
            )
    renamings = [
        Renaming(one.key, str(one.after["name"]), on) for one in standing if "name" in one.differs
    ]
    attributes = [
        AttributeChange(one.key, name, attribute_value(name, one.after[name]), on)
        for one in standing
        for name in one.differs
        if name in ATTRIBUTES
    ]
    departments = _departments()
    keepers = {
        one.key: departments.get(str(one.after["department"]), "")
        for one in standing
        if "department" in one.differs
    }
    if keepers:
        assign(keepers, occasion=occasion)
    if newcomers:
        register(newcomers, occasion=occasion)
    if renamings:
        rename(renamings, occasion=occasion)
    if attributes:
        set_attributes(attributes, occasion=occasion)


def _newcomer(values: Mapping[str, Any], by: Person) -> Newcomer:
    attributes = {
        name: attribute_value(name, values[name]) for name in ATTRIBUTES if name != "industry"
    }
    return Newcomer(
        code=values["code"],
        name=values["name"],
        kind=next(code for code, word in KINDS.items() if word == values["kind"]),
        registered_on=values["registered_on"],
        industry=attribute_value("industry", values["industry"]),
        attributes={name: value for name, value in attributes.items() if value != "unknown"},
        confirmed_by=by.name if values["confirmed"] else "",
        department=_departments().get(str(values["department"]), ""),
    )


def _undo(changes: Sequence[Change], *, by: Person, on: date) -> None:
    occasion = Occasion(by=by.name, reason="撤销导入企业库", known_on=on)
    departments = _departments()
    keepers = {
        one.key: departments.get(str(one.before["department"]), "")
        for one in changes
        if one.before is not None and "department" in one.differs
    }
    if keepers:
        assign(keepers, occasion=occasion)
    take_back(
        newcomers=[one.key for one in changes if one.before is None],
        names={
            one.key: str(one.before["name"])
            for one in changes
            if one.before is not None and "name" in one.differs
        },
        attributes={
            (one.key, name): attribute_value(name, one.before[name])
            for one in changes
            if one.before is not None
            for name in one.differs
            if name in ATTRIBUTES
        },
        occasion=occasion,
    )


def _attribute(key: str, **told: Any) -> ImportColumn:
    words = _WORDS.get(key)
    if words is None:
        return ImportColumn(key, ATTRIBUTES[key], **told)
    choices = [*words.values(), *RESERVED.values()]
    return ImportColumn(key, ATTRIBUTES[key], "choice", choices=lambda: choices, **told)


ENTERPRISE_IMPORT = Importer(
    id="enterprises",
    name=gettext_lazy("企业库"),
    permission=Permission.KEEP_FIRMS,
    key="code",
    columns=[
        ImportColumn(
            "code",
            "统一社会信用代码",
            "code",
            required=True,
            help="已有代码表示修改",
            example="91430799MA4L00000X",
            longest=18,
            names=("社会信用代码", "信用代码", "代码"),
        ),
        ImportColumn(
            "name",
            "名称",
            required=True,
            longest=100,
            example="某某机械有限公司",
            names=("企业名称", "单位名称", "单位详细名称"),
        ),
        ImportColumn(
            "kind", "主体类型", "choice", required=True, choices=lambda: list(KINDS.values())
        ),
        ImportColumn(
            "registered_on", "成立日期", "day", required=True, names=("登记日期", "注册日期")
        ),
        _attribute("industry", help="4位行业代码；不知道就留空", longest=12, names=("行业代码",)),
        _attribute("size", names=("企业规模", "单位规模")),
        _attribute("ownership", names=("企业类型",)),
        _attribute("chain", longest=40),
        _attribute("park", longest=40),
        _attribute("group", longest=100),
        ImportColumn(
            "department",
            "归口部门",
            "choice",
            choices=lambda: list(_departments()),
            help="归口部门的人才看得到；留空就全区共用",
            names=("主管部门", "服务部门"),
        ),
        ImportColumn("confirmed", "代码已核对", "yes_no", help="校验位不符但照执照无误的填“是”"),
    ],
    current=_current,
    apply=_apply,
    undo=_undo,
    hidden=_hidden,
    check=_check,
    after_url="enterprises:list",
)
