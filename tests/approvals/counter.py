"""A counter that is open: people at its desks, every item delegated and confirmed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from jingkai.approvals.desks import department_of
from jingkai.approvals.models import Application
from jingkai.approvals.services import (
    NewApplication,
    accept_application,
    confirm_item,
    delegate_seal,
    mark_papers,
    submit,
)
from jingkai.cases.services import act
from jingkai.kernel.zone import current_zone
from jingkai.org.models import Department, Person
from jingkai.org.services import add_person

TODAY = date(2021, 6, 30)


@dataclass
class Counter:
    """The people of the counter."""

    window: Person
    chief: Person

    def officer(self, department: str) -> Person:
        """Return an officer of a department."""
        account = f"of-{department}"
        found = Person.objects.filter(account=account).first()
        return found or _person(account, department, "officer")


def _person(account: str, department: str, role: str) -> Person:
    place = Department.objects.get(pk=department)
    made, _ = add_person(account=account, name=f"测{account}", role=role, department=place)
    made.must_change_password = False
    made.save()
    return made


def open_counter() -> Counter:
    """Return the people of the counter, with every item delegated and confirmed."""
    counter = Counter(
        window=_person("window", department_of("window"), "officer"),
        chief=_person("chief", department_of("seal"), "leader"),
    )
    for item in current_zone().approvals.items.values():
        delegate_seal(
            item_id=item.id,
            giver="原审批部门",
            document="试〔2021〕1号",
            from_on=date(2021, 1, 1),
            until_on=None,
            by=counter.chief,
            on=TODAY,
        )
        if item.mark != "V":
            confirm_item(item_id=item.id, basis="试验依据第一条", by=counter.chief, on=TODAY)
    return counter


ANSWERS = {
    "firm_name": "青禾试验公司",
    "legal_person": "甲",
    "registered_address": "一号路",
    "business_scope": "制造",
    "registered_capital": "100",
    "contact": "乙",
    "staff": "10",
    "project_name": "试验项目",
    "project_site": "一号地",
    "investment": "5000",
    "start_on": "2021-10-01",
    "land_area": "30",
    "floor_area": "20000",
    "builder": "丙",
}
FACTS = {
    "land": "new",
    "approval_kind": "filing",
    "eia": "form",
    "energy": "below",
    "earthwork": "below",
    "fire": "other",
    "basement": "none",
}


def send(counter: Counter | None, **more: Any) -> Application:
    """Send an application for opening a firm, or what is told."""
    told: dict[str, Any] = {
        "bundle": "" if "item" in more else "open_enterprise",
        "applicant": "青禾试验公司",
        "phone": "13800001234",
        "answers": ANSWERS,
    }
    new = NewApplication(**(told | more))
    return submit(new=new, by=counter.window if counter else None, on=TODAY)


def all_received(application: Application, counter: Counter, **other: str) -> None:
    """Tick every paper as received, but for those told."""
    states = {paper.material: "received" for paper in application.papers.all()}
    for paper in application.papers.filter(state="held"):
        states[paper.material] = "held"
    mark_papers(
        application_id=application.pk, states=states | other, due={}, by=counter.window, on=TODAY
    )


def accept(application: Application, counter: Counter, on: date = TODAY) -> Application:
    """Accept an application as it stands."""
    application.refresh_from_db()
    return accept_application(
        application_id=application.pk, by=counter.window, on=on, version=application.version
    )


def decide(
    case_id: int, counter: Counter, outcome: str = "grant", on: date = TODAY, deliver: bool = True
) -> None:
    """Carry a case to its decision, whatever steps it has before, and deliver it."""
    from jingkai.cases.models import Case

    for _ in range(6):
        case = Case.objects.get(pk=case_id)
        for work in case.work.all():
            if work.step == "deliver" and not deliver:
                return
            by = (
                counter.chief
                if work.step == "decide"
                else (
                    counter.window
                    if work.step in ("accept", "deliver")
                    else counter.officer(work.department_id)
                )
            )
            result = {"accept": "accept", "decide": outcome}.get(work.step, "")
            act(case_id=case_id, step=work.step, by=by, on=on, words="符合", outcome=result)
