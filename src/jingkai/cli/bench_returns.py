"""bench returns: 50,000 firms by twenty measures in one sheet, against merely reading it."""

import io
import random
import resource
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ibis import _

from jingkai.cli.bench import Findings, timed
from jingkai.kernel.creditcode import check_character
from jingkai.kernel.facttypes import FactType, label, money
from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import Check, ReturnColumn, ReturnForm
from jingkai.kernel.zone import current_zone, installed

__all__ = ["measure_returns"]

TODAY = date(2021, 6, 30)
# One month after the other is taken in; from the second on, each is checked against the last.
MONTHS = [Period.months(2021, month, month) for month in range(1, 6)]
MEASURES = 20
FILING = FactType(
    id="bench.filed_return",
    name="企业月报（性能测试）",
    english="Monthly return of the benchmark",
    subject="enterprise",
    grain="return",
    columns={f"m{n:02}": money(f"指标{n:02}") for n in range(MEASURES)} | {"trade": label("专业")},
)
FORM = ReturnForm(
    id="bench",
    name="性能测试月报",
    english="Benchmark return",
    fact=FILING.id,
    filer="企业",
    basis="性能测试",
    columns=tuple(
        ReturnColumn(f"m{n:02}", f"指标{n:02}", "元", required=n < 10) for n in range(MEASURES)
    ),
    checks=(
        Check(
            "sign",
            "不能是负数",
            "not_negative",
            tuple(f"m{n:02}" for n in range(MEASURES)),
            "性能测试",
            level="wrong",
        ),
        *(
            Check(f"jump{n}", "升降", "jump", (f"m{n:02}",), "性能测试", percent=Decimal(50))
            for n in range(4)
        ),
    ),
)
INDICATORS = [
    Indicator(
        id=f"sum_{n:02}", name=f"合计{n}", unit="元", over=FILING.id, value=_[f"m{n:02}"].sum()
    )
    for n in range(5)
]


def measure_returns(*, rows: int, seed: int) -> Findings:
    """Take a sheet in on a throw-away house, in turns with a bare read and with openpyxl."""
    from jingkai.cli.bench_numbers import open_house_at

    findings = Findings(rows=rows, runs={}, ratios={}, is_equal=False)
    with tempfile.TemporaryDirectory(prefix="jingkai-bench-") as folder:
        open_house_at(Path(folder))
        from django.db import connection

        codes = [_code(number) for number in range(rows)]
        data, expected = _sheet(codes, random.Random(seed))
        with _zone():
            _register(codes)
            _forget_peak()
            seconds: dict[str, list[float]] = {"ours": [], "bare": [], "openpyxl": []}
            is_equal = True
            for month in MONTHS:
                took, found = timed(lambda month=month: _take_in(data, month))
                seconds["ours"].append(took)
                is_equal &= _stands(month) == expected
                seconds["bare"].append(timed(lambda: _bare(data))[0])
                if month == MONTHS[0]:
                    took, told = timed(lambda: _openpyxl(data))
                    seconds["openpyxl"].append(took)
                    is_equal &= told == rows
            peak = _peak()
            _undo(found)
            is_equal &= _stands(MONTHS[-1]) == 0 and _stands(MONTHS[-2]) == expected
        connection.close()
    middle = {name: sorted(runs)[len(runs) // 2] for name, runs in seconds.items()}
    findings.runs = seconds
    findings.ratios = {
        "import_vs_bare_read": middle["ours"] / middle["bare"],
        "openpyxl_vs_ours": middle["openpyxl"] / middle["ours"],
        "import_peak_mb": peak,
    }
    findings.is_equal = is_equal
    findings.notes = [
        f"{rows:,} × {MEASURES} 格；五个月逐月收进：读、对列、与上月核对、留凭证、入账；"
        "最后整批撤销一个月（不计时）。"
    ]
    return findings


def _peak() -> float:
    """Return the most memory that this process or its reading child took, in MB."""
    from jingkai.reading.children import end_helpers

    end_helpers()
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return round(max(resource.getrusage(one).ru_maxrss for one in who) / 1024, 1)


def _forget_peak() -> None:
    """Count the most memory from here on: founding the house is no part of an import."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _code(number: int) -> str:
    body = f"91430799MA{number:07}"
    return body + check_character(body)


def _sheet(codes: list[str], chance: random.Random) -> tuple[bytes, int]:
    """Return the workbook, and the sum of its first measure in fen."""
    import xlsxwriter

    out, total = io.BytesIO(), 0
    with xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": True}) as book:
        sheet = book.add_worksheet("月报")
        sheet.write_row(0, 0, ["统一社会信用代码", *(one.head for one in FORM.columns)])
        for row, code in enumerate(codes, start=1):
            sheet.write_string(row, 0, code)
            for place in range(MEASURES):
                fen = chance.randrange(10**10)
                total += fen if place == 0 else 0
                sheet.write_number(row, place + 1, Decimal(fen).scaleb(-2))
    return out.getvalue(), total


@contextmanager
def _zone() -> Iterator[None]:
    zone = current_zone()
    own = replace(
        zone,
        fact_types={**zone.fact_types, FILING.id: FILING},
        indicators={one.id: one for one in INDICATORS},
        versions={one.id: (one,) for one in INDICATORS},
        returns={FORM.id: FORM},
    )
    with installed(own):
        from jingkai.ledger.services import keep

        for one in INDICATORS:
            keep([one])
        yield


def _register(codes: list[str]) -> None:
    """Take the firms in and enter them on the roll, outside the measured time."""
    from jingkai.enterprises.services import (
        Newcomer,
        Occasion,
        RollStep,
        change_roll,
        register,
    )
    from jingkai.org.services import add_person

    then = Occasion(by="性能测试", reason="建库", known_on=date(2020, 1, 10))
    newcomers = [
        Newcomer(code=code, name=f"企业{number}", kind="company", registered_on=date(2018, 3, 1))
        for number, code in enumerate(codes)
    ]
    register(newcomers, occasion=then)
    steps = [RollStep(code, "enter", "industry", date(2020, 1, 5)) for code in codes]
    change_roll(steps, occasion=then)
    add_person(account="bench", name="统计员", role="statistician", department=None)


def _take_in(data: bytes, month: Period) -> Any:
    from jingkai.org.queries import find_person
    from jingkai.reading.columntable import open_columns_safely
    from jingkai.returns.services import confirm, look_at, stage

    by = find_person("bench")
    assert by is not None
    table = open_columns_safely(data, "月报.xlsx")
    file = stage(form=FORM, period=month, data=data, table=table, name="月报.xlsx", by=by, on=TODAY)
    found = look_at(file, table)
    del table
    return confirm(file_id=file.pk, difference=found, answers={}, by=by, on=TODAY, may_accept=True)


def _undo(file: Any) -> None:
    from jingkai.org.queries import find_person
    from jingkai.returns.services import undo

    by = find_person("bench")
    assert by is not None
    undo(file_id=file.pk, by=by, on=TODAY)


def _stands(month: Period) -> int:
    """Return the first measure's sum of a month as the ledger computes it, in fen."""
    from jingkai.ledger.queries import Ledger

    value = Ledger(TODAY).number(INDICATORS[0], month).value
    return int((value or 0) * 100)


def _bare(data: bytes) -> int:
    import fastexcel

    return int(fastexcel.read_excel(data).load_sheet(0).to_arrow().num_rows)


def _openpyxl(data: bytes) -> int:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    return sum(1 for _row in book.worksheets[0].iter_rows(values_only=True)) - 1
