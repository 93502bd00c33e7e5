"""What every request gets: the business date, a policy that must hold, refusals in plain words."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import override

from jingkai.audit.rules import Outcome
from jingkai.audit.services import act_for, acting, has_noted, note
from jingkai.org.queries import active_delegations, days_of_password, is_second_factor_owed
from jingkai.org.services import YearClosed
from jingkai.web.access import Policy, origin_of, policy_of
from jingkai.web.language import chosen_language
from jingkai.web.numbered import number_of
from jingkai.web.pages.errors import Refused, refused
from jingkai.web.pages.login import leave, own_password
from jingkai.web.pages.second import second_factor

Response = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)


def business_date(get_response: Response) -> Response:
    """Give each request the date on which work is being done."""

    def with_date(request: HttpRequest) -> HttpResponse:
        request.today = settings.BUSINESS_CLOCK.today()  # type: ignore[attr-defined]
        return get_response(request)

    return with_date


def delegations(get_response: Response) -> Response:
    """Let a person act with what colleagues lent them for today; what ran out lends nothing."""

    def with_lent(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            request.user.lent = active_delegations(request.user, request.today)
        return get_response(request)

    return with_lent


def audit(get_response: Response) -> Response:
    """Number each request, and let no refusal, form or download through unnoted.

    A service notes its own act with what it changed. This is the net below: a form whose service
    noted nothing, whatever was refused or failed, every file that was handed out.
    """

    def noted(request: HttpRequest) -> HttpResponse:
        number_of(request)
        with acting(origin_of(request)):
            response = get_response(request)
            try:
                _note_answer(request, response)
            except DatabaseError:
                # The act itself is refused when it cannot be noted; its page is not lost for it.
                log.exception("request %s is not noted", request.number)
        return response

    return noted


def _note_answer(request: HttpRequest, response: HttpResponse) -> None:
    match = request.resolver_match
    route = match.view_name if match else ""
    detail = {"method": request.method, "route": route, "status": response.status_code}
    if response.status_code == 403:
        note(act="refused", object=request.path, outcome=Outcome.REFUSED, detail=detail)
    elif "attachment" in response.headers.get("Content-Disposition", ""):
        if has_noted():
            return
        note(act="downloaded", object=request.get_full_path(), detail=detail)
    elif _is_form(request) and route and not has_noted():
        outcome = _outcome(response.status_code)
        note(act=route, object=request.path, outcome=outcome, detail=detail)


def _is_form(request: HttpRequest) -> bool:
    """Tell whether somebody who is signed in sent something."""
    return request.method not in ("GET", "HEAD") and request.user.is_authenticated


def _outcome(status: int) -> Outcome:
    if status >= 500:
        return Outcome.FAILED
    return Outcome.REFUSED if status >= 400 else Outcome.ANSWERED


def idle_limit(get_response: Response) -> Response:
    """Sign out whoever left the desk: no request for half an hour ends the session."""

    def limited(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, seen = time.time(), request.session.get("seen", 0)
            if seen and now - seen > settings.IDLE_LIMIT.total_seconds():
                note(act="idle_logout", object=f"person:{request.user.account}")
                logout(request)
                messages.info(request, _("离开超过 30 分钟，已自动退出，请重新登录。"))
            elif now - seen > 60:
                request.session["seen"] = int(now)
        return get_response(request)

    return limited


def language(get_response: Response) -> Response:
    """Speak the language that the person chose."""

    def in_language(request: HttpRequest) -> HttpResponse:
        chosen = chosen_language(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))
        with override(chosen):
            response = get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response

    return in_language


class policy:
    """Let nobody through whom the route's policy does not name; a route without one is closed."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Check the policy of the view that is about to answer."""
        declared = policy_of(view)
        if declared is None:
            raise PermissionDenied(f"{view.__module__}.{view.__name__} declares no policy")
        if declared is Policy.PUBLIC:
            return None
        person = request.user
        if not person.is_authenticated:
            query = urlencode({"next": request.get_full_path()})
            return HttpResponse(
                status=302, headers={"Location": f"{resolve_url(settings.LOGIN_URL)}?{query}"}
            )
        if declared is not Policy.SIGNED_IN and not person.may(declared):
            raise PermissionDenied(declared)
        if declared is not Policy.SIGNED_IN and not person.may_alone(declared):
            act_for(person.lender(declared).name)
        if _owes_password(request) and view not in (own_password, leave):
            return redirect("own_password")
        if view not in _ALWAYS and not _is_demo(request) and is_second_factor_owed(person):
            return redirect("second_factor")
        return None


_ALWAYS = (own_password, second_factor, leave)


def _is_demo(request: HttpRequest) -> bool:
    """Tell whether somebody only took a place in the demo, where no password was asked."""
    return bool(request.session.get("demo"))


def _owes_password(request: HttpRequest) -> bool:
    """Tell whether somebody must choose a password: theirs is a one-time one, or too old."""
    if _is_demo(request):
        return False
    left = days_of_password(request.user, timezone.localdate())
    return request.user.must_change_password or (left is not None and left <= 0)


class refusals:
    """Show a refusal that no form caught as a page: what happened, what to do, nothing lost."""

    def __init__(self, get_response: Response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Turn a refusal into its page; so is a closed year, whoever meets it."""
        is_said = isinstance(problem, Refused | YearClosed)
        return refused(request, problem) if is_said else None
