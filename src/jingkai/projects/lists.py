"""The project list: its columns, its filters."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.org.rules import Permission
from jingkai.projects.queries import at_gate
from jingkai.projects.rules import GATES, KINDS
from jingkai.web.columns import Column
from jingkai.web.filters import Filter, choice_filter, text_filter
from jingkai.web.language import department_choices, spoken
from jingkai.web.lists import ListOf

__all__ = ["PROJECTS"]


def _gate_column(gate: str, heading: Any) -> Column:
    return Column(gate, heading, lambda one: one.passed.get(gate), sort=f"{gate}_on")


PROJECTS = ListOf(
    id="projects",
    name=gettext_lazy("项目清单"),
    rows=gettext_lazy("项目"),
    measure=gettext_lazy("个"),
    columns=[
        Column(
            "name",
            gettext_lazy("项目名称"),
            lambda one: one.name,
            sort="name",
            link=lambda one: reverse("projects:detail", args=[one.pk]),
        ),
        Column("code", gettext_lazy("项目编号"), lambda one: one.code, sort="code"),
        Column("investor", gettext_lazy("投资主体"), lambda one: one.investor, sort="investor"),
        Column("kind", gettext_lazy("类别"), lambda one: _(one.kind), sort="kind"),
        Column(
            "investment",
            gettext_lazy("总投资"),
            lambda one: one.investment,
            unit="亿元",
            sort="investment",
            total="investment",
        ),
        Column(
            "lead",
            gettext_lazy("责任单位"),
            lambda one: spoken(one.lead.name, one.lead.english),
            sort="lead__order",
        ),
        *(_gate_column(gate.id, gettext_lazy(gate.name)) for gate in GATES.values()),
        Column(
            "top500",
            gettext_lazy("“500强”企业投资"),
            lambda one: one.is_top500,
            sort="is_top500",
            is_hidden=True,
        ),
    ],
    filters=[
        text_filter("text", gettext_lazy("名称、主体或编号"), ["name", "investor", "code"]),
        choice_filter("kind", gettext_lazy("类别"), lambda: [(one, _(one)) for one in KINDS]),
        Filter(
            "stage",
            gettext_lazy("已到节点"),
            at_gate,
            lambda: [(gate.id, _(gate.name)) for gate in GATES.values()],
            "choice",
        ),
        choice_filter("lead", gettext_lazy("责任单位"), department_choices),
    ],
    empty=gettext_lazy("建立或导入项目后，这里逐个列出它们走到了哪个节点。"),
    add=(gettext_lazy("新建项目"), "projects:add", Permission.RECORD_PROJECTS),
    importer="projects",
)
