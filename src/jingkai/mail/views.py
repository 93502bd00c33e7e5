"""One's own page of mail."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jingkai.mail import services
from jingkai.mail.forms import AddressForm
from jingkai.mail.queries import MailAddress, find_address, is_mail_set_up
from jingkai.web.access import Policy, needs
from jingkai.web.language import spoken_refusal
from jingkai.web.shell import show


@dataclass
class AddressPage:
    """邮件通知."""

    form: AddressForm
    known: MailAddress | None
    is_set_up: bool
    template: str = "mail/address.html"


@needs(Policy.SIGNED_IN)
def address(request: HttpRequest) -> HttpResponse:
    """Say where one's notices go by mail, or that they go nowhere."""
    known = find_address(request.user)
    who = {"person": request.user, "by": request.user, "on": request.today}
    if request.method == "POST" and request.POST.get("do") == "stop":
        services.remove_address(**who)
        messages.success(request, _("不再寄邮件。"))
        return redirect("mail:address")
    initial = {
        "address": known.address if known else "",
        "language": known.language if known else get_language(),
    }
    form = AddressForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_address(**who, **form.cleaned_data)
        except services.MailRefused as refusal:
            form.add_error("address", spoken_refusal(refusal))
        else:
            messages.success(request, _("已保存。从下一条通知起寄到这个邮箱。"))
            return redirect("mail:address")
    page = AddressPage(form, known, is_mail_set_up())
    return show(request, page, status=422 if form.errors else 200)
