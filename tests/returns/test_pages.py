"""Pages of returns on both zones: the office's, the firm's, in two languages, nothing inline."""

import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jingkai.documents import read_rows
from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from jingkai.org.services import switch_year
from jingkai.returns.models import BulletinIssue, Filing, ReturnFile
from jingkai.returns.queries import Since, asked_cells, came_since
from jingkai.returns.services import let_file
from tests.conftest import sign_in
from tests.documents.paper import PRINTS, fake
from tests.returns.test_sheets import row
from tests.returns.world import (
    APRIL,
    HEADS,
    MAY,
    TODAY,
    code_of,
    file_sheet,
    found_firms,
    held,
    sheet,
)


@pytest.fixture
def form(zone: Zone):
    """Return the monthly return, two factories and a shop on the roll, April filed by one."""
    firms = found_firms("industry", "industry", "commerce")
    office = sign_in("statistician")
    assert office
    keeper = Person.objects.get(role="statistician")
    form = zone.returns["monthly"]
    april = sheet([HEADS, row(tax=20000, to_date=20000)])
    file_sheet(form, april, by=keeper, period=APRIL)
    sign_in("firm")
    let_file(person=Person.objects.get(role="firm"), firm=firms[0], by="管", on=TODAY)
    return form


@pytest.fixture
def office(form) -> Client:
    """Return the statistician's client."""
    return sign_in("statistician")


@pytest.fixture
def firm(form) -> Client:
    """Return the client of the first factory's user."""
    return sign_in("firm")


def text(answer) -> str:
    """Return what a page says."""
    return answer.content.decode()


def upload(client: Client, data: bytes, name: str = "月报.xlsx"):
    """Send a sheet and follow to its difference."""
    file = SimpleUploadedFile(name, data)
    where = reverse("returns:send", args=["monthly", MAY.id])
    return client.post(where, {"file": file}, follow=True)


def answers() -> dict[str, str]:
    """Return what a firm writes into the form."""
    told = {"output": 1000, "revenue": 1100, "tax": 5000, "power": 30000, "staff": 100}
    return {key: str(value) for key, value in told.items()}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["period", "send", "review", "bulletin"])
def test_a_page_of_the_office_answers_with_nothing_inline(office, name, language):
    office.cookies["django_language"] = language
    page = office.get(reverse(f"returns:{name}", args=["monthly", MAY.id]))

    assert page.status_code == 200
    assert "<script>" not in text(page) and " style=" not in text(page)


def test_the_center_says_who_is_missing_and_reminds_them_once(office):
    page = text(office.get(reverse("returns:center")))
    assert "2021年5月未报 3 家" in page

    where = reverse("returns:remind", args=["monthly", MAY.id])
    assert "已催报 3 家" in text(office.post(where, follow=True))
    assert "今天都催过了" in text(office.post(where, follow=True))


def test_the_sheet_holds_what_is_known_locked_and_opens_what_is_asked(office, form):
    data = office.get(reverse("returns:template", args=["monthly", MAY.id])).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]

    assert book["_模板"]["A1"].value == f"{form.mark}@{MAY.id}"
    assert book["_模板"].sheet_state == "veryHidden"
    assert page["A4"].value == code_of(1) or code_of(1) in [one.value for one in page["A"]]
    heads = [one.value for one in page[3]]
    assert "工业总产值（千元）" in heads
    line = next(one for one in page.iter_rows(min_row=4) if one[0].value == code_of(1))
    assert page.protection.sheet
    assert [line[0].protection.locked, line[4].protection.locked] == [True, False]
    shop = next(one for one in page.iter_rows(min_row=4) if one[0].value == code_of(3))
    assert (shop[4].value, shop[4].protection.locked) == ("—", True)
    prompts = {str(one.sqref): one.prompt for one in page.data_validations.dataValidation}
    assert any("上期 1,100" in (prompt or "") for prompt in prompts.values())
    assert any(one.type == "list" for one in page.data_validations.dataValidation)


def test_the_filled_sheet_comes_back_and_the_numbers_move(office, form):
    data = office.get(reverse("returns:template", args=["monthly", MAY.id])).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    heads = {one.value: one.column for one in page[3]}
    for line in range(4, page.max_row + 1):
        if page.cell(line, 1).value == code_of(1):
            for head, value in (("营业收入（千元）", "1,100"), ("工业总产值（千元）", "100万元")):
                page.cell(line, heads[head]).value = value
            page.cell(line, heads["入库税收（元）"]).value = "５０００"
            page.cell(line, heads["期末从业人员（人）"]).value = 100
        else:
            page.cell(line, 1).value = None
            for column in range(2, page.max_column + 1):
                page.cell(line, column).value = None
    out = io.BytesIO()
    book.save(out)

    shown = text(upload(office, out.getvalue()))
    assert "新增 1，修改 0，不变 0，出错 0" in shown
    file = ReturnFile.objects.latest("pk")
    done = text(office.post(reverse("returns:file", args=[file.pk]), follow=True))
    assert "1 家没有疑问，已写入账本" in done
    firm = Filing.firm.get_queryset().get(code=code_of(1))
    assert held(form, firm)["output"] == Decimal(1_000_000)
    assert held(form, firm)["tax_to_date"] == Decimal(25000)

    undone = text(office.post(reverse("returns:undo", args=[file.pk]), follow=True))
    assert "恢复到报送之前" in undone
    assert held(form, firm) is None


def test_an_old_template_and_one_of_another_month_are_refused_in_words(office):
    data = office.get(reverse("returns:template", args=["monthly", APRIL.id])).content

    answer = upload(office, data)
    assert answer.status_code == 422
    assert "这是2021年4月的模板" in text(answer)


def test_every_wrong_cell_is_named_before_anything_is_written(office):
    shown = text(upload(office, sheet([HEADS, row(output="约1000"), row(code_of(2), staff=None)])))

    assert "<code>C2</code> “约1000”是约数" in shown
    assert "<code>H3</code> “期末从业人员”没有填" in shown
    assert "确认报送" not in shown


def test_a_column_under_another_name_is_matched_by_hand_and_remembered(office):
    heads = [*HEADS]
    heads[3] = "卖了多少"
    data = sheet([heads, row()])
    shown = text(upload(office, data))
    assert "这些列必须对上" not in shown and "卖了多少" in shown
    file = ReturnFile.objects.latest("pk")
    where = reverse("returns:columns", args=[file.pk])
    assert "营业收入（千元）" in text(office.post(where, {"code": "0"}))
    places = {key: str(place) for key, place in file.places.items()} | {"revenue": "3"}
    assert "确认报送 1 家" in text(office.post(where, places, follow=True))
    office.post(reverse("returns:file", args=[file.pk]))

    again = text(upload(office, sheet([heads, row(output=1001)])))
    assert "修改 1" in again


def test_a_firm_files_its_month_on_a_page_that_holds_what_is_known(firm, form):
    where = reverse("returns:fill", args=["monthly", MAY.id])
    page = text(firm.get(where))
    assert "2021年4月 1,100" in page
    assert "系统已有" in page

    done = firm.post(where, answers(), follow=True)
    assert "已报送，谢谢" in text(done)
    filing = Filing.objects.get()
    assert (filing.state, filing.findings) == ("filed", [])
    assert held(form, filing.firm) is None


def test_a_firm_is_asked_once_why_and_sees_what_came_back(firm, office, form):
    where = reverse("returns:fill", args=["monthly", MAY.id])
    asked = firm.post(where, answers() | {"revenue": "9000"})
    assert asked.status_code == 422
    assert "请说明原因" in text(asked)
    assert 'value="9000"' in text(asked)
    firm.post(where, answers() | {"revenue": "9000", "why": "订单集中交货"})
    filing = Filing.objects.get()

    shown = text(office.get(reverse("returns:review", args=["monthly", MAY.id])))
    assert "异常 1 家，无疑问待审 0 家" in shown and "订单集中交货" in shown and "9,000" in shown
    there = reverse("returns:filing", args=[filing.pk])
    assert office.post(there, {"act": "back", "remark": ""}).status_code == 422
    office.post(there, {"act": "back", "remark": "像是填成了元"})
    assert "像是填成了元" in text(firm.get(reverse("returns:mine")))

    firm.post(where, answers())
    again = Filing.objects.first()
    office.post(reverse("returns:filing", args=[again.pk]), {"act": "accept"})
    assert held(form, again.firm)["revenue"] == Decimal(1_100_000)


def test_a_firm_cannot_file_for_another_nor_see_its_sheet(firm, office, form):
    shown = text(upload(firm, sheet([HEADS, row(code_of(2))])))
    assert "只能报本企业的" in shown

    upload(office, sheet([HEADS, row()]))
    file = ReturnFile.objects.latest("pk")
    assert firm.get(reverse("returns:file", args=[file.pk])).status_code == 404
    office.post(reverse("returns:file", args=[file.pk]))
    assert firm.get(reverse("returns:file", args=[file.pk])).status_code == 404
    assert firm.post(reverse("returns:undo", args=[file.pk])).status_code == 404


def test_a_wrong_number_on_the_firms_page_is_named_at_its_field(firm):
    where = reverse("returns:fill", args=["monthly", MAY.id])
    page = firm.post(where, answers() | {"output": "约300", "staff": ""})

    assert page.status_code == 422
    assert "约数" in text(page) and "没有填" in text(page)


def test_the_bulletin_is_a_page_a_document_and_a_sheet(office, form, tmp_path, monkeypatch):
    upload(office, sheet([HEADS, row()]))
    office.post(reverse("returns:file", args=[ReturnFile.objects.latest("pk").pk]))
    where = reverse("returns:bulletin", args=["monthly", MAY.id])

    assert "/numbers/industry_output/2021-05/" in text(office.get(where))
    assert office.get(where, {"as": "docx"}).content[:2] == b"PK"
    fake(tmp_path, monkeypatch, PRINTS)
    assert office.get(where, {"as": "pdf"}).content == b"PK"
    monkeypatch.setenv("PATH", "")
    absent = office.get(where, {"as": "pdf"})
    assert absent.status_code == 503 and 'href="?as=docx"' in text(absent)
    rows = read_rows(office.get(where, {"as": "xlsx"}).content)
    assert any("工业总产值" in cell for line in rows for cell in line)


def test_a_doubted_unit_is_answered_on_the_firms_page_and_seen_by_the_office(firm):
    where = reverse("returns:fill", args=["monthly", MAY.id])
    told = answers() | {"revenue": "10800000", "why": "大单"}
    key = f"revenue:{code_of(1)}"
    shown = firm.post(where, told)
    assert shown.status_code == 422 and "1 处请核对单位" in text(shown)
    assert not Filing.objects.filter(period_id=MAY.id).exists()

    told |= {f"unit-{key}": "right", f"unit-why-{key}": "整厂交付"}
    firm.post(where, told)
    said = Filing.objects.get(period_id=MAY.id).findings
    assert [one["answer"] for one in said if one["check"] == "unit"] == ["单位已核对：整厂交付"]


def test_a_stock_opens_with_its_last_figure_and_a_flow_does_not(office, firm, form):
    data = office.get(reverse("returns:template", args=["monthly", MAY.id])).content
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    at = {one.value: one.column - 1 for one in page[3]}
    lines = {one[0].value: one for one in page.iter_rows(min_row=4)}
    staff, revenue = at["期末从业人员（人）"], at["营业收入（千元）"]
    assert [lines[code_of(n)][staff].value for n in (1, 2)] == [100, None]
    assert lines[code_of(1)][revenue].value is None
    assert lines[code_of(1)][staff].protection.locked is False

    shown = text(firm.get(reverse("returns:fill", args=["monthly", MAY.id])))
    assert 'name="staff" value="100"' in shown and "已填上期期末数，有变请改" in shown
    assert 'name="revenue" value=""' in shown
    assert "系统已有 6 项，请您填 9 项" in shown
    firm.post(reverse("returns:fill", args=["monthly", MAY.id]), answers() | {"staff": "101"})
    sent = Filing.objects.get(period_id=MAY.id)
    assert (sent.asked, sent.held) == (9, 6)


def test_the_manual_says_what_share_is_filled_in(form):
    manual = (Path(__file__).parents[2] / "docs/how-to/collect-returns.md").read_text()
    for trade, name in (("industry", "工业"), ("commerce", "建筑业、批发零售业")):
        asked, held_ = asked_cells(form, trade, carried=1)
        line = next(one for one in manual.splitlines() if one.startswith(f"| {name}"))
        whole = asked + held_
        expected = [whole, held_, asked, f"{round(100 * held_ / whole)} %"]
        assert [one.strip() for one in line.split("|")[2:-1]] == [str(one) for one in expected]


def test_the_bulletin_says_what_changed_since_the_last_and_why(office, form):
    april = reverse("returns:bulletin", args=["monthly", APRIL.id])
    may = reverse("returns:bulletin", args=["monthly", MAY.id])
    keeper = Person.objects.get(role="statistician")
    file_sheet(form, sheet([HEADS, row()]), by=keeper)
    assert "比上次快报变了的数" not in text(office.get(may))
    BulletinIssue.objects.create(
        form="monthly", period_id=APRIL.id, on=TODAY - timedelta(days=1), by="王"
    )
    assert "比上次快报变了的数" in text(office.get(may))
    shown = text(office.get(may))
    assert "2021年4月（2021-06-29 发出）" in shown and "1 家迟报" in shown

    assert "已记下今天发出" in text(office.post(april, follow=True))
    assert "今天已经发出" in text(office.post(april, follow=True))
    shown = text(office.get(may))
    assert "2021年4月（2021-06-30 发出）" in shown and "上次快报的数都没有变" in shown
    document = office.get(may, {"as": "docx"})
    assert document.status_code == 200


def test_what_came_after_a_day_is_counted_as_late_corrected_or_withdrawn(office, form):
    keeper = Person.objects.get(role="statistician")
    eve = TODAY - timedelta(days=1)
    assert came_since(form, [APRIL], after=eve, until=TODAY) == Since(1, 0, 0)
    april = sheet([HEADS, row(tax=20000, to_date=20000, output=1001)])
    file = file_sheet(form, april, by=keeper, period=APRIL)
    assert came_since(form, [APRIL], after=eve, until=TODAY) == Since(1, 1, 0)
    office.post(reverse("returns:undo", args=[file.pk]))
    assert came_since(form, [APRIL], after=eve, until=TODAY) == Since(1, 2, 0)
    assert came_since(form, [MAY], after=eve, until=TODAY) == Since(0, 0, 0)
    assert came_since(form, [APRIL], after=TODAY, until=TODAY) == Since(0, 0, 0)


def test_the_center_shows_the_year_that_is_chosen_or_worked_on(office):
    center = reverse("returns:center")
    past = office.get(center, {"year": 2020}).content.decode()
    assert "2020年12月未报" in past
    assert "<summary>2020年" in past
    assert "2021年4月" not in past.partition("<table")[2]
    moved = office.get(reverse("returns:period", args=["monthly", "2021-05"]), {"year": 2020})
    assert moved.headers["Location"] == reverse("returns:period", args=["monthly", "2020-12"])
    named = office.get(reverse("returns:period", args=["monthly", "2020-11"])).content.decode()
    assert "2020年11月未报" in named and "<summary>2020年" in named

    switch_year(year=2020, by="林", on=TODAY)
    assert "2020年12月未报" in office.get(center).content.decode()
    assert "2021年5月未报" in office.get(center, {"year": 2021}).content.decode()
