"""Read the counter: applications, items, registers; what the public may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jingkai.approvals.desks import department_of
from jingkai.approvals.models import (
    AgentTask,
    Application,
    Branch,
    Certificate,
    Confirmation,
    Invitation,
    Letter,
    Paper,
    Rating,
    SealDelegation,
    SealUse,
    Undertaking,
)
from jingkai.approvals.rules import Signal, light_of
from jingkai.approvals.taking import is_open, plan_items
from jingkai.cases.queries import Case, get_clock, list_cases
from jingkai.kernel.items import Bundle, FormField, Item, Material
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import subjects_of
from jingkai.org.queries import Person, visible_departments
from jingkai.web.language import spoken

__all__ = [
    "AgentTask",
    "Application",
    "Branch",
    "BranchView",
    "Certificate",
    "Guide",
    "Invitation",
    "ItemRow",
    "Letter",
    "Paper",
    "PublicCase",
    "Rating",
    "Undertaking",
    "department_of",
    "describe_applications",
    "find_application_of_case",
    "find_applications",
    "find_certificate",
    "find_letter",
    "find_paper",
    "find_public",
    "get_application",
    "get_guide",
    "list_agent_tasks",
    "list_applications",
    "list_branches",
    "list_bundles",
    "list_certificates",
    "list_invitations",
    "list_items",
    "list_of_firm",
    "list_ratings",
    "list_seal_delegations",
    "list_seal_uses",
    "open_letter",
    "spoken_told",
]


@dataclass(frozen=True)
class ItemRow:
    """An item as the list shows it."""

    item: Item
    is_open: bool
    confirmed_by: str = ""

    @property
    def pk(self) -> str:
        """Return the id, for the list."""
        return self.item.id


def list_items() -> list[ItemRow]:
    """Return every item of the zone, whether applicants see it, and who confirmed it."""
    confirmed = {one.item: one for one in Confirmation.objects.select_related("confirmed_by")}
    rows = []
    for item in current_zone().approvals.items.values():
        by = (
            f"{confirmed[item.id].confirmed_by} {confirmed[item.id].basis}"
            if (item.id in confirmed)
            else ""
        )
        rows.append(ItemRow(item, item.mark == "V" or item.id in confirmed, by))
    return rows


def list_bundles(*, only_open: bool) -> list[Bundle]:
    """Return the bundles; those that applicants see when asked from outside."""
    bundles = current_zone().approvals.bundles.values()
    return [one for one in bundles if not only_open or is_open(one.items)]


@dataclass(frozen=True)
class Guide:
    """办事指南: what an applicant needs for what they told: items, papers, days, fees, a date."""

    items: list[Item]
    waits: dict[str, list[str]]
    papers: list[tuple[Material, list[str]]]
    fields: list[FormField]
    ends: dict[str, date]
    due_on: date
    is_estimated: bool
    critical: list[str]
    workdays: int
    held: int = 0


def get_guide(bundle: Bundle, facts: dict[str, str], on: date) -> Guide | None:
    """Return the guide for a bundle under what the applicant told; None when nothing applies."""
    book = current_zone().approvals
    chosen = bundle.choose(facts)
    if not chosen:
        return None
    graph = bundle.graph(chosen)
    plan = plan_items(graph, on)
    names = {one: _spoken(book.items[one]) for one in chosen}
    papers = [
        (book.materials[one], [names[item] for item in items])
        for one, items in book.materials_of(chosen).items()
    ]
    from jingkai.cases.queries import working_calendar

    workdays = working_calendar().count_workdays(on, plan.due_on) - 1
    return Guide(
        items=[book.items[one] for one in chosen],
        waits={one: [names[need] for need in needs] for one, needs in graph.items()},
        papers=papers,
        fields=book.fields_of(chosen, bundle.fields),
        ends=dict(plan.ends),
        due_on=plan.due_on,
        is_estimated=plan.is_estimated,
        critical=[names[one] for one in plan.critical],
        workdays=max(workdays, 0),
        held=sum(bool(material.holder) for material, _ in papers),
    )


def _spoken(item: Item) -> str:
    return spoken(item.name, item.english)


def _seen(person: Person | None) -> QuerySet[Application]:
    """Return the applications within a person's scope; all of them when nobody is named.

    Somebody sees an application with a case that they see, of a project that their departments
    lead, or whose agent they are.
    """
    found = Application.objects.select_related("project", "agent")
    visible = visible_departments(person) if person else None
    if visible is None:
        return found
    cases = list_cases(person).values("pk")
    handled = Branch.objects.filter(application=OuterRef("pk"), case__in=cases)
    return found.filter(Q(Exists(handled)) | Q(project__lead__in=visible) | Q(agent=person))


def hidden_applications(person: Person) -> QuerySet[Any] | None:
    """Return the applications that somebody does not see, as subjects; None when they see all."""
    if visible_departments(person) is None:
        return None
    return subjects_of(
        "application", Application.objects.exclude(pk__in=_seen(person).values("pk"))
    )


def list_applications(person: Person | None = None) -> QuerySet[Application]:
    """Return the applications, newest first, with how many of their items are finished."""
    return (
        _seen(person)
        .annotate(
            total=Count("branches"),
            finished=Count("branches", filter=Q(branches__finished_on__isnull=False)),
        )
        .order_by("-pk")
    )


def get_application(application_id: int, person: Person | None = None) -> Application:
    """Return one application, if it is within the scope of whoever asks."""
    return _seen(person).get(pk=application_id)


def find_applications(text: str, most: int, person: Person) -> list[Application]:
    """Return the first applications that somebody sees and whose number or title has a text."""
    named = Q(title__icontains=text) | Q(number__icontains=text)
    return list(_seen(person).filter(named)[:most])


def find_paper(paper_id: int, person: Person) -> Paper | None:
    """Return a paper of an application that somebody sees."""
    return Paper.objects.filter(pk=paper_id, application__in=_seen(person)).first()


@dataclass(frozen=True)
class BranchView:
    """One item of an application with its case, its clock and what blocks it."""

    branch: Branch
    item: Item
    light: Signal
    left: int | None
    holder: str
    waits: tuple[str, ...]
    is_deferred: bool


def list_branches(application: Application, on: date) -> list[BranchView]:
    """Return the items of an application as they stand on a day."""
    book = current_zone().approvals
    views = []
    for branch in application.branches.select_related("case", "case__definition"):
        item = book.items.get(branch.item)
        if item is None:
            continue
        case = branch.case
        clock = get_clock(case, on) if case else None
        work = list(case.work.select_related("department", "person")) if case else []
        holder = "、".join(one.person.name if one.person else one.department.name for one in work)
        light = light_of(
            used=clock.used if clock else 0,
            promised=case.promised if case else None,
            due_on=case.due_on if case else None,
            statutory_due_on=case.statutory_due_on if case else None,
            on=on,
            is_paused=bool(case and case.is_paused),
            is_accepted=bool(case and case.accepted_on),
            is_over=bool(case and (case.decided_on or case.closed_on)),
        )
        waits = tuple(_spoken(book.items[need]) for need in branch.needs if need in book.items)
        views.append(
            BranchView(
                branch,
                item,
                light,
                clock.left if clock else None,
                holder,
                waits,
                bool(case and case.flags & 1),
            )
        )
    return views


def find_application_of_case(case_id: int) -> Application | None:
    """Return the application that a permit case belongs to."""
    branch = Branch.objects.select_related("application").filter(case=case_id).first()
    return branch.application if branch else None


def describe_applications(ids: list[int]) -> dict[int, str]:
    """Return the titles of applications."""
    return dict(Application.objects.filter(pk__in=ids).values_list("pk", "title"))


@dataclass(frozen=True)
class PublicCase:
    """What the public page tells of an application: states and dates, no names of officers."""

    application: Application
    branches: list[BranchView]
    papers: list[Paper]
    letters: list[Letter]
    rateable: list[Case]
    ratings: dict[int, Rating]


def list_invitations(person: Person) -> QuerySet[Invitation]:
    """Return the invitations of the departments that somebody sees and their own, newest first."""
    found = Invitation.objects.select_related("invited_by", "person")
    visible = visible_departments(person)
    if visible is None:
        return found
    return found.filter(Q(invited_by__department__in=visible) | Q(invited_by=person))


def list_of_firm(person: Person) -> list[Application]:
    """Return the applications of the firm whose account this is."""
    made = Invitation.objects.filter(person=person).first()
    if made is None:
        return []
    return list(Application.objects.filter(credit_code=made.credit_code))


def find_public(number: str, phone: str, on: date) -> PublicCase | None:
    """Return an application by its number and the last four digits of its phone."""
    application = Application.objects.filter(number=number.strip().upper()).first()
    if application is None or len(phone) != 4 or not application.phone.endswith(phone):
        return None
    branches = list_branches(application, on)
    closed = [one.branch.case for one in branches if one.branch.case and one.branch.case.closed_on]
    ratings = {
        one.case_id: one for one in Rating.objects.filter(case__in=[case.pk for case in closed])
    }
    return PublicCase(
        application=application,
        branches=branches,
        papers=list(application.papers.all()),
        letters=list(application.letters.all()),
        rateable=[
            case
            for case in closed
            if case.pk not in ratings
            or (ratings[case.pk].righted_on and ratings[case.pk].second_grade is None)
        ],
        ratings=ratings,
    )


def find_letter(code: str, person: Person | None = None) -> Letter | None:
    """Return the letter with a verification code; for a person, one within their scope."""
    found = Letter.objects.select_related("application", "case").filter(code=code.upper())
    return found.filter(application__in=_seen(person)).first()


def open_letter(letter: Letter) -> Path | None:
    """Return the kept file of a letter, if it is there."""
    path = Path(settings.EVIDENCE_ROOT) / letter.sha256[:2] / letter.sha256
    return path if path.exists() else None


def find_certificate(case_id: int) -> Certificate | None:
    """Return the certificate that a case brought."""
    return Certificate.objects.filter(case=case_id).first()


def list_seal_delegations() -> QuerySet[SealDelegation]:
    """Return the register of what was given to the one seal."""
    return SealDelegation.objects.select_related("taker", "entered_by")


def list_seal_uses(person: Person) -> QuerySet[SealUse]:
    """Return the log of the one seal, of the applications that somebody sees."""
    uses = SealUse.objects.select_related("letter", "delegation")
    return uses.filter(letter__application__in=_seen(person))


def list_certificates(person: Person) -> QuerySet[Certificate]:
    """Return the register of certificates, of the cases that somebody sees."""
    return Certificate.objects.select_related("case").filter(case__in=list_cases(person))


def list_ratings(person: Person) -> QuerySet[Rating]:
    """Return the ratings of the cases that somebody sees, those that wait for a call first."""
    found = Rating.objects.select_related("case", "case__department")
    return found.filter(case__in=list_cases(person)).order_by("called_on", "call_due_on", "-pk")


def list_agent_tasks(person: Person) -> QuerySet[AgentTask]:
    """Return the tasks of an agent, open ones first."""
    found = AgentTask.objects.filter(agent=person).select_related("project", "application")
    return found.order_by("done_on", "due_on", "pk")


def layers(graph: dict[str, Sequence[str]]) -> list[list[str]]:
    """Return the items of a graph by how many steps lie before them."""
    depth: dict[str, int] = {}

    def measure(item: str) -> int:
        if item not in depth:
            depth[item] = max((measure(need) + 1 for need in graph[item]), default=0)
        return depth[item]

    for item in graph:
        measure(item)
    most = max(depth.values(), default=0)
    return [[item for item in graph if depth[item] == level] for level in range(most + 1)]


def spoken_told(application: Application, papers: Iterable[Paper]) -> str:
    """Return the papers that the applicant was told to hand in, in the reader's language."""
    known = {one.name: spoken(one.name, one.english) for one in papers}
    names = [known.get(one, one) for one in application.told.split("、") if one]
    return spoken("、", ", ").join(names)
