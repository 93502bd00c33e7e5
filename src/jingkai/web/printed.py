"""Hand out a document as PDF, or say why it cannot be printed and offer the docx."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from jingkai.documents.pdf import NoPrinter, PrintFailed, print_pdf
from jingkai.web.pages.errors import not_printed

__all__ = ["hand_out_pdf"]


def hand_out_pdf(request: HttpRequest, docx: bytes, *, name: str, instead: str) -> HttpResponse:
    """Print a docx; `instead` is the address where the docx itself is to be had."""
    if request.method == "HEAD":
        return HttpResponse(content_type="application/pdf")
    try:
        printed = print_pdf(docx)
    except (NoPrinter, PrintFailed) as problem:
        return not_printed(request, problem, instead)
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(
        printed, content_type="application/pdf", headers={"Content-Disposition": disposition}
    )
