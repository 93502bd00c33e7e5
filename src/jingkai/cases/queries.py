"""Read cases: queues, one case with its timeline, its clock."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from jingkai.cases.models import (
    Action,
    Case,
    CoSign,
    Definition,
    Delegation,
    DueMove,
    Extension,
    OpenWork,
    Pausing,
    RaisedFlag,
)
from jingkai.cases.rights import delegators, may_do
from jingkai.cases.rules import CaseType, Step
from jingkai.cases.store import kind_of
from jingkai.cases.timing import Clock, clock_of, working_calendar
from jingkai.org.queries import Person

__all__ = [
    "Action",
    "Case",
    "CaseSearch",
    "CaseView",
    "Clock",
    "Definition",
    "OpenWork",
    "count_work",
    "describe_cases",
    "find_case",
    "get_case",
    "get_clock",
    "get_view",
    "kind_of_case",
    "list_cases",
    "list_cosigns",
    "list_delegations",
    "list_extensions",
    "list_work",
    "may_do_step",
    "working_calendar",
]


@dataclass(frozen=True)
class CaseSearch:
    """What the search form above a list of cases asks for; empty fields ask for nothing."""

    text: str = ""
    type: str = ""
    department: str = ""
    state: str = ""


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
    open_ones = CoSign.objects.filter(department=person.department_id, answered_on=None)
    return open_ones.select_related("case", "asked_by").order_by("asked_on")


def list_extensions(case: Case) -> QuerySet[Extension]:
    """Return the extensions asked for a case."""
    return Extension.objects.filter(case=case).select_related("asked_by", "decided_by")


def list_delegations(on: date) -> QuerySet[Delegation]:
    """Return the delegations that stand on a day or later."""
    found = Delegation.objects.filter(until_on__gte=on, revoked_on=None)
    return found.select_related("giver", "taker").order_by("from_on")


def list_cases(search: CaseSearch, on: date) -> QuerySet[Case]:
    """Return the cases that match, newest first."""
    found = Case.objects.select_related("definition", "department")
    if search.text:
        found = found.filter(Q(number__icontains=search.text) | Q(title__icontains=search.text))
    if search.type:
        found = found.filter(definition__type=search.type)
    if search.department:
        found = found.filter(department=search.department)
    states = {
        "open": Q(closed_on=None),
        "late": Q(closed_on=None, decided_on=None, due_on__lt=on),
        "paused": Q(is_paused=True),
        "closed": Q(closed_on__isnull=False),
    }
    return found.filter(states[search.state]) if search.state in states else found


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


def _rights(person: Person) -> Any:
    from jingkai.org.rules import Permission

    return [right for right in Permission if person.may(right)]
