"""Forms of the returns' pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["ExplainForm", "SendBackForm", "TieForm"]


class ExplainForm(forms.Form):
    """The reason a firm gave."""

    text = forms.CharField(label=_("企业说的原因"), max_length=180)


class SendBackForm(forms.Form):
    """Why a filing goes back."""

    remark = forms.CharField(label=_("退回意见"), max_length=200)


class TieForm(forms.Form):
    """An account of a firm's user and the firm it files for."""

    person = forms.ChoiceField(label=_("账号"))
    code = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, help_text=_("在企业库里登记的 18 位代码")
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].choices = people

    def clean_code(self) -> str:
        """Return the code without the blanks and small letters that people type."""
        return "".join(self.cleaned_data["code"].split()).upper()
