"""Record, correct and withdraw facts. Every write is one entry, chained to the one before."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from jingkai.audit.services import note
from jingkai.kernel.facttypes import FactType, Value
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.models import Entry, Evidence, Fact, LedgerHead
from jingkai.ledger.rules import chain_digest, content_digest, fact_line

__all__ = [
    "AlreadyRecorded",
    "Correction",
    "KeptFile",
    "NewFact",
    "NotRecordable",
    "Withdrawal",
    "keep_file",
    "record",
]


class NotRecordable(ValueError):
    """A line that the ledger cannot take."""


class AlreadyRecorded(NotRecordable):
    """The same return or event is in the ledger; it can be corrected, not recorded again."""


@dataclass(frozen=True)
class NewFact:
    """A fact to record: an event gives `on` and `key`, a return gives `period`."""

    type: FactType
    subject: str
    values: dict[str, Value]
    on: date | None = None
    period: Period | None = None
    key: str = ""
    row: int | None = None


@dataclass(frozen=True)
class Correction:
    """The whole row restated, in place of `fact`."""

    fact: Fact
    values: dict[str, Value]


@dataclass(frozen=True)
class Withdrawal:
    """Take `fact` back: it was never so."""

    fact: Fact


@dataclass(frozen=True)
class KeptFile:
    """A file in the evidence store."""

    name: str
    sha256: str
    size: int
    note: str = ""
    columns: dict[str, str] = field(default_factory=dict)


Line = NewFact | Correction | Withdrawal


def keep_file(*, data: bytes, name: str, note: str = "") -> KeptFile:
    """Keep a file under its digest; the same bytes are kept once."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = Path(settings.EVIDENCE_ROOT) / sha256[:2] / sha256
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as temporary:
            temporary.write(data)
            temporary.flush()
            os.fsync(temporary.fileno())
        os.replace(temporary.name, path)
    return KeptFile(Path(name).name[:200], sha256, len(data), note)


def record(
    *lines: Line,
    by: str,
    reason: str,
    known_on: date,
    evidence: Sequence[KeptFile] = (),
    is_backfilled: bool = False,
) -> Entry:
    """Write one entry with its lines and return it; refuse all of them if one does not fit."""
    if not lines:
        raise NotRecordable("没有可记录的内容。")
    facts = [_prepare(line, known_on) for line in lines]
    content = _content_digest(facts, by, reason, known_on, is_backfilled, evidence)
    with transaction.atomic():
        # The audit head is locked before the ledger's, everywhere: two writers never cross.
        note(
            act="ledger.recorded",
            object=facts[0].subject,
            detail={"facts": len(facts), "reason": reason, "by": by, "content": content},
        )
        head = LedgerHead.objects.select_for_update().get(pk=1)
        if head.known_on and known_on < head.known_on and not is_backfilled:
            raise NotRecordable(
                f"知悉日 {known_on} 早于账本最后一条（{head.known_on}）。补记过去的事请标明“补录”。"
            )
        number = head.number + 1
        entry = Entry.objects.create(
            number=number,
            actor=by,
            reason=reason,
            known_on=known_on,
            is_backfilled=is_backfilled,
            recorded_at=timezone.now(),
            content_digest=content,
            previous_digest=head.digest,
            digest=chain_digest(head.digest, number, content),
        )
        for fact in facts:
            fact.entry = entry
        try:
            with transaction.atomic():
                Fact.objects.bulk_create(facts, batch_size=500)
        except IntegrityError:
            raise _already(facts) from None
        Evidence.objects.bulk_create(
            Evidence(
                entry=entry,
                name=kept.name,
                sha256=kept.sha256,
                size=kept.size,
                note=kept.note,
                columns=kept.columns,
            )
            for kept in evidence
        )
        head.number, head.digest = number, entry.digest
        head.known_on = max(head.known_on or known_on, known_on)
        head.save(update_fields=["number", "digest", "known_on"])
    return entry


def _prepare(line: Line, known_on: date) -> Fact:
    if isinstance(line, NewFact):
        return _new_fact(line, known_on)
    found = line.fact
    if found.entry.known_on > known_on:
        raise NotRecordable(f"更正的知悉日 {known_on} 早于原记录（{found.entry.known_on}）。")
    if Fact.objects.filter(corrects=found).exists():
        raise AlreadyRecorded(f"{found} 已被更正过；请打开最新的一条再更正。")
    is_void = isinstance(line, Withdrawal)
    if is_void and found.is_void:
        raise AlreadyRecorded(f"{found} 已经撤回。")
    fact_type = current_zone().fact_types[found.type]
    values = found.values if isinstance(line, Withdrawal) else fact_type.encode(line.values)
    return Fact(
        type=found.type,
        subject=found.subject,
        on=found.on,
        period_id=found.period_id,
        key=found.key,
        values=values,
        corrects=found,
        is_void=is_void,
    )


def _new_fact(line: NewFact, known_on: date) -> Fact:
    kind = line.type
    if not line.subject.startswith(f"{kind.subject}:"):
        raise NotRecordable(f"“{kind.name}”的对象应为 {kind.subject}:…,收到的是“{line.subject}”。")
    if kind.grain == "event" and (line.on is None or not line.key or line.period):
        raise NotRecordable(f"“{kind.name}”是事件：要有发生日期和来源键，不带期间。")
    if kind.grain == "return" and (line.period is None or line.on):
        raise NotRecordable(f"“{kind.name}”是报表：要有期间，不带发生日期。")
    true_from = line.on or (line.period.first if line.period else known_on)
    if true_from > known_on:
        raise NotRecordable(f"“{kind.name}”的日期 {true_from} 在将来（今天是 {known_on}）。")
    return Fact(
        type=kind.id,
        subject=line.subject,
        on=line.on,
        period_id=line.period.id if line.period else "",
        key=line.key,
        row=line.row,
        values=kind.encode(line.values),
    )


def _already(facts: list[Fact]) -> NotRecordable:
    for fact in facts:
        same = Fact.objects.filter(type=fact.type, corrects__isnull=fact.corrects_id is None)
        same = same.filter(corrects=fact.corrects_id) if fact.corrects_id else same
        same = same.filter(key=fact.key) if fact.key else same.filter(period_id=fact.period_id)
        if found := same.filter(subject=fact.subject).select_related("entry").first():
            return AlreadyRecorded(
                f"{found} 已由 {found.entry.actor} 于 {found.entry.known_on} 记录"
                f"（第 {found.entry.number} 条）；要改请用“更正”。"
            )
    return AlreadyRecorded("这批记录里有两行是同一件事；请合并后再记。")


def _content_digest(
    facts: list[Fact],
    by: str,
    reason: str,
    known_on: date,
    is_backfilled: bool,
    evidence: Sequence[KeptFile],
) -> str:
    return content_digest(
        [by, reason, known_on.isoformat(), is_backfilled],
        [fact_line(fact) for fact in facts],
        [[kept.sha256, kept.name, kept.size, kept.note] for kept in evidence],
    )
