"""Forms of the report pages."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.kernel.units import get_unit
from jingkai.reports.models import Proposal
from jingkai.web.forms import DayInput
from jingkai.web.language import department_choices

__all__ = ["DraftForm", "IntakeForm", "ProposalForm", "SplitForm"]


class IntakeForm(forms.Form):
    """A report as a file or as pasted text."""

    file = forms.FileField(
        label=_("报告文件"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"data-either": "text"}),
        help_text=_("txt、docx、html 或带文字层的 pdf,不超过 20 MB"),
    )
    text = forms.CharField(
        label=_("或者把正文粘贴在这里"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-either": "file"}),
    )
    year = forms.IntegerField(
        label=_("计划年度"),
        required=False,
        min_value=1990,
        max_value=2100,
        help_text=_("正文里写明年度的可以不填"),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of file and text."""
        told = super().clean() or {}
        if told.get("file") and told.get("text", "").strip():
            raise forms.ValidationError(_("文件和粘贴只用一种：请清空其中一个。"))
        if not told.get("file") and not told.get("text", "").strip() and not self.errors:
            raise forms.ValidationError(_("请选择报告文件，或粘贴报告正文。"))
        return told


class DraftForm(IntakeForm):
    """A draft to be checked, and the day whose knowledge it is checked against."""

    file = forms.FileField(
        label=_("讲话、简报或表格"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"data-either": "text"}),
        help_text=_("txt、docx、html 或带文字层的 pdf,不超过 20 MB"),
    )
    known_on = forms.DateField(label=_("以哪天所知的记录为准"), required=False, widget=DayInput())
    field_order = ("file", "text", "known_on", "year")


class ProposalForm(forms.Form):
    """The words, number, people and date of one proposal."""

    text = forms.CharField(
        label=_("重点工作"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    name = forms.CharField(label=_("指标或项目"), max_length=100, required=False)
    op = forms.ChoiceField(
        label=_("比较"),
        required=False,
        choices=[
            (">=", _("不低于")),
            (">", _("超过")),
            ("=", _("等于")),
            ("~", _("约")),
            ("<=", _("不超过")),
            ("<", _("低于")),
        ],
    )
    value = forms.DecimalField(label=_("目标值"), required=False)
    lead = forms.ChoiceField(label=_("牵头单位"), required=False)
    support = forms.MultipleChoiceField(
        label=_("配合单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    leader = forms.CharField(label=_("责任领导"), max_length=40, required=False)
    due_on = forms.DateField(label=_("完成时限"), widget=DayInput())
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, proposal: Proposal, *args: Any, **kwargs: Any) -> None:
        departments = department_choices()
        super().__init__(*args, initial=_initial(proposal), **kwargs)
        self.proposal = proposal
        self.fields["lead"].choices = [("", _("待定")), *departments]
        self.fields["support"].choices = departments
        if proposal.kind == "target":
            self.fields["value"].required = True
            self.fields["value"].widget.attrs["data-unit"] = proposal.unit
        else:
            del self.fields["op"], self.fields["value"]
        if proposal.kind == "task":
            del self.fields["name"]

    def clean_value(self) -> Decimal:
        """Return the value in base units."""
        return get_unit(self.proposal.unit).to_base(self.cleaned_data["value"])


def _initial(proposal: Proposal) -> dict[str, Any]:
    kept = ("text", "name", "op", "lead", "support", "leader", "due_on", "version")
    shown = {key: getattr(proposal, key) for key in kept}
    if proposal.value is not None:
        shown["value"] = get_unit(proposal.unit).show(proposal.value).replace(",", "")
    return shown


class SplitForm(forms.Form):
    """One task a line."""

    parts = forms.CharField(
        label=_("每行一项"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
