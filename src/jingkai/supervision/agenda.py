"""调度会一页纸: exceptions only, what is to be decided, where the last decisions stand."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import LATE_TONES, Light
from jingkai.ledger.queries import Ledger
from jingkai.plan.panels import points
from jingkai.plan.queries import ItemLine, find_plan, list_lines
from jingkai.supervision.queries import (
    FollowUp,
    Meeting,
    Question,
    light_of,
    list_meetings,
    list_open,
)
from jingkai.web.language import spoken

__all__ = ["Agenda", "Line", "agenda_for"]

MOST = 7


@dataclass(frozen=True)
class Line:
    """One thing on the page: what, whose, how far off."""

    text: str
    url: str
    lead: str
    off: str
    light: Light | None
    word: str = ""


@dataclass(frozen=True)
class Agenda:
    """The page of a meeting."""

    targets: list[Line]
    work: list[Line]
    overdue: list[Line]
    problems: list[Line]
    last: Meeting | None
    decisions: list[Line]
    left_off: int

    @property
    def count(self) -> int:
        """Return how many exceptions there are; what was decided and is late is one too."""
        late = sum(1 for one in self.decisions if one.off)
        return len(self.targets) + len(self.work) + len(self.overdue) + late + self.left_off


def agenda_for(on: date) -> Agenda:
    """Return what a meeting on this day should look at, and nothing that goes as planned."""
    plan = find_plan(on.year)
    lines = list_lines(plan, ledger=Ledger(on)) if plan else []
    behind = [line for line in lines if line.light.tone in LATE_TONES]
    behind.sort(key=lambda line: (LATE_TONES.index(line.light.tone), line.item.due_on))
    targets = [_of_plan(line, on) for line in behind if line.target]
    work = [_of_plan(line, on) for line in behind if not line.target]
    last = list_meetings().filter(held_on__lt=on).first()
    decided = list(last.decisions.all()) if last else []
    decisions = [_of_follow_up(one, on) for one in decided]
    told = {one.pk for one in decided}
    late = [
        one
        for one in list_open()
        if one.case.due_on and one.case.due_on < on and one.pk not in told
    ]
    late.sort(key=lambda one: one.case.due_on or on)
    overdue = [_of_follow_up(one, on) for one in late]
    parts = (targets, work, overdue)
    return Agenda(
        targets=targets[:MOST],
        work=work[:MOST],
        overdue=overdue[:MOST],
        problems=_problems(on),
        last=last,
        decisions=decisions,
        left_off=sum(max(len(part) - MOST, 0) for part in parts),
    )


def _of_plan(line: ItemLine, on: date) -> Line:
    item = line.item
    days = (on - item.due_on).days
    off = points(line.target.standing.gap) if line.target else ""
    if off in ("", "—") and days > 0:
        off = _("逾期 %(days)s 天") % {"days": days}
    return Line(
        text=item.text,
        url=reverse("plan:item", args=[item.pk]),
        lead=spoken(item.lead.name, item.lead.english) if item.lead else _("待定"),
        off=off,
        light=line.light,
    )


def _of_follow_up(one: FollowUp, on: date) -> Line:
    due = one.case.due_on or on
    days = (on - due).days
    return Line(
        text=f"{one.number} {one.instruction}",
        url=reverse("cases:detail", args=[one.case_id]),
        lead=spoken(one.lead.name, one.lead.english),
        off=_("逾期 %(days)s 天") % {"days": days} if days > 0 and not one.case.closed_on else "",
        light=light_of(one, on),
    )


def _problems(on: date) -> list[Line]:
    """Return what departments said stands in the way, this month and last: to be decided."""
    since = on.replace(day=1).toordinal() - 1
    earlier = date.fromordinal(since)
    found = Question.objects.exclude(problem="").filter(
        year__in={on.year, earlier.year}, answered_on__gte=earlier.replace(day=1)
    )
    return [
        Line(
            text=one.item.text,
            url=reverse("plan:item", args=[one.item_id]),
            lead=spoken(one.department.name, one.department.english),
            off="",
            light=None,
            word=one.problem,
        )
        for one in found.select_related("item", "department")[:MOST]
    ]
