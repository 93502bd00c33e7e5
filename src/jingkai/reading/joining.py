"""Two names that may be one project: proposed with the reason, never joined here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["REASONS", "Likeness", "find_alike", "likeness"]

REASONS = {
    "same": "同名",
    "endings": "去掉括号和“项目、工程、建设”后同名",
    "contained": "一个名称包含另一个",
    "short": "像是简称",
    "head": "开头相同，只是类别说法不同",
    "letters": "字面相近",
}

_BRACKETED = re.compile(r"[（(〔\[][^）)〕\]]*[）)〕\]]")
_QUOTES = re.compile(r"[“”\"‘’'《》·\s]")
# What may stand behind a name without naming another thing.
_ENDING = re.compile(r"(?:(?:新建|扩建|改扩建|建设|改造|提质|续建)?(?:项目|工程)|建设)$")
_PHASE = re.compile(r"(?:第?([一二三四五六七八九十\d])期|([ⅠⅡⅢⅣ]))(?:工程|项目)?")
# Words that tell one thing from its sister: a side, an ordinal, a figure.
_TELLING = re.compile(r"[东西南北上下左右内外新老一二三四五六七八九十0-9甲乙丙丁A-Za-z]")
# Words for the kind of plant or place; two of them after one head may name the same works.
_KIND = re.compile(
    r"(?:智能|高端|现代|新型|综合|绿色|国际)*"
    r"(?:生产|制造|研发|加工|产业|科技|工业|总部|物流)*"
    r"(?:基地|产业园|工业园|科技园|园区|园|工厂|厂房|厂|生产线|产线|中心|总部|车间)?"
)


@dataclass(frozen=True)
class Likeness:
    """Two names by their place in a list, how alike they are (0..1), and by what."""

    first: int
    second: int
    score: float
    why: str


def find_alike(names: Sequence[str]) -> list[Likeness]:
    """Return each later name with the earlier one that it may repeat, the likest where several."""
    found = []
    for second, name in enumerate(names):
        best: Likeness | None = None
        for first, earlier in enumerate(names[:second]):
            alike = likeness(earlier, name)
            if alike and (best is None or alike[0] > best.score):
                best = Likeness(first, second, *alike)
        if best:
            found.append(best)
    return found


def likeness(one: str, other: str) -> tuple[float, str] | None:
    """Return how alike two names are and by what; None where they name two things."""
    left, right = _core(one), _core(other)
    if min(len(left), len(right)) < 3 or _phase(one) != _phase(other):
        return None
    if one == other:
        return 1.0, REASONS["same"]
    if left == right:
        return 0.95, REASONS["endings"]
    short, long = sorted((left, right), key=len)
    rest = _rest(short, long)
    if rest is not None and _TELLING.search(rest):
        return None
    if long.startswith(short) and len(short) >= 4 and _KIND.fullmatch(long[len(short) :]):
        return 0.85, REASONS["contained"]
    if long.endswith(short) and len(short) >= 5:
        return 0.75, REASONS["contained"]
    if rest is not None and len(short) >= 5 and short[:2] == long[:2] and short[-2:] == long[-2:]:
        return 0.8, REASONS["short"]
    head = _shared_head(left, right)
    if head >= 4 and _KIND.fullmatch(left[head:]) and _KIND.fullmatch(right[head:]):
        return 0.7, REASONS["head"]
    return _by_ratio(left, right)


def _by_ratio(left: str, right: str) -> tuple[float, str] | None:
    """Return the likeness of two names by their letters, where no letter that differs tells."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    if min(len(left), len(right)) < 6 or matcher.real_quick_ratio() < 0.8:
        return None
    ratio = matcher.ratio()
    differs = "".join(
        left[a:b] + right[c:d] for what, a, b, c, d in matcher.get_opcodes() if what != "equal"
    )
    if ratio < 0.8 or _TELLING.search(differs) or left[-2:] != right[-2:]:
        return None
    return round(ratio * 0.85, 2), REASONS["letters"]


def _core(name: str) -> str:
    """Return a name without brackets, quotes, phase and general endings."""
    core = _PHASE.sub("", _QUOTES.sub("", _BRACKETED.sub("", name)))
    while len(shorter := _ENDING.sub("", core)) >= 3 and shorter != core:
        core = shorter
    return core


def _phase(name: str) -> str:
    """Return the phase that a name tells; a name that tells none is the first."""
    hit = _PHASE.search(name)
    said = (hit[1] or hit[2]) if hit else "一"
    return {
        "1": "一",
        "2": "二",
        "3": "三",
        "4": "四",
        "Ⅰ": "一",
        "Ⅱ": "二",
        "Ⅲ": "三",
        "Ⅳ": "四",
    }.get(said, said)


def _rest(short: str, long: str) -> str | None:
    """Return what the long name has beside the letters of the short one in their order."""
    if short in long:
        return long.replace(short, "", 1)
    rest, at = "", 0
    for letter in long:
        if at < len(short) and letter == short[at]:
            at += 1
        else:
            rest += letter
    return rest if at == len(short) else None


def _shared_head(left: str, right: str) -> int:
    return next(
        (at for at, (a, b) in enumerate(zip(left, right, strict=False)) if a != b),
        min(len(left), len(right)),
    )
