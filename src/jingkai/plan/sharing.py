"""Read what was handed down: the shares of items, where each stands, how one could be cut."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.lights import Light, Signal
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import Unit, get_unit
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, list_live_facts
from jingkai.org.queries import Person
from jingkai.org.rules import Permission, is_head_post
from jingkai.plan import facts
from jingkai.plan.cascading import WHOLE, Part, adds_up, cut, step_of, weights_of
from jingkai.plan.models import Item, Plan, Share, ShareChange
from jingkai.plan.queries import base_of, counts_as
from jingkai.plan.rules import Promise, Standing, stand, stand_task
from jingkai.projects.facts import gate_passed
from jingkai.projects.queries import list_projects

__all__ = [
    "NoBasis",
    "ShareLine",
    "Whole",
    "describe_shares",
    "handed_below",
    "list_changes",
    "list_share_lines",
    "list_shares",
    "may_hand_down",
    "part_of",
    "propose",
    "reading_column",
    "whole_of",
]

_COLUMNS = {
    "money": "amount",
    "area": "area",
    "length": "length",
    "percent": "rate",
    "points": "rate",
}
_BY = "department"


class NoBasis(ValueError):
    """A template that has nothing to cut by."""


@dataclass(frozen=True)
class Whole:
    """What is cut: a value in base units, its unit, and whether its parts add up."""

    value: Decimal | None
    unit: Unit | None
    adds: bool
    indicator: Indicator | None = None

    @property
    def step(self) -> Decimal:
        """Return the smallest piece."""
        return step_of(self.unit) if self.unit else Decimal(1)


def whole_of(item: Item, above: Share | None = None) -> Whole:
    """Return what an item, or a share of it, can hand down."""
    if item.kind != Item.Kind.TARGET:
        return Whole(None, None, False)
    target = item.target
    unit = get_unit(target.unit)
    indicator = current_zone().indicators.get(target.indicator)
    value = above.value if above else target.value
    return Whole(value, unit, adds_up(target.measure, unit, indicator), indicator)


def list_shares(
    plan: Plan, *, department: str = "", item: Item | None = None, under: Share | None = None
) -> list[Share]:
    """Return the shares that departments hold, or those below one, in the order of the plan."""
    found = Share.objects.filter(item__plan=plan, under=under)
    if department:
        found = found.filter(department=department)
    if item:
        found = found.filter(item=item)
    found = found.select_related("item__target", "department", "person")
    return list(found.order_by("item__number", "order", "pk"))


def part_of(share: Share) -> Part:
    """Return a share as the rules see it."""
    name = share.person.name if share.person else share.department.name
    return Part(share.department_id, share.person_id, name, share.role, share.weight, share.value)


def handed_below(shares: Iterable[Share]) -> dict[tuple[str, int | None], Decimal]:
    """Return what the holders of these shares have handed further."""
    sums = dict(
        Share.objects.filter(under__in=[one.pk for one in shares])
        .order_by()
        .values_list("under")
        .annotate(handed=Sum("value"))
    )
    return {
        (one.department_id, one.person_id): sums[one.pk] or Decimal(0)
        for one in shares
        if one.pk in sums
    }


def describe_shares(ids: list[int]) -> dict[int, str]:
    """Return who holds which item, for pages that name a share."""
    found = Share.objects.filter(pk__in=ids).select_related("item", "department", "person")
    return {one.pk: f"{part_of(one).holder} {one.item.text}" for one in found}


def list_changes(item: Item) -> list[ShareChange]:
    """Return what was changed of what an item handed down, the latest first."""
    return list(item.share_changes.all()[:20])


def may_hand_down(person: Person, above: Share | None) -> bool:
    """Tell whether somebody hands down: who keeps the plan, below it the head of the unit."""
    if person.may(Permission.KEEP_PLAN):
        return True
    if above is None or above.person_id is not None:
        return False
    return above.department_id == person.department_id and is_head_post(person.post)


@dataclass(frozen=True)
class ShareLine:
    """A share with its own number, its own pace and light; `source` says where the number is from.

    `department` is computed from the record, `reading` is filed by the holder, `""` is no number.
    """

    share: Share
    light: Light
    standing: Standing | None
    value: Decimal | None
    source: str


def list_share_lines(shares: Sequence[Share], ledger: Ledger) -> list[ShareLine]:
    """Return where each share stands, by the same rules as the whole."""
    zone = current_zone()
    bound = [one for one in shares if one.item.kind == Item.Kind.TARGET]
    known = {one.item.target.indicator for one in bound} & set(zone.indicators)
    ledger.prepare([zone.indicators[one] for one in sorted(known)])
    filed = _readings(bound, ledger.known_on)
    return [_line(one, ledger, filed) for one in shares]


def _line(share: Share, ledger: Ledger, filed: dict[str, tuple[date, Decimal]]) -> ShareLine:
    zone, item, on = current_zone(), share.item, ledger.known_on
    if item.kind != Item.Kind.TARGET:
        done_on = item.done_on if item.done_on and item.done_on <= on else None
        light = stand_task(
            due_on=item.due_on,
            done_on=done_on,
            was_late=item.was_late and done_on is not None,
            on=on,
            scheme=zone.task_lights,
        )
        return ShareLine(share, light, None, None, "")
    target = item.target
    indicator = zone.indicators.get(target.indicator)
    period = parse_period(target.period_id)
    value, source = None, "reading"
    if indicator is not None and share.person_id is None and _is_kept(indicator):
        number = ledger.number(indicator, period, dimension=_BY, key=share.department_id)
        value, source = number.value, "department"
    elif (told := filed.get(f"share:{share.pk}")) is not None:
        value = told[1]
    if share.value is None:
        light = zone.target_lights.light(Signal(is_reported=False))
        return ShareLine(share, light, None, value, source)
    counted = _counted(indicator, period, ledger, target.measure)
    base = _base(share, indicator, period, ledger, source) if counted == "stock" else None
    standing = stand(
        Promise(
            target=share.value,
            op=target.op,
            period=period,
            actual=value,
            base=base,
            is_base_cut=source != "department",
            curve=tuple(map(Decimal, indicator.curve)) if indicator else (),
        ),
        counts_as=counted,
        on=on,
        calendar=zone.calendar,
        scheme=zone.target_lights,
    )
    return ShareLine(share, standing.light, standing, value, source)


def _base(
    share: Share, indicator: Indicator | None, period: Period, ledger: Ledger, source: str
) -> Decimal | None:
    """Return where the way of a share of a level begins.

    Where facts carry the unit it is the unit's own level then; else the whole's, cut as the target
    was. A level whose parts do not come to the whole has no beginning that could be cut.
    """
    if source == "department":
        return base_of(indicator, period, ledger, dimension=_BY, key=share.department_id)
    whole, target = base_of(indicator, period, ledger), share.item.target
    if whole is None or share.value is None or not target.value:
        return None
    if not adds_up(target.measure, get_unit(target.unit), indicator):
        return None
    return whole * share.value / target.value


def _counted(indicator: Indicator | None, period: Period, ledger: Ledger, measure: str) -> str:
    """Return how a share is held against time; a rate that nobody computes stays a rate."""
    if indicator is None and measure != "level":
        return "rate"
    return counts_as(indicator, period, ledger)


def _is_kept(indicator: Indicator) -> bool:
    """Tell whether facts carry the department of this number."""
    if indicator.is_derived:
        named = (indicator.numerator, indicator.denominator)
        parts = [current_zone().indicators.get(one) for one in named if one]
        return bool(parts) and all(one is not None and _BY in one.by for one in parts)
    return _BY in indicator.by


def _readings(shares: Sequence[Share], on: date) -> dict[str, tuple[date, Decimal]]:
    """Return the latest reading of each share: it says what was reached since January."""
    if not shares:
        return {}
    units = {f"share:{one.pk}": get_unit(one.item.target.unit) for one in shares}
    found: dict[str, tuple[date, Decimal]] = {}
    for fact in list_live_facts(types=[facts.share_reading.id], known_on=on).filter(
        subject__in=list(units)
    ):
        last = parse_period(fact.period_id).last
        told = facts.share_reading.decode(fact.values)[reading_column(units[fact.subject])]
        known = found.get(fact.subject)
        if isinstance(told, Decimal | int) and (known is None or last >= known[0]):
            found[fact.subject] = last, Decimal(told)
    return found


def reading_column(unit: Unit) -> str:
    """Return the column of a reading in which a number of this unit stands."""
    return _COLUMNS.get(unit.kind, "quantity")


def propose(item: Item, *, template: str, lead_weight: Decimal, ledger: Ledger) -> list[Part]:
    """Return how an item would be cut over who leads and supports it, by a template."""
    holders = [(item.lead, "lead")] if item.lead else []
    holders += [(one, "support") for one in item.support.all()]
    if not holders:
        raise NoBasis(Words("还没有牵头单位；请先在这一项上定分工。"))
    whole = whole_of(item)
    roles = [role for _, role in holders]
    places = [one.pk for one, _ in holders]
    basis = _basis(template, places, roles, lead_weight, whole, ledger)
    weights: Sequence[Decimal | None] = [None] * len(places)
    if basis:
        weights = cut(WHOLE, basis, Decimal("0.01"))
    values: Sequence[Decimal | None] = [None] * len(places)
    if basis and whole.value is not None:
        values = cut(whole.value, basis, whole.step) if whole.adds else [whole.value] * len(places)
    return [
        Part(one.pk, None, one.name, role, weight, value)
        for (one, role), weight, value in zip(holders, weights, values, strict=True)
    ]


def _basis(
    template: str,
    places: Sequence[str],
    roles: Sequence[str],
    lead_weight: Decimal,
    whole: Whole,
    ledger: Ledger,
) -> list[Decimal]:
    if template == "hand":
        return []
    if template == "equal":
        return [Decimal(1)] * len(places)
    if template == "roles":
        return weights_of(roles, lead_weight)
    if template == "last":
        if whole.indicator is None or not whole.adds or not _is_kept(whole.indicator):
            raise NoBasis(
                Words("这个指标没有分单位的完成数；请改用平均、牵头为主、按项目库或手工。")
            )
        last = Period.year(ledger.known_on.year - 1)
        numbers = ledger.numbers_by(whole.indicator, last, _BY)
        found = [(numbers[one].value or Decimal(0)) if one in numbers else 0 for one in places]
        why = Words("去年这几个单位都没有完成数；请改用平均、牵头为主或手工。")
    else:
        is_of_projects = whole.indicator is not None and whole.indicator.over == gate_passed.id
        if not is_of_projects:
            raise NoBasis(Words("按项目库只用于数项目的指标；请改用平均、牵头为主或手工。"))
        rows = list_projects().filter(lead__in=places).order_by()
        led = dict(rows.values_list("lead").annotate(count=Count("pk")))
        found = [led.get(one, 0) for one in places]
        why = Words("项目库里这几个单位都没有牵头的项目；请改用平均、牵头为主或手工。")
    basis = [max(Decimal(one), Decimal(0)) for one in found]
    if not sum(basis):
        raise NoBasis(why)
    return basis
