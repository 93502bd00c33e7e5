"""A first draft from the record: what was reached, what not, what comes, and with which means.

Every sentence is made of numbers that open or of items of the plan; nothing is invented, and what
the record does not have is said as missing.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from jingkai.kernel.periods import Period
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import ItemLine, Plan, TargetLine, Tree, find_plan, list_lines, tree_of
from jingkai.reports.memory import Memory, remember
from jingkai.reports.tokens import write_item, write_token
from jingkai.reports.workshop import NewSection

__all__ = ["outline_of", "outline_of_month"]

_GATES = {"sign": "已签约", "start": "已开工", "commission": "已投产", "full_output": "已达效"}
_BEHIND = ("late", "behind", "blackflag")


def outline_of(year: int, ledger: Ledger) -> list[NewSection]:
    """Return the four parts of the annual report that looks back on `year`."""
    plan = find_plan(year)
    if plan is None:
        said = f"记录里没有{year}年通过的计划，回顾部分要等计划导入后才能起草。"
        lines: list[ItemLine] = []
    else:
        said, lines = "", list_lines(plan, ledger=ledger)
    period, memory = Period.year(year), remember(ledger)
    review = _review(lines, period, _again(memory, year))
    return [
        NewSection(f"{year}年工作回顾", (said,) if said else (), review),
        NewSection(f"{year + 1}年主要目标", tuple(_aims(find_plan(year + 1), lines, year))),
        NewSection(
            f"{year + 1}年重点任务",
            (),
            _work(find_plan(year + 1), lines, ledger, _older(memory, year)),
        ),
        NewSection("保障措施", tuple(_means(lines, ledger))),
    ]


def outline_of_month(year: int, ledger: Ledger) -> list[NewSection]:
    """Return the parts of a monthly 通报: where the year stands, by now."""
    plan = find_plan(year)
    if plan is None:
        return [NewSection("总体进度", (f"记录里没有{year}年通过的计划。",))]
    lines = list_lines(plan, ledger=ledger)
    period = Period.months(year, 1, ledger.known_on.month) if ledger.known_on.year == year else None
    period = period or Period.year(year)
    return [
        NewSection("指标进度", tuple(_reached(lines, period, is_running=True))),
        NewSection("滞后指标", tuple(_behind(lines)) or ("没有滞后的指标。",)),
        NewSection("未报指标", (_missing(lines),)),
    ]


def _review(
    lines: Sequence[ItemLine], period: Period, again: Sequence[str]
) -> tuple[NewSection, ...]:
    if not lines:
        return ()
    projects = list(_projects(lines))
    closed = [one for one in lines if one.target is None and one.item.done_on]
    works = [f"{_day(one.item.done_on)}办结“{write_item(one.item.pk)}”。" for one in closed]
    return (
        NewSection("主要指标", tuple(_reached(lines, period))),
        NewSection("项目建设", tuple(projects) or ("记录里没有点名项目的进展。",)),
        NewSection("工作成效", tuple(works) or ("记录里没有已经办结的任务。",)),
        NewSection("差距和不足", (*(_behind(lines)), *again, _missing(lines))),
    )


def _reached(
    lines: Sequence[ItemLine], period: Period, *, is_running: bool = False
) -> Iterable[str]:
    found = False
    for target in _wholes(lines):
        number, indicator = target.number, target.indicator
        if number is None or indicator is None or number.value is None:
            continue
        found = True
        own = number.period if is_running or number.period != period else None
        yield _sentence(target, own) + "。"
    if not found:
        yield "目标都还没有数据。"


def _sentence(target: TargetLine, period: Period | None) -> str:
    """Return what one number has come to, with its growth, its target and its parts."""
    number, indicator = target.number, target.indicator
    assert number is not None and indicator is not None
    name = indicator.name.removesuffix("增速")
    if period is not None:
        name = f"{period.name}，{name}"
    if indicator.measure == "growth":
        said = f"{name}{write_token(indicator.id, '增长', period)}"
    elif indicator.measure == "rank":
        said = f"{name}{write_token(indicator.id, '位次', period)}"
    else:
        said = f"{name}{write_token(indicator.id, '值', period)}"
        if number.yoy is not None:
            said += f"，{write_token(indicator.id, '增长', period)}"
    is_own = target.period.last.year == number.period.last.year
    if target.standing.attainment is not None and indicator.measure == "level" and is_own:
        said += f"，{write_token(indicator.id, '完成率', period)}"
    if any(part.number and part.number.value is not None for part in target.parts) and is_own:
        said += f"，{write_token(indicator.id, '其中', period)}"
    return said


def _behind(lines: Sequence[ItemLine]) -> Iterable[str]:
    """Return the problems, each tied to the number that it depresses."""
    for target in _wholes(lines):
        if target.indicator is None or target.standing.light.tone not in _BEHIND:
            continue
        lead = target.target.item.lead
        who = f"，由{lead.name}牵头补齐" if lead else "，牵头单位待定"
        own = target.number.period if target.number else None
        if target.number is None or target.number.value is None:
            continue
        form = "增长" if target.indicator.measure == "growth" else "值"
        said = [write_token(target.indicator.id, form, own)]
        if target.standing.attainment is not None and form == "值":
            said.append(write_token(target.indicator.id, "完成率", target.period))
        if target.standing.gap is not None:
            said.append(write_token(target.indicator.id, "序时", target.period))
        name = target.indicator.name.removesuffix("增速")
        yield f"{name}{'，'.join(said)}{who}。"


def _missing(lines: Sequence[ItemLine]) -> str:
    names = [
        one.target.name for one in _wholes(lines) if one.number is None or one.number.value is None
    ]
    if not names:
        return "目标都已有数据，没有未报。"
    return f"记录里还没有这些目标的数据，本稿不作推算：{'、'.join(names)}。"


def _projects(lines: Sequence[ItemLine]) -> Iterable[str]:
    """Return what became of the projects that the plan names, by the gates of the record."""
    by_gate: dict[str, list[str]] = {}
    unlinked = []
    for line in lines:
        named = getattr(line.item, "named_project", None) if line.item.kind == "project" else None
        if named is None:
            continue
        project = named.project
        if line.item.done_on:
            by_gate.setdefault("已办结", []).append(write_item(line.item.pk, named=True))
        elif project is None or not project.passed:
            unlinked.append(write_item(line.item.pk, named=True))
        else:
            gate = _GATES[list(project.passed)[-1]]
            by_gate.setdefault(gate, []).append(write_item(line.item.pk, named=True))
    for gate, names in by_gate.items():
        yield f"点名项目{gate}的：{'、'.join(names)}。"
    if unlinked:
        yield f"计划点名、记录里还没有节点的项目：{'、'.join(unlinked)}。"


def _aims(plan: Plan | None, lines: Sequence[ItemLine], year: int) -> Iterable[str]:
    if plan is None:
        yield f"{year + 1}年的计划还没有通过，主要目标待定。"
    else:
        for target in plan.items.filter(kind="target"):
            yield f"{write_item(target.pk)}。"
    later = [one for one in _wholes(lines) if one.target.period_id > f"{year}"]
    if later:
        names = "、".join(f"{write_item(one.target.item_id)}（{one.period.name}）" for one in later)
        yield f"跨年度目标继续有效：{names}。"


def _work(
    plan: Plan | None, lines: Sequence[ItemLine], ledger: Ledger, older: Sequence[str]
) -> tuple[NewSection, ...]:
    carried = _by_theme(
        (one, write_item(one.item.pk, named=True)) for one in lines if _is_carried(one)
    )
    new = []
    if plan is not None:
        for one in list_lines(plan, ledger=ledger):
            if one.target is None:
                lead = f"由{one.item.lead.name}牵头，" if one.item.lead else ""
                said = f"{lead}{_until(one.item.due_on)}{write_item(one.item.pk)}"
                new.append((one, said))
    none = "新一年的计划里没有任务。" if plan else "新一年的计划还没有通过，新任务待定。"
    again = [*older]
    again += [f"{theme}：继续办理{'、'.join(said)}。" for theme, said in carried.items()]
    fresh = [f"{theme}。{'。'.join(said)}。" for theme, said in _by_theme(new).items()]
    return (
        NewSection("结转的任务", tuple(again) or ("没有结转的任务。",)),
        NewSection("新的任务", tuple(fresh) or (none,)),
    )


def _again(memory: Memory, year: int) -> list[str]:
    """Return what the year promised again although nothing had come of it before."""
    said = [
        f"{write_item(one.item)}（{first}年已提出）"
        for one, first in memory.announced_again(year)
        if one.item
    ]
    return [f"再次提出、此前没有动工或办结的：{'、'.join(said)}。"] if said else []


def _older(memory: Memory, year: int) -> list[str]:
    """Return what earlier years promised, nothing came of and this year did not name."""
    said = [
        f"{write_item(one.item)}（{one.year}年提出）"
        for one in memory.unkept_before(year)
        if one.item
    ]
    return [f"往年提出、没有兑现也没有再提的，请定去留：{'、'.join(said)}。"] if said else []


def _by_theme(said: Iterable[tuple[ItemLine, str]]) -> dict[str, list[str]]:
    """Return what is said under the widest theme of each item, in the order in which it is said."""
    themes: dict[str, list[str]] = {}
    trees: dict[int, Tree] = {}
    for line, words in said:
        plan = line.item.plan_id
        if plan not in trees:
            trees[plan] = tree_of(line.item.plan)
        themes.setdefault(trees[plan].widest(line.item.theme_id) or "其他", []).append(words)
    return themes


def _means(lines: Sequence[ItemLine], ledger: Ledger) -> Iterable[str]:
    leads = dict.fromkeys(
        line.item.lead.name for line in lines if _is_carried(line) and line.item.lead
    )
    if leads:
        yield f"落实责任：结转的任务由{'、'.join(leads)}分别牵头，一件一件销号。"
    if any(_is_carried(line) and line.item.lead is None for line in lines):
        yield "还有结转的任务没有定牵头单位，请先定人。"
    yield "按月调度：每月用同一份记录通报进度，数字以账本为准。"


def _is_carried(line: ItemLine) -> bool:
    return line.target is None and line.item.done_on is None


def _wholes(lines: Sequence[ItemLine]) -> list[TargetLine]:
    found = [line.target for line in lines if line.target]
    return [one for one in found if one.target.part_of_id is None]


def _until(on: date) -> str:
    """Return the time limit as reports say it; the end of the year goes without saying."""
    if (on.month, on.day) == (12, 31):
        return ""
    is_end = (on + timedelta(days=1)).day == 1
    return f"{on.month}月底前" if is_end else f"{on.month}月{on.day}日前"


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"
