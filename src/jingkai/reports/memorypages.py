"""报告记忆: every promise beside the years, with what became of it; as a page and as a workbook."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.reports.memory import FATES, Memory, Promise, Remembered, remember
from jingkai.web.access import needs
from jingkai.web.columns import Column
from jingkai.web.filters import Filter
from jingkai.web.lists import ListOf, ListView, show_list

_KINDS = {
    "target": gettext_lazy("目标"),
    "project": gettext_lazy("项目"),
    "task": gettext_lazy("任务"),
}


@dataclass
class MemoryPage:
    """The matrix of promises and years, narrowed to words, a kind, a fate and a year."""

    list: ListView
    years: tuple[int, ...]
    tally: list[tuple[str, str, str, str, int]]  # fate, shape, word, tone, how many
    kinds: dict[str, str]
    template: str = "reports/memory.html"

    @property
    def rows(self) -> list[Remembered]:
        """Return the promises of this page of the list."""
        return list(self.list.found)

    def promise(self, row: Remembered, key: str) -> Promise | None:
        """Return what the year of a column promised of a row."""
        return row.promises.get(int(key))


@needs(Permission.WRITE_REPORT)
def memory(request: HttpRequest) -> HttpResponse:
    """Show what was promised over the years and what became of it."""
    found = remember(Ledger(request.today))
    counts = Counter(one.last.fate for one in found.rows)
    tally = [(key, *told, counts[key]) for key, told in FATES.items() if counts[key]]
    kinds = {key: str(word) for key, word in _KINDS.items()}
    return show_list(
        request,
        _list_of(found),
        list(found.rows),
        page=lambda view: MemoryPage(view, found.years, tally, kinds),
    )


def _list_of(memory: Memory) -> ListOf:
    """Return the matrix as a list: a column for each year, the filters that narrow it."""
    return ListOf(
        id="memory",
        name=gettext_lazy("报告记忆"),
        rows=gettext_lazy("承诺"),
        measure=gettext_lazy("项"),
        key=lambda row: f"{row.kind}:{row.name}",
        columns=[
            Column("name", gettext_lazy("承诺"), lambda row: row.name, sort="name"),
            Column("kind", gettext_lazy("类别"), lambda row: str(_KINDS[row.kind]), sort="kind"),
            *(_column_of(year) for year in memory.years),
        ],
        filters=[
            Filter("text", gettext_lazy("承诺里的字"), _with_words),
            Filter("kind", gettext_lazy("类别"), _of_kind, lambda: list(_KINDS.items())),
            Filter("fate", gettext_lazy("最近一次的结果"), _of_fate, _fates),
            Filter(
                "year",
                gettext_lazy("哪一年提出"),
                lambda rows, year: [one for one in rows if int(year) in one.promises],
                lambda: [(str(year), str(year)) for year in memory.years],
            ),
        ],
        empty=gettext_lazy(
            "这里按年度并列每一项承诺：兑现、没有兑现、撤下、再次提出。先导入一份往年的报告。"
        ),
        add=(gettext_lazy("导入一份报告"), "reports:new", Permission.IMPORT_REPORT)
        if not memory.years
        else None,
    )


def _column_of(year: int) -> Column:
    def told(row: Remembered) -> str | None:
        promise = row.promises.get(year)
        return f"{promise.shape} {_(promise.word)}：{promise.said}" if promise else None

    return Column(str(year), str(year), told, sort=str(year))


def _with_words(rows: Sequence[Remembered], words: str) -> list[Remembered]:
    return [
        row
        for row in rows
        if words in row.name or any(words in one.text for one in row.promises.values())
    ]


def _of_kind(rows: Sequence[Remembered], kind: str) -> list[Remembered]:
    return [row for row in rows if row.kind == kind]


def _of_fate(rows: Sequence[Remembered], fate: str) -> list[Remembered]:
    return [row for row in rows if row.last.fate == fate]


def _fates() -> list[tuple[str, str]]:
    return [(key, f"{shape} {_(word)}") for key, (shape, word, _tone) in FATES.items()]
