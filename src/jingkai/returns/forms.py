"""Forms of the returns' pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["ExplainForm", "SendBackForm"]


class ExplainForm(forms.Form):
    """The reason a firm gave."""

    text = forms.CharField(label=_("企业说的原因"), max_length=180)


class SendBackForm(forms.Form):
    """Why a filing goes back."""

    remark = forms.CharField(label=_("退回意见"), max_length=200)
