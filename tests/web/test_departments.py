"""Departments come in by the import wizard: the difference first, one transaction, one undo."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from jingkai.audit.models import AuditLine
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.org.services import add_person, open_departments
from jingkai.web.models import ImportRun
from tests.conftest import sign_in

HEADS = ["部门代码", "部门名称", "英文名称", "类别", "分管领导", "上级部门"]


def sheet(*rows: list[str], heads: list[str] = HEADS) -> bytes:
    workbook = Workbook()
    for row in [heads, *rows]:
        workbook.active.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def upload(data: bytes, importer: str = "departments", role: str = "admin"):
    client = sign_in(role)
    file = SimpleUploadedFile("部门.xlsx", data)
    return client, client.post(
        reverse("import_new", args=[importer]), {"file": file}, follow=True
    ).content.decode()


def confirm(client, importer: str = "departments"):
    return client.post(reverse("import_run", args=[importer, ImportRun.objects.first().pk]))


def unit(code: str, name: str, parent: str = "") -> list[str]:
    return [code, name, "", "事业单位", "", parent]


def test_what_stands_goes_out_and_comes_back_without_a_difference(zone: Zone):
    address = reverse("import_template", args=["departments"])
    data = sign_in("admin").get(address, {"filled": 1}).content

    _, html = upload(data)

    count = Department.objects.count()
    assert f"新增 0，修改 0，不变 {count}，出错 0" in html


def test_departments_are_shown_then_written_then_undone(zone: Zone):
    first = Department.objects.first()
    before = set(Department.objects.values_list("pk", "name", "parent"))
    client, html = upload(
        sheet(
            unit("centre", "规划中心", "规划局"),
            unit("planning", "规划局", first.name),
            [first.pk, "改名办", "", "内设机构", "", ""],
        )
    )
    # The one above is named as it will be called: the file gives it another name.
    assert "没有“" in html
    client, html = upload(
        sheet(
            unit("centre", "规划中心", "规划局"),
            unit("planning", "规划局", "改名办"),
            [first.pk, "改名办", "", "内设机构", "", ""],
        )
    )
    assert "新增 2，修改 1，不变 0，出错 0" in html
    assert not Department.objects.filter(pk="planning").exists()

    confirm(client)

    centre = Department.objects.get(pk="centre")
    assert (centre.parent_id, centre.kind) == ("planning", "institution")
    assert Department.objects.get(pk="planning").parent_id == first.pk
    line = AuditLine.objects.get(act="departments.imported")
    assert '"name":"改名办"' in line.detail and f'"name":"{first.name}"' in line.detail

    client.post(reverse("import_undo", args=["departments", ImportRun.objects.first().pk]))
    assert set(Department.objects.values_list("pk", "name", "parent")) == before


def test_names_are_exchanged_in_one_table(zone: Zone):
    one, other = Department.objects.all()[:2]
    rows = [[one.pk, other.name, "", "", "", ""], [other.pk, one.name, "", "", "", ""]]
    client, _ = upload(sheet(*rows))

    confirm(client)

    assert Department.objects.get(pk=one.pk).name == other.name
    assert Department.objects.get(pk=other.pk).name == one.name


def test_what_a_table_changed_stays_when_the_house_starts_again(zone: Zone):
    one, other = Department.objects.all()[:2]
    client, _ = upload(sheet([one.pk, "改名办", "", "内设机构", "", ""]))
    confirm(client)
    Department.objects.filter(pk=other.pk).update(name="旧名")

    open_departments(zone)

    assert Department.objects.get(pk=one.pk).name == "改名办"
    assert Department.objects.get(pk=other.pk).name == other.name


def test_a_department_in_use_is_not_undone(zone: Zone):
    client, _ = upload(sheet(unit("planning", "规划局")))
    confirm(client)
    made = Department.objects.get(pk="planning")
    add_person(account="a", name="甲", role="officer", department=made)

    undo = reverse("import_undo", args=["departments", ImportRun.objects.first().pk])
    html = client.post(undo, follow=True).content.decode()

    assert "已有人员" in html
    assert Department.objects.filter(pk="planning").exists()


@pytest.mark.parametrize(
    ("rows", "cell", "words"),
    [
        ([unit("a", "甲局", "甲局")], "F2", "不能以自己为上级"),
        ([unit("a", "甲局", "乙局"), unit("b", "乙局", "甲局")], "F2", "甲局 → 乙局 → 甲局"),
        (
            [unit("a", "甲局", "乙局"), unit("b", "乙局", "丙局"), unit("c", "丙局", "甲局")],
            "F4",
            "丙局 → 甲局 → 乙局 → 丙局",
        ),
        ([unit("a", "甲局", "没有的局")], "F2", "没有“没有的局”"),
        ([unit("a", "甲局"), unit("b", "甲局")], "B3", "已用于代码 a"),
        ([unit("局", "甲局")], "A2", "英文字母"),
        ([["a", "甲局", "", "衙门", "", ""]], "D2", "可用的"),
    ],
)
def test_a_table_that_cannot_be_is_refused_at_its_cell(
    zone: Zone, rows: list[list[str]], cell: str, words: str
):
    client, html = upload(sheet(*rows))

    assert f"<code>{cell}</code>" in html
    assert words in html
    assert confirm(client).status_code == 422
    assert not Department.objects.filter(name="甲局").exists()


def test_a_circle_through_those_who_are_here_is_found(zone: Zone):
    one, other = Department.objects.all()[:2]
    Department.objects.filter(pk=other.pk).update(parent=one)

    _, html = upload(sheet([one.pk, one.name, "", "", "", other.name]))

    assert "<code>F2</code>" in html
    assert "绕成了一圈" in html


@pytest.mark.parametrize("role", ["admin", "security_admin", "audit_admin"])
@pytest.mark.parametrize("leaves", ["role", "is_active"])
def test_a_roster_without_the_last_administrator_is_refused_at_its_row(
    zone: Zone, role: str, leaves: str
):
    sign_in(role)
    word = {"admin": "系统管理员", "security_admin": "安全管理员", "audit_admin": "审计管理员"}
    given = ("业务人员", "是") if leaves == "role" else (word[role], "否")
    heads = ["账号", "姓名", "部门", "职务", "角色", "在用"]
    row = [f"test-{role}", f"测试{role}", "", "", *given]

    _, html = upload(sheet(["zhang", "张", "", "", "业务人员", "是"], row, heads=heads), "people")

    assert f"<code>{'E3' if leaves == 'role' else 'F3'}</code>" in html
    assert f"最后一位{word[role]}" in html


def test_who_does_not_manage_people_brings_no_departments(zone: Zone):
    for role in ("leader", "security_admin", "project_officer"):
        client = sign_in(role)
        assert client.get(reverse("import_new", args=["departments"])).status_code == 403, role
