"""Text out of a pdf with a text layer: lines joined to paragraphs, columns in reading order."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from jingkai.kernel.words import Words
from jingkai.reading.refusal import CannotRead

__all__ = ["text_of_pdf"]

_NO_LAYER = Words("这个 pdf 没有文字层（多为扫描件）。请先用文字识别转成 docx，或粘贴正文。")
_LOCKED = Words("pdf 打不开（损坏或加密）。请另存为不加密的 pdf，或粘贴正文。")
_PAGE_NUMBER = re.compile(
    r"[-—–·.\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／,，]?\s*共?\s*\d{1,4}\s*页?)?[-—–·.\s]*"
)
_COUNTED = 2000  # pages; a report has fewer than a hundred


@dataclass(frozen=True)
class _Run:
    """Words on one printed line, with the box around them."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        return self.top - self.bottom


def text_of_pdf(data: bytes) -> tuple[str, list[int]]:
    """Return the text of a pdf, and the pages that have none (pictures of text)."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        if len(document) > _COUNTED:
            raise CannotRead(
                Words("这个 pdf 有 %(pages)s 页。请只保留报告正文后再试。", pages=len(document))
            )
        pages = [_printed_lines(page) for page in document]
    except pypdfium2.PdfiumError:
        raise CannotRead(_LOCKED) from None
    if sum(len(line.text) for page in pages for line in page) < 20:
        raise CannotRead(_NO_LAYER)
    empty = [number for number, lines in enumerate(pages, start=1) if not lines]
    return _flow(_without_margins(pages)), empty


def _printed_lines(page: Any) -> list[_Run]:
    """Return the lines of a page in the order of reading."""
    layer = page.get_textpage()
    runs = []
    for index in range(layer.count_rects()):
        left, bottom, right, top = layer.get_rect(index)
        text = layer.get_text_bounded(left, bottom, right, top)
        text = re.sub(r"[\r\n\u0002\ufffe]+", "", text)
        if text.strip() and top > bottom:
            runs.append(_Run(left, bottom, right, top, text))
    return _in_columns(_segments(_unique(runs)))


def _unique(runs: Sequence[_Run]) -> list[_Run]:
    """Leave out words that are printed twice at one place, as for bold or shadow."""
    seen: dict[tuple[str, int, int], _Run] = {}
    for run in runs:
        seen.setdefault((run.text, round(run.left / 3), round(run.bottom / 3)), run)
    return list(seen.values())


def _segments(runs: Sequence[_Run]) -> list[list[_Run]]:
    """Return rows from top to bottom, each as its segments: words that a wide gap parts."""
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda one: (-(one.bottom + one.top), one.left)):
        middle = (run.bottom + run.top) / 2
        if rows and any(one.bottom < middle < one.top for one in rows[-1]):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [_joined(sorted(row, key=lambda one: one.left)) for row in rows]


def _joined(row: Sequence[_Run]) -> list[_Run]:
    out = [row[0]]
    for run in row[1:]:
        last = out[-1]
        if run.left - last.right > 1.6 * max(last.height, run.height):
            out.append(run)
            continue
        is_spaced = run.left - last.right > 0.25 * last.height
        gap = " " if is_spaced and re.search(r"[A-Za-z0-9]$", last.text) else ""
        out[-1] = _Run(
            last.left,
            min(last.bottom, run.bottom),
            max(last.right, run.right),
            max(last.top, run.top),
            f"{last.text}{gap}{run.text}",
        )
    return out


def _in_columns(rows: list[list[_Run]]) -> list[_Run]:
    """Return segments as they are read: down the left column, then the right."""
    gutter = _gutter([run for row in rows for run in row])
    if gutter is None:
        return [_as_row(row) for row in rows]
    out: list[_Run] = []
    left: list[_Run] = []
    right: list[_Run] = []
    for row in rows:
        if any(run.left < gutter < run.right for run in row):
            out += [*left, *right, _as_row(row)]
            left, right = [], []
            continue
        left += [run for run in row if run.right <= gutter]
        right += [run for run in row if run.left >= gutter]
    return [*out, *left, *right]


def _as_row(row: Sequence[_Run]) -> _Run:
    """Return a row of one column as one line; the cells of a table stay apart by tabs."""
    return _Run(
        row[0].left,
        min(run.bottom for run in row),
        row[-1].right,
        max(run.top for run in row),
        "\t".join(run.text.strip() for run in row),
    )


def _gutter(runs: Sequence[_Run]) -> float | None:
    """Return where a page of two columns is parted, or None for one column or a table."""
    if len(runs) < 10:
        return None
    left_edge, right_edge = min(run.left for run in runs), max(run.right for run in runs)
    width = right_edge - left_edge
    for share in (0.5, 0.48, 0.52, 0.45, 0.55, 0.4, 0.6):
        at = left_edge + share * width
        left = [run for run in runs if run.right <= at]
        right = [run for run in runs if run.left >= at]
        spanning = len(runs) - len(left) - len(right)
        if min(len(left), len(right)) < 5 or spanning > 0.2 * len(runs):
            continue
        # Columns of prose fill their width; the columns of a table do not.
        if median(run.right - run.left for run in left) < 0.7 * (at - left_edge):
            continue
        if median(run.right - run.left for run in right) < 0.6 * (right_edge - at):
            continue
        return at
    return None


def _without_margins(pages: Sequence[Sequence[_Run]]) -> list[list[_Run]]:
    """Leave out page numbers and the heads and feet that come back page after page."""
    edges: Counter[str] = Counter()
    for lines in pages:
        edges.update({_numberless(line.text) for line in [*lines[:2], *lines[-2:]]})
    often = max(2, len([lines for lines in pages if lines]) // 2)
    out = []
    for lines in pages:
        kept = list(lines)
        for end in (0, -1):
            for _ in range(2):
                if not kept:
                    break
                said = kept[end].text.strip()
                repeats = len(said) < 60 and len(pages) > 2 and edges[_numberless(said)] >= often
                if repeats or (_PAGE_NUMBER.fullmatch(said) and _stands_apart(kept, end)):
                    kept.pop(end)
        out.append(kept)
    return out


def _numberless(text: str) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\s", "", text))


def _stands_apart(lines: Sequence[_Run], end: int) -> bool:
    """Tell whether the first or last line is further from its neighbour than lines are."""
    if len(lines) < 3:
        return True
    gaps = [abs(above.bottom - below.bottom) for above, below in pairwise(lines)]
    return gaps[end] > 1.2 * median(gaps) or gaps[end] > 2 * lines[end].height


def _flow(pages: Sequence[Sequence[_Run]]) -> str:
    """Join printed lines to paragraphs; a paragraph may go on over the page."""
    lines = [line for page in pages for line in page]
    if not lines:
        return ""
    edges = _edges(lines)
    out = [lines[0].text.strip()]
    for before, line in pairwise(lines):
        said = line.text.strip()
        if _goes_on(before, line, edges):
            gap = " " if re.search(r"[A-Za-z]$", out[-1]) and re.match("[A-Za-z]", said) else ""
            out[-1] += gap + said
        else:
            out.append(said)
    return "\n".join(out)


_Edges = dict[int, tuple[float, float]]


def _edges(lines: Sequence[_Run]) -> _Edges:
    """Return the left and right edge of the text for each place where lines begin."""
    groups: dict[int, list[_Run]] = {}
    for line in lines:
        groups.setdefault(round(line.left / 200), []).append(line)
    return {
        key: (min(one.left for one in group), max(one.right for one in group))
        for key, group in groups.items()
    }


def _goes_on(before: _Run, line: _Run, edges: _Edges) -> bool:
    """Tell whether a line continues the paragraph of the line before."""
    size = max(before.height, 1)
    if "\t" in before.text or "\t" in line.text or abs(before.height - line.height) > 0.35 * size:
        return False
    is_below = line.bottom < before.bottom  # else it begins the next column or page
    if is_below and abs(before.left - line.left) > 3 * size:
        return False
    _, full = edges[round(before.left / 200)]
    if full - before.right > 2.2 * size:  # the line before ended early
        return False
    begin, _ = edges[round(line.left / 200)]
    return line.left - begin < 1.2 * size
