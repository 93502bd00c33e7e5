"""A table comes in as a whole, after its difference was seen, and goes back as a whole."""

import io
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.projects.models import Project
from jingkai.projects.services import add_project, pass_gate
from jingkai.reading.tablechild import open_table_safely
from jingkai.reading.tables import CannotReadTable, open_table
from jingkai.web.models import ImportRun
from tests.conftest import TODAY, sign_in

HEADS = ["项目编号", "项目名称", "投资主体", "类别", "总投资（亿元）", "500强投资", "责任单位"]
NEW = reverse("import_new", args=["projects"])


def book(*rows, heads=HEADS) -> bytes:
    """Return a workbook with these rows."""
    workbook = Workbook()
    for row in [heads, *rows]:
        workbook.active.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def upload(data: bytes, name: str = "表.xlsx", role: str = "project_officer"):
    """Upload a file; return the client and the page that follows."""
    client = sign_in(role)
    answer = client.post(NEW, {"file": SimpleUploadedFile(name, data)}, follow=True)
    return client, answer


@pytest.fixture
def lead(zone: Zone) -> str:
    return Department.objects.first().name


@pytest.fixture
def known(lead: str) -> Project:
    return add_project(
        code="A-1",
        name="甲厂",
        investor="",
        kind="产业",
        investment=Decimal(yi(3)),
        is_top500=False,
        lead=Department.objects.first().pk,
    )


def row(lead: str, **other):
    told = {"code": "B-2", "name": "乙厂", "investor": "", "kind": "产业", "investment": 2.5}
    return [*(told | other).values(), "否", lead]


def confirm_url() -> str:
    return reverse("import_run", args=["projects", ImportRun.objects.latest("pk").pk])


def test_a_difference_is_shown_then_written_then_undone(known: Project, lead: str):
    client, answer = upload(
        book(row(lead), row(lead, code="A-1", name="甲厂改名", investment=3), row(lead, code="C"))
    )
    html = answer.content.decode()
    assert "新增 2，修改 1，不变 0，出错 0" in html
    assert "甲厂改名" in html
    assert Project.objects.count() == 1

    client.post(confirm_url())
    assert Project.objects.get(code="B-2").investment == Decimal(yi(5)) / 2
    assert Project.objects.get(code="A-1").name == "甲厂改名"
    again = client.post(confirm_url(), follow=True)
    assert "已经处理过了" in again.content.decode()
    assert Project.objects.count() == 3

    client.post(reverse("import_undo", args=["projects", ImportRun.objects.get().pk]))
    assert list(Project.objects.values_list("code", "name")) == [("A-1", "甲厂")]


def test_what_stands_goes_out_and_comes_back_without_a_difference(known: Project):
    client = sign_in("project_officer")
    data = client.get(reverse("import_template", args=["projects"]), {"filled": 1}).content

    _, answer = upload(data)

    assert "新增 0，修改 0，不变 1，出错 0" in answer.content.decode()
    assert "没有要改的" in answer.content.decode()


def test_the_template_has_choices_a_lock_a_mark_and_an_example(lead: str):
    data = sign_in("project_officer").get(reverse("import_template", args=["projects"])).content

    workbook = load_workbook(io.BytesIO(data))
    sheet = workbook.active
    assert [cell.value for cell in sheet[1]] == HEADS
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked and not sheet["A2"].protection.locked
    assert {rule.prompt for rule in sheet.data_validations.dataValidation} >= {"已有编号表示修改"}
    assert lead in [cell.value for cell in workbook["_选项"]["G"]]
    assert workbook["_模板"]["A1"].value == "projects/1"
    assert workbook["_模板"].sheet_state == "veryHidden"
    _, answer = upload(data)
    assert "示例" in answer.content.decode() or "出错" in answer.content.decode()
    assert not Project.objects.exists()


def test_another_templates_mark_is_refused(lead: str):
    workbook = load_workbook(io.BytesIO(book(row(lead))))
    workbook.create_sheet("_模板")["A1"] = "projects/0"
    out = io.BytesIO()
    workbook.save(out)

    _, answer = upload(out.getvalue())

    assert answer.status_code == 422
    assert "旧版模板" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "cell", "words"),
    [
        ({"code": 914307012345678901}, "A2", "设为文本格式"),
        ({"code": ""}, "A2", "缺项目编号"),
        ({"name": "长" * 101}, "B2", "最多 100 字"),
        ({"kind": "产业园"}, "D2", "是不是“产业”"),
        ({"investment": "25000万元"}, "E2", "请改成 2.5"),
        ({"investment": "约三亿"}, "E2", "不是数"),
        ({"investment": 0}, "E2", "小于最小值"),
        ({"investment": 10001}, "E2", "请核对单位"),
        ({"investment": "#VALUE!"}, "E2", "公式错误"),
        ({"investment": "１.５０００００００００００００００１"}, "E2", "超过 15 位"),
    ],
)
def test_every_error_names_its_cell_and_the_fix(lead: str, change: dict, cell: str, words: str):
    client, answer = upload(book(row(lead, **change)))

    html = answer.content.decode()
    assert f"<code>{cell}</code>" in html
    assert words in html
    assert "确认导入" not in html
    assert client.post(confirm_url()).status_code == 422
    assert not Project.objects.exists()


def test_a_code_stands_once(lead: str):
    _, answer = upload(book(row(lead), row(lead)))

    assert "和第 2 行重复" in answer.content.decode()


def test_a_wrong_row_keeps_all_others_out(lead: str):
    client, _ = upload(book(row(lead), row(lead, code="C", investment="x")))

    client.post(confirm_url())

    assert not Project.objects.exists()


def test_a_leap_by_ten_thousand_must_be_looked_at(known: Project, lead: str):
    client, answer = upload(book(row(lead, code="A-1", name="甲厂", investment=0.0003)))

    assert "差了上万倍" in answer.content.decode()
    assert client.post(confirm_url()).status_code == 422
    assert Project.objects.get().investment == yi(3)
    client.post(confirm_url(), {"looked": "1"})
    assert Project.objects.get().investment == 30000


def test_a_formula_must_be_looked_at(lead: str):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, HEADS)
        sheet.write_row(1, 0, row(lead))
        sheet.write_formula(1, 4, "=1+1", None, 2)

    client, answer = upload(out.getvalue())

    assert "<code>E2</code> 这一格是公式" in answer.content.decode()
    client.post(confirm_url())
    assert not Project.objects.exists()
    client.post(confirm_url(), {"looked": "1"})
    assert Project.objects.get().investment == yi(2)


def test_a_change_in_between_stops_the_import(known: Project, lead: str):
    client, _ = upload(book(row(lead, code="A-1", name="改名", investment=3)))
    Project.objects.update(investor="别人改的")

    page = client.get(confirm_url()).content.decode()
    assert "修改 1" in page
    from jingkai.web.importers import Change, find_importer
    from jingkai.web.services import ImportRefused, apply_import

    importer = find_importer("projects")
    stale = importer.current(lock=False)["A-1"]
    change = Change("A-1", {**stale, "investor": None}, {**stale, "name": "改名"})
    with pytest.raises(ImportRefused, match="被别人改动过"):
        apply_import(
            importer=importer,
            run_id=ImportRun.objects.get().pk,
            changes=[change],
            by=ImportRun.objects.get().person,
            on=TODAY,
        )
    assert Project.objects.get().name == "甲厂"


def test_what_the_ledger_says_is_not_overwritten(known: Project, lead: str):
    from jingkai.ledger.services import keep_file

    proof = [keep_file(data=b"x", name="a.txt")]
    pass_gate(
        project_id=known.pk, gate_id="start", on=TODAY, by="甲", today=TODAY, proof=proof, version=1
    )

    _, answer = upload(book(row(lead, code="A-1", investment=9)))

    assert "撤回节点" in answer.content.decode()
    assert "<code>E2</code>" in answer.content.decode()


def test_other_headings_are_matched_once_and_remembered(lead: str):
    heads = ["编号", "项目全称", "主体", "类别", "总投资(亿元)", "500强投资", "责任单位", "备注"]
    data = book([*row(lead), "x"], heads=heads)
    client, answer = upload(data)
    assert "您的列" in answer.content.decode()
    places = {"code": 0, "name": 1, "investor": 2, "kind": 3, "investment": 4, "top500": 5}
    bad = client.post(answer.wsgi_request.path, {**places, "lead": ""})
    assert bad.status_code == 422
    client.post(answer.wsgi_request.path, {**places, "lead": 6})
    assert "新增 1" in client.get(confirm_url()).content.decode()

    data = book(row(lead), heads=heads[:7])
    _, again = upload(data)

    assert "新增 1" in again.content.decode()


@pytest.mark.parametrize("kind", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_usual_encoding(lead: str, kind: str):
    text = "\n".join(",".join(map(str, line)) for line in [HEADS, row(lead, name="㐀厂")])

    _, answer = upload(text.encode(kind), "表.csv")

    assert "新增 1" in answer.content.decode()
    assert "㐀厂" in answer.content.decode()


def test_pasted_cells_come_in_alike(lead: str):
    text = "\n".join("\t".join(map(str, line)) for line in [HEADS, row(lead)])

    answer = sign_in("project_officer").post(NEW, {"pasted": text}, follow=True)

    assert "新增 1" in answer.content.decode()


def test_nothing_sent_is_asked_for(zone: Zone):
    answer = sign_in("project_officer").post(NEW, {})

    assert answer.status_code == 422
    assert "请选择文件，或粘贴单元格" in answer.content.decode()


def test_only_who_may_write_may_import(known: Project, lead: str):
    upload(book(row(lead)))
    run = ImportRun.objects.get().pk
    officer = sign_in("officer")

    assert officer.get(NEW).status_code == 403
    assert officer.get(reverse("import_template", args=["projects"])).status_code == 403
    assert officer.post(reverse("import_run", args=["projects", run])).status_code == 403
    assert officer.get(reverse("import_new", args=["nothing"])).status_code == 404
    assert NEW not in officer.get(reverse("imports")).content.decode()
    assert not Project.objects.filter(code="B-2").exists()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    return out.getvalue()


def far_cell() -> bytes:
    workbook = Workbook()
    workbook.active["A1"] = "x"
    workbook.active["XFD1048576"] = "x"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


BAD = {
    "empty": b" ",
    "cut": book(["x"])[:900],
    "no workbook": b"PK\x03\x04 broken",
    "old and broken": b"\xd0\xcf\x11\xe0" + b"x" * 600,
    "bomb": bomb(),
    "far cell": far_cell(),
    "bytes": bytes(range(256)) * 4,
    "too many rows": b"a,b\n" * 20_001,
    "quotes": b'a,"' + b"x" * 200_000,
}


@pytest.mark.parametrize("name", BAD)
def test_hostile_files_are_refused_with_words(name: str):
    with pytest.raises(CannotReadTable) as refusal:
        open_table_safely(BAD[name], "表.xlsx", megabytes=768)

    assert "。" in str(refusal.value)


def test_hidden_rows_and_other_sheets_are_announced():
    workbook = Workbook()
    workbook.active.append(["甲"])
    workbook.active.append([1.5])
    workbook.active.row_dimensions[2].hidden = True
    workbook.create_sheet("第二张")
    out = io.BytesIO()
    workbook.save(out)

    table = open_table(out.getvalue(), "a.xlsx")

    assert "隐藏" in "".join(map(str, table.notes))
    assert "只读第一张" in "".join(map(str, table.notes))
    assert table.rows[1][0].text == "1.5"
