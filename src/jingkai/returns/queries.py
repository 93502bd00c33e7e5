"""Read returns: what a sheet would change, who has filed, what is under review."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Count, QuerySet, Sum

from jingkai.enterprises import facts as register
from jingkai.enterprises.queries import Enterprise, list_enterprises
from jingkai.enterprises.rules import TRADES
from jingkai.kernel.columns import Series, decode_columns
from jingkai.kernel.facttypes import FactType, Value
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.returns import ReturnColumn, ReturnForm
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import (
    Fact,
    find_returns,
    list_first_filed,
    list_live_facts,
    read_returns,
)
from jingkai.org.queries import Person, Visible, list_everybody
from jingkai.org.rules import ROLES, Permission
from jingkai.returns.models import BulletinIssue, Filing, FirmUser, Reminder, ReturnFile
from jingkai.returns.rules import (
    CODE,
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
    to_date_sources,
    units_like,
)
from jingkai.web.language import spoken, with_unit

__all__ = [
    "STATES",
    "AskedLine",
    "BulletinIssue",
    "Cell",
    "ChangedLine",
    "Collection",
    "Difference",
    "Filing",
    "FilingFirm",
    "Filled",
    "FirmAsked",
    "FirmBurden",
    "FirmUser",
    "Question",
    "ReturnFile",
    "RowToFile",
    "RowValues",
    "Seen",
    "Since",
    "UnitQuestion",
    "absent_before",
    "asked_cells",
    "asked_of",
    "came_since",
    "carried_value",
    "collect",
    "compare",
    "fact_type_of",
    "filled_rows",
    "find_file",
    "find_filing",
    "find_form",
    "firm_burden",
    "firm_of",
    "history",
    "last_issue",
    "list_files",
    "list_filings",
    "list_forms",
    "list_ties",
    "list_underway",
    "list_untied",
    "past_frame",
    "read_values",
    "reminded",
    "reminders_for",
    "say_amount",
    "see",
    "sent_before",
    "should_file",
]


def list_forms() -> list[ReturnForm]:
    """Return the returns that the zone collects."""
    return list(current_zone().returns.values())


def find_form(form_id: str) -> ReturnForm | None:
    """Return one of the zone's returns."""
    return current_zone().returns.get(form_id)


def fact_type_of(form: ReturnForm) -> FactType:
    """Return the facts that a form becomes."""
    return current_zone().fact_types[form.fact]


def firm_of(person: Person) -> Enterprise | None:
    """Return the firm that a person files for."""
    found = FirmUser.objects.select_related("firm").filter(person=person, until_on=None).first()
    return found.firm if found else None


def list_ties() -> QuerySet[FirmUser]:
    """Return which account files or filed for which firm, the newest first."""
    return FirmUser.objects.select_related("person", "firm")


def list_untied() -> QuerySet[Person]:
    """Return the accounts in use of firms' users that file for no firm."""
    tied = FirmUser.objects.filter(until_on=None).values("person")
    roles = [role.id for role in ROLES.values() if Permission.SEE_OWN_FIRM in role.permissions]
    return list_everybody().filter(role__in=roles, is_active=True).exclude(pk__in=tied)


def find_file(file_id: int) -> ReturnFile | None:
    """Return a file that was sent."""
    return ReturnFile.objects.select_related("person", "firm").filter(pk=file_id).first()


def list_files() -> QuerySet[ReturnFile]:
    """Return the files that came in, the newest first."""
    filed = [ReturnFile.State.DONE, ReturnFile.State.UNDONE]
    return ReturnFile.objects.filter(state__in=filed).select_related("person", "firm")


def find_filing(filing_id: int) -> Filing | None:
    """Return one return under review, or decided."""
    return Filing.objects.select_related("firm", "file").filter(pk=filing_id).first()


def list_filings(form: ReturnForm, period: Period | None = None) -> QuerySet[Filing]:
    """Return the filings of a form, the newest first."""
    found = Filing.objects.filter(form=form.id).select_related("firm", "file")
    return found.filter(period_id=period.id) if period else found


def sent_before(form: ReturnForm, firm: Enterprise, period: Period) -> Filing | None:
    """Return the newest filing of a firm for a period."""
    return Filing.objects.filter(form=form.id, firm=firm, period_id=period.id).first()


def read_values(filing: Filing) -> dict[str, Value]:
    """Return what a filing says, in base units."""
    form = find_form(filing.form)
    assert form is not None
    return fact_type_of(form).decode(filing.values)


class FilingFirm(NamedTuple):
    """What filing needs to know of a firm."""

    pk: int
    code: str
    name: str
    trade: str
    closed_on: date | None

    @property
    def subject(self) -> str:
        """Return the firm as a subject of facts."""
        return f"enterprise:{self.code}"


@dataclass(frozen=True, eq=False)
class Filled:
    """Returns as columns, with the words that a fact holds beside its measures."""

    fact: FactType
    frame: Frame
    labels: Mapping[str, Sequence[str]]

    @property
    def height(self) -> int:
        """Return how many returns there are."""
        return len(next(iter(self.frame.values())).values) if self.frame else 0

    def take(self, places: Sequence[int]) -> "Filled":
        """Return some of the returns."""
        rows = np.array(places, np.intp)
        if len(rows) == self.height and (np.diff(rows) == 1).all():
            return self
        return Filled(
            self.fact,
            {key: series.take(rows) for key, series in self.frame.items()},
            {key: [words[place] for place in places] for key, words in self.labels.items()},
        )


class RowValues(Mapping[str, Value]):
    """One row of returns that are held as columns: its values in base units."""

    __slots__ = ("place", "table")

    def __init__(self, table: Filled, place: int) -> None:
        self.table, self.place = table, place

    def __getitem__(self, key: str) -> Value:
        table = self.table
        if key in table.labels:
            return table.labels[key][self.place]
        return table.frame[key].value(self.place, table.fact.columns[key].scale)

    def __iter__(self) -> Iterator[str]:
        return iter((*self.table.frame, *self.table.labels))

    def __len__(self) -> int:
        return len(self.table.frame) + len(self.table.labels)


@dataclass(frozen=True)
class Question:
    """A check that fired: what it is about, in the unit of the sheet, and the answer if any."""

    check: str
    name: str
    column: str
    now: str
    before: str
    year_ago: str
    cell: str = ""
    answer: str = ""


@dataclass(slots=True)
class RowToFile:
    """One firm's return as a sheet or a form says it, ready to be filed.

    `questions` are open, `said` were answered already: what was said of a unit. `carried` counts
    the stocks that the form opened with.
    """

    firm: Enterprise | FilingFirm
    values: Mapping[str, Value]
    row: int
    standing: Fact | None
    is_same: bool
    questions: Sequence[Question] = ()
    explanation: str = ""
    changes: Sequence[tuple[str, str, str]] = ()
    said: Sequence[Question] = ()
    carried: int = 0

    @property
    def is_new(self) -> bool:
        """Tell whether nothing stands of the firm for the period."""
        return self.standing is None or self.standing.is_void


@dataclass(frozen=True)
class UnitQuestion:
    """A question about a unit: where, what it says now and was, which units it may have been."""

    key: str
    head: str
    times: str
    cells: str
    now: str
    before: str
    units: list[tuple[str, str]]


@dataclass
class Difference:
    """What a sheet would change, what is wrong with it, what must be explained.

    `doubts` are units that somebody has to look at first, `unit_words` what was said of units.
    """

    rows: list[RowToFile]
    problems: list[SheetProblem]
    notes: list[SheetProblem]
    remarks: list[str]
    doubts: list[UnitQuestion] = field(default_factory=list)
    unit_words: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows are new, changed, the same, and asked; how many cells are wrong."""
        added = sum(one.is_new for one in self.rows)
        same = sum(one.is_same for one in self.rows)
        return {
            "added": added,
            "changed": len(self.rows) - added - same,
            "same": same,
            "asked": sum(bool(one.questions) and not one.is_same for one in self.rows),
            "wrong": len(self.problems),
        }


@dataclass(frozen=True)
class AskedLine:
    """A firm that is asked for its reason."""

    code: str
    name: str
    questions: list[Question]
    explanation: str


@dataclass(frozen=True)
class ChangedLine:
    """A firm's return as the difference shows it: head, old, new."""

    name: str
    row: int
    pairs: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Seen:
    """The beginning of a difference, as its page shows it and as it is kept of a large sheet."""

    counts: dict[str, int]
    problems: list[SheetProblem]
    notes: list[SheetProblem]
    remarks: list[str]
    asked: list[AskedLine]
    changed: list[ChangedLine]
    added: list[ChangedLine]
    doubts: list[UnitQuestion] = field(default_factory=list)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Seen":
        """Return what was kept of a difference."""
        asked = [{**one, "questions": _read_questions(one)} for one in kept["asked"]]
        return cls(
            kept["counts"],
            [SheetProblem(**one) for one in kept["problems"]],
            [SheetProblem(**one) for one in kept["notes"]],
            kept["remarks"],
            [AskedLine(**one) for one in asked],
            [ChangedLine(**one) for one in kept["changed"]],
            [ChangedLine(**one) for one in kept["added"]],
            [UnitQuestion(**one) for one in kept["doubts"]],
        )


def _read_questions(kept: Mapping[str, Any]) -> list[Question]:
    return [Question(**one) for one in kept["questions"]]


def see(found: Difference, form: ReturnForm, *, shown: int) -> Seen:
    """Return the first lines of every part of a difference."""
    rows = [one for one in found.rows if not one.is_same]
    asked = (one for one in rows if one.questions)
    changed = (one for one in rows if not one.is_new)
    added = (one for one in rows if one.is_new)
    return Seen(
        found.counts,
        found.problems[:shown],
        found.notes[:shown],
        found.remarks,
        [
            AskedLine(one.firm.code, one.firm.name, one.questions, one.explanation)
            for one in islice(asked, shown)
        ],
        [_changed_line(form, one) for one in islice(changed, shown)],
        [_changed_line(form, one) for one in islice(added, shown)],
        found.doubts[:shown],
    )


def _changed_line(form: ReturnForm, one: RowToFile) -> ChangedLine:
    said = [
        (said_head(column), "", say_amount(one.values[column.id], column))
        for column in form.columns
        if one.values[column.id] not in (None, "—")
    ]
    return ChangedLine(one.firm.name, one.row, one.changes or said)


def list_underway(person: Person) -> QuerySet[ReturnFile]:
    """Return the sheets of a person that are being read or written now."""
    states = [ReturnFile.State.READING, ReturnFile.State.WRITING]
    return ReturnFile.objects.filter(person=person, state__in=states)


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
            what = f"{mine[at].name}一格都没填，当作未报，没有读入。"
            notes.append(SheetProblem(address(int(rows[at]), places[CODE]), what))
        left = np.flatnonzero(~blank)
        known, mine, rows = known[left], [mine[at] for at in left], rows[left]
        now = {key: series.take(left) for key, series in now.items()}
    subjects = [one.subject for one in mine]
    standing = find_returns(type_id=fact.id, subjects=subjects, period=period)
    past = [form.previous(period), period.last_year()]
    before, (previous, year_ago) = _pasts(form, period, past, subjects)
    held = _held(form, fact, standing, subjects)
    codes = [one.code for one in mine]
    doubted = doubt_units(now, [previous, year_ago], form.columns, codes)
    asked_units, unit_words = [], []
    said: dict[int, list[Question]] = defaultdict(list)
    for doubt in doubted:
        where = _cells(doubt, rows, places)
        answer = (said_of_units or {}).get(doubt.key)
        column = form.column(doubt.column)
        question = _unit_question(doubt, where, form, fact, now, previous, year_ago)
        if answer is None:
            asked_units.append(question)
            continue
        word = f"按{answer.unit}换算" if answer.unit else f"单位已核对：{answer.why}"
        unit_words.append(f"{column.heading} {where} {word}")
        for row in doubt.rows:
            scale = fact.columns[doubt.column].scale
            now_said, before_said, year_ago_said = (
                say_amount(frame[doubt.column].value(row, scale), column)
                for frame in (now, previous, year_ago)
            )
            said[row].append(
                Question(
                    check="unit",
                    name=f"{column.heading}像是单位弄错（相差约{question.times}）",
                    column=doubt.column,
                    now=now_said,
                    before=before_said,
                    year_ago=year_ago_said,
                    cell=address(int(rows[row]), places.get(doubt.column, places[CODE])),
                    answer=word,
                )
            )
        if answer.unit:
            convert(now[doubt.column], doubt, column, answer.unit)
    trades = np.array([one.trade for one in mine], dtype=object)
    _complete(now, before, form, held)
    named = {one.cell for one in problems}
    unfit = _fit(now, form, trades, rows, places)
    problems += [one for one in unfit if one.cell not in named]
    stocks = frozenset(one.id for one in form.columns if one.is_stock)
    months = (period.month_count, form.previous(period).month_count)
    totals = to_date_sources(form)
    old = {**previous, **{key: before[key] for key in totals if key in before}}
    questions: dict[int, list[Question]] = defaultdict(list)
    for found in examine(
        form.checks,
        fact=fact,
        now=now,
        before=old,
        year_ago=year_ago,
        months=months,
        stocks=stocks,
    ):
        asked = _question(found, form, fact, now, old, year_ago, rows, places)
        if found.check.level == "wrong":
            problems.append(SheetProblem(asked.cell, _wrong_words(asked, mine[found.row])))
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
    problems = sorted(problems, key=lambda one: (_row_of(one.cell), one.cell))
    return Difference(made, problems, notes, sheet.remarks, asked_units, unit_words)


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


def _cells(doubt: UnitDoubt, rows: Any, places: Mapping[str, int]) -> str:
    place = places.get(doubt.column, places[CODE])
    shown = "、".join(address(int(rows[row]), place) for row in doubt.rows[:5])
    return f"{shown}等 {len(doubt.rows)} 格" if len(doubt.rows) > 5 else shown


def _unit_question(
    doubt: UnitDoubt,
    where: str,
    form: ReturnForm,
    fact: FactType,
    now: Frame,
    previous: Frame,
    year_ago: Frame,
) -> UnitQuestion:
    column, row = form.column(doubt.column), doubt.rows[0]
    scale = fact.columns[doubt.column].scale
    old = previous if previous[doubt.column].present[row] else year_ago
    units = []
    for unit in units_like(column):
        series = now[doubt.column].take(np.array([row]))
        with suppress(NotThatUnit):
            convert(series, replace(doubt, rows=(0,)), column, unit)
            units.append((unit, say_amount(series.value(0, scale), column)))
    return UnitQuestion(
        key=doubt.key,
        head=said_head(column),
        times="一万倍" if abs(doubt.power) == 4 else "一亿倍",
        cells=where,
        now=say_amount(now[doubt.column].value(row, scale), column),
        before=say_amount(old[doubt.column].value(row, scale), column),
        units=units,
    )


def _row_of(cell: str) -> int:
    digits = "".join(one for one in cell if one.isdigit())
    return int(digits or 0)


def _firms(codes: Sequence[str]) -> dict[str, Enterprise]:
    found: dict[str, Enterprise] = {}
    for start in range(0, len(codes), 900):
        some = list_enterprises().filter(code__in=codes[start : start + 900])
        found |= {one.code: one for one in some}
    return found


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
            what = f"企业库里没有代码 {code}；请先登记，或核对代码。" if len(code) == 18 else ""
        elif only is not None and firm.pk != only.pk:
            what = f"这一行是别的企业（{code}）；只能报本企业的。"
        elif not firm.trade:
            what = f"“{firm.name}”不在名录库里，不用报；请删去这一行。"
        elif firm.closed_on and firm.closed_on < period.first:
            what = f"“{firm.name}”已于 {firm.closed_on} 退出；请删去这一行。"
        else:
            continue
        if what:
            yield SheetProblem(address(row, places[CODE]), what)


def past_frame(
    form: ReturnForm, period: Period | None, subjects: Sequence[str], *, is_first: bool = False
) -> Frame:
    """Return what firms returned for an earlier period; before the year's first, totals are 0."""
    columns = [one.id for one in form.columns]
    fact = fact_type_of(form)
    if period is None:
        return _nothing_yet(form, len(subjects), is_first=is_first)
    told = read_returns(fact, subjects=subjects, periods=[period], columns=columns)
    return told[period.id]


def _nothing_yet(form: ReturnForm, height: int, *, is_first: bool) -> Frame:
    frame = {one.id: Series.blank(height) for one in form.columns}
    for one in to_date_sources(form) if is_first else ():
        frame[one].present[:] = True
    return frame


def _pasts(
    form: ReturnForm, period: Period, past: Sequence[Period], subjects: Sequence[str]
) -> tuple[Frame, list[Frame]]:
    """Return what was returned before in the year, and for other periods, by one query."""
    before = form.period_before(period)
    told = read_returns(
        fact_type_of(form),
        subjects=subjects,
        periods={one for one in (before, *past) if one},
        columns=[one.id for one in form.columns],
    )
    first = _nothing_yet(form, len(subjects), is_first=True)
    return told[before.id] if before else first, [told[one.id] for one in past]


def _held(
    form: ReturnForm, fact: FactType, standing: Mapping[str, Fact], subjects: Sequence[str]
) -> Frame:
    """Return what stands of the period itself."""
    held = {one.id: Series.blank(len(subjects)) for one in form.columns}
    found = [(place, standing.get(subject)) for place, subject in enumerate(subjects)]
    stands = [(place, one) for place, one in found if one is not None and not one.is_void]
    if stands:
        places = np.array([place for place, _one in stands], np.intp)
        texts = [one.values for _place, one in stands]
        for key, series in decode_columns(fact, texts, list(held)).items():
            held[key].values[places], held[key].present[places] = series.values, series.present
    return held


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


def _fit(
    now: Frame,
    form: ReturnForm,
    trades: Any,
    rows: Any,
    places: Mapping[str, int],
) -> Iterable[SheetProblem]:
    """Name cells that are missing, or filled where the firm's profession has no such measure."""
    for column in form.columns:
        series = now[column.id]
        place = places.get(column.id, places[CODE])
        has_it = np.isin(trades, column.trades) if column.trades else np.ones(len(rows), bool)
        for at in np.flatnonzero(series.present & ~has_it & (trades != "")):
            trade = TRADES.get(str(trades[at]), "")
            what = f"{trade}企业没有“{column.heading}”；请清空或填 —。"
            yield SheetProblem(address(int(rows[at]), place), what)
        if column.required:
            blank = ~series.present & ~series.not_applicable & has_it
            for at in np.flatnonzero(blank & (trades != "")):
                what = f"“{column.heading}”没有填；没有发生填 0，不要留空。"
                yield SheetProblem(address(int(rows[at]), place), what)
        series.not_applicable |= ~has_it


def _question(
    found: Any,
    form: ReturnForm,
    fact: FactType,
    now: Frame,
    before: Frame,
    year_ago: Frame,
    rows: Any,
    places: Mapping[str, int],
) -> Question:
    check = found.check
    keys = check.columns
    key = keys[0]
    if check.kind == "not_negative":
        key = next(
            one for one in keys if now[one].present[found.row] and now[one].values[found.row] < 0
        )
    if check.kind == "to_date":
        key = keys[1]
    column = form.column(key)
    scale = fact.columns[key].scale

    def said(frame: Frame) -> str:
        series = frame.get(key)
        return "" if series is None else say_amount(series.value(found.row, scale), column)

    place = places.get(key, places[CODE])
    return Question(
        check=check.id,
        name=check.name,
        column=key,
        now=said(now),
        before=said(before),
        year_ago=said(year_ago),
        cell=address(int(rows[found.row]), place),
    )


def _wrong_words(asked: Question, firm: FilingFirm) -> str:
    held = f"，上期 {asked.before}" if asked.before else ""
    return f"{firm.name}：{asked.name}；现在是 {asked.now}{held}。请核对后改正。"


def said_head(column: ReturnColumn) -> str:
    """Return the heading with its unit, in the reader's language."""
    return with_unit(spoken(column.heading, column.english), column.unit)


def say_amount(value: Value, column: Any) -> str:
    """Return an amount in the unit that the form is filled in; nothing where nobody said it."""
    if value is None:
        return ""
    if not isinstance(value, Decimal):
        return str(value)
    shown = get_unit(column.unit).from_base(value)
    text = f"{shown.normalize():,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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
    """Return the cells of a row that say something else than what stands: head, old, new."""
    found = []
    for one in form.columns:
        scale = filled.fact.columns[one.id].scale
        old = held[one.id].value(place, scale)
        new = filled.frame[one.id].value(place, scale)
        if old != (None if new == "—" else new):
            found.append((said_head(one), say_amount(old, one), say_amount(new, one)))
    return found


# ---- who has filed ---------------------------------------------------------------------------

# A state of a firm's return: its shape, its word, the tone it is drawn in.
STATES = {
    "on_time": ("●", "按时"),
    "late": ("◆", "迟报"),
    "review": ("○", "待审"),
    "returned": ("▲", "退回"),
    "missing": ("■", "未报"),
    "waiting": ("·", "未到期"),
    "none": ("—", "不报"),
}


@dataclass(frozen=True)
class Cell:
    """Where one firm stands with one period."""

    state: str
    on: date | None = None


@dataclass
class Collection:
    """Firms by periods, and how each period stands."""

    form: ReturnForm
    periods: list[Period]
    firms: list[Enterprise]
    cells: dict[str, list[Cell]]

    def count(self, place: int, *states: str) -> int:
        """Return how many firms stand so with a period."""
        return sum(cells[place].state in states for cells in self.cells.values())

    def missing(self, place: int) -> list[Enterprise]:
        """Return the firms that have not filed a period, late or not yet due."""
        return [
            firm
            for firm in self.firms
            if self.cells[firm.code][place].state in ("missing", "waiting", "returned")
        ]


def should_file(periods: Sequence[Period], *, known_on: date) -> dict[str, list[bool]]:
    """Return for each firm by its subject whether it was on the roll at the end of each period."""
    steps: dict[str, list[tuple[date, bool]]] = defaultdict(list)
    for one in list_live_facts(types=[register.roll_changed.id], known_on=known_on):
        told = register.roll_changed.decode(one.values)
        if one.on is not None:
            steps[one.subject].append((one.on, told["step"] == "enter"))
    found = {}
    for subject, moves in steps.items():
        moves.sort()
        found[subject] = [
            next((enters for on, enters in reversed(moves) if on <= period.last), False)
            for period in periods
        ]
    return found


def collect(form: ReturnForm, periods: Sequence[Period], *, on: date) -> Collection:
    """Return who has filed what: late by the day it first came in, missing after the due day."""
    fact = fact_type_of(form)
    expected = should_file(periods, known_on=on)
    codes = [subject.partition(":")[2] for subject, told in expected.items() if any(told)]
    firms = sorted(_firms(codes).values(), key=lambda one: (one.trade, one.code))
    place_of = {period.id: place for place, period in enumerate(periods)}
    live = list_live_facts(types=[fact.id], known_on=on).filter(period_id__in=list(place_of))
    stands = set(live.values_list("subject", "period_id"))
    first = {
        (subject, period_id): known
        for subject, period_id, known in list_first_filed(type_id=fact.id, periods=list(place_of))
        if (subject, period_id) in stands
    }
    pending = {
        (one.firm.subject, one.period_id): one
        for one in Filing.objects.filter(form=form.id, period_id__in=list(place_of))
        .filter(state__in=[Filing.State.FILED, Filing.State.RETURNED])
        .select_related("firm")
        .order_by("pk")
    }
    cells = {
        firm.code: [
            _cell(form, period, firm, expected, place, first, pending, on)
            for place, period in enumerate(periods)
        ]
        for firm in firms
    }
    return Collection(form, list(periods), firms, cells)


def _cell(
    form: ReturnForm,
    period: Period,
    firm: Enterprise,
    expected: Mapping[str, list[bool]],
    place: int,
    first: Mapping[tuple[str, str], date],
    pending: Mapping[tuple[str, str], Filing],
    on: date,
) -> Cell:
    key = (firm.subject, period.id)
    due = form.deadline(period).due
    sent = pending.get(key)
    if sent is not None and sent.state == Filing.State.FILED:
        return Cell("review", sent.sent_on)
    if key in first:
        return Cell("on_time" if first[key] <= due else "late", first[key])
    if sent is not None:
        return Cell("returned", sent.decided_on)
    if not expected[firm.subject][place]:
        return Cell("none")
    return Cell("missing" if on > due else "waiting")


def history(
    form: ReturnForm, firm: Enterprise, periods: Sequence[Period], *, known_on: date
) -> dict[str, dict[str, Value]]:
    """Return what a firm returned for some periods, by period."""
    fact = fact_type_of(form)
    ids = [one.id for one in periods]
    found = list_live_facts(types=[fact.id], known_on=known_on)
    mine = found.filter(subject=firm.subject, period_id__in=ids)
    return {one.period_id: fact.decode(one.values) for one in mine}


def filled_rows(
    form: ReturnForm, period: Period, firms: Sequence[Enterprise]
) -> list[dict[str, Any]]:
    """Return for each firm what a form opens with: what stands, what was, what does not apply."""
    subjects = [one.subject for one in firms]
    fact = fact_type_of(form)
    frames = {
        "before": past_frame(form, form.previous(period), subjects),
        "year_ago": past_frame(form, period.last_year(), subjects),
        "now": past_frame(form, period, subjects),
    }
    totals = past_frame(form, form.period_before(period), subjects, is_first=True)
    gone = absent_before(form, period, subjects)
    rows = []
    for place, firm in enumerate(firms):
        cells = {
            name: {
                one.id: frame[one.id].value(place, fact.columns[one.id].scale)
                for one in form.columns
            }
            for name, frame in frames.items()
        }
        held = {
            one: totals[one].value(place, fact.columns[one].scale) for one in to_date_sources(form)
        }
        rows.append({"firm": firm, "held": held, "gone": gone[firm.subject], **cells})
    return rows


def absent_before(
    form: ReturnForm, period: Period, subjects: Sequence[str]
) -> dict[str, frozenset[str]]:
    """Return the measures of which each firm said the last time that it has none (—)."""
    fact, open_ids = fact_type_of(form), {one.id for one in form.columns} - to_date_sources(form)
    told = find_returns(type_id=fact.id, subjects=list(subjects), period=form.previous(period))
    found = dict.fromkeys(subjects, frozenset[str]())
    for subject, one in told.items():
        if not one.is_void:
            found[subject] = frozenset(fact.not_applicable(one.values) & open_ids)
    return found


def carried_value(column: ReturnColumn, told: Mapping[str, Any]) -> Value:
    """Return what opens as it was the last time, for the filer to confirm.

    It is what a stock stood at, or — where the firm said that it has no such measure.
    """
    if column.id in told["gone"]:
        return "—"
    value: Value = told["before"][column.id] if column.is_stock else None
    return value if isinstance(value, Decimal) else None


def asked_cells(form: ReturnForm, trade: str, *, carried: int = 0) -> tuple[int, int]:
    """Return how many cells a firm of a profession must fill, and how many the office fills.

    `carried` are the cells that open as they were the last time: stocks, and what it has not.
    """
    totals = to_date_sources(form)
    open_cells = sum(one.is_for(trade) and one.id not in totals for one in form.columns)
    asked = open_cells - carried
    # Code, name, profession and period stand in the sheet already, and what does not apply.
    return asked, 4 + len(form.columns) - asked


def asked_of(form: ReturnForm, period: Period) -> tuple[int, int, int]:
    """Return how many firms filed for themselves, how many cells they were asked, how many held."""
    told = Filing.objects.filter(form=form.id, period_id=period.id).aggregate(
        firms=Count("firm", distinct=True), asked=Sum("asked"), held=Sum("held")
    )
    return told["firms"] or 0, told["asked"] or 0, told["held"] or 0


@dataclass(frozen=True)
class FirmAsked:
    """What one firm was asked in a month: returns, cells to fill, cells held, reminders."""

    firm: Enterprise
    returns: int
    asked: int
    held: int
    reminders: int


@dataclass(frozen=True)
class FirmBurden:
    """What firms were asked in a month, the most burdened of them by name."""

    firms: int
    asked: int
    held: int
    reminders: int
    most: Sequence[FirmAsked]

    @property
    def each(self) -> Decimal | None:
        """Return how many cells a firm that filed was asked, on average."""
        return round(Decimal(self.asked) / self.firms, 1) if self.firms else None


def firm_burden(month: Period, visible: Visible, most: int = 20) -> FirmBurden:
    """Return what the firms that somebody sees were asked in a month.

    A return that was sent back and filed again was asked twice.
    """
    seen = list_enterprises(visible).order_by().values("pk")
    sent = Filing.objects.filter(
        sent_on__gte=month.first, sent_on__lte=month.last, asked__gt=0, firm__in=seen
    ).order_by()
    chased = Reminder.objects.filter(on__gte=month.first, on__lte=month.last, firm__in=seen)
    chased = chased.order_by()
    total = sent.aggregate(firms=Count("firm", distinct=True), asked=Sum("asked"), held=Sum("held"))
    top = list(
        sent.values("firm")
        .annotate(returns=Count("pk"), cells=Sum("asked"), known=Sum("held"))
        .order_by("-cells", "firm")[:most]
    )
    keys = [one["firm"] for one in top]
    firms = Enterprise.objects.in_bulk(keys)
    reminders = dict(chased.filter(firm__in=keys).values_list("firm").annotate(times=Count("pk")))
    return FirmBurden(
        firms=total["firms"] or 0,
        asked=total["asked"] or 0,
        held=total["held"] or 0,
        reminders=chased.count(),
        most=[
            FirmAsked(
                firms[one["firm"]],
                one["returns"],
                one["cells"],
                one["known"],
                reminders.get(one["firm"], 0),
            )
            for one in top
        ],
    )


def reminded(form: ReturnForm, period: Period) -> dict[str, date]:
    """Return when each firm was last reminded of a period, by code."""
    found = Reminder.objects.filter(form=form.id, period_id=period.id).order_by("on")
    return {code: on for code, on in found.values_list("firm__code", "on")}


def reminders_for(firm: Enterprise) -> list[tuple[Period, date]]:
    """Return the periods that a firm was reminded of, the latest first."""
    found = Reminder.objects.filter(firm=firm).order_by("-on")
    return [(parse_period(one.period_id), one.on) for one in found[:5]]


def last_issue(form: ReturnForm, period: Period, *, on: date) -> BulletinIssue | None:
    """Return the bulletin that went out last, but for this period's of this very day."""
    issued = BulletinIssue.objects.filter(form=form.id, on__lte=on)
    return issued.exclude(period_id=period.id, on=on).first()


@dataclass(frozen=True)
class Since:
    """What came in of some periods after a day: first filings, corrections, withdrawals."""

    late: int
    corrected: int
    withdrawn: int


def came_since(form: ReturnForm, periods: Sequence[Period], *, after: date, until: date) -> Since:
    """Return how many returns of these periods came late, were corrected or were taken back."""
    filed = Fact.objects.filter(
        type=form.fact,
        period_id__in=[one.id for one in periods],
        entry__known_on__gt=after,
        entry__known_on__lte=until,
        entry__number__isnull=False,
    )
    corrected = filed.filter(corrects__isnull=False)
    return Since(
        late=filed.filter(corrects=None).count(),
        corrected=corrected.filter(is_void=False).count(),
        withdrawn=corrected.filter(is_void=True).count(),
    )
