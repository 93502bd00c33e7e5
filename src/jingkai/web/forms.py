"""Forms of the shell's own pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.ledger.services import MistakenUnit
from jingkai.org.queries import profile
from jingkai.org.rules import ROLES, SCOPE_WORDS
from jingkai.web.language import department_choices

__all__ = [
    "CodeForm",
    "DayInput",
    "DelegationForm",
    "LoginForm",
    "MoveForm",
    "PasswordForm",
    "ReopenYearForm",
    "UnitsForm",
    "UploadForm",
]


class DayInput(forms.DateInput):
    """A day as the browser's own picker takes it, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class UnitsForm(forms.Form):
    """A form of figures: one that looks off by 10⁴ or 10⁸ is asked about, once."""

    units_checked = forms.BooleanField(label=_("单位已核对，这个数没有错"), required=False)

    def ask(self, doubt: MistakenUnit) -> None:
        """Say what looks wrong beside the box that confirms it."""
        self.add_error("units_checked", str(doubt))


class CodeForm(forms.Form):
    """One code of the phone, or a backup code."""

    code = forms.CharField(
        label=_("验证码"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
    )


class ReopenYearForm(forms.Form):
    """Why a closed year has to be opened again."""

    reason = forms.CharField(label=_("原因"), max_length=200)


class PasswordForm(forms.Form):
    """A new password, twice."""

    old = forms.CharField(
        label=_("原密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=_("新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("再输一遍新密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = profile()
        said = [_("至少 12 个字符，不用常见词，不和账号姓名相似")]
        if asked.kinds:
            kinds = _("大写、小写、数字、符号至少 %(count)s 种") % {"count": asked.kinds}
            said.append(kinds)
        if asked.history:
            said.append(_("不和最近 %(count)s 次相同") % {"count": asked.history})
        self.fields["new"].help_text = " · ".join(str(one) for one in said)

    def clean(self) -> dict[str, Any]:
        """Ask for the same password twice."""
        told = super().clean() or {}
        if told.get("new") and told.get("again") and told["new"] != told["again"]:
            self.add_error("again", _("两次输入的新密码不一样。"))
        return told


class UploadForm(forms.Form):
    """A table as a file, or its cells pasted."""

    file = forms.FileField(
        label=_("文件（xlsx、xls、csv）"),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt", "data-either": "1"}),
    )
    pasted = forms.CharField(
        label=_("或者把单元格粘在这里，连表头一起"),
        required=False,
        max_length=2_000_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-either": "1"}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        told = super().clean() or {}
        if not self.errors and not told.get("file") and not (told.get("pasted") or "").strip():
            self.add_error("file", _("请选择文件，或粘贴单元格。"))
        return told


class MoveForm(forms.Form):
    """Another department, post or role, from a day on."""

    department = forms.ChoiceField(label=_("部门"), required=False)
    post = forms.CharField(label=_("职务"), max_length=40, required=False)
    role = forms.ChoiceField(label=_("角色"))
    scope = forms.ChoiceField(label=_("数据范围"), required=False)
    chosen = forms.MultipleChoiceField(
        label=_("自定范围的部门"), required=False, widget=forms.CheckboxSelectMultiple
    )
    on = forms.DateField(label=_("从哪天起"), widget=DayInput())
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", _("无")), *department_choices()]
        self.fields["role"].choices = [(one.id, _(one.name)) for one in ROLES.values()]
        scopes = [(one.value, _(word)) for one, word in SCOPE_WORDS.items()]
        self.fields["scope"].choices = [("", _("按角色")), *scopes]
        self.fields["chosen"].choices = department_choices()


class DelegationForm(forms.Form):
    """Whom to let act in one's place, from when to when, and why."""

    taker = forms.ChoiceField(label=_("由谁代办"))
    from_on = forms.DateField(label=_("从"), widget=DayInput())
    until_on = forms.DateField(label=_("到"), widget=DayInput())
    reason = forms.CharField(label=_("事由"), max_length=200)

    def __init__(self, *args: Any, takers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].choices = takers


class LoginForm(forms.Form):
    """Account and password."""

    account = forms.CharField(
        label=_("账号"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_("密码"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
