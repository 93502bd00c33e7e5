"""Pages of one item's parts, and of one share: who takes what, and what is reported of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.units import Unit
from jingkai.ledger.services import keep_file
from jingkai.org.queries import list_departments, list_people, visible_departments
from jingkai.org.rules import Permission
from jingkai.plan.cascading import ROLES, TEMPLATES, Fault, Part
from jingkai.plan.forms import ShareReadingForm
from jingkai.plan.models import Item, Share, ShareChange
from jingkai.plan.queries import list_items
from jingkai.plan.services import SharesRefused, file_share, hand_down
from jingkai.plan.sharecells import (
    LEAD_WEIGHT,
    Row,
    SumsView,
    pace_of,
    plain,
    promised_of,
    read_part,
    row_of,
    say_sums,
    source_of,
    weight_of,
)
from jingkai.plan.sharing import (
    NoBasis,
    ShareLine,
    list_changes,
    list_share_lines,
    list_shares,
    may_hand_down,
    part_of,
    propose,
    whole_of,
)
from jingkai.web.access import needs
from jingkai.web.language import speak, spoken, spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.numbers import read_ledger
from jingkai.web.shell import Lock, show

BLANK_ROWS = 3


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
    lock: Lock | None
    action: str
    above: Row | None = None
    pace: str = ""
    unit_wall: tuple[str, str] | None = None
    is_person: bool = False
    reading_form: ShareReadingForm | None = None
    reading_url: str = ""
    source: str = ""
    template: str = "plan/shares.html"


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
    if request.method != "POST":
        return redirect("plan:share", found.pk)
    if not _may_file(request, found):
        raise PermissionDenied(Permission.KEEP_PLAN)
    refuse_closed(request, item.plan.year)
    form = ShareReadingForm(request.POST or None, request.FILES or None)
    if form.is_valid():
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
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已报送。"))
            return redirect("plan:share", found.pk)
    return _show_shares(request, item, found, reading_form=form)


def _may_file(request: HttpRequest, share: Share) -> bool:
    """Tell whether somebody reports the number of a share: its unit, or who keeps the plan."""
    is_ours = request.user.department_id == share.department_id
    return is_ours or request.user.may(Permission.KEEP_PLAN)


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
        raise PermissionDenied(Permission.KEEP_PLAN)
    refuse_closed(request, item.plan.year)
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
        part, wrong = read_part(request.POST, str(number), len(parts), blank, whole.unit)
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
    lock = lock_of_year(request, item.plan.year)
    may = lock is None and may_hand_down(request.user, above)
    faults = refusal.faults if refusal else ()
    errors = [
        (f"{_('第 %(row)s 行') % {'row': one.place + 1}}：" if one.place >= 0 else "")
        + speak(one.what)
        for one in faults
    ]
    template = request.GET.get("template", "")
    if parts is None and template in TEMPLATES and above is None:
        try:
            parts = propose(item, template=template, lead_weight=LEAD_WEIGHT, ledger=ledger)
        except NoBasis as why:
            errors.append(spoken_refusal(why))
    lines = {_key(part_of(one.share)): one for one in list_share_lines(known, ledger)}
    shown = [part_of(one) for one in known] if parts is None else list(parts)
    rows = [_edit_row(place, one, lines, whole.unit, refusal) for place, one in enumerate(shown)]
    if may:
        rows += [Row(str(len(shown) + n), "", "support", "", "") for n in range(BLANK_ROWS)]
    mine = list_share_lines([above], ledger)[0] if above else None
    may_file = (
        above is not None
        and item.kind == Item.Kind.TARGET
        and lock is None
        and _may_file(request, above)
    )
    is_filed = mine is not None and mine.source == "reading"
    if reading_form is None and may_file and is_filed:
        reading_form = ShareReadingForm(initial={"month": max(request.today.month - 1, 1)})
    who = row_of(mine, whole.unit).holder if mine else ""
    page = SharesPage(
        title=f"{who}：{item.text}" if above else _("分解：%(text)s") % {"text": item.text},
        item=item,
        rows=rows,
        holders=_holders(above),
        roles=[(key, _(word)) for key, word in ROLES.items()],
        whole=promised_of(whole),
        unit=whole.unit.id if whole.unit else "",
        sums=say_sums(shown, whole),
        ways=[]
        if above or not may
        else [Way(_(word), f"?template={key}") for key, word in TEMPLATES.items() if key != "hand"],
        changes=list_changes(item),
        errors=errors,
        reason=request.POST.get("reason", ""),
        asks_reason=bool(known) and item.plan.adopted_on is not None,
        may_change=may,
        lock=lock,
        action=_own(item, above),
        above=row_of(mine, whole.unit) if mine else None,
        pace=pace_of(mine),
        unit_wall=_unit_wall(request, above) if above else None,
        is_person=bool(above and above.person_id),
        reading_form=reading_form,
        reading_url=reverse("plan:share_reading", args=[above.pk]) if above else "",
        source=source_of(mine) if mine else "",
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
    faults = refusal.faults if refusal else ()
    line = lines.get(_key(part))
    row = row_of(line, unit) if line else Row("", "", "", "", "")
    return replace(
        row,
        name=str(place),
        holder=_key(part),
        role=part.role,
        weight=weight_of(part.weight),
        value=plain(part.value, unit),
        errors=[speak(one.what) for one in faults if one.place == place],
    )
