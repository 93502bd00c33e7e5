"""Pages of a draft: what it says, who drafted and reviewed it, and its adoption."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.org.rules import Permission
from jingkai.plan.editionpages import sections_of
from jingkai.plan.forms import AdoptForm
from jingkai.plan.queries import Plan, find_draft, item_texts, tree_of
from jingkai.plan.rules import ItemText
from jingkai.plan.services import PlanRefused, adopt_plan, review_plan
from jingkai.web.access import needs
from jingkai.web.language import spoken_refusal
from jingkai.web.locks import lock_of_year, refuse_closed
from jingkai.web.shell import Lock, show


@dataclass(frozen=True)
class Act:
    """One act on the way of a plan: what, when, by whom; still to come without a day."""

    name: str
    on: str
    by: str
    note: str = ""


@dataclass
class DraftPage:
    """计划草案: its items, and its way from draft to adoption."""

    title: str
    plan: Plan
    acts: list[Act]
    sections: list[tuple[str, list[tuple[ItemText, str]]]]
    form: AdoptForm | None
    may_review: bool
    may_keep: bool
    intake: int | None
    lock: Lock | None
    template: str = "plan/draft.html"


@needs(Permission.SUPERVISE)
def draft(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Show a draft with what is still to be done before it counts."""
    return _show(request, _load(plan_id), None)


@needs(Permission.SUPERVISE)
def review(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Say that the draft was read and is fit to be adopted."""
    plan = _load(plan_id)
    if request.method == "POST":
        refuse_closed(request, plan.year)
        try:
            review_plan(
                plan_id=plan.pk, by=request.user.name, reviewer=request.user, on=request.today
            )
        except PlanRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已审核。"))
    return redirect("plan:draft", plan_id)


@needs(Permission.SUPERVISE)
def adopt(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Adopt the draft: it becomes the plan of its year and its first edition."""
    plan = _load(plan_id)
    if request.method != "POST":
        return redirect("plan:draft", plan_id)
    refuse_closed(request, plan.year)
    form = AdoptForm(request.POST, today=request.today)
    if form.is_valid():
        try:
            adopt_plan(plan_id=plan.pk, **form.cleaned_data)
        except PlanRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            said = _("“%(title)s”已通过，成为第 1 版；牵头单位会收到通知。")
            messages.success(request, said % {"title": plan.title})
            return redirect(f"{reverse('plan:home')}?year={plan.year}")
    return _show(request, plan, form)


def _load(plan_id: int) -> Plan:
    found = find_draft(plan_id)
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, plan: Plan, form: AdoptForm | None) -> HttpResponse:
    lock = lock_of_year(request, plan.year)
    texts = item_texts(plan)
    may_act = lock is None
    if form is None and may_act:
        form = AdoptForm(initial={"on": request.today}, today=request.today)
    # Who pressed too early reads why where they pressed.
    may_adopt = plan.reviewed_on or not plan.drafted_by or (form is not None and form.errors)
    is_own = plan.is_drafter(request.user.name, request.user.pk)
    page = DraftPage(
        title=_("%(title)s：草案，%(count)s 项，还没有通过")
        % {"title": plan.title, "count": len(texts)},
        plan=plan,
        acts=_acts(plan),
        sections=[
            (theme, [(one, reverse("plan:item", args=[one.id])) for one in found])
            for theme, found in sections_of(tree_of(plan), texts)
        ],
        form=form if may_act and may_adopt else None,
        may_review=may_act and bool(plan.drafted_by) and not is_own,
        may_keep=may_act and request.user.may(Permission.KEEP_PLAN),
        intake=_intake(plan, request),
        lock=lock,
    )
    return show(request, page, status=422 if form is not None and form.errors else 200)


def _intake(plan: Plan, request: HttpRequest) -> int | None:
    """Return the report that the draft was read from, for who may open it."""
    may = request.user.may(Permission.IMPORT_REPORT)
    return plan.intake.pk if may and hasattr(plan, "intake") else None


def _acts(plan: Plan) -> list[Act]:
    def day(on: object) -> str:
        return f"{on}" if on else ""

    return [
        Act(_("起草草案"), day(plan.drafted_on), plan.drafted_by),
        Act(_("审核草案"), day(plan.reviewed_on), plan.reviewed_by, _("由起草人以外的人审核")),
        Act(_("通过计划"), "", "", _("写明通过的会议或机关和日期；通过后留下第一版")),
    ]
