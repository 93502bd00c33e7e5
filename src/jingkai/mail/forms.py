"""The form of one's own address."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

__all__ = ["AddressForm"]


class AddressForm(forms.Form):
    """邮件通知: where to, in which language, or nowhere."""

    address = forms.EmailField(label=_("邮箱"), max_length=120)
    language = forms.ChoiceField(
        label=_("信里用的语言"), choices=settings.LANGUAGES, required=False
    )
