"""Who has filed a return, who is late, who was reminded, what came in since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jingkai.enterprises import facts as register
from jingkai.enterprises.queries import Enterprise, list_enterprises
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.ledger.queries import Fact, list_first_filed, list_live_facts
from jingkai.returns.catalog import fact_type_of
from jingkai.returns.models import BulletinIssue, Filing, Reminder

__all__ = [
    "STATES",
    "Cell",
    "Collection",
    "Since",
    "came_since",
    "collect",
    "last_issue",
    "reminded",
    "reminders_for",
    "should_file",
]


# A state of a firm's return: its shape, its word, the tone it is drawn in.
STATES = {
    "on_time": ("●", "按时"),
    "late": ("◆", "迟报"),
    "review": ("○", "待审"),
    "returned": ("▲", "退回"),
    "missing": ("■", "未报"),
    "waiting": ("·", "未到期"),
    "none": ("—", "不报"),
}


@dataclass(frozen=True)
class Cell:
    """Where one firm stands with one period."""

    state: str
    on: date | None = None


@dataclass
class Collection:
    """Firms by periods, and how each period stands."""

    form: ReturnForm
    periods: list[Period]
    firms: list[Enterprise]
    cells: dict[str, list[Cell]]

    def count(self, place: int, *states: str) -> int:
        """Return how many firms stand so with a period."""
        return sum(cells[place].state in states for cells in self.cells.values())

    def missing(self, place: int) -> list[Enterprise]:
        """Return the firms that have not filed a period, late or not yet due."""
        return [
            firm
            for firm in self.firms
            if self.cells[firm.code][place].state in ("missing", "waiting", "returned")
        ]


def should_file(periods: Sequence[Period], *, known_on: date) -> dict[str, list[bool]]:
    """Return for each firm by its subject whether it was on the roll at the end of each period."""
    steps: dict[str, list[tuple[date, bool]]] = defaultdict(list)
    for one in list_live_facts(types=[register.roll_changed.id], known_on=known_on):
        told = register.roll_changed.decode(one.values)
        if one.on is not None:
            steps[one.subject].append((one.on, told["step"] == "enter"))
    found = {}
    for subject, moves in steps.items():
        moves.sort()
        found[subject] = [
            next((enters for on, enters in reversed(moves) if on <= period.last), False)
            for period in periods
        ]
    return found


def collect(form: ReturnForm, periods: Sequence[Period], *, on: date) -> Collection:
    """Return who has filed what: late by the day it first came in, missing after the due day."""
    fact = fact_type_of(form)
    expected = should_file(periods, known_on=on)
    codes = [subject.partition(":")[2] for subject, told in expected.items() if any(told)]
    firms = sorted(_firms(codes).values(), key=lambda one: (one.trade, one.code))
    place_of = {period.id: place for place, period in enumerate(periods)}
    live = list_live_facts(types=[fact.id], known_on=on).filter(period_id__in=list(place_of))
    stands = set(live.values_list("subject", "period_id"))
    first = {
        (subject, period_id): known
        for subject, period_id, known in list_first_filed(type_id=fact.id, periods=list(place_of))
        if (subject, period_id) in stands
    }
    pending = {
        (one.firm.subject, one.period_id): one
        for one in Filing.objects.filter(form=form.id, period_id__in=list(place_of))
        .filter(state__in=[Filing.State.FILED, Filing.State.RETURNED])
        .select_related("firm")
        .order_by("pk")
    }
    cells = {
        firm.code: [
            _cell(form, period, firm, expected, place, first, pending, on)
            for place, period in enumerate(periods)
        ]
        for firm in firms
    }
    return Collection(form, list(periods), firms, cells)


def _firms(codes: Sequence[str]) -> dict[str, Enterprise]:
    found: dict[str, Enterprise] = {}
    for start in range(0, len(codes), 900):
        some = list_enterprises().filter(code__in=codes[start : start + 900])
        found |= {one.code: one for one in some}
    return found


def _cell(
    form: ReturnForm,
    period: Period,
    firm: Enterprise,
    expected: Mapping[str, list[bool]],
    place: int,
    first: Mapping[tuple[str, str], date],
    pending: Mapping[tuple[str, str], Filing],
    on: date,
) -> Cell:
    key = (firm.subject, period.id)
    due = form.deadline(period).due
    sent = pending.get(key)
    if sent is not None and sent.state == Filing.State.FILED:
        return Cell("review", sent.sent_on)
    if key in first:
        return Cell("on_time" if first[key] <= due else "late", first[key])
    if sent is not None:
        return Cell("returned", sent.decided_on)
    if not expected[firm.subject][place]:
        return Cell("none")
    return Cell("missing" if on > due else "waiting")


def reminded(form: ReturnForm, period: Period) -> dict[str, date]:
    """Return when each firm was last reminded of a period, by code."""
    found = Reminder.objects.filter(form=form.id, period_id=period.id).order_by("on")
    return {code: on for code, on in found.values_list("firm__code", "on")}


def reminders_for(firm: Enterprise) -> list[tuple[Period, date]]:
    """Return the periods that a firm was reminded of, the latest first."""
    found = Reminder.objects.filter(firm=firm).order_by("-on")
    return [(parse_period(one.period_id), one.on) for one in found[:5]]


def last_issue(form: ReturnForm, period: Period, *, on: date) -> BulletinIssue | None:
    """Return the bulletin that went out last, but for this period's of this very day."""
    issued = BulletinIssue.objects.filter(form=form.id, on__lte=on)
    return issued.exclude(period_id=period.id, on=on).first()


@dataclass(frozen=True)
class Since:
    """What came in of some periods after a day: first filings, corrections, withdrawals."""

    late: int
    corrected: int
    withdrawn: int


def came_since(form: ReturnForm, periods: Sequence[Period], *, after: date, until: date) -> Since:
    """Return how many returns of these periods came late, were corrected or were taken back."""
    filed = Fact.objects.filter(
        type=form.fact,
        period_id__in=[one.id for one in periods],
        entry__known_on__gt=after,
        entry__known_on__lte=until,
        entry__number__isnull=False,
    )
    corrected = filed.filter(corrects__isnull=False)
    return Since(
        late=filed.filter(corrects=None).count(),
        corrected=corrected.filter(is_void=False).count(),
        withdrawn=corrected.filter(is_void=True).count(),
    )
