"""人员与权限: who is in the zone office, what each role may do."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from jingkai.org.queries import (
    Person,
    get_person,
    list_everybody,
    list_postings,
    list_requests,
)
from jingkai.org.rules import PERMISSION_WORDS, ROLES, SCOPE_WORDS, Permission, Scope
from jingkai.org.services import AccountRefused, move_person, reset_password, set_active
from jingkai.web.access import needs
from jingkai.web.forms import MoveForm
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.lists import ListView, show_list
from jingkai.web.roster import PEOPLE
from jingkai.web.shell import show


@dataclass(frozen=True)
class PersonRow:
    """One person of the list."""

    id: int
    account: str
    name: str
    department: str
    post: str
    role: str
    is_active: bool


@dataclass
class PeoplePage:
    """People, and the rights of the roles."""

    list: ListView
    permissions: list[str]
    roles: list[tuple[str, list[bool]]]
    template: str = "web/people.html"


@dataclass
class PersonPage:
    """One person: account, postings, what an administrator can do."""

    person: PersonRow
    postings: list[tuple[str, str, Any, Any]]
    form: MoveForm
    scope: str = ""
    waiting: str = ""
    password: str = ""
    template: str = "web/person.html"


@needs(Permission.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Show who works here and what each role may do."""
    permissions = [_(PERMISSION_WORDS[permission]) for permission in Permission]
    roles = [
        (
            spoken(role.name, role.english),
            [permission in role.permissions for permission in Permission],
        )
        for role in ROLES.values()
    ]
    return show_list(
        request, PEOPLE, list_everybody(), page=lambda view: PeoplePage(view, permissions, roles)
    )


@needs(Permission.MANAGE_PEOPLE)
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show one person; move them by form."""
    found = _load(person_id)
    form = MoveForm(request.POST) if request.method == "POST" else _move_form(request, found)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        told["department"] = told["department"] or None
        try:
            move_person(person_id=found.pk, by=request.user, **told)
        except AccountRefused as refusal:
            form.add_error(None, spoken_refusal(refusal))
        else:
            messages.success(request, _("已调整，原任职到当天为止。"))
            return redirect("person", person_id)
    return show(request, _person_page(found, form), status=422 if form.errors else 200)


@needs(Permission.MANAGE_PEOPLE)
def reset(request: HttpRequest, person_id: int) -> HttpResponse:
    """Show a new one-time password, once."""
    found = _load(person_id)
    if request.method != "POST":
        return redirect("person", person_id)
    found, password = reset_password(person_id=found.pk)
    page = _person_page(found, _move_form(request, found))
    page.password = password
    return show(request, page)


@needs(Permission.MANAGE_PEOPLE)
def active(request: HttpRequest, person_id: int) -> HttpResponse:
    """Close an account or open it again."""
    found = _load(person_id)
    if request.method == "POST":
        try:
            set_active(
                person_id=found.pk,
                is_active=request.POST.get("is_active") == "1",
                by=request.user,
                on=request.today,
            )
        except AccountRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已更新，下一次点击就生效。"))
    return redirect("person", person_id)


def _load(person_id: int) -> Person:
    found = get_person(person_id)
    if found is None:
        raise Http404
    return found


def _row(one: Person) -> PersonRow:
    department = one.department
    return PersonRow(
        id=one.pk,
        account=one.account,
        name=one.name,
        department=spoken(department.name, department.english) if department else "—",
        post=one.post or "—",
        role=_(ROLES[one.role].name),
        is_active=one.is_active,
    )


def _person_page(found: Person, form: MoveForm) -> PersonPage:
    postings = [
        (
            spoken(one.department.name, one.department.english) if one.department else "—",
            one.post or "—",
            one.from_on,
            one.until_on or "—",
        )
        for one in list_postings(found)
    ]
    scope = Scope(found.scope or ROLES[found.role].scope)
    chosen = "、".join(spoken(one.name, one.english) for one in found.chosen.all())
    waiting = list_requests().filter(person=found, state="open").first()
    return PersonPage(
        _row(found),
        postings,
        form,
        scope=_(SCOPE_WORDS[scope]) + (f"：{chosen}" if chosen else ""),
        waiting=_("待安全管理员批准：%(role)s") % {"role": _(ROLES[waiting.role].name)}
        if waiting
        else "",
    )


def _move_form(request: HttpRequest, found: Person) -> MoveForm:
    return MoveForm(
        initial={
            "department": found.department_id or "",
            "post": found.post,
            "role": found.role,
            "scope": found.scope,
            "chosen": [one.pk for one in found.chosen.all()],
            "on": request.today,
            "version": found.version,
        }
    )
