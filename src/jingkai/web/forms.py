"""Forms of the shell's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["DayInput", "LoginForm"]


class DayInput(forms.DateInput):
    """A day as the browser's own picker takes it, whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


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
