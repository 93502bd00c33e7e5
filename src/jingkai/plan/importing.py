"""What is handed down, and what stands below which theme, as tables to Excel and back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from jingkai.kernel.refusals import what_there_is
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Words, words_of
from jingkai.org.queries import Person, list_departments, list_people, working_year
from jingkai.org.rules import Permission
from jingkai.plan.cascading import ROLES, Part, check_parts, complete
from jingkai.plan.models import Item, Plan, Share
from jingkai.plan.queries import find_plan, tree_of
from jingkai.plan.services import hand_down, place_items
from jingkai.plan.sharing import handed_below, part_of, whole_of
from jingkai.plan.themes import join_path, path_fault, split_path
from jingkai.web.importers import Change, ImportColumn, Importer, RowProblem, Values

__all__ = ["SHARE_IMPORT", "THEME_IMPORT"]

_WITHDRAWN = "取消"
_ROLES = {word: role for role, word in ROLES.items()}
_Group = tuple[int, str]  # the item, and the unit whose part is cut; "" for the whole


def _plan() -> Plan | None:
    return find_plan(working_year(settings.BUSINESS_CLOCK.today()))


def _shares() -> list[Share]:
    plan = _plan()
    found = Share.objects.filter(item__plan=plan) if plan else Share.objects.none()
    # A unit below a unit is handed down on its page; a row here names a unit, or one of its people.
    found = found.exclude(under__isnull=False, person=None).exclude(under__under__isnull=False)
    found = found.select_related("item__target", "item__plan", "department", "person")
    return list(found.order_by("item__number", "order", "pk"))


def _key(share: Share) -> str:
    names = [str(share.item.number), share.department.name]
    if share.person:
        names.append(share.person.account)
    return "/".join(names)


def _current(*, lock: bool = False) -> dict[str, Values]:
    if lock and (plan := _plan()):
        list(Item.objects.select_for_update(of=("self",)).filter(plan=plan).order_by("pk"))
    return {_key(one): _values(one) for one in _shares()}


def _values(share: Share) -> Values:
    target = share.item.target if share.item.kind == Item.Kind.TARGET else None
    value = None
    if target and share.value is not None:
        value = get_unit(target.unit).from_base(share.value).quantize(Decimal("0.0001"))
    return {
        "key": _key(share),
        "text": share.item.text[:200],
        "role": ROLES[share.role],
        "weight": share.weight,
        "value": value,
        "unit": target.unit if target else None,
        "reason": None,
    }


class _BadRow(ValueError):
    """A row that names nothing that could take a part."""


def _read(
    values: Values, items: Mapping[int, Item], places: Mapping[str, str]
) -> tuple[Item, Part]:
    """Return what a row hands down to whom; the name of a person stands as their account."""
    number, _sep, rest = str(values["key"]).partition("/")
    name, _sep, account = rest.partition("/")
    item = items.get(int(number)) if number.isdecimal() and len(number) < 6 else None
    if item is None:
        raise _BadRow(
            Words(
                "计划里没有第“%(number)s”项；编号写成 序号/单位名称，下到人再加 /账号。",
                number=number,
            )
        )
    if name not in places:
        raise _BadRow(
            Words(
                "没有“%(name)s”这个单位；%(hint)s",
                name=name,
                hint=what_there_is(name, places, Words("可选的单位")),
            )
        )
    person = None
    if account:
        person = list_people().filter(account=account, department=places[name]).first()
        if person is None:
            raise _BadRow(
                Words("%(name)s没有账号为“%(account)s”的在用人员。", name=name, account=account)
            )
    unit = whole_of(item).unit
    value = values["value"]
    base = unit.to_base(value) if unit and isinstance(value, Decimal) else None
    weight = values["weight"]
    return item, Part(
        places[name],
        person.pk if person else None,
        person.name if person else name,
        _ROLES.get(str(values["role"]), ""),
        weight.quantize(Decimal("0.01")) if isinstance(weight, Decimal) else None,
        base,
    )


def _known() -> tuple[dict[int, Item], dict[str, str]]:
    plan = _plan()
    items = plan.items.select_related("target", "plan") if plan else Item.objects.none()
    return {one.number: one for one in items}, {one.name: one.pk for one in list_departments()}


def _check(rows: Sequence[tuple[int, Values]]) -> Iterable[RowProblem]:
    """Yield what is wrong with all rows together with those that the table leaves out."""
    items, places = _known()
    standing = _shares()
    groups: dict[_Group, list[tuple[int, Part, Values]]] = {}
    for number, values in rows:
        try:
            item, part = _read(values, items, places)
        except _BadRow as problem:
            yield RowProblem(number, "key", words_of(problem))
            continue
        above = part.department if part.person else ""
        groups.setdefault((item.number, above), []).append((number, part, values))
    for (number, above), mine in groups.items():
        item = items[number]
        kept = [one for one in standing if _group(one) == (number, above)]
        top = _top(standing, number, above)
        cut = [
            part for row, part, values in groups.get((number, ""), []) if part.department == above
        ]
        if above and top is None and not cut:
            yield RowProblem(mine[0][0], "key", Words("先分解到这个单位，再由它分到人。"))
            continue
        whole = whole_of(item, top)
        if above and cut and cut[0].value is not None:
            whole = replace(whole, value=cut[0].value)
        parts, where = _merged(kept, mine)
        parts = complete(parts, whole.value, whole.step, whole.adds)
        below = {} if above else handed_below(kept)
        for fault in check_parts(
            parts, whole=whole.value, adds=whole.adds, unit=whole.unit, below=below
        ):
            row = where[fault.place] if fault.place < len(where) else -1
            row = row if row >= 0 else mine[-1][0]
            column = {"holder": "key"}.get(fault.column, fault.column)
            yield RowProblem(row, column, fault.what)
        changed = [
            (row, values) for row, part, values in mine if kept and not _is_same(kept, part, values)
        ]
        for row, values in changed:
            if item.plan.adopted_on and not values["reason"]:
                yield RowProblem(row, "reason", Words("计划已经通过，调整分解请写明原因。"))


def _group(share: Share) -> _Group:
    return share.item.number, share.department_id if share.person_id else ""


def _top(shares: Sequence[Share], number: int, above: str) -> Share | None:
    for one in shares:
        if above and _group(one) == (number, "") and one.department_id == above:
            return one
    return None


def _is_same(kept: Sequence[Share], part: Part, values: Values) -> bool:
    return values["role"] != _WITHDRAWN and any(part_of(one) == part for one in kept)


def _merged(
    kept: Sequence[Share], mine: Sequence[tuple[int, Part, Values]]
) -> tuple[list[Part], list[int]]:
    """Return the parts as they will stand, and the row of each; −1 for one that no row names."""
    parts = {(one.department_id, one.person_id): (part_of(one), -1) for one in kept}
    for row, part, values in mine:
        if values["role"] == _WITHDRAWN:
            parts.pop(part.key, None)
        else:
            parts[part.key] = (part, row)
    return [part for part, _row in parts.values()], [row for _part, row in parts.values()]


def _apply(changes: Sequence[Change], *, by: Person, on: date) -> None:
    _write([one.after for one in changes], by=by, on=on)


def _undo(changes: Sequence[Change], *, by: Person, on: date) -> None:
    back = [
        {**(one.before or {**one.after, "role": _WITHDRAWN}), "reason": "撤销导入"}
        for one in changes
    ]
    _write(back, by=by, on=on)


def _write(rows: Sequence[Mapping[str, Any]], *, by: Person, on: date) -> None:
    """Hand down what the rows say: what is withdrawn from people first, then units, then people."""
    items, places = _known()
    groups: dict[_Group, list[tuple[int, Part, Values]]] = {}
    for place, values in enumerate(rows):
        item, part = _read(values, items, places)
        above = part.department if part.person else ""
        groups.setdefault((item.number, above), []).append((place, part, values))

    def turn(group: _Group) -> tuple[int, int]:
        withdraws = all(values["role"] == _WITHDRAWN for _row, _part, values in groups[group])
        return (0 if withdraws else 2) if group[1] else 1, group[0]

    for number, above in sorted(groups, key=turn):
        standing = _shares()
        kept = [one for one in standing if _group(one) == (number, above)]
        top = _top(standing, number, above)
        mine = groups[number, above]
        parts, _where = _merged(kept, mine)
        reasons = {str(values["reason"]): None for _row, _part, values in mine if values["reason"]}
        hand_down(
            item_id=items[number].pk,
            under=top.pk if top else None,
            parts=parts,
            by=by,
            on=on,
            reason="；".join(reasons),
        )


SHARE_IMPORT = Importer(
    id="shares",
    name=gettext_lazy("目标任务分解"),
    permission=Permission.KEEP_PLAN,
    key="key",
    columns=[
        ImportColumn(
            "key",
            "分解编号",
            "code",
            required=True,
            help="序号/单位名称；下到人再加 /账号。已有编号表示修改",
            example="999/某某局",
            longest=160,
            names=("编号",),
        ),
        ImportColumn("text", "重点工作", longest=400, help="只供核对，不会改动", stands=False),
        ImportColumn(
            "role",
            "牵头或配合",
            "choice",
            required=True,
            choices=lambda: [*ROLES.values(), _WITHDRAWN],
        ),
        ImportColumn(
            "weight", "占比", "number", unit="%", least=Decimal(0), most=Decimal(100), example="60"
        ),
        ImportColumn("value", "分解数", "number", least=Decimal(0), help="按本行的单位"),
        ImportColumn("unit", "单位", longest=12, help="只供核对，不会改动", stands=False),
        ImportColumn(
            "reason", "调整原因", longest=300, help="改已通过计划的分解时必填", stands=False
        ),
    ],
    current=_current,
    apply=_apply,
    undo=_undo,
    check=_check,
    after_url="plan:cascade",
)


def _themes_current(*, lock: bool = False) -> dict[str, Values]:
    plan = _plan()
    if plan is None:
        return {}
    if lock:
        Plan.objects.select_for_update().get(pk=plan.pk)
    tree = tree_of(plan)
    return {
        f"{number}": {"key": f"{number}", "theme": tree.words(theme) or None, "text": text[:200]}
        for number, theme, text in plan.items.order_by("number").values_list(
            "number", "theme", "text"
        )
    }


def _themes_check(rows: Sequence[tuple[int, Values]]) -> Iterable[RowProblem]:
    plan = _plan()
    known = set(plan.items.values_list("number", flat=True)) if plan else set()
    for row, values in rows:
        key = str(values["key"])
        if not key.isdecimal() or int(key) not in known:
            yield RowProblem(
                row, "key", Words("计划里没有第“%(key)s”项；这张表只归类，不增加条目。", key=key)
            )
        theme = str(values["theme"] or "")
        if fault := path_fault(theme):
            yield RowProblem(row, "theme", fault)
        elif theme != (printed := join_path(split_path(theme))):
            yield RowProblem(row, "theme", Words("分级请写成“%(printed)s”。", printed=printed))


def _themes_apply(changes: Sequence[Change], *, by: Person, on: date) -> None:
    _place([one.after for one in changes], by=by, on=on)


def _themes_undo(changes: Sequence[Change], *, by: Person, on: date) -> None:
    _place([one.before for one in changes if one.before], by=by, on=on)


def _place(rows: Sequence[Mapping[str, Any]], *, by: Person, on: date) -> None:
    if plan := _plan():
        themes = {int(one["key"]): join_path(split_path(one["theme"] or "")) for one in rows}
        place_items(plan_id=plan.pk, themes=themes, by=by.name, on=on)


THEME_IMPORT = Importer(
    id="themes",
    name=gettext_lazy("重点任务归类"),
    permission=Permission.KEEP_PLAN,
    key="key",
    columns=[
        ImportColumn(
            "key", "序号", "code", required=True, help="计划里的序号", example="12", longest=6
        ),
        ImportColumn(
            "theme",
            "重点任务",
            longest=200,
            help="分级用“／”隔开，最多三级；没有的会新设",
            example="聚焦产业兴盛／壮大集群",
        ),
        ImportColumn("text", "重点工作", longest=400, help="只供核对，不会改动", stands=False),
    ],
    current=_themes_current,
    apply=_themes_apply,
    undo=_themes_undo,
    check=_themes_check,
    after_url="plan:themes",
)
