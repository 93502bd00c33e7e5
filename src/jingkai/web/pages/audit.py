"""审计: search the chain, follow one thing or one request, verify, export. Nothing is changed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.audit.queries import (
    AuditLine,
    AuditSearch,
    broken_places,
    find_line,
    last_verification,
    read_published_heads,
    search_lines,
)
from jingkai.audit.rules import ACT_WORDS, DETAIL_WORDS, OUTCOME_WORDS, Outcome
from jingkai.audit.services import note
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.language import spoken_actor
from jingkai.web.lists import ListView, show_list
from jingkai.web.records import AUDIT
from jingkai.web.shell import show


@dataclass(frozen=True)
class LineRow:
    """One line as the page shows it."""

    number: int
    at: datetime
    who: str
    account: str
    acting_for: str
    address: str
    act: str
    object: str
    outcome: str
    tone: str
    request: str
    digest: str


@dataclass(frozen=True)
class Verified:
    """How the last verification ended."""

    at: datetime
    who: str
    lines: int
    broken: list[str]


@dataclass
class LinesPage:
    """The lines found, and whether the chain held when it was last walked."""

    list: ListView
    verified: Verified | None
    published: datetime | None
    template: str = "web/audit.html"


@dataclass
class LinePage:
    """One line: everything it says, and what else happened to the thing and in the request."""

    row: LineRow
    before_after: list[tuple[str, str, str]]
    rest: list[tuple[str, str]]
    same_request: list[LineRow]
    same_object: list[LineRow]
    template: str = "web/audit_line.html"


@needs(Permission.SEE_AUDIT)
def lines(request: HttpRequest) -> HttpResponse:
    """Show the lines that the search form asks for."""
    published = [head.at for head in read_published_heads() if head.name == "audit"]
    last, verified = (published[-1] if published else None), _verified()
    return show_list(
        request,
        AUDIT,
        search_lines(AuditSearch()),
        page=lambda view: LinesPage(view, verified, last),
    )


@needs(Permission.SEE_AUDIT)
def line(request: HttpRequest, number: int) -> HttpResponse:
    """Show one line with what it changed, and the trace of its object."""
    found = find_line(number)
    if found is None:
        raise Http404
    told = json.loads(found.detail)
    # Many at once are told by their number, or by their place in a file.
    many = enumerate(told.pop("changes", []), start=1)
    changes = [("", told), *((str(one.get("id", place)), one) for place, one in many)]
    before_after = [row for of, change in changes for row in _before_after(change, of)]
    beside = search_lines(AuditSearch(request=found.request)) if found.request else []
    trace = search_lines(AuditSearch(object=found.object))[:20] if found.object else []
    page = LinePage(
        row=_row(found),
        before_after=before_after,
        rest=[(_called(name), _shown(value)) for name, value in told.items()],
        same_request=[_row(one) for one in beside if one.number != number],
        same_object=[_row(one) for one in trace if one.number != number],
    )
    return show(request, page)


@needs(Permission.SEE_AUDIT)
def verify(request: HttpRequest) -> HttpResponse:
    """Walk both chains now, and note how it ended."""
    if request.method == "POST":
        broken = broken_places()
        total = search_lines(AuditSearch()).count()
        outcome = Outcome.FAILED if broken else Outcome.DONE
        note(act="audit.verified", outcome=outcome, detail={"lines": total, "broken": broken})
        if broken:
            messages.error(request, _("链断了：%(where)s") % {"where": " ".join(broken)})
        else:
            messages.success(request, _("已逐条校验 %(count)s 条，链完整。") % {"count": total})
    return redirect("audit")


def _verified() -> Verified | None:
    found = last_verification()
    if found is None:
        return None
    told = json.loads(found.detail)
    return Verified(found.at, found.name, told["lines"], told["broken"])


def _row(line: AuditLine) -> LineRow:
    values = {
        name: getattr(line, name)
        for name in ("number", "at", "account", "acting_for", "address", "object", "request")
    }
    outcome = Outcome(line.outcome)
    return LineRow(
        **values,
        who=spoken_actor(line.name) or "—",
        act=_(ACT_WORDS[line.act]) if line.act in ACT_WORDS else line.act,
        outcome=_(OUTCOME_WORDS[outcome]),
        tone={Outcome.REFUSED: "near", Outcome.FAILED: "late"}.get(outcome, ""),
        digest=line.digest,
    )


def _before_after(told: dict[str, Any], of: str) -> list[tuple[str, str, str]]:
    """Take what a change was before and after out of a detail; of many at once, what differs."""
    before, after = told.pop("before", None) or {}, told.pop("after", None) or {}
    return [
        (
            f"{of} · {_called(name)}" if of else _called(name),
            _shown(before.get(name)),
            _shown(after.get(name)),
        )
        for name in sorted({*before, *after})
        if not of or before.get(name) != after.get(name)
    ]


def _called(name: str) -> str:
    return _(DETAIL_WORDS[name]) if name in DETAIL_WORDS else name


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return "; ".join(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
