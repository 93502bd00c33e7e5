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
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, find_returns
from jingkai.org.models import Person
from jingkai.reading.columntable import open_columns
from jingkai.returns.models import ReturnFile
from jingkai.returns.queries import Difference, fact_type_of
from jingkai.returns.rules import address
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


# What a factory usually says, in thousand yuan, yuan, kilowatt hours and people.
USUAL = {"output": 1000, "revenue": 1100, "tax": 5000, "tax_to_date": 25000, "power": 30000}
USUAL |= {"staff": 100}
SPOKEN = {"output": "千元", "revenue": "千元", "tax": "元", "tax_to_date": "元", "power": "千瓦时"}


def form_here() -> ReturnForm:
    """Return what the zone of the test collects first, whatever that is."""
    return next(iter(current_zone().returns.values()))


def period_here(back: int = 0) -> Period:
    """Return the newest period of that form, or one before it."""
    return form_here().recent(TODAY, back + 1)[0]


def write(key: str, amount: Any) -> Any:
    """Return a usual amount in the unit of the zone's own form; a text or nothing as it is."""
    if not isinstance(amount, int):
        return amount
    spoken = SPOKEN.get(key, "人")
    told = get_unit(form_here().column(key).unit).from_base(get_unit(spoken).to_base(amount))
    return int(told) if told == int(told) else told


def spoken(key: str, amount: int) -> str:
    """Return a usual amount as a page writes it."""
    return f"{write(key, amount):,}"


def columns_here() -> list[str]:
    """Return the columns of the sheet as people fill it in: those that the zone's form has."""
    return ["code", "name", *(one.id for one in form_here().columns if one.id in USUAL), "why"]


def row(code: str | None = None, **said: Any) -> list[Any]:
    """Return a firm's row of that sheet; what the form has no column for is left out."""
    told = {"code": code or code_of(1), "name": "青禾", "why": "", **USUAL, **said}
    return [write(key, told[key]) for key in columns_here()]


def paper(*lines: Sequence[Any], **heads: str) -> bytes:
    """Return a sheet of the zone's own form; a column may go by another heading."""
    own = {"code": "统一社会信用代码", "name": "企业名称", "why": "异动说明"}
    own |= {one.id: one.head for one in form_here().columns} | heads
    return sheet([[own[key] for key in columns_here()], *lines])


def cell(key: str, at: int) -> str:
    """Return the address of a cell of that sheet."""
    return address(at - 1, columns_here().index(key))


def send(
    form: ReturnForm, data: bytes, *, by: Person, period: Period | None = None, **more: Any
) -> tuple[ReturnFile, Difference]:
    """Stage a sheet and return it with its difference."""
    table, period = open_columns(data, "月报.xlsx"), period or period_here()
    file = stage(
        form=form, period=period, data=data, table=table, name="月报.xlsx", by=by, on=TODAY, **more
    )
    return file, look_at(file, open_columns(data, "月报.xlsx"))


def file_sheet(
    form: ReturnForm, data: bytes, *, by: Person, period: Period | None = None, **answers: str
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


def held(form: ReturnForm, firm: Enterprise, period: Period | None = None) -> dict[str, Any] | None:
    """Return what the ledger holds of a firm for a period; None where nothing stands."""
    fact, period = fact_type_of(form), period or period_here()
    found = find_returns(type_id=fact.id, subjects=[firm.subject], period=period)
    one = found.get(firm.subject)
    return None if one is None or one.is_void else fact.decode(one.values)


def total(zone: Any, period: Period = MAY) -> Decimal | None:
    """Return the industrial output of a period as the ledger computes it today."""
    return Ledger(TODAY).value(zone.indicators["industrial_output"], period)
