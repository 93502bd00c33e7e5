"""Where a target will end, until when it can still be reached, and which named work could do it.

Shown inside the house only; a published report has it when somebody chooses so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jingkai.kernel.facttypes import FactType, Value
from jingkai.kernel.forecast import Forecast, last_chance
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.months import month_end, month_number
from jingkai.kernel.pieces import scale_of
from jingkai.kernel.scaled import compile_rows, to_scaled
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import Visible
from jingkai.plan.queries import TargetLine
from jingkai.plan.rules import keeps
from jingkai.projects.facts import gate_passed
from jingkai.projects.queries import Project, gate_values, list_projects, list_waits
from jingkai.projects.rules import GATES, Gate

__all__ = ["Candidate", "Outlook", "candidates_for", "counter", "outlook_of"]


@dataclass(frozen=True)
class Outlook:
    """Where a year's target is likely to end; None where the record says nothing.

    `begins_by` is the last day from which the best pace ever seen still reaches it.
    """

    forecast: Forecast | None
    begins_by: date | None
    is_lost: bool
    is_likely: bool | None


def outlook_of(line: TargetLine, ledger: Ledger) -> Outlook | None:
    """Return the outlook of a target of the running year that adds up over its months."""
    indicator, target = line.indicator, line.target
    year = ledger.known_on.year
    is_of_year = line.period.first.year == line.period.last.year == year
    is_amount = target.measure == "level" and target.op in (">=", ">")
    if indicator is None or not is_of_year or not is_amount:
        return None
    if indicator.adds_up not in ("flow", "cumulative") or line.number is None:
        return None
    said = ledger.forecast(indicator, year)
    actual = line.number.value or Decimal(0)
    if keeps(target.op, actual, target.value):
        return Outlook(said, None, False, True)
    months = ledger.months_of(indicator)
    last = month_number(line.period.last)
    knows_a_year = any(all(m - n in months for n in range(12)) for m in months)
    begins = last_chance(months, target.value - actual, last) if knows_a_year else None
    is_lost = knows_a_year and (
        begins is None or begins < _whole(indicator, months, ledger.known_on)
    )
    likely = None if said is None else keeps(target.op, said.value, target.value)
    day = month_end(begins) if begins is not None and not is_lost else None
    return Outlook(said, day, is_lost, likely)


def _whole(indicator: Indicator, months: Mapping[int, Decimal], on: date) -> int:
    """Return the last month that is over and on record; without an event it was 0."""
    now = month_number(on)
    over = now if on == month_end(now) else now - 1
    is_event = current_zone().fact_types[indicator.over].grain == "event"
    return over if is_event else min(max(months), over)


@dataclass(frozen=True)
class Candidate:
    """A project whose next gate would count: how much, when it is usual, what is needed."""

    project: Project
    gate: Gate
    due_on: date | None
    days_over: int
    adds: Decimal


def candidates_for(
    line: TargetLine, *, today: date, visible: Visible = None, most: int = 12
) -> Sequence[Candidate]:
    """Return the projects whose next gate the target's own definition would count.

    Those whose time for the gate has come stand first, then those that are due soonest; among
    equals the larger one.
    """
    indicator, fact_type = line.indicator, current_zone().fact_types.get(gate_passed.id)
    if indicator is None or indicator.over != gate_passed.id or fact_type is None:
        return ()
    counts = counter(indicator, fact_type)
    found = []
    order = list(GATES)
    for project, wait in list_waits(list_projects(visible), today):
        if wait is None and project.passed:
            continue
        gate = GATES[wait.gate if wait else order[0]]
        adds = counts(gate_values(project, gate.id))
        if adds > 0:
            due_on, over = (wait.due_on, wait.days_over) if wait else (None, 0)
            found.append(Candidate(project, gate, due_on, over, adds))
    found.sort(key=lambda one: (one.due_on or date.max, -one.adds, -one.project.investment))
    return found[:most]


def counter(indicator: Indicator, fact_type: FactType) -> Callable[[Mapping[str, Value]], Decimal]:
    """Return how much one more row would add to an indicator, by its own definition."""
    row_of, scale = compile_rows([indicator.value], fact_type), scale_of(indicator, fact_type)

    def adds(values: Mapping[str, Value]) -> Decimal:
        row = to_scaled(fact_type, values) | {"subject": "", "on": None}
        total, present = row_of(row)
        return Decimal(total).scaleb(-scale) if present else Decimal(0)

    return adds
