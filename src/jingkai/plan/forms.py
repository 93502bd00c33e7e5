"""Forms of the plan pages."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.plan.cascading import TEMPLATES
from jingkai.plan.rules import BINDINGNESS
from jingkai.plan.themes import LONGEST, Tree
from jingkai.web.forms import DayInput, UnitsForm
from jingkai.web.language import department_choices, person_choices, spoken_refusal, unit_word

__all__ = [
    "AdoptForm",
    "AmendForm",
    "CascadeForm",
    "CloseForm",
    "DutyForm",
    "FilterForm",
    "ItemForm",
    "NewThemeForm",
    "ReadingForm",
    "ShareReadingForm",
    "TargetForm",
    "ThemeForm",
    "theme_choices",
]


class FilterForm(forms.Form):
    """The filter above the plan table."""

    theme = forms.ChoiceField(label=_("重点任务"), required=False)
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

    def __init__(self, tree: Tree, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = department_choices()
        self.fields["lead"].choices = [("", _("全部")), *departments]
        themes = [("", _now("全部")), *theme_choices(tree), ("none", _now("未分组"))]
        self.fields["theme"].choices = themes


def theme_choices(tree: Tree) -> list[tuple[str, str]]:
    """Return the themes as choices of a form: each under the one above it."""
    return [(f"{one.id}", "　" * (len(tree.above(one.id)) - 1) + one.name) for one in tree]


class ItemForm(forms.Form):
    """Who leads an item, who supports it, until when, in which words, below which theme."""

    text = forms.CharField(
        label=_("重点工作"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    leader = forms.CharField(label=_("责任领导"), max_length=40, required=False)
    lead = forms.ChoiceField(label=_("牵头单位"), required=False)
    support = forms.MultipleChoiceField(
        label=_("配合单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    due_on = forms.DateField(label=_("完成时限"), widget=DayInput())
    theme = forms.TypedChoiceField(
        label=_("重点任务"), required=False, coerce=int, empty_value=None
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, tree: Tree, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = department_choices()
        self.fields["lead"].choices = [("", _("待定")), *departments]
        self.fields["support"].choices = departments
        self.fields["theme"].choices = [("", _now("未分组")), *theme_choices(tree)]


class ThemeForm(forms.Form):
    """A theme: its name, the one above it, and its position among its equals."""

    name = forms.CharField(label=_("名称"), max_length=LONGEST)
    parent = forms.TypedChoiceField(label=_("上一级"), required=False, coerce=int, empty_value=None)
    position = forms.IntegerField(label=_("第几个"), min_value=1, max_value=999)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, tree: Tree, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("最上一级")), *theme_choices(tree)]


class NewThemeForm(ThemeForm):
    """A theme that does not stand yet: it comes last among its equals."""

    position = None
    version = None


class CloseForm(forms.Form):
    """The day a task was done."""

    on = forms.DateField(label=_("完成日期"), widget=DayInput())
    version = forms.IntegerField(widget=forms.HiddenInput)


class TargetForm(forms.Form):
    """What a target promises: its value, binding or anticipated, a pledge to the public or not."""

    value = forms.DecimalField(label=_("目标值"), max_digits=20, decimal_places=4)
    bindingness = forms.ChoiceField(label=_("约束性"))
    is_pledge = forms.BooleanField(label=_("列入民生实事，向社会公布"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].widget.attrs["data-unit"] = unit_word(unit)
        self.fields["bindingness"].choices = [
            (key, _now(word)) for key, word in BINDINGNESS.items()
        ]


class AdoptForm(forms.Form):
    """Who adopted the plan, and when."""

    by = forms.CharField(
        label=_("通过的会议或机关"), max_length=40, help_text=_("如 管委会主任办公会")
    )
    on = forms.DateField(label=_("通过日期"), widget=DayInput)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today

    def clean_on(self) -> date:
        """Return the day, which is not to come."""
        on: date = self.cleaned_data["on"]
        if on > self._today:
            raise forms.ValidationError(
                _("通过日期 %(day)s 在将来（今天是 %(today)s）。")
                % {"day": on, "today": self._today}
            )
        return on


class AmendForm(forms.Form):
    """Why the plan is changed."""

    reason = forms.CharField(
        label=_("调整原因和依据"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReadingForm(UnitsForm):
    """A number that somebody else publishes, with where it comes from."""

    period = forms.CharField(
        label=_("期间"), max_length=16, help_text=_("如 2021-01..05（1—5月）、2021Q2、2021。")
    )
    value = forms.DecimalField(label=_("数值"), max_digits=24, decimal_places=6)
    status = forms.ChoiceField(label=_("数据状态"))
    proof = forms.FileField(label=_("数据来源"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(one, _now(one)) for one in ("快报", "初核", "终核")]

    def clean_period(self) -> Period:
        """Return the period that was written."""
        try:
            return parse_period(self.cleaned_data["period"])
        except BadPeriod as problem:
            raise forms.ValidationError(spoken_refusal(problem)) from None


class DutyForm(forms.Form):
    """Who files a number, how often, by which day."""

    person = forms.ChoiceField(label=_("报数人"))
    every = forms.ChoiceField(
        label=_("多久一次"),
        choices=[("month", _("每月")), ("quarter", _("每季")), ("year", _("每年"))],
    )
    day = forms.IntegerField(label=_("次月几日前"), min_value=1, max_value=28)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", _now("请选择")), *person_choices()]


class CascadeForm(forms.Form):
    """How many items are handed down at once."""

    template = forms.ChoiceField(label=_("分解办法"))
    lead_weight = forms.DecimalField(
        label=_("牵头占比"), max_digits=5, decimal_places=2, min_value=0, max_value=100
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_weight"].widget.attrs["data-unit"] = "%"
        self.fields["template"].choices = [(key, _now(word)) for key, word in TEMPLATES.items()]


class ShareReadingForm(forms.Form):
    """What the holder of a share reached since January, with where it comes from."""

    month = forms.IntegerField(label=_("截至几月"), min_value=1, max_value=12)
    value = forms.DecimalField(label=_("年初以来完成"), max_digits=20, decimal_places=4)
    proof = forms.FileField(label=_("数据来源"), max_length=200)
