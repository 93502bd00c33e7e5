"""Read the plan of the year with where everything stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.lights import LATE_TONES, Light
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Amount, Words
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, Number
from jingkai.org.queries import Visible, list_departments
from jingkai.plan.cascading import ROLES
from jingkai.plan.models import (
    Edition,
    Item,
    NamedProject,
    Plan,
    ReadingDuty,
    Share,
    Snapshot,
    Target,
    Theme,
)
from jingkai.plan.readings import STATUSES, cell_of, list_readings
from jingkai.plan.rules import (
    BINDINGNESS,
    ItemText,
    Promise,
    Standing,
    stand,
    stand_task,
)
from jingkai.plan.themes import Branch, Tree
from jingkai.web.language import quantity

__all__ = [
    "STATUSES",
    "Edition",
    "Item",
    "ItemLine",
    "Plan",
    "ReadingDuty",
    "Share",
    "Snapshot",
    "Target",
    "TargetLine",
    "TaskGroup",
    "Theme",
    "Tree",
    "base_of",
    "cell_of",
    "choose_items",
    "counts_as",
    "describe_items",
    "find_cited",
    "find_draft",
    "find_edition",
    "find_items",
    "find_plan",
    "group_tasks",
    "item_texts",
    "kept_texts",
    "kept_tree",
    "list_drafts",
    "list_due",
    "list_duties",
    "list_editions",
    "list_frozen",
    "list_items",
    "list_leads",
    "list_lines",
    "list_plan_years",
    "list_plans",
    "list_pledges",
    "list_promises",
    "list_readings",
    "list_snapshots",
    "list_targets",
    "list_targets_of",
    "open_tasks_due",
    "promised_by",
    "read_target",
    "tree_of",
    "words_of_share",
    "words_of_shares",
]


_SIGNS = {">=": "≥", "<=": "≤", "~": "约", "=": "", ">": ">", "<": "<"}


def promised_by(target: Target) -> str:
    """Return a promise as the plan writes it: ≥30个."""
    return f"{_SIGNS[target.op]}{get_unit(target.unit).show(target.value)}{target.unit}"


@dataclass(frozen=True)
class TargetLine:
    """A target with its number and where it stands."""

    target: Target
    period: Period
    indicator: Indicator | None
    number: Number | None
    standing: Standing
    parts: list["TargetLine"] = field(default_factory=list)

    @property
    def promised(self) -> str:
        """Return the promise in the reader's language: ≥30个."""
        return _SIGNS[self.target.op] + "".join(quantity(self.target.value, self.target.unit))

    def shown(self, value: Decimal | None) -> str:
        """Return a base-unit value in the target's unit; 未报 when unknown."""
        return "未报" if value is None else get_unit(self.target.unit).show(value)


@dataclass(frozen=True)
class ItemLine:
    """A row of the 重点任务分解表."""

    item: Item
    light: Light
    target: TargetLine | None
    support: list[tuple[str, str]]


def list_plans() -> QuerySet[Plan]:
    """Return every plan, the latest year first."""
    return Plan.objects.all()


def find_plan(year: int) -> Plan | None:
    """Return the plan in force for a year: the one adopted last."""
    adopted = Plan.objects.filter(year=year, adopted_on__isnull=False)
    return adopted.order_by("-adopted_on", "-pk").first()


def find_draft(plan_id: int) -> Plan | None:
    """Return a plan that is not adopted yet."""
    return Plan.objects.filter(pk=plan_id, adopted_on=None).first()


def list_drafts(year: int | None = None) -> list[Plan]:
    """Return the plans that somebody drafted and nobody adopted yet, the newest first."""
    found = Plan.objects.filter(adopted_on=None).exclude(drafted_by="")
    if year is not None:
        found = found.filter(year=year)
    return list(found.order_by("-pk"))


def find_cited(ids: Iterable[int]) -> list[Item]:
    """Return those of these items that stand in adopted plans."""
    found = Item.objects.filter(pk__in=list(ids), plan__adopted_on__isnull=False)
    return list(found.select_related("plan", "named_project"))


def find_items(text: str, most: int, visible: Visible = None) -> list[Item]:
    """Return the first items of adopted plans whose words have the text, the latest year first."""
    found = list_items(visible).filter(plan__adopted_on__isnull=False, text__icontains=text)
    return list(found.select_related("plan").order_by("-plan__year", "pk")[:most])


def describe_items(ids: list[int]) -> dict[int, str]:
    """Return the words of items."""
    return dict(Item.objects.filter(pk__in=ids).values_list("pk", "text"))


def list_due(plan: Plan, *, lead: str, after: date, until: date) -> list[Item]:
    """Return the open items of a department that are due in these days, the first first."""
    found = plan.items.filter(lead=lead, done_on=None, due_on__gte=after, due_on__lte=until)
    return list(found.order_by("due_on", "pk"))


def list_items(visible: Visible = None) -> QuerySet[Item]:
    """Return the items that somebody sees: every target of the zone, and the work of their units.

    A target is promised by the zone as a whole; who leads or supports a task sees it.
    """
    items = Item.objects.all()
    if visible is None:
        return items
    supported = Item.objects.filter(support__in=visible).values("pk")
    shared = Share.objects.filter(department__in=visible).values("item")
    is_seen = Q(kind=Item.Kind.TARGET) | Q(lead__in=visible)
    is_seen |= Q(pk__in=supported) | Q(pk__in=shared)
    return items.filter(is_seen)


def list_lines(
    plan: Plan,
    *,
    ledger: Ledger,
    lead: str = "",
    kind: str = "",
    visible: Visible = None,
    among: Sequence[int] | None = None,
) -> list[ItemLine]:
    """Return the items of a plan in order, each with its light and its number.

    With `among`, only these: a page of a large plan does not look at the rest.
    """
    found = choose_items(plan, lead=lead, kind=kind, visible=visible)
    pairs = Item.support.through.objects.filter(item__plan=plan)
    if among is not None:
        found, pairs = found.filter(pk__in=among), pairs.filter(item__in=among)
    items = list(found.select_related("target").defer("source"))
    # Departments are few and shared: one object each, not one for every row.
    places = {one.pk: one for one in list_departments()}
    support: dict[int, list[tuple[str, str]]] = {}
    for item_id, place in pairs.values_list("item", "department").order_by("pk"):
        support.setdefault(item_id, []).append((places[place].name, places[place].english))
    for item in items:
        if item.lead_id:
            item.lead = places[item.lead_id]
    targets = {
        line.target.item_id: line
        for line in _read_targets([item.target for item in items if _has_target(item)], ledger)
    }
    light_of = _TaskLights(ledger.known_on)
    lines = []
    for item in items:
        target = targets.get(item.pk)
        is_done = item.done_on is not None and item.done_on <= ledger.known_on
        if target:
            light = target.standing.light
        else:
            is_late = is_done and (item.was_late or item.done_on > item.due_on)
            light = light_of(item.due_on, is_done, is_late)
        lines.append(ItemLine(item, light, target, support.get(item.pk, [])))
    return lines


def choose_items(
    plan: Plan,
    *,
    lead: str = "",
    kind: str = "",
    themes: Sequence[int] | None = None,
    visible: Visible = None,
) -> QuerySet[Item]:
    """Return the items of a plan that somebody sees and that fit the choice, in order.

    With `themes`, only the items of these; of an empty list those that no theme holds.
    """
    items = list_items(visible).filter(plan=plan)
    for name, wanted in (("lead", lead), ("kind", kind)):
        if wanted:
            items = items.filter(**{name: wanted})
    if themes is None:
        return items
    return items.filter(theme__in=themes) if themes else items.filter(theme=None)


def tree_of(plan: Plan) -> Tree:
    """Return the tree of themes of a plan, in its order."""
    rows = Theme.objects.filter(plan=plan).order_by("place", "pk")
    return Tree(Branch(*row) for row in rows.values_list("pk", "parent", "name"))


class _TaskLights:
    """The lights of tasks on a day: what decides a light is looked at once, many share it."""

    def __init__(self, on: date) -> None:
        self._on, self._scheme = on, current_zone().task_lights
        self._known: dict[tuple[date, bool, bool], Light] = {}

    def __call__(self, due_on: date, is_done: bool, was_late: bool) -> Light:
        decisive = (due_on, is_done, was_late)
        if decisive not in self._known:
            self._known[decisive] = stand_task(
                due_on=due_on,
                done_on=due_on if is_done else None,
                was_late=was_late,
                on=self._on,
                scheme=self._scheme,
            )
        return self._known[decisive]


@dataclass(frozen=True)
class TaskGroup:
    """Tasks that show one light for one reason: due on one day, done or not, once late or not."""

    light: Light
    due_on: date
    theme: int | None
    count: int
    is_own: bool


def group_tasks(
    items: QuerySet[Item], *, on: date, own: str | None = None, by_theme: bool = False
) -> list[TaskGroup]:
    """Return the tasks among items in groups of one light, counted by the database.

    `own` is a department: its tasks are in groups of their own. Only `by_theme` has groups a theme.
    """
    is_done = Q(done_on__lte=on)
    is_late = is_done & (Q(was_late=True) | Q(done_on__gt=F("due_on")))
    is_own = Q(lead=own) if own else Q(pk__in=[])
    groups = (
        _tasks(items)
        .order_by()
        .annotate(
            closed=Case(When(is_done, then=1), default=0),
            overdue=Case(When(is_late, then=1), default=0),
            mine=Case(When(is_own, then=1), default=0),
            branch=F("theme") if by_theme else Value(None, output_field=IntegerField()),
        )
        .values_list("due_on", "closed", "overdue", "mine", "branch")
        .annotate(count=Count("pk"))
    )
    light_of = _TaskLights(on)
    return [
        TaskGroup(light_of(due_on, bool(closed), bool(overdue)), due_on, theme, count, bool(mine))
        for due_on, closed, overdue, mine, theme, count in groups
    ]


def open_tasks_due(items: QuerySet[Item], days: Iterable[date], *, on: date) -> list[int]:
    """Return the tasks among items that are due on these days and are still open."""
    still_open = Q(done_on=None) | Q(done_on__gt=on)
    found = _tasks(items).filter(still_open, due_on__in=list(days))
    return list(found.order_by("due_on", "number").values_list("pk", flat=True))


def _tasks(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.exclude(kind=Item.Kind.TARGET, target__isnull=False)


def list_promises(projects: list[int]) -> QuerySet[NamedProject]:
    """Return what adopted plans promise about these projects."""
    return NamedProject.objects.filter(
        project__in=projects, item__plan__adopted_on__isnull=False
    ).select_related("item")


def list_targets_of(indicator: Indicator, *, ledger: Ledger, year: int) -> list[TargetLine]:
    """Return the promises that the plan of the year makes about an indicator."""
    plan = find_plan(year)
    if plan is None:
        return []
    bound = Target.objects.filter(item__plan=plan, indicator=indicator.id)
    return _read_targets(list(bound.select_related("item__lead")), ledger)


def list_targets() -> QuerySet[Target]:
    """Return every promised number of the adopted plans, with its item and plan."""
    adopted = Target.objects.filter(item__plan__adopted_on__isnull=False)
    return adopted.select_related("item__plan", "part_of").order_by("pk")


def read_target(target: Target, *, ledger: Ledger) -> TargetLine:
    """Return one target with its number and where it stands."""
    return _read_targets([target], ledger)[0]


def _has_target(item: Item) -> bool:
    return item.kind == Item.Kind.TARGET and hasattr(item, "target")


def _read_targets(targets: Iterable[Target], ledger: Ledger) -> list[TargetLine]:
    zone = current_zone()
    targets = list(targets)
    ledger.prepare(
        [zone.indicators[one.indicator] for one in targets if one.indicator in zone.indicators]
    )
    late = _once_late(targets, ledger.known_on)
    lines = {target.pk: _read(target, ledger, target.item_id in late) for target in targets}
    for target in targets:
        if target.part_of_id in lines:
            lines[target.part_of_id].parts.append(lines[target.pk])
    return list(lines.values())


def _once_late(targets: Iterable[Target], on: date) -> set[int]:
    """Return the items that the end of an earlier month of their year showed late or behind."""
    found = Snapshot.objects.filter(
        item__in=[one.item_id for one in targets],
        year=on.year,
        tone__in=LATE_TONES,
        known_on__lt=on,
    )
    return set(found.values_list("item", flat=True))


def _read(target: Target, ledger: Ledger, was_late: bool) -> TargetLine:
    zone = current_zone()
    period = parse_period(target.period_id)
    indicator = zone.indicators.get(target.indicator)
    number = _number(indicator, period, ledger) if indicator else None
    standing = stand(
        Promise(
            target=target.value,
            op=target.op,
            period=period,
            actual=number.value if number else None,
            base=base_of(indicator, period, ledger),
            curve=tuple(map(Decimal, indicator.curve)) if indicator else (),
            interim=_interim(target, indicator, period, ledger),
        ),
        counts_as=counts_as(indicator, period, ledger),
        on=ledger.known_on,
        calendar=zone.calendar,
        scheme=zone.target_lights,
        was_late=was_late,
    )
    return TargetLine(target, period, indicator, number, standing)


def _number(indicator: Indicator, period: Period, ledger: Ledger) -> Number:
    """Return the number so far; what is promised for a later year stands at its last full year."""
    if _is_later(period, ledger):
        this_year = ledger.known_on.year
        for year in (this_year - 1, this_year):
            number = ledger.number(indicator, Period.year(year))
            if number.value is not None:
                return number
    return ledger.number(indicator, period)


def base_of(
    indicator: Indicator | None, period: Period, ledger: Ledger, **part: str
) -> Decimal | None:
    """Return what a level was at the end of the year before the way to its promise began.

    With a dimension and its key, what belongs to that key had then.
    """
    if _is_since_base_year(indicator, period):
        return Decimal(0)
    if indicator is None or indicator.measure != "level":
        return None
    if indicator.adds_up == "flow" and not _is_later(period, ledger):
        return None
    before = Period.year(_first_year(period, ledger) - 1)
    return ledger.number(indicator, before, **part).value


def _interim(
    target: Target, indicator: Indicator | None, period: Period, ledger: Ledger
) -> tuple[tuple[date, Decimal], ...]:
    """Return what adopted plans promise of the same level for years on the way to a later one."""
    if counts_as(indicator, period, ledger) != "stock":
        return ()
    same = list_targets().filter(
        indicator=target.indicator, measure=target.measure, op=target.op, unit=target.unit
    )
    start = date(_first_year(period, ledger), 1, 1)
    ends = {parse_period(one.period_id).last: one.value for one in same if one.pk != target.pk}
    return tuple(
        (last, value) for last, value in sorted(ends.items()) if start < last < period.last
    )


def _first_year(period: Period, ledger: Ledger) -> int:
    """Return the year in which the way to the promise began: a later year's began this year."""
    return min(period.first.year, ledger.known_on.year)


def _is_later(period: Period, ledger: Ledger) -> bool:
    """Tell whether a promise is for years that have not begun."""
    return period.first > ledger.known_on


def counts_as(indicator: Indicator | None, period: Period, ledger: Ledger) -> str:
    """Return how a promise is held against time: a later year's amount is a level to grow to.

    So is growth over several years (翻一番): it begins at nothing in the year before its first.
    """
    if indicator is None or (indicator.adds_up == "flow" and not _is_later(period, ledger)):
        return "flow"
    is_way = indicator.measure == "level" or _is_since_base_year(indicator, period)
    return "stock" if is_way else "rate"


def _is_since_base_year(indicator: Indicator | None, period: Period) -> bool:
    """Tell whether a promise is of growth since a base year: a growth over more than a year."""
    return indicator is not None and indicator.measure == "growth" and period.month_count > 12


def item_texts(plan: Plan) -> list[ItemText]:
    """Return the items of a plan as an edition would print them now."""
    tree = tree_of(plan)
    found = plan.items.select_related("lead", "target").prefetch_related(
        "support", "shares__department", "shares__person"
    )
    return [
        ItemText(
            id=one.pk,
            number=one.number,
            theme=tree.words(one.theme_id),
            theme_id=one.theme_id,
            text=one.text,
            leader=one.leader,
            lead=one.lead.name if one.lead else "",
            support="、".join(place.name for place in one.support.all()),
            due_on=one.due_on.isoformat(),
            promised=promised_by(one.target) if _has_target(one) else "",
            bindingness=BINDINGNESS[one.target.bindingness] if _has_target(one) else "",
            is_pledge=one.is_pledge,
            shares=words_of_shares(one, [each for each in one.shares.all() if not each.under_id]),
        )
        for one in found
    ]


def words_of_shares(item: Item, shares: Iterable[Share]) -> str:
    """Return what was handed down as an edition prints it: 甲局 牵头 60% 18个、乙局 配合 40%."""
    return "、".join(
        f"{one.person.name if one.person else one.department.name} {words_of_share(item, one)}"
        for one in shares
    )


def words_of_share(item: Item, one: Share) -> Words:
    """Return what one holder took on: 牵头 60% 18个."""
    target = item.target if _has_target(item) else None
    told: dict[str, object] = {"role": Words(ROLES[one.role])}
    if one.weight is not None:
        told["weight"] = f"{one.weight.normalize():f}%"
    if target and one.value is not None:
        told["value"] = Amount(one.value, target.unit)
    text = " ".join(f"%({key})s" for key in told)
    return Words(text, **told)


def kept_texts(edition: Edition) -> list[ItemText]:
    """Return the items of an edition as it was published."""
    return [ItemText(**one) for one in edition.content]


def kept_tree(edition: Edition) -> Tree:
    """Return the themes of an edition as they were published."""
    return Tree(Branch(**one) for one in edition.themes)


def list_plan_years(shown: int) -> list[int]:
    """Return the years that can be looked at, the latest first: those with a plan, and this one."""
    return sorted({shown, *(one.year for one in list_plans())}, reverse=True)


def list_editions(plan: Plan) -> list[Edition]:
    """Return the editions of a plan, the first first."""
    return list(plan.editions.all())


def find_edition(plan: Plan, number: int) -> Edition | None:
    """Return one edition of a plan."""
    return plan.editions.filter(number=number).first()


def list_snapshots(item: Item) -> list[Snapshot]:
    """Return what an item showed at the end of each month, the newest first."""
    return list(item.snapshots.order_by("-year", "-month"))


def list_frozen(plan: Plan, year: int, month: int) -> list[Snapshot]:
    """Return what the items of a plan showed at the end of a month, if it was frozen."""
    found = Snapshot.objects.filter(item__plan=plan, year=year, month=month)
    return list(found.select_related("item__lead").order_by("item__number"))


def list_pledges(plan: Plan, *, ledger: Ledger) -> list[ItemLine]:
    """Return what a plan promises the public (民生实事), with where it stands."""
    ids = set(plan.items.filter(is_pledge=True).values_list("pk", flat=True))
    return [line for line in list_lines(plan, ledger=ledger) if line.item.pk in ids]


def list_duties(indicators: Sequence[str]) -> dict[str, ReadingDuty]:
    """Return who files each of these numbers, where somebody in use does."""
    found = ReadingDuty.objects.filter(indicator__in=indicators, person__is_active=True)
    return {one.indicator: one for one in found.select_related("person__department")}


def list_leads(plan: Plan, indicators: Sequence[str]) -> dict[str, str]:
    """Return the department that leads the target of each of these numbers."""
    found = Target.objects.filter(item__plan=plan, indicator__in=indicators)
    return dict(found.exclude(item__lead=None).values_list("indicator", "item__lead"))
