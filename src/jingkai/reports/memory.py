"""Report memory: what was promised year by year, and what the record says became of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import (
    ItemLine,
    Plan,
    find_plan,
    kept_texts,
    list_editions,
    list_lines,
    list_plans,
)
from jingkai.plan.rules import ItemText, keeps
from jingkai.reading.joining import likeness
from jingkai.reports.models import Intake, Proposal
from jingkai.reports.queries import find_newest_intake, years_read
from jingkai.reports.rules import show_value

__all__ = ["FATES", "Memory", "Promise", "Remembered", "judge", "remember"]

# What became of a promise: shape, word, tone.
FATES = {
    "again": ("⟲", "再次提出，此前没有动工或办结", "behind"),
    "missed": ("■", "到期没有兑现", "late"),
    "silent": ("▽", "没有兑现，也不再提", "late"),
    "dropped": ("✕", "调整时撤下", "neutral"),
    "unknown": ("○", "记录里没有数", "neutral"),
    "open": ("●", "在办", "good"),
    "late": ("◐", "迟了兑现", "caught"),
    "kept": ("✓", "兑现", "done"),
}
_UNFINISHED = ("again", "missed", "open", "unknown")
_ALIKE = 0.75


@dataclass(frozen=True)
class Promise:
    """What one year promised of a thing, what became of it, and where both can be looked up."""

    year: int
    kind: str
    name: str
    text: str
    fate: str
    said: str  # why this fate, with the number or the date
    source: str = ""  # the sentence of the report
    url: str = ""
    item: int | None = None
    indicator: str = ""
    project: int | None = None
    is_idle: bool = False  # a project that had not started, a task that was not done

    @property
    def shape(self) -> str:
        """Return the mark of its fate."""
        return FATES[self.fate][0]

    @property
    def word(self) -> str:
        """Return its fate in words."""
        return FATES[self.fate][1]

    @property
    def tone(self) -> str:
        """Return the colour of its fate."""
        return FATES[self.fate][2]


@dataclass
class Remembered:
    """One thing over the years: a target, a task or a project under all its names."""

    kind: str
    name: str
    promises: dict[int, Promise] = field(default_factory=dict)

    @property
    def last(self) -> Promise:
        """Return what was promised of it last."""
        return self.promises[max(self.promises)]

    @property
    def is_unkept(self) -> bool:
        """Tell whether what was promised last has come to nothing so far."""
        return self.last.fate in ("again", "missed", "silent")


@dataclass(frozen=True)
class Memory:
    """Everything promised in these years."""

    years: tuple[int, ...]
    rows: tuple[Remembered, ...]

    def unkept_before(self, year: int) -> list[Promise]:
        """Return the work promised before a year, come to nothing and not promised in it."""
        found = [one.last for one in self.rows if one.kind != "target" and one.is_unkept]
        return [one for one in found if one.year < year]

    def announced_again(self, year: int) -> list[tuple[Promise, int]]:
        """Return what a year promised again without a start, with the year that did first."""
        return [
            (one.promises[year], min(one.promises))
            for one in self.rows
            if year in one.promises and one.promises[year].fate == "again"
        ]


def judge(
    *, due_on: date, done_on: date | None, known_on: date, was_promised_idle: bool = False
) -> str:
    """Return what became of work that was promised for a day, as known on a day."""
    if done_on is not None and done_on <= known_on:
        return "kept" if done_on <= due_on else "late"
    if was_promised_idle:
        return "again"
    return "missed" if due_on < known_on else "open"


def remember(ledger: Ledger) -> Memory:
    """Return what every year promised: of its adopted plan, else of the report read in."""
    rows: list[Remembered] = []
    years = []
    for year in sorted({one.year for one in list_plans()} | years_read()):
        plan = find_plan(year)
        found = _of_plan(plan, ledger) if plan else _of_report(year, ledger)
        if not found:
            continue
        years.append(year)
        taken: set[int] = set()
        for promise in found:
            row = _row_of(rows, promise, taken)
            if row is None:
                row = Remembered(promise.kind, promise.name)
                rows.append(row)
            taken.add(id(row))
            row.name = promise.name
            row.promises[year] = _again(promise, row)
    for row in rows:
        _fall_silent(row, years)
    order = list(FATES)
    rows.sort(key=lambda one: (order.index(one.last.fate), -len(one.promises)))
    return Memory(tuple(years), tuple(rows))


def _row_of(rows: Sequence[Remembered], promise: Promise, taken: set[int]) -> Remembered | None:
    """Return the thing that a promise speaks of again; each year speaks of one only once."""
    best, score = None, 0.0
    for row in rows:
        if row.kind != promise.kind or id(row) in taken:
            continue
        if (alike := _same(row.last, promise)) > score:
            best, score = row, alike
    return best


def _same(one: Promise, other: Promise) -> float:
    if one.kind == "target":
        return float(one.indicator == other.indicator and one.name == other.name) or (
            0.9 if one.indicator and one.indicator == other.indicator else 0.0
        )
    if one.project is not None and one.project == other.project:
        return 1.0
    if one.name == other.name:
        return 1.0
    found = likeness(one.name, other.name)
    return found[0] if found and found[0] >= _ALIKE else 0.0


def _again(promise: Promise, row: Remembered) -> Promise:
    """Return a promise as announced again where an earlier year's had come to nothing."""
    if not row.promises or promise.kind == "target" or promise.fate not in ("open", "missed"):
        return promise
    if row.last.fate not in _UNFINISHED or not promise.is_idle:
        return promise
    first = min(row.promises)
    said = _("%(year)s年就已提出；%(said)s") % {"year": first, "said": promise.said}
    return Promise(**{**vars(promise), "fate": "again", "said": said})


def _fall_silent(row: Remembered, years: Sequence[int]) -> None:
    last = row.last
    if row.kind != "target" and last.fate in ("again", "missed") and last.year < max(years):
        said = _("%(said)s；以后各年没有再提") % {"said": last.said}
        row.promises[last.year] = Promise(**{**vars(last), "fate": "silent", "said": said})


def _of_plan(plan: Plan, ledger: Ledger) -> list[Promise]:
    """Return what the editions of a plan promised; what an edition left out was dropped."""
    lines = list_lines(plan, ledger=ledger)
    editions = list_editions(plan)
    first: dict[int, ItemText] = {}
    for edition in editions:
        for one in kept_texts(edition):
            first.setdefault(one.id, one)
    standing = {one.item.pk for one in lines}
    found = [_of_line(plan, line, first.get(line.item.pk), ledger) for line in lines]
    found += [
        Promise(
            year=plan.year,
            kind="target" if one.promised else "task",
            name=one.text,
            text=one.text,
            fate="dropped",
            said=f"第1版有，第{editions[-1].number}版没有了：{editions[-1].reason}",
            url=reverse("plan:edition", args=[plan.year, editions[-1].number]),
        )
        for key, one in first.items()
        if key not in standing
    ]
    return found


def _of_line(plan: Plan, line: ItemLine, first: ItemText | None, ledger: Ledger) -> Promise:
    item, target = line.item, line.target
    told = {
        "year": plan.year,
        "kind": str(item.kind),
        "text": item.text,
        "source": item.source or item.text,
        "url": reverse("plan:item", args=[item.pk]),
        "item": item.pk,
    }
    if target is not None:
        value = target.number.value if target.number else None
        is_over = target.period.last <= ledger.known_on
        if value is None:
            fate = "unknown" if is_over else "open"
        elif not is_over:
            fate = "open"
        else:
            fate = "kept" if keeps(target.target.op, value, target.target.value) else "missed"
        reached = target.shown(value) + (target.target.unit if value is not None else "")
        said = _("目标%(goal)s，实绩%(reached)s") % {"goal": target.promised, "reached": reached}
        if first and first.promised and first.promised != target.promised:
            said += _("（第1版的目标是%(goal)s）") % {"goal": first.promised}
        return Promise(
            **told, name=target.target.name, fate=fate, said=said, indicator=target.target.indicator
        )
    named = getattr(item, "named_project", None) if item.kind == "project" else None
    project = named.project if named else None
    adopted = plan.adopted_on or date(plan.year, 1, 1)
    begun = [on for gate, on in project.passed.items() if gate != "sign"] if project else []
    is_idle = not any(on < adopted for on in begun)
    fate = judge(due_on=item.due_on, done_on=item.done_on, known_on=ledger.known_on)
    if item.done_on:
        said = _("时限%(due)s，办结%(done)s") % {"due": item.due_on, "done": item.done_on}
    elif begun:
        said = _("时限%(due)s，%(begun)s开工，还没有办结") % {
            "due": item.due_on,
            "begun": min(begun),
        }
    else:
        said = _("时限%(due)s，记录里没有办结") % {"due": item.due_on}
    return Promise(
        **told,
        name=named.name if named else item.text,
        fate=fate,
        said=said,
        project=project.pk if project else None,
        is_idle=is_idle,
    )


def _of_report(year: int, ledger: Ledger) -> list[Promise]:
    """Return what the newest report read in for a year promised, for which no plan was adopted."""
    intake = find_newest_intake(year)
    if intake is None:
        return []
    found = intake.proposals.exclude(decision=Proposal.Decision.DROPPED)
    return [_of_proposal(intake, one, ledger) for one in found]


def _of_proposal(intake: Intake, one: Proposal, ledger: Ledger) -> Promise:
    """Return a promise of a report; only the numbers of the dictionary tell what became of it."""
    indicators = current_zone().indicators.values()
    indicator = next((i for i in indicators if one.name in (i.name, *i.aliases)), None)
    fate, said = "unknown", _("报告里提出，没有做成计划，记录里没有办结")
    if one.kind == "target" and one.value is not None:
        goal = f"{one.op}{show_value(one.value, one.unit)}"
        said = _("目标%(goal)s，字典里没有对应的指标") % {"goal": goal}
        if indicator is not None and indicator.measure == one.measure:
            number = ledger.number(indicator, _period(one.period_id, intake.year))
            said = _("目标%(goal)s，实绩%(reached)s") % {"goal": goal, "reached": number.text}
            if number.value is not None:
                fate = "kept" if keeps(one.op, number.value, one.value) else "missed"
                fate = fate if intake.year < ledger.known_on.year else "open"
    elif one.due_on >= ledger.known_on:
        fate = "open"
    return Promise(
        year=intake.year,
        kind=one.kind,
        name=one.name or one.text,
        text=one.text,
        fate=fate,
        said=said,
        source=one.source,
        url=reverse("reports:review", args=[intake.pk]),
        indicator=indicator.id if indicator else "",
        is_idle=True,
    )


def _period(written: str, year: int) -> Period:
    try:
        return parse_period(written)
    except BadPeriod:
        return Period.year(year)
