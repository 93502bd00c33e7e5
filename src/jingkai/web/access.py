"""Declare who may open a route."""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from jingkai.org.rules import Permission

__all__ = ["Policy", "needs", "policy_of"]

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
