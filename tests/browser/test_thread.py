"""One thread: a report becomes a plan, work moves its number, it opens, a report leaves."""

import re
import time
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import docx
import pytest
from playwright.sync_api import expect

from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.org.services import add_person
from jingkai.plan.models import Item, Plan
from jingkai.projects.services import add_project
from tests.browser.conftest import Opens, settle, sign_in_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPORT = """青禾经开区2020年工作总结及2021年工作计划

一、2020年工作回顾

全年签约项目42个，完成规模工业总产值128.6亿元，同比增长4.1%。

二、2021年重点工作

1.突出实体，聚焦项目推进。力争全年新开工项目30个，其中亿元以上产业项目15个。建立项目周调度台账；编制要素保障清单。确保青禾电机生产基地竣工投产。

2.突出服务，聚焦营商环境。制定企业诉求办理办法，推行首问负责。
"""


@pytest.fixture
def office(transactional_db, changde: Zone) -> dict[str, str]:
    """People of three roles with their one-time passwords, and a project that waits to start."""
    first, *_ = Department.objects.all()
    add_project(
        code="T-7",
        name="试验七号装备项目",
        investor="试验装备（虚构）有限公司",
        kind="产业",
        investment=Decimal(yi(3)),
        is_top500=False,
        lead=first.pk,
    )
    people = {"clerk": "appraisal", "site": "project_officer", "boss": "leader"}
    passwords = {
        account: add_person(account=account, name=account, role=role, department=first)[1]
        for account, role in people.items()
    }
    settle()
    return passwords


def make_plan(page, tmp_path: Path) -> None:
    """Import the report, decide every item, make the plan."""
    report = tmp_path / "report.txt"
    report.write_text(REPORT, encoding="gb18030")
    page.get_by_role("link", name="导入工作报告", exact=True).first.click()
    page.get_by_role("link", name="导入一份报告").first.click()
    page.get_by_label("报告文件").set_input_files(report)
    page.get_by_role("button", name="读出计划").click()
    page.wait_for_url(re.compile(r"/reports/\d+/"))

    expect(page.locator("mark.target").first).to_have_text("30个")
    expect(page.locator("mark.result").first).to_be_visible()
    items = page.locator(".proposal")
    whole = items.filter(has_text="≥30个")
    whole.get_by_role("link", name="编辑").click()
    page.get_by_label("牵头单位").select_option(index=2)
    page.locator("input[name=support]").nth(4).check()
    page.get_by_role("button", name="保存并接受").click()
    expect(items.filter(has_text="≥30个")).to_have_attribute("data-decision", "accepted")

    items.filter(has_text="≥15个").get_by_role("button", name="接受").click()
    expect(items.filter(has_text="≥15个")).to_have_attribute("data-decision", "accepted")

    task = items.filter(has_text="要素保障清单").filter(has_text="任务").first
    task.get_by_role("link", name="拆分").click()
    page.get_by_label("每行一项").fill("建立项目周调度台账\n编制要素保障清单")
    page.get_by_role("button", name="拆成几项").click()
    for words in ("建立项目周调度台账", "编制要素保障清单"):
        line = items.filter(has=page.get_by_text(words, exact=True))
        line.get_by_role("button", name="接受").click()
        expect(line).to_have_attribute("data-decision", "accepted")

    dropped = items.filter(has_text="首问负责").first
    dropped.get_by_role("button", name="舍弃").click()
    expect(dropped).to_have_attribute("data-decision", "dropped")
    page.reload()
    page.get_by_role("button", name="用已接受的条目生成计划草案").click()
    page.wait_for_url(re.compile(r"/plan/drafts/\d+/"))


def adopt(drafter, reviewer) -> None:
    """Let somebody else review the draft, then let the drafter note that the zone adopted it."""
    expect(drafter.get_by_role("button", name="审核无误")).to_have_count(0)
    reviewer.goto(drafter.url)
    reviewer.get_by_role("button", name="审核无误").click()
    drafter.reload()
    drafter.get_by_label("通过的会议或机关").fill("管委会主任办公会")
    drafter.get_by_role("button", name="通过并公布第 1 版").click()
    drafter.wait_for_url("**/plan/?year=2021")


def test_the_thread_from_report_to_report(office, open_page: Opens, tmp_path: Path):
    clerk = open_page()
    sign_in_at(clerk, "clerk", office["clerk"])
    make_plan(clerk, tmp_path)
    plan = Plan.objects.get()
    assert (plan.drafted_by, plan.adopted_on) == ("clerk", None)
    boss = open_page()
    sign_in_at(boss, "boss", office["boss"])
    adopt(clerk, boss)

    plan.refresh_from_db()
    assert (plan.reviewed_by, plan.adopted_by) == ("boss", "管委会主任办公会")
    assert plan.adopted_on == date(2021, 6, 30)
    assert plan.items.count() == 4
    started = Item.objects.get(text__contains="新开工项目")
    assert (started.lead is not None, started.support.count()) == (True, 1)
    assert started.target.indicator == "projects_started"
    assert Item.objects.get(text__contains="亿元以上产业项目").target.part_of == started.target
    expect(clerk.locator("table.data thead")).to_contain_text("完成时限")
    tile = clerk.locator(".tile").filter(has_text="新开工项目")
    expect(tile.locator("a.number").first).to_have_text("0个")

    site = open_page(390, 844)
    sign_in_at(site, "site", office["site"])
    site.goto("/projects/")
    site.get_by_role("link", name="试验七号装备项目").click()
    for gate, day in (("签约", "2021-03-01"), ("开工", "2021-06-08")):
        site.get_by_label("日期").fill(day)
        proof = tmp_path / f"{gate}凭证.txt"
        proof.write_text("演示凭证")
        site.get_by_label("凭证").set_input_files(proof)
        site.get_by_role("button", name=f"确认{gate}").click()
        expect(site.get_by_role("status")).to_contain_text("指标随即更新")

    done_at = time.monotonic()
    clerk.goto("/plan/")
    expect(tile.locator("a.number").first).to_have_text("1个")
    assert time.monotonic() - done_at < 2, "a change shows within two seconds"
    expect(tile).to_contain_text("本区自定的进度曲线 46.0%")
    expect(tile).to_contain_text("脱幅 −42.7 个百分点")

    tile.locator("a.number").first.click()
    sheet = clerk.locator("#sheet")
    expect(sheet).to_contain_text("试验七号装备项目")
    expect(sheet).to_contain_text("开工凭证.txt")
    expect(sheet).to_contain_text("2021-06-08")
    clerk.keyboard.press("Escape")
    expect(sheet).to_be_hidden()

    clerk.get_by_role("link", name="生成报告").click()
    letter = clerk.locator(".letter")
    expect(letter).to_contain_text("新开工项目1个，完成年度目标30个的3.3%")
    with clerk.expect_download() as download:
        clerk.get_by_role("link", name="下载公文 docx").click()
    written = docx.Document(BytesIO(Path(download.value.path()).read_bytes()))
    text = "\n".join(paragraph.text for paragraph in written.paragraphs)
    assert "新开工项目1个" in text
    links = [str(relation.target_ref) for relation in written.part.rels.values()]
    assert any("/numbers/projects_started/" in link for link in links), "its figures open"


def test_the_review_goes_by_keyboard_alone(office, open_page: Opens, tmp_path: Path):
    page = open_page()
    sign_in_at(page, "clerk", office["clerk"])
    page.goto("/reports/new/")
    page.get_by_label("或者把正文粘贴在这里").fill(REPORT)
    page.get_by_role("button", name="读出计划").click()
    page.wait_for_url(re.compile(r"/reports/\d+/"))
    count = page.locator(".proposal").count()

    for _ in range(3):
        page.keyboard.press("ArrowDown")
        page.keyboard.press("a")
        page.wait_for_timeout(200)

    expect(page.locator(".proposal.accepted")).to_have_count(3)
    expect(page.locator("#progress")).to_contain_text(f"3/{count}")


def test_the_thread_works_without_scripts(office, open_page: Opens):
    page = open_page(java_script_enabled=False)
    sign_in_at(page, "clerk", office["clerk"])
    page.goto("/reports/new/")
    page.get_by_label("或者把正文粘贴在这里").fill(REPORT)
    page.get_by_role("button", name="读出计划").click()
    page.wait_for_url(re.compile(r"/reports/\d+/"))

    page.locator(".proposal").filter(has_text="≥30个").get_by_role("button", name="接受").click()
    page.get_by_role("button", name="用已接受的条目生成计划草案").click()
    page.wait_for_url(re.compile(r"/plan/drafts/\d+/"))
    boss = open_page(java_script_enabled=False)
    sign_in_at(boss, "boss", office["boss"])
    adopt(page, boss)
    page.locator(".tile a.number").first.click()

    expect(page.get_by_role("heading", level=1)).to_have_text("新开工项目")
