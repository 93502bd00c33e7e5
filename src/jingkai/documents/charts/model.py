"""What a chart is made of: plain values and the words around them, refused where they mislead."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

from jingkai.documents.model import BadDocument
from jingkai.kernel.words import Words

RowKind: TypeAlias = Literal["bullet", "bar", "line", "multiples", "heat", "funnel", "waterfall"]
_MOST_SERIES = 5
_MANY_SERIES = ("multiples", "heat")  # each series is a panel or a row of its own


class BadChart(BadDocument):
    """The chart would mislead or cannot be read; the message says what to change."""


class TooManySeries(BadChart):
    """More series than anybody can tell apart."""


class WithoutUnit(BadChart):
    """An axis that does not say what it measures."""


class WithoutWords(BadChart):
    """A chart without its finding, source, period or description."""


class NotFromZero(BadChart):
    """Bars that do not begin at zero exaggerate differences."""


class UnevenSeries(BadChart):
    """A series has more or fewer marks than the chart has categories."""


class EmptyChart(BadChart):
    """There is nothing to draw."""


@dataclass(frozen=True)
class Mark:
    """One value: measure, print, page where it opens, tone and shape of its light."""

    value: Decimal | None
    text: str = ""
    url: str = ""
    tone: str = ""
    shape: str = ""

    @property
    def printed(self) -> str:
        """Return the value as people read it; 未报 when unknown."""
        if self.text:
            return self.text
        return "未报" if self.value is None else f"{self.value:,f}"


def with_unit(printed: str, unit: str) -> str:
    """Return a value with its unit: a word in Latin letters stands apart, 个 and % do not."""
    return f"{printed} {unit}" if unit[:1].isascii() and unit[:1].isalpha() else printed + unit


@dataclass(frozen=True)
class Series:
    """Marks that belong together, one for each category; `is_ours` is drawn in the accent."""

    name: str
    marks: tuple[Mark, ...]
    is_ours: bool = True


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Categories by series: bars, lines, bullets, heat, funnel, waterfall, small multiples.

    A bullet has three series: what is done, what is due by now, what is promised; every row has its
    own unit in `units` and its own scale. Only lines may begin elsewhere than at zero.
    """

    kind: RowKind
    across: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    units: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    start: Decimal | None = None


@dataclass(frozen=True)
class Point:
    """A subject at two measures."""

    name: str
    x: Decimal
    y: Decimal
    group: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Points:
    """Subjects by two measures; `x_at` and `y_at` divide them into four quadrants."""

    x_name: str
    x_unit: str
    y_name: str
    points: tuple[Point, ...]
    x_at: Decimal | None = None
    y_at: Decimal | None = None


@dataclass(frozen=True)
class Node:
    """A thing in a network, in its layer from the left; a missing one is drawn dashed."""

    id: str
    name: str
    layer: int = 0
    value: Decimal | None = None
    is_missing: bool = False
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Network:
    """Things in layers and who feeds whom."""

    nodes: tuple[Node, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Span:
    """Something that lasts: from a day to a day."""

    name: str
    first: date
    last: date
    tone: str = ""
    is_delay: bool = False


@dataclass(frozen=True)
class Flag:
    """Something on a day: a gate passed (✓) or due (◇), with shape and word."""

    name: str
    on: date
    shape: str = "●"
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Count:
    """How much small work of one light a lane has in a month; what is done stands above bars."""

    month: date
    shape: str
    tone: str
    is_done: bool
    count: int
    word: str = ""


@dataclass(frozen=True)
class Lane:
    """One row of a schedule; `fold` opens or closes the rows beneath it, which are one deeper."""

    name: str
    spans: tuple[Span, ...] = ()
    flags: tuple[Flag, ...] = ()
    note: str = ""
    url: str = ""
    tone: str = ""
    counts: tuple[Count, ...] = ()
    depth: int = 0
    key: str = ""
    fold: str = ""
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Rows by months, with a line at today; the key says what each shape means.

    With `rooms`, names and notes get so many pixels, whatever the rows need: drawings side by side
    have one scale of months.
    """

    across: str
    first: date
    last: date
    today: date
    lanes: tuple[Lane, ...]
    key: tuple[Mark, ...] = ()
    rooms: tuple[float, float] | None = None


@dataclass(frozen=True)
class Area:
    """A piece of land with its value: a closed ring of longitude and latitude."""

    name: str
    ring: tuple[tuple[Decimal, Decimal], ...]
    mark: Mark
    group: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Areas:
    """Pieces of land shaded by their values, inside an outline where there is one."""

    across: str
    measure: str
    areas: tuple[Area, ...]
    outline: tuple[tuple[Decimal, Decimal], ...] = ()


Figures: TypeAlias = Rows | Points | Network | Schedule | Areas


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture of figures with everything that must stand around it.

    `title` is the finding, `alt` says in a sentence what can be seen, `unit` is that of the value
    axis. Texts are in the reader's language.
    """

    id: str
    title: str
    unit: str
    source: str
    period: str
    alt: str
    figures: Figures

    def __post_init__(self) -> None:
        name = self.title.strip() or self.id
        told = (
            (Words("标题"), self.title),
            (Words("来源"), self.source),
            (Words("期间"), self.period),
            (Words("替代文字"), self.alt),
        )
        for what, text in told:
            if not text.strip():
                raise WithoutWords(
                    Words(
                        "图“%(name)s”没有%(what)s，请写上：看图的人要靠它读懂。",
                        name=name,
                        what=what,
                    )
                )
        if not self.unit.strip():
            raise WithoutUnit(
                Words("图“%(name)s”的数轴没有单位，请写明，例如 亿元、个、%%。", name=name)
            )
        match self.figures:
            case Rows():
                _check_rows(name, self.figures)
            case Points():
                _check_points(name, self.figures)
            case Network(nodes=nodes, links=links):
                _check_some(name, len(nodes))
                known = {node.id for node in nodes}
                for one in {end for link in links for end in link} - known:
                    raise UnevenSeries(f"图“{name}”的连线指向没有的节点“{one}”。")
            case Schedule():
                _check_schedule(name, self.figures)
            case Areas(areas=areas):
                _check_some(name, len(areas))

    @property
    def kind(self) -> str:
        """Return what sort of picture it is."""
        match self.figures:
            case Rows(kind=kind):
                return kind
            case Points():
                return "scatter"
            case Network():
                return "graph"
            case Schedule():
                return "gantt"
            case Areas():
                return "map"


KINDS: tuple[str, ...] = (*get_args(RowKind), "scatter", "graph", "gantt", "map")


def _check_some(name: str, count: int) -> None:
    if not count:
        raise EmptyChart(
            Words("图“%(name)s”没有可画的数；没有数时请用空状态说明，不画空图。", name=name)
        )


def _check_rows(name: str, rows: Rows) -> None:
    _check_some(name, len(rows.categories) * len(rows.series))
    if len(rows.series) > _MOST_SERIES and rows.kind not in _MANY_SERIES:
        raise TooManySeries(
            f"图“{name}”有{len(rows.series)}个系列，最多{_MOST_SERIES}个；请合并成“其他”，或改用分面小图。"
        )
    if rows.start and rows.kind != "line":
        raise NotFromZero(
            f"图“{name}”的柱从{rows.start:f}开始，会夸大差距；柱必须从0开始，或改用折线。"
        )
    for series in rows.series:
        if len(series.marks) != len(rows.categories):
            raise UnevenSeries(
                f"图“{name}”的系列“{series.name}”有{len(series.marks)}个数，"
                f"横轴有{len(rows.categories)}项，请补齐；没有数的位置填“未报”。"
            )
    for given, what in ((rows.units, "单位"), (rows.urls, "链接")):
        if given and len(given) != len(rows.categories):
            raise UnevenSeries(
                f"图“{name}”各行的{what}有{len(given)}个，应有{len(rows.categories)}个。"
            )
    if rows.kind == "bullet":
        if len(rows.series) != 3:
            raise UnevenSeries(f"靶图“{name}”要有三个系列：完成、应到、目标。")
        if not rows.units or not all(unit.strip() for unit in rows.units):
            raise WithoutUnit(f"靶图“{name}”每一行都要有自己的单位。")
    if rows.kind in ("funnel", "waterfall") and len(rows.series) != 1:
        raise UnevenSeries(f"图“{name}”只能有一个系列。")


def _check_points(name: str, points: Points) -> None:
    _check_some(name, len(points.points))
    if not points.x_unit.strip():
        raise WithoutUnit(f"图“{name}”的横轴没有单位，请写明。")
    groups = {point.group for point in points.points}
    if len(groups) > _MOST_SERIES:
        raise TooManySeries(f"图“{name}”有{len(groups)}组，最多{_MOST_SERIES}组。")


def _check_schedule(name: str, schedule: Schedule) -> None:
    _check_some(name, len(schedule.lanes))
    if schedule.first >= schedule.last:
        raise EmptyChart(f"图“{name}”的起止日期颠倒了：{schedule.first} 至 {schedule.last}。")
    for lane in schedule.lanes:
        for span in lane.spans:
            if span.first > span.last:
                raise UnevenSeries(f"图“{name}”“{lane.name}”的{span.name}止日早于起日，请核对。")
