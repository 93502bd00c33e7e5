"""What is wrong with a zone package: every problem with its place, refused together."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jingkai.kernel.words import Named, Words

__all__ = ["Findings", "Problem", "ZoneRefused", "did_you_mean", "nearest", "what_there_is"]


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where, in which definition, and what to do."""

    path: Path
    line: int
    definition: str
    text: str

    def __str__(self) -> str:
        """Return the problem as one line: file:line 定义“…”:what is wrong."""
        named = f" 定义“{self.definition}”" if self.definition else ""
        return f"{_short(self.path)}:{self.line}{named}：{self.text}"


class ZoneRefused(ValueError):
    """A zone package that does not load; the message lists every problem."""

    def __init__(self, package: str, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        listed = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(
            f"经开区包“{package}”有 {len(self.problems)} 处问题，没有加载；"
            f"请逐处改正后再试：\n{listed}"
        )


class Findings:
    """Collect problems, so that an author sees all of them at once."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._problems)

    def add(self, path: Path, line: int, definition: str, text: str) -> None:
        """Note one problem."""
        self._problems.append(Problem(path, line, definition, text))

    def refuse(self, package: str) -> None:
        """Raise when anything was noted."""
        if self._problems:
            raise ZoneRefused(package, self._problems)


def nearest(wrong: str, known: Iterable[str]) -> str:
    """Return the name nearest to what was written, "" where none is near."""
    return next(iter(difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.5)), "")


def did_you_mean(wrong: str, known: Iterable[str], what: str) -> str:
    """Return what exists, and the nearest to what was written, as the end of a message."""
    return str(what_there_is(wrong, known, Words(what)))


def what_there_is(wrong: str, known: Iterable[str | Words | Named], what: Words) -> Words:
    """Return what exists, and the nearest to what was written, to be said in any language."""
    names = {str(one): one for one in known}
    if not names:
        return Words("%(what)s：没有。", what=what)
    told: dict[str, Any] = {"what": what, "names": list(names.values())}
    near = nearest(wrong, names)
    if not near:
        return Words("%(what)s：%(names)s。", **told)
    return Words("是不是“%(near)s”？%(what)s：%(names)s。", **told, near=names[near])


def _short(path: Path) -> str:
    """Return the path from the working directory where it lies below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
