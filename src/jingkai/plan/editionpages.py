"""Pages of editions: what was published, what changed since, and the pledges to the public."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import Light
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.plan.forms import AmendForm
from jingkai.plan.queries import (
    Edition,
    Plan,
    find_edition,
    find_plan,
    item_texts,
    kept_texts,
    kept_tree,
    list_drafts,
    list_editions,
    list_pledges,
    tree_of,
)
from jingkai.plan.rules import DIFFERENCES, Difference, ItemText, compare, compare_themes
from jingkai.plan.services import PlanRefused, amend_plan
from jingkai.plan.themes import Tree
from jingkai.web.access import Policy, needs
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.shell import Lock, Step, show


@dataclass
class EditionsPage:
    """计划版次: those published, and what was changed since the last one."""

    title: str
    plan: Plan | None
    editions: list[Edition]
    drafts: list[Plan]
    differences: list[Difference]
    form: AmendForm | None
    year: int
    lock: Lock | None
    kinds: dict[str, str] = field(default_factory=lambda: dict(DIFFERENCES))
    template: str = "plan/editions.html"


@needs(Permission.SEE_PLAN)
def editions(request: HttpRequest) -> HttpResponse:
    """Show the editions of the year's plan, and what the next one would change."""
    return _show(request, None)


@needs(Permission.KEEP_PLAN)
def amend(request: HttpRequest) -> HttpResponse:
    """Publish the changes since the last edition as a new one."""
    year = _year(request)
    refuse_closed(request, year)
    plan = find_plan(year)
    if request.method != "POST" or plan is None:
        return redirect(f"{reverse('plan:editions')}?year={year}")
    form = AmendForm(request.POST)
    if form.is_valid():
        try:
            made = amend_plan(
                plan_id=plan.pk,
                reason=form.cleaned_data["reason"],
                by=request.user.name,
                on=request.today,
            )
        except PlanRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            words = {"number": made.number}
            messages.success(request, _("已公布第 %(number)s 版，原来的版次原样保留。") % words)
            return redirect(f"{reverse('plan:editions')}?year={year}")
    return _show(request, form)


def _show(request: HttpRequest, form: AmendForm | None) -> HttpResponse:
    year = _year(request)
    plan = find_plan(year)
    kept = list_editions(plan) if plan else []
    differences = []
    if plan and kept:
        differences = compare_themes(kept_tree(kept[-1]), tree_of(plan))
        differences += compare(kept_texts(kept[-1]), item_texts(plan))
    lock = lock_of_year(request, year)
    may = lock is None and request.user.may(Permission.KEEP_PLAN)
    title = (
        _("%(year)s年计划：%(count)s 处改动还没有公布") % {"year": year, "count": len(differences)}
        if differences
        else _("%(year)s年计划版次") % {"year": year}
    )
    page = EditionsPage(
        title=title,
        plan=plan,
        editions=list(reversed(kept)),
        drafts=list_drafts(year) if request.user.may(Permission.SUPERVISE) else [],
        differences=differences,
        form=(form or AmendForm()) if may and (differences or form) else None,
        year=year,
        lock=lock,
    )
    return show(request, page, status=422 if form is not None and form.errors else 200)


@dataclass
class EditionPage:
    """One edition as it was published, and what it changed."""

    edition: Edition
    sections: list[tuple[str, list[ItemText]]]
    differences: list[Difference]
    before: int
    lock: Lock | None
    kinds: dict[str, str] = field(default_factory=lambda: dict(DIFFERENCES))
    template: str = "plan/edition.html"


@needs(Permission.SEE_PLAN)
def edition(request: HttpRequest, year: int, number: int) -> HttpResponse:
    """Show an edition as it was published, beside the one before it or the one asked for."""
    plan = find_plan(year)
    found = find_edition(plan, number) if plan else None
    if plan is None or found is None:
        raise Http404
    wanted = request.GET.get("with", "")
    other = int(wanted) if wanted.isdecimal() and len(wanted) < 4 else number - 1
    before = find_edition(plan, other) if other != number else None
    texts, tree = kept_texts(found), kept_tree(found)
    differences = []
    if before:
        differences = compare_themes(kept_tree(before), tree) + compare(kept_texts(before), texts)
    page = EditionPage(
        edition=found,
        sections=sections_of(tree, texts),
        differences=differences,
        before=before.number if before else 0,
        lock=lock_of_year(request, year) or _lock(found),
    )
    return show(request, page)


def _lock(edition: Edition) -> Lock:
    """Return what an edition says: it stays as it was published."""
    what = _("公布的版次原样保留，不再改动；要调整请改计划，写明原因，公布新的一版。")
    todo = Step(_("看各版"), f"{reverse('plan:editions')}?year={edition.plan.year}")
    stamp = _("第 %(number)s 版") % {"number": edition.number}
    return Lock(what, str(edition.adopted_on), edition.adopted_by, todo, stamp)


def sections_of(tree: Tree, texts: Sequence[ItemText]) -> list[tuple[str, list[ItemText]]]:
    """Return the items below their themes, in the order of the tree."""
    order = {tree.words(one.id): place for place, one in enumerate(tree)}
    themes: dict[str, list[ItemText]] = {}
    for one in sorted(texts, key=lambda one: order.get(one.theme, len(order))):
        themes.setdefault(one.theme, []).append(one)
    return list(themes.items())


@dataclass(frozen=True)
class PledgeRow:
    """A pledge as the public reads it: no gaps, no names of people."""

    text: str
    lead: str
    due_on: str
    light: Light
    done: str


@dataclass
class PledgesPage:
    """民生实事: what the zone promised the public this year, and how far it is."""

    title: str
    zone: str
    rows: list[PledgeRow]
    template: str = "plan/pledges.html"


@needs(Policy.PUBLIC)
def pledges(request: HttpRequest) -> HttpResponse:
    """Show the public what was promised to it."""
    plan = find_plan(request.today.year)
    rows = []
    for line in list_pledges(plan, ledger=Ledger(request.today)) if plan else []:
        target = line.target
        value = target.number.value if target and target.number else None
        unit = target.target.unit if target else ""
        done = f"{target.shown(value)}{unit}" if target and value is not None else ""
        item = line.item
        lead = spoken(item.lead.name, item.lead.english) if item.lead else ""
        rows.append(PledgeRow(item.text, lead, item.due_on.isoformat(), line.light, done))
    kept = sum(row.light.tone in ("done", "caught", "redflag") for row in rows)
    words = {"year": request.today.year, "count": len(rows), "done": kept}
    title = _("%(year)s年民生实事 %(count)s 件，已办成 %(done)s 件") % words
    zone = current_zone()
    return show(request, PledgesPage(title, spoken(zone.name, zone.english), rows))


def _year(request: HttpRequest) -> int:
    wanted = request.POST.get("year", request.GET.get("year", ""))
    return int(wanted) if wanted.isdecimal() and len(wanted) == 4 else request.today.year
