"""Whether the chain of entries holds, and where it ends."""

from collections.abc import Iterator
from dataclasses import dataclass

from jingkai.audit.queries import read_published_heads
from jingkai.ledger.models import Entry, LedgerHead
from jingkai.ledger.rules import chain_digest, content_digest, fact_line

__all__ = ["Broken", "find_broken_entry", "find_broken_place", "ledger_head"]


@dataclass(frozen=True)
class Broken:
    """The first entry that does not fit the chain, and why."""

    number: int
    why: str


def find_broken_entry() -> Broken | None:
    """Walk the whole chain and return the first entry that was tampered with, or None."""
    published = {head.number: head for head in read_published_heads() if head.name == "ledger"}
    previous, last = "", 0
    for expected, entry in enumerate(_entries(), start=1):
        if entry.number != expected:
            return Broken(expected, "缺这一条，编号不连续")
        content = content_digest(
            [entry.actor, entry.reason, entry.known_on.isoformat(), entry.is_backfilled],
            [fact_line(fact) for fact in entry.facts.order_by("pk")],
            [[e.sha256, e.name, e.size, e.note] for e in entry.evidence.order_by("pk")],
        )
        if content != entry.content_digest:
            return Broken(entry.number, "内容与当时的摘要不符")
        digest = chain_digest(previous, entry.number, content)
        if entry.previous_digest != previous or entry.digest != digest:
            return Broken(entry.number, "与前一条的链接不符")
        if expected in published and published[expected].digest != digest:
            return Broken(entry.number, f"与 {published[expected].place} 公布的末端不符")
        previous, last = digest, expected
    head = LedgerHead.objects.get(pk=1)
    if (head.number, head.digest) != (last, previous):
        return Broken(last + 1, "账本末端记着更多的条目，尾部被截去")
    if beyond := sorted(number for number in published if number > last):
        place = published[beyond[0]].place
        return Broken(last + 1, f"{place} 公布过第 {beyond[0]} 条，现已不在")
    return None


def find_broken_place() -> str | None:
    """Return the first entry of the ledger's chain that does not hold, in words."""
    entry = find_broken_entry()
    return f"账本第 {entry.number} 条：{entry.why}" if entry else None


def _entries() -> Iterator[Entry]:
    published = Entry.objects.filter(number__isnull=False)
    return published.order_by("number").iterator(chunk_size=500)


def ledger_head() -> tuple[str, int, str]:
    """Return the name, number and digest with which the ledger's end is published."""
    head = LedgerHead.objects.get(pk=1)
    return "ledger", head.number, head.digest
