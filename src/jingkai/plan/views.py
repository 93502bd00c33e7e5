"""Pages of the plan: the five-column table, the wall of targets, one item."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import Light
from jingkai.org.queries import find_closing, visible_departments, working_year
from jingkai.org.rules import Permission
from jingkai.plan.charts import MODES, bullets_of, is_behind, title_of
from jingkai.plan.forms import CloseForm, FilterForm, ItemForm
from jingkai.plan.models import Item, Plan
from jingkai.plan.panels import percent, points
from jingkai.plan.queries import (
    ItemLine,
    TargetLine,
    find_plan,
    list_items,
    list_lines,
    list_plans,
    read_target,
)
from jingkai.plan.services import ItemRefused, assign_item, close_item, reopen_item
from jingkai.web.access import needs
from jingkai.web.asides import Aside, asides_of
from jingkai.web.charts import ChartView, show_chart
from jingkai.web.language import quantity, spoken
from jingkai.web.numbers import Bullet, OpenNumber, open_number, read_ledger
from jingkai.web.shell import Lock, show


@dataclass(frozen=True)
class Row:
    """One row of the five-column table."""

    id: int
    number: int
    kind: str
    text: str
    leader: str
    lead: str
    support: str
    due_on: date
    light: Light
    value: OpenNumber | None
    promised: str
    gap: str


@dataclass(frozen=True)
class Section:
    """The rows of one theme."""

    theme: str
    rows: list[Row]


@dataclass(frozen=True)
class Tile:
    """One target of the wall."""

    name: str
    url: str
    light: Light
    value: OpenNumber | None
    promised: str
    attainment: str
    pace: str
    gap: str
    bullet: Bullet | None
    parts: list["Tile"] = field(default_factory=list)


@dataclass(frozen=True)
class Tally:
    """How many items show a light."""

    light: Light
    count: int


@dataclass
class HomePage:
    """重点任务分解表, and the wall of targets beside it."""

    title: str
    year: int
    plan: Plan | None
    form: FilterForm
    sections: list[Section]
    wall: list[Tile]
    tallies: list[Tally]
    by_year: list[int]
    lock: Lock | None
    may_keep: bool
    may_import: bool
    template: str = "plan/home.html"


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
    template: str = "plan/item.html"


@needs(Permission.SEE_PLAN)
def home(request: HttpRequest) -> HttpResponse:
    """Show the plan of the year."""
    year = _year(request)
    plan = find_plan(year)
    form = FilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    sees = visible_departments(request.user)
    ledger = read_ledger(request)
    lines = list_lines(plan, ledger=ledger, visible=sees, **chosen) if plan else []
    page = HomePage(
        title=_headline(lines, year),
        year=year,
        plan=plan,
        form=form,
        sections=_sections(lines),
        wall=_wall(lines, request.today),
        tallies=_tallies(lines),
        by_year=_years(year),
        lock=_lock(year),
        may_keep=request.user.may(Permission.KEEP_PLAN),
        may_import=request.user.may(Permission.IMPORT_REPORT),
    )
    return show(request, page)


@dataclass(frozen=True)
class Switch:
    """One way of looking at the page, and whether it is the one shown."""

    label: str
    url: str
    is_current: bool


@dataclass
class WallPage:
    """目标盘: every target of the year as a bullet, theme by theme."""

    title: str
    year: int
    modes: list[Switch]
    by_year: list[int]
    lock: Lock | None
    tallies: list[Tally]
    charts: list[ChartView]
    template: str = "plan/wall.html"


@needs(Permission.SEE_PLAN)
def wall(request: HttpRequest) -> HttpResponse:
    """Show where every target of the year stands."""
    year = _year(request)
    plan = find_plan(year)
    mode = MODES.get(request.GET.get("by", ""), MODES["year"])
    lines = list_lines(plan, ledger=read_ledger(request), kind="target") if plan else []
    targets = [line.target for line in lines if line.target]
    targets.sort(key=lambda line: line.period.first.year != year or line.period.last.year != year)
    themes: dict[str, list[TargetLine]] = {}
    for line in targets:
        themes.setdefault(line.target.item.theme or _("未分组"), []).append(line)
    late = sum(map(is_behind, targets))
    title = (
        _("%(year)s年 %(all)s 项目标，%(late)s 项滞后")
        if late
        else _("%(year)s年 %(all)s 项目标，没有滞后")
    )
    page = WallPage(
        title=title % {"year": year, "all": len(targets), "late": late},
        year=year,
        modes=[
            Switch(_(one.name), f"?by={one.id}&year={year}", one is mode) for one in MODES.values()
        ],
        by_year=_years(year),
        lock=_lock(year),
        tallies=_tallies(lines),
        charts=[
            show_chart(
                request, bullets_of(f"targets-{place}", theme, found, mode, request.today), wide=540
            )
            for place, (theme, found) in enumerate(themes.items(), start=1)
        ],
    )
    return show(request, page)


def _year(request: HttpRequest) -> int:
    wanted = request.GET.get("year", "")
    return int(wanted) if wanted.isdecimal() and len(wanted) == 4 else working_year(request.today)


def _years(shown: int) -> list[int]:
    """Return the years that can be looked at, the latest first."""
    return sorted({shown, *(one.year for one in list_plans())}, reverse=True)


def _lock(year: int) -> Lock | None:
    """Return what a closed year's pages say."""
    closing = find_closing(year)
    if closing is None:
        return None
    what = _(
        "%(year)s年已关闭，计划、目标和报数只能查看。要改请由考核督查写明原因、重新打开这个年度。"
    )
    return Lock(what % {"year": year}, str(closing.closed_on), closing.closed_by)


@needs(Permission.SEE_PLAN)
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show one item; who keeps the plan can change it."""
    found = _load(request, item_id)
    may_keep = request.user.may(Permission.KEEP_PLAN)
    form = ItemForm(request.POST) if request.method == "POST" else _item_form(found)
    if request.method == "POST":
        if not may_keep:
            return redirect("plan:item", item_id)
        if form.is_valid():
            try:
                assign_item(item_id=item_id, **_assignment(form))
            except ItemRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("已保存。"))
                return redirect("plan:item", item_id)
    return _show_item(request, found, form if may_keep else None)


@needs(Permission.KEEP_PLAN)
def close(request: HttpRequest, item_id: int) -> HttpResponse:
    """Close a task that is done."""
    found = _load(request, item_id)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            close_item(item_id=item_id, today=request.today, **form.cleaned_data)
        except ItemRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已销号。"))
            return redirect("plan:item", item_id)
    return _show_item(request, found, _item_form(found), close_form=form)


@needs(Permission.KEEP_PLAN)
def reopen(request: HttpRequest, item_id: int) -> HttpResponse:
    """Open a closed task again."""
    found = _load(request, item_id)
    if request.method == "POST":
        try:
            reopen_item(item_id=item_id, version=int(request.POST.get("version", "0") or 0))
        except (ItemRefused, ValueError) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已重新打开。"))
    return redirect("plan:item", found.pk)


def _show_item(
    request: HttpRequest, found: Item, form: ItemForm | None, close_form: CloseForm | None = None
) -> HttpResponse:
    ledger = read_ledger(request)
    target = read_target(found.target, ledger=ledger) if found.kind == "target" else None
    line = next(one for one in list_lines(found.plan, ledger=ledger) if one.item.pk == found.pk)
    lock = _lock(found.plan.year)
    may_keep = request.user.may(Permission.KEEP_PLAN) and lock is None
    is_task = found.kind != Item.Kind.TARGET and found.done_on is None
    if close_form is None and is_task:
        close_form = CloseForm(initial={"on": request.today, "version": found.version})
    bad = any(one is not None and one.errors for one in (form, close_form))
    page = ItemPage(
        item=found,
        row=_row(line),
        tile=_tile(target) if target else None,
        form=form if may_keep else None,
        close_form=close_form if may_keep and is_task else None,
        may_keep=may_keep,
        lock=lock,
        asides=asides_of(f"item:{found.pk}", request.user, request.today),
    )
    return show(request, page, status=422 if bad else 200)


def _load(request: HttpRequest, item_id: int) -> Item:
    """Return an item; one of another scope is not there."""
    seen = list_items(visible_departments(request.user))
    try:
        return seen.select_related("plan", "lead", "target").get(pk=item_id)
    except Item.DoesNotExist:
        raise Http404 from None


def _item_form(found: Item) -> ItemForm:
    return ItemForm(
        initial={
            "text": found.text,
            "leader": found.leader,
            "lead": found.lead_id or "",
            "support": [one.pk for one in found.support.all()],
            "due_on": found.due_on,
            "version": found.version,
        }
    )


def _assignment(form: ItemForm) -> dict[str, object]:
    return form.cleaned_data | {"lead": form.cleaned_data["lead"] or None}


def _headline(lines: list[ItemLine], year: int) -> str:
    late = sum(line.light.tone in ("late", "behind", "blackflag") for line in lines)
    if not lines:
        return _("%(year)s年计划还没有条目") % {"year": year}
    if not late:
        return _("%(year)s年 %(all)s 项重点工作，没有滞后") % {"year": year, "all": len(lines)}
    return _("%(year)s年 %(all)s 项重点工作，%(late)s 项滞后") % {
        "year": year,
        "all": len(lines),
        "late": late,
    }


def _wall(lines: list[ItemLine], today: date) -> list[Tile]:
    """Return the whole targets: those of the running year before those of later years."""
    whole = [line.target for line in lines if line.target and not _is_part(line.target)]
    whole.sort(
        key=lambda target: {target.period.first.year, target.period.last.year} != {today.year}
    )
    return [_tile(target) for target in whole]


def _sections(lines: list[ItemLine]) -> list[Section]:
    themes: dict[str, list[Row]] = {}
    for line in lines:
        themes.setdefault(line.item.theme, []).append(_row(line))
    return [Section(theme, rows) for theme, rows in themes.items()]


def _tallies(lines: list[ItemLine]) -> list[Tally]:
    counts: dict[str, Tally] = {}
    for line in lines:
        before = counts.get(line.light.id)
        counts[line.light.id] = Tally(line.light, before.count + 1 if before else 1)
    return list(counts.values())


def _row(line: ItemLine) -> Row:
    item, target = line.item, line.target
    return Row(
        id=item.pk,
        number=item.number,
        kind=item.get_kind_display(),
        text=item.text,
        leader=item.leader,
        lead=spoken(item.lead.name, item.lead.english) if item.lead else "",
        support="、".join(spoken(*names) for names in line.support),
        due_on=item.due_on,
        light=line.light,
        value=_number(target) if target else None,
        promised=target.promised if target else "",
        gap=points(target.standing.gap) if target else "",
    )


def _number(line: TargetLine) -> OpenNumber | None:
    if line.indicator is None or line.number is None:
        return None
    return open_number(line.number, shown_in=line.target.unit)


def _is_part(line: TargetLine) -> bool:
    return line.target.part_of_id is not None


def _tile(line: TargetLine) -> Tile:
    standing = line.standing
    return Tile(
        name=title_of(line),
        url=reverse("plan:item", args=[line.target.item_id]),
        light=standing.light,
        value=_number(line),
        promised=line.promised,
        attainment=percent(standing.attainment),
        pace=percent(standing.pace),
        gap=points(standing.gap),
        bullet=_bullet(line),
        parts=[_tile(part) for part in line.parts],
    )


def _bullet(line: TargetLine) -> Bullet | None:
    actual = line.number.value if line.number else None
    expected = line.standing.expected
    goal = line.target.value
    most = max(goal, actual or Decimal(0)) * Decimal("1.1")
    if most <= 0:
        return None
    marks = [None if value is None else float(value / most) for value in (actual, expected, goal)]
    said, unit = (_("未报"), "") if actual is None else quantity(actual, line.target.unit)
    return Bullet(
        done=marks[0],
        pace=marks[1],
        target=marks[2] or 0.0,
        text=_("%(name)s:%(value)s%(unit)s，目标 %(goal)s")
        % {
            "name": line.target.name,
            "value": said,
            "unit": unit,
            "goal": line.promised,
        },
        tone=line.standing.light.tone,
    )
