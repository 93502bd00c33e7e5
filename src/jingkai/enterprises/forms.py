"""Forms of the register's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.enterprises.rules import (
    ATTRIBUTES,
    ENDINGS,
    HONOUR_STEPS,
    KINDS,
    OWNERSHIPS,
    RESERVED,
    SIZES,
    TRADES,
    attribute_value,
)
from jingkai.kernel.creditcode import tidy
from jingkai.kernel.zone import current_zone
from jingkai.web.forms import DayInput
from jingkai.web.language import department_choices, spoken

__all__ = [
    "AttributeForm",
    "EndForm",
    "EnterpriseForm",
    "HonourForm",
    "MergeForm",
    "RenameForm",
    "RollForm",
]


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


def _titles() -> list[tuple[str, str]]:
    titles = current_zone().ladder.titles.values()
    return [(one.id, spoken(one.name, one.english)) for one in titles]


class HonourForm(forms.Form):
    """A title, platform, brand or standard that a firm was given, renewed or lost."""

    title = forms.ChoiceField(label=_("称号、平台、品牌或标准"), choices=_titles)
    step = forms.ChoiceField(
        label=_("取得、续期或撤销"), choices=[(one, _(word)) for one, word in HONOUR_STEPS.items()]
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


class AttributeForm(forms.Form):
    """Another value of an attribute from a day on."""

    attribute = forms.ChoiceField(
        label=_("属性"), choices=[(key, _(word)) for key, word in ATTRIBUTES.items()]
    )
    value = forms.CharField(
        label=_("新的值"),
        max_length=100,
        help_text=_("行业填4位代码；规模填大型、中型、小型、微型；不知道就填不详、不适用或待核"),
    )
    on = forms.DateField(label=_("从哪天起"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        """Keep the word's code; refuse what is none of the words of its attribute."""
        told = super().clean() or {}
        attribute, said = told.get("attribute"), told.get("value")
        if not attribute or not said:
            return told
        value = told["value"] = attribute_value(attribute, said.strip())
        words = {"size": SIZES, "ownership": OWNERSHIPS}.get(attribute)
        if value in RESERVED:
            return told
        if words and value not in words:
            kinds = "、".join([*words.values(), *RESERVED.values()])
            self.add_error(
                "value", _("没有“%(said)s”；可填：%(words)s。") % {"said": said, "words": kinds}
            )
        if attribute == "industry" and value not in current_zone().industries:
            self.add_error("value", _("国民经济行业分类里没有“%s”；请填4位代码，或填不详。") % said)
        return told


class RollForm(forms.Form):
    """A firm enters the statistical roll in a profession, or leaves it."""

    trade = forms.ChoiceField(
        label=_("统计专业"), choices=[(key, _(word)) for key, word in TRADES.items()]
    )
    on = forms.DateField(label=_("日期"), widget=DayInput())


class EndForm(forms.Form):
    """A firm ends: cancelled, revoked, moved away, or merged into another."""

    ending = forms.ChoiceField(
        label=_("退出方式"), choices=[(key, _(word)) for key, word in ENDINGS.items()]
    )
    on = forms.DateField(label=_("退出日期"), widget=DayInput())
    into = forms.CharField(
        label=_("并入哪一家"),
        max_length=100,
        required=False,
        help_text=_("只有合并要填：企业全称或统一社会信用代码"),
    )


class MergeForm(forms.Form):
    """One of two entries is the same firm as the other."""

    code = forms.CharField(widget=forms.HiddenInput)
    into = forms.CharField(widget=forms.HiddenInput)
    step = forms.ChoiceField(choices=[(one, one) for one in ("ask", "merge", "apart")])
