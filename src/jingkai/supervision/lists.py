"""Lists of supervision: the ledger of 督办单, what was asked."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.kernel.periods import parse_period
from jingkai.kernel.zone import current_zone
from jingkai.org.rules import Permission
from jingkai.supervision.models import FollowUp
from jingkai.supervision.queries import by_state, light_of
from jingkai.web.columns import Column
from jingkai.web.filters import Filter, choice_filter, day_filter, text_filter
from jingkai.web.language import department_choices, spoken, spoken_period
from jingkai.web.lists import ListOf

__all__ = ["FOLLOW_UPS", "LETTERS", "QUESTIONS", "TABLES", "holder_of", "step_name"]


def _today() -> Any:
    return settings.BUSINESS_CLOCK.today()


def step_name(step_id: str) -> str:
    """Return the name of a step in the reader's language."""
    for step in current_zone().supervision.steps:
        if step.id == step_id:
            return spoken(step.name, step.english)
    return step_id


def _period(one: Any) -> str:
    return spoken_period(parse_period(one.period_id))


def holder_of(one: FollowUp) -> str:
    """Return who holds the ball: the step and the department or person it lies with."""
    steps = [step_name(work.step) for work in one.case.work.all()]
    return "、".join(steps) if steps else _("已销号")


FOLLOW_UPS = ListOf(
    id="follow_ups",
    name=gettext_lazy("督办台账"),
    measure=gettext_lazy("件"),
    columns=[
        Column(
            "instruction",
            gettext_lazy("督办事项"),
            lambda one: one.instruction,
            sort="instruction",
            link=lambda one: reverse("cases:detail", args=[one.case_id]),
        ),
        Column("number", gettext_lazy("编号"), lambda one: one.number, sort="pk"),
        Column("source", gettext_lazy("来源"), lambda one: _(one.get_source_display())),
        Column("issuer", gettext_lazy("批示人"), lambda one: one.issuer.name, sort="issuer__name"),
        Column(
            "lead",
            gettext_lazy("承办单位"),
            lambda one: spoken(one.lead.name, one.lead.english),
            sort="lead__order",
        ),
        Column("issued_on", gettext_lazy("批示日期"), lambda one: one.issued_on, sort="issued_on"),
        Column("due_on", gettext_lazy("时限"), lambda one: one.case.due_on, sort="case__due_on"),
        Column("step", gettext_lazy("走到哪一步"), holder_of),
        Column("chased", gettext_lazy("催办（次）"), lambda one: one.chased, sort="chased"),
        Column("light", gettext_lazy("状态"), lambda one: light_of(one, _today())),
        Column(
            "closed_on",
            gettext_lazy("销号日期"),
            lambda one: one.case.closed_on,
            sort="case__closed_on",
            is_hidden=True,
        ),
    ],
    filters=[
        text_filter("text", gettext_lazy("编号或内容"), ["number", "instruction"]),
        choice_filter("lead", gettext_lazy("承办单位"), department_choices),
        Filter(
            "state",
            gettext_lazy("状态"),
            lambda rows, text: by_state(rows, text, _today()),
            lambda: [
                ("open", _("在办")),
                ("late", _("逾期未办结")),
                ("caught", _("逾期后办结")),
                ("closed", _("已销号")),
            ],
            "choice",
        ),
        choice_filter(
            "source",
            gettext_lazy("来源"),
            lambda: [(value, _(label)) for value, label in FollowUp.Source.choices],
        ),
        day_filter("since", gettext_lazy("批示不早于"), lookup="issued_on__gte"),
    ],
    add=(gettext_lazy("批示交办"), "supervision:new", Permission.SUPERVISE),
    empty=gettext_lazy(
        "批示一件事，它就有编号、时限和承办单位，办结由别人核查后销号；都列在这里。"
    ),
)


def _template_name(template_id: str) -> str:
    for one in current_zone().supervision.letters:
        if one.id == template_id:
            return spoken(one.name, one.english)
    return template_id


LETTERS = ListOf(
    id="letters",
    name=gettext_lazy("发函登记"),
    measure=gettext_lazy("件"),
    columns=[
        Column(
            "number",
            gettext_lazy("发文字号"),
            lambda one: one.number,
            sort="pk",
            link=lambda one: reverse("supervision:outgoing", args=[one.pk]),
        ),
        Column("sent_on", gettext_lazy("发文日期"), lambda one: one.sent_on, sort="sent_on"),
        Column(
            "to",
            gettext_lazy("主送单位"),
            lambda one: spoken(one.to.name, one.to.english),
            sort="to__order",
        ),
        Column("template", gettext_lazy("函的种类"), lambda one: _template_name(one.template)),
        Column("about", gettext_lazy("事由"), lambda one: one.about),
        Column(
            "sent_by", gettext_lazy("发文人"), lambda one: one.sent_by.name, sort="sent_by__name"
        ),
        Column("title", gettext_lazy("标题"), lambda one: one.title, is_hidden=True),
        Column(
            "pdf",
            "PDF",
            lambda _one: "PDF",
            link=lambda one: reverse("supervision:outgoing_pdf", args=[one.pk]),
        ),
    ],
    filters=[
        text_filter("text", gettext_lazy("字号或事由"), ["number", "about"]),
        choice_filter("to", gettext_lazy("主送单位"), department_choices),
        day_filter("since", gettext_lazy("发文不早于"), lookup="sent_on__gte"),
    ],
    add=(gettext_lazy("批量发函"), "supervision:letters_new", Permission.SUPERVISE),
    empty=gettext_lazy(
        "催办、告知各单位的函发出后登记在这里：字号、日期、发给谁、什么事、谁发的。"
    ),
)


def _item_link(one: Any) -> str:
    return reverse("supervision:answer", args=[one.pk])


QUESTIONS = ListOf(
    id="questions",
    name=gettext_lazy("每月一问"),
    measure=gettext_lazy("项"),
    columns=[
        Column("item", gettext_lazy("重点工作"), lambda one: one.item.text, link=_item_link),
        Column(
            "month",
            gettext_lazy("月份"),
            lambda one: f"{one.year}-{one.month:02}",
            sort="asked_on",
        ),
        Column(
            "department",
            gettext_lazy("问谁"),
            lambda one: spoken(one.department.name, one.department.english),
            sort="department__order",
        ),
        Column("due_on", gettext_lazy("答复时限"), lambda one: one.due_on, sort="due_on"),
        Column("progress", gettext_lazy("本月进展"), lambda one: one.progress, missing="未报"),
        Column("problem", gettext_lazy("存在问题"), lambda one: one.problem),
        Column("next_step", gettext_lazy("下步打算"), lambda one: one.next_step),
        Column(
            "answered_on", gettext_lazy("答复日期"), lambda one: one.answered_on, sort="answered_on"
        ),
    ],
    filters=[
        text_filter("text", gettext_lazy("重点工作或进展"), ["item__text", "progress"]),
        choice_filter("department", gettext_lazy("问谁"), department_choices),
    ],
    empty=gettext_lazy("每月下旬，账上没有记录的工作才会问到牵头单位，一月只问一次。"),
)

TABLES = ListOf(
    id="tables",
    name=gettext_lazy("临时要数"),
    measure=gettext_lazy("张表"),
    columns=[
        Column(
            "title",
            gettext_lazy("表名或用途"),
            lambda one: one.title,
            sort="title",
            link=lambda one: reverse("supervision:table", args=[one.pk]),
        ),
        Column("period", gettext_lazy("期间"), _period),
        Column("asked_by", gettext_lazy("要数人"), lambda one: one.asked_by.name),
        Column("asked_on", gettext_lazy("要数日期"), lambda one: one.asked_on, sort="pk"),
        Column("held", gettext_lazy("账上已有（个）"), lambda one: one.wanted - one.asked),
        Column("asked", gettext_lazy("要问（个）"), lambda one: one.asked, sort="asked"),
        Column("answered", gettext_lazy("已答复（个）"), lambda one: one.answered, sort="answered"),
        Column("due_on", gettext_lazy("答复时限"), lambda one: one.due_on, sort="due_on"),
    ],
    filters=[text_filter("text", gettext_lazy("表名或用途"), ["title"])],
    add=(gettext_lazy("要一张表"), "supervision:table_new", Permission.SEE_PLAN),
    empty=gettext_lazy("把要的表头粘进来，账上有的当场给出，只有缺的才去问知道的那一个人。"),
)
