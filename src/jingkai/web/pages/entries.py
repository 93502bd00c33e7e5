"""The ledger's entries, the facts in them, and the files that prove them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jingkai.kernel.facttypes import Column
from jingkai.kernel.units import yi
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import (
    Entry,
    Evidence,
    Fact,
    find_evidence,
    has_restricted_values,
    list_facts,
    list_revisions,
    list_seen_entries,
    list_seen_facts,
    touches,
)
from jingkai.org.rules import Permission
from jingkai.web.access import needs
from jingkai.web.language import quantity
from jingkai.web.lists import show_list
from jingkai.web.records import ENTRIES
from jingkai.web.shell import describe_subjects, hidden_subjects, show


@dataclass(frozen=True)
class FactLine:
    """One contributing fact as the page shows it."""

    id: int
    subject: str
    url: str
    on: str
    values: list[tuple[str, str]]
    entry: int
    actor: str
    known_on: date
    proofs: list["Proof"]
    revisions: str


@dataclass(frozen=True)
class Proof:
    """A file that a fact rests on, and the place in it."""

    id: int
    name: str
    place: str


def fact_lines(facts: list[Fact], person: Any) -> list[FactLine]:
    """Return the facts as lines; one subject's restricted values only to who may see them."""
    sees_all = person.may(Permission.SEE_FIRM_TAX)
    named = describe_subjects([fact.subject for fact in facts])
    types = current_zone().fact_types
    lines = []
    for fact in facts:
        columns = types[fact.type].columns
        values = []
        for key, value in types[fact.type].decode(fact.values).items():
            if value is not None:
                column = columns[key]
                is_hidden = column.is_restricted and not sees_all
                values.append((_(column.name), "＊＊＊" if is_hidden else _spoken(column, value)))
        name, url = named.get(fact.subject, (fact.subject, ""))
        lines.append(
            FactLine(
                id=fact.pk,
                subject=name,
                url=url,
                on=str(fact.on or fact.period_id),
                values=values,
                entry=fact.entry.number,
                actor=fact.entry.actor,
                known_on=fact.entry.known_on,
                proofs=[
                    Proof(one.pk, one.name, _place(fact, one)) for one in fact.entry.evidence.all()
                ],
                revisions=_revisions(fact),
            )
        )
    return lines


def _place(fact: Fact, evidence: Evidence) -> str:
    """Return where in a file a fact stands: the row, and the cells of its values."""
    if fact.row is None:
        return ""
    cells = [f"{letter}{fact.row}" for letter in evidence.columns.values()]
    return "、".join(cells[:4]) or _("第 %(row)s 行") % {"row": fact.row}


def _revisions(fact: Fact) -> str:
    """Return how a return became final: 快报 2021-02-04 → 终核 2021-09-30."""
    if not fact.corrects_id or not current_zone().fact_types[fact.type].revision:
        return ""
    said = [f"{one.status or _('报数')} {one.known_on}" for one in list_revisions(fact)]
    return " → ".join(said)


def _spoken(column: Column, value: Any) -> str:
    if column.kind == "label":
        return _(column.words.get(value, value))
    unit = "亿元" if column.unit == "元" and abs(value) >= yi(1) else column.unit
    return "".join(quantity(value, unit))


@needs(Permission.SEE_FACTS)
def entries(request: HttpRequest) -> HttpResponse:
    """Show what was recorded, newest first."""
    return show_list(request, ENTRIES, list_seen_entries(hidden_subjects(request.user)))


@dataclass
class EntryPage:
    """One entry: who, why, known when, its facts and evidence."""

    entry: Entry
    facts: list[FactLine]
    evidence: list[Evidence]
    template: str = "web/entry.html"


@needs(Permission.SEE_FACTS)
def entry(request: HttpRequest, number: int) -> HttpResponse:
    """Show one entry of the ledger."""
    hidden = hidden_subjects(request.user)
    found = list_seen_entries(hidden).filter(number=number).first()
    if found is None:
        raise Http404
    ids = list_seen_facts(found, hidden, 200)
    page = EntryPage(found, fact_lines(list_facts(ids), request.user), list(found.evidence.all()))
    return show(request, page)


@needs(Permission.SEE_FACTS)
def evidence(request: HttpRequest, evidence_id: int) -> HttpResponse:
    """Hand out a piece of evidence as a download: not what says more than the person may see."""
    found = find_evidence(evidence_id)
    if found is None or touches(found[0].entry, hidden_subjects(request.user)):
        raise Http404
    kept, path = found
    if not request.user.may(Permission.SEE_FIRM_TAX) and has_restricted_values(kept.entry):
        raise PermissionDenied(Permission.SEE_FIRM_TAX)
    return FileResponse(path.open("rb"), as_attachment=True, filename=kept.name)
