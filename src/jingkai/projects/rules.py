"""The gates and nodes of a project: when one may be passed, what moves when one moves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from math import ceil
from statistics import quantiles
from typing import Any

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.lights import Light, LightScheme, Signal
from jingkai.kernel.nodes import NodeTemplate
from jingkai.kernel.words import Named, Words

__all__ = [
    "GATES",
    "KINDS",
    "Gate",
    "NodeState",
    "Wait",
    "find_node_objection",
    "find_objection",
    "find_wait",
    "light_of",
    "node_light",
    "node_lights",
    "redate",
    "turning_days",
    "usual_days",
]

KINDS = ("产业", "基础设施", "民生", "服务业")


@dataclass(frozen=True)
class Gate:
    """A gate: its id in the facts, its name, and what proves it."""

    id: str
    name: str
    english: str
    proof: str


GATES: dict[str, Gate] = {
    gate.id: gate
    for gate in [
        Gate("sign", "签约", "signed", "签字盖章的投资协议"),
        Gate("start", "开工", "ground broken", "施工许可证或主体桩基施工照片"),
        Gate("commission", "投产", "commissioned", "首张产品销售发票或竣工验收备案表"),
        Gate("full_output", "达效", "full output", "达产评估或完整年度纳税证明"),
    ]
}


def find_objection(
    gate: Gate, on: date, *, passed: Mapping[str, date], today: date
) -> Words | None:
    """Return why the gate cannot be passed on that day, or None when it can."""
    order = list(GATES)
    told: dict[str, Any] = {"gate": Words(gate.name), "on": on}
    if gate.id in passed:
        return Words(
            "“%(gate)s”已于 %(day)s 记录；日期有误请用“撤回”后重记。", **told, day=passed[gate.id]
        )
    if on > today:
        return Words("%(gate)s日期 %(on)s 在将来（今天是 %(today)s）。", **told, today=today)
    for before in order[: order.index(gate.id)]:
        if before in passed and passed[before] > on:
            return Words(
                "%(gate)s日期 %(on)s 早于%(other)s日期 %(day)s。",
                **told,
                other=Words(GATES[before].name),
                day=passed[before],
            )
    for after in order[order.index(gate.id) + 1 :]:
        if after in passed and passed[after] < on:
            return Words(
                "%(gate)s日期 %(on)s 晚于%(other)s日期 %(day)s。",
                **told,
                other=Words(GATES[after].name),
                day=passed[after],
            )
    return None


@dataclass(frozen=True)
class Wait:
    """What a project waits for: the next gate, when it is usual, how many days it is over."""

    gate: str
    due_on: date | None
    days_over: int


_ENOUGH = 5  # fewer projects make no habit


def usual_days(histories: Iterable[Mapping[str, date]]) -> dict[tuple[str, str], int]:
    """Return the usual days between two gates: three of four needed no longer."""
    legs: dict[tuple[str, str], list[int]] = {}
    order = list(GATES)
    for passed in histories:
        known = [gate for gate in order if gate in passed]
        for gate, after in pairwise(known):
            legs.setdefault((gate, after), []).append((passed[after] - passed[gate]).days)
    return {leg: ceil(quantiles(days)[2]) for leg, days in legs.items() if len(days) >= _ENOUGH}


def find_wait(
    passed: Mapping[str, date], *, usual: Mapping[tuple[str, str], int], today: date
) -> Wait | None:
    """Return what a project waits for; None before its first gate and after its last."""
    order = list(GATES)
    known = [gate for gate in order if gate in passed]
    if not known or known[-1] == order[-1]:
        return None
    gate, after = known[-1], order[order.index(known[-1]) + 1]
    days = usual.get((gate, after))
    if days is None:
        return Wait(after, None, 0)
    due_on = passed[gate] + timedelta(days=days)
    return Wait(after, due_on, max(0, (today - due_on).days))


@dataclass(frozen=True)
class NodeState:
    """A node as its project stands: who, from when to when, done when."""

    id: str
    begin_on: date
    due_on: date
    first_due_on: date
    done_on: date | None
    was_late: bool

    @property
    def days_late(self) -> int:
        """Return the days between due and done; 0 when in time or still open."""
        return max(0, (self.done_on - self.due_on).days) if self.done_on else 0


# What a scheme that forgets lateness says of a node done late: lateness stays visible.
_DONE_LATE = Light(
    id="done_late",
    word="逾期完成",
    english="Done late",
    shape="⟲",
    tone="caught",
    meaning="超过时限后销号",
    meaning_english="closed after its day",
)


def node_light(
    scheme: LightScheme, *, due_on: date, done_on: date | None, was_late: bool, today: date
) -> Light:
    """Return the light of a node; who once was late stays so."""
    is_late = was_late or (done_on or today) > due_on
    days_left = (due_on - today).days
    return light_of(scheme, days_left=days_left, is_done=done_on is not None, is_late=is_late)


def light_of(scheme: LightScheme, *, days_left: int, is_done: bool, is_late: bool) -> Light:
    """Return the light of a node that is as long before its due day, done or not, ever late."""
    signal = Signal(days_left=days_left, is_done=is_done, was_late=is_late)
    light = scheme.light(signal)
    if is_done and is_late and light == scheme.light(replace(signal, was_late=False)):
        return _DONE_LATE
    return light


def node_lights(scheme: LightScheme) -> list[Light]:
    """Return every light that a node can have, in the order of the scheme."""
    late = light_of(scheme, days_left=0, is_done=True, is_late=True)
    return [*scheme.lights, *([] if late in scheme.lights else [late])]


def turning_days(scheme: LightScheme, today: date) -> list[date]:
    """Return the due days from which on a node may have another light, the earliest first."""
    limits = {one.min_days_left for one in scheme.lights if one.min_days_left is not None}
    return sorted(today + timedelta(days=days) for days in limits | {0})


def find_node_objection(
    *,
    name: str | Named,
    done_on: date | None,
    on: date,
    waits_for: Sequence[str | Named],
    today: date,
) -> Words | None:
    """Return why a node cannot be closed on that day, or None when it can."""
    if done_on is not None:
        return Words(
            "“%(name)s”已于 %(day)s 销号；日期有误请用“撤回”后重记。", name=name, day=done_on
        )
    if on > today:
        return Words(
            "“%(name)s”的完成日期 %(on)s 在将来（今天是 %(today)s）。",
            name=name,
            on=on,
            today=today,
        )
    if waits_for:
        return Words(
            "“%(name)s”的前置节点还没有销号：%(waits)s。请先销前置节点。",
            name=name,
            waits=list(waits_for),
        )
    return None


def redate(
    template: NodeTemplate,
    states: Mapping[str, NodeState],
    *,
    node: str,
    due_on: date,
    calendar: WorkingCalendar,
) -> dict[str, tuple[date, date]]:
    """Return the new dates of what moves when one open node is due on another day.

    What waits for it moves by as many working days as it must, never to an earlier day; what
    is done or does not depend on it stays.
    """
    moved = {node: (min(states[node].begin_on, due_on), due_on)}

    def due(one: str) -> date:
        return moved[one][1] if one in moved else states[one].done_on or states[one].due_on

    for one in template.in_order:
        state = states[one.id]
        if one.id == node or state.done_on or not set(one.after) & set(moved):
            continue
        begin = max([state.begin_on, *(due(need) for need in one.after)])
        end = max(state.due_on, calendar.add_workdays(begin, one.days))
        if (begin, end) != (state.begin_on, state.due_on):
            moved[one.id] = begin, end
    return moved
