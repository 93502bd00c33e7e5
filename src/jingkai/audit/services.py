"""Note acts in the chain, in the transaction of the act itself; publish where the chain ends."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jingkai.audit.models import AuditHead, AuditLine
from jingkai.audit.queries import fields_of
from jingkai.audit.rules import Origin, Outcome, clean, detail_text, seal_head, seal_line

__all__ = ["act_for", "acting", "current_origin", "note", "note_change", "publish_heads"]

# Outside a request, a command of the house is at work.
_HOUSE = Origin(name="系统")
_origin: ContextVar[Origin] = ContextVar("origin", default=_HOUSE)


@contextmanager
def acting(origin: Origin) -> Iterator[None]:
    """Let everything inside be noted as coming from this person, address and request."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def act_for(name: str) -> None:
    """Say in whose place the person of this request acts, until the request is over."""
    _origin.set(replace(_origin.get(), acting_for=name))


def current_origin() -> Origin:
    """Return who is at work now."""
    return _origin.get()


@transaction.atomic
def note(
    *,
    act: str,
    object: str = "",
    outcome: Outcome = Outcome.DONE,
    detail: Mapping[str, object] | None = None,
) -> AuditLine:
    """Add one line to the chain; it stands exactly when the caller's transaction does.

    Call it before the other rows of the act are locked, or after all of them: writers of lines
    wait for one another until the transaction ends.
    """
    origin = current_origin()
    head = AuditHead.objects.select_for_update().get(pk=1)
    line = AuditLine(
        number=head.number + 1,
        at=timezone.now(),
        account=clean(origin.account, 80),
        name=clean(origin.name, 80),
        acting_for=clean(origin.acting_for, 80),
        address=clean(origin.address, 45),
        act=clean(act, 80),
        object=clean(object, 200),
        outcome=outcome,
        request=clean(origin.request, 16),
        detail=detail_text(detail or {}),
    )
    line.digest = seal_line(settings.AUDIT_KEY, head.digest, fields_of(line))
    line.save(force_insert=True)
    head.number, head.digest = line.number, line.digest
    head.save(update_fields=["number", "digest"])
    return line


def note_change(
    *, act: str, object: str, before: Mapping[str, object], after: Mapping[str, object]
) -> AuditLine | None:
    """Add the line of a change: what differs, before and after; None where nothing does."""
    changed = [name for name in after if before.get(name) != after[name]]
    if not changed:
        return None
    detail = {
        "before": {name: before.get(name) for name in changed},
        "after": {name: after[name] for name in changed},
    }
    return note(act=act, object=object, detail=detail)


def publish_heads(*, heads: Sequence[tuple[str, int, str]], at: datetime) -> Path:
    """Append where each chain ends to the file of the day, to be kept outside the house too."""
    head = AuditHead.objects.get(pk=1)
    folder = Path(settings.AUDIT_HEADS)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{timezone.localdate(at).isoformat()}.txt"
    moment = at.astimezone(UTC)
    with path.open("a", encoding="utf-8") as file:
        for name, number, digest in [("audit", head.number, head.digest), *heads]:
            seal = seal_head(settings.AUDIT_KEY, name, number, digest, moment)
            file.write(f"{moment.isoformat()} {name} {number} {digest or '-'} {seal}\n")
        file.flush()
        os.fsync(file.fileno())
    return path
