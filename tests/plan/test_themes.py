"""The tree of themes: read from headings, tidied with refusals in words, told between editions."""

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from jingkai.audit.models import AuditLine
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.org.services import YearClosed, close_year
from jingkai.plan.models import Edition, Item, Plan
from jingkai.plan.queries import tree_of
from jingkai.plan.rules import Branch, Tree, compare_themes, path_fault, split_path
from jingkai.plan.services import (
    NewItem,
    PlanRefused,
    ThemeRefused,
    add_theme,
    adopt_plan,
    amend_plan,
    assign_item,
    draft_plan,
    drop_theme,
    place_items,
    set_theme,
)
from jingkai.reports.rules import theme_paths
from jingkai.web.models import ImportRun
from tests.conftest import TODAY, sign_in

BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def plan(zone: Zone) -> Plan:
    """Five tasks below 产业 (集群, 平台) and 民生; one of them below none."""
    lead = Department.objects.first().pk
    days = {1: date(2021, 3, 1), 2: date(2021, 12, 1)}
    items = [
        NewItem("task", "产业／集群", "建集群", days[1], lead),
        NewItem("task", "民生", "建学校", days[2], lead),
        NewItem("task", "产业／平台", "建平台", days[2], lead),
        NewItem("task", "产业", "办大会", days[2], lead),
        NewItem("task", "", "打杂", days[2], lead),
    ]
    made = draft_plan(year=2021, title="计划", basis="", items=items)
    return adopt_plan(plan_id=made.pk, by="管委会", on=date(2021, 1, 20))


def shape(plan: Plan) -> list[str]:
    tree = tree_of(plan)
    return [tree.words(one.id) for one in tree]


def theme(plan: Plan, words: str):
    return plan.themes.get(pk=tree_of(plan).find(split_path(words)))


def move(plan: Plan, words: str, **said):
    one = theme(plan, words)
    now = {"name": one.name, "parent": one.parent_id, "position": 1, "version": one.version}
    return set_theme(theme_id=one.pk, by="甲", on=TODAY, **now | said)


def test_the_part_of_a_report_is_no_theme_but_many_parts_are():
    sections = [
        ("二、2021年重点工作", "(一)坚持实干，聚焦产业", "1.壮大集群", "一是引进龙头"),
        ("二、2021年重点工作", "(二)聚焦民生"),
        ("二、2021年重点工作",),
        (),
    ]
    found = theme_paths(sections)
    assert list(found.values()) == ["聚焦产业／壮大集群", "聚焦民生", "2021年重点工作", ""]

    three = [
        (f"{n}、{name}", "(一)甲", "1.乙", "①丙")
        for n, name in zip("一二三", "子丑寅", strict=True)
    ]
    assert theme_paths(three)[three[0]] == "子／甲／乙"
    assert theme_paths(three[:2])[three[0]] == "甲／乙／①丙"


def test_a_heading_with_a_stroke_stays_one_theme():
    section = ("一、安排", "(一)5G/6G应用")
    assert split_path(theme_paths([section])[section]) == ("5G、6G应用",)


def test_a_draft_grows_the_tree_in_the_order_of_its_items(plan: Plan):
    assert shape(plan) == ["产业", "产业／集群", "产业／平台", "民生"]
    assert [one.place for one in plan.themes.all()] == [1, 2, 3, 4]
    assert plan.items.get(number=3).theme == theme(plan, "产业／平台")
    assert plan.items.get(number=5).theme is None


def test_a_path_that_is_too_deep_or_too_long_is_refused_in_words(zone: Zone):
    assert path_fault("甲／乙／丙") is None
    assert str(path_fault("甲/乙/丙/丁")) == "重点任务最多 3 级，“甲/乙/丙/丁”有 4 级。"
    assert "有 61 字，最多 60 字" in str(path_fault("长" * 61))
    assert path_fault("长" * 60) is None
    item = NewItem("task", "甲／乙／丙／丁", "事", date(2021, 12, 31))
    with pytest.raises(PlanRefused, match="最多 3 级"):
        draft_plan(year=2021, title="计划", basis="", items=[item])
    assert not Plan.objects.exists()


def test_a_theme_is_added_renamed_moved_and_ordered(plan: Plan):
    add_theme(plan_id=plan.pk, name=" 园区 ", parent=theme(plan, "产业").pk, by="甲", on=TODAY)
    assert shape(plan) == ["产业", "产业／集群", "产业／平台", "产业／园区", "民生"]
    move(plan, "产业／园区", position=2)
    assert shape(plan) == ["产业", "产业／集群", "产业／园区", "产业／平台", "民生"]
    move(plan, "民生", name="为民", position=1)
    assert shape(plan) == ["为民", "产业", "产业／集群", "产业／园区", "产业／平台"]
    move(plan, "产业", parent=theme(plan, "为民").pk)
    assert shape(plan)[1:3] == ["为民／产业", "为民／产业／集群"]
    assert [one.place for one in plan.themes.all()] == [1, 2, 3, 4, 5]
    assert AuditLine.objects.filter(act="theme.changed").count() == 3


def test_a_theme_is_never_below_itself(plan: Plan):
    top, low = theme(plan, "产业"), theme(plan, "产业／集群")
    with pytest.raises(ThemeRefused, match="不能把“产业”移到它自己下面"):
        move(plan, "产业", parent=top.pk)
    with pytest.raises(ThemeRefused, match="不能把“产业”移到它的下级“集群”下面"):
        move(plan, "产业", parent=low.pk)
    assert shape(plan)[0] == "产业"


def test_a_tree_has_three_levels_and_no_two_equals_of_one_name(plan: Plan):
    with pytest.raises(ThemeRefused, match="同一级已经有“民生”"):
        add_theme(plan_id=plan.pk, name="民生", parent=None, by="甲", on=TODAY)
    with pytest.raises(ThemeRefused, match="分级用的"):
        add_theme(plan_id=plan.pk, name="甲/乙", parent=None, by="甲", on=TODAY)
    with pytest.raises(ThemeRefused, match="请写"):
        add_theme(plan_id=plan.pk, name="  ", parent=None, by="甲", on=TODAY)
    add_theme(plan_id=plan.pk, name="龙头", parent=theme(plan, "产业／集群").pk, by="甲", on=TODAY)
    with pytest.raises(ThemeRefused, match="会有 4 级"):
        move(plan, "产业", parent=theme(plan, "民生").pk)
    other = draft_plan(
        year=2022, title="别的", basis="", items=[NewItem("task", "它", "事", TODAY)]
    )
    with pytest.raises(ThemeRefused, match="没有这个上一级"):
        move(plan, "民生", parent=theme(other, "它").pk)


def test_a_theme_that_holds_something_is_not_taken_away(plan: Plan):
    def drop(words: str):
        one = theme(plan, words)
        drop_theme(theme_id=one.pk, version=one.version, by="甲", on=TODAY)

    with pytest.raises(ThemeRefused, match="“产业”下面还有2 个下级、1 项重点工作，不能删除"):
        drop("产业")
    with pytest.raises(ThemeRefused, match="“民生”下面还有1 项重点工作"):
        drop("民生")
    place_items(plan_id=plan.pk, themes={2: "产业"}, by="甲", on=TODAY)
    drop("民生")
    assert shape(plan) == ["产业", "产业／集群", "产业／平台"]


def test_who_comes_second_is_told(plan: Plan):
    one = theme(plan, "民生")
    move(plan, "民生", name="为民")
    with pytest.raises(ThemeRefused, match="“为民”刚被别人改动过"):
        set_theme(
            theme_id=one.pk, version=one.version, name="惠民", parent=None, position=1,
            by="乙", on=TODAY,
        )  # fmt: skip


def test_the_themes_of_a_closed_year_stand(plan: Plan):
    plan.year = 2020
    plan.save()
    close_year(year=2020, by="林", on=TODAY)
    for write in (
        lambda: add_theme(plan_id=plan.pk, name="新", parent=None, by="甲", on=TODAY),
        lambda: move(plan, "民生", name="为民"),
        lambda: place_items(plan_id=plan.pk, themes={1: "民生"}, by="甲", on=TODAY),
    ):
        with pytest.raises(YearClosed):
            write()


def test_editions_keep_their_trees_and_tell_a_rename_once(plan: Plan):
    move(plan, "产业", name="实业")
    place_items(plan_id=plan.pk, themes={2: "实业／平台"}, by="甲", on=TODAY)
    with pytest.raises(PlanRefused, match="请写明调整的原因"):
        amend_plan(plan_id=plan.pk, reason=" ", by="甲", on=TODAY)
    second = amend_plan(plan_id=plan.pk, reason="调整归类", by="甲", on=TODAY)

    client = sign_in("appraisal")
    html = client.get(reverse("plan:edition", args=[2021, second.number])).content.decode()
    assert html.count("<del>产业</del>") == 1  # the four items below it did not move
    assert '<del>民生</del></td><td class="prose"><ins>实业／平台</ins>' in html
    first = client.get(reverse("plan:edition", args=[2021, 1])).content.decode()
    assert "产业／集群" in first and "实业" not in first
    with pytest.raises(PlanRefused, match="没有差别"):
        amend_plan(plan_id=plan.pk, reason="再来", by="甲", on=TODAY)


def branches(*rows: tuple[int, int | None, str]) -> Tree:
    return Tree(Branch(*row) for row in rows)


def test_what_became_of_a_tree_is_told_by_name_above_and_order():
    before = branches((1, None, "甲"), (2, 1, "乙"), (3, None, "丙"), (4, None, "丁"))
    after = branches((3, None, "丙"), (1, None, "子"), (2, 3, "乙"), (5, None, "戊"))
    told = {one.item.text: (one.kind, one.changes) for one in compare_themes(before, after)}
    assert told == {
        "丙": ("changed", (("排在谁后面", "甲", ""),)),
        "丙／乙": ("changed", (("上一级", "甲", "丙"),)),
        "子": ("changed", (("名称", "甲", "子"), ("排在谁后面", "", "丙"))),
        "戊": ("added", ()),
        "丁": ("dropped", ()),
    }
    assert compare_themes(before, before) == []


def test_the_plan_page_rolls_counts_and_lights_up_and_filters_by_branch(plan: Plan):
    client = sign_in("appraisal")
    whole = client.get(reverse("plan:home"))
    html = whole.content.decode()
    top = theme(plan, "产业")
    tree = html[
        html.index('<ul class="branches">') : html.index(
            "</ul>", html.index('<ul class="branches">')
        )
    ]
    said = [line for line in tree.split("<li ")[1:]]
    assert "3 项" in said[0] and ">产业</a>" in said[0]
    assert [one.split('"')[1] for one in said] == [
        "depth-1",
        "depth-2",
        "depth-2",
        "depth-1",
        "depth-1",
    ]

    below = client.get(reverse("plan:home"), {"theme": top.pk}).content.decode()
    assert all(text in below for text in ("建集群", "建平台", "办大会"))
    assert "建学校" not in below and "打杂" not in below
    rest = client.get(reverse("plan:home"), {"theme": "none"}).content.decode()
    assert "打杂" in rest and "办大会" not in rest


def test_the_page_of_themes_writes_and_refuses(plan: Plan):
    client, url = sign_in("appraisal"), reverse("plan:themes")
    assert "产业" in client.get(url).content.decode()
    added = client.post(url, {"act": "add", "name": "园区", "parent": ""}, follow=True)
    assert "已增加" in added.content.decode()
    one = theme(plan, "园区")
    form = {
        "act": "set",
        "theme": one.pk,
        "version": one.version,
        "name": "新园",
        "parent": "",
        "position": 1,
    }
    client.post(url, form)
    assert shape(plan)[0] == "新园"
    refused = client.post(url, {**form, "act": "set"})
    assert refused.status_code == 422 and "刚被别人改动过" in refused.content.decode()
    top = theme(plan, "产业")
    kept = client.post(url, {"act": "drop", "theme": top.pk, "version": top.version})
    assert kept.status_code == 422 and "不能删除" in kept.content.decode()
    one.refresh_from_db()
    client.post(url, {"act": "drop", "theme": one.pk, "version": one.version})
    assert "新园" not in shape(plan)


def test_who_only_reads_changes_nothing(plan: Plan):
    client, url = sign_in("officer"), reverse("plan:themes")
    client.post(url, {"act": "add", "name": "园区", "parent": ""})
    assert "园区" not in shape(plan)
    assert "增加重点任务" not in client.get(url).content.decode()


def test_an_item_moves_on_its_page(plan: Plan):
    item = plan.items.get(number=5)
    client = sign_in("appraisal")
    client.post(
        reverse("plan:item", args=[item.pk]),
        {
            "text": item.text, "lead": item.lead_id, "due_on": item.due_on, "leader": "",
            "version": item.version, "theme": theme(plan, "民生").pk,
        },
    )  # fmt: skip
    assert plan.items.get(number=5).theme == theme(plan, "民生")
    other = draft_plan(
        year=2022, title="别的", basis="", items=[NewItem("task", "它", "事", TODAY)]
    )
    with pytest.raises(Exception, match="没有这个重点任务"):
        assign_item(
            item_id=item.pk, version=item.version + 1, lead=None, support=[], leader="",
            due_on=TODAY, text="x", theme=theme(other, "它").pk,
        )  # fmt: skip


def test_the_table_goes_out_and_comes_in_again(plan: Plan):
    client = sign_in("appraisal")
    out = client.get(reverse("import_template", args=["themes"]), {"filled": "1"})
    assert out.status_code == 200
    sheet = load_workbook(io.BytesIO(out.content)).active
    heads = [cell.value for cell in sheet[1]]
    assert heads == ["序号", "重点任务", "重点工作"]

    book = Workbook()
    book.active.append(heads)
    rows = ["1 产业／集群 建集群", "2 民生／教育 建学校", "5 民生 打杂"]
    for row in map(str.split, rows):
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    upload = SimpleUploadedFile("归类.xlsx", data.getvalue(), BOOK)
    client.post(reverse("import_new", args=["themes"]), {"file": upload})
    run = ImportRun.objects.latest("pk")
    page = reverse("import_run", args=["themes", run.pk])
    assert "民生／教育" in client.get(page).content.decode()
    client.post(page)
    assert shape(plan)[-1] == "民生／教育"
    assert plan.items.get(number=5).theme == theme(plan, "民生")
    client.post(reverse("import_undo", args=["themes", run.pk]))
    assert plan.items.get(number=5).theme is None
    assert plan.items.get(number=2).theme == theme(plan, "民生")


def test_the_first_edition_keeps_the_tree(plan: Plan):
    kept = Edition.objects.get().themes
    assert [one["name"] for one in kept] == ["产业", "集群", "平台", "民生"]
    assert Item.objects.filter(theme__name="集群").count() == 1
