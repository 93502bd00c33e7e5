"""Pages of the plan: the five-column table, the wall of targets, one item."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from django.contrib import messages
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import Light
from jingkai.kernel.units import get_unit
from jingkai.ladder.panels import short_words
from jingkai.ladder.rules import STANDINGS
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import Visible, find_closing, visible_departments, working_year
from jingkai.org.rules import Permission
from jingkai.plan.charts import MODES, bullets_of, is_behind, title_of
from jingkai.plan.firms import FirmCandidate, firms_for
from jingkai.plan.forms import CloseForm, FilterForm, ItemForm, TargetForm
from jingkai.plan.models import Item, Plan, Snapshot
from jingkai.plan.outlook import candidates_for, outlook_of
from jingkai.plan.panels import paced_by, percent, points
from jingkai.plan.queries import (
    ItemLine,
    TargetLine,
    TaskGroup,
    choose_items,
    find_plan,
    group_tasks,
    list_items,
    list_lines,
    list_plans,
    list_snapshots,
    list_themes,
    read_target,
)
from jingkai.plan.rules import LATE_TONES
from jingkai.plan.services import (
    ItemRefused,
    assign_item,
    close_item,
    reopen_item,
    set_target,
)
from jingkai.web.access import needs
from jingkai.web.asides import Aside, asides_of
from jingkai.web.charts import ChartView, show_chart
from jingkai.web.language import quantity, spoken
from jingkai.web.numbers import Bullet, OpenNumber, open_number, read_ledger
from jingkai.web.shell import Lock, show

# A plan of a hundred items is one page; one of thousands is not sent whole.
ROWS_A_PAGE = 200
ROWS_OF_A_THEME = 50
MOST_TILES = 40


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
    paced_by: str = ""


@dataclass(frozen=True)
class Tally:
    """How many items show a light."""

    light: Light
    count: int


@dataclass(frozen=True)
class ThemeCount:
    """A theme, how many items it has, and how many are late or behind."""

    theme: str
    count: int
    late: int


@dataclass(frozen=True)
class ThemeLink:
    """A theme of a large plan, which opens on its own."""

    name: str
    url: str
    count: int
    late: int
    is_open: bool


@dataclass
class HomePage:
    """重点任务分解表, and the wall of targets beside it."""

    title: str
    year: int
    plan: Plan | None
    form: FilterForm
    themes: list[ThemeLink]
    sections: list[Section]
    found: PageOf
    query: str
    wall: list[Tile]
    targets: int
    tallies: list[Tally]
    by_year: list[int]
    lock: Lock | None
    may_keep: bool
    may_import: bool
    template: str = "plan/home.html"


@dataclass(frozen=True)
class OutlookView:
    """Where a target is likely to end, in words; for inside the house."""

    name: str
    url: str
    promised: str
    forecast: str
    between: str
    begins_by: str
    verdict: str
    tone: str
    shape: str


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
    targets, groups = _standing(plan, ledger, sees, chosen)
    themes = _themes(targets, groups, list_themes(plan) if plan else [])
    count = sum(one.count for one in themes)
    wanted = request.GET.get("theme")
    # A plan of a hundred items is one page; of a large one a theme is read at a time.
    folds = count > ROWS_A_PAGE and len(themes) > 1
    theme = wanted if wanted in {one.theme for one in themes} else None
    if folds and theme is None:
        theme = max(themes, key=lambda one: one.late).theme
    ids = (
        choose_items(plan, visible=sees, theme=theme, **chosen).values_list("pk", flat=True)
        if plan
        else []
    )
    found = Paginator(ids, ROWS_A_PAGE if theme is None else ROWS_OF_A_THEME).get_page(
        request.GET.get("page")
    )
    lines = list_lines(plan, ledger=ledger, visible=sees, among=list(found)) if plan else []
    page = HomePage(
        title=_headline(count, sum(one.late for one in themes), year),
        year=year,
        plan=plan,
        form=form,
        themes=[
            ThemeLink(
                one.theme, _with_theme(request, one.theme), one.count, one.late, one.theme == theme
            )
            for one in themes
        ]
        if folds
        else [],
        sections=_sections(lines),
        found=found,
        query=_query(request),
        wall=_wall(targets, request.today)[:MOST_TILES],
        targets=len(targets),
        tallies=_tallies(targets, groups),
        by_year=_years(year),
        lock=_lock(year),
        may_keep=request.user.may(Permission.KEEP_PLAN),
        may_import=request.user.may(Permission.IMPORT_REPORT),
    )
    return show(request, page)


def _standing(
    plan: Plan | None, ledger: Ledger, sees: Visible, chosen: dict[str, str]
) -> tuple[list[ItemLine], list[TaskGroup]]:
    """Return the targets, each with its number, and the tasks as the database counts them."""
    if plan is None:
        return [], []
    items = choose_items(plan, visible=sees, **chosen)
    groups = group_tasks(items, on=ledger.known_on)
    if chosen.get("kind", "") not in ("", Item.Kind.TARGET):
        return [], groups
    lines = list_lines(
        plan, ledger=ledger, visible=sees, lead=chosen.get("lead", ""), kind=Item.Kind.TARGET
    )
    return [line for line in lines if line.target], groups


def _themes(targets: list[ItemLine], groups: list[TaskGroup], order: list[str]) -> list[ThemeCount]:
    """Return how many items each theme has, and how many of them are late or behind, in order."""
    counts: dict[str, tuple[int, int]] = {}
    told = [(line.item.theme, line.light, 1) for line in targets]
    for theme, light, count in [*told, *((one.theme, one.light, one.count) for one in groups)]:
        has, late = counts.get(theme, (0, 0))
        counts[theme] = has + count, late + (count if light.tone in LATE_TONES else 0)
    places = {theme: place for place, theme in enumerate(order)}
    return [
        ThemeCount(theme, *counts[theme]) for theme in sorted(counts, key=lambda one: places[one])
    ]


def _with_theme(request: HttpRequest, theme: str) -> str:
    asked = request.GET.copy()
    asked.pop("page", None)
    asked["theme"] = theme
    return f"?{asked.urlencode()}"


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
    outlooks: list[OutlookView]
    basis: str
    is_invented: bool
    template: str = "plan/wall.html"


@needs(Permission.SEE_PLAN)
def wall(request: HttpRequest) -> HttpResponse:
    """Show where every target of the year stands."""
    year = _year(request)
    plan = find_plan(year)
    mode = MODES.get(request.GET.get("by", ""), MODES["year"])
    ledger = read_ledger(request)
    lines = list_lines(plan, ledger=ledger, kind="target") if plan else []
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
        basis=plan.basis if plan else "",
        is_invented=bool(plan and plan.is_invented),
        charts=[
            show_chart(
                request, bullets_of(f"targets-{place}", theme, found, mode, request.today), wide=540
            )
            for place, (theme, found) in enumerate(themes.items(), start=1)
        ],
        outlooks=[one for line in targets if (one := _outlook(line, ledger))],
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
def target(request: HttpRequest, item_id: int) -> HttpResponse:
    """Change what a target promises; it counts at once and is published with the next edition."""
    found = _load(request, item_id)
    is_target = found.kind == Item.Kind.TARGET
    if request.method != "POST" or not is_target or _lock(found.plan.year):
        return redirect("plan:item", item_id)
    form = TargetForm(request.POST, unit=found.target.unit)
    if form.is_valid():
        try:
            set_target(item_id=item_id, **form.cleaned_data)
        except ItemRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存，随下一版计划公布。"))
            return redirect("plan:item", item_id)
    return _show_item(request, found, _item_form(found), target_form=form)


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
    request: HttpRequest,
    found: Item,
    form: ItemForm | None,
    close_form: CloseForm | None = None,
    target_form: TargetForm | None = None,
) -> HttpResponse:
    ledger = read_ledger(request)
    target = read_target(found.target, ledger=ledger) if found.kind == "target" else None
    line = next(one for one in list_lines(found.plan, ledger=ledger) if one.item.pk == found.pk)
    lock = _lock(found.plan.year)
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
        row=_row(line),
        tile=_tile(target) if target else None,
        form=form if may_keep else None,
        close_form=close_form if may_keep and is_task else None,
        may_keep=may_keep,
        lock=lock,
        asides=asides_of(f"item:{found.pk}", request.user, request.today),
        target_form=target_form if may_keep else None,
        outlook=_outlook(target, ledger) if target else None,
        candidates=_candidates(target, request.today, sees) if target else [],
        firms=_firms(target, found, request.today, sees)
        if target and request.user.may(Permission.SEE_FIRMS)
        else [],
        months=[_month(one) for one in list_snapshots(found)],
    )
    return show(request, page, status=422 if bad else 200)


def _query(request: HttpRequest) -> str:
    """Return what the address asks for, but for the page."""
    asked = request.GET.copy()
    asked.pop("page", None)
    return asked.urlencode()


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


def _headline(count: int, late: int, year: int) -> str:
    if not count:
        return _("%(year)s年计划还没有条目") % {"year": year}
    if not late:
        return _("%(year)s年 %(all)s 项重点工作，没有滞后") % {"year": year, "all": count}
    return _("%(year)s年 %(all)s 项重点工作，%(late)s 项滞后") % {
        "year": year,
        "all": count,
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


def _tallies(lines: list[ItemLine], groups: Sequence[TaskGroup] = ()) -> list[Tally]:
    counts: dict[str, Tally] = {}
    told = [(line.light, 1) for line in lines]
    for light, count in [*told, *((one.light, one.count) for one in groups)]:
        before = counts.get(light.id)
        counts[light.id] = Tally(light, before.count + count if before else count)
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
        paced_by=paced_by(standing),
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


def _outlook(line: TargetLine, ledger: Ledger) -> OutlookView | None:
    """Return the outlook in words; None where the record says nothing about the year's end."""
    found = outlook_of(line, ledger)
    if found is None or (found.forecast is None and not found.is_lost and not found.begins_by):
        return None
    unit, said = line.target.unit, found.forecast
    begins = ""
    if found.begins_by:
        day = found.begins_by + timedelta(days=1)
        begins = _("最迟 %(day)s 起按历史最好速度还来得及") % {"day": day}
    elif found.is_lost:
        begins = _("按历史最好速度，年底前也补不齐")
    verdict, tone, shape = (
        (_("已经来不及"), "late", "■")
        if found.is_lost
        else (_("预计能完成"), "good", "●")
        if found.is_likely
        else (_("预计完不成"), "behind", "▲")
        if found.is_likely is False
        else (_("记录太短，估不出"), "neutral", "○")
    )
    return OutlookView(
        name=title_of(line),
        url=reverse("plan:item", args=[line.target.item_id]),
        promised=line.promised,
        forecast=f"{line.shown(said.value)}{unit}" if said else "—",
        between=f"{line.shown(said.low)}—{line.shown(said.high)}{unit}"
        if said and said.low != said.high
        else "—",
        begins_by=begins,
        verdict=verdict,
        tone=tone,
        shape=shape,
    )


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
    light = Light(
        id=one.light,
        word=one.word,
        english=one.english,
        shape=one.shape,
        tone=one.tone,
        meaning=one.meaning,
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
        why=one.meaning,
    )
