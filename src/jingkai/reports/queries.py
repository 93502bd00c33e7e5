"""Read the reviews under way and the reports that can be written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import Plan, list_lines
from jingkai.reading import read
from jingkai.reading.comparison import Comparison, compare
from jingkai.reports.checking import Verdict
from jingkai.reports.composition import Composition, compose
from jingkai.reports.letters import write_letter
from jingkai.reports.models import ChangeSet, Intake, Proposal
from jingkai.reports.record import check_draft
from jingkai.reports.rules import cut_text
from jingkai.reports.sheets import write_table
from jingkai.reports.tasktable import (
    Problem,
    RowChange,
    TableRow,
    compare_table,
    read_table,
    table_keys,
)

__all__ = [
    "Progress",
    "Verdict",
    "check_draft",
    "compare_intakes",
    "compose_progress",
    "cut_report",
    "find_change_set",
    "find_intake",
    "find_newest_intake",
    "find_table_changes",
    "get_progress",
    "get_table",
    "last_undoable",
    "list_intakes",
    "row_of",
    "write_progress",
    "years_read",
]


@dataclass(frozen=True)
class Progress:
    """How far a review is."""

    decided: int
    accepted: int
    all: int


def find_intake(intake_id: int) -> Intake | None:
    """Return a report that was read in, with its plan."""
    return Intake.objects.select_related("plan").filter(pk=intake_id).first()


def years_read() -> set[int]:
    """Return the years of which a report was read in."""
    return set(Intake.objects.values_list("year", flat=True))


def find_newest_intake(year: int) -> Intake | None:
    """Return the report of a year that was read in last."""
    return Intake.objects.filter(year=year).order_by("-pk").first()


def list_intakes() -> QuerySet[Intake]:
    """Return the reports read in, newest first, with how many proposals are decided."""
    counted = Intake.objects.select_related("plan").annotate(
        all=Count("proposals"),
        decided=Count("proposals", filter=~Q(proposals__decision=Proposal.Decision.OPEN)),
    )
    return counted.order_by("-taken_on", "-pk")


def get_progress(intake: Intake) -> Progress:
    """Return how far the review is."""
    counts = intake.proposals.aggregate(
        all=Count("pk"),
        decided=Count("pk", filter=~Q(decision=Proposal.Decision.OPEN)),
        accepted=Count("pk", filter=Q(decision=Proposal.Decision.ACCEPTED)),
    )
    return Progress(counts["decided"], counts["accepted"], counts["all"])


def cut_report(intake: Intake, proposals: Sequence[Proposal]) -> list[tuple[str, str, str]]:
    """Return the text in pieces (text, kind, proposal id), results marked too."""
    marks = [(one.at, one.end, one.kind, str(one.pk)) for one in proposals]
    marks += [(one["at"], one["at"] + len(one["quote"]), "result", "") for one in intake.results]
    return cut_text(intake.text, marks)


def compose_progress(plan: Plan, ledger: Ledger) -> Composition:
    """Return the progress report of a plan as known to the ledger."""
    day = ledger.known_on
    return compose(
        plan,
        list_lines(plan, ledger=ledger),
        dated=f"（截至{day.year}年{day.month}月{day.day}日）",
        title=f"关于{plan.title}执行情况的报告",
    )


def write_progress(plan: Plan, ledger: Ledger, *, address: str) -> bytes:
    """Return the progress report as docx; its figures link to pages under `address`."""
    zone = current_zone()
    return write_letter(
        compose_progress(plan, ledger),
        issuer=zone.issuer or zone.name,
        signed_on=ledger.known_on,
        address=address,
    )


def row_of(one: Proposal) -> TableRow:
    """Return a proposal as a row of the table."""
    return TableRow(
        text=one.text,
        theme=one.theme,
        leader=one.leader,
        lead=one.lead,
        due_on=one.due_on,
        support=tuple(one.support),
        kind=one.kind,
        name=one.name,
        op=one.op,
        value=one.value,
        unit=one.unit,
        source=one.source,
        decision=one.decision,
    )


def get_table(intake: Intake) -> bytes:
    """Return the 任务分解表 of a review as a workbook that can be edited and sent back."""
    proposals = list(intake.proposals.all())
    rows = [(one.number, row_of(one), f"{key}@{one.version}") for one, key in _with_keys(proposals)]
    return write_table(rows, departments=_departments(), sha256=intake.sha256)


def find_table_changes(
    intake: Intake, rows: Sequence[Sequence[str]]
) -> tuple[list[tuple[RowChange, Proposal | None]], int, list[Problem]]:
    """Return what an edited table changes, how many rows it does not, or what is wrong with it."""
    sheet = read_table(rows, _departments(), intake.sha256)
    if sheet.problems:
        return [], 0, sheet.problems
    known = {key: one for one, key in _with_keys(list(intake.proposals.all()))}
    current = {key: row_of(one) for key, one in known.items()}
    versions = {key: one.version for key, one in known.items()}
    changes, unchanged = compare_table(sheet, current, _departments(), versions)
    return [(change, known.get(change.key)) for change in changes], unchanged, []


def _with_keys(proposals: Sequence[Proposal]) -> list[tuple[Proposal, str]]:
    """Return each proposal with the key of its row: where in the text it was read from."""
    return list(zip(proposals, table_keys([(o.kind, o.at, o.end) for o in proposals]), strict=True))


def _departments() -> dict[str, str]:
    return {entry.id: entry.name for entry in current_zone().departments}


def find_change_set(change_set_id: int) -> ChangeSet | None:
    """Return changes made together, with their report."""
    return ChangeSet.objects.select_related("intake").filter(pk=change_set_id).first()


def last_undoable(intake: Intake) -> ChangeSet | None:
    """Return the newest changes made together that can be taken back."""
    if intake.plan_id:
        return None
    return intake.change_sets.filter(state=ChangeSet.State.DONE).first()


def compare_intakes(intakes: Sequence[Intake]) -> Comparison:
    """Compare what several reports promise, read anew from their texts."""
    reports: list[dict[str, Any]] = [read(one.text, year=one.year).to_json() for one in intakes]
    return compare(reports)
