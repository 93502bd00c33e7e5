"""Pages of the ladder: the pyramid and who is near, one firm's way up, the listing candidates."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.enterprises import facts as register
from jingkai.enterprises.queries import (
    find_enterprise,
    list_events,
    list_hidden,
    list_month_facts,
)
from jingkai.enterprises.rules import KINDS, RESERVED, SIZES, TITLES, TRADES
from jingkai.kernel.ladders import Rung
from jingkai.kernel.periods import parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ladder.forms import MoveForm, StateForm
from jingkai.ladder.panels import amount_of, short_words, unit_of
from jingkai.ladder.queries import (
    Enterprise,
    Ground,
    find_ground,
    flows,
    list_candidates,
    list_events_of,
    standings_of,
)
from jingkai.ladder.rules import STAGES, STANDINGS, VERDICTS, Standing, Verdict
from jingkai.ladder.services import REFUSALS, move_candidate, state
from jingkai.org.queries import visible_departments
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.language import spoken, spoken_period
from jingkai.web.shell import panels, show

SHOWN = 60
WIDEST, NARROWEST = 150, 34  # a number of three digits stays inside its bar
DOSSIER_MONTHS = 24


@dataclass(frozen=True)
class Step:
    """A rung of the pyramid as it is drawn."""

    id: str
    name: str
    basis: str
    version: str
    count: int
    arrived: int
    left: int
    width: int
    x: int
    y: int


@dataclass(frozen=True)
class Near:
    """A firm close to a rung, or with a certificate that ends: why, and how far it is."""

    code: str
    name: str
    rung: str
    shape: str
    word: str
    tone: str
    percent: str
    why: str
    on: date | None


@dataclass
class HomePage:
    """企业梯度."""

    steps: list[Step]
    height: int
    near: list[Near]
    near_count: int
    expiring: list[Near]
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

    name: str
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


@dataclass
class FirmPage:
    """One firm's way up."""

    code: str
    name: str
    rungs: list[RungPart]
    stated: list[tuple[date, str, str, str]]
    may_keep: bool
    form: StateForm
    template: str = "ladder/firm.html"


@dataclass(frozen=True)
class CandidateLine:
    """A listing candidate as the list shows it."""

    code: str
    name: str
    stage: str
    since: date
    days: int
    sponsor: str
    log: list[tuple[date, str, str]]


@dataclass
class ListingPage:
    """上市后备."""

    counts: list[tuple[str, int]]
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
    curves: list[Curve]
    rungs: list[RungPart]
    parts: list[tuple[str, list[tuple[str, str]]]]
    changes: list[tuple[date, str, str]]
    sees_tax: bool
    on: date
    template: str = "ladder/dossier.html"


@needs(Permission.SEE_FIRMS)
def home(request: HttpRequest) -> HttpResponse:
    """Show the pyramid with who came and went, who is near, whose certificate ends."""
    ground = find_ground(on=request.today)
    near, expiring = [], []
    hidden = _hidden(request)
    for code in (one for one in ground.firms if one not in hidden):
        for one in standings_of(ground, code):
            if one.state in ("near", "ready"):
                near.append(_near(ground, code, one))
            elif one.state in ("expiring", "expired"):
                expiring.append(_near(ground, code, one))
    near.sort(key=lambda one: -Decimal(one.percent or 100))
    expiring.sort(key=lambda one: one.on or date.max)
    steps = _steps(ground)
    page = HomePage(steps, len(steps) * 44 + 4, near[:SHOWN], len(near), expiring[:SHOWN])
    return show(request, page)


def _steps(ground: Ground) -> list[Step]:
    found = [one for one in flows(ground) if one.rung.title or one.count]
    most = max((one.count for one in found), default=0) or 1
    steps = []
    for place, one in enumerate(reversed(found)):
        width = max(NARROWEST, one.count * WIDEST // most)
        steps.append(
            Step(
                id=one.rung.id,
                name=_name(one.rung),
                basis=one.rung.basis,
                version=one.rung.version,
                count=one.count,
                arrived=one.arrived,
                left=one.left,
                width=width,
                x=(WIDEST - width) // 2,
                y=place * 44,
            )
        )
    return steps


def _name(rung: Rung) -> str:
    return spoken(rung.name, rung.english)


def _near(ground: Ground, code: str, one: Standing) -> Near:
    shape, word = STANDINGS[one.state]
    short = [short_words(verdict) for verdict in one.verdicts if verdict.state == "short"]
    return Near(
        code=code,
        name=ground.firms[code].name,
        rung=_name(one.rung),
        shape=shape,
        word=_(word),
        tone=one.state,
        percent=f"{one.percent.quantize(Decimal('0.1'), ROUND_DOWN)}"
        if one.percent is not None
        else "",
        why="；".join(short),
        on=one.expires,
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
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已记下，梯度按它重新判定。"))
            return redirect("ladder:firm", code)
    return _show_firm(request, found, form)


def _show_firm(request: HttpRequest, found: Enterprise, form: StateForm) -> HttpResponse:
    code = found.code
    ground = find_ground(on=request.today, code=code)
    ground.firms.setdefault(code, found)
    ground.values.setdefault(code, {})
    measures = current_zone().ladder.measures
    page = FirmPage(
        code=code,
        name=found.name,
        rungs=[_rung_part(one, request.today) for one in standings_of(ground, code)],
        stated=[
            (on, measures[name].name if name in measures else name, amount_of(value), proof)
            for on, name, value, proof in list_events_of(found, on=request.today)
        ],
        may_keep=request.user.may(Permission.KEEP_FIRMS),
        form=form,
    )
    return show(request, page, status=422 if form.errors else 200)


def _rung_part(one: Standing, on: date) -> RungPart:
    shape, word = STANDINGS[one.state]
    return RungPart(
        name=_name(one.rung),
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


def _line(one: Verdict) -> Line:
    shape, word = VERDICTS[one.state]
    unit = unit_of(one)
    sign = "≤" if one.is_most else ">" if one.condition.above is not None else "≥"
    return Line(
        name=one.condition.name,
        shape=shape,
        word=_(word),
        tone=one.state,
        value=f"{amount_of(one.value)}{unit}" if one.value is not None else "",
        required=f"{sign}{amount_of(one.required)}{unit}" if one.required is not None else "",
        short=f"{amount_of(one.short)}{unit}" if one.short is not None else "",
        mark=one.condition.mark,
    )


@needs(Permission.SEE_FIRMS)
def listing(request: HttpRequest) -> HttpResponse:
    """Show the listing candidates with their log."""
    initial = {"on": request.today, "code": request.GET.get("firm", "")}
    return _show_listing(request, MoveForm(initial=initial))


@needs(Permission.KEEP_FIRMS)
def move_page(request: HttpRequest) -> HttpResponse:
    """Record a step, a blocker or a service of a listing candidate."""
    form = MoveForm(request.POST or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        code = told["code"].strip().upper()
        candidate = find_enterprise(code, visible_departments(request.user))
        if candidate is None:
            form.add_error("code", _("企业库里没有这个代码；请核对，或先登记。"))
        else:
            try:
                move_candidate(
                    firm=candidate,
                    stage=told["stage"],
                    sponsor=told["sponsor"],
                    text=told["text"],
                    on=told["on"],
                    by=request.user.name,
                    known_on=request.today,
                )
            except tuple(REFUSALS) as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("已记下。"))
                return redirect("ladder:listing")
    return _show_listing(request, form)


def _show_listing(request: HttpRequest, form: MoveForm) -> HttpResponse:
    hidden = _hidden(request)
    found = [one for one in list_candidates(on=request.today) if one.firm.code not in hidden]
    page = ListingPage(
        counts=[(_(word), sum(one.stage == key for one in found)) for key, word in STAGES.items()],
        lines=[
            CandidateLine(
                code=one.firm.code,
                name=one.firm.name,
                stage=_(STAGES[one.stage]),
                since=one.since,
                days=(request.today - one.since).days,
                sponsor=one.sponsor,
                log=[(on, _(STAGES[key]), text) for on, key, text in one.log],
            )
            for one in found
        ],
        may_keep=request.user.may(Permission.KEEP_FIRMS),
        form=form,
    )
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.SEE_FIRMS)
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """Show one firm on one sheet of A4, its tax only to those who may see it."""
    found = _load(request, code)
    sees_tax = request.user.may(Permission.SEE_FIRM_TAX)
    ground = find_ground(on=request.today, code=code)
    ground.firms.setdefault(code, found)
    ground.values.setdefault(code, {})
    events = list_events(found, known_on=request.today)
    names = ["output", "revenue", "research", "power", "staff"] + (["tax"] if sees_tax else [])
    months = list_month_facts(found, known_on=request.today)[:DOSSIER_MONTHS]
    page = DossierPage(
        code=code,
        name=found.name,
        identity=_identity(found),
        titles=[
            f"{_(TITLES[str(told['title'])])} {one.on}"
            for one in events
            if one.type == register.recognised.id
            and (told := register.recognised.decode(one.values))
        ],
        curves=[curve for name in names if (curve := _curve(name, months))],
        rungs=[_rung_part(one, request.today) for one in standings_of(ground, code)],
        parts=[
            part for offer in panels("DOSSIER") for part in offer(code, found.name, request.user)
        ],
        changes=[
            (one.on or one.entry.known_on, _fact_name(one.type), f"#{one.entry.number}")
            for one in events[:8]
        ],
        sees_tax=sees_tax,
        on=request.today,
    )
    return show(request, page)


def _fact_name(type_id: str) -> str:
    kind = current_zone().fact_types[type_id]
    return spoken(kind.name, kind.english)


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
