"""The counter of the demo: a spring of applications, all of them made up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from jingkai.approvals.queries import department_of, get_application
from jingkai.approvals.services import (
    NewApplication,
    accept_application,
    confirm_item,
    correct_application,
    delegate_seal,
    mark_papers,
    name_agent,
    rate,
    submit,
)
from jingkai.cases.queries import Case
from jingkai.cases.services import act
from jingkai.kernel.zone import Zone
from jingkai.org.queries import Person, list_people
from jingkai.org.rules import Permission
from jingkai.projects.queries import list_projects

__all__ = ["counter_events"]

OPENED_ON = date(2021, 1, 4)
# (item or bundle, workdays ago, days to the decision or None while it runs, grade, what is special)
PAST: tuple[tuple[str, int, int | None, int, str], ...] = (
    ("firm_change", 88, 1, 5, ""),
    ("firm_change", 80, 1, 5, ""),
    ("open_enterprise", 74, 1, 5, ""),
    ("drainage_permit", 70, 6, 4, ""),
    ("firm_change", 62, 2, 2, ""),
    ("food_licence", 55, 1, 5, "undertaking"),
    ("completion_filing", 50, 2, 4, ""),
    ("firm_change", 44, 1, 5, ""),
    ("planning_permit", 40, 4, 3, ""),
    ("firm_change", 33, 1, 5, ""),
    ("open_enterprise", 27, 1, 5, ""),
    ("construction_permit", 21, 2, 5, ""),
    ("firm_change", 15, 1, 4, ""),
    ("land_to_start", 12, None, 0, "project"),
    ("drainage_permit", 9, None, 0, ""),
    ("pollutant_permit", 6, None, 0, ""),
    ("land_to_start", 4, None, 0, "project"),
    ("firm_change", 1, None, 0, "deferred"),
    ("planning_permit", 1, None, 0, "correct"),
    ("open_enterprise", 0, None, 0, "new"),
)
FACTS = {
    "land": "new", "approval_kind": "filing", "eia": "form", "energy": "below",
    "earthwork": "above", "fire": "special", "basement": "none",
}  # fmt: skip


@dataclass
class Demo:
    """What the events of the counter share."""

    zone: Zone
    window: Person
    chief: Person
    ids: dict[int, int] = field(default_factory=dict)


def counter_events(zone: Zone, today: date) -> Iterator[tuple[date, Callable[[], object]]]:
    """Yield what happened at the counter, if the zone has somebody at its window and its seal."""
    if not zone.approvals.items or today <= OPENED_ON:
        return
    demo: list[Demo] = []
    yield OPENED_ON, lambda: _open(zone, demo)
    for place, (what, ago, days, grade, special) in enumerate(PAST):
        on = _workdays_before(zone, today, ago)
        yield on, _when(demo, lambda d, p=place, w=what, s=special, o=on: _take(d, p, w, s, o))
        if special in ("new", "correct"):
            continue
        first = zone.calendar.add_workdays(on, 0 if days == 1 else 1)
        for step in range(0, 7 if days else 2 if special == "project" else 0):
            later = zone.calendar.add_workdays(first, step + (days or 1) - 1)
            if later <= today:
                yield later, _when(demo, lambda d, p=place, o=later: _work(d, p, o))
        if days:
            rated = min(zone.calendar.add_workdays(on, days + 8), today)
            yield rated, _when(demo, lambda d, p=place, g=grade, o=rated: _rate(d, p, g, o))


def _when(demo: list[Demo], act: Callable[[Demo], object]) -> Callable[[], object]:
    return lambda: act(demo[0]) if demo else None


def _open(zone: Zone, demo: list[Demo]) -> None:
    """Open the counter: every item is delegated to the seal, those in doubt are confirmed."""
    window = _somebody(department_of("window"), Permission.HANDLE_CASES)
    chief = _somebody(department_of("seal"), Permission.DECIDE_CASES)
    if window is None or chief is None:
        return
    names = {one.id: one.name for one in zone.departments}
    for item in zone.approvals.items.values():
        delegate_seal(
            item_id=item.id,
            giver=names[department_of(item.desk)],
            document="演示文件〔2021〕1号",
            from_on=OPENED_ON,
            until_on=None,
            by=chief,
            on=OPENED_ON,
        )
        if item.mark != "V":
            confirm_item(
                item_id=item.id, basis=f"演示办事指南：{item.basis}", by=chief, on=OPENED_ON
            )
    demo.append(Demo(zone, window, chief))


def _take(demo: Demo, place: int, what: str, special: str, on: date) -> None:
    """Take an application in and bring it as far as its day allows."""
    chance = Random(f"counter-{place}")
    name = f"{chance.choice('青云长明远川')}{chance.choice('禾屿岚泽峰源')}实业（虚构）"
    project = None
    if special == "project":
        invented = [one for one in list_projects() if "虚构" in one.investor]
        project = invented[place % len(invented)] if invented else None
    is_bundle = what in demo.zone.approvals.bundles
    answers = {
        "firm_name": name, "legal_person": "演示", "registered_address": "演示路1号",
        "business_scope": "制造", "registered_capital": "500", "contact": "演示", "staff": "12",
        "project_name": project.name if project else f"{name[:4]}生产线", "floor_area": "12000",
        "project_site": "演示地块", "investment": "8000", "start_on": "2021-10-01",
        "land_area": "40", "builder": "演示建设（虚构）",
    }  # fmt: skip
    made = submit(
        new=NewApplication(
            bundle=what if is_bundle else "",
            item="" if is_bundle else what,
            facts=FACTS,
            answers=answers,
            applicant=name,
            phone=f"1380000{place:04}",
            project_id=project.pk if project else None,
            is_undertaken=special == "undertaking",
        ),
        by=None if special == "new" else demo.window,
        on=on,
        at=_at(on, 9),
    )
    demo.ids[place] = made.pk
    who = {"application_id": made.pk, "by": demo.window, "on": on}
    if special == "new":
        return
    if special == "correct":
        correct_application(**who, version=made.version, at=_at(on, 11))
        return
    states = {one.material: "received" for one in made.papers.filter(state="missing")}
    due = {}
    if special == "deferred":
        states["shareholder_resolution"] = "deferred"
        due["shareholder_resolution"] = demo.zone.calendar.add_workdays(on, 1)
    mark_papers(**who, states=states, due=due)
    accept_application(**who, version=made.version, at=_at(on, 10))
    if project is not None:
        agent = _somebody(project.lead_id, Permission.RECORD_PROJECTS) or demo.window
        name_agent(application_id=made.pk, agent=agent, by=demo.window, on=on)


def _work(demo: Demo, place: int, on: date) -> None:
    """Do one round of work: each open step of the application by somebody who may."""
    application = get_application(demo.ids[place])
    for branch in application.branches.filter(case__closed_on=None, case__isnull=False):
        for work in branch.case.work.all():
            person = {"decide": demo.chief, "accept": demo.window, "deliver": demo.window}.get(
                work.step
            ) or _somebody(work.department_id, Permission.HANDLE_CASES)
            if person is None:
                continue
            outcome = {"decide": "grant", "accept": "accept"}.get(work.step, "")
            act(
                case_id=branch.case_id, step=work.step, by=person, on=on, at=_at(on, 15),
                words="符合条件", outcome=outcome,
            )  # fmt: skip


def _rate(demo: Demo, place: int, grade: int, on: date) -> None:
    application = get_application(demo.ids[place])
    closed = Case.objects.filter(branch__application=application, closed_on__isnull=False)
    if first := closed.order_by("pk").first():
        rate(case_id=first.pk, grade=grade, words="办得快" if grade > 3 else "多跑了一次", on=on)


def _somebody(department: str, permission: Permission) -> Person | None:
    """Return somebody of a department who may do something; an officer rather than a leader."""
    found = [
        one
        for one in list_people().filter(department=department).order_by("pk")
        if one.may_alone(permission)
    ]
    return next((one for one in found if one.role != "leader"), found[0] if found else None)


def _workdays_before(zone: Zone, today: date, count: int) -> date:
    day = today
    while count or not zone.calendar.is_workday(day):
        day -= timedelta(days=1)
        count -= zone.calendar.is_workday(day)
    return day


def _at(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), ZoneInfo("Asia/Shanghai"))
