"""Titles, platforms, brands and standards come in by file, with a difference and an undo."""

from datetime import date

import pytest

from jingkai.enterprises.honours import HONOUR_IMPORT
from jingkai.enterprises.queries import read_holdings
from jingkai.enterprises.services import Grant, Occasion, recognise
from jingkai.org.models import Person
from jingkai.web.importers import Change
from tests.conftest import sign_in
from tests.returns.world import TODAY, code_of, found_firms

THEN = Occasion(by="甲", reason="试", known_on=TODAY)
ONE, TWO = code_of(1), code_of(2)


def row(code: str, title: str = "高新技术企业", **more):
    """Return a row of the table."""
    usual = {"name": None, "on": date(2020, 9, 1), "renewed": None, "about": None}
    return {"code": code, "title": title, "document": "甲1号", "until": None, **usual, **more}


def changes(*rows) -> list[Change]:
    """Return what the table would change."""
    standing = HONOUR_IMPORT.current(lock=False)
    found = [(HONOUR_IMPORT.identify(one), one) for one in rows]
    return [Change(key, standing.get(key), one) for key, one in found]


def held(code: str):
    """Return what a firm holds, as the register says it."""
    told = read_holdings([code], known_on=TODAY).get(code, [])
    rows = ((one.title, one.about, one.on, one.document, one.until) for one in told)
    return sorted(rows, key=lambda one: one[:3])


@pytest.fixture
def keeper(zone) -> Person:
    found_firms("industry", "industry")
    sign_in("statistician")
    return Person.objects.get(role="statistician")


def test_a_table_gives_titles_corrects_them_and_takes_them_back(keeper: Person):
    recognise([Grant(ONE, "hightech", date(2020, 9, 1), True, "错的")], occasion=THEN)
    before = held(ONE)
    lab = row(ONE, "全国重点实验室", about="甲实验室", until=date(2025, 8, 31))
    table = changes(row(ONE), lab, row(TWO))
    assert [one.before is None for one in table] == [False, True, True]

    HONOUR_IMPORT.apply(table, by=keeper, on=TODAY)
    assert held(ONE) == [
        ("hightech", "", date(2020, 9, 1), "甲1号", None),
        ("national_key_lab", "甲实验室", date(2020, 9, 1), "甲1号", date(2025, 8, 31)),
    ]
    assert len(held(TWO)) == 1

    HONOUR_IMPORT.undo(table, by=keeper, on=TODAY)
    assert (held(ONE), held(TWO)) == (before, [])
    HONOUR_IMPORT.apply(table, by=keeper, on=TODAY)
    assert len(held(ONE)) == 2


def test_two_platforms_of_one_kind_are_two_rows(keeper: Person):
    rows = [row(ONE, "省级企业技术中心", about=name) for name in ("甲中心", "乙中心")]
    assert len({HONOUR_IMPORT.identify(one) for one in rows}) == 2

    HONOUR_IMPORT.apply(changes(*rows), by=keeper, on=TODAY)
    assert {about for _, about, *_ in held(ONE)} == {"甲中心", "乙中心"}


def test_a_row_that_cannot_be_is_named_with_its_fix(keeper: Person):
    rows = [
        (1, row(code_of(9))),
        (2, row(ONE, on=date(2010, 1, 1))),
        (3, row(ONE, until=date(2019, 1, 1))),
        (4, row(ONE.lower())),
        (5, row(ONE)),
    ]
    found = [(one.row, one.column) for one in HONOUR_IMPORT.check(rows)]
    assert found == [(1, "code"), (2, "on"), (3, "until"), (4, "code")]


def test_a_document_of_tomorrow_is_refused_as_a_whole(keeper: Person):
    with pytest.raises(ValueError, match="日期在将来"):
        HONOUR_IMPORT.apply(changes(row(TWO), row(ONE, on=date(2021, 7, 1))), by=keeper, on=TODAY)

    assert (held(ONE), held(TWO)) == ([], [])
