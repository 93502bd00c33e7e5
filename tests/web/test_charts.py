"""Charts on pages: picture, twin and downloads say the same, under the rights of their page."""

import re
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from jingkai.kernel.zone import Zone
from tests.conftest import sign_in
from tests.web.test_pages import life

__all__ = ["life"]


@pytest.mark.parametrize(
    ("by", "against"),
    [("", "30个"), ("year", "30个"), ("pace", "15个"), ("last", "0个"), ("nonsense", "30个")],
)
def test_the_wall_of_targets_has_a_picture_and_its_table(
    zone: Zone, life: dict, by: str, against: str
):
    html = sign_in("leader").get(reverse("plan:wall"), {"by": by}).content.decode()

    assert html.count("<figure") == 1
    assert html.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2, "wide and narrow"
    assert f"1个 / {against}" in html
    assert reverse("number", args=[life["started"], "2021-01..06"]) in html


def test_the_workbook_of_a_chart_keeps_its_numbers(zone: Zone, life: dict):
    url = reverse("plan:wall")
    answer = sign_in("leader").get(url, {"chart": "targets-1", "as": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()

    assert rows[3][:1] + rows[3][1:2] == ["目标", "个"]
    assert [Decimal(str(rows[3][place])) for place in (2, 4)] == [Decimal(1), Decimal(30)]
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]


def test_the_drawing_of_a_chart_is_given_out_alone(zone: Zone, life: dict):
    told = {"chart": "targets-1", "as": "svg", "width": "1200"}
    answer = sign_in("leader").get(reverse("plan:wall"), told)

    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert ElementTree.fromstring(answer.content).get("width") == "1200"


@pytest.mark.parametrize(
    "told", [{"chart": "nothing", "as": "svg"}, {"chart": "targets-1", "as": "exe"}]
)
def test_what_is_no_chart_is_not_found(zone: Zone, life: dict, told: dict):
    assert sign_in("leader").get(reverse("plan:wall"), told).status_code == 404


def test_whoever_may_not_see_the_page_gets_no_chart_of_it(zone: Zone, life: dict):
    told = {"chart": "targets-1", "as": "xlsx"}

    assert sign_in("admin").get(reverse("plan:wall"), told).status_code == 403


def test_pages_with_charts_carry_nothing_inline(zone: Zone, life: dict):
    html = sign_in("leader").get(reverse("plan:wall")).content.decode()

    assert not re.search(r"""\s(style|on[a-z]+)=["']""", html)
