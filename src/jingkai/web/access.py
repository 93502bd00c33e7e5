"""Declare who may open a route."""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest

from jingkai.audit.rules import Origin
from jingkai.org.rules import Permission

__all__ = ["Policy", "needs", "origin_of", "policy_of"]

View = TypeVar("View", bound=Callable[..., Any])


class Policy(Enum):
    """Policies that are not a permission."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"


def needs(policy: Permission | Policy) -> Callable[[View], View]:
    """Declare the policy of a view."""

    def declare(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return declare


def policy_of(view: Callable[..., Any]) -> Permission | Policy | None:
    """Return the policy a view declares; None when it declares none."""
    return getattr(view, "policy", None)


def origin_of(request: HttpRequest) -> Origin:
    """Return who asks, from where, in which request, for the audit chain."""
    person = request.user
    is_known = person.is_authenticated
    return Origin(
        account=person.account if is_known else "",
        name=person.name if is_known else "",
        address=_address(request),
        request=getattr(request, "number", ""),
    )


def _address(request: HttpRequest) -> str:
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
