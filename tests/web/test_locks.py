"""What cannot be changed now says so on its page, offers no change, and takes none."""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import jingkai
from jingkai.approvals.models import Application, Paper
from jingkai.cases.models import Definition
from jingkai.cases.services import NewCase, ask_cosign, end_case, open_case, withdraw_definition
from jingkai.enterprises.models import Enterprise
from jingkai.kernel.periods import Period
from jingkai.kernel.units import yi
from jingkai.kernel.zone import Zone, current_zone
from jingkai.ledger.models import Entry
from jingkai.ledger.queries import Ledger
from jingkai.ledger.services import keep_file
from jingkai.org.models import Department, Person
from jingkai.org.services import YearClosed, close_year
from jingkai.plan.models import Share, Snapshot
from jingkai.plan.services import NewItem, NewTarget, adopt_plan, draft_plan, freeze_month
from jingkai.projects.services import Closing, add_project, close_nodes, lay_out_nodes, pass_gate
from jingkai.reports.services import take_in
from jingkai.reports.workshop import NewSection, freeze_draft, open_draft
from jingkai.returns.models import Filing, ReturnFile
from jingkai.returns.services import accept, confirm, explain, let_file, send_back
from jingkai.supervision.figureasking import request_table
from jingkai.supervision.figures import match
from jingkai.supervision.models import Question
from jingkai.supervision.services import issue_bulletin
from tests.cases.kinds import permit
from tests.conftest import TODAY, sign_in
from tests.returns.world import (
    code_of,
    file_sheet,
    form_here,
    found_firms,
    paper,
    period_here,
    row,
    send,
)

LAST = 2020
DECEMBER = Period.months(LAST, 12, 12)
REPORT = """青禾经开区2020年工作计划
一、2020年重点工作
1.突出实体，聚焦项目推进。力争新开工项目24个。编制要素保障清单。
"""
WORDS = "写到一半的话"


@pytest.fixture
def lived(zone: Zone) -> dict[str, Any]:
    """Live through 2020, then close it; the ids of what that year left, and of what is frozen."""
    for role in ("appraisal", "statistician", "firm", "project_officer", "officer"):
        sign_in(role)
    found_firms("industry", "industry", "commerce")  # the record goes by its days
    appraisal = Person.objects.get(role="appraisal")
    lead = appraisal.department
    started = next(one for one in zone.indicators if "start" in one)
    target = NewTarget("目标", "level", ">=", Decimal(yi(3)), "亿元", Period.year(LAST), "")
    items = [
        NewItem("target", "主题", "投资三亿", date(LAST, 12, 31), lead.pk, target=target),
        NewItem("task", "主题", "编制方案", date(LAST, 6, 1), lead.pk),
    ]
    plan = draft_plan(year=LAST, title="2020年计划", basis="试", items=items)
    adopt_plan(plan_id=plan.pk, by="甲", on=date(LAST, 1, 20))
    goal, task = plan.items.order_by("number")
    share = Share.objects.create(item=goal, department=lead, role="lead", value=Decimal(yi(3)))
    Question.objects.create(
        item=task, department=lead, year=LAST, month=12,
        asked_on=date(LAST, 12, 20), due_on=date(LAST, 12, 25),
    )  # fmt: skip
    project = add_project(
        code="P", name="项目", investor="", kind="产业", investment=Decimal(yi(1)), is_top500=False,
        lead=lead.pk,
    )  # fmt: skip
    pass_gate(
        project_id=project.pk, gate_id="start", on=date(LAST, 5, 6), by="乙", today=TODAY,
        proof=[keep_file(data=b"x", name="a.txt")], version=1,
    )  # fmt: skip
    whole = Period.year(LAST)
    wanted = match(["充电桩保有量（个）"], whole, ledger=Ledger(TODAY), by=appraisal)
    table = request_table(
        title="省里要的表", period=whole, wanted=wanted, asked_of={0: lead.pk},
        due_on=date(2021, 7, 7), by=appraisal, on=TODAY,
    )  # fmt: skip
    intake = take_in(data=REPORT.encode(), name="报告.txt", by="甲", on=TODAY, year=LAST)
    return (
        laid_out(lead)
        | {
            "figure": table.figures.get().pk,
            "started": started,
            "lead": lead.pk,
            "goal": goal.pk,
            "task": task.pk,
            "share": share.pk,
            "question": Question.objects.get().pk,
            "project": project.pk,
            "intake": intake.pk,
            "proposal": intake.proposals.first().pk,
        }
        | returns_of(zone)
    )


def laid_out(lead: Department) -> dict[str, Any]:
    """Lay out the nodes of a project, and close those up to the first that is no gate."""
    project = add_project(
        code="Q", name="排了节点", investor="", kind="产业", investment=Decimal(yi(1)),
        is_top500=False, lead=lead.pk,
    )  # fmt: skip
    told = {"project_id": project.pk, "by": "乙", "today": TODAY}
    lay_out_nodes(**told, on=date(LAST, 3, 2), is_end=False, version=1)
    nodes = current_zone().nodes.for_kind("产业").nodes
    place = next(place for place, one in enumerate(nodes) if not one.gate)
    closings = [Closing(one.id, date(LAST, 5, 8)) for one in nodes[: place + 1]]
    proof = [keep_file(data=b"y", name="b.txt")]
    project.refresh_from_db()
    close_nodes(**told, closings=closings, proof=proof, version=project.version)
    return {"laid": project.pk, "node": nodes[place].id}


def returns_of(zone: Zone) -> dict[str, Any]:
    """File what came before the last period, that one under review, a sheet on its way; close."""
    clerk = Person.objects.get(role="statistician")
    user = Person.objects.get(role="firm")
    firms, form = Enterprise.objects.order_by("code"), form_here()
    let_file(person=user, firm=firms[0], by="管", on=TODAY)
    first, before, last = list(form.periods(LAST))[-3:]
    for period, to_date in ((first, 20000), (before, 40000)):
        filled = paper(row(tax=20000, tax_to_date=to_date))
        done = file_sheet(form, filled, by=clerk, period=period)
    waiting = paper(row(output=1, revenue=1, tax=20000, tax_to_date=60000))
    file_sheet(form, waiting, by=clerk, period=last)
    assert Filing.objects.filter(state="filed").exists(), "something waits for review"
    draft, _found = send(form, waiting, by=user, period=before, firm=firms[0])
    close_year(year=LAST, by="林", on=TODAY)
    kept = {"done": done.pk, "draft": draft.pk, "filing": Filing.objects.get(state="filed").pk}
    return kept | {"form": form.id, "before": before.id, "last": last.id}


MONTH = ["form", "last"]
# A page of the closed year: who could write there otherwise, its address, and what is asked.
CLOSED: dict[str, tuple[str, list[Any], str]] = {
    "plan:home": ("appraisal", [], f"?year={LAST}"),
    "plan:wall": ("appraisal", [], f"?year={LAST}"),
    "plan:cascade": ("appraisal", [], f"?year={LAST}"),
    "plan:editions": ("appraisal", [], f"?year={LAST}"),
    "plan:edition": ("appraisal", [LAST, 1], ""),
    "plan:item": ("appraisal", ["goal"], ""),
    "plan:shares": ("appraisal", ["goal"], ""),
    "plan:share": ("appraisal", ["share"], ""),
    "plan:department": ("appraisal", ["lead"], f"?year={LAST}"),
    "projects:withdraw": ("project_officer", ["project", "start"], ""),
    "projects:reopen_node": ("project_officer", ["laid", "node"], ""),
    "returns:period": ("statistician", MONTH, ""),
    "returns:review": ("statistician", MONTH, ""),
    "returns:bulletin": ("statistician", MONTH, ""),
    "returns:filing": ("statistician", ["filing"], ""),
    "returns:fill": ("firm", MONTH, ""),
    "returns:send": ("firm", MONTH, ""),
    "returns:file": ("firm", ["draft"], ""),
    "returns:columns": ("firm", ["draft"], ""),
    "reports:review": ("appraisal", ["intake"], ""),
    "reports:progress": ("appraisal", [LAST], ""),
    "supervision:bulletin": ("appraisal", [LAST, 12], ""),
    "supervision:answer": ("appraisal", ["question"], ""),
    "supervision:figure": ("appraisal", ["figure"], ""),
}
# The one form that stays on such a page: it writes into the year that is open.
STAYS = {"projects:reopen_node": 'id="close"'}
# A form of the closed year, and what somebody wrote into it.
FORMS: dict[str, tuple[str, list[Any], dict[str, Any]]] = {
    "plan:cascade": ("appraisal", [], {"year": LAST, "act": "table", "reason": WORDS}),
    "plan:amend": ("appraisal", [], {"year": LAST, "reason": WORDS}),
    "plan:item": ("appraisal", ["task"], {"text": WORDS, "version": 1}),
    "plan:target": ("appraisal", ["goal"], {"value": WORDS, "version": 1}),
    "plan:close": ("appraisal", ["task"], {"on": "2020-12-01", "version": 1, "words": WORDS}),
    "plan:reopen": ("appraisal", ["task"], {"version": 1, "words": WORDS}),
    "plan:shares": ("appraisal", ["goal"], {"reason": WORDS, "holder-0": "", "version": 1}),
    "plan:share": ("appraisal", ["share"], {"reason": WORDS}),
    "plan:share_reading": ("appraisal", ["share"], {"month": 12, "value": WORDS}),
    "projects:withdraw": ("project_officer", ["project", "start"], {"reason": WORDS, "version": 2}),
    "projects:gate": ("project_officer", ["project", "commission"], {
        "on": "2020-12-01", "note": WORDS, "version": 2, "proof": "file",
    }),
    "projects:reopen_node": (
        "project_officer", ["laid", "node"], {"reason": WORDS, "version": 3},
    ),
    "returns:remind": ("statistician", MONTH, {"words": WORDS}),
    "returns:review": ("statistician", MONTH, {"filing": "filing", "words": WORDS}),
    "returns:filing": ("statistician", ["filing"], {"act": "back", "remark": WORDS}),
    "returns:fill": ("firm", MONTH, {"output": "1", "why": WORDS}),
    "returns:send": ("firm", MONTH, {"pasted": WORDS}),
    "returns:file": ("firm", ["draft"], {f"why-{code_of(1)}": WORDS}),
    "returns:columns": ("firm", ["draft"], {"code": "0", "words": WORDS}),
    "reports:decide": ("appraisal", ["proposal"], {"decision": "accepted", "version": 1}),
    "reports:accept": ("appraisal", ["intake"], {"words": WORDS}),
    "reports:plan": ("appraisal", ["intake"], {"words": WORDS}),
    "reports:give_back": ("appraisal", ["intake"], {"words": WORDS}),
    "supervision:issue": ("appraisal", [LAST, 12], {"words": WORDS}),
    "supervision:answer": ("appraisal", ["question"], {"progress": WORDS}),
    "supervision:figure": ("appraisal", ["figure"], {"answer": WORDS}),
}  # fmt: skip


def address(name: str, arguments: list[Any], known: dict[str, Any]) -> str:
    return reverse(name, args=[known.get(one, one) for one in arguments])


def main_of(answer: HttpResponse) -> str:
    """Return the page within its frame."""
    return answer.content.decode().partition('<main id="main"')[2].partition("</main>")[0]


def forms_of(answer: HttpResponse) -> list[str]:
    """Return the forms of a page by which somebody could write."""
    found = re.findall(r'<form[^>]*method="post".*?</form>', main_of(answer), re.DOTALL)
    return [one for one in found if re.search(r"<button(?![^>]*disabled)", one)]


def house() -> dict[str, list[Any]]:
    """Return every row of the house but what the request itself leaves."""
    left = {"audit", "sessions", "axes"}
    models = [one for one in apps.get_models() if one._meta.app_label not in left]
    models = [one for one in models if one._meta.label != "web.Submission"]
    return {one._meta.label: _rows(one) for one in models}


def _rows(model: Any) -> list[str]:
    names = [one.attname for one in model._meta.concrete_fields if one.attname != "last_login"]
    return sorted(map(repr, model.objects.values_list(*names)))


def test_every_page_of_a_closed_year_says_so_and_offers_no_change(zone: Zone, lived: dict):
    for name, (role, arguments, asked) in CLOSED.items():
        answer = sign_in(role).get(address(name, arguments, lived) + asked)
        html = main_of(answer)
        assert answer.status_code == 200, name
        assert html.count('class="state locked"') == 1, name
        assert f"{LAST}年已关闭" in html, name
        assert f"{TODAY} 起锁定，由 林 锁定" in html, name
        stays = STAYS.get(name)
        assert [one for one in forms_of(answer) if not stays or stays not in one] == [], name


def test_the_lock_leads_to_where_the_year_is_opened_again(zone: Zone, lived: dict):
    where = f"{reverse('plan:home')}?year={LAST}"
    keeper, reader = sign_in("appraisal").get(where), sign_in("officer").get(where)
    assert f'href="{reverse("years")}?reopen={LAST}"' in main_of(keeper)
    assert f'href="{reverse("years")}">看工作年度' in main_of(reader)
    english = sign_in("appraisal")
    english.cookies["django_language"] = "en"
    assert "2020 is closed" in main_of(english.get(where))


def test_an_open_year_is_not_locked(zone: Zone, lived: dict):
    for name, (role, arguments, _asked) in CLOSED.items():
        if not arguments:
            answer = sign_in(role).get(f"{reverse(name)}?year={TODAY.year}")
            assert "state locked" not in main_of(answer), name
    may = sign_in("statistician").get(
        reverse("returns:period", args=[lived["form"], period_here().id])
    )
    assert "state locked" not in main_of(may) and "催报" in main_of(may)


def test_no_form_of_a_closed_year_is_taken_and_what_was_typed_is_given_back(
    zone: Zone, lived: dict
):
    before = house()
    for name, (role, arguments, data) in FORMS.items():
        told = {key: lived.get(value, value) for key, value in data.items()}
        if "proof" in told:
            told["proof"] = SimpleUploadedFile("a.txt", b"x")
        answer = sign_in(role).post(address(name, arguments, lived), told)
        html = main_of(answer)
        assert answer.status_code == 422, name
        assert f"{LAST}年已于 {TODAY} 由林关闭" in html, name
        if WORDS in data.values():
            assert WORDS in html, name
        assert house() == before, name


def test_a_firm_takes_nothing_back_of_a_closed_year(zone: Zone, lived: dict):
    mine = ReturnFile.objects.filter(pk=lived["done"])
    mine.update(person=Person.objects.get(role="firm"))
    before = house()
    answer = sign_in("firm").post(reverse("returns:undo", args=[lived["done"]]), follow=True)
    assert "关闭" in main_of(answer)
    assert house() == before


def test_whoever_corrects_the_ledger_of_a_closed_year_reads_what_is_left_to_do(
    zone: Zone, lived: dict
):
    client = sign_in("statistician")
    month = [lived["form"], lived["last"]]
    answer = client.get(reverse("returns:send", args=month))
    assert "可以上传更正" in main_of(answer)
    assert len(forms_of(answer)) == 1
    assert reverse("returns:send", args=month) in main_of(
        client.get(reverse("returns:period", args=month))
    )


def sent(client: Client, lived: dict[str, Any], **changes: Any) -> HttpResponse:
    """Send a sheet of November as the office does, and confirm it."""
    told = {"tax": 20000, "tax_to_date": 40000} | changes
    file = SimpleUploadedFile("月报.xlsx", paper(row(**told)))
    where = reverse("returns:send", args=[lived["form"], lived["before"]])
    page = client.post(where, {"file": file}, follow=True)
    return client.post(page.redirect_chain[-1][0])


def test_a_sheet_of_a_closed_year_corrects_what_was_filed(zone: Zone, lived: dict):
    answer = sent(sign_in("statistician"), lived, staff=101)
    assert answer.status_code == 302
    assert f"更正已关闭的{LAST}年" in Entry.objects.order_by("number").last().reason


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"revenue": 1}, "不再审核"), ({"code": code_of(2)}, "重新打开")],
)
def test_a_sheet_of_a_closed_year_files_nothing_new_and_nothing_for_review(
    zone: Zone, lived: dict, changes: dict, words: str
):
    client = sign_in("statistician")
    before = house()["returns.Filing"], Entry.objects.count()
    answer = sent(client, lived, **changes)
    assert answer.status_code == 422
    assert words in main_of(answer)
    assert (house()["returns.Filing"], Entry.objects.count()) == before


def test_the_services_refuse_a_closed_year_too(zone: Zone, lived: dict):
    clerk, user = Person.objects.get(role="statistician"), Person.objects.get(role="firm")
    filing, file = lived["filing"], ReturnFile.objects.get(pk=lived["draft"])
    refused: list[Callable[[], Any]] = [
        lambda: explain(filing_id=filing, text="订单", by=clerk),
        lambda: send_back(filing_id=filing, remark="改", by=clerk, on=TODAY),
        lambda: accept(filing_ids=[filing], by=clerk, on=TODAY),
        lambda: confirm(
            file_id=file.pk, difference=None, answers={}, by=user, on=TODAY, may_accept=False
        ),
        lambda: freeze_month(month=DECEMBER),
        lambda: issue_bulletin(year=LAST, month=12, by=clerk, on=TODAY),
    ]
    before = house()
    for act in refused:
        with pytest.raises(YearClosed, match="重新打开"):
            act()
    assert house() == before
    assert not Snapshot.objects.exists()


@pytest.fixture
def frozen(zone: Zone) -> dict[str, list[Any]]:
    """Make one of each thing that is frozen whatever the year: the address of each page."""
    for role in ("appraisal", "leader"):
        sign_in(role)
    keeper, leader = (Person.objects.get(role=one) for one in ("appraisal", "leader"))
    draft = open_draft(
        title="报告", kind="annual", year=2021, period=Period.year(2021),
        sections=[NewSection("回顾", ["没有数的一句。"])], by="甲", on=TODAY,
    )  # fmt: skip
    edition = freeze_draft(draft_id=draft.pk, waivers={}, known_on=TODAY, by="甲", on=TODAY)
    issue_bulletin(year=2021, month=5, by=keeper, on=TODAY)
    desk = Department.objects.first().pk
    desks = dict.fromkeys(("window", "lead", "seal"), desk)
    new = NewCase(kind=permit, title="办件", department=desk, desks=desks)
    case = open_case(new=new, by=None, on=TODAY)
    step = permit.steps[0].id
    told = {"case_id": case.pk, "step": step, "question": "请核对", "by": leader, "on": TODAY}
    asked = ask_cosign(**told, department=desk)
    end_case(case_id=case.pk, outcome="撤回", words="来函", by=leader, on=TODAY)
    kept = Definition.objects.get(pk=case.definition_id)
    withdraw_definition(definition_id=kept.pk, why="办法废止", by=leader, on=TODAY)
    application = Application.objects.create(
        number="A1", title="申请", applicant="某", phone="1234", received_on=TODAY,
        state=Application.State.ENDED, closed_on=TODAY,
    )  # fmt: skip
    paper = Paper.objects.create(application=application, material="m", name="材料")
    return {
        "cases:cosign": [asked.pk],
        "approvals:paper": [paper.pk],
        "reports:edition": [edition.pk],
        "supervision:bulletin": [2021, 5],
        "cases:detail": [case.pk],
        "cases:definition": [kept.type, kept.version],
        "approvals:application": [application.pk],
    }


# What each says, who could write there otherwise, and the one form that stays: it changes nothing
# of what is frozen.
FROZEN = {
    "reports:edition": ("appraisal", "再定一版", "向社会公开"),
    "supervision:bulletin": ("appraisal", "写进下一期", ""),
    "cases:detail": ("leader", "另立新件", ""),
    "cases:definition": ("leader", "办法废止", "迁移"),
    "approvals:application": ("leader", "另收一件", ""),
}


def test_every_page_of_what_is_frozen_says_so_and_offers_no_change(zone: Zone, frozen: dict):
    for name, (role, words, stays) in FROZEN.items():
        answer = sign_in(role).get(reverse(name, args=frozen[name]))
        html = main_of(answer)
        assert answer.status_code == 200, name
        assert html.count('class="state locked"') == 1, name
        assert words in html and f"{TODAY} 起锁定" in html, name
        assert '<p class="stamp"' in html, name
        assert [one for one in forms_of(answer) if not stays or stays not in one] == [], name


# A form of what is frozen: what somebody wrote into it, and how it is refused.
FROZEN_FORMS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "supervision:issue": ("supervision:bulletin", "appraisal", {}, "不能重发"),
    "cases:clock": ("cases:detail", "leader", {"do": "end", "words": WORDS}, "已办结"),
    "cases:cosign": ("cases:cosign", "leader", {"agreed": "yes", "words": WORDS}, "已办结"),
    "cases:definition": ("cases:definition", "leader", {"do": "withdraw", "why": WORDS}, "停用"),
    "approvals:papers": (
        "approvals:application", "leader", {"do": "decline", "words": WORDS, "version": 1}, "了结",
    ),
    "approvals:paper": ("approvals:paper", "leader", {}, "了结"),
    "approvals:agent": ("approvals:application", "leader", {"agent": "1"}, "了结"),
}  # fmt: skip


def test_no_form_of_what_is_frozen_is_taken(zone: Zone, frozen: dict):
    before = house()
    for name, (page, role, data, words) in FROZEN_FORMS.items():
        answer = sign_in(role).post(reverse(name, args=frozen[page]), data)
        html = main_of(answer)
        assert answer.status_code == 422, name
        assert words in html, name
        if WORDS in data.values():
            assert WORDS in html, name
        assert house() == before, name


# Pages that name a year or a period and are never locked, each with its reason.
OPEN = {
    "BurdenPage": "what was asked in a month is only counted",
    "ComparePage": "promises of several years side by side, only read",
    "PublicPage": "a published edition as everybody reads it, without forms",
    "BulletinsPage": "a list of months; each says so itself",
    "NumberPage": "a number of the ledger is only read",
    "TablePage": "a table that was asked for: figures of it are locked, itself it has no form",
}


def pages_of_the_house() -> dict[str, type]:
    """Return every page of the product by its name."""
    root = Path(jingkai.__file__).parent
    found = {}
    for path in sorted(root.rglob("*.py")):
        if "template: str =" not in path.read_text():
            continue
        name = ".".join(("jingkai", *path.relative_to(root).with_suffix("").parts))
        for one in vars(import_module(name)).values():
            is_own = is_dataclass(one) and one.__module__ == name
            if is_own and "template" in {each.name for each in fields(one)}:
                found[f"{path.parent.name}.{one.__name__}"] = one
    return found


def test_every_page_that_belongs_to_a_year_can_be_locked():
    pages = pages_of_the_house()
    assert len(pages) > 80
    timed = {"year", "month", "period", "period_id", "intake", "edition"}
    open_pages = set()
    for name, one in pages.items():
        names = {each.name for each in fields(one)}
        if names & timed and "lock" not in names:
            open_pages.add(name.partition(".")[2])
    assert open_pages == set(OPEN)
