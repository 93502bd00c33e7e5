"""Forms of the counter; what a bundle asks is built from the zone's own list of fields."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.approvals.models import Paper
from jingkai.approvals.rules import GRADES, PAPER_STATES
from jingkai.kernel.items import Fact, FormField
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import list_people
from jingkai.projects.queries import Project
from jingkai.web.forms import DayInput
from jingkai.web.language import spoken, unit_word, with_place

__all__ = [
    "AgentForm",
    "ApplicationForm",
    "CallBackForm",
    "ConfirmForm",
    "ConsentForm",
    "DelegateForm",
    "FactsForm",
    "HoursForm",
    "InviteForm",
    "LookUpForm",
    "PapersForm",
    "RateForm",
    "WordsForm",
]


def _ask(one: FormField, *, is_required: bool) -> forms.Field:
    label = spoken(one.name, one.english)
    if one.kind == "number":
        unit = forms.NumberInput(
            attrs={"data-unit": unit_word(one.unit) if one.unit else "", "step": "any"}
        )
        return forms.DecimalField(label=label, required=is_required, min_value=0, widget=unit)
    if one.kind == "date":
        return forms.DateField(label=label, required=is_required, widget=DayInput())
    if one.kind == "choice":
        choices = [(word, word) for word in one.choices]
        return forms.ChoiceField(label=label, required=is_required, choices=choices)
    return forms.CharField(label=label, required=is_required, max_length=200)


class InviteForm(forms.Form):
    """企业邀请: which firm."""

    firm = forms.CharField(label=_("企业名称"), max_length=100)
    credit_code = forms.CharField(label=_("统一社会信用代码"), min_length=18, max_length=18)


class ConsentForm(forms.Form):
    """开账号: on consent, by the link of an invitation."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = forms.CharField(label=_("经办人姓名"), max_length=40)
    account = forms.CharField(
        label=_("账号"),
        max_length=40,
        help_text=_("小写字母开头，4 到 40 个小写字母、数字或 . _ -"),
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        help_text=_("至少 12 个字符，不用常见词，不和账号姓名相似"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    agreed = forms.BooleanField(
        label=_("同意上面的说明，开一个企业账号"),
        required=False,
    )


class FactsForm(forms.Form):
    """What decides which items are needed."""

    def __init__(self, *args: Any, facts: Sequence[Fact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for fact in facts:
            english = fact.choices_english
            words = [
                (one, spoken(word, english.get(one, ""))) for one, word in fact.choices.items()
            ]
            self.fields[fact.id] = forms.ChoiceField(
                label=spoken(fact.question, fact.english), choices=[("", _("请选择")), *words]
            )


class ApplicationForm(forms.Form):
    """申请表: who applies, then each thing that the items ask, once."""

    applicant = forms.CharField(label=_("申请人"), max_length=100)
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, required=False,
        help_text=_("新设企业没有代码，可以不填"),
    )  # fmt: skip
    phone = forms.RegexField(
        r"^[0-9+ -]{6,20}$",
        label=_("联系电话"),
        help_text=_("凭编号和电话后四位查进度"),
        error_messages={"invalid": _("电话只写数字，如 13800000000。")},
    )
    undertaken = forms.BooleanField(label=_("能用告知承诺的，我选择告知承诺"), required=False)

    def __init__(
        self,
        *args: Any,
        ask: Sequence[FormField],
        projects: Iterable[Project] | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for one in ask:
            if one.id not in ("firm_name", "credit_code"):
                self.fields[f"q_{one.id}"] = _ask(one, is_required=one.is_required)
        if projects is not None:
            known = [(str(one.pk), one.name) for one in projects]
            self.fields["project"] = forms.ChoiceField(
                label=_("关联项目"), required=False, choices=[("", _("不关联")), *known]
            )

    def answers(self) -> dict[str, str]:
        """Return what was told, each under its own name; the applicant is not asked twice."""
        told = self.cleaned_data
        found = {
            name.removeprefix("q_"): str(value)
            for name, value in told.items()
            if name.startswith("q_") and value not in (None, "")
        }
        return found | {"firm_name": told["applicant"], "credit_code": told["credit_code"]}


class PapersForm(forms.Form):
    """材料逐项打勾: one choice for each paper, and a day for what is deferred."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(label=_("说明（不予受理的理由）"), max_length=200, required=False)

    def __init__(self, *args: Any, papers: Sequence[Paper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        materials = current_zone().approvals.materials
        self.rows: list[tuple[Paper, str, str]] = []
        for paper in papers:
            known = materials.get(paper.material)
            name = spoken(paper.name, paper.english)
            allowed = ["missing", "received"]
            allowed += ["held"] if known and known.holder else []
            allowed += ["deferred"] if known and known.deferrable else []
            allowed += ["promised"] if known and known.undertaking else []
            self.fields[f"s_{paper.material}"] = forms.ChoiceField(
                label=name,
                choices=[(one, spoken(*PAPER_STATES[one])) for one in allowed],
                initial=paper.state,
            )
            day = forms.DateField(
                label=_("%(name)s：补交期限") % {"name": name},
                required=False,
                widget=DayInput(),
                initial=paper.due_on,
            )
            day.widget.attrs["aria-label"] = day.label
            self.fields[f"d_{paper.material}"] = day
            self.rows.append((paper, f"s_{paper.material}", f"d_{paper.material}"))

    def states(self) -> dict[str, str]:
        """Return the state chosen for each material."""
        return {p.material: self.cleaned_data[state] for p, state, _day in self.rows}

    def days(self) -> dict[str, Any]:
        """Return the day given for each material."""
        return {p.material: self.cleaned_data[day] for p, _state, day in self.rows}


class ConfirmForm(forms.Form):
    """The basis of an item that was 待核."""

    basis = forms.CharField(
        label=_("依据（文件和条款）"), max_length=200, help_text=_("确认后对申请人公开")
    )


class WordsForm(forms.Form):
    """Why something ends."""

    words = forms.CharField(label=_("原因"), max_length=200)


class LookUpForm(forms.Form):
    """Number and the last four digits of the phone."""

    number = forms.CharField(label=_("申请编号"), max_length=32)
    phone = forms.RegexField(
        r"^\d{4}$",
        label=_("联系电话后四位"),
        error_messages={"invalid": _("请输入四位数字。")},
    )


class RateForm(forms.Form):
    """Five grades and a word."""

    grade = forms.ChoiceField(label=_("评价"))
    words = forms.CharField(label=_("意见"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = [
            (str(grade), spoken(*words)) for grade, words in GRADES.items()
        ]


class CallBackForm(forms.Form):
    """What was said when calling back, and whether it is put right."""

    rating = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(label=_("回访情况和整改结果"), max_length=260)
    righted = forms.BooleanField(label=_("已整改，可以重评一次"), required=False)


class DelegateForm(forms.Form):
    """An item given to the one seal."""

    item = forms.ChoiceField(label=_("事项"))
    giver = forms.CharField(label=_("划出部门"), max_length=80)
    document = forms.CharField(label=_("授权文件"), max_length=120)
    from_on = forms.DateField(label=_("起日"), widget=DayInput())
    until_on = forms.DateField(label=_("止日"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = current_zone().approvals.items.values()
        self.fields["item"].choices = [(one.id, spoken(one.name, one.english)) for one in items]


class AgentForm(forms.Form):
    """The one officer who runs the papers."""

    agent = forms.ChoiceField(label=_("代办员"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"].choices = [
            (str(one.pk), with_place(one.name, one.department)) for one in list_people()
        ]


class HoursForm(forms.Form):
    """The hours that a task took."""

    task = forms.IntegerField(widget=forms.HiddenInput)
    hours = forms.DecimalField(
        label=_("工时"),
        min_value=0,
        max_digits=5,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"data-unit": _("小时"), "step": "0.5"}),
    )
