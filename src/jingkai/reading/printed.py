"""Give every word back as the report printed it: the grammar works on one spelling."""

from collections.abc import Sequence
from dataclasses import replace

from jingkai.reading.report import Heading, NamedProject, Statement, TaskSentence

__all__ = ["AsPrinted"]


class AsPrinted:
    """The text as given beside its one spelling, character for character."""

    def __init__(self, text: str, plain: str, outline: Sequence[Heading]) -> None:
        self._text, self._plain = text, plain
        self.outline = tuple(
            replace(one, title=self._words(one.title, one.at, one.end)) for one in outline
        )
        self._titles = {
            before.title: after.title for before, after in zip(outline, self.outline, strict=True)
        }

    def statement(self, one: Statement) -> Statement:
        """Return a statement with its quote, indicator and headings as printed."""
        return replace(
            one,
            quote=self._text[one.at : one.at + len(one.quote)],
            indicator=self._words(one.indicator, *one.sentence),
            of=self._words(one.of, *one.sentence) if one.of else None,
            section=self._section(one.section),
        )

    def project(self, one: NamedProject) -> NamedProject:
        """Return a named project with its name and headings as printed."""
        name = self._text[one.at : one.at + len(one.name)]
        return replace(one, name=name, section=self._section(one.section))

    def task(self, one: TaskSentence) -> TaskSentence:
        """Return a task sentence with its words and headings as printed."""
        words = self._text[one.at : one.end]
        return replace(one, text=words, section=self._section(one.section))

    def _section(self, titles: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._titles.get(title, title) for title in titles)

    def _words(self, words: str, start: int, end: int) -> str:
        at = self._plain.find(words, start, end)
        return words if at < 0 else self._text[at : at + len(words)]
