"""Read a YAML file of a zone package whose rows name departments, indicators and units."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any, TypeVar

from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.units import UNITS
from jingkai.kernel.yamlfile import Entry, build, read_yaml
from jingkai.kernel.zone import Zone

__all__ = ["Sheet"]

Row = TypeVar("Row")


class Sheet:
    """A YAML file of a zone package, read against what the zone declares."""

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
                self.note(self.entry.lines[key], key, f"没有“{key}”这个键；{hint}")

    def note(self, line: int, name: str, text: str) -> None:
        """Note one problem of the file."""
        self.findings.add(self.path, line, name, text)

    def one(self, key: str, kind: type[Row], default: Row) -> Row:
        """Return a single value of the file, checked for its type."""
        value = self.entry.get(key, default)
        if isinstance(value, kind):
            return value
        self.note(self.entry.lines.get(key, 1), key, f"应是 {kind.__name__}，现在是 {value!r}。")
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
    "theme": "重点任务（themes）",
    "lead": "部门",
    "support": "部门",
    "department": "部门",
    "indicator": "指标",
    "unit": "单位",
    "part_of": "目标",
}


def _name(entry: Any) -> str:
    named: Callable[[str], Any] = entry.get if isinstance(entry, Entry) else lambda _: ""
    return str(named("code") or named("indicator") or named("id") or "")
