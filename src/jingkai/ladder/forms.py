"""Forms of the ladder's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jingkai.kernel.zone import current_zone
from jingkai.ladder.rules import RECORDS, STAGES
from jingkai.web.forms import DayInput
from jingkai.web.language import spoken, with_unit

__all__ = ["MoveForm", "StateForm"]


class StateForm(forms.Form):
    """A measure that a firm states, with its proof."""

    measure = forms.ChoiceField(label=_("指标"))
    value = forms.DecimalField(label=_("数值"), max_digits=18, decimal_places=4)
    on = forms.DateField(label=_("材料日期"), widget=DayInput())
    proof = forms.CharField(label=_("证明材料"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        measures = current_zone().ladder.measures.values()
        self.fields["measure"].choices = [
            (one.id, with_unit(spoken(one.name, one.english), one.unit))
            for one in measures
            if one.source == "stated"
        ]


class MoveForm(forms.Form):
    """A step, a blocker or a service of a listing candidate."""

    code = forms.CharField(
        label=_("企业"),
        max_length=100,
        help_text=_("填企业全称，或统一社会信用代码"),
    )
    kind = forms.ChoiceField(
        label=_("记什么"), choices=[(key, _(word)) for key, word in RECORDS.items()]
    )
    stage = forms.ChoiceField(
        label=_("推进到"),
        choices=[("", "—"), *((key, _(word)) for key, word in STAGES.items())],
        required=False,
        help_text=_("只有“推进一步”要选；阶段一次走一步"),
    )
    on = forms.DateField(label=_("日期"), widget=DayInput())
    sponsor = forms.CharField(label=_("保荐机构"), max_length=100, required=False)
    text = forms.CharField(
        label=_("做了什么、卡在哪里"), max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the stage of a step."""
        told = super().clean() or {}
        if told.get("kind") == "step" and not told.get("stage"):
            self.add_error("stage", _("请选推进到哪个阶段。"))
        return told
