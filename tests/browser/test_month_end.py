"""Month end at the statistician's desk: three hundred firms, their real habits, and back again."""

import io
import random
from decimal import Decimal

import openpyxl
import pytest

from jingkai.ledger.queries import Ledger
from jingkai.org.models import Person
from tests.conftest import sign_in
from tests.returns.world import APRIL, MAY, TODAY, code_of, file_sheet, found_firms, sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRADES = ["industry"] * 200 + ["commerce"] * 60 + ["services"] * 40
HEADS = [
    *("统一社会信用代码", "工业总产值（千元）", "营业收入（千元）", "入库税收（元）"),
    *("年初累计入库税收（元）", "用电量（千瓦时）", "期末从业人员（人）"),
]


def amounts(number: int) -> tuple[int, int, int, int, int]:
    """Return output, revenue, tax, power and staff of a firm in April."""
    chance = random.Random(number)
    output = chance.randrange(2000, 90_000)
    return output, output + 100, output * 20, output * 30, chance.randrange(20, 400)


def april() -> bytes:
    """Return April's sheet of all firms."""
    rows = []
    for number, trade in enumerate(TRADES, start=1):
        output, revenue, tax, power, staff = amounts(number)
        made = trade == "industry"
        shown = [output, power] if made else ["—", "—"]
        rows.append([code_of(number), shown[0], revenue, tax, tax, shown[1], staff])
    return sheet([HEADS, *rows])


# How people write an amount of thousand yuan.
HABITS = [
    lambda amount: amount,
    lambda amount: f"{amount:,}",
    lambda amount: f"{amount:,}.0",
    lambda amount: f"{Decimal(amount) / 10}万元",
    lambda amount: f"{amount}千元",
    lambda amount: str(amount).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    lambda amount: f" {amount} ",
]


def fill(template: bytes, *, jumps: int, mistake: bool) -> bytes:
    """Fill the sheet that was handed out, as a roomful of people would."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    page = book.worksheets[0]
    place = {one.value: one.column for one in page[3]}
    numbers = {code_of(number): number for number in range(1, len(TRADES) + 1)}
    last = page.max_row
    for line in range(4, last + 1):
        number = numbers[page.cell(line, 1).value]
        output, revenue, tax, power, staff = amounts(number)
        habit = HABITS[number % len(HABITS)]
        made = TRADES[number - 1] == "industry"
        if made:
            page.cell(line, place["工业总产值（千元）"]).value = habit(output + 10)
            page.cell(line, place["用电量（千瓦时）"]).value = (
                f"{power}度" if number % 5 == 0 else power
            )
        sold = revenue * 3 if number <= jumps else revenue + 10
        page.cell(line, place["营业收入（千元）"]).value = habit(sold)
        page.cell(line, place["入库税收（元）"]).value = f"{tax:,}"
        page.cell(line, place["期末从业人员（人）"]).value = f"{staff}人"
        if number == 7 and mistake:
            page.cell(line, place["营业收入（千元）"]).value = "约5000"
        if number == 2:
            page.cell(line, place["异动说明"]).value = "订单集中交货"
    page.cell(last + 1, 1).value = "合  计"
    page.cell(last + 1, place["营业收入（千元）"]).value = 1
    page.cell(last + 2, 1).value = "注：营业收入不含税。"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_month_is_collected_reviewed_and_taken_back(changde, open_page, live_server, tmp_path):
    found_firms(*TRADES)
    client = sign_in("statistician")
    keeper = Person.objects.get(role="statistician")
    form = changde.returns["monthly"]
    file_sheet(form, april(), by=keeper, period=APRIL)

    def output():
        return Ledger(TODAY).number(changde.indicators["industry_output"], MAY).value

    before = output()
    page = open_page()
    session = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([session | {"url": live_server.url}])
    page.goto("/returns/")
    assert "2021年5月未报 300 家" in page.inner_text("h1")
    with page.expect_download() as handed_out:
        page.click("text=下载全部模板")
    template = handed_out.value.path().read_bytes()

    for mistake in (True, False):
        sent = tmp_path / f"5月月报{mistake}.xlsx"
        sent.write_bytes(fill(template, jumps=3, mistake=mistake))
        page.goto(f"/returns/monthly/{MAY.id}/send/")
        page.set_input_files("input[type=file]", str(sent))
        page.click("text=读入并核对")
        if mistake:
            assert "1 处要改" in page.inner_text(".error-summary")
            assert "约数" in page.inner_text(".error-summary")
    assert "新增 300" in page.inner_text("h1")
    page.click("text=确认报送 300 家")
    assert "297 家没有疑问" in page.inner_text("main")
    done = page.url
    page.click("text=去审核")
    assert "异常 3 家" in page.inner_text("h1")
    for _ in range(2):
        page.click("text=未说明 >> xpath=ancestor::tr >> th a")
        page.fill("#id_text", "新产品投产")
        page.click("text=记下原因")
        page.click("text=审核")
    page.click("text=通过勾选的")
    assert "已通过 3 家" in page.inner_text("main")

    made = sum(amounts(number)[0] + 10 for number in range(1, 201))
    assert output() == Decimal(made) * 1000
    page.goto(done)
    page.click("text=撤销这次报送")
    assert "恢复到报送之前" in page.inner_text("main")
    assert output() == before
