"""报告记忆: what was promised, kept, dropped or announced again, told by the record."""

import io
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
import yaml
from django.urls import reverse
from openpyxl import load_workbook

from jingkai.cli.seeding.plans import plan_events
from jingkai.kernel.expressions import find_cell
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger
from jingkai.org.models import Department
from jingkai.plan.models import Item
from jingkai.plan.queries import find_plan
from jingkai.plan.services import (
    NewItem,
    NewTarget,
    adopt_plan,
    amend_plan,
    close_item,
    draft_plan,
    file_reading,
)
from jingkai.reports.firstdraft import outline_of
from jingkai.reports.memory import judge, remember
from jingkai.reports.models import Intake, Proposal
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)
DUE = date(2020, 6, 30)


@pytest.mark.parametrize(
    ("done_on", "known_on", "fate"),
    [
        (DUE, TODAY, "kept"),
        (date(2020, 7, 1), TODAY, "late"),
        (date(2020, 7, 1), DUE, "open"),
        (None, DUE, "open"),
        (None, date(2020, 7, 1), "missed"),
    ],
)
def test_work_is_judged_by_its_day(done_on: date | None, known_on: date, fate: str):
    assert judge(due_on=DUE, done_on=done_on, known_on=known_on) == fate


def adopt(year: int, *items: NewItem):
    plan = draft_plan(year=year, title=f"{year}年计划", basis="", items=items)
    return adopt_plan(plan_id=plan.pk, by="甲", on=date(year, 1, 20))


def work(year: int, text: str, kind: str = "task", **more: str) -> NewItem:
    lead = Department.objects.first().pk
    return NewItem(kind, "主题", text, date(year, 3, 31), lead, **more)


@pytest.fixture
def two_years(zone: Zone) -> None:
    """2020 and 2021: one task done, one not, one again, one project again, one taken out."""
    started = next(one.id for one in zone.indicators.values() if "start" in one.id)
    target = NewTarget("新开工项目", "level", ">=", Decimal(4), "个", Period.year(2020), started)
    lead = Department.objects.first().pk
    adopt(
        2020,
        NewItem("target", "主题", "新开工项目4个", date(2020, 12, 31), lead, target=target),
        work(2020, "修好园区西路"),
        work(2020, "办好职工食堂"),
        work(2020, "建成研发中心"),
        work(2020, "开工建设冷链仓库", "project", project="冷链物流仓库", action="start"),
    )
    done = Item.objects.get(text="修好园区西路")
    close_item(item_id=done.pk, version=done.version, on=date(2020, 3, 1), today=TODAY)
    again = work(2021, "开工建设冷链仓库", "project", project="冷链物流仓库", action="start")
    plan = adopt(2021, work(2021, "建成研发中心"), work(2021, "清理旧仓库"), again)
    Item.objects.get(text="清理旧仓库").delete()
    amend_plan(plan_id=plan.pk, reason="合并到别的任务", by="甲", on=TODAY)


def fates() -> dict[str, dict[int, str]]:
    memory = remember(Ledger(TODAY))
    return {row.name: {y: one.fate for y, one in row.promises.items()} for row in memory.rows}


def test_every_promise_has_its_fate_in_every_year(two_years: None):
    found = fates()

    assert found["新开工项目"] == {2020: "missed"}
    assert found["修好园区西路"] == {2020: "kept"}
    assert found["办好职工食堂"] == {2020: "silent"}
    assert found["建成研发中心"] == {2020: "missed", 2021: "again"}
    assert found["冷链物流仓库"] == {2020: "missed", 2021: "again"}
    assert found["清理旧仓库"] == {2021: "dropped"}


def test_what_is_done_at_last_is_not_announced_again(two_years: None):
    item = Item.objects.get(text="建成研发中心", plan__year=2021)
    close_item(item_id=item.pk, version=item.version, on=date(2021, 5, 1), today=TODAY)

    assert fates()["建成研发中心"][2021] == "late"


def test_the_first_draft_carries_over_what_was_not_kept(two_years: None):
    parts = outline_of(2021, Ledger(TODAY))
    gaps = next(one for one in parts[0].under if one.title == "差距和不足")
    carried = next(one for one in parts[2].under if one.title == "结转的任务")
    silent = Item.objects.get(text="办好职工食堂")

    assert any("再次提出" in one and "2020年已提出" in one for one in gaps.passages)
    assert f"{{事项 {silent.pk}}}（2020年提出）" in carried.passages[0]


def test_the_page_opens_to_sentences_and_facts_and_goes_out_as_a_table(two_years: None):
    client = sign_in("appraisal")
    page = client.get(reverse("reports:memory"), {"fate": "silent"}).content.decode()
    item = Item.objects.get(text="办好职工食堂")

    assert "办好职工食堂" in page and "修好园区西路" not in page
    assert reverse("plan:item", args=[item.pk]) in page
    sheet = load_workbook(
        io.BytesIO(client.get(reverse("reports:memory"), {"export": "xlsx"}).content)
    ).active
    cells = [str(one.value) for row in sheet.rows for one in row]
    assert any("没有兑现，也不再提" in one for one in cells)
    assert "2020" in cells and "2021" in cells


@pytest.fixture
def a_report_without_plan(zone: Zone) -> Intake:
    """A report of 2020 of which no plan was made: one counted target, one not, tasks, one out."""
    intake = Intake.objects.create(
        name="甲.txt", title="甲", year=2020, text="甲", sha256="0", taken_by="甲", taken_on=TODAY
    )
    started = next(one for one in zone.indicators.values() if "start" in one.id)

    def propose(number: int, kind: str, name: str, **more: object) -> None:
        told = {"at": number, "end": number + 1, "text": name, "source": f"原句：{name}"}
        told |= {"due_on": date(2020, 12, 31), "name": name} | more
        Proposal.objects.create(intake=intake, number=number, kind=kind, **told)

    counted = {"op": ">=", "unit": "count", "period_id": "2020", "measure": started.measure}
    propose(1, "target", started.name, value=Decimal(4), **counted)
    propose(2, "target", "字典里没有的数", value=Decimal(4), **counted)
    propose(3, "task", "修好园区西路")
    propose(4, "task", "办到明年的事", due_on=date(2021, 12, 31))
    propose(5, "task", "舍弃的事", decision=Proposal.Decision.DROPPED)
    return intake


def test_a_report_without_a_plan_is_judged_by_the_dictionary_alone(
    zone: Zone, a_report_without_plan: Intake
):
    memory = remember(Ledger(TODAY))
    told = {row.name: row.promises[2020] for row in memory.rows}
    started = next(one for one in zone.indicators.values() if "start" in one.id)

    assert {name: one.fate for name, one in told.items()} == {
        started.name: "missed",
        "字典里没有的数": "unknown",
        "修好园区西路": "unknown",
        "办到明年的事": "open",
    }
    assert "实绩0" in told[started.name].said and told[started.name].indicator == started.id
    assert "字典里没有对应的指标" in told["字典里没有的数"].said
    assert told["修好园区西路"].source == "原句：修好园区西路"
    review = reverse("reports:review", args=[a_report_without_plan.pk])
    assert {one.url for one in told.values()} == {review}


def test_a_year_with_a_plan_is_told_by_the_plan_and_not_by_the_report(
    two_years: None, a_report_without_plan: Intake
):
    assert "字典里没有的数" not in fates()


def test_the_newest_report_of_a_year_counts(a_report_without_plan: Intake):
    later = Intake.objects.create(
        name="乙.txt", title="乙", year=2020, text="乙", sha256="1", taken_by="甲", taken_on=TODAY
    )
    told = {"kind": "task", "at": 1, "end": 2, "text": "后来写的", "due_on": date(2020, 3, 1)}
    Proposal.objects.create(intake=later, number=1, source="后来写的", **told)

    assert fates() == {"后来写的": {2020: "unknown"}}


# What the statistics office filed for the growth of the demo zone's economy.
GROWTH = {2018: Decimal("8.1"), 2019: Decimal("7.8"), 2020: Decimal("5.2")}
DROPPED = "推行一枚印章管审批、容缺受理和告知承诺"


@pytest.fixture
def four_years(changde: Zone) -> None:
    """The demo zone's plans since 2018 with what was done; one number filed, one item dropped."""
    for _on, make in plan_events(changde, TODAY):
        make()
    gdp = changde.indicators["gdp_growth"]
    for year, value in GROWTH.items():
        cell = find_cell(gdp.value, changde.fact_types[gdp.over])
        file_reading(
            subject=cell.subject,
            period=Period.year(year),
            values={cell.column: value},
            by="统计",
            known_on=date(year + 1, 1, 20),
            evidence=[],
            is_backfilled=True,
        )
    plan = find_plan(2021)
    assert plan is not None
    plan.items.get(text=DROPPED).delete()
    amend_plan(plan_id=plan.pk, reason="并入别的任务", by="甲", on=TODAY)


def test_the_demo_zones_four_years_are_remembered(four_years: None):
    found = fates()

    assert found["地区生产总值"] == {2018: "kept", 2019: "missed", 2020: "missed", 2021: "open"}
    assert found["出台援企措施并兑现到户"] == {2020: "kept"}
    assert found["专项债券资金用到项目上"] == {2020: "late"}
    assert found["全部村庄规划编制到位，解决村民建房问题"] == {2020: "missed", 2021: "again"}
    assert found["修通环园区健身步道"] == {2019: "silent"}
    assert found[DROPPED] == {2021: "dropped"}
    assert found["成立招商项目评审专家委员会，管好入口"] == {2021: "kept"}


def test_the_tasks_of_four_years_are_counted_as_the_sheets_alone_tell(
    changde: Zone, four_years: None
):
    told = [
        yaml.safe_load(one.read_text("utf-8"))
        for one in sorted((changde.folder / "plans").glob("*.yaml"))
    ]
    this_year = yaml.safe_load((changde.folder / "plan.yaml").read_text("utf-8"))
    progress = yaml.safe_load((changde.folder / "progress.yaml").read_text("utf-8"))
    expected: Counter[tuple[int, str]] = Counter()
    undone: set[str] = set()
    for sheet in (*told, this_year | {"done": progress["done"]}):
        for key, task in sheet["tasks"].items():
            done, due, text = sheet["done"].get(key), task["due_on"], task["text"]
            fate = "missed" if due < TODAY else "open"
            if text == DROPPED:
                fate = "dropped"
            elif done:
                fate = "kept" if done <= due else "late"
            elif text in undone:
                fate = "again"
            elif sheet["year"] < 2021 and text not in [
                one["text"] for one in this_year["tasks"].values()
            ]:
                fate = "silent"
            if not done:
                undone.add(text)
            expected[sheet["year"], fate] += 1
    memory = remember(Ledger(TODAY))

    counted = Counter(
        (year, one.fate)
        for row in memory.rows
        for year, one in row.promises.items()
        if one.kind == "task"
    )
    assert counted == expected
    assert expected[2021, "again"] == expected[2021, "dropped"] == expected[2019, "silent"] == 1


def test_the_demo_zones_memory_is_paged_and_filtered(four_years: None):
    client, address = sign_in("appraisal"), reverse("reports:memory")
    rows = len(remember(Ledger(TODAY)).rows)
    pages = [client.get(address, {"page": one}).content.decode() for one in (1, 2, 9)]

    assert rows > 150 and [one.count('<th scope="row">') for one in pages[:2]] == [50, 50]
    assert pages[2].count('<th scope="row">') == rows % 50
    again = client.get(address, {"fate": "again"}).content.decode()
    assert again.count('<th scope="row">') == 1 and "全部村庄规划编制到位" in again
    words = client.get(address, {"text": "健身步道", "year": 2019}).content.decode()
    assert words.count('<th scope="row">') == 1
    assert client.get(address, {"year": "x", "fate": "y"}).status_code == 200
