"""A form that was sent twice is carried out once: the second press shows the first result."""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jingkai.web.models import Submission
from jingkai.web.pages.errors import done_already, outcome_unknown
from jingkai.web.services import claim_submission, finish_submission, release_submission

__all__ = ["form_fields", "once"]

WAIT = 10.0
LOST_AFTER = timedelta(seconds=60)
_FIELDS = (
    '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
    '<input type="hidden" name="once" value="{}">'
)


def form_fields(request: HttpRequest) -> dict[str, Any]:
    """Return what `csrf_input` prints in a form: the token, and a key of this very form."""

    def fields() -> SafeString:
        return format_html(_FIELDS, get_token(request), token_hex(16))

    return {"csrf_input": lazy(fields, SafeString, str)()}


def once(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Carry out a form with a key once; what was refused may be sent again."""

    def guarded(request: HttpRequest) -> HttpResponse:
        key = request.POST.get("once", "") if request.method == "POST" else ""
        if not (key.isalnum() and len(key) == 32 and request.user.is_authenticated):
            return get_response(request)
        now = timezone.now()
        mine, first = claim_submission(
            person=request.user, key=key, digest=_digest(request), at=now
        )
        if not mine:
            return _first_result(request, first)
        response = get_response(request)
        if response.status_code < 400:
            finish_submission(first, status=response.status_code, url=_location(response))
        else:
            release_submission(first)
        return response

    return guarded


def _first_result(request: HttpRequest, first: Submission) -> HttpResponse:
    until = time.monotonic() + WAIT
    while first.status == 0 and time.monotonic() < until:
        if timezone.now() - first.at > LOST_AFTER:
            break
        time.sleep(0.2)
        found = Submission.objects.filter(pk=first.pk).first()
        if found is None:
            break
        first = found
    if first.status == 0:
        return outcome_unknown(request)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204)
    if first.url:
        messages.info(request, _("刚才已经办好，第二次没有重复办理。"))
        return HttpResponseRedirect(first.url)
    return done_already(request)


def _digest(request: HttpRequest) -> str:
    """Return the digest of what was sent: the same key with other contents is another form."""
    found = sha256(request.path.encode())
    for name in sorted(request.POST):
        if name not in ("csrfmiddlewaretoken", "once"):
            told = "\0".join(["", name, *request.POST.getlist(name)])
            found.update(told.encode("utf-8", "surrogatepass"))
    for name in sorted(request.FILES):
        for one in request.FILES.getlist(name):
            found.update(f"\0{name}\0{one.name}\0{one.size}\0".encode("utf-8", "surrogatepass"))
            for chunk in one.chunks():
                found.update(chunk)
            one.seek(0)
    return found.hexdigest()


def _location(response: HttpResponse) -> str:
    return str(response.headers.get("Location", ""))[:500]
