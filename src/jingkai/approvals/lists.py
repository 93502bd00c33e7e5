"""Lists of the counter: items, applications, and the registers of the seal."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.approvals.models import Application
from jingkai.approvals.queries import ItemRow
from jingkai.approvals.rules import GRADES
from jingkai.kernel.items import STAGES
from jingkai.kernel.zone import current_zone
from jingkai.org.rules import Permission
from jingkai.web.columns import Column
from jingkai.web.filters import Filter, choice_filter, text_filter
from jingkai.web.language import spoken, spoken_limit
from jingkai.web.lists import ListOf

__all__ = ["APPLICATIONS", "CERTIFICATES", "DELEGATIONS", "ITEMS", "RATINGS", "SEAL_USES"]


def item_name(item_id: str) -> str:
    """Return the name of an item, also of one that the zone no longer lists."""
    item = current_zone().approvals.items.get(item_id)
    return spoken(item.name, item.english) if item else item_id


def department_name(name: str) -> str:
    """Return the name of a department in the reader's language; it may be of another house."""
    for one in current_zone().departments:
        if one.name == name:
            return spoken(one.name, one.english)
    return name


def _search_items(rows: Any, text: str) -> list[ItemRow]:
    return [one for one in rows if text in one.item.name or text in one.item.basis]


ITEMS = ListOf(
    id="items",
    name=gettext_lazy("事项清单"),
    rows=gettext_lazy("事项"),
    measure=gettext_lazy("项"),
    columns=[
        Column(
            "name",
            gettext_lazy("事项"),
            lambda one: spoken(one.item.name, one.item.english),
            link=lambda one: reverse("approvals:item", args=[one.item.id]),
        ),
        Column("stage", gettext_lazy("阶段"), lambda one: spoken(*STAGES[one.item.stage])),
        Column("basis", gettext_lazy("依据"), lambda one: one.item.basis),
        Column("statutory", gettext_lazy("法定时限"), lambda one: spoken_limit(one.item.statutory)),
        Column("promised", gettext_lazy("承诺时限"), lambda one: spoken_limit(one.item.promise)),
        Column("papers", gettext_lazy("材料数"), lambda one: len(one.item.materials)),
        Column(
            "open",
            gettext_lazy("公开"),
            lambda one: _("已公开") if one.is_open else _("待核，不公开"),
        ),
        Column("mark", gettext_lazy("核实标记"), lambda one: one.item.mark, is_hidden=True),
    ],
    filters=[
        Filter("text", gettext_lazy("事项或依据"), _search_items),
        Filter(
            "stage",
            gettext_lazy("阶段"),
            lambda rows, text: [one for one in rows if one.item.stage == text],
            lambda: [(key, spoken(*words)) for key, words in STAGES.items()],
            "choice",
        ),
        Filter(
            "open",
            gettext_lazy("公开"),
            lambda rows, text: [one for one in rows if one.is_open == (text == "yes")],
            lambda: [("yes", _("已公开")), ("no", _("待核，不公开"))],
            "choice",
        ),
    ],
    key=lambda one: one.item.id,
    empty=gettext_lazy("经开区包里还没有事项；在 approvals.yaml 里列出后，这里逐项公开。"),
)

APPLICATIONS = ListOf(
    id="applications",
    name=gettext_lazy("窗口受理"),
    rows=gettext_lazy("申请"),
    measure=gettext_lazy("件"),
    columns=[
        Column(
            "title",
            gettext_lazy("申请"),
            lambda one: one.title,
            sort="title",
            link=lambda one: reverse("approvals:application", args=[one.pk]),
        ),
        Column("number", gettext_lazy("编号"), lambda one: one.number, sort="number"),
        Column("applicant", gettext_lazy("申请人"), lambda one: one.applicant, sort="applicant"),
        Column("state", gettext_lazy("状态"), lambda one: _(one.get_state_display()), sort="state"),
        Column(
            "received", gettext_lazy("收件日期"), lambda one: one.received_on, sort="received_on"
        ),
        Column(
            "promised", gettext_lazy("承诺办结日"), lambda one: one.promised_on, sort="promised_on"
        ),
        Column(
            "progress",
            gettext_lazy("事项办结"),
            lambda one: f"{one.finished} / {one.total}",
        ),
        Column("agent", gettext_lazy("代办员"), lambda one: one.agent.name if one.agent else None),
        Column("trips", gettext_lazy("跑动次数"), lambda one: one.trips, is_hidden=True),
    ],
    filters=[
        text_filter("text", gettext_lazy("编号、标题或申请人"), ["number", "title", "applicant"]),
        choice_filter(
            "state",
            gettext_lazy("状态"),
            lambda: [(value, _(word)) for value, word in Application.State.choices],
        ),
    ],
    empty=gettext_lazy("收件后，这里逐件列出受理、补正和承诺办结日。"),
    add=(gettext_lazy("新收件"), "approvals:new", Permission.HANDLE_CASES),
)

DELEGATIONS = ListOf(
    id="seal_delegations",
    name=gettext_lazy("授权登记"),
    rows=gettext_lazy("授权"),
    measure=gettext_lazy("项"),
    columns=[
        Column("item", gettext_lazy("事项"), lambda one: item_name(one.item), sort="item"),
        Column(
            "giver", gettext_lazy("划出部门"), lambda one: department_name(one.giver), sort="giver"
        ),
        Column(
            "taker",
            gettext_lazy("用印部门"),
            lambda one: spoken(one.taker.name, one.taker.english),
        ),
        Column("document", gettext_lazy("授权文件"), lambda one: one.document, sort="document"),
        Column("from_on", gettext_lazy("起日"), lambda one: one.from_on, sort="from_on"),
        Column("until_on", gettext_lazy("止日"), lambda one: one.until_on, sort="until_on"),
        Column("by", gettext_lazy("登记人"), lambda one: one.entered_by.name, is_hidden=True),
    ],
    filters=[text_filter("text", gettext_lazy("部门或文件"), ["giver", "document"])],
    empty=gettext_lazy("审批权划转到审批局的事项，连同文件和日期登记在这里；没有登记的不能用印。"),
    add=(gettext_lazy("登记授权"), "approvals:delegate", Permission.DECIDE_CASES),
)

SEAL_USES = ListOf(
    id="seal_uses",
    name=gettext_lazy("用印登记"),
    rows=gettext_lazy("用印记录"),
    measure=gettext_lazy("次"),
    columns=[
        Column(
            "number",
            gettext_lazy("文号"),
            lambda one: one.letter.number,
            sort="letter__number",
            link=lambda one: reverse("approvals:letter", args=[one.letter.code]),
        ),
        Column("title", gettext_lazy("文书"), lambda one: one.letter.title, sort="letter__title"),
        Column("order", gettext_lazy("序号"), lambda one: one.number, sort="number"),
        Column("by", gettext_lazy("用印人"), lambda one: one.used_by, sort="used_by"),
        Column("on", gettext_lazy("用印日期"), lambda one: one.used_on, sort="used_on"),
        Column(
            "document",
            gettext_lazy("授权文件"),
            lambda one: one.delegation.document if one.delegation else _("本部门职权"),
        ),
        Column("revoked", gettext_lazy("撤销"), lambda one: one.letter.is_revoked, is_hidden=True),
    ],
    filters=[text_filter("text", gettext_lazy("文号或标题"), ["letter__number", "letter__title"])],
    empty=gettext_lazy("每次用印，哪份文书、谁用的、依据哪份授权，都记在这里。"),
)

CERTIFICATES = ListOf(
    id="certificates",
    name=gettext_lazy("证照登记"),
    rows=gettext_lazy("证照"),
    measure=gettext_lazy("本"),
    columns=[
        Column(
            "name",
            gettext_lazy("证照"),
            lambda one: one.name,
            sort="name",
            link=lambda one: reverse("cases:detail", args=[one.case_id]),
        ),
        Column("number", gettext_lazy("证照编号"), lambda one: one.number, sort="number"),
        Column("holder", gettext_lazy("持证人"), lambda one: one.holder, sort="holder"),
        Column("issued", gettext_lazy("发证日期"), lambda one: one.issued_on, sort="issued_on"),
        Column("expires", gettext_lazy("有效期至"), lambda one: one.expires_on, sort="expires_on"),
        Column("revoked", gettext_lazy("撤销日期"), lambda one: one.revoked_on, sort="revoked_on"),
        Column("why", gettext_lazy("撤销原因"), lambda one: one.revoked_why, is_hidden=True),
    ],
    filters=[text_filter("text", gettext_lazy("证照、编号或持证人"), ["name", "number", "holder"])],
    empty=gettext_lazy("准予许可后，证照和有效期登记在这里；到期前三十天提醒窗口。"),
)

RATINGS = ListOf(
    id="ratings",
    name=gettext_lazy("好差评"),
    rows=gettext_lazy("评价"),
    measure=gettext_lazy("条"),
    columns=[
        Column(
            "case",
            gettext_lazy("办件"),
            lambda one: one.case.title,
            sort="case__title",
            link=lambda one: reverse("approvals:call_back", args=[one.pk]),
        ),
        Column("grade", gettext_lazy("评价"), lambda one: spoken(*GRADES[one.grade]), sort="grade"),
        Column("words", gettext_lazy("意见"), lambda one: one.words),
        Column("on", gettext_lazy("评价日期"), lambda one: one.rated_on, sort="rated_on"),
        Column("due", gettext_lazy("回访期限"), lambda one: one.call_due_on, sort="call_due_on"),
        Column("called", gettext_lazy("回访日期"), lambda one: one.called_on, sort="called_on"),
        Column("righted", gettext_lazy("整改日期"), lambda one: one.righted_on, sort="righted_on"),
        Column(
            "escalated",
            gettext_lazy("逾期督办"),
            lambda one: one.right_escalated_on or one.call_escalated_on,
        ),
        Column(
            "second",
            gettext_lazy("重评"),
            lambda one: spoken(*GRADES[one.second_grade]) if one.second_grade else None,
        ),
    ],
    filters=[
        choice_filter(
            "grade",
            gettext_lazy("评价"),
            lambda: [(str(grade), spoken(*words)) for grade, words in GRADES.items()],
        )
    ],
    empty=gettext_lazy("办结后申请人评价，五个等次；差评一个工作日内回访，十五个工作日内整改。"),
)
