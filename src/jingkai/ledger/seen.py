"""What of the ledger somebody sees: entries, facts and values, less what is hidden from them."""

import json
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from jingkai.kernel.zone import current_zone
from jingkai.ledger.models import Entry, Fact
from jingkai.ledger.numbers import HIDDEN

__all__ = [
    "Hidden",
    "has_restricted_values",
    "leave_out",
    "list_entries",
    "list_seen_entries",
    "list_seen_facts",
    "masked",
    "subjects_of",
    "touches",
]


def list_entries() -> QuerySet[Entry]:
    """Return the entries, newest first, each with the number of its facts."""
    published = Entry.objects.filter(number__isnull=False)
    return published.annotate(size=Count("facts")).order_by("-number")


Hidden = Sequence[QuerySet[Any]]  # subjects that somebody does not see, as their owners ask them


def subjects_of(kind: str, rows: QuerySet[Any], field: str = "pk") -> QuerySet[Any]:
    """Return rows as the subjects of facts about them: `project:7`."""
    named = Concat(Value(f"{kind}:"), Cast(field, CharField()))
    return rows.order_by().values_list(named, flat=True)


def _is_hidden(hidden: Hidden) -> Q:
    return reduce(or_, (Q(subject__in=one) for one in hidden))


def leave_out(ids: Sequence[int], hidden: Hidden) -> list[int]:
    """Return the facts whose subjects are not hidden, in the same order."""
    if not hidden:
        return list(ids)
    gone: set[int] = set()
    for start in range(0, len(ids), 500):
        found = Fact.objects.filter(_is_hidden(hidden), pk__in=ids[start : start + 500])
        gone |= set(found.values_list("pk", flat=True))
    return [pk for pk in ids if pk not in gone]


def list_seen_entries(hidden: Hidden) -> QuerySet[Entry]:
    """Return the entries with a fact that is not hidden, newest first."""
    if not hidden:
        return list_entries()
    seen = Fact.objects.filter(entry=OuterRef("pk")).exclude(_is_hidden(hidden))
    return list_entries().filter(Exists(seen))


def list_seen_facts(entry: Entry, hidden: Hidden, most: int) -> list[int]:
    """Return the first facts of an entry that are not about hidden subjects."""
    facts = entry.facts.exclude(_is_hidden(hidden)) if hidden else entry.facts.all()
    return list(facts.values_list("pk", flat=True)[:most])


def touches(entry: Entry, hidden: Hidden) -> bool:
    """Tell whether an entry has a fact about a hidden subject."""
    return bool(hidden) and entry.facts.filter(_is_hidden(hidden)).exists()


def has_restricted_values(entry: Entry) -> bool:
    """Tell whether an entry says a restricted value of a single subject."""
    types = current_zone().fact_types
    kinds = {
        kind: [key for key, column in types[kind].columns.items() if column.is_restricted]
        for kind in entry.facts.values_list("type", flat=True).distinct()
    }
    secret = {kind: keys for kind, keys in kinds.items() if keys}
    for fact in entry.facts.filter(type__in=list(secret)).iterator():
        values = types[fact.type].decode(fact.values)
        if any(values[key] is not None for key in secret[fact.type]):
            return True
    return False


def masked(fact: Fact) -> dict[str, Any]:
    """Return what a fact says, with its restricted values covered."""
    fact_type = current_zone().fact_types[fact.type]
    return {
        key: HIDDEN if fact_type.columns[key].is_restricted else value
        for key, value in json.loads(fact.values).items()
    }
