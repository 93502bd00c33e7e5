"""A sheet on its way in: sent, matched, looked at, confirmed, taken back."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.periods import parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.words import Words
from jingkai.ledger.services import NotRecordable
from jingkai.org.rules import Permission
from jingkai.reading.columntable import open_columns_safely
from jingkai.reading.tables import SIZE, CannotReadTable
from jingkai.returns.queries import (
    Filing,
    ReturnFile,
    Seen,
    find_file,
    find_form,
    firm_of,
    see,
)
from jingkai.returns.rules import find_heads
from jingkai.returns.said import (
    ProblemLine,
    QuestionLine,
    UnitLine,
    said,
    said_changes,
    said_head,
    said_problems,
    said_questions,
    said_units,
)
from jingkai.returns.services import (
    LARGE,
    SHOWN,
    ReturnRefused,
    begin,
    begin_taking,
    confirm,
    look_again,
    look_at,
    match,
    open_sent,
    say_units,
    stage,
    stop,
    undo,
)
from jingkai.returns.views import (
    FormLink,
    load_form,
    load_period,
    lock_of_period,
    may_send,
    name_form,
    refuse_period,
    units_said,
)
from jingkai.web.access import needs
from jingkai.web.forms import UploadForm
from jingkai.web.importers import MatchRow
from jingkai.web.language import spoken_period, spoken_refusal
from jingkai.web.shell import Lock, show
from jingkai.web.wizard import ChangeRow, Wizard, choose_places


@dataclass
class SendPage:
    """上传."""

    form: FormLink
    period: str
    period_name: str
    upload: UploadForm
    is_firm: bool
    lock: Lock | None
    wizard: Wizard
    step: int = 2
    template: str = "returns/send.html"


@dataclass
class ColumnsPage:
    """列对应."""

    name: str
    rows: list[MatchRow]
    headings: list[tuple[int, str, str]]
    wizard: Wizard
    lock: Lock | None
    errors: list[str] = field(default_factory=list)
    step: int = 3
    template: str = "web/wizard/columns.html"


@dataclass(frozen=True)
class FirmQuestions:
    """A firm that is asked for its reason."""

    code: str
    name: str
    questions: list[QuestionLine]
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
    problems: list[ProblemLine]
    notes: list[ProblemLine]
    remarks: list[str]
    asked: list[FirmQuestions]
    changed: list[ChangeRow]
    added: list[ChangeRow]
    doubts: list[UnitLine]
    is_firm: bool
    entry: int | None
    accepted: int
    review: int
    wizard: Wizard
    lock: Lock | None
    errors: list[str] = field(default_factory=list)
    step: int = 4
    template: str = "returns/difference.html"


# What is done for a large sheet, in this order.
READING = ("waiting", "opening", "checking")
WRITING = (*READING, "writing")


@dataclass(frozen=True)
class StageLine:
    """A stage of the work for a large sheet: past, now or to come."""

    word: str
    mark: str


@dataclass
class ProgressPage:
    """How far a large sheet is; it may be left and come back to."""

    file: int
    name: str
    subject: str
    stages: list[StageLine]
    done: int
    of: int
    rows: int
    is_writing: bool
    step: int
    template: str = "returns/progress.html"


@needs(Permission.FILE_RETURNS)
def send(request: HttpRequest, form_id: str, period_id: str) -> HttpResponse:
    """Take a sheet: from the office for any firms, from a firm for itself."""
    form = load_form(form_id)
    period = load_period(form, period_id)
    firm = None if request.user.may(Permission.CHECK_RETURNS) else _own_firm(request)
    refuse_period(request, period)
    is_sent = request.method == "POST"
    upload = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and upload.is_valid():
        file, pasted = upload.cleaned_data["file"], upload.cleaned_data["pasted"]
        name = file.name if file else "粘贴.txt"
        data = file.read() if file else pasted.encode()
        told: dict[str, Any] = {
            "form": form,
            "period": period,
            "data": data,
            "name": name,
            "by": request.user,
            "on": request.today,
            "firm": firm,
        }
        if LARGE < len(data) <= SIZE:
            underway = begin(**told, now=timezone.now())
            return redirect("returns:file", underway.pk)
        try:
            staged = stage(**told, table=open_columns_safely(data, name))
        except (CannotReadTable, ReturnRefused) as refusal:
            upload.add_error("file" if file else "pasted", spoken_refusal(refusal))
        else:
            needed = [one.id for one in form.columns if one.required]
            is_known = all(key in staged.places for key in ["code", *needed])
            return redirect("returns:file" if is_known else "returns:columns", staged.pk)
    page = SendPage(
        name_form(form),
        period.id,
        spoken_period(period),
        upload,
        is_firm=firm is not None,
        lock=lock_of_period(request, period),
        wizard=Wizard(may_act=may_send(request, period)),
    )
    return show(request, page, status=422 if upload.errors else 200)


@needs(Permission.FILE_RETURNS)
def columns(request: HttpRequest, file_id: int) -> HttpResponse:
    """Match the columns of a sheet with those of the return."""
    file, form = _load_file(request, file_id)
    if file.state != ReturnFile.State.DRAFT:
        return redirect("returns:file", file_id)
    period = parse_period(file.period_id)
    refuse_period(request, period)
    table = open_sent(file)
    heads = find_heads(table, form)
    keys = [("code", _("统一社会信用代码"), True)]
    keys += [(one.id, said_head(one), one.required) for one in form.columns]
    keys += [("remark", _("异动说明"), False)]
    rows = [MatchRow(*key, file.places.get(key[0])) for key in keys]
    errors: list[str] = []
    if request.method == "POST":
        places, errors = choose_places(request.POST, rows, len(heads.words))
        if not errors:
            match(file=file, places=places, table=table)
            if file.size > LARGE:
                look_again(file=file, now=timezone.now())
            return redirect("returns:file", file_id)
        rows = [replace(one, place=places.get(one.key)) for one in rows]
    sample = table.row(heads.body) if heads.body < table.height else [""] * len(heads.words)
    page = ColumnsPage(
        name=file.name,
        rows=rows,
        headings=[(place, word, sample[place]) for place, word in enumerate(heads.words) if word],
        wizard=Wizard(
            reverse("returns:send", args=[file.form, file.period_id]),
            may_act=may_send(request, period),
        ),
        lock=lock_of_period(request, period),
        errors=errors,
    )
    return show(request, page, status=422 if errors else 200)


@needs(Permission.FILE_RETURNS)
def difference(request: HttpRequest, file_id: int) -> HttpResponse:
    """Show what a sheet would change; on confirmation file it, all or nothing."""
    file, form = _load_file(request, file_id)
    refuse_period(request, parse_period(file.period_id))
    if file.state in (ReturnFile.State.READING, ReturnFile.State.WRITING):
        return show(request, _progress_page(file, form))
    if file.state != ReturnFile.State.DRAFT:
        if request.method == "POST":
            messages.error(request, _("这张表已经处理过了。"))
        return show(request, _difference_page(request, file, form, None))
    is_kept = bool(file.seen)
    found = None if is_kept else look_at(file, open_sent(file))
    seen = Seen.read(file.seen) if found is None else see(found, form, shown=SHOWN)
    page = _difference_page(request, file, form, seen)
    if request.method == "POST" and request.POST.get("act") == "units":
        try:
            answers = units_said(request.POST, seen.doubts)
            say_units(file=file, doubts=seen.doubts, answers=answers, now=timezone.now())
        except ReturnRefused as refusal:
            page.errors.append(spoken_refusal(refusal))
        else:
            return redirect("returns:file", file.pk)
    elif request.method == "POST":
        told: dict[str, Any] = {
            "file_id": file.pk,
            "answers": {
                key.removeprefix("why-"): reason
                for key, reason in request.POST.items()
                if key.startswith("why-")
            },
            "by": request.user,
            "on": request.today,
            "may_accept": request.user.may(Permission.CHECK_RETURNS),
        }
        try:
            if found is None:
                begin_taking(**told, now=timezone.now())
                return redirect("returns:file", file.pk)
            confirm(**told, difference=found)
        except (ReturnRefused, NotRecordable) as refusal:
            page.errors.append(spoken_refusal(refusal))
        else:
            messages.success(request, _("已报送。发现不对，可以整批撤销。"))
            return redirect("returns:file", file.pk)
    return show(request, page, status=422 if page.errors else 200)


def _progress_page(file: ReturnFile, form: ReturnForm) -> ProgressPage:
    is_writing = file.state == ReturnFile.State.WRITING
    words = {
        "waiting": _("排队"),
        "opening": _("打开工作簿"),
        "checking": _("逐列核对"),
        "writing": _("写入账本"),
    }
    stages = WRITING if is_writing else READING
    at = stages.index(file.progress.get("stage", "waiting"))
    marks = ["past"] * at + ["now"] + ["next"] * (len(stages) - at - 1)
    return ProgressPage(
        file=file.pk,
        name=file.name,
        subject=f"{name_form(form).name} {spoken_period(parse_period(file.period_id))}",
        stages=[StageLine(words[one], mark) for one, mark in zip(stages, marks, strict=True)],
        done=file.progress.get("done", 0),
        of=file.progress.get("of", 0),
        rows=file.progress.get("rows", 0),
        is_writing=is_writing,
        step=5 if is_writing else 3,
    )


@needs(Permission.FILE_RETURNS)
def stop_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Stop a sheet that is being read, or that is not written yet; it is the sender's to stop."""
    file, _form = _load_file(request, file_id)
    refuse_period(request, parse_period(file.period_id))
    if file.person_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        try:
            stop(file_id=file_id)
        except ReturnRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已取消，什么都没有写入。"))
    return redirect("returns:file", file_id)


@needs(Permission.FILE_RETURNS)
def undo_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """Take a sheet back: the office any, a firm its own that nobody decided on."""
    file, _form = _load_file(request, file_id)
    refuse_period(request, parse_period(file.period_id))
    if request.method == "POST":
        is_office = request.user.may(Permission.CHECK_RETURNS)
        decided = file.filings.exclude(state=Filing.State.FILED).exists()
        if not is_office and decided:
            messages.error(request, _("已经审核过了，不能自己撤销；要改请联系统计员退回。"))
            return redirect("returns:file", file_id)
        try:
            undo(file_id=file.pk, by=request.user, on=request.today)
        except (ReturnRefused, NotRecordable) as refusal:
            messages.error(request, spoken_refusal(refusal))
        else:
            messages.success(request, _("已整批撤销，各项数字恢复到报送之前。"))
    return redirect("returns:file", file_id)


def _own_firm(request: HttpRequest) -> Enterprise:
    firm = firm_of(request.user)
    if firm is None:
        raise Http404
    return firm


def _load_file(request: HttpRequest, file_id: int) -> tuple[ReturnFile, ReturnForm]:
    """Return a file that was sent: until it is filed it is its sender's, a firm sees its own."""
    file = find_file(file_id)
    if file is None or find_form(file.form) is None:
        raise Http404
    is_mine = file.person_id == request.user.pk
    is_office = request.user.may(Permission.CHECK_RETURNS)
    is_filed = file.state in (ReturnFile.State.DONE, ReturnFile.State.UNDONE)
    if not is_mine and not (is_office and is_filed):
        raise Http404
    return file, load_form(file.form)


def _difference_page(
    request: HttpRequest, file: ReturnFile, form: ReturnForm, seen: Seen | None
) -> DifferencePage:
    counts = dict.fromkeys(("added", "changed", "same", "asked", "wrong"), 0)
    counts |= {key: value for key, value in file.counts.items() if key in counts}
    seen = seen or Seen(counts, [], [], [], [], [], [])
    name, period = name_form(form), parse_period(file.period_id)
    refused = said(Words.kept(file.progress.get("refused", "")))
    count = seen.counts["added"] + seen.counts["changed"]
    return DifferencePage(
        name=file.name,
        subject=f"{name.name} {spoken_period(parse_period(file.period_id))}",
        state=file.state,
        form=name,
        period=file.period_id,
        counts=seen.counts,
        problems=said_problems(seen.problems),
        notes=said_problems(seen.notes),
        remarks=[said(one) for one in seen.remarks],
        asked=[
            FirmQuestions(one.code, one.name, said_questions(one.questions), one.explanation)
            for one in seen.asked
        ],
        changed=said_changes(seen.changed, form),
        added=said_changes(seen.added, form),
        doubts=said_units(seen.doubts, form),
        is_firm=not request.user.may(Permission.CHECK_RETURNS),
        entry=file.entry,
        accepted=int(file.counts.get("accepted", 0)),
        review=file.filings.filter(state=Filing.State.FILED).count(),
        wizard=Wizard(
            again=reverse("returns:send", args=[form.id, file.period_id]),
            places=reverse("returns:columns", args=[file.pk]),
            take_back=reverse("returns:undo", args=[file.pk]),
            confirm=_("确认报送 %(count)s 家") % {"count": count},
            undo=_("撤销这次报送"),
            undone=_("这次报送已撤销，各项数字恢复到报送之前。")
            if file.state == ReturnFile.State.UNDONE
            else _("这张表没有读入，什么都没有写入。"),
            rows=_("企业"),
            may_act=may_send(request, period),
        ),
        lock=lock_of_period(request, period),
        errors=[refused] if refused else [],
        step=4 if file.state == ReturnFile.State.DRAFT else 5,
    )
