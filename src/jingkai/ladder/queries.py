"""Read the ladder: what the ledger says of each firm, where it stands, who comes and goes."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest

from jingkai.enterprises import facts as register
from jingkai.enterprises.queries import Enterprise, list_enterprises, read_holdings
from jingkai.enterprises.rules import Holding
from jingkai.kernel.ladders import Rung
from jingkai.kernel.months import month_number
from jingkai.kernel.periods import parse_period
from jingkai.kernel.units import get_unit, round_half_up
from jingkai.kernel.zone import current_zone
from jingkai.ladder import facts
from jingkai.ladder.models import FirmStanding, Judgement
from jingkai.ladder.rules import Standing, judge, rungs_for, titles_on
from jingkai.ledger.queries import Fact, list_live_facts
from jingkai.org.queries import Visible

__all__ = [
    "PROOFS",
    "Candidate",
    "Enterprise",
    "FirmStanding",
    "Flow",
    "Ground",
    "Judgement",
    "LogLine",
    "find_ground",
    "last_judgement",
    "list_candidates",
    "list_events_of",
    "list_flows",
    "list_moves",
    "list_standings",
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
    titles: dict[str, list[Holding]]
    sections: dict[str, str] = field(default_factory=dict)


def find_ground(codes: Iterable[str], *, on: date) -> Ground:
    """Return what the ledger knows of firms; closed ones and strangers are left out."""
    wanted = sorted(set(codes))
    firms: dict[str, Enterprise] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = list_enterprises().filter(closed_on=None, code__in=wanted[start : start + _CHUNK])
        firms |= {one.code: one for one in rows}
    said: dict[str, dict[str, tuple[date, Decimal]]] = defaultdict(dict)
    for one in _live(facts.stated.id, on, firms):
        told = facts.stated.decode(one.values)
        value, measure = told["value"], str(told["measure"])
        known = said[_code(one.subject)].get(measure)
        if one.on and isinstance(value, Decimal) and (known is None or one.on >= known[0]):
            said[_code(one.subject)][measure] = (one.on, value)
    filed = _filed(on, firms)
    values = {
        key: _values(firm, filed.get(key, {}), said.get(key, {}), on) for key, firm in firms.items()
    }
    industries = current_zone().industries
    sections = {
        key: found.section
        for key, firm in firms.items()
        if (found := industries.get(firm.industry)) is not None
    }
    return Ground(on, firms, values, read_holdings(firms, known_on=on), sections)


_CHUNK = 500


def _live(type_id: str, on: date, codes: Iterable[str], *, since: int = 0) -> Iterator[Fact]:
    """Yield the live facts of a type about these firms, in the order of their days."""
    wanted = [f"enterprise:{code}" for code in codes]
    for start in range(0, len(wanted), _CHUNK):
        found = list_live_facts(types=[type_id], known_on=on)
        found = found.filter(subject__in=wanted[start : start + _CHUNK], last_month__gte=since)
        yield from found.order_by("on", "pk")


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


def _filed(on: date, codes: Iterable[str]) -> dict[str, "_Filed"]:
    """Return what firms returned since three full years ago."""
    since = month_number(date(on.year - 3, 1, 31))
    found: dict[str, _Filed] = defaultdict(_Filed)
    for one in _live(register.monthly_return.id, on, codes, since=since):
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
    held = ground.titles.get(code, [])
    in_force = titles_on(held, rungs, ground.on)
    its = rungs_for(
        rungs,
        trade=firm.trade,
        industry=firm.industry,
        section=ground.sections.get(code, ""),
    )
    return [
        judge(
            rung,
            values=ground.values[code],
            titles=held,
            on=ground.on,
            is_on_roll=bool(firm.trade),
            in_force=in_force,
        )
        for rung in its
    ]


@dataclass(frozen=True)
class Flow:
    """How many stand on a rung, and how often one came to it and left it this year."""

    rung: Rung
    kind: str
    count: int
    arrived: int
    left: int


def list_flows(*, on: date) -> list[Flow]:
    """Return every rung with its firms, arrivals and departures of the year, the lowest first."""
    ladder = current_zone().ladder
    rows = FirmStanding.objects.values("rung").annotate(
        there=Sum("holdings"), arrived=Sum("arrivals"), left=Sum("departures")
    )
    by_rung = {one["rung"]: one for one in rows}
    none = {"there": 0, "arrived": 0, "left": 0}
    return [
        Flow(rung, ladder.kind_of(rung), found["there"], found["arrived"], found["left"])
        for rung in ladder.on(on)
        if (found := by_rung.get(rung.id, none))
    ]


def list_standings(
    *, states: Collection[str] = (), rungs: Collection[str] = (), visible: Visible = None
) -> QuerySet[FirmStanding]:
    """Return the kept standings in these states with these rungs, of firms that somebody sees.

    The nearest to a threshold stand first: who has all that can be measured, then by how near,
    then who leaves the fewest questions open.
    """
    found = FirmStanding.objects.select_related("enterprise").order_by(
        F("percent").desc(nulls_first=True), "open_questions", "enterprise__code", "rung"
    )
    if states:
        found = found.filter(state__in=list(states))
    if rungs:
        found = found.filter(rung__in=list(rungs))
    if visible is None:
        return found
    return found.filter(
        Q(enterprise__department=None) | Q(enterprise__department__in=list(visible))
    )


def list_moves(*, rungs: Collection[str] = (), visible: Visible = None) -> QuerySet[FirmStanding]:
    """Return the kept standings of firms that came to a rung or left it this year, newest first."""
    found = list_standings(rungs=rungs, visible=visible)
    moved = found.filter(Q(arrivals__gt=0) | Q(departures__gt=0))
    last = Greatest(Coalesce("arrived_on", "left_on"), Coalesce("left_on", "arrived_on"))
    return moved.order_by(last.desc(), "enterprise__code", "rung")


def last_judgement() -> Judgement | None:
    """Return when the firms were judged last; None when they never were."""
    return Judgement.objects.filter(on__isnull=False).first()


@dataclass(frozen=True)
class LogLine:
    """One record of a candidate: a step, a service, a blocker or its end."""

    on: date
    stage: str
    kind: str
    text: str


@dataclass(frozen=True)
class Candidate:
    """A listing candidate: its stage today, what holds it up, and every record on its way."""

    firm: Enterprise
    stage: str
    since: date
    sponsor: str
    log: list[LogLine]
    blockers: list[LogLine]


def list_candidates(*, on: date, code: str = "") -> list[Candidate]:
    """Return the listing candidates with their log, those furthest on first."""
    by_firm: dict[str, list[tuple[date, dict[str, object]]]] = defaultdict(list)
    for one in _moves(on, code):
        if one.on is not None:
            told = dict(facts.listing_moved.decode(one.values))
            by_firm[_code(one.subject)].append((one.on, told))
    codes = list(by_firm)
    firms = {one.code: one for one in list_enterprises().filter(code__in=codes)}
    found = [_candidate(firms[key], steps) for key, steps in by_firm.items() if key in firms]
    order = list(facts.listing_moved.columns["stage"].words)
    return sorted(found, key=lambda one: (-order.index(one.stage), one.since))


def _moves(on: date, code: str) -> QuerySet[Fact]:
    found = list_live_facts(types=[facts.listing_moved.id], known_on=on).order_by("on", "pk")
    return found.filter(subject=f"enterprise:{code}") if code else found


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
    log = [
        LogLine(on, str(told["stage"]), str(told.get("kind") or "step"), str(told["note"] or ""))
        for on, told in steps
    ]
    # 卡点解除 says that nothing recorded before it holds the candidate up any longer.
    blockers: list[LogLine] = []
    for one in log:
        if one.kind == "blocker":
            blockers.append(one)
        elif one.kind == "cleared":
            blockers.clear()
    return Candidate(firm, stage, since, sponsor, log[::-1], blockers)


def list_events_of(firm: Enterprise, *, on: date) -> list[tuple[date, str, Decimal, str]]:
    """Return what a firm stated of itself: day, measure, value, proof; the latest first."""
    found = []
    for one in reversed(list(_live(facts.stated.id, on, [firm.code]))):
        told = facts.stated.decode(one.values)
        if one.on is not None and isinstance(told["value"], Decimal):
            found.append((one.on, str(told["measure"]), told["value"], str(told["proof"] or "")))
    return found


def find_stale_standing() -> str | None:
    """Return the first kept standing that the ledger does not give, in words."""
    # What is kept is made with what this module reads.
    from jingkai.ladder.kept import find_stale_standing as find

    return find()


PROOFS = [find_stale_standing]
