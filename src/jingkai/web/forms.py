"""Forms of the shell's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["LoginForm"]


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
