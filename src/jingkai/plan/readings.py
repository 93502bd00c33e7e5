"""Read readings: who files a number that nobody here computes, what was filed, what is owed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jingkai.kernel.expressions import Cell, find_cell
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, Number, find_return
from jingkai.plan import facts
from jingkai.plan.models import Plan, ReadingDuty, Target

__all__ = ["EVERY", "STATUSES", "ReadingLine", "cell_of", "list_readings", "period_due"]

EVERY = {"month": "每月", "quarter": "每季", "year": "每年"}
STATUSES = tuple(facts.reading.columns["status"].words)


@dataclass(frozen=True)
class ReadingLine:
    """A number that is filed, not computed: who files it, what was filed last, what is due."""

    indicator: Indicator
    targets: Sequence[Target]
    duty: ReadingDuty | None
    number: Number
    status: str
    owed: Period | None
    due_on: date | None


def cell_of(indicator: Indicator) -> Cell | None:
    """Return where a reading of this indicator is filed; None when facts compute it."""
    if indicator.over != facts.reading.id or indicator.is_derived:
        return None
    return find_cell(indicator.value, facts.reading)


def period_due(every: str, on: date) -> Period:
    """Return the last period that is over: months and quarters are filed from January on."""
    if every == "year":
        return Period.year(on.year - 1)
    last = on.replace(day=1) - timedelta(days=1)
    if every == "quarter":
        last = date(last.year, last.month // 3 * 3, 1) if last.month >= 3 else last
        if last.month < 3:
            return Period.year(last.year - 1)
    return Period.months(last.year, 1, last.month)


def list_readings(plan: Plan, *, on: date) -> list[ReadingLine]:
    """Return the targets of a plan that are filed by somebody, what is owed first."""
    bound: dict[str, list[Target]] = {}
    for target in Target.objects.filter(item__plan=plan).select_related("item__lead"):
        bound.setdefault(target.indicator, []).append(target)
    zone, ledger = current_zone(), Ledger(on)
    wanted = [zone.indicators[one] for one in bound if one in zone.indicators]
    wanted = [one for one in wanted if cell_of(one)]
    duties = {
        one.indicator: one
        for one in ReadingDuty.objects.select_related("person__department")
        if one.indicator in bound
    }
    ledger.prepare(wanted)
    lines = [_line(one, bound[one.id], duties.get(one.id), ledger, on) for one in wanted]
    return sorted(lines, key=lambda line: (line.owed is None, line.due_on or date.max))


def _line(
    indicator: Indicator,
    targets: Sequence[Target],
    duty: ReadingDuty | None,
    ledger: Ledger,
    on: date,
) -> ReadingLine:
    number = ledger.number(indicator, Period.year(on.year))
    if number.value is None:
        number = ledger.number(indicator, Period.year(on.year - 1))
    owed, due_on = _owed(number, duty, on)
    return ReadingLine(indicator, targets, duty, number, _status(indicator, number), owed, due_on)


def _owed(number: Number, duty: ReadingDuty | None, on: date) -> tuple[Period | None, date | None]:
    if duty is None:
        return None, None
    period = period_due(duty.every, on)
    is_filed = number.filed_until is not None and number.filed_until >= period.last
    after = period.last + timedelta(days=1)
    due_on = after.replace(day=min(duty.day, 28))
    return (None if is_filed else period), due_on


def _status(indicator: Indicator, number: Number) -> str:
    cell = cell_of(indicator)
    filed = cell and find_return(
        type_id=facts.reading.id, subject=cell.subject, period=number.period
    )
    if not filed:
        return ""
    return str(facts.reading.decode(filed.values).get("status") or "")
