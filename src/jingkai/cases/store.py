"""The few statements that move a case: read under a lock, then one write a table.

The rows are the models' own; they are written as SQL because a step is the busiest write of the
house, and because the check that nobody acted meanwhile must stand in the statement itself.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from typing import Any

from jingkai.audit.services import note
from jingkai.cases.models import Definition
from jingkai.cases.rules import CaseType, State, Step, action_digest
from jingkai.database.statements import Driver, driver
from jingkai.ledger.queries import Entry

__all__ = [
    "Clocked",
    "Held",
    "NewAction",
    "Work",
    "hold",
    "hold_work",
    "kind_of",
    "load_case",
    "move",
]

_KINDS: dict[str, CaseType] = {}


@dataclass(slots=True)
class Held:
    """A case as it stands while this transaction holds its lock."""

    database: Driver
    id: int
    kind: CaseType
    state: State
    flags: int
    last_action: int
    department: str
    desks: dict[str, str]
    answers: dict[str, str]
    withdrawn_on: date | None
    is_paused: bool

    @property
    def is_closed(self) -> bool:
        """Tell whether nothing of the case is left to do."""
        return not self.state.active


@dataclass(slots=True)
class Work:
    """The open work of one active step."""

    bit: int
    department: str
    person: int | None
    right: str
    since_action: int
    since_at: datetime
    opened_at: datetime | None


@dataclass(slots=True)
class Clocked:
    """The row of a case as its clock needs it, under the names of its columns."""

    id: int
    number: str
    definition_id: str
    title: str
    item: str
    department_id: str
    last_action: int
    received_on: date
    told_on: date | None
    accepted_on: date | None
    accepted_how: str
    statutory: int | None
    statutory_unit: str
    promised: int | None
    promised_unit: str
    extension: int
    is_paused: bool
    is_estimated: bool
    due_on: date | None
    statutory_due_on: date | None
    outcome: str
    trips: int


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
    entries: list[Entry] = field(default_factory=list)
    proof: Sequence[dict[str, Any]] = ()

    def digest(self) -> str:
        """Return the digest of what was done, that the audit's line holds it to."""
        return action_digest(
            self.kind,
            self.step,
            self.actor_name,
            self.on_behalf,
            self.words,
            self.outcome,
            self.on,
            self.proof,
        )


def kind_of(definition_id: str) -> CaseType:
    """Return the definition that is kept under an id; its id holds its digest, so it is cached."""
    if definition_id not in _KINDS:
        kept = Definition.objects.get(pk=definition_id)
        _KINDS[definition_id] = CaseType.from_data(kept.content)
    return _KINDS[definition_id]


_CASE = """c.definition_id, c.done, c.active, c.flags, c.last_action, c.department_id,
       c.desks, c.answers, d.withdrawn_on, c.is_paused"""
_HOLD = f"""
SELECT {_CASE}
FROM cases_case c JOIN cases_definition d ON d.id = c.definition_id WHERE c.id = %s"""
_LOCK = "SELECT id FROM cases_case WHERE id = %s"
_HOLD_WORK = f"""
SELECT {_CASE}, w.department_id, w.person_id, w."right", w.since_action, w.since_at,
       w.opened_at
FROM cases_case c JOIN cases_definition d ON d.id = c.definition_id
  LEFT JOIN cases_openwork w ON w.case_id = c.id AND w.step = %s WHERE c.id = %s"""


def hold(case_id: int) -> Held | None:
    """Lock a case and return it; None when there is none. Call inside a transaction."""
    database = driver()
    row = database.first(database.locking(_HOLD, "c"), (case_id,))
    return None if row is None else _held(database, case_id, row)


def hold_work(case_id: int, step: str) -> tuple[Held, Work | None] | None:
    """Lock a case and return it with the open work of a step, which is None when not active."""
    database = driver()
    if database.locks_rows:
        # Who waited for the lock must look again: the joined work is read as it was before.
        database.first(database.locking(_LOCK, "cases_case"), (case_id,))
    row = database.first(_HOLD_WORK, (step, case_id))
    if row is None:
        return None
    held, work = _held(database, case_id, row), row[10:]
    if work[0] is None:
        return held, None
    bit = held.kind.step(step).bit
    return held, Work(bit, *work[:4], _aware(work[4]), _aware(work[5]))


def _held(database: Driver, case_id: int, row: Sequence[Any]) -> Held:
    return Held(
        database,
        case_id,
        kind_of(row[0]),
        State(row[1], row[2]),
        *row[3:6],
        _json(row[6]),
        _json(row[7]),
        *row[8:10],
    )


_CLOCKED = ", ".join(one.name for one in fields(Clocked))
_LOAD = f"SELECT {_CLOCKED} FROM cases_case WHERE id = %s"


def load_case(case_id: int) -> Clocked:
    """Return what the clock of a case needs of its row; the case is locked already."""
    return Clocked(*driver().first(_LOAD, (case_id,)))


def _json(text: str) -> dict[str, str]:
    return json.loads(text) if text != "{}" else {}


def _aware(at: datetime | None) -> Any:
    """Return a time as the database tells it with its zone: SQLite keeps UTC without saying so."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


_MOVE = """
UPDATE cases_case SET done = %s, active = %s, last_action = %s
WHERE id = %s AND last_action = %s"""
_CLEAR = "DELETE FROM cases_openwork WHERE case_id = %s AND bit = %s"
_CLOSE = """
UPDATE cases_case SET done = %s, active = %s, last_action = %s, closed_on = %s
WHERE id = %s AND last_action = %s"""
_OPEN = """
INSERT INTO cases_openwork
  (case_id, bit, step, name, "right", department_id, since_action, since_on, since_at, due_on)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"""
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
    """Write a new state with its open work and its action; False when somebody acted meanwhile.

    `opened` are the steps that become active, with the department and the step's own due day.
    """
    before, number, database = held.state, held.last_action + 1, held.database
    write, at, on = database.write, database.moment(action.at), database.day(action.on)
    if closes:
        values = (state.done, state.active, number, on, held.id, held.last_action)
        moved = write(_CLOSE, values)
    else:
        moved = write(_MOVE, (state.done, state.active, number, held.id, held.last_action))
    if moved != 1:
        return False
    if gone := before.active & ~state.active:
        for step in held.kind.active_steps(gone):
            write(_CLEAR, (held.id, step.bit))
    for step, department, due_on in opened:
        own = (held.id, step.bit, step.id, step.name, step.right, department)
        write(_OPEN, (*own, number, on, at, database.day(due_on)))
    write(
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
            on,
            at,
            action.waited,
            action.worked,
            action.key,
            before.done,
            before.active,
            action.entries[-1].number if action.entries else None,
            json.dumps(list(action.proof), ensure_ascii=False) if action.proof else "[]",
        ),
    )
    detail: dict[str, Any] = {"action": number, "step": action.step, "content": action.digest()}
    if action.entries:
        # One act, one line: it holds what was recorded of it in the ledger as well.
        detail["entries"] = [f"{one.number} {one.content_digest}" for one in action.entries]
    note(
        act=f"case.{action.kind}",
        object=f"case:{held.id}",
        detail=detail,
        within=database,
    )
    held.last_action, held.state = number, state
    return True
