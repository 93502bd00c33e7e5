"""Pages of what is handed down: the table of all shares, one item's, one share, a unit's wall."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import Light
from jingkai.kernel.units import Unit, get_unit
from jingkai.ledger.services import keep_file
from jingkai.org.queries import (
    Department,
    list_departments,
    list_people,
    visible_departments,
    working_year,
)
from jingkai.org.rules import Permission
from jingkai.plan.cascading import ROLES, TEMPLATES, Fault, Part, sums_of
from jingkai.plan.forms import CascadeForm, ShareReadingForm
from jingkai.plan.models import Item, Plan, Share, ShareChange
from jingkai.plan.panels import paced_by, percent, points
from jingkai.plan.queries import find_plan, list_items
from jingkai.plan.services import SharesRefused, file_share, hand_down, spread
from jingkai.plan.sharing import (
    NoBasis,
    ShareLine,
    Whole,
    list_changes,
    list_share_lines,
    list_shares,
    may_hand_down,
    part_of,
    propose,
    whole_of,
)
from jingkai.web.access import needs
from jingkai.web.language import quantity, spoken
from jingkai.web.numbers import Bullet, read_ledger
from jingkai.web.shell import show

BLANK_ROWS = 3
LEAD_WEIGHT = Decimal(60)
COLUMNS = {"holder": "单位", "role": "牵头或配合", "weight": "占比", "value": "分解数"}


@dataclass(frozen=True)
class Row:
    """One row that can be typed into: the texts as they stand in the fields."""

    name: str
    holder: str
    role: str
    weight: str
    value: str
    errors: Sequence[str] = ()
    title: str = ""
    unit: str = ""
    url: str = ""
    light: Light | None = None
    actual: str = ""
    gap: str = ""
    is_invented: bool = False


@dataclass(frozen=True)
class SumsView:
    """What the parts come to, in words."""

    weight: str
    weight_left: str
    value: str
    left: str
    is_even: bool
    why_not: str


@dataclass(frozen=True)
class Way:
    """A template by which the table can be filled."""

    label: str
    url: str


@dataclass
class SharesPage:
    """What an item, or one share of it, hands down."""

    title: str
    item: Item
    rows: list[Row]
    holders: list[tuple[str, str]]
    roles: list[tuple[str, str]]
    whole: str
    unit: str
    sums: SumsView
    ways: list[Way]
    changes: list[ShareChange]
    errors: list[str]
    reason: str
    asks_reason: bool
    may_change: bool
    action: str
    above: Row | None = None
    pace: str = ""
    unit_wall: tuple[str, str] | None = None
    is_person: bool = False
    reading_form: ShareReadingForm | None = None
    reading_url: str = ""
    source: str = ""
    template: str = "plan/shares.html"


@dataclass(frozen=True)
class Open:
    """An item that was not handed down yet."""

    id: int
    number: int
    text: str
    promised: str
    lead: str
    is_picked: bool = False


@dataclass(frozen=True)
class Tab:
    """One of the two lists of the table: what was handed down, and what was not."""

    label: str
    url: str
    is_current: bool


@dataclass
class CascadePage:
    """分解总表: every share of the plan in one table that is edited in place."""

    title: str
    year: int
    plan: Plan | None
    rows: list[Row]
    roles: list[tuple[str, str]]
    open: list[Open]
    tabs: list[Tab]
    found: Any
    query: str
    form: CascadeForm
    department: str
    departments: list[tuple[str, str]]
    errors: list[str]
    reason: str
    may_change: bool
    uneven: list[tuple[str, str, str]]
    template: str = "plan/cascade.html"


@dataclass(frozen=True)
class ShareTile:
    """A share on the wall of a unit: its own number, pace and light."""

    name: str
    url: str
    light: Light
    value: str
    promised: str
    words: str
    source: str
    bullet: Bullet | None
    is_invented: bool


@dataclass
class DepartmentPage:
    """A unit's own wall: what it took of the plan and where its parts stand."""

    title: str
    id: str
    name: str
    year: int
    tiles: list[ShareTile]
    tasks: list[ShareTile] = field(default_factory=list)
    template: str = "plan/department.html"


ROWS_A_TABLE, OPEN_A_PAGE = 60, 30


@needs(Permission.SEE_PLAN)
def cascade(request: HttpRequest) -> HttpResponse:
    """Show every share of the year's plan; save the table, or hand many items down at once."""
    year = _year(request)
    plan = find_plan(year)
    may = request.user.may(Permission.KEEP_PLAN)
    if request.method == "POST" and (plan is None or not may):
        return redirect("plan:cascade")
    if request.method == "POST" and plan is not None:
        if request.POST.get("act") == "spread":
            return _spread(request, plan)
        return _save_table(request, plan)
    return _show_cascade(request, plan, year)


def _spread(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = CascadeForm(request.POST)
    picked = [int(one) for one in request.POST.getlist("pick") if one.isdecimal()]
    picked = list(plan.items.filter(pk__in=picked).values_list("pk", flat=True))
    if form.is_valid() and not picked:
        form.add_error(None, _("请先勾选要分解的条目。"))
    if form.is_valid():
        try:
            found = spread(
                items=picked,
                template=form.cleaned_data["template"],
                lead_weight=form.cleaned_data["lead_weight"],
                by=request.user,
                on=request.today,
            )
        except SharesRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已分解 %(count)s 项。") % {"count": found.done})
            for item, why in found.left[:10]:
                messages.warning(request, f"{item.number} {item.text[:40]}：{why}")
            left = urlencode({"year": plan.year, "show": "open"})
            return redirect(f"{reverse('plan:cascade')}?{left}")
    return _show_cascade(request, plan, plan.year, form=form, picked=picked)


def _save_table(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Save what was changed in the table: all of it, or nothing and what is wrong where."""
    shares = list_shares(plan)
    reason = request.POST.get("reason", "")
    by_item: dict[int, list[Share]] = {}
    for one in shares:
        by_item.setdefault(one.item_id, []).append(one)
    errors: list[str] = []
    with transaction.atomic():
        for item_id, mine in by_item.items():
            if not any(f"weight-{one.pk}" in request.POST for one in mine):
                continue
            unit = whole_of(mine[0].item).unit
            parts, faults = [], []
            for place, one in enumerate(mine):
                part, wrong = _typed(request.POST, str(one.pk), place, part_of(one), unit)
                parts.append(part)
                faults += wrong
            try:
                if faults:
                    raise SharesRefused(*faults)
                hand_down(
                    item_id=item_id, parts=parts, by=request.user, on=request.today, reason=reason
                )
            except SharesRefused as refusal:
                errors += [
                    _("第 %(number)s 项 %(where)s：%(what)s")
                    % {
                        "number": mine[0].item.number,
                        "where": _where(one, parts),
                        "what": one.what,
                    }
                    for one in refusal.faults
                ]
        if errors:
            transaction.set_rollback(True)
    if not errors:
        messages.success(request, _("分解总表已保存。"))
        kept = {name: request.POST.get(name, "") for name in ("department", "page")}
        return redirect(f"{reverse('plan:cascade')}?{urlencode({'year': plan.year} | kept)}")
    return _show_cascade(request, plan, plan.year, errors=errors, typed=request.POST)


def _where(fault: Fault, parts: Sequence[Part]) -> str:
    if not 0 <= fault.place < len(parts):
        return ""
    return f"{parts[fault.place].holder} {_(COLUMNS.get(fault.column, ''))}".strip()


def _typed(
    posted: Mapping[str, str], name: str, place: int, part: Part, unit: Unit | None
) -> tuple[Part, list[Fault]]:
    """Return a part with what was typed into its row, and what could not be read."""
    faults = []
    role = posted.get(f"role-{name}", part.role)
    numbers: dict[str, Decimal | None] = {}
    for column in ("weight", "value"):
        text = posted.get(f"{column}-{name}")
        if text is None:
            numbers[column] = getattr(part, column)
            continue
        try:
            numbers[column] = _read_number(text)
        except InvalidOperation:
            numbers[column] = None
            what = _("“%(text)s”不是数，请只写数字。") % {"text": text[:20]}
            faults.append(Fault(place, column, what))
            continue
        value = numbers[column]
        if column == "value" and value is not None and unit is not None:
            kept = part.value
            # What is shown is rounded: who changes nothing keeps what was there.
            same = kept is not None and _plain(kept, unit) == text
            numbers[column] = kept if same else unit.to_base(value)
        if column == "weight" and value is not None and abs(value) >= 1000:
            faults.append(Fault(place, column, _("占比写 0 到 100 之间的数。")))
    weight = numbers["weight"]
    if weight is not None:
        weight = weight.quantize(Decimal("0.01")) if abs(weight) < 1000 else Decimal(0)
    return replace(part, role=role, weight=weight, value=numbers["value"]), faults


def _read_number(text: str) -> Decimal | None:
    """Return a number as it is typed: full-width, with commas or a percent sign; None for none."""
    bare = unicodedata.normalize("NFKC", text).replace(",", "").replace("%", "").strip()
    if not bare:
        return None
    number = Decimal(bare)
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise InvalidOperation
    return number


def _plain(value: Decimal | None, unit: Unit | None) -> str:
    if value is None or unit is None:
        return ""
    text = f"{unit.from_base(value).quantize(Decimal('0.0001')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _weight(value: Decimal | None) -> str:
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _show_cascade(
    request: HttpRequest,
    plan: Plan | None,
    year: int,
    *,
    form: CascadeForm | None = None,
    picked: Sequence[int] = (),
    errors: Sequence[str] = (),
    typed: Mapping[str, str] | None = None,
) -> HttpResponse:
    sees = visible_departments(request.user)
    department = request.POST.get("department") or request.GET.get("department", "")
    seen = set(list_items(sees).filter(plan=plan).values_list("pk", flat=True)) if plan else set()
    shares = list_shares(plan) if plan else []
    shares = [one for one in shares if one.item_id in seen]
    handed = {one.item_id for one in shares}
    shown = [one for one in shares if not department or one.department_id == department]
    whole: dict[int, list[Share]] = {}
    for one in shares:
        whole.setdefault(one.item_id, []).append(one)
    items = plan.items.exclude(pk__in=handed).filter(pk__in=seen) if plan else Item.objects.none()
    items = items.select_related("target", "lead").order_by("number")
    count = items.count()
    asked = request.POST.get("act") == "spread" or request.GET.get("show") == "open"
    is_open = bool(count) and (asked or not shares)
    found = Paginator(items if is_open else shown, OPEN_A_PAGE if is_open else ROWS_A_TABLE)
    on_page = found.get_page(request.POST.get("page") or request.GET.get("page"))
    ledger = read_ledger(request)
    lines = [] if is_open else list_share_lines(list(on_page), ledger)
    kept = {"year": f"{year}", "department": department}
    page = CascadePage(
        title=_("%(year)s年计划：%(done)s 项已分解，%(open)s 项还没有分解")
        % {"year": year, "done": len(handed), "open": count},
        year=year,
        plan=plan,
        rows=[_table_row(line, typed) for line in lines],
        roles=[(key, _(word)) for key, word in ROLES.items()],
        open=[_open(one, picked) for one in on_page] if is_open else [],
        tabs=[
            Tab(f"{_('已分解')} {len(handed)}", f"?{urlencode(kept)}", not is_open),
            Tab(
                _("还没有分解 %(count)s") % {"count": count},
                f"?{urlencode({'year': year, 'show': 'open'})}",
                is_open,
            ),
        ],
        found=on_page,
        query=urlencode({"year": year, "show": "open"} if is_open else kept),
        form=form or CascadeForm(initial={"template": "roles", "lead_weight": LEAD_WEIGHT}),
        department=department,
        departments=[(one.pk, spoken(one.name, one.english)) for one in list_departments()],
        errors=list(errors),
        reason=typed.get("reason", "") if typed else "",
        may_change=request.user.may(Permission.KEEP_PLAN),
        uneven=_uneven(whole),
    )
    bad = bool(errors) or bool(form and form.errors)
    return show(request, page, status=422 if bad else 200)


def _open(item: Item, picked: Sequence[int]) -> Open:
    return Open(
        item.pk,
        item.number,
        item.text,
        _promised(whole_of(item)),
        spoken(item.lead.name, item.lead.english) if item.lead else "",
        item.pk in picked,
    )


def _uneven(whole: Mapping[int, Sequence[Share]]) -> list[tuple[str, str, str]]:
    """Return the items whose parts do not come to the whole: words, address, what is left."""
    found = []
    for mine in whole.values():
        item = mine[0].item
        sums = _sums([part_of(one) for one in mine], whole_of(item))
        if not sums.is_even:
            said = "，".join(
                words
                for words, is_left in (
                    (_("还剩 %(left)s") % {"left": sums.left}, sums.left not in ("", "0")),
                    (
                        _("占比还剩 %(left)s") % {"left": sums.weight_left},
                        sums.weight_left != "0%",
                    ),
                )
                if is_left
            )
            found.append(
                (f"{item.number} {item.text}", reverse("plan:shares", args=[item.pk]), said)
            )
    return found


def _table_row(line: ShareLine, typed: Mapping[str, str] | None) -> Row:
    share = line.share
    unit = whole_of(share.item).unit
    name = str(share.pk)
    row = _row_of(line, unit)
    told = typed or {}
    return replace(
        row,
        name=name,
        title=f"{share.item.number} {share.item.text}",
        role=told.get(f"role-{name}", row.role),
        weight=told.get(f"weight-{name}", row.weight),
        value=told.get(f"value-{name}", row.value),
    )


def _row_of(line: ShareLine, unit: Unit | None, name: str = "") -> Row:
    share, standing = line.share, line.standing
    who = share.person.name if share.person else ""
    return Row(
        name=name,
        holder=who or spoken(share.department.name, share.department.english),
        role=share.role,
        weight=_weight(share.weight),
        value=_plain(share.value, unit),
        unit=unit.id if unit else "",
        url=reverse("plan:share", args=[share.pk]),
        light=line.light,
        actual=_said(line.value, unit) if unit else "",
        gap=points(standing.gap) if standing else "",
        is_invented=share.is_invented,
    )


def _said(value: Decimal | None, unit: Unit | None) -> str:
    if value is None or unit is None:
        return _("未报")
    return "".join(quantity(value, unit.id))


def _promised(whole: Whole) -> str:
    return "" if whole.value is None else _said(whole.value, whole.unit)


def _sums(parts: Sequence[Part], whole: Whole) -> SumsView:
    sums = sums_of(parts, whole.value, whole.adds)
    is_rate = whole.unit is not None and not whole.adds
    return SumsView(
        weight=f"{_weight(sums.weight)}%",
        weight_left=f"{_weight(sums.weight_left) or '0'}%",
        value=_said(sums.value, whole.unit) if sums.value is not None else "",
        left=_said(sums.left, whole.unit) if sums.left else "",
        is_even=sums.weight_left == 0 and not sums.left,
        why_not=_(
            "增速、比重、排名这类数不能相加：各单位各自承担自己的指标值，只有占比合计为 100%。"
        )
        if is_rate
        else "",
    )


@needs(Permission.SEE_PLAN)
def shares(request: HttpRequest, item_id: int) -> HttpResponse:
    """Show and set what an item hands down."""
    item = _load(request, item_id)
    if request.method == "POST":
        return _save(request, item, None)
    return _show_shares(request, item, None)


@needs(Permission.SEE_PLAN)
def share(request: HttpRequest, share_id: int) -> HttpResponse:
    """Show one share, and what its holder hands further."""
    item, found = _load_share(request, share_id)
    if request.method == "POST":
        return _save(request, item, found)
    return _show_shares(request, item, found)


@needs(Permission.SEE_PLAN)
def share_reading(request: HttpRequest, share_id: int) -> HttpResponse:
    """File the number of a share that no fact computes."""
    item, found = _load_share(request, share_id)
    form = ShareReadingForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["proof"]
        try:
            file_share(
                share_id=found.pk,
                month=form.cleaned_data["month"],
                value=form.cleaned_data["value"],
                by=request.user,
                on=request.today,
                evidence=[keep_file(data=file.read(), name=file.name)],
            )
        except ValueError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已报送。"))
            return redirect("plan:share", found.pk)
    if request.method != "POST":
        return redirect("plan:share", found.pk)
    return _show_shares(request, item, found, reading_form=form)


def _load(request: HttpRequest, item_id: int) -> Item:
    seen = list_items(visible_departments(request.user))
    item = seen.select_related("plan", "lead", "target").filter(pk=item_id).first()
    if item is None:
        raise Http404
    return item


def _load_share(request: HttpRequest, share_id: int) -> tuple[Item, Share]:
    known = Share.objects.select_related("item__target", "department", "person")
    found = known.filter(pk=share_id).first()
    if found is None:
        raise Http404
    return _load(request, found.item_id), found


def _save(request: HttpRequest, item: Item, above: Share | None) -> HttpResponse:
    if not may_hand_down(request.user, above):
        return redirect(_own(item, above))
    names = dict(_holders(above))
    whole = whole_of(item, above)
    parts: list[Part] = []
    faults: list[Fault] = []
    known = {_key(part_of(one)): one for one in list_shares(item.plan, item=item, under=above)}
    for number in range(200):
        holder = request.POST.get(f"holder-{number}")
        if holder is None:
            break
        if not holder:
            continue
        kind, _sign, key = holder.partition(":")
        is_person = kind == "person" and key.isdecimal()
        place = _department_of(int(key)) if is_person else key
        kept = known.get(holder)
        blank = Part(
            place,
            int(key) if is_person else None,
            names.get(holder, key),
            "support",
            None,
            kept.value if kept else None,
        )
        part, wrong = _typed(request.POST, str(number), len(parts), blank, whole.unit)
        parts.append(part)
        faults += wrong
    version = request.POST.get("version", "")
    try:
        if faults:
            raise SharesRefused(*faults)
        hand_down(
            item_id=item.pk,
            under=above.pk if above else None,
            parts=parts,
            by=request.user,
            on=request.today,
            version=int(version) if version.isdecimal() else None,
            reason=request.POST.get("reason", ""),
        )
    except SharesRefused as refusal:
        return _show_shares(request, item, above, parts=parts, refusal=refusal)
    messages.success(request, _("分解已保存。"))
    return redirect(_own(item, above))


def _department_of(person: int) -> str:
    found = list_people().filter(pk=person).first()
    return found.department_id or "" if found else ""


def _own(item: Item, above: Share | None) -> str:
    return (
        reverse("plan:share", args=[above.pk]) if above else reverse("plan:shares", args=[item.pk])
    )


def _key(part: Part) -> str:
    return f"person:{part.person}" if part.person else f"unit:{part.department}"


def _holders(above: Share | None) -> list[tuple[str, str]]:
    """Return who can take a part: every unit, or below a share its units and people."""
    places = list(list_departments())
    if above is None:
        return [(f"unit:{one.pk}", spoken(one.name, one.english)) for one in places]
    below = [one for one in places if one.parent_id == above.department_id]
    people = list_people().filter(department=above.department_id)
    return [
        *((f"unit:{one.pk}", spoken(one.name, one.english)) for one in below),
        *(
            (f"person:{one.pk}", f"{one.name}（{one.post}）" if one.post else one.name)
            for one in people
        ),
    ]


def _show_shares(
    request: HttpRequest,
    item: Item,
    above: Share | None,
    *,
    parts: Sequence[Part] | None = None,
    refusal: SharesRefused | None = None,
    reading_form: ShareReadingForm | None = None,
) -> HttpResponse:
    ledger = read_ledger(request)
    whole = whole_of(item, above)
    known = list_shares(item.plan, item=item, under=above)
    may = may_hand_down(request.user, above)
    errors = [
        (f"{_('第 %(row)s 行') % {'row': one.place + 1}}：" if one.place >= 0 else "") + one.what
        for one in (refusal.faults if refusal else ())
    ]
    template = request.GET.get("template", "")
    if parts is None and template in TEMPLATES and above is None:
        try:
            parts = propose(item, template=template, lead_weight=LEAD_WEIGHT, ledger=ledger)
        except NoBasis as why:
            errors.append(str(why))
    lines = {_key(part_of(one.share)): one for one in list_share_lines(known, ledger)}
    shown = [part_of(one) for one in known] if parts is None else list(parts)
    rows = [_edit_row(place, one, lines, whole.unit, refusal) for place, one in enumerate(shown)]
    if may:
        rows += [Row(str(len(shown) + n), "", "support", "", "") for n in range(BLANK_ROWS)]
    mine = list_share_lines([above], ledger)[0] if above else None
    files = above is not None and item.kind == "target" and mine is not None
    may_file = (
        files
        and (
            request.user.department_id == above.department_id
            or request.user.may(Permission.KEEP_PLAN)
        )
        if above
        else False
    )
    is_filed = mine is not None and mine.source == "reading"
    if reading_form is None and may_file and is_filed:
        reading_form = ShareReadingForm(initial={"month": max(request.today.month - 1, 1)})
    who = _row_of(mine, whole.unit).holder if mine else ""
    page = SharesPage(
        title=f"{who}：{item.text}" if above else _("分解：%(text)s") % {"text": item.text},
        item=item,
        rows=rows,
        holders=_holders(above),
        roles=[(key, _(word)) for key, word in ROLES.items()],
        whole=_promised(whole),
        unit=whole.unit.id if whole.unit else "",
        sums=_sums(shown, whole),
        ways=[]
        if above or not may
        else [Way(_(word), f"?template={key}") for key, word in TEMPLATES.items() if key != "hand"],
        changes=list_changes(item),
        errors=errors,
        reason=request.POST.get("reason", ""),
        asks_reason=bool(known) and item.plan.adopted_on is not None,
        may_change=may,
        action=_own(item, above),
        above=_row_of(mine, whole.unit) if mine else None,
        pace=_pace(mine),
        unit_wall=_unit_wall(request, above) if above else None,
        is_person=bool(above and above.person_id),
        reading_form=reading_form,
        reading_url=reverse("plan:share_reading", args=[above.pk]) if above else "",
        source=_source(mine) if mine else "",
    )
    bad = bool(refusal) or bool(reading_form is not None and reading_form.errors)
    return show(request, page, status=422 if bad else 200)


def _unit_wall(request: HttpRequest, share: Share) -> tuple[str, str] | None:
    """Return the wall of the unit that holds a share, for who sees that unit."""
    sees = visible_departments(request.user)
    if sees is not None and share.department_id not in sees:
        return None
    name = spoken(share.department.name, share.department.english)
    return name, reverse("plan:department", args=[share.department_id])


def _edit_row(
    place: int,
    part: Part,
    lines: Mapping[str, ShareLine],
    unit: Unit | None,
    refusal: SharesRefused | None,
) -> Row:
    line = lines.get(_key(part))
    row = _row_of(line, unit) if line else Row("", "", "", "", "")
    return replace(
        row,
        name=str(place),
        holder=_key(part),
        role=part.role,
        weight=_weight(part.weight),
        value=_plain(part.value, unit),
        errors=[one.what for one in (refusal.faults if refusal else ()) if one.place == place],
    )


def _pace(line: ShareLine | None) -> str:
    if line is None or line.standing is None or line.standing.pace is None:
        return ""
    return f"{paced_by(line.standing)} {percent(line.standing.pace)}".strip()


def _source(line: ShareLine) -> str:
    words = {
        "department": _("按账本里责任部门算出"),
        "reading": _("由承担单位报数"),
        "": "",
    }
    return words[line.source]


@needs(Permission.SEE_PLAN)
def department(request: HttpRequest, department: str) -> HttpResponse:
    """Show a unit's own wall: its parts with their own pace and light."""
    sees = visible_departments(request.user)
    found = Department.objects.filter(pk=department).first()
    if found is None or (sees is not None and found.pk not in sees):
        raise Http404
    year = _year(request)
    plan = find_plan(year)
    mine = list_shares(plan, department=found.pk) if plan else []
    lines = list_share_lines(mine, read_ledger(request))
    name = spoken(found.name, found.english)
    late = sum(line.light.tone in ("late", "behind", "blackflag") for line in lines)
    words = {"name": name, "year": year, "count": len(lines), "late": late}
    page = DepartmentPage(
        title=_("%(name)s %(year)s年承担 %(count)s 项，%(late)s 项滞后") % words,
        id=found.pk,
        name=name,
        year=year,
        tiles=[_tile(line) for line in lines if line.standing or line.source],
        tasks=[_tile(line) for line in lines if not (line.standing or line.source)],
    )
    return show(request, page)


def _tile(line: ShareLine) -> ShareTile:
    share, standing = line.share, line.standing
    target = share.item.target if share.item.kind == Item.Kind.TARGET else None
    unit = get_unit(target.unit) if target else None
    weight = f" {_weight(share.weight)}%" if share.weight is not None else ""
    words = [f"{_(ROLES[share.role])}{weight}"]
    if standing and standing.pace is not None:
        words.append(_pace(line))
    if standing and standing.gap is not None:
        words.append(f"{_('脱幅')} {points(standing.gap)}")
    return ShareTile(
        name=target.name if target else share.item.text,
        url=reverse("plan:share", args=[share.pk]),
        light=line.light,
        value=_said(line.value, unit) if unit else "",
        promised=_said(share.value, unit) if unit and share.value is not None else "",
        words=" · ".join(words),
        source=_source(line),
        bullet=_bullet(line, unit),
        is_invented=share.is_invented,
    )


def _bullet(line: ShareLine, unit: Unit | None) -> Bullet | None:
    goal, actual = line.share.value, line.value
    if goal is None or unit is None or line.standing is None:
        return None
    most = max(goal, actual or Decimal(0)) * Decimal("1.1")
    if most <= 0:
        return None
    expected = line.standing.expected
    done, pace = (None if one is None else float(one / most) for one in (actual, expected))
    return Bullet(
        done=done,
        pace=pace,
        target=float(goal / most),
        text=f"{line.share.item.target.name}：{_said(actual, unit)} / {_said(goal, unit)}",
        tone=line.light.tone,
    )


def _year(request: HttpRequest) -> int:
    wanted = request.POST.get("year", request.GET.get("year", ""))
    return int(wanted) if wanted.isdecimal() and len(wanted) == 4 else working_year(request.today)
