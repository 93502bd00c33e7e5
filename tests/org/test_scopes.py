"""Whose objects somebody sees, what is lent for some days, and rights that need two persons."""

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from jingkai.audit.models import AuditLine
from jingkai.kernel.refusals import ZoneRefused
from jingkai.kernel.zone import Zone
from jingkai.org.models import Delegation, Department, GrantRequest, Person
from jingkai.org.queries import active_delegations, get_roster, visible_departments
from jingkai.org.roster import Entry, Problem, find_conflicts
from jingkai.org.rules import ROLES, find_mixed_duties, is_head_post, read_roles
from jingkai.org.services import (
    AccountRefused,
    add_person,
    decide_grant,
    delegate,
    move_person,
    set_active,
    withdraw_delegation,
)
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)


def person(role: str, department: Department | None = None, account: str = "") -> Person:
    account = account or f"p-{role.replace('_', '-')}"
    return add_person(account=account, name=account, role=role, department=department)[0]


@pytest.fixture
def tree(changde: Zone) -> list[Department]:
    """Three departments in a line, one beside them."""
    top, middle, leaf, beside = Department.objects.all()[:4]
    Department.objects.filter(pk=middle.pk).update(parent=top)
    Department.objects.filter(pk=leaf.pk).update(parent=middle)
    return [top, middle, leaf, beside]


def test_the_five_scopes(tree: list[Department]):
    top, middle, leaf, beside = tree
    someone = person("officer", middle)
    seen = {}
    for scope in ("all", "chosen", "department", "below", "own"):
        someone.scope = scope
        someone.save()
        someone.chosen.set([beside, top])
        seen[scope] = visible_departments(someone, TODAY)

    assert seen == {
        "all": None,
        "chosen": {beside.pk, top.pk},
        "department": {middle.pk},
        "below": {middle.pk, leaf.pk},
        "own": frozenset(),
    }


def test_a_role_brings_its_scope_and_nobody_without_a_department_sees_one(tree: list[Department]):
    assert visible_departments(person("leader"), TODAY) is None
    assert visible_departments(person("officer"), TODAY) == frozenset()
    assert visible_departments(person("admin"), TODAY) == frozenset()


def lent(tree: list[Department], **dates: date) -> tuple[Person, Person]:
    giver, taker = person("appraisal", tree[0]), person("officer", tree[3])
    told = {"from_on": TODAY, "until_on": date(2021, 7, 2), "today": TODAY} | dates
    delegate(giver=giver, taker_id=taker.pk, reason="出差", **told)
    return giver, taker


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2021, 6, 29), False),
        (date(2021, 6, 30), True),
        (date(2021, 7, 2), True),
        (date(2021, 7, 3), False),
    ],
)
def test_a_delegation_holds_from_its_first_to_its_last_day(tree, day: date, holds: bool):
    _, taker = lent(tree)

    assert bool(active_delegations(taker, day)) is holds
    assert (visible_departments(taker, day) is None) is holds


def test_who_acts_for_somebody_may_what_they_may_and_the_audit_says_for_whom(tree):
    giver, taker = lent(tree)
    client = sign_in("officer")
    assert Person.objects.get(role="officer").pk == taker.pk
    taker.refresh_from_db()
    Person.objects.filter(pk=taker.pk).update(must_change_password=False)

    assert client.get(reverse("reports:new")).status_code == 200
    client.post(reverse("reports:new"), {"year": "2021"})

    line = AuditLine.objects.filter(account=taker.account).first()
    assert (line.act, line.acting_for) == ("reports:new", giver.name)


def test_an_expired_delegation_has_no_effect_and_says_so(tree):
    giver, taker = lent(tree)
    Delegation.objects.update(from_on=date(2021, 6, 1), until_on=date(2021, 6, 29))
    Person.objects.filter(pk=taker.pk).update(must_change_password=False)
    client = sign_in("officer")

    answer = client.get(reverse("reports:new"))

    assert answer.status_code == 403
    assert "2021-06-29" in answer.content.decode()
    assert giver.name in answer.content.decode()
    assert "已到期" in client.get(reverse("delegations")).content.decode()


def test_a_delegation_taken_back_or_of_somebody_who_left_has_no_effect(tree):
    giver, taker = lent(tree)
    withdraw_delegation(delegation_id=Delegation.objects.get().pk, by=giver, on=TODAY)
    assert not active_delegations(taker, TODAY)
    with pytest.raises(AccountRefused, match="已收回"):
        withdraw_delegation(delegation_id=Delegation.objects.get().pk, by=giver, on=TODAY)

    Delegation.objects.update(withdrawn_on=None)
    assert active_delegations(taker, TODAY)
    Person.objects.filter(pk=giver.pk).update(is_active=False)
    assert not active_delegations(taker, TODAY)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"until_on": date(2021, 6, 29), "from_on": date(2021, 6, 1)}, "已过"),
        ({"until_on": date(2021, 6, 1)}, "早于起日"),
        ({"until_on": date(2022, 6, 1)}, "最长"),
    ],
)
def test_delegations_that_cannot_be_are_refused(tree, change: dict, words: str):
    with pytest.raises(AccountRefused, match=words):
        lent(tree, **change)


def test_the_duties_of_the_three_administrators_are_not_lent(tree):
    admin, clerk, auditor = person("admin"), person("officer"), person("audit_admin")
    told = {"from_on": TODAY, "until_on": TODAY, "today": TODAY, "reason": "x"}
    for giver, taker in ((admin, clerk), (clerk, auditor), (admin, auditor)):
        with pytest.raises(AccountRefused, match="三员分立"):
            delegate(giver=giver, taker_id=taker.pk, **told)
    with pytest.raises(AccountRefused, match="同事"):
        delegate(giver=clerk, taker_id=clerk.pk, **told)


def moved(who: Person, role: str, by: Person, **more) -> Person:
    told = {"department": None, "post": "", "on": TODAY, "version": who.version} | more
    return move_person(person_id=who.pk, role=role, by=by, **told)


def test_a_sensitive_right_holds_when_a_second_person_has_approved_it(changde: Zone):
    admin, keeper, clerk = person("admin"), person("security_admin"), person("officer")

    assert moved(clerk, "audit_admin", admin).role == "officer"
    asked = GrantRequest.objects.get()
    with pytest.raises(AccountRefused, match="双人"):
        decide_grant(request_id=asked.pk, is_approved=True, by=admin, on=TODAY)
    decide_grant(request_id=asked.pk, is_approved=True, by=keeper, on=TODAY)

    clerk.refresh_from_db()
    assert clerk.role == "audit_admin"
    with pytest.raises(AccountRefused, match="决定过"):
        decide_grant(request_id=asked.pk, is_approved=False, by=keeper, on=TODAY)


def test_a_refused_right_changes_nothing_and_everything_visible_is_sensitive(changde: Zone):
    admin, keeper, clerk = person("admin"), person("security_admin"), person("officer")

    assert moved(clerk, "officer", admin, scope="all").scope == ""
    decide_grant(request_id=GrantRequest.objects.get().pk, is_approved=False, by=keeper, on=TODAY)

    clerk.refresh_from_db()
    assert (clerk.role, clerk.scope) == ("officer", "")


def test_nobody_grants_to_themselves(changde: Zone):
    admin, other = person("admin"), person("admin", account="second")
    with pytest.raises(AccountRefused, match="自己"):
        moved(admin, "leader", admin)
    assert moved(admin, "leader", other).role == "leader"


@pytest.mark.parametrize("role", ["admin", "security_admin", "audit_admin"])
def test_the_last_of_each_administrator_stays(changde: Zone, role: str):
    last, other = person(role), person("leader")
    with pytest.raises(AccountRefused, match="最后一位"):
        set_active(person_id=last.pk, is_active=False, by=other, on=TODAY)
    person(role, account="second")
    assert not set_active(person_id=last.pk, is_active=False, by=other, on=TODAY).is_active


def test_the_security_administrator_approves_and_looks_at_what_somebody_sees(changde: Zone):
    admin, clerk = person("admin"), person("officer", Department.objects.first())
    keeper = sign_in("security_admin")
    moved(clerk, "audit_admin", admin)

    page = keeper.get(reverse("security"), {"person": clerk.pk}).content.decode()
    assert "plan:home" in page
    assert Department.objects.first().name in page
    asked = GrantRequest.objects.get().pk
    keeper.post(reverse("grant_decide", args=[asked]), {"decision": "approve"})
    assert Person.objects.get(pk=clerk.pk).role == "audit_admin"
    assert keeper.get(reverse("security"), {"person": "99999999999999"}).status_code == 200


def conflicts(*rows: tuple[str, str, str, str, str, bool]) -> list[Problem]:
    """Return what is wrong with a table of these people, rows counted from the heads."""
    numbered = [(number, Entry(*row)) for number, row in enumerate(rows, start=1)]
    return find_conflicts(numbered, get_roster())


def test_two_heads_of_one_post_are_refused_with_the_row(changde: Zone):
    first, second = [one.pk for one in Department.objects.all()[:2]]
    rows = [
        ("a", "甲", first, "局长", "officer", True),
        ("b", "乙", first, "副局长", "officer", True),
        ("c", "丙", second, "局长", "officer", True),
        ("d", "丁", first, "局长", "officer", True),
    ]
    assert conflicts(*rows[:3]) == []

    (problem,) = conflicts(*rows)

    assert (problem.row, problem.field) == (4, "post")
    assert "第 2 行的甲" in str(problem.what)
    assert "副职" in str(problem.what)
    assert conflicts((*rows[0][:5], False), *rows[1:]) == []


def test_a_head_who_is_here_already_counts(changde: Zone):
    first = Department.objects.first()
    add_person(account="old", name="老", role="officer", department=first, post="局长")

    (problem,) = conflicts(("n", "新", first.pk, "局长", "officer", True))

    assert "现任老（old）" in str(problem.what)
    with pytest.raises(AccountRefused, match="old"):
        add_person(account="n", name="新", role="officer", department=first, post="局长")


@pytest.mark.parametrize(
    ("post", "expected"), [("局长", True), ("副局长", False), ("科员", False), ("主任", True)]
)
def test_what_a_department_has_once(post: str, expected: bool):
    assert is_head_post(post) is expected


def test_a_table_grants_no_administrator(changde: Zone):
    (problem,) = conflicts(("a", "甲", "", "", "audit_admin", True))

    assert "安全管理员批准" in str(problem.what)
    assert problem.field == "role"


ROLE_FILES = {
    "audit and system together": ("[manage_people, see_audit]", "三员分立"),
    "administration and business together": ("[see_audit, keep_plan]", "不能同时办业务"),
    "an unknown permission": ("[see_plans]", "see_plan"),
}


@pytest.mark.parametrize(("permissions", "words"), ROLE_FILES.values(), ids=ROLE_FILES)
def test_a_role_file_that_will_not_do_is_refused_with_line_and_fix(
    tmp_path: Path, permissions: str, words: str
):
    path = tmp_path / "roles.yaml"
    path.write_text(
        "clerk: {name: 文员, english: clerk, permissions: [see_plan]}\n"
        f"boss: {{name: 总管, english: boss, permissions: {permissions}}}\n",
        "utf-8",
    )
    with pytest.raises(ZoneRefused, match=words) as refusal:
        read_roles(path)
    assert "roles.yaml:2" in str(refusal.value)


def test_a_role_file_adds_a_role(tmp_path: Path):
    path = tmp_path / "roles.yaml"
    path.write_text(
        "clerk: {name: 文员, english: clerk, permissions: [see_plan], scope: department}\n", "utf-8"
    )

    role = read_roles(path)["clerk"]

    assert (role.name, role.scope) == ("文员", "department")
    assert {one.value for one in role.permissions} == {"see_plan"}


def test_no_role_of_the_house_mixes_duties():

    assert [one.id for one in ROLES.values() if find_mixed_duties(one.permissions)] == []
