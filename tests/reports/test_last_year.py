"""和上年比: a draft beside last year's edition, by what the record says became of its promises."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger
from jingkai.org.models import Department
from jingkai.plan.models import Item
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, close_item, draft_plan
from jingkai.reports.lastyear import LastYearView, Row, compare_last_year
from jingkai.reports.models import Draft, Intake, Passage
from jingkai.reports.tokens import write_item
from jingkai.reports.workshop import NewSection, freeze_draft, open_draft
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)
BY = {"by": "甲", "on": TODAY}


def write(year: int, *sections: NewSection, kind: str = "annual") -> Draft:
    return open_draft(
        title=f"{year}年报告",
        kind=kind,
        year=year,
        period=Period.year(year),
        sections=sections,
        **BY,
    )


def look(draft: Draft) -> LastYearView:
    found = compare_last_year(draft, Ledger(TODAY))
    assert found is not None
    return found


@pytest.fixture
def promised(zone: Zone) -> dict[str, int]:
    """The plan of 2020: a counted target, a task that was done, one that was not, a project."""
    started = next(one.id for one in zone.indicators.values() if "start" in one.id)
    lead = Department.objects.first().pk
    target = NewTarget("新开工项目", "level", ">=", Decimal(4), "个", Period.year(2020), started)
    due = date(2020, 12, 31)
    items = [
        NewItem("target", "主题", "力争新开工项目4个", due, lead, target=target),
        NewItem("task", "主题", "修好园区西路", due, lead),
        NewItem("task", "主题", "办好职工食堂", due, lead),
        NewItem(
            "project",
            "主题",
            "确保冷链物流仓库开工建设",
            due,
            lead,
            project="冷链物流仓库",
            action="start",
        ),
    ]
    plan = draft_plan(year=2020, title="2020年计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=date(2020, 1, 20))
    done = Item.objects.get(text="修好园区西路")
    close_item(item_id=done.pk, version=done.version, on=date(2020, 3, 1), today=TODAY)
    return {one.text: one.pk for one in plan.items.all()}


@pytest.fixture
def two_editions(promised: dict[str, int]) -> tuple[Draft, Draft]:
    """The edition of a year ago, which promised the plan of 2020, and the draft of this year."""
    before = write(
        2019,
        NewSection("2019年工作回顾", ("全区新开工项目3个。",)),
        NewSection(
            "2020年重点任务",
            (
                "力争新开工项目4个。修好园区西路。办好职工食堂。确保冷链物流仓库开工建设。",
                "引进企业25家。我们要一件事一件事抓落实。",
            ),
        ),
    )
    freeze_draft(draft_id=before.pk, waivers={}, known_on=TODAY, **BY)
    now = write(
        2020,
        NewSection(
            "2020年工作回顾",
            (f"全区新开工项目6个。办结了{write_item(promised['修好园区西路'])}。",),
        ),
        NewSection(
            "2021年重点任务",
            (
                "力争新开工项目5个。确保冷链物流仓库开工建设。我们要一件事一件事抓落实。",
                "引进企业20家。",
            ),
        ),
    )
    return before, now


def row(view: LastYearView, name: str) -> Row:
    (found,) = [one for one in (*view.rows, *view.silent) if one.name == name and one.fate]
    return found


def test_each_promise_stands_with_what_became_of_it_and_what_is_said_now(
    two_editions: tuple[Draft, Draft],
):
    view = look(two_editions[1])

    assert view.last.title == "2019年报告 第1版"
    target = row(view, "新开工项目")
    assert (target.fate.fate, target.change) == ("missed", "raised")
    assert [one.text for one in target.now][-1] == "力争新开工项目5个。"
    road = row(view, "修好园区西路")
    assert (road.fate.fate, [one.text for one in road.now]) == ("kept", ["办结了修好园区西路。"])
    store = row(view, "冷链物流仓库")
    assert (store.fate.fate, store.change) == ("missed", "repeated")


def test_a_promise_that_is_not_mentioned_is_named(two_editions: tuple[Draft, Draft]):
    view = look(two_editions[1])

    assert [one.name for one in view.silent] == ["办好职工食堂"]
    assert view.silent[0].fate.fate == "missed"


def test_sentences_that_repeat_last_years_word_for_word_are_named(
    two_editions: tuple[Draft, Draft],
):
    assert [one.text for one in look(two_editions[1]).repeated] == [
        "确保冷链物流仓库开工建设。",
        "我们要一件事一件事抓落实。",
    ]


def test_sections_stand_beside_those_of_the_same_title_whatever_the_year(
    two_editions: tuple[Draft, Draft],
):
    review, work = look(two_editions[1]).sections

    assert (review.was, work.was) == ("一、2019年工作回顾", "二、2020年重点任务")
    assert [one.name for one in review.rows if one.fate] == ["新开工项目", "修好园区西路"]
    told = [(one.change, one.then) for one in review.rows if not one.fate]
    assert told == [("higher", "全区新开工项目3个。")]


def test_a_number_that_the_plan_did_not_take_up_is_compared_too(
    two_editions: tuple[Draft, Draft],
):
    (firms,) = [one for one in look(two_editions[1]).rows if one.name == "企业"]

    assert (firms.fate, firms.change, firms.then) == (None, "lowered", "引进企业25家。")
    assert [one.text for one in firms.now] == ["引进企业20家。"]


def test_without_an_edition_the_report_read_in_and_then_the_plan_stand_for_last_year(
    promised: dict[str, int],
):
    draft = write(2020, NewSection("2020年工作回顾", ("修好园区西路。",)))
    assert look(draft).last.kind == "plan"
    assert {one.name for one in look(draft).silent} == {
        "新开工项目",
        "办好职工食堂",
        "冷链物流仓库",
    }
    text = "2020年报告\n一、重点工作\n力争引进企业25家。\n"
    Intake.objects.create(
        name="甲.txt", title="甲", year=2020, text=text, sha256="0", taken_by="甲", taken_on=TODAY
    )

    found = look(draft)
    assert (found.last.kind, found.last.title) == ("intake", "甲")
    assert "力争引进企业25家。" in [one.then for one in found.silent]


def test_a_briefing_is_compared_with_its_like_alone(promised: dict[str, int]):
    assert compare_last_year(write(2020, kind="briefing"), Ledger(TODAY)) is None


def test_what_is_not_mentioned_is_taken_up_from_the_page(two_editions: tuple[Draft, Draft]):
    draft, client = two_editions[1], sign_in("appraisal")
    address = reverse("reports:workshop_last_year", args=[draft.pk])
    assert (
        address in client.get(reverse("reports:workshop_draft", args=[draft.pk])).content.decode()
    )
    page = client.get(address).content.decode()
    assert "办好职工食堂" in page and "我们要一件事一件事抓落实。" in page
    item, section = Item.objects.get(text="办好职工食堂").pk, draft.sections.last().pk

    assert client.post(address, {"item": [item]}).status_code == 422
    made = client.post(address, {"item": [item], "section": section})

    passage = Passage.objects.latest("pk")
    assert made.url == reverse("reports:workshop_passage", args=[passage.pk])
    assert passage.text == f"上年提出、继续办理的：{write_item(item)}。"
    assert look(draft).silent == ()


def test_a_draft_without_a_year_before_says_what_to_do(zone: Zone):
    draft = write(2010)
    page = sign_in("appraisal").get(reverse("reports:workshop_last_year", args=[draft.pk]))

    assert page.status_code == 200
    assert reverse("reports:new") in page.content.decode()
