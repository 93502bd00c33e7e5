"""Pages of one item: its number, its people, its months; who keeps the plan changes it."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import Light
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ladder.panels import short_words
from jingkai.ladder.rules import STANDINGS
from jingkai.org.queries import Visible, visible_departments
from jingkai.org.rules import Permission
from jingkai.plan.charts import is_behind
from jingkai.plan.firms import FirmCandidate, firms_for
from jingkai.plan.forms import CloseForm, ItemForm, TargetForm
from jingkai.plan.itemrows import OutlookView, Row, Tile, outlook_view, row_of, tile_of
from jingkai.plan.models import Item, Snapshot
from jingkai.plan.outlook import candidates_for
from jingkai.plan.panels import points
from jingkai.plan.queries import (
    TargetLine,
    list_items,
    list_lines,
    list_snapshots,
    read_target,
    tree_of,
)
from jingkai.plan.services import (
    ItemRefused,
    assign_item,
    close_item,
    reopen_item,
    set_target,
)
from jingkai.web.access import needs
from jingkai.web.asides import Aside, asides_of
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.numbers import read_ledger
from jingkai.web.shell import Lock, show


@dataclass(frozen=True)
class CandidateRow:
    """A project that would close part of the gap, and what is needed from whom."""

    name: str
    url: str
    lead: str
    gate: str
    proof: str
    due_on: str
    over: int
    adds: str


@dataclass(frozen=True)
class FirmRow:
    """A firm near a rung that the target counts: what is short, and who goes to it."""

    name: str
    url: str
    rung: str
    shape: str
    word: str
    tone: str
    percent: str
    needs: str
    lead: str


@dataclass(frozen=True)
class MonthRow:
    """What an item showed at a month's end, and why."""

    month: str
    light: Light
    value: str
    expected: str
    gap: str
    why: str


@dataclass
class ItemPage:
    """One item: its number, its people, its source."""

    item: Item
    row: Row
    tile: Tile | None
    form: ItemForm | None
    close_form: CloseForm | None
    may_keep: bool
    lock: Lock | None
    asides: list[Aside]
    target_form: TargetForm | None
    outlook: OutlookView | None
    candidates: list[CandidateRow]
    firms: list[FirmRow]
    months: list[MonthRow]
    theme: str
    template: str = "plan/item.html"


@needs(Permission.SEE_PLAN)
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one item; who keeps the plan can change it."""
    found = _load(request, item_id)
    may_keep = request.user.may(Permission.KEEP_PLAN)
    if request.method == "POST" and not may_keep:
        raise PermissionDenied(Permission.KEEP_PLAN)
    refuse_closed(request, found.plan.year)
    tree = tree_of(found.plan)
    form = ItemForm(tree, request.POST) if request.method == "POST" else _item_form(found)
    if request.method == "POST" and form.is_valid():
        try:
            assign_item(item_id=item_id, **_assignment(form))
        except ItemRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已保存。"))
            return redirect("plan:item", item_id)
    return _show_item(request, found, form if may_keep else None)


@needs(Permission.KEEP_PLAN)
def target(request: HttpRequest, item_id: int) -> HttpResponse:
    """Change what a target promises; it counts at once and is published with the next edition."""
    found = _load(request, item_id)
    refuse_closed(request, found.plan.year)
    is_target = found.kind == Item.Kind.TARGET
    if request.method != "POST" or not is_target:
        return redirect("plan:item", item_id)
    form = TargetForm(request.POST, unit=found.target.unit)
    if form.is_valid():
        try:
            set_target(item_id=item_id, **form.cleaned_data)
        except ItemRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已保存，随下一版计划公布。"))
            return redirect("plan:item", item_id)
    return _show_item(request, found, _item_form(found), target_form=form)


@needs(Permission.KEEP_PLAN)
def close(request: HttpRequest, item_id: int) -> HttpResponse:
    """Close a task that is done."""
    found = _load(request, item_id)
    refuse_closed(request, found.plan.year)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_item(item_id=item_id, today=request.today, **form.cleaned_data)
        except ItemRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已销号。"))
            return redirect("plan:item", item_id)
    return _show_item(request, found, _item_form(found), close_form=form)


@needs(Permission.KEEP_PLAN)
def reopen(request: HttpRequest, item_id: int) -> HttpResponse:
    """Open a closed task again."""
    found = _load(request, item_id)
    refuse_closed(request, found.plan.year)
    if request.method == "POST":
        try:
            reopen_item(item_id=item_id, version=int(request.POST.get("version", "0") or 0))
        except (ItemRefused, ValueError) as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已重新打开。"))
    return redirect("plan:item", found.pk)


def _show_item(
    request: HttpRequest,
    found: Item,
    form: ItemForm | None,
    close_form: CloseForm | None = None,
    target_form: TargetForm | None = None,
) -> HttpResponse:
    ledger = read_ledger(request)
    target = read_target(found.target, ledger=ledger) if found.kind == "target" else None
    line = list_lines(found.plan, ledger=ledger, among=[found.pk])[0]
    lock = lock_of_year(request, found.plan.year)
    may_keep = request.user.may(Permission.KEEP_PLAN) and lock is None
    is_task = found.kind != Item.Kind.TARGET and found.done_on is None
    if close_form is None and is_task:
        close_form = CloseForm(initial={"on": request.today, "version": found.version})
    if target_form is None and target:
        target_form = TargetForm(
            unit=target.target.unit,
            initial={
                "value": _plain(get_unit(target.target.unit).from_base(target.target.value)),
                "bindingness": target.target.bindingness,
                "is_pledge": found.is_pledge,
                "version": found.version,
            },
        )
    bad = any(one is not None and one.errors for one in (form, close_form, target_form))
    sees = visible_departments(request.user)
    page = ItemPage(
        item=found,
        row=row_of(line),
        tile=tile_of(target) if target else None,
        form=form if may_keep else None,
        close_form=close_form if may_keep and is_task else None,
        may_keep=may_keep,
        lock=lock,
        asides=asides_of(f"item:{found.pk}", request.user, request.today),
        target_form=target_form if may_keep else None,
        outlook=outlook_view(target, ledger) if target else None,
        candidates=_candidates(target, request.today, sees) if target else [],
        firms=_firms(target, found, request.today, sees)
        if target and request.user.may(Permission.SEE_FIRMS)
        else [],
        months=[_month(one) for one in list_snapshots(found)],
        theme=tree_of(found.plan).words(found.theme_id),
    )
    return show(request, page, status=422 if bad else 200)


def _plain(value: Decimal) -> str:
    """Return a number as it is typed: no zeros behind the point, no exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _load(request: HttpRequest, item_id: int) -> Item:
    """Return an item; one of another scope is not there."""
    seen = list_items(visible_departments(request.user))
    try:
        return seen.select_related("plan", "lead", "target").get(pk=item_id)
    except Item.DoesNotExist:
        raise Http404 from None


def _item_form(found: Item) -> ItemForm:
    return ItemForm(
        tree_of(found.plan),
        initial={
            "text": found.text,
            "leader": found.leader,
            "lead": found.lead_id or "",
            "support": [one.pk for one in found.support.all()],
            "due_on": found.due_on,
            "theme": found.theme_id or "",
            "version": found.version,
        },
    )


def _assignment(form: ItemForm) -> dict[str, object]:
    return form.cleaned_data | {"lead": form.cleaned_data["lead"] or None}


def _candidates(line: TargetLine, today: date, visible: Visible) -> list[CandidateRow]:
    """Return the work that could close the gap of a target that is behind."""
    if not _has_gap(line):
        return []
    return [
        CandidateRow(
            name=one.project.name,
            url=reverse("projects:detail", args=[one.project.pk]),
            lead=spoken(one.project.lead.name, one.project.lead.english),
            gate=_(one.gate.name),
            proof=_(one.gate.proof),
            due_on=f"{one.due_on}" if one.due_on else "—",
            over=one.days_over,
            adds=f"{line.shown(one.adds)}{line.target.unit}",
        )
        for one in candidates_for(line, today=today, visible=visible)
    ]


def _firms(line: TargetLine, item: Item, today: date, visible: Visible) -> list[FirmRow]:
    """Return the firms whose step up a rung could close the gap of a target that is behind."""
    if not _has_gap(line):
        return []
    return [_firm(one, item) for one in firms_for(line, on=today, visible=visible)]


def _firm(one: FirmCandidate, item: Item) -> FirmRow:
    said = one.standing
    shape, word = STANDINGS[said.state]
    short = [
        short_words(each.condition, each.short) for each in said.verdicts if each.state == "short"
    ]
    asked = [each.condition.name for each in said.verdicts if each.state == "unknown"]
    if asked:
        short.append(_("缺数据：%(names)s") % {"names": "、".join(asked)})
    by_hand = [each.condition.name for each in said.verdicts if each.state == "by_hand"]
    if by_hand:
        short.append(_("人工判定：%(names)s") % {"names": "、".join(by_hand)})
    keeper = one.firm.department or item.lead
    return FirmRow(
        name=one.firm.name,
        url=reverse("ladder:firm", args=[one.firm.code]),
        rung=spoken(said.rung.name, said.rung.english),
        shape=shape,
        word=_(word),
        tone="good" if said.state == "ready" else "near",
        percent=f"{said.percent.quantize(Decimal('0.1'), ROUND_DOWN)}%" if said.percent else "—",
        needs="；".join(short) or _("条件已够，等申报"),
        lead=spoken(keeper.name, keeper.english) if keeper else "",
    )


def _has_gap(line: TargetLine) -> bool:
    return is_behind(line) or (line.standing.gap is not None and line.standing.gap < 0)


def _month(one: Snapshot) -> MonthRow:
    zone = current_zone()
    lights = (*zone.target_lights.lights, *zone.task_lights.lights)
    said = {each.meaning: each.meaning_english for each in lights}
    light = Light(
        id=one.light,
        word=one.word,
        english=one.english,
        shape=one.shape,
        tone=one.tone,
        meaning=one.meaning,
        meaning_english=said.get(one.meaning, ""),
    )

    def shown(value: Decimal | None) -> str:
        return (
            "—" if value is None or not one.unit else f"{get_unit(one.unit).show(value)}{one.unit}"
        )

    return MonthRow(
        month=f"{one.year}-{one.month:02}",
        light=light,
        value=_("未报") if one.value is None and one.unit else shown(one.value),
        expected=shown(one.expected),
        gap=points(one.gap),
        why=spoken(one.meaning, said.get(one.meaning, "")),
    )
