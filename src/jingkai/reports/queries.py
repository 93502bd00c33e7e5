"""Read the reviews under way and the reports that can be written."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.plan.queries import Plan, list_lines
from jingkai.reports.composition import Composition, compose
from jingkai.reports.letters import write_letter
from jingkai.reports.models import Intake, Proposal
from jingkai.reports.rules import cut_text

__all__ = [
    "Progress",
    "compose_progress",
    "cut_report",
    "get_progress",
    "list_intakes",
    "write_progress",
]


@dataclass(frozen=True)
class Progress:
    """How far a review is."""

    decided: int
    accepted: int
    all: int


def list_intakes() -> QuerySet[Intake]:
    """Return the reports read in, newest first, with how many proposals are decided."""
    return Intake.objects.select_related("plan").annotate(
        all=Count("proposals"),
        decided=Count("proposals", filter=~Q(proposals__decision=Proposal.Decision.OPEN)),
    )


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
