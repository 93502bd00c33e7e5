"""The digest chain: what an entry says, and what ties it to the entry before."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from json.encoder import encode_basestring
from typing import Protocol

from jingkai.kernel.canonical import plain_text

__all__ = [
    "Recorded",
    "chain_digest",
    "content_digest",
    "fact_line",
    "find_unit_jump",
    "return_lines",
]

# 万 and 亿: what a figure is off by when its unit was mistaken. A figure may grow or shrink by so
# much beside that, and still be taken for a mistaken unit.
MISTAKEN = (4, 8)
SLACK = 5
# So many lines of an entry are digested at a time.
TOGETHER = 1000


class Recorded(Protocol):
    """The part of a fact that its entry's digest covers."""

    type: str
    area: str
    subject: str
    on: date | None
    period_id: str
    key: str
    values: str
    corrects_id: int | None
    is_void: bool


def chain_digest(previous: str, number: int, content: str) -> str:
    """Return the digest that ties an entry to the one before it."""
    return hashlib.sha256(f"{previous}|{number}|{content}".encode()).hexdigest()


def content_digest(
    head: list[str | bool], facts: Iterable[str], evidence: list[list[object]]
) -> str:
    """Return the digest of what an entry says: of `[head, facts, evidence]` as JSON.

    Very many facts are never one text: it would take as much room as all of them.
    """
    digest = hashlib.sha256(f"[{plain_text(head)},[".encode())
    lines, comma = iter(facts), ""
    while some := ",".join(islice(lines, TOGETHER)):
        digest.update(f"{comma}{some}".encode())
        comma = ","
    digest.update(f"],{plain_text(evidence)}]".encode())
    return digest.hexdigest()


def fact_line(fact: "Recorded") -> str:
    """Return what the digest of an entry covers of one fact; an area only where one is named."""
    kind = f"{fact.type}@{fact.area}" if fact.area else fact.type
    on = fact.on.isoformat() if fact.on else ""
    said = (kind, fact.subject, on, fact.period_id, fact.key, fact.values)
    corrects = "null" if fact.corrects_id is None else fact.corrects_id
    void = "true" if fact.is_void else "false"
    return f"[{','.join(map(encode_basestring, said))},{corrects},{void}]"


def return_lines(
    kind: str, period_id: str, subjects: Sequence[str], values: Sequence[str]
) -> Iterator[str]:
    """Yield the `fact_line` of new returns that differ in subject and values only."""
    quoted = encode_basestring
    before, between = f"[{quoted(kind)},", f',"",{quoted(period_id)},"",'
    for subject, said in zip(subjects, values, strict=True):
        yield f"{before}{quoted(subject)}{between}{quoted(said)},null,false]"


def find_unit_jump(value: int, history: Sequence[int]) -> int:
    """Return by which power of ten a figure seems off beside those before it; 0 when it is not.

    Only a figure that is off beside all of them is asked about: one wrong figure before does not
    make the right ones look wrong.
    """
    known = [abs(one) for one in history if one]
    if not value or not known:
        return 0
    for power in MISTAKEN:
        if all(_is_about(abs(value), one * 10**power) for one in known):
            return power
        if all(_is_about(one, abs(value) * 10**power) for one in known):
            return -power
    return 0


def _is_about(one: int, other: int) -> bool:
    return other <= one * SLACK and one <= other * SLACK
