"""The cultivation ladder (梯度) as a zone declares it: rungs, their conditions, on whose word."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from jingkai.kernel.refusals import Findings, did_you_mean
from jingkai.kernel.yamlfile import Entry, build, read_yaml

__all__ = ["Band", "Condition", "Ladder", "Measure", "Rung", "Title", "read_ladder"]


@dataclass(frozen=True)
class Measure:
    """Something a rung asks of a firm: from the ledger, or stated by the firm with a proof."""

    id: str
    name: str
    unit: str
    source: Literal["ledger", "stated"] = "stated"
    english: str = ""


@dataclass(frozen=True)
class Title:
    """What an authority gives a firm by a document: a title, a platform, a brand, a standard."""

    id: str
    name: str
    english: str
    kind: Literal["title", "platform", "brand", "standard"] = "title"


@dataclass(frozen=True)
class Band:
    """A threshold for firms whose `by` is at most `until`; the last band has no end."""

    least: Decimal
    passes: Decimal
    fails: Decimal
    until: Decimal | None = None


@dataclass(frozen=True)
class Condition:
    """One thing that a rung asks: a least or most of a measure, a title held, or a look by hand.

    `passes` and `fails` are the examples on the two sides of the threshold. Conditions of one
    `group` stand for each other: one of them is enough.
    """

    id: str
    name: str
    english: str = ""
    measure: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    above: Decimal | None = None
    title: str = ""
    by: str = ""
    bands: tuple[Band, ...] = ()
    group: str = ""
    mark: Literal["V", "K", "K?"] = "V"
    passes: Decimal | None = None
    fails: Decimal | None = None

    @property
    def is_unverified(self) -> bool:
        """Tell whether nobody has seen the rule's own text: it is named and decides nothing."""
        return self.mark == "K?"

    @property
    def is_by_hand(self) -> bool:
        """Tell whether only a person can decide it."""
        has_limit = any(one is not None for one in (self.least, self.most, self.above))
        return not (has_limit or self.title or self.bands)


@dataclass(frozen=True)
class Rung:
    """One title or threshold: its conditions, whom it is for, when its rules are in force.

    `trades` name the professions of the statistical roll whose firms stand on it. `sections` are
    a section's letter or the first digits of an industry's code: they say for whom it is off the
    roll, and part the firms of a profession that has several rungs.
    """

    id: str
    name: str
    english: str
    level: int
    basis: str
    since: date
    conditions: tuple[Condition, ...]
    until: date | None = None
    title: str = ""
    trades: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    version: str = ""
    procedure: Literal["new", "recheck"] = "new"
    valid_years: int = 0
    near: Decimal = Decimal(80)

    @property
    def is_of_roll(self) -> bool:
        """Tell whether the firms on the statistical roll stand on it."""
        return bool(self.trades)

    @property
    def is_unverified(self) -> bool:
        """Tell whether all of its rules wait for somebody to see their text."""
        return all(one.is_unverified for one in self.conditions)

    def is_in_force(self, on: date) -> bool:
        """Tell whether these rules hold on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Ladder:
    """All rungs, the measures they speak of and the titles that they give."""

    measures: Mapping[str, Measure]
    rungs: tuple[Rung, ...]
    titles: Mapping[str, Title] = field(default_factory=dict)

    def kind_of(self, rung: Rung) -> str:
        """Return what a rung is: a step up, or a platform, brand or standard beside them."""
        title = self.titles.get(rung.title)
        return title.kind if title else "title"

    def on(self, day: date) -> list[Rung]:
        """Return one version of every rung, the lowest first.

        It is the one in force on the day; before the first rules it is the first, to try them.
        """
        by_name: dict[str, list[Rung]] = {}
        for one in sorted(self.rungs, key=lambda one: one.since):
            by_name.setdefault(one.name, []).append(one)
        chosen = []
        for versions in by_name.values():
            begun = [one for one in versions if one.since <= day]
            chosen.append(begun[-1] if begun else versions[0])
        return sorted(chosen, key=lambda one: (one.level, one.id))


def read_ladder(folders: list[Path], findings: Findings) -> Ladder:
    """Return the ladder of the zone: its own rungs stand before those of the base."""
    measures: dict[str, Measure] = {}
    titles: dict[str, Title] = {}
    rungs: dict[str, Rung] = {}
    for folder in reversed(folders):
        path = folder / "ladder.yaml"
        if not path.exists():
            continue
        file = read_yaml(path, findings)
        for key, entry in (file.get("measures") or {}).items():
            if made := build(Measure, entry, path, findings, name=key, id=key):
                measures[key] = made
        for key, entry in (file.get("titles") or {}).items():
            if title := build(Title, entry, path, findings, name=key, id=key):
                titles[key] = title
        for key, entry in (file.get("rungs") or {}).items():
            if rung := _rung(key, entry, path, findings):
                rungs[key] = rung
                _check(rung, entry, measures, path, findings)
                _check_titles(rung, entry, titles, path, findings)
    return Ladder(measures, tuple(rungs.values()), titles)


def _rung(key: str, entry: Any, path: Path, findings: Findings) -> Rung | None:
    if not isinstance(entry, Entry):
        findings.add(path, 1, key, "一级梯度应写明名称、依据、生效日期和条件。")
        return None
    rows = entry.get("conditions")
    made = []
    for name, row in rows.items() if isinstance(rows, Entry) else ():
        if not isinstance(row, Entry):
            findings.add(path, entry.line, key, f"条件“{name}”应是一组“键： 值”。")
            continue
        bands = [
            build(Band, _exact(one), path, findings, name=name) for one in row.get("bands", ())
        ]
        rest = _without(_exact(row), "bands")
        kept = tuple(one for one in bands if one is not None)
        if made_one := build(Condition, rest, path, findings, name=name, id=name, bands=kept):
            made.append(made_one)
    rest = _without(_exact(entry), "conditions")
    return build(Rung, rest, path, findings, name=key, id=key, conditions=tuple(made))


def _without(entry: Entry, name: str) -> Entry:
    rest = Entry(entry.line)
    rest |= {key: value for key, value in entry.items() if key != name}
    rest.lines = entry.lines
    return rest


def _exact(entry: Any) -> Any:
    """Return an entry whose numbers are decimals."""
    if not isinstance(entry, Entry):
        return entry
    exact = Entry(entry.line)
    exact.lines = entry.lines
    exact |= {
        key: Decimal(str(value)) if isinstance(value, float) else value
        for key, value in entry.items()
    }
    return exact


def _check_titles(
    rung: Rung, entry: Entry, titles: Mapping[str, Title], path: Path, findings: Findings
) -> None:
    """Note the titles that a rung gives or asks for and that nobody declared."""
    for name in filter(None, (rung.title, *(one.title for one in rung.conditions))):
        if name not in titles:
            hint = did_you_mean(name, titles, "有的称号")
            findings.add(path, entry.line, rung.id, f"没有称号“{name}”；{hint}")


def _check(
    rung: Rung, entry: Entry, measures: Mapping[str, Measure], path: Path, findings: Findings
) -> None:
    """Note what names an unknown measure, has no examples, or decides on an uncertain number."""
    line = entry.line
    for one in rung.conditions:
        for name in filter(None, (one.measure, one.by)):
            if name not in measures:
                hint = did_you_mean(name, measures, "有的指标")
                findings.add(path, line, rung.id, f"条件“{one.id}”：没有指标“{name}”；{hint}")
        limits = [limit for limit in (one.least, one.most, one.above) if limit is not None]
        if limits and (one.passes is None or one.fails is None):
            text = f"条件“{one.id}”要写 passes 和 fails：门槛两边各一个例子。"
            findings.add(path, line, rung.id, text)
        if len(limits) > 1 or (limits and one.bands):
            findings.add(path, line, rung.id, f"条件“{one.id}”只能写一种门槛。")
        if one.mark == "K?" and not one.is_by_hand:
            text = f"条件“{one.id}”的数没有核实（K?），不能用来判定；请去掉门槛，改为人工。"
            findings.add(path, line, rung.id, text)
