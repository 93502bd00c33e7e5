"""The reports that were read in, as a list."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from jingkai.org.rules import Permission
from jingkai.web.columns import Column
from jingkai.web.filters import day_filter, text_filter
from jingkai.web.lists import ListOf

__all__ = ["INTAKES"]


def _plan_page(intake: Any) -> str:
    return f"{reverse('plan:home')}?year={intake.plan.year}" if intake.plan else ""


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
            missing="未生成",
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
