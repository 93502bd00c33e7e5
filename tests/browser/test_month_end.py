"""Month end at the statistician's desk: the demo zone's firms, their habits, and back again."""

import io
from collections.abc import Container, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from jingkai.cli.seeding.firms import invent_firms
from jingkai.cli.seeding.parameters import read_life
from jingkai.cli.seeding.returns import invent_returns
from jingkai.cli.seeding.story import play, register_events, return_events
from jingkai.kernel.returns import ReturnColumn, ReturnForm
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger, find_returns
from jingkai.returns.queries import fact_type_of
from tests.browser.conftest import enter_as, somebody
from tests.returns.world import APRIL, MAY, TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BEFORE_MAY = date(2021, 5, 31)
Told = Mapping[str, Any]


def live_until_may(zone: Zone) -> tuple[dict[str, Told], set[str]]:
    """Let the demo zone's firms of the roll file a year.

    Return what each has to say of May, and which filed April: the office adds up their totals.
    """
    life = replace(read_life(zone), registered={}, duplicates=0)
    firms = invent_firms(life, zone)
    filings = invent_returns(life, firms, zone.calendar, TODAY)
    year = [one for one in filings if one.period >= MAY.last_year()]
    came = [one for one in year if one.known_on <= BEFORE_MAY]
    play([*register_events(life, firms, zone), *return_events(came)], until=TODAY)
    april = {one.code for one in came if one.period == APRIL}
    return {one.code: one.values for one in filings if one.period == MAY}, april


# How people write an amount.
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")
HABITS = [
    lambda amount, unit: amount,
    lambda amount, unit: f"{amount:,}",
    lambda amount, unit: f"{amount:,.1f}" if amount == round(amount, 1) else f"{amount:,}",
    lambda amount, unit: f"{amount}{unit}",
    lambda amount, unit: str(amount).translate(
        str.maketrans("0123456789.", "０１２３４５６７８９．")
    ),
    lambda amount, unit: f" {amount} ",
    lambda amount, unit: f"{amount / 10}万元" if unit == "千元" else f"{amount:,}{unit}",
]


def write(column: ReturnColumn, value: Any, number: int) -> Any:
    """Return a measure as the firm of this number writes it into its cell."""
    shown = get_unit(column.unit).from_base(Decimal(value))
    return HABITS[number % len(HABITS)](shown, column.unit)


def fill(
    template: bytes,
    form: ReturnForm,
    told: Mapping[str, Told],
    added_up: Container[str],
    *,
    mistake: bool,
) -> bytes:
    """Fill the sheet that was handed out, as a roomful of people would."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    page = book.worksheets[0]
    heads = {one.value: one.column for one in page[3]}
    columns = [(one, heads[one.head]) for one in form.columns]
    lines = range(4, page.max_row + 1)
    for number, line in enumerate(lines):
        code = page.cell(line, 1).value
        said = told.get(code, {})
        for column, place in columns:
            if column.id == "tax_to_date" and code in added_up:
                continue
            if said.get(column.id) is not None:
                page.cell(line, place).value = write(column, said[column.id], number)
    if mistake:
        line = next(one for one in lines if page.cell(one, 1).value in told)
        page.cell(line, heads["营业收入（千元）"]).value = "约5000"
    last = page.max_row
    page.cell(last + 1, 1).value = "合  计"
    page.cell(last + 1, heads["营业收入（千元）"]).value = 1
    page.cell(last + 3, 1).value = "注：营业收入不含税。"
    # Somebody groups the columns under headings of his own, merged, and adds up in the middle.
    page.insert_rows(120)
    page.cell(120, 2).value = "小计"
    page.cell(120, heads["营业收入（千元）"]).value = "=SUM(F4:F119)"
    page.insert_rows(3)
    for first, until, words in ((1, 4, "企业情况"), (5, page.max_column, "本月完成")):
        page.cell(3, first).value = words
        page.merge_cells(start_row=3, end_row=3, start_column=first, end_column=until)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def numbers(zone: Zone) -> dict[str, Any]:
    """Return every number of May and of the year that is made of returns."""
    ledger = Ledger(TODAY)
    to_date = replace(MAY, first=date(2021, 1, 1))
    mine = [one for one in zone.indicators.values() if one.over == "enterprises.monthly_return"]
    assert len(mine) > 5
    return {
        f"{one.id} {period.id}": ledger.number(one, period).value
        for one in mine
        for period in (MAY, to_date)
    }


def filed(form: ReturnForm, codes: Iterable[str]) -> dict[str, Told]:
    """Return what the ledger holds of firms for May."""
    fact, subjects = fact_type_of(form), [f"enterprise:{one}" for one in codes]
    found = find_returns(type_id=fact.id, subjects=subjects, period=MAY)
    return {
        subject.partition(":")[2]: fact.decode(one.values)
        for subject, one in found.items()
        if not one.is_void
    }


def test_the_month_is_collected_reviewed_and_taken_back(changde, open_page, tmp_path):
    told, added_up = live_until_may(changde)
    form = changde.returns["monthly"]
    before = numbers(changde)
    page = open_page()
    enter_as(page, somebody("statistician"))
    page.goto("/returns/")
    # Some firms on the roll have nothing to say of May.
    assert len(told) > 300
    missing = int(page.inner_text("h1").partition("未报 ")[2].partition(" ")[0])
    assert len(told) < missing < len(told) + 20
    with page.expect_download() as handed_out:
        page.click("text=下载全部模板")
    template = handed_out.value.path().read_bytes()

    for mistake in (True, False):
        sent = tmp_path / f"5月月报{mistake}.xlsx"
        sent.write_bytes(fill(template, form, told, added_up, mistake=mistake))
        page.goto(f"/returns/monthly/{MAY.id}/send/")
        page.set_input_files("input[type=file]", str(sent))
        page.click("text=读入并核对")
        if mistake:
            assert "1 处要改" in page.inner_text(".error-summary")
            assert "约数" in page.inner_text(".error-summary")
    assert f"新增 {len(told)}" in page.inner_text("h1")
    said = page.text_content("main")
    assert all(
        word in said for word in ("“合  计”是合计行", "“小计”是合计行", "是附注", "一格都没填")
    )
    # The desk knows why of all but two, and asks those by telephone.
    asked = page.locator("input[name^=why-]")
    silent, questions = 2, asked.count()
    assert questions > silent
    for place in range(silent, questions):
        asked.nth(place).fill("订单集中交货")
    page.click(f"text=确认报送 {len(told)} 家")
    assert f"{len(told) - questions} 家没有疑问" in page.inner_text("main")
    assert f"{questions} 家待审" in page.inner_text("main")
    done = page.url
    page.click("text=去审核")
    assert f"异常 {questions} 家" in page.inner_text("h1")
    for _ in range(silent):
        page.click("text=未说明 >> xpath=ancestor::tr >> th a")
        page.fill("#id_text", "新产品投产")
        page.click("text=记下原因")
        page.click(".button:has-text('审核')")
    page.click("text=通过勾选的")
    assert f"已通过 {questions} 家" in page.inner_text("main")

    held = filed(form, told)
    assert held.keys() == told.keys()
    for code, values in told.items():
        here = {key: held[code][key] for key in values}
        assert here == {
            key: Decimal(one) if isinstance(one, int) else one for key, one in values.items()
        }
    made = sum(one.get("output", 0) for one in told.values())
    after = numbers(changde)
    assert after[f"industry_output {MAY.id}"] == made
    assert sum(after[key] != value for key, value in before.items()) > 10
    page.goto(f"/returns/monthly/{MAY.id}/bulletin/")
    assert f"{round(made / 100_000_000, 2):,}" in page.inner_text("main")

    page.goto(done)
    page.click("text=撤销这次报送")
    assert "恢复到报送之前" in page.inner_text("main")
    assert filed(form, told) == {}
    assert numbers(changde) == before
