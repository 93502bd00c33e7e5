"""Live numbers in prose: {projects_started 完成率 2021} stands for a number of the dictionary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from jingkai.kernel.periods import BadPeriod, Period, parse_period
from jingkai.kernel.words import Words, words_of

__all__ = ["FORMS", "ITEM", "BadToken", "Token", "cut", "tokens_of", "write_item", "write_token"]

# What of a number is said; the zone's phrases say it.
FORMS = {
    "值": "数值和单位",
    "增长": "同比增长或下降",
    "位次": "名次",
    "占比": "比重",
    "完成率": "完成年度目标的百分比",
    "序时": "比序时进度快慢",
    "目标": "计划定的目标",
    "名单": "逐个列出名字",
    "其中": "各个分项",
    "超过": "取整，说成超过",
    "约": "取整，说成左右",
    "不超过": "取整，说成不超过",
}
ITEM = "事项"  # {事项 12}: an item of the plan by its words
_ITEM_FORMS: tuple[list[str], ...] = ([], ["名称"])
_TOKEN = re.compile(r"\{([^{}\n]*)\}")


class BadToken(ValueError):
    """A place for a number that cannot be understood; the message says how to write it."""


@dataclass(frozen=True)
class Token:
    """A number to be put in: which, what of it, and for which period where not the draft's."""

    at: int
    end: int
    indicator: str
    form: str = "值"
    period: Period | None = None

    @property
    def item(self) -> int:
        """Return the item of the plan that is meant, where one is."""
        return int(self.form.split()[0])


def cut(text: str) -> Iterator[str | Token | tuple[str, BadToken]]:
    """Cut a text into words and places for numbers; a place that is wrong comes with why."""
    at = 0
    for found in _TOKEN.finditer(text):
        if found.start() > at:
            yield text[at : found.start()]
        try:
            yield _token(found)
        except BadToken as wrong:
            yield found[0], wrong
        at = found.end()
    if at < len(text):
        yield text[at:]


def tokens_of(text: str) -> list[Token]:
    """Return the places for numbers that can be understood."""
    return [piece for piece in cut(text) if isinstance(piece, Token)]


def write_token(indicator: str, form: str = "值", period: Period | None = None) -> str:
    """Return the place for a number as it is written into prose."""
    words = [indicator, form, *([period.id] if period else [])]
    return "{" + " ".join(words) + "}"


def write_item(item: int, *, named: bool = False) -> str:
    """Return the place for an item of the plan: its words, or the name of its project."""
    return f"{{{ITEM} {item}{' 名称' if named else ''}}}"


def _token(found: re.Match[str]) -> Token:
    words = found[1].split()
    if len(words) > 1 and words[0] == ITEM and words[1].isdecimal() and words[2:] in _ITEM_FORMS:
        return Token(found.start(), found.end(), ITEM, " ".join(words[1:]))
    if not words or len(words) > 3:
        raise BadToken(
            Words(
                "“%(written)s”写法不对；应为 {指标代码 形式 期间}，形式和期间可省。",
                written=found[0],
            )
        )
    form = words[1] if len(words) > 1 else "值"
    if form not in FORMS:
        raise BadToken(
            Words(
                "没有“%(form)s”这种形式；可用的形式：%(forms)s。",
                form=form,
                forms=list(FORMS),
            )
        )
    try:
        period = parse_period(words[2]) if len(words) > 2 else None
    except BadPeriod as wrong:
        raise BadToken(words_of(wrong)) from None
    return Token(found.start(), found.end(), words[0], form, period)
