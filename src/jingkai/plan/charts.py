"""Pictures of the plan: bullets of its targets."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from jingkai.documents.charts import Chart, Mark, Rows, Series
from jingkai.kernel.lights import LATE_TONES
from jingkai.kernel.units import get_unit
from jingkai.kernel.zone import current_zone
from jingkai.plan.queries import ItemLine, TargetLine
from jingkai.web.language import is_english, quantity, spoken
from jingkai.web.numbers import open_number

__all__ = ["MODES", "Mode", "bullets_of", "furthest_behind", "is_behind", "lights_of", "title_of"]


@dataclass(frozen=True)
class Mode:
    """A way to look at the same targets: what the bar is held against."""

    id: str
    name: str
    dashed: str
    stroke: str


MODES = {
    mode.id: mode
    for mode in [
        Mode("year", "全年", "序时应到", "全年目标"),
        Mode("pace", "序时", "去年同期", "序时应到"),
        Mode("last", "去年同期", "序时应到", "去年同期"),
    ]
}


def is_behind(line: TargetLine) -> bool:
    """Tell whether a target's light says that it is behind."""
    return line.standing.light.tone in LATE_TONES


def furthest_behind(lines: Iterable[TargetLine], most: int) -> list[TargetLine]:
    """Return so many targets, the furthest behind first."""
    return sorted(lines, key=lambda line: line.standing.gap or Decimal(0))[:most]


def title_of(line: TargetLine) -> str:
    """Return what the target is about: the growth of a thing is not the thing."""
    name, indicator = line.target.name, line.indicator
    is_growth = line.target.measure == "growth"
    if is_english() and indicator and name in (indicator.name, *indicator.aliases):
        name = spoken(name, indicator.english)
        # The English name of a number that is a growth says so, the Chinese one does not.
        is_growth &= indicator.measure != "growth"
    return _("%(name)s增速") % {"name": name} if is_growth else name


def bullets_of(
    id_: str,
    theme: str,
    lines: Iterable[TargetLine],
    mode: Mode,
    today: date,
    *,
    most: int = 0,
) -> Chart:
    """Return the targets of a theme as bullets, each on its own scale and in its own unit.

    With `most`, only so many are drawn, the furthest behind first; the finding counts all.
    """
    lines = list(lines)
    behind = [title_of(line) for line in lines if is_behind(line)]
    words = {"theme": theme, "count": len(lines), "late": len(behind), "names": "、".join(behind)}
    if behind:
        title = _("%(theme)s：%(count)s 项目标，%(late)s 项滞后") % words
        alt = _("%(theme)s的 %(count)s 项目标，滞后的是%(names)s。") % words
    else:
        title = _("%(theme)s：%(count)s 项目标，没有滞后") % words
        alt = _("%(theme)s的 %(count)s 项目标，没有一项滞后。") % words
    if most:
        lines = furthest_behind(lines, most)
    values = {
        "序时应到": lambda line: line.standing.expected,
        "全年目标": lambda line: line.target.value,
        "去年同期": lambda line: line.number.last_year if line.number else None,
    }
    return Chart(
        id=id_,
        title=title,
        unit=_("见各行"),
        source=_("账本，按指标字典口径计算"),
        period=_("截至 %(day)s 所知") % {"day": today},
        alt=alt,
        figures=Rows(
            kind="bullet",
            across=_("目标"),
            categories=tuple(title_of(line) for line in lines),
            units=tuple(line.target.unit for line in lines),
            urls=tuple(reverse("plan:item", args=[line.target.item_id]) for line in lines),
            series=(
                Series(_("已完成数"), tuple(_done(line) for line in lines)),
                *(
                    Series(_(name), tuple(_mark(line, values[name](line)) for line in lines), False)
                    for name in (mode.dashed, mode.stroke)
                ),
            ),
        ),
    )


def lights_of(lines: Sequence[ItemLine], today: date) -> list[Chart]:
    """Return how many tasks show each light, in the scheme's own order; none without tasks."""
    if not lines:
        return []
    counts = Counter(line.light.id for line in lines)
    lights = [one for one in current_zone().task_lights.lights if counts[one.id]]
    late = sum(1 for line in lines if line.light.tone in LATE_TONES)
    words = {"count": len(lines), "late": late}
    title = _("%(count)s 项任务，%(late)s 项逾期或滞后") % words
    return [
        Chart(
            id="lights",
            title=title,
            unit=_("项"),
            source=_("年度计划"),
            period=_("截至 %(day)s 所知") % {"day": today},
            alt=_("%(title)s，按灯分。") % {"title": title},
            figures=Rows(
                kind="bar",
                across=_("状态"),
                categories=tuple(f"{one.shape} {spoken(one.word, one.english)}" for one in lights),
                series=(
                    Series(
                        _("任务"),
                        tuple(
                            Mark(Decimal(counts[one.id]), str(counts[one.id]), "", one.tone)
                            for one in lights
                        ),
                    ),
                ),
            ),
        )
    ]


def _done(line: TargetLine) -> Mark:
    number, light = line.number, line.standing.light
    if number is None or number.value is None:
        return Mark(None, _("未报"), "", light.tone, light.shape)
    opened = open_number(number, shown_in=line.target.unit)
    value = get_unit(line.target.unit).from_base(number.value)
    return Mark(value, f"{opened.text}{opened.unit}", opened.url, light.tone, light.shape)


def _mark(line: TargetLine, value: Decimal | None) -> Mark:
    if value is None:
        return Mark(None, "—")
    said = "".join(quantity(value, line.target.unit))
    return Mark(get_unit(line.target.unit).from_base(value), said)
