"""From a table to a difference: match columns, read cells, compare with what stands today."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from jingkai.documents import cell_address
from jingkai.reading.tables import Table, TableCell
from jingkai.web.cells import BadCell, read_cell
from jingkai.web.importers import Change, ImportColumn, Importer, Value, Values
from jingkai.web.language import speak, spoken_refusal

__all__ = ["Difference", "Problem", "find_difference", "find_head", "match_columns"]

HEAD_WITHIN = 10
JUMP = Decimal(5000)
_EMPTY = TableCell("text", "")


@dataclass(frozen=True)
class Problem:
    """What is wrong at a cell, by its address, and the fix."""

    cell: str
    what: str


@dataclass
class Difference:
    """What a table would change, what it leaves, what is wrong, what a person must look at."""

    changes: list[Change] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def find_head(table: Table, importer: Importer) -> int:
    """Return the row of the headings: the one of the first ten that names most columns."""
    known = {_bare(name) for column in importer.columns for name in _names(column)}
    counts = [sum(_bare(cell.text) in known for cell in row) for row in table.rows[:HEAD_WITHIN]]
    return counts.index(max(counts))


def match_columns(
    headings: Sequence[str], importer: Importer, remembered: Mapping[str, str]
) -> dict[str, int]:
    """Return where each column stands: by its own names, else as this person matched it before."""
    places: dict[str, int] = {}
    bare = [_bare(one) for one in headings]
    for column in importer.columns:
        wanted = [_bare(name) for name in _names(column)]
        place = next((bare.index(one) for one in wanted if one in bare), None)
        told = remembered.get(column.key)
        if place is None and told in headings:
            place = list(headings).index(told)
        if place is not None and place not in places.values():
            places[column.key] = place
    return places


def find_difference(
    table: Table,
    *,
    importer: Importer,
    head: int,
    places: Mapping[str, int],
    current: Mapping[str, Values],
    hidden: Collection[str] = (),
) -> Difference:
    """Return what the rows below the headings would change; what is hidden is not touched."""
    found = Difference(notes=[speak(one) for one in table.notes])
    columns = [column for column in importer.columns if column.key in places]
    missing = [c.said for c in importer.columns if c.required and c.key not in places]
    if missing:
        where = cell_address(head, 0)
        found.problems.append(
            Problem(where, _("没有这些列：%(names)s。请用模板。") % {"names": "、".join(missing)})
        )
        return found
    rows, seen = [], {}
    for number, cells in enumerate(table.rows[head + 1 :], start=head + 1):
        if not any(cell.text for cell in cells):
            continue
        if _is_example(cells, columns, places):
            found.notes.append(_("第 %(row)s 行是示例，已略过。") % {"row": number + 1})
            continue
        values = _read_row(number, cells, columns, places, found)
        if values is None:
            continue
        key, thing = importer.identify(values), str(values[importer.key])
        if thing in hidden:
            where = cell_address(number, places[importer.key])
            words = _(
                "%(heading)s %(thing)s 不在您的数据范围内；请改用别的，或请归口部门的同事导入。"
            ) % {
                "heading": _(importer.column(importer.key).heading),
                "thing": thing,
            }
            found.problems.append(Problem(where, words))
            continue
        if key in seen:
            where = cell_address(number, places[importer.key])
            words = _("“%(key)s”和第 %(first)s 行重复，请只留一行。") % {
                "key": key,
                "first": seen[key] + 1,
            }
            found.problems.append(Problem(where, words))
            continue
        seen[key] = number
        rows.append((number, {**_blank(importer, current.get(key)), **values}))
    for one in importer.check(rows):
        place = places.get(one.column, 0)
        found.problems.append(Problem(cell_address(one.row, place), speak(one.what)))
    for number, after in rows:
        key = importer.identify(after)
        change = Change(key, current.get(key), after)
        if change.before is not None and not importer.standing.intersection(change.differs):
            found.same += 1
            continue
        found.changes.append(change)
        found.doubts += _jumps(number, change, columns, places)
    found.doubts += [
        Problem(cell, _("这一格是公式，取的是上次算出的值。")) for cell in table.formulas[:50]
    ]
    return found


def _read_row(
    number: int,
    cells: Sequence[TableCell],
    columns: Sequence[ImportColumn],
    places: Mapping[str, int],
    found: Difference,
) -> dict[str, Value] | None:
    values: dict[str, Value] = {}
    is_good = True
    for column in columns:
        place = places[column.key]
        try:
            values[column.key] = read_cell(cells[place] if place < len(cells) else _EMPTY, column)
        except BadCell as problem:
            found.problems.append(Problem(cell_address(number, place), spoken_refusal(problem)))
            is_good = False
    return values if is_good else None


def _blank(importer: Importer, before: Values | None) -> dict[str, Value]:
    """Return the row as it stands; columns that the table does not have stay as they are."""
    return dict(before) if before is not None else {one.key: None for one in importer.columns}


def _is_example(
    cells: Sequence[TableCell], columns: Sequence[ImportColumn], places: Mapping[str, int]
) -> bool:
    shown = [column for column in columns if column.example]
    return bool(shown) and all(
        places[column.key] < len(cells) and cells[places[column.key]].text == column.example
        for column in shown
    )


def _jumps(
    number: int, change: Change, columns: Sequence[ImportColumn], places: Mapping[str, int]
) -> list[Problem]:
    """Return the numbers that moved by a factor of ten thousand: mostly another unit."""
    jumps = []
    for column in columns:
        old = change.before.get(column.key) if change.before else None
        new = change.after[column.key]
        if not (isinstance(old, Decimal) and isinstance(new, Decimal) and old and new):
            continue
        factor = abs(new / old)
        if factor >= JUMP or factor <= 1 / JUMP:
            words = _("%(column)s从 %(old)s 变成 %(new)s，差了上万倍，请核对单位（%(unit)s）。") % {
                "column": _(column.heading),
                "old": old,
                "new": new,
                "unit": column.unit,
            }
            jumps.append(Problem(cell_address(number, places[column.key]), words))
    return jumps


def _names(column: ImportColumn) -> tuple[str, ...]:
    return (column.head, column.heading, *column.names)


def _bare(heading: str) -> str:
    return "".join(heading.split()).translate(str.maketrans("()*", "（） ")).strip()
