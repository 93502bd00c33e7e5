"""The lists of the shell's own records: indicators, ledger entries, audit lines, imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.audit.queries import list_acts
from jingkai.audit.rules import ACT_WORDS, OUTCOME_WORDS, Outcome
from jingkai.kernel.indicators import Indicator
from jingkai.web.columns import Column
from jingkai.web.filters import Filter, choice_filter, day_filter, text_filter
from jingkai.web.importers import find_importer, list_importers
from jingkai.web.language import spoken, spoken_actor, spoken_unit
from jingkai.web.lists import ListOf
from jingkai.web.models import ImportRun
from jingkai.web.numbers import OpenNumber

__all__ = ["AUDIT", "DICTIONARY", "ENTRIES", "RUNS", "RUN_STATES", "IndicatorRow", "direction_of"]


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator with its number of the year."""

    indicator: Indicator
    number: OpenNumber


def _named(rows: Sequence[IndicatorRow], text: str) -> list[IndicatorRow]:
    return [one for one in rows if _speaks_of(one.indicator, text.lower())]


def _speaks_of(one: Indicator, wanted: str) -> bool:
    said = (one.id, one.name, one.english, one.words, one.basis, *one.aliases, *one.asked_by)
    return any(wanted in words.lower() for words in said)


def direction_of(one: Indicator) -> str:
    """Return in words which way is better."""
    return _("越高越好") if one.direction == "up" else _("越低越好")


def _word(unit: str) -> str:
    """Return the unit as the numbers beside it are said; things that are counted need no word."""
    return spoken(unit, spoken_unit(unit).english or "—")


DICTIONARY = ListOf(
    id="dictionary",
    name=gettext_lazy("指标字典"),
    rows=gettext_lazy("指标"),
    measure=gettext_lazy("个"),
    key=lambda one: one.indicator.id,
    columns=[
        Column(
            "name",
            gettext_lazy("指标"),
            lambda one: spoken(one.indicator.name, one.indicator.english),
            sort="name",
            link=lambda one: reverse("definition", args=[one.indicator.id]),
        ),
        Column("number", gettext_lazy("本年"), lambda one: one.number),
        Column("unit", gettext_lazy("单位"), lambda one: _word(one.indicator.unit), sort="unit"),
        Column("words", gettext_lazy("口径"), lambda one: one.indicator.words),
        Column("direction", gettext_lazy("方向"), lambda one: direction_of(one.indicator)),
        Column("basis", gettext_lazy("依据"), lambda one: one.indicator.basis, sort="basis"),
        Column(
            "english",
            gettext_lazy("英文名称"),
            lambda one: one.indicator.english,
            sort="english",
            is_hidden=True,
        ),
    ],
    filters=[Filter("text", gettext_lazy("指标名称或口径"), _named)],
)

ENTRIES = ListOf(
    id="entries",
    name=gettext_lazy("账本"),
    rows=gettext_lazy("账目"),
    measure=gettext_lazy("条"),
    columns=[
        Column(
            "reason",
            gettext_lazy("事由"),
            lambda one: one.reason,
            sort="reason",
            link=lambda one: reverse("entry", args=[one.number]),
        ),
        Column("number", gettext_lazy("编号"), lambda one: str(one.number), sort="number"),
        Column("actor", gettext_lazy("记录人"), lambda one: spoken_actor(one.actor), sort="actor"),
        Column("known_on", gettext_lazy("知悉日"), lambda one: one.known_on, sort="known_on"),
        Column(
            "is_backfilled",
            gettext_lazy("补录"),
            lambda one: one.is_backfilled,
            sort="is_backfilled",
        ),
        Column("size", gettext_lazy("事实数"), lambda one: one.size, sort="size"),
        Column("digest", gettext_lazy("摘要"), lambda one: one.digest, is_hidden=True),
    ],
    filters=[
        text_filter("text", gettext_lazy("事由或记录人"), ["reason", "actor"]),
        day_filter("since", gettext_lazy("知悉日从"), lookup="known_on__gte"),
        day_filter("until", gettext_lazy("知悉日到"), lookup="known_on__lte"),
        choice_filter(
            "is_backfilled",
            gettext_lazy("补录"),
            lambda: [("True", _("是")), ("False", _("否"))],
        ),
    ],
    empty=gettext_lazy("账本还是空的。记录第一个项目节点后，这里会有第一条。"),
)


def _act(act: str) -> str:
    return _(ACT_WORDS[act]) if act in ACT_WORDS else act


def _exactly(name: str, label: Any) -> Filter:
    return Filter(name, label, lambda rows, text: rows.filter(**{name: text}))


def _by_person(rows: Any, text: str) -> Any:
    return rows.filter(account=text) | rows.filter(name=text)


AUDIT = ListOf(
    id="audit",
    name=gettext_lazy("审计"),
    rows=gettext_lazy("审计记录"),
    measure=gettext_lazy("条"),
    exports_all=True,
    columns=[
        Column(
            "number",
            gettext_lazy("编号"),
            lambda one: str(one.number),
            sort="number",
            link=lambda one: reverse("audit_line", args=[one.number]),
        ),
        Column(
            "at",
            gettext_lazy("时间"),
            lambda one: f"{timezone.localtime(one.at):%Y-%m-%d %H:%M:%S}",
            sort="at",
        ),
        Column("name", gettext_lazy("谁"), lambda one: spoken_actor(one.name), sort="name"),
        Column("account", gettext_lazy("账号"), lambda one: one.account, sort="account"),
        Column("acting_for", gettext_lazy("代谁"), lambda one: one.acting_for, is_hidden=True),
        Column("act", gettext_lazy("操作"), lambda one: _act(one.act), sort="act"),
        Column(
            "object",
            gettext_lazy("对象"),
            lambda one: one.object,
            sort="object",
        ),
        Column(
            "outcome",
            gettext_lazy("结果"),
            lambda one: _(OUTCOME_WORDS[Outcome(one.outcome)]),
            sort="outcome",
        ),
        Column("address", gettext_lazy("来源地址"), lambda one: one.address, sort="address"),
        Column("request", gettext_lazy("请求编号"), lambda one: one.request, sort="request"),
        Column("detail", gettext_lazy("内容"), lambda one: one.detail, is_hidden=True),
        Column("digest", gettext_lazy("摘要"), lambda one: one.digest, is_hidden=True),
    ],
    filters=[
        Filter("person", gettext_lazy("账号或姓名"), _by_person),
        choice_filter("act", gettext_lazy("操作"), lambda: [(a, _act(a)) for a in list_acts()]),
        _exactly("object", gettext_lazy("对象")),
        choice_filter(
            "outcome",
            gettext_lazy("结果"),
            lambda: [(one.value, _(word)) for one, word in OUTCOME_WORDS.items()],
        ),
        _exactly("request", gettext_lazy("请求编号")),
        day_filter("since", gettext_lazy("从"), lookup="at__date__gte"),
        day_filter("until", gettext_lazy("到"), lookup="at__date__lte"),
    ],
)

RUN_STATES = {
    ImportRun.State.DONE: gettext_lazy("已导入"),
    ImportRun.State.UNDONE: gettext_lazy("已撤销"),
}


RUNS = ListOf(
    id="imports",
    name=gettext_lazy("导入记录"),
    rows=gettext_lazy("导入记录"),
    measure=gettext_lazy("次"),
    columns=[
        Column(
            "name",
            gettext_lazy("文件"),
            lambda one: one.name,
            sort="name",
            link=lambda one: reverse("import_run", args=[one.importer, one.pk]),
        ),
        Column(
            "importer",
            gettext_lazy("表"),
            lambda one: str(find_importer(one.importer).name),
            sort="importer",
        ),
        Column("person", gettext_lazy("导入人"), lambda one: one.person.name, sort="person__name"),
        Column("on", gettext_lazy("日期"), lambda one: one.on, sort="on"),
        Column(
            "state",
            gettext_lazy("状态"),
            lambda one: str(RUN_STATES[one.state]),
            sort="state",
        ),
    ],
    filters=[
        text_filter("text", gettext_lazy("文件或导入人"), ["name", "person__name"]),
        choice_filter(
            "importer",
            gettext_lazy("表"),
            lambda: [(one.id, str(one.name)) for one in list_importers()],
        ),
        choice_filter(
            "state",
            gettext_lazy("状态"),
            lambda: [(state.value, str(word)) for state, word in RUN_STATES.items()],
        ),
        day_filter("since", gettext_lazy("从"), lookup="on__gte"),
        day_filter("until", gettext_lazy("到"), lookup="on__lte"),
    ],
    empty=gettext_lazy("还没有导入过。导入以后，每一次都在这里，可以整批撤销。"),
)
