"""A report from the record: sentences in the zone's phrases whose figures are live numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jingkai.kernel.units import get_unit
from jingkai.plan.queries import ItemLine, Plan, TargetLine
from jingkai.web.numbers import OpenNumber, open_number

__all__ = ["Composition", "Passage", "PlanRow", "compose"]

Piece = str | OpenNumber


@dataclass(frozen=True)
class Passage:
    """A paragraph: words and live numbers in reading order."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Part:
    """A numbered part of the report."""

    title: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class PlanRow:
    """A row of the table at the end."""

    number: int
    text: str
    leader: str
    lead: str
    due_on: str
    light: str


@dataclass(frozen=True)
class Composition:
    """The whole report as plain values."""

    title: str
    dated: str
    parts: tuple[Part, ...]
    rows: tuple[PlanRow, ...]
    unreported: tuple[str, ...]


def compose(plan: Plan, lines: Sequence[ItemLine], *, dated: str, title: str) -> Composition:
    """Write the progress report of a plan: kept, in hand, behind, missing. Nothing is invented."""
    targets = [line.target for line in lines if line.target]
    whole = [line for line in targets if line.target.part_of_id is None]
    reported = [line for line in whole if line.number and line.number.value is not None]
    missing = [line for line in whole if not line.number or line.number.value is None]
    behind = [line for line in reported if _is_behind(line)]
    parts = [
        Part("总体情况", (_overview(plan, lines, reported, behind, missing),)),
        Part("主要目标完成情况", tuple(_target(line) for line in reported) or (_none(),)),
        Part("差距与不足", tuple(_gap(line) for line in behind) or (_none(),)),
        Part("待报送的指标", (_missing(missing),)),
    ]
    return Composition(
        title=title,
        dated=dated,
        parts=tuple(parts),
        rows=tuple(_row(line) for line in lines if line.target is None),
        unreported=tuple(line.target.name for line in missing),
    )


def _overview(
    plan: Plan,
    lines: Sequence[ItemLine],
    reported: Sequence[TargetLine],
    behind: Sequence[TargetLine],
    missing: Sequence[TargetLine],
) -> Passage:
    closed = sum(line.target is None and line.item.done_on is not None for line in lines)
    others = sum(line.target is None for line in lines)
    return Passage(
        (
            f"{plan.title}列有目标{len(reported) + len(missing)}项、任务和点名项目{others}项。"
            f"截至报告日，有数据的目标{len(reported)}项，其中滞后{len(behind)}项；"
            f"未报{len(missing)}项；任务和点名项目已销号{closed}项。",
        )
    )


def _target(line: TargetLine) -> Passage:
    pieces: list[Piece] = [*_said(line)]
    attainment, pace = line.standing.attainment, line.standing.pace
    if line.target.measure == "level" and attainment is not None:
        pieces.append(f"，完成年度目标{_goal(line)}的{attainment:.1f}%")
    else:
        pieces.append(f"，目标为{line.promised}")
    if pace is not None and line.standing.gap is not None and line.indicator is not None:
        if line.indicator.adds_up == "flow":
            pieces.append(f"，序时进度{pace:.1f}%,{_ahead(line.standing.gap)}")
    elif line.standing.gap is not None:
        pieces.append(f",{_over(line.standing.gap)}")
    for position, part in enumerate(line.parts):
        pieces.append("，其中" if position == 0 else "、")
        pieces += _said(part)
    return Passage((*pieces, "。"))


def _goal(line: TargetLine) -> str:
    return f"{get_unit(line.target.unit).show(line.target.value)}{line.target.unit}"


def _said(line: TargetLine) -> list[Piece]:
    number = line.number
    if number is None or number.value is None:
        return [f"{line.target.name}未报"]
    verb = {"growth": "增长", "share": "为"}.get(line.target.measure, "")
    if line.target.measure == "growth" and number.value < 0:
        verb = "下降"
    said: list[Piece] = [
        f"{line.target.name}{verb}",
        open_number(number, shown_in=line.target.unit, as_written=True),
    ]
    if number.yoy is not None:
        word = "增长" if number.yoy >= 0 else "下降"
        said.append(f"（同比{word}{abs(number.yoy):.1f}%）")
    return said


def _gap(line: TargetLine) -> Passage:
    short = line.standing.short
    if line.indicator and line.indicator.adds_up == "flow" and short is not None:
        shown = get_unit(line.target.unit).show(short)
        text = f"{line.target.name}较序时进度少{shown}{line.target.unit}"
    else:
        text = f"{line.target.name}{_over(line.standing.gap or Decimal(0))}"
    lead = line.target.item.lead
    return Passage((f"{text}" + (f"，由{lead.name}牵头补齐。" if lead else "，牵头单位待定。"),))


def _missing(missing: Sequence[TargetLine]) -> Passage:
    if not missing:
        return Passage(("全部目标都已有数据。",))
    names = "、".join(line.target.name for line in missing)
    return Passage((f"以下目标尚未报送，本报告不作推算：{names}。",))


def _none() -> Passage:
    return Passage(("无。",))


def _ahead(gap: Decimal) -> str:
    if gap == 0:
        return "与序时持平"
    return f"{'快于' if gap > 0 else '慢于'}序时{abs(gap):.1f}个百分点"


def _over(gap: Decimal) -> str:
    if gap == 0:
        return "与目标持平"
    return f"{'高于' if gap > 0 else '低于'}目标{abs(gap):.1f}个百分点"


def _is_behind(line: TargetLine) -> bool:
    return line.standing.light.tone in ("behind", "late", "blackflag")


def _row(line: ItemLine) -> PlanRow:
    due = line.item.due_on
    return PlanRow(
        number=line.item.number,
        text=line.item.text,
        leader=line.item.leader or "—",
        lead=line.item.lead.name if line.item.lead else "待定",
        due_on=f"{due.year}年{due.month}月{due.day}日",
        light=f"{line.light.shape} {line.light.word}",
    )
