"""分解总表: every share of the plan in one table, and what was not handed down yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.org.queries import list_departments, visible_departments
from jingkai.org.rules import Permission
from jingkai.plan.cascading import ROLES, Fault, Part
from jingkai.plan.forms import CascadeForm
from jingkai.plan.models import Item, Plan, Share
from jingkai.plan.queries import find_plan, list_items, list_plan_years
from jingkai.plan.services import SharesRefused, TableRefused, hand_down_table, spread
from jingkai.plan.sharecells import (
    COLUMNS,
    LEAD_WEIGHT,
    Row,
    promised_of,
    read_part,
    row_of,
    say_sums,
)
from jingkai.plan.sharing import ShareLine, list_share_lines, list_shares, part_of, whole_of
from jingkai.web.access import needs
from jingkai.web.language import speak, spoken, spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.numbers import read_ledger
from jingkai.web.shell import Lock, show, year_asked

ROWS_A_TABLE, OPEN_A_PAGE = 60, 30


@dataclass(frozen=True)
class Open:
    """An item that was not handed down yet."""

    id: int
    number: int
    text: str
    promised: str
    lead: str
    is_picked: bool = False


@dataclass(frozen=True)
class Tab:
    """One of the two lists of the table: what was handed down, and what was not."""

    label: str
    url: str
    is_current: bool


@dataclass
class CascadePage:
    """分解总表: every share of the plan in one table that is edited in place."""

    title: str
    year: int
    by_year: list[int]
    plan: Plan | None
    rows: list[Row]
    roles: list[tuple[str, str]]
    open: list[Open]
    tabs: list[Tab]
    found: Any
    query: str
    form: CascadeForm
    department: str
    departments: list[tuple[str, str]]
    errors: list[str]
    reason: str
    may_change: bool
    lock: Lock | None
    uneven: list[tuple[str, str, str]]
    template: str = "plan/cascade.html"


@needs(Permission.SEE_PLAN)
def cascade(request: HttpRequest) -> HttpResponse:
    """Show every share of the year's plan; save the table, or hand many items down at once."""
    year = year_asked(request)
    plan = find_plan(year)
    if request.method == "POST" and not request.user.may(Permission.KEEP_PLAN):
        raise PermissionDenied(Permission.KEEP_PLAN)
    refuse_closed(request, year)
    if request.method == "POST" and plan is None:
        return redirect("plan:cascade")
    if request.method == "POST" and plan is not None:
        if request.POST.get("act") == "spread":
            return _spread(request, plan)
        return _save_table(request, plan)
    return _show_cascade(request, plan, year)


def _spread(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = CascadeForm(request.POST)
    picked = [int(one) for one in request.POST.getlist("pick") if one.isdecimal()]
    picked = list(plan.items.filter(pk__in=picked).values_list("pk", flat=True))
    if form.is_valid() and not picked:
        form.add_error(None, _("请先勾选要分解的条目。"))
    if form.is_valid():
        try:
            found = spread(
                items=picked,
                template=form.cleaned_data["template"],
                lead_weight=form.cleaned_data["lead_weight"],
                by=request.user,
                on=request.today,
            )
        except SharesRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已分解 %(count)s 项。") % {"count": found.done})
            for item, why in found.left[:10]:
                messages.warning(request, f"{item.number} {item.text[:40]}：{speak(why)}")
            left = urlencode({"year": plan.year, "show": "open"})
            return redirect(f"{reverse('plan:cascade')}?{left}")
    return _show_cascade(request, plan, plan.year, form=form, picked=picked)


def _save_table(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Save what was changed in the table: all of it, or nothing and what is wrong where."""
    shares = list_shares(plan)
    reason = request.POST.get("reason", "")
    by_item: dict[int, list[Share]] = {}
    for one in shares:
        by_item.setdefault(one.item_id, []).append(one)
    typed: dict[int, list[Part]] = {}
    unread: dict[int, list[Fault]] = {}
    for item_id, mine in by_item.items():
        if not any(f"weight-{one.pk}" in request.POST for one in mine):
            continue
        unit = whole_of(mine[0].item).unit
        typed[item_id], unread[item_id] = [], []
        for place, one in enumerate(mine):
            part, wrong = read_part(request.POST, str(one.pk), place, part_of(one), unit)
            typed[item_id].append(part)
            unread[item_id] += wrong
    try:
        hand_down_table(
            parts=typed, unread=unread, by=request.user, on=request.today, reason=reason
        )
    except TableRefused as refusal:
        errors = [
            _("第 %(number)s 项 %(where)s：%(what)s")
            % {
                "number": by_item[item_id][0].item.number,
                "where": _where(one, typed[item_id]),
                "what": speak(one.what),
            }
            for item_id, faults in refusal.faults.items()
            for one in faults
        ]
        return _show_cascade(request, plan, plan.year, errors=errors, typed=request.POST)
    messages.success(request, _("分解总表已保存。"))
    kept = {name: request.POST.get(name, "") for name in ("department", "page")}
    return redirect(f"{reverse('plan:cascade')}?{urlencode({'year': plan.year} | kept)}")


def _where(fault: Fault, parts: Sequence[Part]) -> str:
    if not 0 <= fault.place < len(parts):
        return ""
    return f"{parts[fault.place].holder} {_(COLUMNS.get(fault.column, ''))}".strip()


def _show_cascade(
    request: HttpRequest,
    plan: Plan | None,
    year: int,
    *,
    form: CascadeForm | None = None,
    picked: Sequence[int] = (),
    errors: Sequence[str] = (),
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    sees = visible_departments(request.user)
    department = request.POST.get("department") or request.GET.get("department", "")
    seen = set(list_items(sees).filter(plan=plan).values_list("pk", flat=True)) if plan else set()
    shares = list_shares(plan) if plan else []
    shares = [one for one in shares if one.item_id in seen]
    handed = {one.item_id for one in shares}
    shown = [one for one in shares if not department or one.department_id == department]
    whole: dict[int, list[Share]] = {}
    for one in shares:
        whole.setdefault(one.item_id, []).append(one)
    items = plan.items.exclude(pk__in=handed).filter(pk__in=seen) if plan else Item.objects.none()
    items = items.select_related("target", "lead").order_by("number")
    count = items.count()
    asked = request.POST.get("act") == "spread" or request.GET.get("show") == "open"
    is_open = bool(count) and (asked or not shares)
    found = Paginator(items if is_open else shown, OPEN_A_PAGE if is_open else ROWS_A_TABLE)
    on_page = found.get_page(request.POST.get("page") or request.GET.get("page"))
    ledger = read_ledger(request)
    lock = lock_of_year(request, year)
    lines = [] if is_open else list_share_lines(list(on_page), ledger)
    kept = {"year": f"{year}", "department": department}
    page = CascadePage(
        title=_("%(year)s年计划：%(done)s 项已分解，%(open)s 项还没有分解")
        % {"year": year, "done": len(handed), "open": count},
        year=year,
        by_year=list_plan_years(year),
        plan=plan,
        rows=[_table_row(line, typed) for line in lines],
        roles=[(key, _(word)) for key, word in ROLES.items()],
        open=[_open(one, picked) for one in on_page] if is_open else [],
        tabs=[
            Tab(f"{_('已分解')} {len(handed)}", f"?{urlencode(kept)}", not is_open),
            Tab(
                _("还没有分解 %(count)s") % {"count": count},
                f"?{urlencode({'year': year, 'show': 'open'})}",
                is_open,
            ),
        ],
        found=on_page,
        query=urlencode({"year": year, "show": "open"} if is_open else kept),
        form=form or CascadeForm(initial={"template": "roles", "lead_weight": LEAD_WEIGHT}),
        department=department,
        departments=[(one.pk, spoken(one.name, one.english)) for one in list_departments()],
        errors=list(errors),
        reason=typed.get("reason", "") if typed else "",
        may_change=lock is None and request.user.may(Permission.KEEP_PLAN),
        lock=lock,
        uneven=_uneven(whole),
    )
    bad = bool(errors) or bool(form and form.errors)
    return show(request, page, status=422 if bad else 200)


def _open(item: Item, picked: Sequence[int]) -> Open:
    return Open(
        item.pk,
        item.number,
        item.text,
        promised_of(whole_of(item)),
        spoken(item.lead.name, item.lead.english) if item.lead else "",
        item.pk in picked,
    )


def _uneven(whole: Mapping[int, Sequence[Share]]) -> list[tuple[str, str, str]]:
    """Return the items whose parts do not come to the whole: words, address, what is left."""
    found = []
    for mine in whole.values():
        item = mine[0].item
        sums = say_sums([part_of(one) for one in mine], whole_of(item))
        if not sums.is_even:
            said = "，".join(
                words
                for words, is_left in (
                    (_("还剩 %(left)s") % {"left": sums.left}, sums.left not in ("", "0")),
                    (
                        _("占比还剩 %(left)s") % {"left": sums.weight_left},
                        sums.weight_left != "0%",
                    ),
                )
                if is_left
            )
            found.append(
                (f"{item.number} {item.text}", reverse("plan:shares", args=[item.pk]), said)
            )
    return found


def _table_row(line: ShareLine, typed: Mapping[str, str] | None) -> Row:
    share = line.share
    unit = whole_of(share.item).unit
    name = str(share.pk)
    row = row_of(line, unit)
    told = typed or {}
    return replace(
        row,
        name=name,
        title=f"{share.item.number} {share.item.text}",
        role=told.get(f"role-{name}", row.role),
        weight=told.get(f"weight-{name}", row.weight),
        value=told.get(f"value-{name}", row.value),
    )
