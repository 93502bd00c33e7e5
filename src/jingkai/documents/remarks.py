"""Remarks in a docx: comments of a checker beside the words they are about."""

import io
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from jingkai.documents.text import clean
from jingkai.kernel.words import Words

__all__ = ["Remark", "RemarksRefused", "remark_docx", "remarked_text"]


class RemarksRefused(ValueError):
    """A document that cannot carry remarks; the message says why and what to do."""


@dataclass(frozen=True)
class Remark:
    """A remark on the characters `at` to `end` of the text that the document was read as."""

    at: int
    end: int
    text: str


def remark_docx(
    data: bytes, text: str, remarks: Sequence[Remark], *, author: str
) -> tuple[bytes, int]:
    """Return the document with comments, and how many remarks found their place.

    `text` is what was extracted from the document, one line a paragraph; layout is kept.
    """
    try:
        document = Document(io.BytesIO(data))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError):
        raise RemarksRefused(Words("这个 docx 写不进批注，请另存为 docx 后再试。")) from None
    placed = 0
    cursor = 0
    waiting = sorted(remarks, key=lambda one: one.at)
    for paragraph in _paragraphs(document):
        words = "".join(run.text for run in paragraph.runs)
        at = text.find(words, cursor) if words.strip() else -1
        if at < 0:
            continue
        cursor = at + len(words)
        mine = [one for one in waiting if at <= one.at and one.end <= cursor]
        waiting = [one for one in waiting if one not in mine]
        for one in reversed(mine):
            runs = _cut_out(paragraph, one.at - at, one.end - at)
            document.add_comment(runs, text=clean(one.text), author=author, initials=author[:2])
            placed += 1
    return _saved(document), placed


def remarked_text(text: str, remarks: Sequence[Remark], *, author: str) -> bytes:
    """Return a plain text as a docx with the remarks as comments."""
    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(clean(line))
    return remark_docx(_saved(document), text, remarks, author=author)[0]


def _paragraphs(document: Any) -> Iterator[Paragraph]:
    """Yield every paragraph in reading order, those in table cells included."""
    for element in document.element.body.iter(
        "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"
    ):
        yield Paragraph(element, document)


def _cut_out(paragraph: Paragraph, start: int, end: int) -> list[Run]:
    """Split the runs of a paragraph so that some of them hold just the characters asked for."""
    inside = []
    at = 0
    for run in list(paragraph.runs):
        length = len(run.text)
        first, last = max(start - at, 0), min(end - at, length)
        at += length
        if first >= last:
            continue
        if first > 0:
            run = _split(run, first)
            last -= first
        if last < len(run.text):
            _split(run, last)
        inside.append(run)
    return inside


def _split(run: Run, at: int) -> Run:
    """Cut a run in two at a character and return the second; both keep its look."""
    words = run.text
    second = deepcopy(run._r)
    run._r.addnext(second)
    run.text = words[:at]
    rest = Run(second, run._parent)
    rest.text = words[at:]
    return rest


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
