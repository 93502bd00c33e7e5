"""The wall of targets: folded where they are many, whole theme by theme; lights of two schemes."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone, current_zone
from jingkai.org.models import Department
from jingkai.plan.itemrows import count_lights
from jingkai.plan.models import Plan
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan
from jingkai.plan.views import MOST_BULLETS
from tests.conftest import sign_in

THEMES = ("产业", "民生")


def plan_of(zone: Zone, count: int) -> Plan:
    """Make a plan of so many targets, each of another size, and one task, below two themes."""
    lead = Department.objects.first().pk
    items = [NewItem("task", "民生", "修路", date(2021, 12, 31), lead)]
    for number in range(1, count + 1):
        target = NewTarget(
            f"第{number}项开工数",
            "level",
            ">=",
            Decimal(number),
            "个",
            Period.year(2021),
            "projects_started",
        )
        theme = f"{THEMES[number % 2]}／分题{number % 3}"
        items.append(NewItem("target", theme, f"开工{number}个", date(2021, 12, 31), lead))
        items[-1] = replace(items[-1], target=target)
    made = draft_plan(year=2021, title="计划", basis="", items=items)
    return adopt_plan(plan_id=made.pk, by="管委会", on=date(2021, 1, 20))


def rows_of(html: str) -> int:
    """Return how many targets the tables beside the pictures have."""
    return sum(
        table.count('<th scope="row">')
        for table in re.findall(r'<details class="chart-twin">.*?</details>', html, re.DOTALL)
    )


def test_a_plan_of_the_usual_size_is_drawn_whole(zone: Zone):
    plan_of(zone, MOST_BULLETS)
    html = sign_in("leader").get(reverse("plan:wall")).content.decode()

    assert rows_of(html) == MOST_BULLETS
    assert "看全：" not in html


def test_a_wall_of_many_says_what_it_leaves_out_and_where_that_is(zone: Zone):
    plan = plan_of(zone, MOST_BULLETS + 1)
    client, url = sign_in("leader"), reverse("plan:wall")
    html = client.get(url).content.decode()

    assert f"{MOST_BULLETS + 1} 项目标" in html
    assert rows_of(html) == MOST_BULLETS
    theme = plan.themes.get(name="民生")
    address = f"?theme={theme.pk}"
    assert f'href="{address}">民生 21 项</a>' in html
    assert "产业 20 项</a>" not in html, "what is drawn whole is not left out"
    whole = client.get(f"{url}{address}").content.decode()
    assert rows_of(whole) == 21
    assert "看全部重点任务" in whole
    assert "第1项开工数" in whole and "第2项开工数" not in whole
    assert rows_of(client.get(f"{url}?theme=all").content.decode()) == MOST_BULLETS + 1


def test_a_theme_stays_chosen_while_the_measure_changes(zone: Zone):
    plan = plan_of(zone, 4)
    theme = plan.themes.get(name="民生")
    html = sign_in("leader").get(reverse("plan:wall"), {"theme": theme.pk}).content.decode()

    assert f"?theme={theme.pk}&amp;by=pace" in html


@pytest.mark.parametrize("unknown", ["77777", "x", "-1"])
def test_a_theme_that_is_not_there_is_not_asked_for(zone: Zone, unknown: str):
    plan_of(zone, 4)

    html = sign_in("leader").get(reverse("plan:wall"), {"theme": unknown}).content.decode()

    assert rows_of(html) == 4


def test_lights_of_targets_and_tasks_are_counted_apart(zone: Zone):
    plan_of(zone, 3)
    html = sign_in("leader").get(reverse("plan:home")).content.decode()

    lists = re.findall(r'<ul class="tally" aria-label="([^"]+)">(.*?)</ul>', html, re.DOTALL)
    counts = {kind: sum(map(int, re.findall(r"<strong>(\d+)", inside))) for kind, inside in lists}
    assert counts == {"目标": 3, "任务和项目": 1}


def test_lights_of_one_id_are_one_only_where_they_look_the_same(zone: Zone):
    scheme = current_zone().target_lights
    first = scheme.lights[0]
    tasks = next(one for one in current_zone().task_lights.lights if one.shape != first.shape)

    found = count_lights([(first, 2), (first, 3), (replace(tasks, id=first.id), 7)])

    assert sorted((one.light.shape, one.count) for one in found) == sorted(
        [(first.shape, 5), (tasks.shape, 7)]
    )
