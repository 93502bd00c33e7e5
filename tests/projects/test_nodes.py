"""Nodes are laid out on working days, closed with proof, and stay late once they were."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from jingkai.kernel.calendar import WorkingCalendar
from jingkai.kernel.nodes import Anchor, NodeTemplate, WorkNode, find_critical, forecast, lay_out
from jingkai.kernel.refusals import Findings
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.models import Fact
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department
from jingkai.projects.models import Node, Project
from jingkai.projects.queries import find_way
from jingkai.projects.services import (
    ChangedMeanwhile,
    Closing,
    NodeRefused,
    add_project,
    close_nodes,
    lay_out_nodes,
    move_node,
    pass_gate,
    reopen_node,
)
from tests.conftest import sign_in

CALENDAR = WorkingCalendar([])
MONDAY, TODAY = date(2021, 3, 1), date(2021, 6, 30)


def template(*nodes: tuple[str, int, tuple[str, ...]]) -> NodeTemplate:
    made = tuple(
        WorkNode(id=name, name=name, english=name, step="s", days=days, after=after)
        for name, days, after in nodes
    )
    told = {"id": "t", "name": "t", "english": "t", "version": 1, "basis": "b", "kinds": ("产业",)}
    return NodeTemplate(**told, nodes=made)


DIAMOND = template(("a", 2, ()), ("b", 5, ("a",)), ("c", 1, ("a",)), ("d", 3, ("b", "c")))


def test_nodes_follow_one_another_on_working_days():
    dates = lay_out(DIAMOND, Anchor(MONDAY), CALENDAR)

    assert {key: due for key, (_begin, due) in dates.items()} == {
        "a": date(2021, 3, 3),
        "b": date(2021, 3, 10),  # five working days after Wednesday, over a weekend
        "c": date(2021, 3, 4),
        "d": date(2021, 3, 15),
    }


def test_from_a_fixed_end_every_node_is_as_late_as_it_may_be():
    dates = lay_out(DIAMOND, Anchor(date(2021, 3, 15), is_end=True), CALENDAR)

    assert dates["d"] == (date(2021, 3, 10), date(2021, 3, 15))
    assert dates["c"][1] == date(2021, 3, 10)
    assert dates["a"] == (MONDAY, date(2021, 3, 3))


def test_what_leads_to_the_anchor_is_laid_out_backwards_and_the_rest_forwards():
    dates = lay_out(DIAMOND, Anchor(date(2021, 3, 10), "b"), CALENDAR)

    assert dates["a"][1] == date(2021, 3, 3)
    assert dates["b"][1] == date(2021, 3, 10)
    assert dates["c"][1] == date(2021, 3, 11), "beside the anchor, so it begins there"
    assert dates["d"][1] == date(2021, 3, 16)


def test_the_chain_that_decides_the_end_is_critical():
    ends = {key: due for key, (_begin, due) in lay_out(DIAMOND, Anchor(MONDAY), CALENDAR).items()}

    assert find_critical(DIAMOND, ends) == ("a", "b", "d")


def test_a_node_done_late_pushes_what_waits_for_it():
    dates = lay_out(DIAMOND, Anchor(MONDAY), CALENDAR)
    ends = forecast(
        DIAMOND,
        begins={key: begin for key, (begin, _due) in dates.items()},
        done={"a": date(2021, 3, 8)},
        today=date(2021, 3, 8),
        calendar=CALENDAR,
    )

    assert ends["b"] == date(2021, 3, 15)
    assert ends["d"] == date(2021, 3, 18)


@pytest.fixture
def project(zone: Zone) -> Project:
    made = add_project(
        code="T-9",
        name="试验九号",
        investor="试验公司",
        kind="产业",
        investment=Decimal(yi(2)),
        is_top500=False,
        lead=Department.objects.first().pk,
    )
    lay_out_nodes(
        project_id=made.pk, on=date(2021, 3, 1), is_end=False, by="甲", today=TODAY, version=1
    )
    return Project.objects.get(pk=made.pk)


def told(project: Project, **more: object) -> dict:
    version = Project.objects.get(pk=project.pk).version
    return {"project_id": project.pk, "by": "甲", "today": TODAY, "version": version} | more


def close(project: Project, *nodes: str, on: date = date(2021, 6, 1), **more: object) -> Project:
    closings = [Closing(node, on) for node in nodes]
    proof = [keep_file(data=b"x", name="a.txt")]
    return close_nodes(**told(project, closings=closings, proof=proof) | more)


def in_order(project: Project) -> list[str]:
    way = find_way(project, today=TODAY, calendar=current_zone().calendar)
    return [one.id for one in way.pinned.template.in_order]


def gate_node(project: Project, gate: str) -> str:
    way = find_way(project, today=TODAY, calendar=current_zone().calendar)
    return next(one.id for one in way.pinned.template.nodes if one.gate == gate)


def test_closing_a_node_leaves_a_fact_and_its_lateness_stays(project: Project):
    way = find_way(project, today=TODAY, calendar=current_zone().calendar)
    by_id, order = way.pinned.template.by_id, in_order(project)
    last = next(place for place, one in enumerate(order) if not by_id[one].gate)

    close(project, *order[: last + 1], on=date(2021, 6, 1))

    node = project.nodes.get(node=order[last])
    fact = Fact.objects.get(type="projects.node_closed")
    assert (node.done_on, node.was_late) == (date(2021, 6, 1), True)
    assert '"timing":"late"' in fact.values


def test_a_node_needs_its_proof(project: Project):
    with pytest.raises(NodeRefused, match="需要凭证"):
        close(project, project.nodes.get(number=1).node, proof=[])


def test_a_node_waits_for_those_before_it(project: Project):
    with pytest.raises(NodeRefused, match="前置节点"):
        close(project, in_order(project)[-1])


def test_a_gate_and_its_node_are_one(project: Project):
    sign = gate_node(project, "sign")
    way = find_way(project, today=TODAY, calendar=current_zone().calendar)
    way_there = {sign, *way.pinned.template.before(sign)}

    close(project, *[one for one in in_order(project) if one in way_there])

    project.refresh_from_db()
    assert project.sign_on == date(2021, 6, 1)
    assert Fact.objects.filter(type="projects.gate_passed").count() == 1
    assert not Fact.objects.filter(key__contains=f"node:{sign}:").exists()


def test_passing_a_gate_closes_its_node_and_taking_it_back_opens_it(project: Project):
    start = gate_node(project, "start")
    proof = [keep_file(data=b"x", name="a.txt")]

    pass_gate(**told(project, gate_id="start", on=date(2021, 5, 6), proof=proof))
    assert project.nodes.get(node=start).done_on == date(2021, 5, 6)

    reopen_node(**told(project, node=start, reason="记错了"))
    assert project.nodes.get(node=start).done_on is None
    assert Project.objects.get(pk=project.pk).start_on is None


def test_moving_a_node_keeps_the_first_date_and_moves_what_waits(project: Project):
    first = project.nodes.get(node=in_order(project)[0])

    moved = move_node(**told(project, node=first.node, due_on=date(2021, 8, 2), reason="等图纸"))

    first.refresh_from_db()
    assert (first.due_on, first.reason) == (date(2021, 8, 2), "等图纸")
    assert first.first_due_on < date(2021, 8, 2)
    assert first.was_late, "it was overdue when it moved"
    assert len(moved) > 1
    assert all(one.due_on >= date(2021, 8, 2) for one in moved)


def test_moving_without_a_reason_is_refused(project: Project):
    first = project.nodes.get(number=1)
    with pytest.raises(NodeRefused, match="原因"):
        move_node(**told(project, node=first.node, due_on=date(2021, 8, 2), reason=" "))


def test_nodes_are_laid_out_once_and_by_one_at_a_time(project: Project):
    with pytest.raises(NodeRefused, match="已经排定"):
        lay_out_nodes(**told(project, on=TODAY, is_end=False))
    with pytest.raises(ChangedMeanwhile):
        move_node(
            **told(project, node=in_order(project)[0], due_on=TODAY, reason="x") | {"version": 1}
        )


def test_a_template_of_eleven_steps_has_112_nodes(changde: Zone):
    template = current_zone().nodes.for_kind("产业")

    assert (len(template.steps), len(template.nodes)) == (11, 112)


def test_nodes_are_closed_by_form_with_a_file(zone: Zone, project: Project, tmp_path):
    first = project.nodes.get(node=in_order(project)[0])
    url = reverse("projects:nodes", args=[project.pk])
    proof = tmp_path / "纪要.txt"
    proof.write_text("纪要")
    client = sign_in("project_officer")
    assert first.node in client.get(url).content.decode()
    version = Project.objects.get(pk=project.pk).version

    with proof.open("rb") as file:
        data = {"node": [first.node], "on": "2021-06-01", "proof": file, "version": version}
        close_url = reverse("projects:close_nodes", args=[project.pk])
        answer = client.post(close_url, data, follow=True)

    assert answer.redirect_chain
    assert Node.objects.get(pk=first.pk).done_on == date(2021, 6, 1)


BAD = """
proofs:
  note: {{name: 记录, english: Note}}
desks: {{works: {desk}}}
templates:
  t:
    name: 试
    english: T
    version: 1
    basis: 试
    kinds: [产业]
    steps:
      - id: s
        name: 一步
        english: Step
        link: start
        nodes:
          a: {{name: 甲, english: A, {days}desk: {by}, proof: note, after: [{after}]}}
          b: {{name: 乙, english: B, days: 1, proof: note}}
"""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"after": "b"}, "节点互相等待"),
        ({"days": ""}, "缺少“days”"),
        ({"by": "nobody"}, "没有“nobody”这个岗位"),
        ({"desk": "nowhere"}, "没有的部门“nowhere”"),
        ({"after": "z"}, "没有“z”这个节点"),
    ],
)
def test_a_bad_template_is_refused_with_its_place(tmp_path, change: dict, words: str):
    from jingkai.kernel.nodes import read_nodes

    good = {"desk": "office", "days": "days: 2, ", "by": "works", "after": ""}
    (tmp_path / "nodes.yaml").write_text(BAD.format(**good | change), "utf-8")
    findings = Findings()

    read_nodes([tmp_path], ["office"], {}, findings)

    problems = [one for one in findings if words in one.text]
    assert problems, [one.text for one in findings]
    assert problems[0].line > 1
