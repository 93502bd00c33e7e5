"""权限矩阵: what each role may do, what one person may open; sensitive grants by two persons."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.translation import gettext as _

from jingkai.org.queries import (
    GrantRequest,
    Person,
    active_delegations,
    find_second_factor,
    get_person,
    is_second_factor_owed,
    list_departments,
    list_everybody,
    list_requests,
    visible_departments,
)
from jingkai.org.rules import PERMISSION_WORDS, ROLES, SCOPE_WORDS, Permission, Scope
from jingkai.org.services import (
    AccountRefused,
    SecondFactorRefused,
    decide_grant,
    reset_second_factor,
)
from jingkai.web.access import Policy, needs, policy_of
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.shell import list_entries_for, show


@dataclass(frozen=True)
class RequestRow:
    """A request for a sensitive right."""

    id: int
    person: str
    wants: str
    asked: str
    state: str
    is_open: bool
    decided: str


@dataclass(frozen=True)
class Simulated:
    """What one person may see today, without signing in as them."""

    id: int
    name: str
    role: str
    scope: str
    lent: list[str]
    departments: list[str]
    entries: list[str]
    routes: list[tuple[str, str, bool]]
    second_factor: str
    has_second_factor: bool


@dataclass
class SecurityPage:
    """The matrix of roles and permissions, the requests, the person looked at."""

    permissions: list[str]
    roles: list[tuple[str, str, list[bool]]]
    requests: list[RequestRow]
    people: list[tuple[int, str]]
    person: Simulated | None
    template: str = "web/security.html"


@needs(Permission.KEEP_SECURITY)
def security(request: HttpRequest) -> HttpResponse:
    """Show who may do what; with a person chosen, what that person may open. Changes nothing."""
    page = SecurityPage(
        permissions=[_(PERMISSION_WORDS[one]) for one in Permission],
        roles=[
            (
                spoken(role.name, role.english),
                _(SCOPE_WORDS[role.scope]),
                [one in role.permissions for one in Permission],
            )
            for role in ROLES.values()
        ],
        requests=[_request_row(one) for one in list_requests()[:50]],
        people=[(one.pk, f"{one.name}（{one.account}）") for one in list_everybody()],
        person=_simulate(request),
    )
    return show(request, page)


@needs(Permission.KEEP_SECURITY)
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Approve or refuse a sensitive right that a system administrator asked for."""
    if not list_requests().filter(pk=request_id).exists():
        raise Http404
    if request.method == "POST":
        is_approved = request.POST.get("decision") == "approve"
        try:
            decide_grant(
                request_id=request_id, is_approved=is_approved, by=request.user, on=request.today
            )
        except AccountRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            done = _("已批准，下一次点击就生效。") if is_approved else _("未批准，权限不变。")
            messages.success(request, done)
    return redirect("security")


@needs(Permission.KEEP_SECURITY)
def reset_code(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let somebody who lost the phone set up a new one."""
    if get_person(person_id) is None:
        raise Http404
    if request.method == "POST":
        try:
            person = reset_second_factor(person_id=person_id, by=request.user)
        except SecondFactorRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            done = _("%(person)s的二次验证已重置；下次登录只要密码，登录后请立即重新设置。")
            messages.success(request, done % {"person": person.name})
    return redirect(f"{reverse('security')}?person={person_id}")


def _request_row(one: GrantRequest) -> RequestRow:
    scope = f" · {_(SCOPE_WORDS[Scope(one.scope)])}" if one.scope else ""
    return RequestRow(
        id=one.pk,
        person=f"{one.person.name}（{one.person.account}）",
        wants=_(ROLES[one.role].name) + scope,
        asked=f"{one.asked_by.name} {one.asked_on}",
        state=_(one.get_state_display()),
        is_open=one.state == GrantRequest.State.OPEN,
        decided=f"{one.decided_by.name} {one.decided_on}" if one.decided_by else "—",
    )


def _simulate(request: HttpRequest) -> Simulated | None:
    wanted = request.GET.get("person", "")
    found = get_person(int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else None
    if found is None:
        return None
    found.lent = active_delegations(found, request.today)  # type: ignore[misc]
    seen = visible_departments(found)
    departments = list_departments()
    if seen is not None:
        departments = departments.filter(pk__in=seen)
    scope = Scope(found.scope or ROLES[found.role].scope)
    has_second = find_second_factor(found) is not None
    missing = _("还没有，下次登录时必须设置") if is_second_factor_owed(found) else _("没有启用")
    return Simulated(
        id=found.pk,
        name=found.name,
        role=_(ROLES[found.role].name),
        scope=_(SCOPE_WORDS[scope]),
        lent=[
            f"{one.giver.name} · {_(ROLES[one.giver.role].name)} · {one.until_on}"
            for one in found.lent
        ],
        departments=[spoken(one.name, one.english) for one in departments],
        entries=[_(one.label) for one in list_entries_for(found)],
        second_factor=_("已启用") if has_second else missing,
        has_second_factor=has_second,
        routes=[
            (name, _policy_word(policy), _opens(found, policy)) for name, policy in all_policies()
        ],
    )


def all_policies() -> list[tuple[str, Permission | Policy | None]]:
    """Return the policy of every named route, as the routes themselves declare it."""
    return sorted(_policies(get_resolver(), ""), key=lambda one: one[0])


def _policies(resolver: Any, prefix: str) -> list[tuple[str, Permission | Policy | None]]:
    found = []
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            space = f"{part.app_name}:" if part.app_name else ""
            found += _policies(part, f"{prefix}{space}")
        elif isinstance(part, URLPattern):
            found.append((f"{prefix}{part.name}", policy_of(part.callback)))
    return found


def _policy_word(policy: Permission | Policy | None) -> str:
    if isinstance(policy, Permission):
        return _(PERMISSION_WORDS[policy])
    return {Policy.PUBLIC: _("公开"), Policy.SIGNED_IN: _("登录即可")}.get(policy, "—")  # type: ignore[arg-type]


def _opens(person: Person, policy: Permission | Policy | None) -> bool:
    if isinstance(policy, Permission):
        return person.may(policy)
    return policy is Policy.PUBLIC or (policy is Policy.SIGNED_IN and person.is_active)
