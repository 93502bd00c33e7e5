"""One spelling for every text, with broken lines joined, and the way back to the text as given."""

import re
from bisect import bisect_right
from dataclasses import replace

from jingkai.reading.report import Heading, NamedProject, Note, Statement, TaskSentence

__all__ = ["PlainText"]

# Full-width digits, letters and signs stand 0xFEE0 above their ASCII twins; marks stay as they are.
_TWINS = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()}
_TWINS |= {ord("％"): ord("%"), ord("．"): ord("."), ord("－"): ord("-"), 0x00A0: 0x20}

# A line that breaks inside a numeral: "203.\n7亿元", "4.8\n亿元".
_IN_A_NUMERAL = (
    r"(?<=[0-9.])[ \t\r]*\n[ \t\u3000]*(?=[0-9.]|[万亿千百]?(?:元|亩|个|家|项|名|人|公里|平方|%))"
)
# A printed line of full width that ends within a sentence, before one that begins no new one.
_IN_A_SENTENCE = r"(?<=[^\n]{25}[\u4e00-\u9fff，、])\r?\n(?=[\u4e00-\u9fff“][^\n]{0,200}[。；，])"
_BROKEN = re.compile(f"{_IN_A_NUMERAL}|{_IN_A_SENTENCE}")
_OPENS = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十0-9]{1,3}[、.)）]|[一二三四五六七八九十]是|第|来源|各位|同志)"
)


class PlainText:
    """A text as the grammar reads it; every item goes back to its place in the text as given."""

    def __init__(self, given: str) -> None:
        self.given = given
        self._cuts: list[int] = []  # where in the plain text something was left out
        self._gone: list[int] = []  # how much was left out up to there
        pieces, at, gone = [], 0, 0
        for hit in _BROKEN.finditer(given):
            if _is_own_line(given, hit):
                continue
            pieces.append(given[at : hit.start()])
            at = hit.end()
            gone += hit.end() - hit.start()
            self._cuts.append(at - gone)
            self._gone.append(gone)
        pieces.append(given[at:])
        self.plain = "".join(pieces).translate(_TWINS)
        self._is_same = self.plain == given
        self._titles: dict[str, str] = {}

    def place(self, at: int) -> int:
        """Return where in the text as given the character at `at` of the plain text stands."""
        index = bisect_right(self._cuts, at)
        return at + self._gone[index - 1] if index else at

    def span(self, at: int, end: int) -> tuple[int, int]:
        """Return the span in the text as given of a span of the plain text."""
        return self.place(at), self.place(end - 1) + 1 if end > at else self.place(at)

    def heading(self, one: Heading) -> Heading:
        """Return a heading at its place, as printed."""
        if self._is_same:
            return one
        at, end = self.span(one.at, one.end)
        return replace(one, title=self._printed(one.title, one.at, one.end), at=at, end=end)

    def statement(self, one: Statement) -> Statement:
        """Return a statement at its place, its words as printed."""
        if self._is_same:
            return one
        at, end = self.span(one.at, one.at + len(one.quote))
        return replace(
            one,
            at=at,
            quote=self.given[at:end],
            indicator=self._printed(one.indicator, *one.sentence),
            of=self._printed(one.of, *one.sentence) if one.of else None,
            section=self._section(one.section),
            sentence=self.span(*one.sentence),
        )

    def project(self, one: NamedProject) -> NamedProject:
        """Return a named project at its place, its name as printed."""
        if self._is_same:
            return one
        return replace(
            one,
            at=self.place(one.at),
            name=self._printed(one.name, one.at, one.at + len(one.name)),
            section=self._section(one.section),
            sentence=self.span(*one.sentence),
        )

    def task(self, one: TaskSentence) -> TaskSentence:
        """Return a task sentence at its place, as printed."""
        if self._is_same:
            return one
        at, end = self.span(one.at, one.end)
        section = self._section(one.section)
        return replace(one, at=at, end=end, text=self.given[at:end], section=section)

    def note(self, one: Note) -> Note:
        """Return a note at its place, as printed."""
        if self._is_same:
            return one
        at, end = self.span(one.at, one.end)
        return replace(one, at=at, end=end, text=self.given[at:end])

    def _section(self, titles: tuple[str, ...]) -> tuple[str, ...]:
        for title in titles:
            if title not in self._titles:
                self._titles[title] = self._printed(title, 0, len(self.plain))
        return tuple(self._titles[title] for title in titles)

    def _printed(self, words: str, start: int, end: int) -> str:
        """Return words as printed, where they were found; a broken line in them is joined."""
        at = self.plain.find(words, start, end)
        if at < 0 or not words:
            return words
        left, right = self.span(at, at + len(words))
        return re.sub(r"\s*\n\s*", "", self.given[left:right])


def _is_own_line(text: str, hit: re.Match[str]) -> bool:
    """Tell whether a line end is meant: the next line opens something, or this one is a title."""
    if text[hit.start() - 1] in "0123456789.":
        return False
    line = text[text.rfind("\n", 0, hit.start()) + 1 : hit.start()]
    return bool(
        _OPENS.match(text, hit.end()) or _OPENS.match(line) or not re.search("[。，；]", line)
    )
