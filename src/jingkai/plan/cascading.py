"""How a promise is handed down: the parts that a whole is cut into, and whether they add up.

Counts, amounts and areas add up: their parts come to the whole. Rates, shares and places do not:
everybody who takes a part answers for a rate of their own, and only the weights add up to 100.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.units import Unit, round_half_up
from jingkai.kernel.words import Amount, Words

__all__ = [
    "ROLES",
    "TEMPLATES",
    "WHOLE",
    "Fault",
    "Part",
    "Sums",
    "adds_up",
    "check_parts",
    "complete",
    "cut",
    "step_of",
    "sums_of",
    "weights_of",
]

ROLES = {"lead": "牵头", "support": "配合"}
TEMPLATES = {
    "equal": "平均分",
    "roles": "牵头为主",
    "last": "按去年完成数",
    "register": "按项目库",
    "hand": "手工填",
}
WHOLE = Decimal(100)
# Units whose numbers are never summed over those who reach them.
_NOT_SUMMED = ("percent", "points", "intensity", "per head")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Part:
    """What one holder takes: a weight of the responsibility in percent, a value in base units."""

    department: str
    person: int | None
    holder: str
    role: str
    weight: Decimal | None = None
    value: Decimal | None = None

    @property
    def key(self) -> tuple[str, int | None]:
        """Return who holds it."""
        return self.department, self.person


@dataclass(frozen=True)
class Fault:
    """What is wrong with one part, at which column, and what to do."""

    place: int
    column: str
    what: Words


@dataclass(frozen=True)
class Sums:
    """What the parts come to, and what is left of the whole; None where they do not add up."""

    weight: Decimal
    weight_left: Decimal
    value: Decimal | None
    left: Decimal | None


def adds_up(measure: str, unit: Unit, indicator: Indicator | None) -> bool:
    """Tell whether the parts of a number come to the whole."""
    if measure != "level" or unit.kind in _NOT_SUMMED:
        return False
    return indicator is None or indicator.adds_up in ("flow", "stock", "balance", "cumulative")


def step_of(unit: Unit) -> Decimal:
    """Return the smallest piece in which a whole is cut, in base units: one, or a printed digit."""
    return unit.to_base(Decimal(1).scaleb(-unit.decimals))


def cut(whole: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """Cut a whole by weights into multiples of `step` that come to the whole again.

    What is left over goes to the largest remainders, among equals to the first.
    """
    total = sum(weights, Decimal(0))
    if total <= 0:
        return [Decimal(0) for _ in weights]
    pieces = [whole * one / total // step * step for one in weights]
    rest = whole - sum(pieces, Decimal(0))
    order = sorted(range(len(weights)), key=lambda n: (pieces[n] - whole * weights[n] / total, n))
    for n in order:
        if rest < step:
            break
        pieces[n] += step
        rest -= step
    if order and rest:
        pieces[order[0]] += rest
    return pieces


def weights_of(roles: Sequence[str], lead_weight: Decimal) -> list[Decimal]:
    """Return the weights of a lead and those who support it: the lead's own, the rest in equal
    parts. Without a lead, or without anybody beside it, all get the same.
    """
    supports = [n for n, role in enumerate(roles) if role != "lead"]
    if not supports or len(supports) == len(roles):
        return cut(WHOLE, [Decimal(1)] * len(roles), _CENT)
    rest = iter(cut(WHOLE - lead_weight, [Decimal(1)] * len(supports), _CENT))
    return [next(rest) if role != "lead" else lead_weight for role in roles]


def complete(parts: Sequence[Part], whole: Decimal | None, step: Decimal, adds: bool) -> list[Part]:
    """Fill in of each part what follows from the rest: a value from its weight, or the reverse."""
    made = []
    for one in parts:
        if whole is not None and not adds and one.value is None:
            one = replace(one, value=whole)
        elif whole is not None and whole > 0 and adds:
            if one.value is None and one.weight is not None:
                value = round_half_up(whole * one.weight / WHOLE / step, 0) * step
                one = replace(one, value=value)
            elif one.weight is None and one.value is not None:
                one = replace(one, weight=round_half_up(one.value / whole * WHOLE, 2))
        made.append(one)
    return made


def check_parts(
    parts: Sequence[Part],
    *,
    whole: Decimal | None,
    adds: bool,
    unit: Unit | None,
    above: Part | None = None,
    below: Mapping[tuple[str, int | None], Decimal] | None = None,
) -> list[Fault]:
    """Return what is wrong with the parts of a whole; `above` is the part that is cut further.

    `below` is what holders of these parts have handed further, which must still fit.
    """
    faults: list[Fault] = []
    seen: dict[tuple[str, int | None], int] = {}
    lead: int | None = None
    weight = Decimal(0)
    value = Decimal(0)
    for place, one in enumerate(parts):
        if above is not None and one.key == above.key:
            what = Words(
                "不能把“%(holder)s”的一份再分解给它自己；请选下属单位或本单位的人。",
                holder=one.holder,
            )
            faults.append(Fault(place, "holder", what))
        if one.key in seen:
            what = Words(
                "“%(holder)s”和第 %(row)s 行重复；请合成一行。",
                holder=one.holder,
                row=seen[one.key] + 1,
            )
            faults.append(Fault(place, "holder", what))
        seen.setdefault(one.key, place)
        if one.role == "lead":
            if lead is not None:
                what = Words(
                    "已由“%(holder)s”牵头；牵头只能有一个，请把一个改为配合。",
                    holder=parts[lead].holder,
                )
                faults.append(Fault(place, "role", what))
            lead = place if lead is None else lead
        faults += _of_weight(place, one, weight)
        weight += one.weight or Decimal(0)
        if one.value is not None and one.value < 0:
            faults.append(Fault(place, "value", Words("分解数不能是负数。")))
        elif adds and whole is not None and unit is not None and one.value is not None:
            if value <= whole < value + one.value:
                what = Words(
                    "到这一行合计超过总数 %(whole)s；这一份最多 %(left)s。",
                    whole=Amount(whole, unit.id),
                    left=Amount(whole - value, unit.id),
                )
                faults.append(Fault(place, "value", what))
            value += one.value
            handed = (below or {}).get(one.key, Decimal(0))
            if handed > one.value:
                what = Words(
                    "下面已分解 %(handed)s，超过这一份；请先调整下面的。",
                    handed=Amount(handed, unit.id),
                )
                faults.append(Fault(place, "value", what))
    kept = {one.key for one in parts}
    for key in below or {}:
        if key not in kept:
            faults.append(
                Fault(
                    0,
                    "holder",
                    Words("“%(holder)s”的一份已再往下分解；请先收回下面的。", holder=key[0]),
                )
            )
    return faults


def _of_weight(place: int, one: Part, so_far: Decimal) -> list[Fault]:
    if one.weight is None:
        return []
    if not 0 <= one.weight <= WHOLE:
        return [Fault(place, "weight", Words("占比写 0 到 100 之间的数。"))]
    if so_far <= WHOLE < so_far + one.weight:
        what = Words(
            "到这一行占比合计 %(sum)s%%，超过 100%%；这一份最多 %(most)s%%。",
            sum=f"{so_far + one.weight:f}",
            most=f"{WHOLE - so_far:f}",
        )
        return [Fault(place, "weight", what)]
    return []


def sums_of(parts: Sequence[Part], whole: Decimal | None, adds: bool) -> Sums:
    """Return what the parts come to and what is left."""
    weight = sum((one.weight or Decimal(0) for one in parts), Decimal(0))
    if not adds or whole is None:
        return Sums(weight, WHOLE - weight, None, None)
    value = sum((one.value or Decimal(0) for one in parts), Decimal(0))
    return Sums(weight, WHOLE - weight, value, whole - value)
