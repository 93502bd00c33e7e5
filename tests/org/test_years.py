"""The year is switched by who keeps years; a closed year is only looked at, and says so."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from jingkai.audit.models import AuditLine
from jingkai.audit.rules import Origin
from jingkai.audit.services import acting
from jingkai.enterprises.models import Enterprise
from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone
from jingkai.ledger.models import Entry, Fact
from jingkai.ledger.services import Correction, InClosedYear, NewFact, keep_file, record
from jingkai.org.models import Department, Person, WorkYear
from jingkai.org.queries import find_closing, working_year
from jingkai.org.services import (
    YearClosed,
    YearRefused,
    add_person,
    close_year,
    reopen_year,
    switch_year,
)
from jingkai.plan.facts import reading
from jingkai.plan.models import Item, Plan
from jingkai.plan.services import NewItem, adopt_plan, assign_item, draft_plan, file_reading
from jingkai.projects.services import add_project, pass_gate, withdraw_gate
from jingkai.returns.queries import RowToFile
from jingkai.returns.services import file_online, remind
from jingkai.supervision.services import issue_bulletin
from tests.conftest import TODAY, sign_in

LAST = 2020


def make_plan(year: int) -> Plan:
    lead = Department.objects.first().pk
    items = [NewItem("task", "主题", f"{year}年的任务", date(year, 12, 31), lead)]
    plan = draft_plan(year=year, title=f"{year}年计划", basis="", items=items)
    return adopt_plan(plan_id=plan.pk, by="甲", on=TODAY)


def read(amount: int, *, known_on: date = TODAY) -> None:
    file_reading(
        subject="indicator:gdp",
        period=Period.year(LAST),
        values={"amount": Decimal(yi(amount)), "status": "快报"},
        by="统计专班",
        known_on=known_on,
        evidence=[],
    )


def as_person(role: str) -> acting:
    sign_in(role)
    return acting(Origin(account=Person.objects.get(role=role).account))


def close() -> None:
    close_year(year=LAST, by="林", on=TODAY)


def test_the_zone_works_on_the_year_of_the_day_until_somebody_switches(db):
    assert working_year(TODAY) == 2021

    switch_year(year=LAST, by="林", on=TODAY)

    assert working_year(TODAY) == LAST
    assert WorkYear.objects.filter(is_current=True).count() == 1
    line = AuditLine.objects.get(act="year.switched")
    assert '"before":2021' in line.detail and '"after":2020' in line.detail


@pytest.mark.parametrize("year", [1999, 2023])
def test_no_switch_to_a_year_that_cannot_be(db, year: int):
    with pytest.raises(YearRefused):
        switch_year(year=year, by="林", on=TODAY)
    assert not WorkYear.objects.filter(is_current=True).exists()


def test_a_year_is_closed_when_it_is_over_and_nobody_works_on_it(db):
    with pytest.raises(YearRefused, match="还没有过完"):
        close_year(year=2021, by="林", on=TODAY)
    switch_year(year=LAST, by="林", on=TODAY)
    with pytest.raises(YearRefused, match="先切换"):
        close()
    switch_year(year=2021, by="林", on=TODAY)

    close()

    assert find_closing(LAST).closed_by == "林"
    with pytest.raises(YearRefused, match="已于"):
        close()
    with pytest.raises(YearRefused, match="先重新打开"):
        switch_year(year=LAST, by="林", on=TODAY)


def test_a_year_is_opened_again_only_for_a_reason_that_stays(db):
    with pytest.raises(YearRefused, match="没有关闭"):
        reopen_year(year=LAST, by="林", on=TODAY, reason="漏报")
    close()
    with pytest.raises(YearRefused, match="原因"):
        reopen_year(year=LAST, by="林", on=TODAY, reason=" ")
    assert find_closing(LAST)

    reopen_year(year=LAST, by="林", on=TODAY, reason="终核数下发")

    assert find_closing(LAST) is None
    assert "终核数下发" in AuditLine.objects.get(act="year.reopened").detail


def test_the_plan_of_a_closed_year_does_not_change(changde: Zone):
    plan = make_plan(LAST)
    item = plan.items.get()
    close()

    with pytest.raises(YearClosed, match="2020年已于 2021-06-30 由林关闭"):
        assign_item(
            item_id=item.pk,
            version=item.version,
            lead=None,
            support=[],
            leader="",
            due_on=TODAY,
            text="改",
            theme=item.theme_id,
        )
    with pytest.raises(YearClosed):
        make_plan(LAST)
    assert Item.objects.get().text == f"{LAST}年的任务"
    assert Plan.objects.count() == 1


def test_a_return_of_a_closed_year_is_not_filed_any_more(changde: Zone):
    close()

    for role in ("appraisal", "statistician"):
        with as_person(role), pytest.raises(InClosedYear, match="重新打开"):
            read(40)
    assert not Entry.objects.exists()


def test_only_the_post_that_may_corrects_the_ledger_of_a_closed_year_and_says_so(changde: Zone):
    read(40, known_on=date(2021, 2, 4))
    close()

    with pytest.raises(InClosedYear, match="统计专员"):
        read(41)
    with as_person("appraisal"), pytest.raises(InClosedYear, match="统计专员"):
        read(41)
    with as_person("statistician"):
        read(41)

    entry = Entry.objects.last()
    assert "更正已关闭的2020年" in entry.reason
    assert entry.known_on == TODAY
    assert Fact.objects.get(entry=entry).corrects is not None


def test_gates_passed_in_a_closed_year_are_neither_recorded_nor_taken_back(changde: Zone):
    lead = Department.objects.first().pk
    told = {"investor": "", "kind": "产业", "is_top500": False, "lead": lead}
    project = add_project(code="P", name="项目", investment=Decimal(yi(1)), **told)
    proof = [keep_file(data=b"x", name="a.txt")]
    gate = {"project_id": project.pk, "gate_id": "start", "by": "乙", "today": TODAY}
    pass_gate(on=date(LAST, 5, 6), proof=proof, version=1, **gate)
    close()

    with pytest.raises(YearClosed):
        withdraw_gate(reason="错", version=2, **gate)
    again = add_project(code="Q", name="又一个", investment=Decimal(yi(1)), **told)
    with pytest.raises(YearClosed):
        pass_gate(on=date(LAST, 6, 6), proof=proof, version=1, **gate | {"project_id": again.pk})
    again.refresh_from_db()
    assert again.start_on is None
    pass_gate(on=date(2021, 1, 4), proof=proof, version=1, **gate | {"project_id": again.pk})
    page = sign_in("project_officer").get(reverse("projects:detail", args=[project.pk]))
    assert "不能撤回" in page.content.decode()


def test_an_entry_with_one_line_in_a_closed_year_is_refused_whole(changde: Zone):
    close()
    lines = [
        NewFact(reading, "indicator:gdp", {"amount": Decimal(yi(1))}, period=Period.year(year))
        for year in (2019, LAST)
    ]
    with pytest.raises(InClosedYear):
        record(*lines, by="甲", reason="报数", known_on=TODAY)
    assert not Fact.objects.exists()


def test_a_long_reason_still_names_the_closed_year(changde: Zone):
    read(40, known_on=date(2021, 2, 4))
    close()
    fact = Fact.objects.select_related("entry").get()
    with as_person("statistician"):
        line = Correction(fact, {"amount": Decimal(yi(41)), "status": "终核"})
        entry = record(line, by="甲", reason="长" * 200, known_on=TODAY)
    assert len(entry.reason) <= 200 and "2020年" in entry.reason


def test_pages_of_a_closed_year_are_drawn_locked_and_offer_no_change(zone: Zone):
    item = make_plan(LAST).items.get()
    close()
    client = sign_in("appraisal")

    for path in (reverse("plan:home"), reverse("plan:wall"), reverse("plan:item", args=[item.pk])):
        html = client.get(path, {"year": LAST}).content.decode()
        assert 'class="state locked"' in html, path
        assert "2021-06-30 起锁定" in html, path
    assert "确认已完成" not in html
    told = {"version": item.version, "on": "2020-12-01"}
    answer = client.post(reverse("plan:close", args=[item.pk]), told)
    assert answer.status_code == 422
    assert 'class="state locked"' in answer.content.decode()
    assert Item.objects.get().done_on is None


def test_the_pages_open_with_the_working_year_and_switch_to_others(zone: Zone):
    make_plan(2021)
    make_plan(LAST)
    client = sign_in("appraisal")
    assert "2021年的任务" in client.get(reverse("plan:home")).content.decode()

    client.post(reverse("year_switch", args=[LAST]))

    html = client.get(reverse("plan:home")).content.decode()
    assert "2020年的任务" in html
    assert f'href="{reverse("plan:home")}?year=2021"' in html
    assert "2020年的任务" not in client.get(reverse("plan:home"), {"year": 2021}).content.decode()


def test_years_are_closed_and_opened_again_on_their_page(zone: Zone):
    make_plan(LAST)
    client = sign_in("appraisal")
    client.post(reverse("year_close", args=[LAST]))
    assert find_closing(LAST).closed_by == Person.objects.get(role="appraisal").name

    page = client.get(reverse("years"), {"reopen": LAST}).content.decode()
    assert reverse("year_reopen", args=[LAST]) in page
    empty = client.post(reverse("year_reopen", args=[LAST]), {"reason": ""})
    assert empty.status_code == 422
    assert find_closing(LAST)
    client.post(reverse("year_reopen", args=[LAST]), {"reason": "终核"})
    assert find_closing(LAST) is None
    assert client.post(reverse("year_reopen", args=[1990]), {"reason": "x"}).status_code == 404
    refused = client.post(reverse("year_close", args=[2021]), follow=True).content.decode()
    assert "还没有过完" in refused


def test_who_does_not_keep_years_sees_them_and_changes_nothing(zone: Zone):
    make_plan(LAST)
    client = sign_in("officer")
    html = client.get(reverse("years")).content.decode()
    assert "2020年计划" in html
    assert reverse("year_close", args=[LAST]) not in html
    assert client.post(reverse("year_close", args=[LAST])).status_code == 403


def test_nobody_reminds_or_publishes_for_a_closed_year(changde: Zone):
    close()
    clerk = add_person(account="clerk", name="甲", role="statistician", department=None)[0]
    form = next(iter(changde.returns.values()))
    december = Period.months(LAST, 12, 12)
    with pytest.raises(YearClosed, match="已于"):
        remind(form=form, period=december, firms=[], by=clerk, on=TODAY)
    with pytest.raises(YearClosed, match="已于"):
        issue_bulletin(year=LAST, month=12, by=clerk, on=TODAY)


def test_a_firm_files_nothing_for_a_closed_year(changde: Zone):
    clerk = add_person(account="firm", name="甲", role="firm", department=None)[0]
    form, december = next(iter(changde.returns.values())), Period.months(LAST, 12, 12)
    firm = Enterprise(code="91430799MA4L000018", name="甲")
    close()
    with pytest.raises(YearClosed, match="已于"):
        file_online(
            form=form, period=december, firm=firm,
            row=RowToFile(firm, {}, 0, None, is_same=False), explanation="", by=clerk, on=TODAY,
        )  # fmt: skip
