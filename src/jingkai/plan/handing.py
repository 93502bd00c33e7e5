"""Hand an item down: to departments, and below them to units and people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.urls import reverse

from jingkai.audit.services import note_change
from jingkai.kernel.facttypes import Value
from jingkai.kernel.periods import Period
from jingkai.kernel.refusals import what_there_is
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Words, in_a_row, named, words_of
from jingkai.ledger.queries import Ledger, find_return
from jingkai.ledger.services import Correction, KeptFile, NewFact, record
from jingkai.org.queries import Department, Person, list_departments
from jingkai.org.rules import Permission
from jingkai.org.services import check_year_open, tell
from jingkai.plan import facts
from jingkai.plan.cascading import ROLES, WHOLE, Fault, Part, check_parts, complete, cut
from jingkai.plan.models import Item, Share, ShareChange
from jingkai.plan.queries import words_of_share, words_of_shares
from jingkai.plan.sharing import (
    NoBasis,
    handed_below,
    list_shares,
    may_hand_down,
    part_of,
    propose,
    reading_column,
    whole_of,
)

__all__ = [
    "SharesRefused",
    "Spread",
    "TableRefused",
    "file_share",
    "hand_down",
    "hand_down_table",
    "share_out",
    "spread",
]


class SharesRefused(ValueError):
    """What cannot be handed down like this; `faults` says at which row and column."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(in_a_row([one.what for one in faults]))


class TableRefused(ValueError):
    """A table of parts of which nothing is kept; `faults` says of each item what is wrong."""

    def __init__(self, faults: Mapping[int, Sequence[Fault]]) -> None:
        self.faults = faults
        super().__init__(in_a_row([one.what for its in faults.values() for one in its]))


def _refuse(what: Words) -> SharesRefused:
    return SharesRefused(Fault(-1, "", what))


@transaction.atomic
def hand_down_table(
    *,
    parts: Mapping[int, Sequence[Part]],
    unread: Mapping[int, Sequence[Fault]],
    by: Person,
    on: date,
    reason: str = "",
) -> None:
    """Set the parts of many items, by item: all of them, or none and what is wrong with each.

    `unread` is what could not be read of an item's parts; they are not looked at further.
    """
    faults = {item: its for item, its in unread.items() if its}
    for item in parts:
        if item in faults:
            continue
        try:
            hand_down(item_id=item, parts=parts[item], by=by, on=on, reason=reason)
        except SharesRefused as refusal:
            faults[item] = refusal.faults
    if faults:
        raise TableRefused({item: faults[item] for item in parts if item in faults})


@transaction.atomic
def hand_down(
    *,
    item_id: int,
    parts: Sequence[Part],
    by: Person,
    on: date,
    under: int | None = None,
    version: int | None = None,
    reason: str = "",
    is_invented: bool = False,
) -> list[Share]:
    """Set who takes which part of an item, or of a share of it; whoever keeps a part keeps its row.

    What was handed down in an adopted plan changes only with a reason. A part that was made up for
    a demonstration says so until somebody sets it anew.
    """
    locked = Item.objects.select_for_update(of=("self",))
    item = locked.select_related("plan", "target").get(pk=item_id)
    check_year_open(item.plan.year)
    if version is not None and item.version != version:
        raise _refuse(Words("这一项刚被别人改动过。您填写的内容还在，请核对后再保存。"))
    above = Share.objects.select_related("department", "person").get(pk=under) if under else None
    if not may_hand_down(by, above):
        raise _refuse(Words("分解由考核督查部门下达；本单位的一份由本单位负责人往下分。"))
    known = {
        (one.department_id, one.person_id): one
        for one in list_shares(item.plan, item=item, under=above)
    }
    whole = whole_of(item, above)
    parts = complete(parts, whole.value, whole.step, whole.adds)
    faults = [*_of_holders(parts, above)]
    faults += check_parts(
        parts,
        whole=whole.value,
        adds=whole.adds,
        unit=whole.unit,
        above=part_of(above) if above else None,
        below=handed_below(known.values()),
    )
    if faults:
        raise SharesRefused(*faults)
    before = words_of_shares(item, known.values())
    if {key: part_of(one) for key, one in known.items()} == {one.key: one for one in parts}:
        return list(known.values())
    if known and item.plan.adopted_on and not reason.strip():
        raise _refuse(Words("计划已经通过，调整分解请写明原因。"))
    _write(item, above, parts, known, is_invented=is_invented)
    made = list_shares(item.plan, item=item, under=above)
    after = words_of_shares(item, made)
    ShareChange.objects.create(
        item=item,
        changed_on=on,
        changed_by=by.name,
        reason=reason.strip()[:300],
        before=before[:2000],
        after=after[:2000],
    )
    item.version += 1
    item.save(update_fields=["version"])
    note_change(
        act="item.handed_down",
        object=f"item:{item.pk}",
        before={"shares": before},
        after={"shares": after},
    )
    if item.plan.adopted_on:
        _tell(item, [one for one in made if _is_new(one, known)], on)
    return made


def _is_new(share: Share, known: Mapping[tuple[str, int | None], Share]) -> bool:
    was = known.get((share.department_id, share.person_id))
    return was is None or part_of(was) != part_of(share)


def _write(
    item: Item,
    above: Share | None,
    parts: Sequence[Part],
    known: Mapping[tuple[str, int | None], Share],
    *,
    is_invented: bool,
) -> None:
    kept = {one.key for one in parts}
    Share.objects.filter(pk__in=[one.pk for key, one in known.items() if key not in kept]).delete()
    # One leads at a time: the old one steps back before the new one is written.
    Share.objects.filter(item=item, under=above).update(role="support")
    for order, one in enumerate(parts):
        was = known.get(one.key)
        is_kept = was is not None and part_of(was) == one
        Share.objects.update_or_create(
            item=item,
            under=above,
            department_id=one.department,
            person_id=one.person,
            defaults={
                "role": one.role,
                "weight": one.weight,
                "value": one.value,
                "order": order,
                "is_invented": was.is_invented if was and is_kept else is_invented,
            },
        )


def _of_holders(parts: Sequence[Part], above: Share | None) -> Iterable[Fault]:
    """Yield what is wrong with who should take a part: unknown, or not of the unit above."""
    places = {one.pk: one for one in list_departments()}
    people = {one.pk: one for one in Person.objects.filter(pk__in=[one.person for one in parts])}
    for place, one in enumerate(parts):
        if one.role not in ROLES:
            yield Fault(place, "role", Words("请选牵头或配合。"))
        found = places.get(one.department)
        if found is None:
            names = [named(each) for each in places.values()]
            hint = what_there_is(one.holder, names, Words("可选的单位"))
            yield Fault(
                place,
                "holder",
                Words("没有“%(holder)s”这个单位；%(hint)s", holder=one.holder, hint=hint),
            )
        elif above is not None and not _is_within(found, above.department_id, places):
            what = Words(
                "“%(holder)s”不属于%(department)s；请选它的下属单位或人员。",
                holder=one.holder,
                department=named(above.department),
            )
            yield Fault(place, "holder", what)
        elif above is None and one.person is not None:
            yield Fault(place, "holder", Words("先分解到单位，再由单位分到人。"))
        elif one.person is not None:
            person = people.get(one.person)
            if person is None or not person.is_active or person.department_id != found.pk:
                what = Words(
                    "%(department)s没有“%(holder)s”这个在用的人员；请选本单位的人。",
                    department=named(found),
                    holder=one.holder,
                )
                yield Fault(place, "holder", what)


def _is_within(one: Department, top: str, places: Mapping[str, Department]) -> bool:
    seen: set[str] = set()
    at: Department | None = one
    while at is not None and at.pk not in seen:
        if at.pk == top:
            return True
        seen.add(at.pk)
        at = places.get(at.parent_id) if at.parent_id else None
    return False


def _tell(item: Item, shares: Sequence[Share], on: date) -> None:
    for one in shares:
        told = {"item": item.text[:100], "took": words_of_share(item, one)}
        text = Words("贵单位承担“%(item)s”：%(took)s。", **told)
        if one.person:
            text = Words("%(name)s承担“%(item)s”：%(took)s。", **told, name=one.person.name)
        tell(
            departments=[one.department_id],
            text=text,
            url=reverse("plan:share", args=[one.pk]),
            on=on,
        )


@dataclass(frozen=True)
class Spread:
    """What handing down in bulk came to: how many items, and those left with the reason."""

    done: int
    left: Sequence[tuple[Item, Words]]


@transaction.atomic
def spread(
    *,
    items: Sequence[int],
    template: str,
    lead_weight: Decimal,
    by: Person,
    on: date,
    is_invented: bool = False,
) -> Spread:
    """Hand many items down at once, each to who leads and supports it, by one template.

    What was handed down before is left as it is.
    """
    if not 0 < lead_weight <= 100:
        raise _refuse(Words("牵头占比写大于 0、不超过 100 的数。"))
    found = Item.objects.filter(pk__in=list(items)).select_related("lead", "target", "plan")
    handed = set(Share.objects.filter(item__in=list(items)).values_list("item", flat=True))
    ledger = Ledger(on)
    done = 0
    left: list[tuple[Item, Words]] = []
    for item in found.prefetch_related("support").order_by("number"):
        if item.pk in handed:
            left.append((item, Words("已经分解过，没有改动。")))
            continue
        try:
            parts = propose(item, template=template, lead_weight=lead_weight, ledger=ledger)
        except NoBasis as why:
            left.append((item, words_of(why)))
            continue
        hand_down(item_id=item.pk, parts=parts, by=by, on=on, is_invented=is_invented)
        done += 1
    return Spread(done, left)


@transaction.atomic
def share_out(
    *, share_id: int, people: Sequence[Person], by: Person, on: date, is_invented: bool = False
) -> list[Share]:
    """Cut a share of a number that adds up over people of its unit, in equal parts."""
    above = Share.objects.select_related("item__plan", "item__target").get(pk=share_id)
    whole = whole_of(above.item, above)
    if whole.value is None or not whole.adds:
        raise _refuse(Words("这一份不能按人平分：没有数，或者各人的数不能相加。"))
    ones = [Decimal(1)] * len(people)
    values = cut(whole.value, ones, whole.step)
    if not all(values):
        raise _refuse(Words("这一份太小，不够每人一份；请少选几个人，或手工分。"))
    weights = cut(WHOLE, ones, Decimal("0.01"))
    parts = [
        Part(above.department_id, one.pk, one.name, "support" if place else "lead", weight, value)
        for place, (one, weight, value) in enumerate(zip(people, weights, values, strict=True))
    ]
    return hand_down(
        item_id=above.item_id, under=above.pk, parts=parts, by=by, on=on, is_invented=is_invented
    )


@transaction.atomic
def file_share(
    *, share_id: int, month: int, value: Decimal, by: Person, on: date, evidence: Sequence[KeptFile]
) -> None:
    """File what the holder of a share reached from January to the end of a month."""
    share = Share.objects.select_related("item__plan", "item__target", "department").get(
        pk=share_id
    )
    check_year_open(share.item.plan.year)
    if by.department_id != share.department_id and not by.may(Permission.KEEP_PLAN):
        raise _refuse(
            Words(
                "这一份由%(department)s报数。",
                department=named(share.department),
            )
        )
    if share.item.kind != Item.Kind.TARGET:
        raise _refuse(Words("任务没有数可报。"))
    period = Period.months(share.item.plan.year, 1, month)
    if period.last > on:
        raise _refuse(Words("%(period)s还没有结束。", period=period))
    if not evidence:
        raise _refuse(Words("请附上数据来源。"))
    unit = get_unit(share.item.target.unit)
    subject = f"share:{share.pk}"
    values: dict[str, Value] = {reading_column(unit): unit.to_base(value)}
    filed = find_return(type_id=facts.share_reading.id, subject=subject, period=period)
    record(
        NewFact(facts.share_reading, subject=subject, period=period, values=values)
        if filed is None
        else Correction(filed, values),
        by=by.name,
        reason=f"报送分解数 {share.department.name} {period.name}",
        known_on=on,
        evidence=evidence,
    )
