"""A past year once more: what was known at each month's end, and the notices it would cause."""

from datetime import date

from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.plan.services import NewItem, adopt_plan, close_item, draft_plan
from jingkai.supervision.queries import replay_year


def test_a_year_is_replayed_as_it_was_known(zone: Zone):
    lead = Department.objects.first()
    items = [
        NewItem("task", "", "修路", date(2020, 3, 20), lead.pk),
        NewItem("task", "", "建桥", date(2020, 12, 25), lead.pk),
    ]
    plan = draft_plan(year=2020, title="计划", basis="", items=items)
    adopt_plan(plan_id=plan.pk, by="管委会", on=date(2020, 2, 10))
    road = plan.items.first()
    close_item(item_id=road.pk, version=road.version, on=date(2020, 6, 9), today=date(2020, 6, 9))

    months = replay_year(2020)

    assert [one.month.first.month for one in months] == list(range(2, 13))
    told = {one.month.last.month: [(n.step, n.text) for n in one.notices] for one in months}
    assert told[2] == []
    assert told[3] == [("催办", "修路")]
    assert told[4] == [("督办通知", "修路")]
    assert told[5] == [("报分管领导", "修路")]
    assert told[6] == []
    assert [one.caught_up for one in months if one.month.last.month == 6] == [1]
    assert told[12] == [("催办", "建桥")]
    assert months[1].notices[0].lead == lead.name


def test_a_year_without_a_plan_has_nothing_to_replay(zone: Zone):
    assert replay_year(2015) == []
