"""Read the plan of a zone package: targets, tasks and named projects, in the package's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from jingkai.kernel.periods import Period
from jingkai.kernel.sheets import Sheet
from jingkai.kernel.units import UNITS, get_unit
from jingkai.kernel.yamlfile import Entry
from jingkai.kernel.zone import Zone

__all__ = [
    "PlanSheet",
    "PlannedProject",
    "PlannedTarget",
    "PlannedTask",
    "read_plan",
    "read_progress",
]

Action = Literal["plan", "apply", "sign", "start", "build", "upgrade", "complete", "produce"]


@dataclass(frozen=True, kw_only=True)
class PlannedTarget:
    """A promised number: `value` in `unit`; `part_of` is the id of the target it is part of."""

    id: str
    theme: str
    name: str
    op: Literal[">=", ">", "<=", "<", "="] = ">="
    value: Decimal
    unit: str
    period: Period
    lead: str
    support: tuple[str, ...] = ()
    indicator: str = ""
    measure: Literal["level", "growth", "share", "rank"] = "level"
    part_of: str = ""

    @property
    def text(self) -> str:
        """Return the promise as a clerk says it: 新开工项目30个以上."""
        verb = "增长" if self.measure == "growth" else ""
        before, after = {
            ">=": ("", "以上"),
            ">": ("超过", ""),
            "<=": ("", "以内"),
            "<": ("低于", ""),
            "=": ("", ""),
        }[self.op]
        return f"{self.name}{verb}{before}{self.value:f}{self.unit}{after}"


@dataclass(frozen=True, kw_only=True)
class PlannedTask:
    """A piece of work to be done by a day."""

    id: str
    theme: str
    text: str
    lead: str
    support: tuple[str, ...] = ()
    due_on: date


@dataclass(frozen=True, kw_only=True)
class PlannedProject:
    """A project that the plan names, and what is to happen to it by a day."""

    id: str
    theme: str
    name: str
    action: Action
    lead: str
    support: tuple[str, ...] = ()
    due_on: date


@dataclass(frozen=True, kw_only=True)
class PlanSheet:
    """The plan of one year as its package tells it."""

    year: int
    title: str
    basis: str
    adopted_on: date
    targets: tuple[PlannedTarget, ...]
    tasks: tuple[PlannedTask, ...]
    projects: tuple[PlannedProject, ...]


def read_plan(zone: Zone) -> PlanSheet:
    """Read plan.yaml: targets, tasks and named projects; refuse it with all its problems."""
    parts = ("targets", "tasks", "projects")
    file = Sheet(zone, "plan.yaml", ("year", "title", "basis", "adopted_on", *parts))
    year = file.one("year", int, 1900)
    targets = file.rows("targets", PlannedTarget)
    tasks = file.rows("tasks", PlannedTask)
    projects = file.rows("projects", PlannedProject)
    ids = [target.id for target, _ in targets]
    for target, entry in targets:
        file.known(entry, target.id, "part_of", target.part_of, ids)
        if target.part_of == target.id:
            file.note(entry.line, target.id, "目标不能是自己的一部分。")
        _check_indicator(file, target, entry)
    dated: list[tuple[PlannedTask | PlannedProject, Entry]] = [*tasks, *projects]
    for one, entry in dated:
        if one.due_on.year < year:
            file.note(entry.line, one.id, f"完成时限 {one.due_on} 早于计划年度 {year}。")
    sheet = PlanSheet(
        year=year,
        title=file.one("title", str, ""),
        basis=file.one("basis", str, ""),
        adopted_on=file.one("adopted_on", date, date(year, 1, 1)),
        targets=tuple(target for target, _ in targets),
        tasks=tuple(task for task, _ in tasks),
        projects=tuple(project for project, _ in projects),
    )
    file.refuse()
    return sheet


def _check_indicator(file: Sheet, target: PlannedTarget, entry: Entry) -> None:
    indicator = file.zone.indicators.get(target.indicator)
    if indicator is None or target.unit not in UNITS:
        return
    if indicator.measure != target.measure:
        text = f"指标“{indicator.name}”的口径是 {indicator.measure},目标写的是 {target.measure}。"
        file.note(entry.line, target.id, text)
    if get_unit(indicator.unit).kind != get_unit(target.unit).kind:
        text = f"指标“{indicator.name}”的单位是 {indicator.unit},和目标的 {target.unit} 不能换算。"
        file.note(entry.lines.get("unit", entry.line), target.id, text)


def read_progress(zone: Zone) -> Mapping[str, date]:
    """Read progress.yaml: the invented days on which tasks of the plan were done."""
    file = Sheet(zone, "progress.yaml", ("invented", "done"))
    file.one("invented", bool, True)
    done = file.entry.get("done") or Entry(1)
    tasks = [task.id for task in read_plan(zone).tasks]
    for task, on in done.items():
        file.known(done, task, task, task, tasks)
        if not isinstance(on, date):
            file.note(done.lines[task], task, f"应是日期(如 2021-06-30),现在是 {on!r}。")
    file.refuse()
    return dict(done)
