"""Read approvals.yaml of the base and of the zone: checked together, refused with every problem."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from jingkai.kernel.desks import entries_of, known_departments, read_desks
from jingkai.kernel.items import (
    Approvals,
    Bundle,
    Fact,
    FormField,
    Item,
    Material,
    find_cycle,
)
from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.yamlfile import Entry, build, read_yaml

__all__ = ["read_approvals"]

Row = TypeVar("Row", Item, Material, FormField, Fact, Bundle)
_PARTS: dict[str, Any] = {
    "facts": Fact,
    "fields": FormField,
    "materials": Material,
    "items": Item,
    "bundles": Bundle,
}


def read_approvals(
    folders: Sequence[Path], departments: Iterable[str], findings: Findings
) -> Approvals:
    """Return what the zone offers: its own entries stand before those of the base."""
    parts: dict[str, dict[str, Any]] = {name: {} for name in _PARTS}
    desks: dict[str, str] = {}
    known = known_departments(departments, findings)
    for folder in reversed(folders):
        path = folder / "approvals.yaml"
        if not path.exists():
            continue
        file = read_yaml(path, findings)
        desks |= read_desks(file, path, known, findings)
        for key in file:
            if key in _PARTS:
                entries = entries_of(file, key, path, findings)
                parts[key] |= _read_part(_PARTS[key], entries, path, findings)
            elif key != "desks":
                usable = [*_PARTS, "desks"]
                text = f"没有“{key}”这个键；{did_you_mean(key, usable, '可用的键')}"
                findings.add(path, file.lines[key], key, text)
        _check(parts, file, path, findings)
    return Approvals(**parts, desks=desks)


def _read_part(kind: type[Row], entries: Entry, path: Path, findings: Findings) -> dict[str, Row]:
    made = {key: build(kind, entries[key], path, findings, name=key, id=key) for key in entries}
    return {key: one for key, one in made.items() if one is not None}


def _check(
    parts: Mapping[str, Mapping[str, Any]], file: Entry, path: Path, findings: Findings
) -> None:
    """Note what names something unknown, promises more than the law, or goes in circles."""

    def line(part: str, key: str) -> int:
        entries = file.get(part)
        return entries.lines.get(key, 1) if isinstance(entries, Entry) else 1

    def known(part: str, key: str, what: str, names: Iterable[str], there: str) -> None:
        for name in names:
            if name not in parts[there]:
                hint = did_you_mean(name, parts[there], "有的")
                findings.add(path, line(part, key), key, f"{what}“{name}”没有定义；{hint}")

    for item in parts["items"].values():
        known("items", item.id, "材料", item.materials, "materials")
        known("items", item.id, "表单项", item.fields, "fields")
        if item.limit == 0 and item.unit != "on_the_spot":
            text = "没有时限；当场办结写 unit: on_the_spot，时限未定写 mark: K? 并给通用时限。"
            findings.add(path, line("items", item.id), item.id, text)
        if item.promised is not None and not 0 <= item.promised <= item.limit:
            text = f"承诺时限 {item.promised} 长于法定时限 {item.limit}；请改短。"
            findings.add(path, line("items", item.id), item.id, text)
    for bundle in parts["bundles"].values():
        known("bundles", bundle.id, "事项", bundle.items, "items")
        known("bundles", bundle.id, "表单项", bundle.fields, "fields")
        for item, needs in bundle.needs.items():
            strangers = [one for one in (item, *needs) if one not in bundle.items]
            for one in strangers:
                text = f"needs 里的“{one}”不在这件事的 items 里。"
                findings.add(path, line("bundles", bundle.id), bundle.id, text)
        for wanted in bundle.when.values():
            known("bundles", bundle.id, "要素", wanted, "facts")
        if cycle := find_cycle({item: bundle.needs.get(item, ()) for item in bundle.items}):
            names = [parts["items"][one].name if one in parts["items"] else one for one in cycle]
            text = f"事项互相等待：{' → '.join(names)}；请去掉其中一个 needs。"
            findings.add(path, line("bundles", bundle.id), bundle.id, text)
