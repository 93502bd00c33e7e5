"""Dimensions: what a subject belongs to, from one day until the next change of it."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

__all__ = ["DIMENSIONS", "Belonging", "Belongings"]

DIMENSIONS = {
    "department": "责任部门",
    "chain": "产业链",
    "park": "园区",
    "industry": "行业门类",
    "size": "规模",
    "ownership": "所有制",
}


@dataclass(frozen=True)
class Belonging:
    """From `on` a subject belongs to these keys; a dimension that is not named stays as it was."""

    subject: str
    on: date
    keys: Mapping[str, str]


@dataclass
class Belongings:
    """What each subject belonged to on any day; each key holds from its day until the next."""

    _by_subject: dict[str, list[Belonging]] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Iterable[Belonging]) -> "Belongings":
        """Take in what is known, in the order in which it was recorded."""
        made = cls()
        for one in known:
            made._by_subject.setdefault(one.subject, []).append(one)
        for same in made._by_subject.values():
            same.sort(key=lambda one: one.on)
        return made

    def keys(self, subject: str, on: date) -> dict[str, str]:
        """Return the key of each dimension on a day; a dimension nobody named is absent."""
        known = self._by_subject.get(subject)
        if not known:
            return {}
        found: dict[str, str] = {}
        for one in known[: bisect_right(known, on, key=lambda each: each.on)]:
            found |= one.keys
        return {dimension: key for dimension, key in found.items() if key}
