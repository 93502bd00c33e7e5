"""The command box finds what the person may see, by name, by code, by value."""

from decimal import Decimal

import pytest
from django.urls import reverse

from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department
from jingkai.plan import facts as plan_facts
from jingkai.plan.services import file_reading
from jingkai.projects.services import add_project
from tests.conftest import TODAY, sign_in

FIND = "/find/"


def found(role: str, text: str) -> str:
    """Return what the page shows below its form."""
    html = sign_in(role).get(FIND, {"text": text}).content.decode()
    return html.split('<div id="found">')[1].split("</main>")[0]


@pytest.fixture
def project(zone: Zone):
    return add_project(
        code="430701-21-03",
        name="青禾二期",
        investor="青禾精密",
        kind="产业",
        investment=Decimal(yi(1)),
        is_top500=False,
        lead=Department.objects.first().pk,
    )


@pytest.mark.parametrize("text", ["青禾", "430701", "精密"])
def test_a_project_is_found_by_name_investor_and_code(project, text: str):
    assert reverse("projects:detail", args=[project.pk]) in found("officer", text)


def test_only_what_the_person_may_see_is_found(project):
    assert "青禾" not in found("admin", "青禾二期").replace("“青禾二期”", "")
    assert reverse("people") not in found("officer", "人员")
    assert reverse("people") in found("admin", "人员")


def test_people_are_found_and_open_for_who_manages_them(zone: Zone):
    sign_in("leader")

    assert "测试leader" in found("officer", "测试leader")
    assert "/people/" not in found("officer", "测试leader")
    assert "/people/" in found("admin", "测试leader")


@pytest.mark.parametrize(
    ("text", "is_hit"),
    [
        ("18.82亿", True),
        ("18.8亿元", True),
        ("18.82", True),
        ("1,882,000,000", True),
        ("18.83亿", False),
        ("18.7亿", False),
        ("18.82万", False),
        ("18.82个", False),
    ],
)
def test_a_number_finds_the_indicator_that_has_it(changde: Zone, text: str, is_hit: bool):
    reading = next(
        one
        for one in changde.indicators.values()
        if one.over == plan_facts.reading.id and one.unit == "亿元"
    )
    _read(reading.id, Decimal("1882000000"))

    assert (reading.name in found("leader", text)) is is_hit


def _read(indicator: str, value: Decimal) -> None:
    file_reading(
        subject=f"indicator:{indicator}",
        period=Period.year(2020),
        values={"amount": value, "status": "终核"},
        by="甲",
        known_on=TODAY,
        evidence=[keep_file(data=b"x", name="a.txt")],
    )


def test_nothing_found_says_what_to_try(zone: Zone):
    assert "没有找到" in found("officer", "没有这样的东西")
    assert "没有找到" in found("officer", "<script>")
    assert "<script>" not in found("officer", "<script>")


def test_the_box_gets_the_answer_without_the_frame(project):
    answer = sign_in("officer").get(FIND, {"text": "青禾"}, headers={"X-Command": "1"})

    assert "<html" not in answer.content.decode()
    assert "青禾二期" in answer.content.decode()
