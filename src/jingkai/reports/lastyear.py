"""和上年比: a draft beside last year's edition, promise by promise and sentence by sentence.

What was promised and what became of it is the report memory's word; which numbers were raised or
lowered is the reader's comparison. Here both are only brought together by the draft's sections.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from jingkai.kernel.periods import parse_period
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import find_plan, list_lines
from jingkai.reading import read
from jingkai.reading.comparison import (
    Comparison,
    ProjectChange,
    ResultChange,
    TargetChange,
    compare,
    same_name,
)
from jingkai.reading.sentences import sentences
from jingkai.reports.drafting import DraftView, lay_out
from jingkai.reports.living import Live
from jingkai.reports.memory import Promise, remember
from jingkai.reports.models import Draft, Edition, Passage
from jingkai.reports.queries import find_newest_intake
from jingkai.reports.tokens import ITEM, tokens_of

__all__ = [
    "SOURCES",
    "LastYear",
    "LastYearView",
    "Mention",
    "Row",
    "SectionRows",
    "compare_last_year",
    "find_last_year",
]

# What can stand for last year, the best first.
SOURCES = {"edition": "上年的定稿", "intake": "上年读入的报告", "plan": "当年通过的计划"}
_LONGEST = 100  # characters of a sentence that is shown whole
_AROUND = 36
_SHORTEST = 8  # characters of a sentence whose repetition says something
_MENTIONED = 0.75  # share of a promise's pairs of characters that a sentence must have
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]|\d+[.．])|\d{4}年"
)


@dataclass(frozen=True)
class Line:
    """A heading or a sentence of a text: where it stands, and what it opens to."""

    text: str
    at: int
    section: int
    passage: int | None = None
    cited: tuple[tuple[int, Live], ...] = ()  # numbers and items, by their place in the words


@dataclass(frozen=True)
class Mention:
    """Where the draft speaks of a thing: its sentence, of a long one the words around it."""

    text: str
    section: int
    passage: int | None


@dataclass(frozen=True)
class LastYear:
    """What last year said: an edition, a report read in, or else the plan that was adopted."""

    title: str
    kind: str  # a key of SOURCES
    url: str
    titles: tuple[str, ...]
    lines: tuple[Line, ...]
    text: str


@dataclass(frozen=True)
class Row:
    """One thing: what was said then, what became of it, and what the draft says now."""

    name: str
    then: str
    fate: Promise | None = None
    change: str = ""  # a key of the reader's verdicts, for a number that is promised or told again
    now: tuple[Mention, ...] = ()


@dataclass
class SectionRows:
    """A section of the draft beside the one of last year that it goes on from."""

    id: int
    title: str
    was: str = ""
    rows: list[Row] = field(default_factory=list)
    repeated: list[Line] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing of last year is met here."""
        return not (self.rows or self.repeated)


@dataclass(frozen=True)
class LastYearView:
    """The whole draft beside last year's edition; `silent` is promised and not mentioned."""

    last: LastYear
    sections: tuple[SectionRows, ...]
    silent: tuple[Row, ...]

    @property
    def rows(self) -> list[Row]:
        """Return what the draft speaks of again."""
        return [row for section in self.sections for row in section.rows]

    @property
    def repeated(self) -> list[Line]:
        """Return the sentences that stood word for word in last year's."""
        return [line for section in self.sections for line in section.repeated]


def find_last_year(draft: Draft, ledger: Ledger) -> LastYear | None:
    """Return the edition of the same kind a year before, else what was read in or adopted."""
    before = parse_period(draft.period_id).last_year().id
    edition = (
        Edition.objects.filter(
            draft__kind=draft.kind, draft__year=draft.year - 1, draft__period_id=before
        )
        .select_related("draft")
        .order_by("-pk")
        .first()
    )
    if edition is not None:
        return _of_edition(edition)
    if draft.kind != Draft.Kind.ANNUAL:
        return None
    return _of_intake(draft.year) or _of_plan(draft.year, ledger)


def _of_edition(edition: Edition) -> LastYear:
    parts = [
        (
            f"{one['number']}{one['title']}",
            [
                "".join(piece if isinstance(piece, str) else piece["text"] for piece in said)
                for passage in one["passages"]
                if passage["kind"] == Passage.Kind.TEXT and (said := passage["pieces"])
            ],
        )
        for one in edition.content["sections"]
    ]
    return _lay(str(edition), "edition", reverse("reports:edition", args=[edition.pk]), parts)


def _of_intake(year: int) -> LastYear | None:
    intake = find_newest_intake(year)
    if intake is None:
        return None
    heads = sorted(intake.outline, key=lambda one: one["at"])
    titles = [one["title"] for one in heads] or [intake.title]
    starts = [one["at"] for one in heads] or [0]
    lines = [
        Line(intake.text[at:end], at, max(sum(start <= at for start in starts) - 1, 0))
        for at, end in sentences(intake.text)
    ]
    url = reverse("reports:review", args=[intake.pk])
    return LastYear(intake.title, "intake", url, tuple(titles), tuple(lines), intake.text)


def _of_plan(year: int, ledger: Ledger) -> LastYear | None:
    plan = find_plan(year)
    if plan is None:
        return None
    themes: dict[str, list[str]] = {}
    for line in list_lines(plan, ledger=ledger):
        item = line.item
        head = f"{year}年主要目标" if item.kind == "target" else f"{year}年重点任务"
        themes.setdefault(head, []).append(f"{item.text.rstrip('。')}。")
    url = f"{reverse('plan:home')}?year={year}"
    return _lay(plan.title, "plan", url, list(themes.items()))


def _lay(title: str, kind: str, url: str, parts: Sequence[tuple[str, Sequence[str]]]) -> LastYear:
    """Return headings and paragraphs as one text that the reader can read, with its sentences."""
    text, lines = title + "\n", []
    for section, (head, paragraphs) in enumerate(parts):
        text += head + "\n"
        for one in paragraphs:
            lines += [Line(one[at:end], len(text) + at, section) for at, end in sentences(one)]
            text += one + "\n"
    return LastYear(title, kind, url, tuple(head for head, _ in parts), tuple(lines), text)


def compare_last_year(draft: Draft, ledger: Ledger) -> LastYearView | None:
    """Put a draft beside last year's edition; None where there is none."""
    last = find_last_year(draft, ledger)
    if last is None:
        return None
    view = lay_out(draft, ledger)
    text, lines = _lines_of(view)
    compared = _compare(last.text, text, draft.year)
    sections = [
        SectionRows(one.section.pk, f"{one.number}{one.section.title}") for one in view.sections
    ]
    _pair(sections, last.titles)
    _find_repeated(sections, lines, last.lines)
    silent = []
    for row, at in _rows(last, lines, compared, _promised(draft.year, ledger)):
        if at is None:
            silent.append(row)
        else:
            sections[at].rows.append(row)
    return LastYearView(last, tuple(sections), tuple(silent))


def _lines_of(view: DraftView) -> tuple[str, list[Line]]:
    """Return the prose of a draft as a reader reads it, and its sentences with what they cite."""
    text, lines = view.draft.title + "\n", []
    for index, section in enumerate(view.sections):
        text += f"{section.number}{section.section.title}\n"
        for one in section.passages:
            if one.passage.kind != Passage.Kind.TEXT:
                continue
            words, cited = "", []
            for piece in one.pieces:
                if isinstance(piece, Live):
                    cited.append((len(words), piece))
                words += piece.text if isinstance(piece, Live) else piece
            for at, end in sentences(words):
                own = tuple((place - at, live) for place, live in cited if at <= place < end)
                lines.append(Line(words[at:end], len(text) + at, index, one.passage.pk, own))
            text += words + "\n"
    return text, lines


def _compare(then: str, now: str, year: int) -> Comparison:
    """Compare both as the reader reads them: each looks back on a year and plans the next."""
    reports: list[dict[str, Any]] = [
        read(then, year=year).to_json(),
        read(now, year=year + 1).to_json(),
    ]
    return compare(reports)


def _promised(year: int, ledger: Ledger) -> list[Promise]:
    return [one.promises[year] for one in remember(ledger).rows if year in one.promises]


def _pair(sections: Sequence[SectionRows], titles: Sequence[str]) -> None:
    """Name beside each section the one of last year with the same title, years aside."""
    known = {_plain_title(one): one for one in titles}
    for section in sections:
        section.was = known.get(_plain_title(section.title), "")


def _plain_title(title: str) -> str:
    return _NUMBERING.sub("", title).strip()


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def _find_repeated(
    sections: Sequence[SectionRows], lines: Iterable[Line], last: Iterable[Line]
) -> None:
    known = {plain for one in last if len(plain := _plain(one.text)) >= _SHORTEST}
    for line in lines:
        if _plain(line.text) in known:
            sections[line.section].repeated.append(line)


def _rows(
    last: LastYear, lines: Sequence[Line], compared: Comparison, promised: Sequence[Promise]
) -> Iterator[tuple[Row, int | None]]:
    """Yield what last year said with the section that speaks of it; None for no section."""
    targets, projects = list(compared.targets), list(compared.projects)
    pairs = [(line, _pairs_of(line.text)) for line in lines]
    for promise in promised:
        change: TargetChange | ProjectChange | None = None
        if promise.kind == "target":
            change = _take_target(promise, targets, last)
        elif promise.kind == "project":
            change = _take_project(promise, projects)
        found = [_find_mention(promise, pairs), _mention_at(lines, change.at if change else None)]
        said = promise.source or promise.text
        yield _row(promise.name, said, found, _word(change), promise)
    # What last year's text said beyond what its plan took up.
    numbers: list[TargetChange | ResultChange] = [*targets, *compared.results]
    for one in numbers:
        if then := _line_at(last.lines, one.before_at):
            yield _row(one.indicator, then.text, [_mention_at(lines, one.at)], _word(one))


def _word(change: TargetChange | ProjectChange | ResultChange | None) -> str:
    return change.verdict if change is not None and change.now is not None else ""


def _row(
    name: str,
    then: str,
    found: Sequence[Mention | None],
    change: str,
    fate: Promise | None = None,
) -> tuple[Row, int | None]:
    now = tuple(dict.fromkeys(one for one in found if one is not None))
    return Row(name, then, fate, change, now), now[0].section if now else None


def _take_target(
    promise: Promise, targets: list[TargetChange], last: LastYear
) -> TargetChange | None:
    """Return the number of last year's text that is this promise, and take it out of the list."""

    def shares_words(one: TargetChange) -> bool:
        line = _line_at(last.lines, one.before_at)
        return line is not None and (line.text in promise.source or promise.text in line.text)

    def is_named(one: TargetChange) -> bool:
        # 亿元项目 in “引进亿元项目30个” is the plan's 引进亿元项目.
        return same_name(one.indicator, promise.name) or (
            one.indicator in promise.name and shares_words(one)
        )

    alike = [one for one in targets if one.before_at is not None and is_named(one)]
    alike.sort(key=lambda one: (shares_words(one), len(one.indicator)), reverse=True)
    if not alike:
        return None
    targets.remove(alike[0])
    return alike[0]


def _take_project(promise: Promise, projects: list[ProjectChange]) -> ProjectChange | None:
    for one in projects:
        if one.before is not None and promise.name in (one.name, *one.other_names):
            projects.remove(one)
            return one
    return None


def _find_mention(promise: Promise, pairs: Sequence[tuple[Line, set[str]]]) -> Mention | None:
    """Return where a draft first cites a promise, else has its name, else its words."""
    for line, _ in pairs:
        for at, live in line.cited:
            if _cites(live, promise):
                return _mention(line, at, len(live.text))
    for line, _ in pairs:
        if (at := line.text.find(promise.name)) >= 0:
            return _mention(line, at, len(promise.name))
    own = _pairs_of(promise.text)
    if promise.kind == "target" or not own:
        return None
    shared = [len(own & had) / len(own) for _, had in pairs]
    best = max(range(len(shared)), key=shared.__getitem__, default=None)
    if best is None or shared[best] < _MENTIONED:
        return None
    line = pairs[best][0]
    return _mention(line, 0, min(len(line.text), _LONGEST))


def _cites(live: Live, promise: Promise) -> bool:
    if live.indicator == ITEM:
        return any(token.item == promise.item for token in tokens_of(live.token))
    return live.indicator == promise.indicator


def _mention_at(lines: Sequence[Line], at: int | None) -> Mention | None:
    line = _line_at(lines, at)
    return _mention(line, at - line.at, 1) if line is not None and at is not None else None


def _mention(line: Line, at: int, length: int) -> Mention:
    text, first, last = line.text, at - _AROUND, at + length + _AROUND
    if len(text) > _LONGEST:
        before, after = "…" if first > 0 else "", "…" if last < len(text) else ""
        text = f"{before}{text[max(first, 0) : last]}{after}"
    return Mention(text, line.section, line.passage)


def _pairs_of(text: str) -> set[str]:
    words = re.sub(r"\W", "", text)
    return {words[at : at + 2] for at in range(len(words) - 1)}


def _line_at(lines: Sequence[Line], at: int | None) -> Line | None:
    if at is None:
        return None
    return next((one for one in lines if one.at <= at < one.at + len(one.text)), None)
