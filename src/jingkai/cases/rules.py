"""What a case may do: its definition as immutable data, and the arithmetic of its state.

A state is two integers, one bit for each step: the steps done and the steps active. A definition
is plain data, so that its version can be kept beside the cases that follow it.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any, Literal, NamedTuple

from jingkai.kernel.canonical import plain_text
from jingkai.kernel.words import Words, named

__all__ = [
    "ACTS",
    "LEAST_HISTORY",
    "MOST_STEPS",
    "BadCaseType",
    "CaseFlag",
    "CaseType",
    "Condition",
    "Outcome",
    "PauseReason",
    "State",
    "Step",
    "StepMap",
    "UnmappedStep",
    "action_digest",
    "complete",
    "longest_way",
    "move_state",
    "quantile",
    "return_to",
    "start",
]

MOST_STEPS = 63
# Fewer closed cases than this tell nothing about the next one.
LEAST_HISTORY = 5
# What the timeline calls each act.
ACTS = {
    "open": "登记",
    "act": "办理",
    "take": "签收",
    "hand_over": "转办",
    "send_back": "退回",
    "withdraw": "撤回",
    "ask_cosign": "请会签",
    "cosign": "会签",
    "tell_correction": "一次性告知",
    "receive_again": "补正收件",
    "pause": "暂停计时",
    "resume": "恢复计时",
    "ask_extension": "申请延期",
    "decide_extension": "审批延期",
    "raise_flag": "加标记",
    "clear_flag": "解除标记",
    "migrate": "迁移版本",
    "retime": "重算到期日",
    "end": "终止",
}
Effect = Literal["", "accept", "decide", "close"]


class BadCaseType(ValueError):
    """A definition that cannot be followed; the message names the step and what to do."""


class UnmappedStep(ValueError):
    """An open step that a migration does not say what to do with."""


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A step is taken only when an answer of the case is one of these."""

    answer: str
    among: tuple[str, ...]

    def holds(self, answers: Mapping[str, str]) -> bool:
        """Tell whether the case's answer is among those named."""
        return answers.get(self.answer, "") in self.among


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a step may end: go on, end the case, or go back to an earlier step."""

    id: str
    name: str
    english: str
    ends: bool = False
    returns_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: who does it, what must be done before, what it brings about.

    `desk` is a desk of the case (its office for this step); `right` the permission its doer needs;
    `not_by` names steps whose doer may not do this one.
    """

    bit: int
    id: str
    name: str
    english: str
    desk: str
    needs: tuple[str, ...] = ()
    right: str = ""
    effect: Effect = ""
    outcomes: tuple[Outcome, ...] = ()
    not_by: tuple[str, ...] = ()
    when: Condition | None = None
    days: int = 0
    needs_words: bool = False
    needs_proof: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseFlag:
    """A mark on a case: it gathers cases in a queue, or blocks the steps it names."""

    bit: int
    id: str
    name: str
    english: str
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PauseReason:
    """A reason for which the law stops the clock, with its clause."""

    id: str
    name: str
    english: str
    basis: str


class State(NamedTuple):
    """The steps done and the steps active."""

    done: int = 0
    active: int = 0


@dataclass(frozen=True, kw_only=True)
class CaseType:
    """One version of how a kind of case is handled; a case keeps the version it began with."""

    id: str
    version: int
    name: str
    english: str
    basis: str
    steps: tuple[Step, ...]
    flags: tuple[CaseFlag, ...] = ()
    pauses: tuple[PauseReason, ...] = ()
    records_facts: bool = True

    def __post_init__(self) -> None:
        """Refuse what cannot be followed."""
        _check(self)

    @cached_property
    def by_id(self) -> Mapping[str, Step]:
        """Return the steps by their ids."""
        return {step.id: step for step in self.steps}

    @cached_property
    def by_bit(self) -> Mapping[int, Step]:
        """Return the steps by their bits."""
        return {step.bit: step for step in self.steps}

    @cached_property
    def all_steps(self) -> int:
        """Return the mask of every step."""
        return sum(1 << step.bit for step in self.steps)

    @cached_property
    def ordered(self) -> tuple[tuple[Step, int, int], ...]:
        """Return (step, its bit as a mask, mask of what it needs), what is needed first."""
        return tuple((step, 1 << step.bit, self.mask(step.needs)) for step in _in_order(self.steps))

    @cached_property
    def after(self) -> Mapping[int, int]:
        """Return, for each bit, the mask of every step that comes after it, near or far."""
        masks: dict[int, int] = {step.bit: 0 for step in self.steps}
        for step, own, needs in reversed(self.ordered):
            for before in self.steps:
                if needs >> before.bit & 1:
                    masks[before.bit] |= own | masks[step.bit]
        return masks

    @cached_property
    def blocking(self) -> Mapping[int, int]:
        """Return, for each step's bit, the mask of the flags that block it."""
        return {
            step.bit: sum(1 << flag.bit for flag in self.flags if step.id in flag.blocks)
            for step in self.steps
        }

    @cached_property
    def next_steps(self) -> Mapping[int, tuple[tuple[Step, int, int], ...]]:
        """Return, for each bit, the steps that need it, with their masks."""
        return {
            step.bit: tuple(one for one in self.ordered if step.id in one[0].needs)
            for step in self.steps
        }

    @cached_property
    def has_conditions(self) -> bool:
        """Tell whether any step depends on an answer."""
        return any(step.when for step in self.steps)

    def mask(self, ids: Iterable[str]) -> int:
        """Return the mask of some steps."""
        return sum(1 << self.by_id[one].bit for one in ids)

    def step(self, step_id: str) -> Step:
        """Return a step; refuse one that this version does not have."""
        try:
            return self.by_id[step_id]
        except KeyError:
            raise BadCaseType(
                Words(
                    "“%(kind)s”第 %(version)s 版没有“%(step_id)s”这一步；有的步骤：%(names)s。",
                    kind=named(self),
                    version=self.version,
                    step_id=step_id,
                    names=list(self.by_id),
                )
            ) from None

    def flag(self, flag_id: str) -> CaseFlag:
        """Return a flag; refuse one that this version does not have."""
        for flag in self.flags:
            if flag.id == flag_id:
                return flag
        raise BadCaseType(
            Words(
                "“%(kind)s”第 %(version)s 版没有“%(flag_id)s”这种标记。",
                kind=named(self),
                version=self.version,
                flag_id=flag_id,
            )
        )

    @cached_property
    def _of_mask(self) -> dict[int, tuple[Step, ...]]:
        return {}

    def active_steps(self, active: int) -> tuple[Step, ...]:
        """Return the steps of a mask, in order; the few masks that come up are found once."""
        steps = self._of_mask.get(active)
        if steps is None:
            steps = tuple(step for step, own, _ in self.ordered if active & own)
            self._of_mask[active] = steps
        return steps

    def as_data(self) -> dict[str, Any]:
        """Return the version as plain data to be kept."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "CaseType":
        """Return the version that was kept as plain data."""
        steps = tuple(
            Step(
                **{
                    **step,
                    "needs": tuple(step["needs"]),
                    "not_by": tuple(step["not_by"]),
                    "outcomes": tuple(Outcome(**one) for one in step["outcomes"]),
                    "when": step["when"]
                    and Condition(
                        answer=step["when"]["answer"], among=tuple(step["when"]["among"])
                    ),
                }
            )
            for step in data["steps"]
        )
        flags = tuple(CaseFlag(**{**one, "blocks": tuple(one["blocks"])}) for one in data["flags"])
        pauses = tuple(PauseReason(**one) for one in data["pauses"])
        return cls(**{**data, "steps": steps, "flags": flags, "pauses": pauses})


def start(kind: CaseType, answers: Mapping[str, str]) -> State:
    """Return the state of a case that begins."""
    return _settle(kind, 0, 0, answers)


def complete(kind: CaseType, state: State, bit: int, answers: Mapping[str, str]) -> State:
    """Return the state after an active step is done."""
    own = 1 << bit
    done, active = state.done | own, state.active & ~own
    if kind.has_conditions:
        return _settle(kind, done, active, answers)
    for _, mask, needs in kind.next_steps[bit]:
        if not (done | active) & mask and needs & done == needs:
            active |= mask
    return State(done, active)


def return_to(kind: CaseType, state: State, bit: int, answers: Mapping[str, str]) -> State:
    """Return the state after the case goes back to a step: it and what follows is undone."""
    own = 1 << bit
    undone = own | kind.after[bit]
    return _settle(kind, state.done & ~undone, state.active & ~undone | own, answers)


def _settle(kind: CaseType, done: int, active: int, answers: Mapping[str, str]) -> State:
    """Make active every step whose needs are done; pass over those that do not apply."""
    for step, own, needs in kind.ordered:
        if (done | active) & own or needs & done != needs:
            continue
        if step.when and not step.when.holds(answers):
            done |= own
        else:
            active |= own
    return State(done, active)


@dataclass(frozen=True, kw_only=True)
class StepMap:
    """How open cases pass from one version to another: each old step, and why it is lawful.

    A step maps to a step of the new version, or to "" when the new version has no such work.
    """

    basis: str
    steps: Mapping[str, str]


def move_state(
    old: CaseType, new: CaseType, state: State, plan: StepMap, answers: Mapping[str, str]
) -> State:
    """Return the state in the new version; refuse an active step that the map leaves out."""
    if unknown := set(plan.steps.values()) - set(new.by_id) - {""}:
        raise BadCaseType(Words("新版没有步骤：%(names)s。", names=sorted(unknown)))
    done = active = 0
    for step, own, _ in old.ordered:
        to = plan.steps.get(step.id)
        if state.active & own and to is None:
            raise UnmappedStep(
                Words(
                    "“%(step)s”正在办理，对照表没有写它对应新版的哪一步。",
                    step=named(step),
                )
            )
        if not to:
            continue
        if state.done & own:
            done |= 1 << new.by_id[to].bit
        if state.active & own:
            active |= 1 << new.by_id[to].bit
    return _settle(new, done & ~active, active, answers)


def action_digest(
    kind: str,
    step: str,
    actor: str,
    on_behalf: str,
    words: str,
    outcome: str,
    on: date,
    proof: Sequence[Mapping[str, Any]],
) -> str:
    """Return the digest of one act, which its line in the audit carries."""
    files = [one["sha256"] for one in proof]
    said = plain_text([kind, step, actor, on_behalf, words, outcome, on.isoformat(), files])
    return hashlib.sha256(said.encode()).hexdigest()


def longest_way(
    kind: CaseType, state: State, days: Mapping[str, float], answers: Mapping[str, str]
) -> float:
    """Return how many days the longest way through the steps that are left takes."""
    ends: dict[str, float] = {}
    for step, own, _ in kind.ordered:
        begins = max((ends[need] for need in step.needs), default=0.0)
        is_left = not state.done & own and not (step.when and not step.when.holds(answers))
        ends[step.id] = begins + (days[step.id] if is_left else 0.0)
    return max(ends.values())


def quantile(values: Sequence[int], share: Fraction) -> int:
    """Return the least value that is not exceeded by this share of all values."""
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


def _check(kind: CaseType) -> None:
    def refuse(text: str) -> None:
        raise BadCaseType(
            Words(
                "“%(kind)s”第 %(version)s 版：%(text)s",
                kind=named(kind),
                version=kind.version,
                text=text,
            )
        )

    if not kind.steps:
        refuse("没有步骤。")
    if len(kind.steps) > MOST_STEPS:
        refuse(f"有 {len(kind.steps)} 步，最多 {MOST_STEPS} 步；请拆成两类办件。")
    # One flag bit less than steps: the highest is the engine's own, for co-signing.
    for what, parts, most in (
        ("步骤", kind.steps, MOST_STEPS),
        ("标记", kind.flags, MOST_STEPS - 1),
    ):
        names = [one.id for one in parts]
        bits = [one.bit for one in parts]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            refuse(f"{what}代码重复：{'、'.join(twice)}。")
        if len(set(bits)) != len(bits) or not all(0 <= bit < most for bit in bits):
            refuse(f"{what}的位号必须各不相同，从 0 到 {most - 1}。")
    ids = {step.id for step in kind.steps}
    for step in kind.steps:
        meant = {*step.needs, *step.not_by, *(one.returns_to for one in step.outcomes)} - {""}
        if strangers := meant - ids:
            refuse(f"“{step.name}”提到没有的步骤：{'、'.join(sorted(strangers))}。")
    for flag in kind.flags:
        if strangers := set(flag.blocks) - ids:
            refuse(f"标记“{flag.name}”挡住没有的步骤：{'、'.join(sorted(strangers))}。")
    _in_order(kind.steps)
    for step in kind.steps:
        before = {one.id for one in kind.steps if kind.after[one.bit] >> step.bit & 1}
        for outcome in step.outcomes:
            if outcome.returns_to and outcome.returns_to not in before:
                refuse(f"“{step.name}”的结果“{outcome.name}”只能退回更早的步骤。")


def _in_order(steps: tuple[Step, ...]) -> list[Step]:
    """Return the steps with what they need before them; refuse a cycle with its path."""
    by_id = {step.id: step for step in steps}
    placed: dict[str, Step] = {}
    path: list[str] = []

    def place(step: Step) -> None:
        if step.id in placed:
            return
        if step.id in path:
            cycle = [*path[path.index(step.id) :], step.id]
            raise BadCaseType(
                Words(
                    "步骤互相等待：%(steps)s。", steps=" → ".join(by_id[one].name for one in cycle)
                )
            )
        path.append(step.id)
        for need in step.needs:
            place(by_id[need])
        path.pop()
        placed[step.id] = step

    for step in steps:
        place(step)
    return list(placed.values())
