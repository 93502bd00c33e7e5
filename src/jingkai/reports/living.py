"""Put the record's numbers into prose: each as it is said, where it opens, or what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from typing import Any

from django.urls import reverse

from jingkai.kernel.indicators import Indicator
from jingkai.kernel.periods import Period, parse_period
from jingkai.kernel.units import get_unit
from jingkai.kernel.words import Words, in_a_row, named, words_of
from jingkai.kernel.zone import current_zone
from jingkai.ledger.queries import Ledger, Number, list_facts
from jingkai.plan.queries import Item, TargetLine, find_cited, list_targets_of
from jingkai.reports.tokens import ITEM, Token, cut, tokens_of, write_token
from jingkai.reports.wording import (
    say_bound,
    say_gap,
    say_growth,
    say_names,
    say_pace,
    say_points,
    say_target,
    say_value,
)
from jingkai.web.shell import describe_subjects

__all__ = ["Live", "Writer", "suggestions_for"]

UNKNOWN, REMOVED, MISWRITTEN = "unknown", "removed", "miswritten"


@dataclass(frozen=True)
class Live:
    """A number in prose: its words and where it opens, or what is wrong and what to do."""

    text: str
    token: str
    at: int
    indicator: str = ""
    period: str = ""
    title: str = ""
    url: str = ""
    problem: str = ""
    why: Words | None = None
    fix: Words | None = None

    @property
    def is_wrong(self) -> bool:
        """Tell whether no number could be put in."""
        return bool(self.problem)


class _NotSaid(ValueError):
    """A form that the record cannot say of a number; the message says why."""


class Writer:
    """Puts numbers into the passages of one draft, as the ledger knows them."""

    def __init__(self, ledger: Ledger, period: Period) -> None:
        self.ledger, self.period = ledger, period
        self._targets: dict[tuple[str, int], list[TargetLine]] = {}
        self._names: dict[tuple[str, str], list[str]] = {}
        self._items: dict[int, Item] = {}

    def prepare(self, texts: Iterable[str]) -> None:
        """Read what the passages cite in one pass."""
        known = current_zone().indicators
        tokens = [token for text in texts for token in tokens_of(text)]
        cited = dict.fromkeys(token.indicator for token in tokens)
        self.ledger.prepare(known[one] for one in cited if one in known)
        items = {token.item for token in tokens if token.indicator == ITEM}
        self._items |= {one.pk: one for one in find_cited(items)}

    def write(self, text: str) -> list[str | Live]:
        """Return a passage in reading order: words, and numbers that open."""
        pieces: list[str | Live] = []
        at = 0
        for piece in cut(text):
            if isinstance(piece, str):
                pieces.append(piece)
                at += len(piece)
            elif isinstance(piece, Token):
                pieces.append(self._live(piece, text[piece.at : piece.end]))
                at = piece.end
            else:
                words, wrong = piece
                fix = Words("改正写法，或从下面的指标里重新插入。")
                pieces.append(
                    Live(words, words, at, problem=MISWRITTEN, why=words_of(wrong), fix=fix)
                )
                at += len(words)
        return pieces

    def _item(self, token: Token, written: str) -> Live:
        if token.item not in self._items:
            self.prepare([written])
        item = self._items.get(token.item)
        if item is None:
            why = Words("这个事项不在计划里了。")
            fix = Words("删掉这一处，或换成别的事项。")
            return Live(written, written, token.at, problem=REMOVED, why=why, fix=fix)
        is_name = token.form.endswith("名称") and item.kind == "project"
        text = item.named_project.name if is_name else item.text
        return Live(
            text,
            written,
            token.at,
            indicator=ITEM,
            period=f"{item.plan.year}",
            title=item.plan.title,
            url=reverse("plan:item", args=[item.pk]),
        )

    def _live(self, token: Token, written: str) -> Live:
        if token.indicator == ITEM:
            return self._item(token, written)
        indicator = current_zone().indicators.get(token.indicator)
        period = token.period or self.period
        if indicator is None:
            near = get_close_matches(token.indicator, current_zone().indicators, n=1, cutoff=0.6)
            fix = Words("换成字典里的指标，或删掉这一处。")
            if near:
                hint = Words("最接近的是 %(near)s。", near=near[0])
                fix = in_a_row([fix, hint])
            return Live(
                written,
                written,
                token.at,
                indicator=token.indicator,
                problem=REMOVED,
                why=Words(
                    "指标字典里没有“%(indicator)s”：已删除或代码写错。", indicator=token.indicator
                ),
                fix=fix,
            )
        number = self.ledger.number(indicator, period)
        name = named(indicator)
        told: dict[str, Any] = {
            "token": written,
            "at": token.at,
            "indicator": indicator.id,
            "period": period.id,
            "title": f"{indicator.name} {number.period.name}",
            "url": reverse("number", args=[indicator.id, number.period.id]),
        }
        if period.first > self.ledger.known_on and token.form != "目标":
            # Nothing was counted there yet: that is no 0.
            why = Words(
                "%(period)s还没有开始，说不出“%(indicator)s”是多少。", period=period, indicator=name
            )
            fix = Words("换一个期间，或改用“目标”；定稿时也可以写明理由后豁免。")
            return Live("未报", problem=UNKNOWN, why=why, fix=fix, **told)
        if number.value is None and token.form != "目标":
            why = Words("“%(indicator)s”%(period)s还没有报送。", period=period, indicator=name)
            fix = Words("等数据报来，换一个期间，或删掉这一处；定稿时也可以写明理由后豁免。")
            return Live("未报", problem=UNKNOWN, why=why, fix=fix, **told)
        try:
            return Live(self._say(token, indicator, number, period), **told)
        except _NotSaid as wrong:
            fix = Words("换一种形式，或先把缺的数补上。")
            return Live("未报", problem=UNKNOWN, why=words_of(wrong), fix=fix, **told)

    def _say(self, token: Token, indicator: Indicator, number: Number, period: Period) -> str:
        phrases, unit, value = current_zone().phrases, indicator.unit, number.value
        match token.form:
            case "目标":
                target = self._target(indicator, period).target
                return say_target(target.value, target.unit, target.op, target.measure)
            case "增长":
                return _growth(indicator, number)
            case "完成率":
                attainment = self._target(indicator, period).standing.attainment
                if attainment is None:
                    raise _NotSaid(
                        Words(
                            "“%(indicator)s”的目标不能按完成率说。",
                            indicator=named(indicator),
                        )
                    )
                return phrases.attained.format(f"{attainment:.1f}%")
            case "序时":
                gap = self._target(indicator, period).standing.gap
                if gap is None:
                    raise _NotSaid(
                        Words(
                            "“%(indicator)s”算不出脱幅。",
                            indicator=named(indicator),
                        )
                    )
                if indicator.measure != "level":
                    return say_gap(gap, phrases)
                return say_pace(gap, "个百分点", phrases)
            case "名单":
                names = self._names_of(indicator, number.period)
                if not names and self.ledger.is_restricted(indicator):
                    raise _NotSaid(
                        Words(
                            "“%(indicator)s”按不公开的数据挑选，名单不能写进报告。",
                            indicator=named(indicator),
                        )
                    )
                if not names:
                    raise _NotSaid(
                        Words(
                            "“%(indicator)s”不是按个数数出来的，没有名单。",
                            indicator=named(indicator),
                        )
                    )
                return say_names(names, phrases, unit)
            case "其中":
                return self._parts(indicator, period)
        assert value is not None
        if token.form in ("超过", "约", "不超过"):
            return say_bound(value, unit, token.form, phrases)
        if token.form == "位次" or indicator.measure == "rank":
            if indicator.measure != "rank":
                raise _NotSaid(
                    Words(
                        "“%(indicator)s”不是名次。",
                        indicator=named(indicator),
                    )
                )
            return phrases.ranked.format(say_value(value, unit))
        if token.form == "占比" and get_unit(unit).kind != "percent":
            raise _NotSaid(Words("“%(indicator)s”不是比重。", indicator=named(indicator)))
        return say_value(value, unit)

    def _target(self, indicator: Indicator, period: Period) -> TargetLine:
        year = period.last.year
        key = (indicator.id, year)
        if key not in self._targets:
            lines = list_targets_of(indicator, ledger=self.ledger, year=year)
            own = [one for one in lines if one.period.last.year == year]
            self._targets[key] = own
        if not self._targets[key]:
            raise _NotSaid(
                Words(
                    "%(year)s年的计划没有给“%(indicator)s”定目标。",
                    year=year,
                    indicator=named(indicator),
                )
            )
        return self._targets[key][0]

    def _parts(self, indicator: Indicator, period: Period) -> str:
        whole = self._target(indicator, period)
        parts = [
            f"{part.name}{say_value(number.value, found.unit)}"
            for part in whole.target.parts.order_by("pk")
            if (found := current_zone().indicators.get(part.indicator)) is not None
            and (number := self.ledger.number(found, period)).value is not None
        ]
        if not parts:
            raise _NotSaid(
                Words(
                    "“%(indicator)s”在计划里没有分项，或分项都没有数。",
                    indicator=named(indicator),
                )
            )
        return current_zone().phrases.among_them + "、".join(parts)

    def _names_of(self, indicator: Indicator, period: Period) -> list[str]:
        key = (indicator.id, period.id)
        if key not in self._names:
            facts = list_facts(self.ledger.facts_behind(indicator, period))
            subjects = list(dict.fromkeys(one.subject for one in facts))
            described = describe_subjects(subjects)
            is_count = get_unit(indicator.unit).kind == "count" and not any(
                one.startswith("indicator:") for one in subjects
            )
            self._names[key] = [described[one][0] for one in subjects if one in described]
            if not is_count:
                self._names[key] = []
        return self._names[key]

    def state_of(self, live: Live) -> dict[str, str | int]:
        """Return what the record holds behind a number: value, count of facts, their digest."""
        if live.indicator == ITEM:
            (token,) = tokens_of(live.token)
            if token.item not in self._items:
                self.prepare([live.token])
            item = self._items[token.item]
            told = {"indicator": ITEM, "name": live.text, "words": "", "basis": live.title}
            told |= {"period": live.period, "token": live.token, "text": live.text}
            value = item.done_on.isoformat() if item.done_on else ""
            return {**told, "value": value, "facts": 0, "facts_digest": ""}
        indicator = current_zone().indicators[live.indicator]
        period = parse_period(live.period)
        number = self.ledger.number(indicator, period)
        facts = list_facts(sorted(self.ledger.facts_behind(indicator, period)))
        said = "\n".join(f"{one.pk} {one.entry.number} {one.values}" for one in facts)
        return {
            "indicator": indicator.id,
            "name": indicator.name,
            "words": indicator.words,
            "basis": indicator.basis,
            "period": live.period,
            "token": live.token,
            "text": live.text,
            "value": "" if number.value is None else format(number.value.normalize(), "f"),
            "facts": len(facts),
            "facts_digest": sha256(said.encode()).hexdigest(),
        }


def _growth(indicator: Indicator, number: Number) -> str:
    phrases = current_zone().phrases
    if indicator.measure == "growth" and number.value is not None:
        return say_growth(number.value, phrases)
    if number.yoy is not None:
        return say_growth(number.yoy, phrases)
    if number.yoy_points is not None:
        return say_points(number.yoy_points, phrases)
    raise _NotSaid(
        Words(
            "“%(indicator)s”去年同期没有数，算不出增长。",
            indicator=named(indicator),
        )
    )


def suggestions_for(indicator: Indicator, period: Period) -> list[str]:
    """Return the places for a number that a search offers."""
    forms = ["值"]
    if indicator.measure == "rank":
        forms = ["位次"]
    elif indicator.measure == "growth":
        forms = ["增长"]
    else:
        forms += ["增长", "完成率", "序时"]
        if get_unit(indicator.unit).kind == "count":
            forms += ["名单", "其中", "超过"]
    return [write_token(indicator.id, form, period) for form in forms]
