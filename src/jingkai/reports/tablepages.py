"""The 任务分解表 of a review: handed out, edited outside, compared when it comes back, written."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jingkai.documents import CannotReadSheet, cell_address, read_rows
from jingkai.kernel.zone import current_zone
from jingkai.org.rules import Permission
from jingkai.reports.forms import TableForm
from jingkai.reports.models import ChangeSet, Intake
from jingkai.reports.queries import (
    find_change_set,
    find_intake,
    find_table_changes,
    get_table,
)
from jingkai.reports.services import ReviewRefused, apply_changes, draft_changes, undo_changes
from jingkai.web.access import needs
from jingkai.web.language import speak, spoken_refusal
from jingkai.web.shell import show

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class TablePage:
    """Upload an edited table; every problem with its cell."""

    intake: Intake
    form: TableForm
    problems: list[tuple[str, str]]
    is_done: bool
    template: str = "reports/table.html"


@dataclass(frozen=True)
class ChangedRow:
    """One row of the difference: where it stands in the sheet, and (cell, head, before, after)."""

    row: int | None
    text: str
    cells: list[tuple[str, str, str, str]]
    stale_by: str


@dataclass
class ChangesPage:
    """What the table changes, before it is written and after."""

    id: int
    intake_id: int
    name: str
    state: str
    kind: str
    added: list[ChangedRow]
    changed: list[ChangedRow]
    removed: list[ChangedRow]
    unchanged: int
    template: str = "reports/changes.html"


@needs(Permission.IMPORT_REPORT)
def table(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Hand out the table of a review."""
    intake = _load(intake_id)
    name = f"{current_zone().name}_重点任务分解表_{intake.year}_{request.user.name}.xlsx"
    response = HttpResponse(get_table(intake), content_type=_XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@needs(Permission.IMPORT_REPORT)
def new_table(request: HttpRequest, intake_id: int) -> HttpResponse:
    """Take an edited table, and show what it would change before anything is written."""
    intake = _load(intake_id)
    form = TableForm(request.POST or None, request.FILES or None)
    problems: list[tuple[str, str]] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            changes, unchanged, found = find_table_changes(intake, read_rows(file.read()))
            problems = [(cell_address(one.row, one.column), speak(one.what)) for one in found]
            if changes:
                draft = draft_changes(
                    intake_id=intake.pk,
                    changes=changes,
                    unchanged=unchanged,
                    name=file.name,
                    by=request.user.name,
                    on=request.today,
                )
                return redirect("reports:changes", draft.pk)
            if not problems:
                form.add_error("file", _("这张表和现有条目一样，没有要改的。"))
        except (CannotReadSheet, ReviewRefused) as refusal:
            form.add_error("file", spoken_refusal(refusal))
    page = TablePage(intake, form, problems, intake.plan_id is not None)
    return show(request, page, status=422 if form.errors or problems else 200)


@needs(Permission.IMPORT_REPORT)
def changes(request: HttpRequest, change_set_id: int) -> HttpResponse:
    """Show the difference; confirm it."""
    found = _changes(change_set_id)
    if request.method == "POST":
        try:
            apply_changes(change_set_id=found.pk, by=request.user.name)
        except ReviewRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已写入 %(count)s 处。") % {"count": len(found.changes)})
        return redirect("reports:changes", found.pk)
    return show(request, _page(found))


@needs(Permission.IMPORT_REPORT)
def undo(request: HttpRequest, change_set_id: int) -> HttpResponse:
    """Take changes made together back."""
    found = _changes(change_set_id)
    if request.method == "POST":
        try:
            undone, kept = undo_changes(change_set_id=found.pk, by=request.user.name)
        except ReviewRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            words = _("已撤销 %(undone)s 条。") % {"undone": undone}
            if kept:
                words += _("另有 %(kept)s 条之后又改过，保持现状。") % {"kept": kept}
            messages.success(request, words)
    return redirect(reverse("reports:review", args=[found.intake_id]))


def _load(intake_id: int) -> Intake:
    found = find_intake(intake_id)
    if found is None:
        raise Http404
    return found


def _changes(change_set_id: int) -> ChangeSet:
    found = find_change_set(change_set_id)
    if found is None:
        raise Http404
    return found


def _page(found: ChangeSet) -> ChangesPage:
    rows: dict[str, list[ChangedRow]] = {"added": [], "changed": [], "removed": []}
    for change in found.changes:
        rows[change.get("verdict", "changed")].append(_row(change))
    return ChangesPage(
        id=found.pk,
        intake_id=found.intake_id,
        name=found.name,
        state=found.state,
        kind=found.kind,
        unchanged=found.unchanged,
        **rows,
    )


def _row(change: dict[str, Any]) -> ChangedRow:
    said = change["after"] or change["before"]
    row = change.get("row")
    cells = [
        (cell_address(row, column), head, before, after)
        for column, head, before, after in change.get("cells", [])
    ]
    number = None if row is None else row + 1
    return ChangedRow(number, said["text"], cells, change.get("stale_by", ""))
