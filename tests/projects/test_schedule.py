"""The schedule: counted in the database as one by one, folded by step, on paper, for phones."""

from collections import Counter
from datetime import date, timedelta
from itertools import product
from re import findall

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from jingkai.kernel.lights import LightScheme
from jingkai.kernel.zone import Zone, current_zone
from jingkai.org.models import Department
from jingkai.projects.counting import count_nodes
from jingkai.projects.models import Node, Project
from jingkai.projects.papers import LEAST, PAPERS, arrange
from jingkai.projects.queries import read_templates
from jingkai.projects.rules import node_light, node_lights
from tests.conftest import TODAY, sign_in
from tests.projects.test_node_work import lead_of, make

HEAD = 50.0


def spread(project: Project) -> None:
    """Let the nodes of a project be in every state that there is, on and around every limit."""
    limits = {one.min_days_left for one in current_zone().task_lights.lights} - {None}
    days = sorted({limit + by for limit in limits | {0} for by in (-1, 0, 1)})
    states = product(days, (None, -1, 0, 1), (False, True))
    for node, (left, done, was_late) in zip(project.nodes.all(), states, strict=False):
        due_on = TODAY + timedelta(days=left)
        done_on = None if done is None else due_on + timedelta(days=done)
        Node.objects.filter(pk=node.pk).update(
            begin_on=due_on, due_on=due_on, first_due_on=due_on, done_on=done_on, was_late=was_late
        )


def test_what_is_counted_in_the_database_is_what_each_node_says(changde: Zone):
    scheme = current_zone().task_lights
    project = make("T-1", Department.objects.first().pk)
    spread(project)
    progress = count_nodes([project.pk], scheme=scheme, today=TODAY)[project.pk]

    wanted: Counter = Counter()
    for one in project.nodes.all():
        light = node_light(
            scheme, due_on=one.due_on, done_on=one.done_on, was_late=one.was_late, today=TODAY
        )
        month = (one.done_on or one.due_on).replace(day=1)
        wanted[month, light.id, one.done_on is not None] += 1
    found: Counter = Counter()
    for one in progress.tallies:
        found[one.month, one.light.id, one.is_done] += one.count
    assert found == wanted
    assert len({light for _month, light, _done in wanted}) == len(node_lights(scheme))
    open_ones = project.nodes.filter(done_on=None)
    assert progress.count == project.nodes.count()
    assert progress.done == progress.count - open_ones.count()
    assert progress.late == open_ones.filter(due_on__lt=TODAY).count() > 0
    first = open_ones.order_by("due_on", "number").first()
    assert (progress.next.number, progress.next.due_on, progress.next.lead) == (
        first.number,
        first.due_on,
        first.lead_id,
    )


def test_a_scheme_that_forgets_still_shows_a_node_that_was_done_late(changde: Zone):
    lights = [one for one in current_zone().task_lights.lights if one.was_late is None]
    forgets = LightScheme("t", "t", "t", tuple(lights))

    def light(done_on: date, *, was_late: bool = False) -> str:
        told = {"due_on": TODAY, "done_on": done_on, "was_late": was_late, "today": TODAY}
        return node_light(forgets, **told).id

    assert light(TODAY) == "done"
    assert light(TODAY + timedelta(days=1)) == light(TODAY, was_late=True) == "done_late"
    assert [one.id for one in node_lights(forgets)][-1] == "done_late"
    assert node_lights(current_zone().task_lights) == list(current_zone().task_lights.lights)


def test_a_project_unfolds_to_its_steps_and_a_step_to_its_nodes(zone: Zone):
    project = make("T-1", lead_of("officer"))
    Project.objects.filter(pk=project.pk).update(start_on=date(2021, 3, 1))
    template = read_templates([project.pk])[project.pk]
    step = template.steps[0]
    inside = next(one for one in template.nodes if one.step == step.id)
    client, url = sign_in("officer"), reverse("projects:schedule")

    def drawn(*opened: str) -> str:
        html = client.get(url, {"open": opened}).content.decode()
        after_head = html.partition('class="chart-head"')[2].partition("</svg>")[2]
        return after_head.partition("</svg>")[0]

    folded, steps = drawn(), drawn(str(project.pk))
    nodes = drawn(str(project.pk), f"{project.pk}.{step.id}")
    assert f'href="?open={project.pk}#row-{project.pk}"' in folded
    assert f"#step-{step.id}" not in folded
    assert f"#step-{step.id}" in steps
    assert f'href="?#row-{project.pk}"' in steps
    assert f"#node-{inside.id}" not in steps
    assert f"#node-{inside.id}" in nodes
    whole = client.get(url, {"level": "steps"}).content.decode()
    assert all(f"#step-{one.id}" in whole for one in template.steps)


def test_what_is_no_row_opens_nothing(zone: Zone):
    project = make("T-1", lead_of("officer"))
    Project.objects.filter(pk=project.pk).update(start_on=date(2021, 3, 1))
    client, url = sign_in("officer"), reverse("projects:schedule")
    asked = ["0", "x", '"><script>alert(1)</script>', f"{project.pk}.nothing", "9" * 80]

    answer = client.get(url, {"open": asked})

    assert answer.status_code == 200
    html = answer.content.decode()
    assert "<script>alert" not in html
    assert "#step-" in html and "#node-" not in html


def test_a_phone_gets_a_list_with_the_node_due_first(zone: Zone):
    project = make("T-1", lead_of("officer"))
    Project.objects.filter(pk=project.pk).update(start_on=date(2021, 3, 1))
    first = project.nodes.filter(done_on=None).order_by("due_on", "number").first()
    name = read_templates([project.pk])[project.pk].by_id[first.node].name

    html = sign_in("officer").get(reverse("projects:schedule")).content.decode()

    line = html.partition('<ol class="schedule-lines">')[2].partition("</ol>")[0]
    assert name in line and first.lead.name in line and f"{first.due_on} 到期" in line
    assert f"逾期 {(TODAY - first.due_on).days} 天" in line


def test_the_table_lists_every_node_and_hands_all_of_them_out(zone: Zone):
    project = make("T-1", lead_of("officer"))
    client, url = sign_in("leader"), reverse("projects:node_list")
    html = client.get(url).content.decode()
    given = client.get(url, {"export": "csv"})
    text = b"".join(given).decode("utf-8-sig") if given.streaming else given.content.decode()

    assert len(set(findall(r"#node-[\w-]+", html))) == min(project.nodes.count(), 50)
    for one in read_templates([project.pk])[project.pk].nodes:
        assert one.name in text


@given(
    st.lists(st.sampled_from([24.0, 28.0, 36.0]), min_size=1, max_size=700),
    st.sampled_from(list(PAPERS.values())),
)
def test_every_row_lies_on_a_sheet_within_its_room_and_readable(heights, paper):
    laid = arrange(heights, paper, head=HEAD)
    columns = [column for sheet in laid.sheets for column in sheet]

    assert [row for begin, end in columns for row in range(begin, end)] == list(range(len(heights)))
    assert all(1 <= len(sheet) <= laid.columns for sheet in laid.sheets)
    assert laid.scale >= LEAST
    wide, high = paper.room
    assert laid.columns * laid.width * laid.scale <= wide + 0.01
    for begin, end in columns:
        assert (sum(heights[begin:end]) + HEAD) * laid.scale <= high + 0.01


@pytest.mark.parametrize(("paper", "sheets"), [("a0", 1), ("a3", 8)])
def test_two_hundred_projects_hang_on_one_a0_and_page_on_a3(paper: str, sheets: int):
    laid = arrange([36.0] * 200, PAPERS[paper], head=HEAD)

    assert len(laid.sheets) == sheets
    # Ten pixels are the smallest figure; a point is 0.3528 millimetres.
    assert 10 * laid.scale / 0.3528 >= 7
