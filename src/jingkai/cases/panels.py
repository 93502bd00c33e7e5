"""What the case engine offers to the shell: menu, names of subjects, search, counters."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from jingkai.cases.queries import Case, count_work, describe_cases, find_cases, list_cases
from jingkai.ledger.queries import subjects_of
from jingkai.org.queries import Person, visible_departments
from jingkai.org.rules import Permission
from jingkai.web.find import Hit, Searcher
from jingkai.web.shell import MenuEntry, panels

__all__ = [
    "HIDDEN",
    "MENU",
    "SEARCH",
    "SUBJECTS",
    "CaseSection",
    "count_work",
    "sections_of",
    "seen_cases",
]

MENU = [
    MenuEntry("我的", "我的办件", "cases:mine", Permission.HANDLE_CASES, 1),
    MenuEntry("政务服务", "办件总览", "cases:list", Permission.SEE_CASES, 44),
    MenuEntry("政务服务", "卡点分析", "cases:bottlenecks", Permission.SEE_CASES, 45),
    MenuEntry("政务服务", "办件定义", "cases:definitions", Permission.DECIDE_CASES, 49),
]


def _describe(subjects: list[str]) -> dict[str, tuple[str, str]]:
    ids = {subject: int(subject.partition(":")[2]) for subject in subjects}
    names = describe_cases(list(ids.values()))
    return {
        subject: (names.get(pk, subject), reverse("cases:detail", args=[pk]))
        for subject, pk in ids.items()
    }


SUBJECTS = {"case": _describe}


def _find(text: str, person: Person) -> list[Hit]:
    return [
        Hit(one.title, reverse("cases:detail", args=[one.pk]), one.number)
        for one in find_cases(text, 8, seen_cases(list_cases(person), person))
    ]


SEARCH = [Searcher("办件", Permission.SEE_CASES, _find)]


@dataclass(frozen=True)
class CaseSection:
    """What the context of a case shows on its page: rows of (what, value, page), and next steps."""

    title: str
    rows: list[tuple[str, str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    note: str = ""


Sections = Callable[[Case, Person], list[CaseSection]]


def sections_of(case: Case, person: Person) -> list[CaseSection]:
    """Return what the context of this kind of case shows on the page: `CASE` in its panels."""
    found: list[CaseSection] = []
    for offered in panels("CASE"):
        owner: dict[str, Any] = offered
        if case.definition.type in owner:
            found += owner[case.definition.type](case, person)
    return found


def hidden_from(person: Person) -> QuerySet[Any] | None:
    """Return the cases that a person does not see, as subjects of facts."""
    seen = seen_cases(list_cases(person), person)
    if visible_departments(person) is None and not seen.query.where:
        return None
    return subjects_of("case", list_cases().exclude(pk__in=seen.values("pk")))


HIDDEN = hidden_from


def seen_cases(cases: QuerySet[Case], person: Person) -> QuerySet[Case]:
    """Return the cases that no context hides from a person: `HIDDEN_CASES` in its panels."""
    for hide in panels("HIDDEN_CASES"):
        hidden = hide(person)
        if hidden is not None:
            cases = cases.exclude(pk__in=hidden)
    return cases
