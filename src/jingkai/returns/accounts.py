"""企业账号: the administrator says which account files for which firm, and until when."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.enterprises.queries import find_enterprise
from jingkai.org.queries import get_person
from jingkai.org.rules import Permission
from jingkai.returns.forms import TieForm
from jingkai.returns.queries import FirmUser, list_ties, list_untied
from jingkai.returns.services import TieRefused, let_file, stop_filing
from jingkai.web.access import needs
from jingkai.web.columns import Column
from jingkai.web.filters import Filter, text_filter
from jingkai.web.language import spoken_refusal
from jingkai.web.lists import ListOf, show_list
from jingkai.web.shell import show


def _states() -> list[tuple[str, str]]:
    return [("standing", _("在用")), ("ended", _("已解除"))]


def _in_state(rows: QuerySet[FirmUser], text: str) -> QuerySet[FirmUser]:
    return rows.filter(until_on__isnull=text == "standing")


ACCOUNTS = ListOf(
    id="firm_accounts",
    name=gettext_lazy("企业账号"),
    measure=gettext_lazy("个"),
    columns=[
        Column(
            "account",
            gettext_lazy("账号"),
            lambda one: one.person.account,
            sort="person__account",
            link=lambda one: reverse("returns:account", args=[one.pk]),
        ),
        Column("person", gettext_lazy("姓名"), lambda one: one.person.name, sort="person__name"),
        Column("firm", gettext_lazy("企业"), lambda one: one.firm.name, sort="firm__name"),
        Column(
            "code",
            gettext_lazy("统一社会信用代码"),
            lambda one: one.firm.code,
            sort="firm__code",
        ),
        Column("from_on", gettext_lazy("对应起"), lambda one: one.from_on, sort="from_on"),
        Column("until_on", gettext_lazy("对应止"), lambda one: one.until_on, sort="until_on"),
        Column("let_by", gettext_lazy("对应人"), lambda one: one.let_by, sort="let_by"),
    ],
    filters=[
        text_filter(
            "text",
            gettext_lazy("账号、姓名、企业或代码"),
            ["person__account", "person__name", "firm__name", "firm__code"],
        ),
        Filter("state", gettext_lazy("状态"), _in_state, _states, "choice"),
    ],
    empty=gettext_lazy("把企业用户的账号对应到企业后，这里逐个列出；对应上的才能报本企业的报表。"),
    add=(gettext_lazy("对应企业"), "returns:account_new", Permission.MANAGE_PEOPLE),
)


@dataclass
class TiePage:
    """Which account is to file for which firm."""

    form: forms.Form | None
    template: str = "returns/account_new.html"


@dataclass
class AccountPage:
    """One account and its firm: since when, until when, by whom."""

    id: int
    account: str
    person: str
    person_url: str
    firm: str
    code: str
    from_on: Any
    let_by: str
    until_on: Any
    ended_by: str
    template: str = "returns/account.html"


@needs(Permission.MANAGE_PEOPLE)
def accounts(request: HttpRequest) -> HttpResponse:
    """Show which account files for which firm."""
    return show_list(request, ACCOUNTS, list_ties())


@needs(Permission.MANAGE_PEOPLE)
def account_new(request: HttpRequest) -> HttpResponse:
    """Tie an account to a firm."""
    people = [(one.pk, f"{one.account} · {one.name}") for one in list_untied()]
    if not people and request.method != "POST":
        return show(request, TiePage(None))
    form = TieForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        person = get_person(int(form.cleaned_data["person"]))
        firm = find_enterprise(form.cleaned_data["code"])
        if person is None or firm is None:
            said = _("企业库里没有这个统一社会信用代码；请核对，或请统计员先在企业库登记。")
            form.add_error("code", said)
        else:
            try:
                tie = let_file(person=person, firm=firm, by=request.user.name, on=request.today)
            except TieRefused as refusal:
                form.add_error(None, spoken_refusal(refusal))
            else:
                messages.success(request, _("已对应，下一次点击就生效。"))
                return redirect("returns:account", tie.pk)
    return show(request, TiePage(form), status=422 if form.errors else 200)


@needs(Permission.MANAGE_PEOPLE)
def account(request: HttpRequest, tie_id: int) -> HttpResponse:
    """Show one account and its firm; end it."""
    found = list_ties().filter(pk=tie_id).first()
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            stop_filing(tie_id=tie_id, by=request.user.name, on=request.today)
        except TieRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已解除，这个账号不再看到、也不能再报这家企业的报表。"))
        return redirect("returns:account", tie_id)
    page = AccountPage(
        id=found.pk,
        account=found.person.account,
        person=found.person.name,
        person_url=reverse("person", args=[found.person_id]),
        firm=found.firm.name,
        code=found.firm.code,
        from_on=found.from_on,
        let_by=found.let_by,
        until_on=found.until_on,
        ended_by=found.ended_by,
    )
    return show(request, page)
