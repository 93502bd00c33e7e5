"""Read zone.yaml alone: who the zone is, before anything else of its package is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path

from jingkai.kernel.refusals import Findings, Problem, ZoneRefused, did_you_mean
from jingkai.kernel.yamlfile import build, read_yaml

__all__ = ["ZoneFile", "check_zone_file", "find_package", "read_zone_file"]


SECOND_FACTOR = ("administrators", "everybody")


@dataclass(frozen=True, kw_only=True)
class ZoneFile:
    """What zone.yaml says: `issuer` is the 发文机关, `document_mark` the 发文字号代字.

    `second_factor` says who signs in with a code besides: administrators, or everybody.
    """

    id: str
    name: str
    english: str
    base: str = ""
    issuer: str = ""
    document_mark: str = ""
    is_demo: bool = False
    business_date: date | None = None
    second_factor: str = "administrators"
    themes: Mapping[str, str] = field(default_factory=dict)


def find_package(package: str) -> Path:
    """Return the folder of a Python package without importing it."""
    try:
        spec = find_spec(package)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        text = "没有这个经开区包；请检查环境变量 JINGKAI_ZONE(如 zones.changde)。"
        raise ZoneRefused(package, [Problem(Path(package.replace(".", "/")), 1, "", text)])
    return Path(spec.submodule_search_locations[0])


def read_zone_file(package: str) -> ZoneFile:
    """Read the zone.yaml of a package; refuse what is wrong with it."""
    findings = Findings()
    zone_file, _ = check_zone_file(package, findings)
    findings.refuse(package)
    assert zone_file is not None
    return zone_file


def check_zone_file(package: str, findings: Findings) -> tuple[ZoneFile | None, str]:
    """Read a zone.yaml, and the name of its base even where the rest of it is wrong."""
    path = find_package(package) / "zone.yaml"
    if not path.exists():
        findings.add(path, 1, "", "缺少 zone.yaml,这个文件夹不是经开区包。")
        return None, ""
    entry = read_yaml(path, findings)
    zone_file = build(ZoneFile, entry, path, findings, name=str(entry.get("id", "")))
    if zone_file and zone_file.second_factor not in SECOND_FACTOR:
        hint = did_you_mean(zone_file.second_factor, SECOND_FACTOR, "可用的")
        text = f"没有“{zone_file.second_factor}”这种二次验证要求；{hint}"
        findings.add(path, entry.lines["second_factor"], "second_factor", text)
    return zone_file, str(entry.get("base", ""))
