"""The table goes out, is edited, and comes back as a difference; what is wrong has its cell."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jingkai.documents import cell_address, read_rows
from jingkai.kernel.zone import Zone, current_zone
from jingkai.reports.models import ChangeSet, Intake
from jingkai.reports.queries import find_table_changes, get_table
from jingkai.reports.services import (
    ReviewRefused,
    apply_changes,
    decide,
    draft_changes,
    make_plan,
    take_in,
    undo_changes,
)
from jingkai.reports.tasktable import HEADS
from tests.conftest import sign_in
from tests.reports.test_intake import TEXT, TODAY, pick

FIRST_FIVE = ("序号", "重点工作", "责任领导", "责任单位", "完成时限")
Table = list[list[str]]


@pytest.fixture
def intake(zone: Zone) -> Intake:
    return take_in(data=TEXT.encode(), name="报告.txt", by="甲", on=TODAY)


@pytest.fixture
def table(intake: Intake) -> Table:
    rows = read_rows(get_table(intake))
    return [[*row, *[""] * (len(HEADS) + 1 - len(row))] for row in rows]


def row_with(table: Table, words: str, kind: str) -> list[str]:
    return next(row for row in table if words in row[1] and row[HEADS.index("类别")] == kind)


def put(row: list[str], **said: str) -> None:
    for head, text in said.items():
        row[HEADS.index(head)] = text


def upload(intake: Intake, table: Table):
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    file = SimpleUploadedFile("改好的.xlsx", out.getvalue())
    address = reverse("reports:table_import", args=[intake.pk])
    return sign_in("appraisal").post(address, {"file": file}, follow=True)


def problems(intake: Intake, table: Table) -> list[tuple[str, str]]:
    _, _, found = find_table_changes(intake, table)
    return [(cell_address(one.row, one.column), str(one.what)) for one in found]


def draft(intake: Intake, table: Table) -> ChangeSet:
    changes, unchanged, found = find_table_changes(intake, table)
    assert found == []
    return draft_changes(
        intake_id=intake.pk, changes=changes, unchanged=unchanged, name="表", by="乙", on=TODAY
    )


def test_the_table_opens_with_the_five_columns_of_the_office(intake: Intake, table: Table):
    assert tuple(table[0][:5]) == FIRST_FIVE
    target = row_with(table, "新开工项目", "目标")
    shown = dict(zip(HEADS, target, strict=False))
    assert (shown["数值"], shown["单位"], shown["比较"]) == ("24", "个", "不低于")
    assert "新开工项目24个" in shown["原句"]
    assert len(table) == intake.proposals.count() + 1


def test_the_workbook_offers_choices_keeps_its_head_and_hides_its_ids(intake: Intake):
    book = openpyxl.load_workbook(BytesIO(get_table(intake)))
    sheet = book.worksheets[0]

    offered = {str(one.sqref).split(":")[0]: one for one in sheet.data_validations.dataValidation}
    lead = offered[f"{'ABCDEFGHIJKLM'[HEADS.index('责任单位')]}2"]
    name, place = lead.formula1.lstrip("=").replace("'", "").split("!")
    choices = [cell[0].value for cell in book[name][place.replace("$", "")]]
    assert choices == [one.name for one in current_zone().departments]
    assert book[name].sheet_state == "veryHidden"
    assert sheet.column_dimensions["O"].hidden
    assert sheet.protection.sheet
    assert sheet["A1"].protection.locked
    assert not sheet["B2"].protection.locked


def test_a_table_that_was_not_edited_changes_nothing(intake: Intake, table: Table):
    assert find_table_changes(intake, table) == ([], intake.proposals.count(), [])
    assert "没有要改的" in upload(intake, table).content.decode()


def test_an_edited_table_is_a_difference_with_cells_then_written_then_undone(
    intake: Intake, table: Table
):
    target = row_with(table, "新开工项目", "目标")
    put(target, 数值="26", 完成时限="2021年11月30日", 决定="已接受")
    table.remove(row_with(table, "要素保障清单", "任务"))
    table.append(["", "新增的一项工作", "", "", "2021-09-30"] + [""] * (len(HEADS) - 4))

    page = upload(intake, table)

    html = page.content.decode()
    number = table.index(target) + 1
    assert f"<code>K{number}</code>" in html, "the address of the cell that was changed"
    assert "新增 1，修改 1，删去 1" in html
    whole = pick(intake, "新开工项目", "target")
    assert (whole.value, whole.decision) == (24, "open"), "nothing is written yet"

    found = ChangeSet.objects.get()
    sign_in("appraisal").post(reverse("reports:changes", args=[found.pk]))
    whole.refresh_from_db()
    assert (whole.value, whole.due_on, whole.decision) == (26, date(2021, 11, 30), "accepted")
    assert intake.proposals.get(text="新增的一项工作").due_on == date(2021, 9, 30)
    assert pick(intake, "要素保障清单").decision == "dropped"

    sign_in("appraisal").post(reverse("reports:undo", args=[found.pk]))
    whole.refresh_from_db()
    assert (whole.value, whole.decision) == (24, "open")
    assert not intake.proposals.filter(text="新增的一项工作").exists()
    assert pick(intake, "要素保障清单").decision == "open"


def test_undo_keeps_what_somebody_changed_afterwards(intake: Intake, table: Table):
    put(row_with(table, "新开工项目", "目标"), 决定="已接受")
    put(row_with(table, "周调度", "任务"), 决定="已接受")
    found = apply_changes(change_set_id=draft(intake, table).pk, by="乙")
    task = pick(intake, "周调度")
    decide(proposal_id=task.pk, decision="dropped", version=task.version, by="丙")

    assert undo_changes(change_set_id=found.pk, by="乙") == (1, 1)
    task.refresh_from_db()
    assert task.decision == "dropped"
    assert pick(intake, "新开工项目", "target").decision == "open"


def test_what_changed_between_difference_and_confirmation_is_refused_whole(
    intake: Intake, table: Table
):
    put(row_with(table, "新开工项目", "目标"), 决定="已接受")
    put(row_with(table, "周调度", "任务"), 决定="已接受")
    found = draft(intake, table)
    decide(proposal_id=pick(intake, "周调度").pk, decision="dropped", version=1, by="丙")

    with pytest.raises(ReviewRefused, match="被丙改过"):
        apply_changes(change_set_id=found.pk, by="乙")
    assert pick(intake, "新开工项目", "target").decision == "open"


def test_a_row_that_somebody_changed_since_the_download_is_named(intake: Intake, table: Table):
    task = pick(intake, "周调度")
    decide(proposal_id=task.pk, decision="accepted", version=1, by="丙")
    put(row_with(table, "周调度", "任务"), 重点工作="每周调度")

    html = upload(intake, table).content.decode()

    assert "下载之后丙改过这一条" in html


def test_a_theme_goes_out_and_comes_in_again(intake: Intake, table: Table):
    before = pick(intake, "周调度")
    row = row_with(table, "周调度", "任务")
    assert before.theme in row
    put(row, 重点任务="聚焦治理/督查")

    apply_changes(change_set_id=draft(intake, table).pk, by="乙")

    assert pick(intake, "周调度").theme == "聚焦治理／督查"


def test_a_number_keeps_its_precision_when_another_cell_is_edited(intake: Intake, table: Table):
    target = pick(intake, "新开工项目", "target")
    target.value, target.unit = Decimal("123456789.1234"), "亿元"
    target.save()
    rows = read_rows(get_table(intake))
    put(row_with(rows, "新开工项目", "目标"), 责任领导="丁")

    apply_changes(change_set_id=draft(intake, rows).pk, by="乙")

    target.refresh_from_db()
    assert (target.value, target.leader) == (Decimal("123456789.1234"), "丁")


def test_a_copied_row_is_a_new_one(intake: Intake, table: Table):
    table.append(list(row_with(table, "周调度", "任务")))

    changes, unchanged, _ = find_table_changes(intake, table)

    assert [one.verdict for one, _ in changes] == ["added"]
    assert unchanged == intake.proposals.count()


@pytest.mark.parametrize(
    ("said", "column", "words"),
    [
        ({"完成时限": "年底"}, "E", "不是日期"),
        ({"完成时限": "2021-13-01"}, "E", "不是日期"),
        ({"责任单位": "没有这个局"}, "D", "没有“没有这个局”这个部门"),
        ({"配合单位": "没有这个局"}, "F", "可用的部门"),
        ({"重点工作": ""}, "B", "缺“重点工作”"),
        ({"重点工作": "长" * 401}, "B", "最多 400 字"),
        ({"数值": "许多"}, "K", "不是数"),
        ({"数值": "1e400"}, "K", "太大"),
        ({"单位": "箩筐"}, "L", "没有“箩筐”这个单位"),
        ({"决定": "随便"}, "N", "没有“随便”"),
        ({"重点任务": "甲/乙/丙/丁"}, "G", "最多 3 级"),
        ({"指标或项目": ""}, "I", "缺“指标或项目”"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell_and_the_fix(
    intake: Intake, table, said, column, words
):
    row = row_with(table, "新开工项目", "目标")
    put(row, **said)

    found = problems(intake, table)

    assert [cell for cell, _ in found] == [f"{column}{table.index(row) + 1}"]
    assert words in found[0][1]
    assert found[0][0] in upload(intake, table).content.decode()


def test_the_table_of_another_report_and_one_without_its_head_are_refused(intake, table: Table):
    other = take_in(data=(TEXT + "推行容缺受理。").encode(), name="b.txt", by="甲", on=TODAY)

    assert "另一份报告" in problems(other, table)[0][1]
    assert "第一行应为表头" in problems(intake, table[1:])[0][1]
    assert "第一行应为表头" in problems(intake, [])[0][1]


def test_a_review_that_became_a_plan_takes_no_table(intake: Intake, table: Table):
    target = pick(intake, "新开工项目", "target")
    decide(proposal_id=target.pk, decision="accepted", version=1, by="甲")
    make_plan(intake_id=intake.pk, by="甲", on=TODAY)
    put(row_with(table, "周调度", "任务"), 决定="已接受")

    assert "已经生成计划" in upload(intake, table).content.decode()
    assert not ChangeSet.objects.exists()


def test_a_table_kept_before_there_were_themes_gives_no_theme_away(intake: Intake, table: Table):
    task = pick(intake, "周调度")
    theme = task.theme
    assert theme
    put(row_with(table, "周调度", "任务"), 重点工作="改成这样")
    upload(intake, table)
    made = ChangeSet.objects.get()
    for change in made.changes:
        del change["before"]["theme"], change["after"]["theme"]
    made.save()

    apply_changes(change_set_id=made.pk, by="甲")
    task.refresh_from_db()
    assert (task.text, task.theme) == ("改成这样", theme)
    undo_changes(change_set_id=made.pk, by="甲")

    task.refresh_from_db()
    assert (task.text != "改成这样", task.theme) == (True, theme)


def test_text_in_a_table_never_becomes_a_formula(intake: Intake):
    task = pick(intake, "周调度")
    task.text = "=1+1"
    task.save()

    sheet = openpyxl.load_workbook(BytesIO(get_table(intake))).worksheets[0]

    cell = next(cell for cell in sheet["B"] if cell.value == "=1+1")
    assert cell.data_type == "s"
