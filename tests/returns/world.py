"""Firms on the roll and sheets as they fill them in, for the tests of returns."""

import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import xlsxwriter

from jingkai.enterprises.models import Enterprise
from jingkai.enterprises.services import Newcomer, Occasion, RollStep, change_roll, register
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnForm
from jingkai.ledger.queries import Ledger, find_returns
from jingkai.org.models import Person
from jingkai.reading.columntable import open_columns
from jingkai.returns.models import ReturnFile
from jingkai.returns.queries import Difference, fact_type_of
from jingkai.returns.services import confirm, look_at, stage

TODAY = date(2021, 6, 30)
APRIL, MAY = Period.months(2021, 4, 4), Period.months(2021, 5, 5)
HEADS = [
    *("统一社会信用代码", "企业名称", "工业总产值（千元）", "营业收入（千元）", "入库税收（元）"),
    *("年初累计入库税收（元）", "用电量（千瓦时）", "期末从业人员（人）", "异动说明"),
]


def code_of(number: int) -> str:
    """Return the invented credit code of a firm by its number."""
    body = f"91430799MA4L{number:05}"
    return body + check_character(body)


def found_firms(*trades: str) -> list[Enterprise]:
    """Register firms and enter them on the roll, one for each profession named."""
    then = Occasion(by="甲", reason="建库", known_on=date(2020, 1, 10))
    firms = register(
        [
            Newcomer(
                code=code_of(number),
                name=f"青禾{number}号（虚构）有限公司",
                kind="company",
                registered_on=date(2018, 3, 1),
                industry="3444",
            )
            for number, _trade in enumerate(trades, start=1)
        ],
        occasion=then,
    )
    steps = [
        RollStep(firm.code, "enter", trade, date(2020, 1, 5))
        for firm, trade in zip(firms, trades, strict=True)
    ]
    change_roll(steps, occasion=then)
    return list(Enterprise.objects.order_by("code"))


def sheet(rows: Sequence[Sequence[Any]], *, before: Sequence[Sequence[Any]] = ()) -> bytes:
    """Return a workbook of these rows; texts stay texts, a text that begins with = is a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet("月报")
        for number, row in enumerate([*before, *rows]):
            for place, value in enumerate(row):
                if value is None:
                    continue
                if isinstance(value, str) and not value.startswith("="):
                    page.write_string(number, place, value)
                else:
                    page.write(number, place, value)
    return out.getvalue()


def send(
    form: ReturnForm, data: bytes, *, by: Person, period: Period = MAY, **more: Any
) -> tuple[ReturnFile, Difference]:
    """Stage a sheet and return it with its difference."""
    table = open_columns(data, "月报.xlsx")
    file = stage(
        form=form, period=period, data=data, table=table, name="月报.xlsx", by=by, on=TODAY, **more
    )
    return file, look_at(file, open_columns(data, "月报.xlsx"))


def file_sheet(
    form: ReturnForm, data: bytes, *, by: Person, period: Period = MAY, **answers: str
) -> ReturnFile:
    """Send a sheet and confirm it."""
    file, found = send(form, data, by=by, period=period)
    return confirm(
        file_id=file.pk,
        difference=found,
        answers=answers,
        by=by,
        on=TODAY,
        may_accept=True,
    )


def held(form: ReturnForm, firm: Enterprise, period: Period = MAY) -> dict[str, Any] | None:
    """Return what the ledger holds of a firm for a period; None where nothing stands."""
    fact = fact_type_of(form)
    found = find_returns(type_id=fact.id, subjects=[firm.subject], period=period)
    one = found.get(firm.subject)
    return None if one is None or one.is_void else fact.decode(one.values)


def total(zone: Any, period: Period = MAY) -> Decimal | None:
    """Return the industrial output of a period as the ledger computes it today."""
    return Ledger(TODAY).value(zone.indicators["industrial_output"], period)
