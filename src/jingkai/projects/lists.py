"""The lists of projects and of their nodes: columns, filters."""

from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.kernel.zone import current_zone
from jingkai.org.rules import Permission
from jingkai.projects.queries import Node, at_gate, template_of
from jingkai.projects.rules import GATES, KINDS, node_light
from jingkai.web.columns import Column
from jingkai.web.filters import Filter, choice_filter, text_filter
from jingkai.web.language import department_choices, spoken
from jingkai.web.lists import ListOf

__all__ = ["NODES", "PROJECTS"]


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


def _today() -> Any:
    return settings.BUSINESS_CLOCK.today()


def _name_of(node: Node) -> str:
    told = template_of(node).by_id[node.node]
    return spoken(told.name, told.english)


def _step_of(node: Node) -> str:
    template = template_of(node)
    wanted = template.by_id[node.node].step
    step = next(one for one in template.steps if one.id == wanted)
    return spoken(step.name, step.english)


def _light_of(node: Node) -> Any:
    return node_light(
        current_zone().task_lights,
        due_on=node.due_on,
        done_on=node.done_on,
        was_late=node.was_late,
        today=_today(),
    )


def _days_late(node: Node) -> int | None:
    return max(0, ((node.done_on or _today()) - node.due_on).days) or None


_STATES = {
    "overdue": (gettext_lazy("逾期未销号"), lambda day: Q(done_on=None, due_on__lt=day)),
    "open": (gettext_lazy("未销号"), lambda day: Q(done_on=None)),
    "late": (gettext_lazy("逾期后销号"), lambda day: Q(done_on__gt=F("due_on"))),
    "done": (gettext_lazy("已销号"), lambda day: Q(done_on__isnull=False)),
    "moved": (gettext_lazy("调整过日期"), lambda day: ~Q(due_on=F("first_due_on"))),
}


def _in_state(rows: Any, text: str) -> Any:
    _word, state = _STATES[text]
    return rows.filter(state(_today()))


NODES = ListOf(
    id="nodes",
    name=gettext_lazy("节点总表"),
    rows=gettext_lazy("项目节点"),
    measure=gettext_lazy("个"),
    columns=[
        Column(
            "node",
            gettext_lazy("节点名称"),
            _name_of,
            link=lambda one: f"{reverse('projects:nodes', args=[one.project_id])}#node-{one.node}",
        ),
        Column(
            "project", gettext_lazy("项目名称"), lambda one: one.project.name, sort="project__name"
        ),
        Column("step", gettext_lazy("环节"), _step_of),
        Column(
            "lead",
            gettext_lazy("责任单位"),
            lambda one: spoken(one.lead.name, one.lead.english),
            sort="lead__order",
        ),
        Column("due_on", gettext_lazy("计划完成"), lambda one: one.due_on, sort="due_on"),
        Column("done_on", gettext_lazy("销号日期"), lambda one: one.done_on, sort="done_on"),
        Column("days_late", gettext_lazy("逾期（天）"), _days_late),
        Column("light", gettext_lazy("状态"), _light_of),
        Column("begin_on", gettext_lazy("计划开始"), lambda one: one.begin_on, is_hidden=True),
        Column(
            "first_due_on",
            gettext_lazy("最初计划完成"),
            lambda one: one.first_due_on,
            sort="first_due_on",
            is_hidden=True,
        ),
        Column("reason", gettext_lazy("调整原因"), lambda one: one.reason, is_hidden=True),
    ],
    filters=[
        text_filter("text", gettext_lazy("项目名称或编号"), ["project__name", "project__code"]),
        Filter(
            "state",
            gettext_lazy("状态"),
            _in_state,
            lambda: [(key, str(word)) for key, (word, _state) in _STATES.items()],
            "choice",
        ),
        choice_filter("lead", gettext_lazy("责任单位"), department_choices),
        choice_filter(
            "owner", gettext_lazy("项目的责任单位"), department_choices, field="project__lead"
        ),
        choice_filter(
            "kind",
            gettext_lazy("类别"),
            lambda: [(one, _(one)) for one in KINDS],
            field="project__kind",
        ),
    ],
    empty=gettext_lazy("在项目的节点页排出节点后，这里逐个列出它们由谁、哪天、办到哪一步。"),
    exports_all=True,
)
