"""Pages of the register: load, one call, one page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Page as PageOf
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.enterprises import facts
from jingkai.enterprises.forms import (
    AttributeForm,
    EndForm,
    EnterpriseForm,
    HonourForm,
    MergeForm,
    RenameForm,
    RollForm,
)
from jingkai.enterprises.lists import ENTERPRISES, say, say_event, say_title
from jingkai.enterprises.queries import (
    Enterprise,
    describe_enterprises,
    find_enterprise,
    find_named,
    list_enterprises,
    list_events,
    list_group,
    list_hidden,
    list_likely_duplicates,
    list_month_facts,
    read_attributes,
)
from jingkai.enterprises.rules import ATTRIBUTES, ENDINGS, KINDS, TRADES, fold_holdings
from jingkai.enterprises.services import (
    AttributeChange,
    Ending,
    Grant,
    Newcomer,
    NotRegistrable,
    Occasion,
    Renaming,
    Revocation,
    RollStep,
    change_roll,
    close,
    merge,
    recognise,
    register,
    rename,
    reopen,
    revoke,
    set_attributes,
    tell_apart,
)
from jingkai.kernel.periods import parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Words
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Fact
from jingkai.ledger.services import NotRecordable
from jingkai.org.queries import Visible, visible_departments
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.language import spoken, spoken_period, spoken_refusal
from jingkai.web.lists import show_list
from jingkai.web.shell import show

# What the line of a firm's months shows, each in the unit that one firm is spoken of in.
MEASURES = {
    "output": "万元",
    "revenue": "万元",
    "tax": "万元",
    "research": "万元",
    "investment": "万元",
    "exports": "万元",
    "power": "万千瓦时",
    "staff": "人",
}
HIDDEN = "＊＊＊"


@dataclass(frozen=True)
class EnterpriseRow:
    """One line of the register."""

    code: str
    name: str
    kind: str
    trade: str
    industry: str
    size: str
    chain: str
    park: str
    registered_on: date | None
    ending: str


@dataclass
class AddPage:
    """Take a firm in."""

    form: EnterpriseForm
    asks_to_confirm: bool
    template: str = "enterprises/add.html"


@dataclass(frozen=True)
class MonthLine:
    """What a firm returned for a month: values in the order of MEASURES, and when it was known."""

    period: str
    values: list[str]
    known_on: date
    entry: int
    is_corrected: bool


@dataclass(frozen=True)
class Curve:
    """A measure over the months as the points of a line in a box of 240 by 40."""

    name: str
    unit: str
    points: str
    last: str
    lowest: str
    highest: str


@dataclass(frozen=True)
class TitleLine:
    """A title, platform, brand or standard of a firm, with its days and its document."""

    name: str
    about: str
    on: date
    document: str
    until: date | None
    ended: date | None


@dataclass
class DetailPage:
    """一企一档."""

    firm: EnterpriseRow
    former_names: list[Any]
    merged_into: Any
    absorbed: list[tuple[str, str]]
    group: list[tuple[str, str]]
    code_confirmed_by: str
    attributes: list[tuple[str, str, list[tuple[str, str]]]]
    titles: list[TitleLine]
    roll: list[tuple[str, Any]]
    curves: list[Curve]
    heads: list[tuple[str, str]]
    months: list[MonthLine]
    events: list[tuple[Any, str, str, int]]
    sees_tax: bool
    may_keep: bool
    may_reopen: bool
    department: str
    form: RenameForm | None = None
    honour: HonourForm | None = None
    template: str = "enterprises/detail.html"


@dataclass(frozen=True)
class Pair:
    """Two entries that may be one firm."""

    one: EnterpriseRow
    other: EnterpriseRow
    why: str


@dataclass
class DuplicatesPage:
    """疑似重复."""

    pairs: list[Pair]
    found: PageOf
    error: str = ""
    asked: Pair | None = None
    template: str = "enterprises/duplicates.html"


@dataclass
class ChangePage:
    """登记变更: an attribute, the roll, the end of a firm."""

    firm: EnterpriseRow
    attribute: AttributeForm
    roll: RollForm
    end: EndForm
    is_on_roll: bool
    ended: str = ""
    errors: list[str] = field(default_factory=list)
    template: str = "enterprises/change.html"


@needs(Permission.SEE_FIRMS)
def list_page(request: HttpRequest) -> HttpResponse:
    """Show the register."""
    return show_list(request, ENTERPRISES, list_enterprises(_sees(request)))


@needs(Permission.KEEP_FIRMS)
def add(request: HttpRequest) -> HttpResponse:
    """Take a firm into the register."""
    form = EnterpriseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        newcomer = Newcomer(
            code=told["code"],
            name=told["name"],
            kind=told["kind"],
            registered_on=told["registered_on"],
            industry=told["industry"] or "unknown",
            department=told["department"],
            confirmed_by=request.user.name if told["confirmed"] else "",
        )
        try:
            register([newcomer], occasion=_occasion(request, _("登记%s") % newcomer.name))
        except (NotRegistrable, NotRecordable) as refusal:
            form.add_error("code", spoken_refusal(refusal))
        else:
            messages.success(request, _("已登记“%(name)s”。") % {"name": newcomer.name})
            return redirect("enterprises:detail", newcomer.code)
    page = AddPage(form, asks_to_confirm="code" in form.errors)
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.SEE_FIRMS)
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """Show one firm on one page."""
    return show(request, _detail_page(request, _load(request, code)))


@needs(Permission.KEEP_FIRMS)
def rename_page(request: HttpRequest, code: str) -> HttpResponse:
    """Give a firm another name."""
    firm = _load(request, code)
    form = RenameForm(request.POST or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        reason = _("%(old)s更名") % {"old": firm.name}
        try:
            rename([Renaming(code, told["name"], told["on"])], occasion=_occasion(request, reason))
        except (NotRegistrable, NotRecordable) as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已更名，原名称仍可查到。"))
            return redirect("enterprises:detail", code)
    page = _detail_page(request, firm)
    page.form = form
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.KEEP_FIRMS)
def honour_page(request: HttpRequest, code: str) -> HttpResponse:
    """Record a title, platform, brand or standard of a firm: given, renewed or taken away."""
    firm = _load(request, code)
    form = HonourForm(request.POST or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        title, on, about = told["title"], told["on"], told["about"].strip()
        reason = f"{firm.name} {current_zone().ladder.titles[title].name}"
        occasion = _occasion(request, reason)
        try:
            if on > request.today:
                raise NotRegistrable(Words("日期在将来；请改成文件或证书上的日期。"))
            if told["step"] == "revoke":
                ending = Revocation(code, title, on, told["document"], about)
                revoke([ending], occasion=occasion)
            else:
                is_first = told["step"] == "grant"
                given = Grant(code, title, on, is_first, told["document"], about, told["until"])
                recognise([given], occasion=occasion)
        except (NotRegistrable, NotRecordable) as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已记在企业名下，梯度按它重新判定。"))
            return redirect("enterprises:detail", code)
    page = _detail_page(request, firm)
    page.honour = form
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.KEEP_FIRMS)
def change_page(request: HttpRequest, code: str) -> HttpResponse:
    """Change an attribute from a day on, enter a firm on the roll or take it off, or end it."""
    firm = _load(request, code)
    what = request.POST.get("what", "")
    start = {"on": request.today}
    forms = {
        "attribute": AttributeForm(request.POST if what == "attribute" else None, initial=start),
        "roll": RollForm(
            request.POST if what == "roll" else None, initial=start | {"trade": firm.trade}
        ),
        "end": EndForm(request.POST if what == "end" else None, initial=start),
    }
    sent = forms.get(what)
    errors: list[str] = []
    if what == "reopen":
        try:
            reopen(code=code, occasion=_occasion(request, f"{firm.name} 撤销退出登记"))
        except (NotRegistrable, NotRecordable) as refusal:
            errors.append(spoken_refusal(refusal))
        else:
            messages.success(request, _("退出登记已撤销，企业恢复到退出之前。"))
            return redirect("enterprises:detail", code)
    if request.method == "POST" and sent is not None and sent.is_valid():
        try:
            _change(request, firm, what, sent.cleaned_data)
        except (NotRegistrable, NotRecordable) as refusal:
            sent.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已记入账本。"))
            return redirect("enterprises:detail", code)
    page = ChangePage(_row(firm), forms["attribute"], forms["roll"], forms["end"], bool(firm.trade))
    page.ended, page.errors = str(firm.closed_on or ""), errors
    is_wrong = bool(errors or (sent is not None and sent.errors))
    return show(request, page, status=422 if is_wrong else 200)


def _change(request: HttpRequest, firm: Enterprise, what: str, told: dict[str, Any]) -> None:
    on = told["on"]
    if on > request.today:
        raise NotRegistrable(Words("日期在将来；请改成事情发生的那天。"))
    if what == "attribute":
        name = ATTRIBUTES[told["attribute"]]
        changed = AttributeChange(firm.code, told["attribute"], told["value"], on)
        set_attributes([changed], occasion=_occasion(request, f"{firm.name} {name}变动"))
    elif what == "roll":
        step = RollStep(
            firm.code, "leave" if firm.trade else "enter", firm.trade or told["trade"], on
        )
        change_roll([step], occasion=_occasion(request, f"{firm.name} 名录库变动"))
    else:
        into = ""
        if told["into"].strip():
            other = find_named(told["into"], _sees(request))
            if other is None:
                raise NotRegistrable(
                    Words("企业库里没有要并入的这一家，或有几家同名；请核对，或填代码。")
                )
            into = other.code
        ending = Ending(firm.code, told["ending"], on, into)
        close([ending], occasion=_occasion(request, f"{firm.name} {ENDINGS[told['ending']]}"))


@needs(Permission.KEEP_FIRMS)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Show pairs that may be one firm; merge the one that should go, or tell them apart."""
    error, asked = "", None
    if request.method == "POST":
        form = MergeForm(request.POST)
        if form.is_valid():
            told = form.cleaned_data
            codes = [told["code"], told["into"]]
            if list_hidden(_sees(request)).filter(code__in=codes).exists():
                raise Http404
            firms = {one.code: one for one in list_enterprises().filter(code__in=codes)}
            if told["step"] == "ask" and len(firms) == 2:
                asked = Pair(_row(firms[codes[0]]), _row(firms[codes[1]]), "")
            elif done := _settle_pair(request, told, codes):
                error = done
            else:
                return redirect("enterprises:duplicates")
        else:
            error = _("请选择要留下的一家。")
    found = Paginator(list_likely_duplicates(_sees(request)), 20).get_page(request.GET.get("page"))
    codes = [code for one in found for code in (one.code, one.other)]
    involved = list_enterprises(_sees(request)).filter(code__in=codes)
    firms = {firm.code: _row(firm) for firm in involved}
    pairs = [Pair(firms[one.code], firms[one.other], _(one.why)) for one in found]
    page = DuplicatesPage(pairs, found, error, asked)
    return show(request, page, status=422 if error else 200)


def _settle_pair(request: HttpRequest, told: dict[str, Any], codes: list[str]) -> str:
    """Merge a pair or tell it apart; return why that could not be."""
    names = describe_enterprises(codes)
    one, other = (names.get(code, code) for code in codes)
    try:
        if told["step"] == "apart":
            tell_apart(one=codes[0], other=codes[1], occasion=_occasion(request, ""))
            messages.success(request, _("已记下它们是两家，不再提示。"))
            return ""
        reason = _("%(one)s与%(other)s是同一主体") % {"one": one, "other": other}
        occasion = _occasion(request, reason[:200])
        merge(code=codes[0], into=codes[1], on=request.today, occasion=occasion)
    except (NotRegistrable, NotRecordable) as refusal:
        return spoken_refusal(refusal)
    messages.success(request, _("已合并；两边的记录都保留，在留下的一家打开。"))
    return ""


def _sees(request: HttpRequest) -> Visible:
    return visible_departments(request.user)


def _load(request: HttpRequest, code: str) -> Enterprise:
    """Return a firm; one of another scope is not there."""
    firm = find_enterprise(code, _sees(request))
    if firm is None:
        raise Http404
    return firm


def _occasion(request: HttpRequest, reason: str) -> Occasion:
    return Occasion(by=request.user.name, reason=reason, known_on=request.today)


def _row(firm: Enterprise) -> EnterpriseRow:
    return EnterpriseRow(
        code=firm.code,
        name=firm.name,
        kind=_(KINDS[firm.kind]),
        trade=_(TRADES[firm.trade]) if firm.trade else "",
        industry=say("industry", firm.industry),
        size=say("size", firm.size),
        chain=say("chain", firm.chain),
        park=say("park", firm.park),
        registered_on=firm.registered_on,
        ending=_(ENDINGS[firm.ending]) if firm.ending else "",
    )


def _detail_page(request: HttpRequest, firm: Enterprise) -> DetailPage:
    events = list_events(firm, known_on=request.today)
    months = list_month_facts(firm, known_on=request.today)
    sees_tax = request.user.may(Permission.SEE_FIRM_TAX)
    shown = [name for name in MEASURES if _is_told(name, months)]
    return DetailPage(
        firm=_row(firm),
        former_names=list(firm.former_names.all()),
        merged_into=firm.merged_into,
        absorbed=[(one.code, one.name) for one in firm.absorbed.all()],
        group=[(one.code, one.name) for one in list_group(firm, _sees(request))],
        code_confirmed_by=firm.code_confirmed_by,
        attributes=_attributes(firm, events),
        titles=[
            TitleLine(say_title(one.title), one.about, one.on, one.document, one.until, one.ended)
            for one in fold_holdings(
                (fact.on, told) for fact, told in _of(facts.recognised, events) if fact.on
            )
        ],
        roll=[
            (_("%(trade)s入库") % {"trade": _(TRADES[str(told["trade"])])}, fact.on)
            if told["step"] == "enter"
            else (_("%(trade)s退库") % {"trade": _(TRADES[str(told["trade"])])}, fact.on)
            for fact, told in _of(facts.roll_changed, events)
        ],
        curves=[
            curve
            for name in ("output", "revenue", "power", "staff")
            if name in shown and (curve := _curve(name, months[:24]))
        ],
        heads=[(_(facts.monthly_return.columns[name].name), MEASURES[name]) for name in shown],
        months=[_month(fact, shown, sees_tax) for fact in months[:24]],
        events=[(fact.on, *say_event(fact), fact.entry.number) for fact in events],
        sees_tax=sees_tax,
        may_keep=request.user.may(Permission.KEEP_FIRMS) and not firm.closed_on,
        may_reopen=request.user.may(Permission.KEEP_FIRMS) and firm.closed_on is not None,
        department=spoken(firm.department.name, firm.department.english) if firm.department else "",
    )


def _of(kind: facts.FactType, events: Sequence[Fact]) -> list[tuple[Fact, dict[str, Any]]]:
    return [(fact, kind.decode(fact.values)) for fact in events if fact.type == kind.id]


def _is_told(name: str, months: Sequence[Fact]) -> bool:
    return any(facts.monthly_return.decode(fact.values)[name] for fact in months[:24])


def _attributes(
    firm: Enterprise, events: list[Fact]
) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return each attribute with its value today, and the values before it with their days."""
    over_time = read_attributes(events)
    lines = []
    for attribute, name in ATTRIBUTES.items():
        before = [
            (say(attribute, one.value), _("%(since)s 至 %(until)s 前") % vars(one))
            for one in over_time.get(attribute, [])
            if one.until
        ]
        lines.append((_(name), say(attribute, getattr(firm, attribute)), before))
    return lines


def _month(fact: Fact, shown: Sequence[str], sees_tax: bool) -> MonthLine:
    told = facts.monthly_return.decode(fact.values)
    columns = facts.monthly_return.columns
    values = []
    for name in shown:
        value = told[name]
        if value is None:
            values.append(_("未报"))
        elif columns[name].is_restricted and not sees_tax:
            values.append(HIDDEN)
        else:
            assert isinstance(value, Decimal)
            values.append(get_unit(MEASURES[name]).show(value))
    return MonthLine(
        period=spoken_period(parse_period(fact.period_id)),
        values=values,
        known_on=fact.entry.known_on,
        entry=fact.entry.number,
        is_corrected=fact.corrects_id is not None,
    )


def _curve(name: str, months: Sequence[Fact]) -> Curve | None:
    """Return a measure by month, the earliest first; months filed together are shared evenly."""
    series: list[Decimal] = []
    for fact in reversed(months):
        value = facts.monthly_return.decode(fact.values)[name]
        count = 1 if name == "staff" else parse_period(fact.period_id).month_count
        if isinstance(value, Decimal):
            series.append(value / count)
    if len(series) < 3:
        return None
    unit = get_unit(MEASURES[name])
    low, high = min(series), max(series)
    span, step = (high - low) or Decimal(1), Decimal(240) / (len(series) - 1)
    points = " ".join(
        f"{float(place * step):.1f},{float(38 - (value - low) / span * 36):.1f}"
        for place, value in enumerate(series)
    )
    return Curve(
        name=_(facts.monthly_return.columns[name].name),
        unit=unit.id,
        points=points,
        last=unit.show(series[-1]),
        lowest=unit.show(low),
        highest=unit.show(high),
    )
