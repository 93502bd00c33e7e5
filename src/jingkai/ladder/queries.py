"""Read the ladder: what the ledger says of each firm, where it stands, who comes and goes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from jingkai.enterprises import facts as register
from jingkai.enterprises.queries import Enterprise, list_enterprises
from jingkai.kernel.ladders import Rung
from jingkai.kernel.months import month_number
from jingkai.kernel.periods import parse_period
from jingkai.kernel.units import get_unit, round_half_up
from jingkai.kernel.zone import current_zone
from jingkai.ladder import facts
from jingkai.ladder.rules import Held, Standing, expires_on, is_for, judge
from jingkai.ledger.queries import Fact, list_live_facts

__all__ = [
    "Candidate",
    "Enterprise",
    "Flow",
    "Ground",
    "find_ground",
    "flows",
    "list_candidates",
    "list_events_of",
    "standings_of",
]

_WAN = get_unit("万元")
_Years = Mapping[int, Decimal | None]


@dataclass
class Ground:
    """What is known of firms for the ladder: measures by firm, titles, who is on the roll."""

    on: date
    firms: dict[str, Enterprise]
    values: dict[str, dict[str, Decimal | None]]
    titles: dict[str, list[Held]]
    sections: dict[str, str] = field(default_factory=dict)


def find_ground(*, on: date, code: str = "") -> Ground:
    """Return what the ledger knows of the firms that the ladder can be for, or of one of them."""
    titles: dict[str, list[Held]] = defaultdict(list)
    for one in _live(register.recognised.id, on, code):
        told = register.recognised.decode(one.values)
        if one.on is not None:
            titles[_code(one.subject)].append(
                Held(str(told["title"]), one.on, str(told["document"] or ""))
            )
    said: dict[str, dict[str, tuple[date, Decimal]]] = defaultdict(dict)
    for one in _live(facts.stated.id, on, code):
        told = facts.stated.decode(one.values)
        value, measure = told["value"], str(told["measure"])
        known = said[_code(one.subject)].get(measure)
        if one.on and isinstance(value, Decimal) and (known is None or one.on >= known[0]):
            said[_code(one.subject)][measure] = (one.on, value)
    rows = list_enterprises().filter(closed_on=None)
    if code:
        firms = {one.code: one for one in rows.filter(code=code)}
    else:
        wanted = [*said, *titles]
        firms = {one.code: one for one in rows.exclude(trade="")}
        for start in range(0, len(wanted), 500):
            firms |= {one.code: one for one in rows.filter(code__in=wanted[start : start + 500])}
    filed = _filed(on, code)
    values = {
        key: _values(firm, filed.get(key, {}), said.get(key, {}), on) for key, firm in firms.items()
    }
    industries = current_zone().industries
    sections = {
        key: found.section
        for key, firm in firms.items()
        if (found := industries.get(firm.industry)) is not None
    }
    return Ground(on, firms, values, titles, sections)


def _live(type_id: str, on: date, code: str) -> QuerySet[Fact]:
    found = list_live_facts(types=[type_id], known_on=on)
    return found.filter(subject=f"enterprise:{code}") if code else found


def _code(subject: str) -> str:
    return subject.partition(":")[2]


@dataclass
class _Filed:
    """The months of one measure by year, and how many months of the year they cover."""

    amounts: dict[int, dict[str, Decimal]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Decimal))
    )
    months: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    told: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    staff: Decimal | None = None
    last: date = date.min


def _filed(on: date, code: str) -> dict[str, "_Filed"]:
    """Return what firms returned since three full years ago."""
    since = month_number(date(on.year - 3, 1, 31))
    found: dict[str, _Filed] = defaultdict(_Filed)
    columns = register.monthly_return.columns
    for one in _live(register.monthly_return.id, on, code).filter(last_month__gte=since):
        period = parse_period(one.period_id)
        told = register.monthly_return.decode(one.values)
        firm, year = found[_code(one.subject)], period.first.year
        firm.months[year] += period.month_count
        for name in ("revenue", "research"):
            value = told[name]
            if isinstance(value, Decimal):
                firm.amounts[year][name] += value
                firm.told[year].add(name)
        if period.last > firm.last and isinstance(told["staff"], Decimal):
            firm.last, firm.staff = period.last, told["staff"]
    assert "research" in columns
    return found


def _values(
    firm: Enterprise,
    filed: "_Filed | Mapping[str, object]",
    said: Mapping[str, tuple[date, Decimal]],
    on: date,
) -> dict[str, Decimal | None]:
    """Return the measures of a firm in the unit of the ladder; None is not known."""
    told = filed if isinstance(filed, _Filed) else _Filed()

    def whole(year: int, name: str) -> Decimal | None:
        """Return a full year's amount in 万元: a year with a month missing is not known."""
        if told.months.get(year) != 12 or name not in told.told[year]:
            return None
        return _WAN.from_base(told.amounts[year][name])

    last, before, third = on.year - 1, on.year - 2, on.year - 3
    revenue, revenue_before = whole(last, "revenue"), whole(before, "revenue")
    research, research_before = whole(last, "research"), whole(before, "research")
    months = told.months.get(on.year, 0)
    pace = None
    if months and "revenue" in told.told[on.year]:
        pace = _WAN.from_base(told.amounts[on.year]["revenue"]) * 12 / months
    elif "revenue_to_date" in said:
        day, amount = said["revenue_to_date"]
        pace = amount * 12 / day.month if day.year == on.year else None
    values: dict[str, Decimal | None] = {
        "revenue_year": revenue,
        "revenue_pace": pace,
        "research_year": research,
        "research_before": research_before,
        "research_two_years": None
        if research is None or research_before is None
        else research + research_before,
        "research_share": _share(research, revenue),
        "research_share_before": _share(research_before, revenue_before),
        "revenue_growth": _growth(revenue, whole(third, "revenue")),
        "registered_days": Decimal((on - firm.registered_on).days) if firm.registered_on else None,
        "staff": told.staff,
    }
    return values | {key: value for key, (_day, value) in said.items() if values.get(key) is None}


def _share(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return part / whole * 100 if part is not None and whole else None


def _growth(now: Decimal | None, then: Decimal | None) -> Decimal | None:
    """Return the compound growth of two years in hundredths."""
    if now is None or not then or now < 0 or then < 0:
        return None
    return round_half_up(((now / then).sqrt() - 1) * 100, 4)


def standings_of(ground: Ground, code: str) -> list[Standing]:
    """Return where a firm stands with every rung that is for it, the lowest first."""
    firm = ground.firms[code]
    rungs = current_zone().ladder.on(ground.on)
    return [
        judge(
            rung,
            values=ground.values[code],
            titles=ground.titles.get(code, []),
            on=ground.on,
            is_on_roll=bool(firm.trade),
        )
        for rung in rungs
        if is_for(rung, trade=firm.trade, section=ground.sections.get(code, ""))
    ]


@dataclass(frozen=True)
class Flow:
    """How many stand on a rung, and who came to it and left it this year."""

    rung: Rung
    count: int
    arrived: int
    left: int


def flows(ground: Ground) -> list[Flow]:
    """Return the pyramid: every rung with its firms, arrivals and departures of the year."""
    year = ground.on.year
    steps: dict[tuple[str, str], int] = defaultdict(int)
    for one in list_live_facts(types=[register.roll_changed.id], known_on=ground.on):
        if one.on is not None and one.on.year == year:
            told = register.roll_changed.decode(one.values)
            steps[str(told["trade"]), str(told["step"])] += 1
    found = []
    for rung in current_zone().ladder.on(ground.on):
        if rung.title:
            newest = [
                max(held, key=lambda one: one.on)
                for held in (
                    [one for one in titles if one.title == rung.title]
                    for code, titles in ground.titles.items()
                    if code in ground.firms
                )
                if held
            ]
            ends = [expires_on(one, rung) for one in newest]
            found.append(
                Flow(
                    rung,
                    sum(end is None or end > ground.on for end in ends),
                    sum(one.on.year == year for one in newest),
                    sum(end is not None and end.year == year and end <= ground.on for end in ends),
                )
            )
        elif rung.trades:
            there = sum(firm.trade in rung.trades for firm in ground.firms.values())
            enter, leave = (
                sum(
                    count
                    for (trade, step), count in steps.items()
                    if trade in rung.trades and step == way
                )
                for way in ("enter", "leave")
            )
            found.append(Flow(rung, there, enter, leave))
    return found


@dataclass(frozen=True)
class Candidate:
    """A listing candidate: its stage today, and every step and service on its way."""

    firm: Enterprise
    stage: str
    since: date
    sponsor: str
    log: list[tuple[date, str, str]]


def list_candidates(*, on: date, code: str = "") -> list[Candidate]:
    """Return the listing candidates with their log, those furthest on first."""
    by_firm: dict[str, list[tuple[date, dict[str, object]]]] = defaultdict(list)
    for one in _live(facts.listing_moved.id, on, code).order_by("on", "pk"):
        if one.on is not None:
            told = dict(facts.listing_moved.decode(one.values))
            by_firm[_code(one.subject)].append((one.on, told))
    codes = list(by_firm)
    firms = {one.code: one for one in list_enterprises().filter(code__in=codes)}
    found = [_candidate(firms[key], steps) for key, steps in by_firm.items() if key in firms]
    order = list(facts.listing_moved.columns["stage"].words)
    return sorted(found, key=lambda one: (-order.index(one.stage), one.since))


def _candidate(firm: Enterprise, steps: Sequence[tuple[date, dict[str, object]]]) -> Candidate:
    stage = str(steps[-1][1]["stage"])
    since = next(
        (
            on
            for place, (on, told) in reversed(list(enumerate(steps)))
            if told["stage"] == stage and (place == 0 or steps[place - 1][1]["stage"] != stage)
        ),
        steps[-1][0],
    )
    sponsor = next((str(told["sponsor"]) for _on, told in reversed(steps) if told["sponsor"]), "")
    log = [(on, str(told["stage"]), str(told["note"] or "")) for on, told in reversed(steps)]
    return Candidate(firm, stage, since, sponsor, log)


def list_events_of(firm: Enterprise, *, on: date) -> list[tuple[date, str, Decimal, str]]:
    """Return what a firm stated of itself: day, measure, value, proof; the latest first."""
    found = []
    for one in _live(facts.stated.id, on, firm.code).order_by("-on", "-pk"):
        told = facts.stated.decode(one.values)
        if one.on is not None and isinstance(told["value"], Decimal):
            found.append((one.on, str(told["measure"]), told["value"], str(told["proof"] or "")))
    return found
