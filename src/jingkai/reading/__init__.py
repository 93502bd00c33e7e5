"""The grammar of Chinese work reports: text in, targets, results, projects and tasks out."""

import hashlib
import re

from jingkai.reading.child import Opened, open_safely
from jingkai.reading.opening import CannotRead, open_report
from jingkai.reading.outline import outline
from jingkai.reading.periods import plan_year
from jingkai.reading.plaintext import PlainText
from jingkai.reading.projects import find_projects, without_indicators
from jingkai.reading.report import (
    Heading,
    NamedProject,
    Note,
    Statement,
    TaskSentence,
    WorkReport,
)
from jingkai.reading.statements import StatementReader, with_contradictions_flagged
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
    given = PlainText(text)
    plain = given.plain
    plan = year or plan_year(plain)
    headings, lines = outline(plain, plan) if _is_chinese(plain) else ((), ())
    reader = StatementReader(plain, plan)
    reader.read(lines)
    statements = with_contradictions_flagged(reader.statements)
    projects = without_indicators(find_projects(plain, lines, plan), statements, plain)
    tasks = find_tasks(plain, lines, statements, projects, plan)
    notes = [given.note(one) for one in reader.notes]
    if not any(line.part == "plan" for line in lines):
        notes.insert(0, Note(at=0, end=0, text="", why=_why_no_plan(plain)))
    return WorkReport(
        title=_title(text),
        year=plan,
        chars=len(text),
        sha256=hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest(),
        outline=tuple(given.heading(one) for one in headings),
        statements=tuple(given.statement(one) for one in statements),
        projects=tuple(given.project(one) for one in projects),
        tasks=tuple(given.task(one) for one in tasks),
        notes=tuple(notes),
    )


def _is_chinese(text: str) -> bool:
    """Tell whether enough of a text is Chinese to be read."""
    return 5 * len(re.findall("[\u4e00-\u9fff]", text)) >= len(re.sub(r"\s", "", text))


def _why_no_plan(text: str) -> str:
    if not _is_chinese(text):
        return "这不是中文的工作报告，没有读出任何内容。"
    return "没有找到计划部分，只读了回顾。"


def _title(text: str) -> str | None:
    for line in text.split("\n")[:12]:
        line = line.strip()
        if 4 <= len(line) <= 60 and re.search(r"报告|总结|计划|讲话|安排|要点", line):
            return line
    return None
