"""The gates of a project, in order, and when one may be passed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

__all__ = ["GATES", "KINDS", "Gate", "find_objection"]

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


def find_objection(gate: Gate, on: date, *, passed: Mapping[str, date], today: date) -> str | None:
    """Return why the gate cannot be passed on that day, or None when it can."""
    order = list(GATES)
    if gate.id in passed:
        return f"“{gate.name}”已于 {passed[gate.id]} 记录；日期有误请用“撤回”后重记。"
    if on > today:
        return f"{gate.name}日期 {on} 在将来（今天是 {today}）。"
    for before in order[: order.index(gate.id)]:
        if before in passed and passed[before] > on:
            return f"{gate.name}日期 {on} 早于{GATES[before].name}日期 {passed[before]}。"
    for after in order[order.index(gate.id) + 1 :]:
        if after in passed and passed[after] < on:
            return f"{gate.name}日期 {on} 晚于{GATES[after].name}日期 {passed[after]}。"
    return None
