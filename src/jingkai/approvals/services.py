"""The counter: applications, papers, decisions under one seal, ratings, agents, the day's work."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from jingkai.approvals import facts
from jingkai.approvals.desks import department_of
from jingkai.approvals.granting import (
    find_delegation,
    grant_certificate,
    issue_letter,
    put_seal,
    revoke_certificate,
)
from jingkai.approvals.inviting import (
    accept_invitation,
    find_invitation,
    invite_firm,
    withdraw_invitation,
)
from jingkai.approvals.letters import LetterText
from jingkai.approvals.looking import check_look_up, forget_misses, note_miss
from jingkai.approvals.models import (
    AgentTask,
    Application,
    Branch,
    Certificate,
    Paper,
    Rating,
    SealDelegation,
    Undertaking,
)
from jingkai.approvals.refusals import (
    ApplicationRefused,
    InvitationRefused,
    NotDelegated,
    NotOpen,
    PapersMissing,
    TooManyMisses,
)
from jingkai.approvals.rules import (
    CALL_BACK_DAYS,
    GRADES,
    PUT_RIGHT_DAYS,
    WrongPaper,
    after_check,
)
from jingkai.approvals.taking import (
    NewApplication,
    accept_application,
    carry_on,
    confirm_item,
    correct_application,
    decline_application,
    file_paper,
    mark_papers,
    receive_corrected,
    receive_deferred,
    submit,
    withdraw_application,
)
from jingkai.cases.queries import Case, working_calendar
from jingkai.cases.services import CaseEvent, NewCase, accept_untold, open_case
from jingkai.kernel.words import Words, named
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import NewFact, record
from jingkai.org.queries import Person, departments_that_may
from jingkai.org.rules import Permission
from jingkai.org.services import tell

__all__ = [
    "CASE_EFFECTS",
    "JOBS",
    "ApplicationRefused",
    "InvitationRefused",
    "NewApplication",
    "NotDelegated",
    "NotOpen",
    "PapersMissing",
    "TooManyMisses",
    "WrongPaper",
    "accept_application",
    "accept_invitation",
    "call_back",
    "check_look_up",
    "confirm_item",
    "correct_application",
    "decline_application",
    "delegate_seal",
    "escalate_ratings",
    "file_paper",
    "find_invitation",
    "finish_agent_task",
    "forget_misses",
    "invite_firm",
    "mark_papers",
    "name_agent",
    "note_miss",
    "rate",
    "receive_corrected",
    "receive_deferred",
    "run_day",
    "submit",
    "withdraw_application",
    "withdraw_invitation",
]


def _on_permit(event: CaseEvent) -> None:
    """Follow a permit case: acceptance by law, the decision, the end."""
    branch = Branch.objects.select_related("application").filter(case=event.case).first()
    if branch is None:
        return
    if event.effect == "accept":
        _note_acceptance(branch, event.on)
    elif event.effect == "decide":
        _note_decision(branch, event)
    elif event.effect == "close":
        _finish(branch.application, event.on)


def _note_acceptance(branch: Branch, on: date) -> None:
    application = branch.application
    if application.state in (Application.State.SENT, Application.State.CORRECT):
        application.state = Application.State.RUNNING
        application.version += 1
        application.save(update_fields=["state", "version"])


def _note_decision(branch: Branch, event: CaseEvent) -> None:
    """Write the decision under the seal; a grant brings its certificate and opens what waited."""
    item = current_zone().approvals.items[branch.item]
    is_granted = event.outcome == "grant"
    branch.state = Branch.State.GRANTED if is_granted else Branch.State.REFUSED
    branch.finished_on = event.on
    branch.save(update_fields=["state", "finished_on"])
    application = branch.application
    word = "准予" if is_granted else "不予"
    lines = [
        f"您申请的“{item.name}”（编号 {application.number}），依据{item.basis}，决定{word}许可。",
    ]
    if is_granted and item.result:
        lines.append(f"发给{item.result}。{item.note}")
    if not is_granted:
        lines.append(
            "不服本决定的，可以自收到之日起六十日内申请行政复议，或者六个月内提起行政诉讼。"
        )
    text = LetterText(f"{word}行政许可决定书", application.applicant, lines)
    letter = issue_letter(application, "决定书", text, by=event.by, on=event.on, case_id=event.case)
    put_seal(letter, item, by=event.by, on=event.on)
    if not is_granted:
        _end_waiting(application, branch, event.on)
        return
    grant_certificate(branch, item, on=event.on)
    if application.is_undertaken and item.undertaking:
        _open_check(branch, event)
    for opened in carry_on(application, on=event.on, at=event.at):
        assert opened.case is not None
        tell(
            departments=[opened.case.department_id],
            text=Words("前置事项已出证，“%(case)s”已受理，请办理。", case=opened.case.title),
            url=f"/cases/{opened.case.pk}/",
            on=event.on,
        )


def _open_check(branch: Branch, event: CaseEvent) -> None:
    """Open the check of what was promised, due within two months."""
    item = current_zone().approvals.items[branch.item]
    assert branch.case is not None
    due_on = working_calendar().add_workdays(event.on, 40)
    check = open_case(
        new=NewCase(
            kind=after_check,
            title=f"核查承诺 · {branch.case.title}"[:160],
            department=department_of(item.desk),
            desks={"lead": department_of(item.desk), "seal": department_of("seal")},
            subject=branch.case.subject,
            item=item.id,
        ),
        by=None,
        on=event.on,
        at=event.at,
    )
    Undertaking.objects.create(
        case=branch.case,
        conditions="；".join(item.conditions) or "符合法定条件，材料真实有效",
        consequence=item.undertaking,
        promised_on=branch.application.received_on,
        check_due_on=due_on,
        check_case=check,
    )


def _end_waiting(application: Application, refused: Branch, on: date) -> None:
    """End the items that waited, near or far, for one that was refused."""
    lost = {refused.item}
    waiting = list(application.branches.filter(state=Branch.State.WAITING))
    while more := [one for one in waiting if one.item not in lost and lost & set(one.needs)]:
        for branch in more:
            lost.add(branch.item)
            branch.state, branch.finished_on = Branch.State.ENDED, on
            branch.save(update_fields=["state", "finished_on"])


def _finish(application: Application, on: date) -> None:
    """Close an application when its last item is closed, and tell how fast it was."""
    running = application.branches.filter(state__in=[Branch.State.WAITING, Branch.State.RUNNING])
    undelivered = application.branches.filter(case__closed_on=None, case__isnull=False)
    if application.closed_on or running.exists() or undelivered.exists():
        return
    application.state, application.closed_on = Application.State.DONE, on
    application.version += 1
    application.save(update_fields=["state", "closed_on", "version"])
    if not application.bundle:
        return
    first = application.branches.filter(case__accepted_on__isnull=False).order_by(
        "case__accepted_on"
    )
    accepted = first.values_list("case__accepted_on", flat=True).first() or application.received_on
    used = working_calendar().count_workdays(accepted + timedelta(days=1), on)
    promised = application.promised_on
    pace = "提前" if promised and on < promised else "按期" if on == promised else "逾期"
    record(
        NewFact(
            facts.bundle_finished,
            subject=f"application:{application.pk}",
            on=on,
            key=f"application:{application.pk}",
            values={
                "bundle": application.bundle,
                "items": application.branches.count(),
                "used": used,
                "trips": application.trips,
                "pace": pace if promised else None,
            },
        ),
        by="系统",
        reason=f"一件事办结：{application.title}"[:200],
        known_on=on,
    )


def _on_check(event: CaseEvent) -> None:
    """Follow the check of an undertaking: a false promise costs the certificate."""
    if event.effect != "close":
        return
    undertaking = Undertaking.objects.filter(check_case=event.case).first()
    if undertaking is None:
        return
    from jingkai.cases.queries import Action

    checked = Action.objects.filter(case=event.case, step="check", kind="act").latest("number")
    undertaking.is_true, undertaking.checked_on = checked.outcome == "true", event.on
    undertaking.save(update_fields=["is_true", "checked_on"])
    if not undertaking.is_true:
        revoke_certificate(undertaking, on=event.on)


CASE_EFFECTS: dict[str, Callable[[CaseEvent], None]] = {
    "approvals.permit": _on_permit,
    "approvals.check": _on_check,
}


@transaction.atomic
def delegate_seal(
    *,
    item_id: str,
    giver: str,
    document: str,
    from_on: date,
    until_on: date | None,
    by: Person,
    on: date,
) -> SealDelegation:
    """Register that the decision on an item was given to the one seal."""
    item = current_zone().approvals.items.get(item_id)
    if item is None:
        raise ApplicationRefused(Words("没有这个事项。"))
    if not giver.strip() or not document.strip():
        raise ApplicationRefused(Words("请写明划出部门和授权文件。"))
    if until_on is not None and until_on < from_on:
        raise ApplicationRefused(
            Words("止日 %(until_on)s 早于起日 %(from_on)s。", until_on=until_on, from_on=from_on)
        )
    if (known := find_delegation(item, from_on)) and (
        known.until_on is None or known.until_on >= from_on
    ):
        raise ApplicationRefused(
            Words(
                "“%(item)s”自 %(from_on)s 起已由%(document)s划转，不用重复登记。",
                item=named(item),
                from_on=known.from_on,
                document=known.document,
            )
        )
    return SealDelegation.objects.create(
        item=item_id,
        giver=giver[:80],
        taker_id=department_of("seal"),
        document=document[:120],
        from_on=from_on,
        until_on=until_on,
        entered_by=by,
        entered_on=on,
    )


@transaction.atomic
def rate(*, case_id: int, grade: int, words: str, on: date) -> Rating:
    """Rate a closed case, once; a bad grade starts the clock of calling back and putting right."""
    case = Case.objects.select_for_update().get(pk=case_id)
    if grade not in GRADES:
        raise ApplicationRefused(Words("请在五个等次里选一个。"))
    if case.closed_on is None:
        raise ApplicationRefused(Words("办结后才能评价。"))
    found = Rating.objects.filter(case=case).first()
    if found and (found.righted_on is None or found.second_grade is not None):
        raise ApplicationRefused(
            Words("已于 %(rated_on)s 评价；不满意的，整改后可以重评一次。", rated_on=found.rated_on)
        )
    if found:
        found.second_grade = grade
        found.save(update_fields=["second_grade"])
        return found
    calendar, is_bad = working_calendar(), grade <= 2
    made = Rating.objects.create(
        case=case,
        grade=grade,
        words=words[:300],
        rated_on=on,
        call_due_on=calendar.add_workdays(on, CALL_BACK_DAYS) if is_bad else None,
        right_due_on=calendar.add_workdays(on, PUT_RIGHT_DAYS) if is_bad else None,
    )
    record(
        NewFact(
            facts.case_rated,
            subject=f"case:{case.pk}",
            on=on,
            key=f"rating:{case.pk}",
            values={"item": case.item, "grade": grade, "satisfied": "是" if grade >= 3 else "否"},
        ),
        by="申请人",
        reason=f"办件评价：{case.title}"[:200],
        known_on=on,
    )
    if is_bad:
        tell(
            departments=[case.department_id],
            text=Words("差评待回访（%(on)s 前）：%(case)s", on=made.call_due_on, case=case.title),
            url=f"/cases/{case.pk}/",
            on=on,
        )
    return made


@transaction.atomic
def call_back(*, rating_id: int, words: str, is_righted: bool, by: Person, on: date) -> Rating:
    """Call back after a bad grade; say what was put right."""
    rating = Rating.objects.select_for_update().get(pk=rating_id)
    if rating.call_due_on is None:
        raise ApplicationRefused(Words("这不是差评，不用回访。"))
    if not words.strip():
        raise ApplicationRefused(Words("请写明回访情况和整改结果。"))
    rating.called_on = rating.called_on or on
    rating.call_words = f"{words}（{by.name}）"[:300]
    rating.righted_on = on if is_righted else None
    rating.save(update_fields=["called_on", "call_words", "righted_on"])
    return rating


@transaction.atomic
def name_agent(*, application_id: int, agent: Person, by: Person, on: date) -> Application:
    """Name the one officer who runs the papers of a project; its tasks come from the bundle."""
    application = Application.objects.select_for_update().get(pk=application_id)
    if application.project_id is None:
        raise ApplicationRefused(Words("申请没有关联项目；代办员按项目指定。"))
    if application.agent_id == agent.pk:
        raise ApplicationRefused(Words("%(agent)s 已经是代办员。", agent=agent.name))
    application.agent = agent
    application.version += 1
    application.save(update_fields=["agent", "version"])
    AgentTask.objects.filter(application=application, done_on=None).delete()
    items = current_zone().approvals.items
    waiting = application.branches.exclude(state__in=[Branch.State.GRANTED, Branch.State.ENDED])
    AgentTask.objects.bulk_create(
        AgentTask(
            project_id=application.project_id,
            application=application,
            agent=agent,
            text=f"代办：{items[branch.item].name}",
            item=branch.item,
            due_on=branch.planned_on,
        )
        for branch in waiting
    )
    return application


@transaction.atomic
def finish_agent_task(*, task_id: int, hours: Decimal, by: Person, on: date) -> AgentTask:
    """Tick a task of an agent with the hours that it took."""
    task = AgentTask.objects.select_for_update().get(pk=task_id)
    if task.agent_id != by.pk:
        raise ApplicationRefused(Words("这是别人的代办任务。"))
    if task.done_on is not None:
        raise ApplicationRefused(Words("已于 %(done_on)s 完成。", done_on=task.done_on))
    if not 0 < hours <= 200:
        raise ApplicationRefused(Words("工时写 0.5 到 200 之间的小时数。"))
    task.hours, task.done_on = hours, on
    task.save(update_fields=["hours", "done_on"])
    return task


def run_day(*, on: date) -> dict[str, int]:
    """Do what a day brings: acceptance by law, reminders, lapsed deferrals, expiry."""
    accepted = accept_untold(on=on)
    soon = working_calendar().add_workdays(on, 2)
    reminded = lapsed = 0
    for paper in Paper.objects.filter(
        state="deferred", due_on__gte=on, due_on__lte=soon, reminded_on=None
    ).select_related("application"):
        _remind(paper, on)
        reminded += 1
    overdue = Paper.objects.filter(
        state="deferred", due_on__lt=on, application__state=Application.State.RUNNING
    )
    for application_id in overdue.values_list("application", flat=True).distinct():
        names = "、".join(overdue.filter(application=application_id).values_list("name", flat=True))
        withdraw_application(
            application_id=application_id,
            outcome="退件",
            words=f"容缺材料逾期未补：{names}",
            by=None,
            on=on,
        )
        lapsed += 1
    expiring = Certificate.objects.filter(revoked_on=None, expires_on=on + timedelta(days=30))
    for one in expiring:
        tell(
            departments=[department_of("window")],
            text=Words(
                "%(holder)s的%(certificate)s 30 天后（%(on)s）到期，提醒续办。",
                holder=one.holder,
                certificate=one.name,
                on=one.expires_on,
            ),
            url="/approvals/certificates/",
            on=on,
        )
    forget_misses(before=timezone.now())
    return {
        "accepted": accepted,
        "reminded": reminded,
        "lapsed": lapsed,
        "escalated": escalate_ratings(on=on),
    }


@transaction.atomic
def escalate_ratings(*, on: date) -> int:
    """Tell those above, once for each clock, that a bad grade was not called back or put right."""
    above = departments_that_may(Permission.KEEP_PLAN)
    late = Rating.objects.select_related("case", "case__department").filter(second_grade=None)
    told = 0
    for field, due, done, words in (
        ("call_escalated_on", "call_due_on", "called_on", Words("差评逾期未回访")),
        ("right_escalated_on", "right_due_on", "righted_on", Words("差评逾期未整改")),
    ):
        overdue = late.filter(**{f"{due}__lt": on, done: None, field: None})
        for rating in overdue:
            place, day = rating.case.department, getattr(rating, due)
            tell(
                departments=dict.fromkeys(
                    one for one in (place.pk, place.parent_id, *above) if one is not None
                ),
                text=Words(
                    "%(what)s（%(on)s 到期）：%(place)s，%(case)s",
                    what=words,
                    on=day,
                    place=named(place),
                    case=rating.case.title,
                ),
                url=f"/approvals/ratings/{rating.pk}/",
                on=on,
                is_red=True,
            )
            Rating.objects.filter(pk=rating.pk).update(**{field: on})
            told += 1
    return told


def _remind(paper: Paper, on: date) -> None:
    paper.reminded_on = on
    paper.save(update_fields=["reminded_on"])
    application = paper.application
    tell(
        departments=[department_of("window")],
        text=Words(
            "容缺材料“%(paper)s”%(on)s 到期，请催%(applicant)s补交。",
            paper=paper.name,
            on=paper.due_on,
            applicant=application.applicant,
        ),
        url=f"/approvals/applications/{application.pk}/",
        on=on,
    )


def _day_job(payload: dict[str, Any]) -> None:
    run_day(on=date.fromisoformat(payload.get("on") or settings.BUSINESS_CLOCK.today().isoformat()))


JOBS = {"approvals.day": _day_job}
