"""At the counter: one form, one list of papers, one date; deferral, undertaking, one seal."""

from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest

from jingkai.approvals.desks import department_of
from jingkai.approvals.models import (
    Application,
    Branch,
    Certificate,
    Letter,
    Paper,
    SealDelegation,
    SealUse,
    Undertaking,
)
from jingkai.approvals.queries import find_public, open_letter
from jingkai.approvals.services import (
    ApplicationRefused,
    NotDelegated,
    NotOpen,
    PapersMissing,
    WrongPaper,
    call_back,
    confirm_item,
    correct_application,
    decline_application,
    file_paper,
    finish_agent_task,
    mark_papers,
    name_agent,
    rate,
    receive_corrected,
    run_day,
    withdraw_application,
)
from jingkai.cases.models import Case
from jingkai.cases.services import Blocked, act
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.models import Fact
from tests.approvals.counter import (
    FACTS,
    TODAY,
    Counter,
    accept,
    all_received,
    decide,
    open_counter,
    send,
)

D = date.fromisoformat


@pytest.fixture
def counter(zone: Zone) -> Counter:
    return open_counter()


def branch(application: Application, item: str) -> Branch:
    return application.branches.select_related("case").get(item=item)


def test_a_bundle_asks_once_and_promises_one_date(counter: Counter):
    application = send(counter)
    assert application.papers.count() == len(set(application.papers.values_list("material")))
    assert [one.item for one in application.branches.filter(state="running")] == ["firm_setup"]
    all_received(application, counter)
    accept(application, counter)

    application.refresh_from_db()
    # firm_setup and its followers are promised on the spot or within one day after each other.
    assert application.promised_on == D("2021-07-01")
    assert Letter.objects.get().kind == "受理通知书"


def test_items_open_one_after_another_and_results_come_as_they_are(counter: Counter):
    application = send(counter)
    all_received(application, counter)
    accept(application, counter)
    decide(branch(application, "firm_setup").case_id, counter)

    assert Certificate.objects.get().name == "营业执照"
    running = {one.item for one in application.branches.filter(state="running")}
    assert running == {"seal_filing", "tax_registration", "insurance_registration", "housing_fund"}
    for item in ("seal_filing", "tax_registration", "insurance_registration", "housing_fund"):
        decide(branch(application, item).case_id, counter)
    decide(branch(application, "bank_account").case_id, counter)

    application.refresh_from_db()
    assert (application.state, application.closed_on) == ("done", TODAY)
    assert Fact.objects.filter(type="approvals.bundle_finished").count() == 1
    assert Letter.objects.filter(kind="决定书").count() == 6
    assert list(SealUse.objects.order_by("number").values_list("number", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


def test_a_refusal_ends_what_waited_for_it(counter: Counter):
    application = send(counter)
    all_received(application, counter)
    accept(application, counter)
    decide(branch(application, "firm_setup").case_id, counter, outcome="refuse")

    application.refresh_from_db()
    states = set(application.branches.values_list("state", flat=True))
    assert (states, application.state) == ({"refused", "ended"}, "done")
    assert not Certificate.objects.exists()


def test_parallel_items_start_together_when_the_land_is_granted(counter: Counter):
    application = send(counter, bundle="land_to_start", facts=FACTS)
    all_received(application, counter)
    accept(application, counter)
    decide(branch(application, "project_filing").case_id, counter)

    running = {one.item for one in application.branches.filter(state="running")}
    assert running == {"land_planning_permit", "eia_form"}


def test_everything_missing_is_told_in_one_letter(counter: Counter):
    application = send(counter)
    with pytest.raises(PapersMissing, match="公司章程"):
        accept(application, counter)
    correct_application(
        application_id=application.pk, by=counter.window, on=TODAY, version=application.version
    )
    application.refresh_from_db()
    assert application.state == "correct"
    assert "公司章程" in application.told
    assert branch(application, "firm_setup").case.told_on == TODAY
    receive_corrected(
        application_id=application.pk, by=counter.window, on=TODAY, version=application.version
    )
    all_received(application, counter)
    assert accept(application, counter).state == "running"
    assert Application.objects.get().trips == 2


def test_only_minor_papers_are_deferred_and_with_a_day(counter: Counter):
    application = send(counter)
    mark = {"application_id": application.pk, "by": counter.window, "on": TODAY}
    with pytest.raises(ApplicationRefused, match="主要材料"):
        mark_papers(**mark, states={"articles": "deferred"}, due={"articles": D("2021-07-02")})
    with pytest.raises(ApplicationRefused, match="补交期限"):
        mark_papers(**mark, states={"agent_letter": "deferred"}, due={})
    with pytest.raises(ApplicationRefused, match="补交期限"):
        mark_papers(**mark, states={"agent_letter": "deferred"}, due={"agent_letter": TODAY})
    with pytest.raises(ApplicationRefused, match="没有部门持有"):
        mark_papers(**mark, states={"articles": "held"}, due={})
    with pytest.raises(ApplicationRefused, match="告知承诺"):
        mark_papers(**mark, states={"articles": "promised"}, due={})
    mark_papers(**mark, states={"premises_proof": "promised"}, due={})
    assert application.papers.get(material="premises_proof").state == "promised"


def deferred(counter: Counter) -> Application:
    """Return a change of registration with one paper deferred to its due day."""
    application = send(counter, item="firm_change")
    all_received(application, counter)
    mark_papers(
        application_id=application.pk,
        states={"shareholder_resolution": "deferred"},
        due={"shareholder_resolution": D("2021-07-01")},
        by=counter.window,
        on=TODAY,
    )
    return accept(application, counter)


def test_a_deferral_lets_review_run_and_blocks_the_decision(counter: Counter):
    application = deferred(counter)
    assert Letter.objects.get().kind == "容缺受理通知书"
    with pytest.raises(Blocked, match="股东决定"):
        decide(branch(application, "firm_change").case_id, counter)

    paper = application.papers.get(material="shareholder_resolution")
    file_paper(paper_id=paper.pk, name="决定.pdf", data=b"%PDF-1.7 x", by=None, on=TODAY)
    decide(branch(application, "firm_change").case_id, counter)
    assert Certificate.objects.exists()


def test_a_deferral_is_not_longer_than_the_promise(counter: Counter):
    application = send(counter, item="firm_change")
    all_received(application, counter)
    mark_papers(
        application_id=application.pk,
        states={"shareholder_resolution": "deferred"},
        due={"shareholder_resolution": D("2021-07-02")},
        by=counter.window,
        on=TODAY,
    )
    with pytest.raises(ApplicationRefused, match=r"晚于.*承诺办结日 2021-07-01"):
        accept(application, counter)


def test_a_lapsed_deferral_is_reminded_and_then_sent_back(counter: Counter):
    application = deferred(counter)
    done = {"accepted": 0, "reminded": 0, "lapsed": 0, "escalated": 0}
    assert run_day(on=TODAY) == done | {"reminded": 1}
    assert run_day(on=D("2021-07-01")) == done
    assert run_day(on=D("2021-07-02"))["lapsed"] == 1

    application.refresh_from_db()
    case = Case.objects.get()
    assert (application.state, case.outcome) == ("ended", "退件")
    assert Letter.objects.filter(kind="退件通知书").exists()
    assert run_day(on=D("2021-07-05"))["lapsed"] == 0


def test_the_law_accepts_what_nobody_looked_at(counter: Counter):
    application = send(None, item="firm_change")
    assert run_day(on=D("2021-07-08"))["accepted"] == 1

    application.refresh_from_db()
    assert application.state == "running"
    assert Case.objects.get().accepted_on == TODAY


def test_an_undertaking_skips_review_and_is_checked_afterwards(counter: Counter):
    application = send(counter, item="food_licence", is_undertaken=True)
    all_received(application, counter)
    accept(application, counter)
    case = branch(application, "food_licence").case
    assert [one.step for one in case.work.all()] == ["decide"]
    decide(case.pk, counter)
    certificate = Certificate.objects.get()
    assert certificate.expires_on == D("2026-06-29")
    check = Undertaking.objects.get().check_case

    checker = counter.officer(check.department_id)
    act(case_id=check.pk, step="check", by=checker, on=TODAY, words="布局不符", outcome="false")
    act(case_id=check.pk, step="conclude", by=counter.chief, on=TODAY, words="撤销")
    certificate.refresh_from_db()
    assert certificate.revoked_on == TODAY
    assert Letter.objects.get(kind="决定书").is_revoked


def test_a_true_promise_keeps_its_certificate(counter: Counter):
    application = send(counter, item="food_licence", is_undertaken=True)
    all_received(application, counter)
    accept(application, counter)
    decide(branch(application, "food_licence").case_id, counter)
    check = Undertaking.objects.get().check_case
    checker = counter.officer(check.department_id)
    act(case_id=check.pk, step="check", by=checker, on=TODAY, words="属实", outcome="true")
    act(case_id=check.pk, step="conclude", by=counter.chief, on=TODAY, words="归档")

    assert Certificate.objects.get().revoked_on is None
    assert Undertaking.objects.get().is_true


def test_the_seal_is_put_only_under_what_was_given_to_it(counter: Counter):
    application = send(counter, item="drainage_permit")
    all_received(application, counter)
    accept(application, counter)
    SealDelegation.objects.filter(item="drainage_permit").update(until_on=D("2021-06-29"))
    item = current_zone().approvals.items["drainage_permit"]
    if department_of(item.desk) == department_of("seal"):
        decide(branch(application, "drainage_permit").case_id, counter)
        assert SealUse.objects.get().delegation is None
        return
    with pytest.raises(NotDelegated, match="没有划转"):
        decide(branch(application, "drainage_permit").case_id, counter)
    assert not SealUse.objects.exists()
    assert Case.objects.get().decided_on is None


def test_a_decision_is_a_numbered_letter_with_a_code(counter: Counter):
    application = send(counter, item="firm_change")
    all_received(application, counter)
    accept(application, counter)
    decide(branch(application, "firm_change").case_id, counter)

    letter = Letter.objects.get(kind="决定书")
    with ZipFile(BytesIO(open_letter(letter).read_bytes())) as package:
        text = package.read("word/document.xml").decode()
        assert any(name.endswith(".png") for name in package.namelist())
    assert "准予行政许可决定书" in text
    assert letter.code in text
    assert letter.number.startswith(current_zone().document_mark)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.exe", b"MZ", "不能收"),
        ("a.pdf", b"MZ\x90", "内容不是 pdf"),
        ("a.pdf", b"", "空文件"),
        ("a.png", b"%PDF-1.7", "内容不是 png"),
        ("a.pdf", b"%PDF-" + b"0" * (20 * 2**20), "超过 20 MB"),
    ],
)
def test_papers_of_a_wrong_kind_are_refused(counter: Counter, name: str, data: bytes, words: str):
    paper = send(counter).papers.first()
    with pytest.raises(WrongPaper, match=words):
        file_paper(paper_id=paper.pk, name=name, data=data, by=None, on=TODAY)
    assert Paper.objects.get(pk=paper.pk).state == paper.state


def test_items_in_doubt_are_hidden_until_confirmed(zone: Zone):
    with pytest.raises(NotOpen, match="还在核对"):
        send(None)
    counter = open_counter()
    with pytest.raises(ApplicationRefused, match="已由"):
        confirm_item(item_id="seal_filing", basis="试验依据第二条", by=counter.chief, on=TODAY)
    with pytest.raises(ApplicationRefused, match="已经核实"):
        confirm_item(item_id="firm_setup", basis="试验依据第二条", by=counter.chief, on=TODAY)
    assert send(None).pk


def test_what_is_asked_must_be_told(counter: Counter):
    with pytest.raises(ApplicationRefused, match="法定代表人"):
        send(counter, answers={})
    with pytest.raises(ApplicationRefused, match="电话"):
        send(counter, phone=" ")
    with pytest.raises(ApplicationRefused, match="没有这件事"):
        send(counter, bundle="gone")
    with pytest.raises(ApplicationRefused, match="没有这个事项"):
        send(counter, item="gone")


def test_the_second_officer_at_the_counter_is_told(counter: Counter):
    application = send(counter)
    old = application.version
    all_received(application, counter)
    accept(application, counter)
    with pytest.raises(ApplicationRefused, match="刚被别人办理过"):
        correct_application(application_id=application.pk, by=counter.window, on=TODAY, version=old)


def test_declining_needs_a_reason_and_ends_the_cases(counter: Counter):
    application = send(counter)
    told = {"application_id": application.pk, "by": counter.window, "on": TODAY, "version": 1}
    with pytest.raises(ApplicationRefused, match="理由"):
        decline_application(**told, words=" ")
    decline_application(**told, words="不属于本级管辖，请向市局申请")

    assert Case.objects.get().closed_on == TODAY
    assert Application.objects.get().state == "ended"
    with pytest.raises(ApplicationRefused):
        withdraw_application(
            application_id=application.pk,
            outcome="撤回申请",
            words="x",
            by=counter.window,
            on=TODAY,
        )


def test_progress_needs_number_and_phone(counter: Counter):
    application = send(counter)

    assert find_public(application.number, "1234", TODAY).application == application
    assert find_public(application.number, "1235", TODAY) is None
    assert find_public(application.number, "", TODAY) is None
    assert find_public("S2021999999", "1234", TODAY) is None


def test_a_bad_grade_is_called_back_and_may_be_given_anew_once(counter: Counter):
    application = send(counter, item="firm_change")
    case = branch(application, "firm_change").case
    with pytest.raises(ApplicationRefused, match="办结后"):
        rate(case_id=case.pk, grade=5, words="", on=TODAY)
    all_received(application, counter)
    accept(application, counter)
    decide(case.pk, counter)
    with pytest.raises(ApplicationRefused, match="五个等次"):
        rate(case_id=case.pk, grade=6, words="", on=TODAY)
    rating = rate(case_id=case.pk, grade=2, words="太慢", on=TODAY)
    assert (rating.call_due_on, rating.right_due_on) == (D("2021-07-01"), D("2021-07-21"))
    with pytest.raises(ApplicationRefused, match="重评一次"):
        rate(case_id=case.pk, grade=5, words="", on=TODAY)
    call_back(rating_id=rating.pk, words="已致歉", is_righted=True, by=counter.window, on=TODAY)
    assert rate(case_id=case.pk, grade=4, words="", on=TODAY).second_grade == 4
    with pytest.raises(ApplicationRefused):
        rate(case_id=case.pk, grade=1, words="", on=TODAY)
    assert Fact.objects.filter(type="approvals.rated").count() == 1


def test_an_agent_gets_the_tasks_of_the_bundle(counter: Counter):
    from decimal import Decimal

    from jingkai.org.models import Department
    from jingkai.projects.services import add_project

    project = add_project(
        code="T-1",
        name="试验项目",
        investor="",
        kind="产业",
        investment=Decimal(1),
        is_top500=False,
        lead=Department.objects.first().pk,
    )
    application = send(counter, project_id=project.pk)
    name_agent(application_id=application.pk, agent=counter.chief, by=counter.window, on=TODAY)
    tasks = application.agenttask_set.all()
    assert tasks.count() == application.branches.count()
    finish_agent_task(task_id=tasks[0].pk, hours=Decimal("1.5"), by=counter.chief, on=TODAY)
    with pytest.raises(ApplicationRefused, match="别人的"):
        finish_agent_task(task_id=tasks[1].pk, hours=Decimal(1), by=counter.window, on=TODAY)
    with pytest.raises(ApplicationRefused, match="工时"):
        finish_agent_task(task_id=tasks[1].pk, hours=Decimal(0), by=counter.chief, on=TODAY)


def test_a_long_wait_is_forecast_from_what_was(counter: Counter):
    from jingkai.cases.models import Action
    from jingkai.cases.queries import back_test, forecast, get_case, get_view

    cases = []
    for _ in range(7):
        application = send(counter, item="firm_change")
        all_received(application, counter)
        accept(application, counter)
        cases.append(branch(application, "firm_change").case_id)
    for case_id, days in zip(cases, (1, 2, 2, 3, 4, 5), strict=False):
        decide(case_id, counter, on=TODAY + timedelta(days))
    # Without what the steps took, whole cases tell.
    Action.objects.filter(kind="act").update(kind="acted")
    case = get_case(cases[-1])
    later = D("2021-07-05")

    soon = forecast(get_view(case, counter.window, later), D("2021-07-05"))
    # Working days of the closed ones: 1, 2, 2, 2, 2, 3 (3 and 4 July are a weekend).
    assert soon is None, "only one took as long as the three days that this one already has"
    assert back_test("approvals.permit", "firm_change") == (0, 0)
    application = send(counter, item="firm_change")
    all_received(application, counter)
    accept(application, counter, on=later)
    fresh = get_case(branch(application, "firm_change").case_id)
    found = forecast(get_view(fresh, counter.window, later), later)
    assert (found.cases, found.p50, found.p80) == (6, D("2021-07-07"), D("2021-07-07"))


def rated_badly(counter: Counter):
    application = send(counter, item="firm_change")
    all_received(application, counter)
    accept(application, counter)
    case = branch(application, "firm_change").case
    decide(case.pk, counter)
    return rate(case_id=case.pk, grade=1, words="太慢", on=TODAY)


def test_a_bad_grade_that_nobody_answers_goes_up_once_for_each_clock(counter: Counter):
    from jingkai.org.models import Department as DepartmentRow
    from jingkai.org.models import Notice
    from jingkai.org.services import add_person

    above = DepartmentRow.objects.last()
    add_person(account="watch", name="督", role="appraisal", department=above)
    rating = rated_badly(counter)
    assert rating.call_due_on == D("2021-07-01")
    assert run_day(on=rating.call_due_on)["escalated"] == 0
    assert run_day(on=D("2021-07-02"))["escalated"] == 1
    assert run_day(on=D("2021-07-05"))["escalated"] == 0
    assert Notice.objects.filter(department=above, text__contains="差评逾期未回访").count() == 1
    assert run_day(on=D("2021-07-22"))["escalated"] == 1
    rating.refresh_from_db()
    assert rating.right_escalated_on == D("2021-07-22")


def test_a_bad_grade_that_was_answered_in_time_stays_below(counter: Counter):
    rating = rated_badly(counter)
    call_back(rating_id=rating.pk, words="已改", is_righted=True, by=counter.window, on=TODAY)
    assert run_day(on=D("2021-07-22"))["escalated"] == 0


def test_remaining_steps_and_the_queue_make_the_date(counter: Counter):
    from jingkai.cases.models import Action, OpenWork
    from jingkai.cases.queries import forecast, get_case, get_view

    for _ in range(5):
        application = send(counter, item="firm_change")
        all_received(application, counter)
        accept(application, counter)
        decide(branch(application, "firm_change").case_id, counter)
    application = send(counter, item="firm_change")
    all_received(application, counter)
    accept(application, counter)
    case = get_case(branch(application, "firm_change").case_id)
    before = {"review": 2, "decide": 1}
    for step, days in before.items():
        Action.objects.filter(kind="act", step=step).update(waited=days * 86_400, worked=0)
    Action.objects.filter(kind="act").exclude(step__in=before).update(waited=0, worked=0)

    found = forecast(get_view(case, counter.window, TODAY), TODAY)
    assert found.is_by_steps
    # Two days and one end on a Saturday; a date is a working day.
    assert found.p80 == D("2021-07-05")
    work = case.work.get()
    for _ in range(4):
        ahead = send(counter, item="firm_change")
        all_received(ahead, counter)
        accept(ahead, counter)
    others = OpenWork.objects.filter(name=work.name, department=work.department).exclude(pk=work.pk)
    others.update(since_at=work.since_at - timedelta(days=1))
    queued = forecast(get_view(case, counter.window, TODAY), TODAY)
    # Four before it, and the desk did five in four weeks: 22.4 days, of which two are usual.
    assert (queued.queue, queued.p80) == (4, D("2021-07-26"))
