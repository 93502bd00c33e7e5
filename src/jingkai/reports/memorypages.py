"""报告记忆: every promise beside the years, with what became of it; as a page and as a workbook."""

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jingkai.documents import Column, Table, write_xlsx
from jingkai.kernel.clock import midnight
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.reports.memory import FATES, Memory, Remembered, remember, table_rows
from jingkai.web.access import needs
from jingkai.web.shell import show

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS = {"": "全部", "target": "目标", "project": "项目", "task": "任务"}


@dataclass
class MemoryPage:
    """The matrix of promises and years, narrowed to a kind and a fate."""

    memory: Memory
    rows: list[Remembered]
    tally: list[tuple[str, str, str, str, int]]  # fate, shape, word, tone, how many
    kinds: list[tuple[str, str]]
    kind: str
    fate: str
    template: str = "reports/memory.html"


@needs(Permission.WRITE_REPORT)
def memory(request: HttpRequest) -> HttpResponse:
    """Show what was promised over the years and what became of it."""
    found = remember(Ledger(request.today))
    kind, fate = request.GET.get("kind", ""), request.GET.get("fate", "")
    of_kind = [one for one in found.rows if kind in ("", one.kind)]
    counts = Counter(one.last.fate for one in of_kind)
    page = MemoryPage(
        found,
        [one for one in of_kind if fate in ("", one.last.fate)],
        [(key, *told, counts[key]) for key, told in FATES.items() if counts[key]],
        [(key, _(word)) for key, word in _KINDS.items()],
        kind,
        fate,
    )
    return show(request, page)


@needs(Permission.WRITE_REPORT)
def memory_xlsx(request: HttpRequest) -> HttpResponse:
    """Hand out the matrix as a workbook."""
    found = remember(Ledger(request.today))
    table = Table(
        columns=tuple(Column(one) for one in ("类别", "承诺", *map(str, found.years))),
        rows=list(table_rows(found)),
        source=f"{current_zone().name}账本和计划版次",
    )
    data = write_xlsx(
        table,
        title="报告记忆",
        period=f"截至 {request.today}",
        author=request.user.name,
        created=midnight(request.today),
    )
    disposition = content_disposition_header(True, f"报告记忆_{request.today}.xlsx")
    headers = {"Content-Disposition": disposition or "attachment"}
    return HttpResponse(data, content_type=_XLSX, headers=headers)
