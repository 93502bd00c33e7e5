"""What the plan offers to the shell: menu, names of subjects, promises behind a number."""

from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.documents.charts import Chart, Flag
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.lights import URGENT_TONES
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import Visible, visible_departments, working_year
from jingkai.org.rules import Permission
from jingkai.plan.charts import MODES, bullets_of, lights_of
from jingkai.plan.importing import SHARE_IMPORT, THEME_IMPORT
from jingkai.plan.queries import (
    ItemLine,
    TargetLine,
    TaskGroup,
    choose_items,
    describe_items,
    find_items,
    find_plan,
    group_tasks,
    list_drafts,
    list_due,
    list_lines,
    list_plans,
    list_promises,
    list_targets_of,
    open_tasks_due,
    tree_of,
)
from jingkai.plan.rules import ACTIONS, Standing
from jingkai.plan.sharing import describe_shares
from jingkai.plan.themes import Tree
from jingkai.web.find import Hit, Searcher
from jingkai.web.language import spoken
from jingkai.web.shell import MenuEntry, Step
from jingkai.web.work import Counts, Due, Work, WorkRow

__all__ = [
    "CALENDAR",
    "IMPORTS",
    "MENU",
    "NUMBER",
    "PROMISES",
    "SEARCH",
    "STEPS",
    "SUBJECTS",
    "WALL",
    "WORK",
    "YEARS",
]

MENU = [
    MenuEntry("计划", "目标盘", "plan:wall", Permission.SEE_PLAN, 9),
    MenuEntry("计划", "重点任务分解表", "plan:home", Permission.SEE_PLAN, 10),
    MenuEntry("计划", "分解总表", "plan:cascade", Permission.SEE_PLAN, 10),
    MenuEntry("计划", "计划版次", "plan:editions", Permission.SEE_PLAN, 11),
    MenuEntry("计划", "报数日历", "plan:readings", Permission.SEE_PLAN, 12),
]


def _describe(subjects: list[str]) -> dict[str, tuple[str, str]]:
    described = {}
    for subject in subjects:
        known = current_zone().indicators.get(subject.partition(":")[2])
        described[subject] = (known.name if known else subject, "")
    return described


def _describe_items(subjects: list[str]) -> dict[str, tuple[str, str]]:
    ids = {one: int(one.partition(":")[2]) for one in subjects}
    names = describe_items(list(ids.values()))
    return {
        subject: (names.get(pk, subject), reverse("plan:item", args=[pk]))
        for subject, pk in ids.items()
    }


def _describe_shares(subjects: list[str]) -> dict[str, tuple[str, str]]:
    ids = {one: int(one.partition(":")[2]) for one in subjects}
    names = describe_shares(list(ids.values()))
    return {
        subject: (names.get(pk, subject), reverse("plan:share", args=[pk]))
        for subject, pk in ids.items()
    }


SUBJECTS = {"indicator": _describe, "item": _describe_items, "share": _describe_shares}
IMPORTS = [SHARE_IMPORT, THEME_IMPORT]


def paced_by(standing: Standing) -> str:
    """Return what a promise is held against on its way: said beside its light."""
    words = {
        "time": _("序时"),
        "curve": _("本区自定的进度曲线"),
        "line": _("直线进度"),
        "line_of_whole": _("直线进度，起点按总数折算"),
        "interim": _("阶段目标"),
        "no_base": _("时间进度，起点未报"),
    }
    return words.get(standing.paced_by, "")


def _pace(standing: Standing) -> str:
    """Return what should be reached by now, and by which measure."""
    measure = paced_by(standing)
    said = percent(standing.pace)
    return f"{said} · {measure}" if measure else said


def promises(indicator: Indicator, period: Period, ledger: Ledger) -> list[dict[str, Any]]:
    """Return what the plan promises about a number, and how far it is."""
    return [
        {
            "title": line.target.name,
            "url": reverse("plan:item", args=[line.target.item_id]),
            "light": line.standing.light,
            "rows": [
                (_("目标"), line.promised),
                (_("完成率"), percent(line.standing.attainment)),
                (_("应到进度"), _pace(line.standing)),
                (_("脱幅"), points(line.standing.gap)),
            ],
        }
        for line in list_targets_of(indicator, ledger=ledger, year=period.first.year)
    ]


NUMBER = promises


def promise_flags(projects: list[int]) -> list[tuple[int, Flag]]:
    """Return what the adopted plans promise about projects: a flag at each due date."""
    return [
        (
            named.project_id,
            Flag(
                _("计划%(action)s") % {"action": _(ACTIONS[named.action])},
                named.item.due_on,
                "✓" if named.item.done_on else "◇",
                "",
                reverse("plan:item", args=[named.item_id]),
            ),
        )
        for named in list_promises(projects)
    ]


PROMISES = promise_flags


def wall(ledger: Ledger, visible: Visible) -> list[Chart]:
    """Return the tasks somebody sees and the zone's targets of the year, by the widest themes."""
    plan = find_plan(working_year(ledger.known_on))
    tree = tree_of(plan) if plan else Tree()
    lines = list_lines(plan, ledger=ledger, kind="target") if plan else []
    themes: dict[str, list[TargetLine]] = {}
    for line in lines:
        if line.target and line.target.number and line.target.number.value is not None:
            theme = tree.widest(line.item.theme_id) or _("未分组")
            themes.setdefault(theme, []).append(line.target)
    seen = list_lines(plan, ledger=ledger, visible=visible) if plan else []
    tasks = [line for line in seen if not line.target]
    return [
        *lights_of(tasks, ledger.known_on),
        *(
            bullets_of(f"wall-{n}", theme, found, MODES["year"], ledger.known_on, most=_ON_A_TILE)
            for n, (theme, found) in enumerate(themes.items(), start=1)
        ),
    ]


_ON_A_TILE = 3
WALL = wall


def work(person: Any, ledger: Ledger) -> list[Work]:
    """Return what is behind or due soon: of the person's department, or of all for who steers."""
    plan = find_plan(working_year(ledger.known_on))
    if plan is None or not person.may(Permission.SEE_PLAN):
        return []
    steers = person.role in ("leader", "appraisal")
    # Targets are numbers and few; tasks are many and are counted where they stand.
    targets = list_lines(plan, ledger=ledger, kind="target")
    targets = [line for line in targets if line.target]
    items = choose_items(plan)
    groups = group_tasks(items, on=ledger.known_on, own=person.department_id)
    shown = [
        (line.light, line.item.due_on, 1, _is_of(line, person.department_id)) for line in targets
    ]
    shown += [(one.light, one.due_on, one.count, one.is_own) for one in groups]
    seen = shown if steers else [one for one in shown if one[3]]
    urgent = [one for one in seen if one[0].tone in URGENT_TONES]
    total = sum(count for _light, _due, count, _own in urgent)
    chosen = items if steers else items.filter(lead=person.department_id)
    days = _first_days([one for one in groups if steers or one.is_own])
    rows = list_lines(
        plan, ledger=ledger, among=open_tasks_due(chosen, days, on=ledger.known_on)[:_ROWS]
    )
    rows += [line for line in targets if steers or _is_of(line, person.department_id)]
    rows = [line for line in rows if line.light.tone in URGENT_TONES]
    rows.sort(key=lambda line: (URGENT_TONES.index(line.light.tone), line.item.due_on))
    most = _ROWS_OF_ALL if steers else _ROWS
    under_way = sum(count for light, _due, count, _own in shown if light.tone not in _OVER)
    mine = sum(count for light, _due, count, own in shown if own and light.tone not in _OVER)
    counts = Counts(
        mine=mine,
        assigned=under_way - mine if steers else 0,
        near=sum(count for light, _due, count, _own in seen if light.tone == "near"),
        late=sum(count for light, _due, count, _own in seen if light.tone in ("late", "blackflag")),
    )
    title = _("全区要留意的重点工作") if steers else _("本部门要留意的重点工作")
    return [
        Work(
            title,
            total,
            [_work_row(one, ledger.known_on) for one in rows[:most]],
            counts,
            reverse("plan:home"),
            comes_first=steers,
        )
    ]


# Who steers the zone reads what burns most, and finds the rest in the plan.
_ROWS, _ROWS_OF_ALL = 20, 7


def _is_of(line: ItemLine, department: str | None) -> bool:
    return line.item.lead_id is not None and line.item.lead_id == department


def _first_days(groups: list[TaskGroup]) -> list[date]:
    """Return the due days of the most urgent tasks, as many as fill the table."""
    urgent = [one for one in groups if one.light.tone in URGENT_TONES]
    urgent.sort(key=lambda one: (URGENT_TONES.index(one.light.tone), one.due_on))
    days: list[date] = []
    count = 0
    for one in urgent:
        if count >= _ROWS:
            break
        days.append(one.due_on)
        count += one.count
    return days


def _work_row(line: ItemLine, on: date) -> WorkRow:
    item = line.item
    lead = spoken(item.lead.name, item.lead.english) if item.lead else ""
    return WorkRow(
        text=item.text,
        url=reverse("plan:item", args=[item.pk]),
        lead=" · ".join(filter(None, [lead, item.leader])),
        due_on=item.due_on,
        days_late=max((on - item.due_on).days, 0),
        subject=f"item:{item.pk}",
        gap=points(line.target.standing.gap) if line.target else "",
        light=line.light,
    )


def steps(person: Any) -> list[Step]:
    """Return the drafts that somebody who steers has to review or to let be adopted."""
    if not person.may(Permission.SUPERVISE):
        return []
    found = []
    for draft in list_drafts():
        words = {"title": draft.title}
        if draft.reviewed_on:
            text = _("通过“%(title)s”：草案已审核") % words
        elif draft.is_drafter(person.name, person.pk):
            text = _("“%(title)s”草案等别人审核") % words
        else:
            text = _("审核“%(title)s”草案") % words
        found.append(Step(text, reverse("plan:draft", args=[draft.pk])))
    return found


STEPS = steps


def due_days(person: Any, today: date) -> list[Due]:
    """Return what the person's department must hand in within thirty days."""
    plan = find_plan(working_year(today))
    if plan is None or not person.may(Permission.SEE_PLAN) or person.department_id is None:
        return []
    items = list_due(plan, lead=person.department_id, after=today, until=today + timedelta(30))
    return [Due(one.due_on, one.text, reverse("plan:item", args=[one.pk])) for one in items]


CALENDAR = due_days


def list_plan_years() -> list[tuple[int, str, str]]:
    """Return the years that have an adopted plan, with its title and page."""
    titles = {one.year: one.title for one in reversed(list_plans()) if one.adopted_on}
    return [(year, title, f"{reverse('plan:home')}?year={year}") for year, title in titles.items()]


YEARS = list_plan_years


def _find(text: str, person: Any) -> list[Hit]:
    return [
        Hit(one.text, reverse("plan:item", args=[one.pk]), f"{one.plan.year} · {one.due_on}")
        for one in find_items(text, 8, visible_departments(person))
    ]


SEARCH = [Searcher("重点工作", Permission.SEE_PLAN, _find)]
_OVER = ("done", "caught", "redflag")
WORK = work


def percent(value: Any) -> str:
    """Print a percentage to one decimal; — where it does not apply."""
    return "—" if value is None else f"{value:.1f}%"


def points(value: Any) -> str:
    """Print a gap in percentage points with its sign; — where it does not apply."""
    return "—" if value is None else f"{value:+.1f} {_('个百分点').strip()}".replace("-", "−")
