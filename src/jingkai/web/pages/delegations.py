"""授权代办: let a colleague act in one's place for some days; take it back."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.org.queries import Delegation, list_delegations, list_takers
from jingkai.org.rules import ROLES
from jingkai.org.services import AccountRefused, delegate, withdraw_delegation
from jingkai.web.access import Policy, needs
from jingkai.web.forms import DelegationForm
from jingkai.web.language import spoken_refusal, with_place
from jingkai.web.shell import show


@dataclass(frozen=True)
class DelegationRow:
    """One delegation, and whether it has effect today."""

    id: int
    giver: str
    taker: str
    period: str
    reason: str
    state: str
    may_withdraw: bool


@dataclass
class DelegationsPage:
    """What I lent and was lent."""

    rows: list[DelegationRow]
    form: DelegationForm | None
    template: str = "web/delegations.html"


@needs(Policy.SIGNED_IN)
def delegations(request: HttpRequest) -> HttpResponse:
    """Show what was lent to and by this person; lend."""
    form = None
    if ROLES[request.user.role].permissions and not ROLES[request.user.role].is_admin:
        takers = [
            (one.pk, with_place(one.name, one.department)) for one in list_takers(request.user)
        ]
        first = {"from_on": request.today, "until_on": request.today}
        form = DelegationForm(request.POST or None, takers=takers, initial=first)
    if request.method == "POST" and form is not None and form.is_valid():
        told = form.cleaned_data
        try:
            delegate(
                giver=request.user,
                taker_id=int(told.pop("taker")),
                today=request.today,
                **told,
            )
        except AccountRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已授权，到期自动失效。"))
            return redirect("delegations")
    rows = [_row(request, one) for one in list_delegations(request.user)]
    bad = form is not None and bool(form.errors)
    return show(request, DelegationsPage(rows, form), status=422 if bad else 200)


@needs(Policy.SIGNED_IN)
def withdraw(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Take back what one lent."""
    if request.method == "POST":
        try:
            withdraw_delegation(delegation_id=delegation_id, by=request.user, on=request.today)
        except AccountRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已收回，立即失效。"))
    return redirect("delegations")


def _row(request: HttpRequest, one: Delegation) -> DelegationRow:
    today = request.today
    state = _("有效")
    if one.withdrawn_on:
        state = _("已收回 %(on)s") % {"on": one.withdrawn_on}
    elif one.until_on < today:
        state = _("已到期 %(on)s，不再有效") % {"on": one.until_on}
    elif one.from_on > today:
        state = _("未开始")
    return DelegationRow(
        id=one.pk,
        giver=one.giver.name,
        taker=one.taker.name,
        period=f"{one.from_on} — {one.until_on}",
        reason=one.reason,
        state=state,
        may_withdraw=one.giver_id == request.user.pk
        and one.withdrawn_on is None
        and one.until_on >= today,
    )
