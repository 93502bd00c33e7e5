"""Which firms could close the gap of a target that counts firms: those near a rung it counts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jingkai.enterprises.facts import recognised, roll_changed
from jingkai.kernel.facttypes import Value
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.ladders import Rung
from jingkai.kernel.zone import current_zone
from jingkai.ladder.queries import Enterprise, find_ground, list_standings, standings_of
from jingkai.ladder.rules import Standing
from jingkai.ladder.services import bring_up_to_date
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
    bring_up_to_date(on=on, while_waiting=True)
    near = list_standings(states=_STATES, rungs=rungs, visible=visible)[:most]
    kept = [(one.enterprise.code, one.rung) for one in near]
    ground = find_ground([code for code, _ in kept], on=on)
    standings = {
        (code, one.rung.id): one for code in ground.firms for one in standings_of(ground, code)
    }
    return [
        FirmCandidate(ground.firms[code], standings[code, rung], rungs[rung])
        for code, rung in kept
        if (code, rung) in standings
    ]


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
