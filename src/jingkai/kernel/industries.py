"""Industries of the national economy (GB/T 4754): a code, its name and the section it is in."""

import csv
from dataclasses import dataclass
from pathlib import Path

from jingkai.kernel.refusals import Findings

__all__ = ["Industry", "read_industries"]


@dataclass(frozen=True)
class Industry:
    """One row of the classification: 3311 in section C."""

    code: str
    name: str
    section: str

    @property
    def division(self) -> str:
        """Return the two-digit division."""
        return self.code[:2]


def read_industries(path: Path, findings: Findings) -> dict[str, Industry]:
    """Read industries.csv: `code` is the section letter and the digits after it."""
    found: dict[str, Industry] = {}
    if not path.exists():
        findings.add(path, 1, "", "缺少文件 industries.csv(列：code,name)。")
        return found
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines)
        if rows.fieldnames != ["code", "name"]:
            findings.add(path, 1, "", f"表头应为 code,name,现在是 {rows.fieldnames}。")
            return found
        for line, row in enumerate(rows, start=2):
            letter, digits = row["code"][:1], row["code"][1:]
            code = digits or letter
            if code in found:
                findings.add(path, line, code, f"行业代码 {code} 重复；请留一行。")
            found[code] = Industry(code, row["name"], letter)
    return found
