"""People come in by a sheet: every error by its cell, the difference first, one undo."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from jingkai.documents import TemplateColumn, read_rows, write_template
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Person, RosterImport
from jingkai.org.queries import HEADS, find_changes
from jingkai.org.services import AccountRefused, confirm_import, draft_import, undo_import
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)


def sheet(*rows: list[str]) -> bytes:
    return write_template([TemplateColumn(head) for head in HEADS], title="花名册", rows=rows)


def sheet_xml(data: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()


def upload(data: bytes):
    client = sign_in("admin")
    file = SimpleUploadedFile("花名册.xlsx", data)
    return client, client.post(reverse("roster_import"), {"file": file}, follow=True)


@pytest.fixture
def first(zone: Zone) -> Department:
    return Department.objects.first()


def test_the_roster_goes_out_and_comes_back_without_a_difference(zone: Zone):
    client = sign_in("admin")
    sign_in("officer")
    data = client.get(reverse("roster")).content

    changes, problems = find_changes(read_rows(data))

    assert (changes, problems) == ([], [])


def test_the_template_offers_departments_and_roles(zone: Zone, first: Department):
    data = sign_in("admin").get(reverse("roster")).content

    book = load_workbook(io.BytesIO(data))
    offered = {cell.value for row in book["_选项"].iter_rows() for cell in row}
    assert {first.name, "考核督查"} <= offered
    assert len(book.active.data_validations.dataValidation) == len(HEADS)


def test_new_and_changed_people_are_shown_before_anything_is_written(first: Department):
    sign_in("officer")
    rows = [["wang", "王五", first.name, "科员", "业务人员", "是"]]
    rows += [["test-officer", "改名", "", "", "业务人员", "是"]]

    client, answer = upload(sheet(*rows))

    html = answer.content.decode()
    assert "新增 1 人，修改 1 人" in html
    assert not Person.objects.filter(account="wang").exists()
    done = client.post(reverse("roster_changes", args=[RosterImport.objects.get().pk]))
    password = done.content.decode().split("<code>")[1].split("</code>")[0]
    assert Person.objects.get(account="wang").check_password(password)
    assert Person.objects.get(account="test-officer").name == "改名"


def test_an_import_is_undone_in_one_go(first: Department):
    sign_in("admin")
    sign_in("officer")
    rows = [["wang", "王五", first.name, "", "业务人员", ""]]
    rows += [["test-officer", "改名", first.name, "", "业务人员", ""]]
    changes, _ = find_changes(read_rows(sheet(*rows)))
    draft = draft_import(changes=changes, name="a.xlsx", by="管", on=TODAY)
    confirm_import(import_id=draft.pk, on=TODAY)

    undo_import(import_id=draft.pk, on=TODAY)

    assert not Person.objects.get(account="wang").is_active
    assert Person.objects.get(account="test-officer").name == "测试officer"
    with pytest.raises(AccountRefused, match="只有已导入"):
        undo_import(import_id=draft.pk, on=TODAY)


def test_a_change_in_between_stops_the_import(first: Department):
    sign_in("admin")
    sign_in("officer")
    changes, _ = find_changes(
        read_rows(sheet(["test-officer", "改名", first.name, "", "业务人员", ""]))
    )
    draft = draft_import(changes=changes, name="a.xlsx", by="管", on=TODAY)
    Person.objects.filter(account="test-officer").update(post="局长")

    with pytest.raises(AccountRefused, match="被别人改动过"):
        confirm_import(import_id=draft.pk, on=TODAY)
    assert Person.objects.get(account="test-officer").name == "测试officer"


def test_an_import_leaves_an_administrator(first: Department):
    sign_in("admin")
    changes, _ = find_changes(read_rows(sheet(["test-admin", "管", "", "", "业务人员", "是"])))
    draft = draft_import(changes=changes, name="a.xlsx", by="管", on=TODAY)

    with pytest.raises(AccountRefused, match="最后一位"):
        confirm_import(import_id=draft.pk, on=TODAY)
    assert Person.objects.get(account="test-admin").role == "admin"


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (["张", "张", "", "", "业务人员", ""], "A2", "账号"),
        (["a b", "张", "", "", "业务人员", ""], "A2", "账号"),
        (["zhang", "", "", "", "业务人员", ""], "B2", "缺姓名"),
        (["zhang", "张", "没有的局", "", "业务人员", ""], "C2", "可用的"),
        (["zhang", "张", "", "", "皇帝", ""], "E2", "可用的"),
        (["zhang", "张", "", "", "业务人员", "也许"], "F2", "是 或 否"),
    ],
)
def test_every_error_names_its_cell_and_the_fix(zone: Zone, row: list[str], cell: str, words: str):
    _, answer = upload(sheet(row))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert f"<code>{cell}</code>" in html
    assert words in html
    assert not RosterImport.objects.exists()


def test_an_account_stands_once(zone: Zone):
    row = ["zhang", "张", "", "", "业务人员", ""]
    _, answer = upload(sheet(row, row))

    assert "<code>A3</code>" in answer.content.decode()


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused(zone: Zone, data: bytes):
    client = sign_in("admin")
    file = SimpleUploadedFile("a.xlsx", data or b" ")

    answer = client.post(reverse("roster_import"), {"file": file})

    assert answer.status_code == 422
    assert "xlsx" in answer.content.decode()


def test_a_sheet_with_another_head_is_refused(zone: Zone):
    data = write_template([TemplateColumn("姓名")], title="x", rows=[["张"]])

    _, answer = upload(data)

    assert "第一行应为表头" in answer.content.decode()


def test_formulas_of_a_name_stay_text(zone: Zone):
    sign_in("officer")
    Person.objects.update(name="=cmd|' /C calc'!A0")
    data = sign_in("admin").get(reverse("roster")).content

    assert "<f>" not in sheet_xml(data)
    assert any(row[1].startswith("=cmd") for row in read_rows(data))
