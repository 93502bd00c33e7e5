"""审计: search the chain, follow one thing or one request, verify, export. Nothing is changed."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _

from jingkai.audit.queries import (
    AuditLine,
    AuditSearch,
    find_line,
    last_verification,
    read_published_heads,
    search_lines,
)
from jingkai.audit.rules import ACT_WORDS, OUTCOME_WORDS, Outcome
from jingkai.audit.services import note
from jingkai.documents import Column, Table, write_xlsx
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import broken_places
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.forms import AuditForm
from jingkai.web.shell import show

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST = 50_000


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

    form: AuditForm
    rows: list[LineRow]
    found: PageOf
    query: str
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
    form = AuditForm(request.GET)
    found = Paginator(search_lines(_wanted(form)), 50).get_page(request.GET.get("page"))
    kept = {name: value for name, value in request.GET.items() if value and name != "page"}
    published = [head.at for head in read_published_heads() if head.name == "audit"]
    page = LinesPage(
        form=form,
        rows=[_row(line) for line in found],
        found=found,
        query=urlencode(kept),
        verified=_verified(),
        published=published[-1] if published else None,
    )
    return show(request, page)


@needs(Permission.SEE_AUDIT)
def line(request: HttpRequest, number: int) -> HttpResponse:
    """Show one line with what it changed, and the trace of its object."""
    found = find_line(number)
    if found is None:
        raise Http404
    told = json.loads(found.detail)
    before, after = told.pop("before", None) or {}, told.pop("after", None) or {}
    beside = search_lines(AuditSearch(request=found.request)) if found.request else []
    trace = search_lines(AuditSearch(object=found.object))[:20] if found.object else []
    page = LinePage(
        row=_row(found),
        before_after=[
            (name, _shown(before.get(name)), _shown(after.get(name)))
            for name in sorted({*before, *after})
        ],
        rest=[(name, _shown(value)) for name, value in told.items()],
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


@needs(Permission.SEE_AUDIT)
def export(request: HttpRequest) -> HttpResponse:
    """Hand out the lines found as a workbook, each with its digest."""
    form = AuditForm(request.GET)
    found = search_lines(_wanted(form))[:_MOST]
    heads = ("编号", "时间", "姓名", "账号", "代谁", "来源地址", "操作", "对象", "结果")
    table = Table(
        columns=tuple(Column(_(head)) for head in (*heads, "请求编号", "内容", "摘要")),
        rows=[
            (
                str(row.number),
                f"{timezone.localtime(row.at):%Y-%m-%d %H:%M:%S}",
                *(row.who, row.account, row.acting_for, row.address),
                *(row.act, row.object, row.outcome, row.request, one.detail, row.digest),
            )
            for one, row in ((one, _row(one)) for one in found)
        ],
        source=_("审计链"),
    )
    data = write_xlsx(
        table,
        title=_("审计记录"),
        period=f"{request.today}",
        author=request.user.name,
        created=timezone.now(),
    )
    name = f"{current_zone().name}_审计记录_{request.today:%Y-%m}_{request.user.name}.xlsx"
    response = HttpResponse(data, content_type=_XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _wanted(form: AuditForm) -> AuditSearch:
    form.is_valid()
    told = {name: value for name, value in form.cleaned_data.items() if value}
    return AuditSearch(**told)


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
        who=line.name or "—",
        act=_(ACT_WORDS[line.act]) if line.act in ACT_WORDS else line.act,
        outcome=_(OUTCOME_WORDS[outcome]),
        tone={Outcome.REFUSED: "near", Outcome.FAILED: "late"}.get(outcome, ""),
        digest=line.digest,
    )


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
