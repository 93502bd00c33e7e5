"""Take the pictures of the README from a running demo zone: one screenful each, as staff see it."""

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "images"
REPORT = """云麓园区2020年工作总结及2021年工作计划

一、2020年工作回顾

全年签约项目36个，完成规模工业总产值212.4亿元，同比增长5.2%；完成税收9.6亿元，同比增长3.8%。

二、2021年重点工作

1.突出实体，聚焦项目推进。力争全年新开工项目24个，其中亿元以上产业项目9个；新竣工项目18个。建立重点项目周调度台账；编制要素保障清单。确保云麓电机生产基地竣工投产，加快云麓储能材料项目建设。

2.突出创新，聚焦产业升级。新增规模工业企业12家，新增高新技术企业8家。组织技术需求对接活动；制定研发投入奖补细则。

3.突出服务，聚焦营商环境。制定企业诉求办理办法，推行首问负责。落实办件限时办结，逐月通报。力争新增市场主体400户。

4.突出招引，聚焦产业链条。力争引进亿元以上项目15个，到位资金30亿元以上。编制产业链招商图谱；开展驻点招商。确保云麓智能装备产业园早日签约。
"""
SIZE = {"width": 1366, "height": 768}


def main() -> int:
    """Take the plan, the wall of targets, the schedule and the review of a report."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the data folder of a running demo zone")
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--zone", default="zones.changde")
    told = parser.parse_args()
    os.environ |= {
        "JINGKAI_DATA": str(told.data),
        "JINGKAI_ZONE": told.zone,
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    sys.path.insert(0, str(FOLDER.parents[1]))
    from jingkai.cli.main import open_house

    open_house()
    from django.apps import apps
    from django.urls import reverse

    from jingkai.kernel.zone import current_zone
    from jingkai.reports.services import accept_all, take_in
    from tools.stops import find_accounts

    intake = apps.get_model("reports.Intake").objects.filter(name="云麓.txt").first()
    if intake is None:
        who = {"by": "林书衡", "on": current_zone().business_date}
        intake = take_in(data=REPORT.encode(), name="云麓.txt", **who)
        accept_all(intake_id=intake.pk, confidence=0.9, kind="target", **who)
    pages = {
        "plan": reverse("plan:home"),
        "targets": reverse("plan:wall"),
        "schedule": reverse("projects:schedule"),
        "review": reverse("reports:review", args=[intake.pk]),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(base_url=told.url, viewport=SIZE, locale="zh-CN").new_page()
        page.goto("/login/")
        page.locator(f'button[name="account"][value="{find_accounts()["appraisal"]}"]').click()
        page.wait_for_load_state()
        for name, path in pages.items():
            page.goto(path)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=FOLDER / f"{name}.png")
        browser.close()
    print(f"{len(pages)} pictures in {FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
