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

from jingkai.audit.queries import has_lines, last_line, sealed
from jingkai.audit.rules import Origin, Outcome, clean, detail_text, seal_head, seal_line
from jingkai.database.statements import Driver, driver

__all__ = [
    "act_for",
    "acting",
    "current_origin",
    "has_noted",
    "note",
    "note_change",
    "publish_heads",
]

# Outside a request, a command of the house is at work.
_HOUSE = Origin(name="系统")
_origin: ContextVar[Origin] = ContextVar("origin", default=_HOUSE)
# The numbers given out to what is at work now; a line whose transaction failed does not stand.
_given: ContextVar[list[int] | None] = ContextVar("given", default=None)


@contextmanager
def acting(origin: Origin) -> Iterator[None]:
    """Let everything inside be noted as coming from this person, address and request."""
    # Who comes in is noted under their own name inside the request that nobody had sent.
    outside = _given.get()
    token, given = _origin.set(origin), _given.set([] if outside is None else outside)
    try:
        yield
    finally:
        _origin.reset(token)
        _given.reset(given)


def act_for(name: str) -> None:
    """Say in whose place the person of this request acts, until the request is over."""
    _origin.set(replace(_origin.get(), acting_for=name))


def has_noted() -> bool:
    """Tell whether a line stands of what is at work now."""
    given = _given.get()
    return bool(given) and has_lines(given or (), current_origin().request)


def current_origin() -> Origin:
    """Return who is at work now."""
    return _origin.get()


# Writers of lines take turns at this number.
_TURN = 0x61756469
_LAST = "SELECT number, digest FROM audit_auditline ORDER BY number DESC LIMIT 1"
_LINE = """
INSERT INTO audit_auditline
  (number, at, account, name, acting_for, address, act, object, outcome, request, detail, digest)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def note(
    *,
    act: str,
    object: str = "",
    outcome: Outcome = Outcome.DONE,
    detail: Mapping[str, object] | None = None,
    within: Driver | None = None,
) -> None:
    """Add one line to the chain; it stands exactly when the caller's transaction does.

    Call it before the other rows of the act are locked, or after all of them: writers of lines
    wait for one another until the transaction ends. `within` is the driver, where the caller has
    it at hand.
    """
    database = within or driver()
    if not database.is_in_transaction:
        with transaction.atomic():
            return note(act=act, object=object, outcome=outcome, detail=detail)
    database.wait_for_turn(_TURN)
    number, previous = database.first(_LAST) or (0, "")
    at = datetime.now(UTC)
    *who, request = current_origin().said
    what = (clean(act, 80), clean(object, 200), str(outcome))
    said = (*who, *what, request, detail_text(detail or {}))
    digest = seal_line(settings.AUDIT_KEY, previous, sealed((number + 1, at, *said)))
    database.write(_LINE, (number + 1, database.moment(at), *said, digest))
    if (given := _given.get()) is not None:
        given.append(number + 1)
    return None


def take_turn(within: Driver) -> None:
    """Wait for one's turn at the chain now, where the line itself comes after other locks."""
    within.wait_for_turn(_TURN)


def note_change(
    *, act: str, object: str, before: Mapping[str, object], after: Mapping[str, object]
) -> bool:
    """Add the line of a change: what differs, before and after; False where nothing does."""
    changed = [name for name in after if before.get(name) != after[name]]
    if not changed:
        return False
    detail = {
        "before": {name: before.get(name) for name in changed},
        "after": {name: after[name] for name in changed},
    }
    note(act=act, object=object, detail=detail)
    return True


def publish_heads(*, heads: Sequence[tuple[str, int, str]], at: datetime) -> Path:
    """Append where each chain ends to the file of the day, to be kept outside the house too."""
    last = last_line()
    end = ("audit", last.number, last.digest) if last else ("audit", 0, "")
    folder = Path(settings.AUDIT_HEADS)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{timezone.localdate(at).isoformat()}.txt"
    moment = at.astimezone(UTC)
    with path.open("a", encoding="utf-8") as file:
        for name, number, digest in [end, *heads]:
            seal = seal_head(settings.AUDIT_KEY, name, number, digest, moment)
            file.write(f"{moment.isoformat()} {name} {number} {digest or '-'} {seal}\n")
        file.flush()
        os.fsync(file.fileno())
    return path
