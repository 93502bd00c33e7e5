"""工作台: what was told to my department, and what it leads."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from jingkai.ledger.queries import Ledger
from jingkai.org.queries import list_notices
from jingkai.org.rules import Permission
from jingkai.org.services import read_notices
from jingkai.web.access import Policy, needs
from jingkai.web.shell import panels, show


@dataclass
class HomePage:
    """What waits for me, and what to do next."""

    title: str
    notices: list[Any]
    work: list[Any]
    next_steps: list[Any]
    sees_plan: bool
    template: str = "web/home.html"


@needs(Policy.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """Show the workbench of the person."""
    ledger = Ledger(request.today)
    work = [part for offer in panels("WORK") for part in offer(request.user, ledger)]
    steps = [step for offer in panels("STEPS") for step in offer(request.user)]
    sees_plan = request.user.may(Permission.SEE_PLAN)
    waiting = sum(part.total for part in work)
    title = _("%(count)s 项要留意") % {"count": waiting} if waiting else _("今天没有要留意的事")
    page = HomePage(title, list(list_notices(request.user)), work, steps, sees_plan)
    return show(request, page)


@needs(Policy.SIGNED_IN)
def read(request: HttpRequest) -> HttpResponse:
    """Tick the department's notices as read."""
    if request.method == "POST":
        read_notices(person=request.user, at=timezone.now())
    return redirect("home")
