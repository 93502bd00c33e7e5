"""Rows and tiles of items as more than one page shows them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.kernel.lights import LATE_TONES, URGENT_TONES, Light
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger
from jingkai.plan.charts import title_of
from jingkai.plan.outlook import outlook_of
from jingkai.plan.panels import paced_by, percent, points
from jingkai.plan.queries import (
    ItemLine,
    TargetLine,
    TaskGroup,
)
from jingkai.plan.themes import Tree
from jingkai.web.language import quantity, spoken
from jingkai.web.numbers import Bullet, OpenNumber, open_number


@dataclass(frozen=True)
class Row:
    """One row of the five-column table."""

    id: int
    number: int
    kind: str
    text: str
    leader: str
    lead: str
    support: str
    due_on: date
    light: Light
    value: OpenNumber | None
    promised: str
    gap: str


@dataclass(frozen=True)
class Tile:
    """One target of the wall."""

    name: str
    url: str
    light: Light
    value: OpenNumber | None
    promised: str
    attainment: str
    pace: str
    gap: str
    bullet: Bullet | None
    parts: list["Tile"] = field(default_factory=list)
    paced_by: str = ""


@dataclass(frozen=True)
class Tally:
    """How many items show a light."""

    light: Light
    count: int


@dataclass(frozen=True)
class BranchRow:
    """A theme with everything below it: how many items, and which lights they show."""

    theme: str
    name: str
    url: str
    depth: int
    count: int
    late: int
    tallies: list[Tally]
    is_open: bool = False

    @property
    def urgent(self) -> list[Tally]:
        """Return the lights that ask for attention."""
        return [one for one in self.tallies if one.light.tone in URGENT_TONES]


@dataclass(frozen=True)
class OutlookView:
    """Where a target is likely to end, in words; for inside the house."""

    name: str
    url: str
    promised: str
    forecast: str
    between: str
    begins_by: str
    verdict: str
    tone: str
    shape: str


def row_of(line: ItemLine) -> Row:
    item, target = line.item, line.target
    return Row(
        id=item.pk,
        number=item.number,
        kind=item.get_kind_display(),
        text=item.text,
        leader=item.leader,
        lead=spoken(item.lead.name, item.lead.english) if item.lead else "",
        support="、".join(spoken(*names) for names in line.support),
        due_on=item.due_on,
        light=line.light,
        value=_number(target) if target else None,
        promised=target.promised if target else "",
        gap=points(target.standing.gap) if target else "",
    )


def _number(line: TargetLine) -> OpenNumber | None:
    if line.indicator is None or line.number is None:
        return None
    return open_number(line.number, shown_in=line.target.unit)


def tile_of(line: TargetLine) -> Tile:
    standing = line.standing
    return Tile(
        name=title_of(line),
        url=reverse("plan:item", args=[line.target.item_id]),
        light=standing.light,
        value=_number(line),
        promised=line.promised,
        attainment=percent(standing.attainment),
        pace=percent(standing.pace),
        gap=points(standing.gap),
        bullet=_bullet(line),
        parts=[tile_of(part) for part in line.parts],
        paced_by=paced_by(standing),
    )


def _bullet(line: TargetLine) -> Bullet | None:
    actual = line.number.value if line.number else None
    expected = line.standing.expected
    goal = line.target.value
    most = max(goal, actual or Decimal(0)) * Decimal("1.1")
    if most <= 0:
        return None
    marks = [None if value is None else float(value / most) for value in (actual, expected, goal)]
    said, unit = (_("未报"), "") if actual is None else quantity(actual, line.target.unit)
    return Bullet(
        done=marks[0],
        pace=marks[1],
        target=marks[2] or 0.0,
        text=_("%(name)s:%(value)s%(unit)s，目标 %(goal)s")
        % {
            "name": line.target.name,
            "value": said,
            "unit": unit,
            "goal": line.promised,
        },
        tone=line.standing.light.tone,
    )


def outlook_view(line: TargetLine, ledger: Ledger) -> OutlookView | None:
    """Return the outlook in words; None where the record says nothing about the year's end."""
    found = outlook_of(line, ledger)
    if found is None or (found.forecast is None and not found.is_lost and not found.begins_by):
        return None
    said = found.forecast
    begins = ""
    if found.begins_by:
        day = found.begins_by + timedelta(days=1)
        begins = _("最迟 %(day)s 起按历史最好速度还来得及") % {"day": day}
    elif found.is_lost:
        begins = _("按历史最好速度，年底前也补不齐")
    verdict, tone, shape = (
        (_("已经来不及"), "late", "■")
        if found.is_lost
        else (_("预计能完成"), "good", "●")
        if found.is_likely
        else (_("预计完不成"), "behind", "▲")
        if found.is_likely is False
        else (_("记录太短，估不出"), "neutral", "○")
    )
    return OutlookView(
        name=title_of(line),
        url=reverse("plan:item", args=[line.target.item_id]),
        promised=line.promised,
        forecast="".join(quantity(said.value, line.target.unit)) if said else "—",
        between=f"{line.shown(said.low)}—{''.join(quantity(said.high, line.target.unit))}"
        if said and said.low != said.high
        else "—",
        begins_by=begins,
        verdict=verdict,
        tone=tone,
        shape=shape,
    )


def branches_of(
    tree: Tree,
    targets: Sequence[ItemLine],
    groups: Sequence[TaskGroup],
    address: Callable[[str], str],
    is_open: str = "",
) -> list[BranchRow]:
    """Return every theme in the order of the plan with what is below it, and what has no theme."""
    lights: dict[int | None, list[tuple[Light, int]]] = {}
    for line in targets:
        lights.setdefault(line.item.theme_id, []).append((line.light, 1))
    for one in groups:
        lights.setdefault(one.theme, []).append((one.light, one.count))

    def row(theme: str, name: str, depth: int, within: Sequence[int | None]) -> BranchRow:
        tallies = count_lights([told for one in within for told in lights.get(one, ())])
        return BranchRow(
            theme=theme,
            name=name,
            url=address(theme),
            depth=depth,
            count=sum(one.count for one in tallies),
            late=sum(one.count for one in tallies if one.light.tone in LATE_TONES),
            tallies=tallies,
            is_open=theme == is_open,
        )

    rows = [
        row(f"{one.id}", one.name, len(tree.above(one.id)), tree.within(one.id)) for one in tree
    ]
    rest = row("none", "", 1, [None])
    return [*rows, rest] if rest.count else rows


def count_lights(told: Iterable[tuple[Light, int]]) -> list[Tally]:
    """Return how many show each light, in the order of the zone's schemes.

    Targets and tasks have schemes of their own: lights are one only where they look and read the
    same, whatever their ids are.
    """
    counts: dict[tuple[str, str, str], Tally] = {}
    for light, count in told:
        look = _look(light)
        before = counts.get(look)
        counts[look] = Tally(light, before.count + count if before else count)
    zone = current_zone()
    lights = (*zone.target_lights.lights, *zone.task_lights.lights)
    order = {look: place for place, look in reversed(list(enumerate(map(_look, lights))))}
    return sorted(counts.values(), key=lambda one: order[_look(one.light)])


def _look(light: Light) -> tuple[str, str, str]:
    """Return what the reader sees of a light."""
    return light.shape, spoken(light.word, light.english), light.tone
