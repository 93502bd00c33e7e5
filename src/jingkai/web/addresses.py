"""Addresses of a page as it was asked for, with some of the question changed."""

from collections.abc import Collection

from django.http import HttpRequest

__all__ = ["query_with"]


def query_with(request: HttpRequest, *, without: Collection[str] = (), **more: str) -> str:
    """Return `?…` as it was asked, with what is given in place of what stood there.

    What is named in `without` is left out, and so is what is given as an empty text.
    """
    asked = request.GET.copy()
    for name in (*without, *more):
        asked.pop(name, None)
    for name, value in more.items():
        if value:
            asked[name] = value
    return f"?{asked.urlencode()}"
