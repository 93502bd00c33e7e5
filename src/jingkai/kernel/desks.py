"""Desks: a definition names a desk, and each zone says which of its departments sits there."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.yamlfile import Entry

__all__ = ["entries_of", "known_departments", "read_desks"]


def known_departments(departments: Iterable[str], findings: Findings) -> frozenset[str]:
    """Return the departments to hold desks against: none where their own file did not load.

    A desk is not blamed for a department that could not be read.
    """
    if any(problem.path.name == "departments.yaml" for problem in findings):
        return frozenset()
    return frozenset(departments)


def entries_of(file: Entry, key: str, path: Path, findings: Findings) -> Entry:
    """Return one part of a file; empty where it is missing or, noted, not of names and contents."""
    found = file.get(key, Entry(1))
    if isinstance(found, Entry):
        return found
    findings.add(path, file.lines[key], key, "这一部分应是“代码： 内容”的形式。")
    return Entry(1)


def read_desks(
    file: Entry,
    path: Path,
    departments: Collection[str],
    findings: Findings,
    also: Collection[str] = (),
) -> Mapping[str, str]:
    """Return desk → department as `desks` of a file says, noting those that lead nowhere.

    `also` are words that may stand for a department.
    """
    desks = entries_of(file, "desks", path, findings)
    usable = [*also, *sorted(departments)]
    for desk, department in desks.items():
        if departments and department not in usable:
            hint = did_you_mean(str(department), usable, "有的部门")
            text = f"岗位“{desk}”指向没有的部门“{department}”；{hint}"
            findings.add(path, desks.lines[desk], desk, text)
    return dict(desks)
