"""The workbench counts what waits, shows it, and says what falls due."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.plan.services import NewItem, adopt_plan, close_item, draft_plan
from jingkai.web.work import Counts
from tests.conftest import TODAY, sign_in


@pytest.fixture
def plan(zone: Zone):
    """Three tasks of the first department, one of the second: overdue, near, far, other."""
    first, second = list(Department.objects.all()[:2])
    days = {"过期的事": date(2021, 6, 1), "就要到期": date(2021, 7, 2), "很远": date(2021, 12, 31)}
    items = [NewItem("task", "主题", text, on, first.pk) for text, on in days.items()]
    items.append(NewItem("task", "主题", "别人的事", date(2021, 6, 1), second.pk))
    plan = draft_plan(year=2021, title="2021年计划", basis="试", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=TODAY)
    return plan


def counters(html: str) -> list[int]:
    """Return the four counters in their order."""
    part = html.split('<dl class="counters">')[1].split("</dl>")[0]
    return [int(one.split("</dd>")[0]) for one in part.split("<dd>")[1:]]


def test_an_officer_sees_what_the_own_department_leads(plan):
    html = sign_in("officer").get("/").content.decode()

    mine, assigned, _near, late = counters(html)
    assert (mine, assigned, late) == (3, 0, 1)
    assert "过期的事" in html
    assert "别人的事" not in html


def test_a_leader_sees_what_was_handed_out(plan):
    html = sign_in("leader").get("/").content.decode()

    mine, assigned, _near, late = counters(html)
    assert (mine, assigned, late) == (3, 1, 2)
    assert "别人的事" in html


def test_what_is_closed_waits_for_nobody(plan):
    item = plan.items.get(text="很远")
    close_item(item_id=item.pk, version=1, on=TODAY, today=TODAY)

    assert counters(sign_in("officer").get("/").content.decode())[0] == 2


def test_what_falls_due_within_thirty_days_stands_in_the_calendar(plan):
    html = sign_in("officer").get("/").content.decode()

    calendar = html.split('<ol class="calendar">')[1].split("</ol>")[0]
    assert "就要到期" in calendar
    assert "很远" not in calendar
    assert "过期的事" not in calendar


def test_an_empty_zone_counts_nothing(zone: Zone):
    assert counters(sign_in("officer").get("/").content.decode()) == [0, 0, 0, 0]


def test_counts_of_several_contexts_add_up():
    assert Counts(1, 2, 3, 4) + Counts(mine=1) == Counts(2, 2, 3, 4)


def test_a_leader_reads_seven_of_what_burns_most_and_instructs_from_there(zone: Zone):
    lead = Department.objects.first().pk
    days = [TODAY - timedelta(days=n) for n in range(1, 10)]
    items = [NewItem("task", "主题", f"过期{n:02}", on, lead) for n, on in enumerate(days, start=1)]
    plan = draft_plan(year=2021, title="2021年计划", basis="试", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=TODAY)
    html = sign_in("leader").get("/").content.decode()

    shown = [n for n in range(1, 10) if f">过期{n:02}</a>" in html]
    assert shown == [3, 4, 5, 6, 7, 8, 9], "the longest overdue first"
    assert "逾期 9 天" in html and "全部 9 项" in html
    worst = plan.items.get(number=9)
    assert f"about=item%3A{worst.pk}" in html
    officer = sign_in("officer").get("/").content.decode()
    assert "过期01" in officer and "about=item" not in officer


def test_a_draft_waits_on_the_workbench_of_who_reviews_it(zone: Zone):
    items = [NewItem("task", "主题", "事", TODAY, Department.objects.first().pk)]
    draft = draft_plan(year=2022, title="2022年计划", basis="", items=items, by="甲", on=TODAY)

    html = sign_in("leader").get("/").content.decode()

    assert "审核“2022年计划”草案" in html
    assert reverse("plan:draft", args=[draft.pk]) in html
    assert "2022年计划" not in sign_in("officer").get("/").content.decode()


def test_who_has_no_part_in_the_plan_begins_at_the_own_pages(zone: Zone):
    for role, own in (
        ("admin", "people"),
        ("security_admin", "security"),
        ("audit_admin", "audit"),
    ):
        said = sign_in(role).get(reverse("home")).content.decode()
        starts = said.partition("从这里开始")[2].partition("</ul>")[0]
        assert f'href="{reverse(own)}"' in starts
        assert f'href="{reverse("imports")}"' not in starts
    assert "从这里开始" not in sign_in("leader").get(reverse("home")).content.decode()
