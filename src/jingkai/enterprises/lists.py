"""The register as a list: its columns, its filters."""

from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.enterprises import facts
from jingkai.enterprises.queries import list_chains, named
from jingkai.enterprises.rules import (
    ATTRIBUTES,
    ENDINGS,
    KINDS,
    OWNERSHIPS,
    RESERVED,
    SIZES,
    TRADES,
)
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Fact
from jingkai.org.rules import Permission
from jingkai.web.columns import Column
from jingkai.web.filters import Filter, choice_filter
from jingkai.web.language import department_choices, spoken
from jingkai.web.lists import ListOf

__all__ = ["ENTERPRISES", "say", "say_event", "say_title"]


def say(attribute: str, value: str) -> str:
    """Return a value of an attribute as staff say it: a reserved word, a code's name, or itself."""
    if value in RESERVED:
        return _(RESERVED[value])
    if words := {"size": SIZES, "ownership": OWNERSHIPS}.get(attribute):
        return _(words.get(value, value))
    if attribute == "industry" and (known := current_zone().industries.get(value)):
        return f"{value} {known.name}"
    return value


def say_title(title: str) -> str:
    """Return the name of a title, platform, brand or standard, in the reader's language."""
    known = current_zone().ladder.titles.get(title)
    return spoken(known.name, known.english) if known else title


def say_event(fact: Fact) -> tuple[str, str]:
    """Return what an event was, and its words."""
    kind = current_zone().fact_types[fact.type]
    told = kind.decode(fact.values)
    if fact.type == facts.attribute_set.id:
        attribute = str(told["attribute"])
        return _(ATTRIBUTES[attribute]), say(attribute, str(told["value"]))
    words = [_("撤销")] if fact.type == facts.recognised.id and told["change"] == -1 else []
    for key, value in told.items():
        if value in (None, "") or key == "change":
            continue
        if key == "until":
            words.append(_("有效期至 %(day)s") % {"day": value})
            continue
        if key == "title":
            words.append(say_title(str(value)))
            continue
        column = kind.columns[key]
        if value in ("是", "否"):
            words.append(f"{_(column.name)}：{_(str(value))}")
        elif column.kind == "label":
            said = say("industry", str(value)) if key == "industry" else str(value)
            words.append(_(column.words.get(str(value), said)))
        else:
            words.append(f"{_(column.name)} {get_unit('万元').show(Decimal(str(value)))}万元")
    return spoken(kind.name, kind.english), " · ".join(words)


def _attribute(name: str, heading: Any, *, is_hidden: bool = False) -> Column:
    return Column(
        name, heading, lambda one: say(name, getattr(one, name)), sort=name, is_hidden=is_hidden
    )


def _of_trade(rows: Any, text: str) -> Any:
    return rows.exclude(trade="") if text == "any" else rows.filter(trade=text)


def _standing(rows: Any, text: str) -> Any:
    return rows.filter(Q(closed_on=None) if text == "open" else ~Q(closed_on=None))


ENTERPRISES = ListOf(
    id="enterprises",
    name=gettext_lazy("企业库"),
    rows=gettext_lazy("企业"),
    measure=gettext_lazy("家"),
    columns=[
        Column(
            "name",
            gettext_lazy("名称"),
            lambda one: one.name,
            sort="name",
            link=lambda one: reverse("enterprises:detail", args=[one.code]),
        ),
        Column("code", gettext_lazy("统一社会信用代码"), lambda one: one.code, sort="code"),
        Column(
            "trade",
            gettext_lazy("四上专业"),
            lambda one: _(TRADES[one.trade]) if one.trade else None,
            sort="trade",
        ),
        _attribute("industry", gettext_lazy("行业")),
        _attribute("size", gettext_lazy("规模")),
        _attribute("chain", gettext_lazy("产业链")),
        _attribute("park", gettext_lazy("专业园区")),
        Column(
            "department",
            gettext_lazy("归口部门"),
            lambda one: (
                spoken(one.department.name, one.department.english) if one.department else None
            ),
            sort="department__order",
            is_hidden=True,
        ),
        _attribute("ownership", gettext_lazy("登记注册类型"), is_hidden=True),
        _attribute("group", gettext_lazy("所属集团"), is_hidden=True),
        Column(
            "kind",
            gettext_lazy("主体类型"),
            lambda one: _(KINDS[one.kind]),
            sort="kind",
            is_hidden=True,
        ),
        Column(
            "registered_on",
            gettext_lazy("成立日期"),
            lambda one: one.registered_on,
            sort="registered_on",
        ),
        Column(
            "ending",
            gettext_lazy("退出方式"),
            lambda one: _(ENDINGS[one.ending]) if one.ending else None,
            sort="ending",
            is_hidden=True,
        ),
        Column(
            "closed_on",
            gettext_lazy("退出日期"),
            lambda one: one.closed_on,
            sort="closed_on",
            is_hidden=True,
        ),
    ],
    filters=[
        Filter("text", gettext_lazy("名称、曾用名或代码"), named),
        Filter(
            "trade",
            gettext_lazy("四上专业"),
            _of_trade,
            lambda: [
                ("any", _("全部四上企业")),
                *((one, _(name)) for one, name in TRADES.items()),
            ],
            "choice",
        ),
        choice_filter(
            "chain",
            gettext_lazy("产业链"),
            lambda: [(one, say("chain", one)) for one in list_chains()],
        ),
        choice_filter(
            "kind",
            gettext_lazy("主体类型"),
            lambda: [(one, _(name)) for one, name in KINDS.items()],
        ),
        choice_filter("department", gettext_lazy("归口部门"), department_choices),
        Filter(
            "standing",
            gettext_lazy("存续"),
            _standing,
            lambda: [("open", _("存续")), ("closed", _("已退出"))],
            "choice",
        ),
    ],
    empty=gettext_lazy("登记企业后，这里逐家列出它们的代码、行业和在库情况。"),
    add=(gettext_lazy("登记企业"), "enterprises:add", Permission.KEEP_FIRMS),
    importer="enterprises",
)
