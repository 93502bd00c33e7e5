"""Forms of the case pages."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.cases.rules import CaseType, Step, StepMap
from jingkai.web.forms import DayInput
from jingkai.web.language import department_choices, person_choices, spoken

__all__ = [
    "ClockForm",
    "CosignForm",
    "HandOverForm",
    "MigrateForm",
    "NoticeForm",
    "StepForm",
    "WithdrawForm",
    "words_input",
]


def words_input() -> forms.Textarea:
    """Return the field for a few sentences."""
    return forms.Textarea(attrs={"rows": 3})


class StepForm(forms.Form):
    """Doing a step: its outcome, the words, the proof."""

    outcome = forms.ChoiceField(label=_("结果"), required=False)
    words = forms.CharField(label=_("意见"), max_length=500, required=False, widget=words_input())
    proof = forms.FileField(label=_("附件"), max_length=200, required=False)
    since = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step.outcomes:
            self.fields["outcome"].choices = [
                (one.id, spoken(one.name, one.english)) for one in step.outcomes
            ]
            self.fields["outcome"].required = True
        else:
            del self.fields["outcome"]
        self.fields["words"].required = step.needs_words
        self.fields["proof"].required = step.needs_proof


# What becomes of a step that the new version has no work for.
GONE = "-"


class WithdrawForm(forms.Form):
    """停用: why a version goes out of force."""

    why = forms.CharField(label=_("停用的原因和依据"), max_length=200)


class MigrateForm(forms.Form):
    """迁移: on what basis, and what becomes of each step."""

    basis = forms.CharField(
        label=_("迁移的依据"),
        max_length=300,
        help_text=_("文件和条款，写进每一件的办理记录"),
    )

    def __init__(self, *args: Any, old: CaseType, to: CaseType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("请选择")), (GONE, _("新版没有这项工作"))]
        choices += [(one.id, spoken(one.name, one.english)) for one in to.steps]
        for step in old.steps:
            self.fields[f"step_{step.id}"] = forms.ChoiceField(
                label=spoken(step.name, step.english),
                choices=choices,
                required=False,
                initial=step.id if step.id in to.by_id else "",
            )

    def step_map(self) -> StepMap:
        """Return what was filled in as a map."""
        told = self.cleaned_data
        # A step that nothing was chosen for stays out of the map: its open cases refuse to move.
        steps = {
            name.removeprefix("step_"): "" if value == GONE else value
            for name, value in told.items()
            if name.startswith("step_") and value
        }
        return StepMap(basis=told["basis"], steps=steps)


class HandOverForm(forms.Form):
    """Taking, handing over, sending back, asking for another desk's word."""

    department = forms.ChoiceField(label=_("部门"), required=False)
    person = forms.ChoiceField(label=_("经办人"), required=False)
    to = forms.ChoiceField(label=_("退回到"), required=False)
    words = forms.CharField(label=_("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, earlier: Sequence[Step] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("请选择")), *department_choices()]
        self.fields["person"].choices = [("", _("不指定")), *person_choices()]
        self.fields["to"].choices = [(one.id, spoken(one.name, one.english)) for one in earlier]


class ClockForm(forms.Form):
    """Pausing, resuming, asking for more days, ending."""

    reason = forms.ChoiceField(label=_("法定事由"), required=False)
    proof = forms.FileField(label=_("书面告知"), max_length=200, required=False)
    day = forms.DateField(label=_("日期"), required=False, widget=DayInput())
    days = forms.IntegerField(label=_("延长天数"), min_value=1, max_value=400, required=False)
    words = forms.CharField(label=_("理由"), max_length=200, required=False)

    def __init__(self, *args: Any, kind: CaseType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [
            (one.id, f"{spoken(one.name, one.english)}（{one.basis}）") for one in kind.pauses
        ]


class CosignForm(forms.Form):
    """The word that another desk asked for."""

    agreed = forms.ChoiceField(
        label=_("会签意见"), choices=[("yes", _("同意")), ("no", _("不同意"))]
    )
    words = forms.CharField(label=_("说明"), max_length=200, required=False)


class NoticeForm(forms.Form):
    """A holiday notice as it is pasted."""

    year = forms.IntegerField(label=_("年份"), min_value=2015, max_value=2099)
    source = forms.CharField(label=_("通知文号"), max_length=120)
    text = forms.CharField(
        label=_("通知正文"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("每个节日一行，如“元旦：1月1日至3日放假调休，共3天。1月4日上班。”"),
    )
