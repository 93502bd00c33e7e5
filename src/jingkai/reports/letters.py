"""The progress report as an official document."""

from datetime import date

from jingkai.documents import (
    Column,
    Figure,
    Heading,
    Kind,
    OfficialDocument,
    Paragraph,
    Table,
    write_docx,
)
from jingkai.kernel.clock import midnight
from jingkai.reports.composition import Composition, Passage
from jingkai.web.numbers import OpenNumber

__all__ = ["write_letter"]

_COLUMNS = (
    Column("序号", align="right"),
    Column("重点工作"),
    Column("责任领导"),
    Column("责任单位"),
    Column("完成时限"),
    Column("状态"),
)


def write_letter(report: Composition, *, issuer: str, signed_on: date, address: str) -> bytes:
    """Return the report as docx; its figures link to `address` where they open."""
    body: list[Heading | Paragraph | Table] = []
    for part in report.parts:
        body.append(Heading(1, part.title))
        body += [_paragraph(passage, address) for passage in part.passages]
    if report.rows:
        body.append(Heading(1, "重点任务进展"))
        body.append(
            Table(
                columns=_COLUMNS,
                rows=[
                    (row.number, row.text, row.leader, row.lead, row.due_on, row.light)
                    for row in report.rows
                ],
                caption="重点任务分解表",
            )
        )
    return write_docx(
        OfficialDocument(
            kind=Kind.REPORT,
            title=report.title,
            lines=(report.dated,),
            body=tuple(body),
            signature=issuer,
            signed_on=signed_on,
        ),
        author=issuer,
        created=midnight(signed_on),
    )


def _paragraph(passage: Passage, address: str) -> Paragraph:
    return Paragraph(
        *(
            Figure(
                text=f"{piece.text}{piece.unit}", anchor=f"{address}{piece.url}", note=piece.title
            )
            if isinstance(piece, OpenNumber)
            else piece
            for piece in passage.pieces
        )
    )
