"""Where a firm stands on the ladder: what it meets, what is short by how much, what is unknown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from jingkai.enterprises.rules import Holding
from jingkai.kernel.ladders import Condition, Ladder, Rung

__all__ = [
    "EXPIRING_WITHIN",
    "HONOURS",
    "MARKS",
    "RECORDS",
    "STAGES",
    "STANDINGS",
    "STANDS",
    "VERDICTS",
    "Standing",
    "Verdict",
    "expires_on",
    "judge",
    "next_rungs",
    "rungs_for",
    "titles_on",
    "yearly_pace",
]

# Shape, word and tone of a condition, and of a whole rung.
VERDICTS = {
    "met": ("●", "符合"),
    "short": ("▲", "差"),
    "unknown": ("○", "缺数据"),
    "by_hand": ("□", "人工判定"),
}
STANDINGS = {
    "holds": ("✓", "已获得"),
    "expiring": ("◆", "即将到期"),
    "expired": ("■", "已过期"),
    "revoked": ("■", "已撤销"),
    "ready": ("●", "条件已够"),
    "near": ("◆", "接近"),
    "short": ("▲", "还差"),
    "unknown": ("○", "缺数据"),
    "by_hand": ("□", "人工判定"),
    "unverified": ("□", "规则待核"),
}
# What an authority gives, by the kinds that the ladder declares.
HONOURS = {"title": "称号", "platform": "平台", "brand": "品牌", "standard": "标准"}
# How sure a rule is: its own text was seen, it is known, or nobody has checked it yet.
MARKS = {"V": "已见原文", "K": "常识", "K?": "待核"}
# Who stands on a rung today.
STANDS = ("holds", "expiring")
# 上市后备: the stages in their order.
STAGES = {
    "reserve": "储备",
    "nurture": "培育",
    "tutoring": "辅导",
    "application": "申报",
    "listed": "上市",
    "left": "退出",
}
# What may be recorded of a candidate beside a step: a service, what holds it up, what came free.
RECORDS = {"step": "推进一步", "service": "服务", "blocker": "卡点", "cleared": "卡点解除"}
EXPIRING_WITHIN = 180
_Values = Mapping[str, Decimal | None]


@dataclass(frozen=True)
class Verdict:
    """What one condition says of a firm: the value found, the one required, how much is short."""

    condition: Condition
    state: str
    value: Decimal | None = None
    required: Decimal | None = None
    short: Decimal | None = None
    is_most: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a firm stands with a rung, condition by condition."""

    rung: Rung
    state: str
    verdicts: tuple[Verdict, ...]
    held: Holding | None = None
    expires: date | None = None
    percent: Decimal | None = None

    def count(self, state: str) -> int:
        """Return how many conditions say so."""
        return sum(one.state == state for one in self.verdicts)


def rungs_for(rungs: Sequence[Rung], *, trade: str, industry: str, section: str) -> list[Rung]:
    """Return the rungs that are for a firm: by its profession on the roll, off it by its industry.

    Of a profession with several rungs a firm stands on the one of its industry, else on the first.
    """
    of_trade = [one for one in rungs if trade and trade in one.trades]
    mine = next((one for one in of_trade if _is_within(one, industry, section)), None)
    mine = mine or (of_trade[0] if of_trade else None)
    found = []
    for one in rungs:
        if trade and one.trades:
            is_its = one is mine
        else:
            is_its = not (one.trades or one.sections) or _is_within(one, industry, section)
        if is_its:
            found.append(one)
    return found


def _is_within(rung: Rung, industry: str, section: str) -> bool:
    return any(one == section or industry.startswith(one) for one in rung.sections)


def expires_on(held: Holding, rung: Rung) -> date | None:
    """Return the day from which a title is no longer held; None when it does not end."""
    if held.until is not None:
        return held.until + timedelta(days=1)
    if not rung.valid_years:
        return None
    year = held.on.year + rung.valid_years
    is_leap_day = (held.on.month, held.on.day) == (2, 29)
    return date(year, 3, 1) if is_leap_day else held.on.replace(year=year)


def titles_on(held: Iterable[Holding], rungs: Iterable[Rung], on: date) -> set[str]:
    """Return the titles in force on a day: neither ended nor taken away."""
    giving = {one.title: one for one in rungs if one.title}
    found = set()
    for one in held:
        ends = expires_on(one, giving[one.title]) if one.title in giving else None
        if one.ended is None and (ends is None or ends > on):
            found.add(one.title)
    return found


def judge(
    rung: Rung,
    *,
    values: _Values,
    titles: Iterable[Holding],
    on: date,
    is_on_roll: bool = False,
    in_force: Collection[str] | None = None,
) -> Standing:
    """Return where a firm stands with a rung; what is not known is unknown, never short.

    `in_force` are the titles that count as held today, where rungs of others ask for one.
    """
    held_all = list(titles)
    mine = max(
        (one for one in held_all if rung.title and one.title == rung.title),
        key=lambda one: (one.ended is None, one.on),
        default=None,
    )
    valid = titles_on(held_all, [rung], on) if in_force is None else in_force
    verdicts = tuple(_settle(rung, [_verdict(one, values, valid) for one in rung.conditions]))
    ends = expires_on(mine, rung) if mine else None
    percent = _percent(verdicts)
    if mine is not None and mine.ended is not None and mine.ended <= on:
        state, ends = "revoked", mine.ended
    elif mine is not None:
        state = "holds"
        if ends is not None and ends <= on:
            state = "expired"
        elif ends is not None and (ends - on).days <= EXPIRING_WITHIN:
            state = "expiring"
    elif is_on_roll and rung.is_of_roll:
        state = "holds"
    else:
        state = _state(rung, verdicts, percent)
    return Standing(rung, state, verdicts, mine, ends, percent)


def _state(rung: Rung, verdicts: tuple[Verdict, ...], percent: Decimal | None) -> str:
    states = {one.state for one in verdicts}
    if "short" in states:
        return "near" if percent is not None and percent >= rung.near else "short"
    if states == {"by_hand"}:
        return "unverified" if rung.is_unverified else "by_hand"
    return "unknown" if "unknown" in states else "ready"


def _verdict(one: Condition, values: _Values, titles: Collection[str]) -> Verdict:
    if one.title:
        return Verdict(one, "met" if one.title in titles else "short")
    if one.is_by_hand:
        return Verdict(one, "by_hand")
    value = values.get(one.measure)
    required, kind = _required(one, values)
    if value is None or required is None:
        return Verdict(one, "unknown", value, required, is_most=kind == "most")
    is_met = (
        value <= required
        if kind == "most"
        else value > required
        if kind == "above"
        else value >= required
    )
    if is_met:
        return Verdict(one, "met", value, required, is_most=kind == "most")
    short = abs(required - value)
    return Verdict(one, "short", value, required, short, is_most=kind == "most")


def _required(one: Condition, values: _Values) -> tuple[Decimal | None, str]:
    if one.most is not None:
        return one.most, "most"
    if one.above is not None:
        return one.above, "above"
    if not one.bands:
        return one.least, "least"
    size = values.get(one.by)
    if size is None:
        return None, "least"
    for band in one.bands:
        if band.until is None or size <= band.until:
            return band.least, "least"
    return None, "least"


def _settle(rung: Rung, verdicts: list[Verdict]) -> Iterable[Verdict]:
    """Leave out the members of a group that another one already satisfies or stands for."""
    groups: dict[str, list[Verdict]] = {}
    for one in verdicts:
        if one.condition.group:
            groups.setdefault(one.condition.group, []).append(one)
    order = ("met", "unknown", "by_hand", "short")
    chosen = {
        name: min(members, key=lambda one: order.index(one.state))
        for name, members in groups.items()
    }
    for one in verdicts:
        if not one.condition.group or chosen[one.condition.group] is one:
            yield one


def _percent(verdicts: tuple[Verdict, ...]) -> Decimal | None:
    """Return how near the worst of the measured conditions is to its threshold, in hundredths."""
    found = []
    for one in verdicts:
        if one.state == "short" and one.value is not None and one.required:
            part = one.required / one.value if one.is_most else one.value / one.required
            found.append(max(Decimal(0), part * 100))
        elif one.state == "short":
            return None
    return min(found) if found else None


def next_rungs(standings: Iterable[Standing]) -> list[Standing]:
    """Return the rungs above what the firm holds that it could climb, the nearest first."""
    all_of_them = list(standings)
    top = max(
        (one.rung.level for one in all_of_them if one.state in ("holds", "expiring")), default=0
    )
    above = [
        one
        for one in all_of_them
        if one.rung.level > top and one.state in ("ready", "near", "short", "unknown")
    ]
    return sorted(above, key=lambda one: (one.rung.level, one.rung.id))


def yearly_pace(to_date: Decimal, months: int) -> Decimal | None:
    """Return what a year would bring at the pace of its first months."""
    return to_date * 12 / months if months else None


def check_ladder(ladder: Ladder) -> list[str]:
    """Return the conditions whose examples are not on the two sides of their threshold."""
    wrong = []
    for rung in ladder.rungs:
        for one in rung.conditions:
            pairs = [(band.passes, band.fails, band.until) for band in one.bands]
            if one.passes is not None and one.fails is not None:
                pairs.append((one.passes, one.fails, None))
            for passes, fails, until in pairs:
                sizes = {} if not one.by else {one.by: until if until is not None else _above(one)}
                states = [
                    _verdict(one, {**sizes, one.measure: value}, set()).state
                    for value in (passes, fails)
                ]
                if states != ["met", "short"]:
                    wrong.append(f"{rung.id}.{one.id}")
    return wrong


def _above(one: Condition) -> Decimal:
    ends = [band.until for band in one.bands if band.until is not None]
    return max(ends, default=Decimal(0)) + 1
