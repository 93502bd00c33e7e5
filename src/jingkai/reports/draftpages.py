"""核稿: a draft comes in, every number in it is held against the record."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy

from jingkai.documents import Remark, RemarksRefused, remark_docx, remarked_text
from jingkai.kernel.words import Words
from jingkai.ledger.queries import Ledger
from jingkai.org.rules import Permission
from jingkai.reading import CannotRead, open_safely
from jingkai.reports.checking import Checked, Verdict
from jingkai.reports.forms import DraftForm
from jingkai.reports.record import check_draft
from jingkai.reports.rules import cut_text
from jingkai.web.access import needs
from jingkai.web.language import spoken_refusal
from jingkai.web.shell import show

_WORDS = {
    Verdict.DIFFERS: ("▲", gettext_lazy("与记录不符")),
    Verdict.AMBIGUOUS: ("◆", gettext_lazy("对应不唯一")),
    Verdict.UNKNOWN: ("?", gettext_lazy("记录里没有")),
    Verdict.AGREES: ("✓", gettext_lazy("与记录一致")),
}


@dataclass(frozen=True)
class Line:
    """One number of the draft and what the record says."""

    id: str
    quote: str
    name: str
    verdict: str
    shape: str
    word: str
    known: list[tuple[str, str, str, str]]
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class Tally:
    """How many numbers got a verdict."""

    verdict: str
    shape: str
    word: str
    count: int


@dataclass
class DraftPage:
    """The form, and below it the verdicts once a draft was checked."""

    form: DraftForm
    lines: list[Line] | None = None
    pieces: list[tuple[str, str, str]] | None = None
    tallies: list[Tally] | None = None
    notes: list[dict[str, Any]] | None = None
    template: str = "reports/draft.html"


@needs(Permission.SEE_FACTS)
def check(request: HttpRequest) -> HttpResponse:
    """Check a draft; show the verdicts, or give the draft back with remarks."""
    if request.method != "POST":
        return show(request, DraftPage(DraftForm(initial={"known_on": request.today})))
    form = DraftForm(request.POST, request.FILES)
    if not form.is_valid():
        return show(request, DraftPage(form), status=422)
    told = form.cleaned_data
    data, name = _draft(told)
    try:
        known_on = told["known_on"] or request.today
        opened = open_safely(data, name, year=told["year"] or known_on.year)
        checked = check_draft(opened.report, opened.text, ledger=Ledger(known_on))
        if "docx" in request.POST:
            return _with_remarks(data, name, opened.text, checked, request.user.name)
    except (CannotRead, RemarksRefused) as refusal:
        form.add_error("file" if told["file"] else "text", spoken_refusal(refusal))
        return show(request, DraftPage(form), status=422)
    page = DraftPage(
        form,
        lines=[_line(one) for one in sorted(checked, key=lambda one: _ORDER[one.verdict])],
        pieces=cut_text(
            opened.text,
            [(one.claim.at, one.claim.end, str(one.verdict), str(one.claim.at)) for one in checked],
        ),
        tallies=_tallies(checked),
        notes=opened.report["notes"],
    )
    return show(request, page)


_ORDER = {verdict: position for position, verdict in enumerate(_WORDS)}


def _draft(told: dict[str, Any]) -> tuple[bytes, str]:
    if told["file"]:
        return told["file"].read(), told["file"].name
    return told["text"].replace("\r\n", "\n").encode(), "draft.txt"


def _line(one: Checked) -> Line:
    shape, word = _WORDS[one.verdict]
    return Line(
        id=str(one.claim.at),
        quote=one.claim.quote,
        name=one.claim.indicator,
        verdict=str(one.verdict),
        shape=shape,
        word=str(word),
        known=[(known.name, known.shown, known.period, known.url) for known in one.known],
        doubts=one.doubts,
    )


def _tallies(checked: list[Checked]) -> list[Tally]:
    counts = Counter(one.verdict for one in checked)
    return [
        Tally(str(verdict), shape, str(word), counts[verdict])
        for verdict, (shape, word) in _WORDS.items()
    ]


def _with_remarks(
    data: bytes, name: str, text: str, checked: list[Checked], author: str
) -> HttpResponse:
    remarks = [
        Remark(one.claim.at, one.claim.end, _remark(one))
        for one in checked
        if one.verdict is not Verdict.AGREES or one.doubts
    ]
    if name.lower().endswith(".docx"):
        document, placed = remark_docx(data, text, remarks, author=author)
        if placed < len(remarks):
            raise RemarksRefused(
                Words(
                    "有 %(count)s 条批注在文档里找不到位置（多在文本框里）；请改用页面核对。",
                    count=len(remarks) - placed,
                )
            )
    else:
        document = remarked_text(text, remarks, author=author)
    stem = name.rpartition(".")[0] or name
    disposition = content_disposition_header(True, f"{stem}_核稿.docx")
    return HttpResponse(
        document,
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        headers={"Content-Disposition": disposition or "attachment"},
    )


def _remark(one: Checked) -> str:
    word = _WORDS[one.verdict][1]
    known = "；".join(f"{known.name} {known.period}：{known.shown}" for known in one.known)
    return "\n".join([f"{word}。" + (f"记录：{known}" if known else ""), *one.doubts])
