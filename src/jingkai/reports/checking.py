"""核稿: every number of a draft against the record. Plain values in, verdicts out.

A claim is what the draft says, a known number is what the record says. A claim agrees when the
record, rounded as the draft prints it, is the printed number; 超过300家 agrees with any record from
300 up to the next number of the same roundness (399), since nobody writes 超过300 for 450.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

__all__ = [
    "Checked",
    "Claim",
    "Known",
    "Named",
    "Names",
    "Verdict",
    "check_claim",
    "claims_of",
    "overlapping",
]


class Verdict(StrEnum):
    """What the record says to a number of a draft."""

    AGREES = "agrees"
    DIFFERS = "differs"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A number that a draft states, in base units, at its place in the text."""

    at: int
    quote: str
    indicator: str
    measure: str
    op: str
    value: Decimal
    unit: str
    period: str | None
    is_target: bool
    whole: str | None
    sentence: tuple[int, int]
    is_added: bool = False

    @property
    def end(self) -> int:
        """Return where the printed number ends."""
        return self.at + len(self.quote)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A number of the record by its names, before its value is looked up."""

    id: str
    name: str
    names: tuple[str, ...]
    measure: str
    unit: str
    is_target: bool
    period: str | None = None  # a promise is for one period; a number of the dictionary for any


@dataclass(frozen=True, kw_only=True)
class Known:
    """A number of the record for a period; `value` is None where it is 未报.

    It is `elsewhen` where it is not of the period that the draft speaks of.
    """

    name: str
    value: Decimal | None
    op: str
    unit: str
    shown: str
    period: str
    url: str
    note: str = ""
    elsewhen: bool = False


@dataclass(frozen=True)
class Checked:
    """A claim, what the record says to it, and what looks wrong in words for the writer."""

    claim: Claim
    verdict: Verdict
    known: tuple[Known, ...] = ()
    doubts: tuple[str, ...] = field(default=())


_KINDS = {"CNY": "money", "USD": "usd", "m2": "area", "m": "length", "kg": "mass"}
_KINDS |= {"percent": "percent", "percentage_point": "points", "count": "count", "rank": "rank"}
_KINDS |= {"day": "days", "month": "months", "year": "years"}
_SAME_WORDS = str.maketrans("", "", " “”\"‘’'()（）的等各、")
_SURROUNDINGS = re.compile(
    r"^(?:特别是|全区|全市|全县|园区|我区|地方|全社会|全年|年度|完成|实现|主要)+"
)
_NUMERAL = re.compile(r"[0-9][0-9,，]*(?:\.[0-9]+)?")
_ADDED = ("新增", "新认定")
_ALIKE, _SURE, _SAME = 0.62, 0.9, 0.95


_OF_PROJECT = re.compile(r"^[^。；;，,]{0,12}?的([^，。；、]{2,24}?项目)")


def claims_of(report: Mapping[str, Any], text: str) -> list[Claim]:
    """Return the numbers that the reader found in a draft, in order."""
    claims: list[Claim] = []
    project: tuple[str | None, tuple[int, int]] = (None, (0, 0))
    for one in report["statements"]:
        at, sentence = one["at"], (one["sentence"][0], one["sentence"][1])
        before = project[0] if project[1] == sentence else None
        project = (_project_after(text, at + len(one["quote"]), sentence[1]) or before, sentence)
        whole = one.get("of") or project[0]
        is_of_points = one["unit"] == "percentage_point"
        measure = one["measure"]
        if measure == "change":
            measure = "growth" if is_of_points else "level"
        claims.append(
            Claim(
                at=at,
                quote=one["quote"],
                indicator=one["indicator"],
                measure=measure,
                op=one["op"],
                value=Decimal(str(one["value"])) * (-1 if _is_fall(one) else 1),
                unit=_KINDS.get(one["unit"], one["unit"]),
                period=one.get("period"),
                # What a project will yield once it runs fully is announced, not promised.
                is_target=one["kind"] == "target" and one.get("period") is not None,
                is_added=one["measure"] == "change" and not is_of_points,
                whole=whole,
                sentence=sentence,
            )
        )
    return claims


def _project_after(text: str, at: int, end: int) -> str | None:
    """Return the project that numbers before its name are of: 投资40亿元、产值过百亿的某项目."""
    found = _OF_PROJECT.match(text[at:end].replace("、", "", 1))
    return found[1] if found else None


def _is_fall(one: Mapping[str, Any]) -> bool:
    falls = one["measure"] == "growth" or one["unit"] == "percentage_point"
    return falls and one.get("direction") == "down"


class Names:
    """The names of the record, made ready to find which number a claim speaks of."""

    def __init__(self, entries: Iterable[Named]) -> None:
        self._entries: dict[tuple[bool, str], list[tuple[Named, _Plain]]] = defaultdict(list)
        for entry in entries:
            for name in dict.fromkeys(map(_plain, entry.names)):
                self._entries[entry.is_target, entry.measure].append((entry, _Plain(name)))
        self._found: dict[tuple[object, ...], list[Named]] = {}

    def choose(
        self, claim: Claim, *, before: str = "", period: str | None = None, surely: bool = False
    ) -> list[Named]:
        """Return the entries that a claim may speak of: those named most alike, or none.

        `before` is what the sentence spoke of before: in 商业土地400亩,收益5亿元 the second number
        is the 商业土地收益. With a `period`, only what is of it, or of every period.
        """
        key = (claim.indicator, claim.whole, claim.measure, claim.is_target, claim.is_added)
        asked = (*key, before, period, surely)
        if asked not in self._found:
            self._found[asked] = self._choose(claim, before, period, surely)
        return self._found[asked]

    def _choose(self, claim: Claim, before: str, period: str | None, surely: bool) -> list[Named]:
        entries = [
            (entry, name)
            for entry, name in self._entries[claim.is_target, claim.measure]
            if period is None or entry.period in (None, period)
        ]
        # 新增20家 is no stock and 197家 no increase, however alike their names are.
        fitting = [one for one in entries if one[0].name.startswith(_ADDED) is claim.is_added]
        own = _plain(claim.indicator)
        names = [(_plain(claim.whole or "") + own, _SURE), (own, _SURE)]
        names.append((_plain(before) + own, _SAME))
        for among in (fitting, entries):
            for name, enough in names:
                likeness, found = _most_alike(_Plain(name), among)
                if likeness >= enough:
                    return found
        likeness, found = _most_alike(_Plain(own), entries)
        return found if likeness >= (_SURE if surely else _ALIKE) else []


class _Plain:
    """A name without what says nothing, and its pairs of neighbours."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.pairs = {name[at : at + 2] for at in range(len(name) - 1)}


def _most_alike(name: _Plain, among: Sequence[tuple[Named, _Plain]]) -> tuple[float, list[Named]]:
    best, found = 0.0, []
    for entry, other in among:
        likeness = _likeness(name, other)
        if likeness > best:
            best, found = likeness, [entry]
        elif likeness == best and likeness and entry not in found:
            found.append(entry)
    return best, found


def check_claim(claim: Claim, known: Sequence[Known]) -> Checked:
    """Return the verdict on a claim, given what the record holds under its name and period."""
    filed = [one for one in known if one.value is not None and not one.elsewhen]
    if not filed:
        return _check_elsewhen(claim, known)
    same_kind = [one for one in filed if one.unit == claim.unit]
    if not same_kind:
        return Checked(claim, Verdict.DIFFERS, tuple(filed), (_other_unit(claim, filed[0]),))
    agreeing = [one for one in same_kind if _agrees(claim, one)]
    if len({one.value for one in same_kind}) > 1 and 0 < len(agreeing) < len(same_kind):
        return Checked(claim, Verdict.AMBIGUOUS, tuple(same_kind))
    if agreeing:
        return Checked(claim, Verdict.AGREES, tuple(agreeing), _other_words(claim, agreeing[0]))
    slips = _slips(claim, same_kind[0]) or tuple(_of_another_period(claim, known))
    return Checked(claim, Verdict.DIFFERS, tuple(same_kind), slips)


def _check_elsewhen(claim: Claim, known: Sequence[Known]) -> Checked:
    """Return the verdict where the record has nothing for the period: is it of another one?"""
    doubts = tuple(_of_another_period(claim, known))
    shown = tuple(one for one in known if not one.elsewhen or doubts)
    return Checked(claim, Verdict.DIFFERS if doubts else Verdict.UNKNOWN, shown, doubts)


def _of_another_period(claim: Claim, known: Sequence[Known]) -> list[str]:
    for one in known:
        told = one.elsewhen and one.value is not None and one.unit == claim.unit
        if told and _agrees(claim, one):
            return [f"疑似期间写错：{one.period}的{one.name}是 {one.shown}。"]
    return []


def overlapping(claims: Sequence[Claim]) -> dict[int, str]:
    """Return, by position in the text, the parts after 其中 that cannot be parts of their whole."""
    doubts = {}
    for whole in claims:
        parts = [
            one
            for one in claims
            if one.whole == whole.indicator
            and one.sentence == whole.sentence
            and one.unit == whole.unit
            and one.measure == whole.measure
            and one.at > whole.at
        ]
        for part in parts:
            if part.value > whole.value:
                doubts[part.at] = f"“{part.indicator}”比它所属的“{whole.indicator}”还多。"
        if (
            len(parts) > 1
            and parts[-1].at not in doubts
            and sum(one.value for one in parts) > whole.value
        ):
            doubts[parts[-1].at] = f"几项之和超过“{whole.indicator}”，请核对是否重复计数。"
    return doubts


def _plain(name: str) -> str:
    return _SURROUNDINGS.sub("", name.translate(_SAME_WORDS))


def _likeness(mine: _Plain, other: _Plain) -> float:
    """Return how alike two names are, 0..1: equal, one within the other, or by shared pairs."""
    if mine.name == other.name:
        return 1.0 if mine.name else 0.0
    shared = len(mine.pairs & other.pairs)
    if not shared:
        return 0.0
    short, long = sorted((mine.name, other.name), key=len)
    if len(short) >= 3 and short in long:
        return 0.75 + 0.25 * len(short) / len(long)
    return 2 * shared / (len(mine.pairs) + len(other.pairs))


def _agrees(claim: Claim, known: Known) -> bool:
    """Tell whether the record's value, seen as coarsely as the claim is printed, is the claim's."""
    assert known.value is not None
    printed, recorded = claim.value, known.value
    if claim.quote.endswith("零的突破"):
        return recorded >= printed
    exact, round_step = _steps(claim)
    if claim.is_target or claim.op == "=":
        return abs(recorded - printed) <= exact / 2
    if claim.op == "~":
        return abs(recorded - printed) <= round_step / 2
    if claim.op in (">", ">="):
        return printed <= recorded < printed + round_step
    return printed - round_step < recorded <= printed


def _steps(claim: Claim) -> tuple[Decimal, Decimal]:
    """Return the worth of the last printed digit, and of the last that is not zero (300: 100)."""
    found = _NUMERAL.search(claim.quote)
    if found is None or not claim.value:
        return Decimal(0), abs(claim.value) or Decimal(1)
    numeral = Decimal(re.sub("[,，]", "", found[0]))
    if not numeral:
        return Decimal(0), Decimal(1)
    one = abs(claim.value) / numeral
    places = int(numeral.normalize().as_tuple().exponent)
    printed = -len(found[0].partition(".")[2])
    return one.scaleb(printed), one.scaleb(places)


def _other_unit(claim: Claim, known: Known) -> str:
    if {claim.unit, known.unit} == {"percent", "points"}:
        right = "个百分点" if known.unit == "points" else "%"
        return f"这里应当用“{right}”。"
    return f"单位与记录不同：记录是 {known.shown}。"


def _other_words(claim: Claim, known: Known) -> tuple[str, ...]:
    """Say where a promise is worded otherwise than it was adopted: 以上 for 左右."""
    classes = {">": "不低于", ">=": "不低于", "<": "不超过", "<=": "不超过", "~": "约", "=": ""}
    if not claim.is_target or classes[claim.op] == classes[known.op]:
        return ()
    return (f"计划的提法是“{classes[known.op] or '等于'}”，与此处不同。",)


def _slips(claim: Claim, known: Known) -> tuple[str, ...]:
    """Name the slip that explains a difference, where one does."""
    assert known.value is not None
    if not known.value or not claim.value:
        return ()
    times = abs(claim.value / known.value)
    for power in (4, 8):
        for factor in (Decimal(10) ** power, Decimal(10) ** -power):
            if abs(times / factor - 1) < Decimal("0.005"):
                return ("疑似“万”“亿”写错，与记录差一个数量级。",)
    for factor in (Decimal(10), Decimal("0.1")):
        if abs(times / factor - 1) < Decimal("0.005"):
            return ("疑似小数点错位。",)
    if claim.value == -known.value:
        return ("升降写反了。",)
    mine, theirs = (re.sub(r"\D", "", text) for text in (claim.quote, known.shown))
    if mine != theirs and sorted(mine) == sorted(theirs):
        return ("疑似数字写颠倒。",)
    return ()
