"""The grammar of Chinese work reports: text in, targets, results, projects and tasks out."""

import hashlib

from jingkai.reading.child import Opened, open_safely
from jingkai.reading.normalise import normalise
from jingkai.reading.opening import CannotRead, open_report
from jingkai.reading.outline import find_outline, find_title, find_year, place_sentences
from jingkai.reading.printed import AsPrinted
from jingkai.reading.projects import find_projects
from jingkai.reading.report import (
    Heading,
    NamedProject,
    Note,
    Statement,
    TaskSentence,
    WorkReport,
)
from jingkai.reading.statements import find_statements, with_duplicates_flagged
from jingkai.reading.tasks import find_tasks

__all__ = [
    "CannotRead",
    "Heading",
    "NamedProject",
    "Note",
    "Opened",
    "Statement",
    "TaskSentence",
    "WorkReport",
    "open_report",
    "open_safely",
    "read",
]


def read(text: str, year: int | None = None) -> WorkReport:
    """Read a report: what it promises and what it reports, each at its place in the text."""
    plain = normalise(text)
    title = find_title(text)
    plan_year = year or find_year(plain, title)
    outline = find_outline(plain)
    sentences = place_sentences(plain, outline)
    statements = with_duplicates_flagged(list(find_statements(plain, sentences, plan_year)))
    projects = tuple(find_projects(plain, sentences, plan_year))
    tasks = find_tasks(plain, sentences, statements, projects)
    printed = AsPrinted(text, plain, outline)
    return WorkReport(
        title=title,
        year=plan_year,
        chars=len(text),
        sha256=hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest(),
        outline=printed.outline,
        statements=tuple(printed.statement(one) for one in statements),
        projects=tuple(printed.project(one) for one in projects),
        tasks=tuple(printed.task(one) for one in tasks),
    )
