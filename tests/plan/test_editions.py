"""Editions, months that were frozen, readings, the outlook of a target."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.models import Fact
from jingkai.ledger.queries import Ledger
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department, Person
from jingkai.org.services import add_person
from jingkai.plan.models import Edition, Item, Plan, Snapshot
from jingkai.plan.outlook import candidates_for
from jingkai.plan.queries import kept_texts, list_lines, list_readings, read_target
from jingkai.plan.readings import cell_of, period_due
from jingkai.plan.rules import ItemText, compare
from jingkai.plan.services import (
    NewItem,
    NewTarget,
    PlanRefused,
    ReadingRefused,
    adopt_plan,
    amend_plan,
    assign_item,
    draft_plan,
    file_number,
    freeze_month,
    name_duty,
    remind_of_readings,
    set_target,
)
from jingkai.projects.models import Project
from jingkai.projects.services import add_project, pass_gate
from tests.conftest import TODAY, sign_in

ADOPTED = date(2021, 1, 20)


@pytest.fixture
def plan(zone: Zone) -> Plan:
    """A target that project gates count, one that is filed by hand, a task, a pledge."""
    lead = Department.objects.first().pk
    started = next(one.id for one in zone.indicators.values() if one.id == "projects_started")
    filed = next(one for one in zone.indicators.values() if cell_of(one))
    year = Period.year(2021)
    items = [
        NewItem(
            "target", "", "开工四个", date(2021, 12, 31), lead,
            target=NewTarget("新开工项目", "level", ">=", Decimal(4), "个", year, started),
        ),
        NewItem(
            "target", "", "报来的数", date(2021, 12, 31), lead,
            target=NewTarget("报数", filed.measure, ">=", Decimal(9), filed.unit, year, filed.id),
        ),
        NewItem("task", "", "<b>修路</b>", date(2021, 3, 20), lead),
        NewItem("task", "", "建学校", date(2021, 9, 1), lead, is_pledge=True),
    ]  # fmt: skip
    made = draft_plan(year=2021, title="计划", basis="", items=items)
    return adopt_plan(plan_id=made.pk, by="管委会", on=ADOPTED)


def put_off(plan: Plan, until: date = date(2021, 4, 20)) -> Item:
    item = plan.items.get(number=3)
    return assign_item(
        item_id=item.pk, version=item.version, lead=item.lead_id, support=[], leader="",
        due_on=until, text=item.text, theme=item.theme_id,
    )  # fmt: skip


def test_adoption_keeps_the_first_edition_as_it_was(plan: Plan):
    put_off(plan)

    first = Edition.objects.get()
    assert (first.number, first.adopted_by) == (1, "管委会")
    assert kept_texts(first)[2].due_on == "2021-03-20"


def test_an_amendment_keeps_both_editions_with_its_reason(plan: Plan):
    put_off(plan)

    made = amend_plan(plan_id=plan.pk, reason="雨季", by="管委会", on=TODAY)

    assert (made.number, made.reason) == (2, "雨季")
    first, second = (kept_texts(one) for one in plan.editions.all())
    (change,) = compare(first, second)
    assert change.changes == (("完成时限", "2021-03-20", "2021-04-20"),)


@pytest.mark.parametrize(("reason", "words"), [(" ", "原因"), ("雨季", "没有差别")])
def test_an_amendment_without_reason_or_difference_is_refused(plan: Plan, reason: str, words: str):
    if not reason.strip():
        put_off(plan)

    with pytest.raises(PlanRefused, match=words):
        amend_plan(plan_id=plan.pk, reason=reason, by="管委会", on=TODAY)

    assert Edition.objects.count() == 1


def text(number: int, words: str = "修路") -> ItemText:
    return ItemText(number, number, "", words, "", "甲", "", "2021-12-31")


def test_comparison_tells_added_changed_and_dropped_items():
    found = compare([text(1), text(2)], [text(2, "修桥"), text(3)])

    assert [(one.kind, one.item.id) for one in found] == [
        ("changed", 2), ("added", 3), ("dropped", 1),
    ]  # fmt: skip


def test_a_changed_target_value_is_a_difference(plan: Plan):
    item = plan.items.get(number=1)

    set_target(
        item_id=item.pk, version=item.version, value=Decimal(6), bindingness="binding",
        is_pledge=True,
    )  # fmt: skip

    made = amend_plan(plan_id=plan.pk, reason="加码", by="管委会", on=TODAY)
    changes = compare(kept_texts(plan.editions.get(number=1)), kept_texts(made))[0].changes
    assert changes == (("目标值", "≥4个", "≥6个"), ("约束性", "预期性", "约束性"))


def project(zone: Zone, code: str, **gates: date) -> None:
    made = add_project(
        code=code, name=f"项目{code}", investor="", kind="产业", investment=Decimal(yi(2)),
        is_top500=False, lead=Department.objects.first().pk,
    )  # fmt: skip
    for version, (gate, on) in enumerate(gates.items(), start=made.version):
        pass_gate(
            project_id=made.pk, gate_id=gate, on=on, by="甲", today=on,
            proof=[keep_file(data=b"x", name="a.txt")], version=version,
        )  # fmt: skip


def test_a_frozen_month_does_not_move_with_later_facts(zone: Zone, plan: Plan):
    assert freeze_month(month=Period.month_of(date(2021, 3, 1))) == 4
    project(zone, "A", start=date(2021, 4, 6))

    assert freeze_month(month=Period.month_of(date(2021, 3, 1))) == 0
    freeze_month(month=Period.month_of(date(2021, 4, 1)))

    march, april = Snapshot.objects.filter(item__number=1).order_by("month")
    assert (march.value, april.value) == (0, 1)
    assert march.expected > 0
    task = Snapshot.objects.get(item__number=3, month=3)
    assert task.tone in ("late", "blackflag")


def test_a_month_before_adoption_is_not_frozen(plan: Plan):
    assert freeze_month(month=Period.month_of(date(2020, 12, 1))) == 0


def test_the_page_of_an_item_explains_the_light_of_last_month(zone: Zone, plan: Plan):
    freeze_month(month=Period.month_of(date(2021, 5, 1)))
    item = plan.items.get(number=1)
    light = Snapshot.objects.get(item=item)

    html = sign_in("leader").get(reverse("plan:item", args=[item.pk])).content.decode()

    assert "2021-05" in html
    assert light.word in html


def test_late_stays_visible_after_catching_up_where_the_scheme_says_so(changde: Zone):
    lead = Department.objects.first().pk
    year = Period.year(2021)
    target = NewTarget("新开工项目", "level", ">=", Decimal(1), "个", year, "projects_started")
    items = [NewItem("target", "", "开工一个", date(2021, 12, 31), lead, target=target)]
    plan = draft_plan(year=2021, title="计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="管委会", on=ADOPTED)
    freeze_month(month=Period.month_of(date(2021, 5, 1)))
    assert Snapshot.objects.get().tone == "behind"

    project(changde, "A", start=date(2021, 6, 6))

    light = list_lines(plan, ledger=Ledger(TODAY))[0].light
    assert (light.id, light.tone) == ("caught", "caught")


def test_the_named_work_that_would_count_is_listed_soonest_first(zone: Zone, plan: Plan):
    # Six projects that went the whole way make the habit: a year from signing to the start.
    dated = {f"H{place}": (date(2018, 3, 1), date(2019, 3, 1)) for place in range(6)}
    dated |= {"LATER": (date(2020, 9, 1), None), "SOON": (date(2020, 7, 1), None)}
    for code, (signed, started) in dated.items():
        project(zone, code)
        Project.objects.filter(code=code).update(sign_on=signed, start_on=started)
    line = read_target(plan.items.get(number=1).target, ledger=Ledger(TODAY))

    found = candidates_for(line, today=TODAY)

    assert [(one.project.code, one.gate.id, one.adds) for one in found] == [
        ("SOON", "start", 1), ("LATER", "start", 1),
    ]  # fmt: skip
    html = sign_in("leader").get(reverse("plan:item", args=[line.target.item_id])).content.decode()
    assert "项目SOON" in html


def person(account: str, role: str) -> Person:
    made, _ = add_person(
        account=account, name=f"测{account}", role=role, department=Department.objects.first()
    )
    made.must_change_password = False
    made.save()
    return made


def test_one_person_files_a_number_with_its_source(zone: Zone, plan: Plan):
    filer, other, keeper = person("f", "officer"), person("o", "officer"), person("k", "appraisal")
    line = list_readings(plan, on=TODAY)[0]
    name_duty(indicator=line.indicator.id, person=filer, every="month", day=16, by=keeper)
    told = {
        "indicator": line.indicator, "period": Period.months(2021, 1, 5), "value": Decimal(5),
        "status": "快报", "on": TODAY, "evidence": [keep_file(data=b"x", name="快报.txt")],
    }  # fmt: skip
    owed = list_readings(plan, on=TODAY)[0]
    assert (owed.owed.id, owed.due_on) == ("2021-01..05", date(2021, 6, 16))

    with pytest.raises(ReadingRefused, match=filer.name):
        file_number(**told, by=other)
    with pytest.raises(ReadingRefused, match="来源"):
        file_number(**(told | {"evidence": []}), by=filer)
    file_number(**told, by=filer)

    after = list_readings(plan, on=TODAY)[0]
    assert (after.owed, after.status) == (None, "快报")
    assert after.number.value is not None


def test_the_department_is_told_on_the_day_a_number_is_due(zone: Zone, plan: Plan):
    filer, keeper = person("f", "officer"), person("k", "appraisal")
    line = list_readings(plan, on=TODAY)[0]
    name_duty(indicator=line.indicator.id, person=filer, every="month", day=16, by=keeper)

    assert remind_of_readings(plan, on=date(2021, 6, 15)) == 0
    assert remind_of_readings(plan, on=date(2021, 6, 16)) == 1


@pytest.mark.parametrize(
    ("every", "on", "period"),
    [
        ("month", date(2021, 6, 30), "2021-01..05"),
        ("month", date(2021, 1, 3), "2020"),
        ("quarter", date(2021, 6, 30), "2021Q1"),
        ("quarter", date(2021, 7, 1), "2021-01..06"),
        ("quarter", date(2021, 2, 3), "2020"),
        ("year", date(2021, 6, 30), "2020"),
    ],
)
def test_what_is_owed_is_the_last_period_that_is_over(every: str, on: date, period: str):
    assert period_due(every, on).id == period


PAGES = {
    "plan:editions": [],
    "plan:edition": [2021, 1],
    "plan:readings": [],
    "plan:reading": ["reading"],
    "plan:pledges": [],
    "plan:wall": [],
    "plan:item": ["item"],
}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", list(PAGES))
def test_the_page_answers(plan: Plan, name: str, language: str):
    put_off(plan)
    freeze_month(month=Period.month_of(date(2021, 5, 1)))
    known = {
        "reading": list_readings(plan, on=TODAY)[0].indicator.id, "item": plan.items.first().pk
    }  # fmt: skip
    client = sign_in("appraisal")
    client.cookies["django_language"] = language

    answer = client.get(reverse(name, args=[known.get(one, one) for one in PAGES[name]]))

    html = answer.content.decode()
    assert answer.status_code == 200
    assert not re.search(r"""\s(style|on[a-z]+)=["']""", html), "nothing inline"
    assert "<b>修路" not in html


def test_changes_are_published_by_form(plan: Plan):
    put_off(plan)
    client, address = sign_in("appraisal"), reverse("plan:amend")

    assert client.post(address, {"year": 2021, "reason": ""}).status_code == 422
    page = client.post(address, {"year": 2021, "reason": "雨季推迟"}, follow=True)

    assert "雨季推迟" in page.content.decode()
    assert Edition.objects.count() == 2


def test_a_number_is_filed_by_form(zone: Zone, plan: Plan):
    line = list_readings(plan, on=TODAY)[0]
    address = reverse("plan:reading", args=[line.indicator.id])
    told = {"period": "2021-01..05", "value": "5", "status": "快报"}
    client = sign_in("appraisal")

    assert client.post(address, told).status_code == 422
    proof = SimpleUploadedFile("快报.txt", "数".encode())
    assert client.post(address, told | {"proof": proof}).status_code == 302

    wrong = told | {"period": "2021-13", "proof": SimpleUploadedFile("a.txt", b"x")}
    assert client.post(address, wrong).status_code == 422


def test_a_figure_off_by_ten_thousand_is_asked_about_and_confirmed_on_the_page(
    zone: Zone, plan: Plan
):
    line = list_readings(plan, on=TODAY)[0]
    address = reverse("plan:reading", args=[line.indicator.id])
    client = sign_in("appraisal")

    def file(period: str, value: str, **more: str) -> Any:
        proof = SimpleUploadedFile("快报.txt", "数".encode())
        told = {"period": period, "value": value, "status": "快报", "proof": proof}
        return client.post(address, told | more)

    assert "units_checked" not in client.get(address).content.decode()
    assert file("2021-01..04", "5").status_code == 302
    asked = file("2021-01..05", "60000")

    assert asked.status_code == 422
    assert "一万倍" in asked.content.decode()
    assert 'name="units_checked"' in asked.content.decode()
    assert not Fact.objects.filter(type="plan.reading", period_id="2021-01..05").exists()
    assert file("2021-01..05", "60000", units_checked="on").status_code == 302
    assert Fact.objects.filter(type="plan.reading", period_id="2021-01..05").exists()


def test_the_public_sees_pledges_without_names_or_gaps(client, plan: Plan):
    html = client.get(reverse("plan:pledges")).content.decode()

    assert "建学校" in html
    assert "修路" not in html
    assert "个百分点" not in html
