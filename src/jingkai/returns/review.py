"""Decide on filings that wait: accepted into the ledger, explained, sent back."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from jingkai.audit.services import note
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.words import Words
from jingkai.ledger.queries import Fact, find_returns
from jingkai.org.queries import Person
from jingkai.org.services import check_year_open
from jingkai.returns.catalog import fact_type_of
from jingkai.returns.difference import Question, RowToFile
from jingkai.returns.filing import kept_sheet, record_returns, with_gone
from jingkai.returns.models import Filing
from jingkai.returns.refusals import LONGEST_REASON, NotExplained, ReturnRefused, known_form

__all__ = [
    "accept",
    "explain",
    "send_back",
]


@transaction.atomic
def accept(*, filing_ids: Sequence[int], by: Person, on: date) -> int:
    """Accept filings into the ledger, an entry for each file they came in; return how many.

    A closed year is reviewed no more: what still waited there waits for its reopening.
    """
    filings = list(
        Filing.objects.select_for_update(of=("self",))
        .filter(pk__in=list(filing_ids), state=Filing.State.FILED)
        .select_related("firm", "file")
    )
    if len(filings) != len(set(filing_ids)):
        raise ReturnRefused(Words("有的报送已经处理过了；请刷新后再看。"))
    groups: dict[tuple[str, str, int | None], list[Filing]] = {}
    for year in {parse_period(one.period_id).last.year for one in filings}:
        check_year_open(year)
    for one in filings:
        if silent := [question for question in one.findings if not question["answer"]]:
            raise NotExplained(
                Words(
                    "“%(firm)s”还没有说明：%(question)s；请补写说明，或退回。",
                    firm=one.firm.name,
                    question=Question.read(silent[0]).name,
                )
            )
        groups.setdefault((one.form, one.period_id, one.file_id), []).append(one)
    for (form_id, period_id, _file_id), some in groups.items():
        form, period = known_form(form_id), parse_period(period_id)
        entry = _accept_file(form, period, some, by=by, on=on)
        for one in some:
            one.state, one.entry = Filing.State.ACCEPTED, entry
            one.decided_by, one.decided_on = by.name, on
        Filing.objects.bulk_update(
            some, ["state", "entry", "decided_by", "decided_on"], batch_size=200
        )
    return len(filings)


def _accept_file(
    form: ReturnForm, period: Period, filings: Sequence[Filing], *, by: Person, on: date
) -> int | None:
    fact = fact_type_of(form)
    subjects = [one.firm.subject for one in filings]
    standing = find_returns(type_id=fact.id, subjects=subjects, period=period)
    rows = [
        RowToFile(one.firm, with_gone(fact, one.values), one.row or 0, old, is_same=False)
        for one in filings
        if not _says_the_same(old := standing.get(one.firm.subject), one)
    ]
    if not rows:
        return None
    file = filings[0].file
    evidence = [kept_sheet(file)] if file is not None else []
    return record_returns(form, period, rows, evidence=evidence, by=by, on=on)


def _says_the_same(old: Fact | None, filing: Filing) -> bool:
    return old is not None and not old.is_void and old.values == filing.values


def _under_review(filing_id: int) -> Filing:
    """Lock a filing that waits for a decision in a year that is open."""
    filing = Filing.objects.select_for_update().get(pk=filing_id)
    check_year_open(parse_period(filing.period_id).last.year)
    if filing.state != Filing.State.FILED:
        raise ReturnRefused(Words("这份报送已经处理过了。"))
    return filing


@transaction.atomic
def explain(*, filing_id: int, text: str, by: Person) -> None:
    """Write down the firm's reason, told by telephone, for every question still open."""
    filing = _under_review(filing_id)
    if not text.strip():
        raise ReturnRefused(Words("请写明企业说的原因。"))
    said = f"{text.strip()[: LONGEST_REASON - 20]}（{by.name}记）"
    filing.findings = [{**one, "answer": one["answer"] or said} for one in filing.findings]
    filing.save(update_fields=["findings"])


@transaction.atomic
def send_back(*, filing_id: int, remark: str, by: Person, on: date) -> Filing:
    """Return a filing to its firm, saying what to put right."""
    filing = _under_review(filing_id)
    if not remark.strip():
        raise ReturnRefused(Words("请写明退回的原因，企业照着改。"))
    filing.state, filing.remark = Filing.State.RETURNED, remark.strip()[:LONGEST_REASON]
    filing.decided_by, filing.decided_on = by.name, on
    filing.save(update_fields=["state", "remark", "decided_by", "decided_on"])
    note(act="returns.sent_back", object=filing.firm.subject, detail={"remark": filing.remark})
    return filing
