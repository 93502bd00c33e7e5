"""工作台: what waits for me, what falls due, what my department was told."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingkai.org.queries import list_notices
from jingkai.org.rules import ROLES, Permission
from jingkai.org.services import read_notices
from jingkai.web.access import Policy, needs
from jingkai.web.numbers import read_ledger
from jingkai.web.shell import list_entries_for, panels, show
from jingkai.web.work import Counts, Due, LastWord, Work

DAYS_SHOWN = 8


@dataclass
class HomePage:
    """What waits for me, what falls due, what I was told, what to do next."""

    title: str
    counts: Counts
    work: list[Work]
    acts: dict[str, list[tuple[str, str]]]
    words: dict[str, LastWord]
    calendar: list[Due]
    notices: list[Any]
    next_steps: list[Any]
    starts: list[tuple[str, str]]
    sees_plan: bool
    template: str = "web/home.html"


@needs(Policy.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Show the workbench of the person."""
    ledger, person = read_ledger(request), request.user
    work = [part for offer in panels("WORK") for part in offer(person, ledger)]
    due = [day for offer in panels("CALENDAR") for day in offer(person, request.today)]
    waiting = sum(part.total for part in work)
    shown = sorted((part for part in work if part.rows), key=lambda part: not part.comes_first)
    offers = panels("ACTS")
    subjects = {row.subject for part in shown for row in part.rows if row.subject}
    page = HomePage(
        title=_("%(count)s 项要留意") % {"count": waiting} if waiting else _("今天没有要留意的事"),
        counts=sum((part.counts for part in work), Counts()),
        work=shown,
        acts={one: [act for offer in offers for act in offer(one, person)] for one in subjects},
        words=_last_words(subjects, person),
        calendar=sorted(due, key=lambda day: day.on)[:DAYS_SHOWN],
        # The three administrators see no business content.
        notices=[] if ROLES[person.role].is_admin else list(list_notices(person)),
        next_steps=[step for offer in panels("STEPS") for step in offer(person)],
        starts=_starts(person),
        sees_plan=person.may(Permission.SEE_PLAN),
    )
    return show(request, page)


def _last_words(subjects: set[str], person: Any) -> dict[str, LastWord]:
    """Return what was said last about each subject, whoever keeps it."""
    told = [offer(subjects, person) for offer in panels("WORDS")] if subjects else []
    said: dict[str, LastWord] = {}
    for found in told:
        for subject, word in found.items():
            said[subject] = max(said.get(subject, word), word, key=lambda one: one.on)
    return said


def _starts(person: Any) -> list[tuple[str, str]]:
    """Return the pages of who has no part in the plan: nothing of it will ever wait for them."""
    if person.may(Permission.SEE_PLAN):
        return []
    general = ("home", "find", "imports")
    own = [one for one in list_entries_for(person) if one.url_name not in general]
    return [(_(one.label), reverse(one.url_name)) for one in own]


@needs(Policy.SIGNED_IN)
def read(request: HttpRequest) -> HttpResponse:
    """Tick the department's notices as read."""
    if request.method == "POST":
        read_notices(person=request.user, at=timezone.now())
    return redirect("home")
