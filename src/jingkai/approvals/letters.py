"""Notices and decisions as official documents, with their number and a code to verify them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import segno

from jingkai.documents import Column as TableColumn
from jingkai.documents import Heading, Kind, OfficialDocument, Paragraph, Picture, Table, write_docx
from jingkai.kernel.clock import midnight

__all__ = ["LetterText", "write_letter"]


@dataclass(frozen=True)
class LetterText:
    """What a letter says: parts with their paragraphs, and perhaps a table of papers."""

    title: str
    recipient: str
    paragraphs: Sequence[str]
    papers: Sequence[tuple[str, str]] = ()


def write_letter(
    text: LetterText, *, number: str, code: str, address: str, issuer: str, on: date
) -> bytes:
    """Return the letter as docx; the QR code at its end opens the page that verifies it."""
    body: list[Heading | Paragraph | Table | Picture] = [Paragraph(one) for one in text.paragraphs]
    if text.papers:
        body.append(
            Table(
                columns=(
                    TableColumn("序号", align="right"),
                    TableColumn("材料"),
                    TableColumn("要求"),
                ),
                rows=[(place, name, ask) for place, (name, ask) in enumerate(text.papers, start=1)],
                caption="材料清单",
            )
        )
    body.append(
        Picture(
            content=_qr(f"{address}/approvals/verify/{code}/"),
            caption=f"扫码核验（核验码 {code}）",
            alt=f"核验码 {code}",
        )
    )
    return write_docx(
        OfficialDocument(
            kind=Kind.LETTER,
            title=text.title,
            body=tuple(body),
            red_head=issuer,
            number=number,
            recipient=text.recipient,
            signature=issuer,
            signed_on=on,
        ),
        author=issuer,
        created=midnight(on),
    )


def _qr(text: str) -> bytes:
    file = BytesIO()
    segno.make(text, error="m").save(file, kind="png", scale=4, border=2)
    return file.getvalue()
