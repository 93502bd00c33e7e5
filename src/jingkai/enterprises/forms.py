"""Forms of the register's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.enterprises.rules import HONOUR_STEPS, KINDS
from jingkai.kernel.creditcode import tidy
from jingkai.kernel.zone import current_zone
from jingkai.web.forms import DayInput
from jingkai.web.language import department_choices, spoken

__all__ = ["EnterpriseForm", "HonourForm", "MergeForm", "RenameForm"]


class EnterpriseForm(forms.Form):
    """A firm to take in."""

    code = forms.CharField(
        label=_("统一社会信用代码"), max_length=40, help_text=_("照营业执照填写18位代码")
    )
    name = forms.CharField(label=_("名称"), max_length=100)
    kind = forms.ChoiceField(
        label=_("主体类型"), choices=[(one, _(name)) for one, name in KINDS.items()]
    )
    registered_on = forms.DateField(label=_("成立日期"), widget=DayInput())
    industry = forms.CharField(
        label=_("行业代码"),
        max_length=4,
        required=False,
        help_text=_("国民经济行业分类的4位代码；不知道就留空，记为不详"),
    )
    department = forms.ChoiceField(
        label=_("归口部门"),
        required=False,
        help_text=_("归口部门的人才看得到；不选就全区共用"),
    )
    confirmed = forms.BooleanField(
        label=_("代码校验位不符，但已对照营业执照，确认无误"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [("", "—"), *department_choices()]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        """Keep a code in capitals and without blanks."""
        return tidy(self.cleaned_data["code"])


class RenameForm(forms.Form):
    """Another name from a day on."""

    name = forms.CharField(label=_("新名称"), max_length=100)
    on = forms.DateField(label=_("变更日期"), widget=DayInput())


class HonourForm(forms.Form):
    """A title, platform, brand or standard that a firm was given, renewed or lost."""

    title = forms.ChoiceField(label=_("称号、平台、品牌或标准"))
    step = forms.ChoiceField(
        label=_("事项"), choices=[(one, _(word)) for one, word in HONOUR_STEPS.items()]
    )
    on = forms.DateField(label=_("文件或证书日期"), widget=DayInput())
    until = forms.DateField(
        label=_("有效期至"),
        required=False,
        widget=DayInput(),
        help_text=_("证书上写明的最后一天；不填就按办法规定的年限算"),
    )
    about = forms.CharField(
        label=_("名称或编号"),
        max_length=60,
        required=False,
        help_text=_("平台的名称、证书编号或标准号；同类有几个时必须分开写"),
    )
    document = forms.CharField(label=_("文号"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].choices = [  # type: ignore[attr-defined]
            (one.id, spoken(one.name, one.english)) for one in current_zone().ladder.titles.values()
        ]
        self.fields["step"].choices = [  # type: ignore[attr-defined]
            (one, _(word)) for one, word in HONOUR_STEPS.items()
        ]


class MergeForm(forms.Form):
    """One of two entries is the same firm as the other."""

    code = forms.CharField(widget=forms.HiddenInput)
    into = forms.CharField(widget=forms.HiddenInput)
