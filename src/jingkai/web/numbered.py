"""One number for a request: on its page, in its header, in the log, in the audit."""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

__all__ = ["WithNumber", "number_of", "numbered"]

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


def numbered(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give each answer the header X-Request-Id."""

    def answer(request: HttpRequest) -> HttpResponse:
        number_of(request)
        token = _request.set(request)
        try:
            response = get_response(request)
        finally:
            _request.reset(token)
        response.headers["X-Request-Id"] = number_of(request)
        return response

    return answer


def number_of(request: HttpRequest) -> str:
    """Return the number of a request; the first who asks gives it."""
    if not getattr(request, "number", ""):
        request.number = uuid4().hex[:8].upper()  # type: ignore[attr-defined]
    return str(request.number)  # type: ignore[attr-defined]


class WithNumber(logging.Filter):
    """Let every line of the log name its request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Put the number on the record; a line outside a request has none."""
        request = _request.get()
        record.number = number_of(request) if request is not None else "-"
        return True
