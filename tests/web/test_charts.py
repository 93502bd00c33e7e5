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


def test_the_schedule_shows_gates_and_leaves_as_a_sheet_with_every_row(zone: Zone, life: dict):
    client, url = sign_in("leader"), reverse("projects:schedule")
    html = client.get(url).content.decode()
    sheet = client.get(url, {"chart": "schedule", "as": "svg", "rows": "all", "width": "4400"})

    assert "开工 2021-05-06" in html
    assert ElementTree.fromstring(sheet.content).get("width") == "4400"


@pytest.mark.parametrize(
    ("show", "is_shown"), [("", True), ("all", True), ("signed", False), ("late", False)]
)
def test_the_schedule_shows_whom_it_is_asked_for(zone: Zone, life: dict, show, is_shown):
    html = sign_in("leader").get(reverse("projects:schedule"), {"show": show}).content.decode()

    assert (reverse("projects:detail", args=[life["project"]]) in html) is is_shown


def test_the_map_shows_the_projects_of_a_plot(zone: Zone, life: dict):
    from jingkai.kernel.geometry import read_plots
    from jingkai.projects.models import Project

    plot = next(one for one in read_plots(zone).plots if one.projects)
    Project.objects.filter(pk=life["project"]).update(code=plot.projects[0])
    html = sign_in("leader").get(reverse("projects:map"), {"plot": plot.id}).content.decode()

    assert f"{plot.name} 1个" in html
    assert reverse("projects:detail", args=[life["project"]]) in html
    assert "虚构" in html


def test_a_zone_without_plots_says_how_to_bring_them(zone: Zone, tmp_path):
    from dataclasses import replace

    from jingkai.kernel.zone import installed

    with installed(replace(zone, folder=tmp_path)):
        html = sign_in("leader").get(reverse("projects:map")).content.decode()

    assert "plots.geojson" in html


def test_the_wall_has_pictures_and_nobodys_name(zone: Zone, life: dict):
    client = sign_in("leader")
    html = client.get(reverse("wall")).content.decode()

    assert html.count('class="wall-tile"') == 4
    assert "测试leader" not in html
    assert "csrf" not in html


def test_an_empty_wall_says_what_will_stand_there(zone: Zone):
    assert "按页轮换" in sign_in("leader").get(reverse("wall")).content.decode()


def test_the_months_of_a_number_are_a_line_that_opens(zone: Zone, life: dict):
    from datetime import date

    from jingkai.ledger.services import keep_file
    from jingkai.projects.models import Project
    from jingkai.projects.services import add_project, pass_gate

    one = Project.objects.get(pk=life["project"])
    for month in (3, 4):
        made = add_project(
            code=f"M-{month}",
            name="月",
            investor="",
            kind=one.kind,
            investment=one.investment,
            is_top500=False,
            lead=one.lead_id,
        )
        pass_gate(
            project_id=made.pk,
            gate_id="start",
            on=date(2021, month, 9),
            by="甲",
            today=date(2021, 6, 30),
            proof=[keep_file(data=b"x", name="a.txt")],
            version=1,
        )
    html = sign_in("leader").get(reverse("number", args=[life["started"], "2021"])).content.decode()

    assert 'class="chart chart-line"' in html
    assert reverse("number", args=[life["started"], "2021-03"]) in html
    assert "2021-06 为 0个" in html, "a month without an event is 0, not 未报"


@pytest.mark.parametrize(
    ("count", "screens"),
    [
        (0, []),
        (1, ["a"]),
        (6, ["abcdef"]),
        (7, ["abcdef", "bcdefg"]),
        (13, ["abcdef", "ghijkl", "hijklm"]),
    ],
)
def test_every_screen_of_the_wall_is_full(count: int, screens: list[str]):
    from jingkai.web.pages.wall import split_screens

    assert ["".join(one) for one in split_screens(list("abcdefghijklm"[:count]))] == screens
