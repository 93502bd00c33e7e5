"""A write that changes something leaves what was there before and what is there after."""

import json
from datetime import date
from decimal import Decimal

import pytest

from jingkai.audit.models import AuditLine
from jingkai.audit.services import note_change
from jingkai.enterprises.services import (
    AttributeChange,
    Ending,
    Newcomer,
    Occasion,
    Renaming,
    RollStep,
    change_roll,
    close,
    register,
    rename,
    set_attributes,
)
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department
from jingkai.org.services import add_person, set_active
from jingkai.plan.models import Item
from jingkai.plan.services import (
    NewItem,
    adopt_plan,
    assign_item,
    close_item,
    draft_plan,
    reopen_item,
)
from jingkai.projects.models import Project
from jingkai.projects.services import (
    ProjectRow,
    add_project,
    drop_projects,
    pass_gate,
    withdraw_gate,
    write_projects,
)
from jingkai.reports.models import Intake, Proposal
from jingkai.reports.services import decide, edit, split
from tests.conftest import TODAY

BODY = "91430799MA4L00001"
CODE = BODY + check_character(BODY)


def told(act: str, object: str = "") -> dict:
    """Return the particulars of the newest line of an act."""
    line = AuditLine.objects.filter(act=act).order_by("-number").first()
    assert line is not None, act
    assert not object or line.object == object
    return json.loads(line.detail)


@pytest.fixture
def item(changde: Zone) -> Item:
    lead = Department.objects.first().pk
    plan = draft_plan(
        year=2021,
        title="计划",
        basis="",
        items=[NewItem("task", "主题", "编制方案", date(2021, 6, 1), lead)],
    )
    adopt_plan(plan_id=plan.pk, by="林", on=TODAY)
    return plan.items.get()


def test_items_of_the_plan(item: Item):
    one, other = Department.objects.all()[:2]
    name = f"item:{item.pk}"
    assert told("plan.adopted")["after"] == {"adopted_by": "林", "adopted_on": "2021-06-30"}
    same = {"lead": one.pk, "leader": "", "text": item.text, "due_on": item.due_on}
    same["theme"] = item.theme_id
    assign_item(item_id=item.pk, version=1, support=[other.pk], **same | {"leader": "沈"})
    assert told("item.assigned", name) == {
        "before": {"leader": "", "support": []},
        "after": {"leader": "沈", "support": [other.pk]},
    }
    close_item(item_id=item.pk, version=2, on=date(2021, 6, 2), today=TODAY)
    assert told("item.closed", name)["after"] == {"done_on": "2021-06-02", "was_late": True}
    reopen_item(item_id=item.pk, version=3)
    assert told("item.reopened", name)["before"] == {"done_on": "2021-06-02"}


def test_a_save_that_changes_nothing_leaves_no_line(item: Item):
    lead = item.lead_id
    assign_item(
        item_id=item.pk,
        version=1,
        lead=lead,
        support=[],
        leader="",
        due_on=item.due_on,
        text=item.text,
        theme=item.theme_id,
    )
    assert not AuditLine.objects.filter(act="item.assigned").exists()
    assert note_change(act="x", object="y", before={"a": 1}, after={"a": 1}) is False


def test_projects(changde: Zone):
    lead = Department.objects.first().pk
    row = ProjectRow("P", "项目", "", "产业", Decimal(yi(1)), False, lead)
    project = add_project(**vars(row))
    name = f"project:{project.pk}"
    write_projects(rows=[ProjectRow("P", "改名", "", "产业", Decimal(yi(2)), False, lead)])
    assert told("project.changed", name)["before"] == {
        "name": "项目",
        "investment": "100000000.00",
    }
    gate = {"project_id": project.pk, "gate_id": "sign", "by": "甲", "today": TODAY}
    proof = [keep_file(data=b"x", name="a.txt")]
    pass_gate(on=date(2021, 3, 1), proof=proof, version=2, **gate)
    assert told("project.gate", name) == {"before": {"sign": None}, "after": {"sign": "2021-03-01"}}
    withdraw_gate(reason="错", version=3, **gate)
    assert told("project.gate", name) == {"before": {"sign": "2021-03-01"}, "after": {"sign": None}}
    add_project(**vars(row) | {"code": "Q"})
    drop_projects(codes=["Q"])
    assert told("project.dropped") == {"code": "Q"}
    assert Project.objects.count() == 1


def test_enterprises(changde: Zone):
    occasion = Occasion(by="孙", reason="x", known_on=TODAY)
    newcomer = Newcomer(code=CODE, name="甲厂", kind="company", registered_on=date(2018, 3, 1))
    register([newcomer], occasion=occasion)
    name = f"enterprise:{CODE}"
    rename([Renaming(CODE, "乙厂", TODAY)], occasion=occasion)
    assert told("enterprise.renamed", name) == {"before": {CODE: "甲厂"}, "after": {CODE: "乙厂"}}
    set_attributes([AttributeChange(CODE, "size", "small", TODAY)], occasion=occasion)
    assert told("enterprise.attributes", name) == {
        "before": {f"{CODE}.size": "unknown"},
        "after": {f"{CODE}.size": "small"},
    }
    for step in ("enter", "leave"):
        change_roll([RollStep(CODE, step, "industry", TODAY)], occasion=occasion)
    assert told("enterprise.roll", name) == {"before": {CODE: "industry"}, "after": {CODE: ""}}
    close([Ending(CODE, "cancelled", TODAY)], occasion=occasion)
    assert told("enterprise.closed", name)["after"] == {CODE: "cancelled 2021-06-30"}


def test_accounts(changde: Zone):
    admin, _ = add_person(account="a", name="甲", role="admin", department=None)
    clerk, _ = add_person(account="c", name="乙", role="officer", department=None)
    set_active(person_id=clerk.pk, is_active=False, by=admin, on=TODAY)
    found = told("person.closed", "person:c")
    assert (found["before"], found["after"]) == ({"is_active": True}, {"is_active": False})
    assert (found["by"], found["on"]) == ("a", "2021-06-30")


def test_proposals_of_a_report(changde: Zone):
    intake = Intake.objects.create(
        name="a", title="a", year=2021, text="x", sha256="", outline=[], results=[], notes=[],
        taken_by="甲", taken_on=TODAY,
    )  # fmt: skip
    proposal = Proposal.objects.create(
        intake=intake, number=1, kind="task", text="做一件事；再做一件", due_on=TODAY, at=0, end=1,
        confidence=1.0, flags=[], support=[], lead="", leader="",
    )  # fmt: skip
    name = f"proposal:{proposal.pk}"
    decide(proposal_id=proposal.pk, decision="dropped", version=proposal.version, by="甲")
    assert told("proposal.decided", name)["after"] == {"decision": "dropped"}
    proposal.refresh_from_db()
    edit(
        proposal_id=proposal.pk, version=proposal.version, by="甲", text="改", lead="",
        support=[], leader="沈", due_on=TODAY,
    )  # fmt: skip
    assert told("proposal.edited", name)["before"] == {
        "text": "做一件事；再做一件",
        "leader": "",
        "decision": "dropped",
    }
    proposal.refresh_from_db()
    split(proposal_id=proposal.pk, version=proposal.version, parts=["一", "二"], by="甲")
    assert told("proposal.split", name) == {"before": "改", "after": ["一", "二"]}
