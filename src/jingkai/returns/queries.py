"""Read returns: the files and filings that came in, and who files for which firm.

What a sheet would change is in `comparison.py` and `difference.py`, what was returned before in
`past.py`, who has filed in `collection.py`, how much firms are asked in `burden.py`.
"""

from django.db.models import QuerySet

from jingkai.enterprises.queries import Enterprise
from jingkai.kernel.facttypes import Value
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnForm
from jingkai.org.queries import Person, list_everybody
from jingkai.org.rules import ROLES, Permission
from jingkai.returns.burden import FirmBurden, asked_cells, asked_of, firm_burden
from jingkai.returns.catalog import fact_type_of, find_form, list_forms, say_amount
from jingkai.returns.collection import (
    STATES,
    Cell,
    Collection,
    Since,
    came_since,
    collect,
    last_issue,
    reminded,
    reminders_for,
)
from jingkai.returns.comparison import compare
from jingkai.returns.difference import (
    AskedLine,
    ChangedLine,
    Difference,
    Question,
    RowToFile,
    Seen,
    UnitQuestion,
    see,
)
from jingkai.returns.models import BulletinIssue, Filing, FirmUser, ReturnFile
from jingkai.returns.past import carried_value, filled_rows

__all__ = [
    "STATES",
    "AskedLine",
    "BulletinIssue",
    "Cell",
    "ChangedLine",
    "Collection",
    "Difference",
    "Filing",
    "FirmBurden",
    "FirmUser",
    "Question",
    "ReturnFile",
    "RowToFile",
    "Seen",
    "Since",
    "UnitQuestion",
    "asked_cells",
    "asked_of",
    "came_since",
    "carried_value",
    "collect",
    "compare",
    "fact_type_of",
    "filled_rows",
    "find_file",
    "find_filing",
    "find_form",
    "firm_burden",
    "firm_of",
    "last_issue",
    "list_files",
    "list_filings",
    "list_forms",
    "list_ties",
    "list_underway",
    "list_untied",
    "read_values",
    "reminded",
    "reminders_for",
    "say_amount",
    "see",
    "sent_before",
]


def firm_of(person: Person) -> Enterprise | None:
    """Return the firm that a person files for."""
    found = FirmUser.objects.select_related("firm").filter(person=person, until_on=None).first()
    return found.firm if found else None


def list_ties() -> QuerySet[FirmUser]:
    """Return which account files or filed for which firm, the newest first."""
    return FirmUser.objects.select_related("person", "firm")


def list_untied() -> QuerySet[Person]:
    """Return the accounts in use of firms' users that file for no firm."""
    tied = FirmUser.objects.filter(until_on=None).values("person")
    roles = [role.id for role in ROLES.values() if Permission.SEE_OWN_FIRM in role.permissions]
    return list_everybody().filter(role__in=roles, is_active=True).exclude(pk__in=tied)


def find_file(file_id: int) -> ReturnFile | None:
    """Return a file that was sent."""
    return ReturnFile.objects.select_related("person", "firm").filter(pk=file_id).first()


def list_files() -> QuerySet[ReturnFile]:
    """Return the files that came in, the newest first."""
    filed = [ReturnFile.State.DONE, ReturnFile.State.UNDONE]
    return ReturnFile.objects.filter(state__in=filed).select_related("person", "firm")


def find_filing(filing_id: int) -> Filing | None:
    """Return one return under review, or decided."""
    return Filing.objects.select_related("firm", "file").filter(pk=filing_id).first()


def list_filings(form: ReturnForm, period: Period | None = None) -> QuerySet[Filing]:
    """Return the filings of a form, the newest first."""
    found = Filing.objects.filter(form=form.id).select_related("firm", "file")
    return found.filter(period_id=period.id) if period else found


def sent_before(form: ReturnForm, firm: Enterprise, period: Period) -> Filing | None:
    """Return the newest filing of a firm for a period."""
    return Filing.objects.filter(form=form.id, firm=firm, period_id=period.id).first()


def read_values(filing: Filing) -> dict[str, Value]:
    """Return what a filing says, in base units."""
    form = find_form(filing.form)
    assert form is not None
    return fact_type_of(form).decode(filing.values)


def list_underway(person: Person) -> QuerySet[ReturnFile]:
    """Return the sheets of a person that are being read or written now."""
    states = [ReturnFile.State.READING, ReturnFile.State.WRITING]
    return ReturnFile.objects.filter(person=person, state__in=states)
