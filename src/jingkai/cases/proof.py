"""Hold every row of what was done to a case against the line that the audit keeps of it."""

import json
from collections.abc import Iterator
from itertools import islice

from jingkai.audit.queries import AuditLine
from jingkai.cases.models import Action
from jingkai.cases.rules import action_digest
from jingkai.ledger.queries import broken_places

__all__ = ["broken_records", "count_actions", "find_changed_action"]

# So many lines are held against their actions at a time.
CHUNK = 500
_Told = tuple[int, str]


def broken_records() -> list[str]:
    """Return the first bad place of each record that does not hold: both chains, then the cases."""
    changed = find_changed_action()
    return [*broken_places(), *([f"{changed}。"] if changed else [])]


def find_changed_action() -> str | None:
    """Return the first action that is not as the audit has it, in words; None when all are.

    Whoever owns the database can change a row; the chain holds what the row said.
    """
    lines, seen = _lines(), 0
    while told := dict(islice(lines, CHUNK)):
        actions = _actions({case for case, _ in told})
        for key, (line, content) in told.items():
            action = actions.get(key)
            if action is None:
                return (
                    f"审计第 {line} 条记着办件（编号 {key[0]}）的第 {key[1]} 条办理记录，现已不在"
                )
            if _digest(action) != content:
                return f"{_place(action)}与审计第 {line} 条当时的摘要不符，内容被改过"
        seen += len(told)
    return None if count_actions() == seen else _unaudited()


def count_actions() -> int:
    """Return how many acts stand in the cases."""
    return Action.objects.count()


def _unaudited() -> str | None:
    known = {key for key, _ in _lines()}
    for action in Action.objects.select_related("case").iterator(chunk_size=CHUNK):
        if (action.case_id, action.number) not in known:
            return f"{_place(action)}在审计里没有记录，是绕过系统写入的"
    return None


def _lines() -> Iterator[tuple[tuple[int, int], _Told]]:
    """Yield (case, number of the action) with the line and the digest that it carries."""
    found = AuditLine.objects.filter(act__startswith="case.", object__startswith="case:")
    rows = found.order_by("number").values_list("number", "object", "detail")
    for number, case, detail in rows.iterator(chunk_size=2000):
        said = json.loads(detail)
        if "content" in said and "action" in said:
            yield (int(case.removeprefix("case:")), said["action"]), (number, said["content"])


def _actions(cases: set[int]) -> dict[tuple[int, int], Action]:
    found = Action.objects.filter(case__in=cases).select_related("case")
    return {(one.case_id, one.number): one for one in found}


def _digest(action: Action) -> str:
    return action_digest(
        action.kind,
        action.step,
        action.actor_name,
        action.on_behalf,
        action.words,
        action.outcome,
        action.on,
        action.proof,
    )


def _place(action: Action) -> str:
    return f"办件 {action.case.number} 的第 {action.number} 条办理记录"
