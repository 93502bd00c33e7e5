"""Read the register: the list, one firm, its record over time."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet

from jingkai.enterprises import facts
from jingkai.enterprises.models import Enterprise, FormerName, ToldApart
from jingkai.enterprises.rules import (
    ATTRIBUTES,
    RESERVED,
    Holding,
    Interval,
    Likeness,
    find_likenesses,
    fold_holdings,
    intervals,
)
from jingkai.kernel.creditcode import tidy
from jingkai.ledger.queries import Fact, list_live_facts
from jingkai.org.queries import Visible

__all__ = [
    "Enterprise",
    "FormerName",
    "describe_enterprises",
    "find_enterprise",
    "find_named",
    "list_chains",
    "list_enterprises",
    "list_events",
    "list_group",
    "list_hidden",
    "list_likely_duplicates",
    "list_month_facts",
    "named",
    "read_attributes",
    "read_holdings",
]


def list_enterprises(visible: Visible = None) -> QuerySet[Enterprise]:
    """Return the firms that somebody sees, those on the statistical roll first.

    A firm is seen by its department's people; one that no department keeps, by everybody.
    """
    found = Enterprise.objects.select_related("department").order_by("-trade", "code")
    if visible is None:
        return found
    return found.filter(Q(department=None) | Q(department__in=visible))


def list_hidden(visible: Visible) -> QuerySet[Enterprise]:
    """Return the firms that somebody does not see."""
    if visible is None:
        return Enterprise.objects.none()
    return Enterprise.objects.exclude(department=None).exclude(department__in=visible)


def named(rows: QuerySet[Enterprise], text: str) -> QuerySet[Enterprise]:
    """Return the firms that bear or bore a name with this text, or whose code begins with it."""
    once = FormerName.objects.filter(name__icontains=text).values("enterprise")
    code = tidy(text)
    return rows.filter(Q(name__icontains=text) | Q(code__startswith=code) | Q(pk__in=once))


def find_enterprise(code: str, visible: Visible = None) -> Enterprise | None:
    """Return the firm with this credit code, if somebody sees it."""
    return list_enterprises(visible).select_related("merged_into").filter(code=code).first()


def find_named(text: str, visible: Visible = None) -> Enterprise | None:
    """Return the firm with this code or, if it is the only one, with this name."""
    said = text.strip()
    if one := find_enterprise(tidy(said), visible):
        return one
    found = list_enterprises(visible).filter(name=said, closed_on=None)[:2]
    return found[0] if len(found) == 1 else None


def list_chains(visible: Visible = None) -> list[str]:
    """Return the chains that firms of the register belong to."""
    chains = list_enterprises(visible).values_list("chain", flat=True).distinct().order_by("chain")
    return list(chains)


def describe_enterprises(codes: list[str]) -> dict[str, str]:
    """Return the names of firms by code."""
    return {code: one.name for code, one in _by_code(codes).items()}


def _by_code(codes: list[str]) -> Mapping[str, Enterprise]:
    return Enterprise.objects.in_bulk(codes, field_name="code")


_EVENTS = (
    facts.registered,
    facts.renamed,
    facts.attribute_set,
    facts.roll_changed,
    facts.recognised,
    facts.closed,
)


def list_events(firm: Enterprise, *, known_on: date) -> list[Fact]:
    """Return what happened to a firm, the latest first, as known on a day."""
    kinds = [kind.id for kind in _EVENTS]
    found = list_live_facts(types=kinds, known_on=known_on).filter(subject__in=_subjects(firm))
    return sorted(found, key=lambda fact: (fact.on or date.min, fact.pk), reverse=True)


def list_month_facts(firm: Enterprise, *, known_on: date) -> list[Fact]:
    """Return the returns of a firm, the latest first, as known on a day."""
    found = list_live_facts(types=[facts.monthly_return.id], known_on=known_on)
    mine = found.filter(subject__in=_subjects(firm))
    return sorted(mine, key=lambda fact: fact.period_id, reverse=True)


def read_attributes(events: list[Fact]) -> dict[str, list[Interval]]:
    """Return the attributes of a firm over time, from its events."""
    changes: dict[str, list[tuple[date, str]]] = {name: [] for name in ATTRIBUTES}
    for fact in events:
        if fact.on is None:
            continue
        if fact.type == facts.registered.id:
            industry = facts.registered.decode(fact.values)["industry"]
            changes["industry"].append((fact.on, str(industry)))
        elif fact.type == facts.attribute_set.id:
            told = facts.attribute_set.decode(fact.values)
            changes[str(told["attribute"])].append((fact.on, str(told["value"])))
    return {name: intervals(found) for name, found in changes.items() if found}


def read_holdings(codes: Iterable[str], *, known_on: date) -> dict[str, list[Holding]]:
    """Return what firms hold and held of titles, platforms, brands and standards, by code."""
    told: dict[str, list[tuple[date, Mapping[str, object]]]] = {}
    wanted = [f"enterprise:{code}" for code in codes]
    for start in range(0, len(wanted), 500):
        rows = list_live_facts(types=[facts.recognised.id], known_on=known_on)
        for one in rows.filter(subject__in=wanted[start : start + 500]).order_by("on", "pk"):
            assert one.on is not None
            code = one.subject.partition(":")[2]
            told.setdefault(code, []).append((one.on, facts.recognised.decode(one.values)))
    return {code: fold_holdings(events) for code, events in told.items()}


def list_likely_duplicates(visible: Visible = None) -> list[Likeness]:
    """Return pairs of firms in operation that may be one under two codes."""
    standing = list_enterprises(visible).filter(closed_on=None)
    apart = set(ToldApart.objects.values_list("one__code", "other__code"))
    alike = find_likenesses(dict(standing.values_list("code", "name")))
    return [one for one in alike if (one.code, one.other) not in apart]


def list_group(firm: Enterprise, visible: Visible = None) -> list[Enterprise]:
    """Return the other firms of a firm's group that somebody sees."""
    if firm.group in RESERVED:
        return []
    return list(list_enterprises(visible).filter(group=firm.group).exclude(pk=firm.pk)[:20])


def _subjects(firm: Enterprise) -> list[str]:
    """Return the firm and those merged into it as subjects of facts."""
    return [firm.subject, *(one.subject for one in firm.absorbed.all())]
