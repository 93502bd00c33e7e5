"""Pages of cases: my work, one case with its clock and its past, delegations, the calendar."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingkai.cases import services
from jingkai.cases.forms import (
    ClockForm,
    CosignForm,
    HandOverForm,
    MigrateForm,
    NoticeForm,
    StepForm,
    WithdrawForm,
)
from jingkai.cases.lists import CASES, MY_WORK, spoken_outcome
from jingkai.cases.panels import CaseSection, sections_of, seen_cases
from jingkai.cases.queries import (
    BackTest,
    Case,
    CaseView,
    Congestion,
    DefinitionRow,
    Forecast,
    asked_of,
    back_test,
    forecast,
    get_view,
    kept_kind,
    list_back_tests,
    list_congestion,
    list_cosigns,
    list_definitions,
    list_work,
    working_calendar,
)
from jingkai.cases.queries import list_cases as all_cases
from jingkai.cases.rules import ACTS, BadCaseType, CaseType
from jingkai.kernel.deadlines import BadPause
from jingkai.kernel.notices import UnreadableNotice, read_notice
from jingkai.kernel.zone import current_zone
from jingkai.ledger.services import KeptFile, NotRecordable, keep_file
from jingkai.org.queries import get_person, list_departments
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.asides import Aside, asides_of
from jingkai.web.language import speak, spoken, spoken_actor, spoken_refusal
from jingkai.web.lists import ListView, show_list
from jingkai.web.locks import refuse_locked
from jingkai.web.shell import Lock, Step, show

_REFUSALS = (services.CaseRefused, BadPause, NotRecordable)


@dataclass
class MinePage:
    """我的办件."""

    list: ListView
    cosigns: list[Any]
    template: str = "cases/mine.html"


@dataclass(frozen=True)
class StepState:
    """One step of the path: done, active with whom, or waiting."""

    name: str
    mark: str
    tone: str
    holder: str = ""
    since: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the timeline."""

    number: int
    what: str
    who: str
    office: str
    when: str
    words: str
    outcome: str
    spent: str
    entry: int | None
    proof: tuple[str, ...]


@dataclass(frozen=True)
class MyStep:
    """A step that lies with the reader, with its form."""

    id: str
    name: str
    form: StepForm
    other: HandOverForm
    earlier: bool


@dataclass
class DetailPage:
    """One case."""

    view: CaseView
    title: str
    heading: str
    steps: list[StepState]
    lines: list[Line]
    mine: list[MyStep]
    clock_form: ClockForm
    may_withdraw: bool
    may_clock: bool
    open_extension: Any
    may_grant: bool
    my_cosigns: list[Any]
    cosign_form: CosignForm
    sections: list[CaseSection]
    forecast: Forecast | None
    tested: tuple[int, int] | None
    asides: list[Aside]
    lock: Lock | None
    errors: list[str] = field(default_factory=list)
    template: str = "cases/detail.html"


@needs(Permission.HANDLE_CASES)
def mine(request: HttpRequest) -> HttpResponse:
    """Show what waits for me."""
    cosigns = list(list_cosigns(request.user))
    rows = list_work(request.user, request.today)
    return show_list(request, MY_WORK, rows, page=lambda view: MinePage(view, cosigns))


@needs(Permission.SEE_CASES)
def list_page(request: HttpRequest) -> HttpResponse:
    """Show every case."""
    return show_list(request, CASES, seen_cases(all_cases(request.user), request.user))


@needs(Permission.SEE_CASES)
def detail(request: HttpRequest, case_id: int) -> HttpResponse:
    """Show one case; what lies with the reader counts as opened."""
    case = _load(request, case_id)
    if case.closed_on is None:
        services.mark_opened(case_id=case_id, by=request.user, on=request.today)
    return show(request, _page(request, case))


@needs(Permission.HANDLE_CASES)
def step(request: HttpRequest, case_id: int, step: str) -> HttpResponse:
    """Do a step, or take it, hand it over, send it back, ask for a word."""
    case = _load(request, case_id)
    if request.method != "POST":
        return redirect("cases:detail", case_id)
    view = get_view(case, request.user, request.today)
    if step not in view.kind.by_id:
        raise Http404
    chosen = view.kind.step(step)
    if request.POST.get("do", "act") != "act":
        other = HandOverForm(request.POST, earlier=_earlier(view, step))
        return _try(request, case, lambda: _other(request, case_id, step, other), other, step)
    form = StepForm(request.POST, request.FILES, step=chosen)
    if not form.is_valid():
        return show(request, _page(request, case, {step: form}), status=422)
    told = form.cleaned_data

    def act() -> str:
        done = services.act(
            case_id=case_id,
            step=step,
            by=request.user,
            on=request.today,
            words=told["words"],
            outcome=told.get("outcome", ""),
            proof=_kept(told.get("proof")),
            since=told["since"],
            key=told["key"],
        )
        if done.is_repeat:
            return _("这一步已经办过，没有重复办理。")
        return _("已办结。") if done.is_closed else _("已办理，转下一步。")

    return _try(request, case, act, form, step)


def _other(request: HttpRequest, case_id: int, step: str, form: HandOverForm) -> str:
    if not form.is_valid():
        raise services.CaseRefused(_("请在列出的部门、经办人和步骤里选。"))
    told, do = form.cleaned_data, request.POST.get("do")
    who: dict[str, Any] = {
        "case_id": case_id, "step": step, "by": request.user, "on": request.today,
    }  # fmt: skip
    if do == "take":
        services.take(**who)
        return _("已签收，这一步在您名下。")
    if do == "hand_over":
        person = get_person(int(told["person"])) if told["person"] else None
        services.hand_over(**who, words=told["words"], department=told["department"], person=person)
        return _("已转办。")
    if do == "send_back":
        services.send_back(**who, to=told["to"], words=told["words"])
        return _("已退回。")
    if do == "cosign":
        services.ask_cosign(**who, department=told["department"], question=told["words"])
        return _("已请会签，会签后才能办这一步。")
    raise services.CaseRefused(_("没有这个操作。"))


@needs(Permission.HANDLE_CASES)
def clock(request: HttpRequest, case_id: int) -> HttpResponse:
    """Pause, resume, ask for more days, grant them, withdraw the last step, end the case."""
    case = _load(request, case_id)
    if request.method != "POST":
        return redirect("cases:detail", case_id)
    view = get_view(case, request.user, request.today)
    refuse_locked(request, _lock(view))
    form = ClockForm(request.POST, request.FILES, kind=view.kind)
    return _try(request, case, lambda: _clock(request, case, view, form), form, "")


def _clock(request: HttpRequest, case: Case, view: CaseView, form: ClockForm) -> str:
    if not form.is_valid():
        raise services.CaseRefused("；".join(e for errors in form.errors.values() for e in errors))
    told, do = form.cleaned_data, request.POST.get("do", "")
    who: dict[str, Any] = {"case_id": case.pk, "by": request.user, "on": request.today}
    waiting = next((one for one in view.extensions if one.decided_on is None), None)
    if do == "pause":
        services.pause(
            **who,
            reason=told["reason"],
            proof=_kept(told["proof"]),
            first=told["day"],
            words=told["words"],
        )
        return _("已暂停计时。")
    if do == "resume":
        services.resume(**who, last=told["day"], words=told["words"])
        return _("已恢复计时，到期日已顺延。")
    if do == "extend":
        services.ask_extension(**who, days=told["days"] or 0, reason=told["words"])
        return _("已提交延期申请，要由别人审批。")
    if do in ("grant", "refuse") and waiting and request.user.may(Permission.DECIDE_CASES):
        services.decide_extension(
            extension_id=waiting.pk, is_granted=do == "grant", by=request.user, on=request.today
        )
        return _("已审批延期。")
    if do == "withdraw":
        services.withdraw(**who, words=told["words"])
        return _("已撤回，这一步回到您手上。")
    if do == "end":
        services.end_case(**who, outcome="终止", words=told["words"])
        return _("已终止办件。")
    raise services.CaseRefused(_("没有这个操作，或者您没有权限。"))


@needs(Permission.HANDLE_CASES)
def cosign(request: HttpRequest, cosign_id: int) -> HttpResponse:
    """Give the word that another desk asked for."""
    asked = asked_of(request.user).filter(pk=cosign_id).first()
    if asked is None:
        messages.info(request, _("这项会签已经回复，或者不在您的部门。"))
        return redirect("cases:mine")
    case = _load(request, asked.case_id)
    if request.method != "POST":
        return redirect("cases:detail", case.pk)
    refuse_locked(request, _lock(get_view(case, request.user, request.today)))
    form = CosignForm(request.POST)

    def answer() -> str:
        if not form.is_valid():
            raise services.CaseRefused(_("请选择同意或不同意。"))
        services.answer_cosign(
            cosign_id=cosign_id,
            is_agreed=form.cleaned_data["agreed"] == "yes",
            answer=form.cleaned_data["words"],
            by=request.user,
            on=request.today,
        )
        return _("已会签。")

    return _try(request, case, answer, form, "")


@dataclass
class CalendarPage:
    """放假安排: what the calendar knows of the years around, and the next notice."""

    form: NoticeForm
    years: list[tuple[int, int, bool]]
    template: str = "cases/calendar.html"


@needs(Permission.DECIDE_CASES)
def calendar(request: HttpRequest) -> HttpResponse:
    """Import a holiday notice; due dates that it moves are moved and logged."""
    form = NoticeForm(request.POST or None, initial={"year": request.today.year + 1})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            done = services.import_notice(
                days=read_notice(told["text"], told["year"]),
                source=told["source"],
                by=request.user,
                on=request.today,
            )
        except (UnreadableNotice, services.CaseRefused) as refusal:
            form.add_error("text", spoken_refusal(refusal))
        else:
            messages.success(
                request,
                _("已导入 %(days)s 天；到期日提前 %(sooner)s 件，推后 %(later)s 件。")
                % {"days": done.days, "sooner": done.sooner, "later": done.later},
            )
            return redirect("cases:calendar")
    known = working_calendar()
    years = [
        (
            year,
            known.count_workdays(date(year, 1, 1), date(year, 12, 31)),
            known.is_estimated(year),
        )
        for year in range(request.today.year - 1, request.today.year + 3)
    ]
    return show(request, CalendarPage(form, years), status=422 if form.errors else 200)


@dataclass
class BottlenecksPage:
    """卡点分析: where cases wait, and where they are worked on."""

    rows: list[Congestion]
    title: str
    tests: list[tuple[str, BackTest]]
    template: str = "cases/bottlenecks.html"


@needs(Permission.SEE_CASES)
def bottlenecks(request: HttpRequest) -> HttpResponse:
    """Show waiting and working time by step and desk."""
    rows = list_congestion(request.today)
    worst = max(rows, key=lambda one: one.open_late, default=None)
    title = (
        _("%(step)s积压最多：%(count)s 件逾期未办")
        % {"step": _(worst.step), "count": worst.open_late}
        if worst and worst.open_late
        else _("没有积压")
    )
    items = current_zone().approvals.items
    tests = [
        (spoken(items[one.item].name, items[one.item].english), one)
        if one.item in items
        else (spoken(one.name.chinese, one.name.english), one)
        for one in list_back_tests()
    ]
    return show(request, BottlenecksPage(rows, title, tests))


def _try(
    request: HttpRequest, case: Case, act: Callable[[], str], form: forms.Form, step: str
) -> HttpResponse:
    """Do something to a case; a refusal shows the page again with what was typed."""
    try:
        said = act()
    except _REFUSALS as refusal:
        page = _page(
            request, _load(request, case.pk), {step: form} if isinstance(form, StepForm) else {}
        )
        page.errors.append(spoken_refusal(refusal))
        if isinstance(form, ClockForm):
            page.clock_form = form
        elif isinstance(form, CosignForm):
            page.cosign_form = form
        elif isinstance(form, HandOverForm):
            page.mine = [
                MyStep(
                    one.id, one.name, one.form, form if one.id == step else one.other, one.earlier
                )
                for one in page.mine
            ]
        return show(request, page, status=422)
    messages.success(request, said)
    return redirect("cases:detail", case.pk)


def _load(request: HttpRequest, case_id: int) -> Case:
    """Return a case within the reader's scope and not hidden from them; there is no other."""
    seen = seen_cases(all_cases(request.user), request.user)
    case = seen.filter(pk=case_id).first()
    if case is None:
        raise Http404
    return case


def _kept(file: Any) -> list[KeptFile]:
    return [keep_file(data=file.read(), name=file.name)] if file else []


def _earlier(view: CaseView, step_id: str) -> list[Any]:
    """Return the steps to which a step may be sent back: done before it, no letter lost by it."""
    own = view.kind.step(step_id)
    found = []
    for one, mask, _needs in view.kind.ordered:
        follows = view.kind.after[one.bit]
        undone = (mask | follows) & view.case.done
        is_kept = any(other.effect for other in view.kind.active_steps(undone))
        if view.case.done & mask and follows >> own.bit & 1 and not is_kept:
            found.append(one)
    return found


def _lock(view: CaseView) -> Lock | None:
    """Return what a closed case says: it stays as it was closed."""
    if view.case.closed_on is None:
        return None
    by = view.actions[-1].actor.name if view.actions else ""
    what = _("办件已办结，只能查看；再有诉求请另立新件，写明和这一件的关系。")
    todo = Step(_("看全部办件"), reverse("cases:list"))
    return Lock(what, str(view.case.closed_on), by, todo, _("已办结"))


def _page(request: HttpRequest, case: Case, typed: dict[str, StepForm] | None = None) -> DetailPage:
    view = get_view(case, request.user, request.today)
    may_handle = request.user.may(Permission.HANDLE_CASES)
    mine = [_my_step(view, work, (typed or {}).get(work.step)) for work in view.mine if may_handle]
    for step_id, form in (typed or {}).items():
        if step_id and step_id not in {one.id for one in mine}:
            chosen = view.kind.step(step_id)
            mine.append(
                MyStep(step_id, spoken(chosen.name, chosen.english), form, HandOverForm(), False)
            )
    last = view.actions[-1] if view.actions else None
    waiting = next((one for one in view.extensions if one.decided_on is None), None)
    owed = {one.pk for one in list_cosigns(request.user)}
    told = forecast(view, request.today)
    tested = back_test(case.definition.type, case.item) if told else (0, 0)
    return DetailPage(
        view=view,
        title=case.title,
        heading=_heading(view, request.today),
        steps=_steps(view),
        lines=_lines(view),
        mine=mine,
        clock_form=ClockForm(kind=view.kind),
        may_withdraw=bool(
            last
            and case.closed_on is None
            and last.kind == "act"
            and last.actor_id == request.user.pk
            and last.entry is None
        ),
        may_clock=bool(view.mine) and case.closed_on is None and may_handle,
        open_extension=waiting,
        may_grant=bool(
            waiting
            and request.user.may(Permission.DECIDE_CASES)
            and waiting.asked_by_id != request.user.pk
        ),
        my_cosigns=[one for one in view.cosigns if one.pk in owed],
        cosign_form=CosignForm(),
        sections=sections_of(case, request.user),
        forecast=told,
        tested=tested if tested[1] else None,
        asides=asides_of(f"case:{case.pk}", request.user, request.today),
        lock=_lock(view),
    )


def _my_step(view: CaseView, work: Any, typed: StepForm | None) -> MyStep:
    chosen = view.kind.step(work.step)
    earlier = _earlier(view, work.step)
    form = typed or StepForm(
        step=chosen,
        initial={"since": work.since_action, "key": uuid4().hex},
        auto_id=f"{work.step}-%s",
    )
    other = HandOverForm(earlier=earlier, auto_id=f"other-{work.step}-%s")
    return MyStep(work.step, spoken(chosen.name, chosen.english), form, other, bool(earlier))


def _heading(view: CaseView, on: date) -> str:
    """Return the finding of the page: who holds the ball, and how many days are left."""
    case = view.case
    if case.closed_on:
        return _("已于 %(on)s 办结：%(outcome)s") % {
            "on": case.closed_on,
            "outcome": spoken_outcome(case) or _("完成"),
        }
    holders = [
        (
            one.person.name if one.person else spoken(one.department.name, one.department.english),
            one,
        )
        for one in view.work
    ]
    where = spoken("、", ", ").join(
        _("%(holder)s（%(step)s）") % {"holder": holder, "step": _(one.name)}
        for holder, one in holders
    )
    if case.is_paused:
        return _("在%(where)s，计时暂停") % {"where": where}
    if view.clock.left is None:
        return _("在%(where)s") % {"where": where}
    if view.clock.left < 0:
        return _("在%(where)s，已逾期 %(days)s 天") % {"where": where, "days": -view.clock.left}
    return _("在%(where)s，还剩 %(days)s 天") % {"where": where, "days": view.clock.left}


def _steps(view: CaseView) -> list[StepState]:
    """Return the path of the case; a step that did not apply says so."""
    holders = {one.bit: one for one in view.work}
    acted = {one.step for one in view.actions if one.kind == "act"}
    found = []
    for step, mask, _needs in view.kind.ordered:
        name = spoken(step.name, step.english)
        if work := holders.get(step.bit):
            place = spoken(work.department.name, work.department.english)
            holder = work.person.name if work.person else place
            found.append(StepState(name, "◆", "near", holder, str(work.since_on)))
        elif view.case.done & mask and step.id in acted:
            found.append(StepState(name, "✓", "done"))
        elif view.case.done & mask:
            found.append(StepState(name, "—", "neutral", _("不适用")))
        else:
            found.append(StepState(name, "○", "neutral"))
    return found


def _lines(view: CaseView) -> list[Line]:
    names = {one.pk: spoken(one.name, one.english) for one in list_departments()}
    lines = []
    for one in view.actions:
        step = view.kind.by_id.get(one.step)
        what = _(ACTS.get(one.kind, one.kind))
        if step is not None:
            what = f"{what} · {spoken(step.name, step.english)}"
        outcome = one.outcome
        if step is not None:
            outcome = next(
                (spoken(o.name, o.english) for o in step.outcomes if o.id == one.outcome), outcome
            )
        if one.kind == "send_back" and one.outcome in view.kind.by_id:
            back = view.kind.by_id[one.outcome]
            outcome = f"→ {spoken(back.name, back.english)}"
        if one.kind in ("raise_flag", "clear_flag"):
            outcome = ""
        behalf = _("（代%(name)s）") % {"name": one.on_behalf} if one.on_behalf else ""
        who = f"{spoken_actor(one.actor_name)}{behalf}"
        when = f"{one.on} {timezone.localtime(one.at):%H:%M}"
        lines.append(
            Line(
                one.number,
                what,
                who,
                names.get(one.office, ""),
                when,
                one.words,
                outcome,
                _spent(one.waited, one.worked) if one.kind == "act" else "",
                one.entry,
                tuple(kept["name"] for kept in one.proof),
            )
        )
    return lines


def _spent(waited: int, worked: int) -> str:
    """Return waiting and working time as people say it."""
    return _("等 %(waited)s，办 %(worked)s") % {
        "waited": _span(waited),
        "worked": _span(worked),
    }


def _span(seconds: int) -> str:
    if seconds < 3600:
        return _("%(count)s 分钟") % {"count": seconds // 60}
    if seconds < 86_400:
        return _("%(count)s 小时") % {"count": seconds // 3600}
    return _("%(count)s 天") % {"count": seconds // 86_400}


@dataclass
class DefinitionsPage:
    """办件定义: every version that was kept, with its open cases."""

    rows: list[DefinitionRow]
    template: str = "cases/definitions.html"


@dataclass(frozen=True)
class MoveRow:
    """What a migration does to one case, in the reader's words."""

    case: int
    number: str
    before: str
    after: str
    refusal: str


@dataclass
class DefinitionPage:
    """One version: withdraw it, or move its open cases to the newest."""

    row: DefinitionRow
    heading: str
    newest: int | None
    withdraw: WithdrawForm
    migrate: MigrateForm | None
    lock: Lock | None
    moves: list[MoveRow] | None = None
    template: str = "cases/definition.html"


@needs(Permission.DECIDE_CASES)
def definitions(request: HttpRequest) -> HttpResponse:
    """Show every version of every kind of case."""
    return show(request, DefinitionsPage(list_definitions()))


@needs(Permission.DECIDE_CASES)
def definition(request: HttpRequest, kind: str, version: int) -> HttpResponse:
    """Withdraw a version, or move its open cases to the version of the house, after a dry run."""
    row = next(
        (
            one
            for one in list_definitions()
            if (one.definition.type, one.definition.version) == (kind, version)
        ),
        None,
    )
    if row is None:
        raise Http404
    newest = services.find_case_types().get(kind)
    if newest is not None and newest.version <= version:
        newest = None
    do = request.POST.get("do", "")
    old = kept_kind(row.definition.pk)
    page = DefinitionPage(
        row=row,
        heading=_("%(name)s（第 %(version)s 版）")
        % {
            "name": spoken(row.definition.name, row.definition.content.get("english", "")),
            "version": version,
        },
        newest=newest.version if newest else None,
        withdraw=WithdrawForm(request.POST if do == "withdraw" else None),
        migrate=MigrateForm(request.POST if do in ("try", "migrate") else None, old=old, to=newest)
        if newest
        else None,
        lock=_withdrawn_lock(row),
    )
    if do == "withdraw":
        refuse_locked(request, page.lock)
    if do == "withdraw" and page.withdraw.is_valid():
        return _withdraw(request, page)
    if newest and page.migrate and do in ("try", "migrate") and page.migrate.is_valid():
        return _migrate(request, page, newest, is_dry_run=do == "try")
    return show(request, page, status=422 if do else 200)


def _withdrawn_lock(row: DefinitionRow) -> Lock | None:
    """Return what a withdrawn version says: nothing new goes by it."""
    definition = row.definition
    if definition.withdrawn_on is None:
        return None
    what = _("这一版已停用（%(why)s），新办件不再用它；在办件要迁移到新版才能继续办。")
    todo = Step(_("看各版"), reverse("cases:definitions"))
    what %= {"why": definition.withdrawn_why}
    return Lock(what, str(definition.withdrawn_on), "", todo, _("已停用"))


def _move_row(one: services.CaseMove) -> MoveRow:
    before, after = (spoken("、", ", ").join(map(_, names)) for names in (one.before, one.after))
    refusal = speak(one.refusal) if one.refusal else ""
    return MoveRow(one.case, one.number, before, after, refusal)


def _withdraw(request: HttpRequest, page: DefinitionPage) -> HttpResponse:
    try:
        services.withdraw_definition(
            definition_id=page.row.definition.pk,
            why=page.withdraw.cleaned_data["why"],
            by=request.user,
            on=request.today,
        )
    except services.CaseRefused as refusal:
        page.withdraw.add_error("why", spoken_refusal(refusal))
        return show(request, page, status=422)
    messages.success(request, _("已停用。在办件要迁移到新版才能继续办。"))
    return redirect("cases:definitions")


def _migrate(
    request: HttpRequest, page: DefinitionPage, to: CaseType, *, is_dry_run: bool
) -> HttpResponse:
    assert page.migrate is not None
    try:
        moves = services.migrate_cases(
            definition_id=page.row.definition.pk,
            to=to,
            plan=page.migrate.step_map(),
            by=request.user,
            on=request.today,
            is_dry_run=is_dry_run,
        )
    except (services.CaseRefused, BadCaseType) as refusal:
        page.migrate.add_error(None, spoken_refusal(refusal))
        return show(request, page, status=422)
    if is_dry_run:
        page.moves = [_move_row(one) for one in moves]
        return show(request, page)
    messages.success(request, _("已迁移 %(count)s 件。") % {"count": len(moves)})
    return redirect("cases:definitions")
