"""A past year once more, month by month: the lights as they were known, the notices they cause."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jingkai.kernel.lights import LATE_TONES
from jingkai.kernel.periods import Period
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import ItemLine, find_plan, list_lines

__all__ = ["ReplayedMonth", "ReplayedNotice", "replay_year"]

# What a second and a third month in a row brings.
STEPS = ("催办", "督办通知", "报分管领导")


@dataclass(frozen=True)
class ReplayedNotice:
    """A notice that a month's end would have caused."""

    step: str
    text: str
    lead: str
    light: str
    months: int


@dataclass(frozen=True)
class ReplayedMonth:
    """A month's end as it was known on its last day."""

    month: Period
    lights: Sequence[tuple[str, int]]
    notices: Sequence[ReplayedNotice]
    caught_up: int


def replay_year(year: int) -> list[ReplayedMonth]:
    """Return every month of a year's plan with the notices it would have produced."""
    plan = find_plan(year)
    if plan is None:
        return []
    late_for: Counter[int] = Counter()
    found = []
    for number in range(1, 13):
        month = Period.months(year, number, number)
        if plan.adopted_on and plan.adopted_on > month.last:
            continue
        lines = list_lines(plan, ledger=Ledger(month.last))
        late = [line for line in lines if line.light.tone in LATE_TONES]
        ids = {line.item.pk for line in late}
        caught_up = sum(1 for pk, months in late_for.items() if months and pk not in ids)
        late_for = Counter({line.item.pk: late_for[line.item.pk] + 1 for line in late})
        lights = Counter(f"{line.light.shape} {line.light.word}" for line in lines)
        notices = [_notice(line, late_for[line.item.pk]) for line in late]
        found.append(ReplayedMonth(month, lights.most_common(), notices, caught_up))
    return found


def _notice(line: ItemLine, months: int) -> ReplayedNotice:
    step = STEPS[min(months, len(STEPS)) - 1]
    lead = line.item.lead.name if line.item.lead else "待定"
    return ReplayedNotice(step, line.item.text, lead, line.light.word, months)
