"""The twin of a chart: the same marks as a table, with full precision for a workbook."""

from jingkai.documents.charts.model import Areas, Chart, Lane, Mark, Network, Points, Rows, Schedule
from jingkai.documents.model import Cell, Column, Figure, Table

__all__ = ["WORDS", "table_of"]

# The words that the twin prints by itself; pages translate them.
WORDS = ("单位", "对象", "分组", "环节", "数量", "去向", "缺", "事项", "起", "止", "说明", "未报")


def table_of(chart: Chart) -> Table:
    """Return everything the chart shows as a table."""
    match chart.figures:
        case Rows() as rows:
            columns, lines = _of_rows(chart, rows)
        case Points() as points:
            columns = [
                Column("对象"),
                Column("分组"),
                Column(points.x_name, points.x_unit, "right"),
                Column(points.y_name, chart.unit, "right"),
            ]
            lines = [(one.name, one.group, one.x, one.y) for one in points.points]
        case Network() as network:
            names = {node.id: node.name for node in network.nodes}
            columns = [Column("环节"), Column("数量", chart.unit, "right"), Column("去向")]
            lines = [
                (
                    node.name,
                    "缺" if node.is_missing else node.value,
                    "、".join(names[end] for start, end in network.links if start == node.id),
                )
                for node in network.nodes
            ]
        case Areas() as areas:
            columns = [
                Column(areas.across),
                Column("分组"),
                Column(areas.measure, chart.unit, "right"),
            ]
            lines = [(one.name, one.group, _cell(one.mark)) for one in areas.areas]
        case Schedule() as schedule:
            columns, lines = _of_schedule(schedule)
    return Table(columns=tuple(columns), rows=lines, caption=chart.title, source=chart.source)


def _of_rows(chart: Chart, rows: Rows) -> tuple[list[Column], list[tuple[Cell, ...]]]:
    unit = "" if rows.units else chart.unit
    columns = [Column(rows.across)]
    if rows.units:
        columns.append(Column("单位"))
    columns += [Column(series.name, unit, "right") for series in rows.series]
    lines: list[tuple[Cell, ...]] = []
    for place, category in enumerate(rows.categories):
        own: tuple[Cell, ...] = (rows.units[place],) if rows.units else ()
        marks = tuple(_cell(series.marks[place]) for series in rows.series)
        lines.append((category, *own, *marks))
    return columns, lines


def _cell(mark: Mark) -> Cell:
    if mark.value is None and not mark.url:
        return mark.printed
    return Figure(text=mark.printed, anchor=mark.url, value=mark.value)


def _of_schedule(schedule: Schedule) -> tuple[list[Column], list[tuple[Cell, ...]]]:
    columns = [Column(schedule.across), Column("事项"), Column("起"), Column("止"), Column("说明")]
    lines: list[tuple[Cell, ...]] = []
    for lane in schedule.lanes:
        for flag in lane.flags:
            lines.append((lane.name, f"{flag.shape} {flag.name}", flag.on, flag.on, lane.note))
        for span in lane.spans:
            lines.append((lane.name, span.name, span.first, span.last, lane.note))
        if lane.counts:
            months = [one.month for one in lane.counts]
            lines.append((lane.name, _counted(lane), min(months), max(months), lane.note))
        if not lane.flags and not lane.spans and not lane.counts:
            lines.append((lane.name, "—", None, None, lane.note))
    return columns, lines


def _counted(lane: Lane) -> str:
    """Return how much of each light a lane has, in the order in which the lights come up."""
    found: dict[str, int] = {}
    for one in lane.counts:
        words = f"{one.shape} {one.word}"
        found[words] = found.get(words, 0) + one.count
    return " · ".join(f"{words} {count}" for words, count in found.items())
