"""The sheet of a return for one firm or for all: filled in with everything the office holds."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from jingkai.documents import FormCell, FormColumn, write_form_sheet
from jingkai.enterprises.queries import Enterprise
from jingkai.enterprises.rules import TRADES
from jingkai.kernel.facttypes import Value
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnColumn, ReturnForm
from jingkai.kernel.units import get_unit
from jingkai.returns.queries import carried_value, filled_rows, say_amount
from jingkai.returns.rules import to_date_sources

__all__ = ["REASONS", "return_sheet"]

# What firms mostly answer; anything else may be written as well.
REASONS = (
    "订单集中交货",
    "季节性生产",
    "设备检修停产",
    "新产品投产",
    "上年基数低",
    "补缴以前年度税款",
    "人员季节性用工",
    "统计口径调整",
)


def return_sheet(form: ReturnForm, period: Period, firms: Sequence[Enterprise]) -> bytes:
    """Return the workbook that is handed out for a period."""
    columns = [
        FormColumn("统一社会信用代码", width=22),
        FormColumn("企业名称", width=34),
        FormColumn("统计专业", width=12),
        FormColumn("期间", width=14),
        *(FormColumn(one.head, is_number=True, help=one.hint) for one in form.columns),
        FormColumn("异动说明", choices=REASONS, width=26, help="升降大时写一句原因，可自己写"),
    ]
    rows = [_row(form, period, told) for told in filled_rows(form, period, firms)]
    note = (
        f"{period.name}；{form.deadline(period).due:%Y-%m-%d} 前报送。白格请填，灰格是系统已有的；"
        "期末数和 —（没有这项）先填了上期的，有变请改；"
        "点格子可看上期和去年同期；没有发生填 0，— 是本专业不填。"
    )
    return write_form_sheet(
        columns, rows, title=f"{form.name} {period.name}", note=note, mark=_mark(form, period)
    )


def _mark(form: ReturnForm, period: Period) -> str:
    return f"{form.mark}@{period.id}"


def _row(form: ReturnForm, period: Period, told: dict[str, Any]) -> list[FormCell]:
    firm: Enterprise = told["firm"]
    totals = to_date_sources(form)
    cells = [
        FormCell(firm.code),
        FormCell(firm.name),
        FormCell(TRADES.get(firm.trade, "")),
        FormCell(period.name),
    ]
    for column in form.columns:
        if not column.is_for(firm.trade):
            cells.append(FormCell("—"))
            continue
        now = told["now"][column.id]
        prompt = _prompt(column, told)
        if column.id in totals:
            # The total to date is the office's to add up; it is open for firms that differ.
            prompt = "不用填：系统按上期累计加当月算；填了就核对。"
            cells.append(FormCell(_shown(now, column), is_asked=True, prompt=prompt))
        elif now is None and (carried := carried_value(column, told)) is not None:
            said = (
                "上期填的是 —（没有这项），有了请改"
                if carried == "—"
                else "已填上期期末数，有变请改"
            )
            prompt = f"{said}；{prompt}"
            cells.append(FormCell(_shown(carried, column), is_asked=True, prompt=prompt))
        else:
            cells.append(FormCell(_shown(now, column), is_asked=True, prompt=prompt))
    return [*cells, FormCell("", is_asked=True)]


def _shown(value: Value, column: ReturnColumn) -> Decimal | str | None:
    if isinstance(value, Decimal):
        return get_unit(column.unit).from_base(value)
    return value if isinstance(value, str) else None


def _prompt(column: ReturnColumn, told: dict[str, Any]) -> str:
    parts = [column.hint] if column.hint else []
    for word, name in (("上期", "before"), ("去年同期", "year_ago")):
        if said := say_amount(told[name][column.id], column):
            parts.append(f"{word} {said}")
    return "；".join(parts)
