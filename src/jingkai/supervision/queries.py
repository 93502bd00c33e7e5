"""Read supervision: lists within what a person may see, open ones with their ladder, the burden."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from jingkai.cases.queries import Action
from jingkai.kernel.lights import Light
from jingkai.kernel.periods import Period
from jingkai.kernel.words import Named, named
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import Department, Person, Visible, list_departments, visible_departments
from jingkai.plan.queries import Item
from jingkai.plan.rules import stand_task
from jingkai.projects.rules import GATES
from jingkai.supervision.figures import count_figures
from jingkai.supervision.models import Bulletin, Escalation, FollowUp, Meeting, Question
from jingkai.supervision.replay import ReplayedMonth, replay_year
from jingkai.supervision.rules import KIND, Handled

__all__ = [
    "Asked",
    "Bulletin",
    "FollowUp",
    "Meeting",
    "Question",
    "ReplayedMonth",
    "answered_by_facts",
    "by_state",
    "count_asked",
    "find_bulletin",
    "find_follow_up",
    "follow_ups_about",
    "handled_until",
    "hidden_cases",
    "is_seen",
    "light_of",
    "list_bulletins",
    "list_follow_ups",
    "list_meetings",
    "list_mine",
    "list_open",
    "list_questions",
    "list_urgent",
    "replay_year",
]


def list_follow_ups(person: Person) -> QuerySet[FollowUp]:
    """Return the 督办单 that somebody sees: their departments' own, and what they issued."""
    found = FollowUp.objects.select_related("case", "lead", "issuer")
    found = found.prefetch_related("case__work").annotate(chased=Count("escalations"))
    # Counting groups the rows, and a grouped list has no order of its own.
    found = found.order_by("-year", "-serial")
    seen = _seen(visible_departments(person), person)
    return found if seen is None else found.filter(pk__in=FollowUp.objects.filter(seen))


def _seen(visible: Visible, person: Person) -> Q | None:
    if visible is None:
        return None
    departments = [*visible, *([person.department_id] if person.department_id else [])]
    return Q(lead__in=departments) | Q(support__in=departments) | Q(issuer=person)


def list_mine(person: Person) -> QuerySet[FollowUp]:
    """Return what a person instructed: 我批示的."""
    return list_follow_ups(person).filter(issuer=person)


def is_seen(follow_up: FollowUp, person: Person) -> bool:
    """Tell whether somebody sees a 督办单."""
    seen = _seen(visible_departments(person), person)
    return seen is None or FollowUp.objects.filter(seen, pk=follow_up.pk).exists()


def hidden_cases(person: Person) -> QuerySet[FollowUp] | None:
    """Return the cases of 督办单 that somebody does not see; None when they see all."""
    seen = _seen(visible_departments(person), person)
    if seen is None:
        return None
    shown = FollowUp.objects.filter(seen).values("case")
    return FollowUp.objects.exclude(case__in=shown).values("case")


def find_follow_up(case_id: int) -> FollowUp | None:
    """Return the 督办单 of a case, with its people and the rungs climbed."""
    found = FollowUp.objects.filter(case=case_id).select_related(
        "case", "lead", "issuer", "meeting"
    )
    return found.prefetch_related("support", "escalations").first()


def follow_ups_about(subject: str, person: Person) -> list[FollowUp]:
    """Return what was instructed about something, the newest first."""
    return list(list_follow_ups(person).filter(about=subject)[:20])


def list_open() -> list[FollowUp]:
    """Return every open 督办单 with its open steps and the rungs it climbed."""
    found = FollowUp.objects.filter(case__closed_on=None).select_related("case", "lead")
    return list(found.prefetch_related("case__work", "escalations").order_by("pk"))


def list_urgent(person: Person, soon: date) -> QuerySet[FollowUp]:
    """Return the open 督办单 that somebody sees and that are due by a day, the first first."""
    found = list_follow_ups(person).filter(case__closed_on=None, case__due_on__lte=soon)
    return found.order_by("case__due_on", "pk")


def light_of(one: FollowUp, on: date) -> Light:
    """Return the light of a 督办单, in the words of the zone's tasks."""
    case = one.case
    done = case.decided_on or case.closed_on
    due = case.due_on or on
    return stand_task(
        due_on=due, done_on=done, was_late=False, on=on, scheme=current_zone().task_lights
    )


def by_state(rows: QuerySet[FollowUp], state: str, on: date) -> QuerySet[FollowUp]:
    """Keep the 督办单 in a state."""
    states = {
        "open": Q(case__closed_on=None),
        "late": Q(case__closed_on=None, case__due_on__lt=on),
        "caught": Q(case__decided_on__gt=F("case__due_on")),
        "closed": Q(case__closed_on__isnull=False),
    }
    return rows.filter(states[state]) if state in states else rows


def handled_until(last: date) -> tuple[list[Handled], list[FollowUp]]:
    """Return every 督办单 as the end of a day saw it, with its row."""
    again = [
        step.id
        for step in current_zone().supervision.steps
        if any(one.returns_to for one in step.outcomes)
    ]
    returns = [
        one.id
        for step in current_zone().supervision.steps
        for one in step.outcomes
        if one.returns_to
    ]
    sent_back = dict(
        Action.objects.filter(case__definition__type=KIND, on__lte=last)
        .filter(Q(kind="send_back") | Q(kind="act", step__in=again, outcome__in=returns))
        .values_list("case")
        .annotate(times=Count("pk"))
    )
    found = FollowUp.objects.filter(issued_on__lte=last, case__due_on__isnull=False)
    rows = list(found.select_related("case", "lead", "issuer").order_by("case__due_on", "pk"))
    return [
        Handled(
            department=one.lead_id,
            due_on=one.case.due_on,
            closed_on=one.case.decided_on,
            returned=sent_back.get(one.case_id, 0),
        )
        for one in rows
        if one.case.due_on
    ], rows


def list_bulletins() -> QuerySet[Bulletin]:
    """Return what was published, the newest first."""
    return Bulletin.objects.select_related("issued_by")


def find_bulletin(year: int, month: int) -> Bulletin | None:
    """Return the 通报 of a month, if it was published."""
    return list_bulletins().filter(year=year, month=month).first()


def list_meetings() -> QuerySet[Meeting]:
    """Return the meetings, the newest first, with their decisions."""
    decisions = FollowUp.objects.select_related("case", "lead").order_by("serial")
    return Meeting.objects.select_related("kept_by").prefetch_related(
        Prefetch("decisions", queryset=decisions)
    )


def answered_by_facts(items: Iterable[int], month: Period) -> set[int]:
    """Return the items on which the month's own record says how they stand.

    A named project whose gate was passed, a 督办单 reported back on, a question answered.
    """
    items = list(items)
    passed = Q()
    for gate in GATES:
        column = f"named_project__project__{gate}_on"
        passed |= Q(**{f"{column}__gte": month.first, f"{column}__lte": month.last})
    found = set(Item.objects.filter(passed, pk__in=items).values_list("pk", flat=True))
    words = Action.objects.filter(
        case__definition__type=KIND,
        case__subject__in=[f"item:{pk}" for pk in items],
        kind="act",
        on__gte=month.first,
        on__lte=month.last,
    ).exclude(words="")
    steps = [one.id for one in current_zone().supervision.steps if one.desk == "lead"]
    reported = words.filter(step__in=steps).values_list("case__subject", flat=True)
    return found | {int(subject.partition(":")[2]) for subject in reported}


@dataclass(frozen=True)
class Said:
    """Words on record about an item of the plan: the day, whose they are, what they say."""

    on: date
    who: Named
    text: str


def last_words_about(items: Collection[int], person: Person) -> dict[int, Said]:
    """Return what was said last about items of the plan, within what somebody sees.

    It is the answer to a month's question, or the words of a step of a 督办单.
    """
    asked = list_questions(person).filter(item__in=items, answered_on__isnull=False)
    said = {
        one.item_id: Said(
            one.answered_on or one.asked_on,
            named(one.department),
            f"{one.progress}{one.problem}",
        )
        for one in asked.order_by("answered_on", "pk")
    }
    seen = _seen(visible_departments(person), person)
    orders = FollowUp.objects.filter(about__in=[f"item:{one}" for one in items])
    acted = Action.objects.filter(
        case__follow_up__in=orders if seen is None else orders.filter(seen)
    ).exclude(words="")
    told = acted.order_by("on", "case", "number").values_list(
        "case__follow_up__about", "on", "actor_name", "words"
    )
    for about, on, name, words in told:
        item = int(about.partition(":")[2])
        if item not in said or said[item].on <= on:
            said[item] = Said(on, Named(name), words)
    return said


def list_questions(person: Person) -> QuerySet[Question]:
    """Return what departments were asked, within what somebody sees; open ones first."""
    found = Question.objects.select_related("item", "department", "answered_by")
    visible = visible_departments(person)
    if visible is not None:
        own = [*visible, *([person.department_id] if person.department_id else [])]
        found = found.filter(department__in=own)
    return found.order_by(F("answered_on").asc(nulls_first=True), "-year", "-month", "pk")


@dataclass(frozen=True)
class Asked:
    """The burden of a department in a month: what it was asked, and what it was spared."""

    department: Department
    questions: int
    answered: int
    instructions: int
    chased: int
    figures: int = 0

    @property
    def total(self) -> int:
        """Return how many times the department was asked for something."""
        return self.questions + self.instructions + self.chased + self.figures


def count_asked(month: Period) -> list[Asked]:
    """Return how often each department was asked in a month, the most burdened first."""

    def counts(rows: QuerySet[Any], key: str) -> dict[str, int]:
        return dict(rows.values_list(key).annotate(times=Count("pk")).order_by())

    first, last = month.first, month.last
    asked = Question.objects.filter(year=first.year, month=first.month)
    questions = counts(asked, "department")
    answered = counts(asked.filter(answered_on__isnull=False), "department")
    issued = FollowUp.objects.filter(issued_on__gte=first, issued_on__lte=last)
    chased = Escalation.objects.filter(on__gte=first, on__lte=last)
    instructions, chases = counts(issued, "lead"), counts(chased, "follow_up__lead")
    figures, _held, _asked = count_figures(month)
    rows = [
        Asked(
            one,
            questions.get(one.pk, 0),
            answered.get(one.pk, 0),
            instructions.get(one.pk, 0),
            chases.get(one.pk, 0),
            figures.get(one.pk, 0),
        )
        for one in list_departments()
    ]
    return sorted(rows, key=lambda row: -row.total)
