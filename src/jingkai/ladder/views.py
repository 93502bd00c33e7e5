"""Pages of the ladder: the pyramid and who is near, one firm's way up, the listing candidates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.enterprises import facts as register
from jingkai.enterprises.panels import say_event, say_title
from jingkai.enterprises.queries import (
    find_enterprise,
    find_named,
    list_events,
    list_hidden,
    list_month_facts,
)
from jingkai.enterprises.rules import KINDS, RESERVED, SIZES, TRADES, Holding
from jingkai.kernel.ladders import Rung
from jingkai.kernel.periods import parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ladder.forms import MoveForm, StateForm
from jingkai.ladder.kept import bring_up_to_date
from jingkai.ladder.panels import amount_of, said_amount, short_words
from jingkai.ladder.queries import (
    Enterprise,
    FirmStanding,
    Flow,
    LogLine,
    find_ground,
    last_judgement,
    list_candidates,
    list_events_of,
    list_flows,
    list_moves,
    list_standings,
    standings_of,
)
from jingkai.ladder.rules import (
    EXPIRING_WITHIN,
    HONOURS,
    MARKS,
    RECORDS,
    STAGES,
    STANDINGS,
    STANDS,
    VERDICTS,
    Standing,
    Verdict,
    expires_on,
    next_rungs,
)
from jingkai.ladder.services import REFUSALS, move_candidate, state
from jingkai.org.queries import visible_departments
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.language import spoken, spoken_period, spoken_refusal
from jingkai.web.shell import panels, show

SHOWN = 30
WIDEST, NARROWEST = 150, 34  # a number of three digits stays inside its bar
STEP_HEIGHT = 44
DOSSIER_MONTHS = 24
# A sheet of A4 has room for so many.
TITLES_ON_A_SHEET, RUNGS_ON_A_SHEET, CHANGES_ON_A_SHEET = 6, 10, 8


@dataclass(frozen=True)
class Step:
    """A rung of the pyramid as it is drawn."""

    id: str
    name: str
    count: int
    arrived: int
    left: int
    width: int
    x: int
    y: int


@dataclass(frozen=True)
class Beside:
    """A platform, brand or standard beside the pyramid."""

    id: str
    name: str
    kind: str
    count: int
    arrived: int
    left: int


@dataclass(frozen=True)
class Near:
    """A firm with a rung: close to it, on it, come or gone, or with a certificate that ends."""

    code: str
    name: str
    rung: str
    shape: str
    word: str
    tone: str
    percent: str
    why: str
    on: date | None


@dataclass(frozen=True)
class Move:
    """A firm that came to a rung or left it this year."""

    code: str
    name: str
    rung: str
    arrived_on: date | None
    left_on: date | None


@dataclass
class HomePage:
    """企业梯度, of all rungs or of one."""

    steps: list[Step]
    height: int
    beside: list[Beside]
    unverified: int
    rungs: list[tuple[str, str]]
    rung: str
    rung_name: str
    basis: str
    near: list[Near]
    found: PageOf
    near_count: int
    expiring: list[Near]
    expiring_count: int
    moves: list[Move]
    moves_count: int
    there: list[Near]
    there_count: int
    on: date | None
    waiting: int
    template: str = "ladder/home.html"


@dataclass(frozen=True)
class Line:
    """A condition of a rung as the firm's page says it."""

    name: str
    shape: str
    word: str
    tone: str
    value: str
    required: str
    short: str
    mark: str


@dataclass(frozen=True)
class RungPart:
    """A rung on the firm's page."""

    id: str
    name: str
    level: int
    version: str
    basis: str
    is_trial: bool
    shape: str
    word: str
    tone: str
    met: int
    total: int
    expires: date | None
    lines: list[Line]


@dataclass(frozen=True)
class HoldingLine:
    """A title, platform, brand or standard that a firm holds or held."""

    title: str
    kind: str
    about: str
    document: str
    since: date
    on: date
    ends: date | None
    shape: str
    word: str
    tone: str


@dataclass
class FirmPage:
    """One firm's way up."""

    code: str
    name: str
    rungs: list[RungPart]
    unverified: list[RungPart]
    next_names: list[str]
    holdings: list[HoldingLine]
    stated: list[tuple[date, str, str, str]]
    may_keep: bool
    form: StateForm
    template: str = "ladder/firm.html"


@dataclass(frozen=True)
class Entry:
    """One record of a candidate as the list says it."""

    on: date
    stage: str
    kind: str
    is_blocker: bool
    text: str


@dataclass(frozen=True)
class CandidateLine:
    """A listing candidate as the list shows it."""

    code: str
    name: str
    stage: str
    since: date
    days: int
    sponsor: str
    blockers: list[Entry]
    log: list[Entry]


@dataclass
class ListingPage:
    """上市后备, of all stages or of one."""

    counts: list[tuple[str, str, int]]
    stage: str
    stage_name: str
    blocked: int
    total: int
    lines: list[CandidateLine]
    may_keep: bool
    form: MoveForm
    template: str = "ladder/listing.html"


@dataclass(frozen=True)
class Curve:
    """A measure's months as a small line."""

    name: str
    unit: str
    points: str
    last: str
    period: str


@dataclass
class DossierPage:
    """一企一档: one firm on one sheet of A4."""

    code: str
    name: str
    identity: list[tuple[str, str]]
    titles: list[str]
    more_titles: int
    curves: list[Curve]
    rungs: list[RungPart]
    parts: list[tuple[str, list[tuple[str, str]]]]
    not_kept: list[str]
    changes: list[tuple[date, str, str]]
    sees_tax: bool
    on: date
    template: str = "ladder/dossier.html"


@needs(Permission.SEE_FIRMS)
def home(request: HttpRequest) -> HttpResponse:
    """Show the pyramid with who came and went, who is near, whose certificate ends."""
    waiting = bring_up_to_date(on=request.today, while_waiting=True)
    ladder = current_zone().ladder
    rungs = {one.id: one for one in ladder.on(request.today)}
    asked = request.GET.get("rung", "")
    one = rungs.get(asked)
    only = {"rungs": [one.id] if one else [], "visible": visible_departments(request.user)}
    near = list_standings(states=["near", "ready"], **only)
    ending = list_standings(states=["expiring", "expired"], **only).order_by("expires", "pk")
    moved = list_moves(**only)
    there = list_standings(states=STANDS, **only).order_by("enterprise__name", "pk")
    found = Paginator(near, SHOWN).get_page(request.GET.get("page"))
    flows = list_flows(on=request.today)
    steps = _steps(flows)
    judged = last_judgement()
    page = HomePage(
        steps=steps,
        height=len(steps) * STEP_HEIGHT + 4,
        beside=[_beside(flow) for flow in flows if flow.kind != "title"],
        unverified=sum(one.kind != "title" and one.rung.is_unverified for one in flows),
        rungs=[(key, _name(rung)) for key, rung in rungs.items()],
        rung=one.id if one else "",
        rung_name=_name(one) if one else "",
        basis=one.basis if one else "",
        near=[_near(row, rungs) for row in found],
        found=found,
        near_count=found.paginator.count,
        expiring=[_near(row, rungs) for row in ending[:SHOWN]],
        expiring_count=ending.count(),
        moves=[_move(row, rungs) for row in moved[:SHOWN]],
        moves_count=moved.count(),
        there=[_near(row, rungs) for row in there[:SHOWN]] if one else [],
        there_count=there.count() if one else 0,
        on=judged.on if judged else None,
        waiting=waiting,
    )
    return show(request, page)


def _steps(flows: Sequence[Flow]) -> list[Step]:
    found = [
        one
        for one in flows
        if one.kind == "title" and (one.rung.title or one.count or one.arrived or one.left)
    ]
    most = max((one.count for one in found), default=0) or 1
    steps = []
    for place, one in enumerate(reversed(found)):
        width = max(NARROWEST, one.count * WIDEST // most)
        steps.append(
            Step(
                id=one.rung.id,
                name=_name(one.rung),
                count=one.count,
                arrived=one.arrived,
                left=one.left,
                width=width,
                x=(WIDEST - width) // 2,
                y=place * STEP_HEIGHT,
            )
        )
    return steps


def _beside(one: Flow) -> Beside:
    return Beside(
        id=one.rung.id,
        name=_name(one.rung),
        kind=_(HONOURS[one.kind]),
        count=one.count,
        arrived=one.arrived,
        left=one.left,
    )


def _move(row: FirmStanding, rungs: Mapping[str, Rung]) -> Move:
    return Move(
        code=row.enterprise.code,
        name=row.enterprise.name,
        rung=_name(rungs[row.rung]) if row.rung in rungs else row.rung,
        arrived_on=row.arrived_on,
        left_on=row.left_on,
    )


def _name(rung: Rung) -> str:
    return spoken(rung.name, rung.english)


def _near(row: FirmStanding, rungs: Mapping[str, Rung]) -> Near:
    shape, word = STANDINGS[row.state]
    rung = rungs.get(row.rung)
    conditions = {one.id: one for one in rung.conditions} if rung else {}
    short = [
        short_words(conditions[key], Decimal(amount) if amount else None)
        for key, amount in row.short
        if key in conditions
    ]
    return Near(
        code=row.enterprise.code,
        name=row.enterprise.name,
        rung=_name(rung) if rung else row.rung,
        shape=shape,
        word=_(word),
        tone=row.state,
        percent=f"{row.percent.quantize(Decimal('0.1'), ROUND_DOWN)}"
        if row.percent is not None
        else "",
        why="；".join(short),
        on=row.expires,
    )


@needs(Permission.SEE_FIRMS)
def firm(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a firm meets, what is short and by how much, what is unknown."""
    return _show_firm(request, _load(request, code), StateForm(initial={"on": request.today}))


@needs(Permission.KEEP_FIRMS)
def state_page(request: HttpRequest, code: str) -> HttpResponse:
    """Record a measure that a firm states."""
    found = _load(request, code)
    form = StateForm(request.POST or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            state(
                firm=found,
                measure=told["measure"],
                value=told["value"],
                proof=told["proof"],
                on=told["on"],
                by=request.user.name,
                known_on=request.today,
            )
        except tuple(REFUSALS) as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已记下，梯度按它重新判定。"))
            return redirect("ladder:firm", code)
    return _show_firm(request, found, form)


def _show_firm(request: HttpRequest, found: Enterprise, form: StateForm) -> HttpResponse:
    code = found.code
    ground = find_ground([code], on=request.today)
    ground.firms.setdefault(code, found)
    ground.values.setdefault(code, {})
    measures = current_zone().ladder.measures
    standings = standings_of(ground, code)
    steps = [one for one in standings if current_zone().ladder.kind_of(one.rung) == "title"]
    page = FirmPage(
        code=code,
        name=found.name,
        rungs=[_rung_part(one, request.today) for one in standings if one.state != "unverified"],
        unverified=[
            _rung_part(one, request.today) for one in standings if one.state == "unverified"
        ],
        next_names=[_name(one.rung) for one in next_rungs(steps)[:3]],
        holdings=_holdings(ground.titles.get(code, ()), request.today),
        stated=[
            (
                on,
                spoken(measures[name].name, measures[name].english) if name in measures else name,
                amount_of(value),
                proof,
            )
            for on, name, value, proof in list_events_of(found, on=request.today)
        ],
        may_keep=request.user.may(Permission.KEEP_FIRMS),
        form=form,
    )
    return show(request, page, status=422 if form.errors else 200)


def _holdings(held: Iterable[Holding], on: date) -> list[HoldingLine]:
    """Return what a firm holds and held, what stands first."""
    ladder = current_zone().ladder
    giving = {one.title: one for one in ladder.on(on) if one.title}
    lines = []
    for one in held:
        rung, title = giving.get(one.title), ladder.titles.get(one.title)
        ends = one.ended or (expires_on(one, rung) if rung else None)
        state = "holds"
        if one.is_revoked:
            state = "revoked"
        elif ends is not None and ends <= on:
            state = "expired"
        elif ends is not None and (ends - on).days <= EXPIRING_WITHIN:
            state = "expiring"
        shape, word = STANDINGS[state]
        lines.append(
            HoldingLine(
                title=say_title(one.title),
                kind=_(HONOURS[title.kind]) if title else "",
                about=one.about,
                document=one.document,
                since=one.since or one.on,
                on=one.on,
                ends=ends,
                shape=shape,
                word=_(word),
                tone=state,
            )
        )
    return sorted(lines, key=lambda one: (one.tone not in STANDS, one.title, one.on))


def _rung_part(one: Standing, on: date) -> RungPart:
    shape, word = STANDINGS[one.state]
    return RungPart(
        id=one.rung.id,
        name=_name(one.rung),
        level=one.rung.level,
        version=one.rung.version,
        basis=one.rung.basis,
        is_trial=one.rung.since > on,
        shape=shape,
        word=_(word),
        tone=one.state,
        met=one.count("met"),
        total=len(one.verdicts),
        expires=one.expires,
        lines=[_line(verdict) for verdict in one.verdicts],
    )


def _measure(name: str) -> str:
    one = current_zone().ladder.measures.get(name)
    return spoken(one.name, one.english) if one else name


def _line(one: Verdict) -> Line:
    shape, word = VERDICTS[one.state]
    required = said_amount(one.condition, one.required)
    sign = "≤" if one.is_most else ">" if one.condition.above is not None else "≥"
    return Line(
        name=spoken(one.condition.name, one.condition.english),
        shape=shape,
        word=_(word),
        tone=one.state,
        value=said_amount(one.condition, one.value),
        required=f"{sign}{required}" if required else "",
        short=said_amount(one.condition, one.short),
        mark=_(MARKS[one.condition.mark]),
    )


@needs(Permission.SEE_FIRMS)
def listing(request: HttpRequest) -> HttpResponse:
    """Show the listing candidates with what holds them up and their log."""
    code = request.GET.get("firm", "")
    initial = {"on": request.today, "code": code, "kind": "step", "stage": "reserve"}
    if found := list_candidates(on=request.today, code=code) if code else ():
        order = list(STAGES)
        place = min(order.index(found[0].stage) + 1, order.index("listed"))
        initial |= {"stage": order[place], "code": found[0].firm.name}
        initial |= {"kind": "cleared"} if found[0].blockers else {}
    return _show_listing(request, MoveForm(initial=initial))


@needs(Permission.KEEP_FIRMS)
def move_page(request: HttpRequest) -> HttpResponse:
    """Record a step, a blocker or a service of a listing candidate."""
    form = MoveForm(request.POST or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        candidate = find_named(told["code"], visible_departments(request.user))
        if candidate is None:
            form.add_error("code", _("企业库里没有这家企业，或有几家同名；请核对，或填代码。"))
        else:
            try:
                move_candidate(
                    firm=candidate,
                    kind=told["kind"],
                    stage=told["stage"],
                    sponsor=told["sponsor"],
                    text=told["text"],
                    on=told["on"],
                    by=request.user.name,
                    known_on=request.today,
                )
            except tuple(REFUSALS) as refusal:
                form.add_error(None, spoken_refusal(refusal))
            else:
                messages.success(request, _("已记下。"))
                return redirect("ladder:listing")
    return _show_listing(request, form)


def _show_listing(request: HttpRequest, form: MoveForm) -> HttpResponse:
    hidden = _hidden(request)
    found = [one for one in list_candidates(on=request.today) if one.firm.code not in hidden]
    asked = request.GET.get("stage", "")
    shown = [one for one in found if asked not in STAGES or one.stage == asked]
    page = ListingPage(
        counts=[
            (key, _(word), sum(one.stage == key for one in found)) for key, word in STAGES.items()
        ],
        stage=asked if asked in STAGES else "",
        stage_name=_(STAGES[asked]) if asked in STAGES else "",
        blocked=sum(bool(one.blockers) for one in found),
        total=len(found),
        lines=[
            CandidateLine(
                code=one.firm.code,
                name=one.firm.name,
                stage=_(STAGES[one.stage]),
                since=one.since,
                days=(request.today - one.since).days,
                sponsor=one.sponsor,
                blockers=[_entry(line) for line in one.blockers],
                log=[_entry(line) for line in one.log],
            )
            for one in shown
        ],
        may_keep=request.user.may(Permission.KEEP_FIRMS),
        form=form,
    )
    return show(request, page, status=422 if form.errors else 200)


def _entry(line: LogLine) -> Entry:
    is_step = line.kind == "step"
    kind = _(STAGES[line.stage]) if is_step else _(RECORDS[line.kind])
    return Entry(line.on, _(STAGES[line.stage]), kind, line.kind == "blocker", line.text)


@needs(Permission.SEE_FIRMS)
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """Show one firm on one sheet of A4, its tax only to those who may see it."""
    found = _load(request, code)
    sees_tax = request.user.may(Permission.SEE_FIRM_TAX)
    ground = find_ground([code], on=request.today)
    ground.firms.setdefault(code, found)
    ground.values.setdefault(code, {})
    events = list_events(found, known_on=request.today)
    names = ["output", "revenue", "research", "power", "staff"] + (["tax"] if sees_tax else [])
    months = list_month_facts(found, known_on=request.today)[:DOSSIER_MONTHS]
    titles = [
        f"{one.title}{f'（{one.about}）' if one.about else ''} {one.on}"
        for one in _holdings(ground.titles.get(code, ()), request.today)
        if one.tone in STANDS
    ]
    parts = [part for offer in panels("DOSSIER") for part in offer(code, found.name, request.user)]
    page = DossierPage(
        code=code,
        name=found.name,
        identity=_identity(found),
        titles=titles[:TITLES_ON_A_SHEET],
        more_titles=max(0, len(titles) - TITLES_ON_A_SHEET),
        curves=[curve for name in names if (curve := _curve(name, months))],
        rungs=[_rung_part(one, request.today) for one in _on_a_sheet(standings_of(ground, code))],
        parts=parts,
        not_kept=[word for word in _wanted() if word not in [title for title, _rows in parts]],
        changes=[
            (one.on or one.entry.known_on, *say_event(one)) for one in events[:CHANGES_ON_A_SHEET]
        ],
        sees_tax=sees_tax,
        on=request.today,
    )
    return show(request, page)


def _wanted() -> list[str]:
    """Return what the sheet of a firm should tell and no context of the house keeps so far."""
    return [_("用地"), _("惠企政策"), _("企业诉求"), _("走访")]


def _on_a_sheet(standings: Sequence[Standing]) -> list[Standing]:
    """Return the rungs that a sheet has room for: what is held, then what comes next."""
    ladder = current_zone().ladder
    steps = [one for one in standings if ladder.kind_of(one.rung) == "title"]
    held = [one for one in steps if one.held or one.state in STANDS]
    above = [one for one in steps if one not in held and one.state != "unverified"]
    return [*held, *above][:RUNGS_ON_A_SHEET]


def _identity(found: Enterprise) -> list[tuple[str, str]]:
    words = {"industry": _industry(found.industry)}
    words |= {name: _said(getattr(found, name)) for name in ("size", "chain", "park")}
    return [
        (_("统一社会信用代码"), found.code),
        (_("主体类型"), _(KINDS[found.kind])),
        (_("成立日期"), str(found.registered_on or "—")),
        (_("四上专业"), _(TRADES[found.trade]) if found.trade else "—"),
        (_("行业"), words["industry"]),
        (_("规模"), words["size"]),
        (_("产业链"), words["chain"]),
        (_("专业园区"), words["park"]),
    ]


def _said(value: str) -> str:
    return _((RESERVED | SIZES).get(value, value))


def _industry(code: str) -> str:
    found = current_zone().industries.get(code)
    return f"{code} {found.name}" if found else _said(code)


_UNITS = {"power": "万千瓦时", "staff": "人"}


def _curve(name: str, months: Any) -> Curve | None:
    """Return a measure by month, the earliest first; months filed together are shared evenly."""
    series: list[Decimal] = []
    for fact in reversed(months):
        value = register.monthly_return.decode(fact.values)[name]
        count = 1 if name == "staff" else parse_period(fact.period_id).month_count
        if isinstance(value, Decimal):
            series.append(value / count)
    if len(series) < 3:
        return None
    unit = get_unit(_UNITS.get(name, "万元"))
    low, high = min(series), max(series)
    span, step = (high - low) or Decimal(1), Decimal(160) / (len(series) - 1)
    points = " ".join(
        f"{float(place * step):.1f},{float(34 - (value - low) / span * 32):.1f}"
        for place, value in enumerate(series)
    )
    column = register.monthly_return.columns[name]
    last = spoken_period(parse_period(months[0].period_id))
    return Curve(_(column.name), unit.id, points, unit.show(series[-1]), last)


def _load(request: HttpRequest, code: str) -> Enterprise:
    """Return a firm; one of another scope is not there."""
    found = find_enterprise(code, visible_departments(request.user))
    if found is None:
        raise Http404
    return found


def _hidden(request: HttpRequest) -> set[str]:
    """Return the codes of the firms that this person does not see."""
    return set(list_hidden(visible_departments(request.user)).values_list("code", flat=True))
