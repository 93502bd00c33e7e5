"""Which firms could close the gap of a target that counts firms: those near a rung it counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jingkai.enterprises.facts import recognised, roll_changed
from jingkai.enterprises.queries import list_enterprises
from jingkai.kernel.facttypes import Value
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.ladders import Rung
from jingkai.kernel.zone import current_zone
from jingkai.ladder.queries import Enterprise, find_ground, standings_of
from jingkai.ladder.rules import Standing
from jingkai.org.queries import Visible
from jingkai.plan.outlook import counter
from jingkai.plan.queries import TargetLine

__all__ = ["FirmCandidate", "firms_for"]

# Who has all that can be measured stands first; what is not known is no nearness.
_STATES = ("ready", "near")


@dataclass(frozen=True)
class FirmCandidate:
    """A firm near a rung whose step up would count: how much, and where it stands with it."""

    firm: Enterprise
    standing: Standing
    adds: Decimal


def firms_for(
    line: TargetLine, *, on: date, visible: Visible = None, most: int = 12
) -> Sequence[FirmCandidate]:
    """Return the firms near a rung that the target's own definition would count, nearest first."""
    rungs = _counted_rungs(line.indicator, on) if line.indicator else {}
    if not rungs:
        return ()
    ground = find_ground(on=on)
    codes = set(ground.firms)
    if visible is not None:
        codes &= set(list_enterprises(visible).values_list("code", flat=True))
    found = [
        FirmCandidate(ground.firms[code], one, rungs[one.rung.id])
        for code in sorted(codes)
        for one in standings_of(ground, code)
        if one.rung.id in rungs and one.state in _STATES
    ]
    found.sort(key=_rank)
    return found[:most]


def _rank(one: FirmCandidate) -> tuple[int, Decimal, int, str]:
    said = one.standing
    open_questions = said.count("unknown") + said.count("by_hand")
    return _STATES.index(said.state), -(said.percent or Decimal(0)), open_questions, one.firm.code


def _counted_rungs(indicator: Indicator, on: date) -> dict[str, Decimal]:
    """Return how much one firm that climbs a rung would add, for the rungs where it adds."""
    fact_type = current_zone().fact_types.get(indicator.over)
    if fact_type is None or indicator.over not in (recognised.id, roll_changed.id):
        return {}
    counts = counter(indicator, fact_type)
    found: dict[str, Decimal] = {}
    for rung in current_zone().ladder.on(on):
        adds = max((counts(row) for row in _rows(rung, indicator.over)), default=Decimal(0))
        if adds > 0:
            found[rung.id] = adds
    return found


def _rows(rung: Rung, type_id: str) -> Iterator[dict[str, Value]]:
    """Yield what would be recorded of a firm that climbs the rung, as facts of this type."""
    if type_id == recognised.id and rung.title:
        is_first = "是" if rung.procedure == "new" else "否"
        yield {"title": rung.title, "is_first": is_first, "document": ""}
    if type_id == roll_changed.id and not rung.title:
        for trade in rung.trades:
            yield {"step": "enter", "trade": trade, "change": 1}
