"""Take applications in: one form and one list of papers for everything that is asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from jingkai.approvals.desks import department_of
from jingkai.approvals.granting import issue_letter
from jingkai.approvals.letters import LetterText
from jingkai.approvals.models import Application, Branch, Confirmation, Paper
from jingkai.approvals.refusals import ApplicationRefused, NotOpen, PapersMissing
from jingkai.approvals.rules import PAPER_STATES, check_upload, permit
from jingkai.cases.queries import working_calendar
from jingkai.cases.services import (
    NewCase,
    act,
    clear_flag,
    end_case,
    open_case,
    raise_flag,
    receive_again,
    tell_correction,
)
from jingkai.kernel.deadlines import Limit
from jingkai.kernel.items import Approvals, Bundle, Item, Plan, plan_bundle
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import KeptFile, keep_file
from jingkai.org.queries import Person

__all__ = [
    "NewApplication",
    "accept_application",
    "carry_on",
    "confirm_item",
    "correct_application",
    "decline_application",
    "file_paper",
    "is_open",
    "mark_papers",
    "open_ready_branches",
    "plan_items",
    "receive_corrected",
    "submit",
    "withdraw_application",
]


@dataclass(frozen=True, kw_only=True)
class NewApplication:
    """What an applicant asks for: a bundle or one item, the facts, the form."""

    applicant: str
    phone: str
    bundle: str = ""
    item: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    credit_code: str = ""
    project_id: int | None = None
    is_undertaken: bool = False


def confirm_item(*, item_id: str, basis: str, by: Person, on: date) -> Confirmation:
    """Confirm the basis of an item that was 待核, so that applicants see it."""
    item = _item(item_id)
    if len(basis.strip()) < 6:
        raise ApplicationRefused(Words("请写明依据的文件和条款；确认后事项即对申请人公开。"))
    if item.mark == "V":
        raise ApplicationRefused(Words("“%(item)s”的依据已经核实，不用再确认。", item=named(item)))
    made, is_new = Confirmation.objects.get_or_create(
        item=item_id, defaults={"basis": basis[:200], "confirmed_by": by, "confirmed_on": on}
    )
    if not is_new:
        raise ApplicationRefused(
            Words(
                "已由 %(confirmed_by)s 于 %(confirmed_on)s 确认。",
                confirmed_by=made.confirmed_by,
                confirmed_on=made.confirmed_on,
            )
        )
    return made


def is_open(items: Sequence[str]) -> bool:
    """Tell whether applicants may see these items: every basis is seen in law or confirmed."""
    doubtful = {one for one in items if current_zone().approvals.items[one].mark != "V"}
    confirmed = Confirmation.objects.filter(item__in=doubtful).values_list("item", flat=True)
    return doubtful == set(confirmed)


def plan_items(graph: Mapping[str, Sequence[str]], start: date) -> Plan:
    """Return when each item would end, and the one promised date."""
    items = current_zone().approvals.items
    limits = {one: items[one].promise for one in graph}
    return plan_bundle(graph, limits, start, working_calendar())


@transaction.atomic
def submit(
    *, new: NewApplication, by: Person | None, on: date, at: datetime | None = None
) -> Application:
    """Take an application in; `by` is None when the applicant sends it from outside."""
    book = current_zone().approvals
    bundle, chosen = _chosen(book, new)
    if not chosen:
        raise ApplicationRefused(Words("按所填情况，没有需要办理的事项；请核对所选的情况。"))
    if by is None and not is_open(chosen):
        raise NotOpen(Words("有的事项时限和依据还在核对，暂不能网上申请；请到窗口咨询。"))
    if not new.applicant.strip() or not new.phone.strip():
        raise ApplicationRefused(Words("请填写申请人和联系电话；查询进度要用电话后四位。"))
    also = bundle.fields if bundle else ()
    wanted = [one for one in book.fields_of(chosen, also) if one.is_required]
    if left := [named(one) for one in wanted if not new.answers.get(one.id, "").strip()]:
        raise ApplicationRefused(Words("还有没填的：%(names)s。", names=left))
    graph = bundle.graph(chosen) if bundle else {one: () for one in chosen}
    name = bundle.name if bundle else book.items[chosen[0]].name
    subject = new.answers.get("project_name") or new.applicant
    made = Application.objects.create(
        number=uuid4().hex,
        bundle=new.bundle,
        title=f"{subject} · {name}"[:160],
        content={"needs": {item: list(needs) for item, needs in graph.items()}},
        facts=dict(new.facts),
        answers=dict(new.answers),
        applicant=new.applicant.strip(),
        credit_code=new.credit_code.strip(),
        phone=new.phone.strip(),
        project_id=new.project_id,
        is_undertaken=new.is_undertaken,
        received_on=on,
        trips=0 if by is None else 1,
    )
    made.number = f"S{on.year}{made.pk:06d}"
    made.save(update_fields=["number"])
    Branch.objects.bulk_create(
        Branch(application=made, item=item, needs=list(needs)) for item, needs in graph.items()
    )
    Paper.objects.bulk_create(
        Paper(
            application=made,
            material=one,
            name=book.materials[one].name,
            state="held" if book.materials[one].holder else "missing",
            holder=department_of(book.materials[one].holder) if book.materials[one].holder else "",
        )
        for one in book.materials_of(chosen)
    )
    open_ready_branches(made, by=by, on=on, at=at)
    return made


@transaction.atomic
def mark_papers(
    *,
    application_id: int,
    states: Mapping[str, str],
    due: Mapping[str, date | None],
    by: Person,
    on: date,
) -> Application:
    """Tick the papers one by one: received, held already, deferred to a day, undertaken."""
    application = _locked(application_id)
    materials = current_zone().approvals.materials
    for paper in application.papers.all():
        wanted = states.get(paper.material, paper.state)
        material = materials[paper.material]
        if wanted not in PAPER_STATES:
            raise ApplicationRefused(
                Words("“%(paper)s”没有“%(wanted)s”这种状态。", paper=named(paper), wanted=wanted)
            )
        if wanted == "deferred" and not material.deferrable:
            raise ApplicationRefused(
                Words("“%(paper)s”是主要材料，不能容缺；请补齐或一次性告知。", paper=named(paper))
            )
        if wanted == "promised" and not material.undertaking:
            raise ApplicationRefused(Words("“%(paper)s”不能用告知承诺代替。", paper=named(paper)))
        if wanted == "held" and not material.holder:
            raise ApplicationRefused(
                Words("“%(paper)s”没有部门持有，要由申请人提交。", paper=named(paper))
            )
        day = due.get(paper.material)
        if wanted == "deferred" and (day is None or day <= on):
            raise ApplicationRefused(
                Words("“%(paper)s”容缺要写明今天之后的补交期限。", paper=named(paper))
            )
        if wanted == paper.state and (wanted != "deferred" or day == paper.due_on):
            continue
        paper.state, paper.due_on = wanted, day if wanted == "deferred" else None
        paper.received_on = on if wanted == "received" else None
        paper.save(update_fields=["state", "due_on", "received_on"])
    return application


@transaction.atomic
def file_paper(*, paper_id: int, name: str, data: bytes, by: Person | None, on: date) -> Paper:
    """Take a paper in as a file; one that was deferred is complete with it."""
    check_upload(name, data, settings.UPLOAD_LIMIT)
    paper = Paper.objects.select_related("application").get(pk=paper_id)
    application = _locked(paper.application_id)
    kept: KeptFile = keep_file(data=data, name=name, note=paper.name)
    paper.state, paper.received_on = "received", on
    paper.file_name, paper.sha256, paper.size = kept.name, kept.sha256, kept.size
    paper.due_on = None
    paper.save()
    _clear_complete(application, by=by, on=on)
    return paper


@transaction.atomic
def receive_deferred(*, paper_id: int, by: Person, on: date) -> Paper:
    """Take in on paper what was deferred."""
    paper = Paper.objects.select_related("application").get(pk=paper_id)
    application = _locked(paper.application_id)
    if paper.state != "deferred":
        raise ApplicationRefused(Words("“%(paper)s”不是容缺后补的材料。", paper=named(paper)))
    paper.state, paper.received_on, paper.due_on = "received", on, None
    paper.save(update_fields=["state", "received_on", "due_on"])
    application.trips += 1
    application.save(update_fields=["trips"])
    _clear_complete(application, by=by, on=on)
    return paper


@transaction.atomic
def accept_application(
    *, application_id: int, by: Person, on: date, version: int, at: datetime | None = None
) -> Application:
    """受理: accept every open item at once; the promised date is computed from today."""
    application = _locked(application_id, version)
    if application.state not in (Application.State.SENT, Application.State.CORRECT):
        raise _already(application)
    papers = list(application.papers.all())
    if missing := [named(paper) for paper in papers if paper.state == "missing"]:
        raise PapersMissing(
            Words("还缺：%(names)s；请补齐，能容缺的写明期限，或点“一次性告知”。", names=missing)
        )
    book = current_zone().approvals
    for branch in _running(application):
        _check_units(book.items[branch.item])
        act(
            case_id=branch.case_id or 0,
            step="accept",
            by=by,
            on=on,
            at=at,
            outcome="accept",
            words="材料齐全" if not _deferred(papers) else "容缺受理",
        )
        _flag_deferred(branch, papers, by=by, on=on, at=at)
    _promise(application, on)
    application.state, application.told = Application.State.RUNNING, ""
    _save(application)
    late = _deferred(papers)
    text = _acceptance_letter(application, late)
    issue_letter(application, "容缺受理通知书" if late else "受理通知书", text, by=by.name, on=on)
    return application


@transaction.atomic
def correct_application(
    *, application_id: int, by: Person, on: date, version: int, at: datetime | None = None
) -> Application:
    """一次性告知: tell everything that is missing in one letter; the clock has not begun."""
    application = _locked(application_id, version)
    if application.state != Application.State.SENT:
        raise ApplicationRefused(Words("只有待受理的申请可以告知补正，而且只告知一次。"))
    missing = [paper for paper in application.papers.all() if paper.state == "missing"]
    if not missing:
        raise ApplicationRefused(Words("材料已齐，没有可告知的；请直接受理。"))
    names = "、".join(paper.name for paper in missing)
    for branch in _running(application):
        tell_correction(case_id=branch.case_id or 0, missing=names, by=by, on=on, at=at)
    application.state, application.told = Application.State.CORRECT, names[:500]
    _save(application)
    text = LetterText(
        "材料补正一次性告知书",
        application.applicant,
        [
            f"您提交的“{application.title}”（编号 {application.number}）收悉。"
            "经核对，还需补齐下列材料，请一并提交。",
            "补齐后的材料收到之日重新核对；以上为全部需要补正的内容，不再另行增加。",
        ],
        [(paper.name, "请提交") for paper in missing],
    )
    issue_letter(application, "一次性告知书", text, by=by.name, on=on)
    return application


@transaction.atomic
def receive_corrected(*, application_id: int, by: Person, on: date, version: int) -> Application:
    """Take in what was told to be missing; it is checked anew."""
    application = _locked(application_id, version)
    if application.state != Application.State.CORRECT:
        raise ApplicationRefused(Words("没有等待补正的告知。"))
    for branch in _running(application):
        receive_again(case_id=branch.case_id or 0, by=by, on=on)
    application.state, application.told = Application.State.SENT, ""
    application.trips += 1
    _save(application)
    return application


@transaction.atomic
def decline_application(
    *, application_id: int, words: str, by: Person, on: date, version: int
) -> Application:
    """不予受理: say in writing that the application does not belong here, and why."""
    application = _locked(application_id, version)
    if application.state not in (Application.State.SENT, Application.State.CORRECT):
        raise _already(application)
    if not words.strip():
        raise ApplicationRefused(Words("不予受理要写明理由，并告诉申请人向哪里申请。"))
    for branch in _running(application):
        act(case_id=branch.case_id or 0, step="accept", by=by, on=on, outcome="decline",
            words=words)  # fmt: skip
    _end(application, on)
    text = LetterText(
        "不予受理决定书",
        application.applicant,
        [f"您提交的“{application.title}”不予受理。理由：{words}。"],
    )
    issue_letter(application, "不予受理决定书", text, by=by.name, on=on)
    return application


@transaction.atomic
def withdraw_application(
    *, application_id: int, outcome: str, words: str, by: Person | None, on: date
) -> Application:
    """Bring an application to an end: the applicant took it back, or a deferral lapsed (退件)."""
    application = _locked(application_id)
    if application.state in (Application.State.DONE, Application.State.ENDED):
        raise _already(application)
    for branch in _running(application):
        end_case(case_id=branch.case_id or 0, outcome=outcome, words=words, by=by, on=on)
    _end(application, on)
    text = LetterText(
        f"{outcome}通知书",
        application.applicant,
        [f"您提交的“{application.title}”（编号 {application.number}）{outcome}。理由：{words}。"],
    )
    issue_letter(application, f"{outcome}通知书", text, by=by.name if by else "系统", on=on)
    return application


def carry_on(application: Application, *, on: date, at: datetime) -> list[Branch]:
    """Open what waits for nothing more, accepted already: its papers came with the first item."""
    opened = open_ready_branches(application, by=None, on=on, at=at)
    papers = list(application.papers.all())
    for branch in opened:
        act(
            case_id=branch.case_id or 0,
            step="accept",
            by=None,
            on=on,
            at=at,
            outcome="accept",
            words="材料已随一件事一次收齐，前置事项出证后自动受理",
        )
        if mine := _deferred_of(branch, papers):
            _block(branch.case_id or 0, mine, by=None, on=on, at=at)
    return opened


def open_ready_branches(
    application: Application, *, by: Person | None, on: date, at: datetime | None = None
) -> list[Branch]:
    """Open the case of each item that waits for nothing more."""
    book = current_zone().approvals
    granted = {
        branch.item for branch in application.branches.all() if branch.state == Branch.State.GRANTED
    }
    opened = []
    for branch in application.branches.filter(state=Branch.State.WAITING):
        if not set(branch.needs) <= granted:
            continue
        item = book.items[branch.item]
        is_undertaken = application.is_undertaken and bool(item.undertaking)
        lead = department_of(item.desk)
        branch.case = open_case(
            new=NewCase(
                kind=permit,
                title=f"{application.title.partition(' · ')[0]} · {item.name}",
                department=lead,
                desks={
                    "window": department_of("window"),
                    "lead": lead,
                    "seal": department_of("seal"),
                },
                subject=f"project:{application.project_id}" if application.project_id else "",
                item=item.id,
                answers={
                    "track": "undertaking" if is_undertaken else "ordinary",
                    "visit": "yes" if item.site_visit and not is_undertaken else "no",
                },
                statutory=item.statutory,
                promised=item.promise,
                most_extension=item.extend,
                trips=application.trips,
            ),
            by=by,
            on=on,
            at=at,
        )
        branch.state = Branch.State.RUNNING
        branch.save(update_fields=["case", "state"])
        opened.append(branch)
    return opened


def _clear_complete(application: Application, *, by: Person | None, on: date) -> None:
    """Clear the deferral of each case whose papers are complete now."""
    book = current_zone().approvals
    late = {paper.material for paper in application.papers.filter(state="deferred")}
    for branch in _running(application):
        assert branch.case is not None
        is_flagged = branch.case.flags & 1 << permit.flag("deferral").bit
        if is_flagged and not late & set(book.items[branch.item].materials):
            clear_flag(case_id=branch.case.pk, flag="deferral", words="材料补齐", by=by, on=on)


def _flag_deferred(
    branch: Branch, papers: Sequence[Paper], *, by: Person, on: date, at: datetime | None
) -> None:
    """Block the decision of a case until what was deferred is there, before the case is due."""
    late = _deferred_of(branch, papers)
    if not late:
        return
    branch.refresh_from_db()
    assert branch.case is not None
    last = _last_day(late)
    if branch.case.due_on is not None and last > branch.case.due_on:
        raise ApplicationRefused(
            Words(
                "容缺期限 %(last)s 晚于“%(item)s”的承诺办结日 %(due_on)s；请提前补交期限。",
                last=last,
                item=named(current_zone().approvals.items[branch.item]),
                due_on=branch.case.due_on,
            )
        )
    _block(branch.case.pk, late, by=by, on=on, at=at)


def _block(
    case_id: int, late: Sequence[Paper], *, by: Person | None, on: date, at: datetime | None
) -> None:
    names = "、".join(paper.name for paper in late)
    raise_flag(
        case_id=case_id,
        flag="deferral",
        words=f"缺 {names}",
        by=by,
        on=on,
        due_on=_last_day(late),
        at=at,
    )


def _deferred_of(branch: Branch, papers: Sequence[Paper]) -> list[Paper]:
    """Return the deferred papers that an item needs."""
    wanted = current_zone().approvals.items[branch.item].materials
    return [paper for paper in _deferred(papers) if paper.material in wanted]


def _last_day(late: Sequence[Paper]) -> date:
    return max(paper.due_on for paper in late if paper.due_on is not None)


def _already(application: Application) -> ApplicationRefused:
    """Return the refusal of what comes too late for the state of an application."""
    state = Words(application.get_state_display())
    return ApplicationRefused(
        Words("“%(title)s”已经%(state)s。", title=application.title, state=state)
    )


def _promise(application: Application, on: date) -> None:
    """Write the one promised date, and the day of each item behind it."""
    graph = application.content["needs"]
    plan = plan_items(graph, on)
    application.promised_on, application.is_estimated = plan.due_on, plan.is_estimated
    for branch in application.branches.all():
        branch.planned_on = plan.ends[branch.item]
        branch.save(update_fields=["planned_on"])


def _acceptance_letter(application: Application, late: Sequence[Paper]) -> LetterText:
    lines = [
        f"您提交的“{application.title}”（编号 {application.number}）现予受理，"
        f"承诺于 {application.promised_on} 前办结"
        f"{'（预估，以当年放假安排公布后为准）' if application.is_estimated else ''}。",
        "凭编号和联系电话后四位可以随时查询进度。",
    ]
    if late:
        lines.append(
            "下列材料容缺后补，审查同时进行；逾期未补的，退件并终止办理，作出决定以补齐为前提。"
        )
    asked = [(paper.name, f"{paper.due_on} 前补交") for paper in late]
    title = "容缺受理通知书" if late else "受理通知书"
    return LetterText(title, application.applicant, lines, asked)


def _deferred(papers: Sequence[Paper]) -> list[Paper]:
    return [paper for paper in papers if paper.state == "deferred"]


def _running(application: Application) -> list[Branch]:
    found = application.branches.filter(state=Branch.State.RUNNING)
    return list(found.select_related("case", "application"))


def _end(application: Application, on: date) -> None:
    application.branches.exclude(state__in=[Branch.State.GRANTED, Branch.State.REFUSED]).update(
        state=Branch.State.ENDED, finished_on=on
    )
    application.state, application.closed_on = Application.State.ENDED, on
    _save(application)


def _save(application: Application) -> None:
    application.version += 1
    application.save()


def _locked(application_id: int, version: int | None = None) -> Application:
    application = Application.objects.select_for_update().get(pk=application_id)
    if version is not None and application.version != version:
        raise ApplicationRefused(
            Words(
                "“%(title)s”刚被别人办理过（现在%(state)s）；您勾选的内容还在，请核对后再办。",
                title=application.title,
                state=Words(application.get_state_display()),
            )
        )
    return application


def _chosen(book: Approvals, new: NewApplication) -> tuple[Bundle | None, tuple[str, ...]]:
    if new.bundle:
        if new.bundle not in book.bundles:
            raise ApplicationRefused(Words("没有这件事，可能已停办；您填的内容还在，请另选。"))
        bundle = book.bundles[new.bundle]
        return bundle, bundle.choose(new.facts)
    return None, (_item(new.item).id,)


def _item(item_id: str) -> Item:
    items = current_zone().approvals.items
    if item_id not in items:
        raise ApplicationRefused(Words("没有这个事项，可能已取消；您填的内容还在，请另选。"))
    return items[item_id]


def _check_units(item: Item) -> None:
    limit: Limit = item.statutory
    if limit.count == 0 and limit.unit != "on_the_spot":
        raise ApplicationRefused(
            Words(
                "“%(item)s”没有办理时限，不能受理；请先补上依据和时限。",
                item=named(item),
            )
        )
