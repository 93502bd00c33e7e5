"""Sign in, sign out, choose the language; in the demo, step into a role."""

import time
from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from jingkai.audit.rules import Outcome
from jingkai.audit.services import acting, note
from jingkai.org.queries import (
    Person,
    days_of_password,
    find_person,
    find_second_factor,
    get_person,
    list_people,
    profile,
)
from jingkai.org.rules import ROLES
from jingkai.org.services import AccountRefused, WrongPassword, change_password
from jingkai.web.access import Policy, needs, origin_of
from jingkai.web.forms import LoginForm, PasswordForm
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.shell import show


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the demo zone whose place one may take."""

    account: str
    name: str
    role: str
    department: str


@dataclass
class LoginPage:
    """登录."""

    form: LoginForm
    next: str
    demo_people: list[DemoPerson]
    template: str = "web/login.html"


@needs(Policy.PUBLIC)
def login_page(request: HttpRequest) -> HttpResponse:
    """Ask for account and password."""
    if request.user.is_authenticated:
        return redirect(next_of(request))
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = authenticate(
            request,
            account=form.cleaned_data["account"],
            password=form.cleaned_data["password"],
        )
        if person is not None and find_second_factor(person):
            return ask_for_code(request, person, next_of(request))
        if person is not None:
            login(request, person)
            note_arrival(request, "login")
            return redirect(next_of(request))
        tried = form.cleaned_data["account"]
        note(act="login_failed", object=f"account:{tried}", outcome=Outcome.REFUSED)
        form.add_error(None, _("账号或密码不对。忘记密码请联系系统管理员重置。"))
    page = LoginPage(form, next_of(request), _demo_people())
    return show(request, page, status=422 if form.errors else 200)


@needs(Policy.PUBLIC)
def enter_demo(request: HttpRequest) -> HttpResponse:
    """Take the place of somebody in the demo zone; exists only there."""
    if not settings.IS_DEMO or request.method != "POST":
        raise Http404
    person = find_person(request.POST.get("account", ""))
    if person is None:
        raise Http404
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    request.session["demo"] = True
    note_arrival(request, "demo_entered")
    return redirect(next_of(request))


@dataclass
class PasswordPage:
    """修改密码."""

    form: PasswordForm
    is_owed: bool
    is_old: bool = False
    template: str = "web/password.html"


@needs(Policy.SIGNED_IN)
def own_password(request: HttpRequest) -> HttpResponse:
    """Change one's own password; whoever came in by a one-time one must."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            change_password(person=request.user, old=told["old"], new=told["new"])
        except WrongPassword as refusal:
            form.add_error("old", spoken_refusal(refusal))
        except AccountRefused as refusal:
            form.add_error("new", spoken_refusal(refusal))
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, _("密码已修改。"))
            return redirect("home")
    left = days_of_password(request.user, timezone.localdate())
    is_old = left is not None and left <= 0 and not request.session.get("demo")
    page = PasswordPage(form, request.user.must_change_password, is_old)
    return show(request, page, status=422 if form.errors else 200)


@needs(Policy.SIGNED_IN)
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    if request.method == "POST":
        note(act="logout", object=f"person:{request.user.account}")
        logout(request)
    return redirect("login")


@needs(Policy.PUBLIC)
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language asked for."""
    response = redirect(next_of(request))
    wanted = request.POST.get("language", "")
    if request.method == "POST" and wanted in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=31_536_000)
    return response


def note_arrival(request: HttpRequest, act: str) -> None:
    """Note under the person's own name that they came in."""
    with acting(origin_of(request)):
        note(act=act, object=f"person:{request.user.account}")
    left = days_of_password(request.user, timezone.localdate())
    if act == "login" and left is not None and 0 < left <= profile().warn_days:
        messages.warning(request, _("密码还有 %(days)s 天到期，请尽早修改。") % {"days": left})


def ask_for_code(request: HttpRequest, person: Person, wanted: str) -> HttpResponse:
    """Keep for five minutes that the password was right, and ask for the code."""
    request.session.cycle_key()
    seal = person.get_session_auth_hash()
    request.session[HALF_IN] = {"person": person.pk, "seal": seal, "at": int(time.time())}
    query = urlencode({"next": wanted})
    return redirect(f"{reverse('login_code')}?{query}")


def half_in(request: HttpRequest) -> Person | None:
    """Return whose password was right a moment ago and whose code is not told yet."""
    told = request.session.get(HALF_IN)
    if not told or time.time() - told["at"] > _HALF_IN_SECONDS:
        return None
    person = get_person(told["person"])
    is_same = person and constant_time_compare(told["seal"], person.get_session_auth_hash())
    return person if person and person.is_active and is_same else None


HALF_IN = "half_in"
_HALF_IN_SECONDS = 300


def next_of(request: HttpRequest) -> str:
    """Return the page of ours that somebody wanted before signing in."""
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if is_ours else "/"


def _demo_people() -> list[DemoPerson]:
    if not settings.IS_DEMO:
        return []
    return [
        DemoPerson(
            person.account,
            person.name,
            _(ROLES[person.role].name),
            spoken(person.department.name, person.department.english) if person.department else "",
        )
        for person in sorted(list_people(), key=lambda one: (_FIRST.index(one.role), one.account))
    ]


_FIRST = ["appraisal", "leader", *(one for one in ROLES if one not in ("appraisal", "leader"))]
