"""Hand out documents as PDF, or say why they cannot be printed and offer the docx."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from jingkai.documents.pdf import NoPrinter, PrintFailed, print_pdfs
from jingkai.web.pages.errors import not_printed

__all__ = ["hand_out_pdf", "hand_out_pdfs"]

_PDF, _ZIP = "application/pdf", "application/zip"


def hand_out_pdf(request: HttpRequest, docx: bytes, *, name: str, instead: str) -> HttpResponse:
    """Print a docx; `instead` is the address where the docx itself is to be had."""
    if request.method == "HEAD":
        return HttpResponse(content_type=_PDF)
    try:
        (printed,) = print_pdfs([docx])
    except (NoPrinter, PrintFailed) as problem:
        return not_printed(request, problem, instead)
    return _attached(printed, _PDF, name)


def hand_out_pdfs(
    request: HttpRequest, documents: Mapping[str, bytes], *, name: str, instead: str
) -> HttpResponse:
    """Print several docx, each under its name without ending, and hand them out as one zip."""
    if request.method == "HEAD":
        return HttpResponse(content_type=_ZIP)
    try:
        printed = print_pdfs(list(documents.values()))
    except (NoPrinter, PrintFailed) as problem:
        return not_printed(request, problem, instead)
    file = BytesIO()
    with ZipFile(file, "w", ZIP_STORED) as package:
        for each, pdf in zip(documents, printed, strict=True):
            package.writestr(f"{each}.pdf", pdf)
    return _attached(file.getvalue(), _ZIP, name)


def _attached(data: bytes, kind: str, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": disposition})
