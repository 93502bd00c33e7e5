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
from jingkai.kernel.words import Words
from jingkai.kernel.zone import Zone
from jingkai.org.models import Person
from jingkai.org.services import switch_year
from jingkai.returns.models import BulletinIssue, Filing, ReturnFile
from jingkai.returns.queries import Since, asked_cells, came_since
from jingkai.returns.services import let_file
from tests.conftest import sign_in
from tests.documents.paper import PRINTS, fake
from tests.returns.world import (
    TODAY,
    USUAL,
    cell,
    code_of,
    columns_here,
    file_sheet,
    form_here,
    found_firms,
    held,
    paper,
    period_here,
    row,
    sheet,
    spoken,
    write,
)

WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


@pytest.fixture
def form(zone: Zone):
    """Return the monthly return, two factories and a shop on the roll, April filed by one."""
    firms = found_firms("industry", "industry", "commerce")
    office = sign_in("statistician")
    assert office
    keeper = Person.objects.get(role="statistician")
    form = form_here()
    april = paper(row(tax=20000, tax_to_date=20000))
    file_sheet(form, april, by=keeper, period=period_here(1))
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


def here(back: int = 0) -> list[str]:
    """Return the form and the newest period of the zone, or one before, as an address has them."""
    return [form_here().id, period_here(back).id]


def text(answer) -> str:
    """Return what a page says."""
    return answer.content.decode()


def upload(client: Client, data: bytes, name: str = "月报.xlsx"):
    """Send a sheet and follow to its difference."""
    file = SimpleUploadedFile(name, data)
    where = reverse("returns:send", args=here())
    return client.post(where, {"file": file}, follow=True)


def answers() -> dict[str, str]:
    """Return what a firm writes into the form."""
    return {key: str(write(key, USUAL[key])) for key in columns_here() if key in USUAL} | {
        "tax_to_date": ""
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", ["period", "send", "review", "bulletin"])
def test_a_page_of_the_office_answers_with_nothing_inline(office, name, language):
    office.cookies["django_language"] = language
    page = office.get(reverse(f"returns:{name}", args=here()))

    assert page.status_code == 200
    assert "<script>" not in text(page) and " style=" not in text(page)


def test_the_center_says_who_is_missing_and_reminds_them_once(office):
    page = text(office.get(reverse("returns:center")))
    assert f"{period_here().name}未报 3 家" in page

    where = reverse("returns:remind", args=here())
    assert "已催报 3 家" in text(office.post(where, follow=True))
    assert "今天都催过了" in text(office.post(where, follow=True))


def test_the_sheet_holds_what_is_known_locked_and_opens_what_is_asked(office, form):
    data = office.get(reverse("returns:template", args=here())).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]

    assert book["_模板"]["A1"].value == f"{form.mark}@{period_here().id}"
    assert book["_模板"].sheet_state == "veryHidden"
    assert page["A4"].value == code_of(1) or code_of(1) in [one.value for one in page["A"]]
    heads = [one.value for one in page[3]]
    output = heads.index(form.column("output").head)
    line = next(one for one in page.iter_rows(min_row=4) if one[0].value == code_of(1))
    assert page.protection.sheet
    assert [line[0].protection.locked, line[output].protection.locked] == [True, False]
    shop = next(one for one in page.iter_rows(min_row=4) if one[0].value == code_of(3))
    assert (shop[output].value, shop[output].protection.locked) == ("—", True)
    prompts = {str(one.sqref): one.prompt for one in page.data_validations.dataValidation}
    assert any(f"上期 {spoken('revenue', 1100)}" in (prompt or "") for prompt in prompts.values())
    assert any(one.type == "list" for one in page.data_validations.dataValidation)


def test_the_filled_sheet_comes_back_and_the_numbers_move(office, form):
    data = office.get(reverse("returns:template", args=here())).content
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    heads = {one.value: one.column for one in page[3]}
    for line in range(4, page.max_row + 1):
        if page.cell(line, 1).value == code_of(1):
            said = {"revenue": spoken("revenue", 1100), "output": "100万元", "staff": 100}
            said["tax"] = str(write("tax", 5000)).translate(WIDE)
            for key, value in said.items():
                page.cell(line, heads[form.column(key).head]).value = value
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
    assert held(form, firm)["tax"] == Decimal(5000)
    assert held(form, firm)["tax_to_date"] == (25000 if "tax_to_date" in columns_here() else None)

    undone = text(office.post(reverse("returns:undo", args=[file.pk]), follow=True))
    assert "恢复到报送之前" in undone
    assert held(form, firm) is None


def test_an_old_template_and_one_of_another_month_are_refused_in_words(office):
    data = office.get(reverse("returns:template", args=here(1))).content

    answer = upload(office, data)
    assert answer.status_code == 422
    assert f"这是{period_here(1).name}的模板" in text(answer)


def test_every_wrong_cell_is_named_before_anything_is_written(office):
    said = text(upload(office, paper(row(output="约1000"), row(code_of(2), staff=None))))

    assert f"<code>{cell('output', 2)}</code> “约1000”是约数" in said
    staff = form_here().column("staff").heading
    assert f"<code>{cell('staff', 3)}</code> “{staff}”没有填" in said
    assert "确认报送" not in said


def test_a_column_under_another_name_is_matched_by_hand_and_remembered(office):
    data = paper(row(), revenue="卖了多少")
    shown = text(upload(office, data))
    assert "这些列必须对上" not in shown and "卖了多少" in shown
    file = ReturnFile.objects.latest("pk")
    where = reverse("returns:columns", args=[file.pk])
    revenue = str(columns_here().index("revenue"))
    assert form_here().column("revenue").head in text(office.post(where, {"code": "0"}))
    places = {key: str(place) for key, place in file.places.items()} | {"revenue": revenue}
    assert "确认报送 1 家" in text(office.post(where, places, follow=True))
    office.post(reverse("returns:file", args=[file.pk]))

    again = text(upload(office, paper(row(output=1001), revenue="卖了多少")))
    assert "修改 1" in again


def test_a_firm_files_its_month_on_a_page_that_holds_what_is_known(firm, form):
    where = reverse("returns:fill", args=here())
    page = text(firm.get(where))
    assert f"{period_here(1).name} {spoken('revenue', 1100)}" in page
    assert "系统已有" in page

    done = firm.post(where, answers(), follow=True)
    assert "已报送，谢谢" in text(done)
    filing = Filing.objects.get()
    assert (filing.state, filing.findings) == ("filed", [])
    assert held(form, filing.firm) is None


def test_a_firm_is_asked_once_why_and_sees_what_came_back(firm, office, form):
    where = reverse("returns:fill", args=here())
    much = str(write("revenue", 9000))
    asked = firm.post(where, answers() | {"revenue": much})
    assert asked.status_code == 422
    assert "请说明原因" in text(asked)
    assert f'value="{much}"' in text(asked)
    firm.post(where, answers() | {"revenue": much, "why": "订单集中交货"})
    filing = Filing.objects.get()

    said = text(office.get(reverse("returns:review", args=here())))
    assert "异常 1 家，无疑问待审 0 家" in said and "订单集中交货" in said
    assert spoken("revenue", 9000) in said
    there = reverse("returns:filing", args=[filing.pk])
    assert office.post(there, {"act": "back", "remark": ""}).status_code == 422
    office.post(there, {"act": "back", "remark": "像是填成了元"})
    assert "像是填成了元" in text(firm.get(reverse("returns:mine")))

    firm.post(where, answers())
    again = Filing.objects.first()
    office.post(reverse("returns:filing", args=[again.pk]), {"act": "accept"})
    assert held(form, again.firm)["revenue"] == Decimal(1_100_000)


def test_a_firm_cannot_file_for_another_nor_see_its_sheet(firm, office, form):
    shown = text(upload(firm, paper(row(code_of(2)))))
    assert "只能报本企业的" in shown

    upload(office, paper(row()))
    file = ReturnFile.objects.latest("pk")
    assert firm.get(reverse("returns:file", args=[file.pk])).status_code == 404
    office.post(reverse("returns:file", args=[file.pk]))
    assert firm.get(reverse("returns:file", args=[file.pk])).status_code == 404
    assert firm.post(reverse("returns:undo", args=[file.pk])).status_code == 404


def test_a_wrong_number_on_the_firms_page_is_named_at_its_field(firm):
    where = reverse("returns:fill", args=here())
    page = firm.post(where, answers() | {"output": "约300", "staff": ""})

    assert page.status_code == 422
    assert "约数" in text(page) and "没有填" in text(page)


def test_the_bulletin_is_a_page_a_document_and_a_sheet(office, form, tmp_path, monkeypatch):
    upload(office, paper(row()))
    office.post(reverse("returns:file", args=[ReturnFile.objects.latest("pk").pk]))
    where = reverse("returns:bulletin", args=here())

    assert f"/numbers/industry_output/{period_here().id}/" in text(office.get(where))
    assert office.get(where, {"as": "docx"}).content[:2] == b"PK"
    fake(tmp_path, monkeypatch, PRINTS)
    assert office.get(where, {"as": "pdf"}).content == b"PK"
    monkeypatch.setenv("PATH", "")
    absent = office.get(where, {"as": "pdf"})
    assert absent.status_code == 503 and 'href="?as=docx"' in text(absent)
    rows = read_rows(office.get(where, {"as": "xlsx"}).content)
    assert any("工业总产值" in cell for line in rows for cell in line)


def test_a_doubted_unit_is_answered_on_the_firms_page_and_seen_by_the_office(firm):
    where = reverse("returns:fill", args=here())
    told = answers() | {"revenue": str(write("revenue", 10_800_000)), "why": "大单"}
    key = f"revenue:{code_of(1)}"
    shown = firm.post(where, told)
    assert shown.status_code == 422 and "1 处请核对单位" in text(shown)
    assert not Filing.objects.filter(period_id=period_here().id).exists()

    told |= {f"unit-{key}": "right", f"unit-why-{key}": "整厂交付"}
    firm.post(where, told)
    said = Filing.objects.get(period_id=period_here().id).findings
    kept = [str(Words.kept(one["answer"])) for one in said if one["check"] == "unit"]
    assert kept == ["单位已核对：整厂交付"]


def test_what_was_said_of_a_unit_stays_while_the_reason_is_asked(firm):
    where = reverse("returns:fill", args=here())
    told = answers() | {"revenue": str(write("revenue", 10_800_000)), "staff": "", "output": "约3"}
    key = f"revenue:{code_of(1)}"
    shown = text(firm.post(where, told))
    assert "请核对单位" in shown and "约数" in shown and "没有填" in shown, "all of it at once"

    told |= {f"unit-{key}": "right", f"unit-why-{key}": "整厂交付"} | {
        one: str(write(one, USUAL[one])) for one in ("staff", "output")
    }
    shown = text(firm.post(where, told))
    assert "请说明原因" in shown and not Filing.objects.exists()
    assert 'value="right" checked' in shown and 'value="整厂交付"' in shown
    firm.post(where, told | {"why": "大单"})
    assert Filing.objects.get().period_id == period_here().id

    Filing.objects.all().delete()
    shown = text(firm.post(where, told | {f"unit-{key}": "元", "staff": ""}))
    assert 'value="元" checked' in shown


def test_a_stock_opens_with_its_last_figure_and_a_flow_does_not(office, firm, form):
    data = office.get(reverse("returns:template", args=here())).content
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    at = {one.value: one.column - 1 for one in page[3]}
    lines = {one[0].value: one for one in page.iter_rows(min_row=4)}
    staff, revenue = (at[form.column(one).head] for one in ("staff", "revenue"))
    assert [lines[code_of(n)][staff].value for n in (1, 2)] == [100, None]
    assert lines[code_of(1)][revenue].value is None
    assert lines[code_of(1)][staff].protection.locked is False

    shown = text(firm.get(reverse("returns:fill", args=here())))
    assert 'name="staff" value="100"' in shown and "已填上期期末数，有变请改" in shown
    assert 'name="revenue" value=""' in shown
    asked, filled = {"monthly": (9, 6), "quarterly": (4, 5)}[form.id]
    assert f"系统已有 {filled} 项，请您填 {asked} 项" in shown
    firm.post(reverse("returns:fill", args=here()), answers() | {"staff": "101"})
    sent = Filing.objects.get(period_id=period_here().id)
    assert (sent.asked, sent.held) == (asked, filled)


def test_what_a_firm_has_not_opens_as_it_said_the_last_time(office, firm, form):
    keeper = Person.objects.get(role="statistician")
    usual = [one.head for one in form.columns if one.id in USUAL]
    heads = ["统一社会信用代码", *usual, form.column("exports").head]
    told = [write(one.id, USUAL[one.id]) for one in form.columns if one.id in USUAL]
    if "tax_to_date" in columns_here():
        told[usual.index(form.column("tax_to_date").head)] = 5000
    file_sheet(form, sheet([heads, [code_of(1), *told, "—"]]), by=keeper, period=period_here(1))

    where = reverse("returns:fill", args=here())
    shown = text(firm.get(where))
    assert 'name="exports" value="—"' in shown and "没有这项" in shown
    asked, filled = {"monthly": (8, 7), "quarterly": (3, 6)}[form.id]
    assert f"系统已有 {filled} 项，请您填 {asked} 项" in shown
    data = office.get(reverse("returns:template", args=here())).content
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    at = next(one.column for one in page[3] if one.value == form.column("exports").head) - 1
    lines = {one[0].value: one for one in page.iter_rows(min_row=4)}
    assert [lines[code_of(n)][at].value for n in (1, 2)] == ["—", None]
    assert lines[code_of(1)][at].protection.locked is False

    firm.post(where, answers() | {"exports": "—"})
    sent = Filing.objects.get(period_id=period_here().id)
    assert (sent.asked, sent.held) == (asked, filled)
    office.post(reverse("returns:filing", args=[sent.pk]), {"act": "accept"})
    again = text(firm.get(where))
    assert 'name="exports" value="—"' in again


def test_the_manual_says_what_share_is_filled_in(changde):
    manual = (Path(__file__).parents[2] / "docs/how-to/collect-returns.md").read_text()
    lines = [one for one in manual.splitlines() if one.startswith("| ")]
    for trade, name, carried in (
        ("industry", "工业", 1),
        ("industry", "　工业, no R&D, no investment, no exports", 4),
        ("commerce", "建筑业、批发零售业", 1),
        ("commerce", "　the same, no R&D, no investment", 3),
    ):
        asked, held_ = asked_cells(changde.returns["monthly"], trade, carried=carried)
        line = next(one for one in lines if one.startswith(f"| {name}"))
        whole = asked + held_
        expected = [whole, held_, asked, f"{round(100 * held_ / whole)} %"]
        assert [one.strip() for one in line.split("|")[2:-1]] == [str(one) for one in expected]


def test_the_bulletin_says_what_changed_since_the_last_and_why(office, form):
    april = reverse("returns:bulletin", args=here(1))
    may = reverse("returns:bulletin", args=here())
    keeper = Person.objects.get(role="statistician")
    file_sheet(form, paper(row()), by=keeper)
    assert "比上次快报变了的数" not in text(office.get(may))
    BulletinIssue.objects.create(
        form=form.id, period_id=period_here(1).id, on=TODAY - timedelta(days=1), by="王"
    )
    assert "比上次快报变了的数" in text(office.get(may))
    shown = text(office.get(may))
    assert f"{period_here(1).name}（2021-06-29 发出）" in shown and "1 家迟报" in shown

    assert "已记下今天发出" in text(office.post(april, follow=True))
    assert "今天已经发出" in text(office.post(april, follow=True))
    shown = text(office.get(may))
    assert f"{period_here(1).name}（2021-06-30 发出）" in shown and "上次快报的数都没有变" in shown
    document = office.get(may, {"as": "docx"})
    assert document.status_code == 200


def test_what_came_after_a_day_is_counted_as_late_corrected_or_withdrawn(office, form):
    keeper = Person.objects.get(role="statistician")
    eve = TODAY - timedelta(days=1)
    assert came_since(form, [period_here(1)], after=eve, until=TODAY) == Since(1, 0, 0)
    april = paper(row(tax=20000, tax_to_date=20000, output=1001))
    file = file_sheet(form, april, by=keeper, period=period_here(1))
    assert came_since(form, [period_here(1)], after=eve, until=TODAY) == Since(1, 1, 0)
    office.post(reverse("returns:undo", args=[file.pk]))
    assert came_since(form, [period_here(1)], after=eve, until=TODAY) == Since(1, 2, 0)
    assert came_since(form, [period_here()], after=eve, until=TODAY) == Since(0, 0, 0)
    assert came_since(form, [period_here(1)], after=TODAY, until=TODAY) == Since(0, 0, 0)


def test_who_is_asked_why_is_counted_and_what_changes_is_listed_whole(office, form):
    upload(office, paper(row(revenue=9000), row(code_of(2))))
    office.post(reverse("returns:file", args=[ReturnFile.objects.latest("pk").pk]))
    filing = Filing.objects.get()
    office.post(reverse("returns:filing", args=[filing.pk]), {"act": "explain", "text": "大单"})
    office.post(reverse("returns:filing", args=[filing.pk]), {"act": "accept"})

    # What stands already and is sent again is not asked about again.
    said = text(upload(office, paper(row(revenue=9000), row(code_of(2), revenue=1200))))
    assert "新增 0，修改 1，不变 1，出错 0" in said
    assert "请说明原因" not in said
    said = text(upload(office, paper(row(revenue=9500), row(code_of(2), revenue=1200))))
    assert "1 家请说明原因" in said and "这里只列前" not in said
    changed = said.partition("<h2>修改")[2]
    assert spoken("revenue", 9500) in changed and spoken("revenue", 1200) in changed


def test_the_firms_page_speaks_of_no_cell_and_in_the_readers_language(firm, form):
    where = reverse("returns:fill", args=here())
    told = answers() | {"revenue": str(write("revenue", 10_800_000))}
    said = text(firm.post(where, told))
    assert "请核对单位" in said and "<code>" not in said and " C1" not in said
    firm.post(where, answers() | {"revenue": str(write("revenue", 9000)), "why": "大单"})
    assert [one["cell"] for one in Filing.objects.get().findings] == [""]

    firm.cookies["django_language"] = "en"
    said = text(firm.get(where))
    revenue = form.column("revenue")
    assert revenue.english in said and revenue.heading not in said.partition("<main")[2]


def test_the_center_shows_the_year_that_is_chosen_or_worked_on(office, form):
    center = reverse("returns:center")
    earlier = list(form.periods(TODAY.year - 1))
    newest = f"{period_here().name}未报"
    past = text(office.get(center, {"year": TODAY.year - 1}))
    assert f"{earlier[-1].name}未报" in past
    assert f"<summary>{TODAY.year - 1}年" in past
    assert period_here().name not in past.partition("<table")[2]
    moved = office.get(reverse("returns:period", args=here()), {"year": TODAY.year - 1})
    assert moved.headers["Location"] == reverse("returns:period", args=[form.id, earlier[-1].id])
    named = text(office.get(reverse("returns:period", args=[form.id, earlier[-2].id])))
    assert f"{earlier[-2].name}未报" in named and f"<summary>{TODAY.year - 1}年" in named

    switch_year(year=TODAY.year - 1, by="林", on=TODAY)
    assert f"{earlier[-1].name}未报" in text(office.get(center))
    assert newest in text(office.get(center, {"year": TODAY.year}))
