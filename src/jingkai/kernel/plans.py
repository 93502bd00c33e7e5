"""Read what a zone package brings to start with: its plan, people, projects and readings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from jingkai.kernel.expressions import find_cell
from jingkai.kernel.periods import Period
from jingkai.kernel.sheets import Sheet
from jingkai.kernel.units import UNITS, get_unit
from jingkai.kernel.yamlfile import Entry
from jingkai.kernel.zone import Zone

__all__ = [
    "FiledReading",
    "PersonEntry",
    "PlanSheet",
    "PlannedProject",
    "PlannedTarget",
    "PlannedTask",
    "ProjectEntry",
    "read_past_plans",
    "read_people",
    "read_plan",
    "read_progress",
    "read_projects",
    "read_readings",
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
    bindingness: Literal["binding", "anticipated"] = "anticipated"
    pledge: bool = False

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
    pledge: bool = False


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


_KEYS = ("year", "title", "basis", "adopted_on", "targets", "tasks", "projects")


def read_plan(zone: Zone) -> PlanSheet:
    """Read plan.yaml: targets, tasks and named projects; refuse it with all its problems."""
    return _read_plan(Sheet(zone, "plan.yaml", _KEYS))


def read_past_plans(zone: Zone) -> tuple[tuple[PlanSheet, Mapping[str, date]], ...]:
    """Read plans/*.yaml: the plans of past years, each with the days on which tasks were done."""
    found = []
    for path in sorted((zone.folder / "plans").glob("*.yaml")):
        sheet = Sheet(zone, f"plans/{path.name}", (*_KEYS, "done"))
        plan = _read_plan(sheet)
        found.append((plan, _read_done(sheet, plan)))
    return tuple(found)


def _read_plan(file: Sheet) -> PlanSheet:
    year = file.one("year", int, 1900)
    targets = file.rows("targets", PlannedTarget)
    tasks = file.rows("tasks", PlannedTask)
    projects = file.rows("projects", PlannedProject)
    ids = [target.id for target, _ in targets]
    _check_ids(file, [*targets, *tasks, *projects])
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


def _check_ids(
    file: Sheet, rows: list[tuple[PlannedTarget | PlannedTask | PlannedProject, Entry]]
) -> None:
    lines: dict[str, int] = {}
    for one, entry in rows:
        if one.id in lines:
            text = f"代码“{one.id}”重复（前面在第 {lines[one.id]} 行）；目标、任务、项目不能同码。"
            file.note(entry.line, one.id, text)
        lines.setdefault(one.id, entry.line)


def _check_indicator(file: Sheet, target: PlannedTarget, entry: Entry) -> None:
    indicator = file.zone.indicators.get(target.indicator)
    if indicator is None or target.unit not in UNITS:
        return
    if indicator.measure != target.measure:
        text = f"指标“{indicator.name}”的口径是 {indicator.measure}，目标写的是 {target.measure}。"
        file.note(entry.line, target.id, text)
    if get_unit(indicator.unit).kind != get_unit(target.unit).kind:
        text = f"指标“{indicator.name}”的单位是 {indicator.unit}，和目标的 {target.unit} 不能换算。"
        file.note(entry.lines.get("unit", entry.line), target.id, text)


def read_progress(zone: Zone) -> Mapping[str, date]:
    """Read progress.yaml: the invented days on which tasks of the plan were done."""
    file = Sheet(zone, "progress.yaml", ("invented", "done"))
    file.one("invented", bool, True)
    return _read_done(file, read_plan(zone))


def _read_done(file: Sheet, plan: PlanSheet) -> Mapping[str, date]:
    done = file.entry.get("done") or Entry(1)
    tasks = [task.id for task in plan.tasks]
    for task, on in done.items():
        file.known(done, task, task, task, tasks)
        if not isinstance(on, date):
            file.note(done.lines[task], task, f"应是日期（如 2021-06-30），现在是 {on!r}。")
    file.refuse()
    return dict(done)


@dataclass(frozen=True, kw_only=True)
class PersonEntry:
    """Somebody of the zone office."""

    account: str
    name: str
    department: str
    post: str
    role: str


@dataclass(frozen=True, kw_only=True)
class ProjectEntry:
    """A project and the days on which it passed its gates; `investment` in 亿元."""

    code: str
    name: str
    investor: str
    kind: Literal["产业", "基础设施", "民生", "服务业"]
    investment: Decimal
    lead: str
    top500: bool = False
    signed_on: date | None = None
    started_on: date | None = None
    commissioned_on: date | None = None
    full_output_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class FiledReading:
    """One return of readings: `values` by column of the fact type, in base units."""

    subject: str
    period: Period
    values: Mapping[str, Decimal | str]
    known_on: date
    is_invented: bool
    basis: str


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """One line of a readings file."""

    indicator: str
    period: Period
    value: Decimal
    unit: str
    known_on: date
    status: Literal["", "快报", "初核", "终核"] = ""


def read_people(zone: Zone) -> tuple[PersonEntry, ...]:
    """Read people.yaml: who works in the zone office."""
    file = Sheet(zone, "people.yaml", ("people",))
    people = file.rows("people", PersonEntry, "account")
    file.refuse()
    return tuple(person for person, _ in people)


def read_projects(zone: Zone) -> tuple[ProjectEntry, ...]:
    """Read projects.yaml: the projects and the gates they passed, in order of their dates."""
    file = Sheet(zone, "projects.yaml", ("projects",))
    rows = file.rows("projects", ProjectEntry, "code")
    for project, entry in rows:
        gates = (
            project.signed_on,
            project.started_on,
            project.commissioned_on,
            project.full_output_on,
        )
        passed = [on for on in gates if on is not None]
        if passed != sorted(passed):
            file.note(entry.line, project.code, "签约、开工、投产、达效的日期先后不对。")
        if project.investment <= 0:
            file.note(entry.line, project.code, "总投资应大于 0(单位：亿元)。")
        _check_once(file, project.code, entry, [one.code for one, _ in rows])
    file.refuse()
    return tuple(project for project, _ in rows)


def _check_once(file: Sheet, code: str, entry: Entry, codes: list[str]) -> None:
    if codes.count(code) > 1:
        file.note(entry.line, code, f"编号 {code} 重复；请改一个。")


def read_readings(zone: Zone) -> tuple[FiledReading, ...]:
    """Read results.yaml (published) and readings.yaml (invented), one return per subject."""
    filed: list[FiledReading] = []
    for name in ("results.yaml", "readings.yaml"):
        if (zone.folder / name).exists():
            filed += _read_readings_file(zone, name)
    return tuple(filed)


def _read_readings_file(zone: Zone, name: str) -> list[FiledReading]:
    file = Sheet(zone, name, ("invented", "basis", "readings"))
    is_invented = file.one("invented", bool, True)
    basis = file.one("basis", str, "")
    returns: dict[tuple[str, str], FiledReading] = {}
    for line, entry in file.rows("readings", _Reading):
        values = _values_of(file, line, entry)
        if values is None:
            continue
        subject, cells = values
        key = (subject, line.period.id)
        before = returns.get(key)
        if before and set(before.values) & set(cells) - {"status"}:
            file.note(entry.line, line.indicator, f"{line.period.name}的读数重复；请留一行。")
        returns[key] = FiledReading(
            subject=subject,
            period=line.period,
            values={**(before.values if before else {}), **cells},
            known_on=max(line.known_on, before.known_on) if before else line.known_on,
            is_invented=is_invented,
            basis=basis,
        )
    file.refuse()
    return list(returns.values())


def _values_of(
    file: Sheet, line: _Reading, entry: Entry
) -> tuple[str, dict[str, Decimal | str]] | None:
    indicator = file.zone.indicators.get(line.indicator)
    if indicator is None or line.unit not in UNITS:
        return None
    fact_type = file.zone.fact_types.get(indicator.over)
    cell = find_cell(indicator.value, fact_type) if fact_type else None
    if cell is None:
        text = "这个指标由业务事实算出，不能直接填读数；请删去这一行。"
        file.note(entry.line, line.indicator, text)
        return None
    if get_unit(indicator.unit).kind != get_unit(line.unit).kind:
        text = f"指标“{indicator.name}”的单位是 {indicator.unit}，和 {line.unit} 不能换算。"
        file.note(entry.lines.get("unit", entry.line), line.indicator, text)
        return None
    cells: dict[str, Decimal | str] = {cell.column: get_unit(line.unit).to_base(line.value)}
    return cell.subject, cells | ({"status": line.status} if line.status else {})
