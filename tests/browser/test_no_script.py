"""With JavaScript off, a person still writes in every context: one write each."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page

from jingkai.approvals.models import Application
from jingkai.cases.models import Case
from jingkai.enterprises.models import Enterprise
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Person
from jingkai.plan.models import Item
from jingkai.plan.services import NewItem, adopt_plan, draft_plan
from jingkai.projects.models import Project
from jingkai.reports.models import Intake
from tests.approvals.counter import all_received, open_counter, send
from tests.browser.conftest import Opens, enter_as, somebody
from tests.browser.test_thread import REPORT
from tests.conftest import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def silent(open_page: Opens) -> Page:
    """Return a page of a browser that runs no script."""
    return open_page(java_script_enabled=False)


def test_every_context_takes_a_write(zone: Zone, transactional_db, silent: Page):
    counter = open_counter()
    lead = Department.objects.first()
    task = NewItem("task", "主题", "编制方案", date(2021, 6, 1), lead.pk)
    plan = draft_plan(year=2021, title="2021年计划", basis="试", items=[task])
    adopt_plan(plan_id=plan.pk, by="甲", on=TODAY)

    enter_as(silent, somebody("appraisal"))
    silent.goto(f"/plan/items/{Item.objects.get().pk}/")
    silent.get_by_role("button", name="确认已完成").click()
    assert Item.objects.get().done_on == TODAY

    silent.goto("/reports/new/")
    silent.locator("textarea").first.fill(REPORT)
    silent.locator("main form .primary").first.click()
    assert Intake.objects.count() == 1

    enter_as(silent, somebody("project_officer"))
    silent.goto("/projects/new/")
    silent.locator("[name=code]").fill("T-9")
    silent.locator("[name=name]").fill("无脚本项目")
    silent.locator("[name=investment]").fill("1.5")
    silent.locator("[name=lead]").select_option(index=1)
    silent.locator("main form .primary").first.click()
    assert Project.objects.get().investment == Decimal(yi(3)) / 2

    enter_as(silent, somebody("statistician"))
    silent.goto("/enterprises/new/")
    silent.locator("[name=code]").fill("91430799MA4L00001Y")
    silent.locator("[name=name]").fill("无脚本（虚构）有限公司")
    silent.locator("[name=registered_on]").fill("2021-06-01")
    if silent.locator("[name=confirmed]").count():
        silent.locator("[name=confirmed]").check()
    silent.locator("main form .primary").first.click()
    assert Enterprise.objects.count() == 1, silent.locator("main").inner_text()

    application = send(counter)
    all_received(application, counter)
    enter_as(silent, counter.window)
    silent.goto(f"/approvals/applications/{application.pk}/")
    silent.get_by_role("button", name="受理", exact=True).click()
    assert Application.objects.get().state == "running"

    case = Case.objects.order_by("pk").first()
    work = case.work.first()
    officer = counter.officer(work.department_id)
    enter_as(silent, officer)
    silent.goto(f"/cases/{case.pk}/")
    before = case.actions.count()
    form = silent.locator('main form[action*="/steps/"]').first
    if form.locator("select").count():
        form.locator("select").first.select_option(index=0)
    form.locator("textarea").first.fill("材料齐全")
    form.locator("button.primary").click()
    assert case.actions.count() > before, silent.locator("main").inner_text()

    admin, clerk = somebody("admin"), somebody("officer")
    enter_as(silent, admin)
    silent.goto(f"/people/{clerk.pk}/")
    kept = Person.objects.get(pk=clerk.pk).password
    silent.get_by_role("button", name="重置密码").click()
    assert Person.objects.get(pk=clerk.pk).password != kept
