"""From draft to plan: three acts of three dates; nobody reviews what they drafted themselves."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from jingkai.audit.models import AuditLine
from jingkai.kernel.periods import Period
from jingkai.kernel.zone import Zone
from jingkai.org.models import Department
from jingkai.org.services import add_person
from jingkai.plan.models import Item, Plan, Share
from jingkai.plan.queries import find_plan
from jingkai.plan.services import (
    NewItem,
    NewTarget,
    PlanRefused,
    adopt_plan,
    draft_plan,
    drop_draft,
    review_plan,
    set_target,
)
from tests.conftest import TODAY, sign_in

DRAFTED, REVIEWED, ADOPTED = date(2021, 1, 8), date(2021, 1, 12), date(2021, 1, 20)


@pytest.fixture
def draft(zone: Zone) -> Plan:
    """A draft of one target and one task, made by 甲."""
    lead = Department.objects.first().pk
    target = NewTarget(
        "新开工项目", "level", ">=", Decimal(30), "个", Period.year(2021), "projects_started"
    )
    items = [
        NewItem("target", "产业", "新开工三十个", date(2021, 12, 31), lead, target=target),
        NewItem("task", "产业／平台", "建平台", date(2021, 12, 31), lead),
    ]
    return draft_plan(year=2021, title="计划", basis="", items=items, by="甲", on=DRAFTED)


def test_the_three_acts_keep_their_persons_and_days(draft: Plan):
    assert find_plan(2021) is None
    review_plan(plan_id=draft.pk, by="乙", on=REVIEWED)
    assert find_plan(2021) is None
    plan = adopt_plan(plan_id=draft.pk, by="管委会主任办公会", on=ADOPTED)

    assert (plan.drafted_by, plan.drafted_on) == ("甲", DRAFTED)
    assert (plan.reviewed_by, plan.reviewed_on) == ("乙", REVIEWED)
    assert (plan.adopted_by, plan.adopted_on) == ("管委会主任办公会", ADOPTED)
    assert find_plan(2021) == plan
    acts = AuditLine.objects.filter(object=f"plan:{plan.pk}").order_by("pk")
    told = list(acts.values_list("act", flat=True))
    assert told == ["plan.drafted", "plan.reviewed", "plan.adopted"]


def test_nobody_reviews_their_own_draft(draft: Plan):
    with pytest.raises(PlanRefused, match="起草人不能审核"):
        review_plan(plan_id=draft.pk, by="甲", on=REVIEWED)
    draft.refresh_from_db()
    assert draft.reviewed_on is None


def test_two_of_one_name_are_two_and_a_new_name_makes_nobody_another(draft: Plan):
    place = Department.objects.first()
    same, other = (
        add_person(account=one, name="甲", role="appraisal", department=place)[0] for one in "ab"
    )
    Plan.objects.filter(pk=draft.pk).update(drafter=same)

    with pytest.raises(PlanRefused, match="起草人不能审核"):
        review_plan(plan_id=draft.pk, by="甲的新名", reviewer=same, on=REVIEWED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=draft.pk).update(
            reviewed_on=REVIEWED, reviewed_by="甲的新名", reviewer=same
        )
    reviewed = review_plan(plan_id=draft.pk, by="甲", reviewer=other, on=REVIEWED)

    assert reviewed.reviewer == other
    assert adopt_plan(plan_id=draft.pk, by="管委会", on=ADOPTED).drafter == same


def test_a_draft_that_nobody_reviewed_is_not_adopted(draft: Plan):
    with pytest.raises(PlanRefused, match="还没有审核"):
        adopt_plan(plan_id=draft.pk, by="管委会", on=ADOPTED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.filter(pk=draft.pk).update(adopted_on=ADOPTED, adopted_by="管委会")
    assert find_plan(2021) is None


def test_what_was_changed_after_the_review_is_reviewed_again(draft: Plan):
    review_plan(plan_id=draft.pk, by="乙", on=REVIEWED)
    item = draft.items.get(kind="target")
    set_target(
        item_id=item.pk,
        version=item.version,
        value=Decimal(29),
        bindingness="anticipated",
        is_pledge=False,
    )
    with pytest.raises(PlanRefused, match="审核以后，草案又改过"):
        adopt_plan(plan_id=draft.pk, by="管委会", on=ADOPTED)

    review_plan(plan_id=draft.pk, by="乙", on=REVIEWED + timedelta(1))
    plan = adopt_plan(plan_id=draft.pk, by="管委会", on=ADOPTED)
    assert plan.editions.get().content[0]["promised"] == "≥29个"


def test_a_plan_that_came_adopted_needs_no_review(draft: Plan):
    Plan.objects.filter(pk=draft.pk).update(drafted_by="", drafted_on=None)

    assert adopt_plan(plan_id=draft.pk, by="管委会", on=ADOPTED).adopted_on == ADOPTED


def test_a_draft_given_up_leaves_nothing_and_an_adopted_plan_stays(draft: Plan):
    item = draft.items.first()
    top = Share.objects.create(item=item, department=item.lead, role="lead")
    below = {"item": item, "department": item.lead, "role": "lead", "under": top}
    Share.objects.create(**below)
    drop_draft(plan_id=draft.pk, by="甲", on=TODAY)
    assert not Plan.objects.exists() and not Item.objects.exists()
    with pytest.raises(PlanRefused, match="退回了"):
        review_plan(plan_id=draft.pk, by="乙", on=REVIEWED)


def test_an_adopted_plan_takes_none_of_the_acts_again(draft: Plan):
    review_plan(plan_id=draft.pk, by="乙", on=REVIEWED)
    adopt_plan(plan_id=draft.pk, by="管委会", on=ADOPTED)

    for act in (review_plan, drop_draft, adopt_plan):
        with pytest.raises(PlanRefused, match="由 管委会 通过"):
            act(plan_id=draft.pk, by="丙", on=TODAY)


def test_the_pages_take_a_draft_to_the_plan(draft: Plan):
    client, leader = sign_in("appraisal"), sign_in("leader")
    page = reverse("plan:draft", args=[draft.pk])
    html = client.get(page).content.decode()
    assert "还没有通过" in html and "新开工三十个" in html and "甲 · 2021-01-08" in html
    assert "通过并公布" not in html, "first somebody reviews it"
    assert page in client.get(reverse("plan:editions")).content.decode()
    assert "新开工三十个" not in client.get(reverse("plan:home")).content.decode()

    leader.post(reverse("plan:review", args=[draft.pk]))
    adopt = reverse("plan:adopt", args=[draft.pk])
    late = leader.post(adopt, {"by": "管委会", "on": TODAY + timedelta(1)})
    assert late.status_code == 422 and "在将来" in late.content.decode()
    assert leader.post(adopt, {"by": "管委会", "on": TODAY}).status_code == 302

    assert "新开工三十个" in client.get(reverse("plan:home")).content.decode()
    assert client.get(page).status_code == 404, "it is no draft any more"
    told = client.get(reverse("plan:editions")).content.decode()
    assert "甲 2021-01-08 起草" in told and "管委会 2021-06-30 通过" in told


def test_a_draft_is_not_shown_to_those_who_do_not_steer(draft: Plan):
    officer = sign_in("officer")

    assert officer.get(reverse("plan:draft", args=[draft.pk])).status_code == 403
    assert "等审核" not in officer.get(reverse("plan:editions")).content.decode()
