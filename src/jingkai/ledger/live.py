"""Facts in force as known on a day, and as rows that pieces are made of."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from django.db.models import Exists, OuterRef, QuerySet

from jingkai.kernel.dimensions import DIMENSIONS, Belonging, Belongings
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.months import Span
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.pieces import Row
from jingkai.ledger.facts import belongs
from jingkai.ledger.lines import Block
from jingkai.ledger.models import Fact

__all__ = [
    "as_belonging",
    "as_row",
    "keys_of",
    "list_live_facts",
    "list_live_rows",
    "read_belongings",
]

# A line that is being recorded comes after all that stand.
UNSAVED = 2**62


def list_live_facts(*, types: Iterable[str], known_on: date) -> QuerySet[Fact]:
    """Return the facts in force as known at the end of a day: not corrected, not withdrawn."""
    numbered = {"entry__known_on__lte": known_on, "entry__number__isnull": False}
    later = Fact.objects.filter(corrects=OuterRef("pk"), **numbered)
    return (
        Fact.objects.filter(type__in=list(types), is_void=False, **numbered)
        .exclude(Exists(later))
        .select_related("entry")
        .order_by("pk")
    )


def list_live_rows(
    fact_type: FactType, *, known_on: date, ending: Span | None = None
) -> Iterator[Row]:
    """Yield the live facts of a type as rows, each with what its subject belonged to then."""
    facts = list_live_facts(types=[fact_type.id], known_on=known_on)
    subjects = None
    if ending:
        facts = facts.filter(last_month__range=ending)
        # Of a few months few subjects are asked: the whole register would be read for a handful.
        subjects = facts.order_by().values_list("subject").distinct()
    belongings = read_belongings(known_on=known_on, subjects=subjects)
    for fact in facts:
        yield as_row(fact, fact_type, belongings)


class Recorded(Protocol):
    """The part of a fact that its row is made of: one in the database, or one on its way there."""

    area: Any
    subject: Any
    on: Any
    period_id: Any
    values: Any

    @property
    def pk(self) -> Any:
        """Return its number; None where it is on its way."""


@lru_cache(maxsize=1000)
def _months(period_id: str, on: date) -> tuple[Span, date]:
    """Return the months of a fact and the last day of them."""
    period = parse_period(period_id) if period_id else Period.month_of(on)
    return Span.of(period), period.last


def as_row(
    fact: Recorded,
    fact_type: FactType,
    belongings: Belongings,
    scaled: Mapping[str, Any] | None = None,
) -> Row:
    """Return a fact as a row: scaled values, its months, its keys at the end of its period.

    `scaled` are its values where the caller has them already.
    """
    span, last = _months(fact.period_id, fact.on)
    on = fact.on or last
    values = fact_type.decode_scaled(fact.values) if scaled is None else dict(scaled)
    labels = {key: values[key] for key in fact_type.labels if values[key]}
    values["subject"], values["on"] = fact.subject, on
    keys = labels | belongings.keys(fact.subject, on)
    return Row(fact.pk or UNSAVED, fact.subject, span, values, keys, fact.area)


def keys_of(block: Block, dimension: str, belongings: Belongings) -> list[str]:
    """Return the keys of returns that came in columns, as `as_row` finds them one by one."""
    period = block.period
    words = block.labels.get(dimension, [""] * len(block))
    if dimension not in DIMENSIONS:
        return [word or "" for word in words]
    return [
        belongings.keys(subject, period.last).get(dimension, word or "")
        for subject, word in zip(block.subjects, words, strict=True)
    ]


def read_belongings(
    *, known_on: date, subjects: Iterable[str] | QuerySet[Any, Any] | None = None
) -> Belongings:
    """Return what subjects belonged to, all of them or those named or asked, as known on a day."""
    facts = list_live_facts(types=[belongs.id], known_on=known_on)
    if subjects is not None:
        asked = subjects if isinstance(subjects, QuerySet) else list(subjects)
        facts = facts.filter(subject__in=asked)
    return Belongings.of(map(as_belonging, facts))


def as_belonging(fact: Recorded) -> Belonging:
    """Return what a fact says its subject belongs to; an empty key says that it left."""
    said = belongs.decode(fact.values).items()
    keys = {dimension: str(key) for dimension, key in said if key is not None}
    return Belonging(fact.subject, fact.on, keys)
