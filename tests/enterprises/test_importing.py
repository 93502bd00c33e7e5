"""The register by file: what changes, what is refused, and everything back."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from jingkai.enterprises.importing import ENTERPRISE_IMPORT
from jingkai.enterprises.models import Enterprise
from jingkai.enterprises.queries import list_events, read_attributes
from jingkai.enterprises.services import NotRegistrable, Occasion, RollStep, change_roll
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.zone import Zone
from jingkai.ledger.queries import find_broken_entry
from jingkai.org.models import Person
from jingkai.web.importers import Change
from tests.conftest import sign_in

TODAY = date(2021, 6, 30)
BODY = "91430799MA4L00001"
CODE = BODY + check_character(BODY)


def row(**changed: Any) -> dict[str, Any]:
    """Return a row of the sheet as the wizard reads it."""
    blank = dict.fromkeys(column.key for column in ENTERPRISE_IMPORT.columns)
    told = {"code": CODE, "name": "岱舆川机械厂", "kind": "企业", "registered_on": date(2018, 3, 1)}
    return blank | told | {"industry": "3444", "size": "小型", "confirmed": False} | changed


@pytest.fixture
def keeper(zone: Zone) -> Person:
    """Return somebody who keeps the register."""
    sign_in("statistician")
    return Person.objects.get(role="statistician")


def bring(keeper: Person, **changed: Any) -> list[Change]:
    """Import one row as it stands against today's register; return what changed."""
    after = row(**changed)
    changes = [Change(after["code"], ENTERPRISE_IMPORT.current().get(after["code"]), after)]
    ENTERPRISE_IMPORT.apply(changes, by=keeper, on=TODAY)
    return changes


def test_a_new_row_registers_a_firm_and_empty_cells_are_not_known(keeper: Person):
    bring(keeper)

    firm = Enterprise.objects.get()
    assert (firm.name, firm.size, firm.industry) == ("岱舆川机械厂", "small", "3444")
    assert (firm.chain, firm.group) == ("unknown", "unknown")
    assert ENTERPRISE_IMPORT.current(lock=True)[CODE]["size"] == "小型"


def test_a_known_code_changes_name_and_attributes_from_today(keeper: Person):
    bring(keeper)
    bring(keeper, name="岱舆川装备厂", size="中型", park="一园")

    firm = Enterprise.objects.get()
    assert firm.former_names.get().name == "岱舆川机械厂"
    sizes = read_attributes(list_events(firm, known_on=TODAY))["size"]
    assert [(one.value, one.since) for one in sizes] == [
        ("small", date(2018, 3, 1)),
        ("medium", TODAY),
    ]


def test_undo_takes_everything_back_and_the_same_sheet_comes_in_again(keeper: Person):
    first = bring(keeper)
    before = ENTERPRISE_IMPORT.current()
    second = bring(keeper, name="岱舆川装备厂", size="中型")

    ENTERPRISE_IMPORT.undo(second, by=keeper, on=TODAY)
    assert ENTERPRISE_IMPORT.current() == before
    assert not Enterprise.objects.get().former_names.exists()
    ENTERPRISE_IMPORT.undo(first, by=keeper, on=TODAY)
    assert ENTERPRISE_IMPORT.current() == {}

    bring(keeper)
    bring(keeper, name="岱舆川装备厂", size="中型")
    assert Enterprise.objects.get().name == "岱舆川装备厂"
    assert find_broken_entry() is None


def test_a_registration_that_others_build_on_is_not_undone(keeper: Person):
    changes = bring(keeper)
    change_roll(
        [RollStep(CODE, "enter", "industry", TODAY)],
        occasion=Occasion(by="统计专班", reason="入库", known_on=TODAY),
    )

    with pytest.raises(NotRegistrable, match="名录库变动"):
        ENTERPRISE_IMPORT.undo(changes, by=keeper, on=TODAY)


def test_what_is_written_in_the_ledger_is_not_changed_by_a_sheet(keeper: Person):
    bring(keeper)

    with pytest.raises(ValueError, match="成立日期"):
        bring(keeper, registered_on=date(2019, 1, 1))


@pytest.mark.parametrize(
    ("changed", "column", "words"),
    [
        ({"code": BODY + "?"}, "code", "字符"),
        ({"code": BODY + ("0" if CODE[-1] != "0" else "1")}, "code", "校验位"),
        ({"code": CODE.lower()}, "code", CODE),
        ({"code": "9.14308E+17"}, "code", "变成数字"),
        ({"industry": "9999"}, "industry", "行业分类"),
    ],
)
def test_a_wrong_cell_is_named_with_the_fix(
    keeper: Person, changed: dict[str, Any], column: str, words: str
):
    (problem,) = ENTERPRISE_IMPORT.check([(2, row(**changed))])

    assert (problem.row, problem.column) == (2, column)
    assert words in str(problem.what)


def test_a_failed_check_digit_passes_when_the_sheet_vouches_for_it(keeper: Person):
    wrong = BODY + ("0" if CODE[-1] != "0" else "1")

    assert list(ENTERPRISE_IMPORT.check([(2, row(code=wrong, confirmed=True))])) == []
    bring(keeper, code=wrong, confirmed=True)
    assert Enterprise.objects.get().code_confirmed_by == keeper.name


def test_the_list_offers_the_import_to_who_keeps_the_register(keeper: Person):
    page = reverse("import_new", args=["enterprises"])

    assert page in sign_in("statistician").get("/enterprises/").content.decode()
    assert page not in sign_in("officer").get("/enterprises/").content.decode()
    assert sign_in("statistician").get(page).status_code == 200
