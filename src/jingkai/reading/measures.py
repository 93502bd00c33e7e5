"""What a number measures: an amount, a rate of change, a share or an addition; and its bound."""

import re

from jingkai.reading.context import Handed, Number

__all__ = ["bound_of", "is_stock", "measure_of"]

_UP = re.compile(
    r"(?:增长|增速|增幅|涨幅|提高|提升|上升|上涨|增加|年均增长|递增|增长了|增速达到?|增长达|回升|增收)"
    r"(?:达到|达|约|近|超过|超|突破|在|为|是|预计|预期|目标|设定|控制在|不低于|不少于|不超过|不高于|保持在|稳定在|均|了|\s)*$"
)
_DOWN = re.compile(
    r"(?:下降|减少|压缩|降低|压减|精简|削减|下浮|下调|缩减|回落|减幅|降幅|减负|缩短|改善)"
    r"(?:达到|达|约|近|超过|超|突破|控制在|不低于|不少于|不超过|均|了|\s)*$"
)
_SHARE = re.compile(
    r"占|(?:目标|任务|计划)的$|率|比重|比例|强度|份额|覆盖|达标|满意|(?<![同环])比(?=达到?|为|$)"
)
_RATE = re.compile(r"涨幅|增速|增幅")
_ADDED = re.compile(r"新增|净增|增加(?!到|至|值)|月增|增产|增收")
_TAKEN_AWAY = re.compile(r"精简|减少(?!到|至)|压减|取消")
# A verb of its own ends what 新增 hands down a list.
_OWN_VERB = re.compile(
    r"完成|实现|建成|引进|达到?|获|认定|新建|投产|开工|入选|总数|超过|突破|累计|发放|办理|推出|填补|盘活"
    r"|铺设|承接|创建|改造|签约|举办|开展|惠及|带动|吸引|授权(?!点)|培训|救助"
)
# 整治企业9家 counts what was done in the year; 企业9家 what there is.
_DEALT_WITH = re.compile(
    r"引进|新建|培育|签约|建成|整治|关停|取缔|淘汰|帮扶|支持|完成|实施|改造|清退|搬迁|服务"
)
_LISTED = "和、及,， "


def measure_of(number: Number, handed: Handed) -> tuple[str, str | None]:
    """Return level, growth, change, share or rank, and "down" where it falls; hand it on."""
    before, unit, item = number.before, number.unit, number.item
    up, down = _UP.search(before), _DOWN.search(before)
    measure, direction = "level", None
    if unit == "rank":
        measure = "rank"
    elif item.spelled == "odd" and unit == "percent":
        measure = "share" if "百分" in number.text[item.at : item.end] else "growth"
    elif item.counter == "倍" and (up or down):
        measure = "growth"
    elif unit == "percentage_point":
        measure = "change"
    elif unit == "percent":
        measure = "growth" if up or down or _is_carried_growth(before, handed) else "share"
    elif item.spelled != "odd":
        measure, direction = _amount(number, handed)
    if "分别" in before:
        handed.is_growing, handed.is_falling = bool(up or down), bool(down)
    elif before.strip("、,，和及 \u3000\t"):
        handed.is_growing, handed.is_falling = bool(up or down), False
    if (down and "减负" not in before) or (handed.is_falling and measure == "growth"):
        direction = "down"
    return measure, direction


def _is_carried_growth(before: str, handed: Handed) -> bool:
    """Tell whether growth runs on to a percent that has no verb of growth of its own."""
    if handed.is_growing and not before.strip(_LISTED):
        return True
    if before.strip(_LISTED) in ("达", "达到"):  # 提升0.9个百分点、达62.1%
        return False
    is_rate = handed.is_growing or _RATE.search(before) is not None
    return is_rate and not _SHARE.search(before)


def _amount(number: Number, handed: Handed) -> tuple[str, str | None]:
    clause = number.before
    if "等" in clause:  # 新增甲、乙等8家: the verb stands before the list
        start = max(number.text.rfind(mark, 0, number.item.at) for mark in ",，;；。")
        clause = number.text[start + 1 : number.item.at]
    if _ADDED.search(clause):
        handed.is_adding = True
        return "change", None
    if _TAKEN_AWAY.search(number.before):
        return "change", "down"
    if handed.is_adding and not _OWN_VERB.search(number.since):
        return "change", None
    if number.before.strip():
        handed.is_adding = False
    return "level", None


def bound_of(number: Number, measure: str, *, is_definite: bool) -> str:
    """Return how the number binds: <=, >=, >, ~ or =."""
    if measure == "rank":
        return "<=" if number.before.endswith("前") else "="
    if number.item.spelled == "odd" and number.unit == "count":
        return ">="
    before = number.text[max(0, number.item.at - 8) : number.item.at]
    after = number.text[number.item.end : number.item.end + 4]
    if before.endswith(("控制在", "不超过", "不高于")) or after.startswith(
        ("以内", "以下", "之内")
    ):
        return "<="
    if before.endswith(("超过", "突破", "超", "逾")) or number.item.more or _passes(before):
        return ">"
    if after.startswith(("以上", "及以上")) or before.endswith(("不低于", "不少于", "至少")):
        return ">="
    if before.endswith("高于"):
        return ">"
    if after.startswith(("左右", "上下")) or before.endswith(("约", "近")):
        return "~"
    is_promised = number.is_promised and not is_definite
    if number.is_target and (is_promised or before.endswith(("达到", "达"))):
        return ">="
    return "="


def _passes(before: str) -> bool:
    """Tell whether words end in 过 as in 税收过亿元, and not in 通过."""
    return len(before) > 1 and before[-1] == "过" and before[-2] != "通"


def is_stock(number: Number, measure: str, indicator: str) -> bool:
    """Tell whether the number is reached at a point of time, rather than summed over one."""
    before = number.before.rstrip()
    if measure in ("rank", "share"):
        return True
    if before.endswith(("达", "达到", "超过", "突破", "增加到", "提升至", "有")) or _passes(before):
        return True
    is_of_firms = measure == "level" and indicator.endswith("企业")
    return is_of_firms and not _DEALT_WITH.search(before)
