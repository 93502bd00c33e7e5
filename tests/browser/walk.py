"""Which pages a walk has to look at: those that draw something that no page before them did."""

from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser

from django.http import HttpResponse

from tools.stops import Stop

__all__ = ["parts_of", "those_that_draw_more"]

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


def parts_of(html: str) -> set[str]:
    """Return what a page is drawn of."""
    parts = _Parts()
    parts.feed(html)
    return parts.found


def those_that_draw_more(
    visits: Iterable[Stop], fetch: Callable[[Stop], HttpResponse]
) -> Iterator[tuple[Stop, int]]:
    """Yield the pages that draw something new, with the status that each answers."""
    seen: set[str] = set()
    for visit in visits:
        answer = fetch(visit)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            answer.close()
            continue
        found = parts_of(answer.content.decode())
        if not found <= seen:
            seen |= found
            yield visit, answer.status_code
