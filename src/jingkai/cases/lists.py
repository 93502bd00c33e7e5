"""Lists of cases: what waits for me, and all of them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.cases.queries import by_state, describe_types, kind_of_case
from jingkai.web.columns import Column
from jingkai.web.filters import Filter, choice_filter, text_filter
from jingkai.web.language import department_choices, spoken
from jingkai.web.lists import ListOf

__all__ = ["CASES", "ENDINGS", "MY_WORK", "spoken_outcome"]


def _place(department: Any) -> str:
    return spoken(department.name, department.english)


def _kind(definition: Any) -> str:
    """Return what kind of case it is, in the reader's language."""
    return spoken(definition.name, definition.content.get("english", ""))


def _types() -> list[tuple[str, str]]:
    return [(type_id, spoken(*names)) for type_id, *names in describe_types()]


# What ends a case outside the steps of its kind.
ENDINGS = ("撤回", "退件", "终止")


def spoken_outcome(case: Any) -> str:
    """Return what came of a case, in the reader's language."""
    if case.outcome in ENDINGS:
        return _(case.outcome)
    steps = kind_of_case(case).steps if case.outcome else ()
    said = {one.name: spoken(one.name, one.english) for step in steps for one in step.outcomes}
    return said.get(case.outcome, case.outcome)


def _open(case_id: int) -> str:
    return reverse("cases:detail", args=[case_id])


MY_WORK = ListOf(
    id="my_work",
    name=gettext_lazy("我的办件"),
    rows=gettext_lazy("办件"),
    measure=gettext_lazy("件"),
    columns=[
        Column(
            "title",
            gettext_lazy("办件"),
            lambda one: one.case.title,
            sort="case__title",
            link=lambda one: _open(one.case_id),
        ),
        Column("number", gettext_lazy("编号"), lambda one: one.case.number, sort="case__number"),
        Column("step", gettext_lazy("该办的步骤"), lambda one: _(one.name), sort="name"),
        Column(
            "holder",
            gettext_lazy("在谁手上"),
            lambda one: one.person.name if one.person else _place(one.department),
        ),
        Column("since", gettext_lazy("到手日期"), lambda one: one.since_on, sort="since_on"),
        Column(
            "due_on",
            gettext_lazy("到期日"),
            lambda one: one.due_on or one.case.due_on,
            sort="case__due_on",
        ),
        Column("paused", gettext_lazy("暂停"), lambda one: one.case.is_paused, is_hidden=True),
    ],
    filters=[
        text_filter("text", gettext_lazy("编号或标题"), ["case__number", "case__title"]),
        choice_filter("type", gettext_lazy("办件类型"), _types, field="case__definition__type"),
    ],
    empty=gettext_lazy("没有等您办的事。轮到您的步骤会列在这里，到期早的在前。"),
)

CASES = ListOf(
    id="cases",
    name=gettext_lazy("办件总览"),
    rows=gettext_lazy("办件"),
    measure=gettext_lazy("件"),
    columns=[
        Column(
            "title",
            gettext_lazy("办件"),
            lambda one: one.title,
            sort="title",
            link=lambda one: _open(one.pk),
        ),
        Column("number", gettext_lazy("编号"), lambda one: one.number, sort="number"),
        Column(
            "kind",
            gettext_lazy("办件类型"),
            lambda one: _kind(one.definition),
            sort="definition__name",
        ),
        Column(
            "department",
            gettext_lazy("承办部门"),
            lambda one: _place(one.department),
            sort="department__order",
        ),
        Column(
            "received", gettext_lazy("收件日期"), lambda one: one.received_on, sort="received_on"
        ),
        Column(
            "accepted", gettext_lazy("受理日期"), lambda one: one.accepted_on, sort="accepted_on"
        ),
        Column("due_on", gettext_lazy("到期日"), lambda one: one.due_on, sort="due_on"),
        Column("closed", gettext_lazy("办结日期"), lambda one: one.closed_on, sort="closed_on"),
        Column("outcome", gettext_lazy("结果"), spoken_outcome, sort="outcome"),
    ],
    filters=[
        text_filter("text", gettext_lazy("编号或标题"), ["number", "title"]),
        choice_filter("type", gettext_lazy("办件类型"), _types, field="definition__type"),
        choice_filter("department", gettext_lazy("承办部门"), department_choices),
        Filter(
            "state",
            gettext_lazy("状态"),
            by_state,
            lambda: [
                ("open", _("在办")),
                ("late", _("逾期")),
                ("paused", _("暂停")),
                ("closed", _("已办结")),
            ],
            "choice",
        ),
    ],
    empty=gettext_lazy("收件后，每个办件走到哪一步、还剩几天都在这里。"),
)
