"""What a return sheet says, and the questions a return must answer: columns in, columns out."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jingkai.kernel.columns import Series
from jingkai.kernel.creditcode import tidy
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.returns import Check, ReturnColumn, ReturnForm
from jingkai.kernel.units import UNITS, Unit
from jingkai.kernel.words import Named, Words
from jingkai.ledger.rules import find_unit_jump
from jingkai.reading.amounts import read_amounts
from jingkai.reading.columntable import ColumnTable

__all__ = [
    "CODE",
    "NAME",
    "REMARK",
    "Finding",
    "Frame",
    "Heads",
    "NotThatUnit",
    "Series",
    "Sheet",
    "SheetProblem",
    "UnitAnswer",
    "UnitDoubt",
    "address",
    "convert",
    "doubt_units",
    "examine",
    "find_heads",
    "frame_of",
    "match_columns",
    "missing_columns",
    "place_of",
    "read_sheet",
    "row_of",
    "to_date_sources",
    "units_like",
]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

CODE, NAME, REMARK = "code", "name", "remark"
_OWN_NAMES = {
    CODE: ("统一社会信用代码", "社会信用代码", "信用代码", "代码", "单位代码"),
    NAME: ("名称", "企业名称", "单位名称", "单位详细名称", "企业"),
    REMARK: ("异动说明", "说明", "备注", "情况说明"),
}
HEAD_WITHIN = 15
_TOTALS = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|累\s*计|汇\s*总|全区|全园)")
_FOOT = re.compile(
    r"^(?:注|备注|说明|填表说明|填表人|制表|单位负责人|统计负责人|联系电话|报出日期)"
)


@dataclass(frozen=True)
class SheetProblem:
    """What is wrong at a cell, by its address, and the fix."""

    cell: str
    what: Words


@dataclass(frozen=True)
class Heads:
    """The heading of a sheet: its words by place, and the row where the firms begin."""

    words: list[str]
    body: int


Frame = dict[str, Series]


@dataclass
class Sheet:
    """A sheet as read: firms by row, their measures, what is wrong and what to know."""

    codes: list[str]
    rows: npt.NDArray[np.int64]
    frame: Frame
    problems: list[SheetProblem] = field(default_factory=list)
    notes: list[SheetProblem] = field(default_factory=list)
    remarks: list[Words] = field(default_factory=list)
    explanations: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class UnitDoubt:
    """Figures of a column that look as if their unit was mistaken, by the same power of ten."""

    key: str
    column: str
    power: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class UnitAnswer:
    """What somebody says of a doubted unit: that it is right, and why; or which unit it was."""

    unit: str = ""
    why: str = ""


class NotThatUnit(ValueError):
    """A unit that the doubted figures cannot have been in."""


@dataclass(frozen=True)
class Finding:
    """A question that a return raises: which check fired for which row of a frame."""

    row: int
    check: Check


def find_heads(table: ColumnTable, form: ReturnForm) -> Heads:
    """Return the headings: the row that names most columns, with the words merged above it."""
    known = {_bare(word) for words in _names(form).values() for word in words}
    height = min(table.height, HEAD_WITHIN)
    rows = [table.row(number) for number in range(height)]
    counts = [sum(_bare(_split(word)[0]) in known for word in row) for row in rows]
    at = counts.index(max(counts)) if counts else 0
    words = list(rows[at]) if rows else []
    body = at + 1
    if at and counts[at]:
        above = _spread(rows[at - 1])
        words = [
            word if _bare(_split(word)[0]) in known else f"{over}{word}"
            for word, over in zip(words, above, strict=True)
        ]
    if body < height and counts[at] and _is_second_head(rows[body], known):
        over = _spread(words)
        words = [
            below if _bare(_split(below)[0]) in known else f"{upper}{below}" if below else upper
            for upper, below in zip(over, rows[body], strict=True)
        ]
        body += 1
    return Heads(words, body)


def _is_second_head(row: Sequence[str], known: set[str]) -> bool:
    """Tell whether the row under the headings still names things and holds no firm."""
    names = sum(_bare(_split(word)[0]) in known for word in row)
    return names >= 2 or (any(row) and all(not word or word in UNITS for word in row))


def _spread(row: Sequence[str]) -> list[str]:
    """Return a row of merged cells with the word of each in every cell that it covers."""
    spread, last = [], ""
    for word in row:
        last = word or last
        spread.append(last)
    return spread


def match_columns(
    heads: Heads, form: ReturnForm, remembered: Mapping[str, str]
) -> tuple[dict[str, int], dict[str, str]]:
    """Return where each column stands, and in which unit where the heading names another."""
    bare = [_bare(_split(word)[0]) for word in heads.words]
    places: dict[str, int] = {}
    units: dict[str, str] = {}
    for key, words in _names(form).items():
        wanted = [_bare(word) for word in words]
        place = next((bare.index(word) for word in wanted if word in bare), None)
        told = remembered.get(key)
        if place is None and told in heads.words:
            place = heads.words.index(told)
        if place is None or place in places.values():
            continue
        places[key] = place
        said = _split(heads.words[place])[1]
        if said in UNITS and key not in _OWN_NAMES and said != form.column(key).unit:
            units[key] = said
    return places, units


def missing_columns(places: Mapping[str, int], form: ReturnForm) -> list[Words | Named]:
    """Return the headings of the columns that a sheet cannot do without."""
    code = [] if CODE in places else [Words("统一社会信用代码")]
    needed = [one for one in form.columns if one.required and one.id not in places]
    return [*code, *(one.headed for one in needed)]


def read_sheet(
    table: ColumnTable,
    *,
    form: ReturnForm,
    fact: FactType,
    places: Mapping[str, int],
    units: Mapping[str, str],
    body: int,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Sheet:
    """Read the firms of a sheet: totals and footnotes are left out and said, wrong cells named.

    `tell` hears after each column how many of them are read.
    """
    codes = _codes(table.columns[places[CODE]].slice(body))
    sheet = Sheet([], np.zeros(0, np.int64), {})
    kept = _kept_rows(codes, table, places, body, sheet)
    sheet.rows = kept + body
    sheet.codes = [codes[row] for row in kept]
    _check_codes(sheet, places[CODE])
    wrong = {address(row_of(where), place_of(where)) for where in table.errors}
    for done, column in enumerate(form.columns):
        tell(done, len(form.columns))
        place = places.get(column.id)
        if place is None:
            continue
        unit = _unit(column, units, fact, sheet, place, body)
        cells = _of_rows(table.columns[place].slice(body), kept)
        amounts = read_amounts(cells, unit, fact.columns[column.id].scale)
        sheet.frame[column.id] = Series(amounts.values, amounts.present, amounts.not_applicable)
        for kind, said in ((sheet.problems, amounts.problems), (sheet.notes, amounts.notes)):
            kind += [
                SheetProblem(address(int(sheet.rows[one.row]), place), one.what) for one in said
            ]
        for row in kept if wrong else ():
            if (where := address(int(row) + body, place)) in wrong:
                sheet.problems.append(SheetProblem(where, Words("这一格是错误值；请改成数字。")))
    sheet.notes += [
        SheetProblem(cell, Words("这一格是公式，取的是上次算出的值。"))
        for cell in table.formulas
        if row_of(cell) >= body
    ]
    sheet.remarks = list(table.notes)
    if REMARK in places:
        said = _of_rows(table.columns[places[REMARK]].slice(body), kept)
        sheet.explanations = [(one or "").strip()[:200] for one in said.to_pylist()]
    else:
        sheet.explanations = [""] * len(sheet.codes)
    return sheet


def _of_rows(column: pa.Array, rows: npt.NDArray[np.intp]) -> pa.Array:
    return column if len(rows) == len(column) else column.take(pa.array(rows))


def _unit(
    column: ReturnColumn,
    units: Mapping[str, str],
    fact: FactType,
    sheet: Sheet,
    place: int,
    body: int,
) -> Unit:
    said = units.get(column.id)
    if said is None:
        return UNITS[column.unit]
    where = address(body - 1, place)
    if UNITS[said].kind != UNITS[fact.columns[column.id].unit].kind:
        what = Words(
            "表头写的单位“%(said)s”和%(column)s对不上；请改成%(unit)s。",
            said=Named.unit(said),
            column=column.named,
            unit=Named.unit(column.unit),
        )
        sheet.problems.append(SheetProblem(where, what))
        return UNITS[column.unit]
    what = Words(
        "表头写的是%(said)s，整列按%(said)s换算（模板是%(unit)s）。",
        said=Named.unit(said),
        unit=Named.unit(column.unit),
    )
    sheet.notes.append(SheetProblem(where, what))
    return UNITS[said]


def _codes(column: pa.Array) -> list[str]:
    """Return the codes of a column, tidied: full width and small letters are forgiven."""
    texts = pc.utf8_normalize(pc.fill_null(column, ""), form="NFKC")
    texts = pc.utf8_upper(pc.replace_substring_regex(texts, r"[\s'`’]", ""))
    return [str(one) for one in texts.to_pylist()]


def _kept_rows(
    codes: Sequence[str],
    table: ColumnTable,
    places: Mapping[str, int],
    body: int,
    sheet: Sheet,
) -> npt.NDArray[np.intp]:
    """Return the rows that are firms; say which were left out and which have no code."""
    keep = np.ones(len(codes), np.bool_)
    for row, code in enumerate(codes):
        if len(code) == 18:
            continue
        cells = table.row(row + body)
        first = next((cell for cell in cells if cell), "")
        where = address(row + body, places[CODE])
        if not first:
            keep[row] = False
        elif any(_TOTALS.match(cell) for cell in cells[:4]):
            keep[row] = False
            sheet.notes.append(
                SheetProblem(where, Words("“%(text)s”是合计行，没有读入。", text=first[:12]))
            )
        elif (not code and (_FOOT.match(first) or _is_lone_text(cells))) or _FOOT.match(code):
            keep[row] = False
            sheet.notes.append(
                SheetProblem(where, Words("“%(text)s”是附注，没有读入。", text=first[:12]))
            )
        elif not code:
            keep[row] = False
            sheet.problems.append(
                SheetProblem(where, Words("这一行没有统一社会信用代码；请补上。"))
            )
    return np.flatnonzero(keep)


def _is_lone_text(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return len(filled) == 1 and not re.search(r"\d{3}", filled[0])


def _check_codes(sheet: Sheet, place: int) -> None:
    """Name codes that occur twice, and codes that the workbook made a number of."""
    seen: dict[str, int] = {}
    for at in _odd_codes(sheet.codes):
        row, code = int(sheet.rows[at]), sheet.codes[at]
        where = address(row, place)
        if code in seen:
            what = Words(
                "%(code)s 和第 %(row)s 行重复；请只留一行。", code=code, row=seen[code] + 1
            )
            sheet.problems.append(SheetProblem(where, what))
        seen[code] = row
        if (code.isdigit() and code.endswith("000")) or "E+" in code:
            what = Words(
                "代码被存成了数字（%(code)s），末几位丢了；请把这一列设为文本再重填。", code=code
            )
            sheet.problems.append(SheetProblem(where, what))
        elif len(code) != 18 or code != tidy(code):
            what = Words("“%(code)s”不是 18 位统一社会信用代码；请照执照改正。", code=code)
            sheet.problems.append(SheetProblem(where, what))


_CODE = r"^[0-9A-Z]{18}$"


def _odd_codes(codes: Sequence[str]) -> list[int]:
    """Return the places of codes that occur twice, or that are none or perhaps a number."""
    if not codes:
        return []
    texts = pa.array(codes, pa.string())
    is_plain = pc.match_substring_regex(texts, _CODE)
    is_number = pc.match_substring_regex(texts, "000$|E\\+")
    odd = pc.or_(pc.invert(is_plain), is_number).to_numpy(zero_copy_only=False)
    if len(set(codes)) < len(codes):
        times = Counter(codes)
        odd = odd | np.array([times[code] > 1 for code in codes])
    return [int(place) for place in np.flatnonzero(odd)]


def address(row: int, place: int) -> str:
    """Return the address of a cell as Excel writes it, both counted from 0: E17."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def row_of(cell: str) -> int:
    """Return the row of a cell, counted from 0."""
    return int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 1


def place_of(cell: str) -> int:
    """Return the column of a cell, counted from 0."""
    place = 0
    for letter in cell.rstrip("0123456789"):
        place = place * 26 + ord(letter) - 64
    return place - 1


def _names(form: ReturnForm) -> dict[str, tuple[str, ...]]:
    own = dict(_OWN_NAMES)
    return own | {one.id: (one.heading, *one.names) for one in form.columns}


_BRACKETS = re.compile(r"^(?P<word>.*?)[(\[【](?P<unit>[^)\]】]*)[)\]】]\*?$")


def _split(word: str) -> tuple[str, str]:
    """Return a heading and the unit that stands behind it in brackets."""
    plain = unicodedata.normalize("NFKC", word).strip()
    found = _BRACKETS.match(plain)
    unit = re.sub(r"^单位[::]?", "", found["unit"]).strip() if found else ""
    return (found["word"], unit) if found and unit in UNITS else (plain, "")


def _bare(word: str) -> str:
    return re.sub(r"[\s()（）*:：、]", "", word)


def frame_of(values: Mapping[str, Decimal], fact: FactType) -> Frame:
    """Return the values of one firm, in base units, as a frame of one row."""
    frame: Frame = {}
    for key, amount in values.items():
        series = Series.blank(1)
        series.values[0] = int(amount.scaleb(fact.columns[key].scale))
        series.present[0] = True
        frame[key] = series
    return frame


def to_date_sources(form: ReturnForm) -> set[str]:
    """Return the columns that count from the year's beginning; before its first period all 0."""
    return {check.columns[1] for check in form.checks if check.kind == "to_date"}


def examine(
    checks: Sequence[Check],
    *,
    fact: FactType,
    now: Frame,
    before: Frame,
    year_ago: Frame,
    months: tuple[int, int] = (1, 1),
    stocks: frozenset[str] = frozenset(),
) -> Iterator[Finding]:
    """Yield every check that fires; `months` are how long this period and the one before are."""
    for check in checks:
        against = before if check.against == "before" else year_ago
        is_flow = check.against == "before" and check.columns[0] not in stocks
        lengths = months if is_flow else (1, 1)
        for row in np.flatnonzero(_fires(check, fact, now, before, against, lengths)):
            yield Finding(int(row), check)


def _fires(
    check: Check,
    fact: FactType,
    now: Frame,
    before: Frame,
    against: Frame,
    months: tuple[int, int],
) -> Mask:
    height = len(next(iter(now.values())).values) if now else 0
    columns = [now.get(one, Series.blank(height)) for one in check.columns]
    old = [
        (before if check.kind in ("to_date", "intensity") else against).get(
            one, Series.blank(height)
        )
        for one in check.columns
    ]
    scales = [fact.columns[one].scale for one in check.columns]
    floor = int(check.floor.scaleb(scales[0]))
    per = int(check.percent * 100)
    if check.kind == "not_negative":
        below = np.zeros(height, np.bool_)
        for one in columns:
            below |= one.present & (one.values < 0)
        return below
    if check.kind == "to_date":
        own, total = columns
        said = own.present & total.present
        known = old[1].present
        differs = total.values != own.values + old[1].values
        return said & np.where(known, differs, total.values < own.values)
    if check.kind == "at_most":
        part, whole = columns
        asked = part.present & whole.present & (part.values >= floor)
        wide = [10_000 * 10 ** scales[1]], [per * 10 ** scales[0]]
        return asked & _is_more((part.values, *wide[0]), (whole.values, *wide[1]))
    if check.kind == "jump":
        (new,), (base,) = columns, old
        asked = new.present & base.present & (base.values >= floor)
        left = (new.values, 10_000 * months[1])
        up = (base.values, months[0] * (10_000 + per))
        down = (base.values, months[0] * max(0, 10_000 - per))
        return asked & (_is_more(left, up) | _is_more(down, left))
    amount, measure = columns
    amount_before, measure_before = old
    asked = amount.present & measure.present & amount_before.present & measure_before.present
    asked &= (measure.values > 0) & (measure_before.values > 0) & (amount_before.values >= floor)
    left_wide = (amount.values, measure_before.values, 10_000)
    up_wide = (amount_before.values, measure.values, 10_000 + per)
    down_wide = (amount_before.values, measure.values, max(0, 10_000 - per))
    return asked & (_is_more(left_wide, up_wide) | _is_more(down_wide, left_wide))


def _is_more(left: tuple[Ints | int, ...], right: tuple[Ints | int, ...]) -> Mask:
    """Tell where one product is more than another: doubles decide what is clear, else integers."""
    rough = [_product(side) for side in (left, right)]
    clear: Mask = rough[0] > rough[1]
    doubt = np.abs(rough[0] - rough[1]) <= np.maximum(np.abs(rough[0]), np.abs(rough[1])) * 1e-12
    for row in np.flatnonzero(doubt):
        clear[row] = _exact(left, int(row)) > _exact(right, int(row))
    return clear


def _product(side: tuple[Ints | int, ...]) -> npt.NDArray[np.float64]:
    product = np.ones(1, np.float64)
    for one in side:
        product = product * np.asarray(one, np.float64)
    return product


def _exact(side: tuple[Ints | int, ...], row: int) -> int:
    product = 1
    for one in side:
        product *= int(one[row]) if isinstance(one, np.ndarray) else one
    return product


# So many figures of a column that are off alike are one question: the column's unit.
ALIKE = 3
# Nothing below this is off by 10⁴, whatever it grew by beside.
ROUGHLY = 2000


def doubt_units(
    now: Frame, past: Sequence[Frame], columns: Sequence[ReturnColumn], codes: Sequence[str]
) -> list[UnitDoubt]:
    """Return the figures that are off by 10⁴ or 10⁸ beside all that their firm filed before."""
    doubts = []
    for column in columns:
        series = now.get(column.id)
        if series is None or column.unit == "%":
            continue
        olds = [frame[column.id] for frame in past if column.id in frame]
        by_power: dict[int, list[int]] = {}
        for row in np.flatnonzero(_is_far(series, olds)).tolist():
            known = [int(old.values[row]) for old in olds if old.present[row]]
            if power := find_unit_jump(int(series.values[row]), known):
                by_power.setdefault(power, []).append(row)
        for power, rows in by_power.items():
            if len(rows) >= ALIKE:
                doubts.append(UnitDoubt(f"{column.id}:{power}", column.id, power, tuple(rows)))
            else:
                doubts += [
                    UnitDoubt(f"{column.id}:{codes[row]}", column.id, power, (row,)) for row in rows
                ]
    return doubts


def _is_far(series: Series, olds: Sequence[Series]) -> Mask:
    """Tell which figures are worth a look: thousands of times what was, or a part of it."""
    far = np.zeros(len(series.values), np.bool_)
    mine = np.abs(series.values.astype(np.float64))
    for old in olds:
        was = np.abs(old.values.astype(np.float64))
        both = series.present & old.present & (mine > 0) & (was > 0)
        far |= both & ((mine > was * ROUGHLY) | (was > mine * ROUGHLY))
    return far


def units_like(column: ReturnColumn) -> list[str]:
    """Return the other units that a column's figures may have been written in, of another size."""
    own = UNITS[column.unit]
    return [one.id for one in UNITS.values() if one.kind == own.kind and one.factor != own.factor]


def convert(series: Series, doubt: UnitDoubt, column: ReturnColumn, unit: str) -> None:
    """Take the doubted figures as written in another unit."""
    if unit not in units_like(column):
        raise NotThatUnit(column.id, unit)
    times = UNITS[unit].factor / UNITS[column.unit].factor
    for row in doubt.rows:
        exact = int(series.values[row]) * times
        if exact.denominator != 1 or abs(exact) >= 10**17:
            raise NotThatUnit(column.id, unit)
        series.values[row] = int(exact)
