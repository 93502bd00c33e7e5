"""二次验证: set a phone up, and tell its code after the password."""

from dataclasses import dataclass, field

import segno
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.audit.rules import Outcome
from jingkai.audit.services import note
from jingkai.org.queries import (
    count_backup_codes,
    find_second_factor,
    is_second_factor_owed,
    new_setup,
    setup_of,
)
from jingkai.org.services import (
    SecondFactorRefused,
    check_second_factor,
    confirm_second_factor,
    renew_backup_codes,
)
from jingkai.web.access import Policy, needs
from jingkai.web.forms import CodeForm
from jingkai.web.language import spoken_refusal
from jingkai.web.pages.errors import locked_out
from jingkai.web.pages.login import HALF_IN, half_in, next_of, note_arrival
from jingkai.web.shell import show

_KEY = "second_factor_key"


@dataclass
class CodePage:
    """登录的第二步: the code."""

    form: CodeForm
    next: str
    template: str = "web/login_code.html"


@needs(Policy.PUBLIC)
def login_code(request: HttpRequest) -> HttpResponse:
    """Ask whoever gave the right password for the code; wrong codes lock like wrong passwords."""
    person = half_in(request)
    if person is None:
        messages.info(request, _("请先输入账号和密码。"))
        return redirect("login")
    credentials = {settings.AXES_USERNAME_FORM_FIELD: person.account, "username": person.account}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request, None, credentials)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if check_second_factor(person=person, code=form.cleaned_data["code"]):
            request.session.pop(HALF_IN, None)
            login(request, person, backend="django.contrib.auth.backends.ModelBackend")
            note_arrival(request, "login")
            return redirect(next_of(request))
        detail = {"step": "code"}
        named = f"account:{person.account}"
        note(act="login_failed", object=named, outcome=Outcome.REFUSED, detail=detail)
        user_login_failed.send(__name__, credentials=credentials, request=request)
        form.add_error("code", _("验证码不对，或已经用过。请输入手机上现在显示的 6 位数字。"))
    return show(request, CodePage(form, next_of(request)), status=422 if form.errors else 200)


@dataclass
class SecondFactorPage:
    """One's own second factor: set up, or in use with so many backup codes left."""

    form: CodeForm
    is_set: bool
    is_owed: bool
    left: int = 0
    picture: str = ""
    key: str = ""
    codes: list[str] = field(default_factory=list)
    template: str = "web/second_factor.html"


@needs(Policy.SIGNED_IN)
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set a phone up by one code of it; later, exchange the backup codes."""
    form = CodeForm(request.POST or None)
    codes: list[str] = []
    if request.method == "POST" and form.is_valid():
        try:
            codes = _take(request, form.cleaned_data["code"])
        except SecondFactorRefused as refusal:
            form.add_error("code", spoken_refusal(refusal))
    return show(request, _page(request, form, codes), status=422 if form.errors else 200)


def _take(request: HttpRequest, code: str) -> list[str]:
    """Return the backup codes that a right code brings."""
    if find_second_factor(request.user):
        return renew_backup_codes(person=request.user, code=code)
    key = request.session.get(_KEY)
    if not key:
        raise SecondFactorRefused(_("页面放得太久，二维码已经换了。请重新扫码。"))
    codes = confirm_second_factor(person=request.user, key=key, code=code)
    request.session.pop(_KEY, None)
    return codes


def _page(request: HttpRequest, form: CodeForm, codes: list[str]) -> SecondFactorPage:
    if find_second_factor(request.user):
        left = count_backup_codes(request.user)
        return SecondFactorPage(form, is_set=True, is_owed=False, left=left, codes=codes)
    key = request.session.get(_KEY)
    setup = setup_of(request.user, key) if key else new_setup(request.user)
    request.session[_KEY] = setup.key
    return SecondFactorPage(
        form,
        is_set=False,
        is_owed=is_second_factor_owed(request.user),
        picture=segno.make(setup.address, error="m").svg_data_uri(scale=5),
        key=setup.spelled,
    )
