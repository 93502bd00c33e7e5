"""The digest chain: what an entry says, and what ties it to the entry before."""

import hashlib
import json
from datetime import date
from typing import Protocol

__all__ = ["Recorded", "chain_digest", "content_digest", "fact_line"]


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
    head: list[str | bool], facts: list[list[object]], evidence: list[list[object]]
) -> str:
    """Return the digest of what an entry says."""
    text = json.dumps([head, facts, evidence], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


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
