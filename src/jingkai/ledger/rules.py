"""The digest chain: what an entry says, and what ties it to the entry before."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Protocol

__all__ = ["Recorded", "chain_digest", "content_digest", "fact_line", "find_unit_jump"]

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
    head: list[str | bool], facts: Iterable[list[object]], evidence: list[list[object]]
) -> str:
    """Return the digest of what an entry says: of `[head, facts, evidence]` as JSON.

    Very many facts are never one text: it would take as much room as all of them.
    """
    digest = hashlib.sha256(f"[{_json(head)},[".encode())
    lines, comma = iter(facts), ""
    while some := list(islice(lines, TOGETHER)):
        digest.update(f"{comma}{_json(some)[1:-1]}".encode())
        comma = ","
    digest.update(f"],{_json(evidence)}]".encode())
    return digest.hexdigest()


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def fact_line(fact: "Recorded") -> list[object]:
    """Return what the digest of an entry covers of one fact; an area only where one is named."""
    return [
        fact.type if not fact.area else f"{fact.type}@{fact.area}",
        fact.subject,
        fact.on.isoformat() if fact.on else "",
        fact.period_id,
        fact.key,
        fact.values,
        fact.corrects_id,
        fact.is_void,
    ]


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
