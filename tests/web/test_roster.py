"""People come in by the import wizard: every error by its cell, the difference first, one undo."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from jingkai.audit.models import AuditLine
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department, Person
from jingkai.web.models import ImportRun
from jingkai.web.roster import PEOPLE_IMPORT
from tests.conftest import sign_in

HEADS = ["账号", "姓名", "部门", "职务", "角色", "在用"]
NEW = reverse("import_new", args=["people"])
TEMPLATE = reverse("import_template", args=["people"])


def sheet(*rows: list[str], heads: list[str] = HEADS) -> bytes:
    """Return a workbook of people."""
    workbook = Workbook()
    for row in [heads, *rows]:
        workbook.active.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def upload(data: bytes):
    """Upload a file; return the client and the page that follows."""
    client = sign_in("admin")
    file = SimpleUploadedFile("花名册.xlsx", data)
    return client, client.post(NEW, {"file": file}, follow=True)


def confirm(client):
    """Confirm the newest import."""
    return client.post(reverse("import_run", args=["people", ImportRun.objects.first().pk]))


@pytest.fixture
def first(zone: Zone) -> Department:
    return Department.objects.first()


def test_the_roster_goes_out_and_comes_back_without_a_difference(zone: Zone):
    client = sign_in("admin")
    sign_in("officer")
    data = client.get(TEMPLATE, {"filled": 1}).content

    _, answer = upload(data)

    assert "新增 0，修改 0，不变 2，出错 0" in answer.content.decode()


def test_the_template_offers_departments_and_roles(first: Department):
    data = sign_in("admin").get(TEMPLATE).content

    book = load_workbook(io.BytesIO(data))
    offered = {cell.value for row in book["_选项"].iter_rows() for cell in row}
    assert {first.name, "考核督查"} <= offered


def test_new_and_changed_people_are_shown_before_anything_is_written(first: Department):
    sign_in("officer")
    rows = [["wang", "王五", first.name, "科员", "业务人员", "是"]]
    rows += [["test-officer", "改名", "", "", "业务人员", "是"]]

    client, answer = upload(sheet(*rows))

    assert "新增 1，修改 1，不变 0，出错 0" in answer.content.decode()
    assert not Person.objects.filter(account="wang").exists()
    shown = confirm(client).content.decode()
    assert "只显示这一次" in shown
    password = shown.split("<code>王五</code>")[1].split("<code>")[1].split("</code>")[0]
    assert Person.objects.get(account="wang").check_password(password)
    assert Person.objects.get(account="test-officer").name == "改名"
    line = AuditLine.objects.get(act="roster.imported")
    assert '"account":"wang"' in line.detail
    assert password not in "".join(AuditLine.objects.values_list("detail", flat=True))


def test_an_import_is_undone_in_one_go(first: Department):
    sign_in("officer")
    client, _ = upload(
        sheet(
            ["wang", "王五", first.name, "", "业务人员", "是"],
            ["test-officer", "改名", first.name, "科长", "考核督查", "是"],
        )
    )
    confirm(client)
    assert Person.objects.get(account="test-officer").role == "appraisal"

    undo = reverse("import_undo", args=["people", ImportRun.objects.get().pk])
    client.post(undo)

    assert not Person.objects.get(account="wang").is_active
    person = Person.objects.get(account="test-officer")
    assert (person.name, person.role, person.post) == ("测试officer", "officer", "")
    assert "只有已导入" in client.post(undo, follow=True).content.decode()


def test_an_undo_stops_where_somebody_changed_a_person_since(first: Department):
    client, _ = upload(sheet(["wang", "王五", first.name, "", "业务人员", "是"]))
    confirm(client)
    Person.objects.filter(account="wang").update(post="科长")

    undo = reverse("import_undo", args=["people", ImportRun.objects.get().pk])
    answer = client.post(undo, follow=True)

    assert "被别人改动过" in answer.content.decode()
    assert Person.objects.get(account="wang").is_active


@pytest.mark.parametrize("role", ["admin", "security_admin", "audit_admin"])
def test_an_import_leaves_an_administrator_of_each_kind(first: Department, role: str):
    sign_in(role)
    client, _ = upload(sheet([f"test-{role}", "管", "", "", "业务人员", "是"]))

    answer = confirm(client)

    assert answer.status_code == 422
    assert "最后一位" in answer.content.decode()
    assert Person.objects.get(account=f"test-{role}").role == role


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (["张", "张", "", "", "业务人员", "是"], "A2", "账号"),
        (["a b", "张", "", "", "业务人员", "是"], "A2", "账号"),
        (["zhang", "", "", "", "业务人员", "是"], "B2", "缺姓名"),
        (["zhang", "张", "没有的局", "", "业务人员", "是"], "C2", "可用的"),
        (["zhang", "张", "", "", "皇帝", "是"], "E2", "可用的"),
        (["zhang", "张", "", "", "系统管理员、审计管理员", "是"], "E2", "不能兼任"),
        (["zhang", "张", "", "", "系统管理员，考核督查", "是"], "E2", "不能兼任"),
        (["zhang", "张", "", "", "审计管理员", "是"], "E2", "安全管理员批准"),
        (["zhang", "张", "", "", "业务人员", "也许"], "F2", "是 或 否"),
    ],
)
def test_every_error_names_its_cell_and_the_fix(zone: Zone, row: list[str], cell: str, words: str):
    client, answer = upload(sheet(row))

    html = answer.content.decode()
    assert f"<code>{cell}</code>" in html
    assert words in html
    assert confirm(client).status_code == 422
    assert not Person.objects.filter(name="张").exists()


def test_two_heads_of_one_post_are_refused_at_the_cell(first: Department):
    rows = [[name, name, first.name, "局长", "业务人员", "是"] for name in ("a", "b")]
    _, answer = upload(sheet(*rows))

    assert "<code>D3</code>" in answer.content.decode()
    assert "一个部门只有一位" in answer.content.decode()


def test_an_account_stands_once(zone: Zone):
    row = ["zhang", "张", "", "", "业务人员", "是"]
    _, answer = upload(sheet(row, row))

    assert "<code>A3</code>" in answer.content.decode()


def test_only_who_manages_people_may_bring_them_in(zone: Zone):
    client, _ = upload(sheet(["zhang", "张", "", "", "业务人员", "是"]))
    run = ImportRun.objects.get().pk
    routes = [("import_new", "people"), ("import_template", "people")]
    routes += [("import_run", "people", run), ("import_columns", "people", run)]
    routes += [("import_undo", "people", run)]

    for role in ("project_officer", "leader", "security_admin", "audit_admin"):
        stranger = sign_in(role)
        for name, *arguments in routes:
            assert stranger.post(reverse(name, args=arguments)).status_code == 403, (role, name)
    assert confirm(client).status_code == 200
    assert PEOPLE_IMPORT.permission == "manage_people"


def test_formulas_of_a_name_stay_text(zone: Zone):
    sign_in("officer")
    Person.objects.update(name="=cmd|' /C calc'!A0")
    data = sign_in("admin").get(TEMPLATE, {"filled": 1}).content

    xml = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    values = [cell for row in load_workbook(io.BytesIO(data)).active.values for cell in row]
    assert "=cmd|' /C calc'!A0" in values


def test_people_are_searched_and_given_out(first: Department):
    sign_in("officer")
    client = sign_in("admin")

    found = client.get(reverse("people"), {"role": "officer"}).content.decode()
    assert "共 1 人" in found
    data = client.get(reverse("people"), {"export": "csv", "text": "test-admin"}).content
    assert "test-officer" not in data.decode()
    assert "test-admin" in data.decode()
    odd = client.get(reverse("people"), {"is_active": "perhaps"})
    assert odd.status_code == 200
    assert "没有这个选项" in odd.content.decode()
