"""One firm on one sheet: its dossier with every panel filled prints to exactly one page of A4."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from pypdfium2 import PdfDocument, PdfPage

from jingkai.approvals.models import Application
from jingkai.enterprises.services import (
    AttributeChange,
    Grant,
    MonthlyReturn,
    Occasion,
    Renaming,
    file_returns,
    recognise,
    rename,
    set_attributes,
)
from jingkai.kernel.periods import Period
from jingkai.org.models import Department
from jingkai.projects.models import Project
from jingkai.projects.rules import KINDS
from jingkai.supervision.services import NewFollowUp, follow_up
from tests.browser.conftest import Opens, enter_as, somebody
from tests.returns.world import TODAY, code_of, found_firms

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = code_of(1)
THEN = Occasion(by="甲", reason="试", known_on=TODAY)
NAME = "青禾高端智能装备与关键零部件制造技术研究开发（虚构）股份有限公司"
A4 = (595, 842)


def fill() -> None:
    """Give a firm more of everything than a sheet has room for."""
    found_firms("industry")
    rename([Renaming(CODE, NAME, date(2021, 1, 5))], occasion=THEN)
    set_attributes(
        [
            AttributeChange(CODE, name, value, date(2020, month, 3))
            for month, (name, value) in enumerate(
                [("size", "medium"), ("chain", "智能装备制造"), ("park", "装备专区")], start=2
            )
        ],
        occasion=THEN,
    )
    titles = ["tech_sme", "hightech", "provincial_giant", "national_giant", "well_known_mark"]
    titles += ["provincial_tech_centre", "provincial_engineering_centre", "national_standard"]
    recognise(
        [
            Grant(CODE, title, date(2020, 9, 1), True, "甲〔2020〕1号", f"名称很长的第{n}个平台")
            for n, title in enumerate(titles)
        ],
        occasion=THEN,
    )
    months = [(year, month) for year in (2019, 2020, 2021) for month in range(1, 13)]
    file_returns(
        [
            MonthlyReturn(
                CODE,
                Period.months(year, month, month),
                {
                    "trade": "industry",
                    "output": Decimal(123456789 + 1000 * month),
                    "revenue": Decimal(113456789 + 1000 * month),
                    "tax": Decimal(98765400),
                    "tax_to_date": Decimal(98765400),
                    "research": Decimal(4456789),
                    "power": Decimal(345678),
                    "staff": Decimal(1200 + month),
                },
            )
            for year, month in months
            if (year, month) <= (2021, 5)
        ],
        occasion=THEN,
    )
    lead = Department.objects.first()
    for number in range(7):
        Application.objects.create(
            number=f"甲{number}",
            title=f"建设工程施工许可证核发（第{number}期厂房及配套设施）",
            credit_code=CODE,
            received_on=TODAY,
            phone="",
            applicant=NAME,
        )
        Project.objects.create(
            code=f"P{number}",
            name=f"高端智能装备与关键零部件制造技术研究开发第{number}期项目",
            investor=NAME,
            kind=KINDS[0],
            investment=1,
            lead=lead,
            sign_on=date(2020, 3, 1),
            start_on=date(2021, 3, 1),
        )
    for number in range(6):
        follow_up(
            new=NewFollowUp(
                instruction=f"请尽快协调解决企业反映的第{number}条供电线路增容和用工问题",
                lead=lead.pk,
                due_on=date(2021, 7, 30),
                about=f"enterprise:{CODE}",
            ),
            by=somebody("leader"),
            on=TODAY,
        )


def print_sheet(open_page: Opens, role: str, language: str = "zh-hans") -> PdfPage:
    """Return the one page that the dossier prints on; nothing of it may be cut."""
    page = open_page()
    enter_as(page, somebody(role))
    where = {"name": "django_language", "value": language, "url": page.url}
    page.context.add_cookies([where])
    page.goto(reverse("ladder:dossier", args=[CODE]))
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1047})  # A4 less its margins of 10 mm
    cut = page.evaluate(
        """[...document.querySelectorAll('.dossier *')].filter(one => {
            const box = one.getBoundingClientRect();
            return box.right > innerWidth + 1 || one.scrollWidth > one.clientWidth + 2 &&
                getComputedStyle(one).overflow !== 'visible';
        }).map(one => one.className + one.textContent.slice(0, 20))"""
    )
    sheet = PdfDocument(page.pdf(prefer_css_page_size=True))
    assert (len(sheet), cut) == (1, [])
    return sheet[0]


def words(page: PdfPage) -> str:
    """Return what a page says, without its line ends."""
    return page.get_textpage().get_text_range().replace("\r\n", "").replace("\n", "")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_panel_of_a_firm_prints_on_one_sheet_of_a4(zone, open_page, language):
    fill()
    sheet = print_sheet(open_page, "leader", language)

    assert tuple(round(side) for side in sheet.get_size()) == A4
    said = words(sheet)
    assert CODE in said and "2021-01-05" in said and "智能装备制造" in said


def test_the_sheet_of_who_may_not_see_tax_has_all_but_the_tax(zone, open_page):
    fill()

    assert "9,877" in words(print_sheet(open_page, "leader"))
    assert "9,877" not in words(print_sheet(open_page, "officer"))
