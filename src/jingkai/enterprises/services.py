"""Write the register: take firms in, follow them through time, file what they return.

Every function takes many at once: an import is one entry of the ledger, a single form one of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction

from jingkai.audit.services import note, note_change
from jingkai.enterprises import facts
from jingkai.enterprises.models import Enterprise, FormerName, ToldApart
from jingkai.enterprises.queries import read_holdings
from jingkai.enterprises.rules import (
    ATTRIBUTES,
    ENDINGS,
    KINDS,
    OWNERSHIPS,
    RESERVED,
    SIZES,
    TRADES,
    find_objection,
)
from jingkai.kernel.dimensions import DIMENSIONS
from jingkai.kernel.facttypes import FactType, Value
from jingkai.kernel.periods import Period
from jingkai.kernel.words import Named, Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.facts import belongs
from jingkai.ledger.queries import Fact, find_last_words, find_returns, find_withdrawn
from jingkai.ledger.services import Correction, KeptFile, NewFact, Withdrawal, record
from jingkai.org.queries import list_departments

__all__ = [
    "AttributeChange",
    "Ending",
    "Grant",
    "MonthlyReturn",
    "Newcomer",
    "NotRegistrable",
    "Occasion",
    "Renaming",
    "Revocation",
    "RollStep",
    "UnknownEnterprise",
    "assign",
    "change_roll",
    "close",
    "file_returns",
    "merge",
    "recognise",
    "register",
    "rename",
    "reopen",
    "restate_grants",
    "revoke",
    "set_attributes",
    "take_back",
    "tell_apart",
    "withdraw_grants",
]


class NotRegistrable(ValueError):
    """A change of the register that cannot be made like this."""


class UnknownEnterprise(NotRegistrable):
    """A code that no firm of the register has."""


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Who records, why, known when, on what evidence; whether somebody looked at the units."""

    by: str
    reason: str
    known_on: date
    evidence: Sequence[KeptFile] = ()
    is_backfilled: bool = False
    units_confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A firm to take in; `attributes` hold from its registration."""

    code: str
    name: str
    kind: str
    registered_on: date
    capital: Decimal | None = None
    industry: str = "unknown"
    attributes: Mapping[str, str] = field(default_factory=dict)
    confirmed_by: str = ""
    department: str = ""


@dataclass(frozen=True)
class Renaming:
    """Another name from a day on."""

    code: str
    name: str
    on: date


@dataclass(frozen=True)
class AttributeChange:
    """Another value of an attribute from a day on."""

    code: str
    attribute: str
    value: str
    on: date


@dataclass(frozen=True)
class RollStep:
    """A firm enters or leaves the statistical roll in a profession."""

    code: str
    step: str
    trade: str
    on: date


@dataclass(frozen=True)
class Grant:
    """A title recognised by a document."""

    code: str
    title: str
    on: date
    is_first: bool = True
    document: str = ""
    about: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Revocation:
    """A title, platform or brand taken away by a document."""

    code: str
    title: str
    on: date
    document: str = ""
    about: str = ""


@dataclass(frozen=True)
class Ending:
    """The end of a firm; `into` is the code of the one it was merged into."""

    code: str
    ending: str
    on: date
    into: str = ""


@dataclass(frozen=True)
class MonthlyReturn:
    """What a firm returns for a month, or for months filed together."""

    code: str
    period: Period
    values: Mapping[str, Value]


@transaction.atomic
def register(newcomers: Sequence[Newcomer], *, occasion: Occasion) -> list[Enterprise]:
    """Take firms into the register; a code whose check fails needs somebody to vouch for it."""
    seen: set[str] = set()
    for one in newcomers:
        if objection := find_objection(one.code, confirmed_by=one.confirmed_by):
            raise NotRegistrable(Words("“%(name)s”：%(what)s", name=one.name, what=objection))
        if one.code in seen:
            raise NotRegistrable(Words("代码 %(code)s 在这批里出现两次；请留一行。", code=one.code))
        _known(one.kind, KINDS, Words("主体类型"))
        for attribute in one.attributes:
            _known(attribute, ATTRIBUTES, Words("属性"))
        seen.add(one.code)
    taken = next(iter(Enterprise.objects.in_bulk(list(seen), field_name="code").values()), None)
    if taken is not None:
        raise NotRegistrable(
            Words(
                "代码 %(code)s 已用于“%(name)s”；请打开它修改。", code=taken.code, name=taken.name
            )
        )
    made = Enterprise.objects.bulk_create(
        [
            Enterprise(
                code=one.code,
                name=one.name,
                kind=one.kind,
                registered_on=one.registered_on,
                industry=one.industry,
                code_confirmed_by=one.confirmed_by,
                department_id=one.department or None,
                **one.attributes,
            )
            for one in newcomers
        ],
        batch_size=500,
    )
    _record(_registrations(newcomers), occasion)
    return made


def _registrations(newcomers: Iterable[Newcomer]) -> Iterable[NewFact]:
    for one in newcomers:
        values: dict[str, Value] = {
            "kind": one.kind,
            "industry": one.industry,
            "capital": one.capital,
        }
        yield _event(facts.registered, one.code, one.registered_on, "", values)
        yield from _belonging(
            AttributeChange(one.code, "industry", one.industry, one.registered_on)
        )
        for attribute, value in one.attributes.items():
            yield from _attribute_facts(
                AttributeChange(one.code, attribute, value, one.registered_on)
            )


@transaction.atomic
def rename(renamings: Sequence[Renaming], *, occasion: Occasion) -> None:
    """Give firms another name; the old one stays findable."""
    firms = _lock(one.code for one in renamings)
    before = {code: firm.name for code, firm in firms.items()}
    old, lines = [], []
    for one in renamings:
        firm = _standing(firms[one.code], one.on)
        if firm.name == one.name:
            raise NotRegistrable(Words("“%(firm)s”的名称没有变化。", firm=firm.name))
        last = firm.former_names.last()
        since = last.until if last else firm.registered_on
        old.append(FormerName(enterprise=firm, name=firm.name, since=since, until=one.on))
        values: dict[str, Value] = {"old": firm.name, "new": one.name}
        lines.append(_event(facts.renamed, one.code, one.on, "", values))
        firm.name = one.name
    FormerName.objects.bulk_create(old)
    _save(firms.values(), "name")
    after = {code: firm.name for code, firm in firms.items()}
    _note("enterprise.renamed", firms, before, after)
    _record(lines, occasion)


@transaction.atomic
def set_attributes(changes: Sequence[AttributeChange], *, occasion: Occasion) -> None:
    """Set attributes that hold from a day on; what held before keeps its days."""
    firms = _lock(one.code for one in changes)
    before = {f"{one.code}.{one.attribute}": _held(firms[one.code], one) for one in changes}
    for one in changes:
        firm = _standing(firms[one.code], one.on)
        _known(one.attribute, ATTRIBUTES, Words("属性"))
        setattr(firm, one.attribute, one.value)
    _save(firms.values(), *ATTRIBUTES)
    after = {f"{one.code}.{one.attribute}": one.value for one in changes}
    _note("enterprise.attributes", firms, before, after)
    _record([line for one in changes for line in _attribute_facts(one)], occasion)


@transaction.atomic
def assign(departments: Mapping[str, str], *, occasion: Occasion) -> None:
    """Let departments keep firms, by code; "" for one that no department keeps.

    It says who sees a firm and is no fact about the firm: the audit has what was before.
    """
    firms = _lock(departments)
    before = {code: firm.department_id or "" for code, firm in firms.items()}
    known = set(list_departments().values_list("pk", flat=True))
    for code, department in departments.items():
        if department and department not in known:
            raise NotRegistrable(
                Words("没有代码为“%(department)s”的部门；请从部门里选。", department=department)
            )
        firms[code].department_id = department or None
    _save(firms.values(), "department")
    detail = {"before": before, "after": dict(departments), "by": occasion.by}
    note(act="enterprises.assigned", object=_of_many(firms.values()), detail=detail)


@transaction.atomic
def change_roll(steps: Sequence[RollStep], *, occasion: Occasion) -> None:
    """Enter firms on the statistical roll or remove them from it."""
    firms = _lock(one.code for one in steps)
    before = {code: firm.trade for code, firm in firms.items()}
    lines = []
    for one in steps:
        firm = firms[one.code]
        _known(one.trade, TRADES, Words("统计专业"))
        if one.step == "enter" and firm.trade:
            raise NotRegistrable(
                Words(
                    "“%(firm)s”已在库（%(trade)s）；请先退库。",
                    firm=firm.name,
                    trade=Words(TRADES[firm.trade]),
                )
            )
        if one.step == "leave" and firm.trade != one.trade:
            raise NotRegistrable(
                Words(
                    "“%(firm)s”不在%(trade)s库里，不能退库。",
                    firm=firm.name,
                    trade=Words(TRADES[one.trade]),
                )
            )
        firm.trade = one.trade if one.step == "enter" else ""
        values: dict[str, Value] = {
            "step": one.step,
            "trade": one.trade,
            "change": 1 if one.step == "enter" else -1,
        }
        lines.append(_event(facts.roll_changed, one.code, one.on, one.step, values))
    _save(firms.values(), "trade")
    after = {code: firm.trade for code, firm in firms.items()}
    _note("enterprise.roll", firms, before, after)
    _record(lines, occasion)


@transaction.atomic
def recognise(grants: Sequence[Grant], *, occasion: Occasion) -> None:
    """Record titles, platforms, brands and standards that authorities gave."""
    firms = _lock(one.code for one in grants)
    titles = current_zone().ladder.titles
    words = {key: one.name for key, one in titles.items()}
    lines = []
    for one in grants:
        firm = _standing(firms[one.code], one.on)
        _known(one.title, words, Words("称号"))
        if one.until and one.until < one.on:
            raise NotRegistrable(
                Words(
                    "“%(firm)s”的%(title)s：有效期至 %(until)s 早于认定日期 %(on)s；请核对证书。",
                    firm=firm.name,
                    title=Named(words[one.title], titles[one.title].english),
                    until=one.until,
                    on=one.on,
                )
            )
        lines.append(_event(facts.recognised, one.code, one.on, _about(one), _given(one)))
    _record(lines, occasion)


def _about(one: "Grant | Revocation") -> str:
    return f"{one.title}:{one.about}" if one.about else one.title


def _given(one: Grant) -> dict[str, Value]:
    return {
        "title": one.title,
        "is_first": "是" if one.is_first else "否",
        "document": one.document,
        "about": one.about or None,
        "until": one.until.isoformat() if one.until else None,
        "change": 1 if one.is_first else 0,
    }


@transaction.atomic
def restate_grants(grants: Sequence[Grant], *, occasion: Occasion) -> None:
    """State anew what documents say of titles given before: the same firm, title and day."""
    found = _find_grants(grants)
    _record([Correction(found[one], _given(one)) for one in grants], occasion)


@transaction.atomic
def withdraw_grants(grants: Sequence[Grant], *, occasion: Occasion) -> None:
    """Take back recognitions that were recorded and never were."""
    found = _find_grants(grants)
    _record([Withdrawal(found[one]) for one in grants], occasion)


def _find_grants(grants: Sequence[Grant]) -> dict[Grant, Fact]:
    firms = _lock(one.code for one in grants)
    standing = find_last_words(subjects=[one.subject for one in firms.values()])
    by_key = {fact.key: fact for told in standing.values() for fact in told}
    found = {}
    for one in grants:
        key = _event(facts.recognised, one.code, one.on, _about(one), {}).key
        if key not in by_key:
            title = current_zone().ladder.titles[one.title]
            raise NotRegistrable(
                Words(
                    "“%(firm)s”%(on)s 的%(title)s已经不在；请刷新再看。",
                    firm=firms[one.code].name,
                    on=one.on,
                    title=named(title),
                )
            )
        found[one] = by_key[key]
    return found


@transaction.atomic
def revoke(endings: Sequence[Revocation], *, occasion: Occasion) -> None:
    """Record that authorities took a title, platform or brand away before its end."""
    firms = _lock(one.code for one in endings)
    titles = current_zone().ladder.titles
    words = {key: one.name for key, one in titles.items()}
    held = read_holdings([firms[one.code].code for one in endings], known_on=occasion.known_on)
    lines = []
    for one in endings:
        firm = _standing(firms[one.code], one.on)
        _known(one.title, words, Words("称号"))
        mine = [
            other
            for other in held.get(firm.code, ())
            if (other.title, other.about) == (one.title, one.about) and not other.is_revoked
        ]
        if not mine:
            raise NotRegistrable(
                Words(
                    "“%(firm)s”没有%(title)s，不能撤销；请核对名称。",
                    firm=firm.name,
                    title=named(titles[one.title]),
                )
            )
        if one.on < mine[0].on:
            raise NotRegistrable(
                Words(
                    "%(on)s 早于认定日期 %(since)s；请核对撤销日期。", on=one.on, since=mine[0].on
                )
            )
        values: dict[str, Value] = {
            "title": one.title,
            "is_first": "否",
            "document": one.document,
            "about": one.about or None,
            "change": -1,
        }
        lines.append(_event(facts.recognised, one.code, one.on, f"{_about(one)}:revoked", values))
    _record(lines, occasion)


@transaction.atomic
def close(endings: Sequence[Ending], *, occasion: Occasion) -> None:
    """End firms: cancelled, revoked, moved away or merged; their record stays."""
    firms = _lock([one.code for one in endings] + [one.into for one in endings if one.into])
    lines = []
    for one in endings:
        firm = _standing(firms[one.code], one.on)
        _known(one.ending, ENDINGS, Words("退出方式"))
        if firm.trade:
            raise NotRegistrable(
                Words(
                    "“%(firm)s”还在%(trade)s库里；请先办退库。",
                    firm=firm.name,
                    trade=Words(TRADES[firm.trade]),
                )
            )
        if bool(one.into) != (one.ending == "merged") or one.into == one.code:
            raise NotRegistrable(
                Words("“%(firm)s”并入哪一家要写明，且不能是它自己。", firm=firm.name)
            )
        firm.closed_on, firm.ending = one.on, one.ending
        firm.merged_into = firms[one.into] if one.into else None
        values: dict[str, Value] = {"ending": one.ending, "kind": firm.kind, "into": one.into}
        lines.append(_event(facts.closed, one.code, one.on, "", values))
    _save(firms.values(), "closed_on", "ending", "merged_into")
    after = {one.code: f"{one.ending} {one.on} {one.into}".strip() for one in endings}
    _note("enterprise.closed", firms, {}, after)
    _record(lines, occasion)


def merge(*, code: str, into: str, on: date, occasion: Occasion) -> None:
    """Merge a firm into another; its facts stay under its own code and open from the survivor."""
    close([Ending(code, "merged", on, into)], occasion=occasion)


@transaction.atomic
def reopen(*, code: str, occasion: Occasion) -> None:
    """Take back that a firm ended or was merged: it never did; all is as it was before."""
    firms = _lock([code])
    firm = firms[code]
    if not firm.closed_on:
        raise NotRegistrable(Words("“%(firm)s”没有退出，不用撤销。", firm=firm.name))
    told = find_last_words(subjects=[firm.subject])[firm.subject]
    into = firm.merged_into.code if firm.merged_into else ""
    before = {code: f"{firm.ending} {firm.closed_on} {into}".strip()}
    firm.closed_on, firm.ending, firm.merged_into = None, "", None
    _save([firm], "closed_on", "ending", "merged_into")
    _note("enterprise.reopened", firms, before, {})
    _record([Withdrawal(_newest(told, facts.closed))], occasion)


@transaction.atomic
def tell_apart(*, one: str, other: str, occasion: Occasion) -> None:
    """Say of two firms that look alike that they are two; they are not proposed again."""
    firms = _lock([one, other])
    first, second = (firms[code] for code in sorted((one, other)))
    ToldApart.objects.get_or_create(
        one=first, other=second, defaults={"by": occasion.by, "on": occasion.known_on}
    )
    detail = {"one": first.code, "other": second.code, "by": occasion.by}
    note(act="enterprises.apart", object="enterprises", detail=detail)


@transaction.atomic
def take_back(
    *,
    newcomers: Sequence[str],
    names: Mapping[str, str],
    attributes: Mapping[tuple[str, str], str],
    occasion: Occasion,
) -> None:
    """Take back what an import wrote: registrations, new names, attributes as they were before."""
    codes = [*newcomers, *names, *(code for code, _ in attributes)]
    firms = _lock(codes)
    facts_of = find_last_words(subjects=[firms[code].subject for code in firms])
    lines: list[Withdrawal] = []
    for code in newcomers:
        known = {one.type for one in facts_of[firms[code].subject]}
        if strange := known - {facts.registered.id, facts.attribute_set.id, belongs.id}:
            kinds = [current_zone().fact_types[one] for one in sorted(strange)]
            what = [named(one) for one in kinds]
            raise NotRegistrable(
                Words("“%(firm)s”已有%(what)s，登记不能再撤销。", firm=firms[code].name, what=what)
            )
        lines += [Withdrawal(one) for one in facts_of[firms[code].subject]]
    for code, name in names.items():
        firm = firms[code]
        lines.append(Withdrawal(_newest(facts_of[firm.subject], facts.renamed)))
        FormerName.objects.filter(enterprise=firm, name=name).order_by("-until")[:1].get().delete()
        firm.name = name
    for (code, attribute), value in attributes.items():
        firm = firms[code]
        about = f":{attribute}:"
        kinds = [facts.attribute_set, *([belongs] if attribute in DIMENSIONS else [])]
        lines += [Withdrawal(_newest(facts_of[firm.subject], kind, about)) for kind in kinds]
        setattr(firm, attribute, value)
    _save(firms.values(), "name", *ATTRIBUTES)
    _record(lines, occasion)
    Enterprise.objects.filter(pk__in=[firms[code].pk for code in newcomers]).delete()


def _newest(found: Sequence[Fact], kind: FactType, about: str = "") -> Fact:
    return [one for one in found if one.type == kind.id and about in one.key][-1]


@transaction.atomic
def file_returns(returns: Sequence[MonthlyReturn], *, occasion: Occasion) -> None:
    """File the returns of firms; a period filed before is corrected."""
    firms = _lock(one.code for one in returns)
    filed = {
        period: find_returns(
            type_id=facts.monthly_return.id,
            subjects=[firms[one.code].subject for one in returns if one.period == period],
            period=period,
        )
        for period in {one.period for one in returns}
    }
    lines: list[NewFact | Correction] = []
    for row, one in enumerate(returns, start=1):
        firm = firms[one.code]
        _known(str(one.values.get("trade")), TRADES, Words("统计专业"))
        if firm.closed_on and firm.closed_on < one.period.first:
            raise NotRegistrable(
                Words(
                    "“%(firm)s”已于 %(day)s 退出，没有%(period)s。",
                    firm=firm.name,
                    day=firm.closed_on,
                    period=one.period,
                )
            )
        values = dict(one.values)
        if before := filed[one.period].get(firm.subject):
            lines.append(Correction(before, values))
        else:
            lines.append(
                NewFact(
                    facts.monthly_return,
                    subject=firm.subject,
                    values=values,
                    period=one.period,
                    row=row,
                )
            )
    _record(lines, occasion, asks_units=not occasion.units_confirmed)


_EVENTS = [
    kind.id
    for kind in (
        belongs,
        facts.registered,
        facts.renamed,
        facts.attribute_set,
        facts.roll_changed,
        facts.recognised,
        facts.closed,
    )
]


def _held(firm: Enterprise, change: AttributeChange) -> str:
    _known(change.attribute, ATTRIBUTES, Words("属性"))
    return str(getattr(firm, change.attribute))


def _note(
    act: str,
    firms: Mapping[str, Enterprise],
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    note_change(act=act, object=_of_many(firms.values()), before=before, after=after)


def _of_many(firms: Iterable[Enterprise]) -> str:
    """Return how the audit names one firm, or the register where there are several."""
    subjects = [one.subject for one in firms]
    return subjects[0] if len(subjects) == 1 else "enterprises"


def _lock(codes: Iterable[str]) -> dict[str, Enterprise]:
    wanted = list(dict.fromkeys(codes))
    firms = Enterprise.objects.select_for_update().in_bulk(wanted, field_name="code")
    if missing := next((code for code in wanted if code not in firms), None):
        raise UnknownEnterprise(
            Words("企业库里没有代码 %(missing)s；请先登记，或核对代码。", missing=missing)
        )
    return firms


def _standing(firm: Enterprise, on: date) -> Enterprise:
    if firm.closed_on:
        raise NotRegistrable(
            Words(
                "“%(firm)s”已于 %(day)s %(ending)s。",
                firm=firm.name,
                day=firm.closed_on,
                ending=Words(ENDINGS[firm.ending]),
            )
        )
    if firm.registered_on and on < firm.registered_on:
        raise NotRegistrable(
            Words(
                "%(on)s 早于“%(firm)s”的成立日期 %(day)s。",
                on=on,
                firm=firm.name,
                day=firm.registered_on,
            )
        )
    return firm


def _known(word: str, words: Mapping[str, str], meaning: Words) -> None:
    if word not in words:
        raise NotRegistrable(
            Words(
                "没有“%(word)s”这个%(meaning)s；可用的：%(known)s。",
                word=word,
                meaning=meaning,
                known=[Words(one) for one in words.values()],
            )
        )


def _save(firms: Iterable[Enterprise], *names: str) -> None:
    changed = list(firms)
    for firm in changed:
        firm.version += 1
    Enterprise.objects.bulk_update(changed, [*names, "version"], batch_size=200)


def _attribute_facts(one: AttributeChange) -> Iterable[NewFact]:
    values: dict[str, Value] = {"attribute": one.attribute, "value": one.value}
    yield _event(facts.attribute_set, one.code, one.on, one.attribute, values)
    yield from _belonging(one)


def _belonging(one: AttributeChange) -> Iterable[NewFact]:
    """Tell the ledger to which key of a dimension the firm belongs from that day on.

    Numbers by industry, size, ownership, chain and park are made of it.
    """
    if one.attribute in DIMENSIONS:
        key = _dimension_key(one.attribute, one.value)
        yield _event(belongs, one.code, one.on, one.attribute, {one.attribute: key})


def _dimension_key(attribute: str, value: str) -> str:
    """Return the key of a dimension: an industry's section, a word; nothing where not known."""
    if value in RESERVED:
        return ""
    if attribute == "industry":
        found = current_zone().industries.get(value)
        return found.section if found else ""
    return {"size": SIZES, "ownership": OWNERSHIPS}.get(attribute, {}).get(value, value)


def _event(kind: FactType, code: str, on: date, about: str, values: dict[str, Value]) -> NewFact:
    name = kind.id.rpartition(".")[2]
    key = ":".join(part for part in (code, name, about, on.isoformat()) if part)
    return NewFact(kind, subject=f"enterprise:{code}", on=on, key=key, values=values)


def _record(
    lines: Iterable[NewFact | Correction | Withdrawal],
    occasion: Occasion,
    *,
    asks_units: bool = False,
) -> None:
    """Record lines as one entry; an event that was taken back once is restated, not recorded."""
    lines = list(lines)
    has_events = any(isinstance(line, NewFact) and line.key for line in lines)
    withdrawn = find_withdrawn(types=_EVENTS) if has_events else {}
    restated = [
        Correction(withdrawn[line.type.id, line.key], line.values)
        if isinstance(line, NewFact) and (line.type.id, line.key) in withdrawn
        else line
        for line in lines
    ]
    record(
        *restated,
        by=occasion.by,
        reason=occasion.reason,
        known_on=occasion.known_on,
        evidence=occasion.evidence,
        is_backfilled=occasion.is_backfilled,
        asks_units=asks_units,
    )
