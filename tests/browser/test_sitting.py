"""A hundred items in one sitting: no mouse, no lost work, two people at one review."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.org.services import add_person
from jingkai.reports.models import Intake
from jingkai.reports.services import decide, take_in
from tests.browser.conftest import Opens, settle, sign_in_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STREETS = [
    f"{name}{kind}" for name in "云溪青禾滨湖向阳南山东篱" for kind in ("路", "街", "巷", "园")
]
PLAN = "".join(
    f"{number}.抓好第{number}片区。编制{street}片区规划方案。建立{street}项目调度台账。"
    f"组建{street}招商专班。\n"
    for number, street in enumerate((STREETS * 2)[:36], start=1)
)
REPORT = f"青禾经开区2021年工作计划\n一、2021年重点工作\n力争引进企业20家。\n{PLAN}"


@pytest.fixture
def people(transactional_db, zone: Zone) -> dict[str, str]:
    department = Department.objects.first()
    found = {
        account: add_person(account=account, name=name, role="appraisal", department=department)[1]
        for account, name in (("first", "张一"), ("second", "李二"))
    }
    settle()
    return found


@pytest.fixture
def intake(people, settings) -> Intake:
    return take_in(
        data=REPORT.encode(), name="a.txt", by="张一", on=settings.BUSINESS_CLOCK.today()
    )


def open_review(page: Page, people: dict[str, str], intake: Intake, account: str = "first") -> Page:
    sign_in_at(page, account, people[account])
    page.goto(f"/reports/{intake.pk}/")
    return page


def test_the_first_proposal_is_there_within_twenty_seconds(people, open_page: Opens):
    page = open_page()
    sign_in_at(page, "first", people["first"])
    page.goto("/reports/new/")
    page.get_by_label("或者把正文粘贴在这里").fill(REPORT)
    pressed = time.monotonic()
    page.get_by_role("button", name="读出计划").click()
    expect(page.locator(".proposal").first).to_be_visible(timeout=20_000)

    assert time.monotonic() - pressed < 20


def test_a_hundred_items_are_decided_without_a_mouse(people, intake, open_page: Opens):
    page = open_review(open_page(), people, intake)
    count = page.locator(".proposal").count()
    assert count >= 100
    page.mouse.move(0, 0)

    page.keyboard.press("Home")
    for number in range(count):
        page.keyboard.press("x" if number % 10 == 9 else "a")
    dropped = count // 10
    expect(page.locator("#progress")).to_contain_text(f"{count}/{count}", timeout=60_000)
    expect(page.locator(".proposal.dropped")).to_have_count(dropped)
    assert intake.proposals.filter(decision="accepted").count() == count - dropped
    assert page.locator("[role=alert]").count() == 0


def test_editing_splitting_and_putting_back_go_by_keyboard(people, intake, open_page: Opens):
    page = open_review(open_page(), people, intake)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    task = page.locator(".proposal.current")
    expect(task).to_have_count(1)
    name = f"#{task.get_attribute('id')}"

    page.keyboard.press("e")
    expect(page.locator(f"{name} textarea")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("改成这样的一项工作")
    page.keyboard.press("Control+Enter")
    expect(page.locator(f"{name}.accepted .proposal-text")).to_have_text("改成这样的一项工作")

    page.keyboard.press("u")
    expect(page.locator(name)).to_have_attribute("data-decision", "open")
    kind = page.locator(name).get_attribute("data-kind")
    if kind != "task":
        page.keyboard.press("ArrowDown")
    before = page.locator(".proposal").count()
    page.keyboard.press("s")
    expect(page.locator(".editor textarea")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("第一步\n第二步")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".proposal")).to_have_count(before + 1)

    page.keyboard.press("t")
    expect(page.locator("mark.current")).to_be_focused()
    page.keyboard.press("t")
    expect(page.locator(".proposal.current")).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("#keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys-help")).to_be_hidden()


def test_what_is_looked_at_stays_so_when_its_answer_has_settled(people, intake, open_page: Opens):
    page = open_review(open_page(), people, intake)
    page.keyboard.press("Home")
    name = f"#{page.locator('.proposal.current').get_attribute('id')}"
    page.evaluate(
        "document.addEventListener('htmx:afterSettle', "
        "() => { document.body.dataset.settled = '1' })"
    )
    page.keyboard.press("a")
    page.keyboard.press("Home")
    expect(page.locator("body[data-settled]")).to_have_count(1)

    expect(page.locator(f"{name}.accepted")).to_have_count(1)
    expect(page.locator(f"{name}.current")).to_have_count(1)


def test_words_in_the_report_lead_to_their_item(people, intake, open_page: Opens):
    page = open_review(open_page(), people, intake)
    mark = page.locator("mark[data-proposal]").nth(20)

    mark.click()

    expect(page.locator(".proposal.current")).to_have_id(f"p{mark.get_attribute('data-proposal')}")
    expect(page.locator(".proposal.current")).to_be_in_viewport()


def test_what_was_typed_survives_a_reload_and_unites_with_what_another_wrote(
    people, intake, open_page: Opens
):
    page = open_review(open_page(), people, intake)
    one = intake.proposals.filter(kind="task").first()
    item = page.locator(f"#p{one.pk}")
    item.get_by_role("link", name="编辑").click()
    item.locator("textarea").fill("写了一半")
    page.reload()

    expect(item.locator(".badge.draft")).to_be_visible()
    decide(proposal_id=one.pk, decision="accepted", version=1, by="李二")
    page.reload()
    item.get_by_role("link", name="编辑").click()
    expect(item.locator("textarea")).to_have_value("写了一半")
    item.get_by_label("责任领导").fill("王三")
    item.get_by_role("button", name="保存并接受").click()

    expect(item.locator(".proposal-text")).to_have_text("写了一半")
    expect(item).to_contain_text("王三")
    expect(item.locator(".badge.draft")).to_be_hidden()
    page.reload()
    expect(item.locator(".badge.draft")).to_be_hidden()


def test_of_two_at_one_item_one_wins_and_the_other_keeps_the_words(people, intake, open_page):
    first = open_review(open_page(), people, intake)
    second = open_review(open_page(), people, intake, "second")
    one = intake.proposals.filter(kind="task").first()
    for page, words in ((first, "张一写的"), (second, "李二写的")):
        page.locator(f"#p{one.pk}").get_by_role("link", name="编辑").click()
        page.locator(f"#p{one.pk} textarea").fill(words)
    first.locator(f"#p{one.pk}").get_by_role("button", name="保存并接受").click()
    expect(first.locator(f"#p{one.pk} .proposal-text")).to_have_text("张一写的")

    item = second.locator(f"#p{one.pk}")
    item.get_by_role("button", name="保存并接受").click()
    expect(item.get_by_role("alert")).to_contain_text("张一刚改过这一条")
    expect(item.locator("textarea")).to_have_value("李二写的")
    expect(item).to_contain_text("张一写的是：张一写的")

    item.get_by_role("button", name="保存并接受").click()
    expect(item.locator(".proposal-text")).to_have_text("李二写的")


def test_a_press_that_does_not_arrive_is_said_and_can_be_pressed_again(
    people, intake, open_page: Opens
):
    page = open_review(open_page(), people, intake)
    page.route("**/decide/", lambda route: route.abort())
    item = page.locator(".proposal").first
    item.get_by_role("button", name="接受").click()
    expect(item.get_by_role("alert")).to_contain_text("没有存上")

    page.unroute("**/decide/")
    item.get_by_role("button", name="接受").click()
    expect(page.locator(".proposal").first).to_have_attribute("data-decision", "accepted")


def test_filters_and_many_at_once_go_by_keyboard(people, intake, open_page: Opens):
    page = open_review(open_page(), people, intake)
    sure = int(re.search(r"\d+", page.get_by_role("button", name="接受有把握的").inner_text())[0])

    page.keyboard.press("A")
    expect(page.locator(".notice")).to_contain_text(f"已接受 {sure} 条")
    page.keyboard.press("Z")
    expect(page.locator(".notice")).to_contain_text(f"已撤销 {sure} 条")
    assert not intake.proposals.exclude(decision="open").exists()
    page.keyboard.press("/")
    expect(page.get_by_label("部分")).to_be_focused()


@pytest.mark.parametrize("width", [1366, 390])
def test_the_review_fits_its_screen(people, intake, open_page: Opens, width: int):
    page = open_review(open_page(width, 844), people, intake)
    page.locator(".proposal").nth(1).get_by_role("link", name="编辑").click()
    expect(page.locator(".editor textarea")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width == 390:
        sizes = page.locator(".proposal .decide .button").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 40
