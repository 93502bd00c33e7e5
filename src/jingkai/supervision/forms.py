"""Forms of supervision."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.zone import current_zone
from jingkai.plan.queries import STATUSES
from jingkai.web.forms import DayInput, UnitsForm
from jingkai.web.language import department_choices, spoken, spoken_refusal

__all__ = [
    "AnswerForm",
    "DecisionForm",
    "FigureForm",
    "FollowUpForm",
    "LettersForm",
    "MinutesForm",
    "TableForm",
    "decision_forms",
]

DECISIONS = 4


class FollowUpForm(forms.Form):
    """批示: a word or a pick, by whom, until when, and what will prove it."""

    pick = forms.ChoiceField(label=_("常用批示"), required=False)
    instruction = forms.CharField(
        label=_("批示内容"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("可以只选一句常用批示，也可以自己写；两样都有时接在一起。"),
    )
    lead = forms.ChoiceField(label=_("承办单位"))
    due_on = forms.DateField(label=_("办结时限"), widget=DayInput())
    evidence = forms.ChoiceField(label=_("印证材料"))
    support = forms.MultipleChoiceField(
        label=_("配合单位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    about = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supervision, departments = current_zone().supervision, department_choices()
        self.fields["pick"].choices = [
            ("", _("不选")),
            *((one, one) for one in supervision.picks),
        ]
        self.fields["lead"].choices = [("", _now("请选择")), *departments]
        self.fields["support"].choices = departments
        self.fields["evidence"].choices = [
            (one.id, f"{spoken(one.name, one.english)}（{spoken(one.proof, one.proof_english)}）")
            for one in supervision.evidence
        ]

    def clean(self) -> dict[str, Any]:
        """Put the pick and the words together."""
        told: dict[str, Any] = super().clean() or {}
        parts = [told.get("pick", ""), told.get("instruction", "").strip()]
        told["instruction"] = "".join(part for part in parts if part)
        if not told["instruction"]:
            self.add_error("instruction", _now("请写明要办什么，或从常用批示里选一句。"))
        return told


class AnswerForm(forms.Form):
    """本月进展, 存在问题, 下步打算."""

    progress = forms.CharField(
        label=_("本月进展"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    problem = forms.CharField(
        label=_("存在问题"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写了问题，会出现在下一次调度会的一页纸上。"),
    )
    next_step = forms.CharField(
        label=_("下步打算"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class LettersForm(forms.Form):
    """发函: which letter, about which follow-ups or to whom, and until when to answer."""

    template = forms.ChoiceField(label=_("函的种类"))
    follow_ups = forms.TypedMultipleChoiceField(
        label=_("督办事项"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    departments = forms.MultipleChoiceField(
        label=_("主送单位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("选了督办事项的，按承办单位合并成一件，不必再选。"),
    )
    words = forms.CharField(
        label=_("内容"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写进函的正文，一行一段；不列督办事项的函必须写。"),
    )
    answer_by = forms.DateField(label=_("反馈时限"), widget=DayInput())

    def __init__(self, *args: Any, follow_ups: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [
            (one.id, f"{spoken(one.name, one.english)}（{one.title}）")
            for one in current_zone().supervision.letters
        ]
        self.fields["follow_ups"].choices = follow_ups
        self.fields["departments"].choices = department_choices()


class TableForm(forms.Form):
    """A table that somebody needs: its name, period and headings; until when gaps are answered."""

    title = forms.CharField(label=_("表名或用途"), max_length=80)
    period = forms.CharField(
        label=_("期间"), max_length=16, help_text=_("如 2021-01..05（1—5月）、2021Q2、2021。")
    )
    headings = forms.CharField(
        label=_("表头"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("一行一个，或从 Excel 复制一行表头粘进来。有“企业名称”一列时，按企业清单给。"),
    )
    due_on = forms.DateField(label=_("缺的数几日前答复"), required=False, widget=DayInput())

    def clean_period(self) -> Period:
        """Return the period that was written."""
        try:
            return parse_period(self.cleaned_data["period"])
        except BadPeriod as problem:
            raise forms.ValidationError(spoken_refusal(problem)) from None


class FigureForm(UnitsForm):
    """The answer to one figure: a value with its status, or words; always with its source."""

    value = forms.DecimalField(label=_("数值"), max_digits=24, decimal_places=6, required=False)
    status = forms.ChoiceField(label=_("数据状态"), required=False)
    answer = forms.CharField(
        label=_("答复"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明数值和单位；没有发生写 0。"),
    )
    proof = forms.FileField(label=_("数据来源"), max_length=200)

    def __init__(self, *args: Any, unit: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].widget.attrs["data-unit"] = unit
        self.fields["status"].choices = [(one, _now(one)) for one in STATUSES]


class MinutesForm(forms.Form):
    """The minutes of a meeting."""

    title = forms.CharField(label=_("会议名称"), max_length=80)
    minutes = forms.CharField(
        label=_("纪要"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(forms.Form):
    """One decision: who does what until when; an empty line is no decision."""

    text = forms.CharField(label=_("决定"), max_length=400, required=False)
    lead = forms.ChoiceField(label=_("承办单位"), required=False)
    due_on = forms.DateField(label=_("时限"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [("", _now("请选择")), *department_choices()]

    def clean(self) -> dict[str, Any]:
        """Refuse half a decision."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("text"):
            for name, words in (("lead", _now("请选择承办单位。")), ("due_on", _now("请给时限。"))):
                if not told.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return told


def decision_forms(data: Any = None, **initial: Any) -> list[DecisionForm]:
    """Return the lines for decisions."""
    return [
        DecisionForm(data, prefix=f"d{place}", initial=initial, auto_id=f"d{place}-%s")
        for place in range(DECISIONS)
    ]
