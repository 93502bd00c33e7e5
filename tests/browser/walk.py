"""Which pages a walk has to look at: the fewest that together draw all that any draws."""

from collections.abc import Callable, Iterable
from html.parser import HTMLParser

from django.http import HttpResponse

from jingkai.org.rules import ROLES
from tools.stops import Stop

__all__ = ["parts_of", "roles_that_see_most", "the_fewest_that_draw_all"]

_VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
# What of an element decides how it is read: not its words, addresses and keys.
_TOLD = ("class", "role", "type", "scope", "aria-current", "aria-hidden", "disabled", "lang")


class _Parts(HTMLParser):
    """Collect the elements of a page, each with the two around it."""

    def __init__(self) -> None:
        super().__init__()
        self.around: list[str] = []
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        names = [f"{one}={told[one]}" for one in _TOLD if one in told]
        named = sorted(one for one in told if one.startswith("aria-l") or one == "for")
        own = " ".join([tag, *names, *named])
        self.found.add(" > ".join([*self.around[-2:], own]))
        if tag not in _VOID:
            self.around.append(own)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.around) - 1, -1, -1):
            if self.around[place].split(" ")[0] == tag:
                del self.around[place:]
                return


def roles_that_see_most() -> list[str]:
    """Return the roles that none does more than in the same scope: the others draw less of it."""
    most: list[str] = []
    for role in sorted(ROLES.values(), key=lambda one: -len(one.permissions)):
        more = [ROLES[one] for one in most if ROLES[one].scope == role.scope]
        if not any(role.permissions <= one.permissions for one in more):
            most.append(role.id)
    return most


def parts_of(html: str) -> set[str]:
    """Return what a page is drawn of."""
    parts = _Parts()
    parts.feed(html)
    return parts.found


def the_fewest_that_draw_all(
    visits: Iterable[Stop], fetch: Callable[[Stop], HttpResponse]
) -> list[tuple[Stop, int]]:
    """Return pages that together draw all that any draws, with the status that each answers.

    The page that draws most comes first, then whichever adds most to those before it.
    """
    drawn: list[tuple[Stop, int, set[str]]] = []
    for visit in visits:
        answer = fetch(visit)
        if "text/html" in answer.headers.get("Content-Type", ""):
            drawn.append((visit, answer.status_code, parts_of(answer.content.decode())))
        else:
            answer.close()
    chosen: list[tuple[Stop, int]] = []
    while drawn:
        visit, status, seen = max(drawn, key=lambda one: len(one[2]))
        chosen.append((visit, status))
        left = [(other, answered, parts - seen) for other, answered, parts in drawn]
        drawn = [one for one in left if one[2]]
    return chosen
