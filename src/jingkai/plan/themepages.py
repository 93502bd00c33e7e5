"""The page of the themes: the tree with what is below each branch, and how it is tidied."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.org.queries import visible_departments
from jingkai.org.rules import Permission
from jingkai.plan.forms import NewThemeForm, ThemeForm
from jingkai.plan.itemrows import BranchRow, branches_of
from jingkai.plan.models import Item, Plan, Theme
from jingkai.plan.queries import choose_items, find_plan, group_tasks, list_lines, tree_of
from jingkai.plan.services import ThemeRefused, add_theme, drop_theme, set_theme
from jingkai.plan.themes import Tree
from jingkai.web.access import needs
from jingkai.web.language import spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.numbers import read_ledger
from jingkai.web.shell import Lock, show, year_asked


@dataclass
class ThemesPage:
    """重点任务: the tree of a year's plan; who keeps the plan tidies it."""

    title: str
    year: int
    plan: Plan | None
    rows: list[BranchRow]
    may_keep: bool
    lock: Lock | None
    chosen: str
    chosen_id: int | None
    form: ThemeForm | None
    new_form: NewThemeForm
    template: str = "plan/themes.html"


@needs(Permission.SEE_PLAN)
def themes(request: HttpRequest) -> HttpResponse:
    """Show the themes of the year's plan; add, rename, move, order or take away one."""
    plan = find_plan(year_asked(request))
    if request.method != "POST":
        return _show(request, plan)
    if plan is None:
        return redirect("plan:themes")
    if not request.user.may(Permission.KEEP_PLAN):
        raise PermissionDenied(Permission.KEEP_PLAN)
    refuse_closed(request, plan.year)
    act = _ACTS.get(request.POST.get("act", ""))
    return act(request, plan) if act else redirect("plan:themes")


def _add(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = NewThemeForm(tree_of(plan), request.POST)
    if form.is_valid():
        try:
            add_theme(plan_id=plan.pk, by=request.user.name, on=request.today, **form.cleaned_data)
        except ThemeRefused as refusal:
            form.add_error("name", spoken_refusal(refusal))
        else:
            return _done(request, plan, _("已增加，随下一版计划公布。"))
    return _show(request, plan, new_form=form)


def _set(request: HttpRequest, plan: Plan) -> HttpResponse:
    form, chosen = ThemeForm(tree_of(plan), request.POST), _chosen(request.POST.get("theme"), plan)
    if chosen is not None and form.is_valid():
        try:
            set_theme(
                theme_id=chosen.pk, by=request.user.name, on=request.today, **form.cleaned_data
            )
        except ThemeRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            return _done(request, plan, _("已保存，随下一版计划公布。"))
    return _show(request, plan, chosen=chosen, form=form)


def _drop(request: HttpRequest, plan: Plan) -> HttpResponse:
    form, chosen = ThemeForm(tree_of(plan), request.POST), _chosen(request.POST.get("theme"), plan)
    version = request.POST.get("version", "")
    if chosen is not None:
        try:
            drop_theme(
                theme_id=chosen.pk,
                version=int(version) if version.isdecimal() else 0,
                by=request.user.name,
                on=request.today,
            )
        except ThemeRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
            return _show(request, plan, chosen=chosen, form=form)
    return _done(request, plan, _("已删除，随下一版计划公布。"))


_ACTS: dict[str, Callable[[HttpRequest, Plan], HttpResponse]] = {
    "add": _add,
    "set": _set,
    "drop": _drop,
}


def _done(request: HttpRequest, plan: Plan, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect(f"{reverse('plan:themes')}?{urlencode({'year': plan.year})}")


def _chosen(asked: str | None, plan: Plan | None) -> Theme | None:
    """Return the theme of this plan that is to be changed."""
    if plan is None or not asked or not asked.isdecimal() or len(asked) > 12:
        return None
    return plan.themes.filter(pk=asked).first()


def _show(
    request: HttpRequest,
    plan: Plan | None,
    *,
    chosen: Theme | None = None,
    form: ThemeForm | None = None,
    new_form: NewThemeForm | None = None,
) -> HttpResponse:
    year = year_asked(request)
    lock = lock_of_year(request, year)
    may_keep = request.user.may(Permission.KEEP_PLAN) and lock is None and plan is not None
    tree = tree_of(plan) if plan else Tree()
    chosen = chosen or _chosen(request.GET.get("edit"), plan)
    if chosen is not None and form is None:
        form = ThemeForm(
            tree,
            initial={
                "name": chosen.name,
                "parent": chosen.parent_id or "",
                "position": tree.below(chosen.parent_id).index(chosen.pk) + 1,
                "version": chosen.version,
            },
        )
    page = ThemesPage(
        title=_("%(year)s年计划的重点任务：%(count)s 个") % {"year": year, "count": len(tree)},
        year=year,
        plan=plan,
        rows=_rows(request, plan, tree, chosen) if plan else [],
        may_keep=may_keep,
        lock=lock,
        chosen=chosen.name if chosen else "",
        chosen_id=chosen.pk if chosen else None,
        form=form if may_keep and chosen else None,
        new_form=new_form or NewThemeForm(tree),
    )
    bad = any(one is not None and one.errors for one in (form, new_form))
    return show(request, page, status=422 if bad else 200)


def _rows(request: HttpRequest, plan: Plan, tree: Tree, chosen: Theme | None) -> list[BranchRow]:
    sees, ledger = visible_departments(request.user), read_ledger(request)
    lines = list_lines(plan, ledger=ledger, visible=sees, kind=Item.Kind.TARGET)
    return branches_of(
        tree,
        [line for line in lines if line.target],
        group_tasks(choose_items(plan, visible=sees), on=ledger.known_on, by_theme=True),
        lambda theme: f"?{urlencode({'year': plan.year, 'edit': theme})}#change",
        is_open=f"{chosen.pk}" if chosen else "",
    )
