"""Load a zone package: everything it declares, checked, or refused with every problem listed."""

import csv
import importlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from jingkai.kernel.calendar import CalendarDay, WorkingCalendar
from jingkai.kernel.definitions import check_definitions, read_definitions
from jingkai.kernel.expressions import row_schema
from jingkai.kernel.facttypes import FactType
from jingkai.kernel.industries import read_industries
from jingkai.kernel.itemfile import read_approvals
from jingkai.kernel.ladders import read_ladder
from jingkai.kernel.lights import SHAPES, TONES, Light, LightScheme
from jingkai.kernel.nodes import read_nodes
from jingkai.kernel.parameters import DatedValue, Parameter
from jingkai.kernel.phrases import read_phrases
from jingkai.kernel.refusals import Findings, ZoneRefused, did_you_mean
from jingkai.kernel.returnfile import read_returns
from jingkai.kernel.supervision import read_supervision
from jingkai.kernel.units import UNITS
from jingkai.kernel.yamlfile import Entry, build, read_yaml
from jingkai.kernel.zone import DepartmentEntry, Zone
from jingkai.kernel.zonefile import ZoneFile, check_zone_file, find_package

__all__ = ["ZoneRefused", "collect_fact_types", "load_zone", "row_schema"]

Row = TypeVar("Row")


def collect_fact_types(contexts: Iterable[str]) -> dict[str, FactType]:
    """Return the fact types that the ledger and the contexts declare in their facts modules."""
    found: dict[str, FactType] = {}
    for context in ("ledger", *contexts):
        name = f"jingkai.{context}.facts"
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as missing:
            if missing.name != name:
                raise
            continue
        declared = [one for one in vars(module).values() if isinstance(one, FactType)]
        found |= {one.id: one for one in declared}
    return found


def load_zone(package: str, fact_types: Mapping[str, FactType]) -> Zone:
    """Load the zone package with the base that it refines; refuse it with all its problems."""
    findings = Findings()
    zone_file, base_package = check_zone_file(package, findings)
    folder = find_package(package)
    base = find_package(base_package) if base_package else None
    folders = [folder] if base is None else [folder, base]
    ladder = read_ladder(folders, findings)
    words = {"titles": {one.id: one.name for one in ladder.titles.values()}}
    fact_types = {key: kind.with_words(words) for key, kind in fact_types.items()}
    versions = check_definitions(
        read_definitions(package, folder, findings),
        read_definitions(base_package, base, findings) if base else [],
        fact_types,
        findings,
    )
    lights = _read_lights(_nearest("lights.yaml", folders), findings)
    departments = _read_departments(folder / "departments.yaml", findings)
    zone_parts: dict[str, Any] = {
        "departments": departments,
        "approvals": read_approvals(folders, (one.id for one in departments), findings),
        "parameters": _read_parameters(folders, findings),
        "supervision": read_supervision(_nearest("supervision.yaml", folders), findings),
        "calendar": _read_calendar(_nearest("calendar.csv", folders), findings),
        "phrases": read_phrases(_nearest("phrases.yaml", folders), findings),
        "ladder": ladder,
        "returns": read_returns(folders, fact_types, findings),
        "nodes": read_nodes(folders, (one.id for one in departments), fact_types, findings),
        "industries": read_industries(_nearest("industries.csv", folders), findings),
    }
    findings.refuse(package)
    assert zone_file is not None
    return Zone(
        **_identity(zone_file),
        **zone_parts,
        folder=folder,
        target_lights=lights["target_lights"],
        task_lights=lights["task_lights"],
        indicators={name: same[-1] for name, same in versions.items()},
        versions=versions,
        fact_types=fact_types,
    )


def _identity(zone_file: ZoneFile) -> dict[str, Any]:
    names = [
        "id",
        "name",
        "english",
        "is_demo",
        "business_date",
        "issuer",
        "document_mark",
        "second_factor",
        "themes",
    ]
    return {name: getattr(zone_file, name) for name in names}


def _nearest(name: str, folders: Iterable[Path]) -> Path:
    """Return the zone's own file where it has one, else the base's."""
    paths = [folder / name for folder in folders]
    return next((path for path in paths if path.exists()), paths[0])


def _open(path: Path, findings: Findings) -> Entry:
    if path.exists():
        return read_yaml(path, findings)
    findings.add(path, 1, "", f"缺少文件 {path.name}；请从 zones/base 或别的经开区包抄一份来改。")
    return Entry(1)


def _read_each(
    make: Callable[..., Row | None], entries: Entry, path: Path, findings: Findings
) -> list[Row]:
    made = [make(entries[key], path, findings, key) for key in entries]
    return [one for one in made if one is not None]


def _read_departments(path: Path, findings: Findings) -> tuple[DepartmentEntry, ...]:
    def make(entry: Any, path: Path, findings: Findings, key: str) -> DepartmentEntry | None:
        return build(DepartmentEntry, entry, path, findings, name=key, id=key)

    entries = _open(path, findings)
    made = _read_each(make, entries, path, findings)
    names: dict[str, str] = {}
    for one in made:
        if one.name in names:
            text = f"名称“{one.name}”和“{names[one.name]}”相同；请改一个。"
            findings.add(path, entries.lines[one.id], one.id, text)
        names.setdefault(one.name, one.id)
    parents = {one.id: one.parent for one in made}
    for one in made:
        if one.parent and one.parent not in parents:
            hint = did_you_mean(one.parent, parents, "可用的部门")
            findings.add(path, entries.lines[one.id], one.id, f"没有“{one.parent}”这个部门；{hint}")
        elif _is_own_ancestor(one.id, parents):
            text = "这个部门成了自己的上级；请改正 parent，顶层部门不写 parent。"
            findings.add(path, entries.lines[one.id], one.id, text)
    return tuple(made)


def _is_own_ancestor(department: str, parents: Mapping[str, str]) -> bool:
    above, seen = parents[department], set[str]()
    while above and above not in seen:
        if above == department:
            return True
        seen.add(above)
        above = parents.get(above, "")
    return False


def _read_lights(path: Path, findings: Findings) -> dict[str, LightScheme]:
    entries = _open(path, findings)
    kinds = ("target_lights", "task_lights")
    schemes = {}
    for key in entries:
        if key not in kinds:
            text = f"没有“{key}”这个键；{did_you_mean(key, kinds, '可用的键')}"
            findings.add(path, entries.lines[key], key, text)
    for kind in kinds:
        if kind not in entries:
            findings.add(path, 1, kind, f"缺少“{kind}”；请补上这一套灯。")
        elif scheme := _read_scheme(kind, entries[kind], path, findings):
            schemes[kind] = scheme
    return schemes


def _read_scheme(kind: str, entry: Any, path: Path, findings: Findings) -> LightScheme | None:
    rows = entry.get("lights") if isinstance(entry, Entry) else None
    if not isinstance(rows, list) or not rows:
        findings.add(path, getattr(entry, "line", 1), kind, "“lights”应列出这套灯的每一种。")
        return None
    lights = []
    for row in rows:
        light = build(Light, row, path, findings, name=f"{kind}.{_key(row)}")
        if light is None:
            continue
        lights.append(light)
        where = (path, row.line, f"{kind}.{light.id}")
        if len(light.shape) != 1 or light.shape not in SHAPES:
            findings.add(*where, f"形状只能是 {' '.join(SHAPES)} 之一，现在是“{light.shape}”。")
        if light.tone not in TONES:
            findings.add(
                *where, f"没有“{light.tone}”色调；{did_you_mean(light.tone, TONES, '可用的')}"
            )
        if sum(other.id == light.id for other in lights) > 1:
            findings.add(*where, f"代码“{light.id}”重复；请改一个。")
    conditions = ("done", "reported", "was_late", "min_attainment", "min_gap", "min_days_left")
    if lights and any(getattr(lights[-1], one) is not None for one in conditions):
        text = "最后一种灯不能带条件，否则有的事项没有灯。"
        findings.add(path, rows[-1].line, f"{kind}.{lights[-1].id}", text)
    rest = Entry(entry.line)
    rest |= {key: value for key, value in entry.items() if key != "lights"}
    rest.lines = entry.lines
    return build(LightScheme, rest, path, findings, name=kind, id=kind, lights=tuple(lights))


def _read_parameters(folders: list[Path], findings: Findings) -> dict[str, Parameter]:
    parameters: dict[str, Parameter] = {}
    for folder in reversed(folders):
        path = folder / "parameters.yaml"
        if path.exists():
            made = _read_each(_parameter, read_yaml(path, findings), path, findings)
            parameters |= {one.id: one for one in made}
    return parameters


def _parameter(entry: Any, path: Path, findings: Findings, key: str) -> Parameter | None:
    rows = entry.get("values") if isinstance(entry, Entry) else None
    if not isinstance(rows, list) or not rows:
        line = getattr(entry, "line", 1)
        findings.add(path, line, key, "“values”应列出至少一个带日期、数值和依据的值。")
        return None
    built = [(row, build(DatedValue, row, path, findings, name=key)) for row in rows]
    values = sorted(
        ((one, row.line) for row, one in built if one is not None), key=lambda pair: pair[0].since
    )
    for (before, _), (after, line) in pairwise(values):
        if before.since == after.since or (before.until and before.until >= after.since):
            text = (
                f"生效日期重叠：前一个值从 {before.since} 到 {before.until or '长期'},"
                f"这一个从 {after.since} 起；请改 since 或 until。"
            )
            findings.add(path, line, key, text)
    rest = Entry(entry.line)
    rest |= {name: value for name, value in entry.items() if name != "values"}
    rest.lines = entry.lines
    dated = tuple(one for one, _ in values)
    parameter = build(Parameter, rest, path, findings, name=key, id=key, values=dated)
    if parameter and any(unit not in UNITS for unit in parameter.unit.split("/")):
        text = (
            f"没有“{parameter.unit}”这个单位；{did_you_mean(parameter.unit, UNITS, '可用的单位')}"
        )
        findings.add(path, entry.lines.get("unit", entry.line), key, text)
    return parameter


def _read_calendar(path: Path, findings: Findings) -> WorkingCalendar:
    if not path.exists():
        findings.add(path, 1, "", "缺少文件 calendar.csv(列：date,kind,name)。")
        return WorkingCalendar([])
    days: dict[date, CalendarDay] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if rows.fieldnames != ["date", "kind", "name"]:
            findings.add(path, 1, "", f"表头应为 date,kind,name,现在是 {rows.fieldnames}。")
            return WorkingCalendar([])
        for line, row in enumerate(rows, start=2):
            try:
                on = date.fromisoformat(row["date"])
            except (TypeError, ValueError):
                findings.add(path, line, "", f"“{row['date']}”不是日期；请写成 2021-10-01。")
                continue
            if row["kind"] not in ("holiday", "workday"):
                text = f"kind 只能是 holiday 或 workday,现在是“{row['kind']}”。"
                findings.add(path, line, row["date"], text)
            if on in days:
                findings.add(path, line, row["date"], f"{on} 重复；请留一行。")
            days[on] = CalendarDay(on, row["kind"] == "workday", row["name"])
    return WorkingCalendar(days.values())


def _key(row: Any) -> str:
    return str(row.get("id", "")) if isinstance(row, Entry) else str(row)
