"""Numerals and units: where they stand in a text and what they are worth."""

import re
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
DIGITS |= {"七": 7, "八": 8, "九": 9}
TENS = {"十": 10, "百": 100, "千": 1000}
SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
SCALES |= {"十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}

# unit as printed -> (unit, factor); the value is multiplied by the factor
FIXED: dict[str, tuple[str, Decimal]] = {
    "亿美元": ("USD", Decimal(10**8)),
    "美元": ("USD", Decimal(1)),
    "元人民币": ("CNY", Decimal(1)),
    "元": ("CNY", Decimal(1)),
    "个百分点": ("percentage_point", Decimal(1)),
    "百分点": ("percentage_point", Decimal(1)),
    "%": ("percent", Decimal(1)),
    "‰": ("percent", Decimal("0.1")),
    "成": ("percent", Decimal(10)),
    "亩": ("m2", Decimal(2000) / 3),
    "公顷": ("m2", Decimal(10**4)),
    "平方公里": ("m2", Decimal(10**6)),
    "平方千米": ("m2", Decimal(10**6)),
    "平方米": ("m2", Decimal(1)),
    "平米": ("m2", Decimal(1)),
    "公里": ("m", Decimal(1000)),
    "千米": ("m", Decimal(1000)),
    "米": ("m", Decimal(1)),
    "吨": ("kg", Decimal(1000)),
    "公斤": ("kg", Decimal(1)),
    "千克": ("kg", Decimal(1)),
    "斤": ("kg", Decimal("0.5")),
}


COUNTERS = (
    "微克/立方米 标准箱 标箱 千瓦时 立方米 人次 场次 班次 架次 千瓦 兆瓦 户次 课时 件次 平方 "
    "个 家 项 名 人 户 所 条 张 件 次 场 处 座 栋 幢 套 台 辆 部 列 篇 类 起 头 只 羽 株 棵 间 "
    "艘 架 支 宗 笔 倍 岁 位 对 盏 块 口 眼 期 届 种 款 度 例 份 顶 箱 艘 尾 册 孔 方 枚 片 段 "
    "吨公里 度电 棒 袋 盆 匹 趟 列次 辆次 航次 台套 剂 剂次 针 例次 瓶 桶 罐 蒸吨 "
    "PFLOPS PF EFLOPS EF GW MW"
).split()
PLACES = {"年": "year", "个月": "month", "天": "day"}

_UNITS = sorted([*FIXED, *COUNTERS, *PLACES], key=len, reverse=True)
_NOT_BEFORE = {"个": "(?![体人])", "方": "(?!面)"}  # 个体, 个人, 方面 are no counters
UNIT = "(?:" + "|".join(re.escape(one) + _NOT_BEFORE.get(one, "") for one in _UNITS) + ")"
SCALE = "(?:万亿|千亿|百亿|十亿|千万|百万|亿|万|千(?![克瓦米])|百(?!分点))"
ARABIC = r"[0-9]+(?:[,，][0-9]{3}(?![0-9]))*(?:\.[0-9]+(?:[ ]+[0-9]+(?=[ ]?[亿万]))?)?"
HAN = "[一二两三四五六七八九十百千零〇]+"
GAP = r"[ \u3000]{0,2}"
NUMERAL = re.compile(
    rf"(?=[0-9零〇一二两三四五六七八九十百千翻数倍])(?:"  # most characters open no numeral
    rf"(?P<odd>翻[一两二三]?番|(?:数量)?倍增|零的突破|两个百分之百)"
    rf"|(?P<absurd>[0-9][0-9.]*[eE][+-]?[0-9]+|[0-9]{{19,}}(?:\.[0-9]*)?)(?:{SCALE})?(?:{UNIT})?"
    rf"|百分之(?P<hundredth>{HAN}(?:点{HAN})?)"
    rf"|(?P<number>{ARABIC}){GAP}(?P<more>[余多来])?(?P<scale>{SCALE})?(?P<more2>[余多])?"
    rf"{GAP}(?P<unit>{UNIT})?"
    rf"|(?P<han>{HAN})(?P<hanscale>万亿|万|亿)?(?P<hanmore>[余多])?(?P<hanunit>{UNIT})?)"
)


@dataclass(frozen=True)
class Quantity:
    """A numeral with its unit, in base units, at its place in the text."""

    at: int
    end: int
    value: Decimal
    unit: str | None
    counter: str | None = None
    more: bool = False
    spelled: str = "arabic"  # arabic | han | odd | impossible


def han_number(text: str) -> Decimal | None:
    """Return the value of a numeral written in 汉字, or None where it is none."""
    whole, _, rest = text.partition("点")
    total = section = digit = 0
    positional = all(char in DIGITS for char in whole) and len(whole) > 1
    if positional:
        total = int("".join(str(DIGITS[char]) for char in whole))
    else:
        for char in whole:
            if char in DIGITS:
                digit = DIGITS[char]
            elif char in TENS:
                section += (digit or 1) * TENS[char]
                digit = 0
            elif char in ("万", "亿"):
                total = (total + section + digit or 1) * SCALES[char]
                section = digit = 0
            else:
                return None
        total += section + digit
    if rest:
        if any(char not in DIGITS for char in rest):
            return None
        return Decimal(f"{total}." + "".join(str(DIGITS[char]) for char in rest))
    return Decimal(total)


def _odd(text: str, at: int) -> Quantity:
    end = at + len(text)
    if text.startswith("翻"):
        times = DIGITS.get(text[1], 1)
        return Quantity(at, end, Decimal((2**times - 1) * 100), "percent", spelled="odd")
    if text.endswith("倍增"):
        return Quantity(end - 2, end, Decimal(100), "percent", spelled="odd")
    if text == "零的突破":
        return Quantity(at, end, Decimal(1), "count", spelled="odd")
    return Quantity(at, end, Decimal(100), "percent", spelled="odd")


def _measured(
    at: int, end: int, value: Decimal, unit: str | None, more: bool, spelled: str
) -> Quantity:
    if unit in FIXED:
        name, factor = FIXED[unit]
        value = value * factor
        if unit == "亩":
            value = round(value, 4)
        return Quantity(at, end, value, name, more=more, spelled=spelled)
    if unit in PLACES:
        return Quantity(at, end, value, PLACES[unit], more=more, spelled=spelled)
    if unit is not None:
        return Quantity(at, end, value, "count", unit, more, spelled)
    return Quantity(at, end, value, None, more=more, spelled=spelled)


def quantities(text: str) -> list[Quantity]:
    """Find every numeral of a text, with its unit and its value in base units."""
    found: list[Quantity] = []
    for hit in NUMERAL.finditer(text):
        at = hit.start()
        if hit["odd"]:
            found.append(_odd(hit["odd"], at))
        elif hit["absurd"]:
            found.append(Quantity(at, hit.end(), Decimal(0), None, spelled="impossible"))
        elif hit["hundredth"]:
            value = han_number(hit["hundredth"])
            if value is not None:
                found.append(Quantity(at, hit.end(), value, "percent", spelled="han"))
        elif hit["number"]:
            plain = re.sub("[,， ]", "", hit["number"])
            value = Decimal(plain) * SCALES[hit["scale"] or ""]
            end = hit.end()
            if not hit["unit"]:
                end = hit.start() + len(hit[0].rstrip())
            more = bool(hit["more"] or hit["more2"])
            found.append(_measured(at, end, value, hit["unit"], more, "arabic"))
        else:
            value = han_number(hit["han"])
            if value is None:
                continue
            value *= SCALES[hit["hanscale"] or ""]
            more = bool(hit["hanmore"])
            found.append(_measured(at, hit.end(), value, hit["hanunit"], more, "han"))
    return found
