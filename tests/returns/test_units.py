"""A figure off by 10⁴ or 10⁸ is asked about before anything is stored, and put right or kept."""

import numpy as np
import pytest
from django.urls import reverse

from jingkai.enterprises.models import Enterprise
from jingkai.kernel.columns import Series
from jingkai.ledger.queries import Evidence, list_entries
from jingkai.org.models import Person
from jingkai.returns.models import ReturnFile
from jingkai.returns.rules import ALIKE, doubt_units
from jingkai.returns.services import UnitNotSaid, confirm
from tests.conftest import DEMO_ZONE, sign_in, zone_of
from tests.returns.test_pages import text, upload
from tests.returns.test_sheets import row
from tests.returns.world import (
    APRIL,
    HEADS,
    TODAY,
    code_of,
    file_sheet,
    found_firms,
    held,
    send,
    sheet,
)

FORM = zone_of(DEMO_ZONE).returns["monthly"]


def series(*said):
    """Return a column in smallest steps; None where nobody said it."""
    here = np.array([one is not None for one in said])
    return Series(np.array([one or 0 for one in said], np.int64), here, np.zeros(len(said), bool))


@pytest.mark.parametrize(
    ("now", "before", "year_ago", "power"),
    [
        (1000, 10_000_000, None, -4),
        (10_000_000, 1000, None, 4),
        (500, 50_000_000_000, None, -8),
        (1000, 9_000_000, 11_000_000, -4),
        (1000, 10_000_000, 1000, None),
        (1000, 1_900_000, None, None),
        (1000, 50_000_000, None, -4),
        (1000, 50_001_000, None, None),
        (0, 10_000_000, None, None),
        (None, 10_000_000, None, None),
        (1000, None, None, None),
        (-1000, 10_000_000, None, -4),
    ],
)
def test_a_unit_is_doubted_beside_all_that_was_filed(now, before, year_ago, power):
    column = [FORM.column("tax")]
    past = [{"tax": series(before)}, {"tax": series(year_ago)}]
    found = doubt_units({"tax": series(now)}, past, column, ["甲"])
    assert [one.power for one in found] == ([power] if power else [])


@pytest.mark.parametrize("count", [ALIKE - 1, ALIKE])
def test_a_column_that_is_off_alike_is_one_question(count):
    now, past = {"tax": series(*[1000] * count)}, [{"tax": series(*[10_000_000] * count)}]
    codes = [f"甲{place}" for place in range(count)]
    found = doubt_units(now, past, [FORM.column("tax")], codes)

    expected = ["tax:-4"] if count == ALIKE else [f"tax:{code}" for code in codes]
    assert [one.key for one in found] == expected


@pytest.fixture
def office(changde):
    """Return the statistician's client, with April filed by three factories."""
    found_firms(*["industry"] * 3)
    client = sign_in("statistician")
    keeper = Person.objects.get(role="statistician")
    lines = [row(code_of(n), tax=5_000_000, to_date=5_000_000, revenue=100_000) for n in (1, 2, 3)]
    file_sheet(changde.returns["monthly"], sheet([HEADS, *lines]), by=keeper, period=APRIL)
    return client


def may(*numbers: int) -> bytes:
    """Return May's sheet with the tax of some firms in 万元."""
    return sheet(
        [HEADS]
        + [
            row(code_of(n), tax=500 if n in numbers else 5_000_000, to_date=None, revenue=100_000)
            for n in (1, 2, 3)
        ]
    )


def newest() -> ReturnFile:
    """Return the sheet that was sent last."""
    return ReturnFile.objects.latest("pk")


def first() -> Enterprise:
    """Return the first firm."""
    return Enterprise.objects.get(code=code_of(1))


def test_nothing_is_stored_before_the_unit_is_answered(office, changde):
    form = changde.returns["monthly"]
    shown = text(upload(office, may(1)))
    assert "1 处请核对单位" in shown and "<code>E2</code>" in shown and "相差约一万倍" in shown
    assert "单位其实是万元，应为 5,000,000" in shown
    assert "确认报送" not in shown

    where = reverse("returns:file", args=[newest().pk])
    before = list_entries().count()
    answer = office.post(where)
    assert answer.status_code == 422 and "单位还没有核对" in text(answer)
    answer = office.post(where, {"act": "units"})
    assert answer.status_code == 422 and "请说明单位" in text(answer)
    told = {"act": "units", f"unit-tax:{code_of(1)}": "right"}
    assert "为什么这个数没有错" in text(office.post(where, told))
    wrong = {"act": "units", f"unit-tax:{code_of(1)}": "吨"}
    assert "请说明单位" in text(office.post(where, wrong))
    assert list_entries().count() == before and held(form, first()) is None


@pytest.mark.parametrize(("last", "is_offered"), [(10**9, True), ("1000000000.001", False)])
def test_a_unit_is_offered_where_every_figure_of_the_column_can_have_been_in_it(
    office, last, is_offered
):
    lines = [
        row(code_of(n), tax=5_000_000, to_date=None, revenue=10**9 if n < 3 else last)
        for n in (1, 2, 3)
    ]
    shown = text(upload(office, sheet([HEADS, *lines])))
    assert "D2、D3、D4" in shown
    assert ("单位其实是元，应为 1,000,000" in shown) == is_offered

    where = reverse("returns:file", args=[newest().pk])
    told = {"act": "units", "unit-revenue:4": "元"}
    assert office.post(where, told).status_code == (302 if is_offered else 422)


def test_a_unit_of_the_same_size_is_not_offered(office):
    lines = [row(code_of(1), tax=5_000_000, to_date=None, revenue=100_000, staff=1_000_000)]
    shown = text(upload(office, sheet([HEADS, *lines])))
    assert "<code>H2</code>" in shown and "单位其实是" not in shown


def test_the_unit_that_it_was_converts_the_cell_and_is_kept_with_the_entry(office, changde):
    form = changde.returns["monthly"]
    upload(office, may(1))
    where = reverse("returns:file", args=[newest().pk])
    told = {"act": "units", f"unit-tax:{code_of(1)}": "万元"}
    shown = text(office.post(where, told, follow=True))
    assert "请核对单位" not in shown and "确认报送 3 家" in shown

    office.post(where)
    assert held(form, first())["tax"] == 5_000_000
    assert held(form, first())["tax_to_date"] == 10_000_000
    assert "入库税收 E2 按万元换算" in Evidence.objects.latest("pk").note


def test_what_is_right_is_kept_with_its_reason(office, changde):
    upload(office, may(1))
    where = reverse("returns:file", args=[newest().pk])
    key = f"tax:{code_of(1)}"
    told = {"act": "units", f"unit-{key}": "right", f"unit-why-{key}": "当月免税"}
    assert "确认报送 3 家" in text(office.post(where, told, follow=True))
    office.post(where)

    assert held(changde.returns["monthly"], first())["tax"] == 500
    assert "入库税收 E2 单位已核对：当月免税" in Evidence.objects.latest("pk").note


def test_a_whole_column_is_answered_at_once(office, changde):
    shown = text(upload(office, may(1, 2, 3)))
    assert "1 处请核对单位" in shown and "<code>E2、E3、E4</code>" in shown
    where = reverse("returns:file", args=[newest().pk])
    office.post(where, {"act": "units", "unit-tax:-4": "万元"})
    office.post(where)
    assert held(changde.returns["monthly"], first())["tax"] == 5_000_000


def test_the_service_refuses_what_the_page_would_not_send(office, changde):
    keeper = Person.objects.get(role="statistician")
    file, found = send(changde.returns["monthly"], may(1), by=keeper)
    with pytest.raises(UnitNotSaid, match="入库税收（元）的单位还没有核对"):
        confirm(file_id=file.pk, difference=found, answers={}, by=keeper, on=TODAY, may_accept=True)
