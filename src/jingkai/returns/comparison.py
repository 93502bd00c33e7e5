"""Compare a sheet with what stands and what was: changes, mistakes, questions."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from jingkai.enterprises.queries import Enterprise, list_enterprises
from jingkai.enterprises.rules import TRADES
from jingkai.kernel.columns import Series
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.periods import Period
from jingkai.kernel.returns import ReturnForm
from jingkai.kernel.words import Named, Words, chinese, named
from jingkai.ledger.queries import Fact, find_returns
from jingkai.returns.catalog import fact_type_of, say_amount
from jingkai.returns.difference import (
    Difference,
    FilingFirm,
    Filled,
    Question,
    RowToFile,
    RowValues,
    UnitQuestion,
)
from jingkai.returns.past import read_pasts, what_stands
from jingkai.returns.rules import (
    CODE,
    Finding,
    Frame,
    NotThatUnit,
    Sheet,
    SheetProblem,
    UnitAnswer,
    UnitDoubt,
    address,
    convert,
    doubt_units,
    examine,
    row_of,
    to_date_sources,
    units_like,
)

__all__ = ["compare"]

# So many cells of a doubted column are named.
SHOWN_CELLS = 5


@dataclass(frozen=True, eq=False)
class _Table:
    """The firms of a sheet as columns: what it says, what was, and where it stands on the sheet."""

    form: ReturnForm
    fact: FactType
    now: Frame
    before: Frame
    year_ago: Frame
    rows: Any
    places: Mapping[str, int]

    def cell(self, row: int, key: str) -> str:
        """Return the address of a firm's measure; of its code where the sheet leaves it out."""
        return address(int(self.rows[row]), self.places.get(key, self.places[CODE]))

    def say(self, frame: Frame, key: str, row: int) -> str:
        """Return an amount of a firm in the unit of the form."""
        series = frame.get(key)
        if series is None:
            return ""
        return say_amount(series.value(row, self.fact.columns[key].scale), self.form.column(key))

    def ask(
        self, check: str, name: Words | Named, key: str, row: int, *, answer: Words | str = ""
    ) -> Question:
        """Return a question about a measure of a firm, beside what it was."""
        return Question(
            check=check,
            name=name,
            column=key,
            now=self.say(self.now, key, row),
            before=self.say(self.before, key, row),
            year_ago=self.say(self.year_ago, key, row),
            cell=self.cell(row, key),
            answer=answer,
        )


def compare(
    sheet: Sheet,
    *,
    form: ReturnForm,
    period: Period,
    places: Mapping[str, int],
    only: Enterprise | None = None,
    said_of_units: Mapping[str, UnitAnswer] | None = None,
) -> Difference:
    """Return what a sheet would change of the ledger, with every question it raises."""
    fact = fact_type_of(form)
    firms = _filing_firms(sheet.codes)
    problems = [*sheet.problems, *_strangers(sheet, firms, places, period, only)]
    known = np.array(
        [place for place, code in enumerate(sheet.codes) if code in firms], dtype=np.intp
    )
    mine = [firms[sheet.codes[place]] for place in known]
    rows = sheet.rows[known]
    now = {key: series.take(known) for key, series in sheet.frame.items()}
    notes = list(sheet.notes)
    if only is None:
        blank = _untouched(form, now, mine, rows, places, {one.cell for one in sheet.problems})
        for at in np.flatnonzero(blank):
            what = Words("%(firm)s一格都没填，当作未报，没有读入。", firm=mine[at].name)
            notes.append(SheetProblem(address(int(rows[at]), places[CODE]), what))
        left = np.flatnonzero(~blank)
        known, mine, rows = known[left], [mine[at] for at in left], rows[left]
        now = {key: series.take(left) for key, series in now.items()}
    subjects = [one.subject for one in mine]
    standing = find_returns(type_id=fact.id, subjects=subjects, period=period)
    past = [form.previous(period), period.last_year()]
    earlier, (previous, year_ago) = read_pasts(form, period, past, subjects)
    held = what_stands(form, fact, standing, subjects)
    table = _Table(form, fact, now, previous, year_ago, rows, places)
    codes = [one.code for one in mine]
    doubts, unit_words, said = _ask_units(table, codes, said_of_units or {})
    trades = np.array([one.trade for one in mine], dtype=object)
    _complete(now, earlier, form, held)
    named = {one.cell for one in problems}
    problems += [one for one in _fit(table, trades) if one.cell not in named]
    stocks = frozenset(one.id for one in form.columns if one.is_stock)
    totals = {key: earlier[key] for key in to_date_sources(form) if key in earlier}
    table = replace(table, before={**previous, **totals})
    questions: dict[int, list[Question]] = defaultdict(list)
    for found in examine(
        form.checks,
        fact=fact,
        now=now,
        before=table.before,
        year_ago=year_ago,
        months=(period.month_count, form.previous(period).month_count),
        stocks=stocks,
    ):
        asked = _question(found, table)
        if found.check.level == "wrong":
            what = _wrong_words(asked)
            if only is None:
                what = Words("%(name)s：%(what)s", name=mine[found.row].name, what=what)
            problems.append(SheetProblem(asked.cell, what))
        else:
            questions[found.row].append(asked)
    explained = [sheet.explanations[place] for place in known] if sheet.explanations else []
    labels = {key: [one.trade for one in mine] for key in {"trade"} & set(fact.columns)}
    filled = Filled(fact, {one.id: now[one.id] for one in form.columns}, labels)
    made = _rows(mine, rows, filled, form, standing, held, questions, explained)
    for row, answered in said.items():
        made[row].said = answered
    carried = sum((previous[key].present.astype(int) for key in stocks), np.zeros(len(made), int))
    for one, count in zip(made, carried.tolist(), strict=True):
        one.carried = count
    problems = sorted(problems, key=lambda one: (row_of(one.cell), one.cell))
    return Difference(made, problems, notes, sheet.remarks, doubts, unit_words)


def _ask_units(
    table: _Table, codes: Sequence[str], answers: Mapping[str, UnitAnswer]
) -> tuple[list[UnitQuestion], list[str], dict[int, list[Question]]]:
    """Ask about figures whose unit looks mistaken; convert what was answered, by row.

    Return what is still asked, what was said in one line each, and the answers of each row.
    """
    asked, words = [], []
    said: dict[int, list[Question]] = defaultdict(list)
    past = [table.before, table.year_ago]
    for doubt in doubt_units(table.now, past, table.form.columns, codes):
        column = table.form.column(doubt.column)
        question = _unit_question(doubt, table)
        answer = answers.get(doubt.key)
        if answer is None:
            asked.append(question)
            continue
        word = Words("单位已核对：%(why)s", why=answer.why)
        if answer.unit:
            word = Words("按%(unit)s换算", unit=Named.unit(answer.unit))
        words.append(f"{column.heading} {chinese(question.place)} {word}")
        name = Words(
            "%(column)s像是单位弄错（相差约%(times)s）", column=column.named, times=question.times
        )
        for row in doubt.rows:
            said[row].append(table.ask("unit", name, column.id, row, answer=word))
        if answer.unit:
            convert(table.now[column.id], doubt, column, answer.unit)
    return asked, words, said


def _untouched(
    form: ReturnForm,
    now: Frame,
    mine: Sequence[FilingFirm],
    rows: Any,
    places: Mapping[str, int],
    named: Container[str],
) -> Any:
    """Return which firms of a common sheet gave nothing: only what opened filled stands there."""
    opened = {*to_date_sources(form), *(one.id for one in form.columns if one.is_stock)}
    trades = np.array([one.trade for one in mine], dtype=object)
    is_asked, is_filled = np.zeros((2, len(mine)), np.bool_)
    for column in form.columns:
        place = places.get(column.id)
        if place is None or not column.required or column.id in opened:
            continue
        is_asked |= np.isin(trades, column.trades) if column.trades else True
        is_filled |= now[column.id].present
        if named:
            is_filled |= [address(int(row), place) in named for row in rows]
    return is_asked & ~is_filled


def _unit_question(doubt: UnitDoubt, table: _Table) -> UnitQuestion:
    column, row = table.form.column(doubt.column), doubt.rows[0]
    scale = table.fact.columns[column.id].scale
    old = table.before if table.before[column.id].present[row] else table.year_ago
    units = []
    for unit in units_like(column):
        # A unit is offered where every one of the figures can have been in it.
        series = table.now[column.id].take(np.array(doubt.rows))
        with suppress(NotThatUnit):
            convert(series, replace(doubt, rows=tuple(range(len(doubt.rows)))), column, unit)
            units.append((unit, say_amount(series.value(0, scale), column)))
    return UnitQuestion(
        key=doubt.key,
        column=column.id,
        power=doubt.power,
        cells=[table.cell(one, column.id) for one in doubt.rows[:SHOWN_CELLS]],
        count=len(doubt.rows),
        now=table.say(table.now, column.id, row),
        before=table.say(old, column.id, row),
        units=units,
    )


# From so many codes on, going through the register once takes less than asking for each.
MANY = 2000


def _filing_firms(codes: Sequence[str]) -> dict[str, FilingFirm]:
    """Return the firms of a sheet, by code."""
    register = list_enterprises().order_by().select_related(None)
    told = register.values_list("pk", "code", "name", "trade", "closed_on")
    if len(codes) > MANY:
        wanted = set(codes)
        # Few are closed: the days of the others, which are none, need no reading.
        closed = dict(register.exclude(closed_on=None).values_list("pk", "closed_on"))
        every = register.values_list("pk", "code", "name", "trade").iterator(chunk_size=10_000)
        return {
            code: FilingFirm(pk, code, name, trade, closed.get(pk))
            for pk, code, name, trade in every
            if code in wanted
        }
    found: dict[str, FilingFirm] = {}
    for start in range(0, len(codes), 900):
        some = told.filter(code__in=codes[start : start + 900])
        found |= {one[1]: FilingFirm(*one) for one in some}
    return found


def _strangers(
    sheet: Sheet,
    firms: Mapping[str, FilingFirm],
    places: Mapping[str, int],
    period: Period,
    only: Enterprise | None,
) -> Iterable[SheetProblem]:
    """Name the rows that are of no firm, or of one that does not file."""
    for row, code in zip(sheet.rows.tolist(), sheet.codes, strict=True):
        firm = firms.get(code)
        if firm is None:
            if len(code) != 18:
                continue
            what = Words("企业库里没有代码 %(code)s；请先登记，或核对代码。", code=code)
        elif only is not None and firm.pk != only.pk:
            what = Words("这一行是别的企业（%(code)s）；只能报本企业的。", code=code)
        elif not firm.trade:
            what = Words("“%(firm)s”不在名录库里，不用报；请删去这一行。", firm=firm.name)
        elif firm.closed_on and firm.closed_on < period.first:
            what = Words(
                "“%(firm)s”已于 %(day)s 退出；请删去这一行。", firm=firm.name, day=firm.closed_on
            )
        else:
            continue
        yield SheetProblem(address(row, places[CODE]), what)


def _complete(now: Frame, before: Frame, form: ReturnForm, held: Frame) -> None:
    """Fill in what the office holds: totals to date that add up, columns the sheet leaves out."""
    for check in form.checks:
        if check.kind != "to_date":
            continue
        own, total = check.columns
        if own not in now:
            continue
        series = now.setdefault(total, Series.blank(len(now[own].values)))
        known = now[own].present & before[total].present & ~series.present
        series.values[known] = now[own].values[known] + before[total].values[known]
        series.present |= known
    for one in form.columns:
        if one.id not in now:
            kept = held[one.id]
            now[one.id] = Series(kept.values, kept.present, np.zeros(len(kept.values), np.bool_))


def _fit(table: _Table, trades: Any) -> Iterable[SheetProblem]:
    """Name cells that are missing, or filled where the firm's profession has no such measure."""
    for column in table.form.columns:
        series = table.now[column.id]
        has_it = np.isin(trades, column.trades) if column.trades else np.ones(len(trades), bool)
        for at in np.flatnonzero(series.present & ~has_it & (trades != "")):
            what = Words(
                "%(trade)s企业没有“%(column)s”；请清空或填 —。",
                trade=Words(TRADES.get(str(trades[at]), "")),
                column=column.named,
            )
            yield SheetProblem(table.cell(at, column.id), what)
        if column.required:
            blank = ~series.present & ~series.not_applicable & has_it
            for at in np.flatnonzero(blank & (trades != "")):
                what = Words("“%(column)s”没有填；没有发生填 0，不要留空。", column=column.named)
                yield SheetProblem(table.cell(at, column.id), what)
        series.not_applicable |= ~has_it


def _question(found: Finding, table: _Table) -> Question:
    """Return the question of a check that fired, about the measure that it is about."""
    check, row = found.check, found.row
    key = check.columns[0]
    if check.kind == "not_negative":
        frames = ((one, table.now[one]) for one in check.columns)
        key = next(one for one, series in frames if series.present[row] and series.values[row] < 0)
    if check.kind == "to_date":
        key = check.columns[1]
    return table.ask(check.id, named(check), key, row)


def _wrong_words(asked: Question) -> Words:
    told = {"question": asked.name, "now": asked.now}
    if not asked.before:
        return Words("%(question)s；现在是 %(now)s。请核对后改正。", **told)
    return Words(
        "%(question)s；现在是 %(now)s，上期 %(before)s。请核对后改正。", **told, before=asked.before
    )


def _rows(
    firms: Sequence[FilingFirm],
    rows: Any,
    filled: Filled,
    form: ReturnForm,
    standing: Mapping[str, Fact],
    held: Frame,
    questions: Mapping[int, list[Question]],
    explained: Sequence[str],
) -> list[RowToFile]:
    differs = np.zeros(len(firms), np.bool_)
    for key, series in filled.frame.items():
        old = held[key]
        differs |= series.present != old.present
        differs |= series.present & (series.values != old.values)
    made = []
    numbers, are_other = (rows + 1).tolist(), differs.tolist()
    for place, firm in enumerate(firms):
        fact = standing.get(firm.subject) if standing else None
        stands = fact is not None and not fact.is_void
        made.append(
            RowToFile(
                firm,
                RowValues(filled, place),
                numbers[place],
                fact,
                stands and not are_other[place],
                questions.get(place, ()),
                explained[place] if explained else "",
                _changes(form, filled, held, place) if stands and are_other[place] else (),
            )
        )
    return made


def _changes(
    form: ReturnForm, filled: Filled, held: Frame, place: int
) -> list[tuple[str, str, str]]:
    """Return the cells of a row that say something else than what stands: column, old, new."""
    found = []
    for one in form.columns:
        scale = filled.fact.columns[one.id].scale
        old = held[one.id].value(place, scale)
        new = filled.frame[one.id].value(place, scale)
        if old != (None if new == "—" else new):
            found.append((one.id, say_amount(old, one), say_amount(new, one)))
    return found
