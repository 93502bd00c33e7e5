"""Quantities: a numeral with its unit, in base units, and how firmly it is said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

__all__ = ["Quantity", "find_quantities", "read_numeral"]

# A newcomer adds a counter here; the example that needs it goes into tests/reading/test_quantities.
COUNTERS = """
    家 个 项 条 人 名 户 件 次 所 张 座 套 辆 处 场 台 批次 只 支 艘 种 株 例 位 宗 栋 期 间
    部 门 笔 节 片 口 段 眼 盏 头 匹 届 倍 人次 户次 件次 台套 对 幅 块 面 艺 款 班 列 标 岁
    千瓦 兆瓦 千瓦时 立方米 吨公里 标箱 标准箱 床 张床位 页 篇 首 册 颗 棵 根 群 院 站 点 组
    队 团 层 级
""".split()
UNITS: dict[str, tuple[str, Decimal]] = {
    "平方公里": ("m2", Decimal(1_000_000)),
    "平方千米": ("m2", Decimal(1_000_000)),
    "平方米": ("m2", Decimal(1)),
    "平米": ("m2", Decimal(1)),
    "㎡": ("m2", Decimal(1)),
    "公顷": ("m2", Decimal(10_000)),
    "亩": ("m2", Decimal(2000) / 3),
    "公里": ("m", Decimal(1000)),
    "千米": ("m", Decimal(1000)),
    "米": ("m", Decimal(1)),
    "吨": ("kg", Decimal(1000)),
    "公斤": ("kg", Decimal(1)),
    "千克": ("kg", Decimal(1)),
    "斤": ("kg", Decimal("0.5")),
    "美元": ("USD", Decimal(1)),
    "元": ("CNY", Decimal(1)),
    "个百分点": ("percentage_point", Decimal(1)),
    "%": ("percent", Decimal(1)),
    "成": ("percent", Decimal(10)),
}
SCALES = {"百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 10**6, "千万": 10**7}
SCALES |= {"亿": 10**8, "万亿": 10**12, "": 1}
_HAN = "零〇一二两三四五六七八九十百千"
_DIGITS = {character: number for number, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2}
_UNIT_WORDS = "|".join(sorted([*UNITS, *COUNTERS], key=len, reverse=True))
_NUMERAL = rf"(?P<digits>\d[\d,]*(?:[..]\d+)?)|(?P<han>[{_HAN}]+(?=万|亿|成|{_UNIT_WORDS}))"
_PATTERN = re.compile(
    rf"(?:百分之(?P<share>[{_HAN}点]+)|(?P<double>翻一番|倍增|零的突破|翻番)|"
    rf"(?P<rank>(?:第|前)(?P<place>\d+|[{_HAN}]+)(?P<rankunit>位|名)?)|"
    rf"(?P<bare>(?:过|超)(?P<big>[十百千]?[百千万]?亿)(?!元以上|元以下))|"
    rf"(?:{_NUMERAL})(?P<loose>[多余来]?)(?P<scale>十万|百万|千万|万亿|[百千万亿])?"
    rf"(?P<loose2>[多余来]?)(?P<unit>{_UNIT_WORDS})?)"
)


@dataclass(frozen=True)
class Quantity:
    """A quantity at its place: `value` in base units, `op` as its own words say."""

    at: int
    end: int
    value: Decimal
    unit: str
    counter: str | None
    op: str
    is_rank: bool = False
    is_growth: bool = False
    is_first: bool = False


def read_numeral(text: str) -> Decimal:
    """Return the value of a numeral in digits or 汉字."""
    plain = text.replace(",", "")
    if re.fullmatch(r"\d+(\.\d+)?", plain):
        return Decimal(plain)
    if "点" in text:
        whole, _, part = text.partition("点")
        digits = "".join(str(_DIGITS[one]) for one in part)
        return read_numeral(whole) + Decimal(f"0.{digits}")
    total = current = 0
    for character in text:
        if character in _DIGITS:
            current = _DIGITS[character]
        else:
            scale = {"十": 10, "百": 100, "千": 1000}[character]
            total += (current or 1) * scale
            current = 0
    return Decimal(total + current)


def find_quantities(text: str, start: int, end: int) -> Iterator[Quantity]:
    """Yield the quantities between two places of the text, dates and slogans left aside."""
    for found in _PATTERN.finditer(text, start, end):
        before, after = (
            text[max(0, found.start() - 4) : found.start()],
            text[found.end() : found.end() + 6],
        )
        if found["share"]:
            value = read_numeral(found["share"])
            yield Quantity(found.start(), found.end(), value, "percent", None, _op(before, after))
        elif found["double"]:
            yield _double(found)
        elif found["rank"]:
            if found["rankunit"] or (found["place"] == "一" and after[:1] in "。,;、"):
                yield _rank(found)
        elif found["bare"]:
            scale = Decimal(SCALES.get(found["big"][:-1], 1)) * 10**8
            yield Quantity(found.start() + 1, found.end(), scale, "CNY", None, ">")
        elif quantity := _plain(found, before, after):
            yield quantity


def _plain(found: re.Match[str], before: str, after: str) -> Quantity | None:
    numeral, unit, scale = found["digits"] or found["han"], found["unit"], found["scale"] or ""
    if unit is None and (scale not in ("亿", "万亿") or found["han"]):
        return None
    is_year = unit is None and len(numeral) == 4 and not scale
    if is_year or after.startswith(("大", "周年")) or before.endswith(("第", "“", "十四", "+")):
        return None
    if found["han"] and unit not in UNITS and not scale and read_numeral(numeral) < 10:
        return None  # 一个干部, 四面出击: words of speech, not counts
    value = read_numeral(numeral) * SCALES.get(scale, 1)
    op = ">" if found["loose"] or found["loose2"] else _op(before, after)
    if unit is None:
        return Quantity(found.start(), found.end(), value, "CNY", None, op)
    if unit in UNITS:
        base, factor = UNITS[unit]
        value = round(value * factor, 4)
        return Quantity(found.start(), found.end(), value, base, None, op)
    return Quantity(found.start(), found.end(), value, "count", unit, op)


def _double(found: re.Match[str]) -> Quantity:
    if found["double"] == "零的突破":
        return Quantity(found.start(), found.end(), Decimal(1), "count", None, ">=", is_first=True)
    value = Decimal(100)
    return Quantity(found.start(), found.end(), value, "percent", None, "=", is_growth=True)


def _rank(found: re.Match[str]) -> Quantity:
    value, op = read_numeral(found["place"]), "<=" if found["rank"].startswith("前") else "="
    return Quantity(found.start() + 1, found.end(), value, "rank", None, op, is_rank=True)


def _op(before: str, after: str) -> str:
    if after.startswith(("以上", "及以上")) or re.search(r"不低于|不少于|至少|高于$", before):
        return ">="
    if after.startswith(("以内", "以下")) or re.search(r"不超过|不高于|控制在$", before):
        return "<="
    if re.search(r"(超过|超|突破|过|逾)$", before):
        return ">"
    if after.startswith("左右") or re.search(r"(近|约|大约|接近)$", before):
        return "~"
    return "="
