"""Read one cell for one column of an import: a plain value, or what is wrong and the fix."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from jingkai.kernel.refusals import nearest
from jingkai.kernel.units import UNITS
from jingkai.reading.tables import TableCell
from jingkai.web.importers import ImportColumn, Value
from jingkai.web.language import spoken, unit_word

__all__ = ["BadCell", "pack", "read_cell", "unpack"]

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_FIGURE = re.compile(r"([+-]?\d[\d,]*(?:\.\d+)?|[+-]?\.\d+)\s*(\D*)")
_YES = {"是": True, "有": True, "√": True, "否": False, "无": False, "": None}


class BadCell(ValueError):
    """A cell that cannot be taken; the message says what is wrong and the fix."""


def read_cell(cell: TableCell, column: ImportColumn) -> Value:
    """Return the value of a cell; None where it is empty."""
    text = cell.text.strip()
    if cell.kind == "error":
        raise BadCell(_("“%(text)s”是公式错误或不是有限的数，请填实际的值。") % {"text": text})
    if text in ("", "—", "未报"):
        if column.required:
            raise BadCell(_("缺%(column)s，请补上。") % {"column": _(column.heading)})
        return None
    return _READERS[column.kind](cell, text, column)


def pack(values: dict[str, Value]) -> dict[str, str | bool | None]:
    """Return values as JSON can keep them."""
    return {
        key: value if isinstance(value, bool | str) or value is None else str(value)
        for key, value in values.items()
    }


def unpack(packed: dict[str, str | bool | None], kinds: Mapping[str, str]) -> dict[str, Value]:
    """Return kept values as what they were."""
    values: dict[str, Value] = {}
    for key, value in packed.items():
        if isinstance(value, str) and kinds[key] == "number":
            values[key] = Decimal(value)
        elif isinstance(value, str) and kinds[key] == "day":
            values[key] = date.fromisoformat(value)
        else:
            values[key] = value
    return values


def _text(cell: TableCell, text: str, column: ImportColumn) -> str:
    if len(text) > column.longest:
        raise BadCell(
            _("有 %(count)s 字，最多 %(most)s 字，请写短些。")
            % {"count": len(text), "most": column.longest}
        )
    if any(unicodedata.category(one) == "Cc" and one not in "\n\t" for one in text):
        raise BadCell(_("里面有看不见的控制字符，请重新打一遍。"))
    return text


def _code(cell: TableCell, text: str, column: ImportColumn) -> str:
    if cell.kind == "number":
        raise BadCell(
            _("%(column)s是数字格式，长的会丢末位、开头的 0 会没有。请把这一列设为文本格式后重填。")
            % {"column": _(column.heading)}
        )
    return _text(cell, unicodedata.normalize("NFKC", text).strip(), column)


def _number(cell: TableCell, text: str, column: ImportColumn) -> Decimal:
    found = _FIGURE.fullmatch(unicodedata.normalize("NFKC", text).replace("，", ","))
    if cell.kind == "day" or found is None:
        raise BadCell(
            _("“%(text)s”不是数，请只填数字，例如 %(example)s。")
            % {"text": text, "example": column.example or "12.5"}
        )
    digits, unit = found[1].replace(",", ""), found[2].strip()
    try:
        value = Decimal(digits)
    except InvalidOperation:
        raise BadCell(_("“%(text)s”不是数，请只填数字。") % {"text": text}) from None
    if unit and unit != column.unit:
        raise BadCell(_other_unit(value, unit, column))
    if len(value.as_tuple().digits) > 15:
        raise BadCell(_("“%(text)s”超过 15 位，表格已记不准，请核对后重填。") % {"text": text})
    if column.least is not None and value < column.least:
        raise BadCell(
            _("%(value)s 小于最小值 %(least)s%(unit)s。")
            % {"value": value, "least": column.least, "unit": unit_word(column.unit)}
        )
    if column.most is not None and value > column.most:
        raise BadCell(
            _("%(value)s 大于最大值 %(most)s%(unit)s，请核对单位。")
            % {"value": value, "most": column.most, "unit": unit_word(column.unit)}
        )
    return value


def _other_unit(value: Decimal, unit: str, column: ImportColumn) -> str:
    ours, theirs = UNITS.get(column.unit), UNITS.get(unit)
    if ours and theirs and ours.kind == theirs.kind:
        fixed = ours.from_base(theirs.to_base(value)).normalize()
        return _("单位是“%(unit)s”，这一列要%(ours)s；请改成 %(fixed)s。") % {
            "unit": unit,
            "ours": unit_word(column.unit),
            "fixed": f"{fixed:f}",
        }
    return _("“%(value)s%(unit)s”里有认不出的单位，请只填数字（%(ours)s）。") % {
        "value": value,
        "unit": unit,
        "ours": unit_word(column.unit) or _("无单位"),
    }


def _day(cell: TableCell, text: str, column: ImportColumn) -> date:
    if cell.kind == "day":
        return date.fromisoformat(text)
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None:
        raise BadCell(_("“%(text)s”不是日期，请写成 2021-06-30 这样。") % {"text": text})
    try:
        return date(*map(int, found.groups()))
    except ValueError:
        raise BadCell(_("没有“%(text)s”这一天，请核对。") % {"text": text}) from None


def _yes_no(cell: TableCell, text: str, column: ImportColumn) -> bool:
    answer = _YES.get(text)
    if answer is None:
        raise BadCell(_("填 是 或 否，收到的是“%(text)s”。") % {"text": text})
    return answer


def _choice(cell: TableCell, text: str, column: ImportColumn) -> str:
    known = list(column.choices()) if column.choices else []
    several = [one for one in re.split("[、，,；;]", text) if one]
    if len(several) > 1 and text not in known and all(one in known for one in several):
        raise BadCell(
            _("只能填一个%(column)s，%(several)s不能兼任；请只留一个。")
            % {"column": _(column.heading), "several": spoken("、", ", ").join(several)}
        )
    if text not in known:
        near = nearest(text, known)
        words = (
            _("没有“%(text)s”这个%(column)s；是不是“%(near)s”？可用的：%(names)s。")
            if near
            else _("没有“%(text)s”这个%(column)s；可用的：%(names)s。")
        )
        names = spoken("、", ", ").join(known) or _("没有")
        told = {"text": text, "column": _(column.heading), "near": near, "names": names}
        raise BadCell(words % told)
    return text


_READERS = {
    "text": _text,
    "code": _code,
    "number": _number,
    "day": _day,
    "yes_no": _yes_no,
    "choice": _choice,
}
