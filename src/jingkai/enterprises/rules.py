"""What an enterprise is told by: codes, names, dated attributes, the statistical roll."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jingkai.kernel.creditcode import find_doubt, find_fault
from jingkai.kernel.words import Words

__all__ = [
    "ATTRIBUTES",
    "ENDINGS",
    "HONOUR_STEPS",
    "KINDS",
    "LIKENESSES",
    "OWNERSHIPS",
    "RESERVED",
    "SIZES",
    "TRADES",
    "Holding",
    "Interval",
    "Likeness",
    "attribute_value",
    "find_likenesses",
    "find_objection",
    "fold_holdings",
    "intervals",
    "name_core",
    "size_of",
]

# What stands where a value is not known; a blank is never one of them.
RESERVED = {"unknown": "不详", "not_applicable": "不适用", "pending": "待核"}

KINDS = {"company": "企业", "household": "个体工商户", "cooperative": "农民专业合作社"}
ENDINGS = {"cancelled": "注销", "revoked": "吊销", "moved": "迁出", "merged": "合并"}

# The professions of the national direct reporting (一套表), by what a firm mainly does.
TRADES = {
    "industry": "工业",
    "construction": "建筑业",
    "commerce": "批发零售业",
    "catering": "住宿餐饮业",
    "real_estate": "房地产业",
    "services": "服务业",
}
# What may become of a title, platform, brand or standard by a document.
HONOUR_STEPS = {"grant": "新取得", "renew": "复核或续期", "revoke": "撤销"}
ATTRIBUTES = {
    "industry": "行业",
    "size": "规模",
    "ownership": "登记注册类型",
    "chain": "产业链",
    "park": "专业园区",
    "group": "所属集团",
}
# 统计上大中小微型企业划分办法(2017).
SIZES = {"large": "大型", "medium": "中型", "small": "小型", "micro": "微型"}
# Lower bounds of large, medium and small by profession: people employed, revenue in 万元. Of trade
# it is wholesale's row, of services that of transport; other rows need what returns do not tell.
_SIZE_BOUNDS: dict[str, tuple[tuple[int, int], ...]] = {
    "industry": ((1000, 40000), (300, 2000), (20, 300)),
    "construction": ((0, 80000), (0, 6000), (0, 300)),
    "commerce": ((200, 40000), (20, 5000), (5, 1000)),
    "catering": ((300, 10000), (100, 2000), (10, 100)),
    "real_estate": ((0, 200000), (0, 1000), (0, 100)),
    "services": ((1000, 30000), (300, 3000), (20, 200)),
}
OWNERSHIPS = {
    "state": "国有控股",
    "private": "私营",
    "foreign": "外商投资",
    "overseas_chinese": "港澳台投资",
    "collective": "集体",
}


def size_of(trade: str, *, staff: int, revenue_wan: Decimal) -> str:
    """Return the size class of a firm: it meets every lower bound of it, else it is one down."""
    for size, (least_staff, least_revenue) in zip(SIZES, _SIZE_BOUNDS[trade], strict=False):
        if staff >= least_staff and revenue_wan >= least_revenue:
            return size
    return "micro"


def attribute_value(attribute: str, said: object) -> str:
    """Return how a word said of an attribute is kept; nothing said is not known, never blank."""
    words = {"size": SIZES, "ownership": OWNERSHIPS}.get(attribute, {})
    kept = {word: code for code, word in {**words, **RESERVED}.items()}
    return kept.get(str(said), str(said)) if said else "unknown"


def find_objection(code: str, *, confirmed_by: str = "") -> Words | None:
    """Return why a code cannot be taken as it is: a doubt passes when somebody vouches for it."""
    return find_fault(code) or (None if confirmed_by.strip() else find_doubt(code))


@dataclass(frozen=True)
class Holding:
    """A title, platform, brand or standard that a firm was given, as its last document says it.

    `since` is the day it was first given, `until` the last day that its certificate names, and
    `ended` the day it was taken away.
    """

    title: str
    on: date
    document: str = ""
    about: str = ""
    until: date | None = None
    ended: date | None = None
    since: date | None = None

    @property
    def is_revoked(self) -> bool:
        """Tell whether it was taken away."""
        return self.ended is not None


def fold_holdings(told: Iterable[tuple[date, Mapping[str, object]]]) -> list[Holding]:
    """Return what a firm holds and held, from the events of its recognitions in their order."""
    found: dict[tuple[str, str], Holding] = {}
    for on, values in sorted(told, key=lambda one: one[0]):
        title, about = str(values["title"]), str(values.get("about") or "")
        before = found.get((title, about))
        if values.get("change") == -1:
            if before is not None:
                found[title, about] = replace(before, ended=on)
            continue
        until = str(values.get("until") or "")
        is_renewed = before is not None and not before.is_revoked and values["is_first"] != "是"
        found[title, about] = Holding(
            title,
            on,
            str(values.get("document") or ""),
            about,
            date.fromisoformat(until) if until else None,
            None,
            before.since if before is not None and is_renewed else on,
        )
    return list(found.values())


@dataclass(frozen=True)
class Interval:
    """A value in force from `since` until the day before `until`."""

    value: str
    since: date
    until: date | None = None


def intervals(changes: Iterable[tuple[date, str]]) -> list[Interval]:
    """Return the values of an attribute over time: each holds until the next is set."""
    found: list[Interval] = []
    for since, value in sorted(dict(changes).items()):
        if found and found[-1].value == value:
            continue
        if found:
            found[-1] = Interval(found[-1].value, found[-1].since, since)
        found.append(Interval(value, since))
    return found


_FORMS = (
    "集团股份有限责任公司|股份有限公司|有限责任公司|集团有限公司|有限公司|总公司|分公司|集团|公司"
)
_PLACES = re.compile(r"^(?:中国|湖南省?|常德市?|[一-鿿]{2,3}(?:省|市(?![政场])|区(?!域)|县))")


def name_core(name: str) -> str:
    """Return what tells one firm from another in its name: no brackets, place or legal form."""
    plain = re.sub(r"[(（][^)）]*[)）]|[\s·、,，.]", "", name)
    plain = re.sub(f"(?:{_FORMS})$", "", plain)
    return _PLACES.sub("", plain) or plain or name


LIKENESSES = ("名称除地名和组织形式外相同", "代码只差一位", "代码只有相邻两位对调")


@dataclass(frozen=True)
class Likeness:
    """Two entries that may be one firm, and why."""

    code: str
    other: str
    why: str


def find_likenesses(names: Mapping[str, str]) -> list[Likeness]:
    """Return pairs among `names` (by code) that may be one firm under two codes.

    Alike are two names with the same core, and two codes with the same name-giving part that
    differ in one place or in two neighbours changed about.
    """
    found: dict[tuple[str, str], str] = {}
    for pair in _pairs((name_core(name), code) for code, name in names.items()):
        found[pair] = LIKENESSES[0]
    blurred = (
        (f"{code[:place]}?{code[place + 1 :]}", code) for code in names for place in range(18)
    )
    for pair in _pairs(blurred):
        found.setdefault(pair, LIKENESSES[1])
    swapped = (
        ("".join(sorted(code[place : place + 2])).join((code[:place], code[place + 2 :])), code)
        for code in names
        for place in range(17)
    )
    for pair in _pairs(swapped):
        found.setdefault(pair, LIKENESSES[2])
    return [Likeness(one, other, why) for (one, other), why in sorted(found.items())]


def _pairs(keyed: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Yield the codes that share a key, two by two."""
    same: dict[str, list[str]] = {}
    for key, code in keyed:
        known = same.setdefault(key, [])
        if code not in known:
            for other in known:
                yield min(code, other), max(code, other)
            known.append(code)
