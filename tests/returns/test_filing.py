"""From a sheet to the ledger and back: filed, asked, accepted, undone to the last digit."""

from decimal import Decimal

import pytest

from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import Ledger, find_broken_entry, list_entries
from jingkai.org.models import Person
from jingkai.returns.models import Filing
from jingkai.returns.queries import collect, sent_before
from jingkai.returns.services import (
    NotExplained,
    ReturnRefused,
    accept,
    confirm,
    explain,
    remind,
    send_back,
    undo,
)
from tests.conftest import sign_in
from tests.returns.test_sheets import row
from tests.returns.world import (
    APRIL,
    HEADS,
    MAY,
    TODAY,
    code_of,
    file_sheet,
    found_firms,
    held,
    send,
    sheet,
)


@pytest.fixture
def form(changde: Zone):
    """Return the monthly return, with two factories and a shop on the roll."""
    found_firms("industry", "industry", "commerce")
    return changde.returns["monthly"]


@pytest.fixture
def keeper(form) -> Person:
    """Return the statistician."""
    sign_in("statistician")
    return Person.objects.get(role="statistician")


def april(form, keeper):
    """File April for both factories."""
    rows = [row(tax=20000, to_date=20000), row(code_of(2), tax=20000, to_date=20000)]
    return file_sheet(form, sheet([HEADS, *rows]), by=keeper, period=APRIL)


def firms():
    """Return the firms by number."""
    from jingkai.enterprises.models import Enterprise

    return list(Enterprise.objects.order_by("code"))


def output(zone: Zone):
    """Return May's industrial output as the ledger computes it."""
    return Ledger(TODAY).number(zone.indicators["industry_output"], MAY).value


def test_a_clear_sheet_is_one_entry_with_the_cell_of_every_number(changde, form, keeper):
    april(form, keeper)
    file = file_sheet(form, sheet([HEADS, row(), row(code_of(2))]), by=keeper)

    entry = list_entries().get(number=file.entry)
    assert entry.facts.count() == 2
    proof = entry.evidence.get()
    assert (proof.columns["output"], proof.name) == ("C", "月报.xlsx")
    assert sorted(entry.facts.values_list("row", flat=True)) == [2, 3]
    assert held(form, firms()[0])["output"] == Decimal(1_000_000)
    assert find_broken_entry() is None


def test_the_total_to_date_is_the_offices_to_add_up(form, keeper):
    april(form, keeper)
    file_sheet(form, sheet([HEADS, row(to_date=None)]), by=keeper)

    assert held(form, firms()[0])["tax_to_date"] == Decimal(25000)


def test_a_total_that_does_not_add_up_is_refused_at_its_cell_and_nothing_is_written(form, keeper):
    april(form, keeper)
    file, found = send(form, sheet([HEADS, row(), row(code_of(2), to_date=26000)]), by=keeper)

    assert [one.cell for one in found.problems] == ["F3"]
    with pytest.raises(ReturnRefused, match="1 处要改"):
        confirm(file_id=file.pk, difference=found, answers={}, by=keeper, on=TODAY, may_accept=True)
    assert held(form, firms()[0]) is None


@pytest.mark.parametrize(
    ("told", "cell", "word"),
    [
        ({"revenue": None}, "D2", "没有填"),
        ({"staff": -1}, "H2", "不能是负数"),
    ],
)
def test_what_is_missing_or_impossible_is_named(form, keeper, told, cell, word):
    april(form, keeper)
    _file, found = send(form, sheet([HEADS, row(**told)]), by=keeper)

    assert [(one.cell, word in str(one.what)) for one in found.problems] == [(cell, True)]


def test_a_firm_whose_row_only_opened_filled_has_not_filed(form, keeper):
    april(form, keeper)
    blank = {"output": None, "revenue": None, "tax": None, "power": None}
    rows = [row(**blank), row(code_of(2), **blank | {"revenue": 1600})]
    _file, found = send(form, sheet([HEADS, *rows]), by=keeper)

    assert [one.firm.code for one in found.rows] == [code_of(2)]
    assert [one.cell for one in found.notes] == ["A2"]
    assert "当作未报" in str(found.notes[0].what)
    assert "C3" in [one.cell for one in found.problems]


def test_a_measure_that_the_profession_has_not_is_named(form, keeper):
    _file, found = send(form, sheet([HEADS, row(code_of(3), tax=1, to_date=1)]), by=keeper)

    assert [one.cell for one in found.problems] == ["C2", "G2"]
    _file, found = send(
        form, sheet([HEADS, row(code_of(3), output="—", power=None, tax=1, to_date=1)]), by=keeper
    )
    assert found.problems == []


def test_a_stranger_and_a_firm_off_the_roll_are_named(form, keeper):
    _file, found = send(form, sheet([HEADS, row(code_of(77))]), by=keeper)

    assert "企业库里没有" in str(found.problems[0].what)


def test_a_jump_waits_for_its_reason_and_then_for_a_decision(changde, form, keeper):
    april(form, keeper)
    before = output(changde)
    file = file_sheet(
        form, sheet([HEADS, row(revenue=9000, power=None), row(code_of(2))]), by=keeper
    )

    waiting = Filing.objects.get()
    assert [one["check"] for one in waiting.findings] == ["revenue_jumps"]
    assert held(form, firms()[0]) is None
    assert held(form, firms()[1]) is not None
    with pytest.raises(NotExplained, match="还没有说明"):
        accept(filing_ids=[waiting.pk], by=keeper, on=TODAY)
    explain(filing_id=waiting.pk, text="订单集中交货", by=keeper)
    accept(filing_ids=[waiting.pk], by=keeper, on=TODAY)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == ("accepted", keeper.name)
    assert held(form, firms()[0])["revenue"] == Decimal(9_000_000)
    assert output(changde) == Decimal(2_000_000)

    undo(file_id=file.pk, by=keeper, on=TODAY)
    assert output(changde) == before
    assert held(form, firms()[0]) is None


def test_undo_restores_what_stood_before_exactly_and_the_sheet_comes_in_again(
    changde, form, keeper
):
    april(form, keeper)
    file_sheet(form, sheet([HEADS, row(output=1000.01)]), by=keeper)
    first = (held(form, firms()[0]), output(changde))

    second = file_sheet(form, sheet([HEADS, row(output=1100), row(code_of(2))]), by=keeper)
    assert output(changde) == Decimal(2_100_000)
    undo(file_id=second.pk, by=keeper, on=TODAY)

    assert (held(form, firms()[0]), output(changde)) == first
    assert held(form, firms()[1]) is None
    third = file_sheet(form, sheet([HEADS, row(output=1100), row(code_of(2))]), by=keeper)
    assert output(changde) == Decimal(2_100_000)
    undo(file_id=third.pk, by=keeper, on=TODAY)
    assert (held(form, firms()[0]), output(changde)) == first
    assert find_broken_entry() is None


def test_a_sheet_corrected_since_cannot_be_undone_as_a_whole(form, keeper):
    april(form, keeper)
    first = file_sheet(form, sheet([HEADS, row()]), by=keeper)
    file_sheet(form, sheet([HEADS, row(output=1100)]), by=keeper)

    with pytest.raises(ReturnRefused, match="更正过"):
        undo(file_id=first.pk, by=keeper, on=TODAY)


def test_the_same_sheet_again_changes_nothing(form, keeper):
    april(form, keeper)
    data = sheet([HEADS, row()])
    file_sheet(form, data, by=keeper)
    file, found = send(form, data, by=keeper)

    assert found.counts == {"added": 0, "changed": 0, "same": 1, "asked": 0, "wrong": 0}
    with pytest.raises(ReturnRefused, match="没有要报的"):
        confirm(file_id=file.pk, difference=found, answers={}, by=keeper, on=TODAY, may_accept=True)


def test_a_filing_that_goes_back_can_be_sent_again(form, keeper):
    april(form, keeper)
    data = sheet([HEADS, row(revenue=9000)])
    file_sheet(form, data, by=keeper)
    waiting = Filing.objects.get()
    with pytest.raises(ReturnRefused, match="待审"):
        file_sheet(form, data, by=keeper)
    send_back(filing_id=waiting.pk, remark="收入像是填成了元", by=keeper, on=TODAY)

    assert sent_before(form, firms()[0], MAY).remark == "收入像是填成了元"
    assert collect(form, [MAY], on=TODAY).cells[code_of(1)][0].state == "returned"
    file_sheet(form, sheet([HEADS, row()]), by=keeper)
    assert held(form, firms()[0]) is not None


def test_who_has_filed_is_told_by_the_day_it_first_came_in(form, keeper):
    april(form, keeper)
    file_sheet(form, sheet([HEADS, row()]), by=keeper)

    found = collect(form, [APRIL, MAY], on=TODAY)
    states = {code: [one.state for one in cells] for code, cells in found.cells.items()}
    assert states == {
        code_of(1): ["late", "late"],
        code_of(2): ["late", "missing"],
        code_of(3): ["missing", "missing"],
    }
    due = form.deadline(MAY).due
    assert collect(form, [MAY], on=due).cells[code_of(3)][0].state == "waiting"


def test_a_firm_is_reminded_once_a_day(form, keeper):
    wanted = collect(form, [MAY], on=TODAY).missing(0)

    assert remind(form=form, period=MAY, firms=wanted, by=keeper, on=TODAY) == 3
    assert remind(form=form, period=MAY, firms=wanted, by=keeper, on=TODAY) == 0
