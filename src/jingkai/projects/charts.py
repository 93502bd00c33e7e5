"""Pictures of projects: the schedule of all, the phases of one."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from jingkai.documents.charts import (
    Area,
    Areas,
    Chart,
    Lane,
    Mark,
    Rows,
    Schedule,
    Series,
)
from jingkai.kernel.geometry import Plots
from jingkai.kernel.lights import Light
from jingkai.projects.lanes import project_lane
from jingkai.projects.models import Project
from jingkai.projects.rules import GATES, Wait
from jingkai.web.language import spoken

__all__ = ["finding_of", "map_of", "phases_of", "schedule_of", "stages_of", "started_by_month"]


def _source() -> str:
    return _("账本，项目过节点的记录")


def schedule_of(
    lanes: Sequence[Lane],
    *,
    title: str,
    first: date,
    last: date,
    today: date,
    key: Sequence[Light] = (),
) -> Chart:
    """Return projects by months: gates, what lasts between them, their nodes by light."""
    return Chart(
        id="schedule",
        title=title,
        unit=_("月"),
        source=_source(),
        period=f"{first} — {last}",
        alt=_(
            "每行一个项目，按月标出已过的关口和节点：横条上方是当月销号的，下方是当月到期还没有销号的，数字是个数；红线是今天，虚线框是超出的时长。%(title)s。"
        )
        % {"title": title},
        figures=Schedule(
            across=_("项目"),
            first=first,
            last=last,
            today=today,
            lanes=tuple(lanes),
            key=tuple(
                Mark(None, spoken(one.word, one.english), tone=one.tone, shape=one.shape)
                for one in key
            ),
        ),
    )


def finding_of(projects: Sequence[tuple[Project, Wait | None]]) -> str:
    """Say how many projects are over their usual time, and which one most."""
    late = [(project, wait) for project, wait in projects if wait and wait.days_over > 0]
    words = {"count": len(projects), "late": len(late)}
    if late:
        worst, wait = max(late, key=lambda one: one[1].days_over)
        words |= {"name": worst.name, "days": wait.days_over, "gate": _(GATES[wait.gate].name)}
        return _("%(late)s 个项目超过常用时长，最久的“%(name)s”%(gate)s已超 %(days)s 天") % words
    return _("%(count)s 个项目，没有超过常用时长的") % words


def phases_of(project: Project, wait: Wait | None, today: date) -> Chart | None:
    """Return the way of one project from gate to gate; None before its first."""
    passed = project.passed
    if not passed:
        return None
    first = min(passed.values()).replace(day=1)
    last = max(max(passed.values()), today) + timedelta(days=60)
    lane = project_lane(project, wait, today=today)
    done = "、".join(f"{_(GATES[gate].name)} {on}" for gate, on in passed.items())
    over = wait.days_over if wait else 0
    words = {"done": done, "days": over, "gate": _(GATES[wait.gate].name) if wait else ""}
    if over > 0:
        title = _("%(gate)s比常用时长已超 %(days)s 天") % words
    else:
        title = _("已过节点：%(done)s") % words
    return Chart(
        id="phases",
        title=title,
        unit=_("月"),
        source=_source(),
        period=f"{first} — {last}",
        alt=_("从签约到达效的阶段。%(done)s。") % words,
        figures=Schedule(across=_("项目"), first=first, last=last, today=today, lanes=(lane,)),
    )


def started_by_month(projects: Sequence[Project], today: date) -> list[Chart]:
    """Return how many projects broke ground in each month, beside last year; none for no years."""
    counts = {
        year: [
            sum(
                1
                for one in projects
                if one.start_on and (one.start_on.year, one.start_on.month) == (year, month)
            )
            for month in range(1, 13)
        ]
        for year in (today.year, today.year - 1)
    }
    if not any(map(sum, counts.values())):
        return []
    until = today.month
    words = {
        "year": today.year,
        "count": sum(counts[today.year]),
        "before": sum(counts[today.year - 1][:until]),
    }

    def mark(year: int, month: int) -> Mark:
        if year == today.year and month > until:
            return Mark(None, " ")
        count = counts[year][month - 1]
        return Mark(Decimal(count), str(count))

    title = _("今年开工 %(count)s 个，去年同期 %(before)s 个") % words
    return [
        Chart(
            id="started",
            title=title,
            unit=_("个"),
            source=_source(),
            period=f"{today.year - 1} / {today.year}",
            alt=_("%(title)s，按月。") % {"title": title},
            figures=Rows(
                kind="line",
                across=_("月份"),
                categories=tuple(str(month) for month in range(1, 13)),
                series=tuple(
                    Series(
                        str(year), tuple(mark(year, m) for m in range(1, 13)), year == today.year
                    )
                    for year in counts
                ),
            ),
        )
    ]


def stages_of(projects: Sequence[Project]) -> list[Chart]:
    """Return how many projects came to each gate; none where there are no projects."""
    reached = {gate: sum(1 for one in projects if gate in one.passed) for gate in GATES}
    if not any(reached.values()):
        return []
    title = _("在库 %(count)s 个项目，已投产 %(done)s 个") % {
        "count": len(projects),
        "done": reached["commission"],
    }
    return [
        Chart(
            id="stages",
            title=title,
            unit=_("个"),
            source=_source(),
            period=_("现状"),
            alt=_("走到签约、开工、投产、达效各节点的项目个数。"),
            figures=Rows(
                kind="bar",
                across=_("节点"),
                categories=tuple(_(gate.name) for gate in GATES.values()),
                series=(
                    Series(_("项目"), tuple(Mark(Decimal(n), str(n)) for n in reached.values())),
                ),
            ),
        )
    ]


def map_of(plots: Plots, on_plots: Mapping[str, Sequence[Project]]) -> Chart:
    """Return the plots of the zone, shaded by how many projects stand on them."""
    counts = {plot.id: len(on_plots[plot.id]) for plot in plots.plots}
    most = max(plots.plots, key=lambda plot: counts[plot.id])
    words = {
        "plots": len(plots.plots),
        "count": sum(counts.values()),
        "name": most.name,
        "most": counts[most.id],
    }
    return Chart(
        id="map",
        title=_("%(plots)s 个地块上有 %(count)s 个项目，%(name)s最多，%(most)s 个") % words,
        unit=_("个"),
        source=_("%(source)s；账本") % {"source": plots.source},
        period=_("现状"),
        alt=_("地块按项目个数着色。%(name)s最多，%(most)s 个。") % words,
        figures=Areas(
            across=_("地块"),
            measure=_("项目"),
            areas=tuple(
                Area(
                    plot.name,
                    plot.ring,
                    Mark(Decimal(counts[plot.id]), str(counts[plot.id])),
                    plot.park,
                    f"?plot={plot.id}#on-plot",
                )
                for plot in plots.plots
            ),
            outline=plots.outline,
        ),
    )
