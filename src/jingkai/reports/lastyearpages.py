"""和上年比: a draft beside last year's edition, and what it left out taken up with one step."""

from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.words import Words
from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.reading.comparison import VERDICTS
from jingkai.reports.lastyear import SOURCES, LastYearView, compare_last_year
from jingkai.reports.models import Draft
from jingkai.reports.tokens import write_item
from jingkai.reports.workshop import WorkshopRefused, add_passage, find_in_workshop
from jingkai.web.access import needs
from jingkai.web.language import spoken_refusal
from jingkai.web.shell import show


@dataclass
class LastYearPage:
    """Section by section: said then, what became of it, said now; and what is not mentioned."""

    draft: Draft
    view: LastYearView | None
    kind: str
    words: dict[str, str]
    errors: list[str] = field(default_factory=list)
    template: str = "reports/last_year.html"


@needs(Permission.WRITE_REPORT)
def last_year(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft beside last year's edition; put chosen promises into a section."""
    draft = find_in_workshop(Draft, draft_id)
    if draft is None:
        raise Http404
    errors = []
    if request.method == "POST":
        try:
            return _take_up(request, draft)
        except WorkshopRefused as refusal:
            errors.append(spoken_refusal(refusal))
    view = compare_last_year(draft, Ledger(request.today))
    kind = _(SOURCES[view.last.kind]) if view else ""
    words = {verdict: _(word) for verdict, word in VERDICTS.items()}
    page = LastYearPage(draft, view, kind, words, errors)
    return show(request, page, status=422 if errors else 200)


def _take_up(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Write the chosen promises of last year as a new passage of a section."""
    items = [int(one) for one in request.POST.getlist("item") if one.isdecimal()]
    wanted = request.POST.get("section", "")
    section = draft.sections.filter(pk=int(wanted)).first() if wanted.isdecimal() else None
    if not items or section is None:
        raise WorkshopRefused(Words("请先勾选要写进稿子的承诺，再选写进哪一节。"))
    said = "；".join(write_item(one) for one in items)
    made = add_passage(
        section_id=section.pk,
        text=f"上年提出、继续办理的：{said}。",
        by=request.user.name,
        on=request.today,
    )
    messages.success(
        request, _("已写进“%(section)s”，请改好这一段的话。") % {"section": section.title}
    )
    return redirect(reverse("reports:workshop_passage", args=[made.pk]))
