"""Places in an order: 居全省第18位, 进入前100位, 倒26名."""

import re
from collections.abc import Iterator
from decimal import Decimal

from jingkai.reading.quantities import HAN, Quantity, han_number

__all__ = ["find_ranks", "ranked_subject"]

_PLACE = re.compile(
    rf"第(?P<nth>[0-9]+|{HAN})(?P<a>位|名)?(?=[,，。；;、！”\s)）]|$)"
    r"|(?:前|排名|倒)(?P<among>[0-9]+)(?P<b>位|名)?(?=[,，。；;、])"
    r"|(?<=前)(?P<top>[0-9]+)(?P<c>位)"
    r"|(?<=第)(?P<plain>[0-9]+)(?P<d>位|名)"
)
# An ordinal alone may count anything (第三,…); beside one of these it is a rank.
_ORDERED = re.compile(
    r"居|排|列|名|位|全国|全省|全市|全区|全县|全球|世界|保持|升至|跃|提升到|项目[”]?第|、第"
)
_LAST_POSSIBLE = 5000
_STANDS = re.compile(r"(?:中|在)?(?:排名|位居|排位|位列|居|满意度测评中)")
# 居中部第2位: where the rank is held, not what is ranked.
_PLACE_ONLY = re.compile(r"[\u4e00-\u9fff]{0,4}[国省市区县部州盟]")


def find_ranks(text: str) -> Iterator[Quantity]:
    """Yield the ranks of a sentence; the quote holds the numeral and a printed 位 or 名."""
    for hit in _PLACE.finditer(text):
        kind = next(name for name in ("nth", "among", "top", "plain") if hit[name])
        counter = hit["a"] or hit["b"] or hit["c"] or hit["d"] or ""
        figure, at = hit[kind], hit.start(kind)
        if kind == "nth" and not _ORDERED.search(text[max(0, at - 14) : at]):
            continue
        number = Decimal(figure) if figure.isdigit() else han_number(figure)
        if number is None or not 0 < number <= _LAST_POSSIBLE:
            continue
        end = at + len(figure) + (len(counter) if figure.isdigit() else 0)
        yield Quantity(at, end, number, "rank")


def ranked_subject(phrase: str) -> str:
    """Return what is ranked, from the words before a rank: 综合考核居 → 综合考核."""
    phrase = re.sub(r"中$", "", re.sub(r"(?:项目)?先后获评", "", phrase))
    if hit := _STANDS.search(phrase):
        phrase = phrase[: hit.start()] or phrase[hit.end() :]
    return "" if _PLACE_ONLY.fullmatch(phrase) else phrase
