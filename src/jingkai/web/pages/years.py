"""工作年度: which year the zone works on, which years are closed, and why one was opened again."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.org.queries import WorkYear, list_years, working_year
from jingkai.org.rules import Permission
from jingkai.org.services import YearRefused, close_year, reopen_year, switch_year
from jingkai.web.access import needs
from jingkai.web.forms import ReopenYearForm
from jingkai.web.language import spoken_refusal
from jingkai.web.shell import panels, show

_AUTUMN = 10  # from here on the next year's plan is prepared


@dataclass(frozen=True)
class YearRow:
    """One year: whether it is worked on, and since when and by whom it is closed."""

    year: int
    plan: str
    url: str
    is_current: bool
    closed_on: str
    closed_by: str
    may_switch: bool
    may_close: bool


@dataclass
class YearsPage:
    """Every year that has a plan, or that somebody switched to or closed."""

    title: str
    rows: list[YearRow]
    may_keep: bool
    form: ReopenYearForm
    reopening: int
    template: str = "web/years.html"


@needs(Permission.SEE_PLAN)
def years(request: HttpRequest) -> HttpResponse:
    """Show the years."""
    wanted = request.GET.get("reopen", "")
    reopening = int(wanted) if wanted.isdecimal() and len(wanted) == 4 else 0
    return _show(request, ReopenYearForm(), reopening)


@needs(Permission.KEEP_YEARS)
def switch(request: HttpRequest, year: int) -> HttpResponse:
    """Let the zone work on another year."""
    if request.method == "POST":
        try:
            switch_year(year=year, by=request.user.name, on=request.today)
        except YearRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            told = _("工作年度已切换到 %(year)s 年，各页打开时先看这一年。") % {"year": year}
            messages.success(request, told)
    return redirect("years")


@needs(Permission.KEEP_YEARS)
def close(request: HttpRequest, year: int) -> HttpResponse:
    """Close a year: it can only be looked at."""
    if request.method == "POST":
        try:
            close_year(year=year, by=request.user.name, on=request.today)
        except YearRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("%(year)s 年已关闭，只能查看。") % {"year": year})
    return redirect("years")


@needs(Permission.KEEP_YEARS)
def reopen(request: HttpRequest, year: int) -> HttpResponse:
    """Open a closed year again, for a reason."""
    if year not in {one.year for one in list_years()}:
        raise Http404
    form = ReopenYearForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            reopen_year(year=year, by=request.user.name, on=request.today, reason=told["reason"])
        except YearRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            done = _("%(year)s 年已重新打开；原因记在审计里。办完请再关闭。") % {"year": year}
            messages.success(request, done)
            return redirect("years")
    return _show(request, form, year)


def _show(request: HttpRequest, form: ReopenYearForm, reopening: int) -> HttpResponse:
    current = working_year(request.today)
    kept = {one.year: one for one in list_years()}
    plans = {year: told for offer in panels("YEARS") for year, *told in offer()}
    known = {*kept, *plans, current, request.today.year}
    if request.today.month >= _AUTUMN:
        known.add(request.today.year + 1)
    may_keep = request.user.may(Permission.KEEP_YEARS)
    rows = [
        _row(year, kept.get(year), plans.get(year, ("", "")), current, request.today.year, may_keep)
        for year in sorted(known, reverse=True)
    ]
    page = YearsPage(
        title=_("现在的工作年度是 %(year)s 年") % {"year": current},
        rows=rows,
        may_keep=may_keep,
        form=form,
        reopening=reopening if any(one.year == reopening and one.closed_on for one in rows) else 0,
    )
    return show(request, page, status=422 if form.errors else 200)


def _row(
    year: int,
    kept: WorkYear | None,
    plan: tuple[str, str],
    current: int,
    this_year: int,
    may_keep: bool,
) -> YearRow:
    is_closed = kept is not None and kept.closed_on is not None
    title, url = plan
    return YearRow(
        year=year,
        plan=title,
        url=url,
        is_current=year == current,
        closed_on=str(kept.closed_on) if kept and is_closed else "",
        closed_by=kept.closed_by if kept else "",
        may_switch=may_keep and not is_closed and year != current,
        may_close=may_keep and not is_closed and year < this_year and year != current,
    )
