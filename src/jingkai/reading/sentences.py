"""Sentences: a text cut at its full stops, semicolons and line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

# No clerk writes more in one breath; a text without full stops is cut, at a comma if it has one.
LONGEST = 1500
_PIECE = re.compile(r"[^。；;！!\n]*[。；;！!]?[”’」』]?")
_STOP = re.compile(r"[^。！!\n]*[。！!]?[”’]?")


def sentences(text: str, at: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences between two offsets, closing mark included."""
    yield from _spans(_PIECE, text, at, len(text) if end is None else end)


def full_sentences(text: str, at: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Yield the spans that end at a full stop, so that semicolons stay inside."""
    yield from _spans(_STOP, text, at, len(text) if end is None else end)


def _spans(pattern: re.Pattern[str], text: str, at: int, end: int) -> Iterator[tuple[int, int]]:
    while at < end:
        hit = pattern.match(text, at, min(end, at + LONGEST))
        stop = hit.end() if hit else at
        if stop == at + LONGEST:
            stop = max(text.rfind("，", at + 1, stop), text.rfind("、", at + 1, stop)) + 1 or stop
        if stop <= at:
            at += 1
            continue
        left = at
        while left < stop and text[left] in " \t\r\u3000\u00a0":
            left += 1
        right = stop
        while right > left and text[right - 1] in " \t\r\u3000\u00a0":
            right -= 1
        if right > left:
            yield left, right
        at = stop
