"""Titles, platforms, brands and standards of firms as a table that comes in by file."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from jingkai.enterprises import facts
from jingkai.enterprises.queries import describe_enterprises, list_enterprises, list_hidden
from jingkai.enterprises.services import (
    Grant,
    NotRegistrable,
    Occasion,
    recognise,
    restate_grants,
    withdraw_grants,
)
from jingkai.kernel.creditcode import tidy
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import list_live_facts
from jingkai.org.queries import Person, visible_departments
from jingkai.org.rules import Permission
from jingkai.web.importers import Change, ImportColumn, Importer, RowProblem, Values

__all__ = ["HONOUR_IMPORT"]


def _titles() -> dict[str, str]:
    """Return the titles by name."""
    return {one.name: one.id for one in current_zone().ladder.titles.values()}


def _key(values: Values) -> str:
    about = f"·{values['about']}" if values.get("about") else ""
    return f"{values['code']}·{values['title']}{about}·{values['on']}"


def _current(*, lock: bool = False) -> dict[str, Values]:
    names = {key: name for name, key in _titles().items()}
    rows: list[dict[str, Any]] = []
    if lock:
        list(list_enterprises().select_for_update(of=("self",)).values_list("pk", flat=True))
    live = list_live_facts(types=[facts.recognised.id], known_on=date.max)
    for one in live.order_by("on", "pk"):
        told = facts.recognised.decode(one.values)
        if told["change"] == -1:
            continue
        until = str(told["until"] or "")
        rows.append(
            {
                "code": one.subject.partition(":")[2],
                "title": names.get(str(told["title"]), str(told["title"])),
                "on": one.on,
                "about": told["about"] or None,
                "renewed": told["is_first"] == "否",
                "document": told["document"] or None,
                "until": date.fromisoformat(until) if until else None,
            }
        )
    firms = describe_enterprises(sorted({str(one["code"]) for one in rows}))
    found = [{**one, "name": firms.get(str(one["code"]))} for one in rows]
    return {_key(one): one for one in found}


def _hidden(person: Person) -> Collection[str]:
    return set(list_hidden(visible_departments(person)).values_list("code", flat=True))


def _check(rows: Sequence[tuple[int, Values]]) -> Iterable[RowProblem]:
    codes = {str(values["code"]) for _, values in rows}
    known = dict(list_enterprises().filter(code__in=codes).values_list("code", "registered_on"))
    for number, values in rows:
        code, on, until = str(values["code"]), values["on"], values["until"]
        if code != tidy(code):
            yield RowProblem(number, "code", Words("代码请写成 %(code)s。", code=tidy(code)))
        elif code not in known:
            yield RowProblem(
                number,
                "code",
                Words("企业库里没有代码 %(code)s；请先登记，或核对代码。", code=code),
            )
        elif isinstance(on, date) and (since := known[code]) and on < since:
            yield RowProblem(
                number, "on", Words("%(on)s 早于这家企业的成立日期 %(since)s。", on=on, since=since)
            )
        if isinstance(until, date) and isinstance(on, date) and until < on:
            yield RowProblem(
                number,
                "until",
                Words("有效期至 %(until)s 早于认定日期 %(on)s。", until=until, on=on),
            )


def _grant(values: Values) -> Grant:
    on, until = values["on"], values["until"]
    assert isinstance(on, date)
    return Grant(
        str(values["code"]),
        _titles()[str(values["title"])],
        on,
        not values["renewed"],
        str(values["document"] or ""),
        str(values["about"] or ""),
        until if isinstance(until, date) else None,
    )


def _apply(changes: Sequence[Change], *, by: Person, on: date) -> None:
    late = [one for one in changes if isinstance(one.after["on"], date) and one.after["on"] > on]
    if late:
        raise NotRegistrable(
            Words("%(key)s：日期在将来；请改成文件或证书上的日期。", key=late[0].key)
        )
    occasion = Occasion(by=by.name, reason="导入称号和平台", known_on=on)
    if fresh := [_grant(one.after) for one in changes if one.before is None]:
        recognise(fresh, occasion=occasion)
    if changed := [_grant(one.after) for one in changes if one.before is not None]:
        restate_grants(changed, occasion=occasion)


def _undo(changes: Sequence[Change], *, by: Person, on: date) -> None:
    occasion = Occasion(by=by.name, reason="撤销导入称号和平台", known_on=on)
    if fresh := [_grant(one.after) for one in changes if one.before is None]:
        withdraw_grants(fresh, occasion=occasion)
    if changed := [_grant(one.before) for one in changes if one.before is not None]:
        restate_grants(changed, occasion=occasion)


def _column(key: str, heading: str, kind: Any = "text", **told: Any) -> ImportColumn:
    return ImportColumn(key, heading, kind, **told)


HONOUR_IMPORT = Importer(
    id="honours",
    name=gettext_lazy("称号、平台、品牌和标准"),
    permission=Permission.KEEP_FIRMS,
    key="code",
    columns=[
        _column(
            "code",
            "统一社会信用代码",
            "code",
            required=True,
            longest=18,
            example="91430799MA4L00000X",
            names=("社会信用代码", "信用代码", "代码"),
        ),
        _column(
            "name",
            "企业名称",
            stands=False,
            longest=100,
            names=("名称", "单位名称"),
            help="只作核对",
        ),
        _column(
            "title",
            "称号、平台、品牌或标准",
            "choice",
            required=True,
            choices=lambda: list(_titles()),
            names=("称号", "类别", "资质"),
        ),
        _column("on", "认定日期", "day", required=True, names=("文件日期", "发证日期", "批准日期")),
        _column("renewed", "复核或续期", "yes_no", help="续期填“是”；首次取得留空"),
        _column("about", "名称或编号", longest=60, names=("证书编号", "平台名称", "标准号")),
        _column("document", "文号", longest=60, names=("文件号", "认定文号")),
        _column("until", "有效期至", "day", names=("有效期", "到期日期")),
    ],
    current=_current,
    apply=_apply,
    undo=_undo,
    hidden=_hidden,
    check=_check,
    after_url="ladder:home",
    row_key=_key,
)
