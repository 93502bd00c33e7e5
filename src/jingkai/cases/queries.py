"""Read cases: queues, one case with its timeline, its clock."""

from bisect import insort
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from statistics import median

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jingkai.cases.models import (
    Action,
    Case,
    CoSign,
    Definition,
    DueMove,
    Extension,
    OpenWork,
    Pausing,
    RaisedFlag,
)
from jingkai.cases.proof import count_actions, find_changed_action
from jingkai.cases.rights import delegators, may_do
from jingkai.cases.rules import LEAST_HISTORY, CaseType, State, Step, longest_way, quantile
from jingkai.cases.store import kind_of
from jingkai.cases.timing import Clock, clock_of, working_calendar
from jingkai.kernel.words import Named
from jingkai.org.queries import Department, Person, visible_departments
from jingkai.org.rules import Permission

__all__ = [
    "PROOFS",
    "Action",
    "BackTest",
    "Case",
    "CaseView",
    "Clock",
    "Congestion",
    "Definition",
    "DefinitionRow",
    "Forecast",
    "OpenWork",
    "asked_of",
    "back_test",
    "by_state",
    "count_actions",
    "count_work",
    "describe_cases",
    "describe_types",
    "find_case",
    "find_cases",
    "forecast",
    "get_case",
    "get_clock",
    "get_view",
    "kept_kind",
    "kind_of_case",
    "list_back_tests",
    "list_cases",
    "list_congestion",
    "list_cosigns",
    "list_definitions",
    "list_extensions",
    "list_work",
    "may_do_step",
    "working_calendar",
]

PROOFS = [find_changed_action]


def get_case(case_id: int) -> Case:
    """Return one case with its definition and department."""
    return Case.objects.select_related("definition", "department").get(pk=case_id)


def find_case(number: str) -> Case | None:
    """Return the case with this number."""
    found = Case.objects.select_related("definition", "department").filter(number=number)
    return found.first()


def kind_of_case(case: Case) -> CaseType:
    """Return the version of its definition that a case follows."""
    return kind_of(case.definition_id)


def get_clock(case: Case, on: date) -> Clock:
    """Return the clock of a case as it stands at the end of a day."""
    return clock_of(case, on)


def list_work(person: Person, on: date) -> QuerySet[OpenWork]:
    """Return the open steps that lie with a person: their own, their desk's, their givers'."""
    wanted = Q()
    for one in (person, *delegators(person, on)):
        rights = ["", *(right.value for right in _rights(one))]
        mine = Q(person=one) | Q(person=None, department=one.department_id)
        wanted |= mine & Q(right__in=rights)
    found = OpenWork.objects.filter(wanted, case__closed_on=None)
    return found.select_related("case", "case__definition", "department", "person").order_by(
        "case__due_on", "pk"
    )


def count_work(person: Person, on: date) -> int:
    """Return how many steps and words of co-signing wait for a person."""
    return list_work(person, on).count() + list_cosigns(person).count()


def list_cosigns(person: Person) -> QuerySet[CoSign]:
    """Return the words of co-signing that a person's department still owes."""
    return asked_of(person).filter(case__closed_on=None)


def asked_of(person: Person) -> QuerySet[CoSign]:
    """Return what a person's department was asked to co-sign and did not, closed cases too."""
    unanswered = CoSign.objects.filter(department=person.department_id, answered_on=None)
    return unanswered.select_related("case", "asked_by").order_by("asked_on")


def list_extensions(case: Case) -> QuerySet[Extension]:
    """Return the extensions asked for a case."""
    return Extension.objects.filter(case=case).select_related("asked_by", "decided_by")


def list_cases(person: Person | None = None) -> QuerySet[Case]:
    """Return every case, newest first; for a person, those within their scope.

    A department sees the cases it leads, holds a step of, did a step of, or was asked about.
    """
    found = Case.objects.select_related("definition", "department")
    seen = visible_departments(person) if person else None
    if seen is None:
        return found
    own = {"case": OuterRef("pk")}
    held = OpenWork.objects.filter(Q(department__in=seen) | Q(person=person), **own)
    acted = Action.objects.filter(Q(office__in=seen) | Q(actor=person), **own)
    asked = CoSign.objects.filter(department__in=seen, **own)
    return found.filter(
        Q(department__in=seen) | Q(Exists(held)) | Q(Exists(acted)) | Q(Exists(asked))
    )


def describe_cases(ids: list[int]) -> dict[int, str]:
    """Return the titles of cases."""
    return dict(Case.objects.filter(pk__in=ids).values_list("pk", "title"))


@dataclass
class CaseView:
    """Everything that the page of a case shows."""

    case: Case
    kind: CaseType
    clock: Clock
    work: list[OpenWork]
    actions: list[Action]
    pauses: list[Pausing]
    flags: list[RaisedFlag]
    cosigns: list[CoSign]
    extensions: list[Extension]
    moves: list[DueMove]
    mine: list[OpenWork]


def get_view(case: Case, person: Person, on: date) -> CaseView:
    """Return a case with its work, its past and what of it lies with a person."""
    found = case.work.select_related("department", "person").order_by("bit")
    work = list(found)
    givers = delegators(person, on)
    return CaseView(
        case=case,
        kind=kind_of_case(case),
        clock=clock_of(case, on),
        work=work,
        actions=list(case.actions.all()),
        pauses=list(case.pauses.all()),
        flags=list(case.raised.all()),
        cosigns=list(case.cosigns.select_related("department", "asked_by", "answered_by")),
        extensions=list(list_extensions(case)),
        moves=list(case.due_moves.all()),
        mine=[one for one in work if may_do(person, one, givers)],
    )


def may_do_step(case: Case, step: Step, person: Person, on: date) -> bool:
    """Tell whether a person may do a step that is active now."""
    work = case.work.filter(bit=step.bit).first()
    return work is not None and may_do(person, work, delegators(person, on))


def _rights(person: Person) -> list[Permission]:
    return [right for right in Permission if person.may(right)]


def by_state(rows: QuerySet[Case], state: str) -> QuerySet[Case]:
    """Keep the cases in a state; late ones are past their due day and not decided."""
    on = settings.BUSINESS_CLOCK.today()
    states = {
        "open": Q(closed_on=None),
        "late": Q(closed_on=None, decided_on=None, due_on__lt=on),
        "paused": Q(is_paused=True),
        "closed": Q(closed_on__isnull=False),
    }
    return rows.filter(states[state]) if state in states else rows


@dataclass(frozen=True)
class DefinitionRow:
    """One kept version, and how many of its cases are open and closed."""

    definition: Definition
    open: int
    closed: int


def list_definitions() -> list[DefinitionRow]:
    """Return every version that was kept, by kind, the newest first."""
    found = Definition.objects.annotate(
        open=Count("cases", filter=Q(cases__closed_on=None)),
        closed=Count("cases", filter=Q(cases__closed_on__isnull=False)),
    ).order_by("type", "-version")
    return [DefinitionRow(one, one.open, one.closed) for one in found]


def kept_kind(definition_id: str) -> CaseType:
    """Return a kept version."""
    return kind_of(definition_id)


def describe_types() -> list[tuple[str, str, str]]:
    """Return the kinds of case that were ever opened, with their names in both languages."""
    kept = Definition.objects.order_by("type", "version").values_list("type", "name", "content")
    named = {kind: (kind, name, content.get("english", "")) for kind, name, content in kept}
    return list(named.values())


def find_cases(text: str, most: int, cases: QuerySet[Case]) -> list[Case]:
    """Return cases whose number or title holds a text."""
    return list(cases.filter(Q(number__icontains=text) | Q(title__icontains=text))[:most])


@dataclass(frozen=True)
class Congestion:
    """How a step fares at a desk: what is open, what is late, how long it waits and takes."""

    step: str
    department: str
    english: str
    open: int
    open_late: int
    done: int
    waited: str
    worked: str


def list_congestion(on: date) -> list[Congestion]:
    """Return every step at every desk, the most late ones first."""
    spent: dict[tuple[str, str], list[tuple[int, int]]] = {}
    acts = Action.objects.filter(kind="act", actor__isnull=False)
    for definition, step, office, waited, worked in acts.values_list(
        "case__definition", "step", "office", "waited", "worked"
    ).iterator(chunk_size=2000):
        name = kind_of(definition).by_id[step].name
        spent.setdefault((name, office), []).append((waited, worked))
    open_ones: dict[tuple[str, str], list[bool]] = {}
    for name, office, step_due, case_due in OpenWork.objects.filter(
        case__closed_on=None
    ).values_list("name", "department", "due_on", "case__due_on"):
        due = step_due or case_due
        open_ones.setdefault((name, office), []).append(due is not None and due < on)
    places = {one.pk: one for one in Department.objects.all()}
    rows = [
        Congestion(
            step=key[0],
            department=places[key[1]].name if key[1] in places else "",
            english=places[key[1]].english if key[1] in places else "",
            open=len(open_ones.get(key, [])),
            open_late=sum(open_ones.get(key, [])),
            done=len(spent.get(key, [])),
            waited=_hours([waited for waited, _ in spent.get(key, [])]),
            worked=_hours([worked for _, worked in spent.get(key, [])]),
        )
        for key in {**spent, **open_ones}
    ]
    return sorted(rows, key=lambda one: (-one.open_late, -one.open, one.step))


def _hours(seconds: list[int]) -> str:
    return f"{median(seconds) / 3600:.1f}" if seconds else "—"


@dataclass(frozen=True)
class Forecast:
    """By when a case like this one is likely to end: half of them, and four fifths.

    `queue` is how much of the same work lies before this one at its desks; by steps, what the steps
    that are left took so far is added along the longest way, and the queue to it.
    """

    p50: date
    p80: date
    cases: int
    queue: int = 0
    is_by_steps: bool = False


def forecast(view: "CaseView", on: date) -> Forecast | None:
    """Return when a case is likely to end, from what the zone's own cases of the kind took.

    Where every step that is left was done often enough, the steps and the queue tell; else the
    closed cases that took at least as long as this one already has.
    """
    case = view.case
    if case.closed_on or case.accepted_on is None or case.is_paused:
        return None
    if by_steps := _forecast_by_steps(view, on):
        return by_steps
    calendar = working_calendar()
    used = calendar.count_workdays(case.accepted_on + timedelta(days=1), on)
    took = [days for days in _durations(case.definition.type, case.item, on) if days >= used]
    if len(took) < LEAST_HISTORY:
        return None
    halves, fifths = quantile(took, Fraction(1, 2)), quantile(took, Fraction(4, 5))
    return Forecast(
        max(calendar.add_workdays(case.accepted_on, halves), on),
        max(calendar.add_workdays(case.accepted_on, fifths), on),
        len(took),
    )


_DAY = 86_400
# How far back the pace of a desk is looked at.
_PACE_DAYS = 28


def _forecast_by_steps(view: "CaseView", on: date) -> Forecast | None:
    case, kind = view.case, view.kind
    acts = Action.objects.filter(
        kind="act", on__lte=on, case__definition__type=kind.id, case__item=case.item
    ).exclude(case=case)
    took: dict[str, list[int]] = {}
    waits: dict[str, list[int]] = {}
    for step, waited, worked in acts.values_list("step", "waited", "worked"):
        took.setdefault(step, []).append(waited + worked)
        waits.setdefault(step, []).append(waited)
    left = [
        step
        for step, own, _ in kind.ordered
        if not case.done & own and not (step.when and not step.when.holds(case.answers))
    ]
    if not left or any(len(took.get(step.id, ())) < LEAST_HISTORY for step in left):
        return None
    queue, extra = 0, dict[str, float]()
    for work in view.work:
        ahead, longer = _queue(work, median(waits[work.step]) / _DAY, on)
        queue, extra[work.step] = queue + ahead, longer
    calendar, state = working_calendar(), State(case.done, case.active)

    def ends(share: Fraction) -> date:
        days = {
            step.id: quantile(took[step.id], share) / _DAY + extra.get(step.id, 0.0)
            for step in left
        }
        whole = longest_way(kind, state, {**dict.fromkeys(kind.by_id, 0.0), **days}, case.answers)
        found = on + timedelta(days=ceil(whole))
        return found if calendar.is_workday(found) else calendar.add_workdays(found, 1)

    least = min(len(took[step.id]) for step in left)
    return Forecast(ends(Fraction(1, 2)), ends(Fraction(4, 5)), least, queue, is_by_steps=True)


def _queue(work: OpenWork, usual: float, on: date) -> tuple[int, float]:
    """Return how much of the same work lies before this at its desk, and the days it adds."""
    same = OpenWork.objects.filter(
        department=work.department_id, name=work.name, case__closed_on=None
    )
    ahead = same.filter(since_at__lt=work.since_at).count()
    done = Action.objects.filter(
        kind="act",
        step=work.step,
        office=work.department_id,
        on__gt=on - timedelta(days=_PACE_DAYS),
        on__lte=on,
    ).count()
    if not ahead or not done:
        return ahead, 0.0
    return ahead, max(ahead * _PACE_DAYS / done - usual, 0.0)


def back_test(kind: str, item: str) -> tuple[int, int]:
    """Return how many closed cases kept to the P80 told by earlier ones, and how many had one."""
    by_end = _spans(kind, item)
    earlier: list[int] = []
    kept = told = place = 0
    for accepted, _, days in sorted(by_end):
        while place < len(by_end) and by_end[place][1] < accepted:
            insort(earlier, by_end[place][2])
            place += 1
        if len(earlier) >= LEAST_HISTORY:
            told += 1
            kept += days <= quantile(earlier, Fraction(4, 5))
    return kept, told


@dataclass(frozen=True)
class BackTest:
    """How well the P80 that was told on acceptance held, for one kind of case and item."""

    type: str
    item: str
    name: Named
    kept: int
    told: int

    @property
    def share(self) -> str:
        """Return the share that kept to it, in percent."""
        return f"{Decimal(self.kept * 100) / self.told:.0f}%"


def list_back_tests() -> list[BackTest]:
    """Return what came of the forecasts, the most often told first."""
    closed = Case.objects.filter(closed_on__isnull=False, decided_on__isnull=False).order_by()
    names = {one: Named(name, english) for one, name, english in describe_types()}
    found = []
    for kind, item in closed.values_list("definition__type", "item").distinct():
        kept, told = back_test(kind, item)
        if told:
            found.append(BackTest(kind, item, names.get(kind, Named(kind)), kept, told))
    return sorted(found, key=lambda one: (-one.told, one.type, one.item))


def _durations(kind: str, item: str, on: date) -> list[int]:
    return [days for _, closed, days in _spans(kind, item) if closed <= on]


def _spans(kind: str, item: str) -> list[tuple[date, date, int]]:
    calendar = working_calendar()
    found = Case.objects.filter(
        definition__type=kind,
        item=item,
        accepted_on__isnull=False,
        decided_on__isnull=False,
        closed_on__isnull=False,
    ).order_by("closed_on", "pk")
    return [
        (first, last, calendar.count_workdays(first + timedelta(days=1), last))
        for first, last in found.values_list("accepted_on", "closed_on")
        if first and last
    ]
