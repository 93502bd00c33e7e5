"""A sheet on its way in: sent, matched, looked at, confirmed, taken back."""

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.periods import parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.ledger.services import NotRecordable
from jingkai.org.rules import Permission
from jingkai.reading.columntable import open_columns_safely
from jingkai.reading.tables import CannotReadTable
from jingkai.returns.queries import (
    Filing,
    Question,
    ReturnFile,
    RowToFile,
    find_file,
    find_form,
    firm_of,
    say_amount,
)
from jingkai.returns.rules import SheetProblem, find_heads
from jingkai.returns.services import (
    ReturnRefused,
    confirm,
    look_at,
    match,
    open_sent,
    stage,
    undo,
)
from jingkai.returns.views import SHOWN, FormLink, load_form, load_period, name_form
from jingkai.web.access import needs
from jingkai.web.forms import UploadForm
from jingkai.web.importers import MatchRow
from jingkai.web.shell import show
from jingkai.web.wizard import ChangeRow, Wizard, choose_places


@dataclass
class SendPage:
    """上传."""

    form: FormLink
    period: str
    period_name: str
    upload: UploadForm
    is_firm: bool
    step: int = 2
    template: str = "returns/send.html"


@dataclass
class ColumnsPage:
    """列对应."""

    name: str
    rows: list[MatchRow]
    headings: list[tuple[int, str, str]]
    wizard: Wizard
    errors: list[str] = field(default_factory=list)
    step: int = 3
    template: str = "web/wizard/columns.html"


@dataclass(frozen=True)
class AskedLine:
    """A firm that is asked for its reason."""

    code: str
    name: str
    questions: list[Question]
    explanation: str


@dataclass
class DifferencePage:
    """差异, 确认, and what was done."""

    name: str
    subject: str
    state: str
    form: FormLink
    period: str
    counts: dict[str, int]
    problems: list[SheetProblem]
    notes: list[SheetProblem]
    remarks: list[str]
    asked: list[AskedLine]
    changed: list[ChangeRow]
    added: list[ChangeRow]
    is_firm: bool
    entry: int | None
    accepted: int
    review: int
    wizard: Wizard
    errors: list[str] = field(default_factory=list)
    step: int = 4
    template: str = "returns/difference.html"


@needs(Permission.FILE_RETURNS)
def send(request: HttpRequest, form_id: str, period_id: str) -> HttpResponse:
    """Take a sheet: from the office for any firms, from a firm for itself."""
    form = load_form(form_id)
    period = load_period(form, period_id)
    firm = None if request.user.may(Permission.CHECK_RETURNS) else _own_firm(request)
    is_sent = request.method == "POST"
    upload = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and upload.is_valid():
        file, pasted = upload.cleaned_data["file"], upload.cleaned_data["pasted"]
        name = file.name if file else "粘贴.txt"
        data = file.read() if file else pasted.encode()
        try:
            table = open_columns_safely(data, name)
            staged = stage(
                form=form,
                period=period,
                data=data,
                table=table,
                name=name,
                by=request.user,
                on=request.today,
                firm=firm,
            )
        except (CannotReadTable, ReturnRefused) as refusal:
            upload.add_error("file" if file else "pasted", str(refusal))
        else:
            needed = [one.id for one in form.columns if one.required]
            is_known = all(key in staged.places for key in ["code", *needed])
            return redirect("returns:file" if is_known else "returns:columns", staged.pk)
    page = SendPage(name_form(form), period.id, period.name, upload, is_firm=firm is not None)
    return show(request, page, status=422 if upload.errors else 200)


@needs(Permission.FILE_RETURNS)
def columns(request: HttpRequest, file_id: int) -> HttpResponse:
    """Match the columns of a sheet with those of the return."""
    file, form = _load_file(request, file_id)
    if file.state != ReturnFile.State.DRAFT:
        return redirect("returns:file", file_id)
    table = open_sent(file)
    heads = find_heads(table, form)
    keys = [("code", "统一社会信用代码", True)]
    keys += [(one.id, one.head, one.required) for one in form.columns]
    keys += [("remark", "异动说明", False)]
    rows = [MatchRow(*key, file.places.get(key[0])) for key in keys]
    errors: list[str] = []
    if request.method == "POST":
        places, errors = choose_places(request.POST, rows, len(heads.words))
        if not errors:
            match(file=file, places=places, table=table)
            return redirect("returns:file", file_id)
        rows = [replace(one, place=places.get(one.key)) for one in rows]
    sample = table.row(heads.body) if heads.body < table.height else [""] * len(heads.words)
    page = ColumnsPage(
        name=file.name,
        rows=rows,
        headings=[(place, word, sample[place]) for place, word in enumerate(heads.words) if word],
        wizard=Wizard(reverse("returns:send", args=[file.form, file.period_id])),
        errors=errors,
    )
    return show(request, page, status=422 if errors else 200)


@needs(Permission.FILE_RETURNS)
def difference(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show what a sheet would change; on confirmation file it, all or nothing."""
    file, form = _load_file(request, file_id)
    if file.state != ReturnFile.State.DRAFT:
        if request.method == "POST":
            messages.error(request, _("这张表已经处理过了。"))
        return show(request, _difference_page(request, file, form, None))
    found = look_at(file, open_sent(file))
    page = _difference_page(request, file, form, found)
    if request.method == "POST":
        answers = {
            one.firm.code: request.POST.get(f"why-{one.firm.code}", "") for one in found.rows
        }
        try:
            confirm(
                file_id=file.pk,
                difference=found,
                answers=answers,
                by=request.user,
                on=request.today,
                may_accept=request.user.may(Permission.CHECK_RETURNS),
            )
        except (ReturnRefused, NotRecordable) as refusal:
            page.errors.append(str(refusal))
        else:
            messages.success(request, _("已报送。发现不对，可以整批撤销。"))
            return redirect("returns:file", file.pk)
    return show(request, page, status=422 if page.errors else 200)


@needs(Permission.FILE_RETURNS)
def undo_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Take a sheet back: the office any, a firm its own that nobody decided on."""
    file, _form = _load_file(request, file_id)
    if request.method == "POST":
        is_office = request.user.may(Permission.CHECK_RETURNS)
        decided = file.filings.exclude(state=Filing.State.FILED).exists()
        if not is_office and decided:
            messages.error(request, _("已经审核过了，不能自己撤销；要改请联系统计员退回。"))
            return redirect("returns:file", file_id)
        try:
            undo(file_id=file.pk, by=request.user, on=request.today)
        except (ReturnRefused, NotRecordable) as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已整批撤销，各项数字恢复到报送之前。"))
    return redirect("returns:file", file_id)


def _own_firm(request: HttpRequest) -> Enterprise:
    firm = firm_of(request.user)
    if firm is None:
        raise Http404
    return firm


def _load_file(request: HttpRequest, file_id: int) -> tuple[ReturnFile, ReturnForm]:
    """Return a file that was sent: a draft belongs to its sender, a firm sees its own."""
    file = find_file(file_id)
    if file is None or find_form(file.form) is None:
        raise Http404
    is_mine = file.person_id == request.user.pk
    is_office = request.user.may(Permission.CHECK_RETURNS)
    if not is_mine and (not is_office or file.state == ReturnFile.State.DRAFT):
        raise Http404
    return file, load_form(file.form)


def _difference_page(
    request: HttpRequest, file: ReturnFile, form: ReturnForm, found: Any
) -> DifferencePage:
    rows = [] if found is None else [one for one in found.rows if not one.is_same]
    clear = [one for one in rows if not one.questions]
    counts = dict.fromkeys(("added", "changed", "same", "asked", "wrong"), 0)
    counts |= {key: value for key, value in file.counts.items() if key in counts}
    counts = found.counts if found is not None else counts
    name = name_form(form)
    return DifferencePage(
        name=file.name,
        subject=f"{name.name} {parse_period(file.period_id).name}",
        state=file.state,
        form=name,
        period=file.period_id,
        counts=counts,
        problems=found.problems[:SHOWN] if found else [],
        notes=found.notes[:SHOWN] if found else [],
        remarks=found.remarks if found else [],
        asked=[
            AskedLine(one.firm.code, one.firm.name, one.questions, one.explanation)
            for one in islice((one for one in rows if one.questions), SHOWN)
        ],
        changed=[_change(form, one) for one in islice((o for o in clear if not o.is_new), SHOWN)],
        added=[_change(form, one) for one in islice((o for o in clear if o.is_new), SHOWN)],
        is_firm=not request.user.may(Permission.CHECK_RETURNS),
        entry=file.entry,
        accepted=int(file.counts.get("accepted", 0)),
        review=file.filings.filter(state=Filing.State.FILED).count(),
        wizard=Wizard(
            again=reverse("returns:send", args=[form.id, file.period_id]),
            places=reverse("returns:columns", args=[file.pk]),
            take_back=reverse("returns:undo", args=[file.pk]),
            confirm=_("确认报送 %(count)s 家") % {"count": counts["added"] + counts["changed"]},
            undo=_("撤销这次报送"),
            undone=_("这次报送已撤销，各项数字恢复到报送之前。"),
            rows=_("企业"),
        ),
        step=4 if file.state == ReturnFile.State.DRAFT else 5,
    )


def _change(form: ReturnForm, one: RowToFile) -> ChangeRow:
    said = [
        (column.head, "", say_amount(one.values[column.id], column))
        for column in form.columns
        if one.values[column.id] not in (None, "—")
    ]
    return ChangeRow(one.firm.name, one.changes or said, one.row)
