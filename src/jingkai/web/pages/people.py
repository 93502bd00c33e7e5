"""人员与权限: who is in the zone office, what each role may do, people in by sheet."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jingkai.documents import (
    CannotReadSheet,
    TemplateColumn,
    cell_address,
    read_rows,
    write_template,
)
from jingkai.kernel.zone import current_zone
from jingkai.org.queries import (
    HEADS,
    Change,
    Entry,
    Person,
    find_changes,
    find_import,
    get_person,
    get_roster,
    list_departments,
    list_everybody,
    list_postings,
    list_requests,
)
from jingkai.org.rules import PERMISSION_WORDS, ROLES, SCOPE_WORDS, Permission, Scope
from jingkai.org.services import (
    AccountRefused,
    confirm_import,
    draft_import,
    move_person,
    reset_password,
    set_active,
    undo_import,
)
from jingkai.web.access import needs
from jingkai.web.forms import MoveForm, RosterForm
from jingkai.web.language import spoken
from jingkai.web.shell import show

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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

    people: list[PersonRow]
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


@dataclass
class ImportPage:
    """Upload a sheet; what is wrong with it, cell by cell."""

    form: RosterForm
    problems: list[tuple[str, str]] = field(default_factory=list)
    template: str = "web/roster_import.html"


@dataclass
class ChangesPage:
    """What a sheet would change, before it does; or what it changed."""

    id: int
    name: str
    state: str
    added: list[Entry]
    changed: list[tuple[str, str, list[tuple[str, str, str]]]]
    passwords: list[tuple[str, str, str]] = field(default_factory=list)
    template: str = "web/roster_changes.html"


@needs(Permission.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Show who works here and what each role may do."""
    page = PeoplePage(
        people=[_row(one) for one in list_everybody()],
        permissions=[_(PERMISSION_WORDS[permission]) for permission in Permission],
        roles=[
            (_(role.name), [permission in role.permissions for permission in Permission])
            for role in ROLES.values()
        ],
    )
    return show(request, page)


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
            form.add_error(None, str(refusal))
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
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已更新，下一次点击就生效。"))
    return redirect("person", person_id)


@needs(Permission.MANAGE_PEOPLE)
def roster(request: HttpRequest) -> HttpResponse:
    """Hand out the sheet of people, filled in, as the template to edit."""
    departments = {one.pk: one.name for one in list_departments()}
    columns = [
        TemplateColumn(HEADS[0], "英文字母、数字、短横线；已有账号表示修改", example="zhangsan"),
        TemplateColumn(HEADS[1], "真实姓名", example="张三"),
        TemplateColumn(HEADS[2], "从下拉中选", tuple(departments.values())),
        TemplateColumn(HEADS[3], "可以不填"),
        TemplateColumn(HEADS[4], "从下拉中选", tuple(role.name for role in ROLES.values())),
        TemplateColumn(HEADS[5], "是 或 否", ("是", "否")),
    ]
    rows = [
        [
            entry.account,
            entry.name,
            departments.get(entry.department, ""),
            entry.post,
            ROLES[entry.role].name,
            "是" if entry.is_active else "否",
        ]
        for entry in get_roster().values()
    ]
    data = write_template(columns, title="花名册", rows=rows)
    name = f"{current_zone().name}_花名册_{request.today:%Y-%m}_{request.user.name}.xlsx"
    response = HttpResponse(data, content_type=_XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@needs(Permission.MANAGE_PEOPLE)
def new_import(request: HttpRequest) -> HttpResponse:
    """Take a sheet, and show what it would change before anything is written."""
    form = RosterForm(request.POST or None, request.FILES or None)
    problems: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            changes, found = find_changes(read_rows(file.read()))
        except CannotReadSheet as refusal:
            form.add_error("file", str(refusal))
        else:
            problems = [(cell_address(one.row, one.column), one.what) for one in found]
            if not problems and changes:
                draft = draft_import(
                    changes=changes, name=file.name, by=request.user.name, on=request.today
                )
                return redirect("roster_changes", draft.pk)
            if not problems:
                form.add_error("file", _("这张表和现有人员一样，没有要改的。"))
    status = 422 if form.errors or problems else 200
    return show(request, ImportPage(form, problems), status=status)


@needs(Permission.MANAGE_PEOPLE)
def import_page(request: HttpRequest, import_id: int) -> HttpResponse:
    """Show the difference; confirm it."""
    page = _changes_page(import_id)
    if request.method == "POST":
        try:
            page.passwords = confirm_import(import_id=import_id, on=request.today)
        except AccountRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("roster_changes", import_id)
        page.state = "done"
        messages.success(request, _("已导入。一次性密码只在这里显示一次。"))
    return show(request, page)


@needs(Permission.MANAGE_PEOPLE)
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take an import back."""
    if request.method == "POST":
        _changes_page(import_id)
        try:
            undo_import(import_id=import_id, on=request.today)
        except AccountRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已撤销这次导入。"))
    return redirect("roster_changes", import_id)


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


def _changes_page(import_id: int) -> ChangesPage:
    found = find_import(import_id)
    if found is None:
        raise Http404
    changes = [
        Change(Entry(**one["before"]) if one["before"] else None, Entry(**one["after"]))
        for one in found.changes
    ]
    return ChangesPage(
        id=found.pk,
        name=found.name,
        state=found.state,
        added=[one.after for one in changes if one.before is None],
        changed=[
            (one.after.account, one.after.name, one.differs)
            for one in changes
            if one.before is not None
        ],
    )
