"""The few statements that move a case: read under a lock, then one write a table.

The rows are the models' own; they are written as SQL because a step is the busiest write of the
house, and because the version check must stand in the statement itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from jingkai.cases.models import Definition
from jingkai.cases.rules import CaseType, State, Step

__all__ = ["Held", "NewAction", "Work", "hold", "hold_work", "kind_of", "move"]

_KINDS: dict[str, CaseType] = {}
_FOR_SQLITE: dict[str, str] = {}


@dataclass(slots=True)
class Held:
    """A case as it stands while this transaction holds its lock."""

    id: int
    kind: CaseType
    state: State
    flags: int
    version: int
    last_action: int
    department: str
    desks: dict[str, str]
    answers: dict[str, str]
    withdrawn_on: date | None
    is_closed: bool
    is_paused: bool


@dataclass(slots=True)
class Work:
    """The open work of one active step."""

    id: int
    department: str
    person: int | None
    right: str
    since_action: int
    since_at: datetime
    opened_at: datetime | None


@dataclass(slots=True)
class NewAction:
    """What is written of one act."""

    kind: str
    on: date
    at: datetime
    actor: int | None
    actor_name: str
    office: str = ""
    step: str = ""
    words: str = ""
    outcome: str = ""
    on_behalf: str = ""
    key: str = ""
    waited: int = 0
    worked: int = 0
    entry: int | None = None
    proof: Sequence[dict[str, Any]] = ()


def _run(sql: str, values: Sequence[Any]) -> Any:
    """Run a statement on the driver's own cursor: on the busiest write the wrappers would cost more
    than the database does. Errors still come as Django's."""
    if connection.vendor == "sqlite":
        if sql not in _FOR_SQLITE:
            _FOR_SQLITE[sql] = sql.replace("%s", "?")
        sql = _FOR_SQLITE[sql]
    with connection.wrap_database_errors:
        return connection.connection.execute(sql, values)


def kind_of(definition_id: str) -> CaseType:
    """Return the definition that is kept under an id; its id holds its digest, so it is cached."""
    if definition_id not in _KINDS:
        kept = Definition.objects.get(pk=definition_id)
        _KINDS[definition_id] = CaseType.from_data(kept.content)
    return _KINDS[definition_id]


_HOLD = """
SELECT c.definition_id, c.done, c.active, c.flags, c.version, c.last_action, c.department_id,
       c.desks, c.answers, d.withdrawn_on, c.closed_on IS NOT NULL, c.is_paused
FROM cases_case c JOIN cases_definition d ON d.id = c.definition_id WHERE c.id = %s"""


def hold(case_id: int) -> Held | None:
    """Lock a case and return it; None when there is none. Call inside a transaction."""
    locked = f"{_HOLD} FOR UPDATE OF c" if connection.features.has_select_for_update else _HOLD
    row = _run(locked, (case_id,)).fetchone()
    if row is None:
        return None
    return Held(
        case_id,
        kind_of(row[0]),
        State(row[1], row[2]),
        row[3],
        row[4],
        row[5],
        row[6],
        json.loads(row[7]),
        json.loads(row[8]),
        row[9],
        bool(row[10]),
        bool(row[11]),
    )


_WORK = """
SELECT id, department_id, person_id, "right", since_action, since_at, opened_at
FROM cases_openwork WHERE case_id = %s AND bit = %s"""


def hold_work(case_id: int, bit: int) -> Work | None:
    """Return the open work of a step; the case is locked already."""
    row = _run(_WORK, (case_id, bit)).fetchone()
    return None if row is None else Work(*row[:5], _aware(row[5]), _aware(row[6]))


def _aware(at: datetime | None) -> Any:
    """Return a time as the database tells it with its zone: SQLite keeps UTC without saying so."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


_MOVE = """
UPDATE cases_case SET done = %s, active = %s, version = version + 1, last_action = %s
WHERE id = %s AND version = %s"""
_CLOSE = """
UPDATE cases_case SET done = %s, active = %s, version = version + 1, last_action = %s,
       closed_on = %s WHERE id = %s AND version = %s"""
_CLEAR = "DELETE FROM cases_openwork WHERE case_id = %s AND bit = %s"
_OPEN = """
INSERT INTO cases_openwork
  (case_id, bit, step, name, "right", department_id, since_action, since_on, since_at, due_on)
VALUES """
_OPEN_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_ACTION = """
INSERT INTO cases_action
  (case_id, number, kind, step, actor_id, actor_name, on_behalf, office, words, outcome, "on", at,
   waited, worked, "key", done_before, active_before, entry, proof)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""


def move(
    held: Held,
    state: State,
    action: NewAction,
    *,
    opened: Sequence[tuple[Step, str, date | None]],
    closes: bool,
) -> bool:
    """Write a new state with its open work and its action; False when the version moved on.

    `opened` are the steps that become active, with the department and the step's own due day.
    """
    before, number = held.state, held.last_action + 1
    adapt = connection.ops.adapt_datetimefield_value
    at = adapt(action.at)
    gone = before.active & ~state.active
    if closes:
        values = (state.done, state.active, number, action.on, held.id, held.version)
        moved = _run(_CLOSE, values)
    else:
        moved = _run(_MOVE, (state.done, state.active, number, held.id, held.version))
    if moved.rowcount != 1:
        return False
    while gone:
        bit = gone.bit_length() - 1
        _run(_CLEAR, (held.id, bit))
        gone &= ~(1 << bit)
    if opened:
        rows: list[Any] = []
        for step, department, due_on in opened:
            rows += (held.id, step.bit, step.id, step.name, step.right, department)
            rows += (number, action.on, at, due_on)
        _run(_OPEN + ", ".join([_OPEN_ROW] * len(opened)), rows)
    _run(
        _ACTION,
        (
            held.id,
            number,
            action.kind,
            action.step,
            action.actor,
            action.actor_name,
            action.on_behalf,
            action.office,
            action.words,
            action.outcome,
            action.on,
            at,
            action.waited,
            action.worked,
            action.key,
            before.done,
            before.active,
            action.entry,
            json.dumps(list(action.proof), ensure_ascii=False) if action.proof else "[]",
        ),
    )
    held.version, held.last_action, held.state = held.version + 1, number, state
    return True
