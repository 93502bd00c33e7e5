"""Forms of the project pages."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.org.queries import Visible
from jingkai.projects.rules import KINDS
from jingkai.web.forms import DayInput
from jingkai.web.language import department_choices

__all__ = [
    "CloseForm",
    "GateForm",
    "LayOutForm",
    "MoveForm",
    "ProjectForm",
    "ScheduleForm",
    "WithdrawForm",
]


class ScheduleForm(forms.Form):
    """The search form above the schedule."""

    kind = forms.ChoiceField(label=_("类别"), required=False)
    lead = forms.ChoiceField(label=_("责任单位"), required=False)
    show = forms.ChoiceField(
        label=_("看哪些"),
        required=False,
        choices=[
            ("", _("已开工未达效")),
            ("signed", _("签约未开工")),
            ("late", _("超过常用时长的")),
            ("nodes", _("有逾期节点的")),
            ("all", _("全部")),
        ],
    )
    year = forms.IntegerField(
        required=False, widget=forms.HiddenInput, min_value=2000, max_value=2100
    )

    level = forms.ChoiceField(
        label=_("展开到"), required=False, choices=[("", _("项目")), ("steps", _("项目环节"))]
    )

    def __init__(self, *args: Any, visible: Visible = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("全部"))]
        self.fields["kind"].choices = everything + [(kind, _(kind)) for kind in KINDS]
        self.fields["lead"].choices = everything + _departments(visible)


class ProjectForm(forms.Form):
    """A new project."""

    code = forms.CharField(label=_("项目编号"), max_length=24)
    name = forms.CharField(label=_("项目名称"), max_length=100)
    investor = forms.CharField(label=_("投资主体"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=[(kind, _(kind)) for kind in KINDS])
    investment = forms.DecimalField(
        label=_("总投资"),
        help_text=_("按协议或备案证上的总投资填写"),
        min_value=Decimal("0.0001"),
        max_value=10_000,
        decimal_places=4,
        widget=forms.NumberInput(attrs={"data-unit": _("亿元"), "step": "0.0001"}),
    )
    is_top500 = forms.BooleanField(label=_("“500强”企业投资"), required=False)
    lead = forms.ChoiceField(label=_("责任单位"))

    def __init__(self, *args: Any, visible: Visible = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = _departments(visible)


def _departments(visible: Visible) -> list[tuple[str, str]]:
    """Return the departments whose objects somebody sees, as choices."""
    return [one for one in department_choices() if visible is None or one[0] in visible]


class GateForm(forms.Form):
    """Passing a gate: the date it happened, and the proof."""

    on = forms.DateField(label=_("日期"), widget=DayInput())
    proof = forms.FileField(label=_("凭证"), max_length=200)
    note = forms.CharField(label=_("说明"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)


class WithdrawForm(forms.Form):
    """Taking back a gate."""

    reason = forms.CharField(label=_("撤回的原因"), max_length=160)
    version = forms.IntegerField(widget=forms.HiddenInput)


class LayOutForm(forms.Form):
    """Laying out the nodes of a project: the day they hang on."""

    hangs = forms.ChoiceField(
        label=_("从哪天排"),
        choices=[("start", _("从这天开始，往后排")), ("end", _("这天必须完成，往前倒排"))],
    )
    on = forms.DateField(label=_("日期"), widget=DayInput())
    version = forms.IntegerField(widget=forms.HiddenInput)


class CloseForm(forms.Form):
    """Closing the nodes that were ticked: the day they were done, and the proof."""

    node = forms.MultipleChoiceField(
        label=_("节点"), error_messages={"required": _("请至少勾选一个节点。")}
    )
    on = forms.DateField(label=_("完成日期"), widget=DayInput())
    proof = forms.FileField(label=_("凭证"), max_length=200)
    note = forms.CharField(label=_("说明"), required=False, max_length=200)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, nodes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["node"].choices = nodes


class MoveForm(forms.Form):
    """Giving a node another due day."""

    due_on = forms.DateField(label=_("改为哪天完成"), widget=DayInput())
    reason = forms.CharField(label=_("调整的原因"), max_length=160)
    version = forms.IntegerField(widget=forms.HiddenInput)
