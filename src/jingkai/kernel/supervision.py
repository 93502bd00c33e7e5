"""How a zone supervises: the steps of a 督办单, when it is chased, how departments are ranked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.yamlfile import Entry, build, read_yaml

__all__ = [
    "Evidence",
    "FollowUpOutcome",
    "FollowUpStep",
    "LetterTemplate",
    "Points",
    "Rung",
    "Supervision",
    "read_supervision",
]

Part = TypeVar("Part")
Told = Literal["lead", "supervisor", "head", "leader"]


@dataclass(frozen=True, kw_only=True)
class FollowUpOutcome:
    """How a step may end; `returns_to` names the step that is done again."""

    id: str
    name: str
    english: str
    returns_to: str = ""


@dataclass(frozen=True, kw_only=True)
class FollowUpStep:
    """One step of a 督办单: at which desk it lies, what it needs, who may not do it."""

    id: str
    bit: int
    name: str
    english: str
    desk: Literal["issuer", "lead", "supervisor"]
    needs: tuple[str, ...] = ()
    right: str = "handle_cases"
    effect: Literal["", "accept", "decide"] = ""
    not_by: tuple[str, ...] = ()
    days: int = 0
    needs_words: bool = False
    needs_proof: bool = False
    outcomes: tuple[FollowUpOutcome, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One rung of the ladder: so many working days after a day, these are told.

    `since` is the due day of the whole, or the id of a step that has its own days.
    """

    id: str
    name: str
    english: str
    after: int
    since: str = "due"
    to: tuple[str, ...] = ("lead",)


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What proves that a kind of matter is done."""

    id: str
    name: str
    english: str
    proof: str
    proof_english: str = ""


@dataclass(frozen=True, kw_only=True)
class Points:
    """What the ranking counts, for each matter that fell due or was closed in the month."""

    on_time: Decimal = Decimal(10)
    late: Decimal = Decimal(4)
    still_open: Decimal = Decimal(0)
    returned: Decimal = Decimal(-2)


@dataclass(frozen=True, kw_only=True)
class LetterTemplate:
    """A letter that goes to several departments at once; the words are the zone's.

    `opening` and `closing` may say {on}, {count} and {answer_by}. With `lists` the letter is about
    follow-ups and prints them; without, it says what its writer adds.
    """

    id: str
    name: str
    english: str
    title: str
    opening: str
    closing: str
    lists: bool = False


@dataclass(frozen=True, kw_only=True)
class Supervision:
    """How a zone supervises."""

    name: str
    english: str
    basis: str
    version: int
    number: str
    days: int
    supervisor: str
    steps: tuple[FollowUpStep, ...] = ()
    ladder: tuple[Rung, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    points: Points = field(default_factory=Points)
    picks: tuple[str, ...] = ()
    letter_number: str = "督函〔{year}〕{number}号"
    letters: tuple[LetterTemplate, ...] = ()

    @property
    def rule(self) -> str:
        """Return the rule of the ranking in words, to be printed beneath it."""
        points = self.points
        return (
            f"按本月到期或办结的督办事项平均得分排名：按期办结 {points.on_time} 分，"
            f"逾期办结 {points.late} 分，逾期未办结 {points.still_open} 分，"
            f"每退回一次 {points.returned} 分；得分相同，件数多的在前。"
        )


def read_supervision(path: Path, findings: Findings) -> Supervision | None:
    """Read supervision.yaml; what is wrong goes to `findings`."""
    if not path.exists():
        text = "缺少文件 supervision.yaml；请从 zones/base 或别的经开区包抄一份来改。"
        findings.add(path, 1, "", text)
        return None
    entry = read_yaml(path, findings)
    steps = _read_steps(entry, path, findings)
    known: dict[str, Any] = {
        "steps": steps,
        "ladder": _read_list(Rung, entry, "ladder", path, findings),
        "evidence": _read_list(Evidence, entry, "evidence", path, findings),
    }
    if "letters" in entry:
        known["letters"] = _read_list(LetterTemplate, entry, "letters", path, findings)
    if "points" in entry:
        known["points"] = build(Points, entry["points"], path, findings, name="points")
    rest = Entry(entry.line)
    rest |= {key: value for key, value in entry.items() if key not in known}
    rest.lines = entry.lines
    made = build(Supervision, rest, path, findings, name="supervision", **known)
    if made is not None:
        _check(made, entry, path, findings)
    return made


def _read_steps(entry: Entry, path: Path, findings: Findings) -> tuple[FollowUpStep, ...]:
    made = []
    for row in _rows(entry, "steps", path, findings):
        rest = Entry(row.line)
        rest |= {key: value for key, value in row.items() if key != "outcomes"}
        rest.lines = row.lines
        outcomes = _read_list(FollowUpOutcome, row, "outcomes", path, findings, needed=False)
        name = str(row.get("id", ""))
        made.append(build(FollowUpStep, rest, path, findings, name=name, outcomes=outcomes))
    return tuple(one for one in made if one is not None)


def _read_list(
    kind: type[Part],
    entry: Entry,
    key: str,
    path: Path,
    findings: Findings,
    *,
    needed: bool = True,
) -> tuple[Part, ...]:
    if not needed and key not in entry:
        return ()
    rows = _rows(entry, key, path, findings)
    made = [build(kind, row, path, findings, name=f"{key}.{row.get('id', '')}") for row in rows]
    return tuple(one for one in made if one is not None)


def _rows(entry: Entry, key: str, path: Path, findings: Findings) -> list[Entry]:
    rows = entry.get(key)
    if not isinstance(rows, list) or not rows or not all(isinstance(r, Entry) for r in rows):
        line = entry.lines.get(key, entry.line)
        findings.add(path, line, key, f"“{key}”应列出至少一项，每项是一组“键： 值”。")
        return []
    return rows


def _check(made: Supervision, entry: Entry, path: Path, findings: Findings) -> None:
    """Note what cannot be followed: unknown steps, a ladder on no clock, a number of no place."""

    def at(key: str) -> int:
        return entry.lines.get(key, entry.line)

    steps = {step.id: step for step in made.steps}
    effects: list[str] = [step.effect for step in made.steps]
    for wanted, what in (("accept", "开始计时（effect: accept）"), ("decide", "销号（decide）")):
        if made.steps and effects.count(wanted) != 1:
            findings.add(path, at("steps"), "steps", f"要有而且只有一步{what}。")
    for step in made.steps:
        named = (*step.needs, *step.not_by, *(one.returns_to for one in step.outcomes))
        _known(named, steps, at("steps"), step.id, path, findings)
    if made.steps and not any(step.not_by and step.desk == "supervisor" for step in made.steps):
        text = "没有由别人核查的一步：核查人不能是办理人，请给核查写 not_by。"
        findings.add(path, at("steps"), "steps", text)
    for rung in made.ladder:
        timed = {step.id: step for step in made.steps if step.days}
        _known([rung.since], {"due": None, **timed}, at("ladder"), rung.id, path, findings)
        for one in rung.to:
            allowed: Mapping[str, Any] = dict.fromkeys(get_args(Told))
            _known([one], allowed, at("ladder"), rung.id, path, findings)
    for key in ("ladder", "evidence", "steps", "letters"):
        ids = [one.id for one in getattr(made, key)]
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            findings.add(path, at(key), twice, f"代码“{twice}”重复；请改一个。")
    if "{number}" not in made.number:
        findings.add(
            path, at("number"), "number", "编号式样要有 {number}，如 督〔{year}〕{number}号。"
        )
    if "{number}" not in made.letter_number:
        text = "发文字号式样要有 {number}，如 督函〔{year}〕{number}号。"
        findings.add(path, at("letter_number"), "letter_number", text)
    for letter in made.letters:
        try:
            (letter.opening + letter.closing).format(on="", count=0, answer_by="")
        except (KeyError, IndexError, ValueError):
            text = "函的文字里只能用 {on}、{count}、{answer_by}。"
            findings.add(path, at("letters"), letter.id, text)
    if made.days < 1:
        findings.add(path, at("days"), "days", "默认时限至少 1 个工作日。")


def _known(
    names: Iterable[str],
    known: Mapping[str, Any],
    line: int,
    where: str,
    path: Path,
    findings: Findings,
) -> None:
    for name in names:
        if name and name not in known:
            hint = did_you_mean(name, known, "可用的")
            findings.add(path, line, where, f"提到没有的“{name}”；{hint}")
