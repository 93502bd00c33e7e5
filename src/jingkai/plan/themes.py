"""The themes of a plan as a tree: their order, their paths, what may stand where. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jingkai.kernel.words import Words

__all__ = [
    "DEPTH",
    "LONGEST",
    "SEPARATOR",
    "Branch",
    "Tree",
    "join_path",
    "name_fault",
    "path_fault",
    "split_path",
]

SEPARATOR = "／"
# A report has 一、(一) and 1.; what is deeper names steps of one task.
DEPTH = 3
LONGEST = 60
_SEPARATORS = re.compile(rf"\s*[/{SEPARATOR}]\s*")


def split_path(words: str) -> tuple[str, ...]:
    """Return the themes that a path names, the widest first; none for no words."""
    return tuple(one for one in _SEPARATORS.split(words.strip()) if one)


def join_path(names: Sequence[str]) -> str:
    """Return a path as it is printed: 聚焦产业兴盛／壮大集群."""
    return SEPARATOR.join(names)


def name_fault(name: str) -> Words | None:
    """Say what is wrong with the name of one theme; nothing when it is right."""
    if not name:
        return Words("请写重点任务的名称。")
    if len(name) > LONGEST:
        return Words(
            "重点任务“%(name)s…”有 %(count)s 字，最多 %(most)s 字。",
            name=name[:20],
            count=len(name),
            most=LONGEST,
        )
    if _SEPARATORS.search(name):
        return Words(
            "“%(name)s”里有分级用的“%(separator)s”；请换成顿号，或分成两级。",
            name=name,
            separator=SEPARATOR,
        )
    return None


def path_fault(words: str) -> Words | None:
    """Say what is wrong with a path of themes; nothing when it is right."""
    names = split_path(words)
    if len(names) > DEPTH:
        return Words(
            "重点任务最多 %(most)s 级，“%(words)s”有 %(count)s 级。",
            most=DEPTH,
            words=words,
            count=len(names),
        )
    return next((fault for one in names if (fault := name_fault(one))), None)


@dataclass(frozen=True)
class Branch:
    """A theme: its own name, and the theme above it."""

    id: int
    parent: int | None
    name: str


class Tree:
    """The themes of a plan in its order: each after the one above it, before that one's next."""

    def __init__(self, branches: Iterable[Branch] = ()) -> None:
        self._known = {one.id: one for one in branches}
        self._below: dict[int | None, list[int]] = {}
        for one in self._known.values():
            self._below.setdefault(one.parent, []).append(one.id)

    def __iter__(self) -> Iterator[Branch]:
        """Walk the branches, the widest first, each with what is below it."""
        return (self._known[id_] for id_ in self._walk(None))

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._known

    def below(self, id_: int | None) -> list[int]:
        """Return the branches directly below one, in order; of the whole plan the widest."""
        return list(self._below.get(id_, ()))

    def parent(self, id_: int) -> int | None:
        """Return the branch above one; None for the widest."""
        return self._known[id_].parent

    def within(self, id_: int) -> list[int]:
        """Return a branch with everything below it."""
        return [id_, *self._walk(id_)]

    def above(self, id_: int | None) -> list[int]:
        """Return the way to a branch from the widest one, itself last; none for no branch."""
        way: list[int] = []
        while id_ in self._known:
            way.insert(0, id_)
            id_ = self._known[id_].parent
        return way

    def path(self, id_: int | None) -> tuple[str, ...]:
        """Return the names on the way to a branch."""
        return tuple(self._known[one].name for one in self.above(id_))

    def words(self, id_: int | None) -> str:
        """Return the way to a branch as it is printed; nothing for no branch."""
        return join_path(self.path(id_))

    def widest(self, id_: int | None) -> str:
        """Return the name of the widest theme above a branch; nothing for no branch."""
        return next(iter(self.path(id_)), "")

    def find(self, path: Sequence[str]) -> int | None:
        """Return the branch that a path leads to."""
        found = None
        for name in path:
            same = (one for one in self.below(found) if self._known[one].name == name)
            found = next(same, None)
            if found is None:
                return None
        return found

    def height(self, id_: int) -> int:
        """Return how many levels a branch has, itself counted."""
        way = len(self.above(id_))
        return max(len(self.above(one)) for one in self.within(id_)) - way + 1

    def place_fault(self, id_: int | None, name: str, parent: int | None) -> Words | None:
        """Say why a theme (a new one without id) cannot stand there by that name."""
        if fault := name_fault(name):
            return fault
        if id_ is not None and parent is not None and parent in self.within(id_):
            below = Words("它的下级“%(name)s”", name=self._known[parent].name)
            where = Words("它自己") if parent == id_ else below
            return Words(
                "不能把“%(name)s”移到%(where)s下面；请另选上一级。", name=name, where=where
            )
        deep = len(self.above(parent)) + (1 if id_ is None else self.height(id_))
        if deep > DEPTH:
            return Words(
                "重点任务最多 %(most)s 级；“%(name)s”放在那里会有 %(count)s 级。",
                most=DEPTH,
                name=name,
                count=deep,
            )
        for one in self.below(parent):
            if one != id_ and self._known[one].name == name:
                return Words("同一级已经有“%(name)s”，不用再设一个。", name=name)
        return None

    def _walk(self, id_: int | None) -> Iterable[int]:
        for one in self._below.get(id_, ()):
            yield one
            yield from self._walk(one)
