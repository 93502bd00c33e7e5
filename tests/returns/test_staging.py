"""A large sheet holds nobody up: it is staged, and written whole with its last step, or not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jingkai.ledger import services as ledger
from jingkai.ledger.models import Entry, Fact
from jingkai.ledger.queries import find_broken_entry
from jingkai.org.models import Person
from jingkai.returns import filing
from jingkai.returns.models import Filing, ReturnFile
from jingkai.returns.services import ReturnRefused, confirm, stop, undo
from tests.conftest import sign_in
from tests.returns.test_sheets import row
from tests.returns.world import HEADS, TODAY, code_of, file_sheet, found_firms, held, send, sheet

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 6


@pytest.fixture
def form(changde, monkeypatch):
    """Return the monthly return where two lines are a stage of their own."""
    found_firms(*["industry"] * ROWS)
    sign_in("statistician")
    monkeypatch.setattr(ledger, "STAGE", 2)
    return changde.returns["monthly"]


def keeper() -> Person:
    """Return the statistician."""
    return Person.objects.get(role="statistician")


def may() -> bytes:
    """Return a sheet of all firms, one of which raises a question."""
    rows = [row(code_of(number), to_date=None) for number in range(2, ROWS + 1)]
    return sheet([HEADS, row(tax=1_000_000, to_date=None), *rows])


def april(form) -> None:
    """File the month before."""
    rows = [row(code_of(number), tax=20000, to_date=20000) for number in range(1, ROWS + 1)]
    file_sheet(form, sheet([HEADS, *rows]), by=keeper(), period=form.recent(TODAY, 2)[0])


def commits(queries: CaptureQueriesContext) -> int:
    """Return how often the lock was given back."""
    return sum(one["sql"] == "COMMIT" for one in queries)


def test_a_large_sheet_and_its_undo_give_the_lock_back_after_every_stage(form):
    april(form)
    with CaptureQueriesContext(connection) as queries:
        file = file_sheet(form, may(), by=keeper())
    staged = (ROWS - 1) // 2
    assert commits(queries) > staged
    assert Filing.objects.get().state == "filed"
    firm = Filing.objects.get().firm
    assert held(form, firm) is None

    with CaptureQueriesContext(connection) as queries:
        undo(file_id=file.pk, by=keeper(), on=TODAY)
    assert commits(queries) > staged
    assert Filing.objects.get().state == "undone"
    assert find_broken_entry() is None


@pytest.mark.parametrize("what", ["stopped", "lost"])
def test_what_ends_while_it_is_staged_leaves_nothing(form, what, monkeypatch):
    april(form)
    before = Entry.objects.count(), Fact.objects.count()
    file, found = send(form, may(), by=keeper())
    ReturnFile.objects.filter(pk=file.pk).update(state=ReturnFile.State.WRITING)
    insert = ledger._insert

    def interrupted(*told):
        insert(*told)
        stop(file_id=file.pk)
        monkeypatch.setattr(ledger, "_insert", insert)

    def lose(**told):
        raise RuntimeError("disk")

    if what == "stopped":
        monkeypatch.setattr(ledger, "_insert", interrupted)
    else:
        monkeypatch.setattr(filing, "note", lose)
    with pytest.raises(ReturnRefused if what == "stopped" else RuntimeError):
        confirm(
            file_id=file.pk,
            difference=found,
            answers={},
            by=keeper(),
            on=TODAY,
            may_accept=True,
            expects=ReturnFile.State.WRITING,
        )

    assert (Entry.objects.count(), Fact.objects.count()) == before
    assert not Filing.objects.exists()
    assert ReturnFile.objects.get(pk=file.pk).state == ("draft" if what == "stopped" else "writing")
