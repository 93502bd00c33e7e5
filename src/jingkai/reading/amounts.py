"""A column of cells as amounts: digits as people write them, units in cells, and what is wrong."""

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jingkai.kernel.units import UNITS, Unit
from jingkai.kernel.words import Named, Words

__all__ = ["Amounts", "CellNote", "read_amounts"]

# A workbook keeps fifteen digits of a number; whole numbers up to this are exact in a double.
EXACT = 2**53
MOST = 10**17


@dataclass(frozen=True)
class CellNote:
    """Something to say of one cell of a column, by its row."""

    row: int
    what: Words


@dataclass
class Amounts:
    """A column in smallest steps of its base unit: whole numbers, and which cells hold one."""

    values: npt.NDArray[np.int64]
    present: npt.NDArray[np.bool_]
    not_applicable: npt.NDArray[np.bool_]
    problems: list[CellNote] = field(default_factory=list)
    notes: list[CellNote] = field(default_factory=list)


_PLAIN = r"^[-+]?\d{1,15}(\.\d{1,17})?$"
_MISSING = {"", "未报", "缺"}
_NOT_APPLICABLE = {"—", "——", "-", "--", "不适用"}
_ROUGH = "约|大约|近|超|超过|逾|左右|多|余|以上|以下|上下|几"
_CELL = re.compile(
    rf"(?P<rough>{_ROUGH})?(?P<open>\()?(?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:E[-+]?\d+)?)"
    rf"(?P<times>[十百千]?[万亿])?(?P<unit>[^\d.()]*?)(?P<close>\))?(?P<after>{_ROUGH})?",
    re.IGNORECASE,
)
_TIMES = {"万": 10**4, "亿": 10**8, "十万": 10**5, "百万": 10**6, "千万": 10**7, "十亿": 10**9}
_TIMES |= {"百亿": 10**10, "千亿": 10**11}
# Words for a unit that people write in a cell, beside the units' own names.
_SAID = {"度": "千瓦时", "kwh": "千瓦时", "吨标煤": "吨标准煤", "tce": "吨标准煤"}


def read_amounts(column: pa.Array, unit: Unit, scale: int) -> Amounts:
    """Return the amounts of a column of texts written in `unit`, at `scale` of the base unit."""
    height = len(column)
    found = Amounts(
        np.zeros(height, np.int64), np.zeros(height, np.bool_), np.zeros(height, np.bool_)
    )
    factor = unit.factor * 10**scale
    if (doubles := _plain_doubles(column)) is not None:
        rows = np.flatnonzero(pc.is_valid(column).to_numpy(zero_copy_only=False))
        _take_doubles(found, rows, doubles[rows], column.take(pa.array(rows)), factor)
        return found
    texts = pc.utf8_trim_whitespace(pc.fill_null(column, ""))
    plain = _mask(pc.match_substring_regex(texts, _PLAIN))
    _take(found, np.flatnonzero(plain), texts, factor)
    odd = np.flatnonzero(~plain & _mask(pc.not_equal(texts, "")))
    if len(odd):
        tidied = pc.utf8_normalize(texts.take(pa.array(odd)), form="NFKC")
        tidied = pc.replace_substring_regex(tidied, r"[,\s¥_']", "")
        plain = _mask(pc.match_substring_regex(tidied, _PLAIN))
        _take(found, odd[plain], tidied.filter(pa.array(plain)), factor, is_taken=True)
        for row, text in zip(odd[~plain], tidied.filter(pa.array(~plain)).to_pylist(), strict=True):
            _read_cell(found, int(row), text, unit, scale)
    return found


# The bytes of plain digits. A workbook writes a double with seventeen of them and a point.
_DIGITS = np.isin(np.arange(256), np.frombuffer(b"0123456789", np.uint8))
_BYTES = _DIGITS | np.isin(np.arange(256), np.frombuffer(b".-", np.uint8))
LONGEST = 18


def _plain_doubles(column: pa.Array) -> npt.NDArray[np.float64] | None:
    """Return a column whose every cell is plain digits or empty as doubles; None for any other."""
    if column.type != pa.string() or not len(column) or column.null_count == len(column):
        return None
    whole = column.drop_null() if column.null_count else column
    _, offsets, letters = whole.buffers()
    bounds = np.frombuffer(offsets, np.int32)[whole.offset : whole.offset + len(whole) + 1]
    begins, ends = bounds[:-1], bounds[1:]
    lengths = ends - begins
    if lengths.min() < 1 or lengths.max() > LONGEST:
        return None
    said = np.frombuffer(letters, np.uint8)
    if not _BYTES[said[bounds[0] : bounds[-1]]].all() or not _DIGITS[said[ends - 1]].all():
        return None
    after_sign = np.minimum(begins + (said[begins] == ord("-")), ends - 1)
    if not _DIGITS[said[after_sign]].all():
        return None
    try:
        doubles = pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        return None
    filled: npt.NDArray[np.float64] = pc.fill_null(doubles, 0.0).to_numpy()
    return filled


def _take(
    found: Amounts,
    rows: npt.NDArray[np.int64],
    texts: pa.Array,
    factor: Fraction,
    *,
    is_taken: bool = False,
) -> None:
    """Take the cells of some rows that are plain digits."""
    if not len(rows):
        return
    mine = texts if is_taken else texts.take(pa.array(rows))
    doubles = pc.cast(mine, pa.float64()).to_numpy(zero_copy_only=False)
    _take_doubles(found, rows, doubles, mine, factor)


def _take_doubles(
    found: Amounts,
    rows: npt.NDArray[np.int64],
    doubles: npt.NDArray[np.float64],
    texts: pa.Array,
    factor: Fraction,
) -> None:
    """Take numbers as whole steps where a double is exact, and by their text where it is not."""
    steps = doubles * float(factor)
    whole = np.rint(steps)
    is_exact = np.abs(whole) < EXACT / 64
    is_whole = np.abs(steps - whole) <= 1e-7 + np.abs(whole) * 1e-14
    good = is_exact & is_whole
    found.values[rows[good]] = whole[good].astype(np.int64)
    found.present[rows[good]] = True
    for place in np.flatnonzero(~good):
        _set(found, int(rows[place]), _fifteen(texts[int(place)].as_py()), factor)


def _fifteen(text: str) -> Decimal:
    """Return a number with the fifteen digits that a workbook shows of it."""
    number = Decimal(text)
    digits = number.as_tuple().digits
    if len(digits) <= 15 or number == number.to_integral_value():
        return number
    return Decimal(f"{number:.15g}")


def _set(found: Amounts, row: int, number: Decimal, factor: Fraction) -> None:
    exact = Fraction(number) * factor
    if abs(exact) >= MOST:
        what = Words("%(number)s 大得不合常理；请核对单位。", number=number)
        found.problems.append(CellNote(row, what))
    elif exact.denominator != 1:
        what = Words("%(number)s 的小数位数太多；请四舍五入后再填。", number=number)
        found.problems.append(CellNote(row, what))
    else:
        found.values[row], found.present[row] = int(exact), True


def _read_cell(found: Amounts, row: int, text: str, unit: Unit, scale: int) -> None:
    if text in _MISSING:
        return
    if text in _NOT_APPLICABLE:
        found.not_applicable[row] = True
        return
    shown = text if len(text) <= 20 else f"{text[:20]}…"
    name = Named.unit(unit.id)
    said = _CELL.fullmatch(text)
    if said is None or bool(said["open"]) != bool(said["close"]):
        found.problems.append(CellNote(row, _unreadable(shown, name)))
        return
    if said["rough"] or said["after"]:
        what = Words("“%(text)s”是约数；请填准确的数，单位%(unit)s。", text=shown, unit=name)
        found.problems.append(CellNote(row, what))
        return
    own = _unit_of(said["times"] or "", said["unit"], unit)
    if own is None:
        what = Words(
            "“%(text)s”的单位和这一列（%(unit)s）对不上；请按%(unit)s填数字。",
            text=shown,
            unit=name,
        )
        found.problems.append(CellNote(row, what))
        return
    try:
        number = Decimal(said["number"])
    except InvalidOperation:
        found.problems.append(CellNote(row, _unreadable(shown, name)))
        return
    if said["open"]:
        number = -number
    _set(found, row, _fifteen(str(number)), own * 10**scale)
    if own != unit.factor and found.present[row]:
        what = Words("“%(text)s”按它写的单位换算成了%(unit)s。", text=shown, unit=name)
        found.notes.append(CellNote(row, what))
    elif said["open"] and found.present[row]:
        found.notes.append(CellNote(row, Words("“%(text)s”按负数读。", text=shown)))


def _unit_of(times: str, word: str, unit: Unit) -> Fraction | None:
    """Return how many base units one of a cell's own unit is; None when it is another kind."""
    name = _SAID.get(word.lower(), word)
    if not times and not name:
        return unit.factor
    if times and not name:
        # 1.2亿 in a column of money is 1.2 亿元: the word counts base units.
        return Fraction(_TIMES[times])
    own = UNITS.get(times + name)
    if own is None and name in UNITS:
        base = UNITS[name]
        return base.factor * _TIMES.get(times, 1) if base.kind == unit.kind else None
    return own.factor if own is not None and own.kind == unit.kind else None


def _unreadable(shown: str, unit: Named) -> Words:
    if shown in ("无", "没有"):
        return Words(
            "“%(text)s”说不清是 0 还是没有这个指标；没有发生填 0，不适用填 —。", text=shown
        )
    if any(
        "NUMERIC" in unicodedata.name(one, "") or one in "一二三四五六七八九十" for one in shown
    ):
        return Words("“%(text)s”不是数字；请写成阿拉伯数字，单位%(unit)s。", text=shown, unit=unit)
    return Words("“%(text)s”读不成数字；请只填数字，单位%(unit)s。", text=shown, unit=unit)


def _mask(found: pa.Array) -> npt.NDArray[np.bool_]:
    mask: npt.NDArray[np.bool_] = pc.fill_null(found, False).to_numpy(zero_copy_only=False)
    return mask
