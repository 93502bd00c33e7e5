"""What the pages of returns say of problems, questions and units, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jingkai.kernel.returns import ReturnColumn, ReturnForm
from jingkai.kernel.words import Named, Words
from jingkai.returns.queries import ChangedLine, Question, UnitQuestion
from jingkai.returns.rules import SheetProblem, UnitAnswer
from jingkai.web.language import is_english, speak, spoken
from jingkai.web.wizard import ChangeRow

__all__ = [
    "ProblemLine",
    "QuestionLine",
    "UnitLine",
    "said",
    "said_changes",
    "said_head",
    "said_problems",
    "said_questions",
    "said_units",
]


NO_ANSWERS: Mapping[str, UnitAnswer] = {}


@dataclass(frozen=True)
class ProblemLine:
    """What is wrong at a cell, or to know of it."""

    cell: str
    what: str


@dataclass(frozen=True)
class QuestionLine:
    """A question beside what was, and its answer if any."""

    name: str
    now: str
    before: str
    year_ago: str
    cell: str
    answer: str


@dataclass(frozen=True)
class UnitLine:
    """A doubted unit: the heading, how far it is off, where, what it may have been, what was said.

    `chosen` is a unit, or `right`.
    """

    key: str
    head: str
    times: str
    cells: str
    now: str
    before: str
    units: list[tuple[str, str]]
    chosen: str
    why: str


def said(text: str | Words | Named | list[str]) -> str:
    """Return a text, a name or words in the reader's language; a list with commas between."""
    if isinstance(text, list):
        return (", " if is_english() else "、").join(text)
    if isinstance(text, Words):
        return speak(text)
    return spoken(text.chinese, text.english) if isinstance(text, Named) else text


def said_head(column: ReturnColumn) -> str:
    """Return the heading with its unit."""
    return said(column.headed)


def said_problems(problems: Sequence[SheetProblem]) -> list[ProblemLine]:
    """Return what is wrong, or to know, cell by cell."""
    return [ProblemLine(one.cell, speak(one.what)) for one in problems]


def said_questions(questions: Sequence[Question]) -> list[QuestionLine]:
    """Return questions with their answers."""
    return [
        QuestionLine(said(one.name), one.now, one.before, one.year_ago, one.cell, said(one.answer))
        for one in questions
    ]


def said_units(
    doubts: Sequence[UnitQuestion], form: ReturnForm, answers: Mapping[str, UnitAnswer] = NO_ANSWERS
) -> list[UnitLine]:
    """Return the questions about units, with what was answered so far."""
    given = {key: (one.unit or "right", one.why) for key, one in answers.items()}
    lines = []
    for one in doubts:
        chosen, why = given.get(one.key, ("", ""))
        line = UnitLine(
            key=one.key,
            head=said_head(form.column(one.column)),
            times=speak(one.times),
            cells=said(one.place),
            now=one.now,
            before=one.before,
            units=one.units,
            chosen=chosen,
            why=why,
        )
        lines.append(line)
    return lines


def said_changes(lines: Sequence[ChangedLine], form: ReturnForm) -> list[ChangeRow]:
    """Return the rows of a difference, each cell under its heading."""
    heads = {one.id: said_head(one) for one in form.columns}
    return [
        ChangeRow(one.name, [(heads[key], old, new) for key, old, new in one.pairs], one.row)
        for one in lines
    ]
