"""Make a 督办单, chase it on the days the zone says, publish what a month came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from jingkai.cases.queries import working_calendar
from jingkai.cases.services import NewCase, act, open_case
from jingkai.jobs.services import promise
from jingkai.kernel.clock import midnight
from jingkai.kernel.deadlines import Limit
from jingkai.kernel.periods import Period
from jingkai.kernel.supervision import Rung
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.queries import (
    Department,
    Person,
    Seat,
    active_delegations,
    list_departments,
    visible_departments,
)
from jingkai.org.rules import Permission
from jingkai.org.services import check_year_open, tell, tell_people
from jingkai.supervision.asking import answer_question, ask_month
from jingkai.supervision.desks import LEADERS, supervisor_department
from jingkai.supervision.models import Bulletin, Escalation, FollowUp, Meeting
from jingkai.supervision.monthly import month_content
from jingkai.supervision.queries import list_open
from jingkai.supervision.refusals import (
    BulletinRefused,
    FollowUpRefused,
    MeetingRefused,
    QuestionRefused,
)
from jingkai.supervision.robots import Robot, robots_of_the_house, say_what_is_new
from jingkai.supervision.rules import case_type, climbed, due_from

__all__ = [
    "JOBS",
    "BulletinRefused",
    "Decision",
    "FollowUpRefused",
    "MeetingRefused",
    "NewFollowUp",
    "QuestionRefused",
    "Robot",
    "answer_question",
    "ask_month",
    "follow_up",
    "issue_bulletin",
    "keep_minutes",
    "robots_of_the_house",
    "run_day",
    "say_what_is_new",
]


@dataclass(frozen=True, kw_only=True)
class NewFollowUp:
    """What is to be done, by whom, until when, about what, and what will prove it."""

    instruction: str
    lead: str
    due_on: date
    about: str = ""
    support: Sequence[str] = ()
    evidence: str = ""
    source: str = FollowUp.Source.INSTRUCTION
    meeting: Meeting | None = None


@transaction.atomic
def follow_up(
    *, new: NewFollowUp, by: Person, on: date, at: datetime | None = None, tells: bool = True
) -> FollowUp:
    """立项、交办: make a 督办单 with its number; its clock runs and the departments are told."""
    zone = current_zone()
    supervision = zone.supervision
    if not by.may_alone(Permission.SUPERVISE) or by.department_id is None:
        raise FollowUpRefused(Words("批示和督办由管委会领导、督查部门作出；请找督查部门立项。"))
    if not new.instruction.strip():
        raise FollowUpRefused(Words("请写明要办什么，或从常用批示里选一句。"))
    if new.due_on <= on:
        raise FollowUpRefused(
            Words(
                "时限 %(day)s 不晚于今天（%(on)s）；请给承办单位至少一天。", day=new.due_on, on=on
            )
        )
    lead = Department.objects.filter(pk=new.lead).first()
    if lead is None:
        raise FollowUpRefused(Words("请选择承办单位。"))
    if new.lead in new.support:
        raise FollowUpRefused(Words("承办单位不能同时是配合单位。"))
    known = {one.id for one in supervision.evidence}
    evidence = new.evidence or supervision.evidence[0].id
    if evidence not in known:
        raise FollowUpRefused(Words("请在列出的印证材料里选。"))
    office = supervisor_department()
    # The office's own row is the gate: two numbers are never given at once.
    Department.objects.select_for_update().get(pk=office)
    serial = (
        FollowUp.objects.filter(year=on.year)
        .order_by("-serial")
        .values_list("serial", flat=True)
        .first()
        or 0
    ) + 1
    number = supervision.number.format(year=on.year, number=serial)
    days = due_from(on, new.due_on, working_calendar())
    case = open_case(
        new=NewCase(
            kind=case_type(supervision),
            title=f"{number} {new.instruction}",
            department=new.lead,
            desks={"issuer": by.department_id, "lead": new.lead, "supervisor": office},
            subject=new.about,
            item=evidence,
            promised=Limit(days),
            most_extension=days,
        ),
        by=by,
        on=on,
        at=at,
    )
    for step in supervision.steps:
        if step.desk == "issuer":
            act(case_id=case.pk, step=step.id, by=by, on=on, at=at, words=new.instruction)
    made = FollowUp.objects.create(
        number=number,
        year=on.year,
        serial=serial,
        case=case,
        source=new.source,
        about=new.about,
        instruction=new.instruction[:400],
        evidence=evidence,
        issuer=by,
        issued_on=on,
        lead=lead,
        meeting=new.meeting,
    )
    made.support.set(list_departments().filter(pk__in=new.support))
    if tells:
        case.refresh_from_db(fields=["due_on"])
        tell(
            departments=[new.lead, *new.support],
            text=Words(
                "%(name)s批示（%(number)s）：%(instruction)s，%(on)s 前办结。",
                name=by.name,
                number=number,
                instruction=new.instruction,
                on=case.due_on,
            ),
            url=reverse("cases:detail", args=[case.pk]),
            on=on,
        )
    return made


@transaction.atomic
def run_day(*, on: date) -> int:
    """Climb the ladder: every rung that is reached by a day is noted once and told."""
    zone, calendar = current_zone(), working_calendar()
    office = supervisor_department()
    made = []
    for one in list_open():
        known = {(each.rung, each.because_of) for each in one.escalations.all()}
        works = {work.step: work.due_on for work in one.case.work.all()}
        for rung in zone.supervision.ladder:
            since = one.case.due_on if rung.since == "due" else works.get(rung.since)
            if since is None or (rung.id, since) in known:
                continue
            if climbed(rung, since, on, calendar):
                made.append(_climb(one, rung, since, on, office))
    Escalation.objects.bulk_create(made)
    return len(made)


def _climb(one: FollowUp, rung: Rung, since: date, on: date, office: str) -> Escalation:
    desks = {"lead": one.lead_id, "supervisor": office}
    told = list(dict.fromkeys(desks[to] for to in rung.to if to in desks))
    people, missing = _reach([to for to in rung.to if to not in desks], one.lead_id, on)
    text = Words(
        "%(rung)s：%(number)s %(instruction)s（%(place)s，%(on)s 到期）",
        rung=named(rung),
        number=one.number,
        instruction=one.instruction,
        place=named(one.lead),
        on=since,
    )
    url = reverse("cases:detail", args=[one.case_id])
    tell(departments=told, text=text, url=url, on=on)
    tell_people(people=[seat.person for seat, _role in people], text=text, url=url, on=on)
    return Escalation(
        follow_up=one,
        rung=rung.id,
        name=rung.name,
        because_of=since,
        on=on,
        told=told,
        people=[
            {"name": seat.person.name, "role": role, "acts_for": seat.acts_for}
            for seat, role in people
        ],
        missing=missing,
    )


def _reach(
    roles: Sequence[str], department: str, on: date
) -> tuple[list[tuple[Seat, str]], list[dict[str, str]]]:
    """Return who is told in person on a day, each once, and which role reaches nobody, and why.

    Somebody who may not see the department's cases is not told its errands.
    """
    found: dict[int, tuple[Seat, str]] = {}
    missing = []
    for role in roles:
        seats = LEADERS[role](department, on)
        seeing = [one for one in seats if _sees(one.person, department, on)]
        for seat in seeing:
            found.setdefault(seat.person.pk, (seat, role))
        if not seeing:
            missing.append({"role": role, "why": "scope" if seats else "record"})
    return list(found.values()), missing


def _sees(person: Person, department: str, on: date) -> bool:
    person.lent = active_delegations(person, on)
    seen = visible_departments(person, on)
    return person.may(Permission.SEE_CASES) and (seen is None or department in seen)


@transaction.atomic
def issue_bulletin(*, year: int, month: int, by: Person, on: date) -> Bulletin:
    """通报: publish what a month came to; what is published never changes."""
    check_year_open(year)
    period = Period.month_of(date(year, month, 1))
    if period.last >= on:
        raise BulletinRefused(
            Words("%(period)s还没有结束，%(day)s 之后才能通报。", period=period, day=period.last)
        )
    if known := Bulletin.objects.filter(year=year, month=month).first():
        raise BulletinRefused(
            Words(
                "%(period)s的通报已于 %(day)s 印发，不能重发。", period=period, day=known.issued_on
            )
        )
    Department.objects.select_for_update().get(pk=supervisor_department())
    number = Bulletin.objects.filter(year=year).count() + 1
    made = Bulletin.objects.create(
        year=year,
        month=month,
        number=number,
        content=month_content(period, Ledger(period.last)),
        issued_by=by,
        issued_on=on,
    )
    tell(
        departments=list(list_departments().values_list("pk", flat=True)),
        text=Words("%(period)s督查通报（第 %(number)s 期）已印发。", period=period, number=number),
        url=reverse("supervision:bulletin", args=[year, month]),
        on=on,
    )
    return made


@dataclass(frozen=True, kw_only=True)
class Decision:
    """A line of the minutes: who does what until when."""

    text: str
    lead: str
    due_on: date
    about: str = ""


@transaction.atomic
def keep_minutes(
    *, title: str, minutes: str, decisions: Sequence[Decision], by: Person, on: date
) -> Meeting:
    """Keep the minutes of a meeting; every decision becomes a 督办单."""
    if not decisions:
        raise MeetingRefused(Words("请至少写一项决定；没有决定的会不用记。"))
    if Meeting.objects.filter(held_on=on).exists():
        raise MeetingRefused(Words("%(on)s 的调度会已经记过；同一天只记一次。", on=on))
    made = Meeting.objects.create(
        held_on=on, title=title[:80], minutes=minutes, kept_by=by, kept_on=on
    )
    for one in decisions:
        follow_up(
            new=NewFollowUp(
                instruction=one.text,
                lead=one.lead,
                due_on=one.due_on,
                about=one.about,
                source=FollowUp.Source.MEETING,
                meeting=made,
            ),
            by=by,
            on=on,
        )
    return made


def _day_job(payload: dict[str, Any]) -> None:
    on = date.fromisoformat(payload.get("on") or settings.BUSINESS_CLOCK.today().isoformat())
    run_day(on=on)
    # The month's questions go out on its last third, while there is still time to answer.
    if on.day >= 20:
        promise(
            kind="supervision.ask",
            key=f"supervision.ask:{on:%Y-%m}",
            payload={"on": on.isoformat()},
            now=midnight(on),
        )


def _ask_job(payload: dict[str, Any]) -> None:
    ask_month(on=date.fromisoformat(payload["on"]))


JOBS = {"supervision.day": _day_job, "supervision.ask": _ask_job}
