"""Forms of the plan pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.web.forms import DayInput
from jingkai.web.language import department_choices

__all__ = ["CloseForm", "FilterForm", "ItemForm"]


class FilterForm(forms.Form):
    """The filter above the plan table."""

    lead = forms.ChoiceField(label=_("责任单位"), required=False)
    kind = forms.ChoiceField(
        label=_("类别"),
        required=False,
        choices=[
            ("", _("全部")),
            ("target", _("目标")),
            ("task", _("任务")),
            ("project", _("项目")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = department_choices()
        self.fields["lead"].choices = [("", _("全部")), *departments]


class ItemForm(forms.Form):
    """Who leads an item, who supports it, until when, in which words."""

    text = forms.CharField(
        label=_("重点工作"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    leader = forms.CharField(label=_("责任领导"), max_length=40, required=False)
    lead = forms.ChoiceField(label=_("牵头单位"), required=False)
    support = forms.MultipleChoiceField(
        label=_("配合单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    due_on = forms.DateField(label=_("完成时限"), widget=DayInput())
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = department_choices()
        self.fields["lead"].choices = [("", _("待定")), *departments]
        self.fields["support"].choices = departments


class CloseForm(forms.Form):
    """The day a task was done."""

    on = forms.DateField(label=_("完成日期"), widget=DayInput())
    version = forms.IntegerField(widget=forms.HiddenInput)
