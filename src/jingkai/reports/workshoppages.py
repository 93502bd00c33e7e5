"""报告工场: drafts written together, frozen as editions, published as pages."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from jingkai.documents.charts import draw
from jingkai.kernel.periods import parse_period
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.reports.drafting import DraftView, Problem, in_order, lay_out
from jingkai.reports.editions import (
    TABLE_HEADS,
    Drift,
    chart_of,
    find_drift,
    write_draft,
    write_edition,
)
from jingkai.reports.firstdraft import outline_of, outline_of_month
from jingkai.reports.forms import CommentForm, OpenDraftForm, PassageForm, SectionForm
from jingkai.reports.lists import DRAFTS
from jingkai.reports.living import Live, Writer, suggestions_for
from jingkai.reports.models import Comment, Draft, Edition, Passage, Section
from jingkai.reports.publication import PublicPage, publish, write_site
from jingkai.reports.tokens import FORMS
from jingkai.reports.workshop import (
    FreezeRefused,
    WorkshopRefused,
    add_passage,
    add_section,
    comment_on,
    find_in_workshop,
    find_published,
    freeze_draft,
    open_draft,
    place_section,
    publish_edition,
    read_period,
    remove_passage,
    rewrite_passage,
    settle_comment,
)
from jingkai.web.access import Policy, needs
from jingkai.web.charts import ChartView, Drawing, show_chart
from jingkai.web.language import spoken_refusal
from jingkai.web.lists import show_list
from jingkai.web.printed import hand_out_pdf
from jingkai.web.shell import Lock, Step, show

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MOST_FOUND = 8


@dataclass
class NewDraftPage:
    """What to write and what to start from."""

    form: OpenDraftForm
    template: str = "reports/workshop_new.html"


@dataclass
class DraftPage:
    """A draft as it reads now: tree at the left, text in the middle, what is wrong at the right."""

    view: DraftView
    pictures: dict[int, ChartView]
    section_form: SectionForm
    editions: list[Edition]
    comments: int
    heads: tuple[str, ...] = TABLE_HEADS
    template: str = "reports/workshop_draft.html"

    @property
    def charts(self) -> list[ChartView]:
        """Return the charts that can be handed out."""
        return list(self.pictures.values())


@dataclass
class SectionPage:
    """One section: its title, its place, a new passage."""

    section: Section
    form: SectionForm
    passage_form: PassageForm
    errors: list[str] = field(default_factory=list)
    template: str = "reports/workshop_section.html"


@dataclass(frozen=True)
class FoundNumber:
    """A number of the dictionary that a search found, with what can be said of it."""

    name: str
    words: str
    said: list[tuple[str, str]]


@dataclass
class PassagePage:
    """One passage: its words, its numbers, who wrote it, remarks on it."""

    passage: Passage
    form: PassageForm
    comment_form: CommentForm
    pieces: list[str | Live]
    search: str
    found: list[FoundNumber] | None
    comments: list[Comment]
    versions: list[Any]
    forms: dict[str, str] = field(default_factory=lambda: FORMS)
    errors: list[str] = field(default_factory=list)
    template: str = "reports/workshop_passage.html"


@dataclass
class FreezePage:
    """What stands in the way of freezing, each with a field for a reason where one may do."""

    draft: Draft
    problems: list[tuple[Problem, str]]
    numbers: int
    errors: list[str] = field(default_factory=list)
    template: str = "reports/workshop_freeze.html"


@dataclass
class EditionPage:
    """A frozen edition, and what the record says otherwise today."""

    edition: Edition
    content: dict[str, Any]
    drift: list[Drift]
    drawings: dict[str, Drawing]
    lock: Lock
    heads: tuple[str, ...] = TABLE_HEADS
    template: str = "reports/edition.html"


@needs(Permission.WRITE_REPORT)
def workshop(request: HttpRequest) -> HttpResponse:
    """List the drafts."""
    return show_list(request, DRAFTS, _drafts())


def _drafts() -> QuerySet[Draft]:
    return Draft.objects.annotate(last_edition=Max("editions__number")).order_by("-pk")


@needs(Permission.WRITE_REPORT)
def new(request: HttpRequest) -> HttpResponse:
    """Open a draft: blank, or written from the record."""
    today = request.today
    first = {
        "title": f"{current_zone().name}{today.year}年工作报告",
        "year": today.year,
        "period": f"{today.year}",
        "start": "annual",
        "kind": Draft.Kind.ANNUAL,
    }
    form = OpenDraftForm(request.POST or None, initial=first)
    if request.method != "POST" or not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return show(request, NewDraftPage(form), status=status)
    told, ledger = form.cleaned_data, Ledger(today)
    starts = {"annual": outline_of, "month": outline_of_month}
    try:
        draft = open_draft(
            title=told["title"],
            kind=told["kind"],
            year=told["year"],
            period=read_period(told["period"]),
            sections=starts[told["start"]](told["year"], ledger) if told["start"] in starts else (),
            by=request.user.name,
            on=today,
        )
    except WorkshopRefused as refusal:
        form.add_error("period", spoken_refusal(refusal))
        return show(request, NewDraftPage(form), status=422)
    return redirect("reports:workshop_draft", draft.pk)


@needs(Permission.WRITE_REPORT)
def draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show a draft as it reads now; add a section to it."""
    found = _load(Draft, draft_id)
    form = SectionForm(request.POST or None, sections=_sections(found))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            section = add_section(
                draft_id=found.pk,
                title=told["title"],
                parent_id=int(told["parent"]) if told["parent"] else None,
                by=request.user.name,
                on=request.today,
            )
            return redirect("reports:workshop_section", section.pk)
        except WorkshopRefused as refusal:
            form.add_error("title", spoken_refusal(refusal))
    view = lay_out(found, Ledger(request.today))
    passages = [one for section in view.sections for one in section.passages]
    page = DraftPage(
        view,
        {one.passage.pk: show_chart(request, one.chart) for one in passages if one.chart},
        form,
        list(found.editions.all()),
        sum(one.open_comments for one in passages),
    )
    return show(request, page, status=422 if form.errors else 200)


@needs(Permission.WRITE_REPORT)
def draft_docx(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give out a draft as docx in the layout of GB/T 9704."""
    data, name = _draft_document(request, draft_id)
    return _attached(data, f"{name}.docx")


@needs(Permission.WRITE_REPORT)
def draft_pdf(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give out a draft as PDF, printed from the docx."""
    data, name = _draft_document(request, draft_id)
    instead = reverse("reports:workshop_docx", args=[draft_id])
    return hand_out_pdf(request, data, name=f"{name}.pdf", instead=instead)


def _draft_document(request: HttpRequest, draft_id: int) -> tuple[bytes, str]:
    """Return a draft as docx, and its name without an ending."""
    found, ledger = _load(Draft, draft_id), Ledger(request.today)
    data = write_draft(lay_out(found, ledger), ledger, address=_address(request))
    return data, f"{found.title}_稿_{request.today}_{request.user.name}"


@needs(Permission.WRITE_REPORT)
def section(request: HttpRequest, section_id: int) -> HttpResponse:
    """Rename a section, put it elsewhere, or add a passage to it."""
    found = _load(Section, section_id)
    sections = [one for one in _sections(found.draft) if one[0] != str(found.pk)]
    first = {"title": found.title, "parent": found.parent_id or "", "position": found.position}
    adds = "passage" in request.POST
    form = SectionForm(
        request.POST if request.method == "POST" and not adds else None,
        sections=sections,
        initial=first,
    )
    passage_form = PassageForm(request.POST if adds else None, initial={"kind": "text"})
    page = SectionPage(found, form, passage_form)
    if request.method != "POST" or not (passage_form if adds else form).is_valid():
        return show(request, page, status=422 if request.method == "POST" else 200)
    told = (passage_form if adds else form).cleaned_data
    by_on = {"by": request.user.name, "on": request.today}
    try:
        if adds:
            kind = told["kind"] or "text"
            made = add_passage(section_id=found.pk, text=told["text"], kind=kind, **by_on)
            return redirect("reports:workshop_passage", made.pk)
        place_section(
            section_id=found.pk,
            title=told["title"],
            parent_id=int(told["parent"]) if told["parent"] else None,
            position=told["position"] or found.position,
            **by_on,
        )
    except WorkshopRefused as refusal:
        page.errors.append(spoken_refusal(refusal))
        return show(request, page, status=422)
    return redirect(f"{reverse('reports:workshop_draft', args=[found.draft_id])}#s{found.pk}")


@needs(Permission.WRITE_REPORT)
def passage(request: HttpRequest, passage_id: int) -> HttpResponse:
    """Write a passage, look for numbers to put into it, remark on it."""
    found = _load(Passage, passage_id)
    first = {"text": found.text, "version": found.version}
    does = next((one for one in _ACTS if one in request.POST), "")
    form = PassageForm(initial=first)
    comment_form = CommentForm()
    errors: list[str] = []
    search = request.POST.get("search") or request.GET.get("search") or ""
    if does in ("find", "insert"):
        text = request.POST.get("text", found.text)
        if does == "insert":
            text += request.POST["insert"]
        told = {"text": text, "version": request.POST.get("version", found.version)}
        form = PassageForm(initial=told)
    elif does:
        form = PassageForm(request.POST) if does in ("save", "remove") else form
        comment_form = CommentForm(request.POST) if does == "comment" else comment_form
        try:
            done = _act(does, request, found, form, comment_form)
            if done:
                return done
        except WorkshopRefused as refusal:
            errors.append(spoken_refusal(refusal))
    text = str(form["text"].value() or "")
    writer = Writer(Ledger(request.today), parse_period(found.section.draft.period_id))
    page = PassagePage(
        found,
        form,
        comment_form,
        writer.write(text),
        search,
        _search(search, writer) if search.strip() else None,
        list(found.comments.all()),
        list(found.versions.order_by("-number")),
        errors=errors,
    )
    failed = errors or form.errors or comment_form.errors
    return show(request, page, status=422 if failed else 200)


_ACTS = ("find", "insert", "save", "remove", "comment", "take", "decline")


def _act(
    does: str, request: HttpRequest, found: Passage, form: PassageForm, comment: CommentForm
) -> HttpResponse | None:
    by_on = {"by": request.user.name, "on": request.today}
    here = redirect("reports:workshop_passage", found.pk)
    back = f"{reverse('reports:workshop_draft', args=[found.section.draft_id])}#p{found.pk}"
    match does:
        case "save" if form.is_valid():
            told = form.cleaned_data
            rewrite_passage(
                passage_id=found.pk,
                text=told["text"],
                version=told["version"] or found.version,
                reason=told["reason"],
                **by_on,
            )
            return redirect(back)
        case "remove":
            version = int(form.data.get("version") or found.version)
            remove_passage(passage_id=found.pk, version=version, **by_on)
            messages.info(request, _("已删去这一段，旧稿仍可查。"))
            return redirect("reports:workshop_draft", found.section.draft_id)
        case "comment" if comment.is_valid():
            comment_on(passage_id=found.pk, **comment.cleaned_data, **by_on)
            return here
        case "take" | "decline":
            number = request.POST[does]
            settle_comment(
                comment_id=int(number) if number.isdecimal() else 0,
                taken=does == "take",
                **by_on,
            )
            return here
    return None


def _search(text: str, writer: Writer) -> list[FoundNumber]:
    """Return the numbers of the dictionary that go by these words."""
    wanted = text.strip().lower()
    hits = []
    for one in current_zone().indicators.values():
        names = (one.name, *one.aliases, one.english, one.id)
        if any(wanted in name.lower() for name in names):
            tokens = suggestions_for(one, writer.period)
            lives = [piece for token in tokens for piece in writer.write(token)]
            known = [one for one in lives if isinstance(one, Live) and not one.is_wrong]
            said = [(live.token, live.text) for live in known]
            hits.append(FoundNumber(one.name, one.words, said or [(tokens[0], _("未报"))]))
        if len(hits) >= _MOST_FOUND:
            break
    return hits


@needs(Permission.WRITE_REPORT)
def freeze(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Freeze a draft; what is unknown needs a reason each."""
    found = _load(Draft, draft_id)
    given = {
        key.removeprefix("why-"): value
        for key, value in request.POST.items()
        if key.startswith("why-")
    }
    errors = []
    if request.method == "POST":
        try:
            made = freeze_draft(
                draft_id=found.pk,
                waivers=given,
                known_on=request.today,
                by=request.user.name,
                on=request.today,
            )
            return redirect("reports:edition", made.pk)
        except (FreezeRefused, WorkshopRefused) as refusal:
            errors = [spoken_refusal(refusal)]
    view = lay_out(found, Ledger(request.today))
    problems = [(one, given.get(one.key, "")) for one in view.problems]
    page = FreezePage(found, problems, view.numbers, errors)
    return show(request, page, status=422 if errors else 200)


@needs(Permission.WRITE_REPORT)
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Show a frozen edition beside what the record says today; publish it."""
    found = _load(Edition, edition_id)
    if request.method == "POST":
        try:
            publish_edition(edition_id=found.pk, by=request.user.name, on=request.today)
        except WorkshopRefused as refusal:
            messages.error(request, spoken_refusal(refusal))
        return redirect("reports:edition", found.pk)
    passages = [one for section in found.content["sections"] for one in section["passages"]]
    bars = [one["bars"] for one in passages if one["bars"]]
    pictures = {one["id"]: Drawing(draw(chart_of(one))) for one in bars}
    drift = find_drift(found, Ledger(request.today))
    return show(request, EditionPage(found, found.content, drift, pictures, _lock(found)))


def _lock(found: Edition) -> Lock:
    """Return what a frozen edition says: it is never changed, the draft it came from is."""
    what = _("已定稿，文字和数字不再改动；要改请在稿子里改，再定一版。")
    todo = Step(_("回到稿子"), reverse("reports:workshop_draft", args=[found.draft_id]))
    stamp = _("定稿 第 %(number)s 版") % {"number": found.number}
    return Lock(what, str(found.frozen_on), found.frozen_by, todo, stamp)


@needs(Permission.WRITE_REPORT)
def edition_docx(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Give out an edition as docx with its digest."""
    data, name = _edition_document(request, edition_id)
    return _attached(data, f"{name}.docx")


@needs(Permission.WRITE_REPORT)
def edition_pdf(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Give out an edition as PDF, printed from the docx with its digest."""
    data, name = _edition_document(request, edition_id)
    instead = reverse("reports:edition_docx", args=[edition_id])
    return hand_out_pdf(request, data, name=f"{name}.pdf", instead=instead)


def _edition_document(request: HttpRequest, edition_id: int) -> tuple[bytes, str]:
    """Return an edition as docx, and its name without an ending."""
    found = _load(Edition, edition_id)
    data = write_edition(found, address=_address(request))
    return data, f"{found.content['title']}_第{found.number}版_{request.user.name}"


@needs(Policy.PUBLIC)
def published(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Show a published edition to everybody; its numbers open on the page itself."""
    found = find_published(edition_id)
    if found is None:
        raise Http404
    return show(request, PublicPage(publish(found)))


@needs(Policy.PUBLIC)
def published_site(request: HttpRequest, edition_id: int) -> HttpResponse:
    """Hand out a published edition as plain pages that need no server."""
    found = find_published(edition_id)
    if found is None:
        raise Http404
    disposition = content_disposition_header(True, f"edition-{found.pk}.zip") or "attachment"
    return HttpResponse(
        write_site(found),
        content_type="application/zip",
        headers={"Content-Disposition": disposition},
    )


def _load(model: Any, pk: int) -> Any:
    found = find_in_workshop(model, pk)
    if found is None:
        raise Http404
    return found


def _sections(found: Draft) -> list[tuple[str, str]]:
    """Return the sections as the text has them; one that hangs on itself comes last."""
    sections = list(found.sections.all())
    told = {str(one.pk): f"{number}{one.title}" for one, number, _level in in_order(sections)}
    return [
        *told.items(),
        *((str(one.pk), one.title) for one in sections if str(one.pk) not in told),
    ]


def _address(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _attached(data: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(data, content_type=_DOCX, headers={"Content-Disposition": disposition})
