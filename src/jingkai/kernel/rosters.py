"""Read what a zone package starts with: its people, its projects and the readings filed."""

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
    "ProjectEntry",
    "read_people",
    "read_projects",
    "read_readings",
]


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
            file.note(entry.line, project.code, "总投资应大于 0(单位:亿元)。")
        _check_once(file, project.code, entry, [one.code for one, _ in rows])
    file.refuse()
    return tuple(project for project, _ in rows)


def _check_once(file: Sheet, code: str, entry: Entry, codes: list[str]) -> None:
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
    file: Sheet, line: _Reading, entry: Entry
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
