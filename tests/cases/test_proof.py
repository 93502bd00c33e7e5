"""What was done to a case cannot be changed behind its back: the audit's chain holds it."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from jingkai.audit.queries import AuditLine
from jingkai.cases.models import Action, Case
from jingkai.cases.proof import find_changed_action
from jingkai.cases.services import NewCase, act, open_case
from jingkai.kernel.deadlines import Limit
from jingkai.kernel.zone import Zone
from jingkai.ledger.models import Entry
from jingkai.ledger.services import NotRecordable
from tests.cases.kinds import TODAY, desks, permit, person


@pytest.fixture
def case(zone: Zone) -> Case:
    places = desks(window=0, lead=1, seal=2)
    window = person("window", 0)
    opened = open_case(
        new=NewCase(
            kind=permit,
            title="试验办件",
            department=places["lead"],
            desks=places,
            statutory=Limit(20),
            promised=Limit(5),
        ),
        by=window,
        on=TODAY,
    )
    first = opened.work.get()
    act(case_id=opened.pk, step=first.step, by=window, on=TODAY, words="材料收下")
    return opened


def test_what_stands_is_as_it_was_done(case: Case):
    assert Action.objects.filter(case=case).count() == 2
    assert find_changed_action() is None


def test_an_act_and_what_it_recorded_are_one_line_of_the_audit(case: Case):
    window = person("second", 0)
    before = AuditLine.objects.count()
    act(case_id=case.pk, step="accept", by=window, on=TODAY)

    entry = Entry.objects.latest("number")
    (line,) = AuditLine.objects.order_by("number")[before:]
    assert (line.act, line.object) == ("case.act", f"case:{case.pk}")
    assert json.loads(line.detail)["entries"] == [f"{entry.number} {entry.content_digest}"]
    assert case.actions.get(number=3).entry == entry.number
    assert find_changed_action() is None


def test_an_act_that_cannot_be_recorded_leaves_nothing(case: Case):
    window = person("second", 0)
    another = open_case(
        new=NewCase(kind=permit, title="后一件", department=case.department_id, desks=case.desks),
        by=window,
        on=TODAY + timedelta(days=1),
    )
    for step in ("receive", "accept"):
        act(case_id=another.pk, step=step, by=window, on=TODAY + timedelta(days=1))
    rows = [model.objects.count() for model in (AuditLine, Entry, Action)]

    with pytest.raises(NotRecordable, match="早于账本最后一条"):
        act(case_id=case.pk, step="accept", by=window, on=TODAY)

    assert [model.objects.count() for model in (AuditLine, Entry, Action)] == rows
    case.refresh_from_db()
    assert (case.accepted_on, case.work.get().step) == (None, "accept")


@pytest.mark.parametrize(
    "change",
    [
        "words = '材料未收'",
        "actor_name = '别人'",
        "on_behalf = '别人'",
        "outcome = 'refused'",
        "kind = 'take'",
        "step = 'another'",
        "\"on\" = '2021-06-01'",
    ],
)
def test_a_changed_row_is_named(case: Case, change: str):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE cases_action SET {change} WHERE number = 2")

    told = find_changed_action()

    assert told is not None
    assert f"办件 {case.number} 的第 2 条办理记录" in told
    assert "摘要不符" in told


def test_a_row_taken_away_is_named(case: Case):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cases_action WHERE number = 2")

    assert "第 2 条办理记录，现已不在" in (find_changed_action() or "")


def test_a_row_written_past_the_house_is_named(case: Case):
    last = Action.objects.get(case=case, number=2)
    last.number = 3
    last.save(force_insert=True)

    told = find_changed_action() or ""

    assert f"办件 {case.number} 的第 3 条办理记录" in told
    assert "没有记录" in told
