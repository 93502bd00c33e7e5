"""Read the audit chain: search it, follow one thing, and tell whether it holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hmac import compare_digest
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from jingkai.audit.models import AuditLine
from jingkai.audit.rules import seal_head, seal_line

__all__ = [
    "AuditLine",
    "AuditSearch",
    "Broken",
    "PublishedHead",
    "broken_places",
    "find_broken_line",
    "find_line",
    "has_lines",
    "last_line",
    "last_verification",
    "list_acts",
    "read_published_heads",
    "sealed",
    "search_lines",
]

_FIELDS = (
    *("number", "at", "account", "name", "acting_for", "address"),
    *("act", "object", "outcome", "request", "detail"),
)

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True)
class AuditSearch:
    """What is asked of the chain; empty fields ask for nothing."""

    person: str = ""
    act: str = ""
    object: str = ""
    outcome: str = ""
    request: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Broken:
    """The first line that does not fit the chain, and why."""

    number: int
    why: str


@dataclass(frozen=True)
class PublishedHead:
    """Where a chain ended at some moment, as the file of the day says."""

    at: datetime
    name: str
    number: int
    digest: str
    is_ours: bool
    place: str


def search_lines(search: AuditSearch) -> QuerySet[AuditLine]:
    """Return the lines asked for, newest first."""
    found = AuditLine.objects.all()
    if search.person:
        found = found.filter(account=search.person) | found.filter(name=search.person)
    for name in ("act", "object", "outcome", "request"):
        if wanted := getattr(search, name):
            found = found.filter(**{name: wanted})
    if search.since:
        found = found.filter(at__date__gte=search.since)
    if search.until:
        found = found.filter(at__date__lte=search.until)
    return found


def has_lines(numbers: Sequence[int], request: str) -> bool:
    """Tell whether one of these lines stands and was noted in a request."""
    return AuditLine.objects.filter(number__in=numbers, request=request).exists()


def find_line(number: int) -> AuditLine | None:
    """Return one line."""
    return AuditLine.objects.filter(number=number).first()


def last_line() -> AuditLine | None:
    """Return the line that ends the chain."""
    return AuditLine.objects.order_by("-number").first()


def list_acts() -> list[str]:
    """Return every act that was noted."""
    acts = AuditLine.objects.order_by("act").values_list("act", flat=True)
    return list(acts.distinct())


def last_verification() -> AuditLine | None:
    """Return the line that tells how the last verification ended."""
    return AuditLine.objects.filter(act="audit.verified").first()


def broken_places() -> list[str]:
    """Return, in words, the first bad place of each record that does not hold; none when all do.

    Whatever keeps a record of its own names the walks over it in `queries.PROOFS`.
    """
    places = []
    if line := find_broken_line():
        places.append(f"审计第 {line.number} 条：{line.why}。")
    for package in ("ledger", *settings.CONTEXTS):
        if find_spec(f"jingkai.{package}.queries"):
            queries = import_module(f"jingkai.{package}.queries")
            places += [
                f"{place}。" for proof in getattr(queries, "PROOFS", ()) if (place := proof())
            ]
    return places


def find_broken_line() -> Broken | None:
    """Walk the whole chain and return the first line that was tampered with, or None."""
    heads = [head for head in read_published_heads() if head.name == "audit"]
    for head in heads:
        if not head.is_ours:
            return Broken(head.number, f"公布的链末端 {head.place} 不是用这把密钥写的")
    published = {head.number: head for head in heads if head.number}
    previous, last = "", 0
    for expected, (*values, digest) in enumerate(_lines(), start=1):
        number = values[0]
        if number != expected:
            return Broken(expected, "缺这一条，编号不连续")
        ours = seal_line(settings.AUDIT_KEY, previous, sealed(tuple(values)))
        if not compare_digest(ours, digest):
            return Broken(number, "内容或顺序与当时的摘要不符（也可能换了密钥）")
        if number in published and published[number].digest != digest:
            return Broken(number, f"与 {published[number].place} 公布的链末端不符，整段被换过")
        previous, last = digest, expected
    if beyond := sorted(number for number in published if number > last):
        return Broken(last + 1, f"{published[beyond[0]].place} 公布过第 {beyond[0]} 条，现已不在")
    return None


def read_published_heads() -> list[PublishedHead]:
    """Return every head that was published, oldest first."""
    heads = []
    for path in sorted(Path(settings.AUDIT_HEADS).glob("*.txt")):
        for row, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
            heads.append(_published(text, f"{path.name} 第 {row} 行"))
    return heads


def _published(text: str, place: str) -> PublishedHead:
    try:
        moment, name, number, digest, seal = text.split(" ")
        at, count = datetime.fromisoformat(moment), int(number)
    except ValueError:
        return PublishedHead(_EPOCH, "audit", 1, "", False, place)
    digest = "" if digest == "-" else digest
    is_ours = compare_digest(seal, seal_head(settings.AUDIT_KEY, name, count, digest, at))
    return PublishedHead(at, name, count, digest, is_ours, place)


def _lines() -> Iterator[tuple[Any, ...]]:
    found = AuditLine.objects.order_by("number").values_list(*_FIELDS, "digest")
    return found.iterator(chunk_size=2000)


def sealed(values: tuple[object, ...]) -> list[object]:
    """Return the fields of a line, in order, as its digest covers them."""
    number, at, *rest = values
    assert isinstance(at, datetime)
    return [number, (at - _EPOCH) // _MICROSECOND, *map(str, rest)]
