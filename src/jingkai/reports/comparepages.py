"""This year's report beside earlier ones: what became of every target and project."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jingkai.org.rules import Permission
from jingkai.plan.rules import ACTIONS
from jingkai.reading.comparison import VERDICTS, CannotCompare, Comparison
from jingkai.reports.models import Intake
from jingkai.reports.queries import compare_intakes, list_intakes
from jingkai.reports.rules import show_value
from jingkai.web.access import needs
from jingkai.web.language import spoken_refusal
from jingkai.web.shell import show


@dataclass(frozen=True)
class Row:
    """One target or project of the comparison, ready to show."""

    verdict: str
    word: str
    name: str
    other_names: str
    before: str
    now: str
    reached: str
    years: str


@dataclass
class ComparePage:
    """Choose earlier reports; see kept, raised, lowered, dropped, repeated and new."""

    intake: Intake
    others: list[tuple[Any, bool]]
    refusal: str
    years: Sequence[int]
    has_plan: bool
    targets: list[Row]
    projects: list[Row]
    tally: list[tuple[str, int]]
    template: str = "reports/compare.html"


@needs(Permission.IMPORT_REPORT)
def comparison(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Compare a report with earlier ones that are chosen by `with`."""
    intakes = {one.pk: one for one in list_intakes()}
    if intake_id not in intakes:
        raise Http404
    chosen = [int(one) for one in request.GET.getlist("with") if one.isdecimal()]
    others = [one for one in intakes.values() if one.pk != intake_id]
    page = ComparePage(
        intake=intakes[intake_id],
        others=[(one, one.pk in chosen) for one in others],
        refusal="",
        years=(),
        has_plan=True,
        targets=[],
        projects=[],
        tally=[],
    )
    picked = [intakes[pk] for pk in chosen if pk in intakes and pk != intake_id]
    if picked:
        try:
            _fill(page, compare_intakes([*picked, intakes[intake_id]]))
        except CannotCompare as refusal:
            page.refusal = spoken_refusal(refusal)
    return show(request, page, status=422 if page.refusal else 200)


def _fill(page: ComparePage, found: Comparison) -> None:
    page.years, page.has_plan = found.years, found.has_plan
    for one in found.targets:
        before, now, reached = (
            show_value(value, one.unit, one.counter) for value in (one.before, one.now, one.reached)
        )
        years = "、".join(map(str, one.years))
        page.targets.append(
            Row(one.verdict, _word(one.verdict), _named(one), "", before, now, reached, years)
        )
    for work in found.projects:
        page.projects.append(
            Row(
                work.verdict,
                _word(work.verdict),
                work.name,
                "、".join(work.other_names),
                _(ACTIONS.get(work.before or "", "")) or "—",
                _(ACTIONS.get(work.now or "", "")) or "—",
                "",
                "、".join(map(str, work.years)),
            )
        )
    # What became of a promise comes before what is only new or gone.
    order = list(VERDICTS)
    page.targets.sort(key=lambda row: order.index(row.verdict))
    page.projects.sort(key=lambda row: order.index(row.verdict))
    counts = Counter(one.verdict for one in [*found.targets, *found.projects])
    page.tally = [(_word(verdict), counts[verdict]) for verdict in VERDICTS if counts[verdict]]


def _word(verdict: str) -> str:
    return _(VERDICTS[verdict])


def _named(one: Any) -> str:
    verb = {"growth": "增长", "change": "新增"}.get(one.measure, "")
    return f"{one.indicator}{verb}"
