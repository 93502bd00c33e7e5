"""Read what a zone package brings to start with: its plan, people, projects and readings."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar

from jingkai.kernel.expressions import find_cell
from jingkai.kernel.periods import Period
from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.units import UNITS, get_unit
from jingkai.kernel.yamlfile import Entry, build, read_yaml
from jingkai.kernel.zone import Zone

__all__ = [
    "FiledReading",
    "PersonEntry",
    "PlanSheet",
    "PlannedProject",
    "PlannedTarget",
    "PlannedTask",
    "ProjectEntry",
    "read_people",
    "read_plan",
    "read_progress",
    "read_projects",
    "read_readings",
]

Row = TypeVar("Row")
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


class _File:
    """A YAML file of the package, read against what the zone declares."""

    def __init__(self, zone: Zone, name: str, keys: Iterable[str]) -> None:
        self.zone, self.name = zone, name
        self.path = zone.folder / name
        self.findings = Findings()
        self.entry = Entry(1)
        if self.path.exists():
            self.entry = read_yaml(self.path, self.findings)
        else:
            self.note(1, "", f"缺少文件 {name}。")
        known = list(keys)
        for key in self.entry:
            if key not in known:
                hint = did_you_mean(key, known, "可用的键")
                self.note(self.entry.lines[key], key, f"没有“{key}”这个键;{hint}")

    def note(self, line: int, name: str, text: str) -> None:
        """Note one problem of the file."""
        self.findings.add(self.path, line, name, text)

    def one(self, key: str, kind: type[Row], default: Row) -> Row:
        """Return a single value of the file, checked for its type."""
        value = self.entry.get(key, default)
        if isinstance(value, kind):
            return value
        self.note(self.entry.lines.get(key, 1), key, f"应是 {kind.__name__},现在是 {value!r}。")
        return default

    def rows(self, key: str, row: type[Row], id_key: str = "id") -> list[tuple[Row, Entry]]:
        """Build every row below a key; rows are listed by id, or one after another."""
        below = self.entry.get(key)
        if isinstance(below, Entry):
            pairs = [(name, {id_key: name}, entry) for name, entry in below.items()]
        else:
            pairs = [(_name(entry), {}, entry) for entry in below or []]
        made = [
            (build(row, entry, self.path, self.findings, name=name, **known), entry)
            for name, known, entry in pairs
        ]
        sound = [(one, entry) for one, entry in made if one is not None]
        for one, entry in sound:
            self._check_references(one, entry)
        return sound

    def known(self, entry: Entry, name: str, key: str, value: str, existing: Iterable[str]) -> None:
        """Check that what a key names exists."""
        names = list(existing)
        if value and value not in names:
            words = _WORDS.get(key, key)
            line = entry.lines.get(key, entry.line)
            hint = did_you_mean(value, names, f"可用的{words}")
            self.note(line, name, f"没有“{value}”这个{words};{hint}")

    def refuse(self) -> None:
        """Raise when anything is wrong with the file."""
        self.findings.refuse(f"{self.zone.id}/{self.name}")

    def _check_references(self, one: Any, entry: Entry) -> None:
        name = str(getattr(one, fields(one)[0].name))
        departments = [department.id for department in self.zone.departments]
        existing: dict[str, Iterable[str]] = {
            "theme": self.zone.themes,
            "lead": departments,
            "department": departments,
            "indicator": self.zone.indicators,
            "unit": UNITS,
        }
        for key, names in existing.items():
            self.known(entry, name, key, getattr(one, key, ""), names)
        for department in getattr(one, "support", ()):
            self.known(entry, name, "support", department, departments)
        if getattr(one, "lead", None) in getattr(one, "support", ()):
            self.note(entry.line, name, "牵头单位不能同时是配合单位。")


_WORDS = {
    "theme": "重点任务(themes)",
    "lead": "部门",
    "support": "部门",
    "department": "部门",
    "indicator": "指标",
    "unit": "单位",
    "part_of": "目标",
}


def read_plan(zone: Zone) -> PlanSheet:
    """Read plan.yaml: targets, tasks and named projects; refuse it with all its problems."""
    parts = ("targets", "tasks", "projects")
    file = _File(zone, "plan.yaml", ("year", "title", "basis", "adopted_on", *parts))
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


def _check_indicator(file: _File, target: PlannedTarget, entry: Entry) -> None:
    indicator = file.zone.indicators.get(target.indicator)
    if indicator is None or target.unit not in UNITS:
        return
    if indicator.measure != target.measure:
        text = f"指标“{indicator.name}”的口径是 {indicator.measure},目标写的是 {target.measure}。"
        file.note(entry.line, target.id, text)
    if get_unit(indicator.unit).kind != get_unit(target.unit).kind:
        text = f"指标“{indicator.name}”的单位是 {indicator.unit},和目标的 {target.unit} 不能换算。"
        file.note(entry.lines.get("unit", entry.line), target.id, text)


def read_people(zone: Zone) -> tuple[PersonEntry, ...]:
    """Read people.yaml: who works in the zone office."""
    file = _File(zone, "people.yaml", ("people",))
    people = file.rows("people", PersonEntry, "account")
    file.refuse()
    return tuple(person for person, _ in people)


def read_projects(zone: Zone) -> tuple[ProjectEntry, ...]:
    """Read projects.yaml: the projects and the gates they passed, in order of their dates."""
    file = _File(zone, "projects.yaml", ("projects",))
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
            file.note(entry.line, project.code, "总投资应大于 0(单位:亿元)。")
        _check_once(file, project.code, entry, [one.code for one, _ in rows])
    file.refuse()
    return tuple(project for project, _ in rows)


def _check_once(file: _File, code: str, entry: Entry, codes: list[str]) -> None:
    if codes.count(code) > 1:
        file.note(entry.line, code, f"编号 {code} 重复;请改一个。")


def read_readings(zone: Zone) -> tuple[FiledReading, ...]:
    """Read results.yaml (published) and readings.yaml (invented), one return per subject."""
    filed: list[FiledReading] = []
    for name in ("results.yaml", "readings.yaml"):
        if (zone.folder / name).exists():
            filed += _read_readings_file(zone, name)
    return tuple(filed)


def _read_readings_file(zone: Zone, name: str) -> list[FiledReading]:
    file = _File(zone, name, ("invented", "basis", "readings"))
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
            file.note(entry.line, line.indicator, f"{line.period.name}的读数重复;请留一行。")
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
    file: _File, line: _Reading, entry: Entry
) -> tuple[str, dict[str, Decimal | str]] | None:
    indicator = file.zone.indicators.get(line.indicator)
    if indicator is None or line.unit not in UNITS:
        return None
    cell = find_cell(indicator.value, file.zone.fact_types[indicator.over])
    if cell is None:
        text = "这个指标由业务事实算出,不能直接填读数;请删去这一行。"
        file.note(entry.line, line.indicator, text)
        return None
    if get_unit(indicator.unit).kind != get_unit(line.unit).kind:
        text = f"指标“{indicator.name}”的单位是 {indicator.unit},和 {line.unit} 不能换算。"
        file.note(entry.lines.get("unit", entry.line), line.indicator, text)
        return None
    cells: dict[str, Decimal | str] = {cell.column: get_unit(line.unit).to_base(line.value)}
    return cell.subject, cells | ({"status": line.status} if line.status else {})


def read_progress(zone: Zone) -> Mapping[str, date]:
    """Read progress.yaml: the invented days on which tasks of the plan were done."""
    file = _File(zone, "progress.yaml", ("invented", "done"))
    file.one("invented", bool, True)
    done = file.entry.get("done") or Entry(1)
    tasks = [task.id for task in read_plan(zone).tasks]
    for task, on in done.items():
        file.known(done, task, task, task, tasks)
        if not isinstance(on, date):
            file.note(done.lines[task], task, f"应是日期(如 2021-06-30),现在是 {on!r}。")
    file.refuse()
    return dict(done)


def _name(entry: Any) -> str:
    named: Callable[[str], Any] = entry.get if isinstance(entry, Entry) else lambda _: ""
    return str(named("code") or named("indicator") or named("id") or "")
