"""Forms of the report pages."""

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.kernel.units import get_unit
from jingkai.plan.rules import join_path, path_fault, split_path
from jingkai.reports.models import Draft, Proposal
from jingkai.web.forms import DayInput
from jingkai.web.language import department_choices, speak

__all__ = [
    "CommentForm",
    "DraftForm",
    "FilterForm",
    "IntakeForm",
    "OpenDraftForm",
    "PassageForm",
    "ProposalForm",
    "SectionForm",
    "SplitForm",
    "TableForm",
    "shown_value",
    "told_before",
]


class IntakeForm(forms.Form):
    """A report as a file or as pasted text."""

    file = forms.FileField(
        label=_("报告文件"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"data-either": "text"}),
        help_text=_("txt、md、docx、html 或带文字层的 pdf,不超过 20 MB"),
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
    theme = forms.CharField(
        label=_("重点任务"),
        max_length=200,
        required=False,
        help_text=_("分级用“／”隔开，最多三级。"),
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
    was = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)

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

    def clean_theme(self) -> str:
        """Return the way to the theme as it is printed."""
        words = self.cleaned_data["theme"]
        if fault := path_fault(words):
            raise forms.ValidationError(speak(fault))
        return join_path(split_path(words))

    def clean_was(self) -> dict[str, Any]:
        """Return what the fields held when the person began, or nothing where that is not told."""
        try:
            was = json.loads(self.cleaned_data["was"] or "{}")
            if was.get("value") is not None:
                was["value"] = Decimal(was["value"])
            return was | {"due_on": date.fromisoformat(was["due_on"])} if was else {}
        except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
            return {}

    def clean_value(self) -> Decimal:
        """Return the value in base units."""
        return get_unit(self.proposal.unit).to_base(self.cleaned_data["value"])


def _initial(proposal: Proposal) -> dict[str, Any]:
    kept = ("text", "theme", "name", "op", "lead", "support", "leader", "due_on", "version")
    shown = {key: getattr(proposal, key) for key in kept}
    if (value := shown_value(proposal)) is not None:
        shown["value"] = value
    return shown | {"was": told_before(proposal)}


def shown_value(proposal: Proposal) -> str | None:
    """Return the number of a proposal as its form shows it."""
    if proposal.value is None:
        return None
    return get_unit(proposal.unit).show(proposal.value).replace(",", "")


def told_before(proposal: Proposal) -> str:
    """Return what the fields of a proposal hold, as the form sends it back with the new."""
    was: dict[str, Any] = {
        key: getattr(proposal, key)
        for key in ("text", "theme", "name", "op", "lead", "support", "leader")
    }
    was["due_on"] = proposal.due_on.isoformat()
    if (shown := shown_value(proposal)) is not None:
        was["value"] = str(get_unit(proposal.unit).to_base(Decimal(shown)))
    return json.dumps(was, ensure_ascii=False)


class FilterForm(forms.Form):
    """Which proposals of a review to show."""

    kind = forms.ChoiceField(
        label=_("类别"),
        required=False,
        choices=[
            ("", _("全部")),
            ("target", _("目标")),
            ("project", _("项目")),
            ("task", _("任务")),
        ],
    )
    theme = forms.ChoiceField(label=_("部分"), required=False)
    sure = forms.ChoiceField(
        label=_("把握"),
        required=False,
        choices=[
            ("", _("全部")),
            ("yes", _("有把握")),
            ("no", _("请核对")),
            ("same", _("可能重复")),
        ],
    )
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[
            ("", _("全部")),
            ("open", _("待确认")),
            ("accepted", _("已接受")),
            ("dropped", _("已舍弃")),
        ],
    )

    def __init__(self, themes: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [("", _("全部")), *((one, one) for one in themes)]


class TableForm(forms.Form):
    """An edited 任务分解表."""

    file = forms.FileField(label=_("改好的任务分解表（xlsx）"), max_length=200)


class SplitForm(forms.Form):
    """One task a line."""

    parts = forms.CharField(
        label=_("每行一项"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class OpenDraftForm(forms.Form):
    """What to write, of which year, and what to start from."""

    title = forms.CharField(label=_("标题"), max_length=60)
    kind = forms.ChoiceField(
        label=_("类别"), choices=[(one.value, _(one.label)) for one in Draft.Kind]
    )
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    period = forms.CharField(
        label=_("数字的默认期间"),
        max_length=16,
        help_text=_("例如 2021(年)、2021-06(月)、2021-01..06(累计)"),
    )
    start = forms.ChoiceField(
        label=_("从哪里开始"),
        choices=[
            ("annual", _("由记录写出年度初稿")),
            ("month", _("由记录写出进度通报")),
            ("blank", _("空白稿")),
        ],
    )


class SectionForm(forms.Form):
    """The title of a section and where it stands."""

    title = forms.CharField(label=_("标题"), max_length=60)
    parent = forms.ChoiceField(label=_("上级"), required=False)
    position = forms.IntegerField(label=_("次序"), min_value=1, max_value=999, required=False)

    def __init__(self, *args: Any, sections: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("顶层")), *sections]


class PassageForm(forms.Form):
    """A passage: words, and places for numbers in braces."""

    text = forms.CharField(
        label=_("正文"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("数字写成 {指标代码 形式 期间}，可以查出来插入；省去期间就用默认期间"),
    )
    kind = forms.ChoiceField(
        label=_("类别"),
        required=False,
        choices=[("text", _("段落")), ("table", _("表")), ("chart", _("图"))],
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=_("为什么改"), max_length=100, required=False)


class CommentForm(forms.Form):
    """A remark, and other words for the passage."""

    text = forms.CharField(label=_("意见"), max_length=400, required=False)
    suggestion = forms.CharField(
        label=_("建议改为"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
