"""导入: choose a template, upload, match columns, look at the difference, confirm; take it back."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.documents import TemplateColumn, write_template
from jingkai.kernel.zone import current_zone
from jingkai.reading.tablechild import open_table_safely
from jingkai.reading.tables import CannotReadTable
from jingkai.web.access import Policy, needs
from jingkai.web.export import XLSX, attach, file_name
from jingkai.web.forms import UploadForm
from jingkai.web.importers import (
    Change,
    Done,
    Importer,
    ImportRefused,
    MatchRow,
    Value,
    find_importer,
    list_importers,
)
from jingkai.web.imports import Difference, Problem, find_difference, find_head, match_columns
from jingkai.web.language import spoken, spoken_refusal
from jingkai.web.lists import ListView, show_list
from jingkai.web.queries import ImportRun, find_matching, find_run, list_runs
from jingkai.web.records import RUNS
from jingkai.web.services import (
    apply_import,
    changes_of,
    match_import,
    stage_import,
    table_of,
    undo_import,
)
from jingkai.web.shell import show
from jingkai.web.wizard import ChangeRow, Wizard, choose_places

SHOWN = 200


@dataclass(frozen=True)
class Choice:
    """An importer as the first step offers it."""

    id: str
    name: str
    columns: str


@dataclass
class ImportsPage:
    """选模板."""

    list: ListView
    choices: tuple[Choice, ...]
    step: int = 1
    template: str = "web/imports.html"


@dataclass
class UploadPage:
    """上传."""

    importer: Choice
    upload: UploadForm
    wizard: Wizard
    step: int = 2
    template: str = "web/import_upload.html"


@dataclass
class MatchPage:
    """列对应."""

    name: str
    rows: list[MatchRow]
    headings: list[tuple[int, str, str]]
    wizard: Wizard
    errors: list[str] = field(default_factory=list)
    step: int = 3
    template: str = "web/wizard/columns.html"


@dataclass
class DifferencePage:
    """差异页 and 确认; afterwards what was done."""

    subject: str
    name: str
    state: str
    added: list[ChangeRow]
    changed: list[ChangeRow]
    counts: dict[str, int]
    problems: list[Problem]
    doubts: list[Problem]
    remarks: list[str]
    after_url: str
    wizard: Wizard
    done: Done | None = None
    errors: list[str] = field(default_factory=list)
    step: int = 4
    template: str = "web/import_difference.html"


@needs(Policy.SIGNED_IN)
def imports(request: HttpRequest) -> HttpResponse:
    """Offer the templates that the person may use, and the imports that were made."""
    known = [one for one in list_importers() if request.user.may(one.permission)]
    choices = tuple(map(_choice, known))
    runs = list_runs([one.id for one in known])
    return show_list(request, RUNS, runs, page=lambda view: ImportsPage(view, choices))


@needs(Policy.SIGNED_IN)
def template(request: HttpRequest, importer_id: str) -> HttpResponse:
    """Hand out the template: empty with an example, or filled with what stands today."""
    importer = _load(request, importer_id)
    columns = [
        TemplateColumn(
            one.head,
            one.help or _prompt(one.kind),
            tuple(one.choices()) if one.choices else ("是", "否") if one.kind == "yes_no" else (),
            one.example,
            one.kind == "number",
        )
        for one in importer.columns
    ]
    rows = []
    if request.GET.get("filled"):
        hidden = importer.hidden(request.user)
        rows = [
            [_cell(values[one.key]) for one in importer.columns]
            for values in importer.current(lock=False).values()
            if str(values[importer.key]) not in hidden
        ]
    data = write_template(
        columns, title=str(importer.name), rows=rows, mark=f"{importer.id}/{importer.version}"
    )
    name = file_name(
        unit=current_zone().name,
        table=str(importer.name),
        on=request.today,
        by=request.user.name,
        suffix="xlsx",
    )
    return attach(data, name=name, kind=XLSX)


@needs(Policy.SIGNED_IN)
def new(request: HttpRequest, importer_id: str) -> HttpResponse:
    """Take a file or pasted cells."""
    importer = _load(request, importer_id)
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if request.method == "POST" and form.is_valid():
        file, pasted = form.cleaned_data["file"], form.cleaned_data["pasted"]
        name = file.name if file else "粘贴.txt"
        try:
            table = open_table_safely(file.read() if file else pasted.encode(), name)
            run = stage_import(
                importer=importer, table=table, name=name, by=request.user, on=request.today
            )
        except (CannotReadTable, ImportRefused) as refusal:
            form.add_error("file" if file else "pasted", spoken_refusal(refusal))
        else:
            return redirect(_after_upload(request, importer, run))
    page = UploadPage(_choice(importer), form, Wizard())
    return show(request, page, status=422 if form.errors else 200)


@needs(Policy.SIGNED_IN)
def columns(request: HttpRequest, importer_id: str, run_id: int) -> HttpResponse:
    """Match the columns of the table with those of the template."""
    importer, run = _load_run(request, importer_id, run_id)
    if run.state != ImportRun.State.DRAFT:
        return redirect("import_run", importer_id, run_id)
    table = table_of(run)
    head = find_head(table, importer)
    headings = [cell.text for cell in table.rows[head]]
    errors: list[str] = []
    rows = [
        MatchRow(one.key, one.said, one.required, run.places.get(one.key))
        for one in importer.columns
    ]
    if request.method == "POST":
        places, errors = choose_places(request.POST, rows, len(headings))
        if not errors:
            match_import(run=run, places=places, headings=headings)
            return redirect("import_run", importer_id, run_id)
        rows = [replace(one, place=places.get(one.key)) for one in rows]
    page = MatchPage(
        name=str(importer.name),
        rows=rows,
        headings=[
            (place, text, table.rows[head + 1][place].text if _has(table, head + 1, place) else "")
            for place, text in enumerate(headings)
        ],
        wizard=Wizard(reverse("import_new", args=[importer.id])),
        errors=errors,
    )
    return show(request, page, status=422 if errors else 200)


@needs(Policy.SIGNED_IN)
def run(request: HttpRequest, importer_id: str, run_id: int) -> HttpResponse:
    """Show the difference; on confirmation write it, all or nothing."""
    importer, found = _load_run(request, importer_id, run_id)
    if found.state != ImportRun.State.DRAFT:
        if request.method == "POST":
            messages.error(request, _("这次导入已经处理过了。"))
        return show(request, _page(importer, found, Difference(changes_of(importer, found))))
    table = table_of(found)
    difference = find_difference(
        table,
        importer=importer,
        head=find_head(table, importer),
        places=found.places,
        current=importer.current(lock=False),
        hidden=importer.hidden(request.user),
    )
    page = _page(importer, found, difference)
    if request.method == "POST":
        if difference.problems:
            page.errors.append(_("还有要改的地方，什么都没有写入。"))
        elif difference.doubts and request.POST.get("looked") != "1":
            page.errors.append(_("请先看过要核对的地方，再勾选“已核对”。"))
        else:
            try:
                page.done = apply_import(
                    importer=importer,
                    run_id=found.pk,
                    changes=difference.changes,
                    by=request.user,
                    on=request.today,
                )
            except ValueError as refusal:
                page.errors.append(spoken_refusal(refusal))
            else:
                messages.success(request, _("已导入。发现不对，可以整批撤销。"))
                if not page.done.rows:
                    return redirect("import_run", importer_id, run_id)
                page.state, page.step = ImportRun.State.DONE, 5
    return show(request, page, status=422 if page.errors else 200)


@needs(Policy.SIGNED_IN)
def undo(request: HttpRequest, importer_id: str, run_id: int) -> HttpResponse:
    """Take an import back."""
    importer, found = _load_run(request, importer_id, run_id)
    if request.method == "POST":
        try:
            undo_import(importer=importer, run_id=found.pk, by=request.user, on=request.today)
        except ValueError as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已撤销这次导入。"))
    return redirect("import_run", importer_id, run_id)


def _after_upload(request: HttpRequest, importer: Importer, run: ImportRun) -> str:
    """Go on to the difference when every needed column is known, else to matching."""
    table = table_of(run)
    head = find_head(table, importer)
    headings = [cell.text for cell in table.rows[head]]
    places = match_columns(headings, importer, find_matching(importer.id, request.user))
    match_import(run=run, places=places, headings=headings)
    needed = [one.key for one in importer.columns if one.required and one.key not in places]
    unused = [one for place, one in enumerate(headings) if one and place not in places.values()]
    name = "import_columns" if needed or unused else "import_run"
    return reverse(name, args=[importer.id, run.pk])


def _load(request: HttpRequest, importer_id: str) -> Importer:
    try:
        importer = find_importer(importer_id)
    except KeyError:
        raise Http404 from None
    if not request.user.may(importer.permission):
        raise PermissionDenied(importer.permission)
    return importer


def _load_run(request: HttpRequest, importer_id: str, run_id: int) -> tuple[Importer, ImportRun]:
    """Return an import; a draft belongs to who sent it, and one of another scope is not there."""
    importer = _load(request, importer_id)
    found = find_run(importer_id, run_id)
    if found is None or (found.state == ImportRun.State.DRAFT and found.person != request.user):
        raise Http404
    hidden = importer.hidden(request.user)
    if hidden and any(
        str(one.after[importer.key]) in hidden for one in changes_of(importer, found)
    ):
        raise Http404
    return importer, found


def _choice(importer: Importer) -> Choice:
    return Choice(
        importer.id,
        str(importer.name),
        spoken("、", ", ").join(one.said for one in importer.columns),
    )


def _page(importer: Importer, run: ImportRun, found: Difference) -> DifferencePage:
    added = [one for one in found.changes if one.before is None]
    changed = [one for one in found.changes if one.before is not None]
    rows = len(added) + len(changed)
    return DifferencePage(
        subject=str(importer.name),
        name=run.name,
        state=run.state,
        added=[_change_row(importer, one) for one in added[:SHOWN]],
        changed=[_change_row(importer, one) for one in changed[:SHOWN]],
        counts={
            "added": len(added),
            "changed": len(changed),
            "same": found.same,
            "wrong": len(found.problems),
        },
        problems=found.problems[:SHOWN],
        doubts=found.doubts[:SHOWN],
        remarks=found.notes,
        after_url=reverse(importer.after_url),
        wizard=Wizard(
            again=reverse("import_new", args=[importer.id]),
            places=reverse("import_columns", args=[importer.id, run.pk]),
            take_back=reverse("import_undo", args=[importer.id, run.pk]),
            confirm=_("确认导入 %(count)s 行") % {"count": rows},
            undo=_("撤销这次导入"),
            undone=_("这次导入已撤销。"),
            rows=_("行"),
        ),
        step=4 if run.state == ImportRun.State.DRAFT else 5,
    )


def _change_row(importer: Importer, change: Change) -> ChangeRow:
    before = change.before or {}
    keys = change.differs if change.before is not None else list(change.after)
    pairs = [
        (importer.column(key).said, _cell(before.get(key)), _cell(change.after[key]))
        for key in keys
        if key != importer.key
    ]
    return ChangeRow(change.key, pairs)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _prompt(kind: str) -> str:
    prompts = {
        "number": "只填数字，单位见表头",
        "day": "写成 2021-06-30",
        "yes_no": "是 或 否",
        "choice": "从下拉中选",
        "code": "按文本填写",
    }
    return prompts.get(kind, "")


def _has(table: Any, row: int, place: int) -> bool:
    return row < len(table.rows) and place < len(table.rows[row])
