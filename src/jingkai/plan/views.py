"""Pages of the whole plan: the five-column table and the wall of targets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jingkai.ledger.queries import Ledger
from jingkai.org.queries import Visible, visible_departments
from jingkai.org.rules import Permission
from jingkai.plan.charts import MODES, bullets_of, furthest_behind, is_behind
from jingkai.plan.forms import FilterForm
from jingkai.plan.itemrows import (
    BranchRow,
    OutlookView,
    Row,
    Tally,
    Tile,
    branches_of,
    count_lights,
    outlook_view,
    row_of,
    tile_of,
)
from jingkai.plan.models import Item, Plan
from jingkai.plan.queries import (
    ItemLine,
    TargetLine,
    TaskGroup,
    choose_items,
    find_plan,
    group_tasks,
    list_lines,
    list_plan_years,
    tree_of,
)
from jingkai.plan.themes import Tree
from jingkai.web.access import needs
from jingkai.web.addresses import query_with
from jingkai.web.charts import ChartView, show_chart
from jingkai.web.locks import lock_of_year
from jingkai.web.numbers import read_ledger
from jingkai.web.shell import Lock, show, year_asked

# A plan of a hundred items is one page; one of thousands is not sent whole.
ROWS_A_PAGE = 200
ROWS_OF_A_THEME = 50
MOST_TILES = 40
# Beyond so many targets the wall shows of each theme only what is furthest behind.
MOST_BULLETS, _LEAST_BULLETS = 40, 3
# What asks for one chart of a page instead of the page.
_CHART = ("chart", "as")


@dataclass(frozen=True)
class Section:
    """The rows of one theme."""

    theme: str
    rows: list[Row]


@dataclass
class HomePage:
    """重点任务分解表, and the wall of targets beside it."""

    title: str
    year: int
    plan: Plan | None
    form: FilterForm
    branches: list[BranchRow]
    whole: str
    sections: list[Section]
    found: PageOf
    query: str
    wall: list[Tile]
    targets: int
    tallies: list[tuple[str, list[Tally]]]
    by_year: list[int]
    lock: Lock | None
    may_keep: bool
    may_import: bool
    template: str = "plan/home.html"


@needs(Permission.SEE_PLAN)
def home(request: HttpRequest) -> HttpResponse:
    """Show the plan of the year."""
    year = year_asked(request)
    plan = find_plan(year)
    tree = tree_of(plan) if plan else Tree()
    form = FilterForm(tree, request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    wanted = chosen.pop("theme", "")
    sees = visible_departments(request.user)
    ledger = read_ledger(request)
    targets, groups = _standing(plan, ledger, sees, chosen)
    branches = branches_of(
        tree, targets, groups, lambda theme: query_with(request, without=["page"], theme=theme)
    )
    branches = [one for one in branches if one.count]
    widest = [one for one in branches if one.depth == 1]
    count = sum(one.count for one in widest)
    # A plan of a hundred items is one page; of a large one a theme is read at a time.
    if not wanted and count > ROWS_A_PAGE and len(widest) > 1:
        wanted = max(widest, key=lambda one: one.late).theme
    themes = None if not wanted else tree.within(int(wanted)) if wanted != "none" else []
    ids = (
        choose_items(plan, visible=sees, themes=themes, **chosen)
        .order_by(F("theme__place").asc(nulls_last=True), "number")
        .values_list("pk", flat=True)
        if plan
        else []
    )
    found = Paginator(ids, ROWS_A_PAGE if themes is None else ROWS_OF_A_THEME).get_page(
        request.GET.get("page")
    )
    lines = list_lines(plan, ledger=ledger, visible=sees, among=list(found)) if plan else []
    on_wall = [line for line in targets if themes is None or _is_below(line, themes)]
    page = HomePage(
        title=_headline(count, sum(one.late for one in widest), year),
        year=year,
        plan=plan,
        form=form,
        branches=[replace(one, is_open=one.theme == wanted) for one in branches],
        whole=query_with(request, without=["page"], theme=""),
        sections=_sections(tree, lines, {pk: place for place, pk in enumerate(found)}),
        found=found,
        query=query_with(request, without=["page"]).removeprefix("?"),
        wall=_wall(on_wall, request.today)[:MOST_TILES],
        targets=len(on_wall),
        tallies=_tallies(targets, groups),
        by_year=list_plan_years(year),
        lock=lock_of_year(request, year),
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
    groups = group_tasks(items, on=ledger.known_on, by_theme=True)
    if chosen.get("kind", "") not in ("", Item.Kind.TARGET):
        return [], groups
    lines = list_lines(
        plan, ledger=ledger, visible=sees, lead=chosen.get("lead", ""), kind=Item.Kind.TARGET
    )
    return [line for line in lines if line.target], groups


def _is_below(line: ItemLine, themes: Sequence[int]) -> bool:
    return line.item.theme_id in themes if themes else line.item.theme_id is None


@dataclass(frozen=True)
class Switch:
    """One way of looking at the page, and whether it is the one shown."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Rest:
    """A theme of which not every target is drawn, and where it is whole."""

    name: str
    url: str
    count: int


@dataclass
class WallPage:
    """目标盘: the targets of the year as bullets, theme by theme."""

    title: str
    year: int
    modes: list[Switch]
    theme: str
    whole: str
    rests: list[Rest]
    most: int
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
    year = year_asked(request)
    plan = find_plan(year)
    mode = MODES.get(request.GET.get("by", ""), MODES["year"])
    ledger = read_ledger(request)
    lines = list_lines(plan, ledger=ledger, kind="target") if plan else []
    targets = [line.target for line in lines if line.target]
    targets.sort(key=lambda line: line.period.first.year != year or line.period.last.year != year)
    tree = tree_of(plan) if plan else Tree()
    themes = _by_theme(tree, targets)
    asked = request.GET.get("theme", "")
    themes = themes if asked not in themes else {asked: themes[asked]}
    shown = [line for found in themes.values() for line in found]
    is_whole = asked in (*themes, "all") or len(shown) <= MOST_BULLETS
    most = 0 if is_whole else max(_LEAST_BULLETS, MOST_BULLETS // len(themes))
    drawn = {
        id_: found if is_whole else furthest_behind(found, most) for id_, found in themes.items()
    }
    late = sum(map(is_behind, shown))
    title = (
        _("%(year)s年 %(all)s 项目标，%(late)s 项滞后")
        if late
        else _("%(year)s年 %(all)s 项目标，没有滞后")
    )
    page = WallPage(
        title=title % {"year": year, "all": len(shown), "late": late},
        year=year,
        modes=[
            Switch(
                _(one.name),
                query_with(request, without=_CHART, by=one.id, year=str(year)),
                one is mode,
            )
            for one in MODES.values()
        ],
        theme=_name_of(tree, asked) if asked in themes else "",
        whole=query_with(request, without=_CHART, theme=""),
        rests=[
            Rest(_name_of(tree, id_), query_with(request, without=_CHART, theme=id_), len(found))
            for id_, found in themes.items()
            if len(drawn[id_]) < len(found)
        ],
        most=most,
        by_year=list_plan_years(year),
        lock=lock_of_year(request, year),
        tallies=count_lights((line.standing.light, 1) for line in shown),
        basis=plan.basis if plan else "",
        is_invented=bool(plan and plan.is_invented),
        charts=[
            show_chart(
                request,
                bullets_of(
                    f"targets-{place}", _name_of(tree, id_), found, mode, request.today, most=most
                ),
                wide=540,
            )
            for place, (id_, found) in enumerate(themes.items(), start=1)
        ],
        outlooks=_outlooks(drawn.values(), ledger),
    )
    return show(request, page)


def _by_theme(tree: Tree, targets: Sequence[TargetLine]) -> dict[str, list[TargetLine]]:
    """Return the targets below each of the widest themes, by its id as an address has it."""
    themes: dict[str, list[TargetLine]] = {}
    for line in targets:
        way = tree.above(line.target.item.theme_id)
        themes.setdefault(str(way[0]) if way else "none", []).append(line)
    return themes


def _name_of(tree: Tree, id_: str) -> str:
    return (tree.words(int(id_)) if id_.isdecimal() else "") or _("未分组")


def _outlooks(themes: Iterable[Sequence[TargetLine]], ledger: Ledger) -> list[OutlookView]:
    """Return where the targets that are drawn will end, as far as the record tells."""
    lines = [line for found in themes for line in found]
    return [one for line in lines if (one := outlook_view(line, ledger))]


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
    return [tile_of(target) for target in whole]


def _sections(tree: Tree, lines: list[ItemLine], places: Mapping[int, int]) -> list[Section]:
    themes: dict[int | None, list[Row]] = {}
    for line in sorted(lines, key=lambda one: places[one.item.pk]):
        themes.setdefault(line.item.theme_id, []).append(row_of(line))
    return [Section(tree.words(theme), rows) for theme, rows in themes.items()]


def _tallies(targets: list[ItemLine], groups: Sequence[TaskGroup]) -> list[tuple[str, list[Tally]]]:
    """Return the lights of targets and those of tasks: the same word says two things of them."""
    found = [
        (_("目标"), count_lights((line.light, 1) for line in targets)),
        (_("任务和项目"), count_lights((one.light, one.count) for one in groups)),
    ]
    return [(kind, tallies) for kind, tallies in found if tallies]


def _is_part(line: TargetLine) -> bool:
    return line.target.part_of_id is not None
