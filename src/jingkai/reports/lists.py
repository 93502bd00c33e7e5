"""The reports that were read in, as a list."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from jingkai.org.rules import Permission
from jingkai.web.columns import Column
from jingkai.web.filters import day_filter, text_filter
from jingkai.web.lists import ListOf

__all__ = ["DRAFTS", "INTAKES"]


def _plan_page(intake: Any) -> str:
    if intake.plan is None:
        return ""
    if intake.plan.adopted_on is None:
        return reverse("plan:draft", args=[intake.plan.pk])
    return f"{reverse('plan:home')}?year={intake.plan.year}"


INTAKES = ListOf(
    id="intakes",
    name=gettext_lazy("导入工作报告"),
    rows=gettext_lazy("报告"),
    measure=gettext_lazy("份"),
    columns=[
        Column(
            "title",
            gettext_lazy("报告"),
            lambda one: one.title,
            sort="title",
            link=lambda one: reverse("reports:review", args=[one.pk]),
        ),
        Column("name", gettext_lazy("文件"), lambda one: one.name, sort="name"),
        Column("year", gettext_lazy("计划年度"), lambda one: str(one.year), sort="year"),
        Column(
            "decided",
            gettext_lazy("已确认"),
            lambda one: f"{one.decided}/{one.all}",
            sort="decided",
        ),
        Column("taken_by", gettext_lazy("导入人"), lambda one: one.taken_by, sort="taken_by"),
        Column("taken_on", gettext_lazy("导入日期"), lambda one: one.taken_on, sort="taken_on"),
        Column(
            "plan",
            gettext_lazy("计划"),
            lambda one: one.plan.title if one.plan else None,
            link=_plan_page,
            missing=gettext_lazy("未生成"),
        ),
    ],
    filters=[
        text_filter("text", gettext_lazy("报告、文件或导入人"), ["title", "name", "taken_by"]),
        day_filter("since", gettext_lazy("导入日期从"), lookup="taken_on__gte"),
        day_filter("until", gettext_lazy("导入日期到"), lookup="taken_on__lte"),
    ],
    empty=gettext_lazy(
        "还没有导入过报告。导入后，报告里的目标、项目和任务会成为可以逐条确认的计划。"
    ),
    add=(gettext_lazy("导入一份报告"), "reports:new", Permission.IMPORT_REPORT),
)

DRAFTS = ListOf(
    id="drafts",
    name=gettext_lazy("报告工场"),
    measure=gettext_lazy("份"),
    columns=[
        Column(
            "title",
            gettext_lazy("报告"),
            lambda one: one.title,
            sort="title",
            link=lambda one: reverse("reports:workshop_draft", args=[one.pk]),
        ),
        Column(
            "kind",
            gettext_lazy("类别"),
            lambda one: gettext(str(one.get_kind_display())),
            sort="kind",
        ),
        Column("year", gettext_lazy("计划年度"), lambda one: str(one.year), sort="year"),
        Column("opened_by", gettext_lazy("起草人"), lambda one: one.opened_by, sort="opened_by"),
        Column("opened_on", gettext_lazy("起草日期"), lambda one: one.opened_on, sort="opened_on"),
        Column(
            "edition",
            gettext_lazy("最新定稿"),
            lambda one: str(one.last_edition) if one.last_edition else None,
            sort="last_edition",
            missing="未定稿",
        ),
    ],
    filters=[text_filter("text", gettext_lazy("标题或起草人"), ["title", "opened_by"])],
    empty=gettext_lazy(
        "还没有报告稿。起一份稿：空白的，或由记录写出初稿，里面的每个数都能打开到事实。"
    ),
    add=(gettext_lazy("起一份稿"), "reports:workshop_new", Permission.WRITE_REPORT),
)
