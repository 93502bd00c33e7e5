"""Read zone.yaml alone: who the zone is, before anything else of its package is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from jingkai.kernel.refusals import Findings, Problem, ZoneRefused
from jingkai.kernel.yamlfile import build, read_yaml

__all__ = ["ZoneFile", "find_package", "read_zone_file"]


@dataclass(frozen=True, kw_only=True)
class ZoneFile:
    """What zone.yaml says: `issuer` is the 发文机关, `document_mark` the 发文字号代字."""

    id: str
    name: str
    english: str
    base: str = ""
    issuer: str = ""
    document_mark: str = ""
    is_demo: bool = False
    business_date: date | None = None
    themes: Mapping[str, str] = field(default_factory=dict)


def find_package(package: str) -> Path:
    """Return the folder of a Python package without importing it."""
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        text = "没有这个经开区包;请检查环境变量 JINGKAI_ZONE(如 zones.changde)。"
        raise ZoneRefused(package, [Problem(Path(package.replace(".", "/")), 1, "", text)])
    return Path(spec.submodule_search_locations[0])


def read_zone_file(package: str, findings: Findings | None = None) -> ZoneFile:
    """Read the zone.yaml of a package; what is wrong with it is refused, or left to `findings`."""
    found = Findings() if findings is None else findings
    path = find_package(package) / "zone.yaml"
    if path.exists():
        entry = read_yaml(path, found)
        zone_file = build(ZoneFile, entry, path, found, name=str(entry.get("id", "")))
    else:
        found.add(path, 1, "", "缺少 zone.yaml,这个文件夹不是经开区包。")
        zone_file = None
    if zone_file is None or findings is None:
        found.refuse(package)
    assert zone_file is not None
    return zone_file
