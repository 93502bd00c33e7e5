"""Statements: every number of a report that somebody can check, as a target or a result."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from jingkai.reading.context import DEFINITE, Handed, Number, clause_start
from jingkai.reading.doubts import IDIOM, NO_SUBJECT, why_no_statement
from jingkai.reading.measures import bound_of, is_stock, measure_of
from jingkai.reading.outline import Line
from jingkai.reading.periods import Periods
from jingkai.reading.quantities import Quantity, quantities
from jingkai.reading.ranks import find_ranks
from jingkai.reading.report import Note, Statement
from jingkai.reading.sentences import full_sentences
from jingkai.reading.subjects import indicators_of

__all__ = ["StatementReader", "with_contradictions_flagged"]

_MONEY = re.compile(
    "收入|产值|投资|总值|资金|营收|税|额|GDP|贷款|产业|规模|经济总量|集群|支出|财力"
)
_AFTER_FIGURE = re.compile(r"以上|以下|以内|左右|上下")
_PROMISES = re.compile(r"(?<!努)力争|确保")
# What a speech asks for where no heading tells the plan from the review: 年底要达到30个.
_ASKS = re.compile(r"要(?:达到|完成|实现|突破|超过|增长|新增|引进|开工|投产)")
_SAYS_A_YEAR = re.compile("20[0-9]{2}年")
_FROM = re.compile(r"[由从](?:上年的?|每[人户年月亩]|原来的?|年初的?)*$")
_FROM_TO = re.compile(r"(?:增加|提高|提升|扩大|上升|增长|下降)(?:到|至)")
_JOINT = re.compile("(?:左右|以上)?[、和及与](?:近|约|超过?)?")
_RANGE = re.compile(r"[—－~～-]{1,2}|至")
_SURE, _LESS_SURE = 0.9, 0.7


class StatementReader:
    """Reads the lines of one report; keeps its statements, and a note for every number left out."""

    def __init__(self, text: str, year: int) -> None:
        self.text = text
        self.year = year
        self.periods = Periods(year)
        self.has_plan = True
        self.statements: list[Statement] = []
        self.notes: list[Note] = []

    def read(self, lines: Iterable[Line]) -> None:
        """Read the statements of every line, in the order of the text."""
        scope = "year"
        lines = tuple(lines)
        self.has_plan = any(line.part == "plan" for line in lines)
        for line in lines:
            said = self.text[line.at : line.end]
            scope = self.periods.scope(said, scope, line.part, line.section)
            for at, end in full_sentences(self.text, line.at, line.end):
                _Sentence(self, line, scope, at, end).read()


class _Sentence:
    """One sentence being read."""

    def __init__(self, report: StatementReader, line: Line, scope: str, at: int, end: int) -> None:
        self.report, self.line, self.scope = report, line, scope
        self.at, self.end = at, end
        self.text = report.text[at:end]
        self.handed = Handed()

    def read(self) -> None:
        """Read each number of the sentence, or note why it states nothing."""
        ends = 0
        items = _with_ranges(self.text, _numerals(self.text))
        runs = _runs(self.text, [item for item, _ in items])
        for (item, range_end), run in zip(items, runs, strict=True):
            why = why_no_statement(self.text, item)
            if why is None:
                why = self._state(item, ends, range_end, run)
                ends = item.end
            if why is not None and why != IDIOM:
                at, end = self.at + item.at, self.at + item.end
                note = Note(at=at, end=end, text=self.text[item.at : item.end], why=why)
                self.report.notes.append(note)

    def _state(self, item: Quantity, ends: int, range_end: int | None, run: int) -> str | None:
        """Keep what a number states; return why not where no subject is found."""
        begin = max(clause_start(self.text, item.at), ends)
        if closing := _AFTER_FIGURE.match(self.text, begin, item.at):
            begin = closing.end()
        before = self.text[begin : item.at]
        unit = item.unit or _unit_unsaid(before, item)
        is_plan = self._part(item.at) == "plan"
        is_now = is_plan and ("现有" in before or "目前" in before)
        is_later = self._is_of_later_output(before)
        number = Number(
            text=self.text,
            item=item,
            begin=begin,
            ends=ends,
            unit=unit,
            is_target=is_later
            or (is_plan and not is_now and "剩余" not in before and "已完成" not in before),
            is_promised=_PROMISES.search(self.text, 0, item.at) is not None,
            range_end=range_end,
            run=run,
        )
        measure, direction = measure_of(number, self.handed)
        indicators = indicators_of(number, measure, self.handed)
        if not indicators:
            return NO_SUBJECT
        is_listed = not number.before.strip("、,，和及 ")
        stock = is_stock(number, measure, indicators[0]) or (is_listed and self.handed.is_stock)
        self.handed.is_stock = stock
        period = self._period(number, stock)
        if is_now and not _SAYS_A_YEAR.search(before):
            period = str(self.report.year)
        elif is_later:
            period = None
        self._take_part(number, indicators)
        bound = bound_of(number, measure, is_definite=_is_definite(number))
        for indicator in indicators:
            statement = Statement(
                at=self.at + item.at,
                quote=self.text[item.at : item.end],
                kind="target" if number.is_target else "result",
                indicator=indicator,
                measure=measure,
                op=bound,
                value=float(item.value),
                unit=unit,
                counter=item.counter if unit == "count" else None,
                period=period,
                direction=direction,
                start=0.0 if item.spelled == "odd" and unit == "count" else None,
                of=self.handed.whole,
                section=self.line.section,
                sentence=(self.at, self.end),
                confidence=_SURE if before.strip() else _LESS_SURE,
            )
            self.report.statements.append(statement)
        return None

    def _part(self, at: int) -> str:
        """Return whether a number is of the plan: its heading tells, or else its own words."""
        if not self.report.has_plan and _ASKS.search(self.text, 0, at):
            return "plan"
        return self.line.part

    @property
    def _is_plan(self) -> bool:
        return self.line.part == "plan"

    def _is_of_later_output(self, before: str) -> bool:
        """Tell whether a review speaks of what a project will yield once it runs fully."""
        if self._is_plan or not re.search(r"产值|税收|收入", before):
            return False
        return re.search(r"达产后|建成后", self.text) is not None

    def _period(self, number: Number, stock: bool) -> str | None:
        year = self.report.year
        if _FROM.search(number.before) and _FROM_TO.match(number.after):
            return str(year - 5 if self.scope == "span" else year - 2)
        at = number.item.at
        return self.report.periods.of(self.text, at, self._part(at), self.scope, stock)

    def _take_part(self, number: Number, indicators: tuple[str, ...]) -> None:
        """Note the whole that the numbers after 其中 are part of, until the next semicolon."""
        said = number.before
        if "其中" in self.text[number.begin - 3 : number.item.at]:
            self.handed.whole = self.handed.last
        elif re.search("[；;]", self.text[max(0, number.begin - 1) : number.begin]) and said:
            self.handed.whole = None
        self.handed.last = indicators[-1]
        fresh = tuple(one for one in indicators if one not in self.handed.named)
        self.handed.named += fresh


def _numerals(text: str) -> list[Quantity]:
    """Return the quantities and ranks of a sentence in order."""
    ranks = list(find_ranks(text))
    taken = {at for rank in ranks for at in range(rank.at, rank.end)}
    items = [item for item in quantities(text) if item.at not in taken]
    return sorted([*items, *ranks], key=lambda item: item.at)


def _with_ranges(text: str, items: list[Quantity]) -> list[tuple[Quantity, int | None]]:
    """Give the low number of a range the unit printed after the high one, and where that ends."""
    out: list[tuple[Quantity, int | None]] = [(item, None) for item in items]
    for index in range(len(items) - 1):
        low, high = items[index], items[index + 1]
        if low.end == high.at and low.unit and high.unit:  # 388户771人贫困人口
            out[index] = (low, high.end)
        joint = text[low.end : high.at]
        is_shared = low.unit is None and "分别" in text[: low.at] and joint in ("和", "、")
        if not high.unit or not (is_shared or _RANGE.fullmatch(joint)):
            continue
        if low.unit is None:
            printed = text[low.at : low.end].strip()
            unit = re.sub(r"^[0-9.,]+", "", text[high.at : high.end])
            again = quantities(printed + unit)
            if len(again) != 1 or not again[0].unit:
                continue
            low = replace(again[0], at=low.at, end=low.end)
        if low.unit == high.unit and is_shared:
            out[index] = (low, None)
        elif low.unit == high.unit:
            out[index] = (low, high.end)
    return out


def _runs(text: str, items: list[Quantity]) -> list[int]:
    """Tell of each number how many of its kind it opens a run of: 24座和12座 is a run of two."""
    runs = [1] * len(items)
    for index in range(len(items) - 2, -1, -1):
        one, other = items[index], items[index + 1]
        if one.unit == other.unit and _JOINT.fullmatch(text[one.end : other.at]):
            runs[index] += runs[index + 1]
    return runs


def _unit_unsaid(before: str, item: Quantity) -> str:
    is_money = item.value >= 10**9 or (_MONEY.search(before) and item.value >= 10**6)
    return "CNY" if is_money else "count"


def _is_definite(number: Number) -> bool:
    after = number.text[number.item.end :]
    if re.match(r"(?:以上)?的", after) or number.before.endswith("新建的"):
        return True
    return number.unit != "percent" and DEFINITE.match(after) is not None


def with_contradictions_flagged(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Flag the numbers that two sentences give differently for the same thing; keep them all."""
    statements = tuple(statements)
    same: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, one in enumerate(statements):
        key = (one.kind, one.indicator, one.measure, one.direction, one.unit, one.period, one.of)
        same[key].append(index)
    flagged = set()
    for group in same.values():
        values = {statements[index].value for index in group}
        places = {statements[index].sentence for index in group}
        if len(values) > 1 and len(places) > 1:
            flagged.update(group)
    words = "同一指标在文中有不同的数"
    return tuple(
        replace(one, flags=(*one.flags, words)) if index in flagged else one
        for index, one in enumerate(statements)
    )
