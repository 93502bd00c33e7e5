"""What a department has to do among the nodes; the pages ask as often for many rows as for few."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jingkai.kernel.zone import Zone
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department, Person
from jingkai.plan.queries import tree_of
from jingkai.plan.services import NewItem, adopt_plan, draft_plan
from jingkai.projects.models import Node, Project
from jingkai.projects.queries import list_due_nodes
from jingkai.projects.services import (
    Closing,
    ProjectRow,
    add_project,
    close_nodes,
    lay_out_nodes,
    write_projects,
)
from tests.conftest import TODAY, sign_in

# Queries of a page at most, whatever the number of rows.
FROZEN = {"home": 45, "plan:home": 40, "projects:schedule": 30}
LATER = TODAY + timedelta(days=3650)


def make(code: str, lead: str, on: date = date(2021, 3, 1)) -> Project:
    made = add_project(
        code=code,
        name=f"试验{code}",
        investor="试验公司",
        kind="产业",
        investment=Decimal(200_000_000),
        is_top500=False,
        lead=lead,
    )
    return lay_out_nodes(
        project_id=made.pk, on=on, is_end=False, by="甲", today=TODAY, version=made.version
    )


def lead_of(role: str) -> str:
    sign_in(role)
    return Person.objects.filter(role=role).values_list("department_id", flat=True)[0]


def due_by(until: date) -> list[Node]:
    """Return what all departments together can do now."""
    units = Department.objects.all()
    return [one for unit in units for one in list_due_nodes(unit.pk, until=until)]


def test_only_what_waits_for_nothing_is_offered(zone: Zone):
    project = make("T-1", Department.objects.first().pk)
    offered = due_by(LATER)

    assert {one.begin_on for one in offered} == {date(2021, 3, 1)}
    close_nodes(
        project_id=project.pk,
        closings=[Closing(one.node, TODAY) for one in offered],
        by="甲",
        today=TODAY,
        proof=[keep_file(data=b"x", name="a.txt")],
        version=project.version,
    )
    after = due_by(LATER)
    assert after
    assert not {one.node for one in after} & {one.node for one in offered}


def test_nothing_due_later_is_offered(zone: Zone):
    make("T-1", Department.objects.first().pk, on=TODAY + timedelta(days=30))

    assert due_by(TODAY) == []
    assert due_by(LATER) != []


def test_the_department_finds_its_node_on_its_own_page(zone: Zone):
    project = make("T-1", Department.objects.first().pk)
    sign_in("officer")
    Node.objects.filter(project=project).update(lead=lead_of("officer"))
    client = sign_in("officer")
    html = client.get("/").content.decode()

    address = reverse("projects:nodes", args=[project.pk])
    assert f'href="{address}#node-' in html
    page = client.get(address)
    assert page.status_code == 200
    assert 'name="proof"' not in page.content.decode()


def test_who_has_no_node_in_a_hidden_project_does_not_see_its_nodes(zone: Zone):
    own = lead_of("officer")
    other = Department.objects.exclude(pk=own).first().pk
    project = make("T-1", other)
    Node.objects.filter(project=project).update(lead=other)
    client, address = sign_in("officer"), reverse("projects:nodes", args=[project.pk])

    seen = client.get(reverse("projects:detail", args=[project.pk])).status_code
    assert client.get(address).status_code == seen == 404

    Node.objects.filter(pk=project.nodes.first().pk).update(lead=own)
    assert client.get(address).status_code == 200
    assert client.get(reverse("projects:detail", args=[project.pk])).status_code == 404


def test_open_nodes_follow_the_project_to_another_department(zone: Zone):
    first, second = (one.pk for one in Department.objects.all()[:2])
    project = make("T-1", first)
    before = dict(project.nodes.values_list("node", "lead_id"))
    make("T-2", second)
    wanted = dict(Node.objects.filter(project__code="T-2").values_list("node", "lead_id"))
    done = next(node for node, lead in before.items() if wanted[node] != lead)
    project.nodes.filter(node=done).update(done_on=TODAY)
    row = ProjectRow("T-1", project.name, "试验公司", "产业", Decimal(200_000_000), False, second)
    write_projects(rows=[row])

    after = dict(project.nodes.values_list("node", "lead_id"))
    assert after.pop(done) == first
    assert after == {node: lead for node, lead in wanted.items() if node != done}
    assert len([node for node in after if after[node] != before[node]]) > 0


def test_themes_stand_in_the_order_of_the_plan(zone: Zone):
    unit = Department.objects.first().pk
    themes = ["丙", "甲", "丙", "乙"]
    items = [
        NewItem("task", theme, f"事{n}", date(2021, 12, 31), unit) for n, theme in enumerate(themes)
    ]
    plan = draft_plan(year=2021, title="计划", basis="", items=items)

    assert [one.name for one in tree_of(plan)] == ["丙", "甲", "乙"]


def fill(count: int) -> None:
    """Lay out as many projects, and adopt a plan of as many tasks."""
    unit = lead_of("officer")
    known = Project.objects.count()
    for number in range(known, known + count):
        project = make(f"T-{number}", unit)
        Project.objects.filter(pk=project.pk).update(start_on=date(2021, 3, 1))
    Node.objects.update(lead=unit)
    items = [NewItem("task", "主题", f"事{n}", date(2021, 6, 1), unit) for n in range(count)]
    plan = draft_plan(year=2021, title="计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="管委会", on=date(2021, 1, 20))


def queries(name: str) -> int:
    client = sign_in("officer")
    url = reverse(name)
    client.get(url)
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


@pytest.mark.parametrize("name", list(FROZEN))
def test_a_page_asks_as_often_for_many_rows(zone: Zone, name: str):
    fill(2)
    few = queries(name)
    fill(38)
    many = queries(name)

    assert many == few
    assert many <= FROZEN[name]


def test_the_nodes_of_a_project_are_asked_for_at_once(zone: Zone):
    project = make("T-1", lead_of("officer"))
    client, address = sign_in("officer"), reverse("projects:nodes", args=[project.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200

    assert len(found) <= 16


def test_the_schedule_chooses_projects_with_overdue_nodes_and_lists_them(zone: Zone):
    late = make("T-1", lead_of("officer"))
    make("T-2", lead_of("officer"), on=TODAY)
    url = reverse("projects:schedule") + "?show=nodes"
    html = sign_in("officer").get(url).content.decode()

    count = Node.objects.filter(project=late, due_on__lt=TODAY).count()
    assert f"1 个项目有 {count} 个逾期节点" in html
    assert "试验T-1" in html and "试验T-2" not in html
    table = sign_in("officer").get(reverse("projects:node_list") + "?state=overdue")
    listed = table.content.decode()
    assert listed.count("#node-") >= min(count, 50)
    assert "试验T-1" in listed and "试验T-2" not in listed
