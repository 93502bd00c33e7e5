"""A draft as it reads now: its tree in order, passages with live numbers, and what is wrong."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.urls import reverse

from jingkai.documents.charts import BadChart, Chart, Mark, Rows, Series
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Named, Words, words_of
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, Number
from jingkai.plan.queries import list_targets_of
from jingkai.reports.living import Live, Writer
from jingkai.reports.models import Draft, Passage, Section
from jingkai.reports.tokens import tokens_of

__all__ = [
    "DraftView",
    "PassageView",
    "Problem",
    "SectionView",
    "TableView",
    "in_order",
    "lay_out",
    "plain_text",
]

CIRCULAR, CHART = "circular", "chart"
_LEVELS = 4
_HAN = "一二三四五六七八九十"


@dataclass(frozen=True)
class Problem:
    """Something that stands in the way of freezing: where, why, and what to do."""

    key: str
    kind: str
    place: Words
    why: Words
    fix: Words
    url: str

    @property
    def can_be_waived(self) -> bool:
        """Tell whether a draft may be frozen with it, for a reason."""
        return self.kind == "unknown"


@dataclass(frozen=True)
class TableView:
    """A table of numbers of the dictionary."""

    title: str
    rows: tuple[tuple[str, str, str, str, str, str, str], ...]
    source: str


@dataclass(frozen=True)
class PassageView:
    """A passage as it reads: prose, a table or a chart."""

    passage: Passage
    pieces: tuple[str | Live, ...] = ()
    table: TableView | None = None
    chart: Chart | None = None
    open_comments: int = 0


@dataclass
class SectionView:
    """A section with its number and what stands under it."""

    section: Section
    number: str
    level: int
    passages: list[PassageView] = field(default_factory=list)


@dataclass(frozen=True)
class DraftView:
    """The whole draft in reading order."""

    draft: Draft
    sections: tuple[SectionView, ...]
    problems: tuple[Problem, ...]
    numbers: int


def lay_out(draft: Draft, ledger: Ledger) -> DraftView:
    """Return a draft with its numbers as the ledger knows them, and every problem by its place."""
    sections = list(draft.sections.all())
    passages = list(
        Passage.objects.filter(section__draft=draft, is_removed=False)
        .select_related("section")
        .prefetch_related("comments")
    )
    writer = Writer(ledger, parse_period(draft.period_id))
    writer.prepare(one.text for one in passages)
    problems: list[Problem] = []
    views, numbers = [], 0
    for section, number, level in in_order(sections):
        view = SectionView(section, number, level)
        mine = [one for one in passages if one.section_id == section.pk]
        for position, passage in enumerate(mine, start=1):
            place = Words(
                "%(section)s 第%(position)s段",
                section=f"{number}{section.title}",
                position=position,
            )
            shown, found = _show(passage, writer, place)
            view.passages.append(shown)
            problems += found
            numbers += sum(isinstance(one, Live) for one in shown.pieces)
        views.append(view)
    problems += _circular(sections, draft)
    return DraftView(draft, tuple(views), tuple(problems), numbers)


def in_order(sections: Sequence[Section]) -> Iterator[tuple[Section, str, int]]:
    """Yield the tree from its roots; what hangs on itself is reached from none."""
    children: dict[int | None, list[Section]] = {}
    for one in sections:
        children.setdefault(one.parent_id, []).append(one)

    def walk(parent: int | None, level: int) -> Iterator[tuple[Section, str, int]]:
        for position, one in enumerate(children.get(parent, ()), start=1):
            yield one, _number(level, position), level
            yield from walk(one.pk, level + 1)

    yield from walk(None, 1)


def _number(level: int, position: int) -> str:
    han = _HAN[position - 1] if position <= len(_HAN) else f"{position}"
    return {1: f"{han}、", 2: f"（{han}）", 3: f"{position}."}.get(level, f"（{position}）")


def _circular(sections: Sequence[Section], draft: Draft) -> list[Problem]:
    reached = {one.pk for one, _, _ in in_order(sections)}
    return [
        Problem(
            key=f"section-{one.pk}",
            kind=CIRCULAR,
            place=Words("节“%(title)s”", title=one.title),
            why=Words("它的上级一层层绕回到自己，排不进正文。"),
            fix=Words("把其中一节的上级改成“顶层”。"),
            url=reverse("reports:workshop_section", args=[one.pk]),
        )
        for one in sections
        if one.pk not in reached
    ]


def _show(passage: Passage, writer: Writer, place: Words) -> tuple[PassageView, list[Problem]]:
    comments = sum(one.state == "open" for one in passage.comments.all())
    pieces = tuple(writer.write(passage.text))
    lives = [one for one in pieces if isinstance(one, Live)]
    problems = [_problem(passage, live, place) for live in lives if live.is_wrong]
    if passage.kind == Passage.Kind.TEXT:
        return PassageView(passage, pieces, open_comments=comments), problems
    if passage.kind == Passage.Kind.TABLE:
        table = _table(passage, writer)
        return PassageView(passage, pieces, table=table, open_comments=comments), problems
    try:
        chart = _chart(passage, writer) if not problems else None
    except BadChart as wrong:
        chart = None
        problems.append(
            Problem(
                key=f"passage-{passage.pk}-chart",
                kind=CHART,
                place=place,
                why=words_of(wrong),
                fix=Words("一张图放一个指标的各月，或几个同单位的指标。"),
                url=reverse("reports:workshop_passage", args=[passage.pk]),
            )
        )
    return PassageView(passage, pieces, chart=chart, open_comments=comments), problems


def _problem(passage: Passage, live: Live, place: Words) -> Problem:
    assert live.why is not None and live.fix is not None
    return Problem(
        key=f"passage-{passage.pk}-{live.at}",
        kind=live.problem,
        place=Words("%(place)s，%(token)s", place=place, token=live.token),
        why=live.why,
        fix=live.fix,
        url=reverse("reports:workshop_passage", args=[passage.pk]),
    )


def _title(passage: Passage) -> str:
    return passage.text.strip().split("\n", 1)[0].strip()


def _numbers(passage: Passage, writer: Writer) -> Iterable[tuple[Number, Period]]:
    known = current_zone().indicators
    for token in tokens_of(passage.text):
        if token.indicator in known:
            period = token.period or writer.period
            yield writer.ledger.number(known[token.indicator], period), period


def _table(passage: Passage, writer: Writer) -> TableView:
    rows = []
    for number, period in _numbers(passage, writer):
        indicator = number.indicator
        lines = list_targets_of(indicator, ledger=writer.ledger, year=period.last.year)
        target = next((one for one in lines if one.period.last.year == period.last.year), None)
        attainment = target.standing.attainment if target else None
        rows.append(
            (
                indicator.name,
                number.period.name,
                indicator.unit,
                number.text,
                _percent(number.yoy),
                target.promised if target else "—",
                _percent(attainment),
            )
        )
    return TableView(_title(passage), tuple(rows), _source(writer))


def _source(writer: Writer) -> str:
    day = writer.ledger.known_on
    return f"{current_zone().name}账本，截至{day.year}年{day.month}月{day.day}日"


def _percent(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:.1f}%"


def _chart(passage: Passage, writer: Writer) -> Chart:
    found = list(_numbers(passage, writer))
    units = {number.indicator.unit for number, _ in found}
    if len(units) > 1:
        raise BadChart(
            Words(
                "图“%(title)s”里的指标单位不同：%(units)s。",
                title=_title(passage),
                units=[Named(one, get_unit(one).english) for one in sorted(units)],
            )
        )
    if len(found) == 1 and len(months := _months(*found[0])) > 1:
        return _draw(passage, writer, months, found[0][1].name)
    bars = [(number.indicator.name, number.value, number.text, _url(number)) for number, _ in found]
    return _draw(passage, writer, bars, found[0][1].name if found else "—", units)


Bar = tuple[str, Decimal | None, str, str]


def _months(number: Number, period: Period) -> list[Bar]:
    indicator = number.indicator
    return [
        (f"{month.month}月", value, get_unit(indicator.unit).show(value), _url(number))
        for month, value in sorted(number.by_month.items())
        if period.first <= month <= period.last
    ]


def _url(number: Number) -> str:
    return reverse("number", args=[number.indicator.id, number.period.id])


def _draw(
    passage: Passage,
    writer: Writer,
    bars: Sequence[Bar],
    period: str,
    units: Iterable[str] = (),
) -> Chart:
    found = list(_numbers(passage, writer))
    if not bars:
        raise BadChart(Words("图“%(title)s”里没有指标。", title=_title(passage)))
    unit = found[0][0].indicator.unit
    marks = tuple(
        Mark(None if value is None else get_unit(unit).from_base(value), text, url)
        for _, value, text, url in bars
    )
    title = _title(passage)
    return Chart(
        id=f"passage-{passage.pk}",
        title=title,
        unit=unit,
        source=_source(writer),
        period=period,
        alt=f"{title}：" + "，".join(f"{name} {text}{unit}" for name, _, text, _ in bars) + "。",
        figures=Rows(
            kind="bar",
            across="月份" if len(found) == 1 else "指标",
            categories=tuple(name for name, _, _, _ in bars),
            series=(Series(found[0][0].indicator.name if len(found) == 1 else title, marks),),
        ),
    )


def plain_text(view: DraftView) -> str:
    """Return a draft as plain text, a line for each heading and passage: what a reader reads."""
    lines = [view.draft.title]
    for section in view.sections:
        lines.append(f"{section.number}{section.section.title}")
        lines += [
            "".join(one if isinstance(one, str) else one.text for one in passage.pieces)
            for passage in section.passages
            if passage.passage.kind == Passage.Kind.TEXT
        ]
    return "\n".join(lines) + "\n"
